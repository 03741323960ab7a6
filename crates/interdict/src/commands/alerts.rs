//! `alerts`: what a person should look at, and what was decided.

mod alike;
mod steps;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::process::ExitCode;

use anyhow::Context as _;
use interdict_screening::Score;
use interdict_store::{
    Alert, AlertEvent, AlertFilter, AlertState, Disposition, Happening, PersonId,
};
use serde::Serialize;
use serde_json::Value;

use crate::cli::{Alerts, AlertsAction, Cli, Which};
use crate::commands::clusters::{self, Parties};
use crate::commands::office::Office;
use crate::failure::usage;
use crate::render::hits::thousands;
use crate::render::table::{Tone, cell, paint, right, table, wrap};
use crate::render::together::{SAME_PARTY, together};
use crate::system;
use crate::ui::Ui;

/// An alert, as JSON.
#[derive(Serialize)]
struct AlertView {
    alert: i64,
    book: String,
    customer: String,
    party: u32,
    dataset: String,
    entity: String,
    state: AlertState,
    score: Score,
    rank: u32,
    /// The party that the entity is an entry of, where several entries are.
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<String>,
    /// Since when it is in the queue.
    opened_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    assignee: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    due: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    disposition: Option<Disposition>,
    #[serde(skip_serializing_if = "Option::is_none")]
    proposer: Option<String>,
    /// Number of its last event.
    last_event: i64,
    hit: Value,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    history: Vec<EventView>,
}

#[derive(Serialize)]
struct EventView {
    at: String,
    actor: String,
    what: Happening,
    #[serde(skip_serializing_if = "Option::is_none")]
    disposition: Option<Disposition>,
    reason: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    screening: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<AlertState>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<AlertState>,
}

#[derive(Serialize)]
struct AlertsView {
    alerts: Vec<AlertView>,
}

/// Runs `alerts`.
pub(crate) fn run(cli: &Cli, arguments: &Alerts, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    match &arguments.action {
        None => list(cli, &arguments.which, ui),
        Some(AlertsAction::Show { id }) => show(cli, *id, ui),
        Some(AlertsAction::Decide(decide)) => steps::decide(cli, decide, ui),
        Some(AlertsAction::Ways) => steps::ways(ui),
        Some(action @ AlertsAction::Alike { .. }) => alike::run(cli, action, ui),
        Some(action) => steps::run(cli, action, ui),
    }
}

fn filter(office: &Office, which: &Which) -> anyhow::Result<AlertFilter> {
    let mut states = Vec::new();
    for word in &which.state {
        match AlertState::parse(word) {
            Some(state) => states.push(state),
            None if word == "all" => states.extend(AlertState::ALL),
            None if word == "queue" => states.extend(AlertState::QUEUE),
            None => {
                let known = AlertState::ALL.map(AlertState::as_str).join(", ");
                return Err(usage(format!(
                    "--state {word:?}: expected queue, {known} or all"
                )));
            }
        }
    }
    if states.is_empty() {
        states.extend(AlertState::QUEUE);
    }
    let store = office.desk().store();
    let assignee = which.assignee.as_deref();
    let assignee = assignee
        .map(|login| office.wait(store.account(login)))
        .transpose()?;
    Ok(AlertFilter {
        book: which.book.clone(),
        states,
        customer: which.customer.clone(),
        entity: which.entity.clone(),
        assignee: assignee.map(|account| account.person),
        overdue_on: which.overdue.then(system::today),
    })
}

/// What persons are called.
#[derive(Default)]
struct Names(BTreeMap<PersonId, String>);

impl Names {
    fn of(&mut self, office: &Office, person: Option<PersonId>) -> anyhow::Result<Option<String>> {
        let Some(person) = person else {
            return Ok(None);
        };
        if let Some(name) = self.0.get(&person) {
            return Ok(Some(name.clone()));
        }
        let name = office.wait(office.desk().store().person_name(person))?;
        let name = name.unwrap_or_else(|| format!("person {person}"));
        self.0.insert(person, name.clone());
        Ok(Some(name))
    }
}

fn views(office: &Office, alerts: Vec<Alert>) -> anyhow::Result<Vec<AlertView>> {
    let mut names = Names::default();
    alerts
        .into_iter()
        .map(|alert| view(office, &mut names, alert, Vec::new()))
        .collect()
}

fn view(
    office: &Office,
    names: &mut Names,
    alert: Alert,
    history: Vec<AlertEvent>,
) -> anyhow::Result<AlertView> {
    Ok(AlertView {
        hit: serde_json::from_slice(&alert.hit)
            .with_context(|| format!("alert {}: its hit is damaged", alert.id))?,
        alert: alert.id,
        book: alert.book,
        customer: alert.customer,
        party: alert.party,
        dataset: alert.dataset,
        entity: alert.entity,
        state: alert.state,
        score: Score(alert.score),
        rank: alert.rank,
        group: None,
        opened_at: alert.opened_at.to_string(),
        assignee: names.of(office, alert.assignee)?,
        due: alert.due.map(|day| day.to_string()),
        disposition: alert.disposition,
        proposer: names.of(office, alert.proposer)?,
        last_event: alert.last_event,
        history: history
            .into_iter()
            .map(|event| EventView {
                at: event.at.to_string(),
                actor: event.actor,
                what: event.what,
                disposition: event.disposition,
                reason: event.reason,
                screening: event.screening,
                rule: event.rule,
                code: event.code,
                from: event.from,
                to: event.to,
            })
            .collect(),
    })
}

fn list(cli: &Cli, which: &Which, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    let office = Office::open(cli)?;
    let filter = filter(&office, which)?;
    if let Some(book) = &which.book {
        office.wait(office.desk().store().book(book))?;
    }
    let alerts = office.wait(office.desk().store().alerts(&filter))?;
    let alerts = grouped(&office, alerts, ui)?;
    if ui.json {
        let alerts = alerts.into_iter().map(|(alert, _)| alert).collect();
        ui.document("alerts", &AlertsView { alerts })?;
        return Ok(ExitCode::SUCCESS);
    }
    if alerts.is_empty() {
        ui.line("no alert")?;
        return Ok(ExitCode::SUCCESS);
    }
    let terminal = ui.terminal;
    let headings = [
        "alert",
        "customer",
        "",
        "score",
        "listed as",
        "list",
        "state",
    ];
    let mut shown = table(terminal, &headings);
    let mut before = None;
    let mut parties = 0;
    for (alert, same_party) in &alerts {
        parties += u64::from(!same_party);
        let mark = if *same_party { SAME_PARTY } else { "" };
        let customer = (alert.book.clone(), alert.customer.clone());
        let new = before.as_ref() != Some(&customer);
        before = Some(customer);
        shown.add_row(vec![
            right(terminal, alert.alert.to_string()),
            cell(
                terminal,
                if new { alert.customer.as_str() } else { "" },
                Tone::Strong,
            ),
            cell(
                terminal,
                text_at(&alert.hit, "/reason/name/query"),
                Tone::Plain,
            ),
            right(terminal, alert.score.to_string()),
            cell(
                terminal,
                format!("{mark}{}", text_at(&alert.hit, "/caption")),
                Tone::Plain,
            ),
            cell(terminal, joined(&alert.hit, "/datasets"), Tone::Faint),
            cell(terminal, standing(alert), Tone::Plain),
        ]);
    }
    ui.line(shown.to_string())?;
    ui.line(format!(
        "{} alerts; entries of one party under each other, {} to look at",
        thousands(alerts.len() as u64),
        thousands(parties)
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// How an alert stands, whose it is, and by when.
fn standing(alert: &AlertView) -> String {
    let mut text = alert.state.as_str().to_owned();
    let disposition = alert.disposition.map(Disposition::as_str);
    let more = [disposition, alert.assignee.as_deref(), alert.due.as_deref()];
    for more in more.into_iter().flatten() {
        text.push_str(", ");
        text.push_str(more);
    }
    text
}

/// The listed parties of which the entities of alerts are entries.
pub(crate) fn parties(office: &Office, alerts: &[Alert], ui: &Ui) -> anyhow::Result<Parties> {
    clusters::refresh(office, ui)?;
    let current = office.wait(office.desk().store().current())?;
    let lists = current.into_iter().map(|p| p.dataset).collect();
    let ids: BTreeSet<&str> = alerts.iter().map(|a| a.entity.as_str()).collect();
    Parties::of(office, lists, ids)
}

/// The alerts of one customer together, customers in the order of their best alert; inside a customer
/// those of one listed party together, with whether one is of the same as the one before it.
fn grouped(office: &Office, alerts: Vec<Alert>, ui: &Ui) -> anyhow::Result<Vec<(AlertView, bool)>> {
    let parties = parties(office, &alerts, ui)?;
    let customer = |alert: &Alert| (alert.book.clone(), alert.customer.clone());
    let mut customers: Vec<Vec<Alert>> = Vec::new();
    let mut places = HashMap::new();
    for alert in alerts {
        let place = *places.entry(customer(&alert)).or_insert(customers.len());
        match customers.get_mut(place) {
            Some(known) => known.push(alert),
            None => customers.push(vec![alert]),
        }
    }
    let mut names = Names::default();
    let mut out = Vec::new();
    for alerts in customers {
        // What one of several people of a customer matched says nothing of the others.
        let group = |alert: &Alert| {
            let group = parties.get(&alert.entity)?;
            Some(format!("{} {group}", alert.party))
        };
        for (alert, same_party) in together(alerts, group) {
            let group = parties.get(&alert.entity).cloned();
            let mut view = view(office, &mut names, alert, Vec::new())?;
            view.group = group;
            out.push((view, same_party));
        }
    }
    Ok(out)
}

fn show(cli: &Cli, id: i64, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    let office = Office::open(cli)?;
    let store = office.desk().store();
    let alert = office.wait(store.alert(id))?;
    let events = office.wait(store.alert_events(id))?;
    let alert = view(&office, &mut Names::default(), alert, events)?;
    if ui.json {
        let alerts = vec![alert];
        ui.document("alerts", &AlertsView { alerts })?;
        return Ok(ExitCode::SUCCESS);
    }
    let terminal = ui.terminal;
    let heading = format!(
        "alert {}: customer {} of {}, {}",
        alert.alert,
        alert.customer,
        alert.book,
        standing(&alert)
    );
    ui.line(paint(terminal, &heading, Tone::Strong))?;
    ui.line(format!(
        "{}  {}  {}  {}",
        alert.score,
        text_at(&alert.hit, "/caption"),
        alert.entity,
        joined(&alert.hit, "/datasets")
    ))?;
    let width = usize::from(terminal.width);
    for line in wrap(&text_at(&alert.hit, "/reason/sentence"), width) {
        ui.line(line)?;
    }
    for (what, member) in [("dates", "/dates"), ("countries", "/countries")] {
        let values = joined(&alert.hit, member);
        if !values.is_empty() {
            ui.line(format!("{what}: {values}"))?;
        }
    }
    ui.line("")?;
    let mut shown = table(terminal, &["when", "who", "what", "why"]);
    for event in &alert.history {
        let what = match event.disposition {
            Some(disposition) if event.what == Happening::Decided => {
                disposition.as_str().to_owned()
            }
            Some(disposition) => format!("{}, {}", event.what.as_str(), disposition.as_str()),
            None => event.what.as_str().to_owned(),
        };
        shown.add_row(vec![
            cell(terminal, &event.at, Tone::Plain),
            cell(terminal, &event.actor, Tone::Plain),
            cell(terminal, what, Tone::Strong),
            cell(terminal, &event.reason, Tone::Plain),
        ]);
    }
    ui.line(shown.to_string())?;
    ui.line(format!(
        "`interdict show {}` shows the listed entity",
        alert.entity
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// A text inside a hit; empty where there is none.
pub(crate) fn text_at(hit: &Value, pointer: &str) -> String {
    let found = hit.pointer(pointer).and_then(Value::as_str);
    found.unwrap_or_default().to_owned()
}

/// The texts of a list inside a hit.
pub(crate) fn joined(hit: &Value, pointer: &str) -> String {
    let values = hit.pointer(pointer).and_then(Value::as_array);
    let texts: Vec<&str> = values
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    texts.join(", ")
}

/// The programmes of a hit.
pub(crate) fn programmes(hit: &Value) -> String {
    let listings = hit.pointer("/listings").and_then(Value::as_array);
    let mut all: Vec<String> = listings
        .into_iter()
        .flatten()
        .map(|listing| joined(listing, "/programmes"))
        .filter(|text| !text.is_empty())
        .collect();
    all.dedup();
    all.join(", ")
}
