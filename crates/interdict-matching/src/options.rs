//! What a policy may set about scoring.

/// How aliases that the publisher calls weak take part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WeakAliases {
    /// Like any other alias.
    Full,
    /// The name score is multiplied by this, in parts of 10,000.
    Lowered(u16),
    /// As lowered by this, and below the threshold unless another field agrees.
    Supported(u16),
    /// Not compared.
    Off,
}

/// How listed names of one word take part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OneWordNames {
    /// Like any other name.
    Full,
    /// Only when the query is that one word, up to transliteration and spelling variants.
    Exact,
    /// As [`OneWordNames::Full`], and below the threshold unless another field agrees.
    Supported,
}

/// Options of scoring. Fields that are switched off neither raise nor lower a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// The score from which a hit is an alert, in parts of 10,000; the `Supported` modes need it.
    pub threshold: u16,
    /// Weak aliases.
    pub weak_aliases: WeakAliases,
    /// One-word names.
    pub one_word_names: OneWordNames,
    /// Whether dates of birth, of foundation and of build take part.
    pub dates: bool,
    /// Whether countries take part.
    pub countries: bool,
    /// Whether gender takes part.
    pub gender: bool,
    /// Whether identifiers take part.
    pub identifiers: bool,
    /// Whether addresses take part (in rank only).
    pub addresses: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            threshold: 7_000,
            weak_aliases: WeakAliases::Lowered(9_500),
            one_word_names: OneWordNames::Full,
            dates: true,
            countries: true,
            gender: true,
            identifiers: true,
            addresses: true,
        }
    }
}
