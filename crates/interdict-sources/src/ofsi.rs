//! The consolidated list of the UK Office of Financial Sanctions Implementation ("ConList"), which
//! ended in January 2026 and lives on in archives: CSV of 29 columns to 2022, of 36 since.
//!
//! One row is a name TIMES an address TIMES a birth date: a group of 400 rows may be one person.
//! Rows of a group are scattered where the file is sorted by name, so the parties are gathered
//! first. `Group ID` makes the entity id.

mod details;
mod sheet;

use std::collections::BTreeMap;

use compact_str::{CompactString, format_compact};
use interdict_model::Entity;
use interdict_model::date::{DateOrder, DateSpan};
use interdict_model::id::slug;

use crate::error::SourceError;
use crate::publication::{Detection, Format, Probe, RawFile, Report, Sink, Source, StatedDate};
use crate::several::numbered;
use crate::table::{Layout, Records, Row, Table, has_columns, utf8_or_windows_1252};
use crate::writer::{Writer, join, one_file};
use details::{document, information};

pub use sheet::OfsiSheet;

/// The dataset, as OpenSanctions called it.
pub(crate) const DATASET: &str = "gb_hmt_sanctions";

/// Columns that tell the list from any other.
pub(crate) const REQUIRED: &[&str] = &[
    "Name 6",
    "Group Type",
    "Alias Type",
    "Regime",
    "Listed On",
    "Group ID",
];

const AUTHORITY: &str = "UK Office of Financial Sanctions Implementation";

/// Columns that are read; others are kept in notes.
const READ: &[&str] = &[
    "Name 6",
    "Name 1",
    "Name 2",
    "Name 3",
    "Name 4",
    "Name 5",
    "Title",
    "Name Non-Latin Script",
    "Non-Latin Script Type",
    "Non-Latin Script Language",
    "DOB",
    "Town of Birth",
    "Country of Birth",
    "Nationality",
    "Passport Number",
    "Passport Details",
    "NI Number",
    "National Identification Number",
    "National Identification Details",
    "Position",
    "Address 1",
    "Address 2",
    "Address 3",
    "Address 4",
    "Address 5",
    "Address 6",
    "Post/Zip Code",
    "Country",
    "Other Information",
    "Group Type",
    "Alias Type",
    "Alias Quality",
    "Regime",
    "Listed On",
    "UK Sanctions List Date Designated",
    "Last Updated",
    "Group ID",
];

/// The list as CSV.
#[derive(Clone, Copy, Debug, Default)]
pub struct OfsiCsv;

impl Source for OfsiCsv {
    fn format(&self) -> Format {
        Format {
            id: "uk-ofsi-csv",
            title: "UK OFSI consolidated list (ConList), CSV, to January 2026",
            proven: true,
        }
    }

    fn detect(&self, files: &[Probe<'_>]) -> Detection {
        let [file] = files else {
            return Detection::No;
        };
        if has_columns(after_banner(file.head).1, REQUIRED) {
            Detection::Yes(format!("columns {}", REQUIRED.join(", ")))
        } else {
            Detection::No
        }
    }

    fn read(&self, files: &[&dyn RawFile], sink: &mut Sink<'_>) -> Result<Report, SourceError> {
        let file = one_file(files)?;
        let mut out = Writer::new(DATASET, self.format(), DateOrder::DayFirst, sink)?;
        out.file(file.name());
        let head = crate::detect::head(file)?;
        let banner = after_banner(&head).0;
        out.report.stated_date = banner.as_deref().and_then(last_updated);
        let encoding = utf8_or_windows_1252(file)?;
        if encoding != encoding_rs::UTF_8 {
            let note = "not UTF-8; read in the encoding that the publisher wrote until 2022";
            out.problem("encoding", "", encoding.name(), note);
        }
        let layout = Layout {
            before: u64::from(banner.is_some()),
            encoding,
            ..Layout::default()
        };
        let mut table = Table::open_as(file, REQUIRED, layout)?;
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
    let mut groups = Groups::new(table.header());
    let counted = format!("{file} rows");
    while let Some(row) = table.next_row()? {
        if row.filled().next().is_some() {
            out.report.count(&counted);
            groups.take(out, row)?;
        }
    }
    groups.emit(out)
}

/// The date of a banner, as a stated date.
pub(crate) fn last_updated(text: &str) -> Option<StatedDate> {
    let span = DateSpan::parse(text, DateOrder::DayFirst)?;
    Some(StatedDate {
        value: span.from.to_string(),
        field: "Last Updated, line 1".to_owned(),
    })
}

/// The date in a first line `Last Updated,27/04/2020`, and what follows it. `Last Updated` is a
/// column as well, so the line is a banner only if a date stands behind it.
fn after_banner(head: &[u8]) -> (Option<String>, &[u8]) {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let end = text.iter().position(|b| *b == b'\n').unwrap_or(text.len());
    let (line, rest) = text.split_at(end);
    let line = String::from_utf8_lossy(line).replace('"', "");
    let mut cells = line.trim().split(',').map(str::trim);
    let date = match cells.next() {
        Some("Last Updated") => cells.next().unwrap_or_default(),
        _ => "",
    };
    if date.starts_with(|c: char| c.is_ascii_digit()) {
        (Some(date.to_owned()), rest.get(1..).unwrap_or_default())
    } else {
        (None, head)
    }
}

/// The parties of a file while its rows come in.
pub(crate) struct Groups {
    parties: Vec<Party>,
    by_id: BTreeMap<CompactString, usize>,
    /// Columns that this module does not read.
    unknown: Vec<String>,
}

/// A party with everything that hangs on it.
pub(crate) struct Party {
    pub(crate) entity: Entity,
    pub(crate) sanction: Entity,
    /// Passports and other documents.
    pub(crate) documents: Vec<Entity>,
}

impl Groups {
    pub(crate) fn new(header: &[String]) -> Groups {
        let unknown = header.iter().filter(|h| !READ.contains(&h.as_str()));
        Groups {
            parties: Vec::new(),
            by_id: BTreeMap::new(),
            unknown: unknown.cloned().collect(),
        }
    }

    /// Adds what a row says to its party.
    pub(crate) fn take(
        &mut self,
        out: &mut Writer<'_, '_>,
        row: Row<'_>,
    ) -> Result<(), SourceError> {
        out.at(row.place);
        let written = row.get("Group ID");
        // A spreadsheet may hold the number as one.
        let Some(number) = slug(written.trim_end_matches(".0")) else {
            return Err(out.malformed(format!("Group ID {written:?}"), "a number such as 13349"));
        };
        let id: CompactString = format_compact!("gb-hmt-{number}");
        let at = match self.by_id.get(&id) {
            Some(at) => *at,
            None => {
                out.claim(&id);
                self.by_id.insert(id.clone(), self.parties.len());
                self.parties.push(begin(out, &id, row));
                self.parties.len() - 1
            }
        };
        if let Some(party) = self.parties.get_mut(at) {
            names(out, &mut party.entity, row);
            describe(out, party, row);
            measure(out, &mut party.sanction, row);
            for column in &self.unknown {
                let cell = row.get(column);
                if !cell.is_empty() {
                    out.keep(&mut party.entity, column, cell);
                    out.problem("unknown-column", column, cell, "kept in notes");
                }
            }
        }
        Ok(())
    }

    /// Hands the parties on, in the order of their first rows.
    pub(crate) fn emit(self, out: &mut Writer<'_, '_>) -> Result<(), SourceError> {
        if self.parties.is_empty() {
            return Err(out.malformed("no row", "at least one row"));
        }
        for party in self.parties {
            out.emit(party.entity)?;
            out.emit(party.sanction)?;
            for document in party.documents {
                out.emit(document)?;
            }
        }
        Ok(())
    }
}

fn begin(out: &mut Writer<'_, '_>, id: &str, row: Row<'_>) -> Party {
    // Ships were entities until 2022; what is said of them begins with their number.
    let information = row.get("Other Information").trim_start_matches('(');
    let schema = match row.get("Group Type") {
        "Individual" => "Person",
        "Entity" if information.starts_with("IMO") => "Vessel",
        "Entity" => "Organization",
        "Ship" => "Vessel",
        other => {
            out.problem(
                "unknown-schema",
                "Group Type",
                other,
                "taken as LegalEntity",
            );
            "LegalEntity"
        }
    };
    let mut entity = out.entity(id, schema);
    out.say(&mut entity, "", "topics", "sanction");
    let mut sanction = out.entity(format_compact!("{id}-sanction"), "Sanction");
    out.say(&mut sanction, "", "entity", id);
    out.say(&mut sanction, "", "authority", AUTHORITY);
    out.say(&mut sanction, "Group ID", "recordId", row.get("Group ID"));
    Party {
        entity,
        sanction,
        documents: Vec::new(),
    }
}

fn names(out: &mut Writer<'_, '_>, party: &mut Entity, row: Row<'_>) {
    let kind = row.get("Alias Type");
    let weak = row.get("Alias Quality").starts_with("Low");
    let property = match kind {
        "Prime Alias" | "Primary name" | "Primary Name" => "name",
        _ if weak => "weakAlias",
        "FKA" => "previousName",
        "AKA" | "Primary name variation" | "Primary Name Variation" => "alias",
        other => {
            out.problem("unknown-value", "Alias Type", other, "taken as an alias");
            "alias"
        }
    };
    // The family name stands first in the file and last in speech.
    let columns = ["Name 1", "Name 2", "Name 3", "Name 4", "Name 5", "Name 6"];
    let parts = columns.map(|c| row.get(c));
    let parts: Vec<&str> = parts.into_iter().filter(|p| !p.is_empty()).collect();
    out.say(party, "Name 1 to Name 6", property, &parts.join(" "));
    if property == "name" && party.schema.is_named("Person") {
        out.say(party, "Name 6", "lastName", row.get("Name 6"));
        out.say(party, "Name 1", "firstName", row.get("Name 1"));
    }
    let script = row.get("Name Non-Latin Script");
    let language = Some(row.get("Non-Latin Script Language")).filter(|l| !l.is_empty());
    out.say_in(party, "Name Non-Latin Script", "alias", script, language);
}

fn describe(out: &mut Writer<'_, '_>, party: &mut Party, row: Row<'_>) {
    let person = party.entity.schema.is_named("Person");
    let e = &mut party.entity;
    each(out, e, row, "Title", if person { "title" } else { "notes" });
    let born = if person {
        "birthDate"
    } else {
        "incorporationDate"
    };
    out.say(e, "DOB", born, row.get("DOB"));
    birth_place(out, e, row);
    let nationality = if person { "nationality" } else { "country" };
    each(out, e, row, "Nationality", nationality);
    each(
        out,
        e,
        row,
        "Position",
        if person { "position" } else { "notes" },
    );
    address(out, e, row);
    // Until 2022 the column of details holds number and all.
    let (passport, details) = match row.get("Passport Number") {
        "" => ("Passport Details", ""),
        _ => ("Passport Number", "Passport Details"),
    };
    for (number, detail, passport) in [
        (passport, details, true),
        ("NI Number", "", false),
        (
            "National Identification Number",
            "National Identification Details",
            false,
        ),
    ] {
        document(
            out,
            party,
            (number, row.get(number)),
            (detail, row.get(detail)),
            passport,
        );
    }
    information(out, party, row.get("Other Information"));
    out.say(
        &mut party.entity,
        "Last Updated",
        "modifiedAt",
        row.get("Last Updated"),
    );
}

/// Says each value of a cell that may number them.
fn each(out: &mut Writer<'_, '_>, e: &mut Entity, row: Row<'_>, column: &str, property: &str) {
    let cell = row.get(column);
    for value in numbered(cell).unwrap_or_else(|| vec![cell]) {
        if e.schema.property(property).is_some() {
            out.say_from(e, column, property, value, cell);
        } else {
            out.keep(e, column, value);
        }
    }
}

/// Towns and countries belong together where both are one, or where both number as many.
fn birth_place(out: &mut Writer<'_, '_>, e: &mut Entity, row: Row<'_>) {
    let (town_cell, country_cell) = (row.get("Town of Birth"), row.get("Country of Birth"));
    let parts = |cell| numbered(cell).unwrap_or_else(|| vec![cell]);
    let (towns, countries) = (parts(town_cell), parts(country_cell));
    if e.schema.property("birthPlace").is_none() {
        out.keep(e, "Town of Birth", town_cell);
        out.keep(e, "Country of Birth", country_cell);
        return;
    }
    if towns.len() == countries.len() {
        for (town, country) in towns.iter().zip(&countries).filter(|(t, _)| !t.is_empty()) {
            let place = join([Some(*town), Some(*country)]);
            out.say_from(
                e,
                "Town of Birth",
                "birthPlace",
                &place,
                &join([Some(town_cell), Some(country_cell)]),
            );
        }
    } else {
        for town in &towns {
            out.say_from(e, "Town of Birth", "birthPlace", town, town_cell);
        }
    }
    for country in countries.iter().filter(|c| !c.is_empty()) {
        out.say_from(e, "Country of Birth", "birthCountry", country, country_cell);
    }
}

fn address(out: &mut Writer<'_, '_>, e: &mut Entity, row: Row<'_>) {
    let lines = [
        "Address 1",
        "Address 2",
        "Address 3",
        "Address 4",
        "Address 5",
        "Address 6",
        "Post/Zip Code",
        "Country",
    ];
    let full = join(lines.map(|l| Some(row.get(l))));
    let country = row.get("Country");
    // A country alone is no place.
    if full != country {
        out.say(e, "Address 1 to Country", "address", &full);
    } else if country.contains('(') {
        out.keep(e, "Country", country);
    }
    // `Afghanistan (since 2009)`
    for part in numbered(country).unwrap_or_else(|| vec![country]) {
        let plain = part.split_once(" (").map_or(part, |(before, _)| before);
        let known = interdict_model::territory::lookup(part).is_some();
        out.say_from(
            e,
            "Country",
            "country",
            if known { part } else { plain },
            country,
        );
    }
}

fn measure(out: &mut Writer<'_, '_>, sanction: &mut Entity, row: Row<'_>) {
    out.say(sanction, "Regime", "program", row.get("Regime"));
    out.say(sanction, "Listed On", "listingDate", row.get("Listed On"));
    let designated = "UK Sanctions List Date Designated";
    out.say(sanction, designated, "startDate", row.get(designated));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_banner_and_the_column_of_the_same_name() {
        let (date, rest) = after_banner(b"Last Updated,27/04/2020\r\nName 6,Name 1\r\n");
        assert_eq!(date.as_deref(), Some("27/04/2020"));
        assert_eq!(rest, b"Name 6,Name 1\r\n");
        let (date, _) = after_banner(b"\xef\xbb\xbf\"Last Updated\",\"13/04/2018\",,,\n");
        assert_eq!(date.as_deref(), Some("13/04/2018"));
        assert_eq!(after_banner(b"Last Updated,Group ID\n1,2\n").0, None);
        assert_eq!(after_banner(b"Name 6,Last Updated\n").0, None);
        assert_eq!(after_banner(b"").0, None);
    }
}
