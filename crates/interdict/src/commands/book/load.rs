//! `book load`: a file of customers into a book.

use std::fs::File;
use std::process::ExitCode;

use anyhow::Context as _;
use interdict_customers::Role;
use interdict_store::{BookLoad, LoadFacts, Right};
use serde::Serialize;

use interdict_batch::{BatchError, BookRows, book_rows, file_digest, some};

use crate::cli::{BookLoad as Arguments, Cli};
use crate::commands::book::screening;
use crate::commands::office::Office;
use crate::commands::reading::{self, wrong};
use crate::failure::usage;
use crate::render::hits::thousands;
use crate::system;
use crate::ui::Ui;

/// A load, as JSON.
#[derive(Serialize)]
struct Said<'a> {
    book: &'a str,
    file: &'a str,
    rows: u64,
    added: u64,
    changed: u64,
    removed: u64,
    unchanged: u64,
    rejected: u64,
    /// Customers whose row was rejected: as they were before.
    kept: u64,
    rejected_rows: &'a [String],
    screened: Vec<screening::RunView>,
}

/// Runs `book load`.
pub(super) fn run(cli: &Cli, arguments: &Arguments, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    let office = Office::open(cli)?;
    let file = &arguments.file;
    let name = file.display().to_string();
    let found = reading::understand(&arguments.reading, file, &office, ui)?;
    let mut profile = found.profile;
    if let Some(column) = &arguments.key {
        let key = Role::Key.word().to_owned();
        profile.columns.insert(key, vec![column.clone()]);
    }
    let input = File::open(file).with_context(|| format!("{name} cannot be read"))?;
    let mut rows = book_rows(input, &name, &profile).map_err(not_loaded)?;
    anyhow::ensure!(
        rows.count == found.rows,
        "{name}: {} rows at first, {} now: the file changed while it was read; load it again",
        found.rows,
        rows.count
    );
    rows.check(&name, arguments.max_rejected)
        .map_err(not_loaded)?;
    let (sha256, _) = file_digest(file).with_context(|| format!("{name} cannot be read"))?;
    let actor = office.user(arguments.actor.as_deref(), Right::LoadBooks)?;
    let facts = LoadFacts {
        book: arguments.book.clone(),
        at: system::now(),
        actor: actor.clone(),
        file: name.clone(),
        sha256,
        profile: profile.to_toml()?,
        rejected: rows.rejected.len() as u64,
    };
    // A customer whose row is rejected has not left the bank: it stays as it was and goes on being
    // screened.
    let desk = office.desk();
    let kept = office.wait(desk.standing(&arguments.book, &rows.rejected_keys))?;
    let kept_keys: Vec<String> = kept.iter().map(|c| c.key.clone()).collect();
    rows.customers.extend(kept);
    let mut load = office.wait(desk.load_book(&facts, &rows.customers))?;
    load.unchanged -= kept_keys.len() as u64;
    tell(&arguments.book, &load, &rows, &kept_keys, ui)?;
    let runs = if arguments.no_screen {
        Vec::new()
    } else {
        let wanted = |due: &screening::Due| due.book.name == arguments.book;
        screening::screen(cli, &office, &actor, wanted, ui).with_context(|| {
            format!(
                "book {:?} was loaded, but could not be screened: it is due",
                arguments.book
            )
        })?
    };
    if ui.json {
        let said = Said {
            book: &arguments.book,
            file: &name,
            rows: rows.count,
            added: load.added,
            changed: load.changed,
            removed: load.removed,
            unchanged: load.unchanged,
            rejected: load.rejected,
            kept: kept_keys.len() as u64,
            rejected_rows: &rows.rejected,
            screened: runs,
        };
        ui.document("book load", &said)?;
    } else if arguments.no_screen {
        ui.line("not screened: the book is due, `interdict book screen --due` screens it")?;
    } else {
        screening::tell(&runs, ui)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What a person has to put right is wrong usage.
fn not_loaded(error: BatchError) -> anyhow::Error {
    match error {
        BatchError::Usage { what } => usage(what),
        BatchError::Customers(error) => wrong(error),
        other => other.into(),
    }
}

fn tell(
    book: &str,
    load: &BookLoad,
    rows: &BookRows,
    kept: &[String],
    ui: &mut Ui,
) -> anyhow::Result<()> {
    if !rows.rejected.is_empty() {
        ui.note(format!("rejected:\n  {}", some(&rows.rejected)));
    }
    if !kept.is_empty() {
        ui.note(format!(
            "kept as they were, since their rows were rejected: {} customers, keys\n  {}",
            thousands(kept.len() as u64),
            some(kept)
        ));
    }
    let untied = rows.keyless + (rows.rejected_keys.len() - kept.len()) as u64;
    if untied > 0 && load.removed > 0 {
        ui.note(format!(
            "{} rejected rows have no key, or one that the book does not hold: customers of the book that \
             they stand for are among the {} removed",
            thousands(untied),
            thousands(load.removed)
        ));
    }
    if ui.json {
        return Ok(());
    }
    ui.line(format!(
        "book {book}: {} rows, {} added, {} changed, {} removed, {} unchanged, {} kept, {} rejected",
        thousands(rows.count),
        thousands(load.added),
        thousands(load.changed),
        thousands(load.removed),
        thousands(load.unchanged),
        thousands(kept.len() as u64),
        thousands(load.rejected)
    ))
}
