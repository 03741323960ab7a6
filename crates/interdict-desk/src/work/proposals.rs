//! Decisions about lists and policies that wait for a second person.

use interdict_screening::Policy;
use interdict_store::{
    Actor, NewProposal, Proposal, ProposalKind, ProposalState, PublicationId, Right, StoreError,
};
use jiff::Timestamp;
use serde_json::json;

use crate::error::DeskError;
use crate::progress::Progress;
use crate::{Desk, Plan, Wish};

/// What became of something that may take two persons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is done.
    Done,
    /// It waits for another person: the number of the proposal.
    Waits(i64),
}

/// The right that carrying a proposal out takes; the same as making it.
fn right(kind: ProposalKind) -> Right {
    match kind {
        ProposalKind::List => Right::AcceptLists,
        ProposalKind::Policy => Right::SetPolicies,
    }
}

fn needs_reason(reason: &str) -> Result<(), DeskError> {
    if reason.trim().is_empty() {
        return Err(StoreError::Unfit {
            what: "a decision without a reason".to_owned(),
            expected: "a text that says why".to_owned(),
        }
        .into());
    }
    Ok(())
}

impl Desk {
    /// Carries out a plan about a publication, or proposes it where the house's policy wants two
    /// persons.
    ///
    /// # Errors
    /// Without the right or a reason; as [`Desk::carry_out`].
    pub async fn decide_list(
        &self,
        by: &Actor,
        plan: &Plan,
        reason: &str,
        at: Timestamp,
        progress: &dyn Progress,
    ) -> Result<Outcome, DeskError> {
        by.must(Right::AcceptLists)?;
        needs_reason(reason)?;
        if !self.house().four_eyes.lists {
            let desk = self.acting_as(by);
            desk.carry_out(plan, &by.name, reason, at, progress).await?;
            return Ok(Outcome::Done);
        }
        let new = NewProposal {
            kind: ProposalKind::List,
            object: plan.publication.id.to_string(),
            payload: json!({
                "wish": plan.wish.as_str(),
                "publication": plan.publication.id.0,
                "answers_now": plan.answers_now.as_ref().map(|p| p.id.0),
            }),
            reason: reason.to_owned(),
        };
        Ok(Outcome::Waits(self.store().propose(by, &new, at).await?))
    }

    /// Sets the policy of a book, or proposes it where the house's policy wants two persons.
    ///
    /// # Errors
    /// Without the right or a reason; when the policy is none, or there is no such book; or when
    /// the store cannot be written.
    pub async fn set_policy(
        &self,
        by: &Actor,
        book: &str,
        policy: Option<&str>,
        reason: &str,
        at: Timestamp,
    ) -> Result<Outcome, DeskError> {
        by.must(Right::SetPolicies)?;
        needs_reason(reason)?;
        self.store().book(book).await?;
        if let Some(text) = policy {
            Policy::parse(text, &format!("for book {book:?}"))?;
        }
        if !self.house().four_eyes.policies {
            self.set_book_policy(book, policy, by, at).await?;
            return Ok(Outcome::Done);
        }
        let new = NewProposal {
            kind: ProposalKind::Policy,
            object: book.to_owned(),
            payload: json!({ "policy": policy }),
            reason: reason.to_owned(),
        };
        Ok(Outcome::Waits(self.store().propose(by, &new, at).await?))
    }

    /// Another person agrees with a proposal, and it is carried out.
    ///
    /// # Errors
    /// Without the right; [`StoreError::SamePerson`]; when it has ended; or when it cannot be
    /// carried out any more. Then it stays as it is.
    pub async fn approve_proposal(
        &self,
        by: &Actor,
        id: i64,
        reason: &str,
        at: Timestamp,
        progress: &dyn Progress,
    ) -> Result<Proposal, DeskError> {
        let proposal = self.store().proposal(id).await?;
        by.must(right(proposal.kind))?;
        if proposal.state != ProposalState::Open {
            let what = format!("proposal {id}");
            return Err(StoreError::NotWaiting { what }.into());
        }
        let ended = self.store().end_proposal(by, id, true, reason, at).await?;
        let done = self.carry_out_proposal(by, &proposal, at, progress).await;
        if let Err(e) = done {
            self.store()
                .reopen_proposal(by, id, &e.to_string(), at)
                .await?;
            return Err(e);
        }
        Ok(ended)
    }

    async fn carry_out_proposal(
        &self,
        by: &Actor,
        proposal: &Proposal,
        at: Timestamp,
        progress: &dyn Progress,
    ) -> Result<(), DeskError> {
        let damaged = || StoreError::Damaged {
            what: format!("proposal {}", proposal.id),
            found: proposal.payload.to_string(),
        };
        let reason = format!("{} (proposal {})", proposal.reason, proposal.id);
        match proposal.kind {
            ProposalKind::Policy => {
                let policy = proposal.payload.get("policy").ok_or_else(damaged)?;
                let policy = policy.as_str();
                self.set_book_policy(&proposal.object, policy, by, at).await
            }
            ProposalKind::List => {
                let text = |member: &str| proposal.payload.get(member);
                let wish = [Wish::Accept, Wish::Reject, Wish::RollBack]
                    .into_iter()
                    .find(|wish| text("wish").and_then(|w| w.as_str()) == Some(wish.as_str()))
                    .ok_or_else(damaged)?;
                let number = text("publication").and_then(|n| n.as_i64());
                let plan = self
                    .plan(wish, PublicationId(number.ok_or_else(damaged)?))
                    .await?;
                let answered = text("answers_now").and_then(|n| n.as_i64());
                if plan.answers_now.as_ref().map(|p| p.id.0) != answered {
                    return Err(DeskError::Overtaken {
                        dataset: plan.publication.dataset,
                    });
                }
                let desk = self.acting_as(by);
                desk.carry_out(&plan, &by.name, &reason, at, progress).await
            }
        }
    }

    /// Somebody disagrees with a proposal, or takes their own back.
    ///
    /// # Errors
    /// Without the right; when it has ended; or when the store cannot be written.
    pub async fn refuse_proposal(
        &self,
        by: &Actor,
        id: i64,
        reason: &str,
        at: Timestamp,
    ) -> Result<Proposal, DeskError> {
        let proposal = self.store().proposal(id).await?;
        by.must(right(proposal.kind))?;
        needs_reason(reason)?;
        Ok(self.store().end_proposal(by, id, false, reason, at).await?)
    }
}
