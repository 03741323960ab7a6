//! The legacy XML: `SDN.XML` and `CONSOLIDATED.XML`, root `sdnList`, one `sdnEntry` per party.
//!
//! It says what the CSV set says, with the parts of addresses and documents apart. Left aside are
//! OFAC's numbers of aliases, documents, dates and places (`uid` below the entry) and `mainEntry`.

use std::sync::Arc;

use super::document::Document;
use super::emit::Emitter;
use super::fill::Filler;
use super::links::NameIndex;
use super::party::{Address, Fact, Kind, Party, Tie};
use super::{List, xml_malformed};
use crate::SourceError;
use crate::detect::xml_with;
use crate::publication::{Detection, Format, Probe, RawFile, Report, Sink, Source, StatedDate};
use crate::xml::{Element, XmlStream};

/// Reads `SDN.XML` and `CONSOLIDATED.XML`.
#[derive(Debug)]
pub struct OfacXml;

impl Source for OfacXml {
    fn format(&self) -> Format {
        Format {
            id: "ofac-xml",
            title: "OFAC SDN or consolidated list, legacy XML (SDN.XML, CONSOLIDATED.XML)",
            proven: true,
        }
    }

    fn detect(&self, files: &[Probe<'_>]) -> Detection {
        xml_with(files, "sdnList", &[])
    }

    fn read(&self, files: &[&dyn RawFile], sink: &mut Sink<'_>) -> Result<Report, SourceError> {
        let file = super::single(files)?;
        let (list, names) = survey(file)?;
        let dataset = list.dataset();
        let mut report = Report::new(dataset.clone(), self.format());
        let emitter = Emitter {
            dataset: &dataset,
            names: &names,
        };
        let mut stream = XmlStream::open(file, &[])?;
        let name: Arc<str> = file.name().into();
        while let Some(record) = stream.next_record()? {
            match record.name() {
                "sdnEntry" => {
                    report.count(&format!("{name} sdnEntry"));
                    let party = party(&name, &record, &mut report)?;
                    emitter.emit(&party, &mut report, sink)?;
                }
                "publshInformation" => publication(&name, &record, &mut report),
                _ => super::report_unread(&name, &record, record.name(), &mut report),
            }
        }
        Ok(report)
    }
}

/// A first pass: which list it is, and every name, so that a link to a later entry resolves.
fn survey(file: &dyn RawFile) -> Result<(List, NameIndex), SourceError> {
    let mut stream = XmlStream::open(file, &[])?;
    let mut names = NameIndex::default();
    let mut list = None;
    let mut seen = std::collections::HashSet::new();
    while let Some(record) = stream.next_record()? {
        if record.name() != "sdnEntry" {
            continue;
        }
        if list.is_none() {
            let program = record.at(&["programList", "program"]).map(Element::text);
            list = List::guess(file.name(), program.unwrap_or_default());
        }
        let uid = record.text_of("uid").unwrap_or_default();
        if !seen.insert(uid.to_owned()) {
            return Err(xml_malformed(
                file.name(),
                record.byte(),
                format!("uid {uid} again"),
                "every entry once",
            ));
        }
        names.add_primary(&full_name(&record), uid);
        for aka in below(&record, "akaList", "aka") {
            names.add_alias(&full_name(aka), uid);
        }
    }
    match list {
        Some(list) => Ok((list, names)),
        None => Err(xml_malformed(
            file.name(),
            0,
            "no entry that tells which list it is".to_owned(),
            "a file named SDN.XML or CONSOLIDATED.XML with entries",
        )),
    }
}

/// `LAST, First` as the CSV set writes it.
fn full_name(element: &Element) -> String {
    let last = element.text_of("lastName").unwrap_or_default();
    match element.text_of("firstName") {
        Some(first) if last.is_empty() => first.to_owned(),
        Some(first) => format!("{last}, {first}"),
        None => last.to_owned(),
    }
}

fn below<'a>(
    record: &'a Element,
    list: &'a str,
    item: &'a str,
) -> impl Iterator<Item = &'a Element> {
    record
        .children_named(list)
        .flat_map(move |l| l.children_named(item))
}

fn publication(file: &Arc<str>, record: &Element, report: &mut Report) {
    if let Some(date) = record.text_of("Publish_Date") {
        let parts: Vec<&str> = date.split('/').collect();
        let value = match parts.as_slice() {
            [month, day, year] => format!("{year}-{month:0>2}-{day:0>2}"),
            _ => date.to_owned(),
        };
        report.stated_date = Some(StatedDate {
            value,
            field: "Publish_Date".to_owned(),
        });
    }
    report.stated_count = record.text_of("Record_Count").and_then(|n| n.parse().ok());
    super::report_unread(file, record, "publshInformation", report);
}

/// Says a name of a record or an alias.
fn name(fill: &mut Filler<'_>, element: &Element, property: &'static str, field: &str) {
    let text = full_name(element);
    if text.is_empty() {
        return;
    }
    // A comma inside a name without first name must not be read as the one between the two, but for
    // weak aliases, whose parts stand in `lastName` together.
    let fact = if element.child("firstName").is_some() {
        Fact::name(property, &text)
    } else {
        match property {
            "weakAlias" => Fact::WeakAlias(text),
            "previousName" => Fact::say(&["previousName"], &text),
            "alias" => Fact::say(&["alias"], &text),
            _ => Fact::say(&["name"], &text),
        }
    };
    fill.push(fact, element, field);
}

fn party(file: &Arc<str>, record: &Element, report: &mut Report) -> Result<Party, SourceError> {
    let uid = record.text_of("uid").unwrap_or_default();
    if uid.is_empty() || !uid.bytes().all(|b| b.is_ascii_digit()) {
        return Err(xml_malformed(
            file,
            record.byte(),
            format!("uid {uid:?}"),
            "a number",
        ));
    }
    let kind_text = record.text_of("sdnType").unwrap_or_default();
    let kind = Kind::read(kind_text).ok_or_else(|| {
        xml_malformed(
            file,
            record.byte(),
            format!("sdnType {kind_text:?}"),
            "Individual, Entity, Vessel or Aircraft",
        )
    })?;
    let mut fill = Filler {
        party: Party::new(uid, kind),
        file,
        report,
    };
    name(&mut fill, record, "name", "lastName");
    for program in below(record, "programList", "program") {
        fill.push(Fact::Program(program.text().to_owned()), program, "program");
    }
    let title = record.text_of("title").unwrap_or_default();
    fill.titles(title, record.byte(), "title");
    for aka in below(record, "akaList", "aka") {
        let weak = aka.text_of("category") == Some("weak");
        let property = match aka.text_of("type") {
            _ if weak => "weakAlias",
            Some("f.k.a.") => "previousName",
            _ => "alias",
        };
        name(&mut fill, aka, property, "aka");
        aka.child("uid").inspect(|e| e.skip());
    }
    for item in below(record, "addressList", "address") {
        let address = address(item);
        fill.push(Fact::Address(address), item, "address");
    }
    for id in below(record, "idList", "id") {
        document(&mut fill, id);
    }
    dates_and_places(&mut fill, record);
    if let Some(vessel) = record.child("vesselInfo") {
        vessel_info(&mut fill, vessel);
    }
    let remark = record.text_of("remarks").unwrap_or_default();
    fill.remarks(remark, record.byte(), "remarks");
    let Filler {
        mut party, report, ..
    } = fill;
    super::keep_unread(&mut party, file, record, report);
    Ok(party)
}

fn address(item: &Element) -> Address {
    let text = |name: &str| item.text_of(name).map(str::to_owned);
    Address {
        number: text("uid").unwrap_or_default(),
        lines: ["address1", "address2", "address3"]
            .into_iter()
            .filter_map(text)
            .collect(),
        place: None,
        city: text("city"),
        state: text("stateOrProvince"),
        postal_code: text("postalCode"),
        region: None,
        country: text("country"),
    }
}

fn document(fill: &mut Filler<'_>, id: &Element) {
    id.child("uid").inspect(|e| e.skip());
    let text = |name: &str| id.text_of(name).map(str::to_owned);
    let label = text("idType").unwrap_or_default();
    let number = text("idNumber").unwrap_or_default();
    let rest = Document {
        number: String::new(),
        country: text("idCountry"),
        issued: text("issueDate"),
        expires: text("expirationDate"),
        authority: None,
    };
    fill.labelled(&label, &number, &rest, id.byte(), "id");
}

fn dates_and_places(fill: &mut Filler<'_>, record: &Element) {
    let lists: [(&str, &str, &str, &'static [&'static str]); 4] = [
        (
            "dateOfBirthList",
            "dateOfBirthItem",
            "dateOfBirth",
            &["birthDate"],
        ),
        (
            "placeOfBirthList",
            "placeOfBirthItem",
            "placeOfBirth",
            &["birthPlace"],
        ),
        (
            "nationalityList",
            "nationality",
            "country",
            &["nationality", "country"],
        ),
        (
            "citizenshipList",
            "citizenship",
            "country",
            &["citizenship", "country"],
        ),
    ];
    for (list, item, value, properties) in lists {
        for element in below(record, list, item) {
            if let Some(text) = element.text_of(value) {
                fill.push(
                    Fact::say(properties, text),
                    element,
                    &format!("{item}/{value}"),
                );
            }
            for aside in ["uid", "mainEntry"] {
                element.child(aside).inspect(|e| e.skip());
            }
        }
    }
}

fn vessel_info(fill: &mut Filler<'_>, vessel: &Element) {
    let fields: [(&str, &'static [&'static str]); 5] = [
        ("callSign", &["callSign"]),
        ("vesselType", &["type"]),
        ("vesselFlag", &["flag", "country"]),
        ("tonnage", &["tonnage"]),
        ("grossRegisteredTonnage", &["grossRegisteredTonnage"]),
    ];
    for (name, properties) in fields {
        if let Some(text) = vessel.text_of(name) {
            fill.push(Fact::say(properties, text), vessel, name);
        }
    }
    if let Some(owner) = vessel.text_of("vesselOwner") {
        fill.push(
            Fact::Tie(Tie::Owner, owner.to_owned()),
            vessel,
            "vesselOwner",
        );
    }
}
