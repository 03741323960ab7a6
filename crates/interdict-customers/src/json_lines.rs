//! JSON, one object a line: a customer's own members, or FollowTheMoney entities.

use std::io::{BufRead, BufReader, Read};
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::error::CustomerError;
use crate::table::{Cell, Flow, Row, RowFault, RowPlace, RowSource};

/// Longest line that is read, in bytes.
const MAX_LINE: usize = 4 * 1024 * 1024;

/// Heading of the one column that holds a whole object.
pub(crate) const WHOLE: &str = "entity";

/// Lines of JSON from UTF-8 text, each with its number.
pub(crate) struct Lines<R> {
    input: BufReader<R>,
    file: String,
    line: u64,
}

/// One line, or that it is too long.
pub(crate) type Line = Result<Vec<u8>, RowFault>;

impl<R: Read> Lines<R> {
    pub(crate) fn new(input: R, file: &str) -> Lines<R> {
        Lines {
            input: BufReader::with_capacity(64 * 1024, input),
            file: file.to_owned(),
            line: 0,
        }
    }

    /// The next line that is not blank, with its number.
    pub(crate) fn next(&mut self) -> Result<Option<(u64, Line)>, CustomerError> {
        loop {
            let mut bytes = Vec::new();
            let limit = MAX_LINE as u64 + 1;
            let n = Read::take(&mut self.input, limit)
                .read_until(b'\n', &mut bytes)
                .map_err(|source| CustomerError::Read {
                    file: self.file.clone(),
                    source,
                })?;
            if n == 0 {
                return Ok(None);
            }
            self.line += 1;
            if bytes.len() > MAX_LINE {
                self.skip_line()?;
                let fault = RowFault::Json("a line of more than 4 MiB".to_owned());
                return Ok(Some((self.line, Err(fault))));
            }
            if bytes.trim_ascii().is_empty() {
                continue;
            }
            return Ok(Some((self.line, Ok(bytes))));
        }
    }

    fn skip_line(&mut self) -> Result<(), CustomerError> {
        loop {
            let buffer = self
                .input
                .fill_buf()
                .map_err(|source| CustomerError::Read {
                    file: self.file.clone(),
                    source,
                })?;
            if buffer.is_empty() {
                return Ok(());
            }
            let end = buffer.iter().position(|b| *b == b'\n');
            let n = end.map_or(buffer.len(), |at| at + 1);
            self.input.consume(n);
            if end.is_some() {
                return Ok(());
            }
        }
    }
}

/// The object that a line holds.
pub(crate) fn object(line: &[u8]) -> Result<Map<String, Value>, RowFault> {
    match serde_json::from_slice::<Value>(line.trim_ascii()) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(RowFault::Json(
            "another value; write one object a line".to_owned(),
        )),
        // The place that the parser names is the column of this line.
        Err(e) => Err(RowFault::Json(format!("{e}; write one object a line"))),
    }
}

/// Objects as rows of columns; without columns, each as its text.
pub(crate) struct JsonRows<R> {
    lines: Lines<R>,
    headings: Vec<String>,
}

impl<R: Read> JsonRows<R> {
    /// Rows with these members as columns.
    pub(crate) fn new(input: R, file: &str, headings: Vec<String>) -> JsonRows<R> {
        JsonRows {
            lines: Lines::new(input, file),
            headings,
        }
    }
}

impl<R: Read> JsonRows<R> {
    fn cells(&self, line: &[u8]) -> Result<Vec<Cell>, RowFault> {
        if self.headings == [WHOLE] {
            let text = String::from_utf8_lossy(line.trim_ascii());
            return Ok(vec![Cell::Text(text.into_owned())]);
        }
        let object = object(line)?;
        let cells = self.headings.iter();
        Ok(cells.map(|name| cell(member(&object, name))).collect())
    }
}

impl<R: Read> RowSource for JsonRows<R> {
    fn headings(&self) -> &[String] {
        &self.headings
    }

    fn each(&mut self, take: &mut dyn FnMut(Row) -> Flow) -> Result<(), CustomerError> {
        let mut row = 0;
        while let Some((line, bytes)) = self.lines.next()? {
            row += 1;
            let place = RowPlace {
                row,
                line,
                last_line: line,
                sheet: None::<Arc<str>>,
            };
            let (cells, fault) = match bytes.and_then(|bytes| self.cells(&bytes)) {
                Ok(cells) => (cells, None),
                Err(fault) => (Vec::new(), Some(fault)),
            };
            let row = Row {
                place,
                cells,
                fault,
            };
            if take(row).is_break() {
                break;
            }
        }
        Ok(())
    }
}

/// The names of an object's members; those of objects inside with a dot between.
pub(crate) fn members(object: &Map<String, Value>) -> Vec<String> {
    let mut names = Vec::new();
    for (name, value) in object {
        match value {
            Value::Object(inner) => {
                names.extend(inner.keys().map(|other| format!("{name}.{other}")));
            }
            _ => names.push(name.clone()),
        }
    }
    names
}

fn member<'v>(object: &'v Map<String, Value>, name: &str) -> Option<&'v Value> {
    object.get(name).or_else(|| {
        let (outer, inner) = name.split_once('.')?;
        object.get(outer)?.as_object()?.get(inner)
    })
}

fn cell(value: Option<&Value>) -> Cell {
    match value {
        None | Some(Value::Null) => Cell::Text(String::new()),
        Some(Value::String(text)) => Cell::Text(text.clone()),
        Some(Value::Array(values)) => Cell::Many(
            values
                .iter()
                .map(|v| cell(Some(v)).text().into_owned())
                .collect(),
        ),
        Some(other) => Cell::Text(other.to_string()),
    }
}
