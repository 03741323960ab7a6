//! Words written apart on one side and together on the other.

use interdict_text::Space;
use smallvec::SmallVec;

use crate::edits::within_one;
use crate::prepared::TokenRef;
use crate::similarity::{How, Similarity, syllabic};

/// Most adjacent tokens that may be one token of the other side.
pub const MAX_RUN: usize = 3;
/// Shortest fold in which a run may hold an edit.
pub const MIN_RUN_EDIT: usize = 9;

/// Shortest fold that a single letter and a word may make together.
const MIN_RUN_LETTER: usize = 6;

/// How alike adjacent tokens of one side, joined, are to one token of the other.
///
/// The folds of the parts are joined and compared with the fold of the whole: equal, or from
/// [`MIN_RUN_EDIT`] letters on at most one insertion, deletion or substitution apart. So of two
/// parts at least one (of three, two) stands unchanged in the fold of the whole. The answer says
/// [`How::Joined`]; who compares the other way round calls it [`How::Split`].
pub fn joined(parts: &[&TokenRef<'_>], whole: &TokenRef<'_>) -> Option<Similarity> {
    if !(2..=MAX_RUN).contains(&parts.len()) {
        return None;
    }
    // One letter of a romanised syllable is another syllable, and in one script syllables compare as
    // they are written.
    let syllables = syllabic(whole) || parts.iter().any(|p| syllabic(p));
    if syllables && !same_syllables(parts, whole) {
        return None;
    }
    let mut best = None;
    for form in whole.forms.iter().filter(|f| f.space == Space::Latin) {
        let longest = form.fold.len() + 1;
        let mut fold: SmallVec<[u8; 64]> = SmallVec::new();
        let mut key: SmallVec<[u8; 64]> = SmallVec::new();
        for part in parts {
            // The principal spelling alone: products of spellings are for readings to make.
            let latin = part.forms.iter().find(|f| f.space == Space::Latin)?;
            fold.extend_from_slice(latin.fold.as_bytes());
            key.extend_from_slice(latin.key.as_bytes());
            if fold.len() > longest {
                break;
            }
        }
        let letters = parts
            .iter()
            .filter(|p| {
                p.forms
                    .iter()
                    .find(|f| f.space == Space::Latin)
                    .is_none_or(|f| f.fold.len() <= 1)
            })
            .count();
        // `H` and `Al` are not `Hall`: a single letter joins only other letters (`J P`) or a word
        // that is long enough to tell.
        if letters > 0 && letters < parts.len() && form.fold.len() < MIN_RUN_LETTER {
            continue;
        }
        let may_edit = letters == 0 && !syllables;
        let Some(score) = run_score(&key, &fold, form.key, form.fold, may_edit) else {
            continue;
        };
        if best.is_none_or(|known: Similarity| score > known.score) {
            best = Some(Similarity {
                score,
                how: How::Joined,
            });
        }
    }
    best
}

/// Whether the syllables of the parts are those of the whole, where both are written in them.
fn same_syllables(parts: &[&TokenRef<'_>], whole: &TokenRef<'_>) -> bool {
    [Space::Han, Space::Hangul].into_iter().all(|space| {
        let key = |t: &TokenRef<'_>| t.forms.iter().position(|f| f.space == space);
        let Some(of_whole) = key(whole).and_then(|at| whole.forms.get(at)) else {
            return true;
        };
        let mut rest = of_whole.key;
        let mut compared = true;
        for part in parts {
            match key(part).and_then(|at| part.forms.get(at)) {
                Some(form) => match rest.strip_prefix(form.key) {
                    Some(after) => rest = after,
                    None => return false,
                },
                None => compared = false,
            }
        }
        !compared || rest.is_empty()
    })
}

fn run_score(
    key: &[u8],
    fold: &[u8],
    whole_key: &str,
    whole_fold: &str,
    may_edit: bool,
) -> Option<u16> {
    if fold.len().abs_diff(whole_fold.len()) > 1 {
        return None;
    }
    let fold = std::str::from_utf8(fold).ok()?;
    let edits = within_one(fold, whole_fold)?;
    // An initial beside a name is not a slip in it: `O Friedrich` is not `Friedrich`.
    if edits > 0 && !may_edit {
        return None;
    }
    if key == whole_key.as_bytes() && (edits == 0 || whole_fold.len() >= MIN_RUN_EDIT) {
        return Some(9_900);
    }
    match edits {
        0 => Some(9_500),
        _ if whole_fold.len() >= MIN_RUN_EDIT && fold.len() >= MIN_RUN_EDIT => Some(8_500),
        _ => None,
    }
}
