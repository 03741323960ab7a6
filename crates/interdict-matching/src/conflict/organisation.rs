//! What tells names of organisations and of objects apart: numbers, places, the word that matters.

use interdict_evidence::TokenRef;
use interdict_text::{Role, Space};

use super::{Conflict, Conflicts, Laying, heaviest};
use crate::parameters::parameters;

/// Digits of a series mark; longer numbers are references and registration numbers.
const SERIES_DIGITS: usize = 4;

fn is_series(token: &TokenRef<'_>) -> bool {
    token.role == Role::Number
        && token
            .forms
            .first()
            .is_some_and(|f| f.key.len() <= SERIES_DIGITS)
}

/// The weight that words of payments have.
const NOISE: u16 = 8;

pub(super) fn numbers(laying: &Laying<'_, '_, '_>, found: &mut Conflicts) {
    let (q, l) = (&laying.query, &laying.list);
    // Words of a payment turn the numbers beside them into references.
    let payment = q
        .unmatched()
        .any(|t| t.role == Role::Plain && t.weight <= NOISE);
    let in_query = !payment && q.unmatched().any(is_series);
    let in_list = l.unmatched().any(is_series);
    let p = parameters();
    match (in_query, in_list) {
        (false, false) => {}
        _ if is_fund(q.tokens) && is_fund(l.tokens) => {
            found.push((Conflict::Vintage, p.vintage));
        }
        (true, true) => found.push((Conflict::Numbers, p.numbers)),
        _ => found.push((Conflict::NumberMissing, p.number_missing)),
    }
}

/// Limited partnerships, funds and trusts come in vintages of one sponsor: another number is
/// another vehicle of the same people, which a reviewer should see.
fn is_fund(tokens: &[TokenRef<'_>]) -> bool {
    tokens.iter().any(|t| {
        t.forms.iter().any(|f| match f.space {
            Space::Latin => matches!(f.key, "lp" | "fund" | "trust" | "partners"),
            Space::Class => f.key == "legal:lp",
            _ => false,
        })
    })
}

/// Class of the names of parts of the world: they mark an arm of a group rather than a subsidiary of
/// its own (`Faberlic Europe`).
const REGION: &str = "place:region ";

pub(super) fn place(laying: &Laying<'_, '_, '_>, found: &mut Conflicts) {
    let region = |t: &TokenRef<'_>| {
        t.forms
            .iter()
            .any(|f| f.space == Space::Class && f.key.starts_with(REGION))
    };
    let (q, l) = (&laying.query, &laying.list);
    let (in_query, in_list) = (q.has(Role::Place), l.has(Role::Place));
    if in_query == in_list {
        return;
    }
    let place = |t: &&TokenRef<'_>| t.role == Role::Place;
    let all_regions =
        q.unmatched().filter(place).all(region) && l.unmatched().filter(place).all(region);
    let p = parameters();
    found.push(if all_regions {
        (Conflict::Region, p.region)
    } else {
        (Conflict::Place, p.place)
    });
}

/// Weight up to which a word is one that many organisations carry.
const LIGHT: u16 = 50;
/// Weight from which a missing word is the one that tells them apart.
const TELLING: u16 = 80;

/// Only words that many organisations carry meet, and the one that tells them apart is missing.
pub(super) fn generic(laying: &Laying<'_, '_, '_>, found: &mut Conflicts) {
    let (q, l) = (&laying.query, &laying.list);
    let met = heaviest(q.matched().filter(|t| t.role != Role::Place));
    if met < LIGHT && q.heaviest_left().max(l.heaviest_left()) >= TELLING {
        found.push((Conflict::OnlyGeneric, parameters().only_generic));
    }
}
