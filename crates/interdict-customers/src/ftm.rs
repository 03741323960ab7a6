//! FollowTheMoney entities as customers: one a line, taken as they are.

use interdict_model::{DatasetName, ftm};

use crate::asked::ASKED;
use crate::customer::{Customer, Party};
use crate::json_lines::object;
use crate::names::PartyRole;
use crate::notes::Note;
use crate::table::{Row, RowFault};

/// The customer that a row with one entity holds.
pub(crate) fn customer(row: &Row) -> Result<Customer, RowFault> {
    let text = row.cells.first().map(|c| c.text()).unwrap_or_default();
    let object = object(text.as_bytes())?;
    let dataset = DatasetName::new(ASKED).map_err(|e| RowFault::Entity(e.to_string()))?;
    let read = ftm::read(object, &dataset, None).map_err(|e| RowFault::Entity(e.to_string()))?;
    let entity = read.entity;
    if !entity.schema.is_named("Thing") || !entity.schema.matchable() {
        return Err(RowFault::Entity(format!(
            "schema {}: nothing of this kind is on a list; expected Person, Company, Vessel, …",
            entity.schema.name()
        )));
    }
    let named = entity
        .statements
        .iter()
        .any(|s| s.property.kind() == interdict_model::PropertyType::Name);
    let known = entity
        .values_of_type(interdict_model::PropertyType::Identifier)
        .next();
    if !named && known.is_none() {
        return Err(RowFault::Nothing);
    }
    let notes = read
        .unknown
        .into_iter()
        .map(|(name, value)| Note::NotUsed {
            field: name,
            value: value.to_string(),
            expected: format!("{} has no such property", entity.schema.name()),
        })
        .collect();
    Ok(Customer {
        key: Some(entity.id.to_string()),
        place: row.place.clone(),
        parties: vec![Party {
            role: PartyRole::Holder,
            entity,
            notes,
        }],
    })
}
