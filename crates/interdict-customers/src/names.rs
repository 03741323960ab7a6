//! Names as customer files hold them: who is named, and what stands around the names.

mod lexicon;
mod mojibake;
mod parties;
mod segment;
mod written;

pub(crate) use parties::{Kind, Named, PartyRole, parse};
pub(crate) use written::{looks, mend};
