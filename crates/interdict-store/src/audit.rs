//! The audit chain: what happened, in order, each row sealed by a hash over it and the row before.
//!
//! A row is written in the transaction of what it records. What is personal stands beside the chain
//! and is bound to it by a salted hash, so that it can be erased without breaking the chain.

mod erase;
mod read;
mod records;
mod row;
#[cfg(test)]
mod tests;
mod verify;
mod write;

pub use erase::Erased;
pub use row::{AuditRow, Personal, canonical};
pub use verify::{ChainHead, Fault, Verified, Verifier};
pub use write::Entry;

pub(crate) use records::record_hash;
