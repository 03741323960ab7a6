//! What an import does, refuses, and leaves behind.

use std::fs;
use std::io::{self, Read};
use std::sync::Mutex;

use interdict_desk::{DeskError, Import, Input, NoProgress, Progress, Status, Step};
use interdict_store::{DateSource, Moment, State};
use jiff::Timestamp;
use jiff::civil::date;

use crate::tiny::{answer, files, import, list, open, request};

const OLD: &str = "date 2024-01-01\na Ann\nb Bob\n";
const NEW: &str = "date 2024-01-02\na Ann\nc Cid\n";

#[tokio::test]
async fn a_publication_becomes_current_and_says_when_it_is_from() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = open(folder.path()).await.expect("opens");
    let done = import(&desk, OLD).await.expect("imports");
    assert!(done.is_current && !done.known_before);
    assert_eq!(done.publication.published.by, DateSource::File);
    assert_eq!(done.publication.published.field.as_deref(), Some("date"));
    assert_eq!(answer(&desk).await.expect("answers"), ["a Ann", "b Bob"]);
    let second = import(&desk, NEW).await.expect("imports");
    assert_eq!(second.previous, Some(done.publication.id));
    assert_eq!(second.new_revisions, 1);
    assert_eq!(answer(&desk).await.expect("answers"), ["a Ann", "c Cid"]);

    let lists = desk.lists(date(2024, 1, 5)).await.expect("reads");
    let [state] = lists.as_slice() else {
        panic!("{lists:?}");
    };
    assert_eq!(state.age_days, Some(3));
    // Its format is only run by tests.
    assert_eq!((state.publications, state.status()), (2, Status::Unproven));
    assert_eq!(state.latest, None);
    let report = desk.store().report(second.publication.id).await;
    assert_eq!(report.expect("reads")["read"]["lines"], 3);
}

#[tokio::test]
async fn the_same_files_change_nothing_and_are_said_to_be_known() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = open(folder.path()).await.expect("opens");
    let first = import(&desk, OLD).await.expect("imports");
    let before = files(folder.path());
    let again = import(&desk, OLD).await.expect("imports");
    assert!(again.known_before && again.is_current);
    assert_eq!(again.publication, first.publication);
    assert_eq!(again.segment, first.segment);
    assert_eq!(files(folder.path()), before);
    assert_eq!(desk.versions(&list()).await.expect("reads").len(), 1);
}

#[tokio::test]
async fn an_older_file_imported_later_does_not_answer_but_can_be_asked() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = open(folder.path()).await.expect("opens");
    import(&desk, NEW).await.expect("imports");
    let older = import(&desk, OLD).await.expect("imports");
    assert!(!older.is_current);
    assert_eq!(older.publication.state, State::Superseded);
    assert_eq!(answer(&desk).await.expect("answers"), ["a Ann", "c Cid"]);
    let then = Moment {
        as_of: Some(date(2024, 1, 1)),
        known_at: None,
    };
    let chosen = desk.select(&[list()], then).await.expect("selects");
    assert_eq!(chosen, std::slice::from_ref(&older.publication));
    // Its index is made when it is asked, and made again where it was lost.
    assert_eq!(older.segment, None);
    let path = desk.segment_file(&older.publication, &NoProgress).await;
    let path = path.expect("a segment");
    let bytes = fs::read(&path).expect("reads");
    fs::remove_file(&path).expect("removes");
    let again = desk.segment_file(&older.publication, &NoProgress).await;
    assert_eq!(again.expect("built"), path);
    assert_eq!(fs::read(&path).expect("reads"), bytes);
}

#[tokio::test]
async fn what_cannot_be_imported_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = open(folder.path()).await.expect("opens");
    let before = files(folder.path());
    for (bad, word) in [
        ("", "no entity"),
        ("date 2024-02-02\n", "no entity"),
        ("x Xer\n!\n", "list.txt, line 2: !"),
        ("x Xer\ny unindexable\n", "no index takes"),
    ] {
        let error = import(&desk, bad).await.expect_err("refused").to_string();
        assert!(error.contains(word), "{error}");
        assert_eq!(files(folder.path()), before, "{bad:?}");
        assert_eq!(answer(&desk).await, None);
    }
    let detected = Import {
        source: None,
        ..request("")
    };
    let error = desk.import(detected, &NoProgress).await.expect_err("empty");
    assert!(error.to_string().contains("empty file"), "{error}");
    let named = Import {
        source: None,
        format: Some("no-such-format".to_owned()),
        ..request(NEW)
    };
    let error = desk.import(named, &NoProgress).await.expect_err("unknown");
    assert!(matches!(error, DeskError::UnknownFormat { .. }));
    assert_eq!(files(folder.path()), before);
    // And the next good one is fine.
    assert!(import(&desk, NEW).await.expect("imports").is_current);
}

struct Breaks(usize);

impl Read for Breaks {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.checked_sub(1) {
            Some(left) => {
                self.0 = left;
                buffer[..2].copy_from_slice(b"a ");
                Ok(2)
            }
            None => Err(io::Error::from(io::ErrorKind::ConnectionReset)),
        }
    }
}

#[tokio::test]
async fn unreadable_files_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = open(folder.path()).await.expect("opens");
    let before = files(folder.path());
    let cases = [
        (Input::path(folder.path().join("gone.csv")), "gone.csv"),
        (Input::path(folder.path()), "it is a folder"),
        (
            Input::reader("broken.csv", Box::new(Breaks(5))),
            "broken.csv",
        ),
    ];
    for (input, word) in cases {
        let request = Import {
            files: vec![input],
            ..request("")
        };
        let error = desk
            .import(request, &NoProgress)
            .await
            .expect_err("refused");
        assert!(error.to_string().contains(word), "{error}");
        assert_eq!(files(folder.path()), before);
    }
    let none = Import {
        files: Vec::new(),
        ..request("")
    };
    let error = desk.import(none, &NoProgress).await.expect_err("refused");
    assert!(matches!(error, DeskError::NoFiles));
}

#[tokio::test]
async fn the_date_comes_from_the_first_that_knows_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = open(folder.path()).await.expect("opens");
    let changed: Timestamp = "2023-03-03T23:59:59Z".parse().expect("a time");
    let now: Timestamp = "2024-04-04T04:04:04Z".parse().expect("a time");
    let given = Some("2022-02-02");
    let cases = [
        (
            "date 2021-01-01\n",
            given,
            true,
            DateSource::File,
            date(2021, 1, 1),
        ),
        ("", given, true, DateSource::Option, date(2022, 2, 2)),
        ("", None, true, DateSource::LastModified, date(2023, 3, 3)),
        ("", None, false, DateSource::Import, date(2024, 4, 4)),
    ];
    for (at, (head, given, modified, by, day)) in cases.into_iter().enumerate() {
        let mut request = request(format!("{head}a Ann-{at}\n"));
        request.published = given.map(str::to_owned);
        request.now = Some(now);
        if modified {
            let file = request.files.pop().expect("a file");
            request.files.push(file.last_modified(changed));
        }
        let done = desk.import(request, &NoProgress).await.expect("imports");
        let published = done.publication.published;
        assert_eq!((published.by, published.day), (by, day));
    }
    let mut bad = request("a Ann\n");
    bad.published = Some("yesterday".to_owned());
    let error = desk.import(bad, &NoProgress).await.expect_err("refused");
    assert!(matches!(error, DeskError::BadDate { .. }));
}

#[derive(Default)]
struct Heard(Mutex<Vec<String>>);

impl Progress for Heard {
    fn begin(&self, step: Step, what: &str, total: Option<u64>) {
        let line = format!("{step:?} {what} {total:?}");
        self.0.lock().expect("heard").push(line);
    }
}

#[tokio::test]
async fn progress_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = open(folder.path()).await.expect("opens");
    let heard = Heard::default();
    desk.import(request(OLD), &heard).await.expect("imports");
    let heard = heard.0.into_inner().expect("heard");
    let expected = [
        "Receiving list.txt None",
        "Reading list.txt None",
        "Indexing tiny Some(2)",
    ];
    assert_eq!(heard, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn readers_always_see_a_whole_version() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = open(folder.path()).await.expect("opens");
    let text = |version: usize| -> String {
        let lines = (0..400).map(|n| format!("p-{n} Version-{version}\n"));
        format!("date 2024-01-01\n{}", lines.collect::<String>())
    };
    import(&desk, text(0)).await.expect("imports");
    let mut readers = Vec::new();
    for _ in 0..3 {
        let desk = open(folder.path()).await.expect("opens");
        readers.push(tokio::spawn(async move {
            let mut last = 0;
            while last < 5 {
                let lines = answer(&desk).await.expect("answers");
                assert_eq!(lines.len(), 400);
                let versions: std::collections::BTreeSet<&str> = lines
                    .iter()
                    .filter_map(|line| line.rsplit('-').next())
                    .collect();
                assert_eq!(versions.len(), 1);
                let seen = versions.first().and_then(|v| v.parse().ok());
                let seen: usize = seen.expect("a version");
                assert!(seen >= last);
                last = seen;
            }
        }));
    }
    for version in 1..=5 {
        import(&desk, text(version)).await.expect("imports");
    }
    for reader in readers {
        reader.await.expect("sees whole versions only");
    }
}

#[tokio::test]
async fn values_of_files_that_name_no_list_are_of_the_list_they_are_imported_as() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = open(folder.path()).await.expect("opens");
    let line = |alias: &str| {
        let other = format!(r#", "alias": ["{alias}"]"#);
        let alias = if alias.is_empty() { "" } else { &other };
        format!(
            r#"{{"id": "own-1", "schema": "Person", "properties": {{"name": ["Ann Own"]{alias}}}}}"#
        )
    };
    let own = interdict_model::DatasetName::new("own_list").expect("a name");
    for (file, day, text) in [
        ("monday.ftm.json", "2026-03-02", line("")),
        ("tuesday.ftm.json", "2026-03-03", line("Ann Owen")),
    ] {
        let import = Import {
            files: vec![Input::reader(file, Box::new(io::Cursor::new(text)))],
            dataset: Some(own.clone()),
            published: Some(day.to_owned()),
            accept: Some("one of one entries changes".to_owned()),
            actor: "tester".to_owned(),
            ..Import::default()
        };
        desk.import(import, &NoProgress).await.expect("imports");
    }
    let versions = desk.versions(&own).await.expect("reads");
    let mut values = Vec::new();
    for version in &versions {
        let mut reader = desk.store().entities(version.id);
        while let Some(entities) = reader.next().await.expect("reads") {
            for statement in entities.iter().flat_map(|e| &e.statements) {
                values.push((statement.value.to_string(), statement.dataset.to_string()));
            }
        }
    }
    let said = |value: &str| (value.to_owned(), "own_list".to_owned());
    values.sort();
    assert_eq!(values, [said("Ann Owen"), said("Ann Own"), said("Ann Own")]);
}
