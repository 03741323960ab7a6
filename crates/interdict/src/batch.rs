//! Screening a file of customers: every row ends screened or rejected, an interrupted run goes on where
//! it stopped, and a finished one can be repeated to the same bytes.

mod journal;
mod lines;
mod output;
mod record;
mod run;
mod workbook;

pub(crate) use journal::Paths;
pub(crate) use output::Kind;
pub(crate) use record::{
    Counts, Identity, ListUsed, Record, file_digest, file_sha256, rejected_share,
};
pub(crate) use run::{Job, Outcome, ToRecord, run};
