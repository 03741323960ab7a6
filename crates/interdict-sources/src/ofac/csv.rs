//! The legacy CSV set: `sdn.csv` with `add.csv`, `alt.csv` and `sdn_comments.csv`, and the same
//! four for the consolidated list.
//!
//! Layout: OFAC's "SDN data specification" (`dat_spec.txt`): no header, `-0-` for null, twelve,
//! six, five and two columns, which tells the files apart. A last line holds the byte 1A.

use std::collections::HashMap;
use std::sync::Arc;

use csv::{ReaderBuilder, StringRecord};
use interdict_model::Place;

use super::emit::Emitter;
use super::links::NameIndex;
use super::party::{Address, Fact, Kind, Party, Tie};
use super::remarks;
use super::{List, io_error, malformed};
use crate::SourceError;
use crate::input::{MAX_RECORD_BYTES, RecordGuard, RecordMark};
use crate::publication::{Detection, Format, Probe, Problem, RawFile, Report, Sink, Source};

/// Reads the legacy CSV set of one of the two lists.
#[derive(Debug)]
pub struct OfacCsv {
    list: List,
}

/// The SDN list as CSV set.
pub static SDN_CSV: OfacCsv = OfacCsv { list: List::Sdn };
/// The consolidated list as CSV set.
pub static CONS_CSV: OfacCsv = OfacCsv { list: List::Cons };

const NULL: &str = "-0-";

/// What a file of the set holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Primary,
    Address,
    Alias,
    Comment,
}

impl Role {
    /// From the first record.
    fn of(record: &StringRecord) -> Option<Role> {
        let first = record.get(0)?;
        if first.is_empty() || !first.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        match record.len() {
            12.. => Some(Role::Primary),
            6 => Some(Role::Address),
            5 => Some(Role::Alias),
            2 => Some(Role::Comment),
            _ => None,
        }
    }

    fn columns(self) -> &'static [&'static str] {
        match self {
            Role::Primary => &[
                "Ent_num",
                "SDN_Name",
                "SDN_Type",
                "Program",
                "Title",
                "Call_Sign",
                "Vess_type",
                "Tonnage",
                "GRT",
                "Vess_flag",
                "Vess_owner",
                "Remarks",
            ],
            Role::Address => &[
                "Ent_num",
                "Add_num",
                "Address",
                "City",
                "Country",
                "Add_remarks",
            ],
            Role::Alias => &["Ent_num", "Alt_num", "Alt_type", "Alt_name", "Alt_remarks"],
            Role::Comment => &["Ent_num", "Remarks"],
        }
    }
}

impl Source for OfacCsv {
    fn format(&self) -> Format {
        match self.list {
            List::Sdn => Format {
                id: "ofac-sdn-csv",
                title: "OFAC SDN list, legacy CSV set (sdn, alt, add, sdn_comments)",
                proven: true,
            },
            List::Cons => Format {
                id: "ofac-cons-csv",
                title: "OFAC consolidated list, legacy CSV set (cons_prim, cons_alt, cons_add, cons_comments)",
                proven: true,
            },
        }
    }

    fn detect(&self, files: &[Probe<'_>]) -> Detection {
        let mut primary = None;
        for file in files {
            let Some(record) = first_record(file.head) else {
                return Detection::No;
            };
            match Role::of(&record) {
                Some(Role::Primary) if primary.is_none() => primary = Some((file.name, record)),
                Some(Role::Primary) | None => return Detection::No,
                Some(_) => {}
            }
        }
        let Some((name, record)) = primary else {
            return Detection::No;
        };
        let program = record.get(3).unwrap_or_default();
        if List::guess(name, program) == Some(self.list) {
            Detection::Yes(format!(
                "{name}: twelve columns without header, the first a number"
            ))
        } else {
            Detection::No
        }
    }

    fn read(&self, files: &[&dyn RawFile], sink: &mut Sink<'_>) -> Result<Report, SourceError> {
        let dataset = self.list.dataset();
        let mut report = Report::new(dataset.clone(), self.format());
        let set = Set::open(files, &mut report)?;
        let names = set.names()?;
        let emitter = Emitter {
            dataset: &dataset,
            names: &names,
        };
        set.emit(&emitter, &mut report, sink)?;
        Ok(report)
    }
}

fn first_record(head: &[u8]) -> Option<StringRecord> {
    // A cut-off last line is no matter: only the first record is looked at.
    let end = head.iter().position(|&b| b == b'\n').unwrap_or(head.len());
    let line = std::str::from_utf8(head.get(..end)?).ok()?;
    reader(line.trim_start_matches('\u{feff}').as_bytes())
        .records()
        .next()?
        .ok()
}

fn reader<R: std::io::Read>(input: R) -> csv::Reader<R> {
    ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(input)
}

/// A row of a side file.
struct Row {
    line: u64,
    record: StringRecord,
}

/// The rows of a side file by entity number, in file order.
struct Side {
    file: Arc<str>,
    role: Role,
    rows: HashMap<String, Vec<Row>>,
}

struct Set<'f> {
    primary: &'f dyn RawFile,
    sides: Vec<Side>,
}

/// Calls `each` for every row of a file, with its line; checks numbers and column counts.
fn each_row(
    file: &dyn RawFile,
    expected: Option<Role>,
    mut each: impl FnMut(Role, u64, StringRecord) -> Result<(), SourceError>,
) -> Result<Option<Role>, SourceError> {
    let crlf = ends_lines_with_crlf(file)?;
    let open = file.open().map_err(|e| io_error(file.name(), e))?;
    let (guard, mark): (_, RecordMark) = RecordGuard::new(open, MAX_RECORD_BYTES);
    let mut reader = reader(guard);
    let mut record = StringRecord::new();
    let mut role = expected;
    loop {
        let line = reader.position().line();
        match reader.read_record(&mut record) {
            Ok(false) => return Ok(role),
            Ok(true) => {}
            Err(error) => return Err(csv_error(file.name(), line, error)),
        }
        mark.done();
        let line = record.position().map_or(line, |p| {
            // The parser takes the carriage return as the end and the line feed as part of the
            // next record, whose line it then counts one short.
            p.line() + u64::from(crlf && p.byte() > 0)
        });
        if record.len() == 1
            && record
                .get(0)
                .is_some_and(|v| v.trim_matches(['\u{1a}', ' ']).is_empty())
        {
            continue;
        }
        let found = Role::of(&record);
        let role = match (role, found) {
            (Some(known), _) => known,
            (None, Some(found)) => *role.insert(found),
            (None, None) => {
                return Err(malformed(
                    file.name(),
                    line,
                    format!(
                        "a record of {} columns that starts with {:?}",
                        record.len(),
                        record.get(0).unwrap_or_default()
                    ),
                    "the OFAC layout: 12 columns (primary), 6 (addresses), 5 (aliases) or 2 (comments), the first a number",
                ));
            }
        };
        if record.len() < role.columns().len() {
            let missing = role
                .columns()
                .get(record.len())
                .copied()
                .unwrap_or_default();
            return Err(malformed(
                file.name(),
                line,
                format!("{} columns", record.len()),
                &format!(
                    "{} columns; {missing} and what follows are missing",
                    role.columns().len()
                ),
            ));
        }
        if found.is_none() && !record.get(0).is_some_and(is_number) {
            return Err(malformed(
                file.name(),
                line,
                format!("entity number {:?}", record.get(0).unwrap_or_default()),
                "a number",
            ));
        }
        each(role, line, std::mem::take(&mut record))?;
    }
}

fn ends_lines_with_crlf(file: &dyn RawFile) -> Result<bool, SourceError> {
    let head = crate::detect::head(file)?;
    let end = head.iter().position(|&b| b == b'\n');
    Ok(end.is_some_and(|end| end > 0 && head.get(end - 1) == Some(&b'\r')))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn csv_error(file: &str, line: u64, error: csv::Error) -> SourceError {
    let at = error.position().map_or(line, csv::Position::line);
    match error.into_kind() {
        csv::ErrorKind::Io(e) if e.kind() == std::io::ErrorKind::InvalidData => {
            malformed(file, at, e.to_string(), "rows of a list")
        }
        csv::ErrorKind::Io(e) => io_error(file, e),
        csv::ErrorKind::Utf8 { err, .. } => malformed(
            file,
            at,
            format!("bytes that are not UTF-8 in column {}", err.field() + 1),
            "UTF-8; the list is ASCII as published",
        ),
        other => malformed(file, at, format!("{other:?}"), "rows of a list"),
    }
}

/// A value, or `None` for OFAC's null.
fn value(record: &StringRecord, column: usize) -> Option<&str> {
    record
        .get(column)
        .map(str::trim)
        .filter(|v| !v.is_empty() && *v != NULL)
}

impl<'f> Set<'f> {
    fn open(files: &[&'f dyn RawFile], report: &mut Report) -> Result<Set<'f>, SourceError> {
        let mut primary: Option<&'f dyn RawFile> = None;
        let mut sides: Vec<Side> = Vec::new();
        for &file in files {
            let role = role_of(file)?;
            match role {
                Some(Role::Primary) => match primary {
                    None => primary = Some(file),
                    Some(first) => {
                        return Err(malformed(
                            file.name(),
                            1,
                            format!("a second primary file beside {}", first.name()),
                            "one primary file per publication",
                        ));
                    }
                },
                Some(role) => {
                    let name: Arc<str> = file.name().into();
                    let mut rows: HashMap<String, Vec<Row>> = HashMap::new();
                    each_row(file, Some(role), |_, line, record| {
                        report.count(&format!("{name} rows"));
                        let key = record.get(0).unwrap_or_default().to_owned();
                        rows.entry(key).or_default().push(Row { line, record });
                        Ok(())
                    })?;
                    sides.push(Side {
                        file: name,
                        role,
                        rows,
                    });
                }
                None => {}
            }
        }
        match primary {
            Some(primary) => Ok(Set { primary, sides }),
            None => Err(SourceError::UnknownFormat {
                file: files
                    .first()
                    .map_or_else(String::new, |f| f.name().to_owned()),
                found: "side files of an OFAC CSV set without the primary one".to_owned(),
            }),
        }
    }

    /// A first pass over names, so that a link to a later row resolves.
    fn names(&self) -> Result<NameIndex, SourceError> {
        let mut names = NameIndex::default();
        let mut seen: HashMap<String, u64> = HashMap::new();
        each_row(self.primary, Some(Role::Primary), |_, line, record| {
            let uid = record.get(0).unwrap_or_default();
            if let Some(first) = seen.insert(uid.to_owned(), line) {
                return Err(malformed(
                    self.primary.name(),
                    line,
                    format!("entity number {uid} again, first in line {first}"),
                    "every entity once",
                ));
            }
            if let Some(name) = value(&record, 1) {
                names.add_primary(name, uid);
            }
            Ok(())
        })?;
        for side in self.sides.iter().filter(|s| s.role == Role::Alias) {
            for (uid, rows) in &side.rows {
                if seen.contains_key(uid) {
                    for name in rows.iter().filter_map(|row| value(&row.record, 3)) {
                        names.add_alias(name, uid);
                    }
                }
            }
        }
        Ok(names)
    }

    fn emit(
        mut self,
        emitter: &Emitter<'_>,
        report: &mut Report,
        sink: &mut Sink<'_>,
    ) -> Result<(), SourceError> {
        let file: Arc<str> = self.primary.name().into();
        let sides = &mut self.sides;
        each_row(self.primary, Some(Role::Primary), |_, line, record| {
            report.count(&format!("{file} rows"));
            let party = party(&file, line, &record, sides, report)?;
            emitter.emit(&party, report, sink)
        })?;
        for side in &self.sides {
            report_orphans(side, report);
        }
        Ok(())
    }
}

fn role_of(file: &dyn RawFile) -> Result<Option<Role>, SourceError> {
    let head = crate::detect::head(file)?;
    match first_record(&head) {
        Some(record) if Role::of(&record).is_some() => Ok(Role::of(&record)),
        // An empty comments file is published when no remark is too long; the last line of every
        // file holds the byte 1A.
        _ if head
            .iter()
            .all(|b| matches!(b, 0x1a | b' ' | b'\r' | b'\n')) =>
        {
            Ok(None)
        }
        _ => each_row(file, None, |_, _, _| Ok(())),
    }
}

fn report_orphans(side: &Side, report: &mut Report) {
    let mut orphans: Vec<(&String, &Row)> = side
        .rows
        .iter()
        .flat_map(|(uid, rows)| rows.iter().map(move |row| (uid, row)))
        .collect();
    orphans.sort_by_key(|(_, row)| row.line);
    for (uid, row) in orphans {
        report.problem(Problem {
            file: Arc::clone(&side.file),
            place: Some(Place::Line(row.line)),
            kind: "orphan",
            field: "Ent_num".to_owned(),
            value: uid.clone(),
            note:
                "no row of the primary file has this number; left out (files of different dates?)"
                    .to_owned(),
        });
    }
}

fn party(
    file: &Arc<str>,
    line: u64,
    record: &StringRecord,
    sides: &mut [Side],
    report: &mut Report,
) -> Result<Party, SourceError> {
    let uid = record.get(0).unwrap_or_default();
    let kind_text = value(record, 2).unwrap_or_default();
    let kind = Kind::read(kind_text).ok_or_else(|| {
        malformed(
            file,
            line,
            format!("SDN_Type {kind_text:?}"),
            "individual, vessel, aircraft, or -0- for an entity",
        )
    })?;
    let Some(name) = value(record, 1) else {
        return Err(malformed(file, line, "no SDN_Name".to_owned(), "a name"));
    };
    let mut party = Party::new(uid, kind);
    let place = Place::Line(line);
    let name_fact = Fact::Name {
        property: "name",
        text: name.to_owned(),
    };
    party.push(name_fact, file, place, "SDN_Name");
    for code in value(record, 3).unwrap_or_default().split("] [") {
        let code = code.trim_matches(['[', ']', ' ']);
        if !code.is_empty() {
            party.push(Fact::Program(code.to_owned()), file, place, "Program");
        }
    }
    for title in value(record, 4).unwrap_or_default().split(';') {
        if !title.trim().is_empty() {
            party.push(Fact::say(&["position"], title), file, place, "Title");
        }
    }
    let columns: [(usize, &str, &'static [&'static str]); 5] = [
        (5, "Call_Sign", &["callSign"]),
        (6, "Vess_type", &["type"]),
        (7, "Tonnage", &["tonnage"]),
        (8, "GRT", &["grossRegisteredTonnage"]),
        (9, "Vess_flag", &["flag", "country"]),
    ];
    for (column, field, properties) in columns {
        if let Some(text) = value(record, column) {
            party.push(Fact::say(properties, text), file, place, field);
        }
    }
    if let Some(owner) = value(record, 10) {
        party.push(
            Fact::Tie(Tie::Owner, owner.to_owned()),
            file,
            place,
            "Vess_owner",
        );
    }
    extra_columns(&mut party, file, line, record, Role::Primary, report);
    let mut remark = record.get(11).unwrap_or_default().trim().to_owned();
    if remark == NULL {
        remark.clear();
    }
    for side in sides.iter_mut() {
        for row in side.rows.remove(uid).unwrap_or_default() {
            let place = Place::Line(row.line);
            match side.role {
                // The comments file continues a remark that reached the 1,000 characters of
                // its field, in the middle of a word.
                Role::Comment => {
                    let more = row.record.get(1).unwrap_or_default().trim();
                    if more != NULL {
                        remark.push_str(more);
                    }
                }
                Role::Alias => alias(&mut party, &side.file, place, &row.record),
                Role::Address => address(&mut party, &side.file, place, &row.record),
                Role::Primary => {}
            }
            extra_columns(
                &mut party,
                &side.file,
                row.line,
                &row.record,
                side.role,
                report,
            );
        }
    }
    for piece in remarks::parse(&remark, kind == Kind::Individual) {
        let field = if piece.label.is_empty() {
            "Remarks".to_owned()
        } else {
            format!("Remarks/{}", piece.label)
        };
        party.push(piece.fact, file, place, &field);
    }
    Ok(party)
}

fn alias(party: &mut Party, file: &Arc<str>, place: Place, record: &StringRecord) {
    if let Some(name) = value(record, 3) {
        let property = match value(record, 2) {
            Some("fka") => "previousName",
            _ => "alias",
        };
        let fact = Fact::Name {
            property,
            text: name.to_owned(),
        };
        party.push(fact, file, place, "Alt_name");
    }
    if let Some(text) = value(record, 4) {
        party.push(Fact::Note(text.to_owned()), file, place, "Alt_remarks");
    }
}

fn address(party: &mut Party, file: &Arc<str>, place: Place, record: &StringRecord) {
    let address = Address {
        number: record.get(1).unwrap_or_default().to_owned(),
        lines: value(record, 2).map(str::to_owned).into_iter().collect(),
        place: value(record, 3).map(str::to_owned),
        country: value(record, 4).map(str::to_owned),
        ..Address::default()
    };
    party.push(Fact::Address(address), file, place, "Address");
    if let Some(text) = value(record, 5) {
        party.push(Fact::Note(text.to_owned()), file, place, "Add_remarks");
    }
}

/// Columns beyond the layout are kept as notes and reported.
fn extra_columns(
    party: &mut Party,
    file: &Arc<str>,
    line: u64,
    record: &StringRecord,
    role: Role,
    report: &mut Report,
) {
    for column in role.columns().len()..record.len() {
        if let Some(text) = value(record, column) {
            let field = format!("column {}", column + 1);
            report.problem(Problem {
                file: Arc::clone(file),
                place: Some(Place::Line(line)),
                kind: "unknown-column",
                field: field.clone(),
                value: text.to_owned(),
                note: "a column beyond the layout; kept as a note".to_owned(),
            });
            let fact = Fact::say(&["notes"], text);
            party.push(fact, file, Place::Line(line), &field);
        }
    }
}
