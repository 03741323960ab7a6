//! Reading a file of customers: one question a row.

use std::path::Path;

use anyhow::Context;

use crate::failure::usage;
use interdict_customers::asked::Asked;

/// Columns and the other headings they go by.
const COLUMNS: &[(&str, &[&str])] = &[
    ("id", &["customer_id", "reference"]),
    ("name", &["full_name", "customer_name"]),
    ("alias", &["aliases", "other_names"]),
    ("type", &["schema", "kind"]),
    ("birth_date", &["birthdate", "date_of_birth", "dob"]),
    ("country", &["countries", "nationality"]),
    ("gender", &["sex"]),
    ("identifier", &["identifiers"]),
];

/// What separates several values of one cell.
const SEPARATOR: char = ';';

/// A file of questions.
#[derive(Debug)]
pub(crate) struct Rows {
    /// The questions, with the line each stands on.
    pub(crate) rows: Vec<(u64, Asked)>,
    /// Columns that were not used.
    pub(crate) unused: Vec<String>,
}

/// Reads a file of questions.
///
/// # Errors
/// When the file cannot be read, is not CSV in UTF-8, or has neither a column `name` nor
/// `identifier`; with the place.
pub(crate) fn read(path: &Path) -> anyhow::Result<Rows> {
    let bytes =
        std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    parse(&bytes, &path.display().to_string())
}

/// Reads a file of questions from memory; `file` names it in errors.
///
/// # Errors
/// As [`read`].
pub(crate) fn parse(bytes: &[u8], file: &str) -> anyhow::Result<Rows> {
    let text = std::str::from_utf8(bytes).map_err(|e| {
        usage(format!(
            "{file}, byte {}: not UTF-8 text; save it as CSV in UTF-8",
            e.valid_up_to()
        ))
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim().is_empty() {
        return Err(usage(format!(
            "{file}: empty; expected CSV with a first line of column names"
        )));
    }
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let headers = reader
        .headers()
        .with_context(|| format!("{file}, line 1"))?
        .clone();
    let places: Vec<Option<usize>> = headers.iter().map(column).collect();
    if !places.iter().flatten().any(|c| *c == 1 || *c == 7) {
        return Err(usage(format!(
            "{file}, line 1: no column `name` or `identifier`; found: {}",
            headers.iter().collect::<Vec<_>>().join(", ")
        )));
    }
    let unused = headers
        .iter()
        .zip(&places)
        .filter(|(_, place)| place.is_none())
        .map(|(header, _)| header.to_owned())
        .collect();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|e| usage(format!("{file}: {e}")))?;
        let line = record.position().map_or(0, csv::Position::line);
        rows.push((line, row(&record, &places)));
    }
    Ok(Rows { rows, unused })
}

/// Which of [`COLUMNS`] a heading means.
fn column(heading: &str) -> Option<usize> {
    let heading = heading.trim().to_lowercase().replace([' ', '-'], "_");
    COLUMNS
        .iter()
        .position(|(name, others)| *name == heading || others.contains(&heading.as_str()))
}

fn row(record: &csv::StringRecord, places: &[Option<usize>]) -> Asked {
    let mut asked = Asked::default();
    for (cell, place) in record.iter().zip(places) {
        let Some(place) = place else { continue };
        let values = || {
            cell.split(SEPARATOR)
                .map(str::trim)
                .filter(|v| !v.is_empty())
                .map(str::to_owned)
        };
        match place {
            0 => asked.id = cell.to_owned(),
            // A name may hold the separator.
            1 if !cell.is_empty() => asked.names.insert(0, cell.to_owned()),
            2 => asked.names.extend(values()),
            3 if !cell.is_empty() => asked.schema = Some(cell.to_owned()),
            4 => asked.birth_dates.extend(values()),
            5 => asked.countries.extend(values()),
            6 => asked.genders.extend(values()),
            7 => asked.identifiers.extend(values()),
            _ => {}
        }
    }
    asked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_go_by_several_names() {
        let text = "Customer ID,Full Name,DOB,Country,Shoe size\n7,Ann Lee,1980,gb; us,38\n";
        let rows = parse(text.as_bytes(), "c.csv").unwrap();
        assert_eq!(rows.unused, ["Shoe size"]);
        let (line, asked) = &rows.rows[0];
        assert_eq!((*line, asked.id.as_str()), (2, "7"));
        assert_eq!(asked.names, ["Ann Lee"]);
        assert_eq!(asked.birth_dates, ["1980"]);
        assert_eq!(asked.countries, ["gb", "us"]);
    }

    #[test]
    fn wrong_files_are_named_with_the_place() {
        let error = |bytes: &[u8]| parse(bytes, "c.csv").unwrap_err().to_string();
        assert!(error(b"").contains("c.csv: empty"));
        assert!(error(b"\x89PNG\r\n").contains("byte 0: not UTF-8"));
        assert!(error(b"first,last\nA,B\n").contains("no column `name`"));
        assert!(error(b"id,name\n1,A\n2,B,C\n").contains("line: 3"));
    }
}
