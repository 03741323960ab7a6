//! Doing jobs, one after the other.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use interdict_batch::{BatchError, Identity, Kind as Form, ListUsed, Outcome, ToRecord};
use interdict_customers::Profile;
use interdict_desk::{Desk, DeskError, NoProgress, OpenLists, Progress, Step};
use interdict_screening::{Engine, Policy, Snapshot};
use interdict_store::{LoadFacts, PublicationId};
use jiff::Timestamp;
use serde_json::json;
use tokio::runtime::Handle;

use super::Shared;
use super::file::{Job, Kind, State, input};

/// Rows of every hundred that may be rejected by a load: more are a wrong profile rather than bad rows.
const MOST_REJECTED: f64 = 5.0;
/// How long to wait before a job that could not be begun is tried again.
const AGAIN: std::time::Duration = std::time::Duration::from_secs(5);

pub(super) struct Worker {
    pub(super) shared: Arc<Shared>,
    pub(super) desk: Desk,
    pub(super) runtime: Handle,
}

/// Why a job could not be done.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Batch(#[from] BatchError),
    #[error(transparent)]
    Desk(#[from] DeskError),
    #[error(transparent)]
    Store(#[from] interdict_store::StoreError),
    #[error(transparent)]
    Policy(#[from] interdict_screening::PolicyError),
    #[error(transparent)]
    Customers(#[from] interdict_customers::CustomerError),
    #[error("{0}")]
    Told(String),
    #[error("a file of the job: {0}")]
    File(#[from] std::io::Error),
}

impl Worker {
    pub(super) fn run(&self) {
        while let Some((job, stop)) = self.next() {
            let folder = self.shared.folder_of(&job.id);
            let changed = match self.work(&job, &folder, &stop) {
                Ok(Some(done)) => self.shared.change(&job.id, |job| *job = done),
                // Asked to stop: the job stays as it is, to be taken up at the next start.
                Ok(None) => Ok(()),
                Err(failure) => {
                    tracing::warn!(job = job.id, "a job failed");
                    self.shared.change(&job.id, |job| {
                        job.state = State::Failed;
                        job.problem = Some(failure.to_string());
                    })
                }
            };
            if let Err(e) = changed {
                tracing::error!(job = job.id, "the end of a job cannot be written: {e}");
            }
            let removed = !self.shared.line().jobs.contains_key(&job.id);
            if removed && let Err(e) = std::fs::remove_dir_all(&folder) {
                tracing::error!(job = job.id, "a job that was removed is left behind: {e}");
            }
        }
    }

    /// The oldest job that is to be done.
    fn next(&self) -> Option<(Job, Arc<AtomicBool>)> {
        let mut line = self.shared.line();
        loop {
            if line.ending {
                return None;
            }
            let found = line.jobs.iter().find(|(_, known)| {
                matches!(known.told.borrow().state, State::Waiting | State::Running)
            });
            if let Some((id, known)) = found {
                let (id, stop) = (id.clone(), known.stop.clone());
                drop(line);
                let begun = self.shared.change(&id, |job| job.state = State::Running);
                line = self.shared.line();
                match begun {
                    // It may have been removed meanwhile.
                    Ok(()) => match line.jobs.get(&id) {
                        Some(known) => {
                            let job = known.told.borrow().clone();
                            return Some((job, stop));
                        }
                        None => continue,
                    },
                    Err(e) => tracing::error!(job = id, "a job cannot be begun: {e}"),
                }
                // The disk may be full: it is tried again, not at once.
                line = self
                    .shared
                    .filled
                    .wait_timeout(line, AGAIN)
                    .unwrap_or_else(std::sync::PoisonError::into_inner)
                    .0;
                continue;
            }
            line = self
                .shared
                .filled
                .wait(line)
                .unwrap_or_else(std::sync::PoisonError::into_inner);
        }
    }

    fn work(&self, job: &Job, folder: &Path, stop: &AtomicBool) -> Result<Option<Job>, Failure> {
        match &job.kind {
            Kind::Screen => self.screen(job, folder, stop),
            Kind::Load { book } => self.load(job, folder, book).map(Some),
        }
    }

    /// The lists that the job began with, whatever answers by now.
    fn lists(&self, job: &Job) -> Result<OpenLists, Failure> {
        self.runtime.block_on(async {
            let mut publications = Vec::with_capacity(job.publications.len());
            for number in &job.publications {
                let id = PublicationId(*number);
                publications.push(self.desk.store().publication(id).await?);
            }
            let none = Snapshot::default();
            Ok(self
                .desk
                .open_lists(publications, &none, &NoProgress)
                .await?)
        })
    }

    fn screen(&self, job: &Job, folder: &Path, stop: &AtomicBool) -> Result<Option<Job>, Failure> {
        let profile = Profile::parse(&job.profile, "of the job")?;
        let policy = Policy::parse(&job.policy, "of the job")?;
        let lists = self.lists(job)?;
        let paths = job.paths(folder);
        let kind = Form::of(&paths.output)?;
        let identity = Identity {
            engine: env!("CARGO_PKG_VERSION").to_owned(),
            file_sha256: job.sha256.clone(),
            profile: profile
                .to_toml()
                .map_err(|e| Failure::Told(e.to_string()))?,
            policy_hash: policy.hash().to_owned(),
            policy: job.policy.clone(),
            lists: lists
                .covered(&policy)
                .map(|list| ListUsed {
                    dataset: list.dataset.clone(),
                    content: list.content.clone(),
                    published: list.published.clone(),
                    entities: list.entities,
                })
                .collect(),
            format: kind.word().to_owned(),
            all_rows: job.all_rows,
        };
        let engine = Engine::new(lists.snapshot.clone(), policy);
        let actor = job.by.actor();
        let desk = self.desk.acting_as(&actor);
        let record = |wanted: &ToRecord<'_>| {
            self.runtime
                .block_on(wanted.leave(&desk, &engine, &actor.name))
                .map_err(|e| BatchError::failed("the screening was not recorded", e))
        };
        let progress = |rows: u64| self.shared.progress(&job.id, rows);
        let today = job
            .today
            .parse()
            .map_err(|_| Failure::Told(format!("the day {:?} of the job is none", job.today)))?;
        // Half of the cores: questions of people come first.
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
        let outcome = interdict_batch::run(&interdict_batch::Job {
            file: input(folder),
            profile,
            rows: job.rows,
            engine: &engine,
            identity,
            today,
            kind,
            paths,
            threads: Some((cores / 2).max(1)),
            fresh: false,
            progress: &progress,
            stop,
            record: &record,
        })?;
        Ok(match outcome {
            Outcome::Stopped { .. } => None,
            Outcome::Done { record, .. } => Some(Job {
                state: State::Done,
                done: job.rows,
                counts: Some(record.counts.clone()),
                output_sha256: Some(record.output_sha256.clone()),
                ..job.clone()
            }),
        })
    }

    fn load(&self, job: &Job, folder: &Path, book: &str) -> Result<Job, Failure> {
        let profile = Profile::parse(&job.profile, "of the job")?;
        let file = File::open(input(folder))?;
        let mut rows = interdict_batch::book_rows(file, &job.name, &profile)?;
        rows.check(&job.name, MOST_REJECTED)?;
        let actor = job.by.actor();
        let desk = self.desk.acting_as(&actor);
        let mut sha256 = [0; 32];
        let (digest, _) = interdict_batch::file_digest(&input(folder))?;
        sha256.copy_from_slice(&digest);
        let facts = LoadFacts {
            book: book.to_owned(),
            at: Timestamp::now(),
            actor: actor.name.clone(),
            file: job.name.clone(),
            sha256,
            profile: job.profile.clone(),
            rejected: rows.rejected.len() as u64,
        };
        let told = Told {
            shared: &self.shared,
            id: &job.id,
        };
        let (load, run) = self.runtime.block_on(async {
            // A customer whose row is rejected has not left the bank.
            let kept = desk.standing(book, &rows.rejected_keys).await?;
            rows.customers.extend(kept);
            let load = desk.load_book(&facts, &rows.customers).await?;
            let current = desk.store().current().await?;
            let lists = desk
                .open_lists(current, &Snapshot::default(), &NoProgress)
                .await?;
            let policy = match desk.store().book(book).await?.policy {
                Some(text) => Policy::parse(&text, &format!("of book {book:?}"))?,
                None => Policy::shipped()?,
            };
            let engine = Engine::new(lists.snapshot, policy);
            let run = desk
                .screen_book(book, &engine, &actor.name, Timestamp::now(), &told)
                .await?;
            Ok::<_, Failure>((load, run))
        })?;
        Ok(Job {
            state: State::Done,
            done: job.rows,
            outcome: Some(json!({
                "added": load.added,
                "changed": load.changed,
                "removed": load.removed,
                "unchanged": load.unchanged,
                "rejected": rows.rejected,
                "screened": run,
            })),
            ..job.clone()
        })
    }
}

/// Passes on how far the screening of a book is.
struct Told<'a> {
    shared: &'a Shared,
    id: &'a str,
}

impl Progress for Told<'_> {
    fn at(&self, _: Step, done: u64) {
        self.shared.progress(self.id, done);
    }
}
