//! Building entities from what a publisher wrote, without losing a word of it.

use std::sync::Arc;

use compact_str::{CompactString, ToCompactString, format_compact};

use crate::clean::{self, Cleaned, Hints, Reason, Values};
use crate::dataset::DatasetName;
use crate::date::DateOrder;
use crate::entity::{Entity, Origin, Place, Statement};
use crate::ontology::{Property, PropertyType};

/// What became of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// It is a new statement.
    Added,
    /// The same dataset already says so.
    Known,
    /// Nothing was written.
    Empty,
    /// It is not a value of that property.
    Rejected(Rejection),
    /// The schema has no such property. Nothing was kept.
    NoProperty,
}

/// A text that is not a value of its property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// The property.
    pub property: Property,
    /// The text.
    pub raw: CompactString,
    /// Why not.
    pub reason: Reason,
    /// Where the text was kept instead; `None` when the schema has no place for it, and then the
    /// caller must report it.
    pub kept_in: Option<Property>,
}

impl Said {
    /// Whether the entity now says it (added or known).
    pub fn is_said(&self) -> bool {
        matches!(self, Said::Added | Said::Known)
    }

    /// The rejection, if it is one.
    pub fn rejection(&self) -> Option<&Rejection> {
        match self {
            Said::Rejected(rejection) => Some(rejection),
            _ => None,
        }
    }
}

/// Adds statements to one entity: cleans each value and notes where it stood.
///
/// ```
/// use interdict_model::{DatasetName, Entity, Place, Recorder, Schema};
///
/// let dataset = DatasetName::new("us_ofac_sdn").unwrap();
/// let mut entity = Entity::new("ofac-1", Schema::get("Person").unwrap());
/// let mut record = Recorder::new(&mut entity, &dataset).at(&"sdn.csv".into(), Place::Line(7));
/// record.field("SDN_Name").say("name", "BELOUSOV,  Andrey Removich");
/// record.field("Remarks").say("birthDate", "17 Mar 1959");
/// assert_eq!(entity.first("birthDate"), Some("1959-03-17"));
/// ```
#[derive(Debug)]
pub struct Recorder<'a> {
    entity: &'a mut Entity,
    dataset: &'a DatasetName,
    file: Option<(Arc<str>, Place)>,
    field: CompactString,
    lang: Option<CompactString>,
    hints: Hints,
}

impl<'a> Recorder<'a> {
    /// A recorder of what `dataset` says of `entity`.
    pub fn new(entity: &'a mut Entity, dataset: &'a DatasetName) -> Recorder<'a> {
        Recorder {
            entity,
            dataset,
            file: None,
            field: CompactString::default(),
            lang: None,
            hints: Hints::default(),
        }
    }

    /// Notes file and place on every following statement.
    #[must_use]
    pub fn at(mut self, file: &Arc<str>, place: Place) -> Recorder<'a> {
        self.file = Some((Arc::clone(file), place));
        self
    }

    /// States how the list writes numeric dates.
    #[must_use]
    pub fn date_order(mut self, order: DateOrder) -> Recorder<'a> {
        self.hints.date_order = order;
        self
    }

    /// Names the column or element of the following values.
    pub fn field(&mut self, field: &str) -> &mut Recorder<'a> {
        self.field = field.to_compact_string();
        self
    }

    /// States the language of the following values, as an ISO 639 code or tag; an unknown one
    /// or `None` means not stated.
    pub fn lang(&mut self, lang: Option<&str>) -> &mut Recorder<'a> {
        self.lang = lang
            .and_then(crate::language::lookup)
            .map(CompactString::const_new);
        self
    }

    /// The entity as it is so far.
    pub fn entity(&self) -> &Entity {
        self.entity
    }

    /// Says `raw` of the property with this name. A text that is not a value of it is kept: an
    /// identifier with a wrong check digit as an identifier without a format, anything else as a
    /// note that names the property, where the schema has one.
    pub fn say(&mut self, property: &str, raw: &str) -> Said {
        let Some(property) = self.entity.schema.property(property) else {
            return Said::NoProperty;
        };
        if property.kind() == PropertyType::Entity && raw.trim() == self.entity.id {
            return self.reject(property, raw, Reason::EntityId);
        }
        match clean::clean(property, raw, &self.hints) {
            Ok(values) => self.push_all(property, values),
            Err(reason) => self.reject(property, raw, reason),
        }
    }

    /// Says `raw` of the property, the publisher having written `original` (for values cut out of
    /// a longer text, or translated from a code of the publisher's own).
    pub fn say_from(&mut self, property: &str, raw: &str, original: &str) -> Said {
        let Some(found) = self.entity.schema.property(property) else {
            return Said::NoProperty;
        };
        match clean::clean(found, raw, &self.hints) {
            Ok(mut values) => {
                for value in &mut values {
                    value.original =
                        (value.value != original).then(|| original.to_compact_string());
                }
                self.push_all(found, values)
            }
            Err(reason) => self.reject(found, original, reason),
        }
    }

    /// Says each of several values; returns those that were rejected or had no property.
    pub fn say_all<'v>(
        &mut self,
        property: &str,
        raws: impl IntoIterator<Item = &'v str>,
    ) -> Vec<Said> {
        raws.into_iter()
            .map(|raw| self.say(property, raw))
            .filter(|said| matches!(said, Said::Rejected(_) | Said::NoProperty))
            .collect()
    }

    fn push_all(&mut self, property: Property, values: Values) -> Said {
        if values.is_empty() {
            return Said::Empty;
        }
        let mut added = false;
        for value in values {
            added |= self.push(property, value);
        }
        if added { Said::Added } else { Said::Known }
    }

    fn push(&mut self, property: Property, cleaned: Cleaned) -> bool {
        let origin = self.file.as_ref().map(|(file, place)| Origin {
            file: Arc::clone(file),
            place: *place,
            field: self.field.clone(),
        });
        self.entity.add(Statement {
            property,
            value: cleaned.value,
            original: cleaned.original,
            lang: self.lang.clone(),
            dataset: self.dataset.clone(),
            origin,
            first_seen: None,
            last_seen: None,
        })
    }

    fn reject(&mut self, property: Property, raw: &str, reason: Reason) -> Said {
        let kept_in = self.keep(property, raw);
        Said::Rejected(Rejection {
            property,
            raw: raw.to_compact_string(),
            reason,
            kept_in,
        })
    }

    fn keep(&mut self, property: Property, raw: &str) -> Option<Property> {
        let schema = self.entity.schema;
        let text = clean::sanitise(raw);
        if property.kind() == PropertyType::Identifier {
            let place = ["registrationNumber", "idNumber", "number", "recordId"]
                .iter()
                .filter_map(|name| schema.property(name))
                .find(|p| p.format().is_none() && *p != property)?;
            self.push(
                place,
                Cleaned {
                    value: text.to_compact_string(),
                    original: None,
                },
            );
            return Some(place);
        }
        let place = ["notes", "description", "summary"]
            .iter()
            .find_map(|name| schema.property(name))?;
        let value = format_compact!("{}: {}", property.label(), text);
        self.push(
            place,
            Cleaned {
                value,
                original: Some(raw.to_compact_string()),
            },
        );
        Some(place)
    }
}

#[cfg(test)]
mod tests {
    use super::{Recorder, Said};
    use crate::{DatasetName, Entity, Place, Schema};

    fn with<T>(schema: &str, record: impl FnOnce(&mut Recorder<'_>) -> T) -> (Entity, T) {
        let dataset = DatasetName::new("test").expect("a name");
        let schema = Schema::get(schema).expect("a schema");
        let mut entity = Entity::new("x-1", schema);
        let mut recorder =
            Recorder::new(&mut entity, &dataset).at(&"list.csv".into(), Place::Line(2));
        let out = record(&mut recorder);
        (entity, out)
    }

    #[test]
    fn values_are_cleaned_and_placed() {
        let (entity, said) = with("Person", |r| {
            r.field("NAME").say("name", " \"Иван  Petrov\" ")
        });
        assert_eq!(said, Said::Added);
        let statement = entity.statements.first().expect("a statement");
        assert_eq!(statement.value, "Иван Petrov");
        assert_eq!(statement.original.as_deref(), Some(" \"Иван  Petrov\" "));
        let origin = statement.origin.as_ref().expect("an origin");
        assert_eq!(
            (origin.field.as_str(), origin.place),
            ("NAME", Place::Line(2))
        );
    }

    #[test]
    fn a_range_is_several_values_of_one_original() {
        let (entity, _) = with("Person", |r| r.say("birthDate", "1955 to 1957"));
        let values: Vec<&str> = entity.values("birthDate").collect();
        assert_eq!(values, ["1955", "1956", "1957"]);
        assert!(
            entity
                .statements
                .iter()
                .all(|s| s.original.as_deref() == Some("1955 to 1957"))
        );
    }

    #[test]
    fn what_does_not_fit_is_kept() {
        let (entity, said) = with("Person", |r| r.say("birthDate", "31 Feb 1959"));
        let kept = said.rejection().and_then(|r| r.kept_in).map(|p| p.name());
        assert_eq!(kept, Some("notes"));
        assert_eq!(entity.first("notes"), Some("Birth date: 31 Feb 1959"));
    }

    #[test]
    fn no_property_is_no_panic() {
        let (entity, said) = with("Person", |r| r.say("imoNumber", "9074729"));
        assert_eq!(said, Said::NoProperty);
        assert!(entity.statements.is_empty());
    }

    #[test]
    fn twice_is_once() {
        let (entity, said) = with("Person", |r| {
            r.say("name", "A B");
            (r.say("name", "A  B"), r.say("name", "  "))
        });
        assert_eq!(said, (Said::Known, Said::Empty));
        assert_eq!(entity.statements.len(), 1);
    }

    #[test]
    fn nothing_points_at_itself() {
        let (_, said) = with("Sanction", |r| r.say("entity", "x-1"));
        assert!(said.rejection().is_some());
    }
}
