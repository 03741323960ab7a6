//! The score of a query entity against a listed entity.

use interdict_evidence::{FactRef, NameClass, ReadingRef, pair_kind};
use interdict_text::{NameKind, Role};

use crate::feature::{Feature, FeatureValue, features};
use crate::name::{NameScore, score_above};
use crate::options::{OneWordNames, Options, WeakAliases};

/// One reading of one name of an entity, owned or mapped.
#[derive(Clone, Debug)]
pub struct NameRef<'a> {
    /// Which name of the entity this is, in the order of [`interdict_evidence::names_of`].
    pub name: u32,
    /// Which reading of that name.
    pub reading: u16,
    /// How good the name is. Queries have primary names and aliases alike.
    pub class: NameClass,
    /// The reading with the weights of its side.
    pub tokens: ReadingRef<'a>,
}

/// What scoring sees of an entity.
#[derive(Clone, Copy, Debug)]
pub struct EntityRef<'v, 'a> {
    /// What its names name.
    pub kind: NameKind,
    /// Every reading of every name.
    pub names: &'v [NameRef<'a>],
    /// What it says beside its names.
    pub facts: &'v [FactRef<'a>],
}

/// The best pair of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NameMatch {
    /// Index of the query reading in [`EntityRef::names`].
    pub query: usize,
    /// Index of the list reading in [`EntityRef::names`].
    pub list: usize,
    /// Class of the listed name.
    pub class: NameClass,
    /// The score of the two readings.
    pub raw: NameScore,
    /// The score after what the options say of weak aliases and one-word names.
    pub score: u16,
    /// Whether the options ask for another field to agree.
    pub needs_support: bool,
}

/// The outcome of comparing two entities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Scored {
    /// `S`, 0 to 10,000: 7,000 is where a reviewer should look. 0 for an excluded pair.
    pub score: u16,
    /// Orders everything, ties of `score` included: more is better. Equal scores are ordered by
    /// supporting fields, then primary before alias before weak, then exactness of the name.
    pub rank: u32,
    /// The best pair of names, if any pair is alike at all.
    pub name: Option<NameMatch>,
    /// The two have lifelong identifiers that contradict each other. Such a pair may still be
    /// shown when its name scores 0.90 or more.
    pub excluded: bool,
    /// A strong identifier agrees: the score is 1 whatever the names.
    pub identified: bool,
}

/// Compares a query with a listed entity.
pub fn score_entity(
    query: &EntityRef<'_, '_>,
    list: &EntityRef<'_, '_>,
    options: &Options,
) -> Scored {
    let name = best_name(query, list, options);
    finish_entity(name, query.facts, list.facts, options)
}

/// Compares a query with some readings of a listed entity: the same answer as [`score_entity`]
/// wherever every pair of readings that can reach the outcome is among them.
///
/// `pairs` name a reading of the query by its index in [`EntityRef::names`], a reading of the list
/// by its place among all readings of the entity, and the reading itself; in ascending order of the
/// list's place, then the query's.
pub fn score_pairs<'a, 'n>(
    query: &EntityRef<'_, '_>,
    kind: NameKind,
    pairs: impl Iterator<Item = (usize, usize, &'n NameRef<'a>)>,
    facts: &[FactRef<'_>],
    options: &Options,
) -> Scored
where
    'a: 'n,
{
    let mut best = Best::new(pair_kind(query.kind, kind), options);
    for (i, j, list) in pairs {
        if let Some(q) = query.names.get(i) {
            best.consider((i, q), (j, list));
        }
    }
    finish_entity(best.best, query.facts, facts, options)
}

fn finish_entity(
    name: Option<NameMatch>,
    query: &[FactRef<'_>],
    list: &[FactRef<'_>],
    options: &Options,
) -> Scored {
    // Without names or identifiers in common nothing can be said.
    if name.is_none() && !options.identifiers {
        return Scored::default();
    }
    let features = features(query, list, options);
    compose(name, &features, options)
}

/// Puts name and features together.
pub(crate) fn compose(
    name: Option<NameMatch>,
    features: &[FeatureValue<'_>],
    options: &Options,
) -> Scored {
    let has = |f: Feature| features.iter().any(|v| v.feature == f);
    let identified = has(Feature::Identifier);
    let excluded = has(Feature::Contradiction) && !identified;
    if name.is_none() && !identified {
        return Scored {
            excluded,
            ..Scored::default()
        };
    }
    let base = name.map_or(0, |n| i32::from(n.score));
    let points: i32 = features.iter().map(|v| v.points).sum();
    let mut score = (base + points).clamp(0, 10_000);
    if let Some(n) = name
        && n.needs_support
        && !features.iter().any(|v| v.points > 0)
    {
        score = score.min(i32::from(options.threshold) - 1).max(0);
    }
    let score = match (identified, excluded) {
        (true, _) => 10_000,
        (false, true) => 0,
        _ => u16::try_from(score).unwrap_or(0),
    };
    let support: u32 = features.iter().map(|v| u32::from(v.support)).sum();
    Scored {
        score,
        rank: rank(score, support, name.as_ref()),
        name,
        excluded,
        identified,
    }
}

/// `score · 400,000` and below it: support (0 to 15) · 25,000, class (0 to 2) · 8,000, exactness.
fn rank(score: u16, support: u32, name: Option<&NameMatch>) -> u32 {
    let class = name.map_or(0, |n| match n.class {
        NameClass::Primary => 2,
        NameClass::Alias => 1,
        NameClass::Weak => 0,
    });
    let exact = name.map_or(0, |n| {
        u32::from(n.raw.found) * u32::from(n.raw.factor) / 10_000 * 7_999 / 10_000
    });
    u32::from(score) * 400_000 + support.min(15) * 25_000 + class * 8_000 + exact
}

/// The pair of readings that scores best; the first of equals with the better class.
fn best_name(
    query: &EntityRef<'_, '_>,
    list: &EntityRef<'_, '_>,
    options: &Options,
) -> Option<NameMatch> {
    let mut best = Best::new(pair_kind(query.kind, list.kind), options);
    for (j, l) in list.names.iter().enumerate() {
        for (i, q) in query.names.iter().enumerate() {
            best.consider((i, q), (j, l));
        }
    }
    best.best
}

/// The best pair of readings so far.
struct Best<'o> {
    kind: NameKind,
    options: &'o Options,
    best: Option<NameMatch>,
}

impl Best<'_> {
    fn new(kind: NameKind, options: &Options) -> Best<'_> {
        Best {
            kind,
            options,
            best: None,
        }
    }

    fn consider(&mut self, (i, q): (usize, &NameRef<'_>), (j, l): (usize, &NameRef<'_>)) {
        if l.class == NameClass::Weak && self.options.weak_aliases == WeakAliases::Off {
            return;
        }
        // What conflicts and options take away is not needed to see that a pair is no better.
        let least = self.best.map_or(0, |b| b.score);
        let raw = score_above(&q.tokens, &l.tokens, self.kind, least);
        if raw.score == 0 {
            return;
        }
        let (score, needs_support) = adjust(raw, q, l, self.options);
        let better = self.best.is_none_or(|b| {
            (score, raw.found, std::cmp::Reverse(l.class))
                > (b.score, b.raw.found, std::cmp::Reverse(b.class))
        });
        if score > 0 && better {
            self.best = Some(NameMatch {
                query: i,
                list: j,
                class: l.class,
                raw,
                score,
                needs_support,
            });
        }
    }
}

/// What the options make of the score of one pair of names.
fn adjust(raw: NameScore, q: &NameRef<'_>, l: &NameRef<'_>, options: &Options) -> (u16, bool) {
    let mut score = raw.score;
    let mut needs_support = false;
    if l.class == NameClass::Weak {
        match options.weak_aliases {
            WeakAliases::Full | WeakAliases::Off => {}
            WeakAliases::Lowered(factor) => score = scaled(score, factor),
            WeakAliases::Supported(factor) => {
                score = scaled(score, factor);
                needs_support = true;
            }
        }
    }
    if options.one_word_names != OneWordNames::Full && words(&l.tokens) <= 1 {
        match options.one_word_names {
            OneWordNames::Full => {}
            OneWordNames::Supported => needs_support = true,
            OneWordNames::Exact => {
                if words(&q.tokens) > 1 || raw.found < 9_000 {
                    score = 0;
                }
            }
        }
    }
    (score, needs_support)
}

fn scaled(score: u16, factor: u16) -> u16 {
    u16::try_from(u32::from(score) * u32::from(factor.min(10_000)) / 10_000).unwrap_or(score)
}

/// Words that can tell who is meant.
fn words(reading: &ReadingRef<'_>) -> usize {
    reading
        .tokens
        .iter()
        .filter(|t| {
            !matches!(
                t.role,
                Role::Particle | Role::Stopword | Role::Honorific | Role::LegalForm
            )
        })
        .count()
}
