//! Names with weights and folded keys: the only view of a name that scoring and retrieval share.

use compact_str::CompactString;
use interdict_text::{Role, Space};
use smallvec::SmallVec;

/// One form of a token, as scoring and retrieval see it, owned or mapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FormRef<'a> {
    /// Where the key may be compared.
    pub space: Space,
    /// The key.
    pub key: &'a str,
    /// For [`Space::Latin`], the folded key (see [`crate::fold`]); otherwise the key again.
    pub fold: &'a str,
}

/// One token, owned or mapped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRef<'a> {
    /// The ways of comparing it.
    pub forms: SmallVec<[FormRef<'a>; 4]>,
    /// Its part in the name.
    pub role: Role,
    /// Its weight on the side it stands on, 1 to 1,000; 100 is an ordinary name token.
    pub weight: u16,
}

/// One reading, owned or mapped.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct ReadingRef<'a> {
    /// The tokens in the order of the text.
    pub tokens: SmallVec<[TokenRef<'a>; 6]>,
}

/// Whether a form in this space shows that a token was written in another script than Latin. Two
/// words of which neither was are not compared by their consonants.
pub const fn shows_foreign(space: Space) -> bool {
    matches!(
        space,
        Space::Native | Space::Han | Space::Hangul | Space::Kana
    )
}

/// Owned form.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PreparedForm {
    /// Where the key may be compared.
    pub space: Space,
    /// The key.
    pub key: CompactString,
    /// The folded key of [`Space::Latin`]; otherwise the key again.
    pub fold: CompactString,
}

/// Owned token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreparedToken {
    /// The ways of comparing it; the first is the principal one.
    pub forms: SmallVec<[PreparedForm; 3]>,
    /// Its part in the name.
    pub role: Role,
    /// Its weight when it stands in a query.
    pub query_weight: u16,
    /// Its weight when it stands in a list entry.
    pub list_weight: u16,
    /// Bytes of the original text.
    pub span: (u32, u32),
}

/// Owned reading.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct PreparedReading {
    /// The tokens in the order of the text.
    pub tokens: Vec<PreparedToken>,
}

/// Which side of a comparison a name stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// What is asked.
    Query,
    /// What is listed.
    List,
}

impl PreparedReading {
    /// The view of this reading for one side of a comparison.
    pub fn as_ref(&self, side: Side) -> ReadingRef<'_> {
        let tokens = self
            .tokens
            .iter()
            .map(|token| TokenRef {
                forms: token
                    .forms
                    .iter()
                    .map(|f| FormRef {
                        space: f.space,
                        key: &f.key,
                        fold: &f.fold,
                    })
                    .collect(),
                role: token.role,
                weight: match side {
                    Side::Query => token.query_weight,
                    Side::List => token.list_weight,
                },
            })
            .collect();
        ReadingRef { tokens }
    }
}

/// A name ready for scoring: at most [`interdict_text::view::MAX_READINGS`] readings.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct PreparedName {
    /// The readings, best first.
    pub readings: Vec<PreparedReading>,
}
