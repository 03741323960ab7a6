//! Files that are not what they should be: each is named with its place and what to do.

use std::io::Cursor;
use std::ops::ControlFlow;

use interdict_customers::{Answers, CustomerFile, Interpreter, Profile, survey};

fn error(name: &str, bytes: &[u8]) -> String {
    survey(Cursor::new(bytes), name, &Answers::default())
        .unwrap_err()
        .to_string()
}

/// The rejected rows of a file, and how many rows were read.
fn rejected(bytes: &[u8]) -> (u64, Vec<String>) {
    let found = survey(Cursor::new(bytes), "c.csv", &Answers::default()).unwrap();
    let mut file = CustomerFile::open(Cursor::new(bytes), "c.csv", &found.profile).unwrap();
    let interpreter = Interpreter::new(&found.profile, file.headings(), "c.csv").unwrap();
    let (mut count, mut out) = (0, Vec::new());
    file.each(|row| {
        count += 1;
        if let Err(fault) = interpreter.customer(&row) {
            out.push(format!("{}: {fault}", row.place));
        }
        ControlFlow::Continue(())
    })
    .unwrap();
    (count, out)
}

#[test]
fn other_files_are_named_for_what_they_are() {
    assert!(error("a.csv", b"").contains("a.csv: empty"));
    assert!(error("a.csv", b"id;name\n").contains("a.csv: empty"));
    assert!(error("a.csv", b"\x89PNG\r\n\x1a\n....").contains("a picture"));
    assert!(error("a.pdf", b"%PDF-1.7\n").contains("a PDF"));
    assert!(error("a.csv", b"<html><table>").contains("a web page"));
    assert!(error("a.json", b"[{\"name\": \"Ann\"}]").contains("jq -c"));
    assert!(error("a.gz", b"\x1f\x8b\x08\x00abc").contains("unpack it first"));
}

#[test]
fn a_zip_bomb_is_refused() {
    let sheet = " ".repeat(64 * 1024 * 1024);
    let bomb = interdict_tables::samples::xlsx_of(&[("Kunden", sheet)], "", &[]);
    assert!(bomb.len() < 200_000);
    let text = error("customers.xlsx", &bomb);
    assert!(text.starts_with("customers.xlsx"), "{text}");
    assert!(text.contains("more than"), "{text}");
}

#[test]
fn macros_are_said_and_never_run() {
    use interdict_tables::samples::{sheet_data, texts, xlsx_of};
    let sheet = sheet_data(&[texts(&["id", "name"]), texts(&["1", "Ann Lee"])]);
    let book = xlsx_of(&[("Kunden", sheet)], "", &[("xl/vbaProject.bin", b"macro")]);
    let found = survey(Cursor::new(book), "c.xlsm", &Answers::default()).unwrap();
    assert!(
        found.findings.iter().any(|f| f.contains("macros")),
        "{:?}",
        found.findings
    );
    assert_eq!(found.rows, 1);
}

#[test]
fn one_row_in_ten_is_bad_and_each_is_named() {
    let mut text = String::from("id;name;land\n");
    for n in 0..500 {
        match n % 10 {
            3 => text.push_str(&format!("{n};only two\n")),
            _ => text.push_str(&format!("{n};Ann Lee {n};GB\n")),
        }
    }
    let (count, bad) = rejected(text.as_bytes());
    assert_eq!((count, bad.len()), (500, 50));
    assert_eq!(
        bad[0],
        "line 5: 2 cells, expected 3 as in the headings; look for a delimiter or a line break inside a \
         value that is not in quotes"
    );
}

#[test]
fn a_cell_of_300_megabytes_is_one_rejected_row() {
    struct Huge {
        at: u64,
        text: Vec<u8>,
    }
    const LENGTH: u64 = 300 * 1024 * 1024;
    impl Huge {
        fn total(&self) -> u64 {
            self.text.len() as u64 + LENGTH + 10
        }
    }
    impl std::io::Read for Huge {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let n = (self.total() - self.at).min(buffer.len() as u64) as usize;
            for slot in &mut buffer[..n] {
                let head = self.text.len() as u64;
                *slot = match self.at {
                    at if at < head => self.text[at as usize],
                    at if at < head + LENGTH => b'x',
                    at => b"\"\n2;Ann B\n"[(at - head - LENGTH) as usize],
                };
                self.at += 1;
            }
            Ok(n)
        }
    }
    impl std::io::Seek for Huge {
        fn seek(&mut self, to: std::io::SeekFrom) -> std::io::Result<u64> {
            assert_eq!(to, std::io::SeekFrom::Start(0));
            self.at = 0;
            Ok(0)
        }
    }
    let huge = || Huge {
        at: 0,
        text: b"id;name\n1;\"".to_vec(),
    };
    let profile = Profile::parse(
        "version = 1\nname = \"p\"\n[file]\nformat = \"csv\"\ndelimiter = \";\"\nquote = '\"'\n\
         header_row = 1\n[columns]\nname = [\"name\"]\n",
        "p",
    )
    .unwrap();
    let mut file = CustomerFile::open(huge(), "c.csv", &profile).unwrap();
    let mut places = Vec::new();
    file.each(|row| {
        places.push((row.place.to_string(), row.fault.is_some()));
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!(
        places,
        [("line 2".to_owned(), true), ("line 3".to_owned(), false)]
    );
}

#[test]
fn a_column_that_the_profile_needs_is_named() {
    let profile = Profile::parse(
        "version = 1\nname = \"core\"\n[file]\nformat = \"csv\"\nheader_row = 1\n[columns]\nname = \
         [\"Customer\"]\n",
        "core.toml",
    )
    .unwrap();
    let file = CustomerFile::open(Cursor::new(b"id,name\n1,A\n"), "c.csv", &profile).unwrap();
    let text = Interpreter::new(&profile, file.headings(), "c.csv")
        .unwrap_err()
        .to_string();
    assert_eq!(
        text,
        "c.csv: the profile \"core\" needs the column \"Customer\", which the file does not have; it \
         has: \"id\", \"name\"; correct the file, or make a new profile"
    );
}

#[test]
fn a_column_nobody_has_is_named_when_told() {
    let answers = Answers {
        columns: vec![(interdict_customers::Role::Name, "Nmae".to_owned())],
        ..Answers::default()
    };
    let text = survey(Cursor::new(b"id,name\n1,A\n"), "c.csv", &answers)
        .unwrap_err()
        .to_string();
    assert!(
        text.contains("\"Nmae\"") && text.contains("\"id\", \"name\""),
        "{text}"
    );
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..400)) {
        if let Ok(found) = survey(Cursor::new(&bytes), "c", &Answers::default()) {
            let mut file = CustomerFile::open(Cursor::new(&bytes), "c", &found.profile).unwrap();
            let interpreter = Interpreter::new(&found.profile, file.headings(), "c").unwrap();
            let mut count = 0;
            file.each(|row| {
                count += 1;
                let _ = interpreter.customer(&row);
                ControlFlow::Continue(())
            }).unwrap();
            proptest::prop_assert_eq!(count, found.rows);
        }
    }

    #[test]
    fn every_line_of_a_clean_file_is_a_row(
        names in proptest::collection::vec("[A-Za-z ]{1,20}[a-z]", 1..30),
        delimiter in proptest::sample::select(vec![',', ';', '\t', '|']),
    ) {
        let mut text = format!("id{delimiter}name\n");
        for (n, name) in names.iter().enumerate() {
            text.push_str(&format!("{n}{delimiter}{name}\n"));
        }
        let (count, bad) = rejected(text.as_bytes());
        proptest::prop_assert_eq!(count, names.len() as u64);
        proptest::prop_assert_eq!(bad, Vec::<String>::new());
    }
}
