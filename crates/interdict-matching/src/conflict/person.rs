//! What tells persons apart who share a part of their names.

use interdict_evidence::{How, TokenRef, is_initial};
use interdict_text::{Role, Space};

use super::{COMMON, Conflict, Conflicts, Laying, Side, heaviest, is_firm, substantial};
use crate::align::Alignment;
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
    let loose = laying.alignment.pairs.iter().any(|pair| {
        q.token(pair.query.0).is_some_and(substantial)
            && pair.similarity.how != How::Initial
            && !is_firm(laying, pair)
    });
    if loose {
        found.push((Conflict::LooseInside, parameters().loose_inside));
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
    if met && l.leftover() > 0 {
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
        pair.query == (0, 1)
            && l.token(pair.list.0).is_some_and(|t| t.role == Role::Family)
            && (!is_firm(laying, pair) || l.leftover() >= REST)
    });
    let given = laying.alignment.pairs.iter().any(|pair| {
        pair.query.0 > 0 && l.token(pair.list.0).is_some_and(|t| t.role == Role::Given)
    });
    if swapped && given {
        found.push((Conflict::Exchanged, parameters().exchanged));
    }
}

/// An unmatched initial on one side and an unmatched initial or name on the other.
pub(super) fn initials(laying: &Laying<'_, '_, '_>) -> bool {
    let (q, l) = (&laying.query, &laying.list);
    let name = |s: &Side<'_, '_>| s.leftover() > 0;
    (q.has(Role::Initial) && (l.has(Role::Initial) || name(l))) || (l.has(Role::Initial) && name(q))
}

/// No word of weight meets its like firmly: every one of two or more has letters changed, is a
/// nickname or a form of another language.
fn loose(laying: &Laying<'_, '_, '_>, found: &mut Conflicts) {
    let mut told = 0;
    let mut other_form = false;
    for pair in &laying.alignment.pairs {
        let Some(token) = laying.query.token(pair.query.0) else {
            continue;
        };
        if pair.query.1 == 1 && !substantial(token) {
            continue;
        }
        if is_firm(laying, pair) {
            return;
        }
        told += 1;
        other_form |= matches!(pair.similarity.how, How::Nickname | How::Variant);
    }
    if told >= 2 {
        let p = parameters();
        found.push((
            Conflict::Loose,
            if other_form {
                p.loose_nickname
            } else {
                p.loose
            },
        ));
    }
}

/// Similarity below which a part has changed, and does not only look misspelt.
const CHANGED: u16 = 8_000;

/// What agrees letter by letter are names that many people bear (`Muhammad`, `Garcia`), and the part
/// that would tell has changed.
fn common_changed(laying: &Laying<'_, '_, '_>, found: &mut Conflicts) {
    let mut firmest = 0;
    let mut changed = false;
    for pair in &laying.alignment.pairs {
        let Some(token) = laying.query.token(pair.query.0) else {
            continue;
        };
        if !substantial(token) {
            continue;
        }
        if is_firm(laying, pair) {
            firmest = firmest.max(token.weight);
        } else {
            changed |= pair.similarity.score < CHANGED && pair.similarity.how != How::Initial;
        }
    }
    if changed && (1..COMMON).contains(&firmest) {
        found.push((Conflict::CommonChanged, parameters().common_changed));
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

/// Names that many people bear, found inside a longer name.
fn common(laying: &Laying<'_, '_, '_>, found: &mut Conflicts) {
    if heaviest(laying.query.matched()) < COMMON && laying.list.leftover() >= MUCH_LEFT {
        found.push((Conflict::CommonNames, parameters().common_names));
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
