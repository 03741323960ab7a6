//! Greek, by pronunciation (ELOT 743 with the letter pairs that stand for one sound).

use compact_str::CompactString;

use super::Spellings;

/// As it is spoken, as ELOT 743 writes letter pairs inside a word (`Konstantinos`), and with the throat
/// sound written `kh`.
pub(super) fn romanise(text: &str) -> Spellings {
    let letters: smallvec::SmallVec<[char; 24]> = text.chars().map(without_marks).collect();
    let mut out = Spellings::from_iter([spell(&letters, Pairs::Spoken, "ch")]);
    out.push(spell(&letters, Pairs::Written, "ch"));
    if letters.contains(&'χ') {
        out.push(spell(&letters, Pairs::Written, "kh"));
    }
    out
}

/// How `ντ`, `μπ` and `γκ` inside a word are spelt.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pairs {
    Spoken,
    Written,
}

fn spell(letters: &[char], pairs: Pairs, throat: &'static str) -> CompactString {
    let at = |i: usize| letters.get(i).copied();
    let mut out = CompactString::default();
    let mut i = 0;
    while let Some(c) = at(i) {
        let next = at(i + 1);
        let written = pairs == Pairs::Written && i > 0;
        let (piece, used) = match (c, next) {
            ('μ', Some('π')) if written => ("mp", 2),
            ('ν', Some('τ')) if written => ("nt", 2),
            ('γ', Some('κ')) if written => ("ng", 2),
            ('χ', _) => (throat, 1),
            ('ο', Some('υ')) => ("ou", 2),
            ('μ', Some('π')) => ("b", 2),
            ('ν', Some('τ')) => ("d", 2),
            ('γ', Some('κ')) => ("g", 2),
            ('γ', Some('γ')) => ("ng", 2),
            ('γ', Some('χ')) => ("nch", 2),
            ('τ', Some('ζ')) => ("tz", 2),
            ('τ', Some('σ')) => ("ts", 2),
            ('α', Some('υ')) => (if voiceless(at(i + 2)) { "af" } else { "av" }, 2),
            ('ε', Some('υ')) => (if voiceless(at(i + 2)) { "ef" } else { "ev" }, 2),
            ('α', Some('ι')) => ("ai", 2),
            ('ε', Some('ι')) | ('ο', Some('ι')) => (if c == 'ε' { "ei" } else { "oi" }, 2),
            _ => (single(c), 1),
        };
        if piece.is_empty() && !c.is_ascii() {
            out.push_str(any_ascii::any_ascii_char(c));
        } else {
            out.push_str(piece);
        }
        i += used;
    }
    out
}

fn voiceless(c: Option<char>) -> bool {
    c.is_none_or(|c| "θκξπσςτφχψ".contains(c))
}

fn without_marks(c: char) -> char {
    match c {
        'ά' => 'α',
        'έ' => 'ε',
        'ή' => 'η',
        'ί' | 'ΐ' => 'ι',
        'ό' => 'ο',
        'ύ' | 'ΰ' => 'υ',
        'ώ' => 'ω',
        // A diaeresis keeps the vowel apart from the one before it.
        'ϊ' => 'i',
        'ϋ' => 'y',
        other => other,
    }
}

fn single(c: char) -> &'static str {
    match c {
        'α' => "a",
        'β' => "v",
        'γ' => "g",
        'δ' => "d",
        'ε' => "e",
        'ζ' => "z",
        'η' => "i",
        'θ' => "th",
        'ι' | 'i' => "i",
        'κ' => "k",
        'λ' => "l",
        'μ' => "m",
        'ν' => "n",
        'ξ' => "x",
        'ο' => "o",
        'π' => "p",
        'ρ' => "r",
        'σ' | 'ς' => "s",
        'τ' => "t",
        'υ' | 'y' => "y",
        'φ' => "f",
        'ψ' => "ps",
        'ω' => "o",
        _ => "",
    }
}
