//! Workbooks as they should be, and as they should not.
#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;

use crate::samples::{Sample, archive, ods_of, sheet_data, texts, xlsx, xlsx_of};
use crate::{
    Cell, Finding, Kind, Limits, Region, Row, TableError, Value, Visibility, Workbook,
    looks_like_workbook,
};

fn open(bytes: Vec<u8>) -> Result<Workbook, TableError> {
    Workbook::open("list.xlsx", bytes, Limits::default())
}

fn all_rows(book: &mut Workbook, sheet: usize) -> Result<Vec<Row>, TableError> {
    let mut rows = book.rows(sheet)?;
    let mut out = Vec::new();
    while let Some(row) = rows.next_row()? {
        out.push(row.clone());
    }
    Ok(out)
}

fn refusal(bytes: Vec<u8>, limits: Limits) -> String {
    let read = Workbook::open("list.xlsx", bytes, limits).and_then(|mut book| {
        for sheet in 0..book.sheets().len() {
            all_rows(&mut book, sheet)?;
        }
        Ok(())
    });
    read.unwrap_err().to_string()
}

fn cell(column: u32, value: Value, formula: bool) -> Cell {
    Cell {
        column,
        value,
        formula,
    }
}

#[test]
fn an_xlsx_gives_typed_cells_with_places() {
    let bytes = xlsx(&[
        (
            "List & more",
            vec![
                texts(&["Reference", "", "Date"]),
                vec![],
                vec![
                    Sample::Number(2.0),
                    Sample::Text(" a <b> "),
                    Sample::Date(45_761.0),
                    Sample::Boolean(true),
                    Sample::Formula("ROW()-1", 2.0),
                    Sample::Error("#N/A"),
                ],
            ],
        ),
        ("hidden:Notes", vec![texts(&["n"])]),
    ]);
    assert!(looks_like_workbook(&bytes));
    let mut book = open(bytes).unwrap();
    assert_eq!(book.kind(), Kind::Xlsx);
    assert_eq!(book.sheets()[0].name, "List & more");
    assert_eq!(book.sheets()[1].visibility, Visibility::Hidden);
    assert_eq!(book.findings(), [Finding::HiddenSheet("Notes".to_owned())]);
    let rows = all_rows(&mut book, 0).unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].texts(3), ["Reference", "", "Date"]);
    assert_eq!(rows[1].number, 3);
    let found = &rows[1].cells;
    assert_eq!(found[0], cell(0, Value::Number(2.0), false));
    assert_eq!(found[1], cell(1, Value::Text(" a <b> ".to_owned()), false));
    assert_eq!(found[2].text(), "2025-04-14");
    assert_eq!(found[3], cell(3, Value::Boolean(true), false));
    assert_eq!(found[4], cell(4, Value::Number(2.0), true));
    assert_eq!(found[5], cell(5, Value::Error("#N/A".to_owned()), false));
    let again = all_rows(&mut book, 0).unwrap();
    assert_eq!(again, rows, "a sheet reads more than once");
    let error = all_rows(&mut book, 2).unwrap_err().to_string();
    assert_eq!(error, "list.xlsx: no sheet 3; it has 2");
}

#[test]
fn the_date_system_is_the_workbooks() {
    let body = sheet_data(&[vec![Sample::Date(44_299.0)]]);
    let bytes = xlsx_of(&[("s", body)], "<workbookPr date1904=\"1\"/>", &[]);
    let mut book = open(bytes).unwrap();
    assert_eq!(book.date_system(), crate::DateSystem::From1904);
    let rows = all_rows(&mut book, 0).unwrap();
    assert_eq!(rows[0].cells[0].text(), "2025-04-14");
}

#[test]
fn merged_header_cells_and_macros_are_known() {
    let body = sheet_data(&[texts(&["Dates", "", "Name"])])
        + "</sheetData><mergeCells count=\"1\"><mergeCell ref=\"A1:B1\"/></mergeCells>";
    let bytes = xlsx_of(
        &[("s", body)],
        "",
        &[
            ("xl/vbaProject.bin", b"code"),
            ("xl/externalLinks/externalLink1.xml", b"<x/>"),
        ],
    );
    let mut book = open(bytes).unwrap();
    assert_eq!(book.findings(), [Finding::Macros, Finding::ExternalLinks]);
    let merged = book.merged(0).unwrap();
    let expected = Region {
        first_row: 1,
        first_column: 0,
        last_row: 1,
        last_column: 1,
    };
    assert_eq!(merged, [expected]);
    assert!(expected.contains(1, 1) && !expected.contains(1, 2) && !expected.contains(2, 0));
}

const ODS_TABLE: &str = "<table:table table:name=\"List\" table:style-name=\"ta1\">\
    <table:table-header-rows><table:table-row>\
      <table:table-cell office:value-type=\"string\" table:number-columns-spanned=\"2\"><text:p>Name</text:p>\
        <office:annotation><text:p>a remark</text:p></office:annotation></table:table-cell>\
      <table:covered-table-cell/>\
      <table:table-cell office:value-type=\"string\"><text:p>\n   A<text:s text:c=\"2\"/>&amp;\n   B\n  </text:p><text:p>two</text:p></table:table-cell>\
    </table:table-row></table:table-header-rows>\
    <table:table-row table:number-rows-repeated=\"3\"><table:table-cell table:number-columns-repeated=\"1024\"/></table:table-row>\
    <table:table-row table:number-rows-repeated=\"2\">\
      <table:table-cell table:number-columns-repeated=\"2\" office:value-type=\"float\" office:value=\"7\"/>\
      <table:table-cell office:value-type=\"date\" office:date-value=\"2025-08-11\"><text:p>11/08/2025</text:p></table:table-cell>\
      <table:table-cell office:value-type=\"boolean\" office:boolean-value=\"true\"/>\
      <table:table-cell table:formula=\"of:=1/0\" office:value-type=\"string\" office:string-value=\"\" calcext:value-type=\"error\"><text:p>#DIV/0!</text:p></table:table-cell>\
    </table:table-row>\
    <table:table-row table:number-rows-repeated=\"1048000\"><table:table-cell table:number-columns-repeated=\"1024\"/></table:table-row>\
    </table:table>";

#[test]
fn an_ods_gives_the_same() {
    let styles = "<style:style style:name=\"ta1\"><style:table-properties table:display=\"false\"/></style:style>";
    let second = "<table:table table:name=\"Two\"><table:table-row><table:table-cell><text:p>x</text:p></table:table-cell></table:table-row></table:table>";
    let bytes = ods_of(styles, &format!("{ODS_TABLE}{second}"));
    assert!(looks_like_workbook(&bytes));
    let mut book = open(bytes).unwrap();
    assert_eq!(book.kind(), Kind::Ods);
    assert_eq!(book.findings(), [Finding::HiddenSheet("List".to_owned())]);
    let rows = all_rows(&mut book, 0).unwrap();
    let numbers: Vec<u32> = rows.iter().map(|r| r.number).collect();
    assert_eq!(numbers, [1, 5, 6]);
    assert_eq!(rows[0].texts(3), ["Name", "", "A  & B\ntwo"]);
    assert_eq!(
        rows[1].texts(5),
        ["7", "7", "2025-08-11", "TRUE", "#DIV/0!"]
    );
    assert!(rows[1].cells[4].formula);
    assert_eq!(rows[1].cells, rows[2].cells);
    assert_eq!(book.merged(0).unwrap().len(), 1);
    assert_eq!(all_rows(&mut book, 1).unwrap()[0].texts(1), ["x"]);
}

#[test]
fn bombs_are_refused() {
    let blanks = vec![b' '; 32 << 20];
    let part = |bytes: &[u8]| {
        xlsx_of(
            &[("s", sheet_data(&[texts(&["a"])]))],
            "",
            &[("xl/media/x.xml", bytes)],
        )
    };
    let check = |bytes: Vec<u8>, limits: Limits, expected: &str| {
        let error = refusal(bytes, limits);
        assert!(error.contains(expected), "{error}");
    };
    let limits = Limits::default();
    check(
        part(&blanks),
        limits,
        "more than 400 times the packed bytes in one part",
    );
    let small = Limits {
        unpacked_bytes: 1 << 19,
        ..limits
    };
    check(
        part(&blanks),
        small,
        "more than 524288 bytes after unpacking",
    );
    let few = Limits { parts: 3, ..limits };
    check(part(b"x"), few, "more than 3 parts");
    let tiny = Limits {
        file_bytes: 100,
        ..limits
    };
    check(part(b"x"), tiny, "more than 100 bytes");
    // One cell at each end of a sheet takes no room for the cells between.
    let ends = "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>\
                <row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>";
    let mut book = open(xlsx_of(&[("s", ends.to_owned())], "", &[])).unwrap();
    assert_eq!(all_rows(&mut book, 0).unwrap().len(), 2);
    let low = Limits {
        rows: 1_000,
        ..limits
    };
    check(
        xlsx_of(&[("s", ends.to_owned())], "", &[]),
        low,
        "cell XFD1048576: more than 1000 rows",
    );
    let long: String = (0..300_000).map(|n| n.to_string()).collect();
    check(
        xlsx(&[("s", vec![texts(&[&long])])]),
        limits,
        "sheet \"s\", cell A1: more than 1048576 bytes in one cell",
    );
    // A text that is repeated over a row, and a row over a sheet.
    let text: String = (0..20_000).map(|n| n.to_string()).collect();
    let repeated = format!(
        "<table:table table:name=\"s\"><table:table-row table:number-rows-repeated=\"1000000\">\
         <table:table-cell table:number-columns-repeated=\"16000\" office:value-type=\"string\">\
         <text:p>{text}</text:p></table:table-cell></table:table-row></table:table>"
    );
    check(ods_of("", &repeated), limits, "bytes in one row");
    let rows = repeated.replace("\"16000\"", "\"100\"");
    let little = Limits {
        sheet_bytes: 50 << 20,
        ..limits
    };
    check(ods_of("", &rows), little, "bytes of text in a sheet");
    let wide = repeated.replace("\"16000\"", "\"4000000000\"");
    check(ods_of("", &wide), limits, "more than 16384 columns");
    let blanks = "<table:table table:name=\"s\"><table:table-row><table:table-cell><text:p>\
                  <text:s text:c=\"4000000000\"/></text:p></table:table-cell></table:table-row></table:table>";
    check(
        ods_of("", &blanks.replace("</text:p>", "x</text:p>")),
        limits,
        "a cell of more than 1048576 bytes",
    );
}

#[test]
fn what_is_no_workbook_is_called_by_its_name() {
    let check = |bytes: Vec<u8>, expected: &str| {
        let error = refusal(bytes, Limits::default());
        assert!(error.contains(expected), "{error}");
    };
    let part = |name: &str| (name.to_owned(), b"x".to_vec());
    check(b"a,b\n".to_vec(), "no spreadsheet; give an .xlsx");
    check(archive(&[part("a.csv")]), "holds no spreadsheet; unpack it");
    check(
        archive(&[part("[Content_Types].xml"), part("word/document.xml")]),
        "holds no spreadsheet",
    );
    check(
        archive(&[part("[Content_Types].xml"), part("xl/workbook.bin")]),
        "save it as .xlsx",
    );
    check(b"PK\x03\x04 cut".to_vec(), "zip archive");
    check(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 cut".to_vec(),
        "compound file",
    );
    let whole = xlsx(&[("s", vec![texts(&["a", "b"])])]);
    check(whole[..whole.len() / 2].to_vec(), "damaged");
    let back =
        "<row r=\"2\"><c r=\"A2\"><v>1</v></c></row><row r=\"1\"><c r=\"A1\"><v>1</v></c></row>";
    check(
        xlsx_of(&[("s", back.to_owned())], "", &[]),
        "cell A1: row 1 after row 2",
    );
    let twice = "<row r=\"1\"><c r=\"A1\"><v>1</v></c><c r=\"A1\"><v>2</v></c></row>";
    check(
        xlsx_of(&[("s", twice.to_owned())], "", &[]),
        "cell A1: a second cell",
    );
    // More letters than a column can have: the reader behind this one overflows on them.
    let far = "<row r=\"1\"><c r=\"ZZZZZZZZZZ1\"><v>1</v></c></row>";
    assert!(
        !refusal(
            xlsx_of(&[("s", far.to_owned())], "", &[]),
            Limits::default()
        )
        .is_empty()
    );
    let locked = archive(&[
        (
            "mimetype".to_owned(),
            b"application/vnd.oasis.opendocument.spreadsheet".to_vec(),
        ),
        (
            "META-INF/manifest.xml".to_owned(),
            b"<a><manifest:encryption-data/></a>".to_vec(),
        ),
        ("content.xml".to_owned(), b"x".to_vec()),
    ]);
    check(locked, "locked by a password");
}

#[test]
fn a_compound_file_is_looked_at_before_it_is_parsed() {
    use std::io::Write;
    let make = |stream: &str, content: &[u8], macros: bool| {
        let mut file = cfb::CompoundFile::create(std::io::Cursor::new(Vec::new())).unwrap();
        if macros {
            file.create_storage("/_VBA_PROJECT_CUR").unwrap();
        }
        file.create_stream(stream)
            .unwrap()
            .write_all(content)
            .unwrap();
        file.into_inner().into_inner()
    };
    let check = |bytes: Vec<u8>, expected: &str| {
        let error = refusal(bytes, Limits::default());
        assert!(error.contains(expected), "{error}");
    };
    check(
        make("/EncryptedPackage", b"x", false),
        "locked by a password",
    );
    check(make("/WordDocument", b"x", false), "holds no workbook");
    check(make("/Workbook", b"\x01\x02\x03", true), "damaged");
    // Two cells far apart on each of two sheets.
    let mut book = Vec::new();
    for _ in 0..2 {
        book.extend_from_slice(&[0x09, 0x08, 4, 0, 0, 6, 16, 0]);
        for (row, column) in [(0u16, 0u16), (65_535, 255)] {
            book.extend_from_slice(&[0x03, 0x02, 14, 0]);
            book.extend_from_slice(&row.to_le_bytes());
            book.extend_from_slice(&column.to_le_bytes());
            book.extend_from_slice(&[0; 10]);
        }
    }
    check(
        make("/Workbook", &book, false),
        "more than 20000000 cells in the area of its sheets",
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_was_written_is_read(grid in proptest::collection::vec(
        proptest::collection::vec("[ -~\u{80}-\u{2fff}]{0,12}", 0..6), 0..8))
    {
        let rows: Vec<Vec<Sample<'_>>> = grid
            .iter()
            .map(|row| texts(&row.iter().map(String::as_str).collect::<Vec<_>>()))
            .collect();
        let mut book = open(xlsx(&[("s", rows)])).unwrap();
        let read = all_rows(&mut book, 0).unwrap();
        let mut expected = Vec::new();
        for (number, row) in (1u32..).zip(&grid) {
            if row.iter().any(|c| !c.is_empty()) {
                expected.push((number, row.clone()));
            }
        }
        let read: Vec<(u32, Vec<String>)> = read
            .iter()
            .map(|row| {
                let width = grid[row.number as usize - 1].len();
                (row.number, row.texts(width))
            })
            .collect();
        prop_assert_eq!(read, expected);
    }

    #[test]
    fn damaged_bytes_never_panic(at in 0usize..4000, with in any::<u8>(), cut in 0usize..4000) {
        let mut bytes = xlsx(&[("s", vec![texts(&["a", "b"]), vec![Sample::Date(4.0)]])]);
        if let Some(byte) = bytes.get_mut(at) {
            *byte = with;
        }
        bytes.truncate(bytes.len().saturating_sub(cut / 8));
        if let Ok(mut book) = open(bytes) {
            for sheet in 0..book.sheets().len() {
                let _ = all_rows(&mut book, sheet);
                let _ = book.merged(sheet);
            }
        }
    }
}
