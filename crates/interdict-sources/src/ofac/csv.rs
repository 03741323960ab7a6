//! The flat files: `sdn.csv` with `add.csv`, `alt.csv` and `sdn_comments.csv`, the same four for the
//! consolidated list (`cons_prim.csv`, …), and all of them as `*.del` (fields apart by `@`), `*.pip`
//! (by `|`) and `*.ff` (fixed width), which OFAC published beside the CSV until 2024.
//!
//! Layout: OFAC's "SDN data specification" (`dat_spec.txt`): no header, `-0-` for null, twelve,
//! six, five and two columns, which tells the files apart. A last line holds the byte 1A.

mod rows;

use std::collections::HashMap;
use std::sync::Arc;

use csv::StringRecord;
use interdict_model::Place;

use super::emit::Emitter;
use super::links::NameIndex;
use super::party::{Address, Fact, Kind, Party, Tie};
use super::remarks;
use super::{List, malformed};
use crate::SourceError;
use crate::publication::{Detection, Format, Probe, Problem, RawFile, Report, Sink, Source};
use rows::{Layout, NULL, Role, each_row, first_record, value};

/// Reads the flat files of one of the two lists in one of their layouts.
#[derive(Debug)]
pub struct OfacCsv {
    list: List,
    layout: Layout,
}

const COMMA: Layout = Layout::Delimited(b',');
const AT: Layout = Layout::Delimited(b'@');
const PIPE: Layout = Layout::Delimited(b'|');

const fn flat(list: List, layout: Layout) -> OfacCsv {
    OfacCsv { list, layout }
}

/// The SDN list as CSV set.
pub static SDN_CSV: OfacCsv = flat(List::Sdn, COMMA);
/// The SDN list as set of `@`-delimited files.
pub static SDN_DEL: OfacCsv = flat(List::Sdn, AT);
/// The SDN list as set of `|`-delimited files.
pub static SDN_PIP: OfacCsv = flat(List::Sdn, PIPE);
/// The SDN list as set of fixed-width files.
pub static SDN_FF: OfacCsv = flat(List::Sdn, Layout::Fixed);
/// The consolidated list as CSV set.
pub static CONS_CSV: OfacCsv = flat(List::Cons, COMMA);
/// The consolidated list as set of `@`-delimited files.
pub static CONS_DEL: OfacCsv = flat(List::Cons, AT);
/// The consolidated list as set of `|`-delimited files.
pub static CONS_PIP: OfacCsv = flat(List::Cons, PIPE);
/// The consolidated list as set of fixed-width files.
pub static CONS_FF: OfacCsv = flat(List::Cons, Layout::Fixed);

impl Source for OfacCsv {
    fn format(&self) -> Format {
        // Of the SDN list only the CSV set has been had; the other layouts are proven on the
        // consolidated list, which is written by the same program.
        let (id, title, proven) = match (self.list, self.layout) {
            (List::Sdn, COMMA) => (
                "ofac-sdn-csv",
                "OFAC SDN list, legacy CSV set (sdn, alt, add, sdn_comments)",
                true,
            ),
            (List::Sdn, AT) => ("ofac-sdn-del", "OFAC SDN list, files apart by @", false),
            (List::Sdn, PIPE) => ("ofac-sdn-pip", "OFAC SDN list, files apart by |", false),
            (List::Sdn, _) => ("ofac-sdn-ff", "OFAC SDN list, fixed-width files", false),
            (List::Cons, COMMA) => (
                "ofac-cons-csv",
                "OFAC consolidated list, legacy CSV set (cons_prim, cons_alt, cons_add, cons_comments)",
                true,
            ),
            (List::Cons, AT) => (
                "ofac-cons-del",
                "OFAC consolidated list, files apart by @",
                true,
            ),
            (List::Cons, PIPE) => (
                "ofac-cons-pip",
                "OFAC consolidated list, files apart by |",
                true,
            ),
            (List::Cons, _) => (
                "ofac-cons-ff",
                "OFAC consolidated list, fixed-width files",
                true,
            ),
        };
        Format { id, title, proven }
    }

    fn detect(&self, files: &[Probe<'_>]) -> Detection {
        let mut primary = None;
        // A comments file without comments is published empty.
        for file in files.iter().filter(|f| !f.head.is_empty()) {
            let Some(record) = first_record(file.head, self.layout) else {
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
        if List::guess(name, program) != Some(self.list) {
            return Detection::No;
        }
        Detection::Yes(match self.layout {
            Layout::Fixed => format!("{name}: fixed width, the first ten columns a number"),
            Layout::Delimited(_) => {
                format!("{name}: twelve columns without header, the first a number")
            }
        })
    }

    fn read(&self, files: &[&dyn RawFile], sink: &mut Sink<'_>) -> Result<Report, SourceError> {
        let dataset = self.list.dataset();
        let mut report = Report::new(dataset.clone(), self.format());
        let set = Set::open(files, self.layout, &mut report)?;
        let names = set.names()?;
        let emitter = Emitter {
            dataset: &dataset,
            names: &names,
        };
        set.emit(&emitter, &mut report, sink)?;
        Ok(report)
    }
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
    layout: Layout,
    sides: Vec<Side>,
}

impl<'f> Set<'f> {
    fn open(
        files: &[&'f dyn RawFile],
        layout: Layout,
        report: &mut Report,
    ) -> Result<Set<'f>, SourceError> {
        let mut primary: Option<&'f dyn RawFile> = None;
        let mut sides: Vec<Side> = Vec::new();
        for &file in files {
            let role = role_of(file, layout)?;
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
                    each_row(file, layout, Some(role), |_, line, record| {
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
                None => {
                    let name = file.name();
                    report.read.insert(format!("{name} rows"), 0);
                    report.problem(Problem {
                        file: name.into(),
                        place: None,
                        kind: "empty-file",
                        field: String::new(),
                        value: String::new(),
                        note: "a file of the set without a row".to_owned(),
                    });
                }
            }
        }
        match primary {
            Some(primary) => Ok(Set {
                primary,
                layout,
                sides,
            }),
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
        each_row(
            self.primary,
            self.layout,
            Some(Role::Primary),
            |_, line, record| {
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
            },
        )?;
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
        each_row(
            self.primary,
            self.layout,
            Some(Role::Primary),
            |_, line, record| {
                report.count(&format!("{file} rows"));
                let party = party(&file, line, &record, sides, report)?;
                emitter.emit(&party, report, sink)
            },
        )?;
        for side in &self.sides {
            report_orphans(side, report);
        }
        Ok(())
    }
}

fn role_of(file: &dyn RawFile, layout: Layout) -> Result<Option<Role>, SourceError> {
    let head = crate::detect::head(file)?;
    match first_record(&head, layout) {
        Some(record) if Role::of(&record).is_some() => Ok(Role::of(&record)),
        // An empty comments file is published when no remark is too long; the last line of every
        // file holds the byte 1A.
        _ if head
            .iter()
            .all(|b| matches!(b, 0x1a | b' ' | b'\r' | b'\n')) =>
        {
            Ok(None)
        }
        _ => each_row(file, layout, None, |_, _, _| Ok(())),
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
    let name_fact = Fact::name("name", name);
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
        let fact = Fact::name(property, name);
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
