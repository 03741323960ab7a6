//! EU restrictive measures as tables of listings, one file per act, with the statements of reasons.
//!
//! One publication is any number of files: `consolidated-*.csv` (columns `celex`, …) and
//! `amendments-*.csv` (`amendedCelex`, `amendmentCelex`, …). The acts number their listings anew,
//! so ids follow the formula of `data/sources.toml`.

use compact_str::CompactString;
use interdict_model::Entity;
use interdict_model::date::DateOrder;
use interdict_model::id::content_id;

use crate::around::{self, Commas};
use crate::error::SourceError;
use crate::publication::{Detection, Format, Probe, RawFile, Report, Sink, Source};
use crate::several::numbered;
use crate::table::{Records, Row, Table, has_columns, parts};
use crate::writer::Writer;

/// Listings of EU acts as CSV.
#[derive(Clone, Copy, Debug, Default)]
pub struct EuJournalCsv;

const FORMAT: Format = Format {
    id: "eu-journal-csv",
    title: "EU Official Journal listings, CSV tables by act",
    proven: true,
};

const REQUIRED: [&str; 6] = [
    "recordId",
    "programKey",
    "annex",
    "measure",
    "schema",
    "name",
];
const AUTHORITY: &str = "Council of the European Union";

/// Columns, the property that takes their values, and whether `;` separates several.
const COLUMNS: &[(&str, &str, bool)] = &[
    ("alias", "alias", true),
    ("weakAlias", "weakAlias", true),
    ("previousName", "previousName", true),
    ("country", "country", true),
    ("nationality", "nationality", true),
    ("jurisdiction", "jurisdiction", true),
    ("birthDate", "birthDate", true),
    ("birthPlace", "birthPlace", true),
    ("position", "position", true),
    ("passportNumber", "passportNumber", true),
    ("gender", "gender", false),
    ("appearance", "appearance", false),
    ("ethnicity", "ethnicity", false),
    ("fatherName", "fatherName", true),
    ("motherName", "motherName", true),
    ("incorporationDate", "incorporationDate", true),
    ("legalForm", "legalForm", true),
    ("sector", "sector", true),
    ("registrationNumber", "registrationNumber", true),
    ("taxNumber", "taxNumber", true),
    ("idNumber", "idNumber", true),
    ("innCode", "innCode", true),
    ("ogrnCode", "ogrnCode", true),
    ("kppCode", "kppCode", true),
    ("okpoCode", "okpoCode", true),
    ("leiCode", "leiCode", true),
    ("swiftBic", "swiftBic", true),
    ("ticker", "ticker", true),
    ("imoNumber", "imoNumber", true),
    ("mmsi", "mmsi", true),
    ("flag", "flag", true),
    ("address", "address", true),
    ("phone", "phone", true),
    ("email", "email", true),
    ("website", "website", true),
    ("notes", "notes", false),
];

/// Columns that are read one by one.
const READ: &[&str] = &[
    "celex",
    "amendedCelex",
    "amendmentCelex",
    "recordId",
    "programKey",
    "annex",
    "measure",
    "startDate",
    "reason",
    "schema",
    "name",
];

impl Source for EuJournalCsv {
    fn format(&self) -> Format {
        FORMAT
    }

    fn detect(&self, files: &[Probe<'_>]) -> Detection {
        let all = files.iter().all(|f| {
            has_columns(f.head, &REQUIRED)
                && (has_columns(f.head, &["celex"]) || has_columns(f.head, &["amendedCelex"]))
        });
        if all && !files.is_empty() {
            Detection::Yes("columns celex, programKey, annex and measure".to_owned())
        } else {
            Detection::No
        }
    }

    fn read(&self, files: &[&dyn RawFile], sink: &mut Sink<'_>) -> Result<Report, SourceError> {
        let mut out = Writer::new("eu_journal_sanctions", FORMAT, DateOrder::DayFirst, sink)?;
        // The order of files on a command line must not decide who keeps an id.
        let mut files = files.to_vec();
        files.sort_by(|a, b| a.name().cmp(b.name()));
        for file in files {
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
            while let Some(row) = table.next_row()? {
                out.at(row.place);
                out.report.count(&counted);
                listing(&mut out, row, &unknown)?;
            }
        }
        if out.report.entities.is_empty() {
            return Err(out.malformed("no listing", "at least one row"));
        }
        Ok(out.report)
    }
}

fn listing(out: &mut Writer<'_, '_>, row: Row<'_>, unknown: &[String]) -> Result<(), SourceError> {
    let written = row.get("schema");
    let schema = match written {
        "Person" | "LegalEntity" | "Company" | "Organization" | "Vessel" | "Airplane" => written,
        // Ports, airports, economic zones and currencies: the table calls them assets, which the
        // ontology matches by no name. Places are run by somebody one deals with, and a currency is
        // held like a security.
        "Asset" if row.get("measure") == "Financial restrictions" => "Security",
        "Asset" => "Organization",
        other => {
            out.problem("unknown-schema", "schema", other, "taken as LegalEntity");
            "LegalEntity"
        }
    };
    let name = row.get("name");
    let celex = row.first(&["celex", "amendedCelex"]);
    let group = match written {
        "Person" => "person",
        "Vessel" | "Asset" | "Airplane" => "object",
        _ => "organisation",
    };
    let identifiers: String = [
        "imoNumber",
        "innCode",
        "ogrnCode",
        "registrationNumber",
        "passportNumber",
        "idNumber",
    ]
    .map(|c| row.get(c))
    .join("|");
    let steps = [
        String::new(),
        row.get("birthDate").to_owned(),
        identifiers,
        row.get("annex").to_owned(),
        format!(
            "{}|{}|{}",
            row.get("alias"),
            row.get("address"),
            row.get("reason")
        ),
    ];
    let mut key: Vec<&str> = vec![celex, group, name];
    let mut candidates: Vec<CompactString> = Vec::new();
    for step in &steps {
        if candidates.is_empty() || !step.trim_matches('|').is_empty() {
            if !candidates.is_empty() {
                key.push(step);
            }
            candidates.push(content_id("eu-oj", &key));
        }
    }
    let id = out.free_id(candidates, name);
    let mut entity = out.entity(id.clone(), schema);
    if is_bare_place(written, row) {
        // The act lists ports and locks by the name of their town, which alone would meet every
        // address in it.
        let port = format!("Port of {name}");
        out.say_from(&mut entity, "name", "name", &port, name);
        out.say(&mut entity, "name", "weakAlias", name);
    } else {
        names(out, &mut entity, name);
    }
    for (column, property, several) in COLUMNS {
        let cell = row.get(column);
        if cell.is_empty() {
            continue;
        }
        let property = match (schema, *property) {
            ("Vessel" | "Airplane", "incorporationDate") => "buildDate",
            (_, other) => other,
        };
        if !several {
            out.say(&mut entity, column, property, cell);
            continue;
        }
        for part in parts(cell, ";").map(unmarked) {
            match *column {
                "alias" | "weakAlias" | "previousName" => {
                    let whole = (cell, Commas::Belong);
                    out.say_names(&mut entity, column, property, part, whole);
                }
                "birthDate" | "incorporationDate" => {
                    out.say_dates(&mut entity, column, property, part);
                }
                "nationality" | "country" | "jurisdiction" | "flag" => {
                    out.say_countries(&mut entity, column, property, part);
                }
                _ if part == cell => out.say(&mut entity, column, property, cell),
                _ => out.say_from(&mut entity, column, property, part, cell),
            }
        }
    }
    for column in unknown {
        out.keep(&mut entity, column, row.get(column));
    }
    let measure = row.get("measure");
    let topic = match measure {
        "Export control" => "export.control",
        "Investment ban" => "invest.ban",
        _ => "sanction",
    };
    out.say_from(&mut entity, "measure", "topics", topic, measure);
    out.say(
        &mut entity,
        "programKey",
        "programId",
        row.get("programKey"),
    );
    let sanction = sanction(out, &id, row, celex);
    out.emit(entity)?;
    out.emit(sanction)
}

/// Whether a row of an annex of ports and airports gives no more than the name of a town.
fn is_bare_place(written: &str, row: Row<'_>) -> bool {
    let name = row.get("name");
    written == "Asset"
        && row.get("measure") == "Transportation restrictions"
        && !["Airport", "Terminal", "Refinery", "Port", "Lock"]
            .iter()
            .any(|word| name.contains(word))
}

/// A value without the quotes around its list and its mark in it: `"(a) 13.1.1992` is `13.1.1992`.
fn unmarked(part: &str) -> &str {
    let part = part.trim().trim_matches('"').trim_start();
    // Of a list that begins here each part has its mark; that is for whoever parts them.
    match numbered(part) {
        Some(parts) if parts.len() > 1 => part,
        _ => around::unmarked(part),
    }
}

fn names(out: &mut Writer<'_, '_>, entity: &mut Entity, name: &str) {
    let mut first = true;
    for part in parts(name, ";") {
        let property = if first { "name" } else { "alias" };
        out.say_names(entity, "name", property, part, (name, Commas::Belong));
        first = false;
    }
}

fn sanction(out: &mut Writer<'_, '_>, party: &str, row: Row<'_>, celex: &str) -> Entity {
    let amendment = row.get("amendmentCelex");
    let parts = [celex, amendment, row.get("annex"), row.get("measure")];
    let mut sanction = out.entity(content_id(&format!("{party}-sanction"), parts), "Sanction");
    let s = &mut sanction;
    out.say(s, "", "entity", party);
    out.say(s, "", "authority", AUTHORITY);
    out.say(s, "celex", "authorityId", celex);
    if !amendment.is_empty() {
        out.keep(s, "amendmentCelex", amendment);
    }
    let annex = row.get("annex");
    if !annex.is_empty() {
        out.keep(s, "annex", annex);
    }
    for (column, property) in [
        ("recordId", "recordId"),
        ("programKey", "programId"),
        ("measure", "provisions"),
        ("startDate", "startDate"),
        ("reason", "reason"),
    ] {
        out.say(s, column, property, row.get(column));
    }
    sanction
}

#[cfg(test)]
mod tests {
    use super::unmarked;

    #[test]
    fn marks_of_enumerations_go() {
        assert_eq!(unmarked("\"(a) 13.1.1992"), "13.1.1992");
        assert_eq!(unmarked(" (b) 1960\""), "1960");
        assert_eq!(unmarked("(Syria)"), "(Syria)");
    }
}
