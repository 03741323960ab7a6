//! Finding records by words: for people who look something up, not for screening.
//!
//! Every list has a small index in memory beside it, of the words of all its values and of the values
//! whole, each with property and position. It is built once for a version of a list and shared by all
//! sets of lists that hold that version. Nothing is scored here: a record meets a query or does not.

mod build;
pub(crate) mod facets;
pub(crate) mod parse;
pub(crate) mod query;
pub(crate) mod run;
pub(crate) mod words;

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use interdict_screening::{IndexError, Snapshot};

pub(crate) use build::WordIndex;

/// The word indexes of a set of lists, built when they are asked for first.
#[derive(Debug, Default)]
pub struct Lookup {
    snapshot: Snapshot,
    /// By list, the index that another set of lists has of the same version.
    before: Vec<Option<Arc<WordIndex>>>,
    indexes: OnceLock<Vec<Arc<WordIndex>>>,
    building: Mutex<()>,
}

impl Lookup {
    /// Word indexes for open lists; of versions that `before` has read, its indexes are kept.
    pub fn new(snapshot: Snapshot, before: Option<&Lookup>) -> Lookup {
        let kept = |dataset: &interdict_model::DatasetName, version: &str| {
            let before = before?;
            let segments = before.snapshot.segments();
            let place = segments.iter().position(|segment| {
                let description = segment.description();
                description.dataset == *dataset && description.version == version
            })?;
            before.indexes.get()?.get(place).cloned()
        };
        let before = snapshot
            .segments()
            .iter()
            .map(|segment| {
                let description = segment.description();
                kept(&description.dataset, description.version.as_str())
            })
            .collect();
        Lookup {
            snapshot,
            before,
            ..Lookup::default()
        }
    }

    /// The indexes, in the order of the lists; built now where they are not yet. Takes seconds then:
    /// not for threads that serve.
    ///
    /// # Errors
    /// When a segment is damaged.
    pub(crate) fn indexes(&self) -> Result<&[Arc<WordIndex>], IndexError> {
        if let Some(ready) = self.indexes.get() {
            return Ok(ready);
        }
        // Who comes meanwhile waits for the one that builds.
        let _building = self.building.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(ready) = self.indexes.get() {
            return Ok(ready);
        }
        let mut indexes = Vec::new();
        for place in 0..self.snapshot.segments().len() {
            indexes.push(match self.before.get(place).cloned().flatten() {
                Some(index) => index,
                None => Arc::new(WordIndex::build(&self.snapshot, place)?),
            });
        }
        let bytes: usize = indexes.iter().map(|index| index.size()).sum();
        tracing::info!("the words of the lists are read: {} MiB", bytes >> 20);
        Ok(self.indexes.get_or_init(|| indexes))
    }
}
