//! One party on several lists: which entries are of one party, by which rule, on what evidence.
//!
//! A cluster groups entries for the reader; it merges nothing, and no score depends on it. Three rules
//! make a link, each of them enough: a number for life, the publisher's own reference, and a full
//! name with a full date of birth. A bare name never does. `docs/decisions/0003-clusters.md` says
//! why.

mod near;
mod party;
mod rules;
mod unite;

pub use near::{NearLink, Why};
pub use party::{Party, Purpose, Seen, parties};
pub use rules::{Found, Link, Rule, links};
pub use unite::{Cluster, Cut, Held, unite};

/// Number of the rules; what they grouped is grouped again when it moves.
pub const RULES_VERSION: u32 = 1;
