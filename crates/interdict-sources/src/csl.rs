//! US Consolidated Screening List, CSV: the lists of Treasury, Commerce and State in one table.
//!
//! Rows copied from OFAC carry its uid in `entity_number` and get the id they have there; the
//! others get one by the formula of `data/sources.toml`. `_id`, where the column exists, is drawn
//! anew by the publisher's system and serves only as record number.

mod identifiers;

use std::collections::{BTreeMap, BTreeSet};

use compact_str::{CompactString, format_compact};
use interdict_model::Entity;
use interdict_model::date::DateOrder;
use interdict_model::id::{content_id, slug};

use crate::error::SourceError;
use crate::publication::{Detection, Format, Probe, RawFile, Report, Sink, Source};
use crate::table::{Records, Row, Table, has_columns, parts};
use crate::writer::{Writer, one_file};

/// The US Consolidated Screening List as CSV.
#[derive(Clone, Copy, Debug, Default)]
pub struct CslCsv;

const FORMAT: Format = Format {
    id: "us-csl-csv",
    title: "US Consolidated Screening List, CSV",
    proven: true,
};

const REQUIRED: [&str; 6] = [
    "source",
    "entity_number",
    "type",
    "programs",
    "name",
    "alt_names",
];

/// Columns read one by one.
const READ: &[&str] = &[
    "_id",
    "source",
    "entity_number",
    "type",
    "programs",
    "name",
    "federal_register_notice",
    "start_date",
    "end_date",
    "standard_order",
    "license_requirement",
    "license_policy",
    "source_list_url",
    "source_information_url",
    "ids",
];

/// Columns whose cells hold values of one property, and whether `; ` separates several.
const COLUMNS: &[(&str, &str, bool)] = &[
    ("alt_names", "alias", true),
    ("title", "position", false),
    ("addresses", "address", true),
    ("citizenships", "citizenship", true),
    ("dates_of_birth", "birthDate", true),
    ("nationalities", "nationality", true),
    ("places_of_birth", "birthPlace", true),
    ("call_sign", "callSign", false),
    ("vessel_type", "type", false),
    ("gross_tonnage", "tonnage", false),
    ("gross_registered_tonnage", "grossRegisteredTonnage", false),
    ("vessel_flag", "flag", false),
    ("vessel_owner", "notes", false),
    ("remarks", "notes", false),
];

impl Source for CslCsv {
    fn format(&self) -> Format {
        FORMAT
    }

    fn detect(&self, files: &[Probe<'_>]) -> Detection {
        match files {
            [file] if has_columns(file.head, &REQUIRED) => {
                Detection::Yes("columns source, entity_number, programs and alt_names".to_owned())
            }
            _ => Detection::No,
        }
    }

    fn read(&self, files: &[&dyn RawFile], sink: &mut Sink<'_>) -> Result<Report, SourceError> {
        let file = one_file(files)?;
        let mut out = Writer::new("us_trade_csl", FORMAT, DateOrder::MonthFirst, sink)?;
        out.file(file.name());
        let mut table = Table::open(file, &REQUIRED)?;
        let unknown: Vec<String> = table
            .header()
            .iter()
            .filter(|h| !READ.contains(&h.as_str()) && !COLUMNS.iter().any(|c| c.0 == **h))
            .cloned()
            .collect();
        for column in &unknown {
            out.problem("unknown-column", column, "", "kept in notes");
        }
        let counted = format!("{} rows", file.name());
        let repeated = repeated_numbers(file)?;
        let mut held: BTreeMap<CompactString, Entity> = BTreeMap::new();
        while let Some(row) = table.next_row()? {
            out.at(row.place);
            out.report.count(&counted);
            let party = entry(&mut out, row, &unknown)?;
            if !repeated.contains(row.get("entity_number")) {
                out.emit(party)?;
                continue;
            }
            match held.get_mut(&party.id) {
                Some(first) => {
                    for statement in party.statements {
                        first.add(statement);
                    }
                }
                None => {
                    held.insert(party.id.clone(), party);
                }
            }
        }
        held.into_values().try_for_each(|party| out.emit(party))?;
        if out.report.entities.is_empty() {
            return Err(out.malformed("no row", "at least one row"));
        }
        Ok(out.report)
    }
}

/// Numbers of parties that are on several of OFAC's lists and so have several rows; their rows
/// become one entity with several sanctions.
fn repeated_numbers(file: &dyn RawFile) -> Result<BTreeSet<String>, SourceError> {
    let mut table = Table::open(file, &REQUIRED)?;
    let mut seen = BTreeSet::new();
    let mut repeated = BTreeSet::new();
    while let Some(row) = table.next_row()? {
        let number = row.get("entity_number");
        if is_ofac(row) && !seen.insert(number.to_owned()) {
            repeated.insert(number.to_owned());
        }
    }
    Ok(repeated)
}

/// Whether a row is a copy of an entry of OFAC's.
fn is_ofac(row: Row<'_>) -> bool {
    row.get("source").contains("Treasury") && !row.get("entity_number").is_empty()
}

fn entry(
    out: &mut Writer<'_, '_>,
    row: Row<'_>,
    unknown: &[String],
) -> Result<Entity, SourceError> {
    let (list, name) = (row.get("source"), row.get("name"));
    let number = slug(row.get("entity_number")).filter(|_| is_ofac(row));
    let id = match number {
        Some(number) => {
            let id = format_compact!("ofac-{number}");
            out.claim(&id);
            id
        }
        None => formula(out, row, list, name),
    };
    let schema = match row.get("type") {
        "Individual" => "Person",
        "Entity" => "Organization",
        "Vessel" => "Vessel",
        "Aircraft" => "Airplane",
        "" => "LegalEntity",
        other => {
            out.problem("unknown-schema", "type", other, "taken as LegalEntity");
            "LegalEntity"
        }
    };
    let mut entity = out.entity(id.clone(), schema);
    let e = &mut entity;
    out.say(e, "name", "name", name);
    for (column, property, several) in COLUMNS {
        let cell = row.get(column);
        if cell.is_empty() {
            continue;
        }
        let schema = e.schema;
        let known = schema.property(property).is_some();
        if *column == "vessel_owner" || (!known && *property == "position") {
            out.keep(e, column, cell);
        } else if !several || !cell.contains(';') {
            out.say(e, column, property, cell);
        } else {
            for part in parts(cell, ";") {
                out.say_from(e, column, property, part, cell);
            }
        }
        if *column == "addresses" {
            for part in parts(cell, ";") {
                let country = part.rsplit(',').next().unwrap_or_default().trim();
                if country.len() == 2 && country.bytes().all(|b| b.is_ascii_uppercase()) {
                    out.say_from(e, column, "country", country, part);
                }
            }
        }
    }
    identifiers::say(out, e, row.get("ids"))?;
    for column in unknown {
        out.keep(e, column, row.get(column));
    }
    out.say_from(e, "source", "topics", topic(list), list);
    let sanction = listing(out, &id, row, list);
    out.emit(sanction)?;
    Ok(entity)
}

fn formula(out: &mut Writer<'_, '_>, row: Row<'_>, list: &str, name: &str) -> CompactString {
    let mut key: Vec<&str> = vec![list, name];
    let mut candidates = vec![content_id("us-csl", &key)];
    for column in [
        "addresses",
        "start_date",
        "federal_register_notice",
        "alt_names",
    ] {
        let cell = row.get(column);
        if !cell.is_empty() {
            key.push(cell);
            candidates.push(content_id("us-csl", &key));
        }
    }
    out.free_id(candidates, name)
}

/// What being on a list means. The lists of Commerce restrict exports to the party, State's ITAR
/// list debars it, the rest are sanctions.
fn topic(list: &str) -> &'static str {
    if list.contains("Denied Persons") || list.contains("Industry and Security") {
        "export.control"
    } else if list.contains("ITAR Debarred") {
        "debarment"
    } else {
        "sanction"
    }
}

fn listing(out: &mut Writer<'_, '_>, party: &str, row: Row<'_>, list: &str) -> Entity {
    let prefix = format!("{party}-sanction");
    let mut key = vec![list, row.get("programs")];
    let mut candidates = vec![content_id(&prefix, &key)];
    for column in ["start_date", "name", "type", "_id"] {
        key.push(row.get(column));
        candidates.push(content_id(&prefix, &key));
    }
    let id = out.free_id(candidates, row.get("name"));
    let mut sanction = out.entity(id, "Sanction");
    let s = &mut sanction;
    out.say(s, "", "entity", party);
    let (name, authority) = list.rsplit_once(" - ").unwrap_or((list, list));
    out.say_from(s, "source", "authority", authority, list);
    let programs = row.get("programs");
    if programs.is_empty() {
        out.say_from(s, "source", "program", name, list);
    } else {
        for program in parts(programs, ";") {
            out.say_from(s, "programs", "program", program, programs);
        }
        out.keep(s, "source", list);
    }
    for (column, property) in [
        ("_id", "recordId"),
        ("entity_number", "authorityId"),
        ("start_date", "startDate"),
        ("end_date", "endDate"),
        ("license_requirement", "provisions"),
        ("license_policy", "provisions"),
        ("federal_register_notice", "summary"),
        ("source_list_url", "sourceUrl"),
        ("source_information_url", "sourceUrl"),
    ] {
        out.say(s, column, property, row.get(column));
    }
    out.keep(s, "standard_order", row.get("standard_order"));
    sanction
}
