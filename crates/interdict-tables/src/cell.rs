//! A row and its cells.

use crate::date::Moment;

/// A row that says something.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// Number of the row, counted from 1 as spreadsheet programs do.
    pub number: u32,
    /// Its cells that say something, by column, each column at most once.
    pub cells: Vec<Cell>,
}

impl Row {
    /// The cell of a column, counted from 0.
    pub fn get(&self, column: u32) -> Option<&Cell> {
        self.cells
            .binary_search_by_key(&column, |cell| cell.column)
            .ok()
            .and_then(|at| self.cells.get(at))
    }

    /// The cells as texts, one for each of `width` columns, empty where there is no cell.
    pub fn texts(&self, width: usize) -> Vec<String> {
        let mut out = vec![String::new(); width];
        for cell in &self.cells {
            if let Some(slot) = out.get_mut(cell.column as usize) {
                *slot = cell.text();
            }
        }
        out
    }
}

/// One cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// Column, counted from 0; [`column_letters`] gives it as people write it.
    pub column: u32,
    /// What it holds; for a formula, the result that the spreadsheet program stored.
    pub value: Value,
    /// Whether it is a formula.
    pub formula: bool,
}

impl Cell {
    /// What a person sees, in one form for all locales: see [`Value::text`].
    pub fn text(&self) -> String {
        self.value.text()
    }
}

/// What a cell holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Text as typed, never empty.
    Text(String),
    /// A number without a date format.
    Number(f64),
    /// A number with a date or time format, with the date system of its workbook; or a date that
    /// the file writes as such.
    Moment(Moment),
    /// A length of time.
    Duration(String),
    /// TRUE or FALSE.
    Boolean(bool),
    /// An error value such as `#N/A`.
    Error(String),
}

impl Value {
    /// What a person sees, in one form for all locales: a whole number without decimals, a date as
    /// ISO 8601, `TRUE` or `FALSE`.
    pub fn text(&self) -> String {
        match self {
            Value::Text(text) | Value::Duration(text) | Value::Error(text) => text.clone(),
            Value::Number(number) => number_text(*number),
            Value::Moment(moment) => moment.iso(),
            Value::Boolean(true) => "TRUE".to_owned(),
            Value::Boolean(false) => "FALSE".to_owned(),
        }
    }
}

/// A number as people write it: shortest decimal form that reads back the same, no exponent.
pub(crate) fn number_text(number: f64) -> String {
    if number == 0.0 {
        return "0".to_owned();
    }
    format!("{number}")
}

/// The letters of a column: 0 is `A`, 26 is `AA`.
pub fn column_letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = u64::from(column) + 1;
    while rest > 0 {
        let digit = ((rest - 1) % 26) as u8;
        letters.push(char::from(b'A' + digit));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_letters() {
        let cases = [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")];
        for (column, expected) in cases {
            assert_eq!(column_letters(column), expected);
        }
        assert_eq!(column_letters(16_383), "XFD");
    }

    #[test]
    fn numbers_read_as_people_write_them() {
        let check = |number: f64, expected: &str| {
            assert_eq!(Value::Number(number).text(), expected);
        };
        check(1.0, "1");
        check(-0.0, "0");
        check(9_187_629.0, "9187629");
        check(0.1, "0.1");
        check(1e15, "1000000000000000");
    }

    #[test]
    fn a_row_finds_its_cells() {
        let cell = |column, text: &str| Cell {
            column,
            value: Value::Text(text.to_owned()),
            formula: false,
        };
        let row = Row {
            number: 7,
            cells: vec![cell(1, "b"), cell(3, "d")],
        };
        assert_eq!(row.get(3).map(Cell::text).as_deref(), Some("d"));
        assert_eq!(row.get(2), None);
        assert_eq!(row.texts(3), ["", "b", ""]);
    }
}
