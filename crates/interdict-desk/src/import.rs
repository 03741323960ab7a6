//! Files of one publication in, a version that answers out.

mod files;

use std::sync::Arc;
use std::time::Instant;

use interdict_model::{DatasetName, Entity};
use interdict_sources::{RawFile, Report, SinkError, Source, registry};
use interdict_store::{
    DatasetInfo, DateSource, Facts, Moment, Publication, PublicationId, PublishedAt, SegmentInfo,
    State, StoreError, Writer,
};
use jiff::Timestamp;
use tokio::sync::mpsc;

use crate::error::DeskError;
use crate::progress::{Progress, Step};
use crate::segment::{self, Order};
use crate::{Desk, lists};

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
    /// Name of the list, where it is not to be the source's. Values keep the dataset that the
    /// source gives them.
    pub dataset: Option<DatasetName>,
    /// Day, or day and time, of publication; a date that the files state goes before it.
    pub published: Option<String>,
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
    /// Its index; `None` for an older publication than the one that answers, whose index is built
    /// when it is asked.
    pub segment: Option<SegmentInfo>,
    /// How long it took.
    pub seconds: Seconds,
}

/// Entities that go from the reading thread to the storing one together.
const BATCH: usize = 256;

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
        let received = files::receive(writer, request.files, progress).await?;
        seconds.receiving = start.elapsed().as_secs_f64();

        let start = Instant::now();
        let (writer, files, last_modified) = received;
        let refs: Vec<&dyn RawFile> = files.iter().map(|f| f as &dyn RawFile).collect();
        let (source, detected_by) = choose(request.source, request.format.as_deref(), &refs)?;
        let format = source.source().format();
        if let Some(known) = self
            .known(
                &writer,
                &source.source().reading(),
                request.dataset.as_ref(),
            )
            .await?
        {
            return self.known_outcome(known, detected_by, seconds).await;
        }
        let reading = source.source().reading();
        let read = Reading {
            source,
            files,
            dataset: request.dataset,
        };
        let (mut import, report) = read.run(writer, progress).await?;
        seconds.reading = start.elapsed().as_secs_f64();

        let start = Instant::now();
        let now = request.now.unwrap_or_else(Timestamp::now);
        let published = published(&report, given, last_modified, now);
        // What will not answer gets its index when it is asked.
        let segment = if self.would_answer(&report.dataset, &published).await? {
            Some(self.segment_of(&mut import, &report, progress).await?)
        } else {
            None
        };
        seconds.indexing = start.elapsed().as_secs_f64();

        let start = Instant::now();
        let facts = Facts {
            dataset: self.info(&report.dataset),
            format: reading,
            proven: format.proven,
            published,
            imported_at: now,
            quarantine: None,
            actor: request.actor,
            read: report.read.clone(),
            report: lists::report_json(&report),
            segment: segment.clone(),
        };
        let done = import.commit(facts).await?;
        seconds.committing = start.elapsed().as_secs_f64();
        tracing::info!(
            dataset = %done.publication.dataset,
            publication = done.publication.id.0,
            entities = done.publication.counts.entities(),
            new = done.new_revisions,
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
            segment,
            seconds,
        })
    }

    /// The publication that these files already are, if they were read the same way.
    async fn known(
        &self,
        writer: &Writer,
        format: &str,
        dataset: Option<&DatasetName>,
    ) -> Result<Option<Publication>, DeskError> {
        let hashes: Vec<[u8; 32]> = writer.received().iter().map(|f| f.sha256).collect();
        let found = self.store.publications_of(&hashes).await?;
        Ok(found.into_iter().rev().find(|p| {
            p.format == format
                && dataset.is_none_or(|dataset| *dataset == p.dataset)
                && p.state != State::Failed
        }))
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

/// The first that is known: the file's own date, the given one, that of the last change, now.
fn published(
    report: &Report,
    given: Option<PublishedAt>,
    last_modified: Option<Timestamp>,
    now: Timestamp,
) -> PublishedAt {
    report
        .stated_date
        .as_ref()
        .and_then(|stated| {
            let field = Some(stated.field.clone());
            PublishedAt::parse(&stated.value, DateSource::File, field)
        })
        .or(given)
        .or_else(|| last_modified.map(|time| PublishedAt::at(time, DateSource::LastModified)))
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

struct Reading {
    source: Chosen,
    files: Vec<files::Kept>,
    dataset: Option<DatasetName>,
}

impl Reading {
    /// Reads on a thread of its own and stores what comes.
    async fn run(
        self,
        writer: Writer,
        progress: &dyn Progress,
    ) -> Result<(interdict_store::Import, Report), DeskError> {
        let first = self.files.first().map_or("", |f| f.name()).to_owned();
        let format = self.source.source().format();
        progress.begin(Step::Reading, &first, None);
        let mut import = writer.begin().await?;
        let (sender, mut receiver) = mpsc::channel::<Vec<Entity>>(4);
        let renamed = self.dataset.clone();
        let reader = tokio::task::spawn_blocking(move || {
            let refs: Vec<&dyn RawFile> = self.files.iter().map(|f| f as &dyn RawFile).collect();
            let mut batch = Vec::with_capacity(BATCH);
            let report = self.source.source().read(&refs, &mut |entity| {
                batch.push(entity);
                if batch.len() == BATCH {
                    let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
                    sender.blocking_send(full).map_err(stopped)?;
                }
                Ok(())
            })?;
            sender.blocking_send(batch).map_err(stopped)?;
            Ok::<Report, interdict_sources::SourceError>(report)
        });
        let mut stored = 0u64;
        let mut failed = None;
        'batches: while let Some(batch) = receiver.recv().await {
            for entity in batch {
                if let Err(e) = import.put(entity).await {
                    failed = Some(e);
                    break 'batches;
                }
                stored += 1;
            }
            progress.at(Step::Reading, stored);
        }
        drop(receiver);
        let read = reader.await.map_err(|_| DeskError::Stopped {
            what: "reading the files",
        })?;
        if let Some(e) = failed {
            return Err(e.into());
        }
        let mut report = read?;
        if let Some(name) = renamed {
            report.dataset = name;
        }
        import.seal().await?;
        if import.counts().entities() == 0 {
            return Err(DeskError::Empty {
                file: first,
                format: format.title,
            });
        }
        progress.end(Step::Reading);
        Ok((import, report))
    }
}

/// The storing side has gone; its own error is the one to report.
fn stopped<T>(_: mpsc::error::SendError<T>) -> SinkError {
    SinkError("storing stopped".into())
}
