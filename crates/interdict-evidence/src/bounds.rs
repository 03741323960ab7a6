//! The arithmetic that scoring and retrieval share: `docs/decisions/0001-score-and-bounds.md`.

use interdict_text::NameKind;

use crate::SCALE;

/// What a list token outside the alignment costs, in parts of [`SCALE`] of its weight.
pub const BETA: u32 = 3_000;
/// The most that fields other than names can add to a name score.
pub const MAX_LIFT: u16 = 500;
/// Thresholds below this are answered by scoring everything: initials alone may reach them.
pub const MIN_THRESHOLD: u16 = 5_000;

/// `N`, in parts of [`SCALE`], rounded down: `sum` is `Σ w·s` over the alignment (`s` in parts of
/// [`SCALE`]), `query` the whole weight of the query reading, `unmatched` the weight of list
/// tokens outside the alignment.
pub fn ratio(sum: u64, query: u32, unmatched: u32) -> u16 {
    let scale = u64::from(SCALE);
    let under = u64::from(query) * scale + u64::from(unmatched) * u64::from(BETA);
    if under == 0 {
        return 0;
    }
    u16::try_from((sum * scale / under).min(scale)).unwrap_or(0)
}

/// Whether [`ratio`] is at least `needed`, without the division.
pub fn reaches(sum: u64, query: u32, unmatched: u32, needed: u16) -> bool {
    let scale = u64::from(SCALE);
    let under = u64::from(query) * scale + u64::from(unmatched) * u64::from(BETA);
    under > 0 && sum * scale >= u64::from(needed) * under
}

/// Points of `g`, ascending in both; straight between them.
const PERSON: &[(u16, u16)] = &[
    (0, 0),
    (5_000, 5_500),
    (6_200, 7_000),
    (8_000, 8_600),
    (10_000, 10_000),
];
const ORGANIZATION: &[(u16, u16)] = &[
    (0, 0),
    (5_000, 5_500),
    (6_200, 7_000),
    (8_000, 8_600),
    (10_000, 10_000),
];
const OBJECT: &[(u16, u16)] = &[(0, 0), (5_000, 5_000), (7_000, 7_000), (10_000, 10_000)];

fn points(kind: NameKind) -> &'static [(u16, u16)] {
    match kind {
        NameKind::Person => PERSON,
        NameKind::Organization | NameKind::Any => ORGANIZATION,
        NameKind::Object => OBJECT,
    }
}

/// The kind that a comparison is made under: the list's, or the query's where the list's is
/// unknown.
pub const fn pair_kind(query: NameKind, list: NameKind) -> NameKind {
    match list {
        NameKind::Any => query,
        known => known,
    }
}

/// `g`: the name score for a value of `C·N`. Never falls; 0 to 0 and 10,000 to 10,000.
pub fn g(kind: NameKind, n: u16) -> u16 {
    let mut low = (0u16, 0u16);
    for &high in points(kind) {
        if n <= high.0 {
            let run = u32::from(high.0 - low.0);
            if run == 0 {
                return high.1;
            }
            let rise = u32::from(high.1 - low.1);
            let step = u32::from(n - low.0) * rise / run;
            return low.1 + u16::try_from(step).unwrap_or(0);
        }
        low = high;
    }
    10_000
}

/// The least `n` with `g(kind, n) ≥ score`.
pub fn g_inverse(kind: NameKind, score: u16) -> u16 {
    let (mut low, mut high) = (0u16, 10_000u16);
    while low < high {
        let middle = low.midpoint(high);
        if g(kind, middle) >= score {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

/// `t'`: the least `N` that can end at `threshold` when other fields add at most `lift`.
///
/// [`NameKind::Any`] gives the least over all kinds, so it serves a query whose candidates may be
/// of any kind.
pub fn required(threshold: u16, kind: NameKind, lift: u16) -> u16 {
    let score = threshold.saturating_sub(lift.min(MAX_LIFT));
    match kind {
        NameKind::Any => [NameKind::Person, NameKind::Organization, NameKind::Object]
            .into_iter()
            .map(|k| g_inverse(k, score))
            .min()
            .unwrap_or(0),
        known => g_inverse(known, score),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KINDS: [NameKind; 4] = [
        NameKind::Person,
        NameKind::Organization,
        NameKind::Object,
        NameKind::Any,
    ];

    #[test]
    fn g_never_falls_and_has_an_inverse() {
        for kind in KINDS {
            assert_eq!(g(kind, 0), 0);
            assert_eq!(g(kind, 10_000), 10_000);
            for n in 0..10_000 {
                assert!(g(kind, n) <= g(kind, n + 1));
            }
            for score in 0..=10_000 {
                let n = g_inverse(kind, score);
                assert!(g(kind, n) >= score);
                assert!(n == 0 || g(kind, n - 1) < score);
            }
        }
    }

    proptest! {
        #[test]
        fn reaching_is_the_ratio(query in 1u32..4_000, share in 0u64..=10_000, u in 0u32..4_000, t in 0u16..=10_000) {
            let sum = u64::from(query) * share;
            prop_assert_eq!(ratio(sum, query, u) >= t, reaches(sum, query, u, t));
        }
    }
}
