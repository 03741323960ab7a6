//! Good-guy rules: what each rests on, who made and approved it, and whether it still stands.

use askama::Template;
use axum::extract::State;
use interdict_desk::books::RuleRequest;
use interdict_screening::Engine;
use interdict_store::{GoodGuyRule, Right, RuleState};
use jiff::Timestamp;
use jiff::civil::Date;

use super::fault::Fault;
use super::forms::Sent;
use super::frame::{Frame, today};
use super::visitor::Visitor;
use super::{Page, page, see, text};
use crate::state::App;

#[derive(Template)]
#[template(path = "rules.html")]
struct RulesPage {
    frame: Frame,
    rules: Vec<Row>,
    can_approve: bool,
    can_end: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Row {
    id: i64,
    book: String,
    customer: String,
    entity: String,
    address: String,
    fields: String,
    reason: String,
    author: String,
    made: String,
    approved: String,
    until: String,
    state: &'static str,
    tone: &'static str,
    ended: String,
    waits: bool,
    stands: bool,
}

fn row(rule: GoodGuyRule, today: Date) -> Row {
    let state = rule.state(today);
    Row {
        id: rule.id,
        address: format!("/workbench/entity?id={}", text::encoded(&rule.made.entity)),
        book: rule.made.book,
        customer: rule.made.customer,
        entity: rule.made.entity,
        fields: rule.made.fields.join(", "),
        reason: rule.made.reason,
        author: rule.made.author,
        made: text::moment(rule.made.at),
        approved: rule.approved.map_or_else(String::new, |(who, at)| {
            format!("approved by {who}, {}", text::moment(at))
        }),
        until: rule.made.expires_on.to_string(),
        state: match state {
            RuleState::Pending => "waits for approval",
            RuleState::Active => "stands",
            RuleState::Expired => "expired",
            RuleState::Ended => "ended",
        },
        tone: match state {
            RuleState::Pending => "warning",
            RuleState::Active => "good",
            _ => "",
        },
        ended: rule.ended.map_or_else(String::new, |(who, at, why)| {
            format!("{} by {who}: {why}", text::moment(at))
        }),
        waits: state == RuleState::Pending,
        stands: matches!(state, RuleState::Pending | RuleState::Active),
    }
}

/// All rules, those that wait first.
pub(super) async fn all(State(app): State<App>, visitor: Visitor) -> Page {
    let today = today();
    let mut rules: Vec<Row> = app
        .desk()
        .store()
        .rules(None)
        .await?
        .into_iter()
        .map(|rule| row(rule, today))
        .collect();
    rules.sort_by_key(|rule| (!rule.waits, !rule.stands, std::cmp::Reverse(rule.id)));
    page(&RulesPage {
        can_approve: visitor.actor.may(Right::ApproveRules),
        can_end: visitor.actor.may(Right::MakeRules),
        frame: Frame::new(&app, visitor, "Good-guy rules", "/workbench/rules").await?,
        rules,
    })
}

/// Makes, approves or ends a rule.
pub(super) async fn change(State(app): State<App>, sent: Sent) -> Page {
    let actor = &sent.visitor.actor;
    let at = Timestamp::now();
    match sent.text("do") {
        "add" => {
            actor.must(Right::MakeRules)?;
            let alert = sent.number("alert")?;
            let of = app.desk().store().alert(alert).await?;
            let policy = app.desk().policy_of(&of.book).await?;
            let engine = Engine::new(app.lists().now().lists.snapshot.clone(), policy);
            let request = RuleRequest {
                alert,
                fields: sent.all("field").map(str::to_owned).collect(),
                reason: sent
                    .needed("reason", "Say why the two are not the same.")?
                    .to_owned(),
                author: actor.name.clone(),
                expires_on: match sent.text("until") {
                    "" => None,
                    day => Some(day.parse().map_err(|_| {
                        Fault::wrong(format!("{day} is no day; expected one such as 2027-05-16"))
                    })?),
                },
                at,
            };
            app.desk()
                .acting_as(actor)
                .add_rule(request, &engine)
                .await?;
        }
        "approve" => {
            app.desk()
                .approve_rule(actor, sent.number("id")?, at)
                .await?
        }
        "end" => {
            let reason = sent.needed("reason", "Say why the rule ends.")?;
            app.desk()
                .end_rule(actor, sent.number("id")?, reason, at)
                .await?;
        }
        _ => return Err(Fault::wrong("A rule is added, approved or ended.")),
    }
    see("/workbench/rules")
}
