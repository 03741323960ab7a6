//! Changes by what kind of thing changed, for a summary.

use std::fmt;

/// A kind of thing that a list says of a party.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// The primary name and its parts.
    Name,
    /// Other names.
    Alias,
    /// Dates of birth, foundation, build or death.
    Date,
    /// Addresses and places of birth.
    Address,
    /// Countries and nationalities.
    Country,
    /// Numbers and documents.
    Identifier,
    /// Programmes and measures.
    Measure,
    /// Owners, relatives, offices and other links.
    Link,
    /// Anything else.
    Other,
}

impl Group {
    /// The group of a property of a party.
    pub fn of_property(property: &str) -> Group {
        match property {
            "name" | "firstName" | "lastName" | "middleName" | "secondName" | "fatherName"
            | "nameSuffix" | "title" => Group::Name,
            "alias" | "weakAlias" | "previousName" | "abbreviation" => Group::Alias,
            "birthDate" | "deathDate" | "incorporationDate" | "buildDate" | "dissolutionDate" => {
                Group::Date
            }
            "address" | "addressEntity" | "birthPlace" => Group::Address,
            "country" | "nationality" | "citizenship" | "birthCountry" | "jurisdiction"
            | "mainCountry" | "flag" | "pastFlags" => Group::Country,
            "program" | "programId" | "topics" => Group::Measure,
            "operator" | "owner" | "parent" => Group::Link,
            name if name.ends_with("Number")
                || name.ends_with("Code")
                || matches!(
                    name,
                    "mmsi" | "callSign" | "iban" | "swiftBic" | "publicKey"
                ) =>
            {
                Group::Identifier
            }
            _ => Group::Other,
        }
    }

    /// The group of a part of a party by its schema.
    pub fn of_part(schema: &str) -> Group {
        match schema {
            "Sanction" => Group::Measure,
            "Address" => Group::Address,
            "Passport" | "Identification" | "CryptoWallet" | "Security" => Group::Identifier,
            _ => Group::Link,
        }
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Group::Name => "names",
            Group::Alias => "aliases",
            Group::Date => "dates",
            Group::Address => "addresses",
            Group::Country => "countries",
            Group::Identifier => "identifiers",
            Group::Measure => "measures",
            Group::Link => "links",
            Group::Other => "other remarks",
        })
    }
}
