//! The queries of a match request: read, checked, cleaned, and given back as they were understood.

use std::collections::BTreeMap;

use interdict_model::clean::{self, Hints};
use interdict_model::{DatasetName, Entity, PropertyType, Schema, Statement};
use serde::Serialize;
use serde_json::{Map, Value};

use super::failure::{Failure, Wrong};

/// The most inclusive schema that may be asked for although it is not matchable itself.
pub(crate) const BASE_SCHEMA: &str = "Thing";
/// Most values of one query; more cannot be meant.
const MOST_VALUES: usize = 1_000;

/// The body of a match request.
#[derive(Debug)]
pub(crate) struct Body {
    /// By key, in the order of the body.
    pub(crate) queries: Vec<(String, Example)>,
    /// Names of weights that were set.
    pub(crate) weights: Vec<String>,
    /// Names of settings that were given.
    pub(crate) config: Vec<String>,
}

/// A query as it came.
#[derive(Debug)]
pub(crate) struct Example {
    pub(crate) id: Option<String>,
    pub(crate) schema: String,
    pub(crate) properties: Vec<(String, Vec<String>)>,
}

/// A query as it was understood, given back to the caller.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Understood {
    id: Option<String>,
    schema: &'static str,
    properties: BTreeMap<&'static str, Vec<String>>,
}

impl Body {
    /// Reads a body.
    ///
    /// # Errors
    /// 422 with everything that is wrong with its shape.
    pub(crate) fn read(bytes: &[u8]) -> Result<Body, Failure> {
        let value: Value = serde_json::from_slice(bytes).map_err(|e| {
            Failure::Shape(vec![Wrong {
                kind: "json_invalid",
                loc: vec!["body".into(), e.column().to_string().into()],
                msg: format!("JSON decode error: {e}"),
            }])
        })?;
        let mut wrong = Vec::new();
        let body = body(value, &mut wrong);
        match body {
            Some(body) if wrong.is_empty() => Ok(body),
            _ => Err(Failure::Shape(wrong)),
        }
    }
}

fn body(value: Value, wrong: &mut Vec<Wrong>) -> Option<Body> {
    let mut at = Path::default();
    let Value::Object(mut members) = value else {
        at.wrong(
            wrong,
            "model_attributes_type",
            "Input should be a valid object",
        );
        return None;
    };
    let mut queries = Vec::new();
    at.within("queries", |at| match members.shift_remove("queries") {
        None => at.wrong(wrong, "missing", "Field required"),
        Some(Value::Object(all)) => {
            for (key, value) in all {
                let read = at.within(&key, |at| example(value, at, wrong));
                if let Some(read) = read {
                    queries.push((key, read));
                }
            }
        }
        Some(_) => at.wrong(wrong, "dict_type", "Input should be a valid dictionary"),
    });
    let mut names = |name: &str| {
        at.within(name, |at| match members.shift_remove(name) {
            None => Vec::new(),
            Some(Value::Object(all)) => all.into_iter().map(|(key, _)| key).collect(),
            Some(_) => {
                at.wrong(wrong, "dict_type", "Input should be a valid dictionary");
                Vec::new()
            }
        })
    };
    let weights = names("weights");
    let config = names("config");
    Some(Body {
        queries,
        weights,
        config,
    })
}

fn example(value: Value, at: &mut Path, wrong: &mut Vec<Wrong>) -> Option<Example> {
    let Value::Object(mut members) = value else {
        at.wrong(
            wrong,
            "model_attributes_type",
            "Input should be a valid object",
        );
        return None;
    };
    let id = at.within("id", |at| match members.shift_remove("id") {
        None | Some(Value::Null) => None,
        Some(Value::String(id)) => Some(id),
        Some(_) => {
            at.wrong(wrong, "string_type", "Input should be a valid string");
            None
        }
    });
    let schema = at.within("schema", |at| match members.shift_remove("schema") {
        None => {
            at.wrong(wrong, "missing", "Field required");
            None
        }
        Some(Value::String(schema)) => Some(schema),
        Some(_) => {
            at.wrong(wrong, "string_type", "Input should be a valid string");
            None
        }
    });
    let properties = at.within("properties", |at| {
        match members.shift_remove("properties") {
            None => {
                at.wrong(wrong, "missing", "Field required");
                Vec::new()
            }
            Some(Value::Object(all)) => properties(all, at, wrong),
            Some(_) => {
                at.wrong(wrong, "dict_type", "Input should be a valid dictionary");
                Vec::new()
            }
        }
    });
    Some(Example {
        id,
        schema: schema?,
        properties,
    })
}

fn properties(
    all: Map<String, Value>,
    at: &mut Path,
    wrong: &mut Vec<Wrong>,
) -> Vec<(String, Vec<String>)> {
    let mut read = Vec::with_capacity(all.len());
    for (name, value) in all {
        let values = match value {
            Value::String(text) => vec![text],
            Value::Array(values) => values.into_iter().filter_map(text_of).collect(),
            _ => {
                at.within(&name, |at| {
                    at.wrong(wrong, "list_type", "Input should be a valid list or string");
                });
                continue;
            }
        };
        read.push((name, values));
    }
    read
}

/// A member of a list as text; numbers are texts, and what has no text is left out.
fn text_of(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Where in a body something stands.
#[derive(Debug, Default)]
struct Path(Vec<String>);

impl Path {
    fn within<T>(&mut self, name: &str, look: impl FnOnce(&mut Path) -> T) -> T {
        self.0.push(name.to_owned());
        let seen = look(self);
        self.0.pop();
        seen
    }

    fn wrong(&self, wrong: &mut Vec<Wrong>, kind: &'static str, msg: &str) {
        let own = self.0.iter().map(|name| name.clone().into());
        wrong.push(Wrong {
            kind,
            loc: std::iter::once("body".into()).chain(own).collect(),
            msg: msg.to_owned(),
        });
    }
}

impl Example {
    /// The entity to look for. Properties that the schema does not have are dropped, and so are
    /// values that are none; where no name is given, it is made of its parts.
    ///
    /// # Errors
    /// 400 when the schema is unknown or nothing of it can be matched.
    pub(crate) fn entity(&self) -> Result<(Entity, Understood), Failure> {
        let refused = |why: String| Failure::bad(format!("Cannot parse example entity: {why}"));
        let schema = Schema::get(&self.schema)
            .ok_or_else(|| refused(format!("Unknown schema: '{}'", self.schema)))?;
        if schema.name() != BASE_SCHEMA && !schema.matchable() {
            return Err(refused(format!(
                "Non-matchable schema for query: {}",
                schema.name()
            )));
        }
        let dataset = DatasetName::new("query").map_err(|e| refused(e.to_string()))?;
        let mut entity = Entity::new(self.id.clone().unwrap_or_default(), schema);
        for (name, values) in &self.properties {
            let Some(property) = schema.property(name) else {
                continue;
            };
            for value in values {
                let Ok(cleaned) = clean::clean(property, value, &Hints::default()) else {
                    continue;
                };
                for cleaned in cleaned {
                    if entity.statements.len() < MOST_VALUES {
                        entity.add(said(property, cleaned.value, &dataset));
                    }
                }
            }
        }
        name_from_parts(&mut entity, &dataset);
        let understood = Understood::new(self.id.clone(), &entity);
        Ok((entity, understood))
    }
}

/// A statement of a query.
pub(crate) fn said(
    property: interdict_model::Property,
    value: compact_str::CompactString,
    dataset: &DatasetName,
) -> Statement {
    Statement {
        property,
        value,
        original: None,
        lang: None,
        dataset: dataset.clone(),
        origin: None,
        first_seen: None,
        last_seen: None,
    }
}

/// A person with parts of a name and no name has the name that the parts make.
fn name_from_parts(entity: &mut Entity, dataset: &DatasetName) {
    let has_name = entity
        .values_of_type(PropertyType::Name)
        .any(|(property, _)| property.matchable());
    let Some(property) = entity.schema.property("name") else {
        return;
    };
    if has_name {
        return;
    }
    let parts = [
        "firstName",
        "secondName",
        "middleName",
        "fatherName",
        "lastName",
    ];
    let parts: Vec<&str> = parts.iter().filter_map(|part| entity.first(part)).collect();
    if !parts.is_empty() {
        let name = parts.join(" ");
        entity.add(said(property, name.into(), dataset));
    }
}

impl Understood {
    fn new(id: Option<String>, entity: &Entity) -> Understood {
        let mut properties: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
        for statement in &entity.statements {
            let values = properties.entry(statement.property.name()).or_default();
            values.push(statement.value.to_string());
        }
        Understood {
            id,
            schema: entity.schema.name(),
            properties,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(json: &str) -> Example {
        let body = format!("{{\"queries\":{{\"q\":{json}}}}}");
        let mut body = Body::read(body.as_bytes()).expect("a body");
        body.queries.remove(0).1
    }

    #[test]
    fn values_are_cleaned_and_the_rest_is_dropped() {
        let example = example(
            r#"{"id":"me","schema":"Person","properties":{"name":"Jane Doe","country":["Russia"],
            "birthDate":[1960],"imoNumber":["1"],"gender":["?"]}}"#,
        );
        let (_, understood) = example.entity().expect("an entity");
        let json = serde_json::to_value(understood).expect("JSON");
        assert_eq!(
            json,
            serde_json::json!({"id": "me", "schema": "Person", "properties": {
                "name": ["Jane Doe"], "country": ["ru"], "birthDate": ["1960"]}})
        );
    }

    #[test]
    fn names_are_made_of_parts() {
        let example = example(
            r#"{"schema":"Person","properties":{"lastName":["Doe"],"firstName":["Jane"]}}"#,
        );
        let (entity, _) = example.entity().expect("an entity");
        assert_eq!(entity.first("name"), Some("Jane Doe"));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        let places = |body: &str| match Body::read(body.as_bytes()) {
            Err(Failure::Shape(wrong)) => wrong
                .iter()
                .map(|w| format!("{} {}", w.loc.join("."), w.kind))
                .collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        };
        assert_eq!(places("{}"), ["body.queries missing"]);
        assert_eq!(
            places(r#"{"queries":{"a":{"properties":{"name":7}},"b":1}}"#),
            [
                "body.queries.a.schema missing",
                "body.queries.a.properties.name list_type",
                "body.queries.b model_attributes_type"
            ]
        );
        assert_eq!(places("[]"), ["body model_attributes_type"]);
        assert!(places("{")[0].ends_with("json_invalid"));
    }
}
