//! Lists: how each stands, its publications, and what a person decides about those held back.

use askama::Template;
use axum::extract::{Query, State};
use interdict_desk::guard::percent;
use interdict_desk::work::Outcome;
use interdict_desk::{ListState, NoProgress, Plan, Review, Status, Wish};
use interdict_model::DatasetName;
use interdict_store::{Publication, PublicationId, State as PublicationState, hex};
use jiff::Timestamp;
use serde::Deserialize;

use super::fault::Fault;
use super::forms::Sent;
use super::frame::{Frame, notices, today};
use super::visitor::Visitor;
use super::{Page, apart, page, see, text};
use crate::state::App;

#[derive(Template)]
#[template(path = "lists.html")]
struct ListsPage {
    frame: Frame,
    lists: Vec<Row>,
}

/// A list among all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Row {
    address: String,
    name: String,
    title: String,
    publisher: String,
    status: &'static str,
    published: String,
    age: String,
    entities: String,
    checked: String,
    waiting: usize,
}

fn row(list: &ListState, now: Timestamp) -> Row {
    let most = list
        .max_age_days
        .map(|most| format!(" of at most {most}"))
        .unwrap_or_default();
    Row {
        address: format!(
            "/workbench/list?name={}",
            text::encoded(list.dataset.name.as_str())
        ),
        name: list.dataset.name.to_string(),
        title: list.dataset.title.clone(),
        publisher: list.dataset.publisher.clone().unwrap_or_default(),
        status: list.status().as_str(),
        published: list
            .current
            .as_ref()
            .map_or_else(String::new, |p| text::published(&p.published)),
        age: list
            .age_days
            .map_or_else(String::new, |days| format!("{days}{most} days")),
        entities: list
            .current
            .as_ref()
            .map_or_else(String::new, |p| text::count(p.counts.entities())),
        checked: list
            .checked_at()
            .map_or_else(|| "never".to_owned(), |at| text::ago(at, now)),
        waiting: list.waiting.len(),
    }
}

/// All lists.
pub(super) async fn all(State(app): State<App>, visitor: Visitor) -> Page {
    let lists = app.desk().lists(today()).await?;
    let now = Timestamp::now();
    page(&ListsPage {
        frame: Frame::around(visitor, "Lists", "/workbench/lists", notices(&lists)),
        lists: lists.iter().map(|list| row(list, now)).collect(),
    })
}

#[derive(Deserialize)]
pub(super) struct Name {
    name: String,
}

#[derive(Template)]
#[template(path = "list.html")]
struct ListPage {
    frame: Frame,
    list: Row,
    licence: String,
    look: String,
    versions: Vec<Version>,
    log: Vec<Entry>,
}

/// A publication among those of its list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Version {
    id: i64,
    published: String,
    by: &'static str,
    imported: String,
    state: &'static str,
    entities: String,
    format: String,
    pruned: bool,
    waits: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Entry {
    at: String,
    publication: i64,
    event: &'static str,
    actor: String,
    reason: String,
}

fn version(publication: &Publication) -> Version {
    Version {
        id: publication.id.0,
        published: text::published(&publication.published),
        by: publication.published.by.as_str(),
        imported: text::moment(publication.imported_at),
        state: publication.state.as_str(),
        entities: text::count(publication.counts.entities()),
        format: publication.format.clone(),
        pruned: publication.pruned_at.is_some(),
        waits: publication.state == PublicationState::Quarantined,
    }
}

/// One list.
pub(super) async fn one(
    State(app): State<App>,
    visitor: Visitor,
    Query(name): Query<Name>,
) -> Page {
    let dataset = DatasetName::new(&name.name).map_err(|e| Fault::missing(e.to_string()))?;
    let lists = app.desk().lists(today()).await?;
    let list = lists
        .iter()
        .find(|list| list.dataset.name == dataset)
        .ok_or_else(|| Fault::missing(format!("No list {dataset} is stored.")))?;
    let mut versions: Vec<Version> = app
        .desk()
        .versions(&dataset)
        .await?
        .iter()
        .map(version)
        .collect();
    versions.reverse();
    let mut log: Vec<Entry> = app
        .desk()
        .log(&dataset)
        .await?
        .into_iter()
        .map(|entry| Entry {
            at: text::moment(entry.at),
            publication: entry.publication.0,
            event: entry.event,
            actor: entry.actor,
            reason: entry.reason,
        })
        .collect();
    log.reverse();
    page(&ListPage {
        list: row(list, Timestamp::now()),
        licence: list.dataset.licence.clone().unwrap_or_default(),
        look: list.look.as_ref().map_or_else(String::new, |look| {
            format!(
                "{}: {} {}",
                text::moment(look.at),
                look.outcome.as_str(),
                look.note
            )
        }),
        versions,
        log,
        frame: Frame::around(
            visitor,
            list.dataset.title.clone(),
            "/workbench/lists",
            notices(&lists),
        ),
    })
}

#[derive(Deserialize)]
pub(super) struct Number {
    id: i64,
}

#[derive(Template)]
#[template(path = "publication.html")]
struct PublicationPage {
    frame: Frame,
    list: String,
    title: String,
    version: Version,
    reason: String,
    compared: Option<i64>,
    remarks: Vec<(bool, String)>,
    measures: Vec<MeasureRow>,
    entries: String,
    files: Vec<String>,
    effects: Vec<Effect>,
}

/// A measure of the guard beside that of the version before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct MeasureRow {
    what: &'static str,
    before: String,
    after: String,
    changed: String,
}

/// A decision that may be made, and what it would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Effect {
    wish: &'static str,
    label: &'static str,
    words: String,
    /// Publication that answers now: a decision that was made for another is refused.
    seen: i64,
}

fn effect(plan: &Plan) -> Effect {
    let words = match (&plan.answers_then, plan.switches()) {
        (Some(then), true) => format!(
            "Publication {} of {} answers from then on: {} added, {} removed, {} changed against what answers now.{}",
            then.id,
            text::published(&then.published),
            text::counted(plan.entries.added, "entry", "entries"),
            text::count(plan.entries.removed),
            text::count(plan.entries.changed),
            match plan.withdrawn.len() {
                0 => String::new(),
                n => format!(
                    " {} will answer no question about a day any more.",
                    text::counted(n as u64, "publication", "publications")
                ),
            }
        ),
        _ => "What answers now goes on answering.".to_owned(),
    };
    Effect {
        wish: plan.wish.as_str(),
        label: match plan.wish {
            Wish::Accept => "Accept",
            Wish::Reject => "Reject",
            Wish::RollBack => "Roll back to this",
        },
        words,
        seen: plan.answers_now.as_ref().map_or(0, |p| p.id.0),
    }
}

/// One publication: what the guard found, and what may be decided.
pub(super) async fn publication(
    State(app): State<App>,
    visitor: Visitor,
    Query(number): Query<Number>,
) -> Page {
    let id = PublicationId(number.id);
    let review = app.desk().review(id).await?;
    let mut effects = Vec::new();
    for wish in wishes(&review) {
        match app.desk().plan(wish, id).await {
            Ok(plan) => effects.push(effect(&plan)),
            // A decision that this publication does not allow is simply not offered.
            Err(e) => tracing::debug!("publication {id}: {} is not offered: {e}", wish.as_str()),
        }
    }
    let lists = app.desk().lists(today()).await?;
    let dataset = review.publication.dataset.clone();
    let title = lists
        .iter()
        .find(|list| list.dataset.name == dataset)
        .map_or_else(|| dataset.to_string(), |list| list.dataset.title.clone());
    let heading = format!("{title}, publication {id}");
    let frame = Frame::around(visitor, heading, "/workbench/lists", notices(&lists));
    page(&shown(frame, title, &review, effects))
}

fn wishes(review: &Review) -> Vec<Wish> {
    match review.publication.state {
        PublicationState::Quarantined => vec![Wish::Accept, Wish::Reject],
        PublicationState::Current => Vec::new(),
        _ => vec![Wish::RollBack],
    }
}

fn shown(frame: Frame, title: String, review: &Review, effects: Vec<Effect>) -> PublicationPage {
    let guard = review.guard.as_ref();
    PublicationPage {
        frame,
        list: review.publication.dataset.to_string(),
        title,
        version: version(&review.publication),
        reason: review.publication.reason.clone().unwrap_or_default(),
        compared: guard.and_then(|g| g.compared_with).map(|id| id.0),
        remarks: guard
            .map(|g| {
                g.remarks
                    .iter()
                    .map(|r| (r.holds, r.words.clone()))
                    .collect()
            })
            .unwrap_or_default(),
        measures: guard
            .map(|g| {
                g.measures
                    .iter()
                    .map(|row| MeasureRow {
                        what: row.measure.as_str(),
                        before: row.before.map(text::count).unwrap_or_default(),
                        after: text::count(row.after),
                        changed: match (row.changed, row.before) {
                            (Some(changed), Some(before)) => {
                                format!("{} ({})", text::count(changed), percent(changed, before))
                            }
                            _ => String::new(),
                        },
                    })
                    .collect()
            })
            .unwrap_or_default(),
        entries: guard.and_then(|g| g.entries).map_or_else(String::new, |e| {
            format!(
                "{} added, {} removed, {} changed",
                text::count(e.added),
                text::count(e.removed),
                text::count(e.changed)
            )
        }),
        files: review
            .publication
            .files
            .iter()
            .map(|file| {
                format!(
                    "{}, {} bytes, SHA-256 {}",
                    file.name,
                    text::count(file.size),
                    hex(&file.sha256)
                )
            })
            .collect(),
        effects,
    }
}

/// Does what a person decided, as it was shown to them or not at all.
pub(super) async fn decide(State(app): State<App>, sent: Sent) -> Page {
    let id = PublicationId(sent.number("id")?);
    let reason = sent.needed("reason", "Say why: the reason stays on record.")?;
    let wish = [Wish::Accept, Wish::Reject, Wish::RollBack]
        .into_iter()
        .find(|wish| wish.as_str() == sent.text("wish"))
        .ok_or_else(|| Fault::wrong("A publication is accepted, rejected or rolled back to."))?;
    let plan = app.desk().plan(wish, id).await?;
    let seen = sent.number("seen")?;
    if plan.answers_now.as_ref().map_or(0, |p| p.id.0) != seen {
        return Err(Fault::overtaken(
            "Another publication answers by now than when you looked. Nothing was changed: look again.",
        ));
    }
    let actor = sent.visitor.actor.clone();
    let (desk, reason) = (app.desk().acting_as(&actor), reason.to_owned());
    let list = text::encoded(plan.publication.dataset.as_str());
    let outcome = apart(async move || {
        desk.decide_list(&actor, &plan, &reason, Timestamp::now(), &NoProgress)
            .await
    })
    .await??;
    if let Outcome::Waits(_) = outcome {
        return see("/workbench/approvals");
    }
    // The next page shall not speak of the lists as they were.
    app.lists().refresh(app.desk()).await?;
    see(&format!("/workbench/list?name={list}"))
}

/// Whether a list's word for its state is one that should catch the eye.
pub(super) fn tone(status: &str) -> &'static str {
    let is = |other: Status| status == other.as_str();
    if is(Status::Quarantined) || is(Status::Failed) {
        "alarm"
    } else if is(Status::Current) {
        "good"
    } else {
        "warning"
    }
}
