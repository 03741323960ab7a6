//! Reading the files of a publication into the store.

use interdict_model::{DatasetName, Entity};
use interdict_sources::{RawFile, Report, SinkError};
use interdict_store::Writer;
use tokio::sync::mpsc;

use super::{Chosen, files};
use crate::error::DeskError;
use crate::guard::Amounts;
use crate::guard::measure;
use crate::progress::{Progress, Step};

/// Entities that go from the reading thread to the storing one together.
const BATCH: usize = 256;

/// A publication on its way in.
pub(super) struct Reading {
    pub(super) source: Chosen,
    pub(super) files: Vec<files::Kept>,
    /// Name of the list, where it is not the source's.
    pub(super) dataset: Option<DatasetName>,
}

/// A publication that was read to its end.
pub(super) struct Read {
    pub(super) import: interdict_store::Import,
    pub(super) report: Report,
    pub(super) amounts: Amounts,
}

/// A publication that could not be read; its files are still there.
pub(super) struct NotRead {
    pub(super) writer: Writer,
    pub(super) error: DeskError,
}

/// What came of reading; the outer error is of the data folder, not of the files.
type Outcome = Result<Result<Read, NotRead>, DeskError>;

impl Reading {
    /// Reads on a thread of its own and stores what comes.
    pub(super) async fn run(self, writer: Writer, progress: &dyn Progress) -> Outcome {
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
        let mut amounts = Amounts::new();
        let mut failed = None;
        'batches: while let Some(batch) = receiver.recv().await {
            for entity in batch {
                measure::add(&mut amounts, &entity);
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
        let sealed = match failed {
            Some(e) => Err(e),
            None if read.is_ok() => import.seal().await,
            None => Ok(()),
        };
        let error = match (sealed, read) {
            (Err(e), _) => DeskError::Store(e),
            (Ok(()), Err(e)) => DeskError::Source(e),
            (Ok(()), Ok(_)) if import.counts().entities() == 0 => DeskError::Empty {
                file: first,
                format: format.title,
            },
            (Ok(()), Ok(mut report)) => {
                if let Some(name) = renamed {
                    report.dataset = name;
                }
                progress.end(Step::Reading);
                return Ok(Ok(Read {
                    import,
                    report,
                    amounts,
                }));
            }
        };
        let writer = import.abandon().await?;
        Ok(Err(NotRead { writer, error }))
    }
}

/// The storing side has gone; its own error is the one to report.
fn stopped<T>(_: mpsc::error::SendError<T>) -> SinkError {
    SinkError("storing stopped".into())
}
