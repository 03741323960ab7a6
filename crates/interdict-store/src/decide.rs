//! What people decide about publications: accept, reject, go back. Each is recorded with who, when
//! and why, and each changes what answers, if at all, in the same transaction.

use interdict_model::DatasetName;
use jiff::Timestamp;
use serde_json::json;

use crate::audit::Entry;
use crate::error::StoreError;
use crate::import::Writer;
use crate::import::commit::{SwitchTo, current_of};
use crate::publication::{Publication, PublicationId, State};
use crate::sql::Session;
use crate::store::{Store, time_of};

/// What was decided about a publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// One that was held back may answer.
    Accept,
    /// One that was held back may not.
    Reject,
    /// One that answered once may no longer: a rollback went back behind it.
    Withdraw,
    /// A withdrawn one may answer again.
    Restore,
    /// Its content and files were removed.
    Prune,
}

impl Action {
    const ALL: [Action; 5] = [
        Action::Accept,
        Action::Reject,
        Action::Withdraw,
        Action::Restore,
        Action::Prune,
    ];

    /// The word in the database and in outputs.
    pub fn as_str(self) -> &'static str {
        match self {
            Action::Accept => "accept",
            Action::Reject => "reject",
            Action::Withdraw => "withdraw",
            Action::Restore => "restore",
            Action::Prune => "prune",
        }
    }
}

/// One decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// About which publication.
    pub publication: PublicationId,
    /// What.
    pub action: Action,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// Why.
    pub reason: String,
}

/// Who decides, when and why.
#[derive(Clone, Copy, Debug)]
pub struct Decider<'a> {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: &'a str,
    /// Why.
    pub reason: &'a str,
}

impl Decider<'_> {
    pub(crate) async fn write(
        &self,
        session: &mut Session,
        publication: PublicationId,
        action: Action,
    ) -> Result<(), StoreError> {
        session
            .execute(
                "recording a decision",
                "INSERT INTO decision (publication, at, actor, action, reason) \
                 VALUES ($1, $2, $3, $4, $5)",
                vec![
                    publication.0.into(),
                    self.at.as_microsecond().into(),
                    self.actor.into(),
                    action.as_str().into(),
                    self.reason.into(),
                ],
            )
            .await
            .map(drop)
    }

    /// A row of the audit chain about a publication.
    fn entry(&self, action: &'static str, publication: &Publication) -> Entry {
        Entry::new(action, format!("publication/{}", publication.id))
            .personal(json!({ "reason": self.reason }))
    }

    async fn switch(
        &self,
        session: &mut Session,
        publication: &Publication,
    ) -> Result<(), StoreError> {
        let switch = SwitchTo {
            dataset: &publication.dataset,
            publication: publication.id,
            at: self.at,
            actor: self.actor,
            reason: self.reason,
        };
        switch.write(session).await
    }
}

impl Store {
    /// Every decision about publications of a list, oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn decisions(&self, dataset: &DatasetName) -> Result<Vec<Decision>, StoreError> {
        let sql = "SELECT d.publication, d.action, d.at, d.actor, d.reason FROM decision d \
                   JOIN publication p ON p.id = d.publication WHERE p.dataset = $1 ORDER BY d.id";
        let cells = vec![dataset.as_str().into()];
        let rows = self.database.rows("reading decisions", sql, cells).await?;
        rows.iter()
            .map(|row| {
                let word = row.text(1)?;
                let action = Action::ALL.into_iter().find(|a| a.as_str() == word);
                Ok(Decision {
                    publication: PublicationId(row.int(0)?),
                    action: action.ok_or_else(|| {
                        StoreError::damaged("a decision", format!("action {word:?}"))
                    })?,
                    at: time_of(row.int(2)?)?,
                    actor: row.text(3)?,
                    reason: row.text(4)?,
                })
            })
            .collect()
    }

    /// The publications that a rollback to this one would withdraw: the accepted ones after it in
    /// order.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn behind(&self, target: &Publication) -> Result<Vec<Publication>, StoreError> {
        let mut all = self.publications(&target.dataset).await?;
        all.retain(|p| p.state.is_accepted() && p.order() > target.order());
        Ok(all)
    }
}

impl Writer {
    /// Goes back, or forward again, to a publication: it answers from now on, and what is after it
    /// in order is withdrawn, so that it answers no question about a day either.
    ///
    /// # Errors
    /// [`StoreError::NotAccepted`] for one that is quarantined, rejected or failed;
    /// [`StoreError::Pruned`]; [`StoreError::UnknownPublication`]; or when the database cannot be
    /// written.
    pub async fn roll_back(
        mut self,
        id: PublicationId,
        decider: Decider<'_>,
    ) -> Result<(), StoreError> {
        let publication = self.store.publication(id).await?;
        publication.returnable()?;
        let behind = self.store.behind(&publication).await?;
        let mut session = self.store.database.connect().await?;
        session.begin().await?;
        if publication.state == State::Withdrawn {
            set_withdrawn(&mut session, id, None).await?;
            decider.write(&mut session, id, Action::Restore).await?;
        }
        let withdrawn: Vec<i64> = behind.iter().map(|other| other.id.0).collect();
        for other in behind {
            set_withdrawn(&mut session, other.id, Some(decider.at)).await?;
            decider
                .write(&mut session, other.id, Action::Withdraw)
                .await?;
        }
        decider.switch(&mut session, &publication).await?;
        let entry = decider
            .entry("list-rolled-back", &publication)
            .facts(json!({ "dataset": publication.dataset.as_str(), "withdrawn": withdrawn }));
        self.audit(&mut session, decider.actor, decider.at, &[entry])
            .await?;
        self.finish(session).await
    }

    /// Lets a publication that was held back, rejected or withdrawn take its place in the order;
    /// it answers if it is not older than what answers now. Gives whether it does.
    ///
    /// # Errors
    /// [`StoreError::NotQuarantined`] for one that was accepted already;
    /// [`StoreError::Unreadable`]; [`StoreError::Pruned`]; [`StoreError::UnknownPublication`]; or
    /// when the database cannot be written.
    pub async fn accept(
        mut self,
        id: PublicationId,
        decider: Decider<'_>,
    ) -> Result<bool, StoreError> {
        let publication = self.store.publication(id).await?;
        publication.acceptable()?;
        let mut session = self.store.database.connect().await?;
        session.begin().await?;
        let action = if publication.state == State::Withdrawn {
            set_withdrawn(&mut session, id, None).await?;
            Action::Restore
        } else {
            session
                .execute(
                    "accepting a publication",
                    "UPDATE publication SET state = 'accepted', accepted_at = $1 WHERE id = $2",
                    vec![decider.at.as_microsecond().into(), id.0.into()],
                )
                .await?;
            Action::Accept
        };
        decider.write(&mut session, id, action).await?;
        let order = (publication.published.day.to_string(), id);
        let becomes = current_of(&mut session, &publication.dataset)
            .await?
            .is_none_or(|current| order >= current);
        if becomes {
            decider.switch(&mut session, &publication).await?;
        }
        let entry = decider
            .entry("list-accepted", &publication)
            .facts(json!({ "dataset": publication.dataset.as_str(), "answers": becomes }));
        self.audit(&mut session, decider.actor, decider.at, &[entry])
            .await?;
        self.finish(session).await?;
        Ok(becomes)
    }

    /// Decides against a quarantined publication. Why it was held back stays with it; why it was
    /// rejected is recorded beside.
    ///
    /// # Errors
    /// [`StoreError::NotQuarantined`]; [`StoreError::UnknownPublication`]; or when the database
    /// cannot be written.
    pub async fn reject(
        mut self,
        id: PublicationId,
        decider: Decider<'_>,
    ) -> Result<(), StoreError> {
        let publication = self.store.publication(id).await?;
        publication.rejectable()?;
        let mut session = self.store.database.connect().await?;
        session.begin().await?;
        session
            .execute(
                "rejecting a publication",
                "UPDATE publication SET state = 'rejected' WHERE id = $1",
                vec![id.0.into()],
            )
            .await?;
        decider.write(&mut session, id, Action::Reject).await?;
        let entry = decider
            .entry("list-rejected", &publication)
            .facts(json!({ "dataset": publication.dataset.as_str() }));
        self.audit(&mut session, decider.actor, decider.at, &[entry])
            .await?;
        self.finish(session).await
    }
}

async fn set_withdrawn(
    session: &mut Session,
    id: PublicationId,
    at: Option<Timestamp>,
) -> Result<(), StoreError> {
    session
        .execute(
            "withdrawing a publication",
            "UPDATE publication SET withdrawn_at = $1 WHERE id = $2",
            vec![at.map(Timestamp::as_microsecond).into(), id.0.into()],
        )
        .await
        .map(drop)
}

impl Publication {
    /// Whether its content is still there.
    ///
    /// # Errors
    /// [`StoreError::Pruned`], [`StoreError::Unreadable`].
    pub fn stored(&self) -> Result<(), StoreError> {
        if let Some(pruned_at) = self.pruned_at {
            return Err(StoreError::Pruned {
                dataset: self.dataset.clone(),
                number: self.id.0,
                day: self.published.day,
                pruned_at,
            });
        }
        if !self.readable {
            return Err(StoreError::Unreadable { number: self.id.0 });
        }
        Ok(())
    }

    /// Whether [`Writer::accept`] can accept it.
    ///
    /// # Errors
    /// As there.
    pub fn acceptable(&self) -> Result<(), StoreError> {
        if self.state.is_accepted() || self.state == State::Failed {
            return Err(self.undecided_only());
        }
        self.stored()
    }

    /// Whether [`Writer::roll_back`] can go to it.
    ///
    /// # Errors
    /// As there.
    pub fn returnable(&self) -> Result<(), StoreError> {
        if !self.state.is_accepted() && self.state != State::Withdrawn {
            return Err(StoreError::NotAccepted {
                number: self.id.0,
                state: self.state,
            });
        }
        self.stored()
    }

    /// Whether [`Writer::reject`] can reject it.
    ///
    /// # Errors
    /// As there.
    pub fn rejectable(&self) -> Result<(), StoreError> {
        if self.state == State::Quarantined {
            Ok(())
        } else {
            Err(self.undecided_only())
        }
    }

    fn undecided_only(&self) -> StoreError {
        StoreError::NotQuarantined {
            number: self.id.0,
            state: self.state,
        }
    }
}
