//! Files of customers: what they hold, row by row, as subjects to screen.
//!
//! [`survey`] looks at a file and gives a [`Profile`], or questions that the file leaves open.
//! [`CustomerFile`] gives the rows of a file by its profile, [`Interpreter`] makes a [`Customer`] of a
//! row: key, place, and the parties named, each an entity to screen with notes on what was made of it.
//! Every row comes out as a customer or as a [`table::RowFault`] with its place; none is left out.
//!
//! Knows nothing of lists, scores or storage, and reads only what it is given.
#![forbid(unsafe_code)]

pub mod asked;
mod columns;
mod countries;
mod customer;
mod dates;
mod delimited;
mod dialect;
mod encoding;
mod error;
mod file;
mod ftm;
mod json_lines;
mod keys;
mod kinds;
mod names;
mod notes;
mod profile;
mod sheet;
mod survey;
pub mod table;

pub use columns::Role;
pub use customer::{Customer, Interpreter, Party};
pub use error::{Ask, CustomerError, Question};
pub use file::CustomerFile;
pub use keys::Keys;
pub use names::PartyRole;
pub use notes::Note;
pub use profile::{Dates, Form, Format, Names, Order, PROFILE_VERSION, Profile, UNKNOWN};
pub use survey::{Answers, Survey, survey};
