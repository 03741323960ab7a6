//! World Bank list of ineligible firms and individuals, the JSON answer of its interface.
//!
//! `response.ZPROCSUPP` is one array of flat objects, a firm for each place it works in. Permanent
//! is written as the day 2999-12-31, which is no date; marks such as `*356` refer to footnotes of
//! the web page.

use std::io::BufReader;

use compact_str::format_compact;
use interdict_model::date::DateOrder;
use interdict_model::id::content_id;
use interdict_model::{Entity, Place, territory};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::error::SourceError;
use crate::publication::{Detection, Format, Probe, RawFile, Report, Sink, Source, StatedDate};
use crate::writer::{Writer, join, one_file};

/// The World Bank's list.
#[derive(Clone, Copy, Debug, Default)]
pub struct WorldBank;

const FORMAT: Format = Format {
    id: "worldbank-json",
    title: "World Bank ineligible firms and individuals, JSON",
    proven: true,
};

/// The day that stands for "permanent".
const PERMANENT: &str = "2999-12-31";

/// Fields that say how the bank's own system works, or when and by whom a row was touched.
const INTERNAL: &[&str] = &[
    "MANDT",
    "LEGACY_FLG",
    "UN_SUPP_FLG",
    "CRIS_SUPP_ID",
    "CRPD_MATCH",
    "CRPD_STAT",
    "CREATE_USER",
    "CREATE_DATE",
    "CREATE_TIME",
    "UPD_USER",
    "UPD_TIME",
    "CREATE_USER_NAME",
    "UPD_USER_NAME",
    "RECHK_IND",
    "LAST_REFRESH_DATE",
];

#[derive(Deserialize)]
struct Answer {
    response: Response,
}

#[derive(Deserialize)]
struct Response {
    #[serde(rename = "ZPROCSUPP")]
    records: Vec<Map<String, Value>>,
}

impl Source for WorldBank {
    fn format(&self) -> Format {
        FORMAT
    }

    fn detect(&self, files: &[Probe<'_>]) -> Detection {
        let [file] = files else {
            return Detection::No;
        };
        let start = String::from_utf8_lossy(file.head.get(..4096).unwrap_or(file.head));
        if start.trim_start().starts_with('{') && start.contains("\"ZPROCSUPP\"") {
            Detection::Yes("an object with response.ZPROCSUPP".to_owned())
        } else {
            Detection::No
        }
    }

    fn read(&self, files: &[&dyn RawFile], sink: &mut Sink<'_>) -> Result<Report, SourceError> {
        let file = one_file(files)?;
        let mut out = Writer::new("worldbank_debarred", FORMAT, DateOrder::Unstated, sink)?;
        out.file(file.name());
        let reader = file.open().map_err(|source| SourceError::Io {
            file: file.name().to_owned(),
            source,
        })?;
        let answer: Answer = serde_json::from_reader(BufReader::new(reader)).map_err(|error| {
            SourceError::Malformed {
                file: file.name().to_owned(),
                place: Some(Place::Line(error.line() as u64)),
                found: error.to_string(),
                expected: "an answer of the World Bank with response.ZPROCSUPP".to_owned(),
            }
        })?;
        let mut newest: Option<String> = None;
        let counted = format!("{} records", file.name());
        for (number, record) in (1..).zip(&answer.response.records) {
            // The answer is one line; the place is the number of the record.
            out.at(Place::Row {
                sheet: 1,
                row: number,
            });
            out.report.count(&counted);
            let updated = text(record, "UPD_DATE");
            if let Some(day) = updated.get(..10) {
                newest = newest.max(Some(day.to_owned()));
            }
            entry(&mut out, record)?;
        }
        if out.report.entities.is_empty() {
            return Err(out.malformed("no record", "at least one record"));
        }
        out.report.stated_date = newest.map(|value| StatedDate {
            value,
            field: "newest UPD_DATE".to_owned(),
        });
        Ok(out.report)
    }
}

/// A field as text; numbers as they are written.
fn text(record: &Map<String, Value>, field: &str) -> String {
    match record.get(field) {
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::Bool(value)) => value.to_string(),
        _ => String::new(),
    }
}

fn entry(out: &mut Writer<'_, '_>, record: &Map<String, Value>) -> Result<(), SourceError> {
    let get = |field: &str| text(record, field);
    let number = get("SUPP_ID");
    if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit()) {
        return Err(out.malformed(format!("SUPP_ID {number:?}"), "a number"));
    }
    let schema = match get("SUPP_TYPE_CODE").as_str() {
        "F" => "Company",
        "I" => "Person",
        "U" | "C" => "LegalEntity",
        other => {
            out.problem(
                "unknown-schema",
                "SUPP_TYPE_CODE",
                other,
                "taken as LegalEntity",
            );
            "LegalEntity"
        }
    };
    let id = out.free_id([format_compact!("wbdeb-{number}")], &get("SUPP_NAME"));
    let mut party = out.entity(id.clone(), schema);
    let e = &mut party;
    let name = get("SUPP_NAME");
    match name.strip_prefix("MR. ").or(name.strip_prefix("MS. ")) {
        Some(plain) => {
            out.say_from(e, "SUPP_NAME", "name", plain, &name);
            let title = name.get(..3).unwrap_or_default();
            out.say_from(e, "SUPP_NAME", "title", title, &name);
        }
        None => out.say(e, "SUPP_NAME", "name", &name),
    }
    let country = if schema == "Person" {
        "country"
    } else {
        "jurisdiction"
    };
    let written = get("COUNTRY_NAME");
    match territory::lookup(&written) {
        Some(_) => out.say(e, "COUNTRY_NAME", country, &written),
        // `Egypt, Arab Republic of`
        None => out.say_from(e, "LAND1", country, &get("LAND1"), &written),
    }
    let lines = [
        "SUPP_ADDR",
        "SUPP_CITY",
        "SUPP_STATE_CODE",
        "SUPP_PROV_NAME",
        "SUPP_ZIP_CODE",
        "SUPP_POST_CODE",
    ];
    let address: Vec<String> = lines.iter().map(|f| get(f)).collect();
    let has_address = address.iter().any(|l| !l.is_empty());
    let land = if has_address {
        get("COUNTRY_NAME")
    } else {
        String::new()
    };
    let whole = join(address.iter().chain([&land]).map(|l| Some(l.as_str())));
    out.say(e, "SUPP_ADDR to SUPP_POST_CODE", "address", &whole);
    out.say(e, "REGISTER_ID", "registrationNumber", &get("REGISTER_ID"));
    additional(out, e, &get("ADD_SUPP_INFO"));
    out.say(e, "UPD_DATE", "modifiedAt", &get("UPD_DATE"));
    out.say(e, "", "topics", "debarment");

    let mut sanction = out.entity(content_id(&format!("{id}-sanction"), [&id]), "Sanction");
    let s = &mut sanction;
    out.say(s, "", "entity", &id);
    out.say(s, "", "authority", "World Bank Group");
    out.say(s, "SUPP_ID", "recordId", &number);
    out.say(s, "DEBAR_REASON", "reason", &get("DEBAR_REASON"));
    out.say(s, "DEBAR_FROM_DATE", "startDate", &get("DEBAR_FROM_DATE"));
    match get("DEBAR_TO_DATE") {
        day if day.starts_with(PERMANENT) => {
            let state = get("INELIGIBLY_STATUS");
            let state = if state.is_empty() {
                "Permanent"
            } else {
                state.as_str()
            };
            out.say_from(s, "DEBAR_TO_DATE", "duration", state, &day);
        }
        day => out.say(s, "DEBAR_TO_DATE", "endDate", &day),
    }
    out.say(s, "ELIG_STAT", "status", &get("ELIG_STAT"));
    const SAID: &[&str] = &[
        "SUPP_ID",
        "SUPP_NAME",
        "SUPP_TYPE_CODE",
        "LAND1",
        "COUNTRY_NAME",
        "ADD_SUPP_INFO",
        "REGISTER_ID",
        "UPD_DATE",
        "DEBAR_REASON",
        "DEBAR_FROM_DATE",
        "DEBAR_TO_DATE",
        "ELIG_STAT",
        "INELIGIBLY_STATUS",
    ];
    const KEPT: &[&str] = &[
        "SUPP_PRE_ACRN",
        "SUPP_POST_ACRN",
        "INELIG_FLG",
        "DEBAR_TYPE",
        "AML_ENTR_IND",
        "DNB_ID",
        "DNB_PAR_ID",
        "DNB_ULTM_ID",
        "SUPP_ELIG_STAT",
        "REGISTER",
        "PARENT",
    ];
    for field in record.keys().map(String::as_str) {
        if SAID.contains(&field) || INTERNAL.contains(&field) || lines.contains(&field) {
            continue;
        }
        let value = get(field);
        out.keep(&mut party, field, &value);
        if !KEPT.contains(&field) && !value.is_empty() {
            out.problem("unknown-column", field, &value, "kept in notes");
        }
    }
    out.emit(party)?;
    out.emit(sanction)
}

/// Words with which an additional text begins, and what follows them.
const WORDS: &[(&str, &str)] = &[
    ("FORMERLY KNOWN AS", "previousName"),
    ("FORMERLY", "previousName"),
    ("F/K/A", "previousName"),
    ("FKA", "previousName"),
    ("ALSO D/B/A", "alias"),
    ("D/B/A", "alias"),
    ("ALSO KNOWN AS", "alias"),
    ("A/K/A", "alias"),
    ("A.K.A.", "alias"),
    ("AKA", "alias"),
    ("REGISTRATION", "registrationNumber"),
    ("REG. NO", "registrationNumber"),
    ("REG.NO", "registrationNumber"),
    ("TIN NO", "taxNumber"),
];

/// The additional text: a name in the firm's own script, another name, a number, or a remark; with the
/// mark of a footnote.
fn additional(out: &mut Writer<'_, '_>, party: &mut Entity, text: &str) {
    const FIELD: &str = "ADD_SUPP_INFO";
    let mut rest = text.to_owned();
    if let Some(at) = text.find('*') {
        let digits = text.get(at + 1..).unwrap_or_default();
        let end = at + 1 + digits.bytes().take_while(u8::is_ascii_digit).count();
        out.keep(party, FIELD, text.get(at..end).unwrap_or_default());
        rest.replace_range(at..end, " ");
    }
    let rest = rest.trim();
    let inner = rest
        .strip_prefix('(')
        .and_then(|r| r.strip_suffix(')'))
        .unwrap_or(rest)
        .trim();
    let upper = inner.to_ascii_uppercase();
    let found = WORDS.iter().find(|(word, _)| upper.starts_with(word));
    let own_script = |c: char| c.is_alphabetic() && !c.is_ascii() && c > '\u{36f}';
    match found {
        Some((word, property)) if party.schema.property(property).is_some() => {
            let value = inner.get(word.len()..).unwrap_or_default();
            let value = value.trim_start_matches([':', '.', ' ', '#']);
            out.say_from(party, FIELD, property, value, text);
        }
        None if inner.chars().any(own_script) => {
            out.say_from(party, FIELD, "alias", inner, text);
        }
        _ => out.keep(party, FIELD, rest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn additional_texts() {
        let check = |text: &str, property: &str, expected: &str| {
            let mut sink = |_| Ok(());
            let mut out =
                Writer::new("worldbank_debarred", FORMAT, DateOrder::Unstated, &mut sink).unwrap();
            let mut party = out.entity("x", "Company");
            additional(&mut out, &mut party, text);
            let values: Vec<&str> = party.values(property).collect();
            assert_eq!(values, [expected], "{text:?}");
        };
        check("*356", "notes", "ADD_SUPP_INFO: *356");
        check("(also d/b/a Made Ltd) *516", "alias", "Made Ltd");
        check("(FORMERLY KNOWN AS OLD CO) *456", "previousName", "OLD CO");
        check("(Reg. No: 61521) *696", "registrationNumber", "61521");
        check("(虚构公司) *301", "alias", "虚构公司");
        check("a remark", "notes", "ADD_SUPP_INFO: a remark");
    }
}
