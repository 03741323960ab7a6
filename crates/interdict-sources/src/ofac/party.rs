//! A listed party as every OFAC format states it, before it becomes entities.

use std::sync::Arc;

use compact_str::CompactString;
use interdict_model::Place;

use super::document::Document;

/// What OFAC lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Individual,
    Entity,
    Vessel,
    Aircraft,
}

impl Kind {
    /// From `SDN_Type`, `sdnType` or `entityType`; an empty one means an entity, as the CSV
    /// specification says.
    pub(super) fn read(text: &str) -> Option<Kind> {
        match text.trim().to_ascii_lowercase().as_str() {
            "" | "entity" => Some(Kind::Entity),
            "individual" => Some(Kind::Individual),
            "vessel" => Some(Kind::Vessel),
            "aircraft" => Some(Kind::Aircraft),
            _ => None,
        }
    }
}

/// How a party stands to another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tie {
    /// "Linked To".
    Linked,
    /// The other one owns this vessel.
    Owner,
    /// The other one operates this aircraft.
    Operator,
    /// A relative; the relation.
    Relative(&'static str),
}

/// An address as stated; the parts a format has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Address {
    /// OFAC's number of the address.
    pub(super) number: String,
    /// Lines above the place.
    pub(super) lines: Vec<String>,
    /// City, state and postal code in one text, as the CSV set has them.
    pub(super) place: Option<String>,
    /// City.
    pub(super) city: Option<String>,
    /// State or province.
    pub(super) state: Option<String>,
    /// Postal code.
    pub(super) postal_code: Option<String>,
    /// Region.
    pub(super) region: Option<String>,
    /// Country as written.
    pub(super) country: Option<String>,
}

impl Address {
    /// The address in one line, as the CSV set would write it.
    pub(super) fn full(&self) -> String {
        let mut parts: Vec<&str> = self.lines.iter().map(String::as_str).collect();
        let place = self.place.clone().unwrap_or_else(|| {
            let mut place = String::new();
            for (part, joint) in [
                (&self.city, ", "),
                (&self.state, ", "),
                (&self.region, ", "),
                (&self.postal_code, " "),
            ] {
                if let Some(part) = part {
                    if !place.is_empty() {
                        place.push_str(joint);
                    }
                    place.push_str(part);
                }
            }
            place
        });
        parts.push(&place);
        parts.extend(self.country.as_deref());
        parts.retain(|p| !p.trim().is_empty());
        parts.join(", ")
    }

    /// Whether it says more than a country.
    pub(super) fn has_place(&self) -> bool {
        !self.lines.is_empty()
            || [
                &self.place,
                &self.city,
                &self.state,
                &self.postal_code,
                &self.region,
            ]
            .iter()
            .any(|p| p.is_some())
    }

    /// Whether its parts are known one by one.
    pub(super) fn is_structured(&self) -> bool {
        self.city.is_some() || self.state.is_some() || self.postal_code.is_some()
    }
}

/// One thing that is said of a party.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Fact {
    /// A value of the first of these properties that the schema has.
    Say {
        properties: &'static [&'static str],
        text: String,
    },
    /// A name; for individuals `LAST, First` is put in the order of speech.
    Name {
        property: &'static str,
        text: String,
        /// What the publisher wrote, where `text` is put together from parts.
        written: Option<String>,
    },
    /// An alias of low quality.
    WeakAlias(String),
    /// A number with what is said of its document. `code` is a stricter property that it fits.
    Document {
        label: CompactString,
        code: Option<&'static str>,
        properties: &'static [&'static str],
        document: Document,
    },
    Wallet {
        currency: String,
        address: String,
    },
    /// A security the party issued: `isin`, `ticker` or `name`.
    Security {
        property: &'static str,
        value: String,
    },
    Tie(Tie, String),
    /// A tie whose other end is known by its number.
    TieTo {
        role: String,
        uid: String,
    },
    Program(String),
    Provision(String),
    Reason(String),
    /// A date that concerns the sanctions whose programme names `scope`.
    SanctionDate {
        property: &'static str,
        scope: String,
        date: String,
        text: String,
    },
    MoreAt(String),
    Address(Address),
    Note(String),
}

impl Fact {
    pub(super) fn say(properties: &'static [&'static str], text: &str) -> Fact {
        Fact::Say {
            properties,
            text: text.trim().to_owned(),
        }
    }

    pub(super) fn name(property: &'static str, text: &str) -> Fact {
        Fact::Name {
            property,
            text: text.to_owned(),
            written: None,
        }
    }

    pub(super) fn document(
        label: &str,
        properties: &'static [&'static str],
        document: Document,
    ) -> Fact {
        Fact::Document {
            label: label.into(),
            code: None,
            properties,
            document,
        }
    }
}

/// A fact and where it stood.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) fact: Fact,
    pub(super) file: Arc<str>,
    pub(super) place: Place,
    pub(super) field: CompactString,
    /// Language of the value, where the script tells it or the publisher states it.
    pub(super) lang: Option<&'static str>,
}

/// A listed party.
#[derive(Clone, Debug)]
pub(super) struct Party {
    /// OFAC's number.
    pub(super) uid: CompactString,
    pub(super) kind: Kind,
    pub(super) entries: Vec<Entry>,
}

impl Party {
    pub(super) fn new(uid: &str, kind: Kind) -> Party {
        Party {
            uid: uid.into(),
            kind,
            entries: Vec::new(),
        }
    }

    pub(super) fn push(&mut self, fact: Fact, file: &Arc<str>, place: Place, field: &str) {
        self.entries.push(Entry {
            fact,
            file: Arc::clone(file),
            place,
            field: field.into(),
            lang: None,
        });
    }

    /// The schema. An entity is an organisation unless something is said of it that only a
    /// company has.
    pub(super) fn schema(&self) -> &'static str {
        match self.kind {
            Kind::Individual => "Person",
            Kind::Vessel => "Vessel",
            Kind::Aircraft => "Airplane",
            Kind::Entity => {
                let company = self.entries.iter().any(|e| match &e.fact {
                    Fact::Say { properties, .. } => properties.first() == Some(&"bikCode"),
                    Fact::Security { .. } => true,
                    _ => false,
                });
                if company { "Company" } else { "Organization" }
            }
        }
    }
}

/// `LAST, First` as family name and the rest.
pub(super) fn comma_name(text: &str) -> Option<(&str, &str)> {
    let (last, first) = text.split_once(',')?;
    let (last, first) = (last.trim(), first.trim());
    (!last.is_empty() && !first.is_empty()).then_some((last, first))
}
