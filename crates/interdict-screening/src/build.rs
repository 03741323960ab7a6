//! From entities to a segment that can be screened against.

use std::path::Path;

use interdict_evidence::{facts_of, name_kind, names_of, prepare};
use interdict_index::{
    Built, Description, IndexEntity, IndexError, IndexName, Segment, SegmentBuilder, payload,
};
use interdict_model::{DatasetName, Entity, PropertyType};
use interdict_text::analyse;
use rayon::prelude::*;

use crate::hit::card;

/// Entities prepared at a time: enough to keep every core busy, few enough to bound memory.
const CHUNK: usize = 2_048;

/// An entity as the index keeps it, in a segment of this dataset.
///
/// # Errors
/// When it cannot be written as payload.
pub fn index_entity(entity: &Entity, dataset: &DatasetName) -> Result<IndexEntity, IndexError> {
    let kind = name_kind(entity.schema);
    // Sanctions, links and the like are found through the party they belong to.
    let names = if entity.schema.matchable() {
        names_of(entity)
            .into_iter()
            .map(|(class, text)| IndexName {
                class,
                kind,
                text: text.into(),
                prepared: prepare(&analyse(text, kind), kind),
            })
            .collect()
    } else {
        Vec::new()
    };
    let values = |kind| {
        let mut all: Vec<_> = entity.values_of_type(kind).map(|(_, v)| v.into()).collect();
        all.sort_unstable();
        all.dedup();
        all
    };
    Ok(IndexEntity {
        id: entity.id.clone(),
        schema: entity.schema,
        names,
        facts: facts_of(entity),
        topics: values(PropertyType::Topic),
        references: values(PropertyType::Entity),
        card: card::write(entity, dataset.as_str()),
        payload: payload::encode(entity)?,
    })
}

/// Prepares entities chunk by chunk on all cores and keeps their order.
fn fill(
    description: Description,
    entities: impl Iterator<Item = Entity>,
) -> Result<SegmentBuilder, IndexError> {
    let dataset = description.dataset.clone();
    let mut builder = SegmentBuilder::new(description);
    let mut entities = entities.peekable();
    while entities.peek().is_some() {
        let chunk: Vec<Entity> = entities.by_ref().take(CHUNK).collect();
        let prepared: Vec<Result<IndexEntity, IndexError>> = chunk
            .par_iter()
            .map(|entity| index_entity(entity, &dataset))
            .collect();
        for entity in prepared {
            builder.push(&entity?)?;
        }
    }
    Ok(builder)
}

/// Writes a segment of these entities; no two may share an id. The same entities in the same order
/// give the same bytes.
///
/// # Errors
/// When two entities share an id or the file cannot be written; nothing is left at `path` then.
pub fn build_segment(
    description: Description,
    entities: impl Iterator<Item = Entity>,
    path: &Path,
) -> Result<Built, IndexError> {
    fill(description, entities)?.write(path)
}

/// The same in memory.
///
/// # Errors
/// When two entities share an id.
pub fn segment_in_memory(
    description: Description,
    entities: impl Iterator<Item = Entity>,
) -> Result<Segment, IndexError> {
    fill(description, entities)?.build()
}
