//! Every listed name, asked as it stands.

use interdict_evidence::NameClass;
use interdict_index::{IndexError, payload::PayloadReader};
use interdict_text::{NameKind, Role};
use rayon::prelude::*;
use serde::Serialize;

use super::query::{hits, named, with_own_details};
use super::rate::Rate;
use crate::engine::{Engine, Screener};
use crate::hit::Score;

/// A name that did not alert on its own entity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Exception {
    /// Dataset.
    pub dataset: String,
    /// Entity.
    pub id: String,
    /// The name as listed.
    pub name: String,
    /// `primary` or `alias`.
    pub class: &'static str,
    /// Whether the entity's own birth date and country were given too.
    pub with_details: bool,
    /// The score that it reached, if any from 0.50 on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<Score>,
    /// Why, as far as it can be told.
    pub reason: &'static str,
}

/// Exact names of one list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExactNames {
    /// Dataset.
    pub dataset: String,
    /// Its version.
    pub version: String,
    /// Primary names and strong aliases asked.
    pub names: usize,
    /// How many alerted on their own entity when asked alone.
    pub alone: Rate,
    /// How many did with the entity's own birth date and country.
    pub with_details: Rate,
    /// The others, by name.
    pub exceptions: Vec<Exception>,
}

/// Least score at which an exception is still looked for.
const LOOKED_FOR: u16 = 5_000;

/// Asks every primary name and strong alias of every list, alone and with the entity's own details.
///
/// # Errors
/// When a segment is damaged.
pub fn exact_names(engine: &Engine) -> Result<Vec<ExactNames>, IndexError> {
    let mut all = Vec::new();
    for (at, segment) in engine.snapshot().segments().iter().enumerate() {
        let description = segment.description();
        if !engine.policy().covers(&description.dataset) {
            continue;
        }
        let entities: Vec<u32> = (0..segment.view().entity_count()).collect();
        let parts: Vec<Result<Part, IndexError>> = entities
            .par_chunks(256)
            .map_init(
                || engine.screener(),
                |screener, chunk| exact_in(engine, screener, at, chunk),
            )
            .collect();
        let mut sum = Part::default();
        for part in parts {
            let part = part?;
            sum.alone = sum.alone + part.alone;
            sum.with_details = sum.with_details + part.with_details;
            sum.exceptions.extend(part.exceptions);
        }
        all.push(ExactNames {
            dataset: description.dataset.to_string(),
            version: description.version.clone(),
            names: sum.alone.whole,
            alone: sum.alone,
            with_details: sum.with_details,
            exceptions: sum.exceptions,
        });
    }
    Ok(all)
}

#[derive(Default)]
struct Part {
    alone: Rate,
    with_details: Rate,
    exceptions: Vec<Exception>,
}

fn exact_in(
    engine: &Engine,
    screener: &mut Screener<'_>,
    at: usize,
    entities: &[u32],
) -> Result<Part, IndexError> {
    let mut result = Part::default();
    let Some(segment) = engine.snapshot().segments().get(at) else {
        return Ok(result);
    };
    let view = segment.view();
    let mut payload = PayloadReader::default();
    for &ordinal in entities {
        let names = view.names_of(ordinal)?;
        if names.is_empty() {
            continue;
        }
        let entity = payload.read(&view, ordinal)?;
        for name in names {
            let name = view.name(name)?;
            if name.class == NameClass::Weak {
                continue;
            }
            for with_details in [false, true] {
                let query = if with_details {
                    with_own_details(&entity, name.text)
                } else {
                    named(entity.schema, name.text)
                };
                let own = |found: &[crate::Found]| {
                    found
                        .iter()
                        .find(|f| f.segment == at && f.entity == ordinal)
                        .copied()
                };
                let found = own(&hits(screener, &query, None, false)?).is_some();
                if with_details {
                    &mut result.with_details
                } else {
                    &mut result.alone
                }
                .add(found);
                if found {
                    continue;
                }
                let below = own(&hits(screener, &query, Some(LOOKED_FOR), false)?);
                result.exceptions.push(Exception {
                    dataset: segment.description().dataset.to_string(),
                    id: entity.id.to_string(),
                    name: name.text.to_owned(),
                    class: if name.class == NameClass::Primary {
                        "primary"
                    } else {
                        "alias"
                    },
                    with_details,
                    score: below.map(|f| Score(f.scored.score)),
                    reason: if entity.schema.matchable() {
                        reason(name.text, name.kind)
                    } else {
                        "the model does not let entities of this schema match"
                    },
                });
            }
        }
    }
    Ok(result)
}

fn reason(text: &str, kind: NameKind) -> &'static str {
    let view = interdict_text::analyse(text, kind);
    if view.readings.is_empty() {
        "the name has no letter or digit that can be compared"
    } else if view
        .readings
        .iter()
        .all(|r| r.tokens.iter().all(|t| t.role == Role::Initial))
    {
        "the name consists of initials"
    } else {
        "its score is below the threshold"
    }
}
