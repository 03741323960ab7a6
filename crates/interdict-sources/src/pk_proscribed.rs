//! Pakistan's proscribed persons (Fourth Schedule of the Anti-Terrorism Act), JSON.
//!
//! One array of people with father's name, identity card number (CNIC, 13 digits), province and
//! district. Some numbers are missing, made up (`1234567890000`) or given twice.

use std::io::BufReader;

use compact_str::{CompactString, format_compact};
use interdict_model::Place;
use interdict_model::date::DateOrder;
use interdict_model::id::content_id;
use serde_json::{Map, Value};

use crate::error::SourceError;
use crate::publication::{Detection, Format, Probe, RawFile, Report, Sink, Source};
use crate::several::says_nothing;
use crate::writer::{Writer, join, one_file};

/// The proscribed persons.
#[derive(Clone, Copy, Debug, Default)]
pub struct PkProscribed;

const FORMAT: Format = Format {
    id: "pk-proscribed-json",
    title: "Pakistani proscribed persons, JSON",
    proven: true,
};

const FIELDS: &[&str] = &["Name", "FatherName", "CNIC", "Province", "District"];

impl Source for PkProscribed {
    fn format(&self) -> Format {
        FORMAT
    }

    fn detect(&self, files: &[Probe<'_>]) -> Detection {
        let [file] = files else {
            return Detection::No;
        };
        let start = String::from_utf8_lossy(file.head.get(..2048).unwrap_or(file.head));
        let has = |field: &&str| start.contains(&format!("\"{field}\""));
        if start.trim_start().starts_with('[') && FIELDS.iter().all(has) {
            Detection::Yes(format!("an array of objects with {}", FIELDS.join(", ")))
        } else {
            Detection::No
        }
    }

    fn read(&self, files: &[&dyn RawFile], sink: &mut Sink<'_>) -> Result<Report, SourceError> {
        let file = one_file(files)?;
        let mut out = Writer::new("pk_proscribed_persons", FORMAT, DateOrder::Unstated, sink)?;
        out.file(file.name());
        let reader = file.open().map_err(|source| SourceError::Io {
            file: file.name().to_owned(),
            source,
        })?;
        let records: Vec<Map<String, Value>> = serde_json::from_reader(BufReader::new(reader))
            .map_err(|error| SourceError::Malformed {
                file: file.name().to_owned(),
                place: Some(Place::Line(error.line() as u64)),
                found: error.to_string(),
                expected: "an array of people".to_owned(),
            })?;
        let counted = format!("{} records", file.name());
        for (number, record) in (1..).zip(&records) {
            out.at(Place::Row {
                sheet: 1,
                row: number,
            });
            out.report.count(&counted);
            person(&mut out, record)?;
        }
        if out.report.entities.is_empty() {
            return Err(out.malformed("no record", "at least one person"));
        }
        Ok(out.report)
    }
}

fn person(out: &mut Writer<'_, '_>, record: &Map<String, Value>) -> Result<(), SourceError> {
    let get = |field: &str| {
        let text = record.get(field).and_then(Value::as_str);
        text.map_or("", str::trim)
    };
    let (name, father, card) = (get("Name"), get("FatherName"), get("CNIC"));
    if name.is_empty() {
        out.problem("no-name", "Name", card, "a person without a name; not kept");
        return Ok(());
    }
    let is_number =
        card.len() == 13 && card.bytes().all(|b| b.is_ascii_digit()) && !card.ends_with("0000");
    let mut ids: Vec<CompactString> = Vec::new();
    if is_number {
        ids.push(format_compact!("pk-cnic-{card}"));
    }
    ids.push(content_id(
        "pk-proscribed",
        [name, father, get("Province"), get("District")],
    ));
    ids.push(content_id(
        "pk-proscribed",
        [name, father, get("Province"), get("District"), card],
    ));
    let id = out.free_id(ids, name);
    let mut party = out.entity(id.clone(), "Person");
    let e = &mut party;
    out.say(e, "Name", "name", name);
    if !says_nothing(father) {
        out.say(e, "FatherName", "fatherName", father);
    }
    match is_number {
        true => out.say(e, "CNIC", "idNumber", card),
        false => out.keep(e, "CNIC", card),
    }
    let place = join([Some(get("District")), Some(get("Province"))]);
    out.say(e, "District, Province", "address", &place);
    out.say(e, "", "country", "pk");
    out.say(e, "", "topics", "sanction");
    for (field, value) in record {
        if !FIELDS.contains(&field.as_str()) {
            let text = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            out.keep(e, field, &text);
            out.problem("unknown-column", field, &text, "kept in notes");
        }
    }
    let mut sanction = out.entity(content_id(&format!("{id}-sanction"), [&id]), "Sanction");
    let s = &mut sanction;
    out.say(s, "", "entity", &id);
    out.say(
        s,
        "",
        "authority",
        "National Counter Terrorism Authority of Pakistan",
    );
    out.emit(party)?;
    out.emit(sanction)
}
