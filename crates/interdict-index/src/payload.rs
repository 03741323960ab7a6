//! Entities as a segment keeps them: compact JSON with every statement's dataset, original text,
//! language and place in the publisher's file.

use std::borrow::Cow;
use std::sync::Arc;

use compact_str::CompactString;
use interdict_model::{DatasetName, Entity, Origin, Place, Schema, Statement};
use serde::{Deserialize, Serialize};

use crate::error::IndexError;
use crate::format::Section;
use crate::hash::hash;
use crate::keys;
use crate::view::View;

/// Most bytes that a block of payload may claim to hold, so that a damaged length cannot ask for
/// all memory.
const MAX_BLOCK: u32 = 1 << 30;

fn is_none<T>(value: &Option<T>) -> bool {
    value.is_none()
}

#[derive(Serialize, Deserialize)]
struct Record<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow)]
    schema: Cow<'a, str>,
    /// Datasets and files that the statements name by number.
    #[serde(default)]
    datasets: Vec<Cow<'a, str>>,
    #[serde(default)]
    files: Vec<Cow<'a, str>>,
    statements: Vec<Line<'a>>,
    #[serde(default, skip_serializing_if = "is_none")]
    caption: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    referents: Vec<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "is_none")]
    last_change: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "is_none")]
    target: Option<bool>,
    #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
    extra: serde_json::Map<String, serde_json::Value>,
}

#[derive(Serialize, Deserialize)]
struct Line<'a> {
    #[serde(rename = "p", borrow)]
    property: Cow<'a, str>,
    #[serde(rename = "v", borrow)]
    value: Cow<'a, str>,
    #[serde(rename = "d")]
    dataset: usize,
    #[serde(rename = "o", borrow, default, skip_serializing_if = "is_none")]
    original: Option<Cow<'a, str>>,
    #[serde(rename = "l", borrow, default, skip_serializing_if = "is_none")]
    lang: Option<Cow<'a, str>>,
    #[serde(rename = "f", borrow, default, skip_serializing_if = "is_none")]
    origin: Option<Source<'a>>,
    #[serde(rename = "fs", borrow, default, skip_serializing_if = "is_none")]
    first_seen: Option<Cow<'a, str>>,
    #[serde(rename = "ls", borrow, default, skip_serializing_if = "is_none")]
    last_seen: Option<Cow<'a, str>>,
}

/// File, kind of place (0 line, 1 byte, 2 row), place, sheet, field.
#[derive(Serialize, Deserialize)]
struct Source<'a>(usize, u8, u64, u32, #[serde(borrow)] Cow<'a, str>);

/// An entity as payload bytes.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn encode(entity: &Entity) -> Result<Vec<u8>, IndexError> {
    let mut datasets: Vec<Cow<'_, str>> = Vec::new();
    let mut files: Vec<Cow<'_, str>> = Vec::new();
    let statements = entity
        .statements
        .iter()
        .map(|s| Line {
            property: Cow::Borrowed(s.property.name()),
            value: Cow::Borrowed(s.value.as_str()),
            dataset: place_of(&mut datasets, s.dataset.as_str()),
            original: s.original.as_deref().map(Cow::Borrowed),
            lang: s.lang.as_deref().map(Cow::Borrowed),
            origin: s.origin.as_ref().map(|o| {
                let (kind, place, sheet) = match o.place {
                    Place::Line(line) => (0, line, 0),
                    Place::Byte(byte) => (1, byte, 0),
                    Place::Row { sheet, row } => (2, u64::from(row), sheet),
                };
                let file = place_of(&mut files, &o.file);
                Source(file, kind, place, sheet, Cow::Borrowed(o.field.as_str()))
            }),
            first_seen: s.first_seen.as_deref().map(Cow::Borrowed),
            last_seen: s.last_seen.as_deref().map(Cow::Borrowed),
        })
        .collect();
    let record = Record {
        id: Cow::Borrowed(entity.id.as_str()),
        schema: Cow::Borrowed(entity.schema.name()),
        datasets,
        files,
        statements,
        caption: entity.stated_caption.as_deref().map(Cow::Borrowed),
        referents: entity
            .referents
            .iter()
            .map(|r| Cow::Borrowed(r.as_str()))
            .collect(),
        last_change: entity.last_change.as_deref().map(Cow::Borrowed),
        target: entity.stated_target,
        extra: entity.extra.clone(),
    };
    serde_json::to_vec(&record).map_err(|error| IndexError::Payload {
        id: entity.id.to_string(),
        problem: error.to_string(),
    })
}

fn place_of<'a>(list: &mut Vec<Cow<'a, str>>, text: &'a str) -> usize {
    match list.iter().position(|t| t == text) {
        Some(place) => place,
        None => {
            list.push(Cow::Borrowed(text));
            list.len() - 1
        }
    }
}

/// The entity of payload bytes.
///
/// # Errors
/// In words, when the bytes are not what [`encode`] writes, or name a schema or property that
/// this release does not know.
pub fn decode(bytes: &[u8]) -> Result<Entity, String> {
    let record: Record<'_> = serde_json::from_slice(bytes).map_err(|e| e.to_string())?;
    let schema =
        Schema::get(&record.schema).ok_or_else(|| format!("no schema {:?}", record.schema))?;
    let datasets: Vec<DatasetName> = record
        .datasets
        .iter()
        .map(|d| DatasetName::new(d).map_err(|e| e.to_string()))
        .collect::<Result<_, _>>()?;
    let files: Vec<Arc<str>> = record.files.iter().map(|f| Arc::from(&**f)).collect();
    let compact = |text: Cow<'_, str>| CompactString::from(text);
    let mut entity = Entity::new(compact(record.id), schema);
    for line in record.statements {
        let property = schema
            .property(&line.property)
            .ok_or_else(|| format!("{schema} has no property {:?}", line.property))?;
        let dataset = datasets
            .get(line.dataset)
            .cloned()
            .ok_or("a dataset that is not named")?;
        let origin = match line.origin {
            None => None,
            Some(Source(file, kind, place, sheet, field)) => Some(Origin {
                file: files.get(file).cloned().ok_or("a file that is not named")?,
                place: match kind {
                    0 => Place::Line(place),
                    1 => Place::Byte(place),
                    2 => Place::Row {
                        sheet,
                        row: u32::try_from(place).map_err(|e| e.to_string())?,
                    },
                    other => return Err(format!("kind of place {other}")),
                },
                field: compact(field),
            }),
        };
        entity.statements.push(Statement {
            property,
            value: compact(line.value),
            original: line.original.map(compact),
            lang: line.lang.map(compact),
            dataset,
            origin,
            first_seen: line.first_seen.map(compact),
            last_seen: line.last_seen.map(compact),
        });
    }
    entity.stated_caption = record.caption.map(compact);
    entity.referents = record.referents.into_iter().map(compact).collect();
    entity.last_change = record.last_change.map(compact);
    entity.stated_target = record.target;
    entity.extra = record.extra;
    Ok(entity)
}

/// Reads entities out of payload blocks; keeps the last block, since entities that belong together
/// mostly stand together.
#[derive(Debug, Default)]
pub struct PayloadReader {
    kept: Option<(u64, u32)>,
    raw: Vec<u8>,
}

impl PayloadReader {
    /// The entity with this ordinal.
    ///
    /// # Errors
    /// When the segment is damaged, or has no such entity.
    pub fn read(&mut self, view: &View<'_>, entity: u32) -> Result<Entity, IndexError> {
        let (row, _) = view.entity(entity)?;
        let damaged = || view.damaged(Section::Payload);
        let place = (view.segment().serial(), row.block.get());
        if self.kept != Some(place) {
            self.kept = None;
            self.block(view, row.block.get())?;
            self.kept = Some(place);
        }
        let start = row.start.get() as usize;
        let bytes = start
            .checked_add(row.length.get() as usize)
            .and_then(|end| self.raw.get(start..end))
            .ok_or_else(damaged)?;
        decode(bytes).map_err(|problem| view.segment().damaged(Section::Payload.name(), &problem))
    }

    fn block(&mut self, view: &View<'_>, block: u32) -> Result<(), IndexError> {
        let damaged = |problem: &str| view.segment().damaged(Section::Payload.name(), problem);
        let row = view
            .blocks
            .get(block as usize)
            .ok_or_else(|| view.damaged(Section::Blocks))?;
        let packed = usize::try_from(row.offset.get())
            .ok()
            .and_then(|start| {
                start
                    .checked_add(row.length.get() as usize)
                    .map(|end| start..end)
            })
            .and_then(|range| view.payload.get(range))
            .ok_or_else(|| view.damaged(Section::Payload))?;
        if hash(keys::BLOCK, packed) != row.checksum.get() {
            return Err(damaged("the checksum of a block does not fit"));
        }
        if row.raw.get() > MAX_BLOCK {
            return Err(damaged("a block claims to be too long"));
        }
        self.raw = zstd::bulk::decompress(packed, row.raw.get() as usize)
            .map_err(|error| damaged(&error.to_string()))?;
        Ok(())
    }
}
