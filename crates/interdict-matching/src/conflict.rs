//! What speaks against two names meaning the same, beyond what is missing: `C`.

use interdict_evidence::{How, ReadingRef, TokenRef};
use interdict_text::{NameKind, Role, Space};
use smallvec::SmallVec;

use crate::align::Alignment;

/// A reason to doubt a name match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Conflict {
    /// Each name has a part that the other lacks: another given name, father's name, tribe or
    /// distinguishing word.
    Different,
    /// Both have an initial or a name in its place, and they do not go together.
    Initials,
    /// The numbers, ordinals or series marks differ.
    Numbers,
    /// Vehicles of one sponsor told apart by their number (fund vintages).
    Vintage,
    /// One of the two carries a number, the other none.
    NumberMissing,
    /// One of the two carries the name of a place, the other none.
    Place,
    /// Father and son have changed places.
    Order,
    /// Only one word of the query stands for a longer name.
    OneWordQuery,
    /// The listed name is one word of a longer query.
    OneWordList,
    /// Nothing but initials agrees.
    OnlyInitials,
    /// Every word that agrees has letters changed.
    Loose,
    /// Names that many people bear, found inside a longer name.
    CommonNames,
    /// Only common words agree, and the distinguishing word is missing on one side.
    OnlyGeneric,
}

impl Conflict {
    /// In words, to stand after "Against it:".
    pub const fn words(self) -> &'static str {
        match self {
            Conflict::Different => "each name has a part that the other lacks",
            Conflict::Initials => "the initials do not go together",
            Conflict::Numbers => "the numbers differ",
            Conflict::Vintage => "the number is that of another vehicle of the same sponsor",
            Conflict::NumberMissing => "only one of the names has a number",
            Conflict::Place => "only one of the names has a place in it",
            Conflict::Order => "father and son have changed places",
            Conflict::OneWordQuery => "one word stands for a longer listed name",
            Conflict::OneWordList => "the listed name is one word of a longer one",
            Conflict::Loose => "no part agrees letter by letter",
            Conflict::CommonNames => "common names inside a longer name",
            Conflict::OnlyGeneric => "only common words agree",
            Conflict::OnlyInitials => "nothing but initials agrees",
        }
    }
}

/// The conflicts of one comparison with their factors, in parts of 10,000.
pub(crate) type Conflicts = SmallVec<[(Conflict, u16); 4]>;

/// Weight from which a part counts when names are told apart.
const SUBSTANTIAL: u16 = 20;

struct Leftover {
    query: u32,
    list: u32,
}

/// Finds the conflicts of an alignment.
pub(crate) fn conflicts(
    query: &ReadingRef<'_>,
    list: &ReadingRef<'_>,
    alignment: &Alignment,
    kind: NameKind,
) -> Conflicts {
    let mut found = Conflicts::new();
    if alignment
        .pairs
        .iter()
        .all(|p| p.similarity.how == How::Initial || initial_pair(query, p.query.0))
    {
        found.push((Conflict::OnlyInitials, 6_000));
    }
    let q = Side {
        tokens: &query.tokens,
        used: alignment.query_used,
    };
    let l = Side {
        tokens: &list.tokens,
        used: alignment.list_used,
    };
    if kind != NameKind::Person {
        numbers(&q, &l, &mut found);
        if kind != NameKind::Object {
            place(&q, &l, &mut found);
            generic(&q, &l, &mut found);
        }
    }
    let (weak_query, weak_list) = weak_pairs(query, list, alignment);
    let left = Leftover {
        query: q.leftover() + weak_query,
        list: l.leftover() + weak_list,
    };
    if let Some(factor) = different(&left, kind) {
        // How a word of another script is spelt in Latin letters is uncertain, so that it found
        // no counterpart says less.
        let factor = if q.unmatched().any(foreign) != l.unmatched().any(foreign) {
            factor.midpoint(10_000)
        } else {
            factor
        };
        found.push((Conflict::Different, factor));
    } else if kind == NameKind::Person && initials(&q, &l) {
        found.push((Conflict::Initials, 7_500));
    }
    if kind == NameKind::Person && swapped(query, list, alignment) {
        found.push((Conflict::Order, 5_800));
    }
    if kind == NameKind::Person {
        loose(query, alignment, &mut found);
        common(&q, &l, &mut found);
    }
    one_word(&q, &l, kind, &mut found);
    found
}

/// Similarity by edits below which a pair counts half as two different names.
const WEAK_EDITS: u16 = 6_000;

fn weak_pairs(query: &ReadingRef<'_>, list: &ReadingRef<'_>, alignment: &Alignment) -> (u32, u32) {
    let weight = |tokens: &[TokenRef<'_>], at: u8| {
        tokens
            .get(usize::from(at))
            .map_or(0, |t| u32::from(t.weight) / 2)
    };
    alignment
        .pairs
        .iter()
        .filter(|p| {
            matches!(p.similarity.how, How::Edited(n) if n > 1) && p.similarity.score < WEAK_EDITS
        })
        .fold((0, 0), |(q, l), p| {
            (
                q + weight(&query.tokens, p.query.0),
                l + weight(&list.tokens, p.list.0),
            )
        })
}

fn initial_pair(query: &ReadingRef<'_>, at: u8) -> bool {
    query
        .tokens
        .get(usize::from(at))
        .is_some_and(|t| t.role == Role::Initial)
}

struct Side<'r, 'a> {
    tokens: &'r [TokenRef<'a>],
    used: u32,
}

impl<'r, 'a> Side<'r, 'a> {
    fn unmatched(&self) -> impl Iterator<Item = &'r TokenRef<'a>> {
        let used = self.used;
        self.tokens
            .iter()
            .take(32)
            .enumerate()
            .filter(move |(i, _)| used >> i & 1 == 0)
            .map(|(_, t)| t)
    }

    /// Whether a token says who is meant.
    fn substantial(&self, token: &TokenRef<'_>) -> bool {
        token.weight >= SUBSTANTIAL
            && !matches!(
                token.role,
                Role::Particle
                    | Role::Stopword
                    | Role::Honorific
                    | Role::LegalForm
                    | Role::Initial
                    | Role::Number
            )
    }

    fn leftover(&self) -> u32 {
        self.unmatched()
            .filter(|t| self.substantial(t))
            .map(|t| u32::from(t.weight))
            .sum()
    }

    /// Words and initials that say who is meant.
    fn count(&self) -> usize {
        self.tokens
            .iter()
            .filter(|t| self.substantial(t) || t.role == Role::Initial)
            .count()
    }

    /// The weight of the heaviest word outside the alignment.
    fn heaviest_left(&self) -> u16 {
        self.unmatched()
            .filter(|t| self.substantial(t))
            .map(|t| t.weight)
            .max()
            .unwrap_or(0)
    }

    /// The weight of the heaviest word inside the alignment.
    fn heaviest_met(&self) -> u16 {
        let used = self.used;
        self.tokens
            .iter()
            .take(32)
            .enumerate()
            .filter(|(i, t)| used >> i & 1 == 1 && self.substantial(t))
            .map(|(_, t)| t.weight)
            .max()
            .unwrap_or(0)
    }

    fn has(&self, role: Role) -> bool {
        self.unmatched().any(|t| t.role == role)
    }
}

/// A part on each side without a counterpart. Missing parts on one side only are no conflict.
fn different(left: &Leftover, kind: NameKind) -> Option<u16> {
    let less = left.query.min(left.list);
    let (low, high) = match kind {
        NameKind::Person => (10, 36),
        _ => (15, 40),
    };
    if less <= low {
        return None;
    }
    let depth = (less.min(high) - low) * 3_000 / (high - low);
    Some(10_000 - u16::try_from(depth).unwrap_or(0))
}

fn foreign(token: &TokenRef<'_>) -> bool {
    token.forms.iter().any(|f| {
        matches!(
            f.space,
            Space::Native | Space::Han | Space::Hangul | Space::Kana
        )
    })
}

/// An unmatched initial on one side and an unmatched initial or name on the other.
fn initials(q: &Side<'_, '_>, l: &Side<'_, '_>) -> bool {
    let name = |s: &Side<'_, '_>| s.leftover() > 0;
    (q.has(Role::Initial) && (l.has(Role::Initial) || name(l))) || (l.has(Role::Initial) && name(q))
}

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

fn numbers(q: &Side<'_, '_>, l: &Side<'_, '_>, found: &mut Conflicts) {
    // Words of a payment turn the numbers beside them into references.
    let payment = q
        .unmatched()
        .any(|t| t.role == Role::Plain && t.weight <= NOISE);
    let in_query = !payment && q.unmatched().any(is_series);
    let in_list = l.unmatched().any(is_series);
    match (in_query, in_list) {
        (false, false) => {}
        _ if is_fund(q.tokens) && is_fund(l.tokens) => {
            found.push((Conflict::Vintage, 8_800));
        }
        (true, true) => found.push((Conflict::Numbers, 6_500)),
        _ => found.push((Conflict::NumberMissing, 6_700)),
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

fn place(q: &Side<'_, '_>, l: &Side<'_, '_>, found: &mut Conflicts) {
    if q.has(Role::Place) != l.has(Role::Place) {
        found.push((Conflict::Place, 6_700));
    }
}

/// No word of weight meets its like firmly: every one of two or more has letters changed.
fn loose(query: &ReadingRef<'_>, alignment: &Alignment, found: &mut Conflicts) {
    let side = Side {
        tokens: &query.tokens,
        used: alignment.query_used,
    };
    let mut told = 0;
    let firm = alignment.pairs.iter().any(|p| {
        let Some(token) = query.tokens.get(usize::from(p.query.0)) else {
            return false;
        };
        if p.query.1 == 1 && !side.substantial(token) {
            return false;
        }
        told += 1;
        !matches!(
            p.similarity.how,
            How::Edited(_) | How::Prefix | How::Initial
        )
    });
    if told >= 2 && !firm {
        found.push((Conflict::Loose, 8_500));
    }
}

/// Weight below which a name is one that many people bear.
const COMMON: u16 = 80;
/// Weight of unmatched listed names from which common names alone are too little.
const MUCH_LEFT: u32 = 110;

/// Names that many people bear, found inside a longer name.
fn common(q: &Side<'_, '_>, l: &Side<'_, '_>, found: &mut Conflicts) {
    if q.heaviest_met() < COMMON && l.leftover() >= MUCH_LEFT {
        found.push((Conflict::CommonNames, 8_500));
    }
}

/// Only words that many organisations carry meet, and the one that tells them apart is missing.
fn generic(q: &Side<'_, '_>, l: &Side<'_, '_>, found: &mut Conflicts) {
    if q.heaviest_met() < 50 && q.heaviest_left().max(l.heaviest_left()) >= 80 {
        found.push((Conflict::OnlyGeneric, 7_500));
    }
}

/// `A bin B` against `B bin A`: the tokens beside the particle have changed places.
fn swapped(query: &ReadingRef<'_>, list: &ReadingRef<'_>, alignment: &Alignment) -> bool {
    let counterpart = |at: usize| {
        alignment
            .pairs
            .iter()
            .find(|p| usize::from(p.query.0) == at && p.query.1 == 1)
            .map(|p| p.list.0)
    };
    let bin = |t: &TokenRef<'_>| {
        t.forms.iter().any(|f| {
            f.space == Space::Latin
                && matches!(
                    f.key,
                    "bin" | "ibn" | "ben" | "bint" | "ould" | "uld" | "binti"
                )
        })
    };
    let beside = |tokens: &[TokenRef<'_>], from: usize, to: usize| {
        from + 2 == to && tokens.get(from + 1).is_some_and(bin)
    };
    (1..query.tokens.len().min(32)).any(|i| {
        query.tokens.get(i).is_some_and(bin)
            && match (counterpart(i - 1), counterpart(i + 1)) {
                (Some(father), Some(son)) => {
                    beside(&list.tokens, usize::from(son), usize::from(father))
                }
                _ => false,
            }
    })
}

fn one_word(q: &Side<'_, '_>, l: &Side<'_, '_>, kind: NameKind, found: &mut Conflicts) {
    let (nq, nl) = (q.count(), l.count());
    if nq <= 1 && nl >= 2 {
        let heavy = q.tokens.iter().any(|t| q.substantial(t) && t.weight >= 100);
        let factor = match kind {
            NameKind::Person if heavy => 8_500,
            NameKind::Person => 7_000,
            _ if heavy => 9_800,
            _ => 8_000,
        };
        found.push((Conflict::OneWordQuery, factor));
    } else if nl <= 1 && nq >= 2 {
        let factor = if kind == NameKind::Person {
            7_000
        } else {
            8_800
        };
        found.push((Conflict::OneWordList, factor));
    }
}
