//! The data folder, opened, with the threads it works on.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use interdict_desk::Desk;
use interdict_desk::segment::SegmentMaker;
use interdict_model::DatasetName;
use interdict_store::{Actor, DatabaseUrl, Right};
use tokio::runtime::{Builder, Runtime};

use crate::cli::Cli;
use crate::failure::usage;
use crate::segments::ScreeningSegments;
use crate::system;

/// A desk and what runs its waiting.
pub(crate) struct Office {
    runtime: Runtime,
    desk: Desk,
    folder: PathBuf,
    /// Whoever holds the key in the environment.
    keyed: Option<Actor>,
}

impl Office {
    /// Opens the data folder, and the database, that the arguments or the environment name.
    pub(crate) fn open(cli: &Cli) -> anyhow::Result<Office> {
        let folder = system::data_dir(cli.data_dir.as_ref())?;
        let database = system::database(cli.database.as_deref())?;
        let mut office = Office::on(&folder, database.as_ref(), Arc::new(ScreeningSegments))?;
        if let Some(secret) = system::api_key() {
            let actor = office
                .wait(office.desk.key(&secret, system::now()))
                .with_context(|| format!("the key in {}", system::API_KEY))?;
            office.desk = office.desk.acting_as(&actor);
            office.keyed = Some(actor);
        }
        Ok(office)
    }

    /// Opens a data folder, making it where it is missing.
    pub(crate) fn at(folder: &Path) -> anyhow::Result<Office> {
        Office::with(folder, Arc::new(ScreeningSegments))
    }

    /// Opens a data folder whose segments are made so.
    pub(crate) fn with(folder: &Path, segments: Arc<dyn SegmentMaker>) -> anyhow::Result<Office> {
        Office::on(folder, None, segments)
    }

    fn on(
        folder: &Path,
        database: Option<&DatabaseUrl>,
        segments: Arc<dyn SegmentMaker>,
    ) -> anyhow::Result<Office> {
        let runtime = runtime()?;
        let desk = runtime
            .block_on(Desk::open_on(folder, database, segments))
            .with_context(|| format!("data folder {}", folder.display()))?;
        Ok(Office {
            runtime,
            desk,
            folder: folder.to_owned(),
            keyed: None,
        })
    }

    /// The desk.
    pub(crate) fn desk(&self) -> &Desk {
        &self.desk
    }

    /// Who acts: the owner of the key that the environment holds, else the name given, else the
    /// user of the operating system.
    pub(crate) fn actor(&self, named: Option<&str>) -> anyhow::Result<Actor> {
        match (&self.keyed, named) {
            (Some(_), Some(_)) => Err(usage(format!(
                "--as beside {}: expected one of the two",
                system::API_KEY
            ))),
            (Some(actor), None) => Ok(actor.clone()),
            (None, Some(name)) => Ok(Actor::local(name)),
            (None, None) => Ok(Actor::local(system::user())),
        }
    }

    /// What whoever acts is called, if they may do something.
    pub(crate) fn user(&self, named: Option<&str>, right: Right) -> anyhow::Result<String> {
        let actor = self.actor(named)?;
        actor.must(right)?;
        Ok(actor.name)
    }

    /// The data folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// These lists, or all that are stored where none is named.
    pub(crate) fn lists_named(&self, names: &[DatasetName]) -> anyhow::Result<Vec<DatasetName>> {
        let stored = self.wait(self.desk.store().datasets())?;
        let stored: Vec<DatasetName> = stored.into_iter().map(|d| d.name).collect();
        if names.is_empty() {
            return Ok(stored);
        }
        for name in names {
            if !stored.contains(name) {
                let dataset = name.clone();
                return Err(interdict_store::StoreError::UnknownDataset { dataset }.into());
            }
        }
        Ok(names.to_vec())
    }

    /// Waits for something to be done.
    pub(crate) fn wait<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }
}

/// Threads to wait on.
pub(crate) fn runtime() -> anyhow::Result<Runtime> {
    Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("threads cannot be started")
}

/// A dataset name from an argument.
pub(crate) fn dataset(name: &str) -> anyhow::Result<DatasetName> {
    DatasetName::new(name).map_err(|e| usage(e.to_string()))
}
