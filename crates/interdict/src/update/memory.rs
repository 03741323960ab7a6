//! What each address last answered, kept beside the lists so that the next question can be a short
//! one. Losing it costs one download a list.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::update::fetch::{Before, Fetched};

/// What is known of files by publisher and name.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Memory {
    #[serde(default)]
    files: BTreeMap<String, Remembered>,
    /// Versions of feeds, by publisher.
    #[serde(default)]
    versions: BTreeMap<String, Version>,
    #[serde(skip)]
    path: PathBuf,
}

/// Which version of a feed a file is.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Version {
    /// The version.
    pub(crate) version: String,
    /// SHA-256 of the file, in hexadecimal digits.
    sha256: String,
}

impl Version {
    /// Whether it is that of the file with this hash.
    pub(crate) fn is_of(&self, sha256: &[u8; 32]) -> bool {
        self.sha256 == interdict_store::hex(sha256)
    }
}

/// A file as it last came whole.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Remembered {
    /// The address as far as it may be told.
    address: String,
    etag: Option<String>,
    last_modified: Option<String>,
    /// SHA-256 of its bytes, in hexadecimal digits.
    sha256: String,
    /// When it came whole.
    fetched_at: Timestamp,
}

impl Memory {
    /// Reads what a data folder remembers; a file that cannot be read is as good as none.
    pub(crate) fn of(folder: &Path) -> Memory {
        let path = folder.join("downloads.json");
        let read = std::fs::read(&path).ok();
        let mut memory: Memory = read
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default();
        memory.path = path;
        memory
    }

    /// Writes it down, beside its place first.
    ///
    /// # Errors
    /// When the data folder cannot be written.
    pub(crate) fn save(&self) -> std::io::Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        serde_json::to_writer_pretty(&mut file, self)?;
        file.flush()?;
        file.persist(&self.path)?;
        Ok(())
    }

    /// What was said of a file of a publisher.
    pub(crate) fn get(&self, publisher: &str, name: &str) -> Option<&Remembered> {
        self.files.get(&key(publisher, name))
    }

    /// The version that was held last of the feed of a publisher.
    pub(crate) fn version(&self, publisher: &str) -> Option<&Version> {
        self.versions.get(publisher)
    }

    /// Remembers of which version a file is.
    pub(crate) fn keep_version(&mut self, publisher: &str, version: String, sha256: &[u8; 32]) {
        let sha256 = interdict_store::hex(sha256);
        let version = Version { version, sha256 };
        self.versions.insert(publisher.to_owned(), version);
    }

    /// Remembers a file that came whole.
    pub(crate) fn keep(
        &mut self,
        publisher: &str,
        name: &str,
        address: &str,
        file: &Fetched,
        now: Timestamp,
    ) {
        let remembered = Remembered {
            address: address.to_owned(),
            etag: file.etag.clone(),
            last_modified: file.last_modified.clone(),
            sha256: interdict_store::hex(&file.sha256),
            fetched_at: now,
        };
        self.files.insert(key(publisher, name), remembered);
    }
}

fn key(publisher: &str, name: &str) -> String {
    format!("{publisher}/{name}")
}

impl Remembered {
    /// What to ask with, if a "not modified" may be believed: the address is the same, the file came
    /// whole at most `trust` ago, and it had an entity tag. A time of last change alone is not
    /// believed, since publishers keep it while they change the file.
    pub(crate) fn condition(
        &self,
        address: &str,
        now: Timestamp,
        trust: std::time::Duration,
    ) -> Option<Before> {
        let age = now.duration_since(self.fetched_at).unsigned_abs();
        let known = self.address == address && self.etag.is_some() && age <= trust;
        known.then(|| Before {
            etag: self.etag.clone(),
            last_modified: self.last_modified.clone(),
        })
    }

    /// The hash of the bytes it had.
    pub(crate) fn sha256(&self) -> Option<[u8; 32]> {
        let digit = |at: usize| {
            let digits = self.sha256.get(at * 2..at * 2 + 2)?;
            u8::from_str_radix(digits, 16).ok()
        };
        let bytes: Option<Vec<u8>> = (0..32).map(digit).collect();
        bytes?.try_into().ok()
    }

    /// The file as it was, at a place where it still lies.
    pub(crate) fn as_fetched(&self, path: PathBuf, size: u64) -> Option<Fetched> {
        Some(Fetched {
            path,
            sha256: self.sha256()?,
            size,
            etag: self.etag.clone(),
            last_modified: self.last_modified.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn only_a_young_answer_with_a_tag_is_believed() {
        let folder = tempfile::tempdir().unwrap();
        let mut memory = Memory::of(folder.path());
        let time: Timestamp = "2026-01-02T03:04:05Z".parse().unwrap();
        let mut file = Fetched {
            path: PathBuf::new(),
            sha256: [7; 32],
            size: 1,
            etag: Some("\"a\"".to_owned()),
            last_modified: Some("Sun, 06 Nov 1994 08:49:37 GMT".to_owned()),
        };
        memory.keep("list", "a.csv", "https://a.b/c", &file, time);
        file.etag = None;
        memory.keep("list", "b.csv", "https://a.b/c", &file, time);
        memory.save().unwrap();
        let memory = Memory::of(folder.path());
        let day = Duration::from_secs(86_400);
        let known = memory.get("list", "a.csv").unwrap();
        assert_eq!(known.sha256(), Some([7; 32]));
        assert!(known.condition("https://a.b/c", time, day).is_some());
        assert!(known.condition("https://a.b/d", time, day).is_none());
        assert!(
            known
                .condition("https://a.b/c", time + 2 * day, day)
                .is_none()
        );
        let untagged = memory.get("list", "b.csv").unwrap();
        assert!(untagged.condition("https://a.b/c", time, day).is_none());
    }
}
