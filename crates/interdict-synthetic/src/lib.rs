//! Names made up and names spoilt, by seed: what evaluation and tests ask for.
//!
//! [`disguise`](disguise()) spoils a name in one of the ways of [`Kind`]: typing errors, scanning
//! errors, other spellings, words around the name. [`population`] makes names of people and firms by
//! country and script. Both give the same text for the same seed, on any machine.
//!
//! Shares no table with the code that reads names: what an evaluation asks must not come from what
//! is evaluated.
#![forbid(unsafe_code)]

pub mod disguise;
pub mod population;
mod random;

pub use disguise::{Family, Kind, disguise};
pub use random::Random;
