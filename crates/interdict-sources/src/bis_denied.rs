//! US Denied Persons List (Bureau of Industry and Security), tab separated.
//!
//! One row per name and address under one order; there is neither a number nor a type. Rows with the
//! same name and effective date are one party. The publisher's typing errors in dates (`2922-09-01`,
//! `3017-08-22`) are kept and reported, and count for nothing.

use compact_str::CompactString;
use interdict_model::date::DateOrder;
use interdict_model::id::content_id;

use crate::error::SourceError;
use crate::groups::{Group, Groups};
use crate::publication::{Detection, Format, Probe, RawFile, Report, Sink, Source};
use crate::table::{Layout, Records, Row, Table, has_columns_by};
use crate::writer::{Writer, join, one_file};

/// The Denied Persons List.
#[derive(Clone, Copy, Debug, Default)]
pub struct BisDenied;

const FORMAT: Format = Format {
    id: "us-bis-denied-tsv",
    title: "US Denied Persons List (BIS), tab separated",
    proven: true,
};

const REQUIRED: &[&str] = &[
    "Name",
    "Street_Address",
    "Effective_Date",
    "Expiration_Date",
    "Standard_Order",
    "FR_Citation",
];

impl Source for BisDenied {
    fn format(&self) -> Format {
        FORMAT
    }

    fn detect(&self, files: &[Probe<'_>]) -> Detection {
        match files {
            [file] if has_columns_by(file.head, REQUIRED, '\t') => {
                Detection::Yes(format!("columns {}", REQUIRED.join(", ")))
            }
            _ => Detection::No,
        }
    }

    fn read(&self, files: &[&dyn RawFile], sink: &mut Sink<'_>) -> Result<Report, SourceError> {
        let file = one_file(files)?;
        let mut out = Writer::new("us_bis_denied", FORMAT, DateOrder::MonthFirst, sink)?;
        out.file(file.name());
        let layout = Layout {
            delimiter: b'\t',
            ..Layout::default()
        };
        let mut table = Table::open_as(file, REQUIRED, layout)?;
        let counted = format!("{} rows", file.name());
        let mut groups = Groups::default();
        while let Some(row) = table.next_row()? {
            out.at(row.place);
            out.report.count(&counted);
            let name = row.get("Name");
            if name.is_empty() {
                return Err(out.malformed("a row without a name", "a name"));
            }
            let id = content_id("bis-denied", [name, row.get("Effective_Date")]);
            let group = groups.of(&id, || begin(&mut out, &id, name));
            describe(&mut out, group, row);
        }
        if groups.is_empty() {
            return Err(table.nothing());
        }
        groups.emit(&mut out)?;
        Ok(out.report)
    }
}

fn begin(out: &mut Writer<'_, '_>, id: &CompactString, name: &str) -> Group {
    let mut party = out.entity(id.clone(), "LegalEntity");
    out.say(&mut party, "Name", "name", name);
    out.say(&mut party, "", "topics", "export.control");
    let mut sanction = out.entity(content_id(&format!("{id}-sanction"), [id]), "Sanction");
    out.say(&mut sanction, "", "entity", id);
    let authority = "US Bureau of Industry and Security";
    out.say(&mut sanction, "", "authority", authority);
    out.say(&mut sanction, "", "program", "Denied Persons List");
    Group::new(party, sanction)
}

fn describe(out: &mut Writer<'_, '_>, group: &mut Group, row: Row<'_>) {
    let lines = ["Street_Address", "City", "State", "Postal_Code", "Country"];
    let address = join(lines.map(|column| Some(row.get(column))));
    let field = "Street_Address to Country";
    if !group.is_known(field, &address) {
        out.say(&mut group.party, field, "address", &address);
    }
    for (column, cell) in row.filled() {
        if group.is_known(column, cell) {
            continue;
        }
        let Group {
            party, sanction, ..
        } = group;
        match column {
            "Name" | "Street_Address" | "City" | "State" | "Postal_Code" => {}
            "Country" => out.say(party, column, "country", cell),
            "Effective_Date" => out.say_dates(sanction, column, "startDate", cell),
            "Expiration_Date" => out.say_dates(sanction, column, "endDate", cell),
            "Last_Update" => out.say_dates(party, column, "modifiedAt", cell),
            "FR_Citation" => out.say(sanction, column, "recordId", cell),
            "Standard_Order" | "Action" => out.keep(sanction, column, cell),
            _ => {
                out.keep(party, column, cell);
                out.problem("unknown-column", column, cell, "kept in notes");
            }
        }
    }
}
