//! UK Sanctions List, CSV, in three layouts.
//!
//! The publisher's own file (one row per name, 58 columns, a banner on line 1) has not been had
//! whole; the tables of one row per designation have. The unique id makes the entity id, so rows
//! of one designation are gathered; the publisher keeps them together.

use compact_str::{CompactString, format_compact};
use interdict_model::Entity;
use interdict_model::date::DateOrder;
use interdict_model::id::{content_id, slug};

use crate::error::SourceError;
use crate::publication::{Detection, Format, Probe, RawFile, Report, Sink, Source, StatedDate};
use crate::table::{Row, Table, has_columns, parts};
use crate::writer::{Writer, join, one_file};

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
        let mut table = Table::open_after(file, self.required(), usize::from(banner.is_some()))?;
        let unknown: Vec<String> = table
            .header()
            .iter()
            .filter(|h| !READ.contains(&h.as_str()) && !PARTY.iter().any(|c| c.0 == **h))
            .cloned()
            .collect();
        let counted = format!("{} rows", file.name());
        let mut current: Option<(Entity, Entity)> = None;
        while let Some(row) = table.next_row()? {
            out.at(row.place);
            out.report.count(&counted);
            let written = row.first(&["Unique ID", "unique_id"]);
            let Some(number) = slug(written) else {
                return Err(out.malformed(format!("unique id {written:?}"), "such as RUS0251"));
            };
            let id: CompactString = format_compact!("gb-{number}");
            let (mut party, mut sanction) = match current.take() {
                Some(pair) if pair.0.id == id => pair,
                previous => {
                    if let Some((party, sanction)) = previous {
                        out.emit(party)?;
                        out.emit(sanction)?;
                    }
                    if !out.claim(&id) {
                        return Err(out.malformed(
                            format!("rows of {written} in two places"),
                            "all rows of a designation together",
                        ));
                    }
                    begin(&mut out, &id, row)
                }
            };
            describe(&mut out, &mut party, row, &unknown);
            measure(&mut out, &mut sanction, row);
            current = Some((party, sanction));
        }
        let Some((party, sanction)) = current else {
            return Err(out.malformed("no row", "at least one row"));
        };
        out.emit(party)?;
        out.emit(sanction)?;
        Ok(out.report)
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

fn begin(out: &mut Writer<'_, '_>, id: &str, row: Row<'_>) -> (Entity, Entity) {
    let kind = row.first(&[
        "Type",
        "type_2025_08",
        "Designation Type",
        "Individual, Entity, Ship",
    ]);
    let schema = match kind {
        "Individual" => "Person",
        "Entity" => "Organization",
        "Ship" => "Vessel",
        other => {
            out.problem("unknown-schema", "Type", other, "taken as LegalEntity");
            "LegalEntity"
        }
    };
    let mut party = out.entity(id, schema);
    out.say(&mut party, "", "topics", "sanction");
    let mut sanction = out.entity(content_id(&format!("{id}-sanction"), [id]), "Sanction");
    out.say(&mut sanction, "", "entity", id);
    out.say(&mut sanction, "", "authority", AUTHORITY);
    (party, sanction)
}

fn describe(out: &mut Writer<'_, '_>, party: &mut Entity, row: Row<'_>, unknown: &[String]) {
    let whole = row.first(&["Name", "name_2025_08"]);
    let columns = ["Name 1", "Name 2", "Name 3", "Name 4", "Name 5", "Name 6"];
    let joined = columns.map(|c| row.get(c)).join(" ");
    let kind = row.get("Name type").to_lowercase();
    let weak = row.get("Alias strength").to_lowercase().contains("low");
    let property = match kind.as_str() {
        "" | "primary name" => "name",
        _ if weak => "weakAlias",
        _ => "alias",
    };
    out.say(party, "Name", "name", whole);
    out.say(party, "Name 1 to Name 6", property, &joined);
    let language = Some(row.get("Non-latin script language")).filter(|l| !l.is_empty());
    let script = row.get("Name non-latin script");
    out.say_in(party, "Name non-latin script", "alias", script, language);
    for (column, property, separator) in PARTY {
        let cell = row.get(column);
        if separator.is_empty() || !cell.contains(separator) {
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
    for column in unknown {
        out.keep(party, column, row.get(column));
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
    let imposed = row.get("Sanctions Imposed");
    for part in imposed
        .split(['|', ','])
        .map(str::trim)
        .filter(|p| !p.is_empty())
    {
        out.say_from(sanction, "Sanctions Imposed", "provisions", part, imposed);
    }
}
