//! The two Excel formats, through calamine.

use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{
    CellErrorType, Data, DataRef, Dimensions, ExcelDateTime, Range, Reader, SheetType,
    SheetVisible, Xls, Xlsx, XlsxCellReader,
};

use crate::cell::{Cell, Row, Value};
use crate::date::{DateSystem, Moment};
use crate::error::TableError;
use crate::workbook::{Bytes, Guard, Region, RowReader, Sheet, Visibility};

pub(crate) fn open_xlsx(file: &str, bytes: Bytes) -> Result<Xlsx<Bytes>, TableError> {
    caught(|| Xlsx::new(bytes)).map_err(|found| damaged_file(file, found))
}

pub(crate) fn open_xls(file: &str, bytes: Bytes) -> Result<Xls<Bytes>, TableError> {
    caught(|| Xls::new(bytes)).map_err(|found| damaged_file(file, found))
}

/// Runs a parser of a third party. It is not trusted to meet every damaged file with an error: a
/// panic in it becomes one here.
fn caught<T, E: std::fmt::Display>(parse: impl FnOnce() -> Result<T, E>) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(parse)) {
        Ok(done) => done.map_err(|e| e.to_string()),
        Err(_) => Err("content that the reader of this format cannot follow".to_owned()),
    }
}

fn damaged_file(file: &str, found: String) -> TableError {
    TableError::Damaged {
        file: file.to_owned(),
        spot: None,
        found,
    }
}

pub(crate) fn sheets(found: &[calamine::Sheet]) -> Vec<Sheet> {
    let visibility = |visible| match visible {
        SheetVisible::Visible => Visibility::Visible,
        SheetVisible::Hidden => Visibility::Hidden,
        SheetVisible::VeryHidden => Visibility::VeryHidden,
    };
    found
        .iter()
        .map(|sheet| Sheet {
            name: sheet.name.clone(),
            visibility: visibility(sheet.visible),
            has_cells: sheet.typ == SheetType::WorkSheet,
        })
        .collect()
}

pub(crate) fn system(from_1904: bool) -> DateSystem {
    if from_1904 {
        DateSystem::From1904
    } else {
        DateSystem::From1900
    }
}

pub(crate) fn xlsx_rows<'a>(
    book: &'a mut Xlsx<Bytes>,
    guard: &Guard,
    system: DateSystem,
) -> Result<Box<dyn RowReader + 'a>, TableError> {
    let reader = caught(|| book.worksheet_cells_reader(&guard.sheet))
        .map_err(|found| guard.damaged(None, found))?;
    Ok(Box::new(XlsxRows {
        reader,
        system,
        waiting: None,
        ended: false,
    }))
}

/// Rows out of a stream of cells; one cell is read ahead.
struct XlsxRows<'a> {
    reader: XlsxCellReader<'a, Bytes>,
    system: DateSystem,
    waiting: Option<(u32, Cell)>,
    ended: bool,
}

impl XlsxRows<'_> {
    /// The next cell that says something, with its row from 1.
    fn next_cell(&mut self, guard: &Guard) -> Result<Option<(u32, Cell)>, TableError> {
        if let Some(waiting) = self.waiting.take() {
            return Ok(Some(waiting));
        }
        while !self.ended {
            let record = caught(|| self.reader.next_cell_with_formula_metadata())
                .map_err(|found| guard.damaged(None, found))?;
            let Some(record) = record else {
                self.ended = true;
                break;
            };
            if let Some(value) = referenced(record.value, self.system) {
                let cell = Cell {
                    column: record.pos.1,
                    value,
                    formula: record.formula.is_some(),
                };
                return Ok(Some((record.pos.0.saturating_add(1), cell)));
            }
        }
        Ok(None)
    }
}

impl RowReader for XlsxRows<'_> {
    fn next_row(&mut self, row: &mut Row, guard: &mut Guard) -> Result<bool, TableError> {
        let Some((number, first)) = self.next_cell(guard)? else {
            return Ok(false);
        };
        if number <= row.number {
            let found = format!("row {number} after row {}", row.number);
            return Err(guard.damaged(Some((number, first.column)), found));
        }
        row.number = number;
        guard.push(row, first)?;
        while let Some((next, cell)) = self.next_cell(guard)? {
            if next != number {
                self.waiting = Some((next, cell));
                break;
            }
            guard.push(row, cell)?;
        }
        Ok(true)
    }
}

pub(crate) fn xls_rows<'a>(
    book: &'a mut Xls<Bytes>,
    guard: &Guard,
    system: DateSystem,
) -> Result<Box<dyn RowReader + 'a>, TableError> {
    let damaged = |found| guard.damaged(None, found);
    let cells = caught(|| book.worksheet_range(&guard.sheet)).map_err(damaged)?;
    let formulas = caught(|| book.worksheet_formula(&guard.sheet)).map_err(damaged)?;
    Ok(Box::new(XlsRows {
        cells,
        formulas,
        system,
        at: 0,
    }))
}

/// Rows of a sheet that is whole in memory.
struct XlsRows {
    cells: Range<Data>,
    formulas: Range<String>,
    system: DateSystem,
    at: usize,
}

impl RowReader for XlsRows {
    fn next_row(&mut self, row: &mut Row, guard: &mut Guard) -> Result<bool, TableError> {
        let Some((top, left)) = self.cells.start() else {
            return Ok(false);
        };
        let (height, width) = self.cells.get_size();
        while self.at < height {
            let number = top + self.at as u32;
            for offset in 0..width {
                let Some(data) = self.cells.get((self.at, offset)) else {
                    continue;
                };
                let column = left + offset as u32;
                let Some(value) = owned(data, self.system) else {
                    continue;
                };
                row.number = number + 1;
                let formula = self
                    .formulas
                    .get_value((number, column))
                    .is_some_and(|f| !f.is_empty());
                guard.push(
                    row,
                    Cell {
                        column,
                        value,
                        formula,
                    },
                )?;
            }
            self.at += 1;
            if !row.cells.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

pub(crate) fn xlsx_merged(
    book: &mut Xlsx<Bytes>,
    guard: &Guard,
) -> Result<Vec<Region>, TableError> {
    caught(|| book.merge_cells_by_sheet_name(&guard.sheet))
        .map(|found| found.iter().map(region).collect())
        .map_err(|found| guard.damaged(None, found))
}

pub(crate) fn xls_merged(book: &Xls<Bytes>, guard: &Guard) -> Vec<Region> {
    let found = book.merge_cells_by_sheet_name(&guard.sheet);
    found.unwrap_or_default().iter().map(region).collect()
}

fn region(dimensions: &Dimensions) -> Region {
    Region {
        first_row: dimensions.start.0.saturating_add(1),
        first_column: dimensions.start.1,
        last_row: dimensions.end.0.saturating_add(1),
        last_column: dimensions.end.1,
    }
}

fn referenced(data: DataRef<'_>, system: DateSystem) -> Option<Value> {
    Some(match data {
        DataRef::Empty => return None,
        DataRef::Int(number) => Value::Number(number as f64),
        DataRef::Float(number) => Value::Number(number),
        DataRef::String(text) => return text_value(text),
        DataRef::SharedString(text) => return text_value(text.to_owned()),
        DataRef::Bool(value) => Value::Boolean(value),
        DataRef::DateTime(moment) => moment_value(&moment, system),
        DataRef::DateTimeIso(text) => Value::Moment(Moment::Written(text)),
        DataRef::DurationIso(text) => Value::Duration(text),
        DataRef::Error(error) => error_value(&error),
    })
}

fn owned(data: &Data, system: DateSystem) -> Option<Value> {
    Some(match data {
        Data::Empty => return None,
        Data::Int(number) => Value::Number(*number as f64),
        Data::Float(number) => Value::Number(*number),
        Data::String(text) => return text_value(text.clone()),
        Data::Bool(value) => Value::Boolean(*value),
        Data::DateTime(moment) => moment_value(moment, system),
        Data::DateTimeIso(text) => Value::Moment(Moment::Written(text.clone())),
        Data::DurationIso(text) => Value::Duration(text.clone()),
        Data::Error(error) => error_value(error),
    })
}

fn text_value(text: String) -> Option<Value> {
    (!text.is_empty()).then_some(Value::Text(text))
}

fn moment_value(moment: &ExcelDateTime, system: DateSystem) -> Value {
    if moment.is_duration() {
        return Value::Duration(format!(
            "{} days",
            crate::cell::number_text(moment.as_f64())
        ));
    }
    Value::Moment(Moment::Serial {
        days: moment.as_f64(),
        system,
    })
}

fn error_value(error: &CellErrorType) -> Value {
    Value::Error(error.to_string())
}
