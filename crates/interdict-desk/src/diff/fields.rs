//! What two states of one entity say differently.

use std::collections::BTreeMap;

use interdict_model::{Entity, Statement, part};

/// A value as one publication gives it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wording {
    /// The cleaned value.
    pub value: String,
    /// What the publisher wrote, where it differs.
    pub original: Option<String>,
    /// ISO 639-3 code of its language, where the publisher states it.
    pub lang: Option<String>,
}

impl Wording {
    fn new(statement: &Statement) -> Wording {
        let text = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let value = text(&statement.value);
        Wording {
            original: statement
                .original
                .as_deref()
                .map(text)
                .filter(|original| *original != value),
            value,
            lang: statement.lang.as_ref().map(ToString::to_string),
        }
    }

    fn plain(value: impl Into<String>) -> Wording {
        Wording {
            value: value.into(),
            original: None,
            lang: None,
        }
    }

    /// What the publisher wrote.
    pub fn as_published(&self) -> &str {
        self.original.as_deref().unwrap_or(&self.value)
    }
}

/// One value that came, went, or was put in place of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    /// The property, or `schema`, `referents` and the like.
    pub property: &'static str,
    /// The value that went.
    pub before: Option<Wording>,
    /// The value that came.
    pub after: Option<Wording>,
}

/// Values by property, sorted.
type Values = BTreeMap<&'static str, Vec<Wording>>;

/// What differs, by property. References of a part to its `party`, and of a party to the entities of
/// its addresses, say nothing new and are left out.
pub(super) fn compare(
    before: Option<&Entity>,
    after: Option<&Entity>,
    party: &str,
) -> Vec<FieldChange> {
    let [mut gone, mut come] = [before, after].map(|entity| values(entity, party));
    let mut properties: Vec<&'static str> = gone.keys().chain(come.keys()).copied().collect();
    properties.sort_unstable();
    properties.dedup();
    let mut changes = Vec::new();
    for property in properties {
        let gone = gone.remove(property).unwrap_or_default();
        let come = come.remove(property).unwrap_or_default();
        let (gone, come) = without_common(gone, come);
        pair(property, gone, come, &mut changes);
    }
    changes
}

fn values(entity: Option<&Entity>, party: &str) -> Values {
    let mut values = Values::new();
    let Some(entity) = entity else {
        return values;
    };
    let is_party = entity.id == party;
    for statement in &entity.statements {
        let property = statement.property.name();
        let is_reference = if is_party {
            property == part::ADDRESS_ENTITY
        } else {
            statement.value == party
        };
        if !is_reference {
            values
                .entry(property)
                .or_default()
                .push(Wording::new(statement));
        }
    }
    let mut add = |property, value: String| {
        values
            .entry(property)
            .or_default()
            .push(Wording::plain(value));
    };
    add("schema", entity.schema.name().to_owned());
    for referent in &entity.referents {
        add("referents", referent.to_string());
    }
    for (key, value) in &entity.extra {
        add("unknown", format!("{key}: {value}"));
    }
    for all in values.values_mut() {
        all.sort_unstable();
        all.dedup();
    }
    values
}

/// What each of two sorted lists has that the other lacks.
fn without_common(gone: Vec<Wording>, come: Vec<Wording>) -> (Vec<Wording>, Vec<Wording>) {
    let lacks = |list: &[Wording], one: &Wording| list.binary_search(one).is_err();
    let only_gone = gone.iter().filter(|w| lacks(&come, w)).cloned().collect();
    let only_come = come.iter().filter(|w| lacks(&gone, w)).cloned().collect();
    (only_gone, only_come)
}

/// Puts what went and what came side by side where it is plain what replaced what: the same value
/// written otherwise, or one value on either side.
fn pair(
    property: &'static str,
    mut gone: Vec<Wording>,
    mut come: Vec<Wording>,
    changes: &mut Vec<FieldChange>,
) {
    let mut both = |before: Wording, after: Wording| {
        changes.push(FieldChange {
            property,
            before: Some(before),
            after: Some(after),
        });
    };
    let mut rest = Vec::new();
    for before in gone.drain(..) {
        match come.iter().position(|after| after.value == before.value) {
            Some(at) => both(before, come.remove(at)),
            None => rest.push(before),
        }
    }
    if let ([before], [after]) = (rest.as_slice(), come.as_slice()) {
        both(before.clone(), after.clone());
        return;
    }
    changes.extend(rest.into_iter().map(|before| FieldChange {
        property,
        before: Some(before),
        after: None,
    }));
    changes.extend(come.into_iter().map(|after| FieldChange {
        property,
        before: None,
        after: Some(after),
    }));
}

#[cfg(test)]
mod tests {
    use interdict_model::{DatasetName, Recorder, Schema};

    use super::*;

    fn person(values: &[(&str, &str, &str)]) -> Entity {
        let mut entity = Entity::new("p-1", Schema::get("Person").unwrap());
        let list = DatasetName::new("list").unwrap();
        for (property, value, original) in values {
            Recorder::new(&mut entity, &list).say_from(property, value, original);
        }
        entity
    }

    fn told(before: &Entity, after: &Entity) -> Vec<String> {
        let side = |wording: &Option<Wording>| {
            let wording = wording.as_ref();
            wording.map_or_else(|| "-".to_owned(), |w| w.as_published().to_owned())
        };
        compare(Some(before), Some(after), "p-1")
            .iter()
            .map(|c| format!("{}: {} > {}", c.property, side(&c.before), side(&c.after)))
            .collect()
    }

    #[test]
    fn order_and_spacing_are_no_change() {
        let one = person(&[("alias", "A B", "B,  A"), ("alias", "C", "C")]);
        let other = person(&[("alias", "C", "C"), ("alias", "A B", "B, A")]);
        assert_eq!(told(&one, &other), Vec::<String>::new());
    }

    #[test]
    fn values_are_put_side_by_side_where_that_is_plain() {
        let one = person(&[
            ("birthDate", "1952-10-07", "07 Oct 1952"),
            ("alias", "A", "A"),
        ]);
        let other = person(&[
            ("birthDate", "1953-10-07", "07 Oct 1953"),
            ("alias", "A", "a"),
        ]);
        assert_eq!(
            told(&one, &other),
            ["alias: A > a", "birthDate: 07 Oct 1952 > 07 Oct 1953"]
        );
        let one = person(&[("alias", "A", "A")]);
        let other = person(&[("alias", "B", "B"), ("alias", "C", "C")]);
        assert_eq!(
            told(&one, &other),
            ["alias: A > -", "alias: - > B", "alias: - > C"]
        );
    }
}
