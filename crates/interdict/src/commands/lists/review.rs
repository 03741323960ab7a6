//! `lists review`: what was held back, and why.

use std::process::ExitCode;

use interdict_desk::Review;
use interdict_desk::guard::{GuardReport, percent};
use interdict_store::{Publication, PublicationId, State};
use serde::Serialize;

use super::PublicationView;
use super::decide::named;
use crate::cli::Cli;
use crate::commands::office::Office;
use crate::render::hits::thousands;
use crate::render::table::{Tone, cell, paint, right, table};
use crate::ui::Ui;

#[derive(Serialize)]
struct Waiting {
    waiting: Vec<WaitingView>,
}

#[derive(Serialize)]
struct WaitingView {
    dataset: String,
    #[serde(flatten)]
    publication: PublicationView,
}

#[derive(Serialize)]
struct Reviewed<'a> {
    dataset: String,
    publication: PublicationView,
    guard: Option<&'a GuardReport>,
    report: &'a serde_json::Value,
}

/// Runs `lists review`.
pub(crate) fn run(cli: &Cli, id: Option<i64>, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    let office = Office::open(cli)?;
    let desk = office.desk();
    match id {
        Some(id) => one(&office.wait(desk.review(PublicationId(id)))?, ui)?,
        None => all(&office.wait(desk.waiting_for_review())?, ui)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn all(waiting: &[Publication], ui: &mut Ui) -> anyhow::Result<()> {
    if ui.json {
        let waiting = waiting
            .iter()
            .map(|publication| WaitingView {
                dataset: publication.dataset.to_string(),
                publication: PublicationView::new(publication),
            })
            .collect();
        return ui.document("lists", &Waiting { waiting });
    }
    if waiting.is_empty() {
        return ui.line("No publication waits for a decision.");
    }
    let terminal = ui.terminal;
    let mut drawn = table(terminal, &["id", "list", "published", "held back because"]);
    for publication in waiting {
        drawn.add_row(vec![
            cell(terminal, publication.id.to_string(), Tone::Strong),
            cell(terminal, publication.dataset.to_string(), Tone::Strong),
            cell(terminal, &publication.published.text, Tone::Plain),
            cell(
                terminal,
                publication.reason.as_deref().unwrap_or("–"),
                Tone::Alert,
            ),
        ]);
    }
    ui.line(drawn.to_string())?;
    ui.line(
        "`lists review ID` shows one; `lists accept ID --reason TEXT` lets it answer, `lists reject \
         ID --reason TEXT` does not",
    )
}

fn one(review: &Review, ui: &mut Ui) -> anyhow::Result<()> {
    let publication = &review.publication;
    if ui.json {
        let reviewed = Reviewed {
            dataset: publication.dataset.to_string(),
            publication: PublicationView::new(publication),
            guard: review.guard.as_ref(),
            report: &review.report,
        };
        return ui.document("lists", &reviewed);
    }
    let terminal = ui.terminal;
    let heading = format!(
        "{}, {}: {}",
        publication.dataset,
        named(publication),
        publication.state
    );
    ui.line(paint(terminal, &heading, Tone::Strong))?;
    for file in &publication.files {
        ui.line(format!("  {} ({} bytes)", file.name, thousands(file.size)))?;
    }
    let Some(guard) = &review.guard else {
        return ui.line("imported before publications were compared with the version before");
    };
    for remark in &guard.remarks {
        let (word, tone) = if remark.holds {
            ("held back", Tone::Alert)
        } else {
            ("to know", Tone::Faint)
        };
        ui.line(format!(
            "  {}: {}",
            paint(terminal, word, tone),
            crate::render::table::clean(&remark.words)
        ))?;
    }
    measures(guard, ui)?;
    if let Some(entries) = guard.entries {
        ui.line(format!(
            "entries: {} added, {} removed, {} changed",
            thousands(entries.added),
            thousands(entries.removed),
            thousands(entries.changed)
        ))?;
    }
    if publication.state == State::Quarantined && publication.readable {
        ui.line("`lists accept` and `lists reject` with --dry-run say what they would change")?;
    }
    Ok(())
}

fn measures(guard: &GuardReport, ui: &mut Ui) -> anyhow::Result<()> {
    if guard.measures.is_empty() {
        return Ok(());
    }
    let terminal = ui.terminal;
    let before = guard
        .compared_with
        .map_or_else(|| "before".to_owned(), |id| format!("publication {id}"));
    let mut drawn = table(terminal, &["", &before, "this one", "gone or other"]);
    for row in &guard.measures {
        let number = |n: Option<u64>| n.map_or_else(|| "–".to_owned(), thousands);
        let share = match (row.changed, row.before) {
            (Some(changed), Some(before)) if before > 0 => percent(changed, before),
            _ => "–".to_owned(),
        };
        drawn.add_row(vec![
            cell(terminal, row.measure.as_str(), Tone::Strong),
            right(terminal, number(row.before)),
            right(terminal, thousands(row.after)),
            right(terminal, share),
        ]);
    }
    ui.line(drawn.to_string())
}
