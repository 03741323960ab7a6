//! Swiss sanctions list of the State Secretariat for Economic Affairs, XML: `swiss-sanctions-list`, one
//! `target` per party, `place` and `sanctions-program` beside them.
//!
//! A target that was de-listed stays in the file; it is counted and not given. The state before an
//! amendment stands below its `modification` and is left aside.

mod names;

use std::collections::HashMap;

use compact_str::{CompactString, format_compact};
use interdict_model::date::DateOrder;
use interdict_model::id::slug;
use interdict_model::{Entity, Place};

use crate::detect::xml_with;
use crate::error::SourceError;
use crate::publication::{Detection, Format, Probe, RawFile, Report, Sink, Source, StatedDate};
use crate::writer::{Writer, join, one_file};
use crate::xml::{Element, XmlStream};

/// The Swiss list as XML.
#[derive(Clone, Copy, Debug, Default)]
pub struct SecoXml;

const AUTHORITY: &str = "Swiss State Secretariat for Economic Affairs";

impl Source for SecoXml {
    fn format(&self) -> Format {
        Format {
            id: "ch-seco-xml",
            title: "Swiss sanctions list (SECO), XML",
            proven: false,
        }
    }

    fn detect(&self, files: &[Probe<'_>]) -> Detection {
        xml_with(files, "swiss-sanctions-list", &[])
    }

    fn read(&self, files: &[&dyn RawFile], sink: &mut Sink<'_>) -> Result<Report, SourceError> {
        let file = one_file(files)?;
        let around = Around::read(file)?;
        let mut out = Writer::new(
            "ch_seco_sanctions",
            self.format(),
            DateOrder::DayFirst,
            sink,
        )?;
        out.file(file.name());
        let mut stream = XmlStream::open(file, &[])?;
        let root = stream.root();
        out.report.stated_date = root.attribute("date").map(|date| StatedDate {
            value: date.to_owned(),
            field: "swiss-sanctions-list/@date".to_owned(),
        });
        if let Some(kind) = root.attribute("list-type").filter(|k| *k != "whole-list") {
            let found = format!("list-type {kind:?}");
            return Err(out.malformed(found, "the whole list; a delta lacks the other targets"));
        }
        let name = file.name().to_owned();
        while let Some(record) = stream.next_record()? {
            out.at(Place::Byte(record.byte()));
            match record.name() {
                "target" => {
                    out.report.count(&format!("{name} target"));
                    if is_de_listed(&record) {
                        out.report.count(&format!("{name} target, de-listed"));
                    } else {
                        target(&mut out, &around, &record)?;
                    }
                }
                "place" | "sanctions-program" => {}
                other => out.problem("unknown-record", other, "", "not kept"),
            }
        }
        if out.report.read.is_empty() {
            return Err(out.malformed("no target", "at least one target"));
        }
        Ok(out.report)
    }
}

/// What targets refer to by number.
#[derive(Default)]
struct Around {
    /// Places in one line, and the code of their country.
    places: HashMap<String, (String, String)>,
    /// Names of programme and set by the number of the set.
    sets: HashMap<String, (String, String)>,
}

impl Around {
    fn read(file: &dyn RawFile) -> Result<Around, SourceError> {
        let mut around = Around::default();
        let mut stream = XmlStream::open(file, &[])?;
        while let Some(record) = stream.next_record()? {
            match record.name() {
                "place" => around.take_place(&record),
                "sanctions-program" => around.take_program(&record),
                _ => {}
            }
        }
        Ok(around)
    }

    fn take_place(&mut self, place: &Element) {
        let country = place.child("country");
        let code = country.and_then(|c| c.attribute("iso-code"));
        let parts = [
            place.text_of("location"),
            place.text_of("area"),
            country.map(Element::text),
        ];
        let id = place.attribute("ssid").unwrap_or_default().to_owned();
        let said = (join(parts), code.unwrap_or_default().to_owned());
        self.places.insert(id, said);
    }

    /// Programme and sets are named in several languages; English is taken.
    fn take_program(&mut self, program: &Element) {
        let english = |e: &&Element| e.attribute("lang") == Some("eng");
        let name = program.children_named("program-name").find(english);
        let name = name.map_or("", Element::text);
        for set in program.children_named("sanctions-set").filter(english) {
            let id = set.attribute("ssid").unwrap_or_default().to_owned();
            self.sets
                .insert(id, (name.to_owned(), set.text().to_owned()));
        }
    }

    fn place(&self, id: Option<&str>) -> (&str, &str) {
        let found = self.places.get(id.unwrap_or_default());
        found.map_or(("", ""), |(text, code)| (text.as_str(), code.as_str()))
    }
}

/// Whether the newest modification is a de-listing. Modifications of one day count in the order of
/// the file, the newest first.
fn is_de_listed(target: &Element) -> bool {
    let mut newest: Option<(&str, &str)> = None;
    for modification in target.children_named("modification") {
        let date = ["effective-date", "publication-date", "enactment-date"];
        let date = date.into_iter().find_map(|d| modification.attribute(d));
        let date = date.unwrap_or_default();
        if newest.is_none_or(|(newest, _)| date > newest) {
            let kind = modification.attribute("modification-type");
            newest = Some((date, kind.unwrap_or_default()));
        }
    }
    newest.is_some_and(|(_, kind)| kind == "de-listed")
}

fn target(out: &mut Writer<'_, '_>, around: &Around, record: &Element) -> Result<(), SourceError> {
    let number = record.attribute("ssid").unwrap_or_default();
    let Some(number) = slug(number) else {
        return Err(out.malformed("a target without ssid", "an ssid"));
    };
    let id: CompactString = format_compact!("ch-seco-{number}");
    if !out.claim(&id) {
        return Err(out.malformed(format!("target {number} again"), "every target once"));
    }
    let kinds = ["individual", "entity", "object"];
    let body = kinds.into_iter().find_map(|kind| record.child(kind));
    let Some(body) = body else {
        return Err(out.malformed(
            format!("target {number} is neither individual, entity nor object"),
            "one of the three",
        ));
    };
    let schema = match (body.name(), body.attribute("object-type")) {
        ("individual", _) => "Person",
        ("entity", _) => "Organization",
        (_, Some("vessel")) => "Vessel",
        (_, Some("aircraft" | "airplane")) => "Airplane",
        (_, other) => {
            out.problem(
                "unknown-schema",
                "object/@object-type",
                other.unwrap_or_default(),
                "taken as LegalEntity",
            );
            "LegalEntity"
        }
    };
    let mut entity = out.entity(id.clone(), schema);
    let e = &mut entity;
    out.say(e, "", "topics", "sanction");
    out.say_opt(e, "@sex", "gender", body.attribute("sex"));
    let mut documents: Vec<Entity> = Vec::new();
    for identity in body.children_named("identity") {
        identity.attribute("ssid");
        identity.attribute("main");
        self::identity(out, around, e, identity, &mut documents);
    }
    texts(out, e, body);
    let sanction = sanction(out, around, &id, record, body);
    out.keep_unread(e, record);
    out.emit(entity)?;
    out.emit(sanction)?;
    documents.into_iter().try_for_each(|d| out.emit(d))
}

/// Texts of a target, and what has no property of its own.
fn texts(out: &mut Writer<'_, '_>, e: &mut Entity, body: &Element) {
    body.attribute("ssid");
    for text in body.children_named("other-information") {
        text.attribute("ssid");
        let text = text.text();
        out.say(e, "other-information", "notes", text);
        let imo = text.split_once("IMO").map(|(_, rest)| {
            let digits = rest.trim_start_matches(|c: char| !c.is_ascii_digit());
            let end = digits.find(|c: char| !c.is_ascii_digit());
            digits
                .get(..end.unwrap_or(digits.len()))
                .unwrap_or_default()
        });
        if let Some(number) = imo.filter(|n| n.len() == 7)
            && e.schema.property("imoNumber").is_some()
        {
            out.say_from(e, "other-information", "imoNumber", number, text);
        }
    }
    for attribute in body.children_named("generic-attribute") {
        attribute.attribute("ssid");
        let name = attribute.attribute("name").unwrap_or("generic-attribute");
        out.keep(e, name, attribute.text());
    }
    for relation in body.children_named("relation") {
        for aside in ["ssid", "quality"] {
            relation.attribute(aside);
        }
        let kind = relation.attribute("relation-type").unwrap_or("related");
        let other = relation.attribute("target-id").unwrap_or_default();
        let remark = relation.text_of("remark").unwrap_or_default();
        out.keep(
            e,
            "relation",
            &join([Some(kind), Some(&format!("ch-seco-{other}")), Some(remark)]),
        );
    }
}

fn identity(
    out: &mut Writer<'_, '_>,
    around: &Around,
    e: &mut Entity,
    identity: &Element,
    documents: &mut Vec<Entity>,
) {
    for name in identity.children_named("name") {
        names::say(out, e, name);
    }
    for day in identity.children_named("day-month-year") {
        skip(day, &["ssid", "quality"]);
        let part = |name| day.attribute(name).unwrap_or_default();
        let (year, month, day_of) = (part("year"), part("month"), part("day"));
        let date = match (month, day_of) {
            ("", _) => year.to_owned(),
            (month, "") => format!("{year}-{month:0>2}"),
            (month, day) => format!("{year}-{month:0>2}-{day:0>2}"),
        };
        let calendar = part("calendar");
        let property = if e.schema.is_named("Person") {
            "birthDate"
        } else {
            "incorporationDate"
        };
        if matches!(calendar, "" | "Gregorian") && e.schema.property(property).is_some() {
            out.say(e, "day-month-year", property, &date);
        } else {
            out.keep(e, "day-month-year", &join([Some(calendar), Some(&date)]));
        }
    }
    for born in identity.children_named("place-of-birth") {
        skip(born, &["ssid", "quality"]);
        let (text, code) = around.place(born.attribute("place-id"));
        if e.schema.property("birthPlace").is_some() {
            out.say(e, "place-of-birth", "birthPlace", text);
            out.say_from(e, "place-of-birth", "birthCountry", code, text);
        } else {
            out.keep(e, "place-of-birth", text);
        }
    }
    for nationality in identity.children_named("nationality") {
        skip(nationality, &["ssid", "quality"]);
        if let Some(country) = nationality.child("country") {
            let code = country.attribute("iso-code").unwrap_or_default();
            let property = if e.schema.is_named("Person") {
                "nationality"
            } else {
                "country"
            };
            out.say_from(e, "nationality", property, code, country.text());
        }
    }
    for address in identity.children_named("address") {
        skip(address, &["ssid", "quality", "main"]);
        let (place, code) = around.place(address.attribute("place-id"));
        let parts = ["c-o", "address-details", "p-o-box", "zip-code"].map(|p| address.text_of(p));
        let full = join(parts.into_iter().chain([Some(place)]));
        out.say(e, "address", "address", &full);
        out.say_from(e, "address/@place-id", "country", code, place);
        out.keep(
            e,
            "address/remark",
            address.text_of("remark").unwrap_or_default(),
        );
    }
    for paper in identity.children_named("identification-document") {
        documents.extend(document(out, around, e, paper));
    }
}

fn document(
    out: &mut Writer<'_, '_>,
    around: &Around,
    e: &mut Entity,
    paper: &Element,
) -> Option<Entity> {
    skip(paper, &["quality"]);
    let kind = paper.attribute("document-type").unwrap_or_default();
    let passport = kind.contains("passport");
    let (property, schema) = if passport {
        ("passportNumber", "Passport")
    } else {
        ("idNumber", "Identification")
    };
    let number = paper.text_of("number").unwrap_or_default();
    if e.schema.property(property).is_some() {
        out.say(e, "identification-document/number", property, number);
    } else {
        out.keep(e, "identification-document/number", number);
        return None;
    }
    let ssid = slug(paper.attribute("ssid").unwrap_or_default())?;
    let id = format_compact!("{}-document-{ssid}", e.id);
    if !out.claim(&id) {
        return None;
    }
    let mut document = out.entity(id, schema);
    let d = &mut document;
    out.say(d, "", "holder", &e.id);
    out.say(d, "identification-document/number", "number", number);
    out.say(d, "@document-type", "type", kind);
    let (place, code) = around.place(
        paper
            .child("place-of-issue")
            .and_then(|p| p.attribute("place-id")),
    );
    out.say(d, "place-of-issue", "authority", place);
    out.say_from(d, "place-of-issue", "country", code, place);
    if let Some(issuer) = paper.child("issuer") {
        let code = issuer
            .attribute("code")
            .or_else(|| issuer.attribute("iso-code"));
        out.say_from(
            d,
            "issuer",
            "country",
            code.unwrap_or_default(),
            issuer.text(),
        );
    }
    out.say_opt(
        d,
        "date-of-issue",
        "startDate",
        paper.text_of("date-of-issue"),
    );
    out.say_opt(d, "expiry-date", "endDate", paper.text_of("expiry-date"));
    out.say_opt(d, "remark", "summary", paper.text_of("remark"));
    Some(document)
}

fn sanction(
    out: &mut Writer<'_, '_>,
    around: &Around,
    id: &str,
    record: &Element,
    body: &Element,
) -> Entity {
    let mut sanction = out.entity(format_compact!("{id}-sanction"), "Sanction");
    let s = &mut sanction;
    out.say(s, "", "entity", id);
    out.say(s, "", "authority", AUTHORITY);
    for set in record.texts_of("sanctions-set-id") {
        match around.sets.get(set) {
            Some((program, provisions)) => {
                out.say_from(s, "sanctions-set-id", "program", program, set);
                out.say_from(s, "sanctions-set-id", "provisions", provisions, set);
            }
            None => {
                out.keep(s, "sanctions-set-id", set);
                let note = "no such set in the file; kept in notes";
                out.problem("broken-reference", "sanctions-set-id", set, note);
            }
        }
    }
    out.say_opt(s, "@ssid", "authorityId", record.attribute("ssid"));
    for number in record.texts_of("foreign-identifier") {
        out.say(s, "foreign-identifier", "recordId", number);
    }
    for text in body.children_named("justification") {
        text.attribute("ssid");
        out.say(s, "justification", "reason", text.text());
    }
    for modification in record.children_named("modification") {
        let listed = modification.attribute("modification-type") == Some("listed");
        if listed {
            let date = |name| modification.attribute(name);
            out.say_opt(
                s,
                "modification/@effective-date",
                "startDate",
                date("effective-date"),
            );
            out.say_opt(
                s,
                "modification/@publication-date",
                "listingDate",
                date("publication-date"),
            );
        }
        modification.skip();
    }
    sanction
}

/// Marks attributes as read.
fn skip(element: &Element, names: &[&str]) {
    for name in names {
        element.attribute(name);
    }
}
