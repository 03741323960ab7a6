//! Reading the chain.

use super::row::{AuditRow, Personal, head_hash};
use super::verify::{ChainHead, Verified, Verifier};
use crate::error::StoreError;
use crate::sql::Row;
use crate::store::{Store, hash_of};

const READING: &str = "reading the audit chain";
const ROWS: &str = "SELECT number, at, clock, person, account, api_key, via, authenticated, action, \
                    object, facts, personal, previous, hash FROM audit";
/// Rows read in one go.
const PORTION: u32 = 5_000;

fn row_of(row: &Row) -> Result<AuditRow, StoreError> {
    Ok(AuditRow {
        number: row.int(0)?,
        at: row.int(1)?,
        clock: row.int(2)?,
        person: row.optional_int(3)?,
        account: row.optional_int(4)?,
        key: row.optional_int(5)?,
        via: row.text(6)?,
        authenticated: match row.int(7)? {
            0 => false,
            1 => true,
            other => {
                let what = format!("authenticated is {other}");
                return Err(StoreError::damaged("a row of the audit chain", what));
            }
        },
        action: row.text(8)?,
        object: row.text(9)?,
        facts: row.text(10)?,
        personal: row.optional_blob(11)?.map(hash_of).transpose()?,
        previous: hash_of(row.blob(12)?)?,
        hash: hash_of(row.blob(13)?)?,
    })
}

fn personal_of(row: &Row) -> Result<Personal, StoreError> {
    Ok(Personal {
        number: row.int(0)?,
        salt: row.optional_blob(1)?,
        data: row.optional_text(2)?,
        erased_at: row.optional_int(3)?,
    })
}

impl Store {
    /// Rows of the chain after a number, in order.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn audit_rows(&self, after: i64, limit: u32) -> Result<Vec<AuditRow>, StoreError> {
        let sql = format!("{ROWS} WHERE number > $1 ORDER BY number LIMIT {limit}");
        let rows = self.database.rows(READING, sql, vec![after.into()]).await?;
        rows.iter().map(row_of).collect()
    }

    /// Rows of the chain about an object, such as `alert/12`, in order.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn audit_about(&self, object: &str) -> Result<Vec<AuditRow>, StoreError> {
        let sql = format!("{ROWS} WHERE object = $1 ORDER BY number");
        let rows = self
            .database
            .rows(READING, sql, vec![object.into()])
            .await?;
        rows.iter().map(row_of).collect()
    }

    /// What is personal in rows after a number and up to another, in order.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn audit_personal(&self, after: i64, to: i64) -> Result<Vec<Personal>, StoreError> {
        let sql = "SELECT number, salt, data, erased_at FROM audit_personal \
                   WHERE number > $1 AND number <= $2 ORDER BY number";
        let cells = vec![after.into(), to.into()];
        let rows = self.database.rows(READING, sql, cells).await?;
        rows.iter().map(personal_of).collect()
    }

    /// Number and hash of the last row, as the chain's head says.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn audit_head(&self) -> Result<ChainHead, StoreError> {
        let sql = "SELECT number, at, hash FROM audit_head WHERE id = 1";
        let rows = self.database.rows(READING, sql, Vec::new()).await?;
        let row = rows
            .first()
            .ok_or_else(|| StoreError::damaged("the audit chain", "its head is missing"))?;
        Ok(ChainHead {
            number: row.int(0)?,
            at: row.int(1)?,
            hash: head_hash(row)?,
        })
    }

    /// Checks the whole chain: every row, the personal data beside it, its head, and the states
    /// that checkpoints have sealed.
    ///
    /// # Errors
    /// When the database cannot be read. What is wrong with the chain is no error but in the
    /// answer.
    pub async fn verify_audit(&self, sealed: &[ChainHead]) -> Result<Verified, StoreError> {
        let mut verifier = Verifier::new(sealed);
        let mut after = i64::MIN;
        let mut looked_again = false;
        let head = loop {
            let sql = format!("{ROWS} WHERE number > $1 ORDER BY number LIMIT {PORTION}");
            let rows = self.database.rows(READING, sql, vec![after.into()]).await?;
            let Some(last) = rows.last() else {
                // Rows and head change together, so a head that is further on means rows that were
                // added meanwhile, or that are gone.
                let head = self.audit_head().await?;
                if head.number <= after || looked_again {
                    break head;
                }
                looked_again = true;
                continue;
            };
            looked_again = false;
            let last = last.int(0)?;
            let mut personal = self
                .audit_personal(after, last)
                .await?
                .into_iter()
                .peekable();
            for row in &rows {
                let number = row.int(0)?;
                let mut beside = Vec::new();
                while let Some(found) = personal.next_if(|p| p.number <= number) {
                    beside.push(found);
                }
                match row_of(row) {
                    Ok(row) => verifier.row(&row, &beside),
                    Err(e) => verifier.unreadable(number, &e.to_string()),
                }
            }
            after = last;
        };
        for left in self.audit_personal(after, i64::MAX).await? {
            verifier.stray(&left);
        }
        Ok(verifier.finish(Some(&head)))
    }
}
