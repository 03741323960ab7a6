//! What was made of a row beside taking its cells as they stand: said with every hit of the row.

use std::fmt;

/// One thing that was recognised, repaired, assumed or could not be used.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Note {
    /// The row names several; this is one of them.
    PartOf {
        /// Place among the parties of the row, from 1.
        place: usize,
        /// Parties of the row.
        of: usize,
    },
    /// The family name was taken from another person in the cell.
    SharedFamilyName(String),
    /// A second person is meant but not named.
    UnnamedSecond(String),
    /// UTF-8 had been read as another encoding and was put right.
    DoubleEncoded {
        /// As written.
        written: String,
        /// As read.
        read: String,
    },
    /// Signs stand where letters were lost.
    LostLetters(String),
    /// The name ends where the field of some system ends.
    MaybeCut(usize),
    /// A name that may be cut, asked without its last word too.
    AskedShorter(String),
    /// Only capital letters, so accents may be lost.
    Capitals,
    /// Words of several scripts.
    MixedScripts,
    /// A form of address was left out.
    Salutation(String),
    /// A title was left out.
    Title(String),
    /// A former family name, asked for as another name.
    FormerName(String),
    /// The customer is marked as dead.
    Deceased(String),
    /// The estate of a dead person.
    Estate(String),
    /// A kind or number of account was left out.
    Account(String),
    /// Marked as a child.
    Minor(String),
    /// A date stood in the name.
    DateInName(String),
    /// The type is not known or not stated: screened as person and organisation.
    UnknownType(String),
    /// A year of two digits that two centuries have.
    TwoCenturies(String),
    /// Date, gender and identifiers of the row were taken for the first party's.
    FieldsOfFirst,
    /// A value that could not be used.
    NotUsed {
        /// The field.
        field: String,
        /// What was written.
        value: String,
        /// What was expected.
        expected: String,
    },
    /// The key stood in an earlier row too.
    KeyTwice {
        /// The key.
        key: String,
        /// Line of the first row with it.
        line: u64,
    },
}

impl Note {
    /// A short word for it, for counting.
    pub fn word(&self) -> &'static str {
        match self {
            Note::PartOf { .. } => "several-parties",
            Note::SharedFamilyName(_) => "shared-family-name",
            Note::UnnamedSecond(_) => "second-person-unnamed",
            Note::DoubleEncoded { .. } => "double-encoded",
            Note::LostLetters(_) => "lost-letters",
            Note::MaybeCut(_) => "maybe-cut",
            Note::AskedShorter(_) => "asked-shorter",
            Note::Capitals => "capitals",
            Note::MixedScripts => "mixed-scripts",
            Note::Salutation(_) => "salutation",
            Note::Title(_) => "title",
            Note::FormerName(_) => "former-name",
            Note::Deceased(_) => "deceased",
            Note::Estate(_) => "estate",
            Note::Account(_) => "account-words",
            Note::Minor(_) => "minor",
            Note::DateInName(_) => "date-in-name",
            Note::UnknownType(_) => "unknown-type",
            Note::TwoCenturies(_) => "two-centuries",
            Note::FieldsOfFirst => "fields-of-first",
            Note::NotUsed { .. } => "value-not-used",
            Note::KeyTwice { .. } => "key-twice",
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Note::PartOf { place, of } => write!(f, "Party {place} of {of} in this row."),
            Note::SharedFamilyName(name) => {
                write!(
                    f,
                    "The family name {name:?} was taken from the other person."
                )
            }
            Note::UnnamedSecond(words) => write!(
                f,
                "{words:?} means a second person who is not named and was not screened."
            ),
            Note::DoubleEncoded { written, read } => {
                write!(f, "{written:?} was read as {read:?} (encoded twice).")
            }
            Note::LostLetters(name) => write!(
                f,
                "Letters of {name:?} were lost before this file was written."
            ),
            Note::MaybeCut(length) => write!(
                f,
                "The name has exactly {length} characters and may be cut off there."
            ),
            Note::AskedShorter(name) => {
                write!(f, "Also asked without the last word, as {name:?}.")
            }
            Note::Capitals => f.write_str("Written in capitals; accents may be lost."),
            Note::MixedScripts => f.write_str("Written in several scripts."),
            Note::Salutation(words) => write!(f, "Form of address {words:?} left out."),
            Note::Title(words) => write!(f, "Title {words:?} left out."),
            Note::FormerName(name) => write!(f, "Also asked with the former name {name:?}."),
            Note::Deceased(words) => write!(f, "Marked as dead ({words:?})."),
            Note::Estate(words) => write!(f, "The estate of this person ({words:?})."),
            Note::Account(words) => write!(f, "{words:?} taken for the account, not the name."),
            Note::Minor(words) => write!(f, "Marked as a child ({words:?})."),
            Note::DateInName(date) => write!(f, "The date {date:?} stood in the name."),
            Note::UnknownType(word) if word.is_empty() => {
                f.write_str("No type stated: asked as person and organisation.")
            }
            Note::UnknownType(word) => {
                write!(
                    f,
                    "Type {word:?} not known: asked as person and organisation."
                )
            }
            Note::TwoCenturies(text) => write!(f, "{text:?} was asked in two centuries."),
            Note::FieldsOfFirst => f.write_str(
                "Date, gender and identifiers of the row were taken for its first party's.",
            ),
            Note::NotUsed {
                field,
                value,
                expected,
            } => write!(f, "Not used: {field} {value:?}; {expected}."),
            Note::KeyTwice { key, line } => {
                write!(f, "The key {key:?} stood in line {line} already.")
            }
        }
    }
}
