//! UK Sanctions List, XML: `Designations`, one `Designation` per unique id.
//!
//! Details are nested by kind (`IndividualDetails/Individual/DOBs/DOB`) and say what the CSV says; they
//! are read by the names of their innermost elements, wherever these stand. Left aside:
//! `SanctionsImposedIndicators`, which repeat `SanctionsImposed` as flags.

use interdict_model::Entity;
use interdict_model::Place;
use interdict_model::date::{DateOrder, DateSpan};

use super::{begin, id_of, imposed, known_day, name_property};
use crate::detect::xml_with;
use crate::error::SourceError;
use crate::publication::{Detection, Format, Probe, RawFile, Report, Sink, Source, StatedDate};
use crate::writer::{Writer, join, one_file};
use crate::xml::{Element, XmlStream};

/// The UK Sanctions List as XML.
#[derive(Clone, Copy, Debug, Default)]
pub struct UkXml;

impl Source for UkXml {
    fn format(&self) -> Format {
        Format {
            id: "uk-sanctions-xml",
            title: "UK Sanctions List, XML",
            proven: false,
        }
    }

    fn detect(&self, files: &[Probe<'_>]) -> Detection {
        xml_with(files, "Designations", &["<UniqueID>"])
    }

    fn read(&self, files: &[&dyn RawFile], sink: &mut Sink<'_>) -> Result<Report, SourceError> {
        let file = one_file(files)?;
        let mut out = Writer::new(
            "gb_fcdo_sanctions",
            self.format(),
            DateOrder::DayFirst,
            sink,
        )?;
        out.file(file.name());
        let mut stream = XmlStream::open(file, &[])?;
        let counted = format!("{} Designation", file.name());
        while let Some(record) = stream.next_record()? {
            out.at(Place::Byte(record.byte()));
            match record.name() {
                "DateGenerated" => {
                    let span = DateSpan::parse(record.text(), DateOrder::DayFirst);
                    out.report.stated_date = span.map(|span| StatedDate {
                        value: span.from.to_string(),
                        field: "DateGenerated".to_owned(),
                    });
                }
                "Designation" => {
                    out.report.count(&counted);
                    designation(&mut out, &record)?;
                }
                other => out.problem("unknown-record", other, "", "not kept"),
            }
        }
        if out.report.entities.is_empty() {
            return Err(out.malformed("no Designation", "at least one"));
        }
        Ok(out.report)
    }
}

/// Innermost elements that say something of the party by themselves: name and property. An empty
/// property keeps the text in notes under the name.
const PARTY: &[(&str, &str)] = &[
    ("Title", "title"),
    ("DOB", "birthDate"),
    ("Nationality", "nationality"),
    ("Position", "position"),
    ("Gender", "gender"),
    ("PhoneNumber", "phone"),
    ("Website", "website"),
    ("EmailAddress", "email"),
    ("BusinessRegistrationNumber", "registrationNumber"),
    ("IMONumber", "imoNumber"),
    ("CurrentBelievedFlagOfShip", "flag"),
    ("PreviousFlag", "pastFlags"),
    ("TypeOfShip", "type"),
    ("TonnageOfShip", "tonnage"),
    ("YearBuilt", "buildDate"),
    ("TypeOfEntity", "legalForm"),
    ("OtherInformation", "notes"),
    ("LastUpdated", "modifiedAt"),
    ("Subsidiary", ""),
    ("ParentCompany", ""),
    ("CurrentOwnerOperator", ""),
    ("PreviousOwnerOperator", ""),
    ("LengthOfShip", ""),
    ("HullIdentificationNumber", ""),
];

/// The same for the sanction.
const SANCTION: &[(&str, &str)] = &[
    ("UniqueID", "authorityId"),
    ("OFSIGroupID", "recordId"),
    ("UNReferenceNumber", "unscId"),
    ("RegimeName", "program"),
    ("UKStatementofReasons", "reason"),
    ("DateDesignated", "listingDate"),
    ("DesignationSource", ""),
];

fn designation(out: &mut Writer<'_, '_>, record: &Element) -> Result<(), SourceError> {
    let id = id_of(out, record.text_of("UniqueID").unwrap_or_default())?;
    let kind = record.text_of("IndividualEntityShip");
    let kind = kind.or_else(|| record.text_of("DesignationType"));
    if out.has(&id) {
        return Err(out.malformed(format!("{id} again"), "every designation once"));
    }
    let (mut party, mut sanction) = begin(out, id, kind.unwrap_or_default());
    walk(out, &mut party, &mut sanction, record);
    out.keep_unread(&mut party, record);
    out.emit(party)?;
    out.emit(sanction)
}

/// Reads what stands below an element.
fn walk(out: &mut Writer<'_, '_>, party: &mut Entity, sanction: &mut Entity, element: &Element) {
    for child in element.children() {
        match child.name() {
            "Name" => name(out, party, child),
            "NonLatinName" => {
                let script = child.text_of("NameNonLatinScript").unwrap_or_default();
                let language = child.text_of("NonLatinScriptLanguage");
                child.text_of("NonLatinScriptType");
                out.say_in(party, "NonLatinName", "alias", script, language);
            }
            "Address" => address(out, party, child),
            "Location" => birth_place(out, party, child),
            "Passport" => {
                let number = child.text_of("PassportNumber").unwrap_or_default();
                out.say(party, "PassportNumber", "passportNumber", number);
                let more = "PassportAdditionalInformation";
                out.keep(party, more, child.text_of(more).unwrap_or_default());
            }
            "NationalIdentifier" => {
                let number = "NationalIdentifierNumber";
                out.say(
                    party,
                    number,
                    "idNumber",
                    child.text_of(number).unwrap_or_default(),
                );
                let more = "NationalIdentifierAdditionalInformation";
                out.keep(party, more, child.text_of(more).unwrap_or_default());
            }
            "SanctionsImposed" => imposed(out, sanction, "SanctionsImposed", child.text()),
            "SanctionsImposedIndicators" => child.skip(),
            other => {
                if let Some((field, property)) = PARTY.iter().find(|(n, _)| *n == other) {
                    say(out, party, field, property, child.text());
                } else if let Some((field, property)) = SANCTION.iter().find(|(n, _)| *n == other) {
                    say(out, sanction, field, property, child.text());
                }
                walk(out, party, sanction, child);
            }
        }
    }
}

fn say(out: &mut Writer<'_, '_>, e: &mut Entity, field: &str, property: &str, text: &str) {
    if property.is_empty() || e.schema.property(property).is_none() {
        out.keep(e, field, text);
    } else if property == "birthDate" {
        out.say_from(e, field, property, &known_day(text), text);
    } else {
        out.say(e, field, property, text);
    }
}

fn name(out: &mut Writer<'_, '_>, party: &mut Entity, element: &Element) {
    let part = |n: usize| element.text_of(&format!("Name{n}"));
    let parts: Vec<&str> = (1..=6).filter_map(part).collect();
    let kind = element.text_of("NameType").unwrap_or_default();
    let strength = element.text_of("AliasStrength").unwrap_or_default();
    let property = name_property(kind, strength);
    out.say(party, "Name1 to Name6", property, &parts.join(" "));
    if let Some(script) = element.text_of("NameNonLatinScript") {
        let language = element.text_of("NonLatinScriptLanguage");
        element.text_of("NonLatinScriptType");
        out.say_in(party, "NameNonLatinScript", "alias", script, language);
    }
}

fn address(out: &mut Writer<'_, '_>, party: &mut Entity, element: &Element) {
    let country = element.text_of("AddressCountry");
    let lines: Vec<String> = (1..=6).map(|n| format!("AddressLine{n}")).collect();
    let lines = lines.iter().map(|line| element.text_of(line));
    let rest = [element.text_of("AddressPostalCode"), country];
    let full = join(lines.chain(rest));
    out.say(party, "Address", "address", &full);
    out.say_opt(party, "AddressCountry", "country", country);
}

fn birth_place(out: &mut Writer<'_, '_>, party: &mut Entity, element: &Element) {
    let (town, country) = (
        element.text_of("TownOfBirth"),
        element.text_of("CountryOfBirth"),
    );
    let place = join([town, country]);
    if party.schema.property("birthPlace").is_some() {
        out.say(party, "TownOfBirth", "birthPlace", &place);
        out.say_opt(party, "CountryOfBirth", "birthCountry", country);
    } else {
        out.keep(party, "TownOfBirth", &place);
    }
}
