//! `alerts alike`: alerts that look alike, shown and then decided together.

use std::process::ExitCode;

use interdict_desk::work::{Likeness, LookAlikes};
use interdict_store::Step;
use serde::Serialize;

use super::steps::{disposition, tell};
use super::{AlertView, text_at, views};
use crate::cli::{AlertsAction, Cli};
use crate::commands::office::Office;
use crate::failure::usage;
use crate::render::table::{Tone, cell, right, table};
use crate::system;
use crate::ui::Ui;

/// What would be decided together, as JSON.
#[derive(Serialize)]
struct PreviewView {
    alerts: Vec<AlertView>,
    left_out: Vec<LeftOut>,
    mark: String,
}

#[derive(Serialize)]
struct LeftOut {
    alert: i64,
    why: String,
}

/// Runs `alerts alike`.
pub(super) fn run(cli: &Cli, action: &AlertsAction, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    let AlertsAction::Alike {
        id,
        by: likeness,
        disposition: wanted,
        mark,
        code,
        reason,
        actor,
    } = action
    else {
        return Err(usage("expected `alerts alike`"));
    };
    let likeness = match likeness.as_str() {
        "entity" => Likeness::SameEntity,
        "customer" => Likeness::SameCustomer,
        "names" => Likeness::SameNames,
        other => {
            return Err(usage(format!(
                "--by {other:?}: expected entity, customer or names"
            )));
        }
    };
    let like = LookAlikes {
        alert: *id,
        likeness,
    };
    let office = Office::open(cli)?;
    let by = office.actor(actor.as_deref())?;
    let desk = office.desk();
    let Some(word) = wanted else {
        let shown = office.wait(desk.look_alikes(&by, &like))?;
        let view = PreviewView {
            alerts: views(&office, shown.alerts)?,
            left_out: shown
                .left_out
                .into_iter()
                .map(|(alert, why)| LeftOut { alert, why })
                .collect(),
            mark: shown.mark,
        };
        return show(&view, ui);
    };
    let disposition = disposition(word)?;
    let reason = reason.as_deref().unwrap_or_default();
    let plain = Step::plain(disposition, reason).code.unwrap_or_default();
    let code = code.as_deref().unwrap_or(&plain);
    let mark = mark.as_deref().unwrap_or_default();
    let done = desk.bulk(&by, &like, mark, disposition, code, reason, system::now());
    let done = office.wait(done)?;
    tell(&office, done.alerts, Some(disposition), &by.name, ui)
}

fn show(view: &PreviewView, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    if ui.json {
        ui.document("alerts", view)?;
        return Ok(ExitCode::SUCCESS);
    }
    let terminal = ui.terminal;
    let mut shown = table(terminal, &["alert", "customer", "", "listed as", "state"]);
    for alert in &view.alerts {
        shown.add_row(vec![
            right(terminal, alert.alert.to_string()),
            cell(terminal, &alert.customer, Tone::Strong),
            cell(
                terminal,
                text_at(&alert.hit, "/reason/name/query"),
                Tone::Plain,
            ),
            cell(terminal, text_at(&alert.hit, "/caption"), Tone::Plain),
            cell(terminal, alert.state.as_str(), Tone::Plain),
        ]);
    }
    ui.line(shown.to_string())?;
    for left in &view.left_out {
        ui.line(format!("alert {} is left out: {}", left.alert, left.why))?;
    }
    ui.line(format!(
        "{} alerts; decide them with --disposition false-positive --reason TEXT --mark {}",
        view.alerts.len(),
        view.mark
    ))?;
    Ok(ExitCode::SUCCESS)
}
