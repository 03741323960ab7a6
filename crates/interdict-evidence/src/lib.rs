//! How alike two tokens are, what each weighs, and what that allows a score to be.
//!
//! Scoring (`interdict-matching`) and retrieval (`interdict-index`) are siblings over this crate:
//! neither can hide the other's misses. The arithmetic is integer; see
//! `docs/decisions/0001-score-and-bounds.md`.
#![forbid(unsafe_code)]

pub mod bounds;
pub mod edits;
pub mod facts;
mod fold;
mod names;
mod prepare;
pub mod prepared;
pub mod runs;
pub mod similarity;
pub mod slips;
pub mod weights;

pub use bounds::{BETA, g, g_inverse, pair_kind, ratio, reaches, required};
pub use edits::{edit_budget, max_edits};
pub use facts::{Fact, FactKind, FactRef, compatible_identifiers, facts_of, strong_identifier};
pub use fold::fold;
pub use names::{NameClass, name_kind, names_of, schemata_compatible};
pub use prepare::prepare;
pub use prepared::{
    FormRef, PreparedForm, PreparedName, PreparedReading, PreparedToken, ReadingRef, Side,
    TokenRef, shows_foreign,
};
pub use runs::{MAX_RUN, joined};
pub use similarity::{
    How, S_MIN, Similarity, apart_similarity, form_similarity, is_initial, max_initial,
    share_consonants, similarity,
};

/// What stands for 1 in every score, similarity and factor.
pub const SCALE: u32 = 10_000;
