//! `upgrade`: what this release changes in the data, and in what it finds.

use std::process::ExitCode;

use interdict_desk::books::{Recheck, Rechecked, lists_of};
use interdict_screening::{Engine, Snapshot};
use interdict_store::{Book, Moment, Pending, STORAGE_VERSION, Store};
use serde::Serialize;

use crate::cli::{Cli, Upgrade};
use crate::commands::book::screening::policy;
use crate::commands::office::{self, Office};
use crate::commands::search;
use crate::progress::Bars;
use crate::render::hits::thousands;
use crate::render::table::{Tone, cell, right, table};
use crate::system;
use crate::ui::Ui;

#[derive(Serialize)]
struct UpgradeView {
    release: &'static str,
    storage: i64,
    pending: Option<PendingView>,
    done: bool,
    books: Vec<Recheck>,
}

#[derive(Serialize)]
struct PendingView {
    from: i64,
    to: i64,
    adds: Vec<&'static str>,
    kept: String,
}

impl From<&Pending> for PendingView {
    fn from(pending: &Pending) -> PendingView {
        PendingView {
            from: pending.from,
            to: pending.to,
            adds: pending.adds.clone(),
            kept: pending.kept.display().to_string(),
        }
    }
}

/// Runs `upgrade`.
pub(crate) fn run(cli: &Cli, arguments: &Upgrade, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    let folder = system::data_dir(cli.data_dir.as_ref())?;
    let database = system::database(cli.database.as_deref())?;
    let pending = office::runtime()?.block_on(Store::pending(&folder, database.as_ref()))?;
    let mut view = UpgradeView {
        release: env!("CARGO_PKG_VERSION"),
        storage: STORAGE_VERSION,
        pending: pending.as_ref().map(PendingView::from),
        done: false,
        books: Vec::new(),
    };
    if !arguments.plan {
        // Opening it does what there is to do, and says so before.
        let office = Office::open(cli)?;
        view.done = true;
        if arguments.check {
            view.books = check(cli, &office, ui)?;
        }
    }
    if ui.json {
        ui.document("upgrade", &view)?;
        return Ok(ExitCode::SUCCESS);
    }
    match (&pending, view.done) {
        (None, _) => ui.line(format!(
            "the data is of this release (storage version {STORAGE_VERSION})"
        ))?,
        (Some(pending), false) => ui.line(format!("would be changed: {pending}"))?,
        (Some(pending), true) => ui.line(format!(
            "storage version {} became {}; the database as it was: {}",
            pending.from,
            pending.to,
            pending.kept.display()
        ))?,
    }
    if arguments.check {
        tell(&view.books, ui)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Scores every book again on the lists of its last screening.
fn check(cli: &Cli, office: &Office, ui: &Ui) -> anyhow::Result<Vec<Recheck>> {
    let bars = Bars::new(ui.terminal.progress && !cli.quiet);
    let desk = office.desk();
    let mut found = Vec::new();
    for book in office.wait(desk.store().books())? {
        let engine = Engine::new(lists(office, &book, ui)?, policy(&book)?);
        let recheck = desk.recheck_book(&book.name, &engine, system::now(), &bars);
        found.push(office.wait(recheck)?);
    }
    Ok(found)
}

/// The lists that a book was last screened against; those that answer now where that is not known
/// any more, or they were pruned.
fn lists(office: &Office, book: &Book, ui: &Ui) -> anyhow::Result<Snapshot> {
    let store = office.desk().store();
    let mut publications = Vec::new();
    for id in book
        .basis
        .as_deref()
        .and_then(lists_of)
        .unwrap_or_default()
        .into_values()
    {
        match office.wait(store.publication(id)) {
            Ok(publication) if publication.stored().is_ok() => publications.push(publication),
            _ => {
                publications.clear();
                break;
            }
        }
    }
    if publications.is_empty() {
        if office.wait(store.current())?.is_empty() {
            return Ok(Snapshot::default());
        }
        return Ok(search::open(office, &[], Moment::default(), ui)?.snapshot);
    }
    Ok(search::open_publications(office, publications, Moment::default(), ui)?.snapshot)
}

fn tell(books: &[Recheck], ui: &mut Ui) -> anyhow::Result<()> {
    if books.is_empty() {
        return ui.line("there is no book to score again");
    }
    for book in books {
        let before = match &book.engine_before {
            Some(release) => format!("last screened by {release}"),
            None => "not screened since it was loaded".to_owned(),
        };
        let basis = match (book.same_lists, book.same_policy) {
            (true, true) => "on the same lists and policy",
            (true, false) => "on the same lists, under another policy",
            _ => "on other lists than then",
        };
        ui.line(format!(
            "book {}: {} customers, {before}, scored again by {} {basis}: {} alerts the same, {} \
             gained, {} lost, {} changed",
            book.book,
            thousands(book.customers),
            book.engine_now,
            thousands(book.same),
            thousands(book.gained.len() as u64),
            thousands(book.lost.len() as u64),
            thousands(book.changed.len() as u64)
        ))?;
        let kinds = [
            ("gained", &book.gained),
            ("lost", &book.lost),
            ("changed", &book.changed),
        ];
        if kinds.iter().all(|(_, pairs)| pairs.is_empty()) {
            continue;
        }
        let terminal = ui.terminal;
        let headings = [
            "what", "alert", "state", "customer", "list", "entity", "before", "now",
        ];
        let mut shown = table(terminal, &headings);
        for (what, pairs) in kinds {
            for pair in pairs {
                shown.add_row(row(terminal, what, pair));
            }
        }
        ui.line(shown.to_string())?;
    }
    ui.line("nothing was stored; decisions stay as they are while only the release changes")
}

fn row(terminal: system::Terminal, what: &str, pair: &Rechecked) -> Vec<comfy_table::Cell> {
    let score = |score: Option<u16>| {
        score.map_or("-".to_owned(), |s| {
            format!("{}.{:04}", s / 10_000, s % 10_000)
        })
    };
    let what = match (what, pair.other_values) {
        ("changed", true) => "changed, other values",
        (what, _) => what,
    };
    let alert = pair.alert.map_or("-".to_owned(), |id| id.to_string());
    let state = pair.state.map_or("-", |state| state.as_str());
    vec![
        cell(terminal, what, Tone::Plain),
        right(terminal, alert),
        cell(terminal, state, Tone::Plain),
        cell(terminal, &pair.customer, Tone::Plain),
        cell(terminal, &pair.dataset, Tone::Plain),
        cell(terminal, &pair.entity, Tone::Plain),
        right(terminal, score(pair.before)),
        right(terminal, score(pair.after)),
    ]
}
