//! Spreadsheets (XLSX, XLS, ODS) as rows of typed cells, with sheet, row and column of each.
//!
//! A workbook is opened whole in memory and read row by row. Before anything else it is unpacked
//! once against [`Limits`], so that a zip bomb, a sheet with one cell at each end, or a row that
//! repeats a million times is an error and not a machine without memory. What a person should know
//! of a workbook (macros, hidden sheets, links to other files) is a [`Finding`], not a failure.
//!
//! ```no_run
//! use interdict_tables::{Limits, Workbook};
//!
//! let bytes = std::fs::read("list.xlsx")?;
//! let mut book = Workbook::open("list.xlsx", bytes, Limits::default())?;
//! let mut rows = book.rows(0)?;
//! while let Some(row) = rows.next_row()? {
//!     for cell in &row.cells {
//!         println!("{}{}: {}", interdict_tables::column_letters(cell.column), row.number, cell.text());
//!     }
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

mod cell;
mod container;
mod date;
mod error;
mod excel;
mod limits;
mod ods;
#[cfg(any(test, feature = "samples"))]
pub mod samples;
#[cfg(test)]
mod tests;
mod workbook;

pub use cell::{Cell, Row, Value, column_letters};
pub use container::looks_like_workbook;
pub use date::{DateSystem, Moment};
pub use error::{Spot, TableError};
pub use limits::Limits;
pub use workbook::{Finding, Kind, Region, Rows, Sheet, Visibility, Workbook};
