//! What the publications of a list said of an entity, change by change.

use interdict_model::Entity;
use interdict_store::Appearance;

use crate::pages::{evidence, text};

/// A publication that said something else than the one before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Version {
    pub(crate) day: String,
    pub(crate) publication: i64,
    /// The publication before it; the difference between the two can be shown.
    pub(crate) before: Option<i64>,
    pub(crate) what: &'static str,
    pub(crate) came: Vec<String>,
    pub(crate) went: Vec<String>,
}

/// The changes, the latest first.
pub(crate) fn versions(past: &[Appearance]) -> Vec<Version> {
    let mut versions = Vec::new();
    let mut before: Option<&Appearance> = None;
    for appearance in past {
        let earlier = before.and_then(|b| b.entity.as_deref());
        let entity = appearance.entity.as_deref();
        let what = match (before, earlier, entity) {
            (None, _, Some(_)) => Some("in the first publication that is stored"),
            (Some(_), None, Some(_)) => Some("put on the list"),
            (_, Some(_), None) => Some("taken off the list"),
            (_, Some(a), Some(b)) if values(a) != values(b) => Some("changed"),
            _ => None,
        };
        if let Some(what) = what {
            let (old, new) = match what {
                "changed" => (earlier.map(values), entity.map(values)),
                _ => (None, None),
            };
            let (old, new) = (old.unwrap_or_default(), new.unwrap_or_default());
            let lacking = |of: &[String], from: &[String]| -> Vec<String> {
                of.iter().filter(|v| !from.contains(v)).cloned().collect()
            };
            versions.push(Version {
                day: appearance.day.to_string(),
                publication: appearance.publication.0,
                before: before.map(|b| b.publication.0),
                what,
                came: lacking(&new, &old),
                went: lacking(&old, &new),
            });
        }
        before = Some(appearance);
    }
    versions.reverse();
    versions
}

fn values(entity: &Entity) -> Vec<String> {
    let mut all: Vec<String> = entity
        .statements
        .iter()
        .map(|s| {
            format!(
                "{}: {}",
                text::words(s.property.name()),
                evidence::readable(s)
            )
        })
        .collect();
    all.sort();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use interdict_model::{DatasetName, Recorder, Schema};
    use interdict_store::PublicationId;

    use super::*;

    fn at(number: i64, names: Option<&[&str]>) -> Appearance {
        let list = DatasetName::new("list").expect("a name");
        Appearance {
            publication: PublicationId(number),
            day: jiff::civil::Date::new(2026, 1, number as i8).expect("a day"),
            entity: names.map(|names| {
                let mut entity = Entity::new("p", Schema::get("Person").expect("Person"));
                for name in names {
                    Recorder::new(&mut entity, &list).say("name", name);
                }
                Arc::new(entity)
            }),
        }
    }

    #[test]
    fn only_changes_are_told() {
        let past = [
            at(1, None),
            at(2, Some(&["A"])),
            at(3, Some(&["A"])),
            at(4, Some(&["A", "B"])),
            at(5, None),
        ];
        let told: Vec<_> = versions(&past)
            .into_iter()
            .map(|v| (v.publication, v.what, v.came))
            .collect();
        assert_eq!(
            told,
            [
                (5, "taken off the list", vec![]),
                (4, "changed", vec!["Name: B".to_owned()]),
                (2, "put on the list", vec![]),
            ]
        );
    }
}
