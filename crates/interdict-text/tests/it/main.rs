//! What must hold for every name, and what known names look like.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

mod phenomena;
mod properties;
mod snapshots;
