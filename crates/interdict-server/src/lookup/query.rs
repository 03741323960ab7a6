//! What a query asks for, once it is parsed.

/// A condition on records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Query {
    /// Every record.
    All,
    /// All of these words, in a field or anywhere.
    Words(Option<String>, Vec<String>),
    /// These words one after the other.
    Phrase(Option<String>, Vec<String>),
    /// A value of a field, as it was written.
    Value(String, String),
    /// A word that begins so.
    Prefix(Option<String>, String),
    /// A word with `*` for any letters and `?` for one.
    Pattern(Option<String>, String),
    /// A word that differs by at most so many letters.
    Near(Option<String>, String, usize),
    /// A value of a field between two, both included or not; `None` for no bound.
    Between(String, Bound, Bound),
    /// All of these.
    And(Vec<Query>),
    /// One of these.
    Or(Vec<Query>),
    /// Not this.
    Not(Box<Query>),
}

/// One end of a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bound {
    /// The value; `None` for no bound.
    pub(crate) value: Option<String>,
    /// Whether the value itself is in the range.
    pub(crate) is_within: bool,
}

impl Query {
    /// All of these; one alone is itself.
    pub(crate) fn all_of(mut parts: Vec<Query>) -> Query {
        match parts.len() {
            1 => parts.swap_remove(0),
            _ => Query::And(parts),
        }
    }

    /// One of these; one alone is itself.
    pub(crate) fn one_of(mut parts: Vec<Query>) -> Query {
        match parts.len() {
            1 => parts.swap_remove(0),
            _ => Query::Or(parts),
        }
    }
}

/// Letters in which a word may differ when nobody says how many, by its length.
pub(crate) fn usual_edits(word: &str) -> usize {
    match word.chars().count() {
        0..=2 => 0,
        3..=5 => 1,
        _ => 2,
    }
}
