//! Pins: publications that must stay because something refers to them, such as a recorded
//! screening.

use jiff::Timestamp;

use crate::error::StoreError;
use crate::import::Writer;
use crate::publication::PublicationId;
use crate::sql::Session;
use crate::store::{Store, time_of};

/// Who needs a publication to stay, and why. One owner pins a publication once; the pin holds until
/// that owner lets go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pin {
    /// The publication.
    pub publication: PublicationId,
    /// What refers to it, such as `run 12` or `alert 7`.
    pub owner: String,
    /// Why, for people.
    pub reason: String,
    /// Since when.
    pub at: Timestamp,
}

impl Pin {
    /// Writes the pin; an owner's earlier pin of the same publication is replaced.
    pub(crate) async fn write(&self, session: &mut Session) -> Result<(), StoreError> {
        session
            .execute(
                "pinning a publication",
                "INSERT INTO pin (publication, owner, reason, at) VALUES ($1, $2, $3, $4) \
                 ON CONFLICT (publication, owner) DO UPDATE SET reason = excluded.reason, \
                 at = excluded.at",
                vec![
                    self.publication.0.into(),
                    self.owner.as_str().into(),
                    self.reason.as_str().into(),
                    self.at.as_microsecond().into(),
                ],
            )
            .await
            .map(drop)
    }
}

impl Store {
    /// Every pin, by publication and owner.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn pins(&self) -> Result<Vec<Pin>, StoreError> {
        let sql = "SELECT publication, owner, reason, at FROM pin ORDER BY publication, owner";
        let rows = self.database.rows("reading pins", sql, Vec::new()).await?;
        rows.iter()
            .map(|row| {
                Ok(Pin {
                    publication: PublicationId(row.int(0)?),
                    owner: row.text(1)?,
                    reason: row.text(2)?,
                    at: time_of(row.int(3)?)?,
                })
            })
            .collect()
    }
}

impl Writer {
    /// Keeps publications from being pruned. All of it or nothing.
    ///
    /// # Errors
    /// [`StoreError::UnknownPublication`], [`StoreError::Pruned`], or when the database cannot be
    /// written.
    pub async fn pin(mut self, pins: &[Pin]) -> Result<(), StoreError> {
        for pin in pins {
            self.store.publication(pin.publication).await?.stored()?;
        }
        let mut session = self.store.database.connect().await?;
        session.begin().await?;
        for pin in pins {
            pin.write(&mut session).await?;
        }
        self.finish(session).await
    }

    /// Lets go of everything that an owner pinned. Gives how many pins there were.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn unpin(mut self, owner: &str) -> Result<u64, StoreError> {
        let mut session = self.store.database.connect().await?;
        session.begin().await?;
        let sql = "DELETE FROM pin WHERE owner = $1";
        let count = session
            .execute("letting go of pins", sql, vec![owner.into()])
            .await?;
        self.finish(session).await?;
        Ok(count)
    }
}
