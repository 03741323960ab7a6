//! Persons, their accounts, keys and sessions, and what each may do.
//!
//! Secrets are never stored: passwords as hashes that whoever calls has made, keys and tokens as
//! SHA-256. Every change is a row of the audit chain in the same transaction.

mod account;
mod actor;
mod disable;
mod key;
mod rights;
mod session;

pub use account::{Account, LogInFacts, NewAccount, Subject};
pub use actor::{Actor, PersonId, Via};
pub use disable::Disabled;
pub use key::{ApiKey, FreshKey};
pub use rights::{GRANTS, Right, Rights, Role};
pub use session::OpenSession;
