//! The score of one name reading against another.

use interdict_evidence::{ReadingRef, g, ratio};
use interdict_text::NameKind;

use crate::align::{Alignment, align};
use crate::conflict::{Conflicts, conflicts};

/// The score of a pair of readings and what it is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct NameScore {
    /// `g(C·N)`, 0 to 10,000.
    pub score: u16,
    /// `N`: what share of the query is found, 0 to 10,000.
    pub found: u16,
    /// `C`: what conflicts leave of it, 0 to 10,000.
    pub factor: u16,
}

/// A scored pair of readings with its alignment, for explanations.
#[derive(Clone, Debug, Default)]
pub(crate) struct Laid {
    pub(crate) score: NameScore,
    pub(crate) alignment: Alignment,
    pub(crate) conflicts: Conflicts,
}

/// Scores one reading of a query name against one reading of a listed name.
///
/// `kind` is that of the pair, see [`interdict_evidence::pair_kind`].
pub fn score_name(query: &ReadingRef<'_>, list: &ReadingRef<'_>, kind: NameKind) -> NameScore {
    lay(query, list, kind).score
}

/// The same where it is at least `least`; below it, the score or 0. Nothing speaks for a pair of
/// names, so `g(N)` is the most that can come of it.
pub(crate) fn score_above(
    query: &ReadingRef<'_>,
    list: &ReadingRef<'_>,
    kind: NameKind,
    least: u16,
) -> NameScore {
    let (alignment, found) = found(query, list);
    if alignment.sum == 0 || g(kind, found) < least {
        return NameScore::default();
    }
    let conflicts = conflicts(query, list, &alignment, kind);
    let factor = combine(conflicts.iter().map(|(_, factor)| *factor));
    NameScore {
        score: finish(kind, found, factor),
        found,
        factor,
    }
}

/// The best alignment and `N`.
fn found(query: &ReadingRef<'_>, list: &ReadingRef<'_>) -> (Alignment, u16) {
    let alignment = align(query, list);
    if alignment.sum == 0 {
        return (alignment, 0);
    }
    let found = ratio(
        alignment.sum,
        query.tokens.iter().map(|t| u32::from(t.weight)).sum(),
        unmatched_weight(list, alignment.list_used),
    );
    (alignment, found)
}

pub(crate) fn lay(query: &ReadingRef<'_>, list: &ReadingRef<'_>, kind: NameKind) -> Laid {
    let (alignment, found) = found(query, list);
    if alignment.sum == 0 {
        return Laid::default();
    }
    let conflicts = conflicts(query, list, &alignment, kind);
    let factor = combine(conflicts.iter().map(|(_, factor)| *factor));
    let score = NameScore {
        score: finish(kind, found, factor),
        found,
        factor,
    };
    Laid {
        score,
        alignment,
        conflicts,
    }
}

pub(crate) fn unmatched_weight(list: &ReadingRef<'_>, used: u32) -> u32 {
    list.tokens
        .iter()
        .enumerate()
        .filter(|(i, _)| *i >= 32 || used >> i & 1 == 0)
        .map(|(_, t)| u32::from(t.weight))
        .sum()
}

/// The product of factors, rounded down at each step.
pub(crate) fn combine(factors: impl Iterator<Item = u16>) -> u16 {
    let all = factors.fold(10_000u32, |all, factor| all * u32::from(factor) / 10_000);
    u16::try_from(all).unwrap_or(10_000)
}

/// `g(C·N)`.
pub(crate) fn finish(kind: NameKind, found: u16, factor: u16) -> u16 {
    let product = u32::from(found) * u32::from(factor) / 10_000;
    g(kind, u16::try_from(product).unwrap_or(0))
}
