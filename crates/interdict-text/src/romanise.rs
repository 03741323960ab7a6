//! Latin spellings of words in other scripts.

mod arabic;
mod cyrillic;
mod greek;
mod hangul;
mod hebrew;
mod kana;
pub(crate) mod korean;

use compact_str::CompactString;
use smallvec::SmallVec;

use crate::script::Script;

pub(crate) use arabic::clean as clean_arabic;
pub(crate) use hangul::surname as korean_surname;
pub(crate) use kana::to_katakana;

/// Latin spellings of one word, the best first.
pub(crate) type Spellings = SmallVec<[CompactString; 3]>;

/// Latin spellings of a word written in `script`; never a letter outside `a-z0-9`.
pub(crate) fn romanise(script: Script, text: &str) -> Spellings {
    let mut out = match script {
        Script::Latin | Script::Digit => SmallVec::from_iter([CompactString::from(text)]),
        Script::Cyrillic => cyrillic::romanise(text),
        Script::Greek => greek::romanise(text),
        Script::Arabic => arabic::romanise(text),
        Script::Hebrew => hebrew::romanise(text),
        Script::Hangul => hangul::romanise(text),
        Script::Kana => kana::romanise(text),
        Script::Han => SmallVec::from_iter([plain(text)]),
        _ => SmallVec::from_iter([plain(text)]),
    };
    for spelling in &mut out {
        if !spelling.bytes().all(is_key_byte) {
            *spelling = spelling
                .chars()
                .flat_map(|c| any_ascii::any_ascii_char(c).chars())
                .filter(char::is_ascii_alphanumeric)
                .map(|c| c.to_ascii_lowercase())
                .collect();
        }
    }
    out.retain(|s| !s.is_empty());
    let mut i = 0;
    while i < out.len() {
        if out.iter().take(i).any(|s| Some(s) == out.get(i)) {
            out.remove(i);
        } else {
            i += 1;
        }
    }
    out
}

fn is_key_byte(b: u8) -> bool {
    b.is_ascii_lowercase() || b.is_ascii_digit()
}

/// The general transliteration, letter by letter.
fn plain(text: &str) -> CompactString {
    let mut out = CompactString::default();
    for c in text.chars() {
        for letter in any_ascii::any_ascii_char(c).chars() {
            if letter.is_ascii_alphanumeric() {
                out.push(letter.to_ascii_lowercase());
            }
        }
    }
    out
}
