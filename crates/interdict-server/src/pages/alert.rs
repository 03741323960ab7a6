//! Reviewing an alert: customer and listed entity side by side, and what may be done.

use askama::Template;
use axum::extract::{Query, State};
use interdict_desk::books::{FIELDS, parties};
use interdict_desk::work::{Act, Deed};
use interdict_model::{Entity, PropertyType};
use interdict_screening::Score;
use interdict_store::{
    Alert, AlertEvent, AlertFilter, AlertState, Codes, Disposition, Move, Verb, codes,
};
use jiff::Timestamp;
use serde::Deserialize;

use super::alerts::{name_of, persons, tone};
use super::evidence::readable;
use super::fault::Fault;
use super::forms::Sent;
use super::frame::Frame;
use super::hit::ShownHit;
use super::visitor::Visitor;
use super::{Page, page, see, text};
use crate::state::App;

#[derive(Deserialize)]
pub(super) struct Which {
    id: i64,
    /// The alert that was worked on just before.
    done: Option<i64>,
}

#[derive(Template)]
#[template(path = "alert.html")]
struct AlertPage {
    frame: Frame,
    alert: Head,
    hit: ShownHit,
    customer: Vec<Party>,
    /// Other alerts of the customer, by number and listed name.
    others: Vec<Other>,
    deeds: Vec<Offer>,
    rule_fields: &'static [&'static str],
    can_rule: bool,
    can_bulk: bool,
    events: Vec<Event>,
    attachments: Vec<Attached>,
    can_attach: bool,
    before: Option<i64>,
    after: Option<i64>,
    done: Option<Done>,
    logins: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Head {
    id: i64,
    book: String,
    key: String,
    state: &'static str,
    tone: &'static str,
    score: String,
    opened: String,
    holder: String,
    due: String,
    disposition: &'static str,
    proposer: String,
    last_event: i64,
}

/// A party of the customer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Party {
    /// The party that was met.
    met: bool,
    caption: String,
    schema: String,
    facts: Vec<(String, Vec<String>)>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Other {
    id: i64,
    caption: String,
    score: String,
    state: &'static str,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Done {
    id: i64,
    state: &'static str,
}

/// Something that may be done.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Offer {
    /// Word that the form sends.
    word: &'static str,
    label: &'static str,
    /// Key that chooses it; empty for none.
    key: &'static str,
    codes: Codes,
    /// Whether a text must be written.
    text: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Event {
    at: String,
    actor: String,
    what: String,
    code: String,
    reason: String,
    screening: Option<i64>,
    rule: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Attached {
    id: i64,
    name: String,
    size: String,
    at: String,
    actor: String,
    erased: bool,
}

/// The page of an alert.
pub(super) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Query(which): Query<Which>,
) -> Page {
    let store = app.desk().store();
    let alert = store.alert(which.id).await?;
    let names = persons(&app).await?;
    let events = store.alert_events(alert.id).await?;
    let customer = customer(&app, &alert).await?;
    let (before, after) = beside(&app, &alert).await?;
    let of_customer = AlertFilter {
        book: Some(alert.book.clone()),
        customer: Some(alert.customer.clone()),
        ..AlertFilter::default()
    };
    let mut others = Vec::new();
    for other in store.alerts(&of_customer).await? {
        if other.id != alert.id {
            others.push(Other {
                id: other.id,
                caption: ShownHit::stored(&other.hit)?.caption,
                score: Score(other.score).to_string(),
                state: other.state.as_str(),
            });
        }
    }
    let done = match which.done {
        Some(id) => {
            let state = store.alert(id).await?.state.as_str();
            Some(Done { id, state })
        }
        None => None,
    };
    let may = |right| visitor.actor.may(right);
    let moves = app.desk().moves_for(&visitor.actor, &alert);
    page(&AlertPage {
        hit: ShownHit::stored(&alert.hit)?,
        customer,
        others,
        can_attach: moves.iter().any(|row| row.verb == Verb::Attach),
        deeds: offers(&moves),
        rule_fields: FIELDS,
        can_rule: may(interdict_store::Right::MakeRules) && alert.state != AlertState::Closed,
        can_bulk: may(interdict_store::Right::Bulk) && alert.state.is_in_queue(),
        events: events.iter().rev().map(event).collect(),
        attachments: store
            .attachments(alert.id)
            .await?
            .into_iter()
            .map(|file| Attached {
                id: file.id,
                name: file.name,
                size: text::count(file.size),
                at: text::moment(file.at),
                actor: file.actor,
                erased: file.erased_at.is_some(),
            })
            .collect(),
        before,
        after,
        done,
        logins: app
            .desk()
            .users()
            .await?
            .into_iter()
            .filter(|account| account.active)
            .map(|account| account.login)
            .collect(),
        alert: Head {
            id: alert.id,
            book: alert.book.clone(),
            key: alert.customer.clone(),
            state: alert.state.as_str(),
            tone: tone(&alert),
            score: Score(alert.score).to_string(),
            opened: text::ago(alert.opened_at, Timestamp::now()),
            holder: alert
                .assignee
                .map_or_else(String::new, |p| name_of(&names, p)),
            due: alert.due.map_or_else(String::new, |day| day.to_string()),
            disposition: alert.disposition.map_or("", disposition),
            proposer: alert
                .proposer
                .map_or_else(String::new, |p| name_of(&names, p)),
            last_event: alert.last_event,
        },
        frame: Frame::new(
            &app,
            visitor,
            format!("Alert {}", alert.id),
            "/workbench/alerts",
        )
        .await?,
    })
}

fn disposition(disposition: Disposition) -> &'static str {
    match disposition {
        Disposition::TrueMatch => "true match",
        Disposition::FalsePositive => "false positive",
        Disposition::NeedInformation => "needs information",
    }
}

/// The parties of the alert's customer, the one that was met first.
async fn customer(app: &App, alert: &Alert) -> Result<Vec<Party>, Fault> {
    let history = app.desk().store().customer_history(&alert.customer).await?;
    let of_book = history
        .into_iter()
        .rfind(|version| version.book == alert.book);
    let Some(version) = of_book else {
        return Ok(Vec::new());
    };
    let mut all: Vec<Party> = (0..)
        .zip(parties(&version.customer)?)
        .map(|(number, entity)| party(&entity, number == alert.party))
        .collect();
    all.sort_by_key(|party| !party.met);
    Ok(all)
}

fn party(entity: &Entity, met: bool) -> Party {
    let mut facts: Vec<(String, Vec<String>)> = Vec::new();
    for statement in &entity.statements {
        if statement.property.kind() == PropertyType::Entity {
            continue;
        }
        let name = text::words(statement.property.name());
        let value = readable(statement);
        match facts.iter_mut().find(|(known, _)| *known == name) {
            Some((_, values)) => values.push(value),
            None => facts.push((name, vec![value])),
        }
    }
    Party {
        met,
        caption: entity.caption().to_owned(),
        schema: text::words(entity.schema.name()),
        facts,
    }
}

/// The alerts before and after one in the queue.
async fn beside(app: &App, alert: &Alert) -> Result<(Option<i64>, Option<i64>), Fault> {
    let filter = AlertFilter {
        states: AlertState::QUEUE.to_vec(),
        ..AlertFilter::default()
    };
    let place = alert.place();
    let after = app.desk().store().queue(&filter, Some(place), 1).await?;
    // The queue is read forwards only; what stands before is found among all that does.
    let all = app.desk().store().alerts(&filter).await?;
    let key = |one: &Alert| (std::cmp::Reverse(one.rank), one.opened_at, one.id);
    let before = all.iter().rev().find(|one| key(one) < key(alert));
    Ok((before.map(|a| a.id), after.first().map(|a| a.id)))
}

fn event(event: &AlertEvent) -> Event {
    let mut what = event.what.as_str().to_owned();
    if let Some(found) = event.disposition {
        what = format!("{what}: {}", disposition(found));
    }
    Event {
        at: text::moment(event.at),
        actor: event.actor.clone(),
        what,
        code: event.code.clone().unwrap_or_default(),
        reason: event.reason.clone(),
        screening: event.screening,
        rule: event.rule,
    }
}

/// What the rows of the table offer, the commonest first.
fn offers(moves: &[&Move]) -> Vec<Offer> {
    let mut offers = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for row in moves {
        let dispositions: &[Option<Disposition>] = match row.verb {
            Verb::Decide | Verb::Propose => &[
                Some(Disposition::TrueMatch),
                Some(Disposition::FalsePositive),
            ],
            _ => &[None],
        };
        for found in dispositions {
            let Some((word, label, key)) = named(row.verb, *found) else {
                continue;
            };
            // Deciding and proposing are one wish; the policy says which it becomes.
            if seen.insert(word) {
                offers.push(Offer {
                    word,
                    label,
                    key,
                    codes: codes(row.verb, *found),
                    text: row.text,
                });
            }
        }
    }
    let rank = |offer: &Offer| ORDER.iter().position(|word| *word == offer.word);
    offers.sort_by_key(rank);
    offers
}

const ORDER: &[&str] = &[
    "approve",
    "return",
    "true-match",
    "false-positive",
    "ask",
    "escalate",
    "withdraw",
    "resume",
    "reopen",
    "comment",
    "take",
    "assign",
    "put-back",
];

fn named(
    verb: Verb,
    found: Option<Disposition>,
) -> Option<(&'static str, &'static str, &'static str)> {
    Some(match (verb, found) {
        (Verb::Decide | Verb::Propose, Some(Disposition::TrueMatch)) => {
            ("true-match", "True match", "t")
        }
        (Verb::Decide | Verb::Propose, _) => ("false-positive", "False positive", "f"),
        (Verb::Ask, _) => ("ask", "Needs information", "n"),
        (Verb::Approve, _) => ("approve", "Approve the proposal", "a"),
        (Verb::Return, _) => ("return", "Return it", "r"),
        (Verb::Withdraw, _) => ("withdraw", "Withdraw the proposal", ""),
        (Verb::Escalate, _) => ("escalate", "Escalate", "e"),
        (Verb::Resume, _) => ("resume", "Go on", ""),
        (Verb::Reopen, _) => ("reopen", "Open again", ""),
        (Verb::Comment, _) => ("comment", "Comment only", "c"),
        (Verb::Take, _) => ("take", "Make it mine", ""),
        (Verb::Assign, _) => ("assign", "Assign", ""),
        (Verb::PutBack, _) => ("put-back", "Put back", ""),
        (Verb::Attach, _) => return None,
    })
}

fn deed(sent: &Sent) -> Result<Deed, Fault> {
    Ok(match sent.text("deed") {
        "true-match" => Deed::Decide {
            disposition: Disposition::TrueMatch,
        },
        "false-positive" => Deed::Decide {
            disposition: Disposition::FalsePositive,
        },
        "ask" => Deed::Ask {
            due: match sent.text("due") {
                "" => None,
                day => Some(day.parse().map_err(|_| {
                    Fault::wrong(format!("{day} is no day; expected one such as 2026-12-24"))
                })?),
            },
        },
        "approve" => Deed::Approve,
        "return" => Deed::Return,
        "withdraw" => Deed::Withdraw,
        "escalate" => Deed::Escalate,
        "resume" => Deed::Resume,
        "reopen" => Deed::Reopen,
        "comment" => Deed::Comment,
        "take" => Deed::Take,
        "assign" => Deed::Assign {
            to: sent.needed("to", "Say whom to assign it to.")?.to_owned(),
        },
        "put-back" => Deed::PutBack,
        _ => return Err(Fault::wrong("Choose what is to be done with the alert.")),
    })
}

/// Does what was chosen, and goes on to the next alert where this one is off the desk.
pub(super) async fn act(State(app): State<App>, sent: Sent) -> Page {
    let id = sent.number("id")?;
    let before = app.desk().store().alert(id).await?;
    let (_, after) = beside(&app, &before).await?;
    let deed = deed(&sent)?;
    let stays = matches!(
        deed,
        Deed::Comment | Deed::Take | Deed::Resume | Deed::Reopen
    );
    let code = sent.text(&format!("code-{}", sent.text("deed"))).to_owned();
    let act = Act {
        alerts: vec![id],
        deed,
        code: Some(code).filter(|code| !code.is_empty()),
        text: sent.text("text").to_owned(),
        seen: Some(sent.number("seen")?),
    };
    app.desk()
        .act(&sent.visitor.actor, act, Timestamp::now())
        .await?;
    if stays {
        return see(&format!("/workbench/alert?id={id}"));
    }
    match after {
        Some(next) => see(&format!("/workbench/alert?id={next}&done={id}")),
        None => see("/workbench/alerts"),
    }
}
