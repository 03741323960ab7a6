//! Why a segment could not be written or read.

use std::path::PathBuf;

/// Why a segment could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// A file could not be opened, written, synchronised or renamed.
    #[error("{}: cannot be {action}: {source}", .path.display())]
    Io {
        /// File.
        path: PathBuf,
        /// What was tried (`opened`, `written`, …).
        action: &'static str,
        /// Cause.
        #[source]
        source: std::io::Error,
    },
    /// The file is no segment, or not of a version that this release reads.
    #[error("{}: {found}; expected {expected}; build the segment again from its dataset version", .path.display())]
    Version {
        /// File.
        path: PathBuf,
        /// What stands there.
        found: String,
        /// What this release reads.
        expected: String,
    },
    /// Bytes are missing or not those that were written.
    #[error("{}: {place}: {problem}; build the segment again from its dataset version", .path.display())]
    Damaged {
        /// File.
        path: PathBuf,
        /// Section or table concerned.
        place: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// Two entities given to the builder carry one id.
    #[error("entity {id:?} was given twice; a segment holds every entity of a version once")]
    DuplicateId {
        /// The id.
        id: String,
    },
    /// More of something than a segment can number.
    #[error("a segment holds at most {most} {what}; split the dataset")]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// The most there may be.
        most: u64,
    },
    /// An entity could not be written as payload.
    #[error("entity {id:?} cannot be written: {problem}")]
    Payload {
        /// The entity.
        id: String,
        /// What is wrong with it.
        problem: String,
    },
}
