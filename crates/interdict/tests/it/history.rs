//! Real publications one after the other, and damaged ones after a good one. All 308 of the history
//! are imported by `tests/judges/history.py`; here are the twelve around February 2022.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::real::real;
use crate::run::{Run, alerts, interdict};

/// First and last file of the history that is imported here.
const SPAN: (&str, &str) = ("sdn-2022-02-03.csv", "sdn-2022-03-04.csv");

/// Entries with lower numbers are left out, to be quick.
const FIRST: u32 = 30_000;

/// Log 2 of the window that the archive needs.
const WINDOW: u32 = 27;

/// The rows of a file about entries with high numbers.
fn latest(bytes: &[u8]) -> Vec<u8> {
    rows(bytes, |row| {
        let number = row.get(0).and_then(|number| number.parse::<u32>().ok());
        if number.is_some_and(|number| number >= FIRST) {
            vec![row]
        } else {
            Vec::new()
        }
    })
}

/// Unpacks the files of the span, with their days, in their order. Of two of one day here the plain
/// one is the earlier.
fn unpack(archive: &Path, into: &Path) -> Vec<(String, PathBuf)> {
    let mut decoder =
        zstd::stream::Decoder::new(File::open(archive).expect("opens")).expect("zstd");
    decoder.window_log_max(WINDOW).expect("a window");
    let mut files = BTreeMap::new();
    for entry in tar::Archive::new(decoder).entries().expect("reads") {
        let mut entry = entry.expect("reads");
        let path = entry.path().expect("a path").into_owned();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            continue;
        };
        let plain = name.replace("-b.csv", ".csv");
        if plain.as_str() < SPAN.0 || plain.as_str() > SPAN.1 || !name.ends_with(".csv") {
            continue;
        }
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).expect("reads");
        let file = into.join(name);
        fs::write(&file, latest(&bytes)).expect("writes");
        let day = name.get(4..14).expect("a day").to_owned();
        files.insert((day.clone(), name.len()), (day, file));
    }
    files.into_values().collect()
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

#[test]
fn the_past_answers_as_the_file_of_that_day_does_alone() {
    let Some(data) = real() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let files = unpack(&data.join("ofac/sdn-history.tar.zst"), folder.path());
    assert_eq!(files.len(), 12);
    let store = folder.path().join("store");
    let in_store =
        |arguments: &[&str]| interdict(&[&["--data-dir", text(&store)], arguments].concat());
    for (day, file) in &files {
        let done = in_store(&["import", text(file), "--published", day, "--json"]);
        let done = done.ended(0).json();
        assert_eq!(done["state"], "current", "{file:?}: {}", done["reason"]);
    }
    let putin = |when: &[&str]| {
        let question = ["screen", "Vladimir Putin", "--schema", "Person", "--json"];
        in_store(&[&question[..], when].concat()).ended(0).json()
    };
    let is_hit = |answer: &serde_json::Value| alerts(answer).contains(&"ofac-35096".to_owned());
    assert!(!is_hit(&putin(&["--as-of", "2022-02-20"])));
    assert!(is_hit(&putin(&["--as-of", "2022-02-26"])));
    assert!(is_hit(&putin(&[])));

    // Of the two files of the 23rd, the one imported later.
    for (day, at) in [("2022-02-23", 4), ("2022-03-03", 9)] {
        let (published, file) = &files[at];
        let alone = folder.path().join(format!("alone-{day}"));
        let in_alone =
            |arguments: &[&str]| interdict(&[&["--data-dir", text(&alone)], arguments].concat());
        in_alone(&["import", text(file), "--published", published]).ended(0);
        let question = ["screen", "Gennady Timchenko", "--json"];
        let here = in_alone(&question).ended(0).json();
        let there = in_store(&[&question[..], &["--as-of", day]].concat())
            .ended(0)
            .json();
        assert_eq!(here["results"], there["results"]);
        // Equal for equal values of all entities.
        assert_eq!(here["lists"][0]["content"], there["lists"][0]["content"]);
        assert_eq!(&there["lists"][0]["published"], published.as_str());
    }
}

/// The set of December 2023 with one file replaced.
struct Set {
    folder: tempfile::TempDir,
    good: PathBuf,
}

impl Set {
    const FILES: [&str; 4] = ["sdn.csv", "add.csv", "alt.csv", "sdn_comments.csv"];

    /// The set, of the entries with high numbers only.
    fn new(data: &Path) -> Set {
        let folder = tempfile::tempdir().expect("a folder");
        let good = folder.path().join("good");
        fs::create_dir(&good).expect("a folder");
        for name in Set::FILES {
            let bytes = fs::read(data.join("ofac/2023-12-28").join(name)).expect("reads");
            fs::write(good.join(name), latest(&bytes)).expect("writes");
        }
        Set { folder, good }
    }

    fn import(&self, replaced: Option<(&str, &[u8])>) -> Run {
        let data = self.folder.path().join("data");
        let mut arguments = vec!["--data-dir".to_owned(), text(&data).to_owned()];
        let day = if replaced.is_some() {
            "2023-12-29"
        } else {
            "2023-12-28"
        };
        arguments.extend(["import", "--published", day].map(str::to_owned));
        for name in Set::FILES {
            let mut path = self.good.join(name);
            if let Some((file, bytes)) = replaced.filter(|(file, _)| *file == name) {
                path = self.folder.path().join(file);
                fs::write(&path, bytes).expect("writes");
            }
            arguments.push(text(&path).to_owned());
        }
        interdict(&arguments)
    }

    fn run(&self, arguments: &[&str]) -> Run {
        let data = self.folder.path().join("data");
        interdict(&[&["--data-dir", text(&data)], arguments].concat())
    }
}

/// The rows of a file, changed.
fn rows(bytes: &[u8], change: impl Fn(csv::StringRecord) -> Vec<csv::StringRecord>) -> Vec<u8> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(bytes);
    let mut writer = csv::WriterBuilder::new()
        .flexible(true)
        .from_writer(Vec::new());
    for row in reader.records() {
        for row in change(row.expect("a row")) {
            writer.write_record(&row).expect("writes");
        }
    }
    writer.into_inner().expect("writes")
}

#[test]
fn damaged_publications_wait_and_the_last_good_one_serves() {
    let Some(data) = real() else { return };
    let set = Set::new(&data);
    set.import(None).ended(0);
    let sdn = fs::read(set.good.join("sdn.csv")).expect("reads");
    let without_dates = rows(&sdn, |row| {
        let changed = row.iter().map(|value| {
            let parts = value.split("; ").filter(|part| !part.starts_with("DOB "));
            parts.collect::<Vec<_>>().join("; ")
        });
        vec![changed.collect()]
    });
    let shifted = rows(&sdn, |row| {
        let first = row.iter().take(1);
        vec![first.chain(row.iter().skip(2)).chain(["-0- "]).collect()]
    });
    let doubled = rows(&sdn, |row| vec![row.clone(), row]);
    let cut = sdn.get(..sdn.len() * 60 / 100).expect("sixty percent");
    let whole_rows = cut.iter().rposition(|byte| *byte == b'\n').expect("a row");
    let rows_only = cut.get(..=whole_rows).expect("rows");
    let cases: [(&str, &[u8], &str); 7] = [
        ("sdn.csv", b"", "could not be read: sdn.csv is empty"),
        ("sdn.csv", cut, "columns; expected 12 columns"),
        ("sdn.csv", rows_only, "entries fell by "),
        ("sdn.csv", &without_dates, "birth dates fell by "),
        ("sdn.csv", &shifted, "sdn.csv, line 1: "),
        ("sdn.csv", &doubled, "again, first in line 1"),
        ("alt.csv", b"", "alt.csv is empty; the version before had "),
    ];
    for (file, bytes, words) in cases {
        let run = set.import(Some((file, bytes))).ended(1);
        let held = "quarantined, the last good version goes on answering: ";
        assert!(
            run.out.contains(held) && run.out.contains(words),
            "{words}: {}",
            run.out
        );
        let lists = set.run(&["lists", "--json"]).ended(0).json();
        assert_eq!(lists["lists"][0]["state"], "quarantined");
        assert_eq!(lists["lists"][0]["current"]["publication"], 1);
        assert_eq!(lists["lists"][0]["current"]["published"], "2023-12-28");
    }
    let lists = set.run(&["lists", "--json"]).ended(0).json();
    assert_eq!(
        lists["lists"][0]["waiting"].as_array().map(Vec::len),
        Some(7)
    );
    let answer = set
        .run(&["screen", "Vladimir Putin", "--json"])
        .ended(0)
        .json();
    assert!(alerts(&answer).contains(&"ofac-35096".to_owned()));
}
