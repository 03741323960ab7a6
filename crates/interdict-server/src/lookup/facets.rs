//! How many of the records found have which value.

use std::collections::{BTreeSet, HashMap};

use interdict_model::{Property, PropertyType, Schema, territory, topic};
use interdict_screening::IndexError;
use serde::Serialize;

use super::run::Ground;
use crate::records::Place;

/// Facets that may be asked for.
pub(crate) const FACETS: [&str; 6] = [
    "datasets",
    "schema",
    "countries",
    "identifiers",
    "topics",
    "genders",
];
/// Most values of a facet.
const MOST: usize = 1_000;

/// The values of one facet.
#[derive(Debug, Serialize)]
pub(crate) struct Facet {
    label: String,
    values: Vec<FacetValue>,
}

/// One value, and how many records have it.
#[derive(Debug, Serialize)]
pub(crate) struct FacetValue {
    name: String,
    label: String,
    count: usize,
}

/// Counts the values of all these records, the commonest first, of equals the lesser.
///
/// # Errors
/// When a segment is damaged.
pub(crate) fn count(
    ground: &Ground<'_>,
    heads: &[Place],
    name: &'static str,
    title: impl Fn(&str) -> Option<String>,
) -> Result<Facet, IndexError> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    let mut own: BTreeSet<&str> = BTreeSet::new();
    for head in heads {
        own.clear();
        match name {
            "datasets" => own.extend(ground.datasets(*head).map(|list| list.as_str())),
            "schema" => own.extend(ground.schema(*head)?.map(Schema::name)),
            column => {
                for (entity, _, index) in ground.entries(*head) {
                    own.extend(index.column(column).into_iter().flat_map(|c| c.of(entity)));
                }
            }
        }
        for value in &own {
            match counts.get_mut(*value) {
                Some(count) => *count += 1,
                None => {
                    counts.insert((*value).to_owned(), 1);
                }
            }
        }
    }
    let mut values: Vec<(String, usize)> = counts.into_iter().collect();
    values.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    values.truncate(MOST);
    Ok(Facet {
        label: label_of(name),
        values: values
            .into_iter()
            .map(|(value, count)| FacetValue {
                label: word_for(name, &value)
                    .or_else(|| title(&value))
                    .unwrap_or_else(|| value.clone()),
                name: value,
                count,
            })
            .collect(),
    })
}

fn label_of(name: &str) -> String {
    match name {
        "datasets" => "Data sources",
        "schema" => "Entity types",
        "countries" => "Countries",
        "identifiers" => "Identifiers",
        "topics" => "Topics",
        "genders" => "Genders",
        other => other,
    }
    .to_owned()
}

fn word_for(facet: &str, value: &str) -> Option<String> {
    match facet {
        "countries" => caption(PropertyType::Country, value),
        "topics" => caption(PropertyType::Topic, value),
        _ => None,
    }
}

/// A code as people read it; `None` where the value is for people already.
pub(crate) fn caption(kind: PropertyType, value: &str) -> Option<String> {
    match kind {
        PropertyType::Country => territory::by_code(value).map(|t| t.name().to_owned()),
        PropertyType::Topic => topic::lookup(value).map(|t| t.label().to_owned()),
        _ => None,
    }
}

/// The same for a value of a property.
pub(crate) fn caption_of(property: Property, value: &str) -> String {
    caption(property.kind(), value).unwrap_or_else(|| value.to_owned())
}
