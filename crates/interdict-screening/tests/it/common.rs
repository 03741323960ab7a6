//! Lists and queries for tests.

use std::path::PathBuf;
use std::sync::Arc;

use interdict_index::Description;
use interdict_model::{DatasetName, Entity, Schema, Statement};
use interdict_screening::{Engine, Policy, Snapshot, segment_in_memory};

/// An entity with these values.
pub(crate) fn entity(id: &str, schema: &str, values: &[(&str, &str)]) -> Entity {
    let schema = Schema::get(schema).unwrap();
    let mut entity = Entity::new(id, schema);
    for (property, value) in values {
        entity.add(Statement {
            property: schema.property(property).unwrap(),
            value: (*value).into(),
            original: None,
            lang: None,
            dataset: DatasetName::new("test").unwrap(),
            origin: None,
            first_seen: None,
            last_seen: None,
        });
    }
    entity
}

/// An engine over one list under the shipped policy.
pub(crate) fn engine(entities: Vec<Entity>) -> Engine {
    engine_with(entities, Policy::shipped().unwrap())
}

/// An engine over one list.
pub(crate) fn engine_with(entities: Vec<Entity>, policy: Policy) -> Engine {
    let description = Description {
        dataset: DatasetName::new("test").unwrap(),
        version: "1".to_owned(),
    };
    let segment = segment_in_memory(description, entities.into_iter()).unwrap();
    Engine::new(Snapshot::new([Arc::new(segment)]), policy)
}

/// A file of the real data, or `None` with a clear word.
pub(crate) fn real(name: &str) -> Option<PathBuf> {
    let root = std::env::var_os("INTERDICT_DATA").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")),
        PathBuf::from,
    );
    let path = root.join(name);
    if path.exists() {
        return Some(path);
    }
    println!(
        "skipped: {} is not there; INTERDICT_DATA names the folder",
        path.display()
    );
    None
}

/// Names of OFAC's SDN list with their type: primary names and aliases, as entities.
pub(crate) fn ofac(folder: &str) -> Option<Vec<Entity>> {
    let (sdn, alt) = (
        real(&format!("{folder}/sdn.csv"))?,
        real(&format!("{folder}/alt.csv"))?,
    );
    let rows = |path| {
        csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_path(path)
            .unwrap()
    };
    let mut aliases: std::collections::HashMap<String, Vec<String>> = Default::default();
    for row in rows(alt).into_records().flatten() {
        if let (Some(id), Some(name)) = (row.get(0), row.get(3)) {
            aliases
                .entry(id.to_owned())
                .or_default()
                .push(name.to_owned());
        }
    }
    let mut all = Vec::new();
    for row in rows(sdn).into_records().flatten() {
        let (Some(id), Some(name)) = (row.get(0), row.get(1)) else {
            continue;
        };
        let schema = match row.get(2).map(str::trim) {
            Some("individual") => "Person",
            Some("vessel") => "Vessel",
            Some("aircraft") => "Airplane",
            _ => "Organization",
        };
        let mut values = vec![("name", name)];
        let more = aliases.remove(id).unwrap_or_default();
        values.extend(more.iter().map(|alias| ("alias", alias.as_str())));
        all.push(entity(&format!("ofac-{id}"), schema, &values));
    }
    Some(all)
}
