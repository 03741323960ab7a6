//! Records as clients of yente read them.

use std::collections::BTreeMap;
use std::sync::Arc;

use compact_str::CompactString;
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

use crate::records::Record;

/// A record with records inside its properties.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) record: Arc<Record>,
    /// Properties whose values are shown as records, whole; others are those of the record.
    pub(crate) inside: BTreeMap<&'static str, Vec<Link>>,
}

/// A value of an entity property.
#[derive(Clone, Debug)]
pub(crate) enum Link {
    /// An id.
    Id(CompactString),
    /// The record itself.
    Node(Node),
}

impl Node {
    /// A record with nothing inside.
    pub(crate) fn flat(record: Arc<Record>) -> Node {
        Node {
            record,
            inside: BTreeMap::new(),
        }
    }
}

impl Serialize for Link {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Link::Id(id) => serializer.serialize_str(id),
            Link::Node(node) => node.serialize(serializer),
        }
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        members(&mut map, &self.record, &self.inside)?;
        map.end()
    }
}

/// The ten members that every entity has.
pub(crate) fn members<M: SerializeMap>(
    map: &mut M,
    record: &Record,
    inside: &BTreeMap<&'static str, Vec<Link>>,
) -> Result<(), M::Error> {
    map.serialize_entry("id", &record.id)?;
    map.serialize_entry("caption", &record.caption)?;
    map.serialize_entry("schema", record.schema.name())?;
    map.serialize_entry("properties", &Properties { record, inside })?;
    map.serialize_entry("datasets", &Texts(record.datasets.as_slice()))?;
    map.serialize_entry("referents", &record.referents)?;
    map.serialize_entry("target", &record.target)?;
    map.serialize_entry("first_seen", &record.first_seen)?;
    map.serialize_entry("last_seen", &record.last_seen)?;
    map.serialize_entry("last_change", &record.last_change)
}

struct Properties<'r> {
    record: &'r Record,
    inside: &'r BTreeMap<&'static str, Vec<Link>>,
}

impl Serialize for Properties<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (property, values) in &self.record.properties {
            if !self.inside.contains_key(property.name()) {
                map.serialize_entry(property.name(), values)?;
            }
        }
        for (name, links) in self.inside {
            map.serialize_entry(name, links)?;
        }
        map.end()
    }
}

struct Texts<'t>(&'t [interdict_model::DatasetName]);

impl Serialize for Texts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(Some(self.0.len()))?;
        for name in self.0 {
            seq.serialize_element(name.as_str())?;
        }
        seq.end()
    }
}
