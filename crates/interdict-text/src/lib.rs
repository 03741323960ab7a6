//! What a name looks like when it can be compared: scripts, transliteration, tokens, name parts.
//!
//! Knows nothing of lists, entities, weights or scores, and does no I/O.
#![forbid(unsafe_code)]

pub mod view;

pub use view::{Form, NameKind, NameView, Problem, Reading, Role, Space, Token};
