//! UK Sanctions List: CSV in three layouts, and XML (its module `xml`).
//!
//! The publisher's own file (one row per name, 58 columns, a banner on line 1) has not been had
//! whole; the tables of one row per designation have. The unique id makes the entity id, so rows
//! of one designation are gathered, wherever they stand.

mod sheet;
mod xml;

use std::collections::BTreeMap;

use compact_str::{CompactString, format_compact};
use interdict_model::Entity;
use interdict_model::date::DateOrder;
use interdict_model::id::{content_id, slug};

use crate::error::SourceError;
use crate::publication::{Detection, Format, Probe, RawFile, Report, Sink, Source, StatedDate};
use crate::table::{self, Records, Row, Table, has_columns, parts};
use crate::writer::{Writer, join, one_file};

pub use sheet::UkSheet;
pub use xml::UkXml;

/// One layout of the UK Sanctions List.
#[derive(Clone, Copy, Debug)]
pub struct UkCsv {
    layout: Layout,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layout {
    /// One row per designation, eight columns, as in the spreadsheet edition.
    Short,
    /// One row per designation with addresses, positions and text.
    Long,
    /// One row per name, as the publisher's CSV since 2025.
    Full,
}

/// One row per designation, eight columns.
pub const SHORT: UkCsv = UkCsv {
    layout: Layout::Short,
};
/// One row per designation with details.
pub const LONG: UkCsv = UkCsv {
    layout: Layout::Long,
};
/// The publisher's CSV, one row per name.
pub const FULL: UkCsv = UkCsv {
    layout: Layout::Full,
};

const AUTHORITY: &str = "UK Foreign, Commonwealth and Development Office";

/// Columns by what they say of the party: column, property, separator of several values.
const PARTY: &[(&str, &str, &str)] = &[
    ("Title", "title", "|"),
    ("D.O.B", "birthDate", "|"),
    ("Nationality(/ies)", "nationality", "|"),
    ("National Identifier number", "idNumber", "|"),
    ("Passport number", "passportNumber", "|"),
    ("Position", "position", "|"),
    ("positions", "position", "|"),
    ("Gender", "gender", ""),
    ("Country of birth", "birthCountry", "|"),
    ("Phone number", "phone", "|"),
    ("phones", "phone", "|"),
    ("Website", "website", "|"),
    ("Email address", "email", "|"),
    ("emails", "email", "|"),
    ("addresses", "address", "|"),
    ("Address Country", "country", "|"),
    (
        "Business registration number (s)",
        "registrationNumber",
        "|",
    ),
    ("IMO number", "imoNumber", "|"),
    ("Current believed flag of ship", "flag", "|"),
    ("Previous flags", "pastFlags", "|"),
    ("Type of ship", "type", "|"),
    ("Tonnage of ship", "tonnage", "|"),
    ("Year Built", "buildDate", ""),
    ("Type of entity", "legalForm", "|"),
    ("Other Information", "notes", ""),
    ("comments", "notes", ""),
];

/// Columns that `names`, `place` and `measure` read.
const READ: &[&str] = &[
    "Last Updated",
    "Unique ID",
    "unique_id",
    "OFSI Group ID",
    "ofsi_group_id",
    "UN Reference Number",
    "Name",
    "name_2025_08",
    "Name 1",
    "Name 2",
    "Name 3",
    "Name 4",
    "Name 5",
    "Name 6",
    "Name type",
    "Alias strength",
    "Name non-latin script",
    "Non-latin script type",
    "Non-latin script language",
    "Regime Name",
    "regulation",
    "Type",
    "type_2025_08",
    "Designation Type",
    "Individual, Entity, Ship",
    "Designation source",
    "Sanctions Imposed",
    "UK Statement of Reasons",
    "Date Designated",
    "date_designated",
    "Address Line 1",
    "Address Line 2",
    "Address Line 3",
    "Address Line 4",
    "Address Line 5",
    "Address Line 6",
    "Address Postal Code",
    "Town of birth",
];

impl UkCsv {
    fn required(self) -> &'static [&'static str] {
        match self.layout {
            Layout::Short => &[
                "Unique ID",
                "Name",
                "Regime Name",
                "Type",
                "Sanctions Imposed",
            ],
            Layout::Long => &["unique_id", "regulation", "date_designated"],
            Layout::Full => &["Unique ID", "Name 6", "Name type", "Regime Name"],
        }
    }
}

impl Source for UkCsv {
    fn format(&self) -> Format {
        match self.layout {
            Layout::Short => Format {
                id: "uk-sanctions-csv-short",
                title: "UK Sanctions List, CSV of the spreadsheet edition, one row per designation",
                proven: true,
            },
            Layout::Long => Format {
                id: "uk-sanctions-csv-details",
                title: "UK Sanctions List, CSV with details, one row per designation",
                proven: true,
            },
            Layout::Full => Format {
                id: "uk-sanctions-csv",
                title: "UK Sanctions List, the publisher's CSV, one row per name",
                proven: false,
            },
        }
    }

    fn detect(&self, files: &[Probe<'_>]) -> Detection {
        let [file] = files else {
            return Detection::No;
        };
        if has_columns(after_banner(file.head).1, self.required()) {
            Detection::Yes(format!("columns {}", self.required().join(", ")))
        } else {
            Detection::No
        }
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
        let head = crate::detect::head(file)?;
        let banner = after_banner(&head).0;
        out.report.stated_date = banner.and_then(|text| {
            let span = interdict_model::date::DateSpan::parse(text, DateOrder::DayFirst)?;
            Some(StatedDate {
                value: span.from.to_string(),
                field: "Report Date, line 1".to_owned(),
            })
        });
        let layout = table::Layout {
            before: u64::from(banner.is_some()),
            ..table::Layout::default()
        };
        let mut table = Table::open_as(file, self.required(), layout)?;
        read_rows(&mut out, &mut table, file.name())?;
        Ok(out.report)
    }
}

/// Reads the rows below the header, of whatever file.
fn read_rows(
    out: &mut Writer<'_, '_>,
    table: &mut dyn Records,
    file: &str,
) -> Result<(), SourceError> {
    let known = |h: &str| READ.contains(&h) || PARTY.iter().any(|c| c.0 == h);
    let rest: Vec<String> = table
        .header()
        .iter()
        .filter(|h| !known(h))
        .cloned()
        .collect();
    let counted = format!("{} rows", file);
    let mut designations: Vec<(Entity, Entity)> = Vec::new();
    let mut places: BTreeMap<CompactString, usize> = BTreeMap::new();
    while let Some(row) = table.next_row()? {
        out.at(row.place);
        out.report.count(&counted);
        let id = id_of(out, row.first(&["Unique ID", "unique_id"]))?;
        let at = *places.entry(id.clone()).or_insert(designations.len());
        if at == designations.len() {
            let kind = row.first(KIND);
            designations.push(begin(out, id, kind));
        }
        if let Some((party, sanction)) = designations.get_mut(at) {
            describe(out, party, row, &rest);
            measure(out, sanction, row);
        }
    }
    if designations.is_empty() {
        return Err(table.nothing());
    }
    for (party, sanction) in designations {
        out.emit(party)?;
        out.emit(sanction)?;
    }
    Ok(())
}

/// Columns that say what a designation is of, one in each generation of the file.
const KIND: &[&str] = &[
    "Type",
    "type_2025_08",
    "Designation Type",
    "Individual, Entity, Ship",
];

/// Columns without a property of their own, kept in notes under their names.
const KEPT: &[&str] = &[
    "National Identifier additional information",
    "Passport additional information",
    "Subsidiaries",
    "Parent company",
    "Parent Company",
    "Current owner/operator (s)",
    "Previous owner/operator (s)",
    "Length of ship",
    "Hull identification number (HIN)",
    "documents",
    "source_pages",
];

/// The id of a designation, the same from CSV and XML.
fn id_of(out: &Writer<'_, '_>, written: &str) -> Result<CompactString, SourceError> {
    match slug(written) {
        Some(number) => Ok(format_compact!("gb-{number}")),
        None => Err(out.malformed(format!("unique id {written:?}"), "such as RUS0251")),
    }
}

/// The date in a first line `Report Date: 08-Oct-2026`, and what follows it.
fn after_banner(head: &[u8]) -> (Option<&str>, &[u8]) {
    let Some(rest) = head.strip_prefix(b"Report Date:".as_slice()) else {
        return (None, head);
    };
    let end = rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len());
    let (line, tail) = rest.split_at(end);
    let date = std::str::from_utf8(line).unwrap_or_default();
    (
        Some(date.trim().trim_end_matches(',')),
        tail.get(1..).unwrap_or_default(),
    )
}

/// The party and the sanction of a designation, with nothing but their ids and the schema.
fn begin(out: &mut Writer<'_, '_>, id: CompactString, kind: &str) -> (Entity, Entity) {
    out.claim(&id);
    let schema = match kind {
        "Individual" => "Person",
        "Entity" => "Organization",
        "Ship" => "Vessel",
        other => {
            out.problem("unknown-schema", "Type", other, "taken as LegalEntity");
            "LegalEntity"
        }
    };
    let mut party = out.entity(id.clone(), schema);
    out.say(&mut party, "", "topics", "sanction");
    let mut sanction = out.entity(content_id(&format!("{id}-sanction"), [&id]), "Sanction");
    out.say(&mut sanction, "", "entity", &id);
    out.say(&mut sanction, "", "authority", AUTHORITY);
    (party, sanction)
}

fn describe(out: &mut Writer<'_, '_>, party: &mut Entity, row: Row<'_>, rest: &[String]) {
    let whole = row.first(&["Name", "name_2025_08"]);
    let columns = ["Name 1", "Name 2", "Name 3", "Name 4", "Name 5", "Name 6"];
    let joined = columns.map(|c| row.get(c)).join(" ");
    let property = name_property(row.get("Name type"), row.get("Alias strength"));
    out.say(party, "Name", "name", whole);
    out.say(party, "Name 1 to Name 6", property, &joined);
    let language = Some(row.get("Non-latin script language")).filter(|l| !l.is_empty());
    let script = row.get("Name non-latin script");
    out.say_in(party, "Name non-latin script", "alias", script, language);
    for (column, property, separator) in PARTY {
        let cell = row.get(column);
        if *property == "birthDate" && party.schema.property(property).is_some() {
            for part in parts(cell, separator) {
                out.say_from(party, column, property, &known_day(part), cell);
            }
        } else if separator.is_empty() || !cell.contains(separator) {
            if party.schema.property(property).is_some() {
                out.say(party, column, property, cell);
            } else {
                out.keep(party, column, cell);
            }
        } else {
            for part in parts(cell, separator) {
                out.say_from(party, column, property, part, cell);
            }
        }
    }
    let birth = join([
        Some(row.get("Town of birth")),
        Some(row.get("Country of birth")),
    ]);
    if party.schema.property("birthPlace").is_some() {
        out.say(party, "Town of birth", "birthPlace", &birth);
    }
    let lines = [
        "Address Line 1",
        "Address Line 2",
        "Address Line 3",
        "Address Line 4",
        "Address Line 5",
        "Address Line 6",
        "Address Postal Code",
        "Address Country",
    ];
    let address = join(lines.map(|l| Some(row.get(l))));
    out.say(
        party,
        "Address Line 1 to Address Country",
        "address",
        &address,
    );
    out.say(party, "Last Updated", "modifiedAt", row.get("Last Updated"));
    for column in rest {
        let cell = row.get(column);
        out.keep(party, column, cell);
        if !cell.is_empty() && !KEPT.contains(&column.as_str()) {
            out.problem("unknown-column", column, cell, "kept in notes");
        }
    }
}

/// A birth date with zeros for the day and month that are not known: the publisher writes
/// `dd/mm/1945`.
fn known_day(text: &str) -> String {
    text.to_lowercase()
        .replace("dd/", "00/")
        .replace("mm/", "00/")
}

/// The property of a name of this type and strength. The publisher's spelling varies: `Primary Name`,
/// `Primary name variation`, `ALias`.
fn name_property(kind: &str, strength: &str) -> &'static str {
    match kind.to_lowercase().as_str() {
        "" | "primary name" => "name",
        _ if strength.to_lowercase().contains("low") => "weakAlias",
        _ => "alias",
    }
}

fn measure(out: &mut Writer<'_, '_>, sanction: &mut Entity, row: Row<'_>) {
    for (column, property) in [
        ("Unique ID", "authorityId"),
        ("unique_id", "authorityId"),
        ("OFSI Group ID", "recordId"),
        ("ofsi_group_id", "recordId"),
        ("UN Reference Number", "unscId"),
        ("Regime Name", "program"),
        ("regulation", "program"),
        ("UK Statement of Reasons", "reason"),
        ("Date Designated", "listingDate"),
        ("date_designated", "listingDate"),
    ] {
        out.say(sanction, column, property, row.get(column));
    }
    out.keep(
        sanction,
        "Designation source",
        row.get("Designation source"),
    );
    imposed(
        out,
        sanction,
        "Sanctions Imposed",
        row.get("Sanctions Imposed"),
    );
}

/// Says the measures, which a bar or a comma keeps apart.
fn imposed(out: &mut Writer<'_, '_>, sanction: &mut Entity, field: &str, text: &str) {
    for part in text
        .split(['|', ','])
        .map(str::trim)
        .filter(|p| !p.is_empty())
    {
        out.say_from(sanction, field, "provisions", part, text);
    }
}
