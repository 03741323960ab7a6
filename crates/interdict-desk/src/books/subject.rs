//! The stored form of a customer: its parties as FollowTheMoney JSON, equal for equal customers.

use interdict_model::{DatasetName, Entity, ftm};
use interdict_store::{Customer, StoreError};
use serde_json::Value;

use crate::error::DeskError;

/// Parties as canonical bytes: ids replaced by places, values sorted, members sorted.
pub(super) fn canonical(parties: &[Entity]) -> Vec<u8> {
    let all: Vec<Value> = parties
        .iter()
        .enumerate()
        .map(|(place, party)| {
            let mut object = ftm::write(party);
            object.insert("id".to_owned(), Value::String(place.to_string()));
            if let Some(Value::Object(properties)) = object.get_mut("properties") {
                for values in properties.values_mut() {
                    if let Value::Array(values) = values {
                        values.sort_by_key(Value::to_string);
                        values.dedup();
                    }
                }
                properties.sort_keys();
            }
            object.retain(|member, _| matches!(member.as_str(), "id" | "schema" | "properties"));
            object.sort_keys();
            Value::Object(object)
        })
        .collect();
    Value::Array(all).to_string().into_bytes()
}

/// The parties of a stored customer.
///
/// # Errors
/// When what is stored is no list of entities.
pub fn parties(customer: &Customer) -> Result<Vec<Entity>, DeskError> {
    let damaged = |found: String| {
        DeskError::Store(StoreError::Damaged {
            what: format!("customer {:?}", customer.key),
            found,
        })
    };
    let dataset = DatasetName::new("book").map_err(|e| damaged(e.to_string()))?;
    let all: Vec<serde_json::Map<String, Value>> =
        serde_json::from_slice(&customer.subject).map_err(|e| damaged(e.to_string()))?;
    all.into_iter()
        .map(|object| {
            let read = ftm::read(object, &dataset, None).map_err(|e| damaged(e.to_string()))?;
            Ok(read.entity)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use interdict_model::{Schema, Statement};

    use super::*;

    fn person(id: &str, names: &[&str]) -> Entity {
        let schema = Schema::get("Person").expect("Person");
        let mut entity = Entity::new(id, schema);
        for name in names {
            entity.add(Statement {
                property: schema.property("name").expect("name"),
                value: (*name).into(),
                original: Some("as written".into()),
                lang: None,
                dataset: DatasetName::new("file").expect("a name"),
                origin: None,
                first_seen: None,
                last_seen: None,
            });
        }
        entity
    }

    #[test]
    fn equal_customers_are_equal_bytes() {
        let a = canonical(&[person("row-1", &["Ann Lee", "A. Lee"])]);
        let b = canonical(&[person("row-9", &["A. Lee", "Ann Lee"])]);
        assert_eq!(a, b);
        assert_ne!(a, canonical(&[person("row-1", &["Ann Lee"])]));
        let customer = Customer {
            version: 1,
            key: "7".to_owned(),
            subject: a.clone(),
            hash: [0; 32],
        };
        let back = parties(&customer).expect("reads");
        assert_eq!(canonical(&back), a);
    }
}
