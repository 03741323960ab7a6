//! What every request can reach.

use std::sync::Arc;

use interdict_desk::{Desk, DeskError};
use interdict_screening::Policy;

use crate::config::Config;
use crate::lists::Lists;

/// A desk, the lists that answer, and the settings. Cheap to clone.
#[derive(Clone, Debug)]
pub struct App {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    desk: Desk,
    lists: Lists,
    config: Config,
}

impl App {
    /// Opens the lists that answer.
    ///
    /// # Errors
    /// When stored data cannot be read.
    pub async fn open(desk: Desk, policy: Policy, config: Config) -> Result<App, DeskError> {
        let lists = Lists::open(&desk, policy).await?;
        Ok(App {
            inner: Arc::new(Inner {
                desk,
                lists,
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

    /// The settings.
    pub fn config(&self) -> &Config {
        &self.inner.config
    }
}
