//! Australian consolidated list (DFAT), spreadsheets of every layout since 2009.
//!
//! One row per name: `2` is the primary name of a reference and `2a`, `2b`, … its other names, with
//! the same details on each row. The layouts differ in columns and their order, in how names are
//! called (`aka`, `Aka `, `Alias`) and in whether dates are dates or text; one reader serves them.

use compact_str::{CompactString, format_compact};
use interdict_model::Entity;
use interdict_model::date::{DateOrder, DateSpan};
use interdict_model::id::content_id;
use interdict_tables::Value;

use crate::around::Commas;
use crate::error::SourceError;
use crate::groups::{Group, Groups};
use crate::publication::{Detection, Format, Probe, RawFile, Report, Sink, Source, StatedDate};
use crate::several::says_nothing;
use crate::sheet::{self, SheetTable};
use crate::table::{Records, Row};
use crate::writer::{Writer, one_file};

/// The Australian list as a spreadsheet.
#[derive(Clone, Copy, Debug, Default)]
pub struct AuDfat;

const FORMAT: Format = Format {
    id: "au-dfat-sheet",
    title: "Australian consolidated sanctions list (DFAT), spreadsheet",
    proven: true,
};

const REQUIRED: &[&str] = &[
    "Reference",
    "Name of Individual or Entity",
    "Type",
    "Name Type",
    "Control Date",
    "Committees",
];

/// Columns that this module reads; others are kept and reported.
const READ: &[&str] = &[
    "Reference",
    "Name of Individual or Entity",
    "Type",
    "Name Type",
    "Alias Strength",
    "Date of Birth",
    "Place of Birth",
    "Citizenship",
    "Address",
    "Additional Information",
    "Listing Information",
    "IMO Number",
    "Committees",
    "Control Date",
    "Instrument of Designation",
    "Targeted Financial Sanction",
    "Travel Ban",
    "Arms Embargo",
    "Maritime Restriction",
];

/// Measures, each a column of TRUE and FALSE.
const MEASURES: &[&str] = &[
    "Targeted Financial Sanction",
    "Travel Ban",
    "Arms Embargo",
    "Maritime Restriction",
];

impl Source for AuDfat {
    fn format(&self) -> Format {
        FORMAT
    }

    fn detect(&self, files: &[Probe<'_>]) -> Detection {
        match files {
            [file] if file.sheet_has(0, REQUIRED) => {
                Detection::Yes(format!("a sheet with columns {}", REQUIRED.join(", ")))
            }
            _ => Detection::No,
        }
    }

    fn read(&self, files: &[&dyn RawFile], sink: &mut Sink<'_>) -> Result<Report, SourceError> {
        let file = one_file(files)?;
        let mut out = Writer::new("au_dfat_sanctions", FORMAT, DateOrder::DayFirst, sink)?;
        out.file(file.name());
        let mut book = sheet::open(file)?;
        sheet::report_findings(&book, file.name(), &mut out.report);
        let mut table = SheetTable::open(&mut book, file.name(), 0, REQUIRED)?;
        let counted = format!("{} rows", file.name());
        // Rows of a reference stand together in most publications, not in all.
        let mut groups = Groups::default();
        let mut newest: Option<String> = None;
        while let Some(row) = table.next_row()? {
            out.at(row.place);
            if row.filled().next().is_none() {
                continue;
            }
            out.report.count(&counted);
            let id = id_of(&mut out, row);
            let group = groups.of(&id, || begin(&mut out, &id, row));
            describe(&mut out, group, row);
            let control = row.get("Control Date");
            if let Some(span) = DateSpan::parse(control, DateOrder::DayFirst) {
                newest = newest.max(Some(span.from.to_string()));
            }
        }
        if groups.is_empty() {
            return Err(table.nothing());
        }
        out.report.stated_date = newest.map(|value| StatedDate {
            value,
            field: "newest Control Date".to_owned(),
        });
        groups.emit(&mut out)?;
        Ok(out.report)
    }
}

/// `au-dfat-` and the number of the reference, without the letters that number its names.
fn id_of(out: &mut Writer<'_, '_>, row: Row<'_>) -> CompactString {
    let reference = row.get("Reference");
    let digits = reference.bytes().take_while(u8::is_ascii_digit).count();
    match reference.get(..digits) {
        Some(number) if !number.is_empty() => format_compact!("au-dfat-{number}"),
        _ => {
            let name = row.get("Name of Individual or Entity");
            let note = "no number; the id is made from the name";
            out.problem("no-reference", "Reference", reference, note);
            content_id("au-dfat", [name])
        }
    }
}

fn begin(out: &mut Writer<'_, '_>, id: &CompactString, row: Row<'_>) -> Group {
    let kind = row.get("Type");
    let schema = match kind.to_lowercase().as_str() {
        "individual" => "Person",
        "entity" | "ngo" => "Organization",
        "vessel" => "Vessel",
        _ => {
            out.problem("unknown-schema", "Type", kind, "taken as LegalEntity");
            "LegalEntity"
        }
    };
    let mut party = out.entity(id.clone(), schema);
    out.say(&mut party, "", "topics", "sanction");
    let key = content_id(&format!("{id}-sanction"), [id]);
    let mut sanction = out.entity(key, "Sanction");
    out.say(&mut sanction, "", "entity", id);
    let authority = "Australian Department of Foreign Affairs and Trade";
    out.say(&mut sanction, "", "authority", authority);
    Group::new(party, sanction)
}

fn describe(out: &mut Writer<'_, '_>, group: &mut Group, row: Row<'_>) {
    let kind = row.get("Name Type");
    let weak = row.get("Alias Strength").eq_ignore_ascii_case("weak");
    let property = match kind.to_lowercase().as_str() {
        "primary name" => "name",
        "alias" | "aka" if weak => "weakAlias",
        "alias" | "aka" | "original script" => "alias",
        "fka" | "formerly known as" | "previously listed as" => "previousName",
        _ => {
            out.problem("unknown-value", "Name Type", kind, "taken as an alias");
            "alias"
        }
    };
    let column = "Name of Individual or Entity";
    let name = row.get(column);
    let whole = (name, Commas::Belong);
    out.say_names(&mut group.party, column, property, name, whole);
    let schema = group.party.schema;
    let first_of = |properties: [&'static str; 3]| {
        let known = |p: &&str| schema.property(p).is_some();
        properties.into_iter().find(known).unwrap_or("notes")
    };
    let date = first_of(["birthDate", "buildDate", "incorporationDate"]);
    let country = first_of(["citizenship", "flag", "country"]);
    for (column, cell) in row.filled() {
        if group.is_known(column, cell) {
            continue;
        }
        let party = &mut group.party;
        match column {
            "Date of Birth" => out.say_dates(party, column, date, cell),
            "Citizenship" => out.say_countries(party, column, country, cell),
            "Place of Birth" => out.say_numbered(party, column, "birthPlace", cell),
            "Address" => out.say_numbered(party, column, "address", cell),
            "IMO Number" => out.say(party, column, "imoNumber", cell),
            "Additional Information" if says_nothing(cell) => {}
            "Additional Information" => out.say(party, column, "notes", cell),
            "Control Date" => out.say(party, column, "modifiedAt", cell),
            _ if READ.contains(&column) => measure(out, &mut group.sanction, row, column, cell),
            _ => {
                out.keep(party, column, cell);
                out.problem("unknown-column", column, cell, "kept in notes");
            }
        }
    }
    if let Some(number) = un_reference(row.get("Additional Information")) {
        let column = "Additional Information";
        out.say_from(&mut group.sanction, column, "unscId", number, number);
    }
}

fn measure(
    out: &mut Writer<'_, '_>,
    sanction: &mut Entity,
    row: Row<'_>,
    column: &str,
    cell: &str,
) {
    match column {
        "Committees" => out.say(sanction, column, "program", cell),
        // Some cells hold nothing but the date.
        "Listing Information" if matches!(row.value(column), Some(Value::Moment(_))) => {
            out.say(sanction, column, "listingDate", cell);
        }
        "Listing Information" if says_nothing(cell) => {}
        "Listing Information" => {
            out.keep(sanction, column, cell);
            if let Some(date) = listed_on(cell) {
                out.say_from(sanction, column, "listingDate", date, cell);
            }
        }
        "Instrument of Designation" => out.keep(sanction, column, cell),
        _ if MEASURES.contains(&column) => match cell {
            "TRUE" => out.say_from(sanction, column, "provisions", column, cell),
            "FALSE" => {}
            _ => out.problem("unknown-value", column, cell, "neither TRUE nor FALSE"),
        },
        _ => {}
    }
}

/// The day of `Listed on 25 January 2001 (amended on …)`.
fn listed_on(text: &str) -> Option<&str> {
    let rest = text.trim().strip_prefix("Listed")?;
    let at = rest.find(" on ")?;
    let day = rest.get(at + 4..)?;
    let end = day.find(['(', ',', ';', '\n']).unwrap_or(day.len());
    let day = day.get(..end)?.trim().trim_end_matches('.');
    DateSpan::parse(day, DateOrder::DayFirst).map(|_| day)
}

/// The permanent reference number of the UN list with which the text begins, such as `TAi.002`.
/// Numbers further in are those of other parties.
fn un_reference(text: &str) -> Option<&str> {
    let number = text.trim().get(..7)?;
    let (letters, digits) = number.split_once('.')?;
    let fits = letters.len() == 3
        && letters.bytes().take(2).all(|b| b.is_ascii_uppercase())
        && matches!(letters.as_bytes().get(2), Some(b'i' | b'e'))
        && digits.bytes().all(|b| b.is_ascii_digit());
    fits.then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_listing() {
        let check = |text: &str, expected: Option<&str>| assert_eq!(listed_on(text), expected);
        check(
            "Listed on 25 January 2001 (amended on 3 Sep 2003)",
            Some("25 January 2001"),
        );
        check(
            "Listed by UN 1267 Committee on 25 Jan. 2001",
            Some("25 Jan. 2001"),
        );
        check("Autonomous sanctions", None);
    }

    #[test]
    fn numbers_of_the_un_list() {
        assert_eq!(un_reference("TAi.002. Title: a) Mullah"), Some("TAi.002"));
        assert_eq!(un_reference("See TAi.002"), None);
        assert_eq!(un_reference("QDe.14"), None);
    }
}
