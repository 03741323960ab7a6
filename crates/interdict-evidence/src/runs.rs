//! Words written apart on one side and together on the other.

use interdict_text::Space;
use smallvec::SmallVec;

use crate::edits::within_one;
use crate::prepared::TokenRef;
use crate::similarity::{How, Similarity};

/// Most adjacent tokens that may be one token of the other side.
pub const MAX_RUN: usize = 3;
/// Shortest fold in which a run may hold an edit.
pub const MIN_RUN_EDIT: usize = 7;

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
        let whole_parts = parts.iter().all(|p| {
            p.forms
                .iter()
                .find(|f| f.space == Space::Latin)
                .is_some_and(|f| f.fold.len() > 1)
        });
        let Some(score) = run_score(&key, &fold, form.key, form.fold, whole_parts) else {
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
