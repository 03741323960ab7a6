//! `lists log`: what answered since when, and who decided what and why.

use std::process::ExitCode;

use interdict_desk::Logged;
use serde::Serialize;

use crate::cli::Cli;
use crate::commands::office::{Office, dataset};
use crate::render::table::{Tone, cell, table};
use crate::ui::Ui;

#[derive(Serialize)]
struct Log {
    log: Vec<LoggedView>,
}

#[derive(Serialize)]
struct LoggedView {
    dataset: String,
    publication: i64,
    event: &'static str,
    at: String,
    actor: String,
    reason: String,
}

/// Runs `lists log`.
pub(crate) fn run(cli: &Cli, names: &[String], ui: &mut Ui) -> anyhow::Result<ExitCode> {
    let names = names
        .iter()
        .map(|name| dataset(name))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let office = Office::open(cli)?;
    let lists = office.lists_named(&names)?;
    let mut logged: Vec<Logged> = Vec::new();
    for name in &lists {
        logged.extend(office.wait(office.desk().log(name))?);
    }
    if ui.json {
        let log = logged
            .into_iter()
            .map(|entry| LoggedView {
                dataset: entry.dataset.to_string(),
                publication: entry.publication.0,
                event: entry.event,
                at: entry.at.to_string(),
                actor: entry.actor,
                reason: entry.reason,
            })
            .collect();
        ui.document("lists", &Log { log })?;
        return Ok(ExitCode::SUCCESS);
    }
    let terminal = ui.terminal;
    let mut drawn = table(terminal, &["list", "when", "publication", "who", "why"]);
    for entry in &logged {
        drawn.add_row(vec![
            cell(terminal, entry.dataset.to_string(), Tone::Strong),
            cell(terminal, entry.at.to_string(), Tone::Plain),
            cell(
                terminal,
                format!("{} {}", entry.publication, entry.event),
                Tone::Plain,
            ),
            cell(terminal, &entry.actor, Tone::Plain),
            cell(terminal, &entry.reason, Tone::Plain),
        ]);
    }
    ui.line(drawn.to_string())?;
    Ok(ExitCode::SUCCESS)
}
