//! The columns of a result, and the form it is written in.

use crate::error::BatchError;
use std::path::Path;

/// Form of an output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Comma-separated, UTF-8.
    Csv,
    /// A workbook.
    Xlsx,
    /// One JSON object a line.
    JsonLines,
}

impl Kind {
    /// The form that the ending of a file asks for.
    pub fn of(path: &Path) -> Result<Kind, BatchError> {
        let ending = path
            .extension()
            .map(|e| e.to_string_lossy().to_lowercase())
            .unwrap_or_default();
        match ending.as_str() {
            "csv" => Ok(Kind::Csv),
            "xlsx" => Ok(Kind::Xlsx),
            "jsonl" | "ndjson" => Ok(Kind::JsonLines),
            _ => Err(BatchError::usage(format!(
                "--output {}: expected a name that ends in .csv, .xlsx or .jsonl",
                path.display()
            ))),
        }
    }

    /// The word for it in records.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Csv => "csv",
            Kind::Xlsx => "xlsx",
            Kind::JsonLines => "jsonl",
        }
    }
}

/// Columns in front of those of the input.
pub(crate) const COLUMNS: &[&str] = &[
    "row",
    "query_id",
    "entity_id",
    "schema",
    "caption",
    "datasets",
    "score",
    "rank",
    "explanation",
    "place",
    "status",
    "party",
    "party_role",
    "party_name",
    "matched_name",
    "programmes",
    "listing_date",
    "birth_dates",
    "countries",
    "topics",
    "hits",
    "notes",
];

/// Columns of the file of rejected rows, in front of the input's.
pub(crate) const REJECTED: &[&str] = &["row", "place", "reason"];

/// What the input's columns are called in results: their own names cannot be taken for these.
pub(crate) fn input_column(heading: &str) -> String {
    format!("input: {heading}")
}

/// A cell that no spreadsheet takes for a formula (OWASP, "CSV Injection").
pub(crate) fn inert(text: &str) -> std::borrow::Cow<'_, str> {
    match text.trim_start_matches([' ', '\u{a0}']).bytes().next() {
        Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r' | b'\n' | b'|' | b'%') => {
            format!("'{text}").into()
        }
        _ if text.starts_with(['＝', '＋', '－', '＠']) => format!("'{text}").into(),
        _ => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_text() {
        for text in ["=1+1", "+49 30", "-5", "@SUM(A1)", "\t=1", " =1", "＝1"] {
            assert!(inert(text).starts_with('\''), "{text:?}");
        }
        for text in ["Ann Lee", "", "A=B", "0.92", "†"] {
            assert_eq!(inert(text), text);
        }
    }
}
