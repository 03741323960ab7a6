//! `diff`: two publications side by side.

use crate::real::real;
use crate::run::{Run, interdict};

/// Rows of an OFAC list, made up: number, name, type, programmes, remarks.
fn sdn(rows: &[(u32, &str, &str, &str, &str)]) -> String {
    rows.iter()
        .map(|(number, name, kind, programmes, remarks)| {
            let kind = if kind.is_empty() {
                "-0- ".to_owned()
            } else {
                format!("\"{kind}\"")
            };
            format!(
                "{number},\"{name}\",{kind},\"{programmes}\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,\
                 \"{remarks}\"\r\n"
            )
        })
        .collect()
}

const BORN: &str = "DOB 05 Feb 1970; nationality Examplia.";

fn january() -> String {
    sdn(&[
        (
            101,
            "PERSON, First",
            "individual",
            "IRAN",
            "DOB 05 Feb 1970; POB Minsk, Belarus.",
        ),
        (
            102,
            "PERSON, Second",
            "individual",
            "IRAN] [SDGT",
            "Linked To: FIRM TWO.",
        ),
        (
            103,
            "FIRM ONE",
            "",
            "SDGT",
            "a.k.a. 'F.O.'; Tax ID No. 123 (Belarus).",
        ),
        (104, "FIRM TWO", "", "SDGT", "Linked To: FIRM ONE."),
        (105, "FIRM THREE", "", "SDGT", "Linked To: FIRM FOUR."),
        (106, "FIRM FOUR", "", "SDGT", "-0- "),
    ])
}

/// In another order, with other spaces, and: 101 has another birth date and programme, 102 is gone,
/// 103 and 104 are as before, 106 has another name, so that the words of 105 lead nowhere; 107 is new.
fn february() -> String {
    sdn(&[
        (107, "PERSON, Third", "individual", "BELARUS-EO14038", BORN),
        (106, "FIRM FIVE", "", "SDGT", "-0- "),
        (105, "FIRM THREE", "", "SDGT", "Linked To: FIRM FOUR."),
        (104, "FIRM TWO", "", "SDGT", "Linked To:  FIRM ONE."),
        (
            103,
            "FIRM  ONE",
            "",
            "SDGT",
            "Tax ID No. 123 (Belarus); a.k.a. 'F.O.'.",
        ),
        (
            101,
            "PERSON, First",
            "individual",
            "IRAN] [SDGT",
            "DOB 06 Feb 1970; POB Minsk, Belarus.",
        ),
    ])
}

struct Files(tempfile::TempDir);

impl Files {
    fn new() -> Files {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("sdn-january.csv"), january()).unwrap();
        std::fs::write(folder.path().join("sdn-february.csv"), february()).unwrap();
        Files(folder)
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }

    /// `diff` of two arguments; those that name a file are given their folder.
    fn diff(&self, first: &str, second: &str, more: &[&str]) -> Run {
        let whole = |side: &str| {
            if side.starts_with("sdn-") {
                self.path(side)
            } else {
                side.to_owned()
            }
        };
        let data = self.path("data");
        let (first, second) = (whole(first), whole(second));
        let mut all = vec![
            "--data-dir",
            data.as_str(),
            "diff",
            first.as_str(),
            second.as_str(),
        ];
        all.extend(more);
        interdict(&all)
    }

    fn import(&self, name: &str, day: &str) {
        let data = self.path("data");
        interdict(&[
            "--data-dir",
            &data,
            "import",
            &self.path(name),
            "--published",
            day,
        ]);
    }
}

/// Change and id, line by line.
fn changes(run: &Run) -> Vec<String> {
    run.out
        .lines()
        .skip(1)
        .map(|line| {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            let word = |key: &str| line[key].as_str().unwrap().to_owned();
            format!("{} {}", word("change"), word("id"))
        })
        .collect()
}

#[test]
fn order_and_spacing_are_no_change_and_all_else_is() {
    let files = Files::new();
    let page = files
        .diff("sdn-january.csv", "sdn-february.csv", &[])
        .ended(0)
        .out;
    insta::assert_snapshot!("diff_page", page);
    let summary = files
        .diff("sdn-january.csv", "sdn-february.csv", &["--summary"])
        .ended(0)
        .out;
    insta::assert_snapshot!("diff_summary", summary);
    let lines = files
        .diff("sdn-january.csv", "sdn-february.csv", &["--json"])
        .ended(0);
    assert_eq!(
        changes(&lines),
        [
            "added ofac-107",
            "removed ofac-102",
            "changed ofac-106",
            "changed ofac-101",
            "relinked ofac-105",
        ]
    );
    let head: serde_json::Value = serde_json::from_str(lines.out.lines().next().unwrap()).unwrap();
    assert_eq!(head["command"], "diff");
    assert_eq!((&head["added"], &head["changed"]), (&1.into(), &2.into()));
    let back = files
        .diff("sdn-february.csv", "sdn-january.csv", &["--json"])
        .ended(0);
    assert_eq!(changes(&back).len(), 5);
    let same = files
        .diff("sdn-january.csv", "sdn-january.csv", &["--json"])
        .ended(0);
    assert_eq!(changes(&same), Vec::<String>::new());
}

#[test]
fn publications_are_named_by_number_by_day_or_not_at_all() {
    let files = Files::new();
    files.import("sdn-january.csv", "2024-01-10");
    files.import("sdn-february.csv", "2024-02-10");
    let data = files.path("data");
    // A list so small, and such a change, wait for a person where lists are guarded.
    for id in ["1", "2"] {
        interdict(&[
            "--data-dir",
            &data,
            "lists",
            "accept",
            id,
            "--reason",
            "made up",
        ]);
    }
    let by_number = files.diff("1", "2", &["--json"]).ended(0);
    let by_file = files.diff("sdn-january.csv", "2", &["--json"]).ended(0);
    assert_eq!(changes(&by_number), changes(&by_file));
    assert_eq!(changes(&by_number).len(), 5);
    let dataset = ["--json", "--dataset", "us_ofac_sdn"];
    let by_day = interdict(&[
        "--data-dir",
        &data,
        "diff",
        "--from",
        "2024-01-31",
        "--to",
        "2024-03-01",
        dataset[0],
        dataset[1],
        dataset[2],
    ]);
    let latest = interdict(&["--data-dir", &data, "diff", "--json"]);
    for run in [by_day.ended(0), latest.ended(0)] {
        assert_eq!(run.out, by_number.out);
    }
    let early = files.diff("2023-01-01", "2", &[]).ended(1);
    assert!(early.err.contains("2024-01-10"), "{}", early.err);
    files.diff("1", "7", &[]).ended(1);
    interdict(&["--data-dir", &data, "diff", "1"]).ended(2);
}

#[test]
fn the_week_of_february_2022_names_its_people() {
    let Some(folder) = real() else { return };
    let history = folder.join("ofac/sdn-history.tar.zst");
    let unpacked = tempfile::tempdir().unwrap();
    let file = std::fs::File::open(&history).unwrap();
    let mut decoder = zstd::Decoder::new(file).unwrap();
    decoder.window_log_max(27).unwrap();
    let mut archive = tar::Archive::new(decoder);
    let wanted = ["sdn-2022-02-17.csv", "sdn-2022-02-26.csv"];
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let path = entry.path().unwrap().into_owned();
        let name = path
            .file_name()
            .and_then(|n| n.to_str())
            .unwrap_or_default();
        if wanted.contains(&name) {
            entry.unpack(unpacked.path().join(name)).unwrap();
        }
    }
    let data = unpacked.path().join("data").display().to_string();
    for name in wanted {
        let day = name.trim_start_matches("sdn-").trim_end_matches(".csv");
        let file = unpacked.path().join(name).display().to_string();
        interdict(&["--data-dir", &data, "import", &file, "--published", day]).ended(0);
    }
    let run = interdict(&[
        "--data-dir",
        &data,
        "diff",
        "--dataset",
        "us_ofac_sdn",
        "--from",
        "2022-02-20",
        "--to",
        "2022-02-26",
        "--summary",
    ])
    .ended(0);
    for name in [
        "Vladimir Vladimirovich PUTIN",
        "Sergei Viktorovich LAVROV",
        "PROMSVYAZBANK",
    ] {
        assert!(run.out.contains(name), "{name}: {}", run.out);
    }
    assert!(run.out.contains("under RUSSIA-EO14024"), "{}", run.out);
}
