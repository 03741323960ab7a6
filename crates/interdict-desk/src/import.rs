//! Files of one publication in, a version that answers out.

mod check;
mod files;
mod reading;

use std::sync::Arc;
use std::time::Instant;

use interdict_model::DatasetName;
use interdict_sources::{RawFile, Report, Source, registry};
use interdict_store::{
    DatasetInfo, DateSource, Facts, Moment, Publication, PublicationId, PublishedAt, SegmentInfo,
    State, StoreError, Writer,
};
use jiff::Timestamp;

use crate::error::DeskError;
use crate::guard::GuardReport;
use crate::progress::Progress;
use crate::segment::{self, Order};
use crate::{Desk, lists};

use reading::{NotRead, Read, Reading};

pub(crate) use check::guard_of;
pub use files::Input;

/// What to import, and what is to be said of it.
#[derive(Default)]
pub struct Import {
    /// The files of one publication.
    pub files: Vec<Input>,
    /// A source of one's own, such as a CSV with a column map; else one is found by `format` or by
    /// the files.
    pub source: Option<Arc<dyn Source>>,
    /// Id of the format, where detection is not to decide.
    pub format: Option<String>,
    /// Name of the list, where it is not to be the source's. Values keep the dataset that the files
    /// give them; where those do not say, they are of this list.
    pub dataset: Option<DatasetName>,
    /// Day, or day and time, of publication; a date that the files state goes before it.
    pub published: Option<String>,
    /// Lets it answer whatever the guard finds, and says why, for the record.
    pub accept: Option<String>,
    /// Who imports, for the record.
    pub actor: String,
    /// Set by tests; else now.
    pub now: Option<Timestamp>,
}

/// How long an import took, by part.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Seconds {
    /// Copying the files in.
    pub receiving: f64,
    /// Reading records and storing entities.
    pub reading: f64,
    /// Comparing it with the version before.
    pub checking: f64,
    /// Building the index.
    pub indexing: f64,
    /// The switch.
    pub committing: f64,
}

/// What an import did.
#[derive(Clone, Debug)]
pub struct ImportOutcome {
    /// The publication, as stored.
    pub publication: Publication,
    /// Whether the very same files were stored already, so that nothing was done.
    pub known_before: bool,
    /// Whether it answers from now on; for one known before, whether it answers.
    pub is_current: bool,
    /// What answered before.
    pub previous: Option<PublicationId>,
    /// Entities as no earlier publication had them.
    pub new_revisions: u64,
    /// By what the format was seen; `None` when it was given.
    pub detected_by: Option<String>,
    /// What reading gave beside entities; `None` for one known before.
    pub report: Option<Report>,
    /// What the guard found; `None` for one known before.
    pub guard: Option<GuardReport>,
    /// Its index; `None` for an older publication than the one that answers, whose index is built
    /// when it is asked.
    pub segment: Option<SegmentInfo>,
    /// How long it took.
    pub seconds: Seconds,
}

/// A source of the registry, or of the caller.
enum Chosen {
    Shipped(&'static dyn Source),
    Given(Arc<dyn Source>),
}

impl Chosen {
    fn source(&self) -> &dyn Source {
        match self {
            Chosen::Shipped(source) => *source,
            Chosen::Given(source) => source.as_ref(),
        }
    }
}

impl Desk {
    /// Imports the files of one publication: keeps their bytes, reads them, stores the entities,
    /// builds the index, and then makes all of it current in one switch.
    ///
    /// Until the switch nothing is changed for anybody; when something fails, nothing is changed
    /// at all. The very same files a second time change nothing and are said to be known.
    ///
    /// What the guard holds back is stored as quarantined, and so are files that cannot be read
    /// where they are to follow a version of a list that is stored: by the list's name, or by the
    /// names of the files. Neither is an error, and neither answers.
    ///
    /// # Errors
    /// When a file cannot be read, is of no known format, is damaged or holds nothing; when the
    /// disk is full; when another process keeps writing.
    pub async fn import(
        &self,
        request: Import,
        progress: &dyn Progress,
    ) -> Result<ImportOutcome, DeskError> {
        let given = given_date(request.published.as_deref())?;
        if request.files.is_empty() {
            return Err(DeskError::NoFiles);
        }
        let mut seconds = Seconds::default();
        let start = Instant::now();
        let writer = self.store.writer(self.wait).await?;
        let received =
            files::receive(writer, request.files, request.dataset.clone(), progress).await?;
        seconds.receiving = start.elapsed().as_secs_f64();

        let start = Instant::now();
        let (writer, files, last_modified) = received;
        let now = request.now.unwrap_or_else(Timestamp::now);
        let about = About {
            dataset: request.dataset,
            format: request.format,
            given: given.or_else(|| {
                last_modified.map(|time| PublishedAt::at(time, DateSource::LastModified))
            }),
            accept: request.accept,
            actor: request.actor,
            now,
        };
        let refs: Vec<&dyn RawFile> = files.iter().map(|f| f as &dyn RawFile).collect();
        let (source, detected_by) = match choose(request.source, about.format.as_deref(), &refs) {
            Ok(chosen) => chosen,
            Err(error) => return self.hold(NotRead { writer, error }, about, seconds).await,
        };
        let format = source.source().format();
        let read_as = source.source().reading();
        if let Some(known) = self.known(&writer, &read_as, &about).await? {
            return self.known_outcome(known, detected_by, seconds).await;
        }
        let reading = Reading {
            source,
            files,
            dataset: about.dataset.clone(),
        };
        let Read {
            mut import,
            report,
            amounts,
        } = match reading.run(writer, progress).await? {
            Ok(read) => read,
            Err(not_read) => return self.hold(not_read, about, seconds).await,
        };
        seconds.reading = start.elapsed().as_secs_f64();

        let start = Instant::now();
        let published = published(&report, about.given, now);
        let guard = self
            .look(&mut import, &report, &amounts, &published, now)
            .await?;
        let held = guard.reason();
        let accepted_because = about.accept.filter(|_| held.is_some());
        let quarantine = held.filter(|_| accepted_because.is_none());
        // What will not answer gets its index when it is asked.
        let answers =
            quarantine.is_none() && self.would_answer(&report.dataset, &published).await?;
        seconds.checking = start.elapsed().as_secs_f64();

        let start = Instant::now();
        let segment = if answers {
            Some(self.segment_of(&mut import, &report, progress).await?)
        } else {
            None
        };
        seconds.indexing = start.elapsed().as_secs_f64();

        let start = Instant::now();
        let facts = Facts {
            dataset: self.info(&report.dataset),
            format: read_as,
            proven: format.proven,
            published,
            imported_at: now,
            quarantine,
            accepted_because,
            actor: about.actor,
            read: report.read.clone(),
            report: lists::report_json(&report, &guard),
            segment: segment.clone(),
        };
        let done = import.commit(facts).await?;
        seconds.committing = start.elapsed().as_secs_f64();
        // The publication is in; what it supersedes may wait for the next time.
        if let Err(e) = self.trim_indexes(done.publication.id).await {
            tracing::warn!("old indexes stay: {e}");
        }
        tracing::info!(
            dataset = %done.publication.dataset,
            publication = done.publication.id.0,
            entities = done.publication.counts.entities(),
            new = done.new_revisions,
            state = %done.publication.state,
            "imported"
        );
        Ok(ImportOutcome {
            publication: done.publication,
            known_before: false,
            is_current: done.became_current,
            previous: done.previous,
            new_revisions: done.new_revisions,
            detected_by,
            report: Some(report),
            guard: Some(guard),
            segment,
            seconds,
        })
    }

    /// The publication that these files already are, if they were read the same way.
    async fn known(
        &self,
        writer: &Writer,
        format: &str,
        about: &About,
    ) -> Result<Option<Publication>, DeskError> {
        let found = self.publications_of(writer).await?;
        Ok(found.into_iter().rev().find(|p| {
            p.format == format
                && about.dataset.as_ref().is_none_or(|name| *name == p.dataset)
                && p.readable
                && !about.publishes_again(p)
        }))
    }

    /// Publications made of the files that were received, those that were pruned apart.
    async fn publications_of(&self, writer: &Writer) -> Result<Vec<Publication>, DeskError> {
        let hashes: Vec<[u8; 32]> = writer.received().iter().map(|f| f.sha256).collect();
        let mut found = self.store.publications_of(&hashes).await?;
        found.retain(|p| p.pruned_at.is_none());
        Ok(found)
    }

    async fn known_outcome(
        &self,
        publication: Publication,
        detected_by: Option<String>,
        seconds: Seconds,
    ) -> Result<ImportOutcome, DeskError> {
        let format = self.segments.format();
        Ok(ImportOutcome {
            is_current: publication.state == State::Current,
            segment: self.store.segment(publication.id, format).await?,
            publication,
            known_before: true,
            previous: None,
            new_revisions: 0,
            detected_by,
            report: None,
            guard: None,
            seconds,
        })
    }

    /// Whether a publication of this day would answer in place of the one that does.
    async fn would_answer(
        &self,
        dataset: &DatasetName,
        published: &PublishedAt,
    ) -> Result<bool, DeskError> {
        match self.store.select(dataset, Moment::default()).await {
            Ok(current) => Ok(published.day >= current.published.day),
            Err(StoreError::UnknownDataset { .. } | StoreError::BeforeFirst { .. }) => Ok(true),
            Err(e) => Err(e.into()),
        }
    }

    async fn segment_of(
        &self,
        import: &mut interdict_store::Import,
        report: &Report,
        progress: &dyn Progress,
    ) -> Result<SegmentInfo, DeskError> {
        import.seal().await?;
        let folder = self.store.folder().clone();
        let order = Order {
            maker: self.segments.as_ref(),
            dataset: &report.dataset,
            version: import.publication().to_string(),
            path: folder
                .segments()
                .join(format!("{}.building", import.publication())),
            total: import.counts().entities(),
        };
        let building = order.path.clone();
        import.track(building.clone());
        let segment = segment::build(order, import.entities().await?, progress).await?;
        import.adopt_segment(&building, &segment.hash)?;
        Ok(segment)
    }

    fn info(&self, name: &DatasetName) -> DatasetInfo {
        match self.catalog.get(name) {
            Some(known) => DatasetInfo {
                name: name.clone(),
                title: known.title.clone(),
                publisher: Some(known.publisher.clone()),
                licence: Some(known.licence.as_str().to_owned()),
            },
            None => DatasetInfo {
                name: name.clone(),
                title: name.to_string(),
                publisher: None,
                licence: None,
            },
        }
    }
}

fn given_date(given: Option<&str>) -> Result<Option<PublishedAt>, DeskError> {
    given
        .map(|given| {
            PublishedAt::parse(given, DateSource::Option, None).ok_or_else(|| DeskError::BadDate {
                given: given.to_owned(),
            })
        })
        .transpose()
}

/// What is known of a publication before it is read.
struct About {
    dataset: Option<DatasetName>,
    format: Option<String>,
    /// The date that was given, else that of the last change.
    given: Option<PublishedAt>,
    accept: Option<String>,
    actor: String,
    now: Timestamp,
}

impl About {
    /// Whether an older publication is published again, with a later date of its own: a publisher
    /// that goes back to it. Files that state their date cannot be told from their first
    /// publication.
    fn publishes_again(&self, known: &Publication) -> bool {
        known.state == State::Superseded
            && known.published.by != DateSource::File
            && self
                .given
                .as_ref()
                .is_some_and(|given| given.day > known.published.day)
    }
}

/// The first that is known: the file's own date, the given one or that of the last change, now.
fn published(report: &Report, given: Option<PublishedAt>, now: Timestamp) -> PublishedAt {
    report
        .stated_date
        .as_ref()
        .and_then(|stated| {
            let field = Some(stated.field.clone());
            PublishedAt::parse(&stated.value, DateSource::File, field)
        })
        .or(given)
        .unwrap_or_else(|| PublishedAt::at(now, DateSource::Import))
}

fn choose(
    source: Option<Arc<dyn Source>>,
    format: Option<&str>,
    files: &[&dyn RawFile],
) -> Result<(Chosen, Option<String>), DeskError> {
    if let Some(source) = source {
        return Ok((Chosen::Given(source), None));
    }
    match format {
        Some(id) => {
            let source = registry::by_format(id).ok_or_else(|| DeskError::UnknownFormat {
                given: id.to_owned(),
                known: registry::all().iter().map(|s| s.format().id).collect(),
            })?;
            Ok((Chosen::Shipped(source), None))
        }
        None => {
            let detected = interdict_sources::detect(files)?;
            Ok((Chosen::Shipped(detected.source), Some(detected.by)))
        }
    }
}
