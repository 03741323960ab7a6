//! What an entity says beside its names, as far as scoring uses it.

use compact_str::CompactString;
use interdict_model::{Entity, PropertyType};

/// What a fact is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum FactKind {
    /// Date of birth, of foundation or of build, ISO 8601 with precision.
    StartDate = 0,
    /// Territory code.
    Country = 1,
    /// `male`, `female` or `other`.
    Gender = 2,
    /// Identifier; the value is `type:value`, as in `imo:9074729`.
    Identifier = 3,
    /// A postal address in one line.
    Address = 4,
}

/// One fact of an entity.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fact {
    /// What it is.
    pub kind: FactKind,
    /// Its value, cleaned.
    pub value: CompactString,
}

/// One fact, owned or mapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FactRef<'a> {
    /// What it is.
    pub kind: FactKind,
    /// Its value, cleaned.
    pub value: &'a str,
}

/// Properties of type date that say when an entity came to be.
const START_DATES: &[&str] = &[
    "birthDate",
    "incorporationDate",
    "buildDate",
    "inceptionDate",
];

/// Properties of type country that say where an entity belongs.
const COUNTRIES: &[&str] = &[
    "country",
    "nationality",
    "citizenship",
    "jurisdiction",
    "mainCountry",
    "birthCountry",
    "flag",
    "pastFlags",
];

/// What the entity says beside its names, sorted, each fact once.
pub fn facts_of(entity: &Entity) -> Vec<Fact> {
    let mut facts: Vec<Fact> = entity
        .statements
        .iter()
        .filter_map(|statement| {
            let name = statement.property.name();
            let value = statement.value.as_str();
            let (kind, value) = match statement.property.kind() {
                PropertyType::Date if START_DATES.contains(&name) => {
                    (FactKind::StartDate, CompactString::from(value))
                }
                PropertyType::Country if COUNTRIES.contains(&name) => {
                    (FactKind::Country, CompactString::from(value))
                }
                PropertyType::Gender => (FactKind::Gender, CompactString::from(value)),
                PropertyType::Identifier if statement.property.matchable() => (
                    FactKind::Identifier,
                    identifier(name, statement.property.format(), value)?,
                ),
                PropertyType::Address if name == "address" => {
                    (FactKind::Address, CompactString::from(value))
                }
                _ => return None,
            };
            Some(Fact { kind, value })
        })
        .collect();
    facts.sort_unstable();
    facts.dedup();
    facts
}

/// `type:value` of an identifier: the type is the property's format where it has one, else a
/// group of properties; the value keeps letters (upper case) and digits only, except where case
/// matters (wallets).
fn identifier(property: &str, format: Option<&str>, value: &str) -> Option<CompactString> {
    let kind = match (format, property) {
        (Some(format), _) => format,
        (None, "passportNumber") => "passport",
        (None, "idNumber" | "personalNumber" | "number") => "id",
        (None, "taxNumber" | "vatCode" | "irsCode") => "tax",
        (None, "registrationNumber") => "registration",
        (None, "cryptoAddress" | "accountId" | "publicKey") => "wallet",
        (None, other) => other,
    };
    let mut out = CompactString::from(kind);
    out.push(':');
    let start = out.len();
    if kind == "wallet" {
        out.push_str(value.trim());
    } else {
        let kept = value.chars().filter(|c| c.is_alphanumeric());
        out.extend(kept.flat_map(char::to_uppercase));
        // `IMO 9074729` and `9074729` are one number.
        if kind == "imo" && out.get(start..).is_some_and(|v| v.starts_with("IMO")) {
            out.replace_range(start..start + 3, "");
        }
    }
    if kind == "bic" {
        // The first eight characters name the institution, the other three a branch of it (ISO
        // 9362): a branch is its bank.
        let institution = out.char_indices().nth(kind.len() + 1 + 8).map(|(at, _)| at);
        out.truncate(institution.unwrap_or(out.len()));
    }
    (out.len() > start).then_some(out)
}

/// The value of an identifier fact that is strong enough to mean one entity, whatever the names:
/// at least six characters of a type issued once. Its equality (with [`compatible_identifiers`])
/// is `I` of the score; retrieval keeps postings by this value.
pub fn strong_identifier(fact: &str) -> Option<&str> {
    let (kind, value) = fact.split_once(':')?;
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let strong = match kind {
        "imo" | "mmsi" => value.len() >= 7,
        "bic" => value.len() >= 8,
        "wikidata" => value.len() >= 2,
        "callSign" | "ticker" | "ricCode" | "icaoCode" | "isinCode" | "isin" | "figi" => false,
        "wallet" => value.len() >= 20,
        "lei" | "iban" | "uscc" | "inn" | "ogrn" => value.len() >= 10,
        _ => value.len() >= 6 && digits >= 4,
    };
    strong.then_some(value)
}

/// Whether two identifier facts may be compared by value: of one type, or both of the loose
/// types (tax, registration, national id …) that publishers file one number under.
pub fn compatible_identifiers(a: &str, b: &str) -> bool {
    let kind = |fact: &str| -> u8 {
        match fact.split_once(':').map_or("", |(kind, _)| kind) {
            "tax" | "inn" | "registration" | "ogrn" | "id" | "uscc" | "licenseNumber" | "ssn"
            | "dunsCode" | "cikCode" => 1,
            "passport" => 2,
            _ => 0,
        }
    };
    match (kind(a), kind(b)) {
        (0, 0) => a.split_once(':').map(|x| x.0) == b.split_once(':').map(|x| x.0),
        // A passport is often filed as an identity card and the other way round.
        (2, 1) => b.starts_with("id:"),
        (1, 2) => a.starts_with("id:"),
        (x, y) => x == y,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_has_one_form() {
        let of = |property, format, value| identifier(property, format, value).unwrap();
        assert_eq!(of("swiftBic", Some("bic"), "SABRRUMM"), "bic:SABRRUMM");
        assert_eq!(of("swiftBic", Some("bic"), "sabrrummse1"), "bic:SABRRUMM");
        assert_eq!(of("imoNumber", Some("imo"), "IMO 9074729"), "imo:9074729");
        assert_eq!(identifier("passportNumber", None, " - "), None);
    }
}
