//! A bank's own test names: `name,entity_id,kind`.

use std::collections::BTreeMap;

use interdict_index::IndexError;
use interdict_model::Schema;
use rayon::prelude::*;
use serde::Serialize;

use super::disguised::LEAST;
use super::query::{hits, named};
use super::rate::Rate;
use crate::engine::{Engine, Screener};
use crate::hit::Score;

/// One line of a bank's file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnName {
    /// Line of the file.
    pub line: u64,
    /// The name to ask.
    pub name: String,
    /// The entity that must be found.
    pub entity_id: String,
    /// What was done to the name, in the bank's words.
    pub kind: String,
}

/// A line whose entity was not found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// Line of the file.
    pub line: u64,
    /// The name.
    pub name: String,
    /// The entity that was to be found.
    pub entity_id: String,
    /// What was done to the name.
    pub kind: String,
    /// The score of that entity, if any from 0.50 on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<Score>,
    /// Why, as far as it can be told.
    pub reason: &'static str,
}

/// The outcome of a bank's own names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OwnNames {
    /// Lines, and those whose entity alerted.
    pub found: Rate,
    /// The same by kind.
    pub kinds: BTreeMap<String, Rate>,
    /// The others, in the order of the file.
    pub failures: Vec<Failure>,
}

/// Asks the names of a bank's own file, each for its entity, without details.
///
/// # Errors
/// When a segment is damaged.
pub fn own_names(engine: &Engine, names: &[OwnName]) -> Result<OwnNames, IndexError> {
    let outcomes: Vec<Result<Option<Failure>, IndexError>> = names
        .par_iter()
        .map_init(
            || engine.screener(),
            |screener, name| own(engine, screener, name),
        )
        .collect();
    let mut result = OwnNames {
        found: Rate::default(),
        kinds: BTreeMap::new(),
        failures: Vec::new(),
    };
    for (name, failure) in names.iter().zip(outcomes) {
        let failure = failure?;
        result.found.add(failure.is_none());
        result
            .kinds
            .entry(name.kind.clone())
            .or_default()
            .add(failure.is_none());
        result.failures.extend(failure);
    }
    Ok(result)
}

fn own(
    engine: &Engine,
    screener: &mut Screener<'_>,
    name: &OwnName,
) -> Result<Option<Failure>, IndexError> {
    let failure = |score: Option<u16>, reason| {
        Some(Failure {
            line: name.line,
            name: name.name.clone(),
            entity_id: name.entity_id.clone(),
            kind: name.kind.clone(),
            score: score.map(Score),
            reason,
        })
    };
    // Every list that has the entity: any of them may alert.
    let mut wanted = Vec::new();
    let mut schema: Option<Schema> = None;
    for (at, segment) in engine.snapshot().segments().iter().enumerate() {
        if engine.policy().covers(&segment.description().dataset)
            && let Some(ordinal) = segment.view().find(&name.entity_id)?
        {
            schema = schema.or(Some(segment.view().schema(ordinal)?));
            wanted.push((at, ordinal));
        }
    }
    let Some(schema) = schema else {
        return Ok(failure(
            None,
            "no list that answers has an entity with this id",
        ));
    };
    let query = named(schema, &name.name);
    let score = |screener: &mut Screener<'_>, threshold| -> Result<Option<u16>, IndexError> {
        let found = hits(screener, &query, threshold, false)?;
        let own = found
            .iter()
            .find(|f| wanted.contains(&(f.segment, f.entity)));
        Ok(own.map(|f| f.scored.score))
    };
    if score(screener, None)?.is_some() {
        return Ok(None);
    }
    let least = engine.policy().options_for(schema).threshold.min(LEAST);
    Ok(failure(
        score(screener, Some(least))?,
        if schema.matchable() {
            "its score is below the threshold"
        } else {
            "the model does not let entities of this schema match"
        },
    ))
}
