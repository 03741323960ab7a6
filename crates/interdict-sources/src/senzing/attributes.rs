//! Attributes of Senzing records and the properties they become.

use std::collections::BTreeMap;

use interdict_model::Schema;
use serde_json::{Map, Value};

use super::scalar;

/// The parts of a name in the order in which they are spoken.
pub(super) const NAME_PARTS: &[&str] = &[
    "NAME_PREFIX",
    "NAME_FIRST",
    "NAME_MIDDLE",
    "NAME_LAST",
    "NAME_SUFFIX",
];

/// The parts of an address in the order of a line.
pub(super) const ADDRESS: &[&str] = &[
    "ADDR_LINE1",
    "ADDR_LINE2",
    "ADDR_LINE3",
    "ADDR_LINE4",
    "ADDR_LINE5",
    "ADDR_LINE6",
    "ADDR_CITY",
    "ADDR_STATE",
    "ADDR_POSTAL_CODE",
    "ADDR_COUNTRY",
];

/// Attribute, and the properties it may become: the first that the schema has.
const PROPERTIES: &[(&str, &[&str])] = &[
    ("NAME_PREFIX", &["title"]),
    ("NAME_FIRST", &["firstName"]),
    ("NAME_MIDDLE", &["middleName"]),
    ("NAME_LAST", &["lastName"]),
    ("NAME_SUFFIX", &["nameSuffix"]),
    ("GENDER", &["gender"]),
    ("DATE_OF_BIRTH", &["birthDate", "incorporationDate"]),
    ("DATE_OF_DEATH", &["deathDate", "dissolutionDate"]),
    (
        "REGISTRATION_DATE",
        &["incorporationDate", "registrationDate"],
    ),
    ("REGISTRATION_COUNTRY", &["jurisdiction", "flag", "country"]),
    ("COUNTRY_OF_ASSOCIATION", &["country"]),
    ("NATIONALITY", &["nationality", "country"]),
    ("CITIZENSHIP", &["citizenship", "country"]),
    ("ADDR_FULL", &["address", "full"]),
    ("ADDR_COUNTRY", &["country"]),
    ("PLACE_OF_BIRTH", &["birthPlace"]),
    ("TOPIC", &["topics"]),
    ("WEBSITE_ADDRESS", &["website"]),
    ("EMAIL_ADDRESS", &["email"]),
    ("PHONE_NUMBER", &["phone"]),
    ("PASSPORT_NUMBER", &["passportNumber", "idNumber"]),
    ("NATIONAL_ID_NUMBER", &["idNumber", "registrationNumber"]),
    ("DRIVERS_LICENSE_NUMBER", &["idNumber"]),
    ("TAX_ID_NUMBER", &["taxNumber"]),
    ("SSN_NUMBER", &["socialSecurityNumber", "idNumber"]),
    ("LEI_NUMBER", &["leiCode"]),
    ("DUNS_NUMBER", &["dunsCode"]),
    ("IMO_NUMBER", &["imoNumber"]),
    ("MMSI_NUMBER", &["mmsi"]),
    ("CALL_SIGN", &["callSign"]),
];

/// The property of `schema` for an attribute that stands for itself.
pub(super) fn property_of(schema: Schema, attribute: &str) -> Option<&'static str> {
    let (_, candidates) = PROPERTIES.iter().find(|(name, _)| *name == attribute)?;
    candidates
        .iter()
        .copied()
        .find(|p| schema.property(p).is_some())
}

/// The type of a record: at the top, or as the feature that the newer specification makes of it.
pub(super) fn record_type(object: &Map<String, Value>) -> Option<String> {
    object
        .get("RECORD_TYPE")
        .or_else(|| {
            let features = object.get("FEATURES")?.as_array()?;
            features.iter().find_map(|f| f.get("RECORD_TYPE"))
        })
        .and_then(scalar)
}

/// Attributes that belong together, by name.
pub(super) struct Group<'a> {
    list: &'a str,
    pub(super) attributes: BTreeMap<String, String>,
    /// Members that are no attribute: lists and objects inside the group.
    pub(super) nested: Vec<(String, &'a Value)>,
}

impl<'a> Group<'a> {
    pub(super) fn new(list: &'a str, members: &'a Map<String, Value>) -> Group<'a> {
        let mut group = Group {
            list,
            attributes: BTreeMap::new(),
            nested: Vec::new(),
        };
        for (name, value) in members {
            match scalar(value) {
                Some(text) if text.trim().is_empty() || name == "RECORD_TYPE" => {}
                Some(text) => {
                    group.attributes.insert(name.clone(), text);
                }
                None if value.is_null() => {}
                None => {
                    let field = group.field(name);
                    group.nested.push((field, value));
                }
            }
        }
        group
    }

    pub(super) fn get(&self, attribute: &str) -> Option<&str> {
        self.attributes.get(attribute).map(String::as_str)
    }

    pub(super) fn take(&mut self, attribute: &str) -> Option<String> {
        self.attributes.remove(attribute)
    }

    /// The attribute with the list it stands in.
    pub(super) fn field(&self, attribute: &str) -> String {
        if self.list.is_empty() {
            attribute.to_owned()
        } else {
            format!("{}/{attribute}", self.list)
        }
    }
}

#[cfg(test)]
mod tests {
    use interdict_model::Schema;

    use super::{PROPERTIES, property_of};

    #[test]
    fn every_candidate_is_a_property_of_some_schema() {
        for (attribute, candidates) in PROPERTIES {
            for property in *candidates {
                assert!(
                    Schema::all().any(|s| s.property(property).is_some()),
                    "{attribute}: {property}"
                );
            }
        }
    }

    #[test]
    fn the_schema_decides() {
        let find = |schema, attribute| property_of(Schema::get(schema)?, attribute);
        assert_eq!(find("Person", "NATIONALITY"), Some("nationality"));
        assert_eq!(find("Company", "NATIONALITY"), Some("country"));
        assert_eq!(find("Vessel", "IMO_NUMBER"), Some("imoNumber"));
        assert_eq!(find("Person", "IMO_NUMBER"), None);
    }
}
