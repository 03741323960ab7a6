//! What is stored of each list, for people and machines.

use std::path::PathBuf;

use interdict_model::{DatasetName, Place};
use interdict_sources::{Problem, Report};
use interdict_store::{DatasetInfo, Moment, Publication, PublicationId, SegmentInfo, State};
use jiff::civil::Date;

use crate::Desk;
use crate::error::DeskError;
use crate::progress::Progress;
use crate::segment::{self, Order};

/// One list and what answers for it.
#[derive(Clone, Debug, PartialEq)]
pub struct ListState {
    /// Name, title, publisher and licence class.
    pub dataset: DatasetInfo,
    /// What answers; `None` when nothing was accepted yet.
    pub current: Option<Publication>,
    /// The latest publication when it is not the one that answers: quarantined, rejected, or
    /// passed over by a person.
    pub latest: Option<Publication>,
    /// How many publications are stored.
    pub publications: usize,
    /// Days since the current publication was published; 0 for a date to come.
    pub age_days: Option<u32>,
    /// Days after which a publication is old, for lists of the catalogue.
    pub max_age_days: Option<u32>,
}

impl ListState {
    /// Whether the current publication is older than it should be.
    pub fn is_stale(&self) -> bool {
        matches!((self.age_days, self.max_age_days), (Some(age), Some(most)) if age > most)
    }

    /// What became of the latest publication.
    pub fn state(&self) -> State {
        match (&self.latest, &self.current) {
            (Some(latest), _) => latest.state,
            (None, Some(current)) => current.state,
            (None, None) => State::Failed,
        }
    }
}

impl Desk {
    /// Every list that was ever imported, by name.
    ///
    /// # Errors
    /// When stored data cannot be read.
    pub async fn lists(&self, today: Date) -> Result<Vec<ListState>, DeskError> {
        let mut lists = Vec::new();
        for dataset in self.store.datasets().await? {
            let mut all = self.store.publications(&dataset.name).await?;
            let publications = all.len();
            let place = all.iter().position(|p| p.state == State::Current);
            let is_last = place.is_some_and(|place| place + 1 == all.len());
            let latest = if is_last { None } else { all.last().cloned() };
            let current = place.map(|place| all.swap_remove(place));
            let age_days = current
                .as_ref()
                .map(|p| days_between(p.published.day, today));
            let max_age_days = self.catalog.get(&dataset.name).map(|d| d.max_age_days);
            lists.push(ListState {
                dataset,
                current,
                latest,
                publications,
                age_days,
                max_age_days,
            });
        }
        Ok(lists)
    }

    /// The publications of a list in their order, the latest last.
    ///
    /// # Errors
    /// When stored data cannot be read.
    pub async fn versions(&self, dataset: &DatasetName) -> Result<Vec<Publication>, DeskError> {
        Ok(self.store.publications(dataset).await?)
    }

    /// What answers for a moment, for each of these lists, or for all where none is named. A list
    /// that had nothing yet is an error when it was named, and left out otherwise.
    ///
    /// # Errors
    /// When a named list is unknown or had nothing yet, or stored data cannot be read.
    pub async fn select(
        &self,
        lists: &[DatasetName],
        moment: Moment,
    ) -> Result<Vec<Publication>, DeskError> {
        if lists.is_empty() && moment == Moment::default() {
            return Ok(self.store.current().await?);
        }
        let mut found = Vec::new();
        if lists.is_empty() {
            for dataset in self.store.datasets().await? {
                match self.store.select(&dataset.name, moment).await {
                    Ok(publication) => found.push(publication),
                    Err(
                        interdict_store::StoreError::BeforeFirst { .. }
                        | interdict_store::StoreError::UnknownDataset { .. },
                    ) => {}
                    Err(e) => return Err(e.into()),
                }
            }
        }
        for dataset in lists {
            found.push(self.store.select(dataset, moment).await?);
        }
        Ok(found)
    }

    /// The file with the index of a publication, built now if this release has none yet.
    ///
    /// # Errors
    /// When stored data cannot be read, or the index cannot be built.
    pub async fn segment_file(
        &self,
        publication: &Publication,
        progress: &dyn Progress,
    ) -> Result<PathBuf, DeskError> {
        let folder = self.store.folder();
        let format = self.segments.format();
        if let Some(segment) = self.store.segment(publication.id, format).await? {
            let path = folder.segment_file(&segment.hash);
            if path.exists() {
                return Ok(path);
            }
        }
        let segment = self.rebuild(publication, progress).await?;
        Ok(folder.segment_file(&segment.hash))
    }

    /// Builds the index of a stored publication, whatever there is already.
    ///
    /// # Errors
    /// When stored data cannot be read, or the index cannot be built.
    pub async fn rebuild(
        &self,
        publication: &Publication,
        progress: &dyn Progress,
    ) -> Result<SegmentInfo, DeskError> {
        let mut writer = self.store.writer(self.wait).await?;
        let id: PublicationId = publication.id;
        let order = Order {
            maker: self.segments.as_ref(),
            dataset: &publication.dataset,
            version: id.to_string(),
            path: self
                .store
                .folder()
                .segments()
                .join(format!("{id}.building")),
            total: publication.counts.entities(),
        };
        let building = order.path.clone();
        writer.track(building.clone())?;
        let segment = segment::build(order, self.store.entities(id), progress).await?;
        writer.adopt_segment(&building, &segment.hash)?;
        writer.record_segment(id, &segment).await?;
        Ok(segment)
    }
}

fn days_between(from: Date, to: Date) -> u32 {
    let days = from.until(to).map_or(0, |span| span.get_days());
    u32::try_from(days).unwrap_or(0)
}

/// A report as it is stored with its publication.
pub(crate) fn report_json(report: &Report) -> serde_json::Value {
    serde_json::json!({
        "dataset": report.dataset.as_str(),
        "format": report.format.id,
        "stated_date": report.stated_date.as_ref().map(|d| serde_json::json!({
            "value": d.value,
            "field": d.field,
        })),
        "stated_count": report.stated_count,
        "read": report.read,
        "entities": report.entities,
        "problem_counts": report.problem_counts,
        "problems": report.problems.iter().map(problem_json).collect::<Vec<_>>(),
    })
}

fn problem_json(problem: &Problem) -> serde_json::Value {
    let place = problem.place.map(|place| match place {
        Place::Line(line) => serde_json::json!({ "line": line }),
        Place::Byte(byte) => serde_json::json!({ "byte": byte }),
        Place::Row { sheet, row } => serde_json::json!({ "sheet": sheet, "row": row }),
    });
    serde_json::json!({
        "file": &*problem.file,
        "place": place,
        "kind": problem.kind,
        "field": problem.field,
        "value": problem.value,
        "note": problem.note,
    })
}
