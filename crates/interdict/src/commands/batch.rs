//! `batch`: a file of customers against the lists.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use interdict_customers::Profile;
use interdict_model::DatasetName;
use interdict_screening::{Engine, Policy};
use interdict_store::{Moment, Publication, Right, hex};

use serde::Serialize;

use crate::cli::{Batch, Cli};
use crate::commands::office::{Office, dataset};
use crate::commands::reading::{self, Understood, wrong};
use crate::commands::search::{self, Lists, Overrides};
use crate::commands::when;
use crate::failure::{HITS, usage};
use crate::render::customers;
use crate::render::hits::thousands;
use crate::ui::Ui;
use interdict_batch::{
    self as batch, BatchError, Counts, Identity, Job, Kind, ListUsed, Outcome, Paths, Record,
    ToRecord, file_sha256, rejected_share,
};

/// What `batch --json` says.
#[derive(Serialize)]
struct Said<'a> {
    record: &'a Record,
    record_file: String,
    rejected_file: Option<String>,
    rows_done_before: u64,
    seconds: f64,
}

/// Runs `batch`.
pub(crate) fn run(cli: &Cli, arguments: &Batch, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    if let Some(record) = &arguments.repeat {
        return repeat(cli, arguments, record, ui);
    }
    let file = arguments
        .file
        .clone()
        .ok_or_else(|| usage("no file of customers"))?;
    let office = Office::open(cli)?;
    if arguments.look {
        reading::look(&arguments.reading, &file, &office, ui)?;
        return Ok(ExitCode::SUCCESS);
    }
    let Understood { profile, rows } = reading::understand(&arguments.reading, &file, &office, ui)?;
    let (policy, policy_text) = search::policy_with_text(&Overrides {
        file: arguments.policy.clone(),
        threshold: arguments.threshold,
        limit: arguments.limit,
    })?;
    let datasets = arguments
        .dataset
        .iter()
        .map(|name| dataset(name))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let moment = when::moment(&arguments.when)?;
    let lists = search::open(&office, &datasets, moment, ui)?;
    let output = arguments.output.clone().unwrap_or_else(|| beside(&file));
    let kind = Kind::of(&output).map_err(told_how)?;
    let (sha256, _) =
        file_sha256(&file).with_context(|| format!("{} cannot be read", file.display()))?;
    let identity = Identity {
        engine: env!("CARGO_PKG_VERSION").to_owned(),
        file_sha256: sha256,
        profile: profile.to_toml()?,
        policy_hash: policy.hash().to_owned(),
        policy: policy_text,
        lists: used(&lists, &policy),
        format: kind.word().to_owned(),
        all_rows: arguments.all_rows,
    };
    let plan = Plan {
        file,
        profile,
        rows,
        identity,
        output,
        kind,
        today: when::today(moment),
    };
    let outcome = go(arguments, &office, plan, &lists, policy, ui)?;
    told(arguments, &outcome, ui)
}

/// Everything that a run and its repetition find out in different ways.
struct Plan {
    file: PathBuf,
    profile: Profile,
    rows: u64,
    identity: Identity,
    output: PathBuf,
    kind: Kind,
    today: jiff::civil::Date,
}

/// A run that ended, with where things are.
struct Ended {
    outcome: Outcome,
    paths: Paths,
}

fn go(
    arguments: &Batch,
    office: &Office,
    plan: Plan,
    lists: &Lists,
    policy: Policy,
    ui: &Ui,
) -> anyhow::Result<Ended> {
    let stop = stopper(ui)?;
    let paths = Paths {
        output: plan.output,
    };
    let engine = Engine::new(lists.snapshot.clone(), policy);
    let actor = office.user(None, Right::Screen)?;
    let record = |wanted: &ToRecord<'_>| {
        office
            .wait(wanted.leave(office.desk(), &engine, &actor))
            .map_err(|e| BatchError::failed("the screening was not recorded", e))
    };
    let bar = bar(ui.terminal.progress, plan.rows);
    let progress = |rows: u64| {
        if bar.position() == 0 && rows > 0 && rows < plan.rows {
            // What an earlier run did says nothing of the speed of this one.
            bar.reset_eta();
        }
        bar.set_position(rows);
    };
    let outcome = batch::run(&Job {
        file: plan.file,
        profile: plan.profile,
        rows: plan.rows,
        engine: &engine,
        identity: plan.identity,
        today: plan.today,
        kind: plan.kind,
        paths: paths.clone(),
        threads: arguments.threads,
        fresh: arguments.fresh,
        progress: &progress,
        stop: &stop,
        record: &record,
    });
    bar.finish_and_clear();
    let outcome = outcome.map_err(told_how)?;
    Ok(Ended { outcome, paths })
}

/// A bar for the rows of a run.
fn bar(draw: bool, rows: u64) -> ProgressBar {
    let target = if draw {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    };
    let bar = ProgressBar::with_draw_target(Some(rows), target);
    let template = "{bar:24} {human_pos} of {human_len} rows, {per_sec}, {eta} left";
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}

/// What whoever called has to put right is wrong usage.
fn told_how(error: BatchError) -> anyhow::Error {
    match error {
        BatchError::Usage { what } => usage(what),
        other => other.into(),
    }
}

/// A flag that Ctrl-C sets; the second Ctrl-C ends at once, which loses nothing either.
fn stopper(ui: &Ui) -> anyhow::Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    let draw = ui.terminal.progress;
    ctrlc::set_handler(move || {
        if flag.swap(true, Ordering::SeqCst) {
            std::process::exit(i32::from(crate::failure::FAILED));
        }
        if draw {
            crate::ui::complain("stopping after the rows at hand; once more to stop at once");
        }
    })
    .context("Ctrl-C cannot be caught")?;
    Ok(stop)
}

fn beside(file: &Path) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(".hits.csv");
    file.with_file_name(name)
}

fn used(lists: &Lists, policy: &Policy) -> Vec<ListUsed> {
    lists
        .covered(policy)
        .map(|list| ListUsed {
            dataset: list.dataset.clone(),
            content: list.content.clone(),
            published: list.published.clone(),
            entities: list.entities,
        })
        .collect()
}

/// Does again what a record says.
fn repeat(cli: &Cli, arguments: &Batch, path: &Path, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    let record = Record::read(path).map_err(told_how)?;
    let identity = record.identity.clone();
    if identity.engine != env!("CARGO_PKG_VERSION") {
        return Err(usage(format!(
            "{}: a run of release {}, this is {}; only that release gives the same bytes",
            path.display(),
            identity.engine,
            env!("CARGO_PKG_VERSION")
        )));
    }
    let file = arguments
        .file
        .clone()
        .unwrap_or_else(|| PathBuf::from(&record.file));
    let (sha256, _) = file_sha256(&file).with_context(|| {
        format!(
            "{} cannot be read; where it is now is said as `batch FILE --repeat RECORD`",
            file.display()
        )
    })?;
    if sha256 != identity.file_sha256 {
        return Err(usage(format!(
            "{}: not the file of the run: SHA-256 {sha256}, the record says {}",
            file.display(),
            identity.file_sha256
        )));
    }
    let profile = Profile::parse(&identity.profile, "of the record").map_err(wrong)?;
    let policy = Policy::parse(&identity.policy, "of the record")?;
    let office = Office::open(cli)?;
    let publications = publications(&office, &identity)?;
    let lists = search::open_publications(&office, publications, Moment::default(), ui)?;
    let name = file.display().to_string();
    let input = File::open(&file).with_context(|| format!("{name} cannot be read"))?;
    let rows = reading::count(input, &name, &profile)?;
    let output = match &arguments.output {
        Some(output) => output.clone(),
        None => path.with_file_name(format!("repeated-{}", record.output)),
    };
    let kind = Kind::of(&output).map_err(told_how)?;
    if kind.word() != identity.format {
        return Err(usage(format!(
            "--output {}: the run wrote {}; its repetition does too",
            output.display(),
            identity.format
        )));
    }
    let plan = Plan {
        file,
        profile,
        rows,
        identity,
        output,
        kind,
        today: record
            .today
            .parse()
            .with_context(|| format!("{}: the day", path.display()))?,
    };
    let ended = go(arguments, &office, plan, &lists, policy, ui)?;
    if let Outcome::Done { record: again, .. } = &ended.outcome {
        let equal = again.output_sha256 == record.output_sha256
            && again.rejected_sha256 == record.rejected_sha256;
        anyhow::ensure!(
            equal,
            "{}: other bytes than the run had; the record or this program was changed",
            ended.paths.output.display()
        );
        ui.note("the same bytes as the run had");
    }
    told(arguments, &ended, ui)
}

/// The versions of lists that a run searched, by their content.
fn publications(office: &Office, identity: &Identity) -> anyhow::Result<Vec<Publication>> {
    let mut found = Vec::new();
    for list in &identity.lists {
        let name = DatasetName::new(&list.dataset)
            .map_err(|e| usage(format!("the record's list {}: {e}", list.dataset)))?;
        let versions = office.wait(office.desk().versions(&name))?;
        let version = versions
            .into_iter()
            .rev()
            .find(|p| hex(&p.content) == list.content);
        found.push(version.ok_or_else(|| {
            usage(format!(
                "{} of {} (content {}) is not in {}; import that publication first",
                list.dataset,
                list.published,
                list.content.get(..12).unwrap_or(&list.content),
                office.folder().display()
            ))
        })?);
    }
    Ok(found)
}

fn told(arguments: &Batch, ended: &Ended, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    let (record, before, seconds) = match &ended.outcome {
        Outcome::Stopped { rows } => {
            anyhow::bail!(
                "stopped after {} rows; the same command goes on from there",
                thousands(*rows)
            );
        }
        Outcome::Done {
            record,
            before,
            seconds,
        } => (record, *before, *seconds),
    };
    let rejected = (record.counts.rejected > 0).then(|| ended.paths.rejected());
    if ui.json {
        ui.document(
            "batch",
            &Said {
                record,
                record_file: ended.paths.record().display().to_string(),
                rejected_file: rejected.as_ref().map(|p| p.display().to_string()),
                rows_done_before: before,
                seconds,
            },
        )?;
    } else {
        for line in customers::counts(&record.counts) {
            ui.line(line)?;
        }
        if before > 0 {
            ui.line(format!("{} rows had been done before", thousands(before)))?;
        }
        let done = record.counts.rows - before;
        ui.line(format!(
            "{seconds:.1} s, {} rows a second",
            rate(done, seconds)
        ))?;
        ui.line(format!("hits      {}", ended.paths.output.display()))?;
        if let Some(path) = &rejected {
            ui.line(format!("rejected  {}", path.display()))?;
        }
        ui.line(format!("record    {}", ended.paths.record().display()))?;
    }
    too_many_rejected(arguments, &record.counts, rejected.as_deref())?;
    Ok(if arguments.exit_code && record.counts.hits > 0 {
        ExitCode::from(HITS)
    } else {
        ExitCode::SUCCESS
    })
}

fn rate(rows: u64, seconds: f64) -> String {
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a rate for people"
    )]
    let rate = (rows as f64 / seconds.max(0.001)) as u64;
    thousands(rate)
}

/// Many rejected rows are a wrong profile more often than bad rows.
fn too_many_rejected(
    arguments: &Batch,
    counts: &Counts,
    rejected: Option<&Path>,
) -> anyhow::Result<()> {
    let share = rejected_share(counts.rejected, counts.rows);
    let Some(path) = rejected.filter(|_| share > arguments.max_rejected) else {
        return Ok(());
    };
    let first = first_reason(path).unwrap_or_default();
    anyhow::bail!(
        "{} of {} rows were rejected ({share:.1} %, more than --max-rejected {}): they were not screened. The \
         first: {first}. All are in {}; correct them, or the profile, and screen them",
        thousands(counts.rejected),
        thousands(counts.rows),
        arguments.max_rejected,
        path.display()
    )
}

fn first_reason(path: &Path) -> Option<String> {
    let mut reader = csv::Reader::from_path(path).ok()?;
    let record = reader.records().next()?.ok()?;
    Some(format!("{}: {}", record.get(1)?, record.get(2)?))
}
