//! The record: what was screened when, what was done by whom, and whether the chain is whole.

use askama::Template;
use axum::extract::{Query, State};
use interdict_store::{AuditRow, Proof, Right, Verified, hex};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::fault::Fault;
use super::forms::Sent;
use super::frame::Frame;
use super::visitor::Visitor;
use super::{Page, page, text};
use crate::state::App;

/// Rows on one page.
const PER_PAGE: i64 = 50;

#[derive(Template)]
#[template(path = "audit.html")]
struct AuditPage {
    frame: Frame,
    key: String,
    proofs: Option<Vec<Screened>>,
    verified: Option<Outcome>,
    rows: Vec<Row>,
    earlier: Option<i64>,
    later: Option<i64>,
}

/// A screening of one subject.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Screened {
    screening: i64,
    at: String,
    actor: String,
    book: String,
    subject: String,
    lists: String,
    policy: String,
    engine: String,
    hits: u32,
}

/// What a check of the chain gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Outcome {
    whole: bool,
    rows: String,
    last: i64,
    hash: String,
    erased: String,
    faults: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Row {
    number: i64,
    at: String,
    who: String,
    via: String,
    action: String,
    object: String,
    facts: String,
    hash: String,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub(super) struct From {
    /// The last row to show; the latest where none is named.
    to: Option<i64>,
}

/// The record, the latest first.
pub(super) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Query(from): Query<From>,
) -> Page {
    visitor.actor.must(Right::ReadAudit)?;
    let shown = draw(&app, visitor, from.to).await?;
    page(&shown)
}

/// Looks a subject up, or checks the chain.
pub(super) async fn ask(State(app): State<App>, sent: Sent) -> Page {
    sent.visitor.actor.must(Right::ReadAudit)?;
    let mut shown = draw(&app, sent.visitor.clone(), None).await?;
    match sent.text("do") {
        "subject" => {
            let key = sent.needed(
                "key",
                "Give the key of a customer, or the name that was asked.",
            )?;
            key.clone_into(&mut shown.key);
            let proofs = app.desk().store().proofs(key).await?;
            shown.proofs = Some(proofs.into_iter().map(screened).collect());
        }
        "verify" => shown.verified = Some(outcome(app.desk().verify_audit(&[]).await?)),
        _ => {
            return Err(Fault::wrong(
                "A subject is looked up, or the chain is checked.",
            ));
        }
    }
    page(&shown)
}

async fn draw(app: &App, visitor: Visitor, to: Option<i64>) -> Result<AuditPage, Fault> {
    let store = app.desk().store();
    let head = store.audit_head().await?.number;
    let to = to.unwrap_or(head).clamp(0, head);
    let after = to.saturating_sub(PER_PAGE).max(0);
    let limit = u32::try_from(to - after).unwrap_or(0);
    let names = super::alerts::persons(app).await?;
    let mut rows: Vec<Row> = store
        .audit_rows(after, limit)
        .await?
        .into_iter()
        .map(|row| {
            let person = row.person.map(interdict_store::PersonId);
            let who = person.map_or_else(String::new, |p| super::alerts::name_of(&names, p));
            shown(row, who)
        })
        .collect();
    rows.reverse();
    Ok(AuditPage {
        frame: Frame::new(app, visitor, "Audit", "/workbench/audit").await?,
        key: String::new(),
        proofs: None,
        verified: None,
        rows,
        earlier: (after > 0).then_some(after),
        later: (to < head).then_some((to + PER_PAGE).min(head)),
    })
}

fn shown(row: AuditRow, who: String) -> Row {
    Row {
        number: row.number,
        at: Timestamp::from_microsecond(row.at).map_or_else(|_| row.at.to_string(), text::moment),
        who,
        via: match row.authenticated {
            true => row.via,
            false => format!("{}, not checked", row.via),
        },
        action: row.action,
        object: row.object,
        facts: row.facts,
        hash: hex(&row.hash).chars().take(12).collect(),
    }
}

fn screened(proof: Proof) -> Screened {
    let basis: Value = serde_json::from_str(&proof.screening.basis).unwrap_or_default();
    let said = |member: &str| {
        basis
            .get(member)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let lists: Vec<String> = basis
        .get("lists")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(name, version)| format!("{name} {}", version.as_str().unwrap_or("?")))
        .collect();
    Screened {
        screening: proof.screening.id,
        at: text::moment(proof.screening.at),
        actor: proof.screening.actor,
        book: proof.screening.book.unwrap_or_default(),
        subject: hex(&proof.hash).chars().take(12).collect(),
        lists: lists.join(", "),
        policy: said("policy").chars().take(12).collect(),
        engine: said("engine"),
        hits: proof.hits,
    }
}

fn outcome(verified: Verified) -> Outcome {
    Outcome {
        whole: verified.is_whole(),
        rows: text::count(verified.rows),
        last: verified.last,
        hash: verified.hash,
        erased: text::count(verified.erased),
        faults: verified
            .faults
            .iter()
            .map(|fault| format!("row {}: {}", fault.number, fault.what))
            .collect(),
    }
}
