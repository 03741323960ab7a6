//! `compare`: a CSV with names in, the same with scores out.

use crate::run::{folder_with, interdict};

#[test]
fn scores_stand_in_a_column_of_their_own() {
    let pairs = "schema,name1,name2\n\
                 Person,Andrei Belousov,\"BELOUSOV, Andrey Removich\"\n\
                 Person,Andrei Belousov,\"BELOUSOV, Mikhail Nikolaevich\"\n\
                 Company,Sberbank,Deutsche Bank AG\n";
    let (folder, path) = folder_with("pairs.csv", pairs.as_bytes());
    let printed = interdict(&["compare", &path]).ended(0).out;
    let scores: Vec<f64> = printed
        .lines()
        .skip(1)
        .map(|line| line.rsplit(',').next().unwrap().parse().unwrap())
        .collect();
    assert!(printed.starts_with("schema,name1,name2,score\nPerson,Andrei Belousov,"));
    assert!(scores[0] >= 0.9, "{printed}");
    assert!(scores[1] < 0.7, "{printed}");
    assert!(scores[2] < 0.5, "{printed}");

    let output = folder.path().join("scored.csv").display().to_string();
    let silent = interdict(&["compare", &path, "--output", &output]).ended(0);
    assert_eq!(silent.out, "");
    assert_eq!(std::fs::read_to_string(&output).unwrap(), printed);
    assert_eq!(interdict(&["compare", &output]).ended(0).out, printed);
}

#[test]
fn wrong_files_are_refused_with_the_place() {
    for (bytes, says) in [
        (&b"\x89PNG\r\n\x1a\n\0\0"[..], "byte 0: not UTF-8"),
        (b"", "no column `schema`"),
        (b"schema,name1\nPerson,A\n", "no column `name2`"),
        (b"schema,name1,name2\nPerson,A\n", "line: 2"),
        (
            b"schema,name1,name2\nSanction,A,B\n",
            "line 2: \"Sanction\" is no schema",
        ),
    ] {
        let (_folder, path) = folder_with("pairs.csv", bytes);
        let run = interdict(&["compare", &path]).ended(2);
        assert_eq!(run.out, "");
        assert!(
            run.err.contains("pairs.csv") && run.err.contains(says),
            "{}",
            run.err
        );
    }
    let missing = interdict(&["compare", "nowhere.csv"]).ended(1);
    assert!(
        missing.err.contains("nowhere.csv cannot be read"),
        "{}",
        missing.err
    );
}
