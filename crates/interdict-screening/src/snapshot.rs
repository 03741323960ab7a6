//! The lists as they stand at one moment: open segments, one for each dataset.

use std::path::Path;
use std::sync::Arc;

use interdict_index::{IndexError, Segment, payload::PayloadReader};
use interdict_model::{DatasetName, Entity};
use serde::Serialize;

/// A dataset version that an answer was given from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Searched {
    /// The dataset.
    pub dataset: String,
    /// Its version.
    pub version: String,
    /// Entities in it, links and sanctions included.
    pub entities: u32,
    /// Names that were compared.
    pub names: u32,
}

/// Open segments, in the order of their datasets. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    segments: Vec<Arc<Segment>>,
}

impl Snapshot {
    /// A snapshot of these segments.
    pub fn new(segments: impl IntoIterator<Item = Arc<Segment>>) -> Snapshot {
        let mut segments: Vec<Arc<Segment>> = segments.into_iter().collect();
        segments.sort_by(|a, b| {
            let key = |s: &Segment| {
                let description = s.description();
                (description.dataset.clone(), description.version.clone())
            };
            key(a).cmp(&key(b))
        });
        Snapshot { segments }
    }

    /// Opens a segment file; a header and a table of sections are read, nothing more.
    ///
    /// # Errors
    /// When the file cannot be read, is damaged or is of another release's format.
    pub fn open_segment(file: &Path) -> Result<Arc<Segment>, IndexError> {
        Segment::open(file).map(Arc::new)
    }

    /// The open segment of a version of a dataset, if it is one of these.
    pub fn segment(&self, dataset: &DatasetName, version: &str) -> Option<&Arc<Segment>> {
        self.segments.iter().find(|segment| {
            let description = segment.description();
            description.dataset == *dataset && description.version == version
        })
    }

    /// The segments, in the order of their datasets.
    pub fn segments(&self) -> &[Arc<Segment>] {
        &self.segments
    }

    /// The datasets in it.
    pub fn datasets(&self) -> impl Iterator<Item = &DatasetName> {
        self.segments.iter().map(|s| &s.description().dataset)
    }

    /// What an answer says of each dataset.
    pub fn searched(&self) -> Vec<Searched> {
        self.segments
            .iter()
            .map(|segment| searched(segment))
            .collect()
    }

    /// Reads entities by segment and ordinal.
    pub fn reader(&self) -> EntityReader<'_> {
        EntityReader {
            snapshot: self,
            reader: PayloadReader::default(),
        }
    }

    /// The entity with this id, from every dataset that has it.
    ///
    /// # Errors
    /// When a segment is damaged.
    pub fn entities(&self, id: &str) -> Result<Vec<Entity>, IndexError> {
        let mut found = Vec::new();
        let mut reader = PayloadReader::default();
        for segment in &self.segments {
            let view = segment.view();
            if let Some(ordinal) = view.find(id)? {
                found.push(reader.read(&view, ordinal)?);
            }
        }
        Ok(found)
    }

    /// The entities that refer to this id (its sanctions, links, documents), dataset by dataset.
    ///
    /// # Errors
    /// When a segment is damaged.
    pub fn referring(&self, id: &str) -> Result<Vec<Entity>, IndexError> {
        let mut found = Vec::new();
        let mut reader = PayloadReader::default();
        for segment in &self.segments {
            found.extend(referring_in(segment, id, &mut reader)?);
        }
        Ok(found)
    }
}

/// Reads entities of a snapshot whole; keeps what it unpacked last, since entities that belong
/// together mostly stand together.
#[derive(Debug)]
pub struct EntityReader<'s> {
    snapshot: &'s Snapshot,
    reader: PayloadReader,
}

impl EntityReader<'_> {
    /// The entity with this ordinal in this segment; `None` where there is no such segment.
    ///
    /// # Errors
    /// When the segment is damaged, or has no such entity.
    pub fn read(&mut self, segment: usize, entity: u32) -> Result<Option<Entity>, IndexError> {
        match self.snapshot.segments.get(segment) {
            Some(segment) => self.reader.read(&segment.view(), entity).map(Some),
            None => Ok(None),
        }
    }
}

pub(crate) fn searched(segment: &Segment) -> Searched {
    Searched {
        dataset: segment.description().dataset.to_string(),
        version: segment.description().version.clone(),
        entities: segment.entity_count(),
        names: segment.name_count(),
    }
}

/// The entities of one segment that refer to an id.
pub(crate) fn referring_in(
    segment: &Segment,
    id: &str,
    reader: &mut PayloadReader,
) -> Result<Vec<Entity>, IndexError> {
    let view = segment.view();
    let mut found = Vec::new();
    for ordinal in view.referring_to(id) {
        let entity = reader.read(&view, ordinal)?;
        let refers = entity
            .values_of_type(interdict_model::PropertyType::Entity)
            .any(|(_, value)| value == id);
        if refers {
            found.push(entity);
        }
    }
    found.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(found)
}
