//! The queue of alerts.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use interdict_screening::Score;
use interdict_store::{Alert, AlertFilter, AlertState, PersonId, QueuePlace};
use jiff::Timestamp;
use serde::Deserialize;

use super::fault::Fault;
use super::frame::{Frame, today};
use super::hit::ShownHit;
use super::visitor::Visitor;
use super::{Page, page, text};
use crate::state::App;

/// Alerts on one page.
const PER_PAGE: u32 = 100;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    state: String,
    book: String,
    mine: String,
    /// The place after which the page begins: rank, time, number.
    after: String,
}

#[derive(Template)]
#[template(path = "alerts.html")]
struct QueuePage {
    frame: Frame,
    states: Vec<Choice>,
    books: Vec<String>,
    book: String,
    mine: bool,
    can_be_mine: bool,
    state: String,
    alerts: Vec<Row>,
    next: String,
}

/// A choice among others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) word: &'static str,
    pub(super) chosen: bool,
}

/// An alert in the queue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Row {
    id: i64,
    customer: String,
    name: String,
    score: String,
    caption: String,
    list: String,
    programmes: String,
    state: &'static str,
    tone: &'static str,
    age: String,
    holder: String,
    due: String,
}

/// The queue, or the alerts in one state.
pub(super) async fn queue(
    State(app): State<App>,
    visitor: Visitor,
    Query(wanted): Query<Wanted>,
) -> Page {
    let store = app.desk().store();
    let state = AlertState::parse(&wanted.state);
    let mine = wanted.mine == "yes" && visitor.actor.person.is_some();
    let filter = AlertFilter {
        book: Some(wanted.book.clone()).filter(|book| !book.is_empty()),
        states: state.map_or_else(|| AlertState::QUEUE.to_vec(), |state| vec![state]),
        assignee: visitor.actor.person.filter(|_| mine),
        ..AlertFilter::default()
    };
    let mut alerts = store
        .queue(&filter, place(&wanted.after)?, PER_PAGE + 1)
        .await?;
    let more = alerts.len() > PER_PAGE as usize;
    alerts.truncate(PER_PAGE as usize);
    let next = match alerts.last().filter(|_| more) {
        Some(last) => {
            let at = last.place();
            format!(
                "/workbench/alerts?state={}&book={}&mine={}&after={}.{}.{}",
                text::encoded(&wanted.state),
                text::encoded(&wanted.book),
                if mine { "yes" } else { "" },
                at.rank,
                at.opened_at,
                at.id
            )
        }
        None => String::new(),
    };
    let names = persons(&app).await?;
    let now = Timestamp::now();
    let mut states = vec![Choice {
        word: "waiting for somebody",
        chosen: state.is_none(),
    }];
    states.extend(AlertState::ALL.into_iter().map(|one| Choice {
        word: one.as_str(),
        chosen: state == Some(one),
    }));
    page(&QueuePage {
        can_be_mine: visitor.actor.person.is_some(),
        frame: Frame::new(&app, visitor, "Alerts", "/workbench/alerts").await?,
        states,
        books: store
            .books()
            .await?
            .into_iter()
            .map(|book| book.name)
            .collect(),
        book: wanted.book,
        mine,
        state: state.map_or_else(String::new, |state| state.as_str().to_owned()),
        alerts: alerts
            .iter()
            .map(|alert| row(alert, &names, now))
            .collect::<Result<_, _>>()?,
        next,
    })
}

fn place(text: &str) -> Result<Option<QueuePlace>, Fault> {
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = || Fault::wrong("This page of the queue cannot be found; begin at its start.");
    let mut parts = text.splitn(3, '.');
    let mut part = || parts.next().ok_or_else(wrong);
    Ok(Some(QueuePlace {
        rank: part()?.parse().map_err(|_| wrong())?,
        opened_at: part()?.parse().map_err(|_| wrong())?,
        id: part()?.parse().map_err(|_| wrong())?,
    }))
}

fn row(alert: &Alert, names: &BTreeMap<PersonId, String>, now: Timestamp) -> Result<Row, Fault> {
    let hit = ShownHit::stored(&alert.hit)?;
    let mut programmes: Vec<&str> = hit.listings.iter().map(|l| l.programmes.as_str()).collect();
    programmes.sort_unstable();
    programmes.dedup();
    Ok(Row {
        id: alert.id,
        customer: alert.customer.clone(),
        name: hit.asked_name(),
        score: Score(alert.score).to_string(),
        caption: hit.caption.clone(),
        list: alert.dataset.clone(),
        programmes: programmes.join(", "),
        state: alert.state.as_str(),
        tone: tone(alert),
        age: text::ago(alert.opened_at, now),
        holder: alert
            .assignee
            .map_or_else(String::new, |person| name_of(names, person)),
        due: alert.due.map_or_else(String::new, |day| day.to_string()),
    })
}

/// How much an alert's state should catch the eye.
pub(super) fn tone(alert: &Alert) -> &'static str {
    match alert.state {
        AlertState::Waiting if alert.due.is_some_and(|due| due < today()) => "alarm",
        AlertState::Escalated => "alarm",
        AlertState::Open | AlertState::Proposed => "warning",
        AlertState::Decided | AlertState::Approved => "good",
        _ => "",
    }
}

/// Names of persons with accounts.
pub(super) async fn persons(app: &App) -> Result<BTreeMap<PersonId, String>, Fault> {
    let accounts = app.desk().users().await?;
    Ok(accounts
        .into_iter()
        .map(|account| (account.person, account.person_name))
        .collect())
}

/// What a person is called.
pub(super) fn name_of(names: &BTreeMap<PersonId, String>, person: PersonId) -> String {
    names
        .get(&person)
        .cloned()
        .unwrap_or_else(|| format!("person {person}"))
}
