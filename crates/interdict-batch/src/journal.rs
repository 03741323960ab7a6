//! How far a run has come, kept beside its output so that it can go on after anything.
//!
//! The journal is lines of JSON. The first says what the run is, each other how many rows are done and
//! how long the unfinished files are then. What stands in these files beyond the last whole line is cut
//! off before a run goes on, so no row is lost and none is written twice.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::record::{Counts, Identity};
use crate::error::{BatchError, Context as _};

/// The files of a run.
#[derive(Clone, Debug)]
pub struct Paths {
    /// Where hits go.
    pub output: PathBuf,
}

impl Paths {
    fn beside(&self, ending: &str) -> PathBuf {
        let mut name = self.output.file_name().unwrap_or_default().to_owned();
        name.push(ending);
        self.output.with_file_name(name)
    }

    /// Rejected rows.
    pub fn rejected(&self) -> PathBuf {
        self.beside(".rejected.csv")
    }

    /// The record.
    pub fn record(&self) -> PathBuf {
        self.beside(".run.json")
    }

    /// The output while it is written.
    pub fn output_part(&self) -> PathBuf {
        self.beside(".part")
    }

    /// The rejected rows while they are written.
    pub fn rejected_part(&self) -> PathBuf {
        self.beside(".rejected.part")
    }

    /// Whom was screened, for the store's record, while the run goes on.
    pub fn screened_part(&self) -> PathBuf {
        self.beside(".screened.part")
    }

    /// The journal.
    pub fn journal(&self) -> PathBuf {
        self.beside(".journal")
    }
}

/// First line of a journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Started {
    /// What the run is.
    pub(crate) identity: Identity,
    /// The day on which rules of law are looked at: a run that goes on tomorrow is still today's.
    pub(crate) today: String,
}

/// Any other line of a journal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Progress {
    /// Rows done.
    pub(crate) rows: u64,
    /// Bytes of the output.
    pub(crate) output: u64,
    /// Bytes of the rejected rows.
    pub(crate) rejected: u64,
    /// Bytes of the list of whom was screened.
    pub(crate) screened: u64,
    /// How many of what.
    pub(crate) counts: Counts,
    /// The output is whole.
    pub(crate) whole: bool,
    /// The time under which the store's record is made. Stated before it is made, so that a run that
    /// ended in between finds its record by it.
    #[serde(default)]
    pub(crate) record_at: Option<Timestamp>,
    /// Number of the store's record of the screening.
    pub(crate) recorded: Option<i64>,
}

/// What an earlier run left.
#[derive(Clone, Debug)]
pub(crate) struct Left {
    /// What it was.
    pub(crate) started: Started,
    /// How far it came.
    pub(crate) progress: Progress,
}

/// Reads what an earlier run left; `None` when there is nothing to go on from.
pub(crate) fn left(paths: &Paths) -> Result<Option<Left>, BatchError> {
    let path = paths.journal();
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(e).with_context(|| format!("{} cannot be read", path.display())),
    };
    let mut lines = BufReader::new(file).split(b'\n');
    let Some(Ok(first)) = lines.next() else {
        return Ok(None);
    };
    let Ok(started) = serde_json::from_slice::<Started>(&first) else {
        return Ok(None);
    };
    let mut progress = Progress::default();
    for line in lines {
        let line = line.with_context(|| format!("{} cannot be read", path.display()))?;
        // The last line may have been cut off.
        match serde_json::from_slice::<Progress>(&line) {
            Ok(next) => progress = next,
            Err(_) => break,
        }
    }
    Ok(Some(Left { started, progress }))
}

/// The unfinished files of a run, open for writing.
pub(crate) struct Journal {
    paths: Paths,
    journal: File,
    output: File,
    rejected: File,
    screened: File,
    progress: Progress,
}

impl Journal {
    /// Starts a run, or goes on from what is left of it.
    pub(crate) fn open(
        paths: &Paths,
        started: &Started,
        left: Option<Progress>,
    ) -> Result<Journal, BatchError> {
        let progress = left.unwrap_or_default();
        let again = progress != Progress::default();
        let open = |path: &Path, length: Option<u64>| -> Result<File, BatchError> {
            let failed = || format!("{} cannot be written", path.display());
            let mut file = OpenOptions::new()
                .create(true)
                .truncate(length.is_none())
                .write(true)
                .open(path)
                .with_context(failed)?;
            if let Some(length) = length {
                let there = file.metadata().with_context(failed)?.len();
                if there < length {
                    return Err(BatchError::defect(format!(
                        "{} has {there} bytes, the journal says {length}; begin again with --fresh",
                        path.display()
                    )));
                }
                file.set_len(length).with_context(failed)?;
                file.seek(SeekFrom::End(0)).with_context(failed)?;
            }
            Ok(file)
        };
        let output = open(&paths.output_part(), again.then_some(progress.output))?;
        let rejected = open(&paths.rejected_part(), again.then_some(progress.rejected))?;
        let screened = open(&paths.screened_part(), again.then_some(progress.screened))?;
        // Written anew beside its place, so that a cut last line is gone and a kill here costs nothing.
        let fresh = paths.beside(".journal.new");
        let mut journal = open(&fresh, None)?;
        let mut text = serde_json::to_vec(started)?;
        text.push(b'\n');
        if again {
            serde_json::to_writer(&mut text, &progress)?;
            text.push(b'\n');
        }
        journal
            .write_all(&text)
            .and_then(|()| journal.sync_all())
            .and_then(|()| std::fs::rename(&fresh, paths.journal()))
            .with_context(|| format!("{} cannot be written", paths.journal().display()))?;
        Ok(Journal {
            paths: paths.clone(),
            journal,
            output,
            rejected,
            screened,
            progress,
        })
    }

    /// How far the run has come.
    pub(crate) fn progress(&self) -> &Progress {
        &self.progress
    }

    /// Writes what rows gave: first the lines, then that they are there.
    pub(crate) fn add(
        &mut self,
        output: &[u8],
        rejected: &[u8],
        screened: &[u8],
        counts: &Counts,
    ) -> Result<(), BatchError> {
        let failed = |path: PathBuf| move || format!("{} cannot be written", path.display());
        self.output
            .write_all(output)
            .and_then(|()| self.output.sync_data())
            .with_context(failed(self.paths.output_part()))?;
        self.rejected
            .write_all(rejected)
            .and_then(|()| self.rejected.sync_data())
            .with_context(failed(self.paths.rejected_part()))?;
        self.screened
            .write_all(screened)
            .and_then(|()| self.screened.sync_data())
            .with_context(failed(self.paths.screened_part()))?;
        self.progress.rows += counts.rows;
        self.progress.output += output.len() as u64;
        self.progress.rejected += rejected.len() as u64;
        self.progress.screened += screened.len() as u64;
        self.progress.counts.add(counts);
        self.note()
    }

    /// Notes that nothing more comes.
    pub(crate) fn complete(&mut self) -> Result<(), BatchError> {
        self.progress.whole = true;
        self.note()
    }

    /// The time of the store's record: that of an earlier run which may have made it, else `now`.
    /// With it, whether it is an earlier run's.
    pub(crate) fn record_at(&mut self, now: Timestamp) -> Result<(Timestamp, bool), BatchError> {
        if let Some(at) = self.progress.record_at {
            return Ok((at, true));
        }
        self.progress.record_at = Some(now);
        self.note()?;
        Ok((now, false))
    }

    /// Notes that the store has its record.
    pub(crate) fn recorded(&mut self, number: i64) -> Result<(), BatchError> {
        self.progress.recorded = Some(number);
        self.note()
    }

    fn note(&mut self) -> Result<(), BatchError> {
        let mut line = serde_json::to_vec(&self.progress)?;
        line.push(b'\n');
        self.journal
            .write_all(&line)
            .and_then(|()| self.journal.sync_data())
            .with_context(|| format!("{} cannot be written", self.paths.journal().display()))
    }
}
