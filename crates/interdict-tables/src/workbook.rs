//! A workbook: its sheets, what to know of it, and the rows of a sheet.

use std::io::Cursor;

use calamine::{Reader, Xls, Xlsx};
use zip::ZipArchive;

use crate::cell::{Cell, Row, Value};
use crate::container;
use crate::date::DateSystem;
use crate::error::{Spot, TableError};
use crate::excel;
use crate::limits::Limits;
use crate::ods;

pub(crate) type Bytes = Cursor<Vec<u8>>;

/// Which format a workbook has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Office Open XML.
    Xlsx,
    /// Excel 97 to 2003 and before.
    Xls,
    /// OpenDocument.
    Ods,
}

impl Kind {
    /// The usual ending of such files.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Xlsx => "xlsx",
            Kind::Xls => "xls",
            Kind::Ods => "ods",
        }
    }
}

/// A sheet, in the order of the workbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// Whether a person sees it.
    pub visibility: Visibility,
    /// Whether it has cells; a sheet that is one chart or a macro has not.
    pub has_cells: bool,
}

/// Whether a person who opens the workbook sees a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// Yes.
    Visible,
    /// Not until it is unhidden from a menu.
    Hidden,
    /// Not at all: only a program can unhide it.
    VeryHidden,
}

/// Something a person should know of a workbook that was read all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// It holds macros. They are never run.
    Macros,
    /// It takes values from other files. What it stored of them is read; nothing is fetched.
    ExternalLinks,
    /// A sheet is hidden. It is read like any other.
    HiddenSheet(String),
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Finding::Macros => f.write_str("holds macros, which are not run"),
            Finding::ExternalLinks => {
                f.write_str("takes values from other files; the stored ones are read")
            }
            Finding::HiddenSheet(name) => write!(f, "sheet {name:?} is hidden"),
        }
    }
}

/// Cells that are shown as one. Only the first holds a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// First row, counted from 1.
    pub first_row: u32,
    /// First column, counted from 0.
    pub first_column: u32,
    /// Last row.
    pub last_row: u32,
    /// Last column.
    pub last_column: u32,
}

impl Region {
    /// Whether a cell belongs to it.
    pub fn contains(&self, row: u32, column: u32) -> bool {
        (self.first_row..=self.last_row).contains(&row)
            && (self.first_column..=self.last_column).contains(&column)
    }
}

/// An open workbook.
pub struct Workbook {
    file: String,
    kind: Kind,
    limits: Limits,
    sheets: Vec<Sheet>,
    findings: Vec<Finding>,
    system: DateSystem,
    inner: Inner,
}

enum Inner {
    Xlsx(Box<Xlsx<Bytes>>),
    Xls(Box<Xls<Bytes>>),
    Ods(Box<ZipArchive<Bytes>>),
}

impl Workbook {
    /// Opens a workbook; `file` is what errors call it.
    ///
    /// # Errors
    /// When it is no workbook, locked by a password, damaged, or beyond a limit.
    pub fn open(file: &str, bytes: Vec<u8>, limits: Limits) -> Result<Workbook, TableError> {
        let checked = container::check(file, bytes, &limits)?;
        let bytes = Cursor::new(checked.bytes);
        let (inner, sheets, system) = match checked.kind {
            Kind::Xlsx => {
                let book = excel::open_xlsx(file, bytes)?;
                let sheets = excel::sheets(book.sheets_metadata());
                let system = excel::system(book.has_1904_epoch());
                (Inner::Xlsx(Box::new(book)), sheets, system)
            }
            Kind::Xls => {
                let book = excel::open_xls(file, bytes)?;
                let sheets = excel::sheets(book.sheets_metadata());
                let system = excel::system(book.has_1904_epoch());
                (Inner::Xls(Box::new(book)), sheets, system)
            }
            Kind::Ods => {
                let (zip, sheets) = ods::open(file, bytes)?;
                (Inner::Ods(Box::new(zip)), sheets, DateSystem::From1900)
            }
        };
        if sheets.len() > limits.sheets {
            return Err(TableError::TooLarge {
                file: file.to_owned(),
                spot: None,
                what: "sheets",
                limit: limits.sheets as u64,
            });
        }
        let mut findings = checked.findings;
        let hidden = sheets
            .iter()
            .filter(|s| s.visibility != Visibility::Visible)
            .map(|s| Finding::HiddenSheet(s.name.clone()));
        findings.extend(hidden);
        Ok(Workbook {
            file: file.to_owned(),
            kind: checked.kind,
            limits,
            sheets,
            findings,
            system,
            inner,
        })
    }

    /// Its format.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Its sheets, hidden ones too.
    pub fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    /// What a person should know of it.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// From which day it counts dates, for numbers that were typed without a date format.
    pub fn date_system(&self) -> DateSystem {
        self.system
    }

    /// The rows of a sheet, counted from 0, that say something.
    ///
    /// # Errors
    /// When there is no such sheet or its content is damaged.
    pub fn rows(&mut self, sheet: usize) -> Result<Rows<'_>, TableError> {
        let found = self.sheet(sheet)?;
        let guard = Guard::new(&self.file, &found.name, self.limits);
        let inner: Box<dyn RowReader + '_> = if !found.has_cells {
            Box::new(NoRows)
        } else {
            match &mut self.inner {
                Inner::Xlsx(book) => excel::xlsx_rows(book, &guard, self.system)?,
                Inner::Xls(book) => excel::xls_rows(book, &guard, self.system)?,
                Inner::Ods(zip) => ods::rows(zip, sheet, &guard)?,
            }
        };
        Ok(Rows {
            inner,
            guard,
            row: Row::default(),
        })
    }

    /// The merged cells of a sheet, counted from 0. A header over several columns is one of these.
    ///
    /// # Errors
    /// When there is no such sheet or its content is damaged.
    pub fn merged(&mut self, sheet: usize) -> Result<Vec<Region>, TableError> {
        let found = self.sheet(sheet)?;
        let guard = Guard::new(&self.file, &found.name, self.limits);
        if !found.has_cells {
            return Ok(Vec::new());
        }
        match &mut self.inner {
            Inner::Xlsx(book) => excel::xlsx_merged(book, &guard),
            Inner::Xls(book) => Ok(excel::xls_merged(book, &guard)),
            Inner::Ods(zip) => ods::merged(zip, sheet, &guard),
        }
    }

    fn sheet(&self, index: usize) -> Result<Sheet, TableError> {
        self.sheets
            .get(index)
            .cloned()
            .ok_or_else(|| TableError::NoSheet {
                file: self.file.clone(),
                index,
                sheets: self.sheets.len(),
            })
    }
}

/// Rows of a sheet, one after another.
pub struct Rows<'a> {
    inner: Box<dyn RowReader + 'a>,
    guard: Guard,
    row: Row,
}

impl Rows<'_> {
    /// The next row that says something.
    ///
    /// # Errors
    /// When the sheet is damaged or goes beyond a limit; the error names the cell.
    pub fn next_row(&mut self) -> Result<Option<&Row>, TableError> {
        self.row.cells.clear();
        self.guard.row_bytes = 0;
        if self.inner.next_row(&mut self.row, &mut self.guard)? {
            Ok(Some(&self.row))
        } else {
            Ok(None)
        }
    }
}

/// One format's way to read rows.
pub(crate) trait RowReader {
    /// Fills the row, which comes empty. `false` after the last one.
    fn next_row(&mut self, row: &mut Row, guard: &mut Guard) -> Result<bool, TableError>;
}

struct NoRows;

impl RowReader for NoRows {
    fn next_row(&mut self, _: &mut Row, _: &mut Guard) -> Result<bool, TableError> {
        Ok(false)
    }
}

/// Knows where reading is, and what is still allowed.
#[derive(Clone)]
pub(crate) struct Guard {
    pub(crate) file: String,
    pub(crate) sheet: String,
    limits: Limits,
    cells: u64,
    bytes: u64,
    row_bytes: usize,
}

impl Guard {
    fn new(file: &str, sheet: &str, limits: Limits) -> Guard {
        Guard {
            file: file.to_owned(),
            sheet: sheet.to_owned(),
            limits,
            cells: 0,
            bytes: 0,
            row_bytes: 0,
        }
    }

    pub(crate) fn max_columns(&self) -> u32 {
        self.limits.columns
    }

    pub(crate) fn max_cell_bytes(&self) -> usize {
        self.limits.cell_bytes
    }

    pub(crate) fn max_row_bytes(&self) -> usize {
        self.limits.row_bytes
    }

    /// Adds a cell to a row. Columns may come in any order, each once.
    pub(crate) fn push(&mut self, row: &mut Row, cell: Cell) -> Result<(), TableError> {
        let at = (row.number, cell.column);
        let bytes = match &cell.value {
            Value::Text(text) | Value::Duration(text) | Value::Error(text) => text.len(),
            _ => 8,
        };
        self.cells += 1;
        self.bytes += bytes as u64;
        self.row_bytes += bytes;
        let limits = self.limits;
        let checks = [
            (
                "rows in a sheet",
                u64::from(row.number),
                u64::from(limits.rows),
            ),
            (
                "columns in a sheet",
                u64::from(cell.column) + 1,
                u64::from(limits.columns),
            ),
            ("cells in a sheet", self.cells, limits.cells),
            ("bytes in one cell", bytes as u64, limits.cell_bytes as u64),
            (
                "bytes in one row",
                self.row_bytes as u64,
                limits.row_bytes as u64,
            ),
            ("bytes of text in a sheet", self.bytes, limits.sheet_bytes),
        ];
        if let Some((what, _, limit)) = checks.into_iter().find(|(_, found, limit)| found > limit) {
            return Err(self.too_large(at, what, limit));
        }
        match row.cells.binary_search_by_key(&cell.column, |c| c.column) {
            Ok(_) => Err(self.damaged(Some(at), "a second cell at the same place".to_owned())),
            Err(place) => {
                row.cells.insert(place, cell);
                Ok(())
            }
        }
    }

    pub(crate) fn too_large(&self, at: (u32, u32), what: &'static str, limit: u64) -> TableError {
        TableError::TooLarge {
            file: self.file.clone(),
            spot: Some(self.spot(Some(at))),
            what,
            limit,
        }
    }

    /// An error at a row (from 1) and column (from 0) of the sheet.
    pub(crate) fn damaged(&self, at: Option<(u32, u32)>, found: String) -> TableError {
        TableError::Damaged {
            file: self.file.clone(),
            spot: Some(self.spot(at)),
            found,
        }
    }

    fn spot(&self, at: Option<(u32, u32)>) -> Spot {
        Spot {
            sheet: self.sheet.clone(),
            row: at.map(|a| a.0),
            column: at.map(|a| a.1),
        }
    }
}
