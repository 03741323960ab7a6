//! Fetching lists from their publishers. The one place that speaks HTTP as a client.

pub(crate) mod checks;
pub(crate) mod delta;
pub(crate) mod downloads;
pub(crate) mod feed;
pub(crate) mod fetch;
pub(crate) mod memory;
pub(crate) mod publishers;
pub(crate) mod set;
