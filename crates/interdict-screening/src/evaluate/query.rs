//! The questions that an evaluation asks.

use interdict_evidence::NameClass;
use interdict_index::IndexError;
use interdict_model::{DatasetName, Entity, Schema, Statement};

use crate::engine::{Engine, Found, Request, Screener};

/// A query with these values by property; empty ones, and those the schema has no place for, are left
/// out.
pub fn query(schema: Schema, values: &[(&str, &str)]) -> Entity {
    let mut query = Entity::new("query", schema);
    let Ok(dataset) = DatasetName::new("query") else {
        return query;
    };
    for (property, value) in values {
        if value.is_empty() {
            continue;
        }
        if let Some(property) = schema.property(property) {
            query.add(Statement {
                property,
                value: (*value).into(),
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

/// A query with a name alone.
pub(super) fn named(schema: Schema, name: &str) -> Entity {
    query(schema, &[("name", name)])
}

/// A query with a name of an entity and the entity's first birth date and country.
pub(super) fn with_own_details(entity: &Entity, name: &str) -> Entity {
    let mut query = named(entity.schema, name);
    let details = [
        "birthDate",
        "incorporationDate",
        "nationality",
        "country",
        "flag",
    ];
    let mut seen: Vec<interdict_model::Property> = Vec::new();
    for statement in &entity.statements {
        if details.contains(&statement.property.name()) && !seen.contains(&statement.property) {
            seen.push(statement.property);
            query.add(statement.clone());
        }
    }
    query
}

/// Every hit of a query from a threshold on, best first; those that are excluded are left out.
pub(super) fn hits(
    screener: &mut Screener<'_>,
    query: &Entity,
    threshold: Option<u16>,
    exhaustive: bool,
) -> Result<Vec<Found>, IndexError> {
    let request = Request {
        threshold,
        exhaustive,
        ..Request::default()
    };
    let (mut found, _) = screener.find(query, &request)?;
    found.retain(|f| !f.scored.excluded);
    Ok(found)
}

/// A listed name, by where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Index of the segment in the snapshot.
    pub(super) segment: usize,
    /// Ordinal of the entity.
    pub(super) entity: u32,
    /// Ordinal of the name.
    pub(super) name: u32,
}

/// The names that can be asked for, list by list: of entities that the model lets match, of lists
/// that the policy covers. Weak aliases apart.
pub(super) struct Names {
    /// Primary names and strong aliases of each segment.
    pub(super) strong: Vec<Vec<Place>>,
    /// Weak aliases of each segment.
    pub(super) weak: Vec<Vec<Place>>,
}

impl Names {
    pub(super) fn of(engine: &Engine) -> Result<Names, IndexError> {
        let mut names = Names {
            strong: Vec::new(),
            weak: Vec::new(),
        };
        for (segment, open) in engine.snapshot().segments().iter().enumerate() {
            let (mut strong, mut weak) = (Vec::new(), Vec::new());
            let view = open.view();
            if engine.policy().covers(&open.description().dataset) {
                for name in 0..view.name_count() {
                    let listed = view.name(name)?;
                    if !view.schema(listed.entity)?.matchable() {
                        continue;
                    }
                    let place = Place {
                        segment,
                        entity: listed.entity,
                        name,
                    };
                    if listed.class == NameClass::Weak {
                        &mut weak
                    } else {
                        &mut strong
                    }
                    .push(place);
                }
            }
            names.strong.push(strong);
            names.weak.push(weak);
        }
        Ok(names)
    }
}
