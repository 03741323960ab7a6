//! The audit chain from outside: checkpoints that leave the machine, exports, replay, erasure.

mod checkpoint;
mod erase;

pub use checkpoint::Checkpoint;
pub use interdict_store::{AuditRow, ChainHead, Entry, Erased, Fault, Verified};
