//! Conditions on whole records: topics, schema, time of the last change, ids to leave out.

use std::collections::BTreeSet;
use std::sync::Arc;

use interdict_model::Schema;
use interdict_screening::{Filter, IndexError};

use super::scope::Scope;
use crate::lists::Answering;
use crate::records::{Place, Records};

/// What a record must be, judged by its entries within the scope.
#[derive(Clone, Debug)]
pub(crate) struct Conditions {
    pub(crate) scope: Scope,
    /// One of these topics; empty for any.
    pub(crate) topics: Vec<String>,
    /// None of these schemata, heirs apart.
    pub(crate) exclude_schemata: Vec<String>,
    /// Changed after this time.
    pub(crate) changed_since: Option<String>,
    /// Records that are left out.
    pub(crate) exclude: BTreeSet<Place>,
}

impl Conditions {
    /// Whether there is any beside the scope.
    pub(crate) fn is_empty(&self) -> bool {
        self.topics.is_empty()
            && self.exclude_schemata.is_empty()
            && self.changed_since.is_none()
            && self.exclude.is_empty()
    }

    /// Whether the record that `head` stands for is what is asked.
    pub(crate) fn hold(&self, records: &Records, head: Place) -> Result<bool, IndexError> {
        if self.exclude.contains(&head) {
            return Ok(false);
        }
        let mut has_topic = self.topics.is_empty();
        let mut has_changed = self.changed_since.is_none();
        let mut schema: Option<Schema> = None;
        for place in records.entries(&head) {
            if !records.dataset(*place).is_some_and(|d| self.scope.has(d)) {
                continue;
            }
            if !has_topic {
                let topics = records.topics(*place)?;
                has_topic = topics.iter().any(|t| self.topics.iter().any(|w| w == t));
            }
            if let Some(since) = self.changed_since.as_deref() {
                has_changed |= records
                    .last_change(*place)?
                    .is_some_and(|time| time > since);
            }
            let own = records.schema(*place)?;
            schema = match (schema, own) {
                (Some(kept), Some(own)) => Some(kept.common(own).unwrap_or(kept)),
                (kept, own) => kept.or(own),
            };
        }
        let is_excluded =
            schema.is_some_and(|s| self.exclude_schemata.iter().any(|name| s.name() == name));
        Ok(has_topic && has_changed && !is_excluded)
    }
}

/// The conditions, as the engine asks them of each entity.
#[derive(Debug)]
pub(crate) struct Admitted {
    pub(crate) now: Arc<Answering>,
    pub(crate) conditions: Conditions,
}

impl Filter for Admitted {
    fn admits(&self, segment: usize, entity: u32) -> bool {
        let records = &self.now.records;
        let head = records.head(records.place(segment, entity));
        // What cannot be read is found, and then said to be damaged.
        self.conditions.hold(records, head).unwrap_or(true)
    }
}
