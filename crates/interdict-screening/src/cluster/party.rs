//! What the rules look at of an entry.

use compact_str::CompactString;
use interdict_evidence::{NameClass, name_kind, names_of};
use interdict_model::{DatasetName, Entity, IdentifierKind, PartialDate, Schema, identifier, part};
use interdict_text::{Role, analyse};
use rayon::prelude::*;

/// An entry of a list, reduced to what can link it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// Its list.
    pub dataset: DatasetName,
    /// Its id there.
    pub id: CompactString,
    /// What it is.
    pub schema: Schema,
    /// What to call it.
    pub caption: CompactString,
    /// Full names by the key under which they are equal; sorted. Of persons only.
    pub(super) names: Vec<(CompactString, CompactString)>,
    /// Dates of birth, foundation or build, as published.
    pub dates: Vec<PartialDate>,
    /// `male`, `female`, `other`.
    pub(super) genders: Vec<CompactString>,
    /// Numbers for life whose check digits are right: kind, normal form.
    pub(super) numbers: Vec<(IdentifierKind, CompactString)>,
    /// Other ids that the publisher says mean this entry; sorted.
    pub(super) references: Vec<CompactString>,
}

/// What entries are read for. Reading names is most of the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Links: only with a full date does a name make one.
    Links,
    /// Near-links too, which names without full dates make.
    NearLinks,
}

impl Party {
    /// What the rules look at of an entry; `None` for one that is part of another or of a schema
    /// that is not compared.
    pub fn new(dataset: &DatasetName, entity: &Entity, purpose: Purpose) -> Option<Party> {
        if part::is_part(entity.schema) || !entity.schema.matchable() {
            return None;
        }
        let mut party = Party {
            dataset: dataset.clone(),
            id: entity.id.clone(),
            schema: entity.schema,
            caption: entity.caption().into(),
            names: Vec::new(),
            dates: Vec::new(),
            genders: entity.values("gender").map(Into::into).collect(),
            numbers: Vec::new(),
            references: entity.referents.clone(),
        };
        for property in ["birthDate", "incorporationDate", "buildDate"] {
            let dates = entity.values(property).filter_map(PartialDate::parse_iso);
            party.dates.extend(dates);
        }
        for statement in &entity.statements {
            let kind = identifier::kind_of(statement.property);
            if let Some(kind) = kind.filter(|kind| identifier::lifelong(*kind))
                && let Some(number) = identifier::normalise(kind, &statement.value)
            {
                party.numbers.push((kind, number));
            }
            if statement.property.name() == "unscId" {
                party.refer_to_un(&statement.value);
            }
        }
        let dated = party.dates.iter().any(|date| date.day().is_some());
        if entity.schema.is_named("Person") && (dated || purpose == Purpose::NearLinks) {
            party.names = full_names(entity);
        }
        party.tidy();
        Some(party)
    }

    /// Takes references that a part of the party quotes, as sanctions do.
    pub fn quote(&mut self, references: &[CompactString]) {
        for reference in references {
            self.refer_to_un(reference);
        }
        self.tidy();
    }

    /// A permanent reference number of the Security Council's list, as `CDi.001`; older forms are of
    /// no use, since the list does not carry them any more.
    fn refer_to_un(&mut self, text: &str) {
        let text = text.trim().to_ascii_lowercase();
        let form: Vec<bool> = text
            .bytes()
            .zip(0..)
            .map(|(byte, at)| match at {
                0 | 1 => byte.is_ascii_lowercase(),
                2 => matches!(byte, b'i' | b'e'),
                3 => byte == b'.',
                _ => byte.is_ascii_digit(),
            })
            .collect();
        if form.len() == 7 && form.iter().all(|right| *right) {
            self.references.push(format!("un-{text}").into());
        }
    }

    fn tidy(&mut self) {
        self.names.sort_unstable();
        self.names.dedup_by(|a, b| a.0 == b.0);
        self.dates.sort_unstable_by_key(|date| date.iso());
        self.dates.dedup();
        self.genders.sort_unstable();
        self.numbers.sort_unstable();
        self.numbers.dedup();
        self.references.sort_unstable();
        self.references.dedup();
        let id = self.id.clone();
        self.references.retain(|reference| *reference != id);
    }

    /// List and id, which name an entry among all.
    pub fn key(&self) -> (&DatasetName, &str) {
        (&self.dataset, &self.id)
    }

    /// Whether one of them says of every gender stated what the other does not.
    pub(super) fn gender_contradicts(&self, other: &Party) -> bool {
        !self.genders.is_empty()
            && !other.genders.is_empty()
            && self.genders.iter().all(|g| !other.genders.contains(g))
    }

    /// A number for life of which both have values, none of them equal.
    pub(super) fn number_contradicts(&self, other: &Party) -> Option<IdentifierKind> {
        let kinds = self.numbers.iter().map(|(kind, _)| *kind);
        kinds.into_iter().find(|kind| {
            let of = |party: &Party| -> Vec<CompactString> {
                let same = party.numbers.iter().filter(|(k, _)| k == kind);
                same.map(|(_, number)| number.clone()).collect()
            };
            let theirs = of(other);
            !theirs.is_empty() && of(self).iter().all(|number| !theirs.contains(number))
        })
    }

    /// The texts of a name that both have in full.
    pub(super) fn same_name<'a>(&'a self, other: &'a Party) -> Option<(&'a str, &'a str)> {
        self.names.iter().find_map(|(key, text)| {
            let at = other.names.binary_search_by(|(k, _)| k.cmp(key)).ok()?;
            let (_, theirs) = other.names.get(at)?;
            Some((text.as_str(), theirs.as_str()))
        })
    }
}

/// Full names of a person by the key under which they are equal whatever case, marks, script and order
/// of words; weak aliases and names with an initial are not full.
fn full_names(entity: &Entity) -> Vec<(CompactString, CompactString)> {
    let kind = name_kind(entity.schema);
    let mut names = Vec::new();
    for (class, name) in names_of(entity) {
        if class == NameClass::Weak {
            continue;
        }
        for reading in analyse(name, kind).readings.iter().take(2) {
            let tokens = reading.tokens.iter().filter(|t| t.role != Role::Honorific);
            let words: Option<Vec<&str>> = tokens
                .map(|token| token.latin().filter(|word| word.chars().count() >= 2))
                .collect();
            // A word without a key in Latin letters, or an initial, leaves the name short.
            let Some(mut words) = words.filter(|words| words.len() >= 2) else {
                continue;
            };
            words.sort_unstable();
            names.push((words.join(" ").into(), name.into()));
        }
    }
    names
}

/// What the rules look at of entries of a list, in the order of the entries, each with what it says of
/// another: parts come as the id of their party and the references they quote.
pub fn parties(dataset: &DatasetName, entities: &[Entity], purpose: Purpose) -> Vec<Seen> {
    let see = |entity: &Entity| match part::owner(entity) {
        Some(owner) => {
            let quoted: Vec<CompactString> = entity.values("unscId").map(Into::into).collect();
            (!quoted.is_empty()).then(|| Seen::Quoted(owner.into(), quoted))
        }
        None => Party::new(dataset, entity, purpose).map(Seen::Party),
    };
    entities.par_iter().filter_map(see).collect()
}

/// What an entity is to the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// An entry that may be linked.
    Party(Party),
    /// A party by id, and the references that a part of it quotes.
    Quoted(CompactString, Vec<CompactString>),
}

#[cfg(test)]
pub(super) mod tests {
    use interdict_model::Recorder;

    use super::*;

    /// A party of a list with these values.
    pub(crate) fn party(dataset: &str, id: &str, schema: &str, values: &[(&str, &str)]) -> Party {
        let dataset = DatasetName::new(dataset).unwrap();
        let mut entity = Entity::new(id, Schema::get(schema).unwrap());
        for (property, value) in values {
            let mut recorder = Recorder::new(&mut entity, &dataset);
            assert!(
                recorder.say(property, value).is_said(),
                "{property} {value}"
            );
        }
        Party::new(&dataset, &entity, Purpose::NearLinks).unwrap()
    }

    #[test]
    fn names_are_full_in_two_words_and_without_initials() {
        let keys = |name: &str| -> Vec<String> {
            let values = [("name", name), ("birthDate", "1952-10-07")];
            let party = party("list", "p", "Person", &values);
            party.names.iter().map(|(key, _)| key.to_string()).collect()
        };
        assert_eq!(keys("PUTIN, Vladimir"), keys("Vladimir Putin"));
        assert_eq!(keys("Ölmez Ali").len(), 1);
        for short in ["Putin", "V. Putin"] {
            assert_eq!(keys(short), Vec::<String>::new(), "{short}");
        }
    }

    #[test]
    fn only_permanent_references_count() {
        let mut party = party("list", "p", "Person", &[("name", "A B")]);
        for text in ["CDi.001", " QDe.130 ", "QI.A.12.01", "C.1", "CDi.1"] {
            party.refer_to_un(text);
        }
        assert_eq!(party.references, ["un-cdi.001", "un-qde.130"]);
    }
}
