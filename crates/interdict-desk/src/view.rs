//! Publications, entities and differences as JSON: one wording for the command line and the API.

mod diff;

use interdict_model::{Entity, Place, Statement};
use interdict_store::{Publication, hex};
use serde::Serialize;

pub use diff::{Head, PartyLine};

/// A place in a file, in words.
pub fn place(place: Place) -> String {
    match place {
        Place::Line(line) => format!("line {line}"),
        Place::Byte(byte) => format!("byte {byte}"),
        Place::Row { sheet, row } => format!("sheet {sheet}, row {row}"),
    }
}

/// The values of an entity by property.
pub fn properties(entity: &Entity) -> serde_json::Map<String, serde_json::Value> {
    let mut properties = serde_json::Map::new();
    for statement in &entity.statements {
        let values = properties
            .entry(statement.property.name())
            .or_insert_with(|| serde_json::Value::Array(Vec::new()));
        if let serde_json::Value::Array(values) = values {
            values.push(statement.value.as_str().into());
        }
    }
    properties
}

/// What is to be known of a publication.
#[derive(Clone, Debug, Serialize)]
pub struct PublicationView {
    publication: i64,
    state: &'static str,
    reason: Option<String>,
    format: String,
    proven: bool,
    readable: bool,
    published: String,
    published_by: &'static str,
    published_field: Option<String>,
    imported_at: String,
    accepted_at: Option<String>,
    pruned_at: Option<String>,
    entities: u64,
    statements: u64,
    content: String,
    files: Vec<FileView>,
}

#[derive(Clone, Debug, Serialize)]
struct FileView {
    name: String,
    sha256: String,
    bytes: u64,
}

impl PublicationView {
    /// What is to be known of a publication.
    pub fn new(publication: &Publication) -> PublicationView {
        PublicationView {
            publication: publication.id.0,
            state: publication.state.as_str(),
            reason: publication.reason.clone(),
            format: publication.format.clone(),
            proven: publication.proven,
            published: publication.published.text.clone(),
            published_by: publication.published.by.as_str(),
            published_field: publication.published.field.clone(),
            imported_at: publication.imported_at.to_string(),
            accepted_at: publication.accepted_at.map(|time| time.to_string()),
            pruned_at: publication.pruned_at.map(|time| time.to_string()),
            readable: publication.readable,
            entities: publication.counts.entities(),
            statements: publication.counts.statements(),
            content: hex(&publication.content),
            files: publication
                .files
                .iter()
                .map(|file| FileView {
                    name: file.name.clone(),
                    sha256: hex(&file.sha256),
                    bytes: file.size,
                })
                .collect(),
        }
    }
}

/// An entity as one list has it, value by value.
#[derive(Clone, Debug, Serialize)]
pub struct EntityView {
    id: String,
    schema: &'static str,
    caption: String,
    dataset: String,
    publication: i64,
    published: String,
    statements: Vec<StatementView>,
    /// Entities that refer to it: sanctions, owners, relatives, offices.
    referring: Vec<ReferringView>,
}

#[derive(Clone, Debug, Serialize)]
struct StatementView {
    property: &'static str,
    value: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    original: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lang: Option<String>,
    dataset: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_seen: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_seen: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
struct ReferringView {
    id: String,
    schema: &'static str,
    caption: String,
    properties: serde_json::Map<String, serde_json::Value>,
}

impl EntityView {
    /// An entity of a publication, with what refers to it there.
    pub fn new(publication: &Publication, entity: &Entity, referring: &[Entity]) -> EntityView {
        EntityView {
            id: entity.id.to_string(),
            schema: entity.schema.name(),
            caption: entity.caption().to_owned(),
            dataset: publication.dataset.to_string(),
            publication: publication.id.0,
            published: publication.published.text.clone(),
            statements: entity.statements.iter().map(statement).collect(),
            referring: referring
                .iter()
                .map(|other| ReferringView {
                    id: other.id.to_string(),
                    schema: other.schema.name(),
                    caption: other.caption().to_owned(),
                    properties: properties(other),
                })
                .collect(),
        }
    }
}

fn statement(statement: &Statement) -> StatementView {
    fn text(value: Option<&impl ToString>) -> Option<String> {
        value.map(ToString::to_string)
    }
    let origin = statement.origin.as_ref();
    StatementView {
        property: statement.property.name(),
        value: statement.value.to_string(),
        original: text(statement.original.as_ref()),
        lang: text(statement.lang.as_ref()),
        dataset: statement.dataset.to_string(),
        file: origin.map(|o| o.file.to_string()),
        place: origin.map(|o| place(o.place)),
        field: origin.map(|o| o.field.to_string()),
        first_seen: text(statement.first_seen.as_ref()),
        last_seen: text(statement.last_seen.as_ref()),
    }
}
