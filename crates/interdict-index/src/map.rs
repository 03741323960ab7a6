//! The bytes of a segment: mapped from a file, or held in memory.

use std::fs::File;
use std::ops::Deref;
use std::path::Path;

use crate::error::IndexError;

/// Read-only bytes.
pub(crate) enum Bytes {
    /// Mapped from a file.
    Mapped(memmap2::Mmap),
    /// Held in memory.
    Owned(Vec<u8>),
}

impl Bytes {
    /// Maps a file.
    ///
    /// # Errors
    /// When it cannot be opened or mapped.
    pub(crate) fn map(path: &Path) -> Result<Bytes, IndexError> {
        let io = |action| {
            move |source| IndexError::Io {
                path: path.to_owned(),
                action,
                source,
            }
        };
        let file = File::open(path).map_err(io("opened"))?;
        let length = file.metadata().map_err(io("measured"))?.len();
        if length == 0 {
            // A map of length nought is an error on some platforms.
            return Ok(Bytes::Owned(Vec::new()));
        }
        #[allow(unsafe_code)]
        // SAFETY: the map is read-only and private to this process. Segments are written as
        // temporary files, renamed into place and never modified afterwards, so the bytes do not
        // change below the map. Nothing read from it is trusted: every access above this module is
        // checked against the length of its section, and every bit pattern of the record types is
        // valid, so even a file changed by someone else gives wrong values at worst, which the
        // checksums of `verify` find.
        let map = unsafe { memmap2::Mmap::map(&file) }.map_err(io("mapped"))?;
        Ok(Bytes::Mapped(map))
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Bytes::Mapped(map) => map,
            Bytes::Owned(bytes) => bytes,
        }
    }
}
