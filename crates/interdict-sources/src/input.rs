//! Files as a source gets them: decompressed, bounded, and openable again.
//!
//! Whether a file is compressed is read from its first bytes, never from its name: publishers and
//! browsers rename files, and a `.zst` that is none is to be read as what it is.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::publication::RawFile;

/// First bytes of a zstd frame (RFC 8878, section 3.1.1).
const ZSTD_MAGIC: [u8; 4] = [0x28, 0xB5, 0x2F, 0xFD];

/// The most bytes a file may have after decompression. The largest list file known, the advanced
/// XML of the SDN list, has about 120 MB.
pub const MAX_FILE_BYTES: u64 = 8 << 30;

/// The most bytes one record (a CSV record, a JSON line, a piece of XML text) may have. The longest
/// known, statements of reasons and nested entities, stay below 1 MB.
pub const MAX_RECORD_BYTES: u64 = 16 << 20;

/// A file on disk.
#[derive(Clone, Debug)]
pub struct PathFile {
    path: PathBuf,
    name: String,
    max_bytes: u64,
}

impl PathFile {
    /// A file on disk, called by the last part of its path.
    pub fn new(path: impl Into<PathBuf>) -> PathFile {
        let path = path.into();
        let name = path.file_name().map_or_else(
            || path.to_string_lossy().into_owned(),
            |n| n.to_string_lossy().into_owned(),
        );
        PathFile {
            path,
            name,
            max_bytes: MAX_FILE_BYTES,
        }
    }

    /// The same file with another limit than [`MAX_FILE_BYTES`] on its decompressed size.
    #[must_use]
    pub fn with_max_bytes(mut self, max_bytes: u64) -> PathFile {
        self.max_bytes = max_bytes;
        self
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl RawFile for PathFile {
    fn name(&self) -> &str {
        &self.name
    }

    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        decompressed(File::open(&self.path)?, self.max_bytes)
    }
}

/// A file in memory.
#[derive(Clone, Debug)]
pub struct BytesFile {
    name: String,
    bytes: Arc<[u8]>,
    max_bytes: u64,
}

impl BytesFile {
    /// Bytes under a name.
    pub fn new(name: impl Into<String>, bytes: impl Into<Arc<[u8]>>) -> BytesFile {
        BytesFile {
            name: name.into(),
            bytes: bytes.into(),
            max_bytes: MAX_FILE_BYTES,
        }
    }

    /// The same file with another limit than [`MAX_FILE_BYTES`] on its decompressed size.
    #[must_use]
    pub fn with_max_bytes(mut self, max_bytes: u64) -> BytesFile {
        self.max_bytes = max_bytes;
        self
    }
}

impl RawFile for BytesFile {
    fn name(&self) -> &str {
        &self.name
    }

    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        decompressed(Cursor::new(Arc::clone(&self.bytes)), self.max_bytes)
    }
}

/// The content of a raw stream: decompressed if it is a zstd frame, and at most `max_bytes` long.
///
/// # Errors
/// When the start cannot be read or the decompressor cannot be set up.
pub fn decompressed<R: Read + Send + 'static>(
    mut raw: R,
    max_bytes: u64,
) -> io::Result<Box<dyn Read + Send>> {
    let mut start = [0u8; 4];
    let got = read_full(&mut raw, &mut start)?;
    let start = start[..got].to_vec();
    let compressed = start == ZSTD_MAGIC;
    let whole = BufReader::with_capacity(1 << 16, Cursor::new(start).chain(raw));
    if compressed {
        let decoder = zstd::stream::read::Decoder::with_buffer(whole)?;
        Ok(Box::new(SizeLimit::new(decoder, max_bytes)))
    } else {
        Ok(Box::new(SizeLimit::new(whole, max_bytes)))
    }
}

/// Reads until `buffer` is full or the stream ends; gives the number of bytes read.
///
/// # Errors
/// Whatever reading gives, except interruptions.
pub fn read_full(reader: &mut dyn Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match reader.read(rest) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// Fails once more than a number of bytes came through.
struct SizeLimit<R> {
    inner: R,
    max: u64,
    left: u64,
}

impl<R> SizeLimit<R> {
    fn new(inner: R, max: u64) -> SizeLimit<R> {
        SizeLimit {
            inner,
            max,
            left: max,
        }
    }
}

impl<R: Read> Read for SizeLimit<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        match self.left.checked_sub(n as u64) {
            Some(left) => {
                self.left = left;
                Ok(n)
            }
            None => Err(io::Error::new(
                io::ErrorKind::FileTooLarge,
                format!("more than {} bytes after decompression", self.max),
            )),
        }
    }
}

/// A reader that fails when a parser takes too much without finishing a record: the guard against
/// a 2 GB line or an unclosed quote, which would otherwise be gathered in memory.
///
/// The parser calls [`RecordMark::done`] after each record. Parsers read ahead by a buffer, so the
/// limit holds to within the size of that buffer.
#[derive(Debug)]
pub struct RecordGuard<R> {
    inner: R,
    since: Arc<AtomicU64>,
    total: u64,
    max: u64,
}

/// Tells a [`RecordGuard`] that a record is finished.
#[derive(Clone, Debug)]
pub struct RecordMark(Arc<AtomicU64>);

impl RecordMark {
    /// The parser has finished a record.
    pub fn done(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

impl<R: Read> RecordGuard<R> {
    /// A guard that lets through at most `max` bytes per record, usually [`MAX_RECORD_BYTES`].
    pub fn new(inner: R, max: u64) -> (RecordGuard<R>, RecordMark) {
        let since = Arc::new(AtomicU64::new(0));
        let mark = RecordMark(Arc::clone(&since));
        let guard = RecordGuard {
            inner,
            since,
            total: 0,
            max,
        };
        (guard, mark)
    }
}

impl<R: Read> Read for RecordGuard<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let taken = self.since.load(Ordering::Relaxed);
        if taken > self.max {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                format!(
                    "a record is longer than {} bytes (it starts before byte {})",
                    self.max,
                    self.total.saturating_sub(self.max)
                ),
            ));
        }
        let n = self.inner.read(buffer)?;
        self.total = self.total.saturating_add(n as u64);
        self.since
            .store(taken.saturating_add(n as u64), Ordering::Relaxed);
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(file: &dyn RawFile) -> io::Result<Vec<u8>> {
        let mut all = Vec::new();
        file.open()?.read_to_end(&mut all)?;
        Ok(all)
    }

    #[test]
    fn compression_is_seen_in_the_bytes_not_in_the_name() {
        let packed = zstd::encode_all(&b"ent_num"[..], 1).unwrap();
        for name in ["sdn.csv", "sdn.csv.zst"] {
            assert_eq!(
                content(&BytesFile::new(name, packed.clone())).unwrap(),
                b"ent_num"
            );
            assert_eq!(
                content(&BytesFile::new(name, *b"ent_num")).unwrap(),
                b"ent_num"
            );
        }
        assert_eq!(content(&BytesFile::new("x", *b"")).unwrap(), b"");
        assert_eq!(content(&BytesFile::new("x", *b"ab")).unwrap(), b"ab");
    }

    #[test]
    fn a_file_on_disk_reads_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("list.xml");
        std::fs::write(&path, zstd::encode_all(&b"<a/>"[..], 1).unwrap()).unwrap();
        let file = PathFile::new(&path);
        assert_eq!(file.name(), "list.xml");
        assert_eq!(content(&file).unwrap(), b"<a/>");
        assert_eq!(content(&file).unwrap(), b"<a/>", "opens more than once");
        assert!(PathFile::new(folder.path().join("absent")).open().is_err());
    }

    #[test]
    fn a_decompression_bomb_stops_at_the_limit() {
        let packed = zstd::encode_all(io::repeat(b' ').take(1 << 24), 1).unwrap();
        assert!(packed.len() < 1 << 14);
        let bomb = BytesFile::new("bomb.csv", packed).with_max_bytes(1 << 20);
        let error = content(&bomb).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
    }

    #[test]
    fn a_truncated_frame_is_an_error() {
        let mut packed = zstd::encode_all(io::repeat(b'x').take(100_000), 1).unwrap();
        packed.truncate(packed.len() / 2);
        assert!(content(&BytesFile::new("cut.csv", packed)).is_err());
    }

    #[test]
    fn the_record_guard_counts_from_the_last_record() {
        let (mut guard, mark) = RecordGuard::new(io::repeat(b'x').take(1 << 20), 1000);
        let mut buffer = [0u8; 600];
        for _ in 0..50 {
            guard.read_exact(&mut buffer).unwrap();
            mark.done();
        }
        guard.read_exact(&mut buffer).unwrap();
        guard.read_exact(&mut buffer).unwrap();
        assert!(guard.read(&mut buffer).is_err());
    }
}
