//! Books of customers, what was screened, and the alerts that came of it.
//!
//! Knows neither files nor scores: a subject is bytes with a hash, a hit is JSON with a hash of
//! its evidence. What must happen together (a run, its alerts, its record) is one transaction.

mod alert;
mod customer;
mod record;
mod rule;
mod run;

pub use alert::{Alert, AlertEvent, AlertFilter, AlertState, Disposition, Happening};
pub use customer::{Book, BookLoad, Customer, CustomerVersion, Given, LoadFacts};
pub use record::{Proof, Screened, ScreenedSubject, Screening, ScreeningFacts};
pub use rule::{GoodGuyRule, NewRule, RuleState};
pub use run::{BookRun, Pair, RunHit, RunOutcome, Wording};
