//! Erasing personal data once the policy's time is over.

use interdict_store::{Actor, Erased, Right, StoreError};
use jiff::tz::Offset;
use jiff::{Timestamp, ToSpan};

use crate::Desk;
use crate::error::DeskError;

impl Desk {
    /// Personal data older than this may be erased, by the policy of the house.
    ///
    /// # Errors
    /// When the time cannot be reckoned.
    pub fn kept_until(&self, at: Timestamp) -> Result<Timestamp, DeskError> {
        let years = i64::from(self.house().retention_years);
        let limit = Offset::UTC
            .to_datetime(at)
            .checked_sub(years.years())
            .and_then(|limit| Offset::UTC.to_timestamp(limit));
        limit.map_err(|e| {
            DeskError::Store(StoreError::Unfit {
                what: format!("{years} years before {at}: {e}"),
                expected: "a time within the calendar".to_owned(),
            })
        })
    }

    /// Erases personal data older than a time; as old as the policy allows where none is given.
    ///
    /// # Errors
    /// Without the right; for a time that the policy does not allow yet; or when the store cannot
    /// be written.
    pub async fn erase(
        &self,
        by: &Actor,
        before: Option<Timestamp>,
        at: Timestamp,
    ) -> Result<Erased, DeskError> {
        by.must(Right::Erase)?;
        let limit = self.kept_until(at)?;
        let before = before.unwrap_or(limit);
        if before > limit {
            return Err(StoreError::Unfit {
                what: format!("to erase what is older than {before}"),
                expected: format!(
                    "a time up to {limit}: the policy keeps personal data for {} years",
                    self.house().retention_years
                ),
            }
            .into());
        }
        Ok(self.store().erase_personal(by, before, at).await?)
    }
}
