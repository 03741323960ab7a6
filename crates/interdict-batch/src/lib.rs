//! Screening a file of customers: every row ends screened or rejected, an interrupted run goes on where
//! it stopped, and a finished one can be repeated to the same bytes.
//!
//! Knows customer files, the engine and what is recorded of a screening; draws nothing, and chooses
//! neither lists nor policy.
#![forbid(unsafe_code)]

mod book;
mod error;
mod journal;
mod lines;
mod output;
mod record;
mod run;
mod workbook;

pub use book::{BookRows, book_rows, some};
pub use error::BatchError;
pub use journal::Paths;
pub use output::Kind;
pub use record::{Counts, Identity, ListUsed, Record, file_digest, file_sha256, rejected_share};
pub use run::{Job, Outcome, ToRecord, run};
