//! What waits for a second person: decisions about lists, and policies. Alerts and good-guy rules
//! keep their own proposals.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::customer::next_id;
use crate::accounts::{Actor, PersonId};
use crate::audit::Entry;
use crate::error::StoreError;
use crate::sql::{Cell, Row, placeholders};
use crate::store::{Store, time_of};

const READING: &str = "reading proposals";
const WRITING: &str = "writing a proposal";

/// What a proposal is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProposalKind {
    /// A decision about a publication.
    List,
    /// The policy of a book.
    Policy,
}

impl ProposalKind {
    /// The word in the database and in outputs.
    pub fn as_str(self) -> &'static str {
        match self {
            ProposalKind::List => "list",
            ProposalKind::Policy => "policy",
        }
    }
}

/// How a proposal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProposalState {
    /// It waits for another person.
    Open,
    /// Another person agreed.
    Approved,
    /// Another person disagreed, or who proposed took it back.
    Refused,
}

impl ProposalState {
    /// The word in the database and in outputs.
    pub fn as_str(self) -> &'static str {
        match self {
            ProposalState::Open => "open",
            ProposalState::Approved => "approved",
            ProposalState::Refused => "refused",
        }
    }
}

/// A proposal to be made.
#[derive(Clone, Debug)]
pub struct NewProposal {
    /// What it is about.
    pub kind: ProposalKind,
    /// The publication or the book.
    pub object: String,
    /// What is to be done; given back as it is.
    pub payload: Value,
    /// Why.
    pub reason: String,
}

/// A proposal as stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// Number.
    pub id: i64,
    /// What it is about.
    pub kind: ProposalKind,
    /// The publication or the book.
    pub object: String,
    /// What is to be done.
    pub payload: Value,
    /// When it was made.
    pub at: Timestamp,
    /// Who made it.
    pub actor: String,
    /// The natural person.
    pub person: Option<PersonId>,
    /// Why.
    pub reason: String,
    /// How it stands.
    pub state: ProposalState,
    /// Who ended it, when and why.
    pub ended: Option<(String, Timestamp, String)>,
}

const PROPOSALS: &str = "SELECT id, kind, object, payload, at, actor, person, reason, state, \
                         ended_at, ended_by, ended_reason FROM proposal";

fn proposal_of(row: &Row) -> Result<Proposal, StoreError> {
    let id = row.int(0)?;
    let wrong = |found: String| StoreError::damaged(format!("proposal {id}"), found);
    let kind = row.text(1)?;
    let state = row.text(8)?;
    let payload = row.text(3)?;
    let ended_at = row.optional_int(9)?.map(time_of).transpose()?;
    Ok(Proposal {
        id,
        kind: [ProposalKind::List, ProposalKind::Policy]
            .into_iter()
            .find(|k| k.as_str() == kind)
            .ok_or_else(|| wrong(kind))?,
        object: row.text(2)?,
        payload: serde_json::from_str(&payload).map_err(|e| wrong(e.to_string()))?,
        at: time_of(row.int(4)?)?,
        actor: row.text(5)?,
        person: row.optional_int(6)?.map(PersonId),
        reason: row.text(7)?,
        state: [
            ProposalState::Open,
            ProposalState::Approved,
            ProposalState::Refused,
        ]
        .into_iter()
        .find(|s| s.as_str() == state)
        .ok_or_else(|| wrong(state))?,
        ended: match (ended_at, row.optional_text(10)?, row.optional_text(11)?) {
            (Some(at), Some(by), Some(reason)) => Some((by, at, reason)),
            _ => None,
        },
    })
}

impl Store {
    /// Proposals, the oldest first: all, or those that wait for somebody.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn proposals(&self, only_open: bool) -> Result<Vec<Proposal>, StoreError> {
        let condition = if only_open {
            "WHERE state = 'open'"
        } else {
            ""
        };
        let sql = format!("{PROPOSALS} {condition} ORDER BY id");
        let rows = self.database.rows(READING, sql, Vec::new()).await?;
        rows.iter().map(proposal_of).collect()
    }

    /// One proposal.
    ///
    /// # Errors
    /// [`StoreError::UnknownProposal`], or when the database cannot be read.
    pub async fn proposal(&self, id: i64) -> Result<Proposal, StoreError> {
        let sql = format!("{PROPOSALS} WHERE id = $1");
        let rows = self.database.rows(READING, sql, vec![id.into()]).await?;
        rows.first()
            .map(proposal_of)
            .transpose()?
            .ok_or(StoreError::UnknownProposal { number: id })
    }

    /// Makes a proposal; gives its number.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn propose(
        &self,
        by: &Actor,
        new: &NewProposal,
        at: Timestamp,
    ) -> Result<i64, StoreError> {
        let mut session = self.begin().await?;
        let by = self.known(&mut session, by, at).await?;
        let id = next_id(&mut session, "proposal").await?;
        let payload = crate::audit::canonical(&new.payload);
        let cells: Vec<Cell> = vec![
            id.into(),
            new.kind.as_str().into(),
            new.object.as_str().into(),
            payload.as_str().into(),
            at.as_microsecond().into(),
            by.name.as_str().into(),
            by.person.map(|person| person.0).into(),
            new.reason.as_str().into(),
            ProposalState::Open.as_str().into(),
        ];
        let sql = format!(
            "INSERT INTO proposal (id, kind, object, payload, at, actor, person, reason, state) \
             VALUES {}",
            placeholders(1, cells.len())
        );
        session.execute(WRITING, sql, cells).await?;
        let entry = Entry::new("proposal-made", format!("proposal/{id}"))
            .facts(json!({
                "kind": new.kind.as_str(),
                "object": new.object,
                "payload": crate::hex(&crate::audit::record_hash(&json!(payload))),
            }))
            .personal(json!({ "reason": new.reason }));
        self.append(&mut session, &by, at, &[entry]).await?;
        self.end(session).await?;
        Ok(id)
    }

    /// Ends a proposal. To approve takes another natural person than made it; whoever made it may
    /// take it back.
    ///
    /// # Errors
    /// [`StoreError::UnknownProposal`]; [`StoreError::NotWaiting`] for one that has ended;
    /// [`StoreError::SamePerson`]; or when the database cannot be written.
    pub async fn end_proposal(
        &self,
        by: &Actor,
        id: i64,
        approve: bool,
        reason: &str,
        at: Timestamp,
    ) -> Result<Proposal, StoreError> {
        let proposal = self.proposal(id).await?;
        let mut session = self.begin().await?;
        let by = self.known(&mut session, by, at).await?;
        let another = match (proposal.person, by.person) {
            (Some(first), Some(second)) => first != second,
            _ => false,
        };
        if approve && !another {
            return Err(StoreError::SamePerson {
                what: format!("proposal {id}"),
            });
        }
        let state = match approve {
            true => ProposalState::Approved,
            false => ProposalState::Refused,
        };
        let sql = "UPDATE proposal SET state = $1, ended_at = $2, ended_by = $3, \
                   ended_reason = $4 WHERE id = $5 AND state = 'open'";
        let cells = vec![
            state.as_str().into(),
            at.as_microsecond().into(),
            by.name.as_str().into(),
            reason.into(),
            id.into(),
        ];
        if session.execute(WRITING, sql, cells).await? == 0 {
            return Err(StoreError::NotWaiting {
                what: format!("proposal {id}"),
            });
        }
        let entry = Entry::new("proposal-ended", format!("proposal/{id}"))
            .facts(json!({
                "state": state.as_str(),
                "proposer": proposal.person.map(|person| person.0),
            }))
            .personal(json!({ "reason": reason }));
        self.append(&mut session, &by, at, &[entry]).await?;
        self.end(session).await?;
        self.proposal(id).await
    }

    /// Opens a proposal again that was approved and could not be carried out.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn reopen_proposal(
        &self,
        by: &Actor,
        id: i64,
        why: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let mut session = self.begin().await?;
        let sql = "UPDATE proposal SET state = 'open', ended_at = NULL, ended_by = NULL, \
                   ended_reason = NULL WHERE id = $1 AND state = 'approved'";
        session.execute(WRITING, sql, vec![id.into()]).await?;
        let entry = Entry::new("proposal-reopened", format!("proposal/{id}"))
            .personal(json!({ "reason": why }));
        self.append(&mut session, by, at, &[entry]).await?;
        self.end(session).await
    }
}
