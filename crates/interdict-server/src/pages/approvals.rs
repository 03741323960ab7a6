//! What waits for a second person: decisions about lists and policies, alerts, good-guy rules.

use askama::Template;
use axum::extract::State;
use interdict_desk::NoProgress;
use interdict_store::{AlertFilter, AlertState, Proposal, ProposalKind, Right, RuleState};
use jiff::Timestamp;

use super::fault::Fault;
use super::forms::Sent;
use super::frame::{Frame, today};
use super::hit::ShownHit;
use super::visitor::Visitor;
use super::{Page, apart, page, see, text};
use crate::state::App;

#[derive(Template)]
#[template(path = "approvals.html")]
struct ApprovalsPage {
    frame: Frame,
    proposals: Vec<Row>,
    alerts: Vec<WaitingAlert>,
    rules: Vec<(i64, String)>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Row {
    id: i64,
    what: String,
    address: String,
    by: String,
    at: String,
    reason: String,
    payload: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct WaitingAlert {
    id: i64,
    words: String,
}

fn row(proposal: &Proposal) -> Row {
    let (what, address) = match proposal.kind {
        ProposalKind::List => (
            format!("Decision about {}", proposal.object),
            match proposal.object.rsplit('/').next() {
                Some(id) => format!("/workbench/publication?id={}", text::encoded(id)),
                None => String::new(),
            },
        ),
        ProposalKind::Policy => (
            format!("Policy of {}", proposal.object),
            "/workbench/policies".to_owned(),
        ),
    };
    Row {
        id: proposal.id,
        what,
        address,
        by: proposal.actor.clone(),
        at: text::moment(proposal.at),
        reason: proposal.reason.clone(),
        payload: serde_json::to_string_pretty(&proposal.payload).unwrap_or_default(),
    }
}

/// Everything that waits for a second person.
pub(super) async fn show(State(app): State<App>, visitor: Visitor) -> Page {
    let store = app.desk().store();
    let proposals = store.proposals(true).await?.iter().map(row).collect();
    let filter = AlertFilter {
        states: vec![AlertState::Proposed],
        ..AlertFilter::default()
    };
    let mut alerts = Vec::new();
    let reads_books = visitor.actor.may(Right::ReadBooks);
    let waiting = match reads_books {
        true => store.alerts(&filter).await?,
        false => Vec::new(),
    };
    for alert in waiting {
        let hit = ShownHit::stored(&alert.hit)?;
        alerts.push(WaitingAlert {
            id: alert.id,
            words: format!("{} and {}", hit.asked_name(), hit.caption),
        });
    }
    let rules = store
        .rules(None)
        .await?
        .into_iter()
        .filter(|rule| reads_books && rule.state(today()) == RuleState::Pending)
        .map(|rule| {
            (
                rule.id,
                format!("{} is not {}", rule.made.customer, rule.made.entity),
            )
        })
        .collect();
    page(&ApprovalsPage {
        frame: Frame::new(&app, visitor, "Approvals", "/workbench/approvals").await?,
        proposals,
        alerts,
        rules,
    })
}

/// Approves or refuses a proposal.
pub(super) async fn settle(State(app): State<App>, sent: Sent) -> Page {
    let id = sent.number("id")?;
    let reason = sent
        .needed("reason", "Say why: the reason stays on record.")?
        .to_owned();
    let actor = sent.visitor.actor.clone();
    let desk = app.desk().acting_as(&actor);
    match sent.text("do") {
        "approve" => {
            apart(async move || {
                desk.approve_proposal(&actor, id, &reason, Timestamp::now(), &NoProgress)
                    .await
            })
            .await??;
            app.lists().refresh(app.desk()).await?;
        }
        "refuse" => {
            desk.refuse_proposal(&actor, id, &reason, Timestamp::now())
                .await?;
        }
        _ => return Err(Fault::wrong("A proposal is approved or refused.")),
    }
    see("/workbench/approvals")
}
