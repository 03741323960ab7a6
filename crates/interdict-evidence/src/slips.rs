//! What a single changed letter is: which kinds of change spellings of one name show, and how
//! much each speaks against two tokens being one name.
//!
//! The costs, `data/slips.tsv`, are counted by `cargo xtask train`: how often tokens that differ by
//! one letter of a kind stand in two spellings of one entity's name, against how often they stand
//! in the names of different people.

use std::sync::LazyLock;

use crate::edits::distance;

/// Rows `kind <tab> similarity by length of the longer key`, in the order of [`Slip::ALL`].
const TABLE: &str = include_str!("../../../data/slips.tsv");

static COSTS: LazyLock<[[u16; LENGTHS]; SLIPS]> = LazyLock::new(|| {
    let mut costs = [[0; LENGTHS]; SLIPS];
    for (row, line) in costs.iter_mut().zip(TABLE.lines()) {
        for (cell, field) in row.iter_mut().zip(line.split('\t').skip(1)) {
            *cell = field.parse().unwrap_or(0);
        }
    }
    costs
});

/// What spellings of one name say of a change: a similarity in parts of [`crate::SCALE`].
///
/// `long` is the length of the longer key in bytes.
pub fn learnt(slip: Slip, long: usize) -> u16 {
    COSTS
        .get(slip as usize)
        .and_then(|row| row.get(length_class(long)))
        .copied()
        .unwrap_or(0)
}

/// What one edit between two folded keys changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Slip {
    /// A vowel for one written nearly alike: `a` and `e`, `e` and `i`, `o` and `u`.
    NearVowel = 0,
    /// A vowel for another one.
    FarVowel = 1,
    /// A vowel more or less inside the word.
    VowelInside = 2,
    /// A vowel more or less at the end.
    VowelAtEnd = 3,
    /// A consonant for one spoken in the same place: `b` and `p`, `g` and `k`, `s` and `z`.
    NearConsonant = 4,
    /// A consonant for another one.
    FarConsonant = 5,
    /// An `h` more or less.
    H = 6,
    /// A consonant more or less inside the word.
    ConsonantInside = 7,
    /// A consonant more or less at the end.
    ConsonantAtEnd = 8,
    /// A vowel for a consonant.
    Mixed = 9,
    /// Two neighbours exchanged.
    Exchanged = 10,
    /// Any other change of the first letter.
    First = 11,
}

/// Number of kinds.
pub const SLIPS: usize = 12;
/// Lengths of the longer key that costs are kept for: 3 and less, 4, 5, 6, 7, 8 and more.
pub const LENGTHS: usize = 6;

impl Slip {
    /// Every kind, in the order of the table.
    pub const ALL: [Slip; SLIPS] = [
        Slip::NearVowel,
        Slip::FarVowel,
        Slip::VowelInside,
        Slip::VowelAtEnd,
        Slip::NearConsonant,
        Slip::FarConsonant,
        Slip::H,
        Slip::ConsonantInside,
        Slip::ConsonantAtEnd,
        Slip::Mixed,
        Slip::Exchanged,
        Slip::First,
    ];

    /// Its name in the table.
    pub const fn name(self) -> &'static str {
        match self {
            Slip::NearVowel => "near vowel",
            Slip::FarVowel => "far vowel",
            Slip::VowelInside => "vowel inside",
            Slip::VowelAtEnd => "vowel at end",
            Slip::NearConsonant => "near consonant",
            Slip::FarConsonant => "far consonant",
            Slip::H => "h",
            Slip::ConsonantInside => "consonant inside",
            Slip::ConsonantAtEnd => "consonant at end",
            Slip::Mixed => "mixed",
            Slip::Exchanged => "exchanged",
            Slip::First => "first",
        }
    }
}

/// The column of the table for the longer key's length in bytes.
pub const fn length_class(long: usize) -> usize {
    match long {
        0..=3 => 0,
        4..=7 => long - 3,
        _ => 5,
    }
}

/// What the one edit between two keys is; `None` when they are not exactly one edit apart.
pub fn slip(a: &str, b: &str) -> Option<Slip> {
    if a == b || distance(a, b, 1) != Some(1) {
        return None;
    }
    kind_of_slip(a, b)
}

/// The same for keys that are known to be exactly one edit apart.
pub(crate) fn kind_of_slip(a: &str, b: &str) -> Option<Slip> {
    let (a, b) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let (short, long) = (a.as_bytes(), b.as_bytes());
    let at = short.iter().zip(long).take_while(|(x, y)| x == y).count();
    let (x, y) = (short.get(at).copied(), long.get(at).copied()?);
    if short.len() < long.len() {
        let last = at + 1 == long.len();
        return Some(match y {
            _ if at == 0 => Slip::First,
            b'h' => Slip::H,
            _ if is_vowel(y) && last => Slip::VowelAtEnd,
            _ if is_vowel(y) => Slip::VowelInside,
            _ if last => Slip::ConsonantAtEnd,
            _ => Slip::ConsonantInside,
        });
    }
    let x = x?;
    let exchanged = short.get(at + 1) == Some(&y)
        && long.get(at + 1) == Some(&x)
        && short.get(at + 2..) == long.get(at + 2..);
    Some(match (is_vowel(x), is_vowel(y)) {
        _ if exchanged => Slip::Exchanged,
        (true, true) if near_vowels(x, y) => Slip::NearVowel,
        (false, false) if near_consonants(x, y) => Slip::NearConsonant,
        _ if at == 0 => Slip::First,
        (true, true) => Slip::FarVowel,
        (false, false) => Slip::FarConsonant,
        _ => Slip::Mixed,
    })
}

pub(crate) const fn is_vowel(b: u8) -> bool {
    matches!(b, b'a' | b'e' | b'i' | b'o' | b'u' | b'y')
}

pub(crate) const fn near_vowels(x: u8, y: u8) -> bool {
    matches!(
        (x, y),
        (b'a' | b'i', b'e') | (b'e', b'a' | b'i') | (b'o', b'u') | (b'u', b'o')
    )
}

/// Where a consonant is spoken: lips, teeth (stops, hisses), throat, liquids, nasals.
const fn place(b: u8) -> u8 {
    match b {
        b'b' | b'p' | b'f' | b'v' => 1,
        b'd' | b't' => 2,
        b's' | b'z' | b'c' | b'j' => 3,
        b'g' | b'k' | b'h' | b'q' => 4,
        b'm' | b'n' => 5,
        _ => 0,
    }
}

const fn near_consonants(x: u8, y: u8) -> bool {
    place(x) != 0 && place(x) == place(y)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole() {
        assert_eq!(TABLE.lines().count(), SLIPS);
        for (slip, line) in Slip::ALL.into_iter().zip(TABLE.lines()) {
            assert_eq!(line.split('\t').next(), Some(slip.name()));
            for long in 3..10 {
                assert!(
                    (crate::S_MIN..=9_500).contains(&learnt(slip, long)),
                    "{slip:?} {long}"
                );
                assert!(
                    learnt(slip, long) <= learnt(slip, long + 1),
                    "{slip:?} {long}"
                );
            }
        }
    }

    #[test]
    fn kinds_of_slips() {
        for (a, b, want) in [
            ("laden", "ladin", Slip::NearVowel),
            ("osama", "usama", Slip::NearVowel),
            ("meloni", "meleni", Slip::FarVowel),
            ("gadafi", "kadafi", Slip::NearConsonant),
            ("sire", "mire", Slip::First),
            ("zelenski", "zelensgi", Slip::NearConsonant),
            ("putin", "pulin", Slip::FarConsonant),
            ("jonson", "johnson", Slip::H),
            ("ahmad", "ahmadi", Slip::VowelAtEnd),
            ("ahmed", "ahmd", Slip::VowelInside),
            ("orban", "orbank", Slip::ConsonantAtEnd),
            ("asanov", "kasanov", Slip::First),
            ("marcon", "macron", Slip::Exchanged),
        ] {
            assert_eq!(slip(a, b), Some(want), "{a} {b}");
            assert_eq!(slip(b, a), Some(want), "{b} {a}");
        }
        assert_eq!(slip("putin", "putin"), None);
        assert_eq!(slip("putin", "lavrov"), None);
    }
}
