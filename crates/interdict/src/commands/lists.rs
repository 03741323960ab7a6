//! `lists`: what answers, how old it is, and which formats can be read.

use std::process::ExitCode;

use interdict_desk::ListState;
use interdict_sources::registry;
use interdict_store::{Publication, State, hex};
use serde::Serialize;

use crate::cli::{Cli, Lists};
use crate::commands::office::Office;
use crate::render::hits::thousands;
use crate::render::table::{Tone, cell, paint, table};
use crate::system::{self, Terminal};
use crate::ui::Ui;

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
    current: Option<PublicationView>,
    latest: Option<PublicationView>,
}

/// A publication, as JSON.
#[derive(Serialize)]
pub(crate) struct PublicationView {
    publication: i64,
    state: &'static str,
    reason: Option<String>,
    format: String,
    proven: bool,
    published: String,
    published_by: &'static str,
    imported_at: String,
    entities: u64,
    statements: u64,
    content: String,
    files: Vec<FileView>,
}

#[derive(Serialize)]
struct FileView {
    name: String,
    sha256: String,
    bytes: u64,
}

#[derive(Serialize)]
struct FormatView {
    format: &'static str,
    title: &'static str,
    proven: bool,
}

impl PublicationView {
    /// What is to be known of a publication.
    pub(crate) fn new(publication: &Publication) -> PublicationView {
        PublicationView {
            publication: publication.id.0,
            state: publication.state.as_str(),
            reason: publication.reason.clone(),
            format: publication.format.clone(),
            proven: publication.proven,
            published: publication.published.text.clone(),
            published_by: publication.published.by.as_str(),
            imported_at: publication.imported_at.to_string(),
            entities: publication.counts.entities(),
            statements: publication.counts.statements(),
            content: hex(&publication.content),
            files: publication
                .files
                .iter()
                .map(|file| FileView {
                    name: file.name.clone(),
                    sha256: hex(&file.sha256),
                    bytes: file.size,
                })
                .collect(),
        }
    }
}

/// Runs `lists`.
pub(crate) fn run(cli: &Cli, arguments: &Lists, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    let office = Office::open(cli)?;
    let lists = office.wait(office.desk().lists(system::today()))?;
    if ui.json {
        ui.document("lists", &view(&office, &lists))?;
        return Ok(ExitCode::SUCCESS);
    }
    if lists.is_empty() {
        ui.line(format!(
            "No list in {}. Import one: interdict import FILE…",
            office.folder().display()
        ))?;
    } else {
        ui.line(drawn(ui.terminal, &lists).to_string())?;
    }
    if arguments.formats {
        ui.line(formats(ui.terminal))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn view(office: &Office, lists: &[ListState]) -> ListsView {
    ListsView {
        data_dir: office.folder().display().to_string(),
        lists: lists
            .iter()
            .map(|list| ListView {
                dataset: list.dataset.name.to_string(),
                title: list.dataset.title.clone(),
                publisher: list.dataset.publisher.clone(),
                licence: list.dataset.licence.clone(),
                state: list.state().as_str(),
                age_days: list.age_days,
                max_age_days: list.max_age_days,
                stale: list.is_stale(),
                publications: list.publications,
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
pub(crate) fn drawn(terminal: Terminal, lists: &[ListState]) -> comfy_table::Table {
    let mut drawn = table(
        terminal,
        &["list", "published", "age", "entities", "format", "state"],
    );
    for list in lists {
        let Some(publication) = list.current.as_ref().or(list.latest.as_ref()) else {
            continue;
        };
        let age = list.age_days.map_or_else(
            || "–".to_owned(),
            |days| match days {
                1 => "1 day".to_owned(),
                n => format!("{} days", thousands(u64::from(n))),
            },
        );
        let mut state = list.state().as_str().to_owned();
        let mut tone = match list.state() {
            State::Current | State::Superseded => Tone::Good,
            _ => Tone::Alert,
        };
        if list.is_stale() {
            state.push_str(", old");
            tone = Tone::Alert;
        }
        if let Some(reason) = list.latest.as_ref().and_then(|p| p.reason.as_ref()) {
            state.push_str(&format!(": {reason}"));
        }
        let mut format = publication.format.clone();
        if !publication.proven {
            format.push_str(" (unproven)");
        }
        drawn.add_row(vec![
            cell(
                terminal,
                format!("{}\n{}", list.dataset.name, list.dataset.title),
                Tone::Strong,
            ),
            cell(
                terminal,
                format!(
                    "{}\nby {}",
                    publication.published.text,
                    publication.published.by.as_str()
                ),
                Tone::Plain,
            ),
            cell(terminal, age, Tone::Plain),
            cell(
                terminal,
                thousands(publication.counts.entities()),
                Tone::Plain,
            )
            .set_alignment(comfy_table::CellAlignment::Right),
            cell(terminal, format, Tone::Plain),
            cell(terminal, state, tone),
        ]);
    }
    drawn
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
