//! What is a party of its own, and what only says something of one.
//!
//! A list names parties: persons, companies, vessels. Beside them stand entities that mean nothing
//! alone: the sanction of a party, its passport, its address, its wallet, its link to another
//! party. People count and compare parties, so these are shown with the party they belong to.

use crate::entity::Entity;
use crate::ontology::Schema;

/// Property by which a party names the entities of its addresses.
pub const ADDRESS_ENTITY: &str = "addressEntity";

/// Properties by which an entity that is part of another names it, the surest first.
const OWNERS: &[&str] = &["entity", "holder", "issuer"];

/// Schemata that are part of a party. Sanctions, documents, links and offices held are intervals of
/// time.
const PARTS: &[&str] = &["Interval", "Address", "CryptoWallet", "Security"];

/// Whether entities of this schema say something of another entity rather than stand alone.
pub fn is_part(schema: Schema) -> bool {
    PARTS.iter().any(|part| schema.is_named(part))
}

/// The id of the entity that this one is part of, if it says so itself; an address does not, its
/// party names it ([`ADDRESS_ENTITY`]).
///
/// A link belongs to the end whose record states it, which its id begins with, else to the end it
/// starts from.
pub fn owner(entity: &Entity) -> Option<&str> {
    if !is_part(entity.schema) {
        return None;
    }
    if let Some(edge) = entity.schema.edge() {
        let ends = || entity.values(edge.source).chain(entity.values(edge.target));
        return ends()
            .filter(|end| {
                let rest = entity.id.strip_prefix(end);
                rest.is_some_and(|rest| rest.starts_with('-'))
            })
            .max_by_key(|end| end.len())
            .or_else(|| ends().next());
    }
    OWNERS.iter().find_map(|name| entity.first(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entity::Statement;

    fn entity(id: &str, schema: &str, values: &[(&str, &str)]) -> Entity {
        let mut entity = Entity::new(id, Schema::get(schema).unwrap());
        for (property, value) in values {
            entity.statements.push(Statement {
                property: entity.schema.property(property).unwrap(),
                value: (*value).into(),
                original: None,
                lang: None,
                dataset: crate::DatasetName::new("list").unwrap(),
                origin: None,
                first_seen: None,
                last_seen: None,
            });
        }
        entity
    }

    #[test]
    fn parts_name_their_party() {
        for (schema, values, expected) in [
            ("Sanction", &[("entity", "p-1")][..], Some("p-1")),
            ("Passport", &[("holder", "p-1")], Some("p-1")),
            ("CryptoWallet", &[("holder", "p-1")], Some("p-1")),
            ("Address", &[("full", "Minsk")], None),
            ("Person", &[("name", "A")], None),
            ("Company", &[("name", "A")], None),
        ] {
            let entity = entity("x", schema, values);
            assert_eq!(owner(&entity), expected, "{schema}");
        }
    }

    #[test]
    fn a_link_belongs_to_the_end_that_states_it() {
        let ends = [("owner", "p-2"), ("asset", "p-1")];
        assert_eq!(
            owner(&entity("p-1-owner-2", "Ownership", &ends)),
            Some("p-1")
        );
        assert_eq!(owner(&entity("link-7", "Ownership", &ends)), Some("p-2"));
        let ends = [("owner", "p-1"), ("asset", "p-12")];
        assert_eq!(
            owner(&entity("p-12-owner-1", "Ownership", &ends)),
            Some("p-12")
        );
    }
}
