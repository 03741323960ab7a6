//! Made-up publications.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::Arc;
use std::time::Duration;

use interdict_model::{DatasetName, Entity, Origin, Place, Schema, Statement};
use interdict_store::{
    Committed, DatasetInfo, DateSource, Facts, PublicationId, PublishedAt, Store, StoreError,
};
use jiff::Timestamp;

/// How long tests wait for the writer's lock.
pub(crate) const WAIT: Duration = Duration::from_secs(30);

pub(crate) fn dataset(name: &str) -> DatasetName {
    DatasetName::new(name).expect("a dataset name")
}

pub(crate) fn statement(schema: Schema, property: &str, value: &str, line: u64) -> Statement {
    Statement {
        property: schema.property(property).expect("a property"),
        value: value.into(),
        original: None,
        lang: None,
        dataset: dataset("list"),
        origin: Some(Origin {
            file: Arc::from("list.csv"),
            place: Place::Line(line),
            field: property.into(),
        }),
        first_seen: None,
        last_seen: None,
    }
}

/// A person with names, at a line of `list.csv`.
pub(crate) fn person(id: &str, names: &[&str], line: u64) -> Entity {
    let schema = Schema::get("Person").expect("Person");
    let mut entity = Entity::new(id, schema);
    for name in names {
        entity
            .statements
            .push(statement(schema, "name", name, line));
    }
    entity
}

/// Noon of a day of January 2024, `day` days on.
pub(crate) fn noon(day: i64) -> Timestamp {
    let start: Timestamp = "2024-01-01T12:00:00Z".parse().expect("a time");
    start + Duration::from_secs(day.unsigned_abs() * 86_400)
}

pub(crate) fn facts(name: &str, day: &str, imported_at: Timestamp) -> Facts {
    Facts {
        dataset: DatasetInfo {
            name: dataset(name),
            title: format!("The list {name}"),
            publisher: None,
            licence: None,
        },
        format: "made-up".to_owned(),
        proven: false,
        published: PublishedAt::parse(day, DateSource::Option, None).expect("a day"),
        imported_at,
        quarantine: None,
        accepted_because: None,
        actor: "tester".to_owned(),
        read: BTreeMap::new(),
        report: serde_json::json!({"problems": []}),
        segment: None,
    }
}

/// Imports entities as the publication of a day; the file is the ids and names as text.
pub(crate) async fn import(
    store: &Store,
    entities: &[Entity],
    facts: Facts,
) -> Result<Committed, StoreError> {
    let mut writer = store.writer(WAIT).await?;
    let text = format!("{} {entities:?}", facts.published.text);
    writer.receive("list.csv", &mut Cursor::new(text.as_bytes()))?;
    let mut import = writer.begin().await?;
    for entity in entities {
        import.put(entity.clone()).await?;
    }
    import.commit(facts).await
}

/// All entities of a publication.
pub(crate) async fn read(store: &Store, id: PublicationId) -> Vec<Entity> {
    let mut reader = store.entities(id);
    let mut all = Vec::new();
    while let Some(part) = reader.next().await.expect("reads") {
        all.extend(part);
    }
    all
}
