//! Words written without spaces: `华为技术有限公司` is a name, a generic word and a legal form.

use compact_str::CompactString;

use crate::han;
use crate::lexicon::{self, Sense};
use crate::normal::Glyph;
use crate::script::Script;
use crate::words::Word;

/// Pieces cut from one word at most.
const MAX_CUTS: usize = 6;

/// The words with known beginnings and endings cut off; `None` when there is nothing to cut.
pub(crate) fn unspaced(words: &[Word], glyphs: &[Glyph]) -> Option<Vec<Word>> {
    let spaced = |word: &Word| match word.script {
        Script::Han | Script::Hangul | Script::Arabic => false,
        _ => words.len() > 1 || word.text.len() < SQUASHED,
    };
    if words.iter().all(spaced) {
        return None;
    }
    let mut out = Vec::with_capacity(words.len() + 3);
    let mut cut = false;
    for word in words {
        let before = out.len();
        match word.script {
            _ if known(word, |_| true) => out.push(word.clone()),
            Script::Han | Script::Hangul => ends(word, glyphs, &mut out),
            Script::Arabic => article(word, glyphs, &mut out),
            Script::Latin | Script::Cyrillic if words.len() == 1 => {
                squashed(word, glyphs, &mut out)
            }
            _ => out.push(word.clone()),
        }
        cut |= out.len() > before + 1;
    }
    cut.then_some(out)
}

/// Shortest word that may be a whole name written without spaces.
const SQUASHED: usize = 12;
/// Shortest known word that is cut from it.
const SQUASHED_PIECE: usize = 3;

/// `meridianoilcompanylimited`: the known words at the end, if there are several or a legal form is
/// among them. One known word alone is an ordinary compound (`Gazprombank`).
fn squashed(word: &Word, glyphs: &[Glyph], out: &mut Vec<Word>) {
    if word.len() < SQUASHED {
        out.push(word.clone());
        return;
    }
    let mut middle = word.clone();
    let mut after = Vec::new();
    let mut legal = false;
    for _ in 0..MAX_CUTS {
        let cut = (1..middle.len().saturating_sub(SQUASHED_PIECE - 1)).find_map(|at| {
            let (rest, tail) = middle.split(glyphs, at)?;
            let wanted = |s| matches!(s, Sense::Legal | Sense::Generic);
            known(&tail, wanted).then_some((rest, tail))
        });
        let Some((rest, tail)) = cut else { break };
        legal |= known(&tail, |s| s == Sense::Legal);
        after.push(tail);
        middle = rest;
    }
    if after.len() < 2 && !legal || after.is_empty() {
        out.push(word.clone());
        return;
    }
    out.push(middle);
    out.extend(after.into_iter().rev());
}

/// Known words at the start and at the end of a run of characters.
fn ends(word: &Word, glyphs: &[Glyph], out: &mut Vec<Word>) {
    let mut middle = word.clone();
    let mut after = Vec::new();
    for _ in 0..MAX_CUTS {
        let Some((rest, tail)) = tail(&middle, glyphs) else {
            break;
        };
        after.push(tail);
        middle = rest;
    }
    for _ in 0..MAX_CUTS {
        let Some((head, rest)) = head(&middle, glyphs) else {
            break;
        };
        out.push(head);
        middle = rest;
    }
    out.push(middle);
    out.extend(after.into_iter().rev());
}

fn tail(word: &Word, glyphs: &[Glyph]) -> Option<(Word, Word)> {
    let letters = word.len();
    // The longest known ending of two letters or more that leaves something.
    (1..letters.saturating_sub(1)).find_map(|at| {
        let (rest, tail) = word.split(glyphs, at)?;
        let wanted = |s| matches!(s, Sense::Legal | Sense::Generic);
        known(&tail, wanted).then_some((rest, tail))
    })
}

fn head(word: &Word, glyphs: &[Glyph]) -> Option<(Word, Word)> {
    let letters = word.len();
    (2..letters.min(9)).rev().find_map(|at| {
        let (head, rest) = word.split(glyphs, at)?;
        let wanted = |s| matches!(s, Sense::Legal | Sense::Place | Sense::Number);
        known(&head, wanted).then_some((head, rest))
    })
}

fn known(word: &Word, wanted: impl Fn(Sense) -> bool) -> bool {
    let text = if word.script == Script::Han {
        han::simplified(&word.text)
    } else {
        CompactString::from(word.text.as_str())
    };
    [word.text.as_str(), text.as_str()]
        .iter()
        .any(|t| lexicon::meanings(t).iter().any(|(s, _)| wanted(*s)))
}

/// The article of an Arabic word is a word of its own.
fn article(word: &Word, glyphs: &[Glyph], out: &mut Vec<Word>) {
    if word.text.starts_with("ال")
        && word.len() >= 5
        && lexicon::meanings(&word.text).is_empty()
        && let Some((article, rest)) = word.split(glyphs, 2)
    {
        out.push(article);
        out.push(rest);
    } else {
        out.push(word.clone());
    }
}
