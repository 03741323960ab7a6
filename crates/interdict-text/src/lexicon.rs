//! Words that mean something whatever name they stand in: legal forms, titles, particles, places.
//!
//! `tables/lexicon.tsv` is generated from `data/` by `cargo xtask codegen`: one line per spelling,
//! `spelling TAB sense:class TAB …`, spellings as [`crate::words`] leaves them, parts of a phrase
//! separated by a space.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

use compact_str::CompactString;
use smallvec::SmallVec;

use crate::words::Word;

/// Most words of a phrase.
pub(crate) const MAX_PHRASE: usize = 8;

/// What a spelling may mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sense {
    Legal,
    /// A title wherever it stands.
    Title,
    /// A title only in front of a name: `King`, `Major`, `Prince`.
    FrontTitle,
    Particle,
    /// A particle after which the father's name follows: `bin`, `ibn`.
    SonOf,
    Generic,
    Stop,
    Number,
    Place,
    NameVariant,
    Nickname,
    /// `Jr`, `the Elder`.
    Generation,
    /// What stands in front of a ship's name.
    VesselPrefix,
    /// `a.k.a.`, `formerly`.
    AlsoKnown,
}

impl Sense {
    fn parse(tag: &str) -> Option<Self> {
        Some(match tag {
            "L" => Self::Legal,
            "H" => Self::Title,
            "h" => Self::FrontTitle,
            "P" => Self::Particle,
            "B" => Self::SonOf,
            "W" => Self::Generic,
            "S" => Self::Stop,
            "O" => Self::Number,
            "C" => Self::Place,
            "N" => Self::NameVariant,
            "K" => Self::Nickname,
            "G" => Self::Generation,
            "V" => Self::VesselPrefix,
            "A" => Self::AlsoKnown,
            _ => return None,
        })
    }
}

/// A meaning and the class it belongs to.
pub(crate) type Meaning = (Sense, &'static str);

#[derive(Default)]
struct Entry {
    meanings: SmallVec<[Meaning; 1]>,
    /// Most words of a phrase that begins with this word; 0 when none does.
    phrase: u8,
}

/// A short multiplicative hash: the table is fixed, so nobody can choose colliding keys for it.
#[derive(Default)]
pub(crate) struct ShortHasher(u64);

impl Hasher for ShortHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0_u8; 8];
            for (to, from) in word.iter_mut().zip(chunk) {
                *to = *from;
            }
            self.0 = (self.0.rotate_left(5) ^ u64::from_le_bytes(word))
                .wrapping_mul(0x517c_c1b7_2722_0a95);
        }
    }
}

type Map<V> = HashMap<&'static str, V, BuildHasherDefault<ShortHasher>>;

static TABLE: &str = include_str!("tables/lexicon.tsv");

static LEXICON: LazyLock<Map<Entry>> = LazyLock::new(|| {
    let mut map: Map<Entry> = Map::default();
    map.reserve(TABLE.len() / 24);
    for line in TABLE.lines() {
        let mut columns = line.split('\t');
        let Some(key) = columns.next() else { continue };
        let meanings = columns.filter_map(|column| {
            let (tag, class) = column.split_once(':')?;
            Some((Sense::parse(tag)?, class))
        });
        map.entry(key).or_default().meanings.extend(meanings);
        if let Some((first, _)) = key.split_once(' ') {
            let words = u8::try_from(key.split(' ').count()).unwrap_or(u8::MAX);
            let entry = map.entry(first).or_default();
            entry.phrase = entry.phrase.max(words);
        }
    }
    map
});

/// Legal forms written out, sorted: where a cut one is looked up.
static LEGAL_FORMS: LazyLock<Vec<(&'static str, &'static str)>> = LazyLock::new(|| {
    let mut all: Vec<_> = LEXICON
        .iter()
        .filter(|(key, _)| key.len() > MIN_CUT)
        .filter_map(|(key, entry)| {
            let legal = entry.meanings.iter().find(|(s, _)| *s == Sense::Legal)?;
            Some((*key, legal.1))
        })
        .collect();
    all.sort_unstable();
    all
});

/// Least letters of a legal form that is cut off.
const MIN_CUT: usize = 6;

/// The class of the legal form that these words, the last of a name, are the beginning of; `None`
/// when they are none, or a whole one.
pub(crate) fn cut_legal_form(words: &[Word]) -> Option<&'static str> {
    if words.len() > MAX_PHRASE {
        return None;
    }
    let first = words.first()?;
    // Of several words the first stands whole, so the table knows it.
    let starts = LEXICON.get(first.text.as_str());
    if words.len() > 1 && starts.is_none_or(|e| usize::from(e.phrase) < words.len()) {
        return None;
    }
    if words.len() == 1 && (starts.is_some() || first.text.len() < MIN_CUT) {
        return None;
    }
    let mut phrase = CompactString::from(first.text.as_str());
    for word in words.iter().skip(1) {
        phrase.push(' ');
        phrase.push_str(&word.text);
    }
    if phrase.len() < MIN_CUT
        || LEXICON
            .get(phrase.as_str())
            .is_some_and(|e| !e.meanings.is_empty())
    {
        return None;
    }
    let at = LEGAL_FORMS.partition_point(|(key, _)| *key < phrase.as_str());
    let (key, class) = LEGAL_FORMS.get(at)?;
    key.starts_with(phrase.as_str()).then_some(*class)
}

/// The first words of legal forms written out.
static LEGAL_FIRSTS: LazyLock<Map<()>> = LazyLock::new(|| {
    let firsts = LEGAL_FORMS
        .iter()
        .filter_map(|(key, _)| key.split(' ').next());
    firsts.map(|first| (first, ())).collect()
});

/// Every word of legal forms that have several, sorted: which of two a misspelt word is read as
/// must not depend on the order of a hash map.
pub(crate) fn words_of_legal_phrases() -> Vec<&'static str> {
    let mut words: Vec<&'static str> = LEGAL_FORMS
        .iter()
        .filter(|(phrase, _)| phrase.contains(' '))
        .flat_map(|(phrase, _)| phrase.split(' '))
        .collect();
    words.sort_unstable();
    words.dedup();
    words
}

/// Whether a legal form of several words begins with `phrase` and then `word`; an empty phrase stands
/// for no word.
pub(crate) fn begins_legal_form(phrase: &str, word: &str) -> bool {
    if phrase.is_empty() && !word.contains(' ') {
        return LEGAL_FIRSTS.contains_key(word);
    }
    let start = if phrase.is_empty() {
        CompactString::from(word)
    } else {
        compact_str::format_compact!("{phrase} {word}")
    };
    let at = LEGAL_FORMS.partition_point(|(key, _)| *key < start.as_str());
    LEGAL_FORMS
        .get(at..)
        .unwrap_or_default()
        .iter()
        .take_while(|(key, _)| key.starts_with(start.as_str()))
        .any(|(key, _)| key.len() == start.len() || key.as_bytes().get(start.len()) == Some(&b' '))
}

/// The meanings of one word.
pub(crate) fn meanings(word: &str) -> &'static [Meaning] {
    LEXICON
        .get(word)
        .map_or(&[], |entry| entry.meanings.as_slice())
}

/// The class of `word` in one sense.
pub(crate) fn class(word: &str, sense: Sense) -> Option<&'static str> {
    meanings(word)
        .iter()
        .find(|(s, _)| *s == sense)
        .map(|(_, class)| *class)
}

/// The longest phrase at the start of `words` with one of the wanted senses: its length in words
/// and its meaning.
pub(crate) fn longest(words: &[Word], wanted: impl Fn(Sense) -> bool) -> Option<(usize, Meaning)> {
    let first = words.first()?;
    let entry = LEXICON.get(first.text.as_str())?;
    let most = usize::from(entry.phrase).min(MAX_PHRASE).min(words.len());
    if most >= 2 {
        let mut phrase = CompactString::from(first.text.as_str());
        let mut ends: SmallVec<[usize; MAX_PHRASE]> = SmallVec::new();
        for word in words.iter().take(most).skip(1) {
            phrase.push(' ');
            phrase.push_str(&word.text);
            ends.push(phrase.len());
        }
        for (n, end) in ends.iter().enumerate().rev() {
            let found = phrase
                .get(..*end)
                .and_then(|key| LEXICON.get(key))
                .and_then(|e| e.meanings.iter().find(|(s, _)| wanted(*s)));
            if let Some(meaning) = found {
                return Some((n + 2, *meaning));
            }
        }
    }
    let meaning = entry.meanings.iter().find(|(s, _)| wanted(*s))?;
    Some((1, *meaning))
}
