//! Small workbooks for tests and examples, written as spreadsheet programs write them.

use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::column_letters;

/// What a cell of a sample holds.
#[derive(Clone, Copy, Debug)]
pub enum Sample<'a> {
    /// Nothing.
    Nothing,
    /// Text.
    Text(&'a str),
    /// A number.
    Number(f64),
    /// A serial number with a date format.
    Date(f64),
    /// TRUE or FALSE.
    Boolean(bool),
    /// A formula and its stored result.
    Formula(&'a str, f64),
    /// An error value.
    Error(&'a str),
}

/// Text cells, one for each of the texts; an empty text is an empty cell.
pub fn texts<'a>(cells: &[&'a str]) -> Vec<Sample<'a>> {
    let cell = |text: &&'a str| {
        if text.is_empty() {
            Sample::Nothing
        } else {
            Sample::Text(text)
        }
    };
    cells.iter().map(cell).collect()
}

/// An .xlsx file of named sheets.
///
/// # Panics
/// Never: it is written to memory.
pub fn xlsx(sheets: &[(&str, Vec<Vec<Sample<'_>>>)]) -> Vec<u8> {
    let bodies: Vec<(&str, String)> = sheets
        .iter()
        .map(|(name, rows)| (*name, sheet_data(rows)))
        .collect();
    xlsx_of(&bodies, "", &[])
}

/// An .xlsx file whose sheets are given as the XML of their rows; `properties` stands in the
/// workbook, and `extra` are further parts of the archive.
///
/// # Panics
/// Never: it is written to memory.
pub fn xlsx_of(sheets: &[(&str, String)], properties: &str, extra: &[(&str, &[u8])]) -> Vec<u8> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const RELATION: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
    let numbered = |each: &dyn Fn(usize, &str) -> String| -> String {
        (1..)
            .zip(sheets)
            .map(|(n, (name, _))| each(n, name))
            .collect()
    };
    let mut parts: Vec<(String, Vec<u8>)> = vec![
        (
            "[Content_Types].xml".to_owned(),
            format!(
                "<Types xmlns=\"{PACKAGE}/content-types\">\
                 <Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>"
            )
            .into_bytes(),
        ),
        (
            "_rels/.rels".to_owned(),
            format!(
                "<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"r1\" \
                 Type=\"{RELATION}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            )
            .into_bytes(),
        ),
        (
            "xl/workbook.xml".to_owned(),
            format!(
                "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELATION}\">{properties}<sheets>{}</sheets></workbook>",
                numbered(&|n, name| {
                    let (name, state) = match name.strip_prefix("hidden:") {
                        Some(name) => (name, " state=\"hidden\""),
                        None => (name, ""),
                    };
                    format!("<sheet name=\"{}\" sheetId=\"{n}\"{state} r:id=\"s{n}\"/>", escape(name))
                })
            )
            .into_bytes(),
        ),
        (
            "xl/_rels/workbook.xml.rels".to_owned(),
            format!(
                "<Relationships xmlns=\"{PACKAGE}/relationships\">{}<Relationship Id=\"st\" \
                 Type=\"{RELATION}/styles\" Target=\"styles.xml\"/></Relationships>",
                numbered(&|n, _| format!(
                    "<Relationship Id=\"s{n}\" Type=\"{RELATION}/worksheet\" \
                     Target=\"worksheets/sheet{n}.xml\"/>"
                ))
            )
            .into_bytes(),
        ),
        (
            "xl/styles.xml".to_owned(),
            format!(
                "<styleSheet xmlns=\"{MAIN}\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/>\
                 <xf numFmtId=\"14\"/></cellXfs></styleSheet>"
            )
            .into_bytes(),
        ),
    ];
    for (n, (_, body)) in (1..).zip(sheets) {
        let (rows, after) = body.split_once("</sheetData>").unwrap_or((body, ""));
        let text =
            format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</sheetData>{after}</worksheet>");
        parts.push((format!("xl/worksheets/sheet{n}.xml"), text.into_bytes()));
    }
    for (name, bytes) in extra {
        parts.push(((*name).to_owned(), bytes.to_vec()));
    }
    archive(&parts)
}

/// An .ods file whose `content.xml` has this body of `office:spreadsheet`.
///
/// # Panics
/// Never: it is written to memory.
pub fn ods_of(styles: &str, spreadsheet: &str) -> Vec<u8> {
    let content = format!(
        "<office:document-content xmlns:office=\"o\" xmlns:table=\"t\" xmlns:text=\"x\" \
         xmlns:style=\"s\" xmlns:calcext=\"c\"><office:automatic-styles>{styles}\
         </office:automatic-styles><office:body><office:spreadsheet>{spreadsheet}\
         </office:spreadsheet></office:body></office:document-content>"
    );
    archive(&[
        (
            "mimetype".to_owned(),
            b"application/vnd.oasis.opendocument.spreadsheet".to_vec(),
        ),
        (
            "META-INF/manifest.xml".to_owned(),
            b"<manifest:manifest xmlns:manifest=\"m\"/>".to_vec(),
        ),
        ("content.xml".to_owned(), content.into_bytes()),
    ])
}

/// A zip archive of these parts.
///
/// # Panics
/// Never: it is written to memory.
#[allow(
    clippy::unwrap_used,
    reason = "writing to memory does not fail, and this is for tests"
)]
pub fn archive(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        // The type of an OpenDocument file stands plain at its start.
        let method = if name == "mimetype" {
            zip::CompressionMethod::Stored
        } else {
            zip::CompressionMethod::Deflated
        };
        let options = SimpleFileOptions::default().compression_method(method);
        zip.start_file(name.as_str(), options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The rows of a sheet as XML; empty rows and cells are left out.
pub fn sheet_data(rows: &[Vec<Sample<'_>>]) -> String {
    let mut out = String::new();
    for (number, row) in (1u32..).zip(rows) {
        out.push_str(&format!("<row r=\"{number}\">"));
        for (column, cell) in (0u32..).zip(row) {
            let at = format!("{}{number}", column_letters(column));
            out.push_str(&match cell {
                Sample::Nothing => String::new(),
                Sample::Text(text) => format!(
                    "<c r=\"{at}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>",
                    escape(text)
                ),
                Sample::Number(n) => format!("<c r=\"{at}\"><v>{n}</v></c>"),
                Sample::Date(n) => format!("<c r=\"{at}\" s=\"1\"><v>{n}</v></c>"),
                Sample::Boolean(b) => format!("<c r=\"{at}\" t=\"b\"><v>{}</v></c>", u8::from(*b)),
                Sample::Formula(f, n) => {
                    format!("<c r=\"{at}\"><f>{}</f><v>{n}</v></c>", escape(f))
                }
                Sample::Error(e) => format!("<c r=\"{at}\" t=\"e\"><v>{}</v></c>", escape(e)),
            });
        }
        out.push_str("</row>");
    }
    out
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
