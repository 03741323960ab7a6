//! Delimited text, record by record, with bounds on what one record may hold.
//!
//! `csv-core` does the format. What is added: the line of each record, a limit on cells so that one
//! quote that is never closed cannot fill the memory, and rows that such a quote swallowed.

use std::io::{self, Read};
use std::sync::Arc;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use crate::dialect::Dialect;
use crate::error::CustomerError;
use crate::table::{Cell, Flow, MAX_CELL, MAX_COLUMNS, Row, RowFault, RowPlace, RowSource};

/// Most bytes of one record: wide exports fit, memory stays bounded.
const MAX_RECORD: usize = 1024 * 1024;
const BUFFER: usize = 64 * 1024;

/// A record before it is measured against the headings.
#[derive(Debug, Default)]
pub(crate) struct Record {
    pub(crate) line: u64,
    pub(crate) last_line: u64,
    pub(crate) cells: Vec<String>,
    /// Column from 1 of a cell that was too long; cells from there on are not kept.
    pub(crate) too_long: Option<usize>,
}

/// Reads records from UTF-8 text.
pub(crate) struct Records<R> {
    input: R,
    core: Reader,
    buffer: Vec<u8>,
    from: usize,
    to: usize,
    eof: bool,
    line: u64,
    after_return: bool,
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl<R: Read> Records<R> {
    pub(crate) fn new(input: R, dialect: &Dialect) -> Records<R> {
        let mut builder = ReaderBuilder::new();
        builder.delimiter(dialect.delimiter);
        match dialect.quote {
            Some(quote) => builder.quote(quote),
            None => builder.quoting(false),
        };
        if dialect.backslash {
            builder.escape(Some(b'\\')).double_quote(false);
        }
        Records {
            input,
            core: builder.build(),
            buffer: vec![0; BUFFER],
            from: 0,
            to: 0,
            eof: false,
            line: 1,
            after_return: false,
            text: vec![0; 4 * 1024],
            ends: vec![0; 64],
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        while self.from == self.to && !self.eof {
            match self.input.read(&mut self.buffer) {
                Ok(n) => {
                    (self.from, self.to, self.eof) = (0, n, n == 0);
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }

    /// Counts the line breaks of the next `n` bytes and steps over them.
    fn step(&mut self, n: usize) {
        for &b in self
            .buffer
            .get(self.from..self.from + n)
            .unwrap_or_default()
        {
            match b {
                b'\n' if self.after_return => {}
                b'\n' | b'\r' => self.line += 1,
                _ => {}
            }
            self.after_return = b == b'\r';
        }
        self.from += n;
    }

    /// Steps over blank lines, so that a record's line is its own.
    fn blank_lines(&mut self) -> io::Result<()> {
        loop {
            self.fill()?;
            let rest = self.buffer.get(self.from..self.to).unwrap_or_default();
            let blank = rest
                .iter()
                .take_while(|b| matches!(b, b'\r' | b'\n'))
                .count();
            let whole = blank == rest.len() && blank > 0;
            self.step(blank);
            if !whole {
                return Ok(());
            }
        }
    }

    /// The next record; `None` at the end.
    pub(crate) fn next(&mut self) -> io::Result<Option<Record>> {
        self.blank_lines()?;
        let mut record = Record {
            line: self.line,
            ..Record::default()
        };
        let (mut len, mut count, mut dropped) = (0, 0, 0usize);
        loop {
            self.fill()?;
            let input = self.buffer.get(self.from..self.to).unwrap_or_default();
            let (result, taken, written, ended) = self.core.read_record(
                input,
                self.text.get_mut(len..).unwrap_or_default(),
                self.ends.get_mut(count..).unwrap_or_default(),
            );
            self.step(taken);
            len += written;
            count += ended;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => {
                    let cell_from = match count {
                        0 => 0,
                        n => self.ends.get(n - 1).copied().unwrap_or(0),
                    };
                    // `ends` count from the start of the record in this core, whatever was dropped.
                    if record.too_long.is_none()
                        && (len - cell_from.min(len) > MAX_CELL || len >= MAX_RECORD)
                    {
                        record.too_long = Some(count + 1);
                    }
                    if record.too_long.is_some() {
                        dropped += len;
                        len = 0;
                    } else {
                        self.text.resize(self.text.len() * 2, 0);
                    }
                }
                ReadRecordResult::OutputEndsFull => {
                    if self.ends.len() > MAX_COLUMNS {
                        record.too_long.get_or_insert(count);
                        count = 0;
                    } else {
                        self.ends.resize(self.ends.len() * 2, 0);
                    }
                }
                ReadRecordResult::Record => break,
                ReadRecordResult::End => return Ok(None),
            }
        }
        record.last_line = self.last_line(record.line);
        if record.too_long.is_none() && dropped == 0 {
            self.cells(len, count, &mut record);
        }
        Ok(Some(record))
    }

    /// The line on which the record that was just read ended: its own line break is counted already.
    fn last_line(&self, first: u64) -> u64 {
        let ended_by_break = self
            .buffer
            .get(self.from.wrapping_sub(1))
            .is_some_and(|b| matches!(b, b'\n' | b'\r'));
        (self.line - u64::from(ended_by_break)).max(first)
    }

    fn cells(&self, len: usize, count: usize, record: &mut Record) {
        let mut from = 0;
        for &end in self.ends.get(..count).unwrap_or_default() {
            let end = end.min(len);
            let bytes = self.text.get(from..end).unwrap_or_default();
            if bytes.len() > MAX_CELL {
                record.too_long.get_or_insert(record.cells.len() + 1);
            }
            record
                .cells
                .push(String::from_utf8_lossy(bytes).into_owned());
            from = end;
        }
    }
}

/// Delimited text as rows of customers.
pub(crate) struct Delimited<R> {
    records: Records<R>,
    file: String,
    headings: Vec<String>,
    delimiter: char,
    row: u64,
    first: Option<Record>,
}

impl<R: Read> Delimited<R> {
    /// Reads up to the headings. `header_row` counts records from 1; 0 for a file without headings,
    /// whose columns are then called `1`, `2`, ….
    pub(crate) fn new(
        input: R,
        file: &str,
        dialect: &Dialect,
        header_row: u64,
    ) -> Result<Delimited<R>, CustomerError> {
        let mut records = Records::new(input, dialect);
        let failed = |source| CustomerError::Read {
            file: file.to_owned(),
            source,
        };
        let mut headings = Vec::new();
        let mut first = None;
        if header_row == 0 {
            first = records.next().map_err(failed)?;
            let columns = first.as_ref().map_or(0, |r| r.cells.len());
            headings = (1..=columns).map(|n| n.to_string()).collect();
        }
        let mut seen = 0;
        while seen < header_row {
            let Some(record) = records.next().map_err(failed)? else {
                return Err(CustomerError::Empty {
                    file: file.to_owned(),
                });
            };
            // `sep=;` is a word from one spreadsheet to another, no record.
            if seen == 0 && record.line == 1 && is_separator_line(&record) {
                continue;
            }
            seen += 1;
            headings = record.cells.iter().map(|h| h.trim().to_owned()).collect();
        }
        // Spreadsheets write delimiters for columns that are empty throughout.
        while headings.last().is_some_and(String::is_empty) {
            headings.pop();
        }
        Ok(Delimited {
            records,
            file: file.to_owned(),
            headings,
            delimiter: char::from(dialect.delimiter),
            row: 0,
            first,
        })
    }
}

/// Whether a record is the line `sep=;` that Excel writes and reads.
pub(crate) fn is_separator_line(record: &Record) -> bool {
    let text = record.cells.join("");
    text.to_ascii_lowercase().starts_with("sep=") && text.len() <= 5
}

impl<R: Read> RowSource for Delimited<R> {
    fn headings(&self) -> &[String] {
        &self.headings
    }

    fn each(&mut self, take: &mut dyn FnMut(Row) -> Flow) -> Result<(), CustomerError> {
        while let Some(row) = self.next_row()? {
            if take(row).is_break() {
                break;
            }
        }
        Ok(())
    }
}

impl<R: Read> Delimited<R> {
    fn next_row(&mut self) -> Result<Option<Row>, CustomerError> {
        loop {
            let record = match self.first.take() {
                Some(record) => Some(record),
                None => self.records.next().map_err(|source| CustomerError::Read {
                    file: self.file.clone(),
                    source,
                })?,
            };
            let Some(mut record) = record else {
                return Ok(None);
            };
            let expected = self.headings.len();
            // Delimiters for nothing behind the last column are no cells.
            while record.cells.len() > expected
                && record.cells.last().is_some_and(|c| c.trim().is_empty())
            {
                record.cells.pop();
            }
            let blank =
                record.too_long.is_none() && record.cells.iter().all(|c| c.trim().is_empty());
            if blank {
                continue;
            }
            self.row += 1;
            let fault = fault(&record, expected, self.delimiter);
            return Ok(Some(Row {
                place: RowPlace {
                    row: self.row,
                    line: record.line,
                    last_line: record.last_line,
                    sheet: None::<Arc<str>>,
                },
                cells: record.cells.into_iter().map(Cell::Text).collect(),
                fault,
            }));
        }
    }
}

fn fault(record: &Record, expected: usize, delimiter: char) -> Option<RowFault> {
    if let Some(column) = record.too_long {
        return Some(RowFault::LongCell { column });
    }
    if record.last_line > record.line {
        for (column, cell) in (1..).zip(&record.cells) {
            let lines = cell.matches('\n').count();
            let inner_row = |line: &str| line.matches(delimiter).count() + 1 >= expected.max(3) - 1;
            if lines > 0 && cell.lines().skip(1).any(inner_row) {
                return Some(RowFault::SwallowedRows { column, lines });
            }
        }
    }
    let found = record.cells.len();
    (found != expected).then_some(RowFault::Ragged { found, expected })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Row> {
        let dialect = Dialect {
            delimiter: b';',
            quote: Some(b'"'),
            backslash: false,
        };
        let mut source = Delimited::new(text.as_bytes(), "c.csv", &dialect, 1).unwrap();
        std::iter::from_fn(|| source.next_row().unwrap()).collect()
    }

    #[test]
    fn lines_are_counted_over_breaks_of_any_kind() {
        let found = rows("id;name\r\n\r\n1;A\r\n2;\"B\nC\"\r\n\r\n\r\n3;D");
        let places: Vec<String> = found.iter().map(|r| r.place.to_string()).collect();
        assert_eq!(places, ["line 3", "lines 4 to 5", "line 8"]);
        let numbers: Vec<u64> = found.iter().map(|r| r.place.row).collect();
        assert_eq!(numbers, [1, 2, 3]);
        let old = rows("id;name\r1;A\r2;B\r");
        assert_eq!(old[1].place.line, 3);
    }

    #[test]
    fn a_ragged_row_says_so_and_the_next_stands() {
        let found = rows("id;name\n1;A;x\n2\n3;C\n4;D;;\n");
        assert_eq!(
            found[0].fault,
            Some(RowFault::Ragged {
                found: 3,
                expected: 2
            })
        );
        assert_eq!(
            found[1].fault,
            Some(RowFault::Ragged {
                found: 1,
                expected: 2
            })
        );
        assert_eq!(
            (found[2].fault.clone(), found[3].fault.clone()),
            (None, None)
        );
    }

    #[test]
    fn an_open_quote_is_named_with_the_rows_it_swallowed() {
        let found = rows("id;name;town\n1;\"A;X\n2;B;Y\n3;C;Z\"\n4;D;W\n");
        assert_eq!(
            found[0].fault,
            Some(RowFault::SwallowedRows {
                column: 2,
                lines: 2
            })
        );
        assert_eq!(found[0].place.to_string(), "lines 2 to 4");
        assert_eq!(found[1].fault, None);
    }

    #[test]
    fn a_cell_without_end_costs_no_memory() {
        let mut text = String::from("id;name\n1;\"");
        text.push_str(&"x".repeat(8 * 1024 * 1024));
        text.push_str("\"\n2;B\n");
        let found = rows(&text);
        assert_eq!(found[0].fault, Some(RowFault::LongCell { column: 2 }));
        assert_eq!(found[1].cells[1], Cell::Text("B".to_owned()));
    }

    #[test]
    fn a_wide_row_of_short_cells_is_read_whole() {
        let heading: Vec<String> = (0..900).map(|n| format!("column {n}")).collect();
        let cells: Vec<String> = (0..900).map(|n| "y".repeat(n % 300)).collect();
        let found = rows(&format!("{}\n{}\n", heading.join(";"), cells.join(";")));
        assert_eq!(found[0].fault, None);
        assert_eq!(found[0].cells[899], Cell::Text(cells[899].clone()));
    }
}
