//! One query, and what a listed entity scores against it.

use interdict_evidence::name_kind;
use interdict_index::{IndexError, View};
use interdict_matching::{
    EntityRef, NameRef, Options, Scored, SubjectView, score_entity, score_pairs,
};
use interdict_model::Schema;

use super::{Found, Pair, Request};

/// From this name score on, an entity that contradicting identifiers exclude is still listed.
const SHOWN_WHEN_EXCLUDED: u16 = 9_000;

/// One query with everything that scoring it needs.
pub(super) struct Question<'q, 'a> {
    pub(super) schema: Schema,
    pub(super) view: &'q SubjectView<'a>,
    pub(super) options: Options,
    pub(super) request: &'q Request,
    pub(super) threshold: u16,
    /// By segment, whether it is searched.
    pub(super) searched: Vec<bool>,
    pub(super) show_excluded: bool,
    /// Strong identifiers of the query.
    pub(super) identifiers: Vec<&'q str>,
}

impl Question<'_, '_> {
    /// The least name score that is of interest.
    pub(super) fn least(&self) -> u16 {
        if self.show_excluded {
            self.threshold.min(SHOWN_WHEN_EXCLUDED)
        } else {
            self.threshold
        }
    }

    pub(super) fn searches(&self, segment: usize) -> bool {
        self.searched.get(segment).copied().unwrap_or_default()
    }

    /// Whether an entity may carry an identifier of the query.
    pub(super) fn may_identify(&self, view: &View<'_>, entity: u32) -> bool {
        self.identifiers
            .iter()
            .any(|value| view.with_identifier(value).any(|other| other == entity))
    }

    pub(super) fn keep(&self, segment: usize, entity: u32, scored: Scored, found: &mut Vec<Found>) {
        if self.keeps(&scored) {
            found.push(Found {
                segment,
                entity,
                scored,
            });
        }
    }

    fn keeps(&self, scored: &Scored) -> bool {
        if scored.excluded {
            let name = scored.name.map_or(0, |n| n.score);
            self.show_excluded && name >= SHOWN_WHEN_EXCLUDED
        } else {
            scored.score >= self.threshold && scored.score > 0
        }
    }
}

/// Scores one listed entity by those of its readings that may be enough, which stand in `names`.
pub(super) fn score_group(
    names: &View<'_>,
    view: &View<'_>,
    pairs: &[Pair],
    question: &Question<'_, '_>,
) -> Result<Scored, IndexError> {
    let Some(entity) = pairs.first().map(|p| p.entity) else {
        return Ok(Scored::default());
    };
    let mut listed: Vec<(usize, NameRef<'_>)> = Vec::with_capacity(pairs.len());
    for pair in pairs {
        if listed.last().is_none_or(|(place, _)| *place != pair.place) {
            let (name, reading) = view.reading_at(entity, pair.place)?;
            let name = view.name(name)?;
            listed.push((
                pair.place,
                NameRef {
                    name: name.ordinal - view.names_of(entity)?.start,
                    reading,
                    class: name.class,
                    tokens: names.reading(pair.reading)?,
                },
            ));
        }
    }
    let mut rest = listed.iter();
    let mut current = rest.next();
    let pairs = pairs.iter().filter_map(|pair| {
        while current.is_some_and(|(place, _)| *place != pair.place) {
            current = rest.next();
        }
        current.map(|(place, name)| (pair.query, *place, name))
    });
    let facts = view.facts(entity)?;
    Ok(score_pairs(
        &question.view.as_ref(),
        name_kind(view.schema(entity)?),
        pairs,
        &facts,
        &question.options,
    ))
}

/// Scores one listed entity straight from its segment.
pub(super) fn score(
    view: &View<'_>,
    entity: u32,
    question: &Question<'_, '_>,
) -> Result<Scored, IndexError> {
    let mut names = Vec::new();
    for (at, ordinal) in (0u32..).zip(view.names_of(entity)?) {
        let name = view.name(ordinal)?;
        for (reading, place) in (0u16..).zip(view.readings_of(ordinal)?) {
            names.push(NameRef {
                name: at,
                reading,
                class: name.class,
                tokens: view.reading(place)?,
            });
        }
    }
    let facts = view.facts(entity)?;
    let listed = EntityRef {
        kind: name_kind(view.schema(entity)?),
        names: &names,
        facts: &facts,
    };
    Ok(score_entity(
        &question.view.as_ref(),
        &listed,
        &question.options,
    ))
}
