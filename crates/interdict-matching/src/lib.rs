//! Two prepared entities into a score and its reasons.
//!
//! The form of the score is fixed in `docs/decisions/0001-score-and-bounds.md`. [`score_entity`]
//! gives the number and nothing else; [`explain`] gives the same number with the terms from which
//! it can be computed again.
#![forbid(unsafe_code)]

mod align;
mod conflict;
mod entity;
mod explain;
mod feature;
mod name;
mod options;
mod parameters;
mod subject;

pub use conflict::Conflict;
pub use entity::{EntityRef, NameMatch, NameRef, Scored, score_entity, score_pairs};
pub use explain::{
    Explanation, FeatureExplanation, Meeting, NameExplanation, Term, Words, account, explain,
};
pub use feature::{Feature, FeatureValue, features, lift, valid_lifelong};
pub use name::{NameScore, score_name};
pub use options::{OneWordNames, Options, WeakAliases};
pub use parameters::Parameters;
#[cfg(feature = "tuning")]
pub use parameters::use_parameters;
pub use subject::{Subject, SubjectName, SubjectView};

/// Version of the scorer: the same version gives the same score and reasons for the same pair. It
/// moves when alignment, conflicts, features or their words do; `interdict-screening`'s golden test
/// notices.
pub const SCORER_VERSION: u32 = 6;
