//! Work on uploaded customer files that goes on whatever becomes of whoever asked for it.
//!
//! A job is a folder of the data folder: the file as it came, what is to be done with it, and what came
//! of it. One thread works through the jobs in the order in which they came. A job that a kill cut short
//! is taken up again at the next start, on the same lists and under the same policy, and ends with the
//! result of an undisturbed run. Jobs belong to the node that took them.

mod file;
mod work;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use interdict_desk::Desk;
use tokio::sync::watch;

use crate::problem::{Code, Problem};

pub(crate) use file::{By, Job, Kind, State};

/// A job as it stands, for whoever watches it.
#[derive(Debug)]
struct Known {
    told: watch::Sender<Job>,
    /// Set to make it stop after the rows at hand.
    stop: Arc<AtomicBool>,
}

#[derive(Debug, Default)]
struct Line {
    jobs: BTreeMap<String, Known>,
    ending: bool,
}

#[derive(Debug)]
struct Shared {
    line: Mutex<Line>,
    filled: Condvar,
    folder: PathBuf,
}

/// The jobs of a data folder.
#[derive(Debug)]
pub(crate) struct Jobs {
    shared: Arc<Shared>,
}

impl Shared {
    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn folder_of(&self, id: &str) -> PathBuf {
        self.folder.join(id)
    }

    /// Writes a job down and tells whoever watches.
    fn change(&self, id: &str, change: impl FnOnce(&mut Job)) -> std::io::Result<()> {
        let line = self.line();
        let Some(known) = line.jobs.get(id) else {
            return Ok(());
        };
        let mut job = known.told.borrow().clone();
        change(&mut job);
        job.write(&self.folder_of(id))?;
        known.told.send_replace(job);
        Ok(())
    }

    /// Tells whoever watches, and writes nothing: the journal of the run knows it.
    fn progress(&self, id: &str, rows: u64) {
        if let Some(known) = self.line().jobs.get(id) {
            known.told.send_modify(|job| job.done = rows);
        }
    }
}

impl Drop for Jobs {
    fn drop(&mut self) {
        self.end();
    }
}

impl Jobs {
    /// Finds the jobs of a data folder and goes on with those that are not done. Within a runtime.
    ///
    /// # Errors
    /// When the folder cannot be used or a thread cannot be started.
    pub(crate) fn open(desk: &Desk) -> std::io::Result<Jobs> {
        let folder = desk.store().folder().root().join("jobs");
        std::fs::create_dir_all(&folder)?;
        let mut line = Line::default();
        for entry in std::fs::read_dir(&folder)? {
            let path = entry?.path();
            match Job::read(&path) {
                Ok(Some(job)) => {
                    let known = Known {
                        told: watch::Sender::new(job.clone()),
                        stop: Arc::default(),
                    };
                    line.jobs.insert(job.id, known);
                }
                // An upload that never came to its end.
                Ok(None) => std::fs::remove_dir_all(&path)?,
                Err(e) => tracing::error!("a job cannot be read and is left alone: {e}"),
            }
        }
        let shared = Arc::new(Shared {
            line: Mutex::new(line),
            filled: Condvar::new(),
            folder,
        });
        let worker = work::Worker {
            shared: shared.clone(),
            desk: desk.clone(),
            runtime: tokio::runtime::Handle::current(),
        };
        std::thread::Builder::new()
            .name("jobs".to_owned())
            .spawn(move || worker.run())?;
        Ok(Jobs { shared })
    }

    /// A folder for an upload that is about to come.
    ///
    /// # Errors
    /// When it cannot be made.
    pub(crate) fn begin(&self) -> std::io::Result<Upload> {
        let id = file::new_id()?;
        let folder = self.shared.folder_of(&id);
        std::fs::create_dir(&folder)?;
        Ok(Upload {
            id,
            folder: Some(folder),
        })
    }

    /// Puts a job in line, its file being there.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn add(&self, mut upload: Upload, job: Job) -> std::io::Result<Job> {
        job.write(&self.shared.folder_of(&job.id))?;
        upload.folder = None;
        let known = Known {
            told: watch::Sender::new(job.clone()),
            stop: Arc::default(),
        };
        self.shared.line().jobs.insert(job.id.clone(), known);
        self.shared.filled.notify_all();
        Ok(job)
    }

    /// Every job, the oldest first.
    pub(crate) fn all(&self) -> Vec<Job> {
        let line = self.shared.line();
        line.jobs
            .values()
            .map(|k| k.told.borrow().clone())
            .collect()
    }

    /// A job as it changes.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub(crate) fn watch(&self, id: &str) -> Result<watch::Receiver<Job>, Problem> {
        let line = self.shared.line();
        let known = line.jobs.get(id).ok_or_else(unknown)?;
        Ok(known.told.subscribe())
    }

    /// Says what a job still has to know, and puts it in line.
    ///
    /// # Errors
    /// [`Code::NotFound`]; [`Code::Conflict`] when it asks nothing.
    pub(crate) fn answer(&self, id: &str, profile: String, rows: u64) -> Result<Job, Problem> {
        if self.watch(id)?.borrow().state != State::Asking {
            return Err(Problem::new(Code::Conflict, "the job asks nothing"));
        }
        self.shared
            .change(id, |job| {
                job.profile = profile;
                job.rows = rows;
                job.questions.clear();
                job.state = State::Waiting;
            })
            .map_err(|e| Problem::internal(&e))?;
        self.shared.filled.notify_all();
        Ok(self.watch(id)?.borrow().clone())
    }

    /// Stops a job and removes it with everything that it has.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub(crate) fn remove(&self, id: &str) -> Result<(), Problem> {
        let known = self.shared.line().jobs.remove(id).ok_or_else(unknown)?;
        known.stop.store(true, Ordering::SeqCst);
        let running = known.told.borrow().state == State::Running;
        // The worker removes the folder of a job that it stops.
        if !running {
            let folder = self.shared.folder_of(id);
            std::fs::remove_dir_all(folder).map_err(|e| Problem::internal(&e))?;
        }
        Ok(())
    }

    /// The uploaded file of a job.
    pub(crate) fn input(&self, job: &Job) -> PathBuf {
        file::input(&self.shared.folder_of(&job.id))
    }

    /// A file of a finished job: its result, or its rejected rows.
    pub(crate) fn path(&self, job: &Job, rejected: bool) -> PathBuf {
        let paths = job.paths(&self.shared.folder_of(&job.id));
        match rejected {
            true => paths.rejected(),
            false => paths.output,
        }
    }

    /// Stops after the rows at hand; the next start goes on.
    pub(crate) fn end(&self) {
        let mut line = self.shared.line();
        line.ending = true;
        for known in line.jobs.values() {
            known.stop.store(true, Ordering::SeqCst);
        }
        drop(line);
        self.shared.filled.notify_all();
    }
}

fn unknown() -> Problem {
    Problem::new(Code::NotFound, "no job has this id")
}

/// A folder that an upload goes into; removed when no job comes of it.
#[derive(Debug)]
pub(crate) struct Upload {
    /// Id of the job to be.
    pub(crate) id: String,
    folder: Option<PathBuf>,
}

impl Upload {
    /// Where the file goes.
    pub(crate) fn input(&self) -> PathBuf {
        file::input(self.folder.as_deref().unwrap_or(Path::new("")))
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if let Some(folder) = self.folder.take()
            && let Err(e) = std::fs::remove_dir_all(&folder)
        {
            tracing::warn!("an upload that came to nothing is left behind: {e}");
        }
    }
}
