//! Names as customer files hold them: who is named, and what stands around the names.

mod lexicon;
mod parties;
mod segment;
mod written;

pub use parties::PartyRole;
pub(crate) use parties::{Kind, Named, Salutation, joint_given, parse, salutation};
pub(crate) use written::{looks, mend, without_last_word};
