//! How well screening works on the lists that are loaded: what a regulator asks to be shown.

use interdict_evidence::NameClass;
use interdict_index::{IndexError, payload::PayloadReader};
use interdict_model::{Entity, Schema, Statement};
use rayon::prelude::*;
use serde::Serialize;

use crate::engine::{Engine, Request, Screener};
use crate::hit::Score;

mod disguise;

pub use disguise::{Disguise, disguise};

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
    /// Of these, how many alerted on their own entity when asked alone.
    pub alone: usize,
    /// How many did with the entity's own birth date and country.
    pub with_details: usize,
    /// The others, by name.
    pub exceptions: Vec<Exception>,
}

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

/// Names that are on no list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CleanNames {
    /// Names asked.
    pub names: usize,
    /// Names with an alert, asked alone.
    pub alerts_alone: usize,
    /// Names with an alert, asked with birth date and country.
    pub alerts_with_details: usize,
}

/// Names that a file says are listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ListedNames {
    /// Names asked.
    pub names: usize,
    /// Names with an alert.
    pub alerts: usize,
    /// The others.
    pub not_found: Vec<String>,
}

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
        let parts: Vec<Result<ExactNames, IndexError>> = entities
            .par_chunks(256)
            .map_init(
                || engine.screener(),
                |screener, chunk| exact_in(engine, screener, at, chunk),
            )
            .collect();
        let mut sum = ExactNames {
            dataset: description.dataset.to_string(),
            version: description.version.clone(),
            names: 0,
            alone: 0,
            with_details: 0,
            exceptions: Vec::new(),
        };
        for part in parts {
            let part = part?;
            sum.names += part.names;
            sum.alone += part.alone;
            sum.with_details += part.with_details;
            sum.exceptions.extend(part.exceptions);
        }
        all.push(sum);
    }
    Ok(all)
}

fn exact_in(
    engine: &Engine,
    screener: &mut Screener<'_>,
    at: usize,
    entities: &[u32],
) -> Result<ExactNames, IndexError> {
    let mut result = ExactNames {
        dataset: String::new(),
        version: String::new(),
        names: 0,
        alone: 0,
        with_details: 0,
        exceptions: Vec::new(),
    };
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
            result.names += 1;
            for with_details in [false, true] {
                let query = own_query(&entity, name.text, with_details);
                let (found, _) = screener.find(&query, &Request::default())?;
                if found.iter().any(|f| f.segment == at && f.entity == ordinal) {
                    if with_details {
                        result.with_details += 1
                    } else {
                        result.alone += 1
                    }
                    continue;
                }
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
                    reason: reason(name.text, name.kind),
                });
            }
        }
    }
    Ok(result)
}

fn reason(text: &str, kind: interdict_text::NameKind) -> &'static str {
    let view = interdict_text::analyse(text, kind);
    if view.readings.is_empty() {
        "the name has no letter or digit that can be compared"
    } else if view.readings.iter().all(|r| {
        r.tokens
            .iter()
            .all(|t| t.role == interdict_text::Role::Initial)
    }) {
        "the name consists of initials"
    } else {
        "its score is below the threshold"
    }
}

/// A query with a name of an entity and, if wanted, the entity's first birth date and country.
fn own_query(entity: &Entity, name: &str, with_details: bool) -> Entity {
    let mut query = Entity::new("query", entity.schema);
    let name_property = entity.schema.property("name");
    let details = [
        "birthDate",
        "incorporationDate",
        "nationality",
        "country",
        "flag",
    ];
    let own = entity
        .statements
        .iter()
        .filter(|s| with_details && details.contains(&s.property.name()));
    let mut seen: Vec<interdict_model::Property> = Vec::new();
    for statement in own {
        if !seen.contains(&statement.property) {
            seen.push(statement.property);
            query.add(statement.clone());
        }
    }
    if let (Some(property), Some(model)) = (name_property, entity.statements.first()) {
        query.add(Statement {
            property,
            value: name.into(),
            original: None,
            lang: None,
            dataset: model.dataset.clone(),
            origin: None,
            first_seen: None,
            last_seen: None,
        });
    }
    query
}

/// Asks a sample of the lists' own names, disguised, with the index and by scoring every entity.
///
/// # Errors
/// When a segment is damaged.
pub fn exhaustive(
    engine: &Engine,
    queries: usize,
    thresholds: &[u16],
    seed: u64,
) -> Result<Exhaustive, IndexError> {
    let sample = sample(engine, queries, seed)?;
    let compared: Vec<Result<(usize, Vec<String>), IndexError>> = sample
        .par_iter()
        .map_init(
            || engine.screener(),
            |screener, query| {
                let mut hits = 0;
                let mut differences = Vec::new();
                for &threshold in thresholds {
                    let mut ask = |exhaustive| {
                        let request = Request {
                            threshold: Some(threshold),
                            exhaustive,
                            ..Request::default()
                        };
                        screener.find(query, &request).map(|(found, _)| found)
                    };
                    let (index, scan) = (ask(false)?, ask(true)?);
                    hits += scan.len();
                    if index != scan {
                        differences.push(format!(
                            "{} at {}",
                            query.first("name").unwrap_or_default(),
                            Score(threshold)
                        ));
                    }
                }
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

/// Names of the lists, each disguised in one of the ways, the same for the same seed.
fn sample(engine: &Engine, queries: usize, seed: u64) -> Result<Vec<Entity>, IndexError> {
    let counts: Vec<u64> = engine
        .snapshot()
        .segments()
        .iter()
        .map(|segment| u64::from(segment.view().name_count()))
        .collect();
    let all: u64 = counts.iter().sum();
    let mut state = seed;
    let mut sample = Vec::new();
    if all == 0 {
        return Ok(sample);
    }
    for i in 0..queries {
        let mut at = disguise::next(&mut state) % all;
        for (segment, count) in engine.snapshot().segments().iter().zip(&counts) {
            if at >= *count {
                at -= count;
                continue;
            }
            let view = segment.view();
            let name = view.name(u32::try_from(at).unwrap_or(0))?;
            let kind = Disguise::ALL[i % Disguise::ALL.len()];
            let text = disguise(name.text, kind, &mut state);
            sample.push(asked_entity(view.schema(name.entity)?, &text, "", ""));
            break;
        }
    }
    Ok(sample)
}

/// Asks names that are on no list.
///
/// # Errors
/// When a segment is damaged.
pub fn clean_names(engine: &Engine, asked: &[Asked]) -> Result<CleanNames, IndexError> {
    let alone = alerts(engine, asked, false)?;
    let with_details = alerts(engine, asked, true)?;
    Ok(CleanNames {
        names: asked.len(),
        alerts_alone: alone.iter().filter(|a| **a).count(),
        alerts_with_details: with_details.iter().filter(|a| **a).count(),
    })
}

/// Asks names that a file says are listed, without details.
///
/// # Errors
/// When a segment is damaged.
pub fn listed_names(engine: &Engine, asked: &[Asked]) -> Result<ListedNames, IndexError> {
    let alerts = alerts(engine, asked, false)?;
    let not_found: Vec<String> = asked
        .iter()
        .zip(&alerts)
        .filter(|(_, alert)| !**alert)
        .map(|(asked, _)| asked.name.clone())
        .collect();
    Ok(ListedNames {
        names: asked.len(),
        alerts: asked.len() - not_found.len(),
        not_found,
    })
}

fn alerts(engine: &Engine, asked: &[Asked], with_details: bool) -> Result<Vec<bool>, IndexError> {
    asked
        .par_iter()
        .map_init(
            || engine.screener(),
            |screener, asked| {
                let person = Schema::get("Person");
                let Some(schema) = Schema::get(&asked.schema).or(person) else {
                    return Ok(false);
                };
                let (birth_date, country) = if with_details {
                    (asked.birth_date.as_str(), asked.country.as_str())
                } else {
                    ("", "")
                };
                let query = asked_entity(schema, &asked.name, birth_date, country);
                let (found, _) = screener.find(&query, &Request::default())?;
                Ok(found.iter().any(|f| !f.scored.excluded))
            },
        )
        .collect()
}

fn asked_entity(schema: Schema, name: &str, birth_date: &str, country: &str) -> Entity {
    let mut query = Entity::new("query", schema);
    let Ok(dataset) = interdict_model::DatasetName::new("query") else {
        return query;
    };
    for (property, value) in [
        ("name", name),
        ("birthDate", birth_date),
        ("country", country),
    ] {
        if value.is_empty() {
            continue;
        }
        if let Some(property) = schema.property(property) {
            query.add(Statement {
                property,
                value: value.into(),
                original: None,
                lang: None,
                dataset: dataset.clone(),
                origin: None,
                first_seen: None,
                last_seen: None,
            });
        }
    }
    query
}
