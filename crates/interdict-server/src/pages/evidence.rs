//! What a list says, value by value, with the place in the file where it stands.

use interdict_model::{Entity, Place, PropertyType, Statement};

use super::text;

/// A value with its evidence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) property: String,
    pub(super) value: String,
    /// What the publisher wrote, where it differs.
    pub(super) original: String,
    pub(super) lang: String,
    /// File, place and field.
    pub(super) place: String,
    pub(super) first_seen: String,
    pub(super) last_seen: String,
}

/// A value for people: the names of territories and topics instead of their codes.
pub(super) fn readable(statement: &Statement) -> String {
    match statement.property.kind() {
        PropertyType::Country => text::territory(&statement.value),
        PropertyType::Topic => text::topic(&statement.value),
        _ => statement.value.to_string(),
    }
}

/// What a statement says.
pub(super) fn said(statement: &Statement) -> Said {
    let day = |seen: &Option<_>| -> String {
        let seen: Option<String> = seen.as_ref().map(ToString::to_string);
        // The day is enough here; some lists state seconds.
        seen.unwrap_or_default().chars().take(10).collect()
    };
    Said {
        property: text::words(statement.property.name()),
        value: readable(statement),
        original: statement
            .original
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        lang: statement
            .lang
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        place: statement
            .origin
            .as_ref()
            .map_or_else(String::new, |origin| {
                format!("{}, {}, {}", origin.file, place(origin.place), origin.field)
            }),
        first_seen: day(&statement.first_seen),
        last_seen: day(&statement.last_seen),
    }
}

fn place(place: Place) -> String {
    match place {
        Place::Line(line) => format!("line {line}"),
        Place::Byte(byte) => format!("byte {byte}"),
        Place::Row { sheet, row } => format!("sheet {sheet}, row {row}"),
    }
}

/// The values of a property, for people.
pub(super) fn values(entity: &Entity, property: &str) -> Vec<String> {
    entity.statements_of(property).map(readable).collect()
}
