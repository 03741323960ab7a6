//! EU consolidated list of financial sanctions, XML 1.0 and 1.1, and CSV of both layouts (its module `csv`).
//!
//! `export` holds `sanctionEntity` records. The id is `logicalId`, see `data/sources.toml`. The
//! legal act of each single name, date and document (`regulationSummary`) repeats what the
//! entity's own `regulation` says in all but the amendment and is left aside, as are the logical
//! ids of these parts and the language that the act was entered in.

mod csv;

use std::collections::{BTreeMap, BTreeSet};

use compact_str::{CompactString, format_compact};
use interdict_model::date::DateOrder;
use interdict_model::id::{content_id, slug};
use interdict_model::{Entity, Place};

use crate::detect::xml_with;
use crate::error::SourceError;
use crate::publication::{Detection, Format, Probe, RawFile, Report, Sink, Source, StatedDate};
use crate::writer::{Writer, join, one_file};
use crate::xml::{Element, XmlStream};

pub use csv::EuFsfCsv;

/// The EU consolidated list as XML.
#[derive(Clone, Copy, Debug, Default)]
pub struct EuFsfXml;

const FORMAT: Format = Format {
    id: "eu-fsf-xml",
    title: "EU consolidated financial sanctions list, XML",
    proven: true,
};

impl Source for EuFsfXml {
    fn format(&self) -> Format {
        FORMAT
    }

    fn detect(&self, files: &[Probe<'_>]) -> Detection {
        xml_with(files, "export", &["/fpi/fsd/export"])
    }

    fn read(&self, files: &[&dyn RawFile], sink: &mut Sink<'_>) -> Result<Report, SourceError> {
        let file = one_file(files)?;
        let mut out = Writer::new("eu_fsf", FORMAT, DateOrder::DayFirst, sink)?;
        out.file(file.name());
        let mut stream = XmlStream::open(file, &[])?;
        out.report.stated_date = stream
            .root()
            .attribute("generationDate")
            .map(|d| StatedDate {
                value: d.to_owned(),
                field: "export/@generationDate".to_owned(),
            });
        let counted = format!("{} sanctionEntity", file.name());
        let repeated = repeated_ids(file)?;
        let mut held: BTreeMap<CompactString, Entity> = BTreeMap::new();
        while let Some(record) = stream.next_record()? {
            out.at(Place::Byte(record.byte()));
            if record.name() == "sanctionEntity" {
                out.report.count(&counted);
                let found = party(&mut out, &record)?;
                if !repeated.contains(record.attribute("logicalId").unwrap_or_default()) {
                    out.emit(found)?;
                    continue;
                }
                match held.get_mut(&found.id) {
                    Some(first) => {
                        for statement in found.statements {
                            first.add(statement);
                        }
                    }
                    None => {
                        held.insert(found.id.clone(), found);
                    }
                }
            } else {
                out.problem("unknown-record", record.name(), "", "not kept");
            }
        }
        held.into_values().try_for_each(|party| out.emit(party))?;
        if out.report.entities.is_empty() {
            return Err(out.malformed("no sanctionEntity", "at least one record"));
        }
        Ok(out.report)
    }
}

/// Logical ids with several records, one for each act: they become one entity with several
/// sanctions. In the file of 2021-03-02 there are 21.
fn repeated_ids(file: &dyn RawFile) -> Result<BTreeSet<String>, SourceError> {
    let mut stream = XmlStream::open(file, &[])?;
    let mut seen = BTreeSet::new();
    let mut repeated = BTreeSet::new();
    while let Some(record) = stream.next_record()? {
        let id = record.attribute("logicalId").unwrap_or_default();
        if !seen.insert(id.to_owned()) {
            repeated.insert(id.to_owned());
        }
    }
    Ok(repeated)
}

fn party(out: &mut Writer<'_, '_>, record: &Element) -> Result<Entity, SourceError> {
    let number = record.attribute("logicalId").unwrap_or_default();
    let mut entity = begin(out, number, record)?;
    let id = entity.id.clone();
    let e = &mut entity;
    for (index, alias) in record.children_named("nameAlias").enumerate() {
        name(out, e, alias, index == 0);
    }
    for birth in record.children_named("birthdate") {
        born(out, e, birth);
    }
    for citizenship in record.children_named("citizenship") {
        self::citizenship(out, e, citizenship);
    }
    let mut beside: Vec<Entity> = Vec::new();
    for place in record.children_named("address") {
        address(out, e, place);
    }
    for paper in record.children_named("identification") {
        beside.extend(document(out, e, paper));
    }
    remarks(out, e, record);
    for regulation in record.children_named("regulation") {
        beside.push(sanction(out, &id, record, regulation));
    }
    out.keep_unread(e, record);
    beside.into_iter().try_for_each(|x| out.emit(x))?;
    Ok(entity)
}

/// The party of a record, with nothing but its id and schema.
fn begin(out: &mut Writer<'_, '_>, number: &str, record: &Element) -> Result<Entity, SourceError> {
    let Some(number) = slug(number) else {
        return Err(out.malformed("a sanctionEntity without logicalId", "a logicalId"));
    };
    let id = format_compact!("eu-fsf-{number}");
    out.claim(&id);
    let kind = record.child("subjectType");
    kind.into_iter().for_each(Element::skip);
    let schema = match kind.and_then(|k| k.attribute("code")) {
        Some("person") => "Person",
        Some("enterprise") => "Organization",
        other => {
            let other = other.unwrap_or_default();
            out.problem(
                "unknown-schema",
                "subjectType/@code",
                other,
                "taken as LegalEntity",
            );
            "LegalEntity"
        }
    };
    let mut entity = out.entity(id, schema);
    out.say(&mut entity, "", "topics", "sanction");
    Ok(entity)
}

/// What is said of a party in words.
fn remarks(out: &mut Writer<'_, '_>, e: &mut Entity, record: &Element) {
    for remark in record.texts_of("remark") {
        out.say(e, "remark", "notes", remark);
    }
    if let Some(details) = record.attribute("designationDetails") {
        out.keep(e, "designationDetails", details);
    }
}

fn citizenship(out: &mut Writer<'_, '_>, e: &mut Entity, part: &Element) {
    let property = if e.schema.is_named("Person") {
        "citizenship"
    } else {
        "country"
    };
    country(out, e, part, "citizenship", property);
    rest(out, e, part, "citizenship");
}

fn name(out: &mut Writer<'_, '_>, e: &mut Entity, alias: &Element, first: bool) {
    let text = |key| alias.attribute(key).unwrap_or_default();
    let strong = text("strong") != "false";
    let property = match (first, strong) {
        (true, _) => "name",
        (false, true) => "alias",
        (false, false) => "weakAlias",
    };
    let language = Some(text("nameLanguage")).filter(|l| !l.is_empty());
    let parts = [text("firstName"), text("middleName"), text("lastName")].join(" ");
    let whole = text("wholeName");
    if whole.is_empty() {
        out.say_in(e, "nameAlias/@lastName", property, &parts, language);
    } else {
        out.say_in(e, "nameAlias/@wholeName", property, whole, language);
    }
    for (attribute, property) in [
        ("firstName", "firstName"),
        ("middleName", "middleName"),
        ("lastName", "lastName"),
        ("title", "title"),
        ("function", "position"),
        ("gender", "gender"),
    ] {
        let field = format!("nameAlias/@{attribute}");
        if e.schema.property(property).is_some() {
            out.say_in(e, &field, property, text(attribute), language);
        } else {
            out.keep(e, &field, text(attribute));
        }
    }
    rest(out, e, alias, "nameAlias");
}

fn born(out: &mut Writer<'_, '_>, e: &mut Entity, birth: &Element) {
    let text = |key| birth.attribute(key).unwrap_or_default();
    let circa = text("circa") == "true";
    let (date, year) = (text("birthdate"), text("year"));
    let (from, to) = (text("yearRangeFrom"), text("yearRangeTo"));
    let (month, _day) = (text("monthOfYear"), text("dayOfMonth"));
    let gregorian = matches!(text("calendarType"), "" | "GREGORIAN");
    let best = if !date.is_empty() {
        date.to_owned()
    } else if !year.is_empty() && !month.is_empty() {
        format!("{year}-{month:0>2}")
    } else if !year.is_empty() {
        year.to_owned()
    } else if !from.is_empty() && !to.is_empty() {
        format!("between {from} and {to}")
    } else {
        format!("{from}{to}")
    };
    let best = if circa && !best.is_empty() && !best.starts_with("between") {
        format!("circa {best}")
    } else {
        best
    };
    if !gregorian {
        // Day, month and year are of that calendar; a whole date is the Gregorian one.
        let own = [text("year"), text("monthOfYear"), text("dayOfMonth")];
        let own: Vec<&str> = own.into_iter().filter(|part| !part.is_empty()).collect();
        let stated = format!("{} {}", text("calendarType"), own.join("-"));
        out.keep(e, "birthdate/@calendarType", &stated);
    }
    if !gregorian && date.is_empty() {
        // Nothing to say in this calendar.
    } else if e.schema.property("birthDate").is_some() {
        out.say(e, "birthdate", "birthDate", &best);
    } else {
        out.say(e, "birthdate", "incorporationDate", &best);
    }
    let land = land(birth);
    let place = join([
        Some(text("place")),
        Some(text("city")),
        Some(text("region")),
        Some(text("zipCode")),
        land,
    ]);
    if e.schema.property("birthPlace").is_some() {
        out.say(e, "birthdate/@city", "birthPlace", &place);
        country(out, e, birth, "birthdate", "birthCountry");
    } else {
        out.keep(e, "birthdate/@city", &place);
    }
    rest(out, e, birth, "birthdate");
}

/// The country description, unless it says that the country is unknown.
fn land(part: &Element) -> Option<&str> {
    let code = part.attribute("countryIso2Code").unwrap_or_default();
    let name = part.attribute("countryDescription").unwrap_or_default();
    (code != "00" && !name.is_empty() && name != "UNKNOWN").then_some(name)
}

fn country(out: &mut Writer<'_, '_>, e: &mut Entity, part: &Element, at: &str, property: &str) {
    let code = part.attribute("countryIso2Code").unwrap_or_default();
    let name = part.attribute("countryDescription").unwrap_or_default();
    if !code.is_empty() && code != "00" {
        out.say_from(e, &format!("{at}/@countryIso2Code"), property, code, name);
    }
}

fn address(out: &mut Writer<'_, '_>, e: &mut Entity, place: &Element) {
    let text = |key| place.attribute(key).unwrap_or_default();
    let parts = ["street", "poBox", "place", "city", "zipCode", "region"].map(|k| Some(text(k)));
    let full = join(parts.into_iter().chain([land(place)]));
    out.say(e, "address", "address", &full);
    country(out, e, place, "address", "country");
    for contact in place.children_named("contactInfo") {
        let value = contact.attribute("value").unwrap_or_default();
        let property = match contact.attribute("key") {
            Some("PHONE" | "FAX" | "MOBILE") => "phone",
            Some("EMAIL") => "email",
            Some("WEB") => "website",
            _ => "notes",
        };
        out.say(e, "address/contactInfo", property, value);
    }
    if text("asAtListingTime") == "true" {
        out.keep(e, "address/@asAtListingTime", &full);
    }
    rest(out, e, place, "address");
}

fn document(out: &mut Writer<'_, '_>, e: &mut Entity, paper: &Element) -> Option<Entity> {
    let text = |key| paper.attribute(key).unwrap_or_default();
    let (code, number) = (text("identificationTypeCode"), text("number"));
    let property = match code {
        "passport" => "passportNumber",
        "fiscalcode" => "taxNumber",
        "regnumber" => "registrationNumber",
        "imo" => "imoNumber",
        "swiftbic" => "swiftBic",
        _ => "idNumber",
    };
    let property = if e.schema.property(property).is_some() {
        property
    } else {
        "idNumber"
    };
    out.say(e, "identification/@number", property, number);
    out.say(
        e,
        "identification/@latinNumber",
        property,
        text("latinNumber"),
    );
    let logical = text("logicalId");
    let id = content_id(&format!("{}-document", e.id), [logical, number]);
    if !out.claim(&id) {
        return None;
    }
    let schema = if code == "passport" {
        "Passport"
    } else {
        "Identification"
    };
    let mut doc = out.entity(id, schema);
    let d = &mut doc;
    out.say(d, "identification", "holder", &e.id);
    out.say(d, "identification/@number", "number", number);
    for (attribute, property) in [
        ("identificationTypeDescription", "type"),
        ("issuedBy", "authority"),
        ("issueDate", "startDate"),
        ("validFrom", "startDate"),
        ("validTo", "endDate"),
    ] {
        out.say(
            d,
            &format!("identification/@{attribute}"),
            property,
            text(attribute),
        );
    }
    country(out, d, paper, "identification", "country");
    for attribute in ["nameOnDocument", "region"] {
        out.keep(d, &format!("identification/@{attribute}"), text(attribute));
    }
    for flag in [
        "diplomatic",
        "knownExpired",
        "knownFalse",
        "reportedLost",
        "revokedByIssuer",
    ] {
        if text(flag) == "true" {
            out.keep(d, &format!("identification/@{flag}"), "true");
        }
    }
    for remark in paper.texts_of("remark") {
        out.say(d, "identification/remark", "summary", remark);
    }
    rest(out, e, paper, "identification");
    Some(doc)
}

/// Remarks of a part, and what is left aside of it.
fn rest(out: &mut Writer<'_, '_>, e: &mut Entity, part: &Element, at: &str) {
    if at != "identification" {
        for remark in part.texts_of("remark") {
            out.keep(e, &format!("{at}/remark"), remark);
        }
    }
    part.children_named("regulationSummary")
        .for_each(Element::skip);
    part.attribute("logicalId");
    part.attribute("regulationLanguage");
}

fn sanction(out: &mut Writer<'_, '_>, party: &str, record: &Element, act: &Element) -> Entity {
    let text = |key| act.attribute(key).unwrap_or_default();
    let key: [&str; 2] = [text("numberTitle"), text("programme")];
    let prefix = format!("{party}-sanction");
    let candidates: [CompactString; 2] = [
        content_id(&prefix, key),
        content_id(&prefix, [key[0], key[1], text("logicalId")]),
    ];
    let id = out.free_id(candidates, key[0]);
    let mut sanction = out.entity(id, "Sanction");
    let s = &mut sanction;
    out.say(s, "", "entity", party);
    out.say(s, "", "authority", "Council of the European Union");
    for (attribute, property) in [
        ("programme", "program"),
        ("numberTitle", "reason"),
        ("publicationDate", "listingDate"),
        ("entryIntoForceDate", "startDate"),
    ] {
        out.say(
            s,
            &format!("regulation/@{attribute}"),
            property,
            text(attribute),
        );
    }
    for attribute in ["regulationType", "organisationType"] {
        out.keep(s, &format!("regulation/@{attribute}"), text(attribute));
    }
    if let Some(url) = act.text_of("publicationUrl") {
        out.say(s, "regulation/publicationUrl", "sourceUrl", url);
    }
    for (attribute, property) in [
        ("euReferenceNumber", "authorityId"),
        ("unitedNationId", "unscId"),
        ("designationDate", "date"),
    ] {
        out.say_opt(
            s,
            &format!("@{attribute}"),
            property,
            record.attribute(attribute),
        );
    }
    sanction
}
