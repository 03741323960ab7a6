//! What is stored of each list, for people and machines.

use std::path::PathBuf;

use interdict_model::{DatasetName, Place};
use interdict_sources::{Problem, Report};
use interdict_store::{
    DatasetInfo, Look, LookOutcome, Moment, Publication, PublicationId, SegmentInfo, State,
    StoreError,
};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::Desk;
use crate::cache;
use crate::error::DeskError;
use crate::guard::GuardReport;
use crate::progress::Progress;
use crate::segment::{self, Order};

/// How a list stands, in one word; the worst that is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// A publication waits for a decision.
    Quarantined,
    /// The last look at the publisher failed.
    Failed,
    /// Nothing of it was ever accepted.
    Empty,
    /// What answers is older than it should be.
    Stale,
    /// What answers was read in a format that was not run on a real and complete list.
    Unproven,
    /// None of these.
    Current,
}

impl Status {
    /// The word in outputs.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Quarantined => "quarantined",
            Status::Failed => "failed",
            Status::Empty => "empty",
            Status::Stale => "stale",
            Status::Unproven => "unproven",
            Status::Current => "current",
        }
    }
}

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
    /// Publications that wait for a decision.
    pub waiting: Vec<Publication>,
    /// How many publications are stored.
    pub publications: usize,
    /// Days since the current publication was published; 0 for a date to come.
    pub age_days: Option<u32>,
    /// Days after which a publication is old, for lists of the catalogue.
    pub max_age_days: Option<u32>,
    /// The last look at the publisher, if there was one.
    pub look: Option<Look>,
    /// When something of it was taken in last.
    pub imported_at: Option<Timestamp>,
}

impl ListState {
    /// Whether the current publication is older than it should be.
    pub fn is_stale(&self) -> bool {
        matches!((self.age_days, self.max_age_days), (Some(age), Some(most)) if age > most)
    }

    /// When its publisher was looked at last, by whatever way.
    pub fn checked_at(&self) -> Option<Timestamp> {
        self.look.as_ref().map(|look| look.at).max(self.imported_at)
    }

    /// How the list stands.
    pub fn status(&self) -> Status {
        // What was brought by hand after a failure makes up for it.
        let failed =
            |look: &Look| look.outcome == LookOutcome::Failed && Some(look.at) >= self.imported_at;
        match &self.current {
            _ if !self.waiting.is_empty() => Status::Quarantined,
            _ if self.look.as_ref().is_some_and(failed) => Status::Failed,
            None => Status::Empty,
            Some(_) if self.is_stale() => Status::Stale,
            Some(current) if !current.proven => Status::Unproven,
            Some(_) => Status::Current,
        }
    }
}

/// One list as it was at another time.
#[derive(Debug)]
pub struct ListAt {
    /// Name, title, publisher and licence class.
    pub dataset: DatasetInfo,
    /// What answered, or why nothing does.
    pub publication: Result<Publication, StoreError>,
}

impl Desk {
    /// Every list that was ever imported, by name.
    ///
    /// # Errors
    /// When stored data cannot be read.
    pub async fn lists(&self, today: Date) -> Result<Vec<ListState>, DeskError> {
        let mut looks = self.store.looks().await?;
        let mut lists = Vec::new();
        for dataset in self.store.datasets().await? {
            let mut all = self.store.publications(&dataset.name).await?;
            all.retain(|p| p.pruned_at.is_none());
            let publications = all.len();
            let waiting = all
                .iter()
                .filter(|p| p.state == State::Quarantined)
                .cloned()
                .collect();
            let imported_at = all.iter().map(|p| p.imported_at).max();
            let place = all.iter().position(|p| p.state == State::Current);
            let is_last = place.is_some_and(|place| place + 1 == all.len());
            let latest = if is_last { None } else { all.last().cloned() };
            let current = place.map(|place| all.swap_remove(place));
            let age_days = current
                .as_ref()
                .map(|p| days_between(p.published.day, today));
            let known = self.catalog.get(&dataset.name);
            lists.push(ListState {
                current,
                latest,
                waiting,
                publications,
                age_days,
                max_age_days: known.map(|d| d.max_age_days),
                look: looks.remove(&dataset.name),
                imported_at,
                dataset,
            });
        }
        Ok(lists)
    }

    /// What answered for each list at a moment.
    ///
    /// # Errors
    /// When stored data cannot be read.
    pub async fn lists_at(&self, moment: Moment) -> Result<Vec<ListAt>, DeskError> {
        let mut lists = Vec::new();
        for dataset in self.store.datasets().await? {
            let publication = match self.store.select(&dataset.name, moment).await {
                Err(e) if !is_an_answer(&e) => return Err(e.into()),
                other => other,
            };
            lists.push(ListAt {
                dataset,
                publication,
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

    /// What answers for a moment, for each of these lists, or for all where none is named; of all,
    /// those are left out of which nothing was ever accepted.
    ///
    /// # Errors
    /// When one of them is unknown, had nothing yet at that moment, or what answered was pruned: an
    /// answer from fewer lists than asked would look like a clear one. When stored data cannot be
    /// read.
    pub async fn select(
        &self,
        lists: &[DatasetName],
        moment: Moment,
    ) -> Result<Vec<Publication>, DeskError> {
        if lists.is_empty() && moment == Moment::default() {
            return Ok(self.store.current().await?);
        }
        let mut found = Vec::new();
        for dataset in lists {
            found.push(self.store.select(dataset, moment).await?);
        }
        if lists.is_empty() {
            for list in self.lists_at(moment).await? {
                match list.publication {
                    Ok(publication) => found.push(publication),
                    Err(StoreError::UnknownDataset { .. }) => {}
                    Err(source) => return Err(DeskError::NotThen { source }),
                }
            }
        }
        Ok(found)
    }

    /// The file with the index of a publication: fetched from the database when another node built
    /// it, built now if this release has none yet.
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
        if let Some(segment) = self.store.segment(publication.id, format).await?
            && let Some(path) = self.store.segment_path(&segment.hash).await?
        {
            if publication.state != State::Current {
                cache::note_asked(&path);
            }
            return Ok(path);
        }
        let segment = self.rebuild(publication, progress).await?;
        self.trim_indexes(publication.id).await?;
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

/// Whether an error of a selection says what was there, and is no failure.
fn is_an_answer(error: &StoreError) -> bool {
    matches!(
        error,
        StoreError::BeforeFirst { .. }
            | StoreError::UnknownDataset { .. }
            | StoreError::Pruned { .. }
    )
}

fn days_between(from: Date, to: Date) -> u32 {
    let days = from.until(to).map_or(0, |span| span.get_days());
    u32::try_from(days).unwrap_or(0)
}

/// A report as it is stored with its publication.
pub(crate) fn report_json(report: &Report, guard: &GuardReport) -> serde_json::Value {
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
        "orphans": report.orphans,
        "guard": guard,
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
