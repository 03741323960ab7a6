//! An entity revision: the canonical bytes of what a publication says of an entity, and their hash.
//!
//! Canonical means: the same for the same content, whatever order, file or format it came in.
//! Statements are sorted by property name, value, dataset, language and original; where they stood
//! and when they were seen is no part of it (that is kept with each publication, see
//! `content::origins`).

use interdict_model::{DatasetName, Entity, Schema, Statement};
use sha2::{Digest, Sha256};

use crate::bytes::{Reader, Wrong, put_optional, put_text, put_uint};
use crate::error::StoreError;

/// First byte of every revision; another layout gets another number.
const LAYOUT: u8 = 1;

/// SHA-256 of the canonical bytes of a revision.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RevisionHash(pub [u8; 32]);

impl std::fmt::Debug for RevisionHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&crate::hex(&self.0))
    }
}

/// Sorts the statements of an entity into the order that revisions keep them in.
pub fn canonicalise(entity: &mut Entity) {
    entity
        .statements
        .sort_by(|a, b| sort_key(a).cmp(&sort_key(b)));
    entity.referents.sort_unstable();
    entity.referents.dedup();
}

fn sort_key(s: &Statement) -> (&str, &str, &str, Option<&str>, Option<&str>) {
    (
        s.property.name(),
        &s.value,
        s.dataset.as_str(),
        s.lang.as_deref(),
        s.original.as_deref(),
    )
}

/// The canonical bytes of a canonicalised entity.
pub(crate) fn encode(entity: &Entity) -> Result<Vec<u8>, StoreError> {
    let mut out = Vec::with_capacity(64 + entity.statements.len() * 48);
    out.push(LAYOUT);
    put_text(&mut out, &entity.id);
    put_text(&mut out, entity.schema.name());
    put_optional(&mut out, entity.stated_caption.as_deref());
    put_optional(&mut out, entity.last_change.as_deref());
    out.push(match entity.stated_target {
        None => 0,
        Some(false) => 1,
        Some(true) => 2,
    });
    put_uint(&mut out, entity.referents.len() as u64);
    for referent in &entity.referents {
        put_text(&mut out, referent);
    }
    put_text(&mut out, &extra_text(entity));
    let datasets = entity.datasets();
    put_uint(&mut out, datasets.len() as u64);
    for dataset in &datasets {
        put_text(&mut out, dataset.as_str());
    }
    put_uint(&mut out, entity.statements.len() as u64);
    for s in &entity.statements {
        if entity.schema.property(s.property.name()) != Some(s.property) {
            return Err(StoreError::ForeignProperty {
                id: entity.id.to_string(),
                schema: entity.schema.name(),
                property: s.property.qname(),
            });
        }
        put_text(&mut out, s.property.name());
        put_text(&mut out, &s.value);
        let dataset = datasets.binary_search(&s.dataset).unwrap_or_default();
        put_uint(&mut out, dataset as u64);
        put_optional(&mut out, s.lang.as_deref());
        put_optional(&mut out, s.original.as_deref());
    }
    Ok(out)
}

/// Members that are no property, with sorted keys at every depth; empty when there are none.
fn extra_text(entity: &Entity) -> String {
    if entity.extra.is_empty() {
        return String::new();
    }
    let mut value = serde_json::Value::Object(entity.extra.clone());
    value.sort_all_objects();
    value.to_string()
}

pub(crate) fn hash(bytes: &[u8]) -> RevisionHash {
    RevisionHash(Sha256::digest(bytes).into())
}

/// The entity that [`encode`] wrote.
pub(crate) fn decode(bytes: &[u8]) -> Result<Entity, StoreError> {
    let mut reader = Reader::new(bytes);
    decode_from(&mut reader).map_err(|wrong| StoreError::damaged("an entity revision", wrong))
}

fn decode_from(reader: &mut Reader<'_>) -> Result<Entity, Wrong> {
    if reader.byte()? != LAYOUT {
        return Err("has an unknown layout");
    }
    let id = reader.text()?;
    let schema = Schema::get(reader.text()?).ok_or("names a schema this release does not have")?;
    let mut entity = Entity::new(id, schema);
    entity.stated_caption = reader.optional()?.map(Into::into);
    entity.last_change = reader.optional()?.map(Into::into);
    entity.stated_target = match reader.byte()? {
        0 => None,
        1 => Some(false),
        2 => Some(true),
        _ => return Err("has an unknown target mark"),
    };
    for _ in 0..reader.count()? {
        entity.referents.push(reader.text()?.into());
    }
    let extra = reader.text()?;
    if !extra.is_empty() {
        entity.extra =
            serde_json::from_str(extra).map_err(|_| "holds members that are not JSON")?;
    }
    let mut datasets = Vec::new();
    for _ in 0..reader.count()? {
        let name = DatasetName::new(reader.text()?).map_err(|_| "names an impossible dataset")?;
        datasets.push(name);
    }
    let count = reader.count()?;
    entity.statements.reserve_exact(count);
    for _ in 0..count {
        let property = schema
            .property(reader.text()?)
            .ok_or("names a property this release does not have")?;
        let value = reader.text()?.into();
        let dataset = usize::try_from(reader.uint()?)
            .ok()
            .and_then(|index| datasets.get(index))
            .ok_or("points at a dataset it does not name")?
            .clone();
        let lang = reader.optional()?.map(Into::into);
        let original = reader.optional()?.map(Into::into);
        entity.statements.push(Statement {
            property,
            value,
            original,
            lang,
            dataset,
            origin: None,
            first_seen: None,
            last_seen: None,
        });
    }
    if reader.is_empty() {
        Ok(entity)
    } else {
        Err("has bytes after its end")
    }
}
