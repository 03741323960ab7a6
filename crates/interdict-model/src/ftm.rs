//! Entities as FollowTheMoney's tools read and write them: one JSON object each.
//!
//! What is read and written again equals what `ValueEntity.from_dict(…).to_dict()` of followthemoney
//! 4.11 gives, order of members and of `datasets` and `referents` aside, with four differences:
//! a property with an empty list is not written, a bare text in place of a list is one value (the
//! tools take it apart into letters), numbers and booleans in place of strings become
//! strings, and properties the schema does not have are given back to the caller instead of being
//! dropped.

use compact_str::{CompactString, ToCompactString};
use serde_json::{Map, Value};

use crate::dataset::DatasetName;
use crate::entity::{Entity, Origin, Statement};
use crate::ontology::{Property, Schema};

/// What one object holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    /// The entity.
    pub entity: Entity,
    /// Entities that stood inside its properties (`targets.nested.json`), in order of appearance,
    /// innermost first.
    pub nested: Vec<Entity>,
    /// Members of `properties` that the schema does not have, or that are no values.
    pub unknown: Vec<(String, Value)>,
}

/// Why an object is not an entity.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FtmError {
    /// It has no id.
    #[error("an entity without \"id\"; expected a text")]
    NoId,
    /// It names no schema, or one that the ontology does not have.
    #[error("schema {0:?}; expected a schema of FollowTheMoney such as Person or Company")]
    Schema(String),
    /// Its properties are not an object.
    #[error("\"properties\" is no object; expected lists of values by property")]
    Properties,
}

/// Reads an entity. Values are taken as they are: files in this form are clean by definition.
///
/// # Errors
/// When id, schema or properties are not what they should be, also in a nested entity.
pub fn read(
    mut object: Map<String, Value>,
    dataset: &DatasetName,
    origin: Option<&Origin>,
) -> Result<Read, FtmError> {
    let id = match object.shift_remove("id") {
        Some(Value::String(id)) if !id.is_empty() => id.to_compact_string(),
        Some(Value::Number(id)) => id.to_compact_string(),
        _ => return Err(FtmError::NoId),
    };
    let name = match object.shift_remove("schema") {
        Some(Value::String(name)) => name,
        other => return Err(FtmError::Schema(other.unwrap_or_default().to_string())),
    };
    let schema = Schema::get(&name).ok_or(FtmError::Schema(name))?;
    let properties = match object.shift_remove("properties") {
        Some(Value::Object(properties)) => properties,
        None | Some(Value::Null) => Map::new(),
        Some(_) => return Err(FtmError::Properties),
    };
    let mut entity = Entity::new(id, schema);
    entity.stated_caption = text(&mut object, "caption");
    entity.stated_datasets = texts(&mut object, "datasets");
    entity.referents = texts(&mut object, "referents");
    entity.first_seen = text(&mut object, "first_seen");
    entity.last_seen = text(&mut object, "last_seen");
    entity.last_change = text(&mut object, "last_change");
    if let Some(Value::Bool(target)) = object.get("target") {
        entity.stated_target = Some(*target);
        object.shift_remove("target");
    }
    entity.extra = object;
    let mut read = Read {
        entity,
        nested: Vec::new(),
        unknown: Vec::new(),
    };
    for (name, values) in properties {
        let Some(property) = schema.property(&name) else {
            read.unknown.push((name, values));
            continue;
        };
        let values = match values {
            Value::Array(values) => values,
            single => vec![single],
        };
        for value in values {
            read.value(property, value, dataset, origin)?;
        }
    }
    Ok(read)
}

impl Read {
    fn value(
        &mut self,
        property: Property,
        value: Value,
        dataset: &DatasetName,
        origin: Option<&Origin>,
    ) -> Result<(), FtmError> {
        let value = match value {
            Value::String(text) => CompactString::from(text),
            Value::Number(number) => number.to_compact_string(),
            Value::Bool(flag) => flag.to_compact_string(),
            Value::Null => return Ok(()),
            Value::Object(inner) => {
                let inner = self::read(inner, dataset, origin)?;
                let id = inner.entity.id.clone();
                self.nested.extend(inner.nested);
                self.nested.push(inner.entity);
                self.unknown.extend(inner.unknown);
                if property.stub() {
                    // The nested entity holds the near side of the link.
                    return Ok(());
                }
                id
            }
            Value::Array(_) => {
                self.unknown.push((property.name().to_owned(), value));
                return Ok(());
            }
        };
        let origin = origin.map(|o| Origin {
            field: CompactString::const_new(property.name()),
            ..o.clone()
        });
        self.entity.add(Statement {
            property,
            value,
            original: None,
            lang: None,
            dataset: dataset.clone(),
            origin,
            first_seen: None,
            last_seen: None,
        });
        Ok(())
    }
}

fn text(object: &mut Map<String, Value>, name: &str) -> Option<CompactString> {
    match object.shift_remove(name)? {
        Value::String(text) => Some(text.into()),
        Value::Null => None,
        other => {
            object.insert(name.to_owned(), other);
            None
        }
    }
}

fn texts(object: &mut Map<String, Value>, name: &str) -> Vec<CompactString> {
    let Some(Value::Array(values)) = object.shift_remove(name) else {
        return Vec::new();
    };
    let mut texts: Vec<CompactString> = values
        .into_iter()
        .filter_map(|v| match v {
            Value::String(text) => Some(text.into()),
            _ => None,
        })
        .collect();
    texts.sort_unstable();
    texts.dedup();
    texts
}

/// The entity as an object, its values in the order of its statements.
///
/// `datasets` are the stated ones, else those of the statements. The caption is written only where
/// an input stated one, as the tools do.
pub fn write(entity: &Entity) -> Map<String, Value> {
    let mut object = Map::new();
    object.insert("id".into(), entity.id.as_str().into());
    if let Some(caption) = &entity.stated_caption {
        object.insert("caption".into(), caption.as_str().into());
    }
    object.insert("schema".into(), entity.schema.name().into());
    let mut properties: Map<String, Value> = Map::new();
    for statement in &entity.statements {
        let values = properties
            .entry(statement.property.name())
            .or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(values) = values
            && !values.iter().any(|v| v == statement.value.as_str())
        {
            values.push(statement.value.as_str().into());
        }
    }
    object.insert("properties".into(), Value::Object(properties));
    let list = |texts: &[CompactString]| -> Value {
        texts.iter().map(|t| Value::from(t.as_str())).collect()
    };
    object.insert("referents".into(), list(&entity.referents));
    let datasets = if entity.stated_datasets.is_empty() {
        entity
            .datasets()
            .iter()
            .map(|d| Value::from(d.as_str()))
            .collect()
    } else {
        list(&entity.stated_datasets)
    };
    object.insert("datasets".into(), datasets);
    for (name, value) in [
        ("first_seen", &entity.first_seen),
        ("last_seen", &entity.last_seen),
        ("last_change", &entity.last_change),
    ] {
        if let Some(value) = value {
            object.insert(name.into(), value.as_str().into());
        }
    }
    if let Some(target) = entity.stated_target {
        object.insert("target".into(), target.into());
    }
    for (name, value) in &entity.extra {
        object.insert(name.clone(), value.clone());
    }
    object
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::{FtmError, read, write};
    use crate::DatasetName;

    fn object(value: Value) -> Map<String, Value> {
        match value {
            Value::Object(object) => object,
            other => panic!("{other} is no object"),
        }
    }

    fn dataset() -> DatasetName {
        DatasetName::new("test").expect("a name")
    }

    #[test]
    fn nothing_is_lost() {
        let input = object(json!({
            "id": "a", "caption": "A", "schema": "Person",
            "properties": {"name": ["A", "B"], "birthDate": ["1959"]},
            "referents": ["x"], "datasets": ["d1", "d2"], "first_seen": "2024",
            "last_seen": "2025", "last_change": "2025", "target": true, "extra": {"k": [1]}
        }));
        let out = read(input.clone(), &dataset(), None).expect("an entity");
        assert_eq!(Value::Object(write(&out.entity)), Value::Object(input));
        assert_eq!(out.unknown, []);
    }

    #[test]
    fn nested_entities_come_out() {
        let input = object(json!({
            "id": "a", "schema": "Person", "properties": {
                "name": ["A"],
                "familyPerson": [{"id": "f", "schema": "Family", "properties": {
                    "person": ["a"],
                    "relative": [{"id": "b", "schema": "Person", "properties": {"name": ["B"]}}]
                }}]
            }
        }));
        let out = read(input, &dataset(), None).expect("an entity");
        let ids: Vec<&str> = out.nested.iter().map(|e| e.id.as_str()).collect();
        assert_eq!(ids, ["b", "f"]);
        assert_eq!(out.nested[1].first("relative"), Some("b"));
        assert_eq!(out.entity.statements.len(), 1);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let fails = |value| read(object(value), &dataset(), None).expect_err("not an entity");
        assert_eq!(fails(json!({"schema": "Person"})), FtmError::NoId);
        assert_eq!(
            fails(json!({"id": "a", "schema": "Human"})),
            FtmError::Schema("Human".into())
        );
        assert_eq!(
            fails(json!({"id": "a", "schema": "Person", "properties": 1})),
            FtmError::Properties
        );
        let odd = json!({"id": "a", "schema": "Person", "properties": {"imoNumber": ["1"]}});
        let out = read(object(odd), &dataset(), None).expect("an entity");
        assert_eq!(out.unknown, [("imoNumber".to_owned(), json!(["1"]))]);
    }
}
