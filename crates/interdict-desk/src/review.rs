//! A person's decisions about publications: each is first a plan that says what it will change, and
//! is then carried out as planned or not at all.

use interdict_model::DatasetName;
use interdict_store::{Action, Decider, Publication, PublicationId, State};
use jiff::Timestamp;

use crate::Desk;
use crate::error::DeskError;
use crate::guard::measure;
use crate::guard::{EntryChanges, GuardReport};
use crate::import::guard_of;
use crate::progress::Progress;

/// What a person wants done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Let a publication that was held back answer.
    Accept,
    /// Decide against one that was held back.
    Reject,
    /// Go back to a publication, or forward to one again.
    RollBack,
}

impl Wish {
    /// The word in commands and outputs.
    pub fn as_str(self) -> &'static str {
        match self {
            Wish::Accept => "accept",
            Wish::Reject => "reject",
            Wish::RollBack => "rollback",
        }
    }
}

/// What a decision will change.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// What is wished.
    pub wish: Wish,
    /// The publication it is about.
    pub publication: Publication,
    /// What answers now.
    pub answers_now: Option<Publication>,
    /// What answers afterwards.
    pub answers_then: Option<Publication>,
    /// Entries of the one that answers afterwards against the one that answers now.
    pub entries: EntryChanges,
    /// Publications that will answer no question about a day any more.
    pub withdrawn: Vec<Publication>,
    /// Publications that will answer questions about days again, or for the first time.
    pub admitted: Option<PublicationId>,
}

impl Plan {
    /// Whether another publication answers afterwards.
    pub fn switches(&self) -> bool {
        let id = |p: &Option<Publication>| p.as_ref().map(|p| p.id);
        id(&self.answers_now) != id(&self.answers_then)
    }
}

/// A publication that was held back, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Review {
    /// The publication.
    pub publication: Publication,
    /// What the guard found; `None` for one imported before there was a guard.
    pub guard: Option<GuardReport>,
    /// What reading gave, as stored.
    pub report: serde_json::Value,
}

impl Desk {
    /// Publications that wait for a decision, by list and order.
    ///
    /// # Errors
    /// When stored data cannot be read.
    pub async fn waiting_for_review(&self) -> Result<Vec<Publication>, DeskError> {
        let mut waiting = Vec::new();
        for dataset in self.store.datasets().await? {
            let all = self.store.publications(&dataset.name).await?;
            waiting.extend(all.into_iter().filter(|p| p.state == State::Quarantined));
        }
        Ok(waiting)
    }

    /// What was found about a publication when it was imported.
    ///
    /// # Errors
    /// When it is unknown, or stored data cannot be read.
    pub async fn review(&self, id: PublicationId) -> Result<Review, DeskError> {
        let publication = self.store.publication(id).await?;
        let report = self.store.report(id).await?;
        Ok(Review {
            publication,
            guard: guard_of(&report),
            report,
        })
    }

    /// What a decision about a publication will change. Changes nothing.
    ///
    /// # Errors
    /// When the publication is unknown or not in a state for this decision, or stored data cannot
    /// be read.
    pub async fn plan(&self, wish: Wish, id: PublicationId) -> Result<Plan, DeskError> {
        let publication = self.store.publication(id).await?;
        let current = self.store.current().await?;
        let now = current
            .into_iter()
            .find(|p| p.dataset == publication.dataset);
        let mut plan = Plan {
            wish,
            answers_then: now.clone(),
            answers_now: now,
            publication,
            entries: EntryChanges::default(),
            withdrawn: Vec::new(),
            admitted: None,
        };
        let of = &plan.publication;
        match wish {
            Wish::Reject => of.rejectable()?,
            Wish::Accept => {
                of.acceptable()?;
                plan.admitted = Some(id);
                let older = |now: &Publication| of.order() < now.order();
                if !plan.answers_now.as_ref().is_some_and(older) {
                    plan.answers_then = Some(of.clone());
                }
            }
            Wish::RollBack => {
                of.returnable()?;
                plan.admitted = (of.state == State::Withdrawn).then_some(id);
                plan.withdrawn = self.store.behind(of).await?;
                plan.answers_then = Some(of.clone());
            }
        }
        if let (true, Some(now), Some(then)) =
            (plan.switches(), &plan.answers_now, &plan.answers_then)
        {
            let changes = self.store.changes(now.id, then.id).await?;
            let turnover = measure::turnover(changes).await?;
            plan.entries = EntryChanges {
                added: turnover.come,
                removed: turnover.gone,
                changed: turnover.altered,
            };
        }
        Ok(plan)
    }

    /// The publication of a list by its number.
    ///
    /// # Errors
    /// When it is of another list or unknown.
    pub async fn publication_of(
        &self,
        dataset: &DatasetName,
        id: PublicationId,
    ) -> Result<Publication, DeskError> {
        let publication = self.store.publication(id).await?;
        if publication.dataset == *dataset {
            return Ok(publication);
        }
        Err(DeskError::OtherList {
            number: id.0,
            dataset: publication.dataset,
            asked: dataset.clone(),
        })
    }

    /// Does what was planned. The index of what is to answer is built first.
    ///
    /// # Errors
    /// [`DeskError::Overtaken`] when something else answers by now than when it was planned; when
    /// the index cannot be built; when stored data cannot be read or written. Then nothing has
    /// changed.
    pub async fn carry_out(
        &self,
        plan: &Plan,
        actor: &str,
        reason: &str,
        now: Timestamp,
        progress: &dyn Progress,
    ) -> Result<(), DeskError> {
        if let Some(then) = plan.answers_then.as_ref().filter(|_| plan.switches()) {
            self.segment_file(then, progress).await?;
        }
        let writer = self.store.writer(self.wait).await?;
        let current = self.store.current().await?;
        let answers = current
            .iter()
            .find(|p| p.dataset == plan.publication.dataset)
            .map(|p| p.id);
        if answers != plan.answers_now.as_ref().map(|p| p.id) {
            return Err(DeskError::Overtaken {
                dataset: plan.publication.dataset.clone(),
            });
        }
        let decider = Decider {
            at: now,
            actor,
            reason,
        };
        let id = plan.publication.id;
        match plan.wish {
            Wish::Accept => {
                writer.accept(id, decider).await?;
            }
            Wish::Reject => writer.reject(id, decider).await?,
            Wish::RollBack => writer.roll_back(id, decider).await?,
        }
        Ok(())
    }

    /// Everything that changed what a list answers, or was decided about its publications, oldest
    /// first.
    ///
    /// # Errors
    /// When stored data cannot be read.
    pub async fn log(&self, dataset: &DatasetName) -> Result<Vec<Logged>, DeskError> {
        let switches = self.store.switches(dataset).await?;
        let mut logged: Vec<Logged> = switches
            .into_iter()
            .map(|switch| Logged {
                dataset: dataset.clone(),
                publication: switch.publication,
                event: "answers",
                at: switch.at,
                actor: switch.actor,
                reason: switch.reason,
            })
            .collect();
        for decision in self.store.decisions(dataset).await? {
            logged.push(Logged {
                dataset: dataset.clone(),
                publication: decision.publication,
                event: match decision.action {
                    Action::Accept => "accepted",
                    Action::Reject => "rejected",
                    Action::Withdraw => "withdrawn",
                    Action::Restore => "restored",
                    Action::Prune => "pruned",
                },
                at: decision.at,
                actor: decision.actor,
                reason: decision.reason,
            });
        }
        // Stable: what was decided comes before what followed from it only where times differ.
        logged.sort_by_key(|entry| (entry.at, entry.event == "answers"));
        Ok(logged)
    }
}

/// An entry of the log of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// The list.
    pub dataset: DatasetName,
    /// The publication.
    pub publication: PublicationId,
    /// `answers` for a switch to it, else what was decided about it: `accepted`, `rejected`,
    /// `withdrawn`, `restored`, `pruned`.
    pub event: &'static str,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// Why.
    pub reason: String,
}
