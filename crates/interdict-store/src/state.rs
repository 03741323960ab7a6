//! A number that moves when what answers moves, so that a server can look often and cheaply.

use crate::error::StoreError;
use crate::sql::Session;
use crate::store::Store;

impl Store {
    /// Moves whenever another process, on this node or another, changed what answers: a publication
    /// switched, clusters, the policy of a book. Equal numbers mean that nothing of it changed. One
    /// row is read.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn state_number(&self) -> Result<u64, StoreError> {
        let sql = "SELECT value FROM counter WHERE name = 'state'";
        let rows = self
            .database
            .rows("looking for changes", sql, Vec::new())
            .await?;
        rows.first()
            .map_or(Ok(0), |row| row.int(0).map(i64::unsigned_abs))
    }
}

/// Says, in the same transaction, that what answers has changed.
pub(crate) async fn moved(session: &mut Session) -> Result<(), StoreError> {
    session
        .execute(
            "noting a change",
            "INSERT INTO counter (name, value) VALUES ('state', 1) \
             ON CONFLICT (name) DO UPDATE SET value = counter.value + 1",
            Vec::new(),
        )
        .await
        .map(drop)
}
