//! Why a workbook could not be read.

use std::fmt;

/// Where in a workbook something stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// Name of the sheet.
    pub sheet: String,
    /// Row, counted from 1 as spreadsheet programs do.
    pub row: Option<u32>,
    /// Column, counted from 0.
    pub column: Option<u32>,
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sheet {:?}", self.sheet)?;
        match (self.row, self.column) {
            (Some(row), Some(column)) => {
                write!(f, ", cell {}{row}", crate::column_letters(column))
            }
            (Some(row), None) => write!(f, ", row {row}"),
            (None, _) => Ok(()),
        }
    }
}

/// Why a workbook could not be read: file, place, what stands there, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The file is no spreadsheet that can be read.
    #[error("{file}: {found}; {remedy}")]
    NotReadable {
        /// File.
        file: String,
        /// What it is.
        found: String,
        /// What to do.
        remedy: &'static str,
    },
    /// It goes beyond a limit.
    #[error("{file}{}: more than {limit} {what}; a list has far less, look at what this file is", at(.spot))]
    TooLarge {
        /// File.
        file: String,
        /// Where, if inside a sheet.
        spot: Option<Spot>,
        /// What there is too much of (`bytes after unpacking`, `cells in a sheet`, …).
        what: &'static str,
        /// The limit.
        limit: u64,
    },
    /// It is damaged.
    #[error("{file}{}: {found}; the file is damaged, fetch it again or save it anew as .xlsx", at(.spot))]
    Damaged {
        /// File.
        file: String,
        /// Where, if known.
        spot: Option<Spot>,
        /// What is wrong.
        found: String,
    },
    /// There is no sheet of this number.
    #[error("{file}: no sheet {number}; it has {sheets}", number = .index + 1)]
    NoSheet {
        /// File.
        file: String,
        /// The sheet asked for, counted from 0.
        index: usize,
        /// How many there are.
        sheets: usize,
    },
}

fn at(spot: &Option<Spot>) -> String {
    spot.as_ref().map_or(String::new(), |s| format!(", {s}"))
}
