//! Misspelt words inside the legal form: `Joint Stock Comapny` is one all the same.
//!
//! A legal form of several words is one token, so one wrong letter in it would leave two or three
//! words that no list has. A word that nothing knows is read as a word of legal forms one slip away
//! where the phrase around it then is a legal form, and never alone.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::sync::LazyLock;

use compact_str::CompactString;
use smallvec::SmallVec;

use crate::lexicon::{self, Sense, ShortHasher};
use crate::script::Script;
use crate::words::Word;

/// Shortest word of a legal form that may be misspelt.
const SHORTEST: usize = 4;
/// Longest.
const LONGEST: usize = 16;

type Near = HashMap<CompactString, SmallVec<[&'static str; 2]>, BuildHasherDefault<ShortHasher>>;

/// Words of legal forms by what is left of them when one letter is taken out, and themselves.
static NEAR: LazyLock<Near> = LazyLock::new(|| {
    let mut near = Near::default();
    for word in lexicon::words_of_legal_phrases() {
        if !(SHORTEST..=LONGEST).contains(&word.len()) || !word.is_ascii() {
            continue;
        }
        near.entry(word.into()).or_default().push(word);
        for cut in shortened(word) {
            let known = near.entry(cut).or_default();
            if !known.contains(&word) {
                known.push(word);
            }
        }
    }
    near
});

/// A word without one of its letters, each way.
fn shortened(word: &str) -> impl Iterator<Item = CompactString> {
    word.char_indices().map(|(at, c)| {
        let mut cut = CompactString::from(word.get(..at).unwrap_or_default());
        cut.push_str(word.get(at + c.len_utf8()..).unwrap_or_default());
        cut
    })
}

/// Words of legal forms that differ from `word` by one letter or two neighbours exchanged.
fn candidates(word: &Word) -> SmallVec<[&'static str; 4]> {
    let mut found: SmallVec<[&'static str; 4]> = SmallVec::new();
    let fits = word.script == Script::Latin
        && (SHORTEST - 1..=LONGEST + 1).contains(&word.text.len())
        && lexicon::meanings(&word.text).is_empty();
    if !fits {
        return found;
    }
    let mut consider = |known: Option<&SmallVec<[&'static str; 2]>>| {
        for word in known.into_iter().flatten() {
            if !found.contains(word) {
                found.push(word);
            }
        }
    };
    consider(NEAR.get(&word.text));
    for cut in shortened(&word.text) {
        consider(NEAR.get(&cut));
    }
    // Words that share what is left may still be two letters apart.
    found.retain(|known| one_slip(&word.text, known));
    found
}

/// Whether one insertion, deletion, substitution or exchange of neighbours makes one of the other.
fn one_slip(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let head = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (x, y) = (a.get(head..).unwrap_or(&[]), b.get(head..).unwrap_or(&[]));
    let tail = x
        .iter()
        .rev()
        .zip(y.iter().rev())
        .take_while(|(x, y)| x == y)
        .count();
    let (x, y) = (x.len() - tail, y.len() - tail);
    match (x, y) {
        (0 | 1, 0 | 1) => true,
        (2, 2) => a.get(head) == b.get(head + 1) && a.get(head + 1) == b.get(head),
        _ => false,
    }
}

/// The words with misspelt ones inside legal forms put right; `None` when there are none.
pub(crate) fn put_right(words: &[Word]) -> Option<Vec<Word>> {
    if words.len() < 2 {
        return None;
    }
    let mut right: Option<Vec<Word>> = None;
    let mut i = 0;
    while i < words.len() {
        let Some(corrected) = phrase_from(words, i) else {
            i += 1;
            continue;
        };
        let n = corrected.len();
        let out = right.get_or_insert_with(|| words.to_vec());
        for (to, text) in out.iter_mut().skip(i).zip(corrected) {
            to.text = text;
        }
        i += n;
    }
    right
}

/// Most misspelt words of one legal form.
const MOST_WRONG: usize = 2;

/// The spelling of the words from `at` on, if they are a misspelt legal form.
fn phrase_from(words: &[Word], at: usize) -> Option<Vec<CompactString>> {
    let mut corrected: Vec<CompactString> = Vec::new();
    let mut best: Option<Vec<CompactString>> = None;
    let mut wrong = 0;
    let most = words.len().min(at + lexicon::MAX_PHRASE);
    for word in words.get(at..most)? {
        let so_far = corrected.join(" ");
        let next = if lexicon::begins_legal_form(&so_far, &word.text) {
            word.text.clone()
        } else {
            wrong += 1;
            let near = candidates(word);
            match near
                .iter()
                .find(|known| lexicon::begins_legal_form(&so_far, known))
            {
                Some(fit) => CompactString::const_new(fit),
                None => break,
            }
        };
        if wrong > MOST_WRONG {
            break;
        }
        corrected.push(next);
        let phrase = corrected.join(" ");
        if corrected.len() >= 2 && wrong > 0 && lexicon::class(&phrase, Sense::Legal).is_some() {
            best = Some(corrected.clone());
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::words;

    fn check(name: &str, want: Option<&str>) {
        let all = words(name).list;
        let got = put_right(&all).map(|words| {
            let texts: Vec<&str> = words.iter().map(|w| w.text.as_str()).collect();
            texts.join(" ")
        });
        assert_eq!(got.as_deref(), want, "{name}");
    }

    #[test]
    fn legal_forms_are_put_right() {
        check(
            "Gazprom Joint Stock Comapny",
            Some("gazprom joint stock company"),
        );
        check(
            "Open Joint Stok Company Kontsern",
            Some("open joint stock company kontsern"),
        );
        check(
            "Green Car Limited Partnerhip",
            Some("green car limited partnership"),
        );
    }

    #[test]
    fn ties_are_broken_by_the_alphabet() {
        let words = lexicon::words_of_legal_phrases();
        assert!(words.is_sorted() && words.len() > 100);
        for near in NEAR.values() {
            assert!(near.is_sorted(), "{near:?}");
        }
    }

    #[test]
    fn names_stay() {
        check("Gazprom Joint Stock Company", None);
        check("Comapny", None);
        check("Point Shipping Limited", None);
        check("Stack Company", None);
    }
}
