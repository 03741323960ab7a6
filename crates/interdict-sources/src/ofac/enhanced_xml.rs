//! The enhanced XML: `SDN_ENHANCED.XML`, `CONS_ENHANCED.XML` and filtered exports, root
//! `sanctionsData`, one `entity` per party.
//!
//! Left aside: the vocabularies (`referenceValues`, `featureTypes`), internal numbers and versions,
//! `reliability` and `quality`, name parts that repeat the formatted name, and the interval form
//! of dates that the `value` of a feature already writes.

use std::sync::Arc;

use interdict_model::DatasetName;

use super::document::Document;
use super::emit::Emitter;
use super::fill::Filler;
use super::links::NameIndex;
use super::party::{Address, Fact, Kind, Party};
use super::{List, xml_malformed};
use crate::SourceError;
use crate::detect::xml_with;
use crate::publication::{Detection, Format, Probe, RawFile, Report, Sink, Source, StatedDate};
use crate::xml::{Element, XmlStream};

/// Reads the enhanced XML.
#[derive(Debug)]
pub struct OfacEnhancedXml;

const CONTAINERS: &[&str] = &["referenceValues", "featureTypes", "entities"];

impl Source for OfacEnhancedXml {
    fn format(&self) -> Format {
        Format {
            id: "ofac-enhanced-xml",
            title: "OFAC lists, enhanced XML (SDN_ENHANCED.XML, CONS_ENHANCED.XML, filtered exports)",
            proven: true,
        }
    }

    fn detect(&self, files: &[Probe<'_>]) -> Detection {
        xml_with(files, "sanctionsData", &[])
    }

    fn read(&self, files: &[&dyn RawFile], sink: &mut Sink<'_>) -> Result<Report, SourceError> {
        let file = super::single(files)?;
        let (dataset, stated_date, names) = survey(file)?;
        let mut report = Report::new(dataset.clone(), self.format());
        report.stated_date = stated_date;
        let emitter = Emitter {
            dataset: &dataset,
            names: &names,
        };
        let mut stream = XmlStream::open(file, CONTAINERS)?;
        let name: Arc<str> = file.name().into();
        while let Some(record) = stream.next_record()? {
            match record.name() {
                "entity" => {
                    report.count(&format!("{name} entity"));
                    let party = party(&name, &record, &mut report)?;
                    emitter.emit(&party, &mut report, sink)?;
                }
                "publicationInfo" | "referenceValue" | "featureType" => {}
                _ => super::report_unread(&name, &record, record.name(), &mut report),
            }
        }
        Ok(report)
    }
}

type Survey = (DatasetName, Option<StatedDate>, NameIndex);

/// A first pass: what the file is of, and every name.
fn survey(file: &dyn RawFile) -> Result<Survey, SourceError> {
    let mut stream = XmlStream::open(file, CONTAINERS)?;
    let mut names = NameIndex::default();
    let mut dataset = None;
    let mut date = None;
    let mut seen = std::collections::HashSet::new();
    while let Some(record) = stream.next_record()? {
        match record.name() {
            "publicationInfo" => {
                dataset = Some(dataset_of(file.name(), &record)?);
                date = record.text_of("dataAsOf").map(|text| StatedDate {
                    value: stated(text),
                    field: "dataAsOf".to_owned(),
                });
            }
            "entity" => {
                let id = record.attribute("id").unwrap_or_default().to_owned();
                if !seen.insert(id.clone()) {
                    return Err(xml_malformed(
                        file.name(),
                        record.byte(),
                        format!("entity id {id} again"),
                        "every entity once",
                    ));
                }
                for name in items(&record, "names", "name") {
                    let primary = name.text_of("isPrimary") == Some("true");
                    for translation in items(name, "translations", "translation") {
                        let text = translation.text_of("formattedFullName").unwrap_or_default();
                        if primary {
                            names.add_primary(text, &id);
                        } else {
                            names.add_alias(text, &id);
                        }
                    }
                }
            }
            _ => {}
        }
    }
    match dataset {
        Some(dataset) => Ok((dataset, date, names)),
        None => Err(xml_malformed(
            file.name(),
            0,
            "no <publicationInfo>".to_owned(),
            "the filters that say what the file is an export of",
        )),
    }
}

/// A whole list keeps its name; an export by programme or other filters is a dataset of its own,
/// because it lacks parties of the list that it would replace.
fn dataset_of(file: &str, info: &Element) -> Result<DatasetName, SourceError> {
    let filters = info.child("filters");
    let mut lists = Vec::new();
    let mut others = Vec::new();
    for group in filters.map(Element::children).unwrap_or_default() {
        for filter in group.children() {
            if group.name() == "sanctionsLists" {
                lists.push(filter.text());
            } else {
                others.push(filter.text());
            }
        }
    }
    if others.is_empty() {
        match lists.as_slice() {
            ["SDN List"] => return Ok(List::Sdn.dataset()),
            ["Consolidated List"] => return Ok(List::Cons.dataset()),
            _ => {}
        }
    }
    let words = if others.is_empty() { &lists } else { &others };
    let mut name = "us_ofac_export".to_owned();
    for c in words
        .iter()
        .flat_map(|w| std::iter::once(' ').chain(w.chars()))
    {
        if c.is_ascii_alphanumeric() {
            name.push(c.to_ascii_lowercase());
        } else if !name.ends_with('_') {
            name.push('_');
        }
    }
    name.truncate(64);
    DatasetName::new(name.trim_end_matches('_'))
        .map_err(|e| xml_malformed(file, info.byte(), e.to_string(), "filters with names"))
}

/// A whole date stays a date; a time keeps its offset and loses fractions of a second.
fn stated(text: &str) -> String {
    if let Some(date) = text.strip_suffix("T00:00:00") {
        return date.to_owned();
    }
    match text.split_once('.') {
        Some((whole, rest)) => {
            let offset = rest.trim_start_matches(|c: char| c.is_ascii_digit());
            format!("{whole}{offset}")
        }
        None => text.to_owned(),
    }
}

fn items<'a>(
    record: &'a Element,
    list: &'a str,
    item: &'a str,
) -> impl Iterator<Item = &'a Element> {
    record
        .children_named(list)
        .flat_map(move |l| l.children_named(item))
}

fn party(file: &Arc<str>, record: &Element, report: &mut Report) -> Result<Party, SourceError> {
    let uid = record.attribute("id").unwrap_or_default();
    if uid.is_empty() || !uid.bytes().all(|b| b.is_ascii_digit()) {
        return Err(xml_malformed(
            file,
            record.byte(),
            format!("id {uid:?}"),
            "a number",
        ));
    }
    let info = record.child("generalInfo");
    let kind_text = info
        .and_then(|i| i.text_of("entityType"))
        .unwrap_or_default();
    let kind = Kind::read(kind_text).ok_or_else(|| {
        xml_malformed(
            file,
            record.byte(),
            format!("entityType {kind_text:?}"),
            "Individual, Entity, Vessel or Aircraft",
        )
    })?;
    let mut fill = Filler {
        party: Party::new(uid, kind),
        file,
        report,
    };
    for name in items(record, "names", "name") {
        names(&mut fill, name);
    }
    sanctions(&mut fill, record);
    if let Some(info) = info {
        general(&mut fill, info);
    }
    for item in items(record, "addresses", "address") {
        addresses(&mut fill, item);
    }
    for item in items(record, "features", "feature") {
        feature(&mut fill, item);
    }
    for item in items(record, "identityDocuments", "identityDocument") {
        document(&mut fill, item);
    }
    let mut ties: Vec<&Element> = items(record, "relationships", "relationship").collect();
    ties.sort_by_key(|tie| tie.text_of("type").unwrap_or_default());
    for item in ties {
        item.child("quality").inspect(|e| e.skip());
        let role = item.text_of("type").unwrap_or_default().to_owned();
        let other = item.child("relatedEntity");
        if let Some(far) = other.and_then(|o| o.attribute("entityId")) {
            let fact = Fact::TieTo {
                role,
                uid: far.to_owned(),
            };
            fill.push(fact, item, "relationship");
        }
        other.inspect(|e| e.skip());
    }
    let Filler {
        mut party, report, ..
    } = fill;
    super::skip_attributes(
        record,
        &["id", "refId", "featureTypeId", "featureVersionId"],
    );
    super::keep_unread(&mut party, file, record, report);
    Ok(party)
}

fn names(fill: &mut Filler<'_>, name: &Element) {
    let primary = name.text_of("isPrimary") == Some("true");
    let weak = name.text_of("isLowQuality") == Some("true");
    let former = name.text_of("aliasType") == Some("F.K.A.");
    for translation in items(name, "translations", "translation") {
        let main = translation.text_of("isPrimary") == Some("true");
        let script = translation.text_of("script").unwrap_or_default();
        let first = translation.text_of("formattedFirstName");
        let last = translation.text_of("formattedLastName");
        let full = translation.text_of("formattedFullName").unwrap_or_default();
        let property = match (primary && main, weak, former) {
            (true, ..) => "name",
            (_, true, _) => "weakAlias",
            (_, _, true) => "previousName",
            _ => "alias",
        };
        let text = match (first, last) {
            // Chinese names are written family name first, without a space.
            (Some(first), Some(last)) if script.starts_with("Chinese") => format!("{last}{first}"),
            (Some(first), Some(last)) => format!("{last}, {first}"),
            _ => full.to_owned(),
        };
        if !text.is_empty() {
            fill.push(Fact::name(property, &text), translation, "name");
        }
        for part in items(translation, "nameParts", "namePart") {
            let value = part.text_of("value").unwrap_or_default();
            let said = match part.text_of("type") {
                Some("Middle Name") => Some("middleName"),
                Some("Patronymic") => Some("fatherName"),
                Some("Matronymic") => Some("motherName"),
                _ => None,
            };
            if let Some(property) = said.filter(|_| primary && fill.party.kind == Kind::Individual)
            {
                let fact = match property {
                    "middleName" => Fact::say(&["middleName"], value),
                    "fatherName" => Fact::say(&["fatherName"], value),
                    _ => Fact::say(&["motherName"], value),
                };
                fill.push(fact, part, "namePart");
            }
        }
    }
}

fn sanctions(fill: &mut Filler<'_>, record: &Element) {
    for item in items(record, "sanctionsPrograms", "sanctionsProgram") {
        fill.push(
            Fact::Program(item.text().to_owned()),
            item,
            "sanctionsProgram",
        );
    }
    for item in items(record, "sanctionsTypes", "sanctionsType") {
        fill.push(
            Fact::Provision(item.text().to_owned()),
            item,
            "sanctionsType",
        );
    }
    for item in items(record, "legalAuthorities", "legalAuthority") {
        fill.push(Fact::Reason(item.text().to_owned()), item, "legalAuthority");
    }
    for item in items(record, "sanctionsLists", "sanctionsList") {
        let text = item.text().to_owned();
        let fact = match item.attribute("datePublished") {
            Some(date) => Fact::SanctionDate {
                property: "listingDate",
                scope: String::new(),
                date: date.to_owned(),
                text,
            },
            None => Fact::Provision(text),
        };
        fill.push(fact, item, "sanctionsList");
    }
}

fn general(fill: &mut Filler<'_>, info: &Element) {
    info.child("identityId").inspect(|e| e.skip());
    let title = info.text_of("title").unwrap_or_default();
    fill.titles(title, info.byte(), "title");
    let remark = info.text_of("remarks").unwrap_or_default();
    fill.remarks(remark, info.byte(), "remarks");
}

fn addresses(fill: &mut Filler<'_>, item: &Element) {
    let number = item.attribute("id").unwrap_or_default().to_owned();
    let country = item.text_of("country").map(str::to_owned);
    let mut said = false;
    for translation in items(item, "translations", "translation") {
        let main = translation.text_of("isPrimary") == Some("true");
        let script = translation.text_of("script").unwrap_or_default();
        let mut address = Address {
            number: if main {
                number.clone()
            } else {
                format!("{number}-{script}")
            },
            country: country.clone().filter(|_| main),
            ..Address::default()
        };
        for part in items(translation, "addressParts", "addressPart") {
            let value = part.text_of("value").unwrap_or_default().to_owned();
            match part.text_of("type").unwrap_or_default() {
                "CITY" => address.city = Some(value),
                "STATE/PROVINCE" => address.state = Some(value),
                "POSTAL CODE" => address.postal_code = Some(value),
                "REGION" => address.region = Some(value),
                _ => address.lines.push(value),
            }
        }
        said |= main;
        fill.push(Fact::Address(address), translation, "address");
    }
    if !said && country.is_some() {
        let address = Address {
            number,
            country,
            ..Address::default()
        };
        fill.push(Fact::Address(address), item, "address");
    }
}

fn feature(fill: &mut Filler<'_>, item: &Element) {
    for aside in [
        "versionId",
        "valueRefId",
        "valueDate",
        "isPrimary",
        "reliability",
    ] {
        item.child(aside).inspect(|e| e.skip());
    }
    let label = item.text_of("type").unwrap_or_default().to_owned();
    let value = item.text_of("value").unwrap_or_default().to_owned();
    fill.labelled(&label, &value, &Document::default(), item.byte(), "feature");
    if let Some(comment) = item.text_of("comments") {
        fill.push(Fact::say(&["notes"], comment), item, "feature/comments");
    }
}

fn document(fill: &mut Filler<'_>, item: &Element) {
    item.child("name").inspect(|e| e.skip());
    let text = |name: &str| item.text_of(name).map(str::to_owned);
    let rest = Document {
        number: String::new(),
        country: text("issuingCountry"),
        issued: item.child("issueDate").and_then(period),
        expires: item.child("expirationDate").and_then(period),
        authority: text("issuingAuthority").or_else(|| text("issuingLocation")),
    };
    let label = text("type").unwrap_or_default();
    let number = text("documentNumber").unwrap_or_default();
    fill.labelled(&label, &number, &rest, item.byte(), "identityDocument");
    if text("isValid").as_deref() == Some("false") {
        let note = format!("{label} {number}: stated as not valid");
        fill.push(
            Fact::say(&["notes"], &note),
            item,
            "identityDocument/isValid",
        );
    }
    if let Some(comment) = item.text_of("comments") {
        let note = format!("{label} {number}: {comment}");
        fill.push(
            Fact::say(&["notes"], &note),
            item,
            "identityDocument/comments",
        );
    }
    for feature in items(item, "idFeatures", "idFeature") {
        let (label, value) = feature
            .text()
            .split_once(':')
            .unwrap_or((feature.text(), ""));
        fill.labelled(
            label,
            value,
            &Document::default(),
            feature.byte(),
            "idFeature",
        );
    }
}

/// The shortest writing of a period given by its first and last day.
fn period(date: &Element) -> Option<String> {
    let first = date.text_of("fromDateBegin")?.to_owned();
    let last = date.text_of("toDateEnd").unwrap_or(&first).to_owned();
    date.skip();
    if first == last {
        return Some(first);
    }
    let same = |length: usize| first.get(..length).filter(|part| last.starts_with(part));
    let whole_year = first.ends_with("-01-01") && last.ends_with("-12-31");
    match (same(7), same(4)) {
        (Some(month), _) => Some(month.to_owned()),
        (None, Some(year)) if whole_year => Some(year.to_owned()),
        _ => Some(first),
    }
}
