//! What people do with alerts, lists and policies, under the policy's four eyes.
//!
//! Which way leads from state to state is a table of the store ([`MOVES`]); here is decided whether
//! the policy wants a second person.

mod bulk;
mod proposals;

use std::collections::BTreeSet;

use interdict_store::{
    Actor, Alert, Attachment, Disposition, Move, NewAttachment, Step, StoreError, Verb,
};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::Desk;
use crate::error::DeskError;

pub use bulk::{BulkDone, BulkPreview, Likeness, LookAlikes};
pub use interdict_store::{
    AlertFilter, AlertState, Codes, MOVES, Proposal, ProposalKind, ProposalState, QueuePlace,
    SCREENING_MOVES, Whose, codes,
};
pub use proposals::Outcome;

/// What somebody does with alerts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Makes them theirs.
    Take,
    /// Gives them to somebody.
    Assign {
        /// Login of whoever gets them.
        to: String,
    },
    /// Puts them back into the queue.
    PutBack,
    /// Waits for information.
    Ask {
        /// By when it should be there.
        due: Option<Date>,
    },
    /// Goes on.
    Resume,
    /// Decides, or proposes where the policy of the book wants a second person.
    Decide {
        /// True match or false positive.
        disposition: Disposition,
    },
    /// Agrees with what another person proposed.
    Approve,
    /// Disagrees with it.
    Return,
    /// Takes their own proposal back.
    Withdraw,
    /// Hands them on to whoever decides the hard ones.
    Escalate,
    /// Opens again what was decided.
    Reopen,
    /// Writes something about them.
    Comment,
}

/// What somebody does with alerts, and why.
#[derive(Clone, Debug)]
pub struct Act {
    /// Numbers of the alerts: all of them or none.
    pub alerts: Vec<i64>,
    /// What.
    pub deed: Deed,
    /// The reason as a code, where the table wants one.
    pub code: Option<String>,
    /// The reason in words, where the table wants one.
    pub text: String,
    /// The last event that the person saw; with another since, nothing is done.
    pub seen: Option<i64>,
}

impl Desk {
    /// Does something with alerts.
    ///
    /// # Errors
    /// As [`interdict_store::Store::work`]; when a login is unknown or disabled; or when the store
    /// cannot be read or written. Then nothing is done.
    pub async fn act(&self, by: &Actor, act: Act, at: Timestamp) -> Result<Vec<Alert>, DeskError> {
        let store = self.store();
        let mut step = Step::new(Verb::Comment, act.code.as_deref(), &act.text);
        step.seen = act.seen;
        step.verb = match &act.deed {
            Deed::Take => Verb::Take,
            Deed::Assign { to } => {
                let account = store.account(to).await?;
                if !account.active {
                    return Err(StoreError::DisabledAccount {
                        login: account.login,
                    }
                    .into());
                }
                step.to = Some(account.person);
                // Whoever makes an open alert theirs needs no right to assign.
                let mut verb = Verb::Take;
                for id in &act.alerts {
                    let open = store.alert(*id).await?.state == AlertState::Open;
                    if !open || by.person != Some(account.person) {
                        verb = Verb::Assign;
                    }
                }
                verb
            }
            Deed::PutBack => Verb::PutBack,
            Deed::Ask { due } => {
                step.due = *due;
                Verb::Ask
            }
            Deed::Resume => Verb::Resume,
            Deed::Decide { disposition } => {
                step.disposition = Some(*disposition);
                match self.wants_two(&act.alerts, *disposition).await? {
                    true => Verb::Propose,
                    false => Verb::Decide,
                }
            }
            Deed::Approve => Verb::Approve,
            Deed::Return => Verb::Return,
            Deed::Withdraw => Verb::Withdraw,
            Deed::Escalate => Verb::Escalate,
            Deed::Reopen => Verb::Reopen,
            Deed::Comment => Verb::Comment,
        };
        Ok(store.work(by, &act.alerts, &step, at).await?)
    }

    /// Whether the policy of one of the alerts' books wants a second person for a decision.
    async fn wants_two(&self, alerts: &[i64], disposition: Disposition) -> Result<bool, DeskError> {
        let mut books = BTreeSet::new();
        for id in alerts {
            books.insert(self.store().alert(*id).await?.book);
        }
        for book in books {
            let four_eyes = self.policy_of(&book).await?.four_eyes;
            let wants = match disposition {
                Disposition::TrueMatch => four_eyes.true_match,
                Disposition::FalsePositive => four_eyes.false_positive,
                Disposition::NeedInformation => false,
            };
            if wants {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The ways that are open to somebody for an alert; of `decide` and `propose` both are named,
    /// [`Deed::Decide`] takes the one that the policy wants.
    pub fn moves_for(&self, by: &Actor, alert: &Alert) -> Vec<&'static Move> {
        Move::open_to(by, alert)
    }

    /// Attaches a file to an alert.
    ///
    /// # Errors
    /// Without the right; for a name, type or size that cannot be; or when the store cannot be
    /// written.
    pub async fn attach(
        &self,
        by: &Actor,
        alert: i64,
        file: &NewAttachment,
        at: Timestamp,
    ) -> Result<Attachment, DeskError> {
        Ok(self.store().attach(by, alert, file, at).await?)
    }

    /// Another person approves a good-guy rule.
    ///
    /// # Errors
    /// Without the right; when the author approves; when it waits for nobody; or when the store
    /// cannot be written.
    pub async fn approve_rule(
        &self,
        by: &Actor,
        rule: i64,
        at: Timestamp,
    ) -> Result<(), DeskError> {
        by.must(interdict_store::Right::ApproveRules)?;
        let desk = self.acting_as(by);
        let writer = desk.store().writer(self.wait()).await?;
        Ok(writer.approve_rule(rule, &by.name, at).await?)
    }

    /// Ends a good-guy rule.
    ///
    /// # Errors
    /// Without the right; when there is no such rule; or when the store cannot be written.
    pub async fn end_rule(
        &self,
        by: &Actor,
        rule: i64,
        reason: &str,
        at: Timestamp,
    ) -> Result<(), DeskError> {
        by.must(interdict_store::Right::MakeRules)?;
        self.store().rule(rule).await?;
        let desk = self.acting_as(by);
        let writer = desk.store().writer(self.wait()).await?;
        let ended = [(rule, reason.to_owned())];
        Ok(writer.end_rules(&ended, &by.name, at).await?)
    }
}
