//! How alike two tokens are.
//!
//! Everything here depends on the two tokens only: not on their neighbours, their entity or the
//! lists that are loaded. That is what lets retrieval enumerate it.

use interdict_text::{Role, Space};

use crate::edits::{distance, edit_budget, signature, signature_distance};
use crate::prepared::{FormRef, TokenRef, shows_foreign};
use crate::slips::{Slip, is_vowel, kind_of_slip, learnt, near_vowels};
use crate::weights::{is_common_name, is_known_name};

/// Least similarity that counts; anything less alike is not alike.
pub const S_MIN: u16 = 4_500;
/// Two keys that are the same.
pub const EQUAL: u16 = 10_000;
/// The most that an initial can say of a full token, either way round.
const INITIAL: u16 = 5_500;
/// Shortest fold that may stand for a longer one that begins with it.
pub const MIN_PREFIX: usize = 3;
/// Shortest consonant skeleton that is compared at all.
const MIN_SKELETON: usize = 2;

/// How two tokens, or a run and a token, are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum How {
    /// The same key.
    Equal,
    /// Spellings of one name: the same folded key.
    Spelling,
    /// This many letters changed (in the folded keys).
    Edited(u8),
    /// One is the beginning of the other.
    Prefix,
    /// The same legal form.
    LegalForm,
    /// A nickname or short form.
    Nickname,
    /// A variant of one name in another language.
    Variant,
    /// A word and its translation.
    Translation,
    /// An acronym.
    Acronym,
    /// The same consonants, in a script that writes no vowels.
    Consonants,
    /// The same text in one script other than Latin.
    SameScript,
    /// An initial and a full name that begins with it.
    Initial,
    /// Adjacent tokens of the query are written as one on the list.
    Joined,
    /// One token of the query is written as several on the list.
    Split,
}

/// How alike two tokens are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Similarity {
    /// From [`S_MIN`] to [`EQUAL`].
    pub score: u16,
    /// In what way.
    pub how: How,
}

impl Similarity {
    const fn new(score: u16, how: How) -> Similarity {
        Similarity { score, how }
    }
}

/// The most that an initial can say of a token: what a query token is credited with on a list
/// reading that has an initial, and a query initial on any reading.
pub const fn max_initial() -> u16 {
    INITIAL
}

/// Whether a token can match as an initial: by role, or because it is a single letter.
pub fn is_initial(token: &TokenRef<'_>) -> bool {
    token.role == Role::Initial
        || token
            .forms
            .iter()
            .any(|f| f.space == Space::Latin && f.key.len() == 1 && starts_with_letter(f.key))
}

fn starts_with_letter(key: &str) -> bool {
    key.as_bytes().first().is_some_and(u8::is_ascii_alphabetic)
}

fn has_digit(key: &str) -> bool {
    key.bytes().any(|b| b.is_ascii_digit())
}

/// How alike two tokens are: the best over pairs of forms of one space, or the initial of one
/// against the other. `None` when they are not alike. Symmetric.
pub fn similarity(x: &TokenRef<'_>, y: &TokenRef<'_>) -> Option<Similarity> {
    let mut best: Option<Similarity> = None;
    // Two words in Latin letters say more by their letters than by their consonants: `Mahmoud`
    // and `Mohammed` share all of those.
    let across = foreign(x) || foreign(y);
    // One letter of a romanised syllable is another syllable.
    let by_syllable = syllabic(x) || syllabic(y);
    let alike_written = written_in_one(x, y);
    for a in &x.forms {
        // Romanised, different syllables look the same (`종` and `정`): two words of one such script
        // compare as they are written.
        let skipped = match a.space {
            Space::Skeleton => !across || alike_written,
            Space::Latin => alike_written,
            _ => false,
        };
        if skipped {
            continue;
        }
        for b in &y.forms {
            if let Some(found) = form_similarity(a, b).map(|f| of_origin(f, x, y))
                && !(matches!(found.how, How::Prefix | How::Edited(2..)) && patronymic_of_one(x, y))
                && !(by_syllable && matches!(found.how, How::Prefix | How::Edited(_)))
                && !(across && too_short_across(a, b, found.how))
                && !(found.how == How::Consonants && begin_with_other_vowels(x, y))
                && best.is_none_or(|known| found.score > known.score)
            {
                best = Some(found);
                if found.score == EQUAL {
                    return best;
                }
            }
        }
    }
    if let Some(found) = initial_similarity(x, y)
        && best.is_none_or(|known| found.score > known.score)
    {
        best = Some(found);
    }
    best
}

/// Similarity of two names of one origin that are not spelt alike: `João` and `Juan`.
const ORIGIN: u16 = 8_000;

/// A variant that keeps the consonants is a spelling of the name, another one a name of the same
/// origin.
fn of_origin(found: Similarity, x: &TokenRef<'_>, y: &TokenRef<'_>) -> Similarity {
    if found.how == How::Variant && other_gender(x, y) {
        return Similarity::new(found.score.min(OTHER_GENDER), found.how);
    }
    if found.how == How::Variant && !share_consonants(x, y) {
        Similarity::new(found.score.min(ORIGIN), found.how)
    } else {
        found
    }
}

/// Whether the principal spellings of two names differ by the gender of who bears them.
fn other_gender(x: &TokenRef<'_>, y: &TokenRef<'_>) -> bool {
    match (principal(x), principal(y)) {
        (Some(a), Some(b)) => is_other_gender(a.fold, b.fold),
        _ => false,
    }
}

/// The principal Latin spelling of a token.
fn principal<'t, 'a>(token: &'t TokenRef<'a>) -> Option<&'t FormRef<'a>> {
    token.forms.iter().find(|f| f.space == Space::Latin)
}

/// Whether two tokens have a consonant skeleton in common.
pub fn share_consonants(x: &TokenRef<'_>, y: &TokenRef<'_>) -> bool {
    x.forms
        .iter()
        .filter(|f| f.space == Space::Skeleton)
        .any(|f| y.forms.iter().any(|g| g.space == f.space && g.key == f.key))
}

/// Whether a token was written in a script of syllables.
pub(crate) fn syllabic(token: &TokenRef<'_>) -> bool {
    token
        .forms
        .iter()
        .any(|f| matches!(f.space, Space::Han | Space::Hangul))
}

/// Most bytes of a word in Chinese characters or Hangul that is taken for a name of that language;
/// longer ones transcribe foreign names, in more ways than one.
const NATIVE_SYLLABLES: usize = 9;

/// Whether both tokens are names written in Chinese characters, or both in Hangul.
fn written_in_one(x: &TokenRef<'_>, y: &TokenRef<'_>) -> bool {
    let native = |token: &TokenRef<'_>, space| {
        token
            .forms
            .iter()
            .any(|f| f.space == space && f.key.len() <= NATIVE_SYLLABLES)
    };
    (native(x, Space::Han) && native(y, Space::Han))
        || (native(x, Space::Hangul) && native(y, Space::Hangul))
}

/// Kana write every vowel, so names that agree in consonants but begin with vowels far apart are two:
/// `オマル` is not `Emil`.
fn begin_with_other_vowels(x: &TokenRef<'_>, y: &TokenRef<'_>) -> bool {
    let kana = |t: &TokenRef<'_>| t.forms.iter().any(|f| f.space == Space::Kana);
    let vowel = |t: &TokenRef<'_>| {
        let letters = principal(t)?.key.bytes();
        letters.into_iter().find(|b| is_vowel(*b) && *b != b'y')
    };
    (kana(x) || kana(y))
        && matches!((vowel(x), vowel(y)), (Some(a), Some(b)) if a != b && !near_vowels(a, b))
}

/// Longest fold in which another first letter between scripts makes another name: romanised without
/// written vowels, `آلاء` is one letter from `Falah`.
const SHORT_ACROSS: usize = 4;

fn too_short_across(a: &FormRef<'_>, b: &FormRef<'_>, how: How) -> bool {
    matches!(how, How::Edited(_))
        && a.fold.len().min(b.fold.len()) <= SHORT_ACROSS
        && a.fold.as_bytes().first() != b.fold.as_bytes().first()
}

/// `Oleksandr` is no cut `Oleksandrovych`, and `Andrei` no misspelt `Andreyevich`: one is a father's
/// name, the other is not.
fn patronymic_of_one(x: &TokenRef<'_>, y: &TokenRef<'_>) -> bool {
    (x.role == Role::Patronymic) != (y.role == Role::Patronymic)
}

/// Whether a token was written in another script than Latin.
fn foreign(token: &TokenRef<'_>) -> bool {
    token.forms.iter().any(|f| shows_foreign(f.space))
}

/// How alike two forms are: what [`similarity`] takes the best of, initials aside. Forms of
/// different spaces are never alike.
///
/// Classes, skeletons and scripts compare by equality of keys. Latin forms compare by key, by
/// fold, by at most [`edit_budget`] edits between folds, and by one fold being the beginning of
/// the other; keys with digits by key and fold alone.
pub fn form_similarity(a: &FormRef<'_>, b: &FormRef<'_>) -> Option<Similarity> {
    if a.space != b.space {
        return None;
    }
    match a.space {
        Space::Latin => latin_similarity(a, b),
        _ if a.key != b.key => None,
        Space::Skeleton => skeleton_similarity(a.key),
        Space::Class => Some(class_similarity(a.key)),
        Space::Han | Space::Hangul | Space::Kana | Space::Native => {
            Some(Similarity::new(EQUAL, How::SameScript))
        }
    }
}

fn latin_similarity(a: &FormRef<'_>, b: &FormRef<'_>) -> Option<Similarity> {
    if a.key == b.key {
        return Some(Similarity::new(EQUAL, How::Equal));
    }
    if a.fold == b.fold {
        // The further the spellings are apart, and the shorter the name, the less certain.
        let apart = distance(a.key, b.key, 3).map_or(4, u16::from);
        let short = if a.fold.len() <= 3 { 600 } else { 0 };
        return Some(Similarity::new(9_800 - 150 * apart - short, How::Spelling));
    }
    let (la, lb) = (a.fold.len(), b.fold.len());
    let budget = edit_budget(la, lb);
    let edits = if la.abs_diff(lb) <= usize::from(budget)
        && signature_distance(signature(a.fold), signature(b.fold)) <= u32::from(budget)
    {
        distance(a.fold, b.fold, budget)
    } else {
        None
    };
    apart_similarity(a, b, edits)
}

/// [`form_similarity`] of two forms in Latin letters that differ in key and fold, where the edits
/// between the folds are known: `None` when there are more than [`edit_budget`] allows.
pub fn apart_similarity(a: &FormRef<'_>, b: &FormRef<'_>, edits: Option<u8>) -> Option<Similarity> {
    if has_digit(a.fold) || has_digit(b.fold) {
        return None;
    }
    let (la, lb) = (a.fold.len(), b.fold.len());
    let long = la.max(lb);
    let short = la.min(lb);
    let edited = edits.and_then(|of_folds| {
        // A slip may break a rule of the fold (`Seimi`, `Selimi`): the keys tell then.
        let edits = match of_folds {
            0 | 1 => of_folds,
            2 => distance(a.key, b.key, 1).unwrap_or(2),
            _ => distance(a.key, b.key, of_folds).unwrap_or(of_folds),
        };
        let score = edit_score(edits, of_folds, a, b)?;
        Some(Similarity::new(score, How::Edited(edits)))
    });
    let prefix = (short >= MIN_PREFIX
        && 5 * short >= 2 * long
        && (a.fold.starts_with(b.fold) || b.fold.starts_with(a.fold)))
    .then(|| {
        let score = 4_500 + 3_500 * short / long;
        Similarity::new(u16::try_from(score).unwrap_or(S_MIN), How::Prefix)
    });
    match (edited, prefix) {
        (Some(e), Some(p)) => Some(if p.score > e.score { p } else { e }),
        (e, p) => e.or(p),
    }
}

/// What a slip of the fingers leaves, by the length of the longer fold. Any letter may slip, so
/// this is the same for all; what spellings of one name say of the letters is the other half.
const fn typed(long: usize) -> u16 {
    match long {
        0..=3 => 6_400,
        4 => 7_600,
        5 => 8_200,
        6 => 8_500,
        7 => 8_700,
        _ => 8_900,
    }
}

/// What edits leave of a similarity, by their number and the length of the longer fold; beside it
/// the number of edits between the folds, of which the keys may have fewer.
fn edit_score(edits: u8, of_folds: u8, a: &FormRef<'_>, b: &FormRef<'_>) -> Option<u16> {
    let long = a.fold.len().max(b.fold.len());
    let dropped = edits > 1 && is_within(a.fold, b.fold);
    let slipped = match of_folds {
        1 => kind_of_slip(a.fold, b.fold),
        _ => None,
    };
    let score: u16 = match (edits, long) {
        (1, _) => match slipped {
            Some(slip) => typed(long).midpoint(learnt(slip, long)),
            // One edit between the keys, more between the folds.
            None => typed(long),
        },
        // Two letters left out are a slip; two letters replaced make another name.
        (2, 0..=5) => return None,
        (2, 6) if dropped => 6_200,
        (2, 7) if dropped => 6_800,
        (2, 8) if dropped => 7_200,
        (2, 9) if dropped => 7_500,
        (2, _) if dropped => 7_900,
        (2, 6) => 5_000,
        (2, 7) => 5_400,
        (2, 8) => 5_800,
        (2, 9) => 6_300,
        (2, _) => 7_000,
        (3, 10) => 5_400,
        (3, 11) => 6_000,
        (3, _) => 6_400,
        _ => return None,
    };
    // A slip seldom changes the first letter.
    let first = a.fold.as_bytes().first() == b.fold.as_bytes().first()
        || a.key.as_bytes().first() == b.key.as_bytes().first()
        || matches!(slipped, Some(Slip::NearVowel | Slip::NearConsonant));
    let score = match (first, long) {
        (true, _) => score,
        (false, 0..=4) => score - 1_900,
        (false, _) => score - 900,
    };
    // Two names that both are common, one letter apart, are two names: Maria and Mario.
    let other_gender = is_other_gender(a.fold, b.fold);
    let score = if other_gender && ends_by_gender(a.fold, b.fold) {
        score.min(OTHER_GENDER)
    } else if is_known_name(a.fold) && is_known_name(b.fold) {
        if other_gender {
            score.min(OTHER_GENDER)
        } else if is_common_name(a.fold) && is_common_name(b.fold) {
            score - 1_400
        } else if edits == 1 && is_another_name(slipped) && !follows_gender(a.fold, b.fold) {
            score - 900
        } else {
            score
        }
    } else {
        score
    };
    (score >= S_MIN).then_some(score)
}

/// Whether what separates two names that both are known is no way of spelling: `Miller`, `Miles`.
fn is_another_name(slipped: Option<Slip>) -> bool {
    !matches!(
        slipped,
        None | Some(
            Slip::NearVowel | Slip::NearConsonant | Slip::H | Slip::VowelInside | Slip::Exchanged
        )
    )
}

/// The most that is left between two names that differ by the gender of who bears them.
const OTHER_GENDER: u16 = 4_600;

/// `Martin` and `Martina`, `Mario` and `Maria`, `Andres` and `Andrea`: one ends in `a`, the other
/// does not, and they are alike before.
fn is_other_gender(a: &str, b: &str) -> bool {
    let (with, without) = match (a.strip_suffix('a'), b.strip_suffix('a')) {
        (Some(stem), None) => (stem, b),
        (None, Some(stem)) => (stem, a),
        _ => return false,
    };
    !follows_gender(a, b) && without.starts_with(with) && without.len() <= with.len() + 1
}

/// Family names that follow the gender of who bears them (`Ivanov`, `Ivanova`; `Shukshin`, `Shukshina`)
/// are one name. Of those in `in`, names that many bear are given names (`Martin`).
fn follows_gender(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    long.strip_suffix('a') == Some(short)
        && (["ov", "ev", "ski"].iter().any(|end| short.ends_with(end))
            || short.ends_with("in") && !is_common_name(short))
}

/// Whether one ends in `o` and the other in `a`, and one of them is known: so Romance languages tell men
/// from women. `Lukashenko` and `Lukashenka` are one name in two languages.
fn ends_by_gender(a: &str, b: &str) -> bool {
    let known = is_known_name(a) || is_known_name(b);
    let (a, b) = match (a.strip_suffix('o'), b.strip_suffix('o')) {
        (Some(stem), None) => (stem, b),
        (None, Some(stem)) => (stem, a),
        _ => return false,
    };
    known && b.strip_suffix('a') == Some(a) && !a.ends_with("enk")
}

/// Whether the shorter key is the longer with letters left out.
fn is_within(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let mut letters = long.bytes();
    short.len() < long.len() && short.bytes().all(|s| letters.any(|l| l == s))
}

/// Few consonants say little; from five on they are nearly a name.
///
/// Korean names, marked `kr:`, keep their vowels.
fn skeleton_similarity(key: &str) -> Option<Similarity> {
    if let Some(sound) = key.strip_prefix("kr:") {
        let score = match sound.len() {
            0..=2 => 7_000,
            3..=4 => 8_300,
            _ => 8_800,
        };
        return Some(Similarity::new(score, How::Spelling));
    }
    let score = match key.chars().count() {
        n if n < MIN_SKELETON => return None,
        2 => 6_500,
        3 => 8_300,
        4 => 8_900,
        _ => 9_200,
    };
    Some(Similarity::new(score, How::Consonants))
}

fn class_similarity(key: &str) -> Similarity {
    let group = key.split_once(':').map_or("", |(group, _)| group);
    match group {
        "legal" => Similarity::new(9_800, How::LegalForm),
        "nick" => Similarity::new(8_000, How::Nickname),
        "acro" | "acronym" => Similarity::new(9_000, How::Acronym),
        "word" => Similarity::new(9_400, How::Translation),
        _ => Similarity::new(9_200, How::Variant),
    }
}

fn initial_similarity(x: &TokenRef<'_>, y: &TokenRef<'_>) -> Option<Similarity> {
    // A syllable is no abbreviation: `은정` does not begin with the name `U`.
    if syllabic(x) || syllabic(y) {
        return None;
    }
    let (ix, iy) = (is_initial(x), is_initial(y));
    // Two initials meet by equality of keys.
    if ix == iy {
        return None;
    }
    let meets = if ix { begins(y, x) } else { begins(x, y) };
    meets.then_some(Similarity::new(INITIAL, How::Initial))
}

/// Whether a full token begins with an initial.
fn begins(long: &TokenRef<'_>, short: &TokenRef<'_>) -> bool {
    short.forms.iter().any(|s| {
        s.space == Space::Latin
            && starts_with_letter(s.key)
            && long.forms.iter().any(|l| {
                l.space == Space::Latin
                    && l.key.len() > s.key.len()
                    && (l.key.starts_with(s.key) || l.fold.starts_with(s.key))
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold;
    use smallvec::smallvec;

    fn check(a: &str, b: &str) -> Option<Similarity> {
        let (fa, fb) = (fold(a), fold(b));
        let token = |key, fold| TokenRef {
            forms: smallvec![FormRef {
                space: Space::Latin,
                key,
                fold
            }],
            role: Role::Plain,
            weight: 100,
        };
        let (x, y) = (token(a, &fa), token(b, &fb));
        let there = similarity(&x, &y);
        assert_eq!(there, similarity(&y, &x), "{a} {b}");
        there
    }

    #[test]
    fn grades() {
        assert_eq!(check("putin", "putin").map(|s| s.how), Some(How::Equal));
        assert_eq!(
            check("putin", "poutine").map(|s| s.how),
            Some(How::Spelling)
        );
        assert_eq!(check("putin", "pudin").map(|s| s.how), Some(How::Edited(1)));
        assert_eq!(
            check("seimi", "selimi").map(|s| s.how),
            Some(How::Edited(1))
        );
        assert_eq!(
            check("marcon", "macron").map(|s| s.how),
            Some(How::Edited(1))
        );
        assert_eq!(check("v", "vladimir").map(|s| s.how), Some(How::Initial));
        assert_eq!(
            check("nazar", "nazarbayev").map(|s| s.how),
            Some(How::Prefix)
        );
        assert_eq!(check("rami", "hafez"), None);
        assert_eq!(check("2004", "2005"), None);
        assert_eq!(check("3", "30"), None);
        assert_eq!(check("xi", "li"), None);
    }
}
