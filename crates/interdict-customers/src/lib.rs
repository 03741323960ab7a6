//! Files of customers: what they hold, row by row, as subjects to screen.
#![forbid(unsafe_code)]

pub mod asked;
mod columns;
mod dates;
mod delimited;
mod dialect;
mod encoding;
mod error;
mod kinds;
mod names;
mod notes;
pub mod table;

pub use columns::Role;
pub use error::{Ask, CustomerError, Question};
pub use notes::Note;
