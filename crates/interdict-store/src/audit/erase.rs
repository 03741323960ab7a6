//! Erasing personal data after its time. The chain stays; hashes and tombstones stay.

use jiff::Timestamp;
use serde_json::json;

use super::verify::ERASED;
use super::write::Entry;
use crate::accounts::Actor;
use crate::error::StoreError;
use crate::pack;
use crate::sql::Cell;
use crate::store::Store;

const ERASING: &str = "erasing personal data";

/// What was erased.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Erased {
    /// Rows of the chain whose personal data is gone.
    pub rows: u64,
    /// The last row that could be reached.
    pub through: i64,
    /// Former versions of customers.
    pub customers: u64,
    /// Closed alerts: what matched, and what was written about it.
    pub alerts: u64,
    /// Files attached to them.
    pub attachments: u64,
    /// Screenings of subjects in no book: whom they asked for.
    pub screenings: u64,
}

/// Alerts that nobody can need any more: closed, and nothing happened since.
const OLD_ALERTS: &str = "SELECT a.id FROM alert a WHERE a.state = 'closed' AND NOT EXISTS \
                          (SELECT 1 FROM alert_event e WHERE e.alert = a.id AND e.at >= $1)";

impl Store {
    /// Erases what is personal and older than a time: beside the chain, former versions of
    /// customers, closed alerts, questions that were asked outside books. Customers who are in a
    /// book, and alerts that are not closed, stay.
    ///
    /// # Errors
    /// When the database cannot be written. Then nothing has changed.
    pub async fn erase_personal(
        &self,
        by: &Actor,
        before: Timestamp,
        at: Timestamp,
    ) -> Result<Erased, StoreError> {
        let mut session = self.begin().await?;
        let limit = before.as_microsecond();
        let sql = "SELECT COALESCE(MAX(number), 0) FROM audit WHERE at < $1";
        let rows = session.rows(ERASING, sql, vec![limit.into()]).await?;
        let through = rows.first().map_or(Ok(0), |row| row.int(0))?;
        let sql = "SELECT at FROM audit_head WHERE id = 1";
        let rows = session.rows(ERASING, sql, Vec::new()).await?;
        let head = rows.first().map_or(Ok(i64::MIN), |row| row.int(0))?;
        // The time that the row about this erasure gets.
        let now = at.as_microsecond().max(head);
        let empty = pack::compress(b"")?;
        let nothing = pack::compress(b"{}")?;
        let one: Vec<Cell> = vec![limit.into()];
        let run = [
            (
                "UPDATE audit_personal SET salt = NULL, data = NULL, erased_at = $1 \
                 WHERE number <= $2 AND data IS NOT NULL"
                    .to_owned(),
                vec![now.into(), through.into()],
            ),
            (
                "UPDATE customer SET subject = $2 WHERE until IN \
                 (SELECT id FROM book_load WHERE at < $1) AND subject <> $2"
                    .to_owned(),
                vec![limit.into(), empty.into()],
            ),
            (
                format!(
                    "UPDATE attachment SET name = 'erased', data = $2, erased_at = $3 \
                     WHERE erased_at IS NULL AND alert IN ({OLD_ALERTS})"
                ),
                vec![limit.into(), Vec::new().into(), now.into()],
            ),
            (
                format!("UPDATE alert_event SET reason = 'erased' WHERE alert IN ({OLD_ALERTS})"),
                one.clone(),
            ),
            (
                format!("UPDATE alert SET hit = $2 WHERE hit <> $2 AND id IN ({OLD_ALERTS})"),
                vec![limit.into(), nothing.into()],
            ),
            (
                "DELETE FROM screened WHERE screening IN \
                 (SELECT id FROM screening WHERE book IS NULL AND at < $1)"
                    .to_owned(),
                one,
            ),
        ];
        let mut counts = Vec::with_capacity(run.len());
        for (sql, cells) in run {
            counts.push(session.execute(ERASING, sql, cells).await?);
        }
        let count = |at: usize| counts.get(at).copied().unwrap_or_default();
        let erased = Erased {
            rows: count(0),
            through,
            customers: count(1),
            attachments: count(2),
            alerts: count(4),
            screenings: count(5),
        };
        let entry = Entry::new(ERASED, "audit").facts(json!({
            "before": limit,
            "through": through,
            "rows": erased.rows,
            "customers": erased.customers,
            "alerts": erased.alerts,
            "attachments": erased.attachments,
            "screenings": erased.screenings,
        }));
        self.append(&mut session, by, at, &[entry]).await?;
        self.end(session).await?;
        Ok(erased)
    }
}
