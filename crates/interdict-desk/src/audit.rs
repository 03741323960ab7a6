//! The audit chain from outside: checkpoints that leave the machine, exports, replay, erasure.

mod case;
mod checkpoint;
mod erase;
mod export;
mod offline;
mod page;
mod replay;

pub use checkpoint::Checkpoint;
pub use export::{ExportedFile, Manifest, Wanted};
pub use interdict_store::{AuditRow, ChainHead, Entry, Erased, Fault, Verified};
pub use offline::verify_export;
pub use replay::{OtherCount, OtherEvidence, Replayed, ReplayedList};
