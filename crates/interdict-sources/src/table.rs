//! Tables as text: header to columns, one record at a time, encoding checked and never guessed.

use std::io::BufReader;

use interdict_model::Place;

use crate::error::SourceError;
use crate::input::{MAX_RECORD_BYTES, RecordGuard, RecordMark, read_full};
use crate::publication::RawFile;

/// A CSV file with a header line.
pub(crate) struct Table {
    file: String,
    header: Vec<String>,
    reader: csv::Reader<BufReader<RecordGuard<Box<dyn std::io::Read + Send>>>>,
    mark: RecordMark,
    record: csv::ByteRecord,
    cells: Vec<String>,
    line: u64,
    before: u64,
}

/// One record of a [`Table`].
#[derive(Clone, Copy)]
pub(crate) struct Row<'a> {
    header: &'a [String],
    cells: &'a [String],
    pub(crate) place: Place,
}

impl<'a> Row<'a> {
    /// The trimmed cell of a column; empty if the file has no such column.
    pub(crate) fn get(&self, column: &str) -> &'a str {
        self.header
            .iter()
            .position(|h| h == column)
            .and_then(|at| self.cells.get(at))
            .map_or("", |cell| cell.trim())
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
        Table::open_after(file, required, 0)
    }

    /// [`Table::open`] for a file with a number of lines before its header.
    ///
    /// # Errors
    /// As [`Table::open`].
    pub(crate) fn open_after(
        file: &dyn RawFile,
        required: &[&str],
        lines: usize,
    ) -> Result<Table, SourceError> {
        let io = |source| SourceError::Io {
            file: file.name().to_owned(),
            source,
        };
        let mut raw = file.open().map_err(io)?;
        for _ in 0..lines {
            let mut byte = [0u8; 1];
            while read_full(&mut *raw, &mut byte).map_err(io)? == 1 && byte != [b'\n'] {}
        }
        let (guard, mark) = RecordGuard::new(raw, MAX_RECORD_BYTES);
        let reader = csv::ReaderBuilder::new()
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
            before: lines as u64,
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

    pub(crate) fn header(&self) -> &[String] {
        &self.header
    }

    /// The next record; blank lines are passed over.
    ///
    /// # Errors
    /// When the file cannot be read, a record is too long or not UTF-8, or has another number of
    /// cells than the header.
    pub(crate) fn next_row(&mut self) -> Result<Option<Row<'_>>, SourceError> {
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
            place: Place::Line(self.line),
        }))
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
        self.line = position.map_or(self.line, |p| p.line() + self.before);
        let start = position.map_or(0, csv::Position::byte);
        self.cells.clear();
        for (index, cell) in self.record.iter().enumerate() {
            match std::str::from_utf8(cell) {
                Ok(text) => self.cells.push(text.to_owned()),
                Err(error) => {
                    let bad = cell.get(error.valid_up_to()).copied().unwrap_or(0);
                    return Err(SourceError::Malformed {
                        file: self.file.clone(),
                        place: Some(Place::Line(self.line)),
                        found: format!(
                            "byte 0x{bad:02X} in cell {} of the record that starts at byte {start}",
                            index + 1
                        ),
                        expected: "UTF-8; convert the file first".to_owned(),
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

/// Whether the first line of a file has these columns, for detection.
pub(crate) fn has_columns(head: &[u8], columns: &[&str]) -> bool {
    let end = head.iter().position(|b| *b == b'\n').unwrap_or(head.len());
    let line = String::from_utf8_lossy(head.get(..end).unwrap_or_default());
    let cells: Vec<&str> = line
        .trim_start_matches('\u{feff}')
        .split(',')
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
