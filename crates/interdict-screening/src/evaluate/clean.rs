//! Names that are on no list, and names that a file says are listed.

use std::time::Instant;

use interdict_index::IndexError;
use interdict_model::Schema;
use rayon::prelude::*;
use serde::Serialize;

use super::disguised::{LEAST, band};
use super::query::{hits, query};
use super::rate::Rate;
use super::slow::{Slow, Slowest};
use crate::engine::{Engine, Request};
use crate::hit::Score;

/// A record of a file of names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The name.
    pub name: String,
    /// Schema; a person when empty.
    pub schema: String,
    /// Birth date, cleaned; empty when unknown.
    pub birth_date: String,
    /// Territory code; empty when unknown.
    pub country: String,
}

/// An alert on a name that is on no list.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FalseAlarm {
    /// The name asked.
    pub name: String,
    /// Id of the best hit.
    pub id: String,
    /// Its list.
    pub list: String,
    /// Its score.
    pub score: Score,
    /// Alerts on the name.
    pub alerts: usize,
    /// The reason, in words.
    pub sentence: String,
}

/// Names that are on no list.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CleanNames {
    /// Names asked.
    pub names: usize,
    /// Names with an alert, asked alone.
    pub alone: Rate,
    /// Names with an alert, asked with birth date and country.
    pub with_details: Rate,
    /// Best scores of names asked alone by bands of 0.05 from 0.50 on; the first counts those below.
    pub bands: Vec<usize>,
    /// How many names alert at each threshold of 0.50, 0.55, … 0.95, asked alone.
    pub thresholds: Vec<(Score, Rate)>,
    /// The alerts on names asked alone, one a name.
    pub false_alarms: Vec<FalseAlarm>,
    /// The queries that took longest.
    pub slowest: Vec<Slow>,
}

/// Names that a file says are listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ListedNames {
    /// Names asked, and those with an alert.
    pub found: Rate,
    /// The others.
    pub not_found: Vec<String>,
}

struct Outcome {
    best: Option<u16>,
    alone: bool,
    with_details: bool,
    micros: u64,
    hits: usize,
    alarm: Option<FalseAlarm>,
}

impl Asked {
    fn query(&self, with_details: bool) -> Option<interdict_model::Entity> {
        let schema = Schema::get(&self.schema).or(Schema::get("Person"))?;
        let values = [
            ("name", self.name.as_str()),
            ("birthDate", &self.birth_date),
            ("country", &self.country),
        ];
        Some(query(
            schema,
            if with_details { &values } else { &values[..1] },
        ))
    }
}

/// Asks names that are on no list.
///
/// # Errors
/// When a segment is damaged.
pub fn clean_names(
    engine: &Engine,
    asked: &[Asked],
    today: jiff::civil::Date,
) -> Result<CleanNames, IndexError> {
    let outcomes: Vec<Result<Outcome, IndexError>> = asked
        .par_iter()
        .map_init(
            || engine.screener(),
            |screener, asked| clean(engine, screener, asked, today),
        )
        .collect();
    let mut result = CleanNames {
        names: asked.len(),
        alone: Rate::default(),
        with_details: Rate::default(),
        bands: vec![0; 11],
        thresholds: (0..10)
            .map(|i| (Score(LEAST + i * 500), Rate::default()))
            .collect(),
        false_alarms: Vec::new(),
        slowest: Vec::new(),
    };
    let mut slowest = Slowest::default();
    for (asked, outcome) in asked.iter().zip(outcomes) {
        let outcome = outcome?;
        result.alone.add(outcome.alone);
        result.with_details.add(outcome.with_details);
        for (threshold, rate) in &mut result.thresholds {
            rate.add(outcome.best.is_some_and(|best| best >= threshold.0));
        }
        if let Some(band) = result.bands.get_mut(band(outcome.best)) {
            *band += 1;
        }
        slowest.add(&asked.name, outcome.micros, outcome.hits);
        result.false_alarms.extend(outcome.alarm);
    }
    result.slowest = slowest.slowest();
    Ok(result)
}

fn clean(
    engine: &Engine,
    screener: &mut crate::Screener<'_>,
    asked: &Asked,
    today: jiff::civil::Date,
) -> Result<Outcome, IndexError> {
    let mut outcome = Outcome {
        best: None,
        alone: false,
        with_details: false,
        micros: 0,
        hits: 0,
        alarm: None,
    };
    let (Some(alone), Some(detailed)) = (asked.query(false), asked.query(true)) else {
        return Ok(outcome);
    };
    let started = Instant::now();
    let found = hits(screener, &alone, None, false)?;
    outcome.micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    outcome.hits = found.len();
    outcome.alone = !found.is_empty();
    outcome.with_details = !hits(screener, &detailed, None, false)?.is_empty();
    let least = engine
        .policy()
        .options_for(alone.schema)
        .threshold
        .min(LEAST);
    outcome.best = hits(screener, &alone, Some(least), false)?
        .first()
        .map(|f| f.scored.score);
    if outcome.alone {
        let one = Request {
            limit: Some(1),
            ..Request::default()
        };
        let answer = screener.screen(&alone, &one, today)?;
        outcome.alarm = answer.hits.first().map(|hit| FalseAlarm {
            name: asked.name.clone(),
            id: hit.id.clone(),
            list: hit.datasets.join(", "),
            score: hit.score,
            alerts: outcome.hits,
            sentence: hit.reason.sentence.clone(),
        });
    }
    Ok(outcome)
}

/// Asks names that a file says are listed, without details.
///
/// # Errors
/// When a segment is damaged.
pub fn listed_names(engine: &Engine, asked: &[Asked]) -> Result<ListedNames, IndexError> {
    let alerts: Vec<Result<bool, IndexError>> = asked
        .par_iter()
        .map_init(
            || engine.screener(),
            |screener, asked| match asked.query(false) {
                Some(query) => Ok(!hits(screener, &query, None, false)?.is_empty()),
                None => Ok(false),
            },
        )
        .collect();
    let mut result = ListedNames {
        found: Rate::default(),
        not_found: Vec::new(),
    };
    for (asked, alert) in asked.iter().zip(alerts) {
        let alert = alert?;
        result.found.add(alert);
        if !alert {
            result.not_found.push(asked.name.clone());
        }
    }
    Ok(result)
}
