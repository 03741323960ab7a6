//! Rows of a workbook's sheet.

use std::sync::Arc;

use interdict_tables::{Limits, Region, TableError, Value, Workbook, column_letters};

use crate::error::CustomerError;
use crate::table::{Cell, Flow, MAX_CELL, Row, RowFault, RowPlace, RowSource};

/// Rows at the top of a sheet among which headings are looked for.
const TOP: usize = 20;

/// A sheet, as far as choosing one needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Top {
    pub(crate) name: String,
    pub(crate) hidden: bool,
    /// Number and texts of its first rows.
    pub(crate) rows: Vec<(u32, Vec<String>)>,
    /// Merged cells.
    pub(crate) merged: Vec<Region>,
}

/// What can be read of customers' workbooks: as any, but cells as short as in any other format.
pub(crate) fn open(file: &str, bytes: Vec<u8>) -> Result<Workbook, CustomerError> {
    Workbook::open(file, bytes, Limits::default()).map_err(CustomerError::from)
}

impl From<TableError> for CustomerError {
    fn from(error: TableError) -> CustomerError {
        CustomerError::Workbook(error)
    }
}

/// The tops of all sheets that have rows.
pub(crate) fn tops(book: &mut Workbook) -> Result<Vec<Top>, CustomerError> {
    let sheets = book.sheets().to_vec();
    let mut tops = Vec::new();
    for (index, sheet) in sheets.iter().enumerate() {
        if !sheet.has_cells {
            continue;
        }
        let mut rows = Vec::new();
        {
            let mut reading = book.rows(index)?;
            while rows.len() < TOP
                && let Some(row) = reading.next_row()?
            {
                let width = row.cells.last().map_or(0, |c| c.column as usize + 1);
                rows.push((row.number, row.texts(width)));
            }
        }
        if rows.is_empty() {
            continue;
        }
        tops.push(Top {
            name: sheet.name.clone(),
            hidden: sheet.visibility != interdict_tables::Visibility::Visible,
            rows,
            merged: book.merged(index)?,
        });
    }
    Ok(tops)
}

/// The headings of a row, where cells above or beside are merged into one: a merged cell names each
/// of its columns, two rows of headings are joined.
pub(crate) fn headings(top: &Top, header_row: u32) -> Vec<String> {
    let texts = |number: u32| {
        top.rows
            .iter()
            .find(|(n, _)| *n == number)
            .map_or(&[][..], |(_, texts)| texts)
    };
    let own = texts(header_row);
    let region = |row: u32, column: usize| {
        let column = u32::try_from(column).ok()?;
        top.merged.iter().find(|r| r.contains(row, column))
    };
    let spread = |row: u32, column: usize| -> &str {
        let at =
            region(row, column).map_or((row, column), |r| (r.first_row, r.first_column as usize));
        texts(at.0).get(at.1).map_or("", |t| t.trim())
    };
    (0..own.len())
        .map(|column| {
            let here = spread(header_row, column).to_owned();
            let above = match header_row {
                0 | 1 => "",
                n if region(n - 1, column).is_some_and(|r| r.first_column != r.last_column) => {
                    spread(n - 1, column)
                }
                _ => "",
            };
            match (here.is_empty(), above.is_empty() || above == here) {
                (_, true) => here,
                (true, false) => above.to_owned(),
                (false, false) => format!("{above} {here}"),
            }
        })
        .collect()
}

/// A sheet as rows of customers.
pub(crate) struct SheetRows {
    book: Workbook,
    sheet: usize,
    name: Arc<str>,
    headings: Vec<String>,
    header_row: u32,
}

impl SheetRows {
    /// The rows below `header_row` of the sheet with this name; all rows for 0.
    pub(crate) fn new(
        book: Workbook,
        file: &str,
        sheet: &str,
        headings: Vec<String>,
        header_row: u32,
    ) -> Result<SheetRows, CustomerError> {
        let index = book.sheets().iter().position(|s| s.name == sheet);
        let Some(index) = index else {
            let names: Vec<String> = book.sheets().iter().map(|s| s.name.clone()).collect();
            return Err(CustomerError::Damaged {
                file: file.to_owned(),
                place: "workbook".to_owned(),
                problem: format!("no sheet {sheet:?}; it has {}", names.join(", ")),
                remedy: "name one with --sheet".to_owned(),
            });
        };
        Ok(SheetRows {
            book,
            sheet: index,
            name: sheet.into(),
            headings,
            header_row,
        })
    }
}

impl RowSource for SheetRows {
    fn headings(&self) -> &[String] {
        &self.headings
    }

    fn each(&mut self, take: &mut dyn FnMut(Row) -> Flow) -> Result<(), CustomerError> {
        let mut rows = self.book.rows(self.sheet)?;
        let mut number = 0;
        while let Some(row) = rows.next_row()? {
            if row.number <= self.header_row {
                continue;
            }
            let mut cells: Vec<Cell> = vec![Cell::Text(String::new()); self.headings.len()];
            let mut fault = None;
            for cell in &row.cells {
                let Some(slot) = cells.get_mut(cell.column as usize) else {
                    fault.get_or_insert(RowFault::Beyond {
                        column: column_letters(cell.column),
                    });
                    continue;
                };
                *slot = match &cell.value {
                    Value::Moment(moment) => Cell::Date(moment.iso()),
                    Value::Error(error) => Cell::Broken(error.clone()),
                    other => Cell::Text(other.text()),
                };
                if slot.text().len() > MAX_CELL {
                    fault.get_or_insert(RowFault::LongCell {
                        column: cell.column as usize + 1,
                    });
                    *slot = Cell::Text(String::new());
                }
            }
            if fault.is_none() && cells.iter().all(Cell::is_empty) {
                continue;
            }
            number += 1;
            let line = u64::from(row.number);
            let place = RowPlace {
                row: number,
                line,
                last_line: line,
                sheet: Some(Arc::clone(&self.name)),
            };
            if take(Row {
                place,
                cells,
                fault,
            })
            .is_break()
            {
                break;
            }
        }
        Ok(())
    }
}
