//! `lists`: what answers, how old it is, and which formats can be read.

mod decide;
mod log;
mod prune;
mod review;

use std::process::ExitCode;

use interdict_desk::view::PublicationView;
use interdict_desk::{KeepPolicy, ListAt, ListState, Status, Wish};
use interdict_sources::registry;
use interdict_store::{Moment, Publication};
use serde::Serialize;

use crate::answer::MomentView;
use crate::cli::{Cli, Lists, ListsAction};
use crate::commands::office::Office;
use crate::commands::update;
use crate::commands::when;
use crate::render::hits::thousands;
use crate::render::table::{Tone, cell, paint, right, table};
use crate::system::{self, Terminal};
use crate::ui::Ui;
use crate::update::publishers::Publishers;

#[derive(Serialize)]
struct ListsView {
    data_dir: String,
    lists: Vec<ListView>,
    formats: Vec<FormatView>,
}

#[derive(Serialize)]
struct ListView {
    dataset: String,
    title: String,
    publisher: Option<String>,
    licence: Option<String>,
    state: &'static str,
    age_days: Option<u32>,
    max_age_days: Option<u32>,
    stale: bool,
    publications: usize,
    /// Publications that wait for a decision.
    waiting: Vec<i64>,
    last_check: Option<CheckView>,
    next_check: Option<String>,
    current: Option<PublicationView>,
    latest: Option<PublicationView>,
}

/// A look at a publisher, as JSON.
#[derive(Serialize)]
struct CheckView {
    at: String,
    outcome: &'static str,
    note: String,
}

/// What answered at another time, as JSON.
#[derive(Serialize)]
struct ListsThen {
    data_dir: String,
    moment: Option<MomentView>,
    lists: Vec<ListThen>,
}

#[derive(Serialize)]
struct ListThen {
    dataset: String,
    title: String,
    publication: Option<PublicationView>,
    /// Why nothing answers.
    missing: Option<String>,
}

#[derive(Serialize)]
struct FormatView {
    format: &'static str,
    title: &'static str,
    proven: bool,
}

/// Runs `lists`.
pub(crate) fn run(cli: &Cli, arguments: &Lists, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    match &arguments.action {
        None => shown(cli, arguments, ui),
        Some(ListsAction::Review { id }) => review::run(cli, *id, ui),
        Some(ListsAction::Accept(decide)) => decide::run(cli, Wish::Accept, decide, ui),
        Some(ListsAction::Reject(decide)) => decide::run(cli, Wish::Reject, decide, ui),
        Some(ListsAction::Rollback { dataset, to, by }) => {
            decide::roll_back(cli, dataset, *to, by, ui)
        }
        Some(ListsAction::Log { datasets }) => log::run(cli, datasets, ui),
        Some(ListsAction::Prune {
            datasets,
            keep,
            keep_days,
            actor,
            dry_run,
        }) => {
            let arguments = prune::Arguments {
                datasets,
                policy: KeepPolicy {
                    publications: *keep,
                    days: *keep_days,
                },
                actor: actor.as_ref(),
                dry_run: *dry_run,
            };
            prune::run(cli, &arguments, ui)
        }
    }
}

fn shown(cli: &Cli, arguments: &Lists, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    let moment = when::moment(&arguments.when)?;
    let office = Office::open(cli)?;
    if moment != Moment::default() {
        then(&office, moment, ui)?;
        return Ok(ExitCode::SUCCESS);
    }
    let lists = office.wait(office.desk().lists(system::today()))?;
    let publishers = match update::publishers(&office, None) {
        Ok(publishers) => Some(publishers),
        Err(e) => {
            ui.note(format!("no times of the next checks: {e:#}"));
            None
        }
    };
    let publishers = publishers.as_ref();
    if ui.json {
        ui.document("lists", &view(&office, &lists, publishers))?;
        return Ok(ExitCode::SUCCESS);
    }
    if lists.is_empty() {
        ui.line(format!(
            "No list in {}. Import one: interdict import FILE…",
            office.folder().display()
        ))?;
    } else {
        ui.line(drawn(ui.terminal, &lists, publishers).to_string())?;
        for publication in lists.iter().flat_map(|list| &list.waiting) {
            ui.line(format!(
                "{} waits for a decision, the last good version goes on answering: {}; `lists \
                 review {}`",
                publication.dataset,
                publication.reason.as_deref().unwrap_or("held back"),
                publication.id
            ))?;
        }
    }
    if arguments.formats {
        ui.line(formats(ui.terminal))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Shows what answered at another time.
fn then(office: &Office, moment: Moment, ui: &mut Ui) -> anyhow::Result<()> {
    let lists = office.wait(office.desk().lists_at(moment))?;
    if ui.json {
        let lists = lists.iter().map(list_then).collect();
        return ui.document(
            "lists",
            &ListsThen {
                data_dir: office.folder().display().to_string(),
                moment: when::view(moment),
                lists,
            },
        );
    }
    let terminal = ui.terminal;
    if let Some(moment) = when::view(moment) {
        let heading = format!("Lists {}", moment.words());
        ui.line(paint(terminal, &heading, Tone::Strong))?;
    }
    let mut drawn = table(
        terminal,
        &[
            "list",
            "publication",
            "published",
            "imported",
            "entities",
            "format",
        ],
    );
    for list in &lists {
        let name = cell(terminal, list.dataset.name.as_str(), Tone::Strong);
        drawn.add_row(match &list.publication {
            Ok(publication) => vec![
                name,
                cell(terminal, publication.id.to_string(), Tone::Plain),
                cell(terminal, dated(publication), Tone::Plain),
                cell(terminal, publication.imported_at.to_string(), Tone::Plain),
                right(terminal, thousands(publication.counts.entities())),
                cell(terminal, &publication.format, Tone::Plain),
            ],
            Err(e) => vec![
                name,
                cell(terminal, "none", Tone::Alert),
                cell(terminal, e.to_string(), Tone::Alert),
            ],
        });
    }
    ui.line(drawn.to_string())
}

fn list_then(list: &ListAt) -> ListThen {
    ListThen {
        dataset: list.dataset.name.to_string(),
        title: list.dataset.title.clone(),
        publication: list.publication.as_ref().ok().map(PublicationView::new),
        missing: list.publication.as_ref().err().map(ToString::to_string),
    }
}

/// The date of a publication, and who says so.
fn dated(publication: &Publication) -> String {
    format!(
        "{}\nby {}",
        publication.published.text,
        publication.published.by.as_str()
    )
}

fn view(office: &Office, lists: &[ListState], publishers: Option<&Publishers>) -> ListsView {
    ListsView {
        data_dir: office.folder().display().to_string(),
        lists: lists
            .iter()
            .map(|list| ListView {
                dataset: list.dataset.name.to_string(),
                title: list.dataset.title.clone(),
                publisher: list.dataset.publisher.clone(),
                licence: list.dataset.licence.clone(),
                state: list.status().as_str(),
                age_days: list.age_days,
                max_age_days: list.max_age_days,
                stale: list.is_stale(),
                publications: list.publications,
                waiting: list.waiting.iter().map(|p| p.id.0).collect(),
                last_check: list.look.as_ref().map(|look| CheckView {
                    at: look.at.to_string(),
                    outcome: look.outcome.as_str(),
                    note: look.note.clone(),
                }),
                next_check: next_check(list, publishers).map(|time| time.to_string()),
                current: list.current.as_ref().map(PublicationView::new),
                latest: list.latest.as_ref().map(PublicationView::new),
            })
            .collect(),
        formats: registry::all()
            .iter()
            .map(|source| {
                let format = source.format();
                FormatView {
                    format: format.id,
                    title: format.title,
                    proven: format.proven,
                }
            })
            .collect(),
    }
}

/// The table of lists.
pub(crate) fn drawn(
    terminal: Terminal,
    lists: &[ListState],
    publishers: Option<&Publishers>,
) -> comfy_table::Table {
    let mut drawn = table(
        terminal,
        &[
            "list",
            "published",
            "age",
            "entities",
            "format",
            "licence",
            "state",
            "next check",
        ],
    );
    for list in lists {
        let publisher = list.dataset.publisher.as_deref();
        let mut row = vec![cell(
            terminal,
            format!(
                "{}\n{}",
                list.dataset.name,
                publisher.unwrap_or(&list.dataset.title)
            ),
            Tone::Strong,
        )];
        match &list.current {
            Some(publication) => {
                let mut format = publication.format.clone();
                if !publication.proven {
                    format.push_str(" (unproven)");
                }
                row.extend([
                    cell(terminal, dated(publication), Tone::Plain),
                    cell(terminal, age(list), Tone::Plain),
                    right(terminal, thousands(publication.counts.entities())),
                    cell(terminal, format, Tone::Plain),
                ]);
            }
            None => row.extend(["–"; 4].map(|text| cell(terminal, text, Tone::Plain))),
        }
        let tone = match list.status() {
            Status::Current => Tone::Good,
            _ => Tone::Alert,
        };
        row.extend([
            cell(
                terminal,
                list.dataset.licence.as_deref().unwrap_or("–"),
                Tone::Plain,
            ),
            cell(terminal, list.status().as_str(), tone),
            cell(
                terminal,
                next_check(list, publishers)
                    .map_or_else(|| "–".to_owned(), |at| at.strftime("%F %H:%M").to_string()),
                Tone::Plain,
            ),
        ]);
        drawn.add_row(row);
    }
    drawn
}

/// When the publisher is to be looked at next; `None` for a list that `update` does not fetch.
fn next_check(list: &ListState, publishers: Option<&Publishers>) -> Option<jiff::Timestamp> {
    let publisher = publishers?.of(list.dataset.name.as_str())?;
    list.checked_at().map(|at| publisher.next_look(at))
}

/// How old what answers is, and how old it may be.
fn age(list: &ListState) -> String {
    let days = |n: u32| match n {
        1 => "1 day".to_owned(),
        n => format!("{} days", thousands(u64::from(n))),
    };
    let age = list.age_days.map_or_else(|| "–".to_owned(), days);
    match list.max_age_days {
        Some(most) => format!("{age}\nat most {most}"),
        None => age,
    }
}

fn formats(terminal: Terminal) -> String {
    let mut drawn = table(terminal, &["format", "what it is", "run on a real list"]);
    for source in registry::all() {
        let format = source.format();
        let (proven, tone) = if format.proven {
            ("yes", Tone::Good)
        } else {
            ("unproven", Tone::Alert)
        };
        drawn.add_row(vec![
            cell(terminal, format.id, Tone::Strong),
            cell(terminal, format.title, Tone::Plain),
            cell(terminal, proven, tone),
        ]);
    }
    format!(
        "{}\n{drawn}",
        paint(
            terminal,
            "Formats that `interdict import` reads",
            Tone::Strong
        )
    )
}
