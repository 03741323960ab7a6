//! Index segments as the desk sees them: something that takes entities and becomes a file.

use std::io;
use std::path::Path;

use interdict_model::{DatasetName, Entity};
use interdict_store::{EntityReader, SegmentInfo, StoreError};
use tokio::sync::mpsc;

use crate::error::DeskError;
use crate::progress::{Progress, Step};

/// Any error of a segment maker.
pub type SegmentError = Box<dyn std::error::Error + Send + Sync>;

/// Makes segments of one format.
pub trait SegmentMaker: Send + Sync {
    /// The format; segments of another are built again.
    fn format(&self) -> u32;

    /// Starts a segment for a version of a list.
    fn start(&self, dataset: &DatasetName, version: &str) -> Box<dyn SegmentWriter>;
}

/// A segment that is being made.
pub trait SegmentWriter: Send {
    /// Adds an entity.
    ///
    /// # Errors
    /// When the entity cannot be part of a segment.
    fn push(&mut self, entity: &Entity) -> Result<(), SegmentError>;

    /// Writes and verifies the file, and gives its hash and its size in bytes.
    ///
    /// # Errors
    /// When it cannot be written, or does not read back as written.
    fn write(self: Box<Self>, path: &Path) -> Result<(String, u64), SegmentError>;
}

/// What to build a segment for.
pub(crate) struct Order<'a> {
    pub(crate) maker: &'a dyn SegmentMaker,
    pub(crate) dataset: &'a DatasetName,
    pub(crate) version: String,
    /// The file while it is written.
    pub(crate) path: std::path::PathBuf,
    pub(crate) total: u64,
}

/// Whether an error, or what caused it, is that no space is left.
fn is_full(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        let kind = error.downcast_ref::<io::Error>().map(io::Error::kind);
        if matches!(
            kind,
            Some(
                io::ErrorKind::StorageFull
                    | io::ErrorKind::QuotaExceeded
                    | io::ErrorKind::FileTooLarge
            )
        ) {
            return true;
        }
        next = error.source();
    }
    false
}

/// Builds a segment on a thread of its own while the store is read.
pub(crate) async fn build(
    order: Order<'_>,
    mut reader: EntityReader<'_>,
    progress: &dyn Progress,
) -> Result<SegmentInfo, DeskError> {
    let mut writer = order.maker.start(order.dataset, &order.version);
    let folder = order.path.clone();
    let failed = |source: SegmentError| {
        if is_full(source.as_ref()) {
            return DeskError::Store(StoreError::DiskFull {
                path: folder,
                doing: "writing the index",
            });
        }
        DeskError::Segment {
            dataset: order.dataset.to_string(),
            source,
        }
    };
    progress.begin(Step::Indexing, order.dataset.as_str(), Some(order.total));
    let (sender, mut receiver) = mpsc::channel::<Vec<Entity>>(2);
    let path = order.path.clone();
    let builder = tokio::task::spawn_blocking(move || {
        while let Some(part) = receiver.blocking_recv() {
            for entity in &part {
                writer.push(entity)?;
            }
        }
        writer.write(&path)
    });
    let mut done = 0u64;
    loop {
        let part = match reader.next().await {
            Ok(Some(part)) => part,
            Ok(None) => break,
            Err(e) => {
                drop(sender);
                // The builder must be gone before its file can be.
                let _ = builder.await;
                return Err(e.into());
            }
        };
        let count = part.len() as u64;
        if sender.send(part).await.is_err() {
            break;
        }
        done += count;
        progress.at(Step::Indexing, done);
    }
    drop(sender);
    let (hash, size) = builder
        .await
        .map_err(|_| DeskError::Stopped {
            what: "building the index",
        })?
        .map_err(failed)?;
    progress.end(Step::Indexing);
    Ok(SegmentInfo {
        format: order.maker.format(),
        hash,
        size,
    })
}
