//! Which sign stands between the cells of a text file, which around them, and where the headings are.

use crate::columns::{self, Role};
use crate::delimited::{Record, Records, is_separator_line};

/// Delimiters that are tried.
const DELIMITERS: &[u8] = b",;\t|^~";
/// Headings are looked for in so many records.
const MOST_PREAMBLE: usize = 20;
/// Records looked at.
const SAMPLE: usize = 400;

/// How a delimited text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dialect {
    /// Between cells.
    pub(crate) delimiter: u8,
    /// Around cells that hold the delimiter; `None` where quotes are letters like others.
    pub(crate) quote: Option<u8>,
    /// `\"` inside a quoted cell stands for a quote.
    pub(crate) backslash: bool,
}

/// A dialect with what it makes of the beginning of the file.
#[derive(Clone, Debug)]
pub(crate) struct Sniffed {
    pub(crate) dialect: Dialect,
    /// Record with the headings, from 1; 0 where there are none.
    pub(crate) header_row: u64,
    /// Another delimiter that does as well.
    pub(crate) rival: Option<u8>,
}

/// What one delimiter makes of the sample.
#[derive(Clone, Debug)]
struct Trial {
    dialect: Dialect,
    columns: usize,
    /// Records with that many columns, in 1/1000.
    share: usize,
    header: Header,
}

/// The record that holds the headings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// Record from 1; 0 for none.
    pub(crate) row: usize,
    /// How many of its cells are known headings.
    pub(crate) known: usize,
}

/// Looks at the beginning of a file, decoded. `whole` says that the sample is all of it.
pub(crate) fn sniff(sample: &str, whole: bool, forced: Option<u8>) -> Sniffed {
    let quote = quote_of(sample);
    let backslash = sample.contains("\\\"") && !sample.contains("\"\"");
    let stated = separator_line(sample).or(forced);
    let mut trials: Vec<Trial> = stated
        .as_ref()
        .map_or(DELIMITERS, std::slice::from_ref)
        .iter()
        .map(|&delimiter| {
            let dialect = Dialect {
                delimiter,
                quote,
                backslash,
            };
            trial(sample, whole, dialect)
        })
        .collect();
    // Most known headings, then the most even rows, then the most columns; the order of `DELIMITERS`
    // decides between equals.
    trials.sort_by_key(|t| {
        let even = t.columns > 1 && t.share >= 800;
        std::cmp::Reverse((
            t.header.known,
            even,
            if even { t.columns } else { 0 },
            t.share,
        ))
    });
    let best = &trials[0];
    let rival = trials.get(1).filter(|other| {
        stated.is_none()
            && best.header.known == 0
            && other.columns > 1
            && other.share >= 800
            && best.columns > 1
    });
    Sniffed {
        dialect: best.dialect,
        header_row: best.header.row as u64,
        rival: rival.map(|t| t.dialect.delimiter),
    }
}

/// The delimiter that a first line `sep=;` states.
fn separator_line(sample: &str) -> Option<u8> {
    let line = sample.lines().next()?;
    let stated = line.to_ascii_lowercase().strip_prefix("sep=")?.to_owned();
    let mut bytes = stated.bytes();
    let delimiter = bytes.next()?;
    (bytes.next().is_none() && delimiter.is_ascii()).then_some(delimiter)
}

/// The double quote, unless the sample shows that it is used as a letter, or that apostrophes do its
/// work.
fn quote_of(sample: &str) -> Option<u8> {
    let (mut double, mut single) = (0usize, 0usize);
    for line in sample.lines().take(SAMPLE) {
        for delimiter in [',', ';', '\t', '|'] {
            for cell in line.split(delimiter) {
                let cell = cell.trim();
                if cell.len() > 1 && cell.starts_with('"') && cell.ends_with('"') {
                    double += 1;
                }
                if cell.len() > 1 && cell.starts_with('\'') && cell.ends_with('\'') {
                    single += 1;
                }
            }
        }
    }
    if single > 3 && double == 0 {
        Some(b'\'')
    } else {
        Some(b'"')
    }
}

fn trial(sample: &str, whole: bool, dialect: Dialect) -> Trial {
    let mut records = Records::new(sample.as_bytes(), &dialect);
    let mut rows: Vec<Record> = Vec::new();
    while rows.len() < SAMPLE {
        match records.next() {
            Ok(Some(record)) => rows.push(record),
            _ => break,
        }
    }
    if !whole && rows.len() < SAMPLE && rows.len() > 1 {
        // The sample may end inside a record.
        rows.pop();
    }
    if rows.first().is_some_and(is_separator_line) {
        rows.remove(0);
    }
    let mut counts = std::collections::BTreeMap::new();
    for row in &rows {
        *counts.entry(row.cells.len()).or_insert(0usize) += 1;
    }
    let (columns, most) = counts
        .iter()
        .max_by_key(|(columns, count)| (**count, **columns))
        .map_or((0, 0), |(columns, count)| (*columns, *count));
    let cells: Vec<Vec<&str>> = rows
        .iter()
        .take(MOST_PREAMBLE)
        .map(|row| row.cells.iter().map(String::as_str).collect())
        .collect();
    Trial {
        dialect,
        columns,
        share: most * 1000 / rows.len().max(1),
        header: header(&cells),
    }
}

/// The record with the headings: the first with the most cells that are known headings.
pub(crate) fn header(rows: &[Vec<&str>]) -> Header {
    let mut best = Header { row: 0, known: 0 };
    for (number, row) in (1..).zip(rows) {
        let roles: Vec<Role> = row.iter().filter_map(|cell| columns::role(cell)).collect();
        let named = roles.iter().any(|r| r.names());
        // `Titel` or `Land` alone may stand in any line of text.
        let known = if named || roles.len() > 1 || row.len() == roles.len() {
            roles.len()
        } else {
            0
        };
        if known > best.known {
            best = Header { row: number, known };
        }
    }
    if best.row == 0 && rows.len() > 1 && unlike_the_rest(rows) {
        best.row = 1;
    }
    best
}

/// Whether the first record holds words where the others hold numbers.
fn unlike_the_rest(rows: &[Vec<&str>]) -> bool {
    let digits = |text: &str| text.chars().any(|c| c.is_ascii_digit());
    let Some((first, rest)) = rows.split_first() else {
        return false;
    };
    first.len() > 1
        && first
            .iter()
            .all(|cell| !digits(cell) && !cell.trim().is_empty())
        && (0..first.len()).any(|column| {
            rest.iter()
                .all(|row| row.get(column).is_some_and(|cell| digits(cell)))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sample: &str, delimiter: u8, header_row: u64) {
        let found = sniff(sample, true, None);
        assert_eq!(
            (char::from(found.dialect.delimiter), found.header_row),
            (char::from(delimiter), header_row),
            "{sample:?}"
        );
    }

    #[test]
    fn delimiters_by_headings_and_by_evenness() {
        check("id,name\n1,A\n2,B\n", b',', 1);
        check("KdNr;Name\n1;Müller, Hans\n2;Schmidt, Anna\n", b';', 1);
        check("id\tname\n1\tA, B\n", b'\t', 1);
        check("id|name|country\n1|A|DE\n", b'|', 1);
        check("sep=;\nid;name\n1;A\n", b';', 1);
    }

    #[test]
    fn headings_below_a_title() {
        let text = "Kundenliste;;\nStand 31.12.2025;;\n\nKdNr;Name;Land\n1;A;DE\n2;B;AT\n";
        check(text, b';', 3);
    }

    #[test]
    fn a_file_without_headings() {
        check("1,Ann Lee,1980\n2,Bob Ray,1981\n", b',', 0);
        check("Ann Lee\nBob Ray\n", b',', 0);
        check("Code,Wer,Wann\n7,Ann Lee,1980\n8,Bob Ray,1981\n", b',', 1);
    }

    #[test]
    fn apostrophes_around_cells() {
        let text = "id;name\n'1';'A;B'\n'2';'C'\n'3';'D'\n";
        assert_eq!(sniff(text, true, None).dialect.quote, Some(b'\''));
    }
}
