//! The EU list as CSV: the 113 columns that are published now, and the 59 of 2018, of which copies
//! go round with each line wrapped in quotation marks once more.
//!
//! One row is one name, address, birth date, document or citizenship of a party; the party's own
//! columns repeat. Columns are put into the shape of the XML's elements and read by the same code, so
//! ids and values are those of the XML. Left aside: the act of each single part, as in the XML.

use std::collections::{BTreeMap, BTreeSet};

use compact_str::CompactString;
use interdict_model::date::{DateOrder, DateSpan};
use interdict_model::{Entity, territory};

use super::{address, begin, born, citizenship, document, name, remarks, sanction};
use crate::error::SourceError;
use crate::publication::{Detection, Format, Probe, RawFile, Report, Sink, Source, StatedDate};
use crate::table::{Layout, Records, Table, has_columns_by, utf8_or_windows_1252};
use crate::writer::{Writer, one_file};
use crate::xml::Element;

/// The EU consolidated list as CSV.
#[derive(Clone, Copy, Debug, Default)]
pub struct EuFsfCsv;

const NEW: &[&str] = &[
    "Entity_LogicalId",
    "Entity_SubjectType",
    "NameAlias_WholeName",
];
const OLD: &[&str] = &["Entity_logical_id", "Subject_type", "Naal_wholename"];

impl Source for EuFsfCsv {
    fn format(&self) -> Format {
        Format {
            id: "eu-fsf-csv",
            title: "EU consolidated financial sanctions list, CSV",
            proven: false,
        }
    }

    fn detect(&self, files: &[Probe<'_>]) -> Detection {
        let [file] = files else {
            return Detection::No;
        };
        let found = [NEW, OLD]
            .into_iter()
            .find(|columns| has_columns_by(file.head, columns, ';'));
        match found {
            Some(columns) => Detection::Yes(format!("columns {}", columns.join(", "))),
            None => Detection::No,
        }
    }

    fn read(&self, files: &[&dyn RawFile], sink: &mut Sink<'_>) -> Result<Report, SourceError> {
        let file = one_file(files)?;
        let mut out = Writer::new("eu_fsf", self.format(), DateOrder::DayFirst, sink)?;
        out.file(file.name());
        let encoding = utf8_or_windows_1252(file)?;
        if encoding != encoding_rs::UTF_8 {
            let note = "not UTF-8; letters outside this encoding are lost in the file";
            out.problem("encoding", "", encoding.name(), note);
        }
        let wrapped = is_wrapped(&crate::detect::head(file)?);
        let layout = Layout {
            // A wrapped line is one cell in quotation marks; a byte that no text holds parts nothing.
            delimiter: if wrapped { 0x01 } else { b';' },
            encoding,
            ..Layout::default()
        };
        let mut table = Table::open_as(file, &[], layout)?;
        let header: Vec<String> = if wrapped {
            unwrap(table.header().first().map_or("", String::as_str))
        } else {
            table.header().to_vec()
        };
        let old = header.iter().any(|c| c == "Naal_wholename");
        if !(if old { OLD } else { NEW })
            .iter()
            .all(|c| header.iter().any(|h| h == c))
        {
            let found = format!("columns {}", header.join(", "));
            return Err(out.malformed(found, format!("columns {}", NEW.join(", "))));
        }
        let counted = format!("{} rows", file.name());
        let mut parties = Parties::default();
        while let Some(row) = table.next_row()? {
            out.at(row.place);
            out.report.count(&counted);
            let cells: Vec<String> = if wrapped {
                unwrap(row.cell(0))
            } else {
                (0..header.len())
                    .map(|at| row.cell(at).to_owned())
                    .collect()
            };
            if cells.len() != header.len() {
                let found = format!("{} cells", cells.len());
                return Err(out.malformed(found, format!("{}, as the header has", header.len())));
            }
            let parts = if old {
                Parts::of_2018(&header, &cells)
            } else {
                Parts::of_today(&header, &cells)
            };
            if out.report.stated_date.is_none() {
                out.report.stated_date = parts.generated();
            }
            parties.take(&mut out, &parts)?;
        }
        parties.emit(&mut out)?;
        Ok(out.report)
    }
}

/// Whether the header line is wrapped in quotation marks as a whole.
fn is_wrapped(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let end = head.iter().position(|b| *b == b'\n').unwrap_or(head.len());
    let line = head.get(..end).unwrap_or_default().trim_ascii_end();
    line.len() > 2
        && line.starts_with(b"\"")
        && line.ends_with(b"\"")
        && !line.windows(3).any(|w| w == b"\";\"")
}

/// The cells of a wrapped line, itself a record of its own. Commas inside a cell have become tabs, and
/// tabs fill the line.
fn unwrap(line: &str) -> Vec<String> {
    let line = line.trim_end_matches('\t');
    let mut reader = ::csv::ReaderBuilder::new()
        .delimiter(b';')
        .has_headers(false)
        .flexible(true)
        .from_reader(line.as_bytes());
    let mut record = ::csv::StringRecord::new();
    match reader.read_record(&mut record) {
        Ok(true) => record
            .iter()
            .map(|cell| {
                let cell = cell.replace('\t', ",");
                cell.trim().trim_end_matches(';').to_owned()
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// A row, each part in the shape that it has in the XML; a part without a value is not there.
struct Parts {
    generated: String,
    /// `sanctionEntity` with its `subjectType` and remark.
    record: Element,
    regulation: Option<Element>,
    alias: Option<Element>,
    address: Option<Element>,
    birth: Option<Element>,
    paper: Option<Element>,
    citizenship: Option<Element>,
}

/// Columns of one part: suffix and text, without those of the part's own act.
type Columns<'a> = Vec<(&'a str, &'a str)>;

/// The columns that begin with a prefix.
fn group<'a>(header: &'a [String], cells: &'a [String], prefix: &str) -> Columns<'a> {
    let all = header.iter().zip(cells);
    all.filter_map(|(column, cell)| Some((column.strip_prefix(prefix)?, cell.as_str())))
        .filter(|(_, cell)| !cell.is_empty())
        .collect()
}

fn get<'a>(columns: &Columns<'a>, name: &str) -> &'a str {
    let found = columns.iter().find(|(column, _)| *column == name);
    found.map_or("", |(_, cell)| cell)
}

/// An element of these attributes, unless none but its number says anything.
fn element(name: &str, attributes: &[(String, String)], remark: &str) -> Option<Element> {
    let says = attributes.iter().any(|(key, value)| {
        !value.is_empty() && !matches!(key.as_str(), "logicalId" | "regulationLanguage")
    });
    if !says && remark.is_empty() {
        return None;
    }
    let pairs = attributes.iter().map(|(k, v)| (k.as_str(), v.as_str()));
    let made = Element::made(name, pairs);
    Some(if remark.is_empty() {
        made
    } else {
        made.with_text("remark", remark)
    })
}

/// Columns whose names in the XML are other than the column with a small first letter.
const RENAMED: &[(&str, &str, &str)] = &[
    ("birthdate", "BirthDate", "birthdate"),
    ("birthdate", "Day", "dayOfMonth"),
    ("birthdate", "Month", "monthOfYear"),
    ("identification", "TypeCode", "identificationTypeCode"),
    (
        "identification",
        "TypeDescription",
        "identificationTypeDescription",
    ),
    ("identification", "IssuedDate", "issueDate"),
];

impl Parts {
    fn of_today(header: &[String], cells: &[String]) -> Parts {
        let part = |name: &str, prefix: &str| {
            let columns = group(header, cells, prefix);
            let remark = get(&columns, "Remark");
            let mut contacts = "";
            let mut attributes = Vec::new();
            for &(suffix, cell) in &columns {
                // What a row says of a single part's act is left aside.
                if suffix == "Remark" || suffix.starts_with("Regulation_") {
                    continue;
                }
                if suffix == "ContactInfo" {
                    contacts = cell;
                    continue;
                }
                let renamed = RENAMED.iter().find(|(n, s, _)| *n == name && *s == suffix);
                let attribute = match renamed {
                    Some((.., attribute)) => (*attribute).to_owned(),
                    None => small(suffix),
                };
                attributes.push((attribute, cell.to_owned()));
            }
            let made = element(name, &attributes, remark);
            match made {
                None if !contacts.is_empty() => {
                    Some(with_contacts(Element::made(name, []), contacts))
                }
                made => made.map(|made| with_contacts(made, contacts)),
            }
        };
        let entity = group(header, cells, "Entity_");
        let act = group(header, cells, "Entity_Regulation_");
        let act_attributes: Vec<(String, String)> = act
            .iter()
            .filter(|(column, _)| *column != "PublicationUrl")
            .map(|(column, cell)| match *column {
                "Type" => ("regulationType".to_owned(), (*cell).to_owned()),
                column => (small(column), (*cell).to_owned()),
            })
            .collect();
        let kind = get(&entity, "SubjectType_ClassificationCode");
        let kind = match (kind, get(&entity, "SubjectType")) {
            ("", letter) | (_, letter @ ("person" | "enterprise")) => letter,
            (kind, _) => kind,
        };
        let record = record(
            get(&entity, "LogicalId"),
            kind,
            get(&entity, "Remark"),
            &[
                ("euReferenceNumber", get(&entity, "EU_ReferenceNumber")),
                ("unitedNationId", get(&entity, "UnitedNationId")),
                ("designationDate", get(&entity, "DesignationDate")),
                ("designationDetails", get(&entity, "DesignationDetails")),
            ],
        );
        let url = get(&act, "PublicationUrl");
        Parts {
            generated: get(&group(header, cells, "file"), "GenerationDate").to_owned(),
            record,
            regulation: element("regulation", &act_attributes, "")
                .map(|act| act.with_text("publicationUrl", url)),
            alias: part("nameAlias", "NameAlias_"),
            address: part("address", "Address_"),
            birth: part("birthdate", "BirthDate_"),
            paper: part("identification", "Identification_"),
            citizenship: part("citizenship", "Citizenship_"),
        }
    }

    fn of_2018(header: &[String], cells: &[String]) -> Parts {
        let part = |name: &str, prefix: &str, renamed: &[(&str, &str)]| {
            let columns = group(header, cells, prefix);
            let mut attributes: Vec<(String, String)> = Vec::new();
            for &(suffix, cell) in &columns {
                if suffix.starts_with("leba_") || matches!(suffix, "programme" | "other") {
                    continue;
                }
                let attribute = match renamed.iter().find(|(column, _)| *column == suffix) {
                    Some((_, attribute)) => *attribute,
                    None if suffix == "logical_id" => "logicalId",
                    None => suffix,
                };
                if suffix == "country" {
                    // Three letters here, two in the XML.
                    let known = territory::lookup(cell);
                    let (code, name) = known.map_or((cell, cell), |t| (t.code(), t.name()));
                    attributes.push(("countryIso2Code".to_owned(), code.to_owned()));
                    attributes.push(("countryDescription".to_owned(), name.to_owned()));
                } else if cell != "N/A" {
                    attributes.push((attribute.to_owned(), cell.to_owned()));
                }
            }
            let made = element(name, &attributes, "");
            made.map(|made| with_contacts(made, get(&columns, "other")))
        };
        let value = |column: &str| {
            let at = header.iter().position(|h| h == column);
            at.and_then(|at| cells.get(at)).map_or("", String::as_str)
        };
        let act = [
            ("numberTitle", "Leba_numtitle"),
            ("publicationDate", "Leba_publication_date"),
            ("programme", "Programme"),
        ];
        let act: Vec<(String, String)> = act
            .into_iter()
            .map(|(key, column)| (key.to_owned(), value(column).to_owned()))
            .collect();
        let kind = value("Subject_type");
        // A line break is written as two characters.
        let remark = value("Entity_remark").replace("\\n", "\n");
        let reference = [("euReferenceNumber", value("EU_ref_num"))];
        let mut paper = part("identification", "Iden_", &[]);
        if let Some(number) = Some(value("Iden_number")).filter(|n| !n.is_empty()) {
            paper = Some(paper_of_2018(
                number,
                value("Iden_logical_id"),
                value("Iden_country"),
            ));
        }
        Parts {
            generated: cells.first().cloned().unwrap_or_default(),
            record: record(value("Entity_logical_id"), kind, &remark, &reference),
            regulation: element("regulation", &act, "")
                .map(|act| act.with_text("publicationUrl", value("Leba_url"))),
            alias: part(
                "nameAlias",
                "Naal_",
                &[
                    ("lastname", "lastName"),
                    ("firstname", "firstName"),
                    ("middlename", "middleName"),
                    ("wholename", "wholeName"),
                    ("language", "nameLanguage"),
                ],
            ),
            address: part(
                "address",
                "Addr_",
                &[("zipcode", "zipCode"), ("number", "place")],
            ),
            birth: part(
                "birthdate",
                "Birt_",
                &[("date", "birthdate"), ("place", "city")],
            ),
            paper,
            citizenship: part("citizenship", "Citi_", &[]),
        }
    }

    /// The date of the file, which every row repeats.
    fn generated(&self) -> Option<StatedDate> {
        let span = DateSpan::parse(&self.generated, DateOrder::DayFirst)?;
        Some(StatedDate {
            value: span.from.to_string(),
            field: "first column".to_owned(),
        })
    }
}

/// `AD001095 (passport-National passport) ((passport))` as number and type.
fn paper_of_2018(text: &str, logical_id: &str, country: &str) -> Element {
    let (number, kind) = text.split_once(" (").unwrap_or((text, ""));
    let kind = kind.split_once(')').map_or(kind, |(kind, _)| kind);
    let (code, description) = kind.split_once('-').unwrap_or((kind, kind));
    let iso2 = territory::lookup(country).map_or("", |t| t.code());
    let behind = text.split_once(')').map_or("", |(_, behind)| behind).trim();
    let behind = behind.trim_matches(['(', ')', ' ', '?', '\u{a0}']);
    let said_again = behind.is_empty() || behind == code;
    let paper = Element::made(
        "identification",
        [
            ("logicalId", logical_id),
            ("number", number.trim()),
            ("identificationTypeCode", code),
            ("identificationTypeDescription", description),
            ("countryIso2Code", iso2),
            ("countryDescription", country),
        ],
    );
    if said_again {
        paper
    } else {
        paper.with_text("remark", behind)
    }
}

/// `LogicalId` as `logicalId`.
fn small(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|c| c.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

fn record(number: &str, kind: &str, remark: &str, attributes: &[(&str, &str)]) -> Element {
    let code = match kind {
        "P" => "person",
        "E" => "enterprise",
        other => other,
    };
    let all = attributes
        .iter()
        .copied()
        .filter(|(_, value)| !value.is_empty());
    let record = Element::made("sanctionEntity", all.chain([("logicalId", number)]));
    let record = record.with_child(Element::made("subjectType", [("code", code)]));
    if remark.is_empty() {
        record
    } else {
        record.with_text("remark", remark)
    }
}

/// `PHONE[668 33 01; 0300-820 91 99]\nFAX[662 38 14]` as elements; what has no such form is a remark.
fn with_contacts(mut element: Element, text: &str) -> Element {
    let text = text.replace("\\n", "\n");
    for line in text.lines().map(str::trim).filter(|l| !l.is_empty()) {
        let contact = line
            .strip_suffix(']')
            .and_then(|line| line.split_once('['))
            .filter(|(key, _)| key.chars().all(|c| c.is_ascii_uppercase()));
        element = match contact {
            Some((key, values)) => values.split([';', ',']).fold(element, |element, value| {
                let pair = [("key", key), ("value", value.trim())];
                element.with_child(Element::made("contactInfo", pair))
            }),
            None => element.with_text("remark", line),
        };
    }
    element
}

/// The parties of a file while its rows come in.
#[derive(Default)]
struct Parties {
    held: Vec<Party>,
    by_number: BTreeMap<String, usize>,
}

struct Party {
    entity: Entity,
    /// Documents and sanctions.
    beside: Vec<Entity>,
    named: bool,
    acts: BTreeSet<(CompactString, CompactString)>,
    said: BTreeSet<String>,
}

impl Parties {
    fn take(&mut self, out: &mut Writer<'_, '_>, parts: &Parts) -> Result<(), SourceError> {
        let record = &parts.record;
        let number = record.attribute("logicalId").unwrap_or_default();
        let at = match self.by_number.get(number) {
            Some(at) => *at,
            None => {
                let entity = begin(out, number, record)?;
                self.by_number.insert(number.to_owned(), self.held.len());
                self.held.push(Party {
                    entity,
                    beside: Vec::new(),
                    named: false,
                    acts: BTreeSet::new(),
                    said: BTreeSet::new(),
                });
                self.held.len() - 1
            }
        };
        if let Some(party) = self.held.get_mut(at) {
            party.add(out, parts);
        }
        Ok(())
    }

    fn emit(self, out: &mut Writer<'_, '_>) -> Result<(), SourceError> {
        if self.held.is_empty() {
            return Err(out.malformed("no row", "at least one row"));
        }
        for party in self.held {
            out.emit(party.entity)?;
            party.beside.into_iter().try_for_each(|e| out.emit(e))?;
        }
        Ok(())
    }
}

impl Party {
    fn add(&mut self, out: &mut Writer<'_, '_>, parts: &Parts) {
        let e = &mut self.entity;
        let record = &parts.record;
        if let Some(alias) = &parts.alias {
            name(out, e, alias, !self.named);
            self.named = true;
        }
        if let Some(birth) = &parts.birth {
            born(out, e, birth);
        }
        if let Some(part) = &parts.citizenship {
            citizenship(out, e, part);
        }
        if let Some(place) = &parts.address {
            address(out, e, place);
        }
        if let Some(paper) = &parts.paper {
            self.beside.extend(document(out, e, paper));
        }
        let remark = record.text_of("remark").unwrap_or_default();
        if self.said.insert(remark.to_owned()) {
            remarks(out, e, record);
        }
        if let Some(act) = &parts.regulation {
            let text = |key| CompactString::from(act.attribute(key).unwrap_or_default());
            if self.acts.insert((text("numberTitle"), text("programme"))) {
                self.beside.push(sanction(out, &e.id.clone(), record, act));
            }
        }
        let read = [
            &parts.alias,
            &parts.birth,
            &parts.citizenship,
            &parts.address,
            &parts.paper,
        ];
        for part in read.into_iter().flatten() {
            out.keep_unread(e, part);
        }
    }
}
