//! `book export`: the alerts of a book as CSV.

use std::process::ExitCode;

use anyhow::Context as _;
use interdict_store::AlertFilter;
use serde_json::Value;

use crate::cli::{BookExport, Cli};
use crate::commands::alerts::{self, text_at};
use crate::commands::office::Office;
use crate::ui::Ui;

const COLUMNS: [&str; 15] = [
    "alert",
    "customer",
    "party",
    "customer_name",
    "entity_id",
    "schema",
    "caption",
    "datasets",
    "programmes",
    "score",
    "rank",
    "state",
    "disposition",
    "explanation",
    "group",
];

/// Runs `book export`.
pub(super) fn run(cli: &Cli, arguments: &BookExport, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    let office = Office::open(cli)?;
    let store = office.desk().store();
    office.wait(store.book(&arguments.book))?;
    let filter = AlertFilter {
        book: Some(arguments.book.clone()),
        ..AlertFilter::default()
    };
    let alerts = office.wait(store.alerts(&filter))?;
    let parties = alerts::parties(&office, &alerts, ui)?;
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS)?;
    for alert in alerts {
        let hit: Value = serde_json::from_slice(&alert.hit)
            .with_context(|| format!("alert {}: its hit is damaged", alert.id))?;
        let events = office.wait(store.alert_events(alert.id))?;
        let disposition = events
            .iter()
            .rev()
            .find_map(|event| event.disposition)
            .map_or("", |d| d.as_str());
        let row = [
            alert.id.to_string(),
            alert.customer.clone(),
            alert.party.to_string(),
            text_at(&hit, "/reason/name/query"),
            alert.entity.clone(),
            text_at(&hit, "/schema"),
            text_at(&hit, "/caption"),
            alerts::joined(&hit, "/datasets"),
            alerts::programmes(&hit),
            interdict_screening::Score(alert.score).to_string(),
            alert.rank.to_string(),
            alert.state.to_string(),
            disposition.to_owned(),
            text_at(&hit, "/reason/sentence"),
            parties.get(&alert.entity).cloned().unwrap_or_default(),
        ];
        writer.write_record(row.map(|cell| harmless(&cell)))?;
    }
    let bytes = writer.into_inner().context("writing the table")?;
    match &arguments.output {
        Some(path) => std::fs::write(path, bytes)
            .with_context(|| format!("{} cannot be written", path.display()))?,
        None => ui.bytes(&bytes)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// A cell that a spreadsheet program takes as text, not as a formula.
fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}
