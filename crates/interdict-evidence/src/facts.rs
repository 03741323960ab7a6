//! What an entity says beside its names, as far as scoring uses it.

use compact_str::CompactString;

/// What a fact is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum FactKind {
    /// Date of birth, of foundation or of build, ISO 8601 with precision.
    StartDate = 0,
    /// Territory code.
    Country = 1,
    /// `male`, `female` or `other`.
    Gender = 2,
    /// Identifier; the value is `type:value`, as in `imo:9074729`.
    Identifier = 3,
    /// A postal address in one line.
    Address = 4,
}

/// One fact of an entity.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fact {
    /// What it is.
    pub kind: FactKind,
    /// Its value, cleaned.
    pub value: CompactString,
}

/// One fact, owned or mapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FactRef<'a> {
    /// What it is.
    pub kind: FactKind,
    /// Its value, cleaned.
    pub value: &'a str,
}
