//! `batch`: a file of customers against the lists.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context;
use interdict_customers::{
    Answers, CustomerError, CustomerFile, Order, Profile, Role, Survey, survey,
};
use interdict_model::DatasetName;
use interdict_screening::{Engine, Policy};
use interdict_store::{Moment, Publication, hex};
use serde::Serialize;

use crate::batch::{
    self, Counts, Identity, Job, Kind, ListUsed, Outcome, Paths, Record, file_sha256,
};
use crate::cli::{Batch, Cli};
use crate::commands::office::{Office, dataset};
use crate::commands::search::{self, Lists, Overrides};
use crate::commands::when;
use crate::failure::{HITS, usage};
use crate::render::customers;
use crate::render::hits::thousands;
use crate::ui::Ui;

/// Folder of named profiles in the data folder.
const PROFILES: &str = "profiles";

/// What `batch --json` says.
#[derive(Serialize)]
struct Said<'a> {
    record: &'a Record,
    record_file: String,
    rejected_file: Option<String>,
    rows_done_before: u64,
    seconds: f64,
}

/// What `batch --look --json` says.
#[derive(Serialize)]
struct Looked<'a> {
    file: String,
    rows: u64,
    headings: &'a [String],
    unused: &'a [String],
    findings: &'a [String],
    questions: Vec<&'a str>,
    profile: &'a Profile,
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
    let (profile, rows) = understand(arguments, &file, &office, ui)?;
    if arguments.look {
        return Ok(ExitCode::SUCCESS);
    }
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
    let kind = Kind::of(&output)?;
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
    let outcome = go(arguments, plan, &lists, policy, ui)?;
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
        draw: ui.terminal.progress,
        stop: &stop,
    })?;
    Ok(Ended { outcome, paths })
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

/// Profile and number of rows of a file: from a profile that was named, or found out.
fn understand(
    arguments: &Batch,
    file: &Path,
    office: &Office,
    ui: &mut Ui,
) -> anyhow::Result<(Profile, u64)> {
    let name = file.display().to_string();
    let open = || File::open(file).with_context(|| format!("{name} cannot be read"));
    if let Some(profile) = &arguments.profile {
        let profile = load(profile, office)?;
        let rows = count(open()?, &name, &profile)?;
        if arguments.look {
            ui.line(profile.to_toml()?)?;
        }
        return Ok((profile, rows));
    }
    let found = survey(open()?, &name, &answers(arguments)?).map_err(wrong)?;
    show(arguments, &name, &found, ui)?;
    if !found.questions.is_empty() {
        let asked: Vec<String> = found
            .questions
            .iter()
            .map(|q| format!("{}\n    answer with {}", q.text, q.answers.join("  or  ")))
            .collect();
        return Err(usage(format!(
            "{name} leaves open, and nothing was screened:\n  {}",
            asked.join("\n  ")
        )));
    }
    if let Some(target) = &arguments.save_profile {
        let path = save(target, &found.profile, office)?;
        ui.note(format!("profile kept as {}", path.display()));
    }
    Ok((found.profile, found.rows))
}

/// An error of a customer file, for the exit code: what a person has to put right is wrong usage.
fn wrong(error: CustomerError) -> anyhow::Error {
    match error {
        CustomerError::Read { .. } => error.into(),
        other => usage(other.to_string()),
    }
}

fn show(arguments: &Batch, name: &str, found: &Survey, ui: &mut Ui) -> anyhow::Result<()> {
    if !arguments.look {
        for line in customers::look(ui.terminal, name, found) {
            ui.note(line);
        }
        return Ok(());
    }
    if ui.json {
        return ui.document(
            "batch look",
            &Looked {
                file: name.to_owned(),
                rows: found.rows,
                headings: &found.headings,
                unused: &found.unused,
                findings: &found.findings,
                questions: found.questions.iter().map(|q| q.text.as_str()).collect(),
                profile: &found.profile,
            },
        );
    }
    for line in customers::look(ui.terminal, name, found) {
        ui.line(line)?;
    }
    Ok(())
}

fn answers(arguments: &Batch) -> anyhow::Result<Answers> {
    let delimiter = arguments
        .delimiter
        .as_deref()
        .map(|sign| match sign.trim_matches(['"', '\'']) {
            "tab" | "\\t" => Ok('\t'),
            sign if sign.len() == 1 => sign.chars().next().ok_or_else(|| usage("no sign")),
            other => Err(usage(format!(
                "--delimiter {other:?}: expected one sign, or `tab`"
            ))),
        })
        .transpose()?;
    let columns = arguments
        .column
        .iter()
        .map(|text| {
            let (role, heading) = text.split_once('=').unwrap_or((text, ""));
            let role = Role::from_word(role.trim()).ok_or_else(|| {
                let known: Vec<&str> = Role::ALL.iter().map(|r| r.word()).collect();
                usage(format!(
                    "--column {text}: {role:?} is no role; expected ROLE=HEADING with one of {}",
                    known.join(", ")
                ))
            })?;
            Ok((role, heading.trim().trim_matches('"').to_owned()))
        })
        .collect::<anyhow::Result<_>>()?;
    Ok(Answers {
        name: arguments.save_profile.as_deref().map(|target| {
            Path::new(target)
                .file_stem()
                .map_or_else(|| target.to_owned(), |s| s.to_string_lossy().into_owned())
        }),
        encoding: arguments.encoding.clone(),
        delimiter,
        date_order: arguments.date_order.as_deref().map(|order| match order {
            "mdy" => Order::Mdy,
            _ => Order::Dmy,
        }),
        sheet: arguments.sheet.clone(),
        header_row: arguments.header_row,
        columns,
    })
}

/// The file of a profile: a path that ends in `.toml`, or a name in the data folder.
fn profile_path(target: &str, office: &Office) -> anyhow::Result<PathBuf> {
    if Path::new(target).extension().is_some_and(|e| e == "toml") {
        return Ok(PathBuf::from(target));
    }
    let plain = !target.is_empty()
        && target
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
        && !target.starts_with('.');
    if !plain {
        return Err(usage(format!(
            "profile {target:?}: expected a name of letters, digits, - and _, or a file that ends in .toml"
        )));
    }
    Ok(office
        .folder()
        .join(PROFILES)
        .join(format!("{target}.toml")))
}

fn load(target: &str, office: &Office) -> anyhow::Result<Profile> {
    let path = profile_path(target, office)?;
    let text = std::fs::read_to_string(&path).map_err(|e| {
        usage(format!(
            "profile {} cannot be read ({e}); make one with --save-profile",
            path.display()
        ))
    })?;
    Profile::parse(&text, &path.display().to_string()).map_err(wrong)
}

fn save(target: &str, profile: &Profile, office: &Office) -> anyhow::Result<PathBuf> {
    let path = profile_path(target, office)?;
    let failed = || format!("profile {} cannot be written", path.display());
    if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).with_context(failed)?;
    }
    std::fs::write(&path, profile.to_toml()?).with_context(failed)?;
    Ok(path)
}

/// Rows of a file, which also shows that it can be read to its end.
fn count(input: File, name: &str, profile: &Profile) -> anyhow::Result<u64> {
    let mut file = CustomerFile::open(input, name, profile).map_err(wrong)?;
    // Says now which column is missing.
    interdict_customers::Interpreter::new(profile, file.headings(), name).map_err(wrong)?;
    let mut rows = 0;
    file.each(|_| {
        rows += 1;
        std::ops::ControlFlow::Continue(())
    })
    .map_err(wrong)?;
    Ok(rows)
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
    let record = Record::read(path)?;
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
    let rows = count(input, &name, &profile)?;
    let output = match &arguments.output {
        Some(output) => output.clone(),
        None => path.with_file_name(format!("repeated-{}", record.output)),
    };
    let kind = Kind::of(&output)?;
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
    let ended = go(arguments, plan, &lists, policy, ui)?;
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
    #[allow(clippy::cast_precision_loss, reason = "a share in percent")]
    let share = counts.rejected as f64 * 100.0 / counts.rows.max(1) as f64;
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
