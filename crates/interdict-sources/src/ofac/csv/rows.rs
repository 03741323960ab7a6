//! Rows of OFAC's flat files in each of their four layouts.

use csv::{ReaderBuilder, StringRecord};

use super::super::{io_error, malformed};
use crate::SourceError;
use crate::detect::{csv_line, ends_with_crlf};
use crate::input::{MAX_RECORD_BYTES, RecordGuard, RecordMark};
use crate::lines::Lines;
use crate::publication::RawFile;

/// How the fields of a row are kept apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// `*.csv`, `*.del`, `*.pip`: this character, texts in quotation marks.
    Delimited(u8),
    /// `*.ff`: fields begin at fixed columns.
    Fixed,
}

pub(super) const NULL: &str = "-0-";

/// What a file of the set holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Primary,
    Address,
    Alias,
    Comment,
}

impl Role {
    /// From the first record.
    pub(super) fn of(record: &StringRecord) -> Option<Role> {
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

    pub(super) fn columns(self) -> &'static [&'static str] {
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

/// Where the fields of a fixed-width row begin and how wide they are, by what the file holds
/// (`cons_dat_spec.txt`, "FORMAT CONSOLIDATED FIXED FIELD"). The last field of comments is open.
const WIDTHS: [(Role, &[usize]); 4] = [
    (
        Role::Primary,
        &[10, 350, 12, 50, 200, 8, 25, 14, 8, 40, 150, 1000],
    ),
    (Role::Address, &[10, 10, 750, 116, 250, 200]),
    (Role::Alias, &[10, 10, 8, 350, 200]),
    (Role::Comment, &[10, usize::MAX]),
];

/// Cuts a fixed-width row; `None` if it is none.
fn cut(line: &str) -> Option<StringRecord> {
    let number = line.get(..10)?.trim_start();
    if !line.is_ascii() || !is_number(number) {
        return None;
    }
    let (_, widths) = WIDTHS.iter().find(|(role, widths)| {
        *role == Role::Comment || widths.iter().sum::<usize>() == line.len()
    })?;
    let mut rest = line;
    let mut record = StringRecord::new();
    for width in *widths {
        let (field, after) = rest.split_at((*width).min(rest.len()));
        record.push_field(field.trim());
        rest = after;
    }
    Some(record)
}

/// The first record of a file, for detection.
pub(super) fn first_record(head: &[u8], layout: Layout) -> Option<StringRecord> {
    // A cut-off last line is no matter: only the first record is looked at.
    let end = head.iter().position(|&b| b == b'\n').unwrap_or(head.len());
    let line = std::str::from_utf8(head.get(..end)?).ok()?;
    let line = line.trim_start_matches('\u{feff}');
    match layout {
        Layout::Fixed => cut(line.trim_end_matches('\r')),
        Layout::Delimited(delimiter) => reader(line.as_bytes(), delimiter).records().next()?.ok(),
    }
}

fn reader<R: std::io::Read>(input: R, delimiter: u8) -> csv::Reader<R> {
    ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(input)
}

/// Rows as they come, unchecked.
enum Rows {
    Delimited {
        reader: csv::Reader<RecordGuard<Box<dyn std::io::Read + Send>>>,
        mark: RecordMark,
        crlf: bool,
    },
    Fixed(Lines),
}

impl Rows {
    fn open(file: &dyn RawFile, layout: Layout) -> Result<Rows, SourceError> {
        Ok(match layout {
            Layout::Fixed => Rows::Fixed(Lines::open(file)?),
            Layout::Delimited(delimiter) => {
                let crlf = ends_with_crlf(&crate::detect::head(file)?);
                let open = file.open().map_err(|e| io_error(file.name(), e))?;
                let (guard, mark) = RecordGuard::new(open, MAX_RECORD_BYTES);
                Rows::Delimited {
                    reader: reader(guard, delimiter),
                    mark,
                    crlf,
                }
            }
        })
    }

    /// The next row and its line.
    fn next(&mut self, file: &str) -> Result<Option<(u64, StringRecord)>, SourceError> {
        match self {
            Rows::Delimited { reader, mark, crlf } => {
                let mut record = StringRecord::new();
                let line = reader.position().line();
                match reader.read_record(&mut record) {
                    Ok(false) => return Ok(None),
                    Ok(true) => mark.done(),
                    Err(error) => return Err(csv_error(file, line, error)),
                }
                let line = record.position().map_or(line, |p| csv_line(p, *crlf));
                Ok(Some((line, record)))
            }
            Rows::Fixed(lines) => {
                let Some((number, line)) = lines.next()? else {
                    return Ok(None);
                };
                if line.trim_matches(['\u{1a}', ' ']).is_empty() {
                    return Ok(Some((number, StringRecord::from(vec![""]))));
                }
                let record = cut(line).ok_or_else(|| {
                    let start: String = line.chars().take(40).collect();
                    malformed(
                        file,
                        number,
                        format!("a line of {} bytes that starts with {start:?}", line.len()),
                        "the OFAC fixed-width layout: lines of 1867 (primary), 1336 (addresses) or 578 bytes (aliases), ASCII, the first ten columns a number",
                    )
                })?;
                Ok(Some((number, record)))
            }
        }
    }
}

/// Calls `each` for every row of a file, with its line; checks numbers and column counts.
pub(super) fn each_row(
    file: &dyn RawFile,
    layout: Layout,
    expected: Option<Role>,
    mut each: impl FnMut(Role, u64, StringRecord) -> Result<(), SourceError>,
) -> Result<Option<Role>, SourceError> {
    let mut rows = Rows::open(file, layout)?;
    let mut role = expected;
    while let Some((line, record)) = rows.next(file.name())? {
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
        each(role, line, record)?;
    }
    Ok(role)
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
pub(super) fn value(record: &StringRecord, column: usize) -> Option<&str> {
    record
        .get(column)
        .map(str::trim)
        .filter(|v| !v.is_empty() && *v != NULL)
}
