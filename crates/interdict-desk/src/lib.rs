//! The work around the engine: import, versions, the current lists.
//!
//! Knows files, the store and the engine, and brings them together; draws nothing and prints
//! nothing: progress goes to whoever listens.
#![forbid(unsafe_code)]

pub mod accounts;
pub mod audit;
pub mod books;
mod cache;
pub mod clusters;
pub mod diff;
mod error;
pub mod guard;
mod import;
mod lists;
mod open;
mod private;
mod progress;
mod prune;
mod review;
pub mod segment;
mod unindexed;
pub mod view;
pub mod work;

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use interdict_screening::Policy;
use interdict_sources::Catalog;
use interdict_store::{Actor, DatabaseUrl, Store};

pub use error::DeskError;
pub use import::{Import, ImportOutcome, Input, Seconds};
pub use lists::{ListAt, ListState, Status};
pub use open::{OpenLists, SearchedList};
pub use progress::{NoProgress, Progress, Step};
pub use prune::{KeepPolicy, PrunePlan};
pub use review::{Logged, Plan, Review, Wish};
pub use unindexed::NoIndex;

/// A data folder with everything needed to work on it.
#[derive(Clone)]
pub struct Desk {
    store: Store,
    catalog: Arc<Catalog>,
    segments: Arc<dyn segment::SegmentMaker>,
    wait: Duration,
    /// Bytes that indexes of publications which do not answer now may take.
    historic_bytes: u64,
    /// What holds for the house: four eyes where no book is meant, how long data is kept.
    house: Arc<Policy>,
    times: accounts::Times,
    /// When it was last noted that a key was used.
    noted: Arc<Mutex<HashMap<i64, jiff::Timestamp>>>,
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Desk({})", self.store.folder().root().display())
    }
}

impl Desk {
    /// Opens a data folder, making it where it is missing. Only opens files; nothing is scanned.
    ///
    /// # Errors
    /// When the folder cannot be used, was written by a later release, or is damaged.
    pub async fn open_with(
        data_dir: &Path,
        segments: Arc<dyn segment::SegmentMaker>,
    ) -> Result<Desk, DeskError> {
        Desk::open_on(data_dir, None, segments).await
    }

    /// Opens a data folder whose database is a PostgreSQL one, or, for `None`, the folder's own.
    ///
    /// # Errors
    /// When the folder or the database cannot be used, was written by a later release, or is
    /// damaged.
    pub async fn open_on(
        data_dir: &Path,
        database: Option<&DatabaseUrl>,
        segments: Arc<dyn segment::SegmentMaker>,
    ) -> Result<Desk, DeskError> {
        Ok(Desk {
            store: Store::open_on(data_dir, database).await?,
            catalog: Arc::new(Catalog::built_in()?),
            segments,
            wait: Duration::from_secs(60),
            historic_bytes: cache::HISTORIC_BYTES,
            house: Arc::new(Policy::shipped()?),
            times: accounts::Times::default(),
            noted: Arc::default(),
        })
    }

    /// The same desk, waiting at most `wait` for another process to finish writing.
    #[must_use]
    pub fn waiting(mut self, wait: Duration) -> Desk {
        self.wait = wait;
        self
    }

    /// The same desk, under another policy of the house.
    #[must_use]
    pub fn under(mut self, house: Policy) -> Desk {
        self.house = Arc::new(house);
        self
    }

    /// The policy of the house.
    pub fn house(&self) -> &Policy {
        &self.house
    }

    /// The same desk, with other times for sessions and locks.
    #[must_use]
    pub fn with_times(mut self, times: accounts::Times) -> Desk {
        self.times = times;
        self
    }

    /// The same desk, on behalf of somebody: what it records under that name is recorded with
    /// person, account and key.
    #[must_use]
    pub fn acting_as(&self, actor: &Actor) -> Desk {
        Desk {
            store: self.store.acting_as(actor),
            ..self.clone()
        }
    }

    /// How long to wait for another process to finish writing.
    pub fn wait(&self) -> Duration {
        self.wait
    }

    /// The store below.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The lists known by name.
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }
}
