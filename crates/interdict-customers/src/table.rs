//! Rows of any format, before anybody asks what they mean.

use std::fmt;

use crate::error::CustomerError;

/// Longest cell that is read, in bytes. No name, address or remark of a customer comes near it; what
/// is longer is a quote that was never closed, or an attack on memory.
pub const MAX_CELL: usize = 64 * 1024;
/// Most columns of a row.
pub const MAX_COLUMNS: usize = 4_096;

/// Where a row stands in its file.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RowPlace {
    /// Number of the row among the rows of customers, from 1: headings and blank lines do not count.
    pub row: u64,
    /// First line of a text file, or row of a sheet, from 1.
    pub line: u64,
    /// Last line, where the row spans several.
    pub last_line: u64,
    /// Sheet, in a workbook.
    pub sheet: Option<std::sync::Arc<str>>,
}

impl fmt::Display for RowPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.sheet {
            Some(sheet) => write!(f, "sheet {sheet:?}, row {}", self.line),
            None if self.last_line > self.line => {
                write!(f, "lines {} to {}", self.line, self.last_line)
            }
            None => write!(f, "line {}", self.line),
        }
    }
}

/// One cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Text; empty where there is nothing.
    Text(String),
    /// A date that the file itself types as one, ISO 8601.
    Date(String),
    /// Several values of one member of a JSON object.
    Many(Vec<String>),
    /// A value that the file says is none: `#REF!` and its kind.
    Broken(String),
}

impl Cell {
    /// The cell in one text, as it goes into results.
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        match self {
            Cell::Text(text) | Cell::Date(text) | Cell::Broken(text) => text.into(),
            Cell::Many(values) => values.join("; ").into(),
        }
    }

    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        match self {
            Cell::Text(text) | Cell::Date(text) | Cell::Broken(text) => text.trim().is_empty(),
            Cell::Many(values) => values.iter().all(|v| v.trim().is_empty()),
        }
    }
}

/// One row, or what keeps it from being one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Where it stands.
    pub place: RowPlace,
    /// Its cells, as many as there are headings; fewer or more where `fault` says so.
    pub cells: Vec<Cell>,
    /// Why it cannot be used.
    pub fault: Option<RowFault>,
}

/// Why a row cannot be used; with what was expected and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RowFault {
    /// Too few or too many cells.
    #[error(
        "{found} cells, expected {expected} as in the headings; look for a delimiter or a line break \
         inside a value that is not in quotes"
    )]
    Ragged {
        /// Cells of the row.
        found: usize,
        /// Cells of the heading.
        expected: usize,
    },
    /// A cell of more than [`MAX_CELL`] bytes.
    #[error(
        "a cell of more than 65,536 bytes in column {column}; look for a quote that is not closed on \
         its first line"
    )]
    LongCell {
        /// Column, from 1.
        column: usize,
    },
    /// Other rows stand inside one quoted cell of this one.
    #[error(
        "the cell in column {column} holds {lines} line breaks with whole rows between them; look for \
         a quote that is not closed on its first line"
    )]
    SwallowedRows {
        /// Column, from 1.
        column: usize,
        /// Line breaks in the cell.
        lines: usize,
    },
    /// A line that is no JSON object.
    #[error("no JSON object: {0}")]
    Json(String),
    /// An FtM entity that cannot be screened.
    #[error("{0}")]
    Entity(String),
    /// No name and no identifier.
    #[error("no name and no identifier; there is nothing to screen")]
    Nothing,
    /// The name holds no letter.
    #[error("the name {0:?} holds nothing that can be compared; expected letters")]
    NoLetters(String),
    /// A cell needed for the name is an error of the spreadsheet.
    #[error("the name is {0}, an error of the spreadsheet; mend the formula or paste its values")]
    Broken(String),
    /// A value beside the table.
    #[error(
        "a value in column {column}, which has no heading; give the column one or clear the cell"
    )]
    Beyond {
        /// Column, in letters.
        column: String,
    },
    /// More cells than [`MAX_COLUMNS`].
    #[error("more than 4,096 cells")]
    TooManyCells,
}

/// Whether to go on reading.
pub type Flow = std::ops::ControlFlow<()>;

/// A file of customers of any format.
pub(crate) trait RowSource {
    /// The headings; numbers from 1 where the file has none.
    fn headings(&self) -> &[String];

    /// Gives every row to `take`, until that says stop.
    fn each(&mut self, take: &mut dyn FnMut(Row) -> Flow) -> Result<(), CustomerError>;
}
