//! Every file of `tests/files`: read right without a flag, or stopped with the right question.

use std::fmt::Write as _;
use std::fs::File;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use interdict_customers::{Answers, CustomerFile, Interpreter, Survey, survey};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files")
}

/// What was made of a file, as text.
fn read(name: &str, answers: &Answers) -> String {
    let path = folder().join(name);
    let survey = survey(File::open(&path).unwrap(), name, answers).unwrap();
    let mut out = String::new();
    for finding in &survey.findings {
        writeln!(out, "{finding}").unwrap();
    }
    if !survey.unused.is_empty() {
        writeln!(out, "not used: {}", survey.unused.join(", ")).unwrap();
    }
    for question in &survey.questions {
        writeln!(out, "QUESTION {}", question.text).unwrap();
        writeln!(out, "  {}", question.answers.join("  |  ")).unwrap();
    }
    if survey.questions.is_empty() {
        rows(&path, name, &survey, &mut out);
    }
    out
}

fn rows(path: &Path, name: &str, survey: &Survey, out: &mut String) {
    let profile = &survey.profile;
    let mut file = CustomerFile::open(File::open(path).unwrap(), name, profile).unwrap();
    let interpreter = Interpreter::new(profile, file.headings(), name).unwrap();
    let mut count = 0;
    file.each(|row| {
        count += 1;
        match interpreter.customer(&row) {
            Err(fault) => writeln!(out, "{}: REJECTED {fault}", row.place).unwrap(),
            Ok(customer) => {
                let key = customer.key.as_deref().unwrap_or("none");
                writeln!(out, "{}: key {key}", row.place).unwrap();
                for party in &customer.parties {
                    let values: Vec<String> = party
                        .entity
                        .statements
                        .iter()
                        .map(|s| format!("{}={}", s.property.name(), s.value))
                        .collect();
                    let role = party.role.word();
                    let schema = party.entity.schema.name();
                    writeln!(out, "  {role} {schema} {}", values.join("; ")).unwrap();
                    for note in &party.notes {
                        writeln!(out, "    {note}").unwrap();
                    }
                }
            }
        }
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!(count, survey.rows);
}

macro_rules! shapes {
    ($($test:ident $file:literal,)*) => {
        $(#[test]
        fn $test() {
            insta::assert_snapshot!($file, read($file, &Answers::default()));
        })*

        #[test]
        fn no_file_is_without_a_test() {
            let mut all: Vec<String> = std::fs::read_dir(folder())
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .filter(|name| name.starts_with(|c: char| c.is_ascii_digit()))
                .collect();
            all.sort();
            assert_eq!(all, [$($file),*]);
        }
    };
}

shapes! {
    german_excel "01-german-excel.csv",
    german_utf8_bom "02-german-utf8-bom.csv",
    german_utf16 "03-german-utf16.txt",
    german_utf16be "04-german-utf16be.txt",
    polish_1250 "05-polish-1250.csv",
    russian_1251 "06-russian-1251.csv",
    czech_1250 "07-czech-1250.csv",
    hungarian_1250 "08-hungarian-1250.csv",
    french_1252 "09-french-1252.csv",
    spanish "10-spanish.csv",
    american "11-american.csv",
    tabs "12-tabs.tsv",
    pipes "13-pipes.txt",
    title_above "14-title-above.csv",
    separator_line "15-separator-line.csv",
    names_only "16-names-only.txt",
    no_headings "17-no-headings.csv",
    unknown_headings "18-unknown-headings.csv",
    no_day_above_12 "19-no-day-above-12.csv",
    dates_disagree "20-dates-disagree.csv",
    one_letter "21-one-letter.csv",
    day_numbers "22-day-numbers.csv",
    compact_dates "23-compact-dates.csv",
    two_digit_years "24-two-digit-years.csv",
    one_column_parties "25-one-column-parties.csv",
    letters "26-letters.csv",
    arabic "27-arabic.csv",
    chinese "28-chinese.csv",
    japanese "29-japanese.csv",
    turkish "30-turkish.csv",
    sap "31-sap.csv",
    apostrophes "32-apostrophes.csv",
    old_mac "33-old-mac.csv",
    json_lines "34-json-lines.jsonl",
    ftm "35-ftm.json",
    ragged "36-ragged.csv",
    key_twice "37-key-twice.csv",
    ships "38-ships.csv",
    cut_at_30 "39-cut-at-30.csv",
    titles "40-titles.csv",
    dates_as_dates "50-dates-as-dates.xlsx",
    merged_headings "51-merged-headings.xlsx",
    two_sheets "52-two-sheets.xlsx",
    notes_and_hidden "53-notes-and-hidden.xlsx",
    errors "54-errors.xlsx",
    ods_dates_as_dates "60-dates-as-dates.ods",
    ods_dates_as_text "61-dates-as-text.ods",
}

#[test]
fn an_answer_settles_a_question() {
    use interdict_customers::{Order, Role};
    let answers = Answers {
        date_order: Some(Order::Mdy),
        ..Answers::default()
    };
    let text = read("19-no-day-above-12.csv", &answers);
    assert!(text.contains("Date=1980-03-04"), "{text}");
    let answers = Answers {
        encoding: Some("windows-1252".to_owned()),
        ..Answers::default()
    };
    assert!(read("21-one-letter.csv", &answers).contains("name=Peña"));
    let answers = Answers {
        columns: vec![(Role::Name, "B".to_owned()), (Role::Key, "A".to_owned())],
        ..Answers::default()
    };
    let text = read("18-unknown-headings.csv", &answers);
    assert!(
        text.contains("line 2: key x1") && text.contains("name=Ann Lee"),
        "{text}"
    );
    let answers = Answers {
        columns: vec![(Role::Name, "2".to_owned())],
        ..Answers::default()
    };
    assert!(read("17-no-headings.csv", &answers).contains("name=Bo Ek"));
    let answers = Answers {
        sheet: Some("Firms".to_owned()),
        ..Answers::default()
    };
    assert!(read("52-two-sheets.xlsx", &answers).contains("name=Nordwind AG"));
}

#[test]
fn a_profile_of_one_file_reads_the_next() {
    let path = folder().join("01-german-excel.csv");
    let first = survey(File::open(&path).unwrap(), "a", &Answers::default()).unwrap();
    let text = first.profile.to_toml().unwrap();
    let again = interdict_customers::Profile::parse(&text, "profile").unwrap();
    assert_eq!(again, first.profile);
    insta::assert_snapshot!("profile", text);
}
