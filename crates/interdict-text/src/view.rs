//! The prepared view of a name: what is left to compare when spelling conventions are gone.
//!
//! A name becomes at most [`MAX_READINGS`] readings (segmentations, romanisations), a reading at
//! most [`MAX_TOKENS`] tokens, a token at most [`MAX_FORMS`] forms. Query and list go through the
//! same code. Whatever is cut is a reported [`Problem`]; every promise about recall further up is
//! relative to this view.

use std::ops::Range;

use compact_str::CompactString;
use smallvec::SmallVec;

/// Most readings of one name.
pub const MAX_READINGS: usize = 8;
/// Most tokens of one reading.
pub const MAX_TOKENS: usize = 32;
/// Most forms of one token.
pub const MAX_FORMS: usize = 6;

/// What a name names, as far as its structure is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum NameKind {
    /// A natural person.
    Person = 0,
    /// A company, public body or other organisation.
    Organization = 1,
    /// A vessel, aircraft or other named object.
    Object = 2,
    /// Not known: a query that may be any of the above.
    Any = 3,
}

/// The space in which a key may be compared. Keys of different spaces never meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Space {
    /// Latin letters and digits, lower case, no marks; compared by equality and edit distance.
    Latin = 0,
    /// Consonant skeleton, for scripts that do not write vowels; compared by equality.
    Skeleton = 1,
    /// Chinese characters, simplified; compared by equality.
    Han = 2,
    /// Hangul syllables; compared by equality.
    Hangul = 3,
    /// Kana, as katakana; compared by equality.
    Kana = 4,
    /// A token in another script as written, lower case; compared by equality.
    Native = 5,
    /// A group whose members stand for each other: nickname, name variant, translation of a
    /// generic word, class of legal forms, acronym. The key names the group with its type in
    /// front, such as `legal:llc`, `nick:william`, `word:factory`; compared by equality.
    Class = 6,
}

/// One way of comparing a token.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Form {
    /// Where the key may be compared.
    pub space: Space,
    /// The key.
    pub key: CompactString,
}

/// What part a token plays in its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Role {
    /// No special part.
    Plain = 0,
    /// The first letter of a name.
    Initial = 1,
    /// A patronymic or father's name.
    Patronymic = 2,
    /// A particle or article (`de`, `van`, `al`, `bin`).
    Particle = 3,
    /// A title or honorific (`Dr`, `Sheikh`, `General`).
    Honorific = 4,
    /// A legal form (`LLC`, `GmbH`, `OOO`).
    LegalForm = 5,
    /// A word that many organisations carry (`company`, `trading`, `international`).
    Generic = 6,
    /// A number, ordinal or series mark; Roman numerals too, normalised to decimal digits.
    Number = 7,
    /// The name of a country or city inside another name.
    Place = 8,
    /// A function word (`and`, `of`, `the`).
    Stopword = 9,
    /// A family name, where the structure of the name shows it.
    Family = 10,
    /// A given name, where the structure of the name shows it.
    Given = 11,
}

/// One token of a reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Bytes of the original text that the token stands for.
    pub span: Range<u32>,
    /// The ways of comparing it; the first is its principal form. Never empty.
    pub forms: SmallVec<[Form; 3]>,
    /// Its part in the name.
    pub role: Role,
}

impl Token {
    /// The key in Latin letters that the token is best known by, if it has one.
    pub fn latin(&self) -> Option<&str> {
        self.forms
            .iter()
            .find(|f| f.space == Space::Latin)
            .map(|f| f.key.as_str())
    }
}

/// One way to read a name as a sequence of tokens.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Reading {
    /// The tokens in the order of the text; of `Family, Given` in the order of speech.
    pub tokens: Vec<Token>,
}

/// Something the view could not keep or had to assume.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// More than [`MAX_READINGS`] readings; the rest was dropped.
    ReadingsCut,
    /// More than [`MAX_TOKENS`] tokens; those from this byte of the text on were dropped.
    TokensCut(u32),
    /// More than [`MAX_FORMS`] forms of the token at this byte; the rest was dropped.
    FormsCut(u32),
    /// Invisible or look-alike characters were replaced, first at this byte.
    Disguise(u32),
    /// The text holds nothing that can be compared.
    Empty,
}

/// A name, ready to be compared.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct NameView {
    /// The readings, best first. Empty only when the text holds nothing to compare.
    pub readings: Vec<Reading>,
    /// What was cut or assumed.
    pub problems: Vec<Problem>,
}
