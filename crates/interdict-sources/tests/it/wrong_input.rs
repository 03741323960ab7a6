//! Files that are not what they should be: each a clear error with file and place, none a panic.

use std::io::{self, Read};

use interdict_sources::registry::by_format;
use interdict_sources::{BytesFile, RawFile, Report, SourceError, detect};

fn read(format: &str, file: &dyn RawFile) -> Result<Report, SourceError> {
    by_format(format).unwrap().read(&[file], &mut |_| Ok(()))
}

/// Reads `bytes` as `format` and gives the error as text.
fn refusal(format: &str, bytes: &[u8]) -> String {
    let file = BytesFile::new("list.dat", bytes.to_vec());
    read(format, &file).err().unwrap().to_string()
}

const LISTS: [&str; 13] = [
    "ofac-advanced-xml",
    "eu-fsf-csv",
    "uk-sanctions-xml",
    "uk-ofsi-csv",
    "ch-seco-xml",
    "un-xml",
    "eu-fsf-xml",
    "ca-sema-xml",
    "eu-journal-csv",
    "us-csl-csv",
    "uk-sanctions-csv",
    "uk-sanctions-csv-short",
    "uk-sanctions-csv-details",
];

const CSL: &str = "source,entity_number,type,programs,name,alt_names\n";

#[test]
fn no_format_reads_what_is_no_list() {
    let cases: [&[u8]; 7] = [
        b"",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        b"<!DOCTYPE html><html><body>Service unavailable</body></html>",
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3",
        b"<?xml version='1.0'?><!DOCTYPE l [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><l>&b;</l>",
        b"<a><b>cut",
        b"some,other\ntable,here\n",
    ];
    for format in LISTS {
        for case in cases {
            let error = refusal(format, case);
            assert!(error.starts_with("list.dat"), "{format}: {error}");
        }
    }
}

#[test]
fn detection_says_what_it_is() {
    let check = |bytes: &[u8], expected: &str| {
        let file = BytesFile::new("list.dat", bytes.to_vec());
        let error = detect(&[&file]).err().unwrap().to_string();
        assert!(error.contains(expected), "{error}");
    };
    check(b"", "empty file");
    check(b"\x89PNG\r\n\x1a\n", "PNG image");
    check(
        b"<!DOCTYPE html><title>Oops</title>",
        "HTML page titled \"Oops\"",
    );
    check(b"<root/>", "XML with root element <root>");
}

#[test]
fn a_missing_column_is_named() {
    let error = refusal("us-csl-csv", b"source,entity_number,type,name,alt_names\n");
    assert!(error.contains("a column \"programs\""), "{error}");
}

#[test]
fn a_short_row_is_named_by_line() {
    let text = format!("{CSL}a,1,,p,n,x\na,2\n");
    let error = refusal("us-csl-csv", text.as_bytes());
    assert!(error.contains("line 3: 2 cells; expected 6"), "{error}");
}

#[test]
fn bytes_in_another_encoding_are_named_by_line_and_byte() {
    let mut bytes = format!("{CSL}a,1,,p,Jos").into_bytes();
    bytes.extend(b"\xe9,x\n");
    let error = refusal("us-csl-csv", &bytes);
    let start = format!("starts at byte {}", CSL.len());
    assert!(
        error.contains("line 2") && error.contains("0xE9"),
        "{error}"
    );
    assert!(error.contains(&start), "{error}");
}

#[test]
fn a_truncated_list_is_an_error() {
    let xml = b"<CONSOLIDATED_LIST><INDIVIDUALS><INDIVIDUAL><DATAID>1</DATAID>";
    assert!(refusal("un-xml", xml).contains("cut off"));
}

/// A file that never ends its line, without holding it.
struct Endless(&'static str);

impl RawFile for Endless {
    fn name(&self) -> &str {
        "endless"
    }

    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(
            self.0.as_bytes().chain(io::repeat(b'x').take(2 << 30)),
        ))
    }
}

#[test]
fn a_line_of_two_gigabytes_is_not_taken_in() {
    let csv = Endless("source,entity_number,type,programs,name,alt_names\na,1,,p,\"");
    let error = read("us-csl-csv", &csv).err().unwrap().to_string();
    assert!(error.contains("longer than 16777216 bytes"), "{error}");
    let xml = Endless("<CONSOLIDATED_LIST><INDIVIDUALS><INDIVIDUAL><DATAID>");
    let error = read("un-xml", &xml).err().unwrap().to_string();
    assert!(error.contains("endless"), "{error}");
}
