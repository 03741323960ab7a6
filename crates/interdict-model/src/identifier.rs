//! Identifiers with a known form and, mostly, check digits.
//!
//! Each format has one module with a `normalise` that returns the form in which values are
//! compared, or `None` when form or check digits are wrong.

use std::fmt;

use compact_str::{CompactString, format_compact};

use crate::ontology::{Property, PropertyType};

mod aircraft;
mod bic;
mod checks;
mod iban;
pub mod imo;
mod lei;
mod mmsi;
mod russian;
mod security;
mod us;
mod uscc;
pub mod wallet;

/// A format of identifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IdentifierKind {
    /// Business identifier code of a bank (ISO 9362); compared by its first 8 characters, the
    /// rest being a branch.
    Bic,
    /// International bank account number (ISO 13616).
    Iban,
    /// Legal entity identifier (ISO 17442).
    Lei,
    /// Russian tax number, 10 digits for organisations, 12 for persons.
    Inn,
    /// Russian registration number: OGRN (13 digits) or OGRNIP (15 digits).
    Ogrn,
    /// Unified social credit code of China (GB 32100-2015).
    Uscc,
    /// IMO number of a ship or of a shipping company; 7 digits.
    Imo,
    /// Maritime mobile service identity; 9 digits.
    Mmsi,
    /// Registration mark of an aircraft.
    AircraftMark,
    /// Security (ISO 6166).
    Isin,
    /// Financial instrument global identifier.
    Figi,
    /// National provider identifier of US health care.
    Npi,
    /// US social security number.
    Ssn,
    /// Unique entity id of US procurement.
    Uei,
    /// Item of Wikidata.
    Wikidata,
    /// Address of a crypto wallet of any currency.
    Wallet,
    /// Any other number or code; compared by its letters and digits in upper case.
    Generic,
}

use IdentifierKind as Kind;

impl IdentifierKind {
    /// Every kind.
    pub const ALL: [IdentifierKind; 17] = [
        Kind::Bic,
        Kind::Iban,
        Kind::Lei,
        Kind::Inn,
        Kind::Ogrn,
        Kind::Uscc,
        Kind::Imo,
        Kind::Mmsi,
        Kind::AircraftMark,
        Kind::Isin,
        Kind::Figi,
        Kind::Npi,
        Kind::Ssn,
        Kind::Uei,
        Kind::Wikidata,
        Kind::Wallet,
        Kind::Generic,
    ];

    /// Short stable name, as in keys (`imo:9074729`).
    pub fn name(self) -> &'static str {
        match self {
            Kind::Bic => "bic",
            Kind::Iban => "iban",
            Kind::Lei => "lei",
            Kind::Inn => "inn",
            Kind::Ogrn => "ogrn",
            Kind::Uscc => "uscc",
            Kind::Imo => "imo",
            Kind::Mmsi => "mmsi",
            Kind::AircraftMark => "aircraft",
            Kind::Isin => "isin",
            Kind::Figi => "figi",
            Kind::Npi => "npi",
            Kind::Ssn => "ssn",
            Kind::Uei => "uei",
            Kind::Wikidata => "wikidata",
            Kind::Wallet => "wallet",
            Kind::Generic => "id",
        }
    }

    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<IdentifierKind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl fmt::Display for IdentifierKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The form in which values of a kind are compared; `None` when form or check digits are wrong.
pub fn normalise(kind: IdentifierKind, raw: &str) -> Option<CompactString> {
    let raw = raw.trim();
    if raw.is_empty() || raw.len() > 256 {
        return None;
    }
    match kind {
        Kind::Bic => bic::normalise(raw),
        Kind::Iban => iban::normalise(raw),
        Kind::Lei => lei::normalise(raw),
        Kind::Inn => russian::inn(raw),
        Kind::Ogrn => russian::ogrn(raw),
        Kind::Uscc => uscc::normalise(raw),
        Kind::Imo => imo::find(raw),
        Kind::Mmsi => mmsi::normalise(raw),
        Kind::AircraftMark => aircraft::normalise(raw),
        Kind::Isin => security::isin(raw),
        Kind::Figi => security::figi(raw),
        Kind::Npi => us::npi(raw),
        Kind::Ssn => us::ssn(raw),
        Kind::Uei => us::uei(raw),
        Kind::Wikidata => wikidata(raw),
        Kind::Wallet => wallet::normalise(raw),
        Kind::Generic => {
            let key: CompactString = raw
                .chars()
                .flat_map(char::to_uppercase)
                .filter(|c| c.is_alphanumeric())
                .collect();
            (!key.is_empty()).then_some(key)
        }
    }
}

/// Whether a text is a value of this kind, check digits included.
pub fn is_valid(kind: IdentifierKind, value: &str) -> bool {
    normalise(kind, value).is_some()
}

/// Whether the whole text, nothing around it, can only be of one checked kind, and of which. Bare
/// IMO numbers are not recognised: one in five numbers of 7 digits passes the check.
pub fn detect(text: &str) -> Option<IdentifierKind> {
    let text = text.trim();
    let digits = text.len() >= 5 && text.bytes().all(|b| b.is_ascii_digit());
    let candidates: &[IdentifierKind] = match text.len() {
        18 if digits => &[Kind::Uscc],
        10 | 12 if digits => &[Kind::Inn],
        13 | 15 if digits => &[Kind::Ogrn],
        _ if digits => &[],
        8 | 11
            if text
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()) =>
        {
            &[Kind::Bic, Kind::Imo]
        }
        12 => &[Kind::Isin, Kind::Figi, Kind::Imo],
        18 => &[Kind::Uscc, Kind::Iban],
        20 => &[Kind::Lei, Kind::Iban],
        _ if text.starts_with("IMO") => &[Kind::Imo],
        _ => &[Kind::Iban, Kind::Wikidata],
    };
    if let Some(kind) = candidates.iter().find(|kind| is_valid(**kind, text)) {
        return Some(*kind);
    }
    wallet::currency(text).map(|_| Kind::Wallet)
}

/// Whether an equal value of this kind means the same party, whatever the names.
pub fn strong(kind: IdentifierKind) -> bool {
    !matches!(
        kind,
        Kind::Generic | Kind::Ssn | Kind::Uei | Kind::AircraftMark | Kind::Mmsi
    )
}

/// Whether a party has one value of this kind for life, so that two different valid values mean
/// two parties. Never true of passports, national ids and tax numbers in general.
pub fn lifelong(kind: IdentifierKind) -> bool {
    matches!(kind, Kind::Imo | Kind::Lei | Kind::Inn | Kind::Ogrn)
}

/// The kind of the values of an identifier property; `None` for a property of another type.
pub fn kind_of(property: Property) -> Option<IdentifierKind> {
    if property.kind() != PropertyType::Identifier {
        return None;
    }
    Some(match property.format() {
        Some("bic") => Kind::Bic,
        Some("iban") => Kind::Iban,
        Some("lei") => Kind::Lei,
        Some("inn") => Kind::Inn,
        Some("ogrn") => Kind::Ogrn,
        Some("uscc") => Kind::Uscc,
        Some("imo") => Kind::Imo,
        Some("isin") => Kind::Isin,
        Some("figi") => Kind::Figi,
        Some("npi") => Kind::Npi,
        Some("ssn") => Kind::Ssn,
        Some("uei") => Kind::Uei,
        Some("wikidata") => Kind::Wikidata,
        _ => match (property.owner().name(), property.name()) {
            (_, "mmsi") => Kind::Mmsi,
            (_, "isinCode") => Kind::Isin,
            (_, "publicKey" | "cryptoAddress") => Kind::Wallet,
            _ => Kind::Generic,
        },
    })
}

/// The key by which two values are equal: kind and normal form, as in `imo:9074729`. A value with
/// a wrong check digit is compared as a generic one.
pub fn key(kind: IdentifierKind, value: &str) -> Option<CompactString> {
    match normalise(kind, value) {
        Some(normal) => Some(format_compact!("{kind}:{normal}")),
        None => normalise(Kind::Generic, value).map(|n| format_compact!("{}:{n}", Kind::Generic)),
    }
}

/// The value that FollowTheMoney writes for a format of its ontology, `None` for one it rejects.
///
/// Differs from [`normalise`] in the prefix of IMO numbers and in accepting BICs of countries that
/// do not exist. Individual entrepreneurs' numbers with remainder 11 or 12, which the tools reject
/// though the registry issues them, are accepted.
pub(crate) fn ftm_normal(format: &str, text: &str) -> Option<CompactString> {
    let kind = match format {
        "imo" => return imo::find(text).map(|digits| format_compact!("IMO{digits}")),
        "bic" => return bic::pattern(text),
        "generic" => return Some(text.into()),
        name => Kind::from_name(name)?,
    };
    normalise(kind, text)
}

/// The id of an item of Wikidata, also from its address.
fn wikidata(raw: &str) -> Option<CompactString> {
    let id = raw.rsplit('/').next()?.trim().to_uppercase();
    let digits = id.strip_prefix('Q')?;
    (!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())).then(|| id.into())
}

#[cfg(test)]
mod tests {
    use super::{IdentifierKind as Kind, detect, ftm_normal, key, kind_of, normalise};
    use crate::Schema;
    use proptest::prelude::*;

    #[test]
    fn kinds_are_detected() {
        for (text, expected) in [
            ("54930053HGCFWVHYZX42", Some(Kind::Lei)),
            ("7707083893", Some(Kind::Inn)),
            ("500100732259", Some(Kind::Inn)),
            ("1027700132195", Some(Kind::Ogrn)),
            ("91350100M000100Y43", Some(Kind::Uscc)),
            ("914403001922038216", Some(Kind::Uscc)),
            ("IMO 9074729", Some(Kind::Imo)),
            ("9074729", None),
            ("SABRRUMM", Some(Kind::Bic)),
            ("DE89370400440532013000", Some(Kind::Iban)),
            ("US0378331005", Some(Kind::Isin)),
            ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", Some(Kind::Wallet)),
            ("Q7747", Some(Kind::Wikidata)),
            ("hello", None),
            ("", None),
        ] {
            assert_eq!(detect(text), expected, "{text:?}");
        }
    }

    #[test]
    fn properties_have_kinds() {
        let kind = |schema: &str, name: &str| {
            Schema::get(schema)
                .and_then(|s| s.property(name))
                .and_then(kind_of)
        };
        assert_eq!(kind("Vessel", "imoNumber"), Some(Kind::Imo));
        assert_eq!(kind("Company", "innCode"), Some(Kind::Inn));
        assert_eq!(kind("CryptoWallet", "publicKey"), Some(Kind::Wallet));
        assert_eq!(kind("Person", "passportNumber"), Some(Kind::Generic));
        assert_eq!(kind("Person", "name"), None);
    }

    #[test]
    fn keys() {
        assert_eq!(
            key(Kind::Imo, "IMO 9074729").as_deref(),
            Some("imo:9074729")
        );
        assert_eq!(key(Kind::Imo, "9074720").as_deref(), Some("id:9074720"));
        assert_eq!(key(Kind::Generic, "ab-12 3").as_deref(), Some("id:AB123"));
        assert_eq!(key(Kind::Generic, "--"), None);
        assert_eq!(ftm_normal("imo", "9074729").as_deref(), Some("IMO9074729"));
    }

    proptest! {
        #[test]
        fn nothing_panics_and_normal_forms_stay(text in "\\PC{0,40}") {
            for kind in Kind::ALL {
                if let Some(normal) = normalise(kind, &text) {
                    prop_assert_eq!(normalise(kind, &normal), Some(normal.clone()), "{}", kind);
                }
            }
            let _ = detect(&text);
        }

        #[test]
        fn codes_do_not_panic(text in "[A-Z0-9]{1,35}") {
            for kind in Kind::ALL {
                if let Some(normal) = normalise(kind, &text) {
                    prop_assert_eq!(normalise(kind, &normal), Some(normal.clone()), "{}", kind);
                }
            }
        }
    }
}
