//! Candidates: build, format, open and enumerate, so that no match is lost.
//!
//! A segment is one immutable file for one dataset version. It knows names as terms and weights,
//! facts, identifiers and references, and keeps each entity as it was read; it knows nothing of
//! scores. What it gives for a query is a superset of what can score, under the form that
//! `docs/decisions/0001-score-and-bounds.md` fixes.
#![deny(unsafe_code)]

mod bound;
mod build;
mod columns;
mod dropped;
mod enumerate;
mod error;
mod format;
mod hash;
mod keys;
mod letters;
mod map;
pub mod payload;
mod search;
mod segment;
mod units;
mod view;

pub use bound::Needed;
pub use build::{Built, Description, IndexEntity, IndexName, Joint, Origin, SegmentBuilder};
pub use error::IndexError;
pub use format::FORMAT_VERSION;
pub use search::{Plan, Searcher, Work};
pub use segment::Segment;
pub use view::{ListName, View};

/// Version of name analysis that segments carry; segments of another are built again.
pub const ANALYSIS_VERSION: u32 = 4;
/// Version of name evidence (folds, weights, similarities) that segments carry.
pub const EVIDENCE_VERSION: u32 = 4;
