//! What a name looks like when it can be compared: scripts, transliteration, tokens, name parts.
//!
//! Knows nothing of lists, entities, weights or scores, and does no I/O.
#![forbid(unsafe_code)]

mod abd;
mod analyse;
mod encoding;
mod han;
mod han_table;
mod lexicon;
mod lookalike;
mod mistyped;
mod normal;
mod organisation;
mod person;
mod roman_numeral;
mod romanise;
mod script;
mod segment;
mod skeleton;
mod token;
mod transcription;
pub mod view;
mod words;

pub use analyse::analyse;
pub use encoding::encoded_twice;
pub use transcription::{is_transcribed, key as transcription_key};
pub use view::{Form, NameKind, NameView, Problem, Reading, Role, Space, Token};
