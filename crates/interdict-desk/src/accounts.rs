//! Who somebody is: passwords, keys, sessions, and what each may do.
//!
//! The store keeps hashes only. Secrets are made here from the system's random bytes and handed out
//! once.

mod log_in;
mod password;
mod secret;
mod users;

pub use interdict_store::{
    Account, Actor, ApiKey, Disabled, GRANTS, PersonId, Right, Rights, Role, Subject, Via,
};
pub use log_in::{LoggedIn, Refusal, SessionOf, Times};
pub use secret::csrf_of;
pub use users::{NewKey, NewUser};
