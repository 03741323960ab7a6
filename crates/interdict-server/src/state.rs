//! What every request can reach.

use std::sync::{Arc, OnceLock};

use interdict_desk::Desk;
use interdict_screening::Policy;

use tokio::sync::{Mutex, Semaphore};
use tokio_util::sync::CancellationToken;

use crate::auth::{Known, Rate};
use crate::config::Config;
use crate::front::Crowd;
use crate::jobs::Jobs;
use crate::lists::Lists;
use crate::recorder::Recorder;
use crate::screening::Screening;
use crate::serve::ServeError;
use crate::updates::Updater;

/// Passwords that are hashed at a time: each takes some 20 MB.
const HASHINGS: usize = 2;

/// A desk, the lists that answer, and the settings. Cheap to clone.
#[derive(Clone, Debug)]
pub struct App {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    desk: Desk,
    lists: Lists,
    screening: Screening,
    recorder: Recorder,
    known: Known,
    rate: Rate,
    hashing: Semaphore,
    crowd: Arc<Crowd>,
    jobs: Jobs,
    stopping: CancellationToken,
    updater: OnceLock<Updater>,
    updating: Mutex<()>,
    config: Config,
}

impl App {
    /// Opens the lists that answer, and starts what answers and what records.
    ///
    /// # Errors
    /// When stored data cannot be read or threads cannot be started.
    pub async fn open(desk: Desk, policy: Policy, config: Config) -> Result<App, ServeError> {
        let lists = Lists::open(&desk, policy).await?;
        let screening = Screening::start(None).map_err(|source| ServeError::Threads { source })?;
        let jobs = Jobs::open(&desk).map_err(|source| ServeError::Jobs { source })?;
        let recorder = Recorder::start(desk.clone());
        Ok(App {
            inner: Arc::new(Inner {
                desk,
                lists,
                screening,
                recorder,
                known: Known::default(),
                rate: Rate::new(config.rate_per_second),
                hashing: Semaphore::new(HASHINGS),
                crowd: Arc::new(Crowd::new(&config)),
                jobs,
                stopping: CancellationToken::new(),
                updater: OnceLock::new(),
                updating: Mutex::new(()),
                config,
            }),
        })
    }

    /// The desk.
    pub fn desk(&self) -> &Desk {
        &self.inner.desk
    }

    /// The lists.
    pub fn lists(&self) -> &Lists {
        &self.inner.lists
    }

    /// Where questions are answered.
    pub fn screening(&self) -> &Screening {
        &self.inner.screening
    }

    /// Where screenings are recorded.
    pub fn recorder(&self) -> &Recorder {
        &self.inner.recorder
    }

    /// Keys that were good a moment ago. Whoever changes users or keys calls its `forget`.
    pub(crate) fn known(&self) -> &Known {
        &self.inner.known
    }

    /// Requests by credential.
    pub(crate) fn rate(&self) -> &Rate {
        &self.inner.rate
    }

    /// Turns at hashing passwords.
    pub(crate) fn hashing(&self) -> &Semaphore {
        &self.inner.hashing
    }

    /// Requests under way.
    pub(crate) fn crowd(&self) -> &Arc<Crowd> {
        &self.inner.crowd
    }

    /// Work on customer files.
    pub(crate) fn jobs(&self) -> &Jobs {
        &self.inner.jobs
    }

    /// Told when the server stops, so that streams end.
    pub(crate) fn stopping(&self) -> &CancellationToken {
        &self.inner.stopping
    }

    /// Gives it a way to look at the publishers; only the first one counts.
    pub fn set_updater(&self, updater: Updater) {
        // The second is dropped, as promised.
        let _ = self.inner.updater.set(updater);
    }

    pub(crate) fn updater(&self) -> Option<Updater> {
        self.inner.updater.get().cloned()
    }

    /// Held while the publishers are looked at.
    pub(crate) fn updating(&self) -> &Mutex<()> {
        &self.inner.updating
    }

    /// The settings.
    pub fn config(&self) -> &Config {
        &self.inner.config
    }
}
