//! What people do with alerts, one step each.

use std::process::ExitCode;

use anyhow::Context as _;
use interdict_desk::work::{Act, Deed, MOVES};
use interdict_store::{
    Alert, AlertState, Disposition, NewAttachment, SCREENING_MOVES, Step, Verb, codes,
};
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::Serialize;

use super::{AlertsView, views};
use crate::cli::{AlertDecide, AlertStep, AlertsAction, Cli};
use crate::commands::office::Office;
use crate::failure::usage;
use crate::render::table::{Tone, cell, table};
use crate::system;
use crate::ui::Ui;

/// Days for which information is waited for, where nothing is said.
const WAITING: i64 = 14;

/// Runs `alerts decide`.
pub(super) fn decide(cli: &Cli, arguments: &AlertDecide, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    let disposition = disposition(&arguments.disposition)?;
    let reason = arguments.reason.trim();
    if reason.is_empty() {
        return Err(usage("--reason is empty; expected why, for the record"));
    }
    let code = arguments.code.clone();
    let code = code.or_else(|| Step::plain(disposition, reason).code);
    let deed = match disposition {
        Disposition::NeedInformation => Deed::Ask {
            due: Some(due(arguments.due.as_deref())?),
        },
        Disposition::TrueMatch | Disposition::FalsePositive => Deed::Decide { disposition },
    };
    let act = Act {
        alerts: arguments.ids.clone(),
        deed,
        code,
        text: reason.to_owned(),
        seen: None,
    };
    let office = Office::open(cli)?;
    let by = office.actor(arguments.actor.as_deref())?;
    let done = office.wait(office.desk().act(&by, act, system::now()))?;
    tell(&office, done, Some(disposition), &by.name, ui)
}

/// A disposition from an argument.
pub(super) fn disposition(word: &str) -> anyhow::Result<Disposition> {
    Disposition::parse(word).ok_or_else(|| {
        usage(format!(
            "--disposition {word:?}: expected true-match, false-positive or need-information"
        ))
    })
}

fn due(given: Option<&str>) -> anyhow::Result<Date> {
    match given {
        Some(text) => text
            .trim()
            .parse()
            .map_err(|_| usage(format!("--due {text:?}: expected a day such as 2025-05-16"))),
        None => Ok(system::today().saturating_add(WAITING.days())),
    }
}

/// Runs every step but a decision.
pub(super) fn run(cli: &Cli, action: &AlertsAction, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    let (deed, step) = match action {
        AlertsAction::Take(step) => (Deed::Take, step),
        AlertsAction::Assign { to, step } => (Deed::Assign { to: to.clone() }, step),
        AlertsAction::PutBack(step) => (Deed::PutBack, step),
        AlertsAction::Resume(step) => (Deed::Resume, step),
        AlertsAction::Approve(step) => (Deed::Approve, step),
        AlertsAction::Return(step) => (Deed::Return, step),
        AlertsAction::Withdraw(step) => (Deed::Withdraw, step),
        AlertsAction::Escalate(step) => (Deed::Escalate, step),
        AlertsAction::Reopen(step) => (Deed::Reopen, step),
        AlertsAction::Comment(step) => (Deed::Comment, step),
        AlertsAction::Attach {
            id,
            file,
            media_type,
            actor,
        } => {
            let bytes = std::fs::read(file)
                .with_context(|| format!("{}: cannot be read", file.display()))?;
            let name = file.file_name().map(|name| name.to_string_lossy());
            let new = NewAttachment {
                name: name.unwrap_or_default().into_owned(),
                media_type: media_type.clone(),
                bytes,
            };
            let office = Office::open(cli)?;
            let by = office.actor(actor.as_deref())?;
            let kept = office.wait(office.desk().attach(&by, *id, &new, system::now()))?;
            ui.line(format!(
                "alert {id}: attachment {}, {} ({} bytes, SHA-256 {})",
                kept.id,
                kept.name,
                kept.size,
                interdict_store::hex(&kept.sha256)
            ))?;
            return Ok(ExitCode::SUCCESS);
        }
        AlertsAction::Show { .. }
        | AlertsAction::Decide(_)
        | AlertsAction::Alike { .. }
        | AlertsAction::Ways => return Err(usage("expected a step")),
    };
    do_step(cli, deed, step, ui)
}

fn do_step(cli: &Cli, deed: Deed, step: &AlertStep, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    let act = Act {
        alerts: step.ids.clone(),
        deed,
        code: step.code.clone(),
        text: step.reason.trim().to_owned(),
        seen: None,
    };
    let office = Office::open(cli)?;
    let by = office.actor(step.actor.as_deref())?;
    let done = office.wait(office.desk().act(&by, act, system::now()))?;
    tell(&office, done, None, &by.name, ui)
}

/// Says how alerts stand now.
pub(super) fn tell(
    office: &Office,
    alerts: Vec<Alert>,
    decided: Option<Disposition>,
    by: &str,
    ui: &mut Ui,
) -> anyhow::Result<ExitCode> {
    let alerts = views(office, alerts)?;
    if ui.json {
        ui.document("alerts", &AlertsView { alerts })?;
        return Ok(ExitCode::SUCCESS);
    }
    for alert in &alerts {
        let what = decided.map_or("done", Disposition::as_str);
        let mut line = format!("alert {}: {what} recorded, by {by}; ", alert.alert);
        line.push_str(alert.state.as_str());
        if alert.state == AlertState::Proposed {
            line.push_str(": another person must agree, `interdict alerts approve`");
        }
        ui.line(line)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// A way, as JSON.
#[derive(Serialize)]
struct WaysView {
    moves: &'static [interdict_store::Move],
    screening: Vec<ScreeningWay>,
    codes: Vec<CodeView>,
}

#[derive(Serialize)]
struct ScreeningWay {
    from: &'static [AlertState],
    to: AlertState,
    why: &'static str,
}

#[derive(Serialize)]
struct CodeView {
    #[serde(rename = "for")]
    of: &'static str,
    code: &'static str,
    meaning: &'static str,
}

fn all_codes() -> Vec<CodeView> {
    let reasons = [
        (
            "false-positive",
            Verb::Decide,
            Some(Disposition::FalsePositive),
        ),
        ("true-match", Verb::Decide, Some(Disposition::TrueMatch)),
        ("need-information", Verb::Ask, None),
        ("escalate", Verb::Escalate, None),
        ("return", Verb::Return, None),
        ("reopen", Verb::Reopen, None),
    ];
    let of = |(of, verb, disposition)| {
        let codes = codes(verb, disposition).iter();
        codes.map(move |(code, meaning)| CodeView { of, code, meaning })
    };
    reasons.into_iter().flat_map(of).collect()
}

/// Runs `alerts ways`.
pub(super) fn ways(ui: &mut Ui) -> anyhow::Result<ExitCode> {
    let screening =
        SCREENING_MOVES
            .iter()
            .map(|(from, to, why)| ScreeningWay { from, to: *to, why });
    let view = WaysView {
        moves: MOVES,
        screening: screening.collect(),
        codes: all_codes(),
    };
    if ui.json {
        ui.document("alerts", &view)?;
        return Ok(ExitCode::SUCCESS);
    }
    let terminal = ui.terminal;
    let words = |states: &[AlertState]| -> String {
        let words: Vec<&str> = states.iter().map(|state| state.as_str()).collect();
        words.join(", ")
    };
    let mut shown = table(terminal, &["what", "from", "to", "right", "who", "needs"]);
    for way in view.moves {
        let needs = match (way.code, way.text) {
            (true, _) => "code, reason",
            (false, true) => "reason",
            (false, false) => "",
        };
        shown.add_row(vec![
            cell(terminal, way.verb.as_str(), Tone::Strong),
            cell(terminal, words(way.from), Tone::Plain),
            cell(
                terminal,
                way.to.map_or("stays", AlertState::as_str),
                Tone::Plain,
            ),
            cell(terminal, way.right.as_str(), Tone::Plain),
            cell(terminal, way.whose.as_str(), Tone::Plain),
            cell(terminal, needs, Tone::Plain),
        ]);
    }
    ui.line(shown.to_string())?;
    let mut shown = table(terminal, &["reason for", "code", "meaning"]);
    for code in &view.codes {
        shown.add_row(vec![
            cell(terminal, code.of, Tone::Plain),
            cell(terminal, code.code, Tone::Strong),
            cell(terminal, code.meaning, Tone::Plain),
        ]);
    }
    ui.line(shown.to_string())?;
    Ok(ExitCode::SUCCESS)
}
