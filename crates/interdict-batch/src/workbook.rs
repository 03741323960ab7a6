//! The result as a workbook, from the same lines as the CSV.

use std::io::Read;
use std::path::Path;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::output::COLUMNS;
use crate::error::{BatchError, Context as _};

/// Most rows of a sheet, its headings included.
const MOST_ROWS: u32 = 1_048_576;
/// Most characters of a cell.
const MOST_CHARACTERS: usize = 32_767;
/// Columns that hold numbers.
const NUMBERS: &[&str] = &["row", "score", "rank", "party", "hits"];

/// Writes lines of CSV as a workbook. Text stays text: nothing becomes a formula.
pub(crate) fn write(
    lines: impl Read,
    path: &Path,
    day: jiff::civil::Date,
) -> Result<(), BatchError> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(lines);
    let mut book = Workbook::new();
    // The time of writing would make each file another.
    let created = u8::try_from(day.month())
        .and_then(|month| Ok((month, u8::try_from(day.day())?)))
        .context("a day of the calendar")?;
    let created = ExcelDateTime::from_ymd(
        u16::try_from(day.year()).context("a year of the calendar")?,
        created.0,
        created.1,
    )?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&created));
    let sheet = book.add_worksheet_with_constant_memory()?;
    sheet.set_name("Hits")?;
    let bold = Format::new().set_bold();
    let mut row = 0;
    let mut record = csv::StringRecord::new();
    let mut columns = 0;
    sheet.set_freeze_panes(1, 0)?;
    while reader.read_record(&mut record)? {
        if row >= MOST_ROWS {
            return Err(BatchError::defect(format!(
                "{}: more than 1,048,576 lines, which no sheet holds; write .csv or .jsonl, or raise \
                 --threshold",
                path.display()
            )));
        }
        for (column, cell) in (0u16..).zip(record.iter()) {
            put(sheet, row, column, cell, &bold)?;
            columns = columns.max(column);
        }
        row += 1;
    }
    if row > 1 {
        sheet.autofilter(0, 0, row - 1, columns)?;
    }
    book.save(path)
        .with_context(|| format!("{} cannot be written", path.display()))
}

fn put(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &str,
    bold: &Format,
) -> Result<(), XlsxError> {
    let number = COLUMNS
        .get(usize::from(column))
        .is_some_and(|name| NUMBERS.contains(name));
    if row == 0 {
        sheet.write_string_with_format(row, column, cell, bold)?;
    } else if cell.is_empty() {
        return Ok(());
    } else if number && let Ok(value) = cell.parse::<f64>() {
        sheet.write_number(row, column, value)?;
    } else if cell.chars().count() > MOST_CHARACTERS {
        let cut: String = cell
            .chars()
            .take(MOST_CHARACTERS - 1)
            .chain(['…'])
            .collect();
        sheet.write_string(row, column, cut)?;
    } else {
        sheet.write_string(row, column, cell)?;
    }
    Ok(())
}
