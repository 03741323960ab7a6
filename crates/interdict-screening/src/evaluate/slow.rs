//! The queries that took longest.

use serde::Serialize;

/// A query and how long it took. The only part of a report that differs from run to run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Slow {
    /// The name asked.
    pub name: String,
    /// Microseconds by the wall clock, with whatever else the machine did.
    pub micros: u64,
    /// Alerts.
    pub hits: usize,
}

const MOST: usize = 15;

/// Keeps the slowest.
#[derive(Default)]
pub(super) struct Slowest(Vec<Slow>);

impl Slowest {
    pub(super) fn add(&mut self, name: &str, micros: u64, hits: usize) {
        if self.0.len() == MOST && self.0.last().is_some_and(|last| last.micros >= micros) {
            return;
        }
        let slow = Slow {
            name: name.to_owned(),
            micros,
            hits,
        };
        let at = self.0.partition_point(|other| other.micros >= micros);
        self.0.insert(at, slow);
        self.0.truncate(MOST);
    }

    /// The slowest first.
    pub(super) fn slowest(self) -> Vec<Slow> {
        self.0
    }
}
