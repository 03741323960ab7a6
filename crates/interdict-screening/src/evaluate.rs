//! How well screening works on the lists that are loaded: what a regulator asks to be shown.
//!
//! Same lists, same policy, same seed: same figures, but for the times of [`Slow`].

mod clean;
mod disguised;
mod exact;
mod exhaustive;
mod own;
mod query;
mod rate;
mod script;
mod slow;

pub use clean::{Asked, CleanNames, FalseAlarm, ListedNames, clean_names, listed_names};
pub use disguised::{Cell, Disguised, KindTold, LEAST, Miss, Places, disguised, kinds};
pub use exact::{ExactNames, Exception, exact_names};
pub use exhaustive::{Exhaustive, exhaustive};
pub use own::{Failure, OwnName, OwnNames, own_names};
pub use query::query;
pub use rate::Rate;
pub use script::script;
pub use slow::Slow;
