//! Entities and the statements they are made of.

use std::sync::Arc;

use compact_str::CompactString;

use crate::dataset::DatasetName;
use crate::ontology::{Property, PropertyType, Schema};

/// Where in a publisher's file a value stood.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Origin {
    /// Name of the file, without folders.
    pub file: Arc<str>,
    /// Place of the record inside the file.
    pub place: Place,
    /// Column or element that held the value (`Remarks`, `aka/lastName`, …).
    pub field: CompactString,
}

/// Place of a record inside a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Place {
    /// Line of a text file, counted from 1.
    Line(u64),
    /// Byte at which an element starts, counted from 0.
    Byte(u64),
    /// Row of a sheet, both counted from 1.
    Row {
        /// Sheet.
        sheet: u32,
        /// Row.
        row: u32,
    },
}

/// One value of one property of one entity, as one dataset gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The property.
    pub property: Property,
    /// The cleaned value, in the form of its [`PropertyType`].
    pub value: CompactString,
    /// What the publisher wrote, where it differs from `value`.
    pub original: Option<CompactString>,
    /// ISO 639-3 code of the language of `value`, where the publisher states it.
    pub lang: Option<CompactString>,
    /// The dataset that says so.
    pub dataset: DatasetName,
    /// Where it stands; `None` for values that Interdict derived or that came without a file.
    pub origin: Option<Origin>,
    /// Date or time of the first publication with this statement, ISO 8601. Derived from
    /// dataset versions; sources set it only where the file itself carries it.
    pub first_seen: Option<CompactString>,
    /// Date or time of the last publication with this statement, ISO 8601.
    pub last_seen: Option<CompactString>,
}

/// A person, company, vessel, sanction, link … made of statements.
///
/// Statements are kept in the order they were added until [`Entity::canonicalise`].
#[derive(Clone, Debug, PartialEq)]
pub struct Entity {
    /// Stable id, see `data/sources.toml` for how each source forms it.
    pub id: CompactString,
    /// What kind of thing it is.
    pub schema: Schema,
    /// Everything that is said of it.
    pub statements: Vec<Statement>,
    /// The caption that an input stated; [`Entity::caption`] computes one otherwise.
    pub stated_caption: Option<CompactString>,
    /// Other ids that mean this entity.
    pub referents: Vec<CompactString>,
    /// Time of the last change that an input stated, ISO 8601.
    pub last_change: Option<CompactString>,
    /// Whether an input flagged it as a target of measures; `None` when it did not say.
    pub stated_target: Option<bool>,
    /// The datasets that an input stated for the entity as a whole, when it did not say them
    /// value by value; sorted. Empty when it stated none.
    pub stated_datasets: Vec<CompactString>,
    /// Time of the first publication with this entity that an input stated, ISO 8601.
    pub first_seen: Option<CompactString>,
    /// Time of the last publication with this entity that an input stated, ISO 8601.
    pub last_seen: Option<CompactString>,
    /// Members of an FtM object that are no property and no known key, kept as read.
    pub extra: serde_json::Map<String, serde_json::Value>,
}

impl Entity {
    /// An entity without statements.
    pub fn new(id: impl Into<CompactString>, schema: Schema) -> Entity {
        Entity {
            id: id.into(),
            schema,
            statements: Vec::new(),
            stated_caption: None,
            referents: Vec::new(),
            last_change: None,
            stated_target: None,
            stated_datasets: Vec::new(),
            first_seen: None,
            last_seen: None,
            extra: serde_json::Map::new(),
        }
    }

    /// The statements of the property with this name, in order.
    pub fn statements_of<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Statement> {
        self.statements
            .iter()
            .filter(move |s| s.property.name() == name)
    }

    /// The values of the property with this name, in order.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.statements_of(name).map(|s| s.value.as_str())
    }

    /// The first value of the property with this name.
    pub fn first<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.statements_of(name).next().map(|s| s.value.as_str())
    }

    /// The values of every property of one type.
    pub fn values_of_type(&self, kind: PropertyType) -> impl Iterator<Item = (Property, &str)> {
        self.statements
            .iter()
            .filter(move |s| s.property.kind() == kind)
            .map(|s| (s.property, s.value.as_str()))
    }

    /// Adds a statement unless the same dataset already says the same value of the property.
    /// Returns whether it was added.
    pub fn add(&mut self, statement: Statement) -> bool {
        let known = self.statements.iter().any(|s| {
            s.property == statement.property
                && s.value == statement.value
                && s.dataset == statement.dataset
        });
        if !known {
            self.statements.push(statement);
        }
        !known
    }

    /// The datasets that say something of this entity, sorted.
    pub fn datasets(&self) -> Vec<DatasetName> {
        let mut all: Vec<DatasetName> = self.statements.iter().map(|s| s.dataset.clone()).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Sorts statements into the one order that does not depend on the file they came from:
    /// property, value, dataset, language, original.
    pub fn canonicalise(&mut self) {
        self.statements.sort_by(|a, b| {
            (a.property, &a.value, &a.dataset, &a.lang, &a.original).cmp(&(
                b.property,
                &b.value,
                &b.dataset,
                &b.lang,
                &b.original,
            ))
        });
    }

    /// What to call the entity: the stated caption, else the first value of the schema's caption
    /// properties, else the schema's name.
    pub fn caption(&self) -> &str {
        if let Some(caption) = &self.stated_caption {
            return caption;
        }
        self.schema
            .caption()
            .iter()
            .find_map(|name| self.first(name))
            .unwrap_or_else(|| self.schema.name())
    }
}
