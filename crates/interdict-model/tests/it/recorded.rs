//! Writing and cleaning against the recorded output of the FollowTheMoney tools 4.11.2.
//! `tests/judges/record_ftm.py` records it.

use interdict_model::clean::{Hints, clean};
use interdict_model::{DatasetName, PropertyType, Schema, ftm};
use serde_json::{Map, Value};

const ENTITIES: &str = include_str!("recorded/entities.jsonl");
const VALUES: &str = include_str!("recorded/values.jsonl");

fn lines(text: &str) -> impl Iterator<Item = Map<String, Value>> {
    text.lines()
        .map(|line| serde_json::from_str(line).expect("a line of JSON"))
}

/// Order of members and of sets means nothing, and an empty list of values is no statement.
fn normal(mut object: Map<String, Value>) -> Value {
    for set in ["datasets", "referents"] {
        if let Some(Value::Array(values)) = object.get_mut(set) {
            values.sort_by_key(Value::to_string);
        }
    }
    if let Some(Value::Object(properties)) = object.get_mut("properties") {
        properties.retain(|_, values| values.as_array().is_some_and(|v| !v.is_empty()));
    }
    object.sort_keys();
    Value::Object(object)
}

#[test]
fn entities_are_written_as_the_tools_write_them() {
    let dataset = DatasetName::new("recorded").unwrap();
    let mut compared = 0;
    for mut pair in lines(ENTITIES) {
        let Some(Value::Object(given)) = pair.remove("given") else {
            panic!("a line without an entity");
        };
        let Some(Value::Object(expected)) = pair.remove("written") else {
            panic!("a line without what the tools write");
        };
        let read = ftm::read(given, &dataset, None).unwrap();
        let mut written = ftm::write(&read.entity);
        if read.entity.stated_datasets.is_empty() {
            // The name above is this test's own.
            written.insert("datasets".to_owned(), Value::Array(Vec::new()));
        }
        assert_eq!(normal(written), normal(expected));
        compared += 1;
    }
    assert!(compared > 60, "{compared}");
}

/// Texts that Interdict reads otherwise on purpose, with the reason.
const OTHERWISE: &[(&str, &str, &str)] = &[
    (
        "birthDate",
        "1959-03-17T10:20:30Z",
        "the tools drop the seconds in front of a Z, not in front of +00:00",
    ),
    (
        "birthDate",
        "1959/03/17",
        "the tools keep the year of a full date with slashes",
    ),
];

#[test]
fn values_are_cleaned_as_the_tools_clean_them() {
    let mut differing = Vec::new();
    let mut compared = 0;
    for line in lines(VALUES) {
        let text = |member: &str| line.get(member).and_then(Value::as_str);
        let (Some(schema), Some(name), Some(raw)) = (text("schema"), text("property"), text("raw"))
        else {
            panic!("a line without schema, property or text: {line:?}");
        };
        let property = Schema::get(schema).unwrap().property(name).unwrap();
        let ours: Vec<String> = clean(property, raw, &Hints::default())
            .map(|values| values.iter().map(|c| c.value.to_string()).collect())
            .unwrap_or_default();
        compared += 1;
        let agrees = match text("value") {
            Some(theirs) => ours == [theirs],
            // Interdict reads more spellings of dates and territories than the tools do.
            None => {
                ours.is_empty()
                    || matches!(property.kind(), PropertyType::Date | PropertyType::Country)
            }
        };
        let known = OTHERWISE.iter().any(|(p, r, _)| *p == name && *r == raw);
        if agrees == known {
            differing.push(format!(
                "{schema}.{name} {raw:?}: tools {:?}, we {ours:?}",
                text("value")
            ));
        }
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
    assert!(compared > 200, "{compared}");
}
