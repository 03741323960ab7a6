//! `rules`: good-guy rules.

use std::process::ExitCode;

use interdict_desk::books::RuleRequest;
use interdict_screening::{Engine, Policy};
use interdict_store::{GoodGuyRule, Moment, Right, RuleState};
use jiff::civil::Date;
use serde::Serialize;

use crate::cli::{Cli, Rules, RulesAction};
use crate::commands::office::Office;
use crate::commands::search;
use crate::failure::usage;
use crate::render::table::{Tone, cell, right, table};
use crate::system;
use crate::ui::Ui;

/// A rule, as JSON.
#[derive(Serialize)]
struct RuleView {
    rule: i64,
    book: String,
    customer: String,
    entity: String,
    state: RuleState,
    fields: Vec<String>,
    reason: String,
    author: String,
    made_at: String,
    needs_approval: bool,
    approver: Option<String>,
    approved_at: Option<String>,
    expires_on: String,
    ended_by: Option<String>,
    ended_at: Option<String>,
    ended_reason: Option<String>,
}

#[derive(Serialize)]
struct RulesView {
    rules: Vec<RuleView>,
}

impl RuleView {
    fn new(rule: GoodGuyRule, today: Date) -> RuleView {
        let state = rule.state(today);
        let (approver, approved_at) = rule.approved.map(|(who, at)| (who, at.to_string())).unzip();
        let (ended_by, ended_at, ended_reason) = match rule.ended {
            Some((by, at, reason)) => (Some(by), Some(at.to_string()), Some(reason)),
            None => (None, None, None),
        };
        RuleView {
            rule: rule.id,
            book: rule.made.book,
            customer: rule.made.customer,
            entity: rule.made.entity,
            state,
            fields: rule.made.fields,
            reason: rule.made.reason,
            author: rule.made.author,
            made_at: rule.made.at.to_string(),
            needs_approval: rule.made.needs_approval,
            approver,
            approved_at,
            expires_on: rule.made.expires_on.to_string(),
            ended_by,
            ended_at,
            ended_reason,
        }
    }
}

/// Runs `rules`.
pub(crate) fn run(cli: &Cli, arguments: &Rules, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    let office = Office::open(cli)?;
    let store = office.desk().store();
    let changed = match &arguments.action {
        None => None,
        Some(RulesAction::Add {
            alert,
            field,
            until,
            by: reasoned,
        }) => {
            let until = until.as_deref().map(day).transpose()?;
            let who = office.actor(reasoned.actor.as_deref())?;
            who.must(Right::MakeRules)?;
            let of = office.wait(store.alert(*alert))?;
            let book = office.wait(store.book(&of.book))?;
            let policy = match &book.policy {
                Some(text) => Policy::parse(text, &format!("of book {:?}", book.name))?,
                None => Policy::shipped()?,
            };
            let lists = search::open(&office, &[], Moment::default(), ui)?;
            let request = RuleRequest {
                alert: *alert,
                fields: field.clone(),
                reason: reasoned.reason.clone(),
                author: who.name.clone(),
                expires_on: until,
                at: system::now(),
            };
            let engine = Engine::new(lists.snapshot, policy);
            let desk = office.desk().acting_as(&who);
            Some(office.wait(desk.add_rule(request, &engine))?)
        }
        Some(RulesAction::Approve { id, actor }) => {
            let who = office.actor(actor.as_deref())?;
            office.wait(office.desk().approve_rule(&who, *id, system::now()))?;
            Some(*id)
        }
        Some(RulesAction::End { id, by: reasoned }) => {
            let who = office.actor(reasoned.actor.as_deref())?;
            let end = office
                .desk()
                .end_rule(&who, *id, &reasoned.reason, system::now());
            office.wait(end)?;
            Some(*id)
        }
    };
    let all = office.wait(store.rules(arguments.book.as_deref()))?;
    let rules: Vec<RuleView> = all
        .into_iter()
        .filter(|rule| changed.is_none_or(|id| id == rule.id))
        .map(|rule| RuleView::new(rule, system::today()))
        .collect();
    if ui.json {
        ui.document("rules", &RulesView { rules })?;
        return Ok(ExitCode::SUCCESS);
    }
    tell(&rules, ui)?;
    if changed.is_some() {
        ui.line("the alert follows at the next screening of its book: `interdict book screen`")?;
    }
    Ok(ExitCode::SUCCESS)
}

fn day(text: &str) -> anyhow::Result<Date> {
    text.trim().parse().map_err(|_| {
        usage(format!(
            "--until {text:?}: expected a day such as 2025-05-16"
        ))
    })
}

fn tell(rules: &[RuleView], ui: &mut Ui) -> anyhow::Result<()> {
    if rules.is_empty() {
        return ui.line("no good-guy rule");
    }
    let terminal = ui.terminal;
    let headings = [
        "rule", "book", "customer", "entity", "rests on", "until", "state", "by", "reason",
    ];
    let mut shown = table(terminal, &headings);
    for rule in rules {
        let state = match rule.state {
            RuleState::Pending => "waits for approval".to_owned(),
            RuleState::Active => "stands".to_owned(),
            RuleState::Expired => "expired".to_owned(),
            RuleState::Ended => {
                let reason = rule.ended_reason.as_deref().unwrap_or_default();
                format!("ended: {reason}")
            }
        };
        let by = match &rule.approver {
            Some(approver) => format!("{}, approved by {approver}", rule.author),
            None => rule.author.clone(),
        };
        shown.add_row(vec![
            right(terminal, rule.rule.to_string()),
            cell(terminal, &rule.book, Tone::Plain),
            cell(terminal, &rule.customer, Tone::Strong),
            cell(terminal, &rule.entity, Tone::Plain),
            cell(terminal, rule.fields.join(", "), Tone::Plain),
            cell(terminal, &rule.expires_on, Tone::Plain),
            cell(terminal, state, Tone::Strong),
            cell(terminal, by, Tone::Plain),
            cell(terminal, &rule.reason, Tone::Plain),
        ]);
    }
    ui.line(shown.to_string())
}
