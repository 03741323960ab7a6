//! Japan's Foreign End User List (Ministry of Economy, Trade and Industry), workbook.
//!
//! One row per organisation under a header in two languages. The number is the formula `=ROW()-1`,
//! so it says nothing; aliases stand on lines that begin with `・`.

use interdict_model::date::DateOrder;
use interdict_model::id::content_id;

use super::text::territory_of;
use crate::error::SourceError;
use crate::publication::{Detection, Format, Probe, RawFile, Report, Sink, Source};
use crate::sheet::{self, SheetTable};
use crate::table::{Records, Row};
use crate::writer::{Writer, one_file};

/// The Foreign End User List as a workbook.
#[derive(Clone, Copy, Debug, Default)]
pub struct JpMetiEndUsers;

const FORMAT: Format = Format {
    id: "jp-meti-eul-sheet",
    title: "Japanese Foreign End User List (METI), workbook",
    proven: true,
};

const NUMBER: &str = "No.";
const COUNTRY: &str = "国名、地域名 Country or Region";
const NAME: &str = "企業名､組織名 Company or Organization";
const ALIASES: &str = "別名 Also Known As";
const WEAPONS: &str = "懸念区分 Type of WMD";
const CONVENTIONAL: &str = "通常兵器 Conventional Weapons";
const REQUIRED: &[&str] = &[COUNTRY, NAME, ALIASES, WEAPONS];

impl Source for JpMetiEndUsers {
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
        let mut out = Writer::new("jp_meti_eul", FORMAT, DateOrder::Unstated, sink)?;
        out.file(file.name());
        let mut book = sheet::open(file)?;
        sheet::report_findings(&book, file.name(), &mut out.report);
        let mut table = SheetTable::open(&mut book, file.name(), 0, REQUIRED)?;
        let counted = format!("{} rows", file.name());
        while let Some(row) = table.next_row()? {
            out.at(row.place);
            if row.get(NAME).is_empty() {
                if row.filled().any(|(column, _)| column != NUMBER) {
                    out.problem("no-name", NAME, "", "a row without a name; not kept");
                }
                continue;
            }
            out.report.count(&counted);
            entry(&mut out, row)?;
        }
        if out.report.entities.is_empty() {
            return Err(table.nothing());
        }
        Ok(out.report)
    }
}

fn entry(out: &mut Writer<'_, '_>, row: Row<'_>) -> Result<(), SourceError> {
    let (country, name) = (row.get(COUNTRY), row.get(NAME));
    // The name in English stands below the Japanese one.
    let territory = country.lines().rev().find_map(territory_of);
    let code = territory.map_or(country, |t| t.ftm_code());
    let key = [code, name];
    let longer = [code, name, row.get(ALIASES), row.get(WEAPONS)];
    let ids = [
        content_id("jp-meti-eul", key),
        content_id("jp-meti-eul", longer),
    ];
    let id = out.free_id(ids, name);
    let mut party = out.entity(id.clone(), "Organization");
    let e = &mut party;
    out.say(e, NAME, "name", name);
    out.say_from(e, COUNTRY, "country", code, country);
    for line in row.get(ALIASES).lines() {
        let alias = line.trim().trim_start_matches(['・', '･', '·']).trim();
        out.say_from(e, ALIASES, "alias", alias, line);
    }
    out.say(e, "", "topics", "export.control");
    for (column, cell) in row.filled() {
        if ![NUMBER, COUNTRY, NAME, ALIASES, WEAPONS, CONVENTIONAL].contains(&column) {
            out.keep(e, column, cell);
            out.problem("unknown-column", column, cell, "kept in notes");
        }
    }
    let mut sanction = out.entity(content_id(&format!("{id}-sanction"), [&id]), "Sanction");
    let s = &mut sanction;
    out.say(s, "", "entity", &id);
    out.say(
        s,
        "",
        "authority",
        "Ministry of Economy, Trade and Industry of Japan",
    );
    out.say(s, "", "program", "Foreign End User List");
    for column in [WEAPONS, CONVENTIONAL] {
        out.say(s, column, "reason", row.get(column));
    }
    out.emit(party)?;
    out.emit(sanction)
}
