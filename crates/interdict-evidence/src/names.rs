//! The names of an entity as matching sees them.

use interdict_model::{Entity, PropertyType, Schema};
use interdict_text::NameKind;

/// How good a name of a list entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum NameClass {
    /// The name that the entry is listed under.
    Primary = 0,
    /// Another name of good quality.
    Alias = 1,
    /// A name that the publisher itself calls weak.
    Weak = 2,
}

/// The names of an entity with their class, in the order of its statements, each text once with
/// its best class.
///
/// `name` is primary, `weakAlias` weak, any other matchable property of type name an alias. Parts
/// of names (`firstName`, …) are not names.
pub fn names_of(entity: &Entity) -> Vec<(NameClass, &str)> {
    let mut names: Vec<(NameClass, &str)> = Vec::new();
    for (property, value) in entity.values_of_type(PropertyType::Name) {
        let class = match property.name() {
            "name" => NameClass::Primary,
            "weakAlias" => NameClass::Weak,
            _ if property.matchable() => NameClass::Alias,
            _ => continue,
        };
        match names.iter_mut().find(|(_, known)| *known == value) {
            Some(known) => known.0 = known.0.min(class),
            None => names.push((class, value)),
        }
    }
    names
}

/// What the names of entities of a schema name.
pub fn name_kind(schema: Schema) -> NameKind {
    if schema.is_named("Person") {
        NameKind::Person
    } else if schema.is_named("Organization") {
        NameKind::Organization
    } else if schema.is_named("Asset") {
        NameKind::Object
    } else {
        NameKind::Any
    }
}

/// Whether a query of one schema may match a list entry of the other: one inherits from the
/// other, or both are legal entities of which one is not known to be a person.
pub fn schemata_compatible(query: Schema, list: Schema) -> bool {
    if query.is_a(list) || list.is_a(query) {
        return true;
    }
    // A company may be listed as an organisation's other heir (public body, asset).
    let legal = |s: Schema| s.is_named("Organization");
    legal(query) && legal(list)
}
