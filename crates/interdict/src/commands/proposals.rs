//! `proposals`: decisions about lists and policies that wait for a second person.

use std::process::ExitCode;

use interdict_desk::work::{Proposal, ProposalKind, ProposalState};
use serde::Serialize;
use serde_json::Value;

use crate::cli::{Cli, EndProposal, Proposals, ProposalsAction};
use crate::commands::book::screening;
use crate::commands::office::Office;
use crate::progress::Bars;
use crate::render::table::{Tone, cell, right, table};
use crate::system;
use crate::ui::Ui;

/// A proposal, as JSON.
#[derive(Serialize)]
struct ProposalView {
    proposal: i64,
    kind: ProposalKind,
    object: String,
    payload: Value,
    at: String,
    by: String,
    reason: String,
    state: ProposalState,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_reason: Option<String>,
}

#[derive(Serialize)]
struct ProposalsView {
    proposals: Vec<ProposalView>,
}

impl ProposalView {
    fn new(proposal: Proposal) -> ProposalView {
        let (ended_by, ended_at, ended_reason) = match proposal.ended {
            Some((by, at, reason)) => (Some(by), Some(at.to_string()), Some(reason)),
            None => (None, None, None),
        };
        ProposalView {
            proposal: proposal.id,
            kind: proposal.kind,
            object: proposal.object,
            payload: proposal.payload,
            at: proposal.at.to_string(),
            by: proposal.actor,
            reason: proposal.reason,
            state: proposal.state,
            ended_by,
            ended_at,
            ended_reason,
        }
    }
}

/// Runs `proposals`.
pub(crate) fn run(cli: &Cli, arguments: &Proposals, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    let office = Office::open(cli)?;
    let ended = match &arguments.action {
        None => {
            let all = office.wait(office.desk().store().proposals(!arguments.all))?;
            return tell(all, ui);
        }
        Some(ProposalsAction::Approve(end)) => approve(cli, &office, end, ui)?,
        Some(ProposalsAction::Refuse(end)) => {
            let by = office.actor(end.by.actor.as_deref())?;
            let desk = office.desk();
            office.wait(desk.refuse_proposal(&by, end.id, &end.by.reason, system::now()))?
        }
    };
    tell(vec![ended], ui)
}

fn approve(cli: &Cli, office: &Office, end: &EndProposal, ui: &mut Ui) -> anyhow::Result<Proposal> {
    let by = office.actor(end.by.actor.as_deref())?;
    let bars = Bars::new(ui.terminal.progress && !cli.quiet);
    let desk = office.desk();
    let approved = desk.approve_proposal(&by, end.id, &end.by.reason, system::now(), &bars);
    let approved = office.wait(approved)?;
    if approved.kind == ProposalKind::List {
        screening::after_change(cli, office, &by.name, true, ui)?;
    }
    Ok(approved)
}

fn tell(proposals: Vec<Proposal>, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    let proposals: Vec<ProposalView> = proposals.into_iter().map(ProposalView::new).collect();
    if ui.json {
        ui.document("proposals", &ProposalsView { proposals })?;
        return Ok(ExitCode::SUCCESS);
    }
    if proposals.is_empty() {
        ui.line("no proposal waits for anybody")?;
        return Ok(ExitCode::SUCCESS);
    }
    let terminal = ui.terminal;
    let mut shown = table(
        terminal,
        &["proposal", "what", "when", "by", "why", "state"],
    );
    for proposal in &proposals {
        let wish = proposal.payload.get("wish").and_then(Value::as_str);
        let what = match proposal.kind {
            ProposalKind::List => format!(
                "{} publication {}",
                wish.unwrap_or("decide about"),
                proposal.object
            ),
            ProposalKind::Policy => format!("policy of book {}", proposal.object),
        };
        let state = match &proposal.ended_by {
            Some(by) => format!("{} by {by}", proposal.state.as_str()),
            None => proposal.state.as_str().to_owned(),
        };
        shown.add_row(vec![
            right(terminal, proposal.proposal.to_string()),
            cell(terminal, what, Tone::Strong),
            cell(terminal, &proposal.at, Tone::Plain),
            cell(terminal, &proposal.by, Tone::Plain),
            cell(terminal, &proposal.reason, Tone::Plain),
            cell(terminal, state, Tone::Plain),
        ]);
    }
    ui.line(shown.to_string())?;
    Ok(ExitCode::SUCCESS)
}
