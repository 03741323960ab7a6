//! How alike two tokens are, what each weighs, and what that allows a score to be.
//!
//! Scoring (`interdict-matching`) and retrieval (`interdict-index`) are siblings over this crate:
//! neither can hide the other's misses. The arithmetic is integer; see
//! `docs/decisions/0001-score-and-bounds.md`.
#![forbid(unsafe_code)]

pub mod facts;
pub mod prepared;

pub use facts::{Fact, FactKind, FactRef};
pub use prepared::{
    FormRef, PreparedForm, PreparedName, PreparedReading, PreparedToken, ReadingRef, Side, TokenRef,
};

/// What stands for 1 in every score, similarity and factor.
pub const SCALE: u32 = 10_000;
