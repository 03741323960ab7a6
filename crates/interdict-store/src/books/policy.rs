//! The texts of policies that screenings were recorded under.

use jiff::Timestamp;

use crate::error::StoreError;
use crate::store::Store;

impl Store {
    /// The text of a policy by the hash of its meaning, if a screening was recorded under it.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn policy_text(&self, hash: &str) -> Result<Option<String>, StoreError> {
        let sql = "SELECT text FROM policy_text WHERE hash = $1";
        let rows = self
            .database
            .rows("reading a policy", sql, vec![hash.into()])
            .await?;
        rows.first().map(|row| row.text(0)).transpose()
    }

    /// Keeps the text of a policy; one that is kept stays.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn keep_policy(
        &self,
        hash: &str,
        text: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        if self.policy_text(hash).await?.is_some() {
            return Ok(());
        }
        let mut session = self.begin().await?;
        let sql = "INSERT INTO policy_text (hash, text, since_at) VALUES ($1, $2, $3) \
                   ON CONFLICT (hash) DO NOTHING";
        let cells = vec![hash.into(), text.into(), at.as_microsecond().into()];
        session.execute("keeping a policy", sql, cells).await?;
        self.end(session).await
    }
}
