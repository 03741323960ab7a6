//! Whether what the chain says of screenings and of alerts' events is still what is stored.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::verify::{ERASED, Fault};
use crate::error::StoreError;
use crate::pack;
use crate::store::Store;

const READING: &str = "comparing records with the audit chain";
/// Rows of the chain compared in one go.
const PORTION: u32 = 2_000;

/// SHA-256 of a record: a JSON list of its columns.
pub(crate) fn record_hash(columns: &Value) -> [u8; 32] {
    Sha256::digest(columns.to_string()).into()
}

impl Store {
    /// Compares every screening and every event of an alert that the chain speaks of with what is
    /// stored. Those that an erasure reached are left out.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn verify_records(&self) -> Result<Vec<Fault>, StoreError> {
        let reached = self.erased_through().await?;
        let mut faults = Vec::new();
        let mut after = reached;
        loop {
            let rows = self.audit_rows(after, PORTION).await?;
            let Some(last) = rows.last() else {
                return Ok(faults);
            };
            after = last.number;
            for row in &rows {
                let facts: Value = serde_json::from_str(&row.facts).unwrap_or_default();
                let Some(said) = facts.get("record").and_then(Value::as_str) else {
                    continue;
                };
                let event = facts.get("event").and_then(Value::as_i64);
                let number = row.object.split_once('/').map(|(_, number)| number);
                let number = number.and_then(|number| number.parse::<i64>().ok());
                if let (Some(said), Some(number)) =
                    (facts.get("events").and_then(Value::as_str), number)
                    && crate::hex(&self.events_record(number).await?) != said
                {
                    faults.push(Fault {
                        number: row.number,
                        what: format!("the alerts' events of {} are not those stored", row.object),
                    });
                }
                let stored = match (event, number) {
                    (Some(event), _) => self.event_record(event).await?,
                    (None, Some(screening)) => self.screening_record(screening).await?,
                    (None, None) => None,
                };
                let what = match stored {
                    Some(hash) if crate::hex(&hash) == said => continue,
                    Some(_) => format!("what it says of {} is not what is stored", row.object),
                    None => format!("what it says of {} is stored no more", row.object),
                };
                faults.push(Fault {
                    number: row.number,
                    what,
                });
            }
        }
    }

    /// The last row that an erasure may have reached; 0 for none.
    pub(super) async fn erased_through(&self) -> Result<i64, StoreError> {
        let sql = "SELECT facts FROM audit WHERE action = $1 ORDER BY number DESC LIMIT 1";
        let rows = self
            .database
            .rows(READING, sql, vec![ERASED.into()])
            .await?;
        let facts = rows.first().map_or(Ok(String::new()), |row| row.text(0))?;
        let facts: Value = serde_json::from_str(&facts).unwrap_or_default();
        Ok(facts.get("through").and_then(Value::as_i64).unwrap_or(0))
    }

    async fn screening_record(&self, id: i64) -> Result<Option<[u8; 32]>, StoreError> {
        let sql = "SELECT at, actor, book, basis, subjects, hits FROM screening WHERE id = $1";
        let rows = self.database.rows(READING, sql, vec![id.into()]).await?;
        let Some(row) = rows.first() else {
            return Ok(None);
        };
        let sql = "SELECT data FROM screened WHERE screening = $1 ORDER BY seq";
        let chunks = self.database.rows(READING, sql, vec![id.into()]).await?;
        let mut hashes = Vec::with_capacity(chunks.len());
        for chunk in &chunks {
            let raw = pack::decompress(&format!("screening {id}"), &chunk.blob(0)?)?;
            hashes.push(crate::hex(&Sha256::digest(raw)));
        }
        Ok(Some(record_hash(&json!([
            id,
            row.int(0)?,
            row.text(1)?,
            row.optional_text(2)?,
            row.text(3)?,
            row.int(4)?,
            row.int(5)?,
            hashes,
        ]))))
    }

    /// Over all events of a screening, in order.
    async fn events_record(&self, screening: i64) -> Result<[u8; 32], StoreError> {
        let sql = "SELECT id FROM alert_event WHERE screening = $1 ORDER BY id";
        let rows = self
            .database
            .rows(READING, sql, vec![screening.into()])
            .await?;
        let mut hasher = Sha256::new();
        for row in &rows {
            if let Some(hash) = self.event_record(row.int(0)?).await? {
                hasher.update(hash);
            }
        }
        Ok(hasher.finalize().into())
    }

    async fn event_record(&self, id: i64) -> Result<Option<[u8; 32]>, StoreError> {
        let sql = "SELECT alert, at, actor, what, disposition, reason, person, from_state, \
                   to_state, code FROM alert_event WHERE id = $1";
        let rows = self.database.rows(READING, sql, vec![id.into()]).await?;
        let Some(row) = rows.first() else {
            return Ok(None);
        };
        Ok(Some(record_hash(&json!([
            id,
            row.int(0)?,
            row.int(1)?,
            row.text(2)?,
            row.text(3)?,
            row.optional_text(4)?,
            row.text(5)?,
            row.optional_int(6)?,
            row.optional_text(7)?,
            row.optional_text(8)?,
            row.optional_text(9)?,
        ]))))
    }
}
