//! An entity made ready for scoring, with the texts that explanations quote.

use interdict_evidence::{
    Fact, FactRef, NameClass, PreparedName, Side, facts_of, name_kind, names_of, prepare,
};
use interdict_model::Entity;
use interdict_text::{NameKind, NameView};

use crate::entity::{EntityRef, NameRef};

/// A name as text and as prepared readings.
#[derive(Clone, Debug)]
pub struct SubjectName {
    /// The text as it stands in the entity.
    pub text: String,
    /// How good the name is.
    pub class: NameClass,
    /// Its readings.
    pub prepared: PreparedName,
}

/// An entity made ready for scoring.
#[derive(Clone, Debug)]
pub struct Subject {
    /// What its names name.
    pub kind: NameKind,
    /// Its names, in the order of [`names_of`].
    pub names: Vec<SubjectName>,
    /// What it says beside its names.
    pub facts: Vec<Fact>,
}

impl SubjectName {
    /// Prepares a name. `analyse` is [`interdict_text`]'s analysis of one name.
    pub fn new(
        text: &str,
        class: NameClass,
        kind: NameKind,
        analyse: impl Fn(&str, NameKind) -> NameView,
    ) -> SubjectName {
        SubjectName {
            text: text.to_owned(),
            class,
            prepared: prepare(&analyse(text, kind), kind),
        }
    }
}

impl Subject {
    /// Prepares an entity. `analyse` is [`interdict_text`]'s analysis of one name.
    pub fn new(entity: &Entity, analyse: impl Fn(&str, NameKind) -> NameView) -> Subject {
        let kind = name_kind(entity.schema);
        let names = names_of(entity)
            .into_iter()
            .map(|(class, text)| SubjectName::new(text, class, kind, &analyse))
            .collect();
        Subject {
            kind,
            names,
            facts: facts_of(entity),
        }
    }

    /// A subject of one name and nothing else.
    pub fn of_name(
        text: &str,
        kind: NameKind,
        analyse: impl Fn(&str, NameKind) -> NameView,
    ) -> Subject {
        Subject {
            kind,
            names: vec![SubjectName::new(text, NameClass::Primary, kind, analyse)],
            facts: Vec::new(),
        }
    }

    /// The readings and facts on one side of a comparison.
    pub fn view(&self, side: Side) -> SubjectView<'_> {
        let mut names = Vec::new();
        for (at, name) in (0u32..).zip(&self.names) {
            for (reading, prepared) in (0u16..).zip(&name.prepared.readings) {
                names.push(NameRef {
                    name: at,
                    reading,
                    class: name.class,
                    tokens: prepared.as_ref(side),
                });
            }
        }
        SubjectView {
            kind: self.kind,
            names,
            facts: self.fact_refs(),
        }
    }

    /// The name and the number of its reading that stand at a place of [`EntityRef::names`].
    pub fn reading(&self, place: usize) -> Option<(&SubjectName, u16)> {
        let mut before = 0;
        for name in &self.names {
            let readings = name.prepared.readings.len();
            if place < before + readings {
                return Some((name, u16::try_from(place - before).ok()?));
            }
            before += readings;
        }
        None
    }

    pub(crate) fn fact_refs(&self) -> Vec<FactRef<'_>> {
        self.facts
            .iter()
            .map(|f| FactRef {
                kind: f.kind,
                value: &f.value,
            })
            .collect()
    }
}

/// A subject on one side of a comparison.
#[derive(Clone, Debug)]
pub struct SubjectView<'a> {
    kind: NameKind,
    names: Vec<NameRef<'a>>,
    facts: Vec<FactRef<'a>>,
}

impl<'a> SubjectView<'a> {
    /// What scoring sees.
    pub fn as_ref(&self) -> EntityRef<'_, 'a> {
        EntityRef {
            kind: self.kind,
            names: &self.names,
            facts: &self.facts,
        }
    }
}
