//! Which publication answers a question about a day, or about what was known at a time.

use interdict_model::DatasetName;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::error::StoreError;
use crate::publication::{Publication, PublicationId};
use crate::store::Store;

/// A point in time to answer from; the default is now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// The list as published on this day: its latest publication of that day or before; of two of
    /// one day, the one imported later.
    pub as_of: Option<Date>,
    /// The list as this system had it at this time.
    pub known_at: Option<Timestamp>,
}

impl Store {
    /// The publication of a list that answers for a moment.
    ///
    /// With both days given, the latest publication of that day or before among those that were
    /// accepted by that time.
    ///
    /// # Errors
    /// [`StoreError::UnknownDataset`]; [`StoreError::BeforeFirst`] when nothing was there yet;
    /// [`StoreError::Pruned`] when what would answer was removed.
    pub async fn select(
        &self,
        dataset: &DatasetName,
        moment: Moment,
    ) -> Result<Publication, StoreError> {
        let known_at = moment.known_at.map(Timestamp::as_microsecond);
        let found = match (moment.as_of, known_at) {
            (None, None) => self
                .load("WHERE c.dataset = $1", vec![dataset.as_str().into()])
                .await?
                .pop(),
            (None, Some(time)) => match self.switched_by(dataset, time).await? {
                Some(id) => Some(self.publication(id).await?),
                None => None,
            },
            (Some(day), time) => self
                .load(
                    // Withdrawn and restored again: the last decision by that time counts.
                    "WHERE p.dataset = $1 AND p.published_day <= $2 AND p.state = 'accepted' \
                     AND p.accepted_at <= $3 AND COALESCE((SELECT d.action FROM decision d \
                     WHERE d.publication = p.id AND d.at <= $3 AND d.action <> 'prune' \
                     ORDER BY d.id DESC LIMIT 1), 'accept') IN ('accept', 'restore') \
                     ORDER BY p.published_day DESC, p.id DESC LIMIT 1",
                    vec![
                        dataset.as_str().into(),
                        day.to_string().into(),
                        time.unwrap_or(i64::MAX).into(),
                    ],
                )
                .await?
                .pop(),
        };
        match found {
            Some(publication) => publication.stored().map(|()| publication),
            None => Err(self.nothing_for(dataset, moment).await?),
        }
    }

    async fn switched_by(
        &self,
        dataset: &DatasetName,
        time: i64,
    ) -> Result<Option<PublicationId>, StoreError> {
        let sql = "SELECT publication FROM switch WHERE dataset = $1 AND at <= $2 \
                   ORDER BY id DESC LIMIT 1";
        let cells = vec![dataset.as_str().into(), time.into()];
        let rows = self
            .database
            .rows("looking up a version", sql, cells)
            .await?;
        rows.first()
            .map(|row| row.int(0).map(PublicationId))
            .transpose()
    }

    async fn nothing_for(
        &self,
        dataset: &DatasetName,
        moment: Moment,
    ) -> Result<StoreError, StoreError> {
        let accepted: Vec<Publication> = self
            .publications(dataset)
            .await?
            .into_iter()
            .filter(|p| p.state.is_accepted())
            .collect();
        let (Some(first), Some(first_import)) = (
            accepted.first(),
            accepted.iter().filter_map(|p| p.accepted_at).min(),
        ) else {
            return Ok(StoreError::UnknownDataset {
                dataset: dataset.clone(),
            });
        };
        let asked = match (moment.as_of, moment.known_at) {
            (Some(day), None) => format!("{day}"),
            (Some(day), Some(time)) => format!("{day} as known at {time}"),
            (None, Some(time)) => format!("the time {time}"),
            (None, None) => "now".to_owned(),
        };
        Ok(StoreError::BeforeFirst {
            dataset: dataset.clone(),
            asked,
            first_day: first.published.day,
            first_import,
        })
    }
}
