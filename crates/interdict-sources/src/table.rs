//! Tables as text: header to columns, one record at a time, encoding checked and never guessed.

use std::io::BufReader;

use encoding_rs::Encoding;
use interdict_model::Place;
use interdict_tables::Value;

use crate::error::SourceError;
use crate::input::{MAX_RECORD_BYTES, RecordGuard, RecordMark, read_full};
use crate::publication::RawFile;

/// How a table is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout {
    /// Lines before the header.
    pub(crate) before: u64,
    /// What keeps cells apart.
    pub(crate) delimiter: u8,
    /// What the bytes mean: UTF-8, or an encoding of one byte a character.
    pub(crate) encoding: &'static Encoding,
}

impl Default for Layout {
    fn default() -> Layout {
        Layout {
            before: 0,
            delimiter: b',',
            encoding: encoding_rs::UTF_8,
        }
    }
}

/// Records below a header, whatever the file they stand in.
pub(crate) trait Records {
    /// The titles of the columns.
    fn header(&self) -> &[String];

    /// The next record that says something.
    ///
    /// # Errors
    /// When the file is damaged or cannot be read.
    fn next_row(&mut self) -> Result<Option<Row<'_>>, SourceError>;

    /// The error for a file without a record.
    fn nothing(&self) -> SourceError;
}

/// A CSV file with a header line.
pub(crate) struct Table {
    file: String,
    header: Vec<String>,
    reader: csv::Reader<BufReader<RecordGuard<Box<dyn std::io::Read + Send>>>>,
    mark: RecordMark,
    record: csv::ByteRecord,
    cells: Vec<String>,
    line: u64,
    layout: Layout,
    crlf: bool,
}

/// One record of a [`Table`].
#[derive(Clone, Copy)]
pub(crate) struct Row<'a> {
    header: &'a [String],
    cells: &'a [String],
    /// Typed cells, where the file has types.
    values: &'a [Option<Value>],
    pub(crate) place: Place,
}

impl<'a> Row<'a> {
    /// A row of cells under a header.
    pub(crate) fn new(
        header: &'a [String],
        cells: &'a [String],
        values: &'a [Option<Value>],
        place: Place,
    ) -> Row<'a> {
        Row {
            header,
            cells,
            values,
            place,
        }
    }

    /// The typed cell of a column, where the file has types.
    pub(crate) fn value(&self, column: &str) -> Option<&'a Value> {
        let at = self.header.iter().position(|h| h == column)?;
        self.values.get(at)?.as_ref()
    }

    /// The columns that have a value, with their titles.
    pub(crate) fn filled(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.header
            .iter()
            .zip(self.cells)
            .map(|(title, cell)| (title.as_str(), cell.trim()))
            .filter(|(_, cell)| !cell.is_empty())
    }

    /// The trimmed cell of a column; empty if the file has no such column.
    pub(crate) fn get(&self, column: &str) -> &'a str {
        self.header
            .iter()
            .position(|h| h == column)
            .and_then(|at| self.cells.get(at))
            .map_or("", |cell| cell.trim())
    }

    /// The trimmed cell at a position, counted from 0.
    pub(crate) fn cell(&self, at: usize) -> &'a str {
        self.cells.get(at).map_or("", |cell| cell.trim())
    }

    /// The first of several columns that has a value.
    pub(crate) fn first(&self, columns: &[&str]) -> &'a str {
        columns
            .iter()
            .map(|c| self.get(c))
            .find(|cell| !cell.is_empty())
            .unwrap_or("")
    }
}

impl Table {
    /// Opens a file in UTF-8 and reads its header. `required` columns must be there.
    ///
    /// # Errors
    /// When the file cannot be read, has no header, lacks a column, or is not UTF-8.
    pub(crate) fn open(file: &dyn RawFile, required: &[&str]) -> Result<Table, SourceError> {
        Table::open_as(file, required, Layout::default())
    }

    /// [`Table::open`] for a file of another layout.
    ///
    /// # Errors
    /// As [`Table::open`].
    pub(crate) fn open_as(
        file: &dyn RawFile,
        required: &[&str],
        layout: Layout,
    ) -> Result<Table, SourceError> {
        let io = |source| SourceError::Io {
            file: file.name().to_owned(),
            source,
        };
        let mut raw = file.open().map_err(io)?;
        for _ in 0..layout.before {
            let mut byte = [0u8; 1];
            while read_full(&mut *raw, &mut byte).map_err(io)? == 1 && byte != [b'\n'] {}
        }
        let crlf = crate::detect::ends_with_crlf(&crate::detect::head(file)?);
        let (guard, mark) = RecordGuard::new(raw, MAX_RECORD_BYTES);
        let reader = csv::ReaderBuilder::new()
            .delimiter(layout.delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(BufReader::new(guard));
        let mut table = Table {
            file: file.name().to_owned(),
            header: Vec::new(),
            reader,
            mark,
            record: csv::ByteRecord::new(),
            cells: Vec::new(),
            line: 1,
            layout,
            crlf,
        };
        if !table.advance()? {
            return Err(table.malformed("no line", "a header line"));
        }
        let header: Vec<String> = table
            .cells
            .iter()
            .map(|c| c.trim_start_matches('\u{feff}').trim().to_owned())
            .collect();
        for column in required {
            if !header.iter().any(|h| h == column) {
                let found = format!("columns {}", header.join(", "));
                return Err(table.malformed(found, format!("a column {column:?}")));
            }
        }
        table.header = header;
        Ok(table)
    }

    fn advance(&mut self) -> Result<bool, SourceError> {
        let more = self.reader.read_byte_record(&mut self.record);
        let more = more.map_err(|error| {
            let found = error.to_string();
            match error.into_kind() {
                csv::ErrorKind::Io(source) if source.kind() != std::io::ErrorKind::InvalidData => {
                    SourceError::Io {
                        file: self.file.clone(),
                        source,
                    }
                }
                _ => self.malformed(found, "records of a table"),
            }
        })?;
        self.mark.done();
        if !more {
            return Ok(false);
        }
        let position = self.record.position();
        self.line = position.map_or(self.line, |p| {
            crate::detect::csv_line(p, self.crlf) + self.layout.before
        });
        let start = position.map_or(0, csv::Position::byte);
        self.cells.clear();
        for (index, cell) in self.record.iter().enumerate() {
            match decode(cell, self.layout.encoding) {
                Ok(text) => self.cells.push(text),
                Err(bad) => {
                    return Err(SourceError::Malformed {
                        file: self.file.clone(),
                        place: Some(Place::Line(self.line)),
                        found: format!(
                            "byte 0x{bad:02X} in cell {} of the record that starts at byte {start}",
                            index + 1
                        ),
                        expected: format!(
                            "{}; convert the file first",
                            self.layout.encoding.name()
                        ),
                    });
                }
            }
        }
        Ok(true)
    }

    fn malformed(&self, found: impl Into<String>, expected: impl Into<String>) -> SourceError {
        SourceError::Malformed {
            file: self.file.clone(),
            place: Some(Place::Line(self.line)),
            found: found.into(),
            expected: expected.into(),
        }
    }
}

impl Records for Table {
    fn header(&self) -> &[String] {
        &self.header
    }

    /// The next record; blank lines are passed over.
    ///
    /// # Errors
    /// When the file cannot be read, a record is too long or not UTF-8, or has another number of
    /// cells than the header.
    fn next_row(&mut self) -> Result<Option<Row<'_>>, SourceError> {
        if !self.advance()? {
            return Ok(None);
        }
        if self.cells.len() != self.header.len() {
            let found = format!("{} cells", self.cells.len());
            let expected = format!("{}, as many as the header has", self.header.len());
            return Err(self.malformed(found, expected));
        }
        Ok(Some(Row {
            header: &self.header,
            cells: &self.cells,
            values: &[],
            place: Place::Line(self.line),
        }))
    }

    fn nothing(&self) -> SourceError {
        self.malformed("no row", "at least one row")
    }
}

/// The text of a cell, or the first byte that means nothing in the encoding.
fn decode(cell: &[u8], encoding: &'static Encoding) -> Result<String, u8> {
    if encoding == encoding_rs::UTF_8 {
        return match std::str::from_utf8(cell) {
            Ok(text) => Ok(text.to_owned()),
            Err(error) => Err(cell.get(error.valid_up_to()).copied().unwrap_or(0)),
        };
    }
    // Bytes that Windows-1252 leaves free would come out as control characters.
    let free = |byte: &&u8| matches!(**byte, 0x81 | 0x8d | 0x8f | 0x90 | 0x9d);
    if encoding == encoding_rs::WINDOWS_1252
        && let Some(bad) = cell.iter().find(free)
    {
        return Err(*bad);
    }
    let decoded = encoding.decode_without_bom_handling_and_without_replacement(cell);
    decoded.map(std::borrow::Cow::into_owned).ok_or(0)
}

/// The encoding of a file whose publisher writes Windows-1252 in some years and UTF-8 in others:
/// UTF-8 if all of it is that, which text in Windows-1252 with accents never is.
///
/// # Errors
/// When the file cannot be read.
pub(crate) fn utf8_or_windows_1252(file: &dyn RawFile) -> Result<&'static Encoding, SourceError> {
    let io = |source| SourceError::Io {
        file: file.name().to_owned(),
        source,
    };
    let mut reader = file.open().map_err(io)?;
    let mut buffer = vec![0; 1 << 16];
    let mut kept = 0;
    loop {
        let got = read_full(&mut *reader, buffer.get_mut(kept..).unwrap_or_default());
        let got = got.map_err(io)?;
        let filled = buffer.get(..kept + got).unwrap_or_default();
        let valid = match std::str::from_utf8(filled) {
            Ok(_) => filled.len(),
            // A character may be cut by the end of the buffer, not by the end of the file.
            Err(error) if error.error_len().is_none() && got > 0 => error.valid_up_to(),
            Err(_) => return Ok(encoding_rs::WINDOWS_1252),
        };
        if got == 0 {
            return Ok(encoding_rs::UTF_8);
        }
        kept = filled.len() - valid;
        let end = filled.len();
        buffer.copy_within(valid..end, 0);
    }
}

/// Whether the first line of a file has these columns, for detection.
pub(crate) fn has_columns(head: &[u8], columns: &[&str]) -> bool {
    has_columns_by(head, columns, ',')
}

/// [`has_columns`] for another delimiter.
pub(crate) fn has_columns_by(head: &[u8], columns: &[&str], delimiter: char) -> bool {
    let end = head.iter().position(|b| *b == b'\n').unwrap_or(head.len());
    let line = String::from_utf8_lossy(head.get(..end).unwrap_or_default());
    let cells: Vec<&str> = line
        .trim_start_matches('\u{feff}')
        .split(delimiter)
        .map(|c| c.trim().trim_matches('"'))
        .collect();
    columns.iter().all(|c| cells.contains(c))
}

/// The parts of a cell that holds several values.
pub(crate) fn parts<'a>(cell: &'a str, separator: &'a str) -> impl Iterator<Item = &'a str> {
    cell.split(separator)
        .map(str::trim)
        .filter(|p| !p.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::BytesFile;

    #[test]
    fn an_encoding_is_told_by_the_whole_file() {
        let of = |bytes: &[u8]| {
            let file = BytesFile::new("list.csv", bytes.to_vec());
            utf8_or_windows_1252(&file).unwrap().name()
        };
        assert_eq!(of(b"a,b"), "UTF-8");
        assert_eq!(of("José".as_bytes()), "UTF-8");
        assert_eq!(of(b"Jos\xe9"), "windows-1252");
        assert_eq!(of(b"Jos\xe9,x"), "windows-1252");
        assert_eq!(of(b"cut \xd0"), "windows-1252");
        // A character over the edge of the buffer.
        let long = format!("{}é{}", "x".repeat((1 << 16) - 1), "é".repeat(40_000));
        assert_eq!(of(long.as_bytes()), "UTF-8");
        let mut late = long.into_bytes();
        late.push(0xe9);
        assert_eq!(of(&late), "windows-1252");
    }

    #[test]
    fn free_bytes_of_windows_1252_are_refused() {
        let windows = encoding_rs::WINDOWS_1252;
        assert_eq!(
            decode(b"\x91a\x92 \xe9", windows).unwrap(),
            "\u{2018}a\u{2019} é"
        );
        assert_eq!(decode(b"a\x81", windows), Err(0x81));
    }
}
