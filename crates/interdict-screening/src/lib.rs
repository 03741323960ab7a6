//! The engine: a snapshot of segments and a policy into hits; evaluation.
//!
//! Synchronous and without I/O of its own beyond the mapped segments; knows nothing of files that
//! lists come from, of stores, users or surfaces.
#![forbid(unsafe_code)]

pub mod findings;
pub mod hit;
pub mod policy;

pub use findings::{Finding, findings};
pub use hit::{Hit, Listing, Reason, Score, Total};
pub use policy::{Policy, PolicyError};
