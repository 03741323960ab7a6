//! `book`: books of customers.

mod export;
mod load;
pub(crate) mod screening;

use std::process::ExitCode;

use serde::Serialize;

use crate::cli::{Book, Cli};
use crate::commands::office::Office;
use crate::render::hits::thousands;
use crate::render::table::{Tone, cell, right, table};
use crate::ui::Ui;

/// A book, as JSON.
#[derive(Serialize)]
struct BookView {
    book: String,
    customers: u64,
    due: bool,
    last_load: Option<LoadView>,
    last_screening: Option<String>,
    open_alerts: usize,
}

#[derive(Serialize)]
struct LoadView {
    at: String,
    actor: String,
    file: String,
    added: u64,
    changed: u64,
    removed: u64,
    unchanged: u64,
    rejected: u64,
}

#[derive(Serialize)]
struct BooksView {
    books: Vec<BookView>,
}

/// Runs `book`.
pub(crate) fn run(cli: &Cli, action: &Book, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    match action {
        Book::List => list(cli, ui),
        Book::Load(arguments) => load::run(cli, arguments, ui),
        Book::Screen(arguments) => screening::run(cli, arguments, ui),
        Book::Export(arguments) => export::run(cli, arguments, ui),
    }
}

fn list(cli: &Cli, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    let office = Office::open(cli)?;
    let mut books = Vec::new();
    let (all, _) = screening::with_due(&office, ui)?;
    for book in all {
        let store = office.desk().store();
        let name = book.book.name.clone();
        let last = office.wait(store.screenings(Some(&name)))?.pop();
        let filter = interdict_store::AlertFilter {
            book: Some(name.clone()),
            states: vec![interdict_store::AlertState::Open],
            ..Default::default()
        };
        let open = office.wait(store.alerts(&filter))?.len();
        books.push(BookView {
            book: name,
            customers: book.book.customers,
            due: book.due,
            last_load: book.book.last_load.map(|load| LoadView {
                at: load.at.to_string(),
                actor: load.actor,
                file: load.file,
                added: load.added,
                changed: load.changed,
                removed: load.removed,
                unchanged: load.unchanged,
                rejected: load.rejected,
            }),
            last_screening: last.map(|s| s.at.to_string()),
            open_alerts: open,
        });
    }
    if ui.json {
        ui.document("book", &BooksView { books })?;
        return Ok(ExitCode::SUCCESS);
    }
    if books.is_empty() {
        ui.line("no book; `interdict book load BOOK FILE` makes one")?;
        return Ok(ExitCode::SUCCESS);
    }
    let terminal = ui.terminal;
    let headings = ["book", "customers", "open alerts", "loaded", "screened", ""];
    let mut shown = table(terminal, &headings);
    for book in &books {
        let loaded = book.last_load.as_ref().map_or_else(String::new, |load| {
            format!("{} from {}", load.at, load.file)
        });
        let (state, tone) = match book.due {
            true => ("due", Tone::Alert),
            false => ("up to date", Tone::Good),
        };
        shown.add_row(vec![
            cell(terminal, &book.book, Tone::Strong),
            right(terminal, thousands(book.customers)),
            right(terminal, thousands(book.open_alerts as u64)),
            cell(terminal, loaded, Tone::Plain),
            cell(
                terminal,
                book.last_screening.as_deref().unwrap_or("never"),
                Tone::Plain,
            ),
            cell(terminal, state, tone),
        ]);
    }
    ui.line(shown.to_string())?;
    Ok(ExitCode::SUCCESS)
}
