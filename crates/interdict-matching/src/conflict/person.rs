//! What tells persons apart who share a part of their names.

use interdict_evidence::slips::{Slip, slip};
use interdict_evidence::{How, TokenRef, is_initial};
use interdict_text::{Role, Space};

use super::{
    COMMON, Conflict, Conflicts, Laying, Side, heaviest, is_firm, latin, length, substantial,
};
use crate::align::{Alignment, Pair};
use crate::parameters::parameters;

pub(super) fn rules(laying: &Laying<'_, '_, '_>, found: &mut Conflicts) {
    let p = parameters();
    if laying.query.has(Role::Patronymic) && laying.list.has(Role::Patronymic) {
        found.push((Conflict::Father, p.father));
    }
    if swapped(&laying.query, &laying.list, laying.alignment) {
        found.push((Conflict::Order, p.order));
    }
    loose(laying, found);
    common_changed(laying, found);
    family(laying, found);
    common(laying, found);
    loose_inside(laying, found);
    family_initial(laying, found);
    exchanged(laying, found);
    mother_only(laying, found);
    syllables(laying, found);
    organisation(laying, found);
}

/// Whether a token is a name in Chinese characters or in Hangul, and no transcription.
fn in_syllables(token: &TokenRef<'_>) -> bool {
    token.forms.iter().any(|f| {
        matches!(f.space, Space::Han | Space::Hangul) && f.key.chars().count() <= MAX_SYLLABLES
    })
}

/// Most characters of a Chinese or Korean name part.
const MAX_SYLLABLES: usize = 3;
/// Most letters of a syllable of such a name in Latin letters.
const SYLLABLE_LETTERS: usize = 6;

/// `慧 申` against `Hui Sheng Shen`, `영철 하윤 김` against `김영철`: a name in Chinese characters or in Hangul
/// is whole, so a syllable more makes another given name.
fn syllables(laying: &Laying<'_, '_, '_>, found: &mut Conflicts) {
    let (q, l) = (&laying.query, &laying.list);
    let met = laying.alignment.pairs.iter().any(|pair| {
        q.token(pair.query.0).is_some_and(in_syllables)
            || l.token(pair.list.0).is_some_and(in_syllables)
    });
    let more = |side: &Side<'_, '_>| {
        side.unmatched().any(|t| {
            let short = t
                .forms
                .iter()
                .any(|f| f.space == Space::Latin && f.key.len() <= SYLLABLE_LETTERS);
            substantial(t) && (in_syllables(t) || short)
        })
    };
    if met && (more(q) || more(l)) {
        found.push((Conflict::Syllable, parameters().syllable));
    }
}

/// `Luis Castro` against `CUELLAR CASTRO, Luis Eduardo`: of two family names the first is the father's,
/// by which people go, and only the mother's agrees.
fn mother_only(laying: &Laying<'_, '_, '_>, found: &mut Conflicts) {
    let (q, l) = (&laying.query, &laying.list);
    let families = |t: &&TokenRef<'_>| t.role == Role::Family && substantial(t);
    let mut of_list = l.tokens.iter().enumerate().filter(|(_, t)| families(t));
    let (Some((father, _)), Some((mother, _)), None) =
        (of_list.next(), of_list.next(), of_list.next())
    else {
        return;
    };
    let used = |at: usize| l.used >> at & 1 == 1;
    let mothers = laying.alignment.pairs.iter().any(|pair| {
        usize::from(pair.list.0) == mother
            && usize::from(pair.query.0) + usize::from(pair.query.1) == q.tokens.len()
    });
    if mothers && !used(father) {
        found.push((Conflict::MotherOnly, parameters().mother_only));
    }
}

/// The listed name has the legal form of an organisation, and a person is asked.
fn organisation(laying: &Laying<'_, '_, '_>, found: &mut Conflicts) {
    let form = |side: &Side<'_, '_>| side.tokens.iter().any(|t| t.role == Role::LegalForm);
    if form(&laying.list) && !form(&laying.query) {
        found.push((Conflict::Organisation, parameters().organisation));
    }
}

/// Weight left on the list from which the rest of a listed name is much.
const REST: u32 = 60;

/// `Luisa Torres` inside `Jose Luis Ruelas Torres`: two words of the query, one of them but alike, and
/// more on the list. Each alone is ordinary, together they are another person.
fn loose_inside(laying: &Laying<'_, '_, '_>, found: &mut Conflicts) {
    let (q, l) = (&laying.query, &laying.list);
    if q.count() > 2 || l.leftover() < REST {
        return;
    }
    let p = parameters();
    let loose = laying
        .alignment
        .pairs
        .iter()
        .filter(|pair| {
            q.token(pair.query.0).is_some_and(substantial)
                && pair.similarity.how != How::Initial
                && (is_changed(laying, pair) || !is_firm(laying, pair))
        })
        .map(|pair| match pair.similarity.how {
            How::Variant | How::Nickname => p.loose_inside_variant,
            _ => p.loose_inside,
        })
        .min();
    if let Some(factor) = loose {
        found.push((Conflict::LooseInside, factor));
    }
}

/// `Christopher Meyer` against `Christopher M. Gray`, `Josefina Torres` against `Manuel J Torres`: an
/// initial of the list stands for the last word of the query, for a known family name, or for the
/// first name although the list begins with another, and the list has a name of its own beside.
fn family_initial(laying: &Laying<'_, '_, '_>, found: &mut Conflicts) {
    let (q, l) = (&laying.query, &laying.list);
    let last = q.tokens.len().saturating_sub(1);
    let begins_otherwise = l
        .tokens
        .first()
        .is_some_and(|t| l.used & 1 == 0 && substantial(t));
    let met = laying.alignment.pairs.iter().any(|pair| {
        let at = usize::from(pair.query.0);
        pair.similarity.how == How::Initial
            && l.token(pair.list.0).is_some_and(is_initial)
            && (at == 0 && begins_otherwise
                || q.tokens
                    .get(at)
                    .is_some_and(|t| t.role == Role::Family || at == last && t.role == Role::Plain))
    });
    let other = |pair: &Pair| {
        pair.similarity.how == How::Initial
            && laying
                .alignment
                .pairs
                .iter()
                .any(|p| (p.query.0 < pair.query.0) != (p.list.0 < pair.list.0))
    };
    let crossed = q.count() == 2
        && q.tokens.iter().all(|t| t.role != Role::Initial)
        && l.tokens.iter().all(|t| t.role != Role::Family)
        && laying.alignment.pairs.iter().any(other);
    if (met || crossed) && l.leftover() > 0 {
        found.push((Conflict::FamilyInitial, parameters().family_initial));
    }
}

/// `Phillip Williams` against `PHILLIPS, Graham Williams`: the first word of the query meets the
/// family name of the list loosely, or beside names that the query lacks. In `Belousov A.` the initial
/// says that the family name stands first, as Russians write it.
fn exchanged(laying: &Laying<'_, '_, '_>, found: &mut Conflicts) {
    let (q, l) = (&laying.query, &laying.list);
    let told = |t: &TokenRef<'_>| matches!(t.role, Role::Family | Role::Initial);
    if q.count() != 2 || q.tokens.iter().any(told) {
        return;
    }
    let swapped = laying.alignment.pairs.iter().any(|pair| {
        pair.query == (0, 1) && l.token(pair.list.0).is_some_and(|t| t.role == Role::Family)
    });
    let loosely = l.leftover() >= REST || !laying.alignment.pairs.iter().all(is_exact);
    let given = laying.alignment.pairs.iter().any(|pair| {
        pair.query.0 > 0 && l.token(pair.list.0).is_some_and(|t| t.role == Role::Given)
    });
    // Nothing on the list says which is the family name: then its order is the usual one.
    let unmarked = l.tokens.iter().all(|t| !told(t) && t.role != Role::Given);
    let crossed = unmarked
        && match laying.alignment.pairs.as_slice() {
            [a, b] => {
                (a.list.0 > b.list.0)
                    && !(is_firm(laying, a) && is_firm(laying, b) && l.leftover() < REST)
                    && !(is_exact(a) && is_exact(b))
            }
            _ => false,
        };
    if swapped && given && loosely || crossed {
        found.push((Conflict::Exchanged, parameters().exchanged));
    }
}

fn is_exact(pair: &Pair) -> bool {
    matches!(
        pair.similarity.how,
        How::Equal | How::Spelling | How::SameScript
    )
}

/// An unmatched initial on one side and an unmatched initial or name on the other.
pub(super) fn initials(laying: &Laying<'_, '_, '_>) -> bool {
    let (q, l) = (&laying.query, &laying.list);
    let name = |s: &Side<'_, '_>| s.leftover() > 0;
    // `Jeremy Lee` against `DJ LEE`: the initial in front of the one that is met comes first.
    let second = laying.alignment.pairs.iter().any(|pair| {
        let before = pair.list.0.checked_sub(1);
        pair.similarity.how == How::Initial
            && l.token(pair.list.0).is_some_and(is_initial)
            && before.is_some_and(|at| l.used >> at & 1 == 0 && l.token(at).is_some_and(is_initial))
    });
    if second {
        return true;
    }
    (q.has(Role::Initial) && (l.has(Role::Initial) || name(l))) || (l.has(Role::Initial) && name(q))
}

/// No word of weight meets its like firmly: every one of two or more has letters changed, is a
/// nickname or a form of another language.
fn loose(laying: &Laying<'_, '_, '_>, found: &mut Conflicts) {
    let mut told = 0;
    let mut other_form = false;
    let mut across = false;
    for pair in &laying.alignment.pairs {
        let Some(token) = laying.query.token(pair.query.0) else {
            continue;
        };
        if pair.query.1 == 1 && !substantial(token) {
            continue;
        }
        let foreign_one = across_scripts(laying, pair);
        if if foreign_one {
            firm_across(pair)
        } else {
            is_firm(laying, pair)
        } {
            return;
        }
        across |= foreign_one;
        told += 1;
        other_form |= matches!(pair.similarity.how, How::Nickname | How::Variant);
    }
    if told >= 2 {
        let p = parameters();
        found.push((
            Conflict::Loose,
            if across {
                p.loose_across
            } else if other_form {
                p.loose_nickname
            } else {
                p.loose
            },
        ));
    }
}

fn across_scripts(laying: &Laying<'_, '_, '_>, pair: &Pair) -> bool {
    let foreign_one = |t: Option<&TokenRef<'_>>| t.is_some_and(super::foreign);
    foreign_one(laying.query.token(pair.query.0)) != foreign_one(laying.list.token(pair.list.0))
}

/// Similarity from which a name romanised without written vowels is taken for the same one.
const FIRM_ACROSS: u16 = 8_300;
/// The same of a word with a letter changed.
const FIRM_EDIT_ACROSS: u16 = 8_500;

/// Whether two words of two scripts are one name: all agrees but a letter of a long word, or more than
/// three consonants.
fn firm_across(pair: &Pair) -> bool {
    match pair.similarity.how {
        How::Edited(1) => pair.similarity.score >= FIRM_EDIT_ACROSS,
        How::Consonants => pair.similarity.score > FIRM_ACROSS,
        How::Edited(_) | How::Prefix | How::Initial => false,
        _ => true,
    }
}

/// Similarity by edits below which a part has changed, and does not only look misspelt.
const CHANGED: u16 = 9_000;
/// The same where a part agrees in another way.
const CHANGED_FORM: u16 = 8_000;
/// Similarity below which a short part has become another name.
const CHANGED_MUCH: u16 = 7_600;
/// Most letters of a short part.
const SHORT: usize = 6;

/// Whether a word has letters changed that spellings of one name do not change: `Laden` and `Ladin` are
/// one name, `Lynch` and `Linets` are not.
fn is_changed(laying: &Laying<'_, '_, '_>, pair: &Pair) -> bool {
    let spelling = || {
        let query = laying.query.token(pair.query.0).and_then(latin);
        let list = laying.list.token(pair.list.0).and_then(latin);
        query
            .zip(list)
            .is_some_and(|(a, b)| matches!(slip(a.fold, b.fold), Some(Slip::NearVowel | Slip::H)))
    };
    matches!(pair.similarity.how, How::Edited(_)) && pair.similarity.score < CHANGED && !spelling()
}

/// What agrees letter by letter are names that many people bear (`Muhammad`, `Garcia`), and the part
/// that would tell has changed.
fn common_changed(laying: &Laying<'_, '_, '_>, found: &mut Conflicts) {
    let mut firmest = 0;
    let (mut changed, mut much) = (false, false);
    for pair in &laying.alignment.pairs {
        let Some(token) = laying.query.token(pair.query.0) else {
            continue;
        };
        if !substantial(token) {
            continue;
        }
        let least = match pair.similarity.how {
            How::Initial => 0,
            How::Edited(_) if is_changed(laying, pair) || !is_firm(laying, pair) => CHANGED,
            How::Edited(_) => 0,
            _ if is_firm(laying, pair) => 0,
            _ => CHANGED_FORM,
        };
        if pair.similarity.score < least {
            changed = true;
            much |= pair.similarity.score < CHANGED_MUCH
                && pair.similarity.how != How::Prefix
                && length(token) <= SHORT;
        } else if pair.similarity.how != How::Initial {
            firmest = firmest.max(token.weight);
        }
    }
    if changed && (1..COMMON).contains(&firmest) {
        let p = parameters();
        let factor = if much {
            p.common_changed_much
        } else {
            p.common_changed
        };
        found.push((Conflict::CommonChanged, factor));
    }
}

/// The family name, known by the comma or the capitals of one side, has no counterpart, so given
/// names are all that agrees.
fn family(laying: &Laying<'_, '_, '_>, found: &mut Conflicts) {
    let missing = |side: &Side<'_, '_>| {
        side.has(Role::Family) && !side.matched().any(|t| t.role == Role::Family)
    };
    let (q, l) = (&laying.query, &laying.list);
    if q.count() < 2 || l.count() < 2 || !(missing(q) || missing(l)) {
        return;
    }
    let p = parameters();
    let certain = heaviest(q.matched()) >= COMMON
        && laying
            .alignment
            .pairs
            .iter()
            .all(|pair| is_firm(laying, pair));
    found.push((
        Conflict::FamilyMissing,
        if certain {
            p.family_missing
        } else {
            p.family_missing_loose
        },
    ));
}

/// Weight of unmatched listed names from which common names alone are too little.
const MUCH_LEFT: u32 = 110;
/// The same where all that agrees are names that many people bear.
const SOME_LEFT: u32 = 60;
/// Weight in all of the words that agree, up to which they say little, and from which they say enough.
const THIN: (u32, u32) = (140, 230);

/// Names that many people bear, found inside a longer name: the more of the listed name is left, and the
/// more common what agrees, the less it says. A query that names one person more fully than the list
/// does counts the same.
fn common(laying: &Laying<'_, '_, '_>, found: &mut Conflicts) {
    let (q, l) = (&laying.query, &laying.list);
    let p = parameters();
    let common = heaviest(q.matched()) < COMMON;
    let least = if common { SOME_LEFT } else { MUCH_LEFT };
    if l.leftover() >= least && q.leftover() == 0 {
        let agreed: u32 = q
            .matched()
            .filter(|t| substantial(t))
            .map(|t| u32::from(t.weight))
            .sum();
        let family = has_family(laying);
        let factor = match (common, family) {
            (true, true) => p.common_family,
            (true, false) => p.common_names,
            (false, true) => p.inside_family,
            (false, false) => p.inside,
        };
        let missing = u32::from(10_000 - factor);
        let thin = THIN.1.saturating_sub(agreed).min(THIN.1 - THIN.0);
        let taken = missing * thin / (THIN.1 - THIN.0) * l.leftover().min(MUCH_LEFT) / MUCH_LEFT;
        if taken > 0 {
            let factor = 10_000 - u16::try_from(taken).unwrap_or(0);
            found.push((Conflict::CommonNames, factor));
        }
    } else if common && q.leftover() >= SOME_LEFT && l.leftover() == 0 {
        found.push((Conflict::CommonNames, p.common_longer));
    }
}

/// Whether the name by which the listed person goes has a counterpart: the first of the family names,
/// or the last word of a name that does not tell which they are, if it is the last of the query too.
fn has_family(laying: &Laying<'_, '_, '_>) -> bool {
    let (q, l) = (&laying.query, &laying.list);
    let family = l
        .tokens
        .iter()
        .take(32)
        .position(|t| t.role == Role::Family && substantial(t));
    match family {
        Some(at) => l.used >> at & 1 == 1,
        None => laying.alignment.pairs.iter().any(|pair| {
            let end = |(first, count): (u8, u8)| usize::from(first) + usize::from(count);
            end(pair.list) == l.tokens.len() && end(pair.query) == q.tokens.len()
        }),
    }
}

/// Whether a token says that the father's name follows.
fn is_son_of(token: &TokenRef<'_>) -> bool {
    token.forms.iter().any(|f| {
        f.space == Space::Latin
            && matches!(
                f.key,
                "bin" | "ibn" | "ben" | "bint" | "ould" | "uld" | "binti"
            )
    })
}

/// Son and father around the word for `son of` at this place: the nearest names on either side.
fn son_and_father(tokens: &[TokenRef<'_>], at: usize) -> Option<(usize, usize)> {
    let name = |i: &usize| {
        tokens
            .get(*i)
            .is_some_and(|t| !matches!(t.role, Role::Particle | Role::Honorific))
    };
    let son = (0..at).rev().find(name)?;
    let father = (at + 1..tokens.len()).find(name)?;
    Some((son, father))
}

/// `A bin B` against `B bin A`: son and father have changed places.
fn swapped(query: &Side<'_, '_>, list: &Side<'_, '_>, alignment: &Alignment) -> bool {
    let counterpart = |at: usize| {
        alignment
            .pairs
            .iter()
            .find(|p| usize::from(p.query.0) == at && p.query.1 == 1)
            .map(|p| usize::from(p.list.0))
    };
    let pairs = |tokens: &[TokenRef<'_>]| -> smallvec::SmallVec<[(usize, usize); 4]> {
        (1..tokens.len().min(32))
            .filter(|i| tokens.get(*i).is_some_and(is_son_of))
            .filter_map(|i| son_and_father(tokens, i))
            .collect()
    };
    let listed = pairs(list.tokens);
    !listed.is_empty()
        && pairs(query.tokens).iter().any(|(son, father)| {
            match (counterpart(*son), counterpart(*father)) {
                (Some(son), Some(father)) => listed.contains(&(father, son)),
                _ => false,
            }
        })
}
