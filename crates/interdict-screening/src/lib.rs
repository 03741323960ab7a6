//! The engine: a snapshot of segments and a policy into hits; evaluation.
//!
//! Synchronous and without I/O of its own beyond the mapped segments; knows nothing of files that
//! lists come from, of stores, users or surfaces.
#![forbid(unsafe_code)]

pub mod build;
pub mod cluster;
pub mod engine;
pub mod evaluate;
pub mod findings;
pub mod hit;
pub mod policy;
pub mod snapshot;

pub use build::{build_segment, index_entity, segment_in_memory};
pub use engine::{Answer, Engine, Filter, Found, Prepared, Request, Screener};
pub use findings::{Finding, findings};
pub use hit::{Hit, Listing, Reason, Score, Total};
pub use interdict_index::{IndexError, Segment};
pub use policy::{FourEyes, Policy, PolicyError};
pub use snapshot::{EntityReader, Searched, Snapshot};
