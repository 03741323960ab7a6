//! Names transcribed into scripts that do not spell them letter by letter: `普京` is Putin.
//!
//! `tables/transcriptions.tsv` is derived by `cargo xtask transcriptions`: sorted lines
//! `native TAB latin [latin]`, searched where they lie, so nothing is built at the start.

use compact_str::CompactString;

use crate::han;
use crate::romanise::{clean_arabic, to_katakana};
use crate::script::{Script, script_of};
use crate::words::Word;

static TABLE: &str = include_str!("tables/transcriptions.tsv");

/// The spelling under which the table holds a word: the letters that differ only by habit made
/// one. `None` when the word is in none of the scripts of the table.
pub fn key(text: &str) -> Option<String> {
    let script = text.chars().find_map(script_of)?;
    let word: String = match script {
        Script::Arabic => text.chars().filter_map(clean_arabic).collect(),
        Script::Kana => text.chars().map(to_katakana).collect(),
        Script::Han => han::simplified(text).to_string(),
        Script::Hebrew | Script::Hangul => text.to_owned(),
        Script::Cyrillic => text.to_lowercase(),
        _ => return None,
    };
    (!word.is_empty()).then_some(word)
}

/// Whether the table of transcriptions knows this word.
pub fn is_transcribed(text: &str) -> bool {
    key(text).is_some_and(|key| search(&key).is_some())
}

/// The usual Latin spellings of a word, the commonest first.
pub(crate) fn latin(word: &Word) -> Option<std::str::Split<'static, char>> {
    let text = word.text.as_str();
    let found = match word.script {
        Script::Hebrew | Script::Hangul | Script::Cyrillic => search(text),
        Script::Arabic => search(
            &text
                .chars()
                .filter_map(clean_arabic)
                .collect::<CompactString>(),
        ),
        Script::Kana => search(&text.chars().map(to_katakana).collect::<CompactString>()),
        Script::Han if word.text.len() > 3 => search(&han::simplified(text)),
        _ => None,
    };
    found.map(|f| f.split(' '))
}

fn search(key: &str) -> Option<&'static str> {
    let bytes = TABLE.as_bytes();
    let (mut low, mut high) = (0, bytes.len());
    while low < high {
        let middle = usize::midpoint(low, high);
        let start = bytes
            .get(..middle)?
            .iter()
            .rposition(|b| *b == b'\n')
            .map_or(0, |p| p + 1);
        let end = bytes
            .get(middle..)?
            .iter()
            .position(|b| *b == b'\n')
            .map_or(bytes.len(), |p| middle + p);
        let (native, latin) = TABLE.get(start..end)?.split_once('\t')?;
        match native.cmp(key) {
            std::cmp::Ordering::Equal => return Some(latin),
            std::cmp::Ordering::Less => low = end + 1,
            std::cmp::Ordering::Greater => high = start,
        }
    }
    None
}
