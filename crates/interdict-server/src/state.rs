//! What every request can reach.

use std::sync::Arc;

use interdict_desk::Desk;
use interdict_screening::Policy;

use crate::config::Config;
use crate::lists::Lists;
use crate::recorder::Recorder;
use crate::screening::Screening;
use crate::serve::ServeError;

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
        let recorder = Recorder::start(desk.clone());
        Ok(App {
            inner: Arc::new(Inner {
                desk,
                lists,
                screening,
                recorder,
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

    /// The settings.
    pub fn config(&self) -> &Config {
        &self.inner.config
    }
}
