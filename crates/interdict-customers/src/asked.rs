//! A question as people write it, made into an entity to screen.

use std::fmt;

use interdict_model::{DatasetName, Entity, Recorder, Said, Schema};

/// Dataset name of what is asked: no list says it.
pub(crate) const ASKED: &str = "query";

/// Identifier types that `--id` and the column `identifier` know, and their properties. Any
/// identifier property of the model is understood by its own name too.
const IDENTIFIERS: &[(&str, &str)] = &[
    ("imo", "imoNumber"),
    ("mmsi", "mmsi"),
    ("callsign", "callSign"),
    ("bic", "swiftBic"),
    ("swift", "swiftBic"),
    ("lei", "leiCode"),
    ("inn", "innCode"),
    ("ogrn", "ogrnCode"),
    ("uscc", "uscCode"),
    ("iban", "iban"),
    ("tax", "taxNumber"),
    ("registration", "registrationNumber"),
    ("passport", "passportNumber"),
    ("id", "idNumber"),
    ("wallet", "publicKey"),
    ("wikidata", "wikidataId"),
    ("duns", "dunsCode"),
];

/// Schemata to try, in order, when the question does not name one: the first that has every
/// property the question uses.
const GUESSES: &[&str] = &[
    "Thing",
    "LegalEntity",
    "Person",
    "Vessel",
    "Organization",
    "Company",
    "Airplane",
    "CryptoWallet",
    "BankAccount",
];

/// Properties that hold when someone or something came to be, by schema.
const STARTS: &[(&str, &str)] = &[
    ("Person", "birthDate"),
    ("Vehicle", "buildDate"),
    ("LegalEntity", "incorporationDate"),
];

/// A question, value by value as written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Id that the asker knows the subject by.
    pub id: String,
    /// Names; the first is the one the asker would call it by.
    pub names: Vec<String>,
    /// Schema, if stated.
    pub schema: Option<String>,
    /// Dates of birth, foundation or build.
    pub birth_dates: Vec<String>,
    /// Countries.
    pub countries: Vec<String>,
    /// Genders.
    pub genders: Vec<String>,
    /// Identifiers, `type:value`.
    pub identifiers: Vec<String>,
}

/// Why a value of a question cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unusable {
    /// What it was given as (`birth_date`, `country`, …).
    pub field: &'static str,
    /// The text.
    pub value: String,
    /// What was expected.
    pub expected: String,
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?}: {}", self.field, self.value, self.expected)
    }
}

impl Asked {
    /// The entity to screen, and the values that could not be used. Such a value takes no part; the
    /// rest of the question stands.
    pub fn entity(&self) -> (Entity, Vec<Unusable>) {
        let mut problems = Vec::new();
        let identifiers = self.identifier_properties(&mut problems);
        let schema = self.choose_schema(&identifiers, &mut problems);
        let mut entity = Entity::new(self.id.as_str(), schema);
        let Ok(dataset) = DatasetName::new(ASKED) else {
            return (entity, problems);
        };
        let mut recorder = Recorder::new(&mut entity, &dataset);
        let mut say = |field: &'static str, property: &str, value: &str| {
            if let Some(expected) = unusable(&recorder.say(property, value), schema) {
                problems.push(Unusable {
                    field,
                    value: value.to_owned(),
                    expected,
                });
            }
        };
        for (i, name) in self.names.iter().enumerate() {
            say("name", if i == 0 { "name" } else { "alias" }, name);
        }
        let start = STARTS
            .iter()
            .find(|(heir, _)| schema.is_named(heir))
            .map_or("birthDate", |(_, property)| property);
        for date in &self.birth_dates {
            say("birth_date", start, date);
        }
        for country in &self.countries {
            say("country", "country", country);
        }
        for gender in &self.genders {
            say("gender", "gender", gender);
        }
        for (property, value) in &identifiers {
            say("identifier", property, value);
        }
        (entity, problems)
    }

    fn identifier_properties(&self, problems: &mut Vec<Unusable>) -> Vec<(&'static str, &str)> {
        let mut found = Vec::new();
        for text in &self.identifiers {
            let typed = text
                .split_once(':')
                .and_then(|(kind, value)| Some((identifier_property(kind.trim())?, value.trim())));
            match typed {
                Some(typed) => found.push(typed),
                None => problems.push(Unusable {
                    field: "identifier",
                    value: text.clone(),
                    expected: format!(
                        "expected a type and a value, such as imo:9074729; types: {}",
                        identifier_types().join(", ")
                    ),
                }),
            }
        }
        found
    }

    fn choose_schema(
        &self,
        identifiers: &[(&'static str, &str)],
        problems: &mut Vec<Unusable>,
    ) -> Schema {
        if let Some(stated) = &self.schema {
            match schema_of(stated) {
                Some(schema) => return schema,
                None => problems.push(Unusable {
                    field: "type",
                    value: stated.clone(),
                    expected: "expected a schema that can be on a list: Person, Company, \
                               Organization, LegalEntity, Vessel, Airplane, …"
                        .to_owned(),
                }),
            }
        }
        let mut needed: Vec<&str> = identifiers.iter().map(|(property, _)| *property).collect();
        if !self.birth_dates.is_empty() {
            needed.push("birthDate");
        }
        if !self.genders.is_empty() {
            needed.push("gender");
        }
        let thing = Schema::get("Thing").or_else(|| Schema::all().next());
        GUESSES
            .iter()
            .filter_map(|name| Schema::get(name))
            .find(|schema| needed.iter().all(|p| schema.property(p).is_some()))
            .or(thing)
            .unwrap_or_else(|| unreachable!("the ontology has schemata"))
    }
}

/// The types of identifiers that have a short name.
pub fn identifier_types() -> Vec<&'static str> {
    IDENTIFIERS.iter().map(|(kind, _)| *kind).collect()
}

fn identifier_property(kind: &str) -> Option<&'static str> {
    let short = IDENTIFIERS
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(kind))
        .map(|(_, property)| *property);
    short.or_else(|| {
        Schema::all()
            .filter_map(|schema| schema.property(kind))
            .find(|property| property.kind() == interdict_model::PropertyType::Identifier)
            .map(|property| property.name())
    })
}

/// The schema of this name, whatever its case; common other words for one are understood.
pub fn schema_of(text: &str) -> Option<Schema> {
    let text = text.trim();
    let word = match text.to_lowercase().as_str() {
        "individual" | "natural person" => "Person",
        "entity" | "legal entity" => "LegalEntity",
        "business" => "Company",
        "organisation" => "Organization",
        "ship" => "Vessel",
        "aircraft" => "Airplane",
        "wallet" => "CryptoWallet",
        _ => text,
    };
    Schema::all()
        .find(|schema| schema.name().eq_ignore_ascii_case(word))
        .filter(|schema| schema.is_named("Thing"))
}

fn unusable(said: &Said, schema: Schema) -> Option<String> {
    match said {
        Said::Added | Said::Known | Said::Empty => None,
        Said::Rejected(rejection) => Some(rejection.reason.to_string()),
        Said::NoProperty => Some(format!("{} has no such property", schema.name())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(asked: &Asked, schema: &str, values: &[(&str, &str)]) {
        let (entity, problems) = asked.entity();
        assert_eq!(problems, []);
        assert_eq!(entity.schema.name(), schema);
        let said: Vec<(&str, &str)> = entity
            .statements
            .iter()
            .map(|s| (s.property.name(), s.value.as_str()))
            .collect();
        assert_eq!(said, values);
    }

    fn asked(name: &str) -> Asked {
        Asked {
            names: vec![name.to_owned()],
            ..Asked::default()
        }
    }

    #[test]
    fn a_bare_name_may_be_anything() {
        check(&asked("Hermes"), "Thing", &[("name", "Hermes")]);
    }

    #[test]
    fn fields_decide_the_schema() {
        let mut person = asked("Andrei Belousov");
        person.birth_dates = vec!["1959-03".to_owned()];
        let expected = [("name", "Andrei Belousov"), ("birthDate", "1959-03")];
        check(&person, "Person", &expected);
        let mut ship = asked("Hermes");
        ship.identifiers = vec!["imo:9338230".to_owned()];
        let (entity, problems) = ship.entity();
        assert_eq!((entity.schema.name(), problems.len()), ("Vessel", 0));
    }

    #[test]
    fn dates_go_where_the_schema_has_them() {
        let mut company = asked("Hengbangwei");
        company.schema = Some("company".to_owned());
        company.birth_dates = vec!["2022".to_owned()];
        let expected = [("name", "Hengbangwei"), ("incorporationDate", "2022")];
        check(&company, "Company", &expected);
    }

    #[test]
    fn what_cannot_be_used_is_told_and_the_rest_stands() {
        let mut person = asked("Andrei Belousov");
        person.birth_dates = vec!["last spring".to_owned()];
        person.identifiers = vec!["whatever".to_owned()];
        let (entity, problems) = person.entity();
        assert_eq!(entity.first("name"), Some("Andrei Belousov"));
        let fields: Vec<&str> = problems.iter().map(|p| p.field).collect();
        assert_eq!(fields, ["identifier", "birth_date"]);
    }
}
