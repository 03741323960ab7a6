//! Books of customers, what was screened, and the alerts that came of it.
//!
//! Knows neither files nor scores: a subject is bytes with a hash, a hit is JSON with a hash of
//! its evidence. What must happen together (a run, its alerts, its record) is one transaction.

mod alert;
mod attachment;
mod customer;
mod moves;
mod policy;
mod proposal;
mod record;
mod rule;
mod run;
mod work;

pub use alert::{Alert, AlertEvent, AlertFilter, AlertState, Disposition, Happening, QueuePlace};
pub use attachment::{Attachment, NewAttachment};
pub use customer::{Book, BookLoad, Customer, CustomerVersion, Given, LoadFacts};
pub use moves::{Codes, MOVES, Move, SCREENING_MOVES, Verb, Whose, codes};
pub use proposal::{NewProposal, Proposal, ProposalKind, ProposalState};
pub use record::{Proof, Screened, ScreenedSubject, Screening, ScreeningFacts};
pub use rule::{GoodGuyRule, NewRule, RuleState};
pub use run::{BookRun, Pair, RunHit, RunOutcome, Wording, answers};
pub use work::Step;

pub(crate) use customer::next_id;
pub(crate) use work::put_back_all;
