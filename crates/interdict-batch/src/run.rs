//! The run itself: rows in, chunks of them screened on all cores, lines out in the order of the rows.

use std::fs::File;
use std::io::BufReader;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use interdict_customers::table::{Cell, Row};
use interdict_customers::{CustomerFile, Interpreter, Keys, Profile, Role};
use interdict_desk::books::SubjectRecord;
use interdict_desk::{Desk, DeskError};
use interdict_screening::Engine;
use jiff::Timestamp;
use rayon::prelude::*;

use super::journal::{self, Journal, Paths, Progress, Started};
use super::lines::{Writing, Written};
use super::output::Kind;
use super::record::{Counts, Identity, RECORD_VERSION, Record, file_sha256};
use super::workbook;
use crate::error::{BatchError, Context as _};

/// Rows that are screened at a time. More does not make it faster; less makes it write more often.
const CHUNK: usize = 1_024;

/// Everything that a run needs.
pub struct Job<'a> {
    /// The customer file.
    pub file: PathBuf,
    /// How it is read.
    pub profile: Profile,
    /// Rows in it.
    pub rows: u64,
    /// Lists and policy.
    pub engine: &'a Engine,
    /// What decides the bytes.
    pub identity: Identity,
    /// The day on which rules of law are looked at.
    pub today: jiff::civil::Date,
    /// Form of the output.
    pub kind: Kind,
    /// Where everything goes.
    pub paths: Paths,
    /// Threads.
    pub threads: Option<usize>,
    /// Begin again whatever is left of an earlier run.
    pub fresh: bool,
    /// Is told how many rows are done, after each part.
    pub progress: &'a (dyn Fn(u64) + Sync),
    /// Set when somebody asks to stop.
    pub stop: &'a AtomicBool,
    /// Leaves the store's record of whom was screened.
    pub record: &'a dyn Fn(&ToRecord<'_>) -> Result<i64, BatchError>,
}

/// What the store's record of a run says; the answer is the record's number.
#[derive(Clone, Copy, Debug)]
pub struct ToRecord<'a> {
    /// The time of the record.
    pub at: Timestamp,
    /// Whether an earlier run may have made it.
    pub again: bool,
    /// Whom was screened.
    pub subjects: &'a [SubjectRecord],
}

impl ToRecord<'_> {
    /// Leaves the record, unless an earlier run has left it; gives its number.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn leave(&self, desk: &Desk, engine: &Engine, actor: &str) -> Result<i64, DeskError> {
        let known = match self.again {
            true => {
                desk.recorded_subjects(engine, actor, self.at, self.subjects)
                    .await?
            }
            false => None,
        };
        match known {
            Some(number) => Ok(number),
            None => {
                desk.record_subjects(engine, actor, self.at, self.subjects)
                    .await
            }
        }
    }
}

/// How a run ended.
#[derive(Debug)]
pub enum Outcome {
    /// Every row is done.
    Done {
        /// The record, as written.
        record: Box<Record>,
        /// Rows that an earlier run had done.
        before: u64,
        /// Seconds that this one took.
        seconds: f64,
    },
    /// It was asked to stop; the same command goes on from there.
    Stopped {
        /// Rows that are done.
        rows: u64,
    },
}

/// Runs, or goes on with a run that was interrupted.
pub fn run(job: &Job<'_>) -> Result<Outcome, BatchError> {
    let begun = Instant::now();
    let name = job.file.display().to_string();
    let left = if job.fresh {
        None
    } else {
        journal::left(&job.paths)?
    };
    let started = match &left {
        Some(left) => {
            same(&left.started.identity, &job.identity, job)?;
            left.started.clone()
        }
        None => Started {
            identity: job.identity.clone(),
            today: job.today.to_string(),
        },
    };
    let before = left.as_ref().map_or(0, |l| l.progress.rows);
    let today = started
        .today
        .parse()
        .with_context(|| format!("{}: the day", job.paths.journal().display()))?;
    let input = File::open(&job.file).with_context(|| format!("{name} cannot be read"))?;
    let mut customers = CustomerFile::open(input, &name, &job.profile)?;
    let headings = customers.headings().to_vec();
    let interpreter = Interpreter::new(&job.profile, &headings, &name)?;
    let writing = Writing {
        interpreter: &interpreter,
        headings: &headings,
        kind: job.kind,
        all_rows: job.identity.all_rows,
        today,
    };
    if let Some(left) = left.as_ref().filter(|l| l.progress.recorded.is_some()) {
        return finish(job, &started, left.progress.counts.clone(), before, begun);
    }
    let mut journal = Journal::open(&job.paths, &started, left.map(|l| l.progress))?;
    if journal.progress().whole {
        return close(job, &started, journal, before, begun);
    }
    if *journal.progress() == Progress::default() {
        journal.add(
            &writing.head()?,
            &writing.rejected_head()?,
            &[],
            &Counts::default(),
        )?;
    }
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(job.threads.unwrap_or(0))
        .build()
        .context("threads cannot be started")?;
    (job.progress)(before);
    let mut worker = Worker {
        job,
        writing: &writing,
        pool: &pool,
        journal: &mut journal,
        keys: Keys::default(),
        key_column: key_column(&job.profile, &headings),
        waiting: Vec::with_capacity(CHUNK),
        seen: 0,
        before,
    };
    let (mut failed, mut stopped) = (None, false);
    customers.each(|row| match worker.take(row) {
        Ok(true) => ControlFlow::Continue(()),
        Ok(false) => {
            stopped = true;
            ControlFlow::Break(())
        }
        Err(error) => {
            failed = Some(error);
            ControlFlow::Break(())
        }
    })?;
    if let Some(error) = failed {
        return Err(error);
    }
    if stopped {
        let rows = worker.journal.progress().rows;
        return Ok(Outcome::Stopped { rows });
    }
    worker.flush()?;
    let counts = journal.progress().counts.clone();
    if !(counts.rows == job.rows && counts.add_up()) {
        return Err(BatchError::defect(format!(
            "{name}: {} rows were counted, {} read, {} screened and {} rejected; the file changed while it was \
         read, begin again with --fresh",
            job.rows, counts.rows, counts.screened, counts.rejected
        )));
    }
    journal.complete()?;
    close(job, &started, journal, before, begun)
}

/// Leaves the store's record of the run, once, and puts the files in their places.
fn close(
    job: &Job<'_>,
    started: &Started,
    mut journal: Journal,
    before: u64,
    begun: Instant,
) -> Result<Outcome, BatchError> {
    let path = job.paths.screened_part();
    let lines = File::open(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    let subjects = serde_json::Deserializer::from_reader(BufReader::new(lines))
        .into_iter()
        .collect::<Result<Vec<SubjectRecord>, _>>()
        .with_context(|| format!("{} cannot be read", path.display()))?;
    // The store keeps microseconds.
    let now = Timestamp::now()
        .round(jiff::Unit::Microsecond)
        .context("the time")?;
    let (at, again) = journal.record_at(now)?;
    let number = (job.record)(&ToRecord {
        at,
        again,
        subjects: &subjects,
    })?;
    journal.recorded(number)?;
    let counts = journal.progress().counts.clone();
    drop(journal);
    finish(job, started, counts, before, begun)
}

/// Whether an unfinished run is this one.
fn same(left: &Identity, now: &Identity, job: &Job<'_>) -> Result<(), BatchError> {
    let differs = [
        ("release", left.engine != now.engine),
        ("customer file", left.file_sha256 != now.file_sha256),
        ("profile", left.profile != now.profile),
        (
            "policy",
            left.policy_hash != now.policy_hash || left.policy != now.policy,
        ),
        ("lists", left.lists != now.lists),
        (
            "output",
            left.format != now.format || left.all_rows != now.all_rows,
        ),
    ];
    let what: Vec<&str> = differs
        .iter()
        .filter(|(_, d)| *d)
        .map(|(w, _)| *w)
        .collect();
    if what.is_empty() {
        return Ok(());
    }
    Err(BatchError::usage(format!(
        "{}: an unfinished run stands there, with another {}; write elsewhere with --output, or begin \
         again with --fresh",
        job.paths.output.display(),
        what.join(" and another ")
    )))
}

fn key_column(profile: &Profile, headings: &[String]) -> Option<usize> {
    let key = profile.columns.get(Role::Key.word())?.first()?;
    headings.iter().position(|h| h == key)
}

struct Worker<'a, 'j> {
    job: &'a Job<'j>,
    writing: &'a Writing<'a>,
    pool: &'a rayon::ThreadPool,
    journal: &'a mut Journal,
    keys: Keys,
    key_column: Option<usize>,
    waiting: Vec<(Row, Option<u64>)>,
    seen: u64,
    before: u64,
}

impl Worker<'_, '_> {
    /// Takes a row. `false` when somebody asked to stop.
    fn take(&mut self, row: Row) -> Result<bool, BatchError> {
        self.seen += 1;
        let cell = self.key_column.and_then(|at| row.cells.get(at));
        let key = cell.map(Cell::text).unwrap_or_default();
        let earlier = match key.trim() {
            "" => None,
            key => self.keys.take(key, row.place.line),
        };
        // Rows of an earlier run are read again for their keys only.
        if self.seen <= self.before {
            return Ok(true);
        }
        self.waiting.push((row, earlier));
        if self.waiting.len() >= CHUNK {
            self.flush()?;
            return Ok(!self.job.stop.load(Ordering::SeqCst));
        }
        Ok(true)
    }

    fn flush(&mut self) -> Result<(), BatchError> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let (engine, writing, waiting) = (self.job.engine, self.writing, &self.waiting);
        let written: Vec<Written> = self.pool.install(|| {
            waiting
                .par_iter()
                .with_min_len(16)
                .map_init(
                    || engine.screener(),
                    |screener, (row, earlier)| writing.row(screener, row, *earlier),
                )
                .collect::<Result<_, BatchError>>()
        })?;
        let (mut output, mut rejected, mut screened) = (Vec::new(), Vec::new(), Vec::new());
        let mut counts = Counts::default();
        for part in written {
            output.extend_from_slice(&part.output);
            rejected.extend_from_slice(&part.rejected);
            screened.extend_from_slice(&part.screened);
            counts.add(&part.counts);
        }
        self.journal.add(&output, &rejected, &screened, &counts)?;
        (self.job.progress)(self.journal.progress().rows);
        self.waiting.clear();
        Ok(())
    }
}

/// Puts the unfinished files in their places and writes the record. May be done again after a kill at
/// any moment.
fn finish(
    job: &Job<'_>,
    started: &Started,
    counts: Counts,
    before: u64,
    begun: Instant,
) -> Result<Outcome, BatchError> {
    let paths = &job.paths;
    let part = paths.output_part();
    if part.exists() {
        if job.kind == Kind::Xlsx {
            let lines =
                File::open(&part).with_context(|| format!("{} cannot be read", part.display()))?;
            let day = started.today.parse().context("the day of the run")?;
            let new = paths.record().with_extension("new");
            workbook::write(lines, &new, day)?;
            std::fs::rename(&new, &paths.output)
                .with_context(|| format!("{} cannot be written", paths.output.display()))?;
        } else {
            std::fs::rename(&part, &paths.output)
                .with_context(|| format!("{} cannot be written", paths.output.display()))?;
        }
    }
    let rejected = paths.rejected();
    let rejected_part = paths.rejected_part();
    if counts.rejected > 0 && rejected_part.exists() {
        std::fs::rename(&rejected_part, &rejected)
            .with_context(|| format!("{} cannot be written", rejected.display()))?;
    }
    let digest = |path: &std::path::Path| {
        file_sha256(path).with_context(|| format!("{} cannot be read", path.display()))
    };
    let record = Record {
        version: RECORD_VERSION,
        command: "batch".to_owned(),
        finished_at: Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        file: job.file.display().to_string(),
        today: started.today.clone(),
        identity: started.identity.clone(),
        output: paths
            .output
            .file_name()
            .map(|n| n.to_string_lossy().into_owned())
            .unwrap_or_default(),
        output_sha256: digest(&paths.output)?.0,
        rejected_sha256: match counts.rejected {
            0 => None,
            _ => Some(digest(&rejected)?.0),
        },
        counts,
    };
    let mut text = serde_json::to_vec_pretty(&record)?;
    text.push(b'\n');
    let new = paths.record().with_extension("new");
    std::fs::write(&new, text)
        .and_then(|()| std::fs::rename(&new, paths.record()))
        .with_context(|| format!("{} cannot be written", paths.record().display()))?;
    if record.counts.rejected == 0 {
        // An earlier run into the same place may have left one.
        remove(&rejected)?;
    }
    for leftover in [part, rejected_part, paths.screened_part(), paths.journal()] {
        remove(&leftover)?;
    }
    Ok(Outcome::Done {
        record: Box::new(record),
        before,
        seconds: begun.elapsed().as_secs_f64(),
    })
}

fn remove(path: &std::path::Path) -> Result<(), BatchError> {
    match std::fs::remove_file(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
            Err(e).with_context(|| format!("{} cannot be removed", path.display()))
        }
        _ => Ok(()),
    }
}
