//! Indexes of publications that do not answer now: built when they are asked and kept while there is
//! room; the least recently asked go first. That of a publication which was superseded just now stays
//! for a while: whoever chose it a moment ago is about to open it.

use std::fs::File;
use std::path::Path;
use std::time::SystemTime;

use interdict_store::{PublicationId, StoredSegment};

use crate::Desk;
use crate::error::DeskError;

/// Bytes that indexes of publications which do not answer now may take, unless said otherwise.
pub(crate) const HISTORIC_BYTES: u64 = 256 << 20;

impl Desk {
    /// The same desk, keeping at most so many bytes of indexes of publications that do not answer
    /// now. The one that was asked last stays, however large.
    #[must_use]
    pub fn keeping_indexes(mut self, bytes: u64) -> Desk {
        self.historic_bytes = bytes;
        self
    }

    /// Removes indexes that exceed the bound, and those of another release's format, apart from
    /// that of the publication which is asked now.
    pub(crate) async fn trim_indexes(&self, asked: PublicationId) -> Result<(), DeskError> {
        let format = self.segments.format();
        let all = self.store.segments().await?;
        let own = all
            .iter()
            .find(|s| s.publication == asked && !s.is_current && s.info.format == format);
        let mut left = self
            .historic_bytes
            .saturating_sub(own.map_or(0, |s| s.info.size));
        let (mut historic, mut going): (Vec<_>, Vec<_>) = all
            .into_iter()
            .filter(|s| s.publication != asked)
            .filter(|s| !s.is_current || s.info.format != format)
            .partition(|s| s.info.format == format);
        // Those of which another one is in use, in this release's format, are of no use.
        going.retain(|s| !s.is_current);
        historic.sort_by_key(|s| std::cmp::Reverse((self.last_asked(s), s.publication)));
        for segment in historic {
            match left.checked_sub(segment.info.size) {
                Some(rest) => left = rest,
                None => {
                    left = 0;
                    going.push(segment);
                }
            }
        }
        if going.is_empty() {
            return Ok(());
        }
        let writer = self.store.writer(self.wait).await?;
        Ok(writer.forget_segments(&going).await?)
    }

    /// When an index was last asked, by the time of its file.
    fn last_asked(&self, segment: &StoredSegment) -> Option<SystemTime> {
        let path = self.store.folder().segment_file(&segment.info.hash);
        path.metadata().ok()?.modified().ok()
    }
}

/// Notes that an index is asked now. Where the file's time cannot be set, it goes a little early.
pub(crate) fn note_asked(path: &Path) {
    let noted = File::options()
        .append(true)
        .open(path)
        .and_then(|file| file.set_modified(SystemTime::now()));
    if let Err(e) = noted {
        tracing::debug!("{}: its time cannot be set: {e}", path.display());
    }
}
