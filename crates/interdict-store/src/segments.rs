//! Index segments: which there are, and letting go of those that can be built again.

use crate::error::StoreError;
use crate::files;
use crate::import::Writer;
use crate::publication::{PublicationId, SegmentInfo};
use crate::sql::Cell;
use crate::store::Store;

/// A segment that is recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSegment {
    /// The publication it indexes.
    pub publication: PublicationId,
    /// Whether that publication answers now.
    pub is_current: bool,
    /// The segment.
    pub info: SegmentInfo,
}

impl Store {
    /// Every segment, by publication and format.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn segments(&self) -> Result<Vec<StoredSegment>, StoreError> {
        let sql = "SELECT s.publication, s.format, s.hash, s.size, c.publication FROM segment s \
                   LEFT JOIN current c ON c.publication = s.publication \
                   ORDER BY s.publication, s.format";
        let rows = self
            .database
            .rows("reading segments", sql, Vec::new())
            .await?;
        rows.iter()
            .map(|row| {
                let format = u32::try_from(row.int(1)?)
                    .map_err(|_| StoreError::damaged("a segment", "has an impossible format"))?;
                Ok(StoredSegment {
                    publication: PublicationId(row.int(0)?),
                    is_current: row.optional_int(4)?.is_some(),
                    info: SegmentInfo {
                        format,
                        hash: row.text(2)?,
                        size: row.int(3)?.unsigned_abs(),
                    },
                })
            })
            .collect()
    }
}

impl Writer {
    /// Removes segments; they are built again when they are asked.
    ///
    /// # Errors
    /// When the database or the folder cannot be written.
    pub async fn forget_segments(mut self, going: &[StoredSegment]) -> Result<(), StoreError> {
        if going.is_empty() {
            return Ok(());
        }
        let store = self.store.clone();
        store.folder.mark_unfinished()?;
        let mut session = store.database.connect().await?;
        session.begin().await?;
        for segment in going {
            let cells: Vec<Cell> = vec![
                segment.publication.0.into(),
                i64::from(segment.info.format).into(),
            ];
            session
                .execute(
                    "removing a segment",
                    "DELETE FROM segment WHERE publication = $1 AND format = $2",
                    cells,
                )
                .await?;
        }
        files::sweep(&mut session).await?;
        self.committing = true;
        session.commit().await?;
        session.close().await?;
        // Files that nothing refers to any more; should this be interrupted, the next opening of
        // the folder does it.
        store.clean().await
    }
}
