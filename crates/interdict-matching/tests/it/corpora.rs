//! Own examples of each phenomenon, and the public development pairs with a floor.

use std::path::PathBuf;

use interdict_matching::{Options, Subject, explain};
use interdict_text::{NameKind, analyse};

fn kind(schema: &str) -> NameKind {
    match schema {
        "Person" => NameKind::Person,
        "Vessel" => NameKind::Object,
        "LegalEntity" => NameKind::Any,
        _ => NameKind::Organization,
    }
}

fn score(schema: &str, a: &str, b: &str) -> (u16, String) {
    let kind = kind(schema);
    let query = Subject::of_name(a, kind, analyse);
    let list = Subject::of_name(b, kind, analyse);
    let account = explain(&query, &list, &Options::default());
    (account.scored.score, account.sentence)
}

/// Rows `schema,name1,name2,is_match,phenomenon`; every row must hold.
#[test]
fn own_examples_hold() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../corpora/names");
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|f| f.unwrap().path())
        .collect();
    files.sort();
    let (mut rows, mut wrong) = (0, Vec::new());
    for file in files
        .iter()
        .filter(|f| f.extension().is_some_and(|e| e == "csv"))
    {
        for row in csv::Reader::from_path(file).unwrap().into_records() {
            let row = row.unwrap();
            rows += 1;
            let (got, why) = score(&row[0], &row[1], &row[2]);
            if (got >= 7_000) != (&row[3] == "true") {
                wrong.push(format!("{got} {} ({}): {why}", &row[3], &row[4]));
            }
        }
    }
    assert!(rows > 60, "{rows} rows");
    assert!(
        wrong.is_empty(),
        "{} of {rows}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// A list may not say what its entries are: a legal form does.
#[test]
fn a_person_is_no_company() {
    let query = Subject::of_name("Gustav Renmark", NameKind::Person, analyse);
    for (listed, same) in [
        ("Renmark Gustav Trading Co. Ltd", false),
        ("Gustav Renmark LLC", false),
        ("Gustav Renmark", true),
        ("Gustav Adolf Renmark", true),
    ] {
        let list = Subject::of_name(listed, NameKind::Any, analyse);
        let account = explain(&query, &list, &Options::default());
        assert_eq!(
            account.scored.score >= 7_000,
            same,
            "{} {}",
            account.scored.score,
            account.sentence
        );
    }
}

/// The public benchmark's development half (MIT), kept beside the repository.
#[test]
fn development_pairs_keep_their_floor() {
    let folder = std::env::var_os("INTERDICT_DATA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let path = folder.join("labelled/name_pairs_dev.csv");
    let Ok(mut reader) = csv::Reader::from_path(&path) else {
        println!("skipped: {} is absent", path.display());
        return;
    };
    let (mut hit, mut false_hit, mut missed) = (0u32, 0u32, 0u32);
    for row in reader.records() {
        let row = row.unwrap();
        let got = score(&row[1], &row[2], &row[3]).0 >= 7_000;
        match (got, &row[4] == "true") {
            (true, true) => hit += 1,
            (true, false) => false_hit += 1,
            (false, true) => missed += 1,
            (false, false) => {}
        }
    }
    let f1 = 2_000 * hit / (2 * hit + false_hit + missed);
    assert!(
        f1 >= 880,
        "F1 0.{f1}: {hit} found, {false_hit} false, {missed} missed"
    );
}
