//! Japan's list of asset freezes (Ministry of Finance): a workbook with one sheet per programme.
//!
//! 44 sheets have 34 different headers, in rows 2 to 5. A deleted entry stays as a row that says
//! only when it was deleted (`2011.11.18削除`). Numbers of a programme are never given anew, so sheet
//! number and notification number make the id. Dates are serial numbers, typed dates or text.

use compact_str::{CompactString, format_compact};
use interdict_model::Entity;
use interdict_model::date::DateOrder;
use interdict_model::id::{content_id, slug};
use interdict_tables::{DateSystem, Value, Workbook};

use super::text::{self, document_number, is_japanese, territory_of};
use crate::around::Commas;
use crate::error::SourceError;
use crate::publication::{Detection, Format, Probe, RawFile, Report, Sink, Source, StatedDate};
use crate::several::{numbered, says_nothing};
use crate::sheet::{self, SheetTable};
use crate::table::{Records, Row};
use crate::writer::{Writer, one_file};

/// Japan's asset freezes as a workbook.
#[derive(Clone, Copy, Debug, Default)]
pub struct JpMof;

const FORMAT: Format = Format {
    id: "jp-mof-sheet",
    title: "Japanese asset freezes (Ministry of Finance), workbook",
    proven: true,
};

const DATE: &str = "告示日付";
const NUMBER: &str = "告示番号";
const JAPANESE: &str = "日本語表記";
const ENGLISH: &str = "英語表記";
const REQUIRED: &[&str] = &[DATE, NUMBER, JAPANESE, ENGLISH];

/// What a column says of the party.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    Alias,
    WeakAlias,
    FormerName,
    Birth,
    /// Dates of the United Nations, kept as text.
    Kept,
    Document(&'static str),
    Territory,
    Numbered(&'static str),
    Plain(&'static str),
    /// Reason and reference of the sanction.
    OfSanction(&'static str),
}

const COLUMNS: &[(&str, Meaning)] = &[
    ("別名", Meaning::Alias),
    ("別称", Meaning::Alias),
    ("別名・別称", Meaning::Alias),
    ("別称・別名", Meaning::Alias),
    ("別称・旧称", Meaning::Alias),
    ("確定可能な別名", Meaning::Alias),
    ("確定に十分でない別名", Meaning::WeakAlias),
    ("旧称", Meaning::FormerName),
    ("旧称・以前の呼称", Meaning::FormerName),
    ("以前の別名", Meaning::FormerName),
    ("過去の別名", Meaning::FormerName),
    ("生年月日", Meaning::Birth),
    ("生年月日・出生地", Meaning::Birth),
    ("出生地", Meaning::Numbered("birthPlace")),
    ("出生地・出身地", Meaning::Numbered("birthPlace")),
    ("国籍", Meaning::Territory),
    ("旅券番号", Meaning::Document("passportNumber")),
    ("ID番号", Meaning::Document("idNumber")),
    ("身分登録番号", Meaning::Document("idNumber")),
    ("身分証番号", Meaning::Document("idNumber")),
    ("称号", Meaning::Numbered("title")),
    ("役職", Meaning::Numbered("position")),
    ("肩書", Meaning::Numbered("position")),
    ("肩書等", Meaning::Numbered("position")),
    ("住所", Meaning::Numbered("address")),
    ("住所等", Meaning::Numbered("address")),
    ("所在地", Meaning::Numbered("address")),
    ("住所・所在地", Meaning::Numbered("address")),
    (
        "所在地・住所 登録された事務所の住所",
        Meaning::Numbered("address"),
    ),
    ("活動地域・住所", Meaning::Numbered("address")),
    ("電話", Meaning::Plain("phone")),
    ("電話番号", Meaning::Plain("phone")),
    ("FAX", Meaning::Kept),
    ("国連制裁員会による指定日", Meaning::Kept),
    ("国連制裁委員会による指定日", Meaning::Kept),
    ("リスト掲載日", Meaning::Kept),
    ("その他の情報", Meaning::Plain("notes")),
    ("詳細", Meaning::Plain("notes")),
    ("国連参照番号", Meaning::OfSanction("unscId")),
    ("決議1483上の根拠", Meaning::OfSanction("reason")),
    ("指定の根拠", Meaning::OfSanction("reason")),
];

/// Columns that only a person fills.
const OF_PERSONS: &[&str] = &[
    "生年月日",
    "生年月日・出生地",
    "出生地",
    "出生地・出身地",
    "国籍",
    "旅券番号",
    "称号",
    "役職",
];

impl Source for JpMof {
    fn format(&self) -> Format {
        FORMAT
    }

    fn detect(&self, files: &[Probe<'_>]) -> Detection {
        match files {
            [file] if (0..file.sheets.len()).any(|n| file.sheet_has(n, REQUIRED)) => {
                Detection::Yes(format!("sheets with columns {}", REQUIRED.join(", ")))
            }
            _ => Detection::No,
        }
    }

    fn read(&self, files: &[&dyn RawFile], sink: &mut Sink<'_>) -> Result<Report, SourceError> {
        let file = one_file(files)?;
        let mut out = Writer::new("jp_mof_sanctions", FORMAT, DateOrder::Unstated, sink)?;
        out.file(file.name());
        let mut book = sheet::open(file)?;
        sheet::report_findings(&book, file.name(), &mut out.report);
        let mut newest = None;
        for index in 0..book.sheets().len() {
            read_sheet(&mut out, &mut book, file.name(), index, &mut newest)?;
        }
        if out.report.entities.is_empty() {
            return Err(out.malformed("no entry", "sheets with entries"));
        }
        out.report.stated_date = newest.map(|value| StatedDate {
            value,
            field: format!("newest {DATE}"),
        });
        Ok(out.report)
    }
}

fn read_sheet(
    out: &mut Writer<'_, '_>,
    book: &mut Workbook,
    file: &str,
    index: usize,
    newest: &mut Option<String>,
) -> Result<(), SourceError> {
    let name = book
        .sheets()
        .get(index)
        .map(|s| s.name.clone())
        .unwrap_or_default();
    let system = book.date_system();
    let mut table = match SheetTable::open(book, file, index, REQUIRED) {
        Ok(table) => table,
        // The index, and sheets of a programme that has ended, hold a notice only.
        Err(SourceError::Malformed { .. }) => {
            out.report.count(&format!("{file} sheets without entries"));
            return Ok(());
        }
        Err(error) => return Err(error),
    };
    let digits: String = name.chars().take_while(char::is_ascii_digit).collect();
    let sheet = if digits.is_empty() {
        format!("s{}", index + 1)
    } else {
        digits
    };
    let mut current: Option<(Entity, Entity)> = None;
    while let Some(row) = table.next_row()? {
        out.at(row.place);
        if row.filled().next().is_none() {
            continue;
        }
        if row.get(NUMBER).is_empty() {
            // The text of a cell that is merged over several rows goes on.
            out.report.count(&format!("{file} continued rows"));
            for (column, cell) in row.filled() {
                match &mut current {
                    Some((party, _)) => out.say(party, column, "notes", cell),
                    None => out.problem("orphan", column, cell, "no entry above; not kept"),
                }
            }
            continue;
        }
        finish(out, current.take())?;
        let dates = row.get(DATE);
        if dates.contains("削除") {
            out.report.count(&format!("{file} deleted rows"));
            let day = dates.split("削除").next().and_then(dotted);
            *newest = newest.take().max(day);
            continue;
        }
        out.report.count(&format!("{file} entries"));
        if row.get(JAPANESE).is_empty() && row.get(ENGLISH).is_empty() {
            out.problem(
                "no-name",
                NUMBER,
                row.get(NUMBER),
                "an entry without a name; not kept",
            );
            continue;
        }
        let (mut party, mut sanction) = begin(out, &sheet, &name, row);
        notified(out, &mut party, &mut sanction, dates, newest);
        for (column, cell) in row.filled() {
            describe(out, &mut party, &mut sanction, row, column, cell, system);
        }
        current = Some((party, sanction));
    }
    finish(out, current)
}

fn finish(out: &mut Writer<'_, '_>, entry: Option<(Entity, Entity)>) -> Result<(), SourceError> {
    if let Some((party, sanction)) = entry {
        out.emit(party)?;
        out.emit(sanction)?;
    }
    Ok(())
}

fn begin(out: &mut Writer<'_, '_>, sheet: &str, title: &str, row: Row<'_>) -> (Entity, Entity) {
    let number = row.get(NUMBER);
    let key = slug(number).unwrap_or_else(|| content_id("n", [number]));
    let name = if row.get(ENGLISH).is_empty() {
        row.get(JAPANESE)
    } else {
        row.get(ENGLISH)
    };
    let id = out.free_id([format_compact!("jp-mof-{sheet}-{key}")], name);
    let is_person = OF_PERSONS.iter().any(|c| !says_nothing(row.get(c)));
    let schema = if title.contains("個人") && !title.contains("団体") || is_person {
        "Person"
    } else if title.contains("団体") || title.contains("銀行") {
        "Organization"
    } else {
        "LegalEntity"
    };
    let mut party = out.entity(id.clone(), schema);
    out.say(&mut party, "", "topics", "sanction");
    for name in text::names(row.get(ENGLISH)) {
        let script = name.text.strip_prefix("original script:");
        let property = match script {
            Some(_) => "alias",
            None if party.first("name").is_none() => "name",
            None => "alias",
        };
        let value = script.unwrap_or(name.text);
        out.say_from(&mut party, ENGLISH, property, value, row.get(ENGLISH));
    }
    let property = if party.first("name").is_some() {
        "alias"
    } else {
        "name"
    };
    out.say_in(
        &mut party,
        JAPANESE,
        property,
        row.get(JAPANESE),
        Some("jpn"),
    );
    let key: CompactString = content_id(&format!("{id}-sanction"), [id.as_str()]);
    let mut sanction = out.entity(key, "Sanction");
    out.say(&mut sanction, "", "entity", &id);
    out.say(
        &mut sanction,
        "",
        "authority",
        "Ministry of Finance of Japan",
    );
    out.say(&mut sanction, "sheet", "program", title);
    out.say(&mut sanction, NUMBER, "recordId", number);
    (party, sanction)
}

/// `2001.9.22`, and a line `2008.6.25改訂` for each later change.
fn notified(
    out: &mut Writer<'_, '_>,
    party: &mut Entity,
    sanction: &mut Entity,
    dates: &str,
    newest: &mut Option<String>,
) {
    for line in dates.lines().map(str::trim).filter(|l| !l.is_empty()) {
        let (day, changed) = match line.strip_suffix("改訂") {
            Some(day) => (day, true),
            None => (line, false),
        };
        match dotted(day) {
            Some(day) if changed => out.say_from(party, DATE, "modifiedAt", &day, line),
            Some(day) => out.say_from(sanction, DATE, "listingDate", &day, line),
            None => {
                out.keep(sanction, DATE, line);
                out.problem("invalid-value", DATE, line, "no date; kept in notes");
            }
        }
        *newest = newest.take().max(dotted(day));
    }
}

/// `2001.9.22` as an ISO date.
fn dotted(day: &str) -> Option<String> {
    let mut parts = day.trim().split('.');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let number = |text: &str, most: usize| {
        let ok = (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        ok.then(|| format!("{text:0>2}"))
    };
    let year = (year.len() == 4).then(|| number(year, 4)).flatten()?;
    parts
        .next()
        .is_none()
        .then_some(format!("{year}-{}-{}", number(month, 2)?, number(day, 2)?))
}

fn describe(
    out: &mut Writer<'_, '_>,
    party: &mut Entity,
    sanction: &mut Entity,
    row: Row<'_>,
    column: &str,
    cell: &str,
    system: DateSystem,
) {
    if REQUIRED.contains(&column) || says_nothing(cell) {
        return;
    }
    let Some((_, meaning)) = COLUMNS.iter().find(|(title, _)| *title == column) else {
        out.keep(party, column, cell);
        out.problem("unknown-column", column, cell, "kept in notes");
        return;
    };
    match *meaning {
        Meaning::Alias => say_names(out, party, column, "alias", cell),
        Meaning::WeakAlias => say_names(out, party, column, "weakAlias", cell),
        Meaning::FormerName => say_names(out, party, column, "previousName", cell),
        Meaning::Birth => births(out, party, row, column, cell, system),
        Meaning::Kept => {
            let day = serial(row.value(column), system);
            out.keep(party, column, day.as_deref().unwrap_or(cell));
        }
        Meaning::Document(property) => {
            for part in numbered(cell).unwrap_or_else(|| vec![cell]) {
                if says_nothing(part) {
                    continue;
                }
                match document_number(part) {
                    Some(number) => out.say_from(party, column, property, &number, part),
                    None => out.keep(party, column, part),
                }
            }
        }
        Meaning::Territory => {
            let parts = numbered(cell).unwrap_or_else(|| cell.split(['、', '\n', ',']).collect());
            for part in parts.into_iter().filter(|p| !says_nothing(p)) {
                let code = territory_of(part).map(|t| t.ftm_code());
                let property = match party.schema.property("nationality") {
                    Some(_) => "nationality",
                    None => "country",
                };
                out.say_from(party, column, property, code.unwrap_or(part), cell);
            }
        }
        Meaning::Numbered(property) => out.say_numbered(party, column, property, cell),
        Meaning::Plain(property) => out.say(party, column, property, cell),
        Meaning::OfSanction(property) => out.say(sanction, column, property, cell),
    }
}

fn say_names(
    out: &mut Writer<'_, '_>,
    party: &mut Entity,
    column: &str,
    property: &str,
    cell: &str,
) {
    for name in text::names(cell) {
        let property = if name.is_former {
            "previousName"
        } else {
            property
        };
        if is_japanese(name.text) && name.text == cell {
            out.say_in(party, column, property, name.text, Some("jpn"));
        } else {
            let whole = (cell, Commas::Belong);
            out.say_names(party, column, property, name.text, whole);
        }
    }
    if text::says_more(cell) {
        out.keep(party, column, cell);
    }
}

/// A date that was typed as one, a serial number, a year, or text.
fn births(
    out: &mut Writer<'_, '_>,
    party: &mut Entity,
    row: Row<'_>,
    column: &str,
    cell: &str,
    system: DateSystem,
) {
    match row.value(column) {
        Some(Value::Moment(_)) => out.say(party, column, "birthDate", cell),
        Some(value @ Value::Number(_)) => match serial(Some(value), system) {
            Some(day) => out.say_from(party, column, "birthDate", &day, cell),
            None => out.say_dates(party, column, "birthDate", cell),
        },
        _ => {
            let dates = text::dates(cell);
            for date in &dates {
                out.say_from(party, column, "birthDate", date, cell);
            }
            if dates.is_empty() {
                out.say_dates(party, column, "birthDate", cell);
            } else if column != "生年月日" {
                out.keep(party, column, cell);
            }
        }
    }
}

/// A number without a date format that can only be a serial: years end at 3000, and serials of
/// people's lives begin behind it (3001 is 1908-03-19).
fn serial(value: Option<&Value>, system: DateSystem) -> Option<String> {
    match value? {
        Value::Number(number) if *number > 3000.0 => system.day(*number).map(|d| d.to_string()),
        Value::Moment(moment) => Some(moment.iso()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_notification() {
        assert_eq!(dotted("2001.9.22").as_deref(), Some("2001-09-22"));
        assert_eq!(dotted("2007.713"), None);
        assert_eq!(dotted("2007.7.13.1"), None);
    }

    #[test]
    fn a_serial_is_no_year() {
        let day = |n: f64| serial(Some(&Value::Number(n)), DateSystem::From1900);
        assert_eq!(day(13_633.0).as_deref(), Some("1937-04-28"));
        assert_eq!(day(1965.0), None);
    }
}
