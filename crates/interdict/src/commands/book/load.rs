//! `book load`: a file of customers into a book.

use std::collections::BTreeSet;
use std::fs::File;
use std::ops::ControlFlow;
use std::process::ExitCode;

use anyhow::Context as _;
use interdict_customers::{CustomerFile, Interpreter, Keys, Profile, Role};
use interdict_desk::books::BookCustomer;
use interdict_store::{BookLoad, LoadFacts};
use serde::Serialize;

use crate::batch::{file_digest, rejected_share};
use crate::cli::{BookLoad as Arguments, Cli};
use crate::commands::book::screening;
use crate::commands::office::Office;
use crate::commands::reading::{self, wrong};
use crate::failure::usage;
use crate::render::hits::thousands;
use crate::system;
use crate::ui::Ui;

/// Rejected rows, or keys that come twice, that are told one by one.
const TOLD: usize = 20;

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

/// What the rows of a file gave.
#[derive(Default)]
struct Rows {
    count: u64,
    customers: Vec<BookCustomer>,
    /// Place and reason of each row that is no customer.
    rejected: Vec<String>,
    /// Keys of these rows, where they can be read.
    rejected_keys: BTreeSet<String>,
    /// How many of these rows have none.
    keyless: u64,
    /// Key, place and earlier line of each row whose key stood before.
    twice: Vec<String>,
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
    let mut rows = read(&name, file, &profile)?;
    anyhow::ensure!(
        rows.count == found.rows,
        "{name}: {} rows at first, {} now: the file changed while it was read; load it again",
        found.rows,
        rows.count
    );
    refuse(arguments, &name, &rows)?;
    let (sha256, _) = file_digest(file).with_context(|| format!("{name} cannot be read"))?;
    let actor = arguments.actor.clone().unwrap_or_else(system::user);
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

/// Reads every row as a customer with a key.
fn read(name: &str, path: &std::path::Path, profile: &Profile) -> anyhow::Result<Rows> {
    let input = File::open(path).with_context(|| format!("{name} cannot be read"))?;
    let mut file = CustomerFile::open(input, name, profile).map_err(wrong)?;
    let keyed = profile.columns.contains_key(Role::Key.word());
    if !keyed && profile.file.format != interdict_customers::Format::Ftm {
        return Err(usage(format!(
            "{name}: no column holds the customers' keys; name it with --key COLUMN: a book knows its \
             customers by them. Columns: {}",
            file.headings().join(", ")
        )));
    }
    let interpreter = Interpreter::new(profile, file.headings(), name).map_err(wrong)?;
    let mut keys = Keys::default();
    let mut rows = Rows::default();
    file.each(|row| {
        rows.count += 1;
        match interpreter.customer(&row) {
            Err(fault) => {
                rows.rejected.push(format!("{}: {fault}", row.place));
                match interpreter.key(&row) {
                    Some(key) => drop(rows.rejected_keys.insert(key)),
                    None => rows.keyless += 1,
                }
            }
            Ok(customer) => match customer.key {
                None => {
                    rows.keyless += 1;
                    rows.rejected.push(format!(
                        "{}: no key; a customer without one cannot be told from others",
                        row.place
                    ));
                }
                Some(key) => match keys.take(&key, row.place.line) {
                    Some(line) => rows
                        .twice
                        .push(format!("{}: key {key:?} stood in line {line}", row.place)),
                    None => rows.customers.push(BookCustomer {
                        key,
                        parties: customer.parties.into_iter().map(|p| p.entity).collect(),
                    }),
                },
            },
        }
        ControlFlow::Continue(())
    })
    .map_err(wrong)?;
    for customer in &rows.customers {
        rows.rejected_keys.remove(&customer.key);
    }
    Ok(rows)
}

/// What a book must not be made of: keys that mean two customers, and so many rejected rows that the
/// profile is wrong. A customer that is missing from a load is gone from the book; one whose row was rejected stays.
fn refuse(arguments: &Arguments, name: &str, rows: &Rows) -> anyhow::Result<()> {
    if !rows.twice.is_empty() {
        return Err(usage(format!(
            "{name}: {} rows have the key of an earlier row, nothing was loaded:\n  {}\ncorrect the file, \
             or name another column with --key",
            thousands(rows.twice.len() as u64),
            some(&rows.twice)
        )));
    }
    let share = rejected_share(rows.rejected.len() as u64, rows.count);
    if share > arguments.max_rejected || rows.customers.is_empty() {
        anyhow::bail!(
            "{name}: {} of {} rows were rejected ({share:.1} %, more than --max-rejected {}), nothing was \
             loaded:\n  {}\ncorrect them, or the profile",
            thousands(rows.rejected.len() as u64),
            thousands(rows.count),
            arguments.max_rejected,
            some(&rows.rejected)
        );
    }
    Ok(())
}

fn some(lines: &[String]) -> String {
    let mut shown: Vec<String> = lines.iter().take(TOLD).cloned().collect();
    if lines.len() > TOLD {
        shown.push(format!(
            "and {} more",
            thousands((lines.len() - TOLD) as u64)
        ));
    }
    shown.join("\n  ")
}

fn tell(
    book: &str,
    load: &BookLoad,
    rows: &Rows,
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
