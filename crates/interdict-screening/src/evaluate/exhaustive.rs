//! The index against scoring every entity.

use interdict_index::IndexError;
use rayon::prelude::*;
use serde::Serialize;

use super::disguised::sample;
use crate::engine::{Engine, Request};
use crate::hit::Score;

/// The index against scoring every entity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Exhaustive {
    /// Queries asked at each threshold.
    pub queries: usize,
    /// Thresholds.
    pub thresholds: Vec<Score>,
    /// Hits that scoring everything gave.
    pub hits: usize,
    /// Queries whose answers differ, with their threshold: any is a fault of the index.
    pub differences: Vec<String>,
}

/// Asks a sample of the lists' own names, disguised, with the index and by scoring every entity.
///
/// Scoring everything is done once a query, at the least threshold: what it gives at a higher one is
/// the part of its answer that reaches it, and the index must return exactly that part.
///
/// # Errors
/// When a segment is damaged.
pub fn exhaustive(
    engine: &Engine,
    queries: usize,
    thresholds: &[u16],
    seed: u64,
    done: &(dyn Fn() + Sync),
) -> Result<Exhaustive, IndexError> {
    let sample = sample(engine, queries, seed)?;
    let least = thresholds.iter().copied().min().unwrap_or(0);
    let compared: Vec<Result<(usize, Vec<String>), IndexError>> = sample
        .par_iter()
        .map_init(
            || engine.screener(),
            |screener, query| {
                let mut ask = |threshold, exhaustive| {
                    let request = Request {
                        threshold: Some(threshold),
                        exhaustive,
                        ..Request::default()
                    };
                    screener.find(query, &request).map(|(found, _)| found)
                };
                let everything = ask(least, true)?;
                let mut hits = 0;
                let mut differences = Vec::new();
                for &threshold in thresholds {
                    let index = ask(threshold, false)?;
                    let reach = everything
                        .iter()
                        .filter(|f| f.scored.excluded || f.scored.score >= threshold);
                    hits += reach.clone().filter(|f| !f.scored.excluded).count();
                    if !index.iter().eq(reach) {
                        let name = query.first("name").unwrap_or_default();
                        differences.push(format!("{name} at {}", Score(threshold)));
                    }
                }
                done();
                Ok((hits, differences))
            },
        )
        .collect();
    let mut result = Exhaustive {
        queries: sample.len(),
        thresholds: thresholds.iter().copied().map(Score).collect(),
        hits: 0,
        differences: Vec::new(),
    };
    for part in compared {
        let (hits, differences) = part?;
        result.hits += hits;
        result.differences.extend(differences);
    }
    Ok(result)
}
