//! What one publication holds: its revisions in the order of its files, and beside each value
//! where it stood there.
//!
//! Kept in chunks of [`CHUNK`] entities. The list of revisions is run-length coded: revision
//! numbers are handed out in file order, so a list that is new costs a few bytes and one more
//! version of it as many runs as there were changes.

pub(crate) mod origins;
pub(crate) mod runs;

/// Entities to a chunk.
pub(crate) const CHUNK: usize = 2048;
