//! What a run was: enough to check it, and to repeat it to the same bytes.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::error::{BatchError, Context as _};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Version of run records.
pub(crate) const RECORD_VERSION: u32 = 1;

/// Everything that decides the bytes of a result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Version of Interdict.
    pub engine: String,
    /// SHA-256 of the customer file.
    pub file_sha256: String,
    /// The profile it was read by, as TOML.
    pub profile: String,
    /// The policy, as TOML.
    pub policy: String,
    /// Hash of the policy's meaning.
    pub policy_hash: String,
    /// Lists, by dataset.
    pub lists: Vec<ListUsed>,
    /// Form of the output.
    pub format: String,
    /// Parties without a hit have a line too.
    pub all_rows: bool,
}

/// A version of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListUsed {
    /// Dataset.
    pub dataset: String,
    /// Hash of its content, the same in every data folder.
    pub content: String,
    /// Day of publication.
    pub published: String,
    /// Entities.
    pub entities: u64,
}

/// How many of what. All but `rows` add up over the rows that were done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Rows of customers.
    pub rows: u64,
    /// Rows that were screened.
    pub screened: u64,
    /// Rows that were rejected, each with its reason in the file of rejected rows.
    pub rejected: u64,
    /// Parties that were screened.
    pub parties: u64,
    /// Rows with a possible match.
    pub rows_with_hits: u64,
    /// Possible matches, those beyond the limit included.
    pub hits: u64,
    /// Entities excluded by contradicting identifiers, written though they are no matches.
    pub excluded: u64,
    /// Rows that a rule about territories meets; such rules are no matches and have lines of their own.
    pub rows_with_findings: u64,
    /// Rows whose key stood in an earlier row.
    pub keys_twice: u64,
    /// What was recognised or repaired, by kind.
    pub notes: BTreeMap<String, u64>,
}

impl Counts {
    /// Adds the counts of other rows.
    pub fn add(&mut self, other: &Counts) {
        self.rows += other.rows;
        self.screened += other.screened;
        self.rejected += other.rejected;
        self.parties += other.parties;
        self.rows_with_hits += other.rows_with_hits;
        self.hits += other.hits;
        self.excluded += other.excluded;
        self.rows_with_findings += other.rows_with_findings;
        self.keys_twice += other.keys_twice;
        for (kind, count) in &other.notes {
            *self.notes.entry(kind.clone()).or_default() += count;
        }
    }

    /// Whether every row ended one way.
    pub fn add_up(&self) -> bool {
        self.screened + self.rejected == self.rows
    }
}

/// The record of a finished run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Record {
    /// `RECORD_VERSION`.
    pub version: u32,
    /// `batch`.
    pub command: String,
    /// When it ended, UTC.
    pub finished_at: String,
    /// The customer file as it was given.
    pub file: String,
    /// The day on which rules of law were looked at.
    pub today: String,
    /// What decides the bytes.
    pub identity: Identity,
    /// Name of the output.
    pub output: String,
    /// Its SHA-256.
    pub output_sha256: String,
    /// SHA-256 of the file of rejected rows; none where no row was rejected.
    pub rejected_sha256: Option<String>,
    /// How many of what.
    pub counts: Counts,
}

impl Record {
    /// Reads a record.
    pub fn read(path: &Path) -> Result<Record, BatchError> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("record {} cannot be read", path.display()))?;
        let record: Record = serde_json::from_str(&text).map_err(|e| {
            BatchError::usage(format!(
                "{}: no record of a run ({e}); expected the OUTPUT.run.json that `batch` wrote",
                path.display()
            ))
        })?;
        if record.version != RECORD_VERSION {
            return Err(BatchError::usage(format!(
                "{}: a record of version {}; this release reads version {RECORD_VERSION}",
                path.display(),
                record.version
            )));
        }
        Ok(record)
    }
}

/// SHA-256 of a file, in hexadecimal digits, and its length.
pub fn file_sha256(path: &Path) -> io::Result<(String, u64)> {
    let (digest, length) = file_digest(path)?;
    Ok((interdict_store::hex(&digest), length))
}

/// Rejected rows in a hundred.
pub fn rejected_share(rejected: u64, rows: u64) -> f64 {
    #[allow(clippy::cast_precision_loss, reason = "a share in percent")]
    let share = rejected as f64 * 100.0 / rows.max(1) as f64;
    share
}

/// SHA-256 of a file and its length.
pub fn file_digest(path: &Path) -> io::Result<([u8; 32], u64)> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 128 * 1024];
    let mut length = 0;
    loop {
        let n = match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(n) => n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            Err(e) => return Err(e),
        };
        hash.update(buffer.get(..n).unwrap_or_default());
        length += n as u64;
    }
    Ok((hash.finalize().into(), length))
}
