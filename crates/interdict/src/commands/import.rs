//! `import`: a publication of a list, from files.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use interdict_desk::view::{PublicationView, place};
use interdict_desk::{Import as Request, ImportOutcome, Input};
use interdict_sources::{CsvMap, Source};
use interdict_store::{Publication, Right, State};
use serde::Serialize;

use crate::cli::{Cli, Import};
use crate::commands::book::screening;
use crate::commands::office::{Office, dataset};
use crate::failure::{FAILED, usage};
use crate::progress::Bars;
use crate::render::hits::thousands;
use crate::render::table::{Tone, cell, paint, right, table};
use crate::ui::Ui;

/// What an import did, as JSON.
#[derive(Serialize)]
struct Imported<'a> {
    dataset: String,
    state: &'static str,
    reason: Option<&'a str>,
    known_before: bool,
    is_current: bool,
    previous: Option<i64>,
    new_revisions: u64,
    detected_by: Option<&'a str>,
    publication: PublicationView,
    read: &'a std::collections::BTreeMap<String, u64>,
    schemata: &'a std::collections::BTreeMap<String, u64>,
    problem_counts: std::collections::BTreeMap<&'a str, u64>,
    problems: Vec<ProblemView<'a>>,
    guard: Option<&'a interdict_desk::guard::GuardReport>,
    index_bytes: Option<u64>,
    seconds: SecondsView,
}

#[derive(Serialize)]
struct ProblemView<'a> {
    file: &'a str,
    place: Option<String>,
    kind: &'a str,
    field: &'a str,
    value: &'a str,
    note: &'a str,
}

#[derive(Serialize)]
struct SecondsView {
    receiving: f64,
    reading: f64,
    checking: f64,
    indexing: f64,
    committing: f64,
}

/// The source that a map of columns describes.
fn source(map: &Path) -> anyhow::Result<Arc<dyn Source>> {
    let origin = map.display().to_string();
    let text = std::fs::read_to_string(map).with_context(|| format!("{origin}: cannot be read"))?;
    let map = CsvMap::parse(&text, &origin).map_err(|e| usage(e.to_string()))?;
    Ok(Arc::new(map))
}

/// Runs `import`.
pub(crate) fn run(cli: &Cli, arguments: &Import, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    let name = arguments.dataset.as_deref().map(dataset).transpose()?;
    let office = Office::open(cli)?;
    let actor = office.user(None, Right::ImportLists)?;
    let request = Request {
        files: arguments.files.iter().map(Input::path).collect(),
        source: arguments.map.as_deref().map(source).transpose()?,
        format: arguments.format.clone(),
        dataset: name,
        published: arguments.published.clone(),
        accept: arguments.accept.clone(),
        actor: actor.clone(),
        now: None,
    };
    let bars = Bars::new(ui.terminal.progress && !cli.quiet);
    let outcome = office.wait(office.desk().import(request, &bars))?;
    if ui.json {
        ui.document("import", &view(&outcome))?;
    } else {
        tell(&outcome, ui)?;
    }
    if outcome.is_current && !outcome.known_before {
        ui.finish()?;
        let rescreen = !arguments.no_rescreen;
        screening::after_change(cli, &office, &actor, rescreen, ui)?;
    }
    Ok(match outcome.publication.state {
        State::Quarantined | State::Failed => ExitCode::from(FAILED),
        _ => ExitCode::SUCCESS,
    })
}

fn view(outcome: &ImportOutcome) -> Imported<'_> {
    let publication = &outcome.publication;
    let report = outcome.report.as_ref();
    let problems = report.map(|r| r.problems.as_slice()).unwrap_or_default();
    Imported {
        dataset: publication.dataset.to_string(),
        state: publication.state.as_str(),
        reason: publication.reason.as_deref(),
        known_before: outcome.known_before,
        is_current: outcome.is_current,
        previous: outcome.previous.map(|id| id.0),
        new_revisions: outcome.new_revisions,
        detected_by: outcome.detected_by.as_deref(),
        publication: PublicationView::new(publication),
        read: &publication.counts.read,
        schemata: &publication.counts.schemata,
        problem_counts: report
            .into_iter()
            .flat_map(|r| r.problem_counts.iter().map(|(kind, n)| (*kind, *n)))
            .collect(),
        problems: problems
            .iter()
            .map(|p| ProblemView {
                file: &p.file,
                place: p.place.map(place),
                kind: p.kind,
                field: &p.field,
                value: &p.value,
                note: &p.note,
            })
            .collect(),
        guard: outcome.guard.as_ref(),
        index_bytes: outcome.segment.as_ref().map(|s| s.size),
        seconds: SecondsView {
            receiving: outcome.seconds.receiving,
            reading: outcome.seconds.reading,
            checking: outcome.seconds.checking,
            indexing: outcome.seconds.indexing,
            committing: outcome.seconds.committing,
        },
    }
}

/// The line that says what became current.
pub(crate) fn headline(publication: &Publication) -> String {
    format!(
        "{} of {} (by {}): {} entities, {} statements, publication {}",
        publication.dataset,
        publication.published.text,
        publication.published.by.as_str(),
        thousands(publication.counts.entities()),
        thousands(publication.counts.statements()),
        publication.id
    )
}

fn tell(outcome: &ImportOutcome, ui: &mut Ui) -> anyhow::Result<()> {
    let terminal = ui.terminal;
    let publication = &outcome.publication;
    if let Some(by) = &outcome.detected_by {
        ui.line(format!("format {} by {by}", publication.format))?;
    }
    ui.line(paint(terminal, &headline(publication), Tone::Strong))?;
    if !publication.proven {
        let text = "this format was not yet run on a complete file of the publisher: unproven";
        ui.line(paint(terminal, text, Tone::Alert))?;
    }
    if outcome.known_before {
        ui.line("these very files were imported before; nothing was changed")?;
        if publication.state == State::Quarantined {
            held_back(publication, ui)?;
        }
        return Ok(());
    }
    match (outcome.is_current, outcome.previous) {
        _ if publication.state == State::Quarantined => held_back(publication, ui)?,
        (true, Some(previous)) => {
            ui.line(format!("answers from now on, instead of publication {previous}"))?;
        }
        (true, None) => ui.line("answers from now on")?,
        (false, Some(current)) => ui.line(format!(
            "kept for questions about its days; publication {current} is later and goes on answering"
        ))?,
        (false, None) => ui.line("kept, does not answer")?,
    }
    remarks(outcome, ui)?;
    ui.line("")?;
    if !publication.readable {
        return Ok(());
    }
    let mut counts = table(terminal, &["read from the files", "", "stored", ""]);
    let read: Vec<(&String, &u64)> = publication.counts.read.iter().collect();
    let stored: Vec<(&String, &u64)> = publication.counts.schemata.iter().collect();
    for i in 0..read.len().max(stored.len()) {
        let pair = |list: &[(&String, &u64)]| {
            list.get(i).map_or_else(
                || (String::new(), String::new()),
                |(name, n)| ((*name).clone(), thousands(**n)),
            )
        };
        let (a, n) = pair(&read);
        let (b, m) = pair(&stored);
        counts.add_row(vec![
            cell(terminal, a, Tone::Plain),
            right(terminal, n),
            cell(terminal, b, Tone::Plain),
            right(terminal, m),
        ]);
    }
    ui.line(counts.to_string())?;
    problems(outcome, ui)?;
    let seconds = outcome.seconds;
    ui.line(format!(
        "{} new revisions; seconds: copy {:.2}, read and store {:.2}, compare {:.2}, index {:.2}, \
         switch {:.2}",
        thousands(outcome.new_revisions),
        seconds.receiving,
        seconds.reading,
        seconds.checking,
        seconds.indexing,
        seconds.committing
    ))
}

/// Says that a publication waits for a decision, and why.
fn held_back(publication: &Publication, ui: &mut Ui) -> anyhow::Result<()> {
    let reason = publication.reason.as_deref().unwrap_or("a check");
    let text = format!("quarantined, the last good version goes on answering: {reason}");
    ui.line(paint(ui.terminal, &text, Tone::Alert))?;
    let id = publication.id;
    ui.line(format!(
        "`lists review {id}` shows what was found; `lists accept {id}` or `lists reject {id}` decides"
    ))
}

/// What the guard saw beside what it held back for.
fn remarks(outcome: &ImportOutcome, ui: &mut Ui) -> anyhow::Result<()> {
    let remarks = outcome.guard.iter().flat_map(|guard| &guard.remarks);
    for remark in remarks {
        if !remark.holds {
            ui.line(format!("to know: {}", remark.words))?;
        } else if outcome.publication.state != State::Quarantined {
            ui.line(format!("accepted although {}", remark.words))?;
        }
    }
    Ok(())
}

fn problems(outcome: &ImportOutcome, ui: &mut Ui) -> anyhow::Result<()> {
    let Some(report) = &outcome.report else {
        return Ok(());
    };
    if report.problem_counts.is_empty() {
        return Ok(());
    }
    let terminal = ui.terminal;
    let mut found = table(terminal, &["to know", "times", "first of them"]);
    for (kind, times) in &report.problem_counts {
        let first = report.problems.iter().find(|p| p.kind == *kind);
        let first = first.map_or_else(String::new, |p| {
            let place = p.place.map(place).unwrap_or_default();
            format!("{} {place} {}: {} ({})", p.file, p.field, p.value, p.note)
        });
        found.add_row(vec![
            cell(terminal, kind, Tone::Alert),
            right(terminal, thousands(*times)),
            cell(terminal, first, Tone::Plain),
        ]);
    }
    ui.line(found.to_string())
}
