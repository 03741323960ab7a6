//! The chain of everything that happened: shown, checked, signed, exported, replayed, erased.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use interdict_desk::audit::{AuditRow, Checkpoint, Verified, Wanted, verify_export};
use interdict_store::hex;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;

use crate::cli::{AuditExport, Cli};
use crate::commands::office::Office;
use crate::failure::{FAILED, usage};
use crate::progress::Bars;
use crate::render::hits::thousands;
use crate::render::table::{Tone, cell, right, table};
use crate::system;
use crate::ui::Ui;

#[derive(Serialize)]
struct RowsView {
    rows: Vec<AuditRow>,
}

/// Runs `audit log`.
pub(super) fn log(
    cli: &Cli,
    about: Option<&str>,
    last: u32,
    ui: &mut Ui,
) -> anyhow::Result<ExitCode> {
    let office = Office::open(cli)?;
    let store = office.desk().store();
    let mut rows = match about {
        Some(object) => office.wait(store.audit_about(object))?,
        None => {
            let head = office.wait(store.audit_head())?;
            let after = head.number.saturating_sub(i64::from(last));
            office.wait(store.audit_rows(after, last))?
        }
    };
    let more = rows
        .len()
        .saturating_sub(usize::try_from(last).unwrap_or(usize::MAX));
    rows.drain(..more);
    if ui.json {
        ui.document("audit", &RowsView { rows })?;
        return Ok(ExitCode::SUCCESS);
    }
    let terminal = ui.terminal;
    let headings = ["row", "when", "who", "what", "of", "facts", "hash"];
    let mut shown = table(terminal, &headings);
    for row in &rows {
        let person = row.person.map(interdict_store::PersonId);
        let who = match person {
            Some(person) => office.wait(store.person_name(person))?.unwrap_or_default(),
            None => "the program".to_owned(),
        };
        let how = match row.authenticated {
            true => who,
            false => format!("{who}, unauthenticated"),
        };
        let when = row.time().map(|at| at.to_string()).unwrap_or_default();
        let hash: String = hex(&row.hash).chars().take(12).collect();
        shown.add_row(vec![
            right(terminal, row.number.to_string()),
            cell(terminal, when, Tone::Plain),
            cell(terminal, how, Tone::Plain),
            cell(terminal, &row.action, Tone::Strong),
            cell(terminal, &row.object, Tone::Plain),
            cell(terminal, &row.facts, Tone::Faint),
            cell(terminal, hash, Tone::Faint),
        ]);
    }
    ui.line(shown.to_string())?;
    Ok(ExitCode::SUCCESS)
}

fn checkpoints(files: &[PathBuf], key: Option<&str>) -> anyhow::Result<Vec<Checkpoint>> {
    let mut all = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("{}: cannot be read", file.display()))?;
        let read = Checkpoint::read(&text, key);
        all.extend(read.with_context(|| file.display().to_string())?);
    }
    Ok(all)
}

/// Runs `audit verify`. A chain that is not whole counts as failed.
pub(super) fn verify(
    cli: &Cli,
    export: Option<&Path>,
    files: &[PathBuf],
    key: Option<&str>,
    ui: &mut Ui,
) -> anyhow::Result<ExitCode> {
    let sealed = checkpoints(files, key)?;
    let verified = match export {
        Some(folder) => verify_export(folder, &sealed, key)
            .with_context(|| format!("export {}", folder.display()))?,
        None => {
            let office = Office::open(cli)?;
            office.wait(office.desk().verify_audit(&sealed))?
        }
    };
    tell(&verified, ui)?;
    Ok(match verified.is_whole() {
        true => ExitCode::SUCCESS,
        false => ExitCode::from(FAILED),
    })
}

fn tell(verified: &Verified, ui: &mut Ui) -> anyhow::Result<()> {
    if ui.json {
        return ui.document("audit", verified);
    }
    for fault in &verified.faults {
        match fault.number {
            0 => ui.line(format!("the export: {}", fault.what))?,
            number => ui.line(format!("row {number}: {}", fault.what))?,
        }
    }
    if verified.more_faults > 0 {
        ui.line(format!(
            "and {} faults more",
            thousands(verified.more_faults)
        ))?;
    }
    let state = match verified.is_whole() {
        true => "whole",
        false => "NOT WHOLE",
    };
    ui.line(format!(
        "the chain is {state}: {} rows, the last is {} with the hash {}; {} checkpoints met, the \
         personal data of {} rows erased after its time",
        thousands(verified.rows),
        verified.last,
        verified.hash,
        verified.checkpoints,
        thousands(verified.erased)
    ))
}

/// Runs `audit checkpoint`.
pub(super) fn checkpoint(
    cli: &Cli,
    file: Option<&Path>,
    key_file: Option<&Path>,
    actor: Option<&str>,
    ui: &mut Ui,
) -> anyhow::Result<ExitCode> {
    let office = Office::open(cli)?;
    let by = office.actor(actor)?;
    let made = office.wait(office.desk().checkpoint(&by, key_file, system::now()))?;
    match file {
        None => ui.line(made.line())?,
        Some(path) => {
            let mut options = OpenOptions::new();
            let opened = options.create(true).append(true).open(path);
            opened
                .and_then(|mut file| {
                    file.write_all(format!("{}\n", made.line()).as_bytes())?;
                    file.sync_all()
                })
                .with_context(|| format!("{}: cannot be written", path.display()))?;
            ui.line(format!(
                "row {} is sealed in {}; keep it where nobody who works here can change it, and the \
                 public key {} with it",
                made.number,
                path.display(),
                made.key
            ))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Runs `audit export`.
pub(super) fn export(cli: &Cli, arguments: &AuditExport, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    let wanted = match (arguments.alert, arguments.customer.as_deref()) {
        (Some(alert), _) => Wanted::Case(alert),
        (None, Some(key)) => Wanted::Customer(key),
        (None, None) => Wanted::Chain,
    };
    let office = Office::open(cli)?;
    let by = office.actor(arguments.actor.as_deref())?;
    let folder = &arguments.folder;
    let manifest = office.wait(office.desk().export(&by, wanted, folder, system::now()))?;
    if ui.json {
        ui.document("audit", &manifest)?;
        return Ok(ExitCode::SUCCESS);
    }
    for file in &manifest.files {
        ui.line(format!("{}  {} bytes", file.name, thousands(file.size)))?;
    }
    ui.line(format!(
        "{}: open index.html to read it; `interdict audit verify --export {}` checks it anywhere",
        folder.display(),
        folder.display()
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// Runs `audit replay`. Another result of the same release counts as failed.
pub(super) fn replay(cli: &Cli, id: i64, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    let office = Office::open(cli)?;
    let by = office.actor(None)?;
    let bars = Bars::new(ui.terminal.progress && !cli.quiet);
    let replayed = office.wait(office.desk().replay(&by, id, &bars))?;
    let code = match replayed.is_same() || !replayed.is_same_engine() {
        true => ExitCode::SUCCESS,
        false => ExitCode::from(FAILED),
    };
    if ui.json {
        ui.document("audit", &replayed)?;
        return Ok(code);
    }
    for list in &replayed.lists {
        let from = match list.from_files {
            true => "read again from the publisher's files",
            false => "from the stored entities (its source does not ship)",
        };
        let content = match list.same_content {
            true => "the same content",
            false => "OTHER CONTENT",
        };
        ui.line(format!(
            "{}, publication {}: {from}, {content}",
            list.dataset, list.publication
        ))?;
    }
    for count in &replayed.counts {
        ui.line(format!(
            "customer {}: {} hits instead of {}",
            count.customer, count.found, count.recorded
        ))?;
    }
    for other in &replayed.evidence {
        ui.line(format!("alert {}: {}", other.alert, other.what))?;
    }
    let same = match (&replayed.recorded_answers, replayed.is_same()) {
        (_, true) => "the same answers, byte for byte".to_owned(),
        (None, false) => "the record is of a release that did not seal its answers".to_owned(),
        (Some(recorded), false) => {
            format!("other answers: {} instead of {recorded}", replayed.answers)
        }
    };
    ui.line(format!(
        "screening {id}: {} customers, {} hits (recorded: {}); release {}, recorded by {}; {same}",
        thousands(replayed.subjects),
        thousands(replayed.hits),
        thousands(replayed.recorded_hits),
        replayed.engine,
        replayed.recorded_engine
    ))?;
    Ok(code)
}

/// What may be erased, as JSON.
#[derive(Serialize)]
struct KeptView {
    kept_until: String,
}

/// Runs `audit erase`.
pub(super) fn erase(
    cli: &Cli,
    before: Option<&str>,
    dry_run: bool,
    actor: Option<&str>,
    ui: &mut Ui,
) -> anyhow::Result<ExitCode> {
    let before = before.map(start_of).transpose()?;
    let office = Office::open(cli)?;
    let desk = office.desk();
    let now = system::now();
    if dry_run {
        let kept_until = desk.kept_until(now)?.to_string();
        if ui.json {
            ui.document("audit", &KeptView { kept_until })?;
        } else {
            ui.line(format!(
                "the policy lets go of what is older than {kept_until}"
            ))?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let by = office.actor(actor)?;
    let erased = office.wait(desk.erase(&by, before, now))?;
    if ui.json {
        ui.document(
            "audit",
            &serde_json::to_value(erased).unwrap_or(Value::Null),
        )?;
        return Ok(ExitCode::SUCCESS);
    }
    ui.line(format!(
        "erased: personal data of {} rows of the chain, {} former versions of customers, {} closed \
         alerts, {} attachments, {} screenings outside books",
        thousands(erased.rows),
        thousands(erased.customers),
        thousands(erased.alerts),
        thousands(erased.attachments),
        thousands(erased.screenings)
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// The start of a day, in UTC.
fn start_of(text: &str) -> anyhow::Result<Timestamp> {
    let wrong = || {
        usage(format!(
            "--before {text:?}: expected a day such as 2015-05-16"
        ))
    };
    let day: Date = text.trim().parse().map_err(|_| wrong())?;
    jiff::tz::Offset::UTC
        .to_timestamp(day.at(0, 0, 0, 0))
        .map_err(|_| wrong())
}
