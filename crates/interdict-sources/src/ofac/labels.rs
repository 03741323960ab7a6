//! The labels OFAC puts before values, in remarks and as `idType` or feature type in XML, and what
//! each means.
//!
//! Labels are from the publications of 2021 to 2026. Which property a value goes to follows what
//! FollowTheMoney documents for the property.

/// What the text after a label is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// The number of a document: the first of these properties that the schema has. A document
    /// entity keeps country and dates.
    Number(&'static [&'static str]),
    /// A passport.
    Passport,
    /// A number that Russia issues in a fixed form, otherwise the number of a document.
    Russian(&'static str, &'static [&'static str]),
    /// A number that may be an IMO number.
    Imo,
    /// A value of the first of these properties that the schema has.
    Say(&'static [&'static str]),
    /// A wallet; currency and address follow.
    Wallet,
    /// A tradeable security.
    Security(&'static str),
    /// Another party that this one is linked to.
    Link,
    /// The owner of a vessel.
    Owner,
    /// The operator of an aircraft.
    Operator,
    /// A provision of the sanction; the label is part of its text.
    Provision,
    /// A date of the sanction, with this property.
    SanctionDate(&'static str),
    /// Where the publisher says more.
    MoreAt,
    /// A reason of the sanction; the label is part of its text.
    Reason,
    /// An alias of low quality in quotation marks, with the property for a former name.
    Alias,
    /// A relative; the label names the relation.
    Relative,
    /// Kept as a note, label included.
    Note,
}

use Target::{
    Alias, Imo, Link, MoreAt, Note, Number, Operator, Owner, Passport, Provision, Reason, Russian,
    SanctionDate, Say, Security, Wallet,
};

const ID: &[&str] = &["idNumber", "registrationNumber"];
const TAX: &[&str] = &["taxNumber", "registrationNumber"];
const REG: &[&str] = &["registrationNumber", "idNumber"];
const LICENCE: &[&str] = &["licenseNumber", "registrationNumber"];

/// Label and meaning. The longest label that fits wins.
const LABELS: &[(&str, Target)] = &[
    ("DOB", Say(&["birthDate"])),
    ("Birthdate", Say(&["birthDate"])),
    ("POB", Say(&["birthPlace"])),
    ("Place of Birth", Say(&["birthPlace"])),
    ("nationality", Say(&["nationality", "country"])),
    ("Nationality Country", Say(&["nationality", "country"])),
    ("citizen", Say(&["citizenship", "country"])),
    ("Citizenship Country", Say(&["citizenship", "country"])),
    ("Gender", Say(&["gender"])),
    ("Title", Say(&["position"])),
    ("Email Address", Say(&["email"])),
    ("Website", Say(&["website"])),
    ("Email", Say(&["email"])),
    ("Phone Number", Say(&["phone"])),
    ("Phone", Say(&["phone"])),
    ("Telephone No.", Say(&["phone"])),
    ("Telephone", Say(&["phone"])),
    ("Fax No.", Say(&["phone"])),
    ("Fax", Say(&["phone"])),
    ("TELEX", Say(&["phone"])),
    ("Organization Established Date", Say(&["incorporationDate"])),
    ("Organization Type", Say(&["sector"])),
    ("Target Type", Say(&["classification"])),
    (
        "Nationality of Registration",
        Say(&["jurisdiction", "country"]),
    ),
    ("Registration Country", Say(&["jurisdiction", "country"])),
    ("Vessel Year of Build", Say(&["buildDate"])),
    ("Aircraft Manufacture Date", Say(&["buildDate"])),
    ("Aircraft Model", Say(&["model"])),
    ("Aircraft Operator", Operator),
    (
        "Aircraft Construction Number (also called L/N or S/N or F/N)",
        Say(&["serialNumber", "registrationNumber"]),
    ),
    (
        "Aircraft Manufacturer's Serial Number (MSN)",
        Say(&["serialNumber", "registrationNumber"]),
    ),
    (
        "Aircraft Serial Identification",
        Say(&["serialNumber", "registrationNumber"]),
    ),
    ("Aircraft Tail Number", Say(&["registrationNumber"])),
    (
        "Previous Aircraft Tail Number",
        Say(&["registrationNumber"]),
    ),
    (
        "Aircraft Mode S Transponder Code",
        Say(&["icaoCode", "registrationNumber"]),
    ),
    ("Vessel Type", Say(&["type"])),
    ("Other Vessel Type", Say(&["type"])),
    ("Former Vessel Type", Say(&["pastTypes", "type"])),
    ("Vessel Tonnage", Say(&["tonnage"])),
    (
        "Vessel Gross Registered Tonnage",
        Say(&["grossRegisteredTonnage"]),
    ),
    ("Vessel Flag", Say(&["flag", "country"])),
    ("Other Vessel Flag", Say(&["flag", "country"])),
    ("Former Vessel Flag", Say(&["pastFlags", "country"])),
    ("Vessel Call Sign", Say(&["callSign", "registrationNumber"])),
    (
        "Other Vessel Call Sign",
        Say(&["callSign", "registrationNumber"]),
    ),
    ("MMSI", Say(&["mmsi", "registrationNumber"])),
    ("Vessel Owner", Owner),
    ("Vessel Registration Identification", Imo),
    ("Identification Number", Imo),
    ("Company Number", Imo),
    ("IMO", Imo),
    ("Passport", Passport),
    ("Diplomatic Passport", Passport),
    ("British National Overseas Passport", Passport),
    ("Stateless Person Passport", Passport),
    ("Travel Document Number", Passport),
    ("Tax ID No.", Russian("innCode", TAX)),
    ("Registration Number", Russian("ogrnCode", REG)),
    ("Registration ID", Russian("ogrnCode", REG)),
    ("Business Registration Number", Russian("ogrnCode", REG)),
    ("Government Gazette Number", Russian("okpoCode", REG)),
    (
        "Legal Entity Number",
        Number(&["leiCode", "registrationNumber"]),
    ),
    (
        "D-U-N-S Number",
        Number(&["dunsCode", "registrationNumber"]),
    ),
    (
        "V.A.T. Number",
        Number(&["vatCode", "taxNumber", "registrationNumber"]),
    ),
    (
        "Unified Social Credit Code (USCC)",
        Number(&["uscCode", "registrationNumber"]),
    ),
    (
        "United Social Credit Code Certificate (USCCC)",
        Number(&["uscCode", "registrationNumber"]),
    ),
    (
        "Global Intermediary Identification Number",
        Number(&["giiNumber", "idNumber", "registrationNumber"]),
    ),
    (
        "SSN",
        Number(&["socialSecurityNumber", "taxNumber", "registrationNumber"]),
    ),
    ("SWIFT/BIC", Say(&["swiftBic", "registrationNumber"])),
    ("BIK (RU)", Say(&["bikCode", "registrationNumber"])),
    ("ISIN", Security("isin")),
    ("Equity Ticker", Security("ticker")),
    ("Issuer Name", Security("name")),
    ("NIT #", Number(TAX)),
    ("RUC #", Number(TAX)),
    ("RIF #", Number(TAX)),
    ("RFC", Number(TAX)),
    ("R.F.C.", Number(TAX)),
    ("RTN", Number(TAX)),
    ("RSIN", Number(TAX)),
    ("SRE Permit No.", Number(LICENCE)),
    ("C.U.I.T.", Number(TAX)),
    ("C.U.I.", Number(ID)),
    ("C.U.I.P.", Number(ID)),
    ("C.U.R.P.", Number(ID)),
    ("C.I.F.", Number(TAX)),
    ("N.I.E.", Number(ID)),
    ("US FEIN", Number(TAX)),
    ("Italian Fiscal Code", Number(TAX)),
    ("Fiscal Code", Number(TAX)),
    (
        "Numero Unico de Identificacao Tributaria (NUIT)",
        Number(TAX),
    ),
    ("Paraguayan tax identification number", Number(TAX)),
    ("Romanian Tax Registration", Number(TAX)),
    ("Tax Registration Number", Number(TAX)),
    ("National ID No.", Number(ID)),
    ("National Foreign ID Number", Number(ID)),
    ("Cedula No.", Number(ID)),
    ("Cedula de Residencia", Number(ID)),
    ("Cedula de Ciudadania", Number(ID)),
    ("D.N.I.", Number(ID)),
    ("I.F.E.", Number(ID)),
    ("LE Number", Number(ID)),
    ("Personal ID Card", Number(ID)),
    ("Citizen's Card Number", Number(ID)),
    ("Numero de Identidad", Number(ID)),
    ("Turkish Identification Number", Number(ID)),
    ("Kenyan ID No.", Number(ID)),
    ("Bosnian Personal ID No.", Number(ID)),
    ("Moroccan Personal ID No.", Number(ID)),
    ("Tazkira National ID Card", Number(ID)),
    ("Tazkira", Number(ID)),
    ("UAE Identification", Number(ID)),
    ("Refugee ID Card", Number(ID)),
    ("Stateless Person ID Card", Number(ID)),
    ("Residency Number", Number(ID)),
    ("Residency Permit", Number(ID)),
    ("Romanian Permanent Resident", Number(ID)),
    ("Birth Certificate Number", Number(ID)),
    ("Driver's License No.", Number(ID)),
    ("Electoral Registry No.", Number(ID)),
    ("Credencial electoral", Number(ID)),
    ("Cartilla de Servicio Militar Nacional", Number(ID)),
    ("Military Registration Number", Number(ID)),
    ("Tarjeta Profesional", Number(ID)),
    ("Tarjeta de Identidad", Number(ID)),
    ("VisaNumberID", Number(ID)),
    ("Visa", Number(ID)),
    ("Immigration No.", Number(ID)),
    ("Seafarer's Identification Document", Number(ID)),
    ("Public Security and Immigration No.", Number(ID)),
    ("Temporary suspension of deportation No.", Number(ID)),
    ("Serial No.", Number(ID)),
    ("File Number", Number(REG)),
    ("Folio Mercantil No.", Number(REG)),
    ("Matricula Mercantil No", Number(REG)),
    ("Commercial Registry Number", Number(REG)),
    ("Chamber of Commerce Number", Number(REG)),
    ("Istanbul Chamber of Comm. No.", Number(REG)),
    ("Dubai Chamber of Commerce Membership No.", Number(REG)),
    ("C.R. No.", Number(REG)),
    ("Romanian C.R.", Number(REG)),
    ("Business Registration Document #", Number(REG)),
    ("Business Number", Number(REG)),
    ("Public Registration Number", Number(REG)),
    ("UK Company Number", Number(REG)),
    ("Company ID", Number(REG)),
    ("Enterprise Number", Number(REG)),
    ("Branch Unit Number", Number(REG)),
    ("Central Registration System Number", Number(REG)),
    ("Certificate of Incorporation Number", Number(REG)),
    ("Registered Charity No.", Number(REG)),
    ("Economic Register Number (CBLS)", Number(REG)),
    (
        "Russian State Individual Business Registration Number Pattern (OGRNIP)",
        Russian("ogrnCode", REG),
    ),
    ("N.I.F.", Number(TAX)),
    ("CNP (Personal Numerical Code)", Number(ID)),
    ("MSB Registration Number", Number(REG)),
    ("Organization Code", Number(REG)),
    ("Trademark number", Number(REG)),
    ("International Maritime Organization No.", Imo),
    ("ethnicity", Say(&["ethnicity"])),
    ("Occupation", Say(&["profession"])),
    ("C.I.N.", Number(REG)),
    ("License", Number(LICENCE)),
    ("Trade License No.", Number(LICENCE)),
    ("Tourism License No.", Number(LICENCE)),
    ("Pilot License Number", Number(LICENCE)),
    ("Permit Number", Number(LICENCE)),
    (
        "Afghan Money Service Provider License Number",
        Number(LICENCE),
    ),
    ("Digital Currency Address -", Wallet),
    ("Linked To", Link),
    ("Secondary sanctions risk", Provision),
    ("Additional Sanctions Information -", Provision),
    (
        "Transactions Prohibited For Persons Owned or Controlled By U.S.",
        Provision,
    ),
    ("Executive Order", Provision),
    ("CAATSA Section", Provision),
    ("PAIPA Section", Provision),
    ("PEESA Information", Provision),
    ("PEESA", Provision),
    ("IFCA Determination -", Provision),
    ("NS-MBS Information", Provision),
    ("Subject to Directive", Provision),
    ("and all other offices worldwide", Provision),
    ("all offices worldwide", Provision),
    ("All branches worldwide", Provision),
    ("Purchase/Sales For Divestment Date", SanctionDate("date")),
    ("Listing Date", SanctionDate("listingDate")),
    ("Effective Date", SanctionDate("startDate")),
    ("For more information", MoreAt),
    ("ICTY indictee", Reason),
    ("named in UNSCR", Reason),
    ("a.k.a.", Alias),
    ("f.k.a.", Alias),
    ("n.k.a.", Alias),
    ("d.b.a.", Alias),
    ("Spouse of", Target::Relative),
    ("Child of", Target::Relative),
    ("Nephew of", Target::Relative),
    ("son of", Target::Relative),
    ("daughter of", Target::Relative),
    ("wife of", Target::Relative),
    ("husband of", Target::Relative),
    ("brother of", Target::Relative),
    ("sister of", Target::Relative),
    ("half-brother of", Target::Relative),
    ("daughter-in-law of", Target::Relative),
    ("son-in-law of", Target::Relative),
    ("sister-in-law of", Target::Relative),
    ("brother-in-law of", Target::Relative),
    ("Tribe", Note),
    ("passport place of issue", Note),
    ("Chinese Commercial Code", Note),
    ("UN/LOCODE", Note),
];

/// Finds the longest label a text starts with, whatever its case, and gives the label as the
/// table writes it, its meaning and the text behind it.
pub(super) fn split(text: &str) -> Option<(&'static str, Target, &str)> {
    LABELS
        .iter()
        .filter_map(|&(label, target)| {
            let head = text.get(..label.len())?;
            let rest = text.get(label.len()..)?;
            (head.eq_ignore_ascii_case(label) && ends_a_label(label, rest))
                .then_some((label, target, rest))
        })
        .max_by_key(|(label, ..)| label.len())
        .map(|(label, target, rest)| {
            (
                label,
                target,
                rest.trim_start_matches([':', '#', ' ']).trim(),
            )
        })
}

fn ends_a_label(label: &str, rest: &str) -> bool {
    label.ends_with(['-', '.', '#']) || !rest.starts_with(|c: char| c.is_alphanumeric())
}
