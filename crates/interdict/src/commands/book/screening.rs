//! `book screen`, and what `import` and decisions about lists do to books afterwards.

use std::process::ExitCode;

use anyhow::Context as _;
use interdict_desk::books::basis;
use interdict_desk::work::Outcome;
use interdict_screening::{Engine, Policy, Snapshot};
use interdict_store::{Book, Moment, Right, RunOutcome};
use serde::Serialize;

use crate::cli::{BookScreen, Cli};
use crate::commands::office::Office;
use crate::commands::{clusters, config, search};
use crate::progress::Bars;
use crate::render::hits::thousands;
use crate::render::table::{Tone, cell, right, table};
use crate::system;
use crate::ui::Ui;

/// A book with whether it must be screened.
pub(super) struct Due {
    pub(super) book: Book,
    pub(super) due: bool,
}

/// A finished screening, as JSON.
#[derive(Serialize)]
pub(super) struct RunView {
    book: String,
    #[serde(flatten)]
    outcome: RunOutcome,
}

#[derive(Serialize)]
struct RunsView {
    screened: Vec<RunView>,
}

/// The policy of a book.
pub(crate) fn policy(book: &Book) -> anyhow::Result<Policy> {
    match &book.policy {
        Some(text) => Ok(Policy::parse(text, &format!("of book {:?}", book.name))?),
        None => Ok(Policy::shipped()?),
    }
}

/// The lists that answer now; none where nothing was imported.
fn snapshot(office: &Office, ui: &Ui) -> anyhow::Result<Snapshot> {
    if office.wait(office.desk().store().current())?.is_empty() {
        return Ok(Snapshot::default());
    }
    Ok(search::open(office, &[], Moment::default(), ui)?.snapshot)
}

/// Every book, with whether what it was screened against is what answers now; and the lists that do.
pub(super) fn with_due(office: &Office, ui: &Ui) -> anyhow::Result<(Vec<Due>, Snapshot)> {
    let books = office.wait(office.desk().store().books())?;
    if books.is_empty() {
        return Ok((Vec::new(), Snapshot::default()));
    }
    let snapshot = snapshot(office, ui)?;
    let due = books
        .into_iter()
        .map(|book| {
            let engine = Engine::new(snapshot.clone(), policy(&book)?);
            let due = book.basis.as_deref() != Some(basis(&engine).as_str());
            Ok(Due { book, due })
        })
        .collect::<anyhow::Result<Vec<Due>>>()?;
    Ok((due, snapshot))
}

/// Runs `book screen`.
pub(super) fn run(cli: &Cli, arguments: &BookScreen, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    let office = Office::open(cli)?;
    let store = office.desk().store();
    for name in &arguments.books {
        office.wait(store.book(name))?;
    }
    let who = office.actor(arguments.actor.as_deref())?;
    who.must(Right::LoadBooks)?;
    let actor = who.name.clone();
    if let Some(file) = &arguments.policy {
        let (text, origin) = config::text(Some(file))?;
        Policy::parse(&text, &origin)?;
        for name in &arguments.books {
            let reason = "given with `book screen`";
            let desk = office.desk();
            let set = desk.set_policy(&who, name, Some(&text), reason, system::now());
            if let Outcome::Waits(id) = office.wait(set)? {
                ui.note(format!(
                    "the policy of {name} waits for another person: `interdict proposals approve {id}`"
                ));
            }
        }
    }
    let wanted = |due: &Due| match arguments.books.is_empty() {
        true => due.due,
        false => arguments.books.contains(&due.book.name) && (due.due || !arguments.due),
    };
    let runs = screen(cli, &office, &actor, wanted, ui)?;
    if ui.json {
        ui.document("book", &RunsView { screened: runs })?;
    } else if runs.is_empty() {
        ui.line("no book is due")?;
    } else {
        tell(&runs, ui)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What follows a change of the lists: entries are grouped anew, so that no question waits for it,
/// and, if `rescreen`, every book that is due is screened; says what it did on stderr.
pub(crate) fn after_change(
    cli: &Cli,
    office: &Office,
    actor: &str,
    rescreen: bool,
    ui: &mut Ui,
) -> anyhow::Result<()> {
    clusters::refresh(office, ui)?;
    if !rescreen {
        return Ok(());
    }
    let runs = screen(cli, office, actor, |due| due.due, ui)
        .context("the lists have changed, but the books could not be screened: they are due")?;
    for run in runs {
        ui.note(format!(
            "book {}: {} customers screened, {} alerts opened, {} reopened, {} closed, {} open",
            run.book,
            thousands(run.outcome.subjects),
            thousands(run.outcome.opened),
            thousands(run.outcome.reopened),
            thousands(run.outcome.closed),
            thousands(run.outcome.open)
        ));
    }
    Ok(())
}

pub(super) fn screen(
    cli: &Cli,
    office: &Office,
    actor: &str,
    wanted: impl Fn(&Due) -> bool,
    ui: &Ui,
) -> anyhow::Result<Vec<RunView>> {
    let (all, snapshot) = with_due(office, ui)?;
    let wanted: Vec<Due> = all.into_iter().filter(|due| wanted(due)).collect();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let bars = Bars::new(ui.terminal.progress && !cli.quiet);
    wanted
        .into_iter()
        .map(|Due { book, .. }| {
            let engine = Engine::new(snapshot.clone(), policy(&book)?);
            let run = office
                .desk()
                .screen_book(&book.name, &engine, actor, system::now(), &bars);
            Ok(RunView {
                outcome: office.wait(run)?,
                book: book.name,
            })
        })
        .collect()
}

pub(super) fn tell(runs: &[RunView], ui: &mut Ui) -> anyhow::Result<()> {
    let terminal = ui.terminal;
    let headings = [
        "book",
        "customers",
        "hits",
        "opened",
        "reopened",
        "updated",
        "suppressed",
        "closed",
        "open now",
    ];
    let mut shown = table(terminal, &headings);
    for run in runs {
        let o = &run.outcome;
        let mut row = vec![cell(terminal, &run.book, Tone::Strong)];
        for count in [
            o.subjects,
            o.hits,
            o.opened,
            o.reopened,
            o.updated,
            o.suppressed,
            o.closed,
            o.open,
        ] {
            row.push(right(terminal, thousands(count)));
        }
        shown.add_row(row);
    }
    ui.line(shown.to_string())?;
    ui.line("`interdict alerts` lists what is open; `interdict alerts show ALERT` says why")
}
