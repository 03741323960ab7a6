//! When each publisher was last looked at, and what came of it.

use std::collections::BTreeMap;

use interdict_model::DatasetName;
use jiff::Timestamp;

use crate::error::StoreError;
use crate::import::Writer;
use crate::store::{Store, dataset_of, time_of};

/// What a look at a publisher gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LookOutcome {
    /// Another publication than the last one.
    New,
    /// The last one again.
    Unchanged,
    /// Nothing that can be used.
    Failed,
}

impl LookOutcome {
    /// The word in the database and in outputs.
    pub fn as_str(self) -> &'static str {
        match self {
            LookOutcome::New => "new",
            LookOutcome::Unchanged => "unchanged",
            LookOutcome::Failed => "failed",
        }
    }
}

/// The last look at the publisher of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// When.
    pub at: Timestamp,
    /// What it gave.
    pub outcome: LookOutcome,
    /// In words; for a failure, why.
    pub note: String,
}

impl Store {
    /// The last look at each list that was ever looked for.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn looks(&self) -> Result<BTreeMap<DatasetName, Look>, StoreError> {
        let sql = "SELECT dataset, at, outcome, note FROM look";
        let rows = self.database.rows("reading looks", sql, Vec::new()).await?;
        rows.iter()
            .map(|row| {
                let word = row.text(2)?;
                let outcome = [
                    LookOutcome::New,
                    LookOutcome::Unchanged,
                    LookOutcome::Failed,
                ]
                .into_iter()
                .find(|outcome| outcome.as_str() == word)
                .ok_or_else(|| StoreError::damaged("a look", format!("outcome {word:?}")))?;
                let look = Look {
                    at: time_of(row.int(1)?)?,
                    outcome,
                    note: row.text(3)?,
                };
                Ok((dataset_of(&row.text(0)?)?, look))
            })
            .collect()
    }
}

impl Writer {
    /// Records a look at a publisher; it replaces the one before.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn record_look(
        mut self,
        dataset: &DatasetName,
        look: &Look,
    ) -> Result<(), StoreError> {
        let mut session = self.store.database.connect().await?;
        session.begin().await?;
        session
            .execute(
                "recording a look",
                "INSERT INTO look (dataset, at, outcome, note) VALUES ($1, $2, $3, $4) \
                 ON CONFLICT (dataset) DO UPDATE SET at = excluded.at, \
                 outcome = excluded.outcome, note = excluded.note",
                vec![
                    dataset.as_str().into(),
                    look.at.as_microsecond().into(),
                    look.outcome.as_str().into(),
                    look.note.as_str().into(),
                ],
            )
            .await?;
        self.finish(session).await
    }
}
