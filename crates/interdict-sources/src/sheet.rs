//! Sheets of a spreadsheet as tables: the header found by its columns, one row at a time.

use std::io::Read;

use interdict_model::Place;
use interdict_tables::{Limits, Rows, TableError, Value, Workbook};

use crate::error::SourceError;
use crate::publication::{Problem, RawFile, Report, SheetStart};
use crate::table::{Records, Row};

/// Rows at the start of a sheet in which a header is looked for. The deepest known stands in row 6.
pub(crate) const HEADER_WITHIN: usize = 10;

/// Opens a file as a workbook.
pub(crate) fn open(file: &dyn RawFile) -> Result<Workbook, SourceError> {
    let limits = Limits::default();
    let io = |source| SourceError::Io {
        file: file.name().to_owned(),
        source,
    };
    let mut bytes = Vec::new();
    file.open()
        .map_err(io)?
        .take(limits.file_bytes + 1)
        .read_to_end(&mut bytes)
        .map_err(io)?;
    Ok(Workbook::open(file.name(), bytes, limits)?)
}

/// The first rows of each sheet, for detection.
pub(crate) fn starts(file: &dyn RawFile) -> Result<Vec<SheetStart>, SourceError> {
    let mut book = open(file)?;
    let names: Vec<String> = book.sheets().iter().map(|s| s.name.clone()).collect();
    let mut starts = Vec::with_capacity(names.len());
    for (index, name) in names.into_iter().enumerate() {
        let mut rows = Vec::new();
        let mut reader = book.rows(index)?;
        while rows.len() < HEADER_WITHIN {
            let Some(row) = reader.next_row()? else { break };
            rows.push(row.cells.iter().map(|c| title(&c.text())).collect());
        }
        starts.push(SheetStart { name, rows });
    }
    Ok(starts)
}

/// Reports what a person should know of a workbook beside its cells.
pub(crate) fn report_findings(book: &Workbook, file: &str, report: &mut Report) {
    for finding in book.findings() {
        report.problem(Problem {
            file: file.into(),
            place: None,
            kind: "workbook",
            field: String::new(),
            value: String::new(),
            note: finding.to_string(),
        });
    }
}

/// A column title: white space squashed, so that a line break in a title does not hide it.
pub(crate) fn title(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// One sheet below its header.
pub(crate) struct SheetTable<'b> {
    file: String,
    sheet: u32,
    header: Vec<String>,
    before: Vec<Vec<String>>,
    rows: Rows<'b>,
    cells: Vec<String>,
    values: Vec<Option<Value>>,
}

impl<'b> SheetTable<'b> {
    /// Reads up to the first row that has all `required` titles.
    ///
    /// # Errors
    /// When the sheet is damaged or none of its first rows has them.
    pub(crate) fn open(
        book: &'b mut Workbook,
        file: &str,
        index: usize,
        required: &[&str],
    ) -> Result<SheetTable<'b>, SourceError> {
        let mut rows = book.rows(index)?;
        let sheet = u32::try_from(index + 1).unwrap_or(u32::MAX);
        let mut before = Vec::new();
        while before.len() < HEADER_WITHIN {
            let Some(row) = rows.next_row()? else { break };
            let width = row.cells.last().map_or(0, |c| c.column as usize + 1);
            let texts = row.texts(width);
            let header: Vec<String> = texts.iter().map(|t| title(t)).collect();
            if required.iter().all(|r| header.iter().any(|h| h == r)) {
                return Ok(SheetTable {
                    file: file.to_owned(),
                    sheet,
                    header,
                    before,
                    rows,
                    cells: Vec::new(),
                    values: Vec::new(),
                });
            }
            before.push(texts);
        }
        Err(SourceError::Malformed {
            file: file.to_owned(),
            place: Some(Place::Row { sheet, row: 1 }),
            found: "no header".to_owned(),
            expected: format!("a row with the columns {}", required.join(", ")),
        })
    }

    /// The rows above the header, such as a line with the date of the list.
    pub(crate) fn before(&self) -> &[Vec<String>] {
        &self.before
    }
}

impl Records for SheetTable<'_> {
    fn header(&self) -> &[String] {
        &self.header
    }

    fn next_row(&mut self) -> Result<Option<Row<'_>>, SourceError> {
        let Some(row) = self.rows.next_row()? else {
            return Ok(None);
        };
        let width = row.cells.last().map_or(0, |c| c.column as usize + 1);
        // A cell beyond the header is called by the letters of its column.
        while self.header.len() < width {
            let column = u32::try_from(self.header.len()).unwrap_or(u32::MAX);
            self.header.push(format!(
                "column {}",
                interdict_tables::column_letters(column)
            ));
        }
        self.cells = row.texts(self.header.len());
        self.values.clear();
        self.values.resize(self.header.len(), None);
        for cell in &row.cells {
            if let Some(slot) = self.values.get_mut(cell.column as usize) {
                *slot = Some(cell.value.clone());
            }
        }
        let place = Place::Row {
            sheet: self.sheet,
            row: row.number,
        };
        Ok(Some(Row::new(
            &self.header,
            &self.cells,
            &self.values,
            place,
        )))
    }

    fn nothing(&self) -> SourceError {
        SourceError::Malformed {
            file: self.file.clone(),
            place: Some(Place::Row {
                sheet: self.sheet,
                row: 1,
            }),
            found: "no row below the header".to_owned(),
            expected: "at least one row".to_owned(),
        }
    }
}

impl From<TableError> for SourceError {
    fn from(error: TableError) -> SourceError {
        SourceError::Workbook(error)
    }
}
