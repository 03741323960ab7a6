//! `backup`, `restore`, `store copy` and `upgrade`: the same answers wherever the data is.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};

use crate::run::{Run, command, example, finish, interdict, repository};

/// Where the data is.
struct Place {
    data: String,
    database: Option<String>,
}

impl Place {
    fn folder(path: &Path) -> Place {
        Place {
            data: path.display().to_string(),
            database: None,
        }
    }

    fn command(&self) -> Command {
        let mut command = command();
        command.args(["--data-dir", &self.data]);
        if let Some(url) = &self.database {
            command.env("INTERDICT_DATABASE", url);
        }
        command
    }

    fn run(&self, arguments: &[&str]) -> Run {
        finish(self.command().args(arguments))
    }

    /// Every answer that the examples give, and what became of the book.
    fn answers(&self) -> [serde_json::Value; 4] {
        let file = example("customers.csv");
        let screened = self
            .run(&[
                "--json",
                "screen",
                "--file",
                &file,
                "--dataset",
                "watchlist",
            ])
            .ended(0);
        let show = |arguments: &[&str]| self.run(arguments).ended(0).json();
        let mut screened = screened.json();
        assert!(screened["results"].as_array().unwrap().len() >= 100);
        let results = screened["results"].take();
        let mut proofs = show(&["--json", "audit", "subject", "C001"]);
        let proofs = proofs["screenings"].as_array_mut().unwrap();
        // Asking leaves a record of its own; those of the book are what was copied.
        proofs.retain(|proof| !proof["book"].is_null());
        assert!(!proofs.is_empty());
        [
            results,
            show(&["--json", "alerts", "--state", "all"]),
            show(&["--json", "rules"]),
            proofs.clone().into(),
        ]
    }
}

/// A data folder with the example list, a book, and a decision.
fn made() -> (tempfile::TempDir, Place) {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::folder(&folder.path().join("data"));
    fill(&place);
    (folder, place)
}

fn fill(place: &Place) {
    // By their names alone: a kept folder tells of no machine.
    let run = |arguments: &[&str]| {
        let mut command = place.command();
        command.current_dir(repository().join("examples"));
        finish(command.args(arguments)).ended(0);
    };
    run(&["import", "watchlist.ftm.json", "--dataset", "watchlist"]);
    run(&["book", "load", "retail", "customers.csv"]);
    let reason = ["--reason", "another birth date", "--as", "ann"];
    let decide = ["alerts", "decide", "1", "--disposition", "false-positive"];
    run(&[&decide[..], &reason].concat());
}

#[test]
fn a_backup_beside_imports_gives_the_same_answers() {
    let (folder, place) = made();
    let expected = place.answers();
    // Another process imports all the while.
    let (list, map) = (example("own-list.csv"), example("own-list.map.toml"));
    let text = std::fs::read_to_string(&list).unwrap();
    let mut children = Vec::new();
    for round in 0..3 {
        let other = folder.path().join(format!("own-{round}.csv"));
        std::fs::write(&other, text.replacen(';', &format!("{round};"), 1)).unwrap();
        let mut import = place.command();
        import
            .args([
                "import",
                "--map",
                &map,
                "--accept",
                "a test",
                "--no-rescreen",
            ])
            .arg(&other)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        children.push(import.spawn().unwrap());
        let name = format!("backup-{round}{}", if round == 1 { ".tar" } else { "" });
        let backup = folder.path().join(name).display().to_string();
        place.run(&["backup", &backup]).ended(0);
        interdict(&["restore", "--verify", &backup]).ended(0);
        let again = Place::folder(&folder.path().join(format!("again-{round}")));
        again.run(&["restore", &backup]).ended(0);
        assert!(again.answers() == expected, "backup {round}");
        let taken = again.run(&["restore", &backup]).ended(1);
        assert!(taken.err.contains("is not empty"), "{}", taken.err);
    }
    for mut child in children {
        child.wait().unwrap();
    }
    let there = place.run(&[
        "backup",
        &folder.path().join("backup-0").display().to_string(),
    ]);
    assert!(there.ended(1).err.contains("is not empty"));
}

#[test]
fn a_copy_gives_the_same_answers() {
    let (folder, place) = made();
    let expected = place.answers();
    let other = Place::folder(&folder.path().join("other"));
    let broken = "UPDATE audit SET object = 'x' WHERE number = 2";
    let said = place.run(&["store", "copy", "--to", &other.data]).ended(0);
    assert!(said.out.contains("the same on both sides"), "{}", said.out);
    assert!(other.answers() == expected);
    let refused = place.run(&["store", "copy", "--to", &other.data]).ended(1);
    assert!(refused.err.contains("is not empty"), "{}", refused.err);
    let third = Place::folder(&folder.path().join("third"));
    third
        .run(&["store", "copy", "--from", &other.data])
        .ended(0);
    assert!(third.answers() == expected);
    // A chain that is not whole is copied as it is, and said to be so.
    execute(&third.data, broken);
    let fourth = folder.path().join("fourth").display().to_string();
    let said = third.run(&["store", "copy", "--to", &fourth]).ended(1);
    assert!(said.err.contains("row 2"), "{}", said.err);
    let nothing = place.run(&["store", "copy", "--from", "no-such-folder"]);
    assert!(nothing.ended(2).err.contains("no data in"));
}

/// A database of its own on the server that the tests were given.
#[allow(
    clippy::disallowed_methods,
    reason = "whoever runs the tests says where the server is"
)]
fn database() -> Option<String> {
    let Ok(server) = std::env::var("INTERDICT_TEST_POSTGRES") else {
        eprintln!("skipped: INTERDICT_TEST_POSTGRES names no PostgreSQL server");
        return None;
    };
    let name = format!("interdict_binary_{}", std::process::id());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let mut connection = PgConnection::connect(&server).await.unwrap();
        for sql in [
            format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
            format!("CREATE DATABASE {name}"),
        ] {
            sqlx::raw_sql(AssertSqlSafe(sql))
                .execute(&mut connection)
                .await
                .unwrap();
        }
    });
    let (base, _) = server.rsplit_once('/').unwrap();
    Some(format!("{base}/{name}"))
}

#[test]
fn postgres_gives_the_same_answers_on_every_node() {
    let Some(url) = database() else {
        return;
    };
    let (folder, place) = made();
    let expected = place.answers();
    place.run(&["store", "copy", "--to", &url]).ended(0);
    let node = |name: &str| Place {
        data: folder.path().join(name).display().to_string(),
        database: Some(url.clone()),
    };
    let (one, two) = (node("one"), node("two"));
    assert!(one.answers() == expected);
    // What one does the other sees, and has the files for.
    let (list, map) = (example("own-list.csv"), example("own-list.map.toml"));
    one.run(&["import", "--map", &map, &list]).ended(0);
    let lists = two.run(&["--json", "lists"]).ended(0).json();
    assert_eq!(lists["lists"].as_array().unwrap().len(), 2, "{lists}");
    two.run(&["book", "screen"]).ended(0);
    let now = two.answers();
    assert!(one.answers() == now);
    // And home again.
    let back = Place::folder(&folder.path().join("back"));
    let said = back
        .run(&["--json", "store", "copy", "--from", &url])
        .ended(0)
        .json();
    assert!(said["chain"]["rows"].as_u64().unwrap() > 5, "{said}");
    assert_eq!(said["chain"]["whole"], serde_json::json!([true, true]));
    assert!(back.answers() == now);
    let wrong = node("one").run(&["--database", "mysql://host/x", "lists"]);
    assert!(wrong.ended(2).err.contains("postgres://"));
}

fn execute(folder: &str, sql: &str) {
    let url = format!("sqlite://{}/interdict.sqlite", folder);
    let sql = sql.to_owned();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let mut connection = SqliteConnection::connect(&url).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(sql))
            .execute(&mut connection)
            .await
            .unwrap();
        connection.close().await.unwrap();
    });
}

#[test]
fn a_folder_of_a_later_release_is_refused_and_stays_as_it_was() {
    let (_folder, place) = made();
    let path = PathBuf::from(&place.data).join("interdict.sqlite");
    let later = "INSERT INTO migration VALUES (99, 'later', x'00', 0)";
    execute(&place.data, later);
    let before = std::fs::read(&path).unwrap();
    for arguments in [&["lists"][..], &["upgrade"], &["upgrade", "--plan"]] {
        let refused = place.run(arguments).ended(1);
        assert!(refused.err.contains("later release"), "{}", refused.err);
    }
    assert!(std::fs::read(&path).unwrap() == before);
}

#[test]
fn another_release_reopens_no_decision_and_says_what_it_scores_otherwise() {
    let (_folder, place) = made();
    let nothing = place.run(&["--json", "upgrade", "--check"]).ended(0).json();
    let book = &nothing["books"][0];
    assert_eq!(nothing["pending"], serde_json::Value::Null);
    assert!(book["same"].as_u64().unwrap() > 20, "{book}");
    for kind in ["gained", "lost", "changed"] {
        assert_eq!(book[kind].as_array().unwrap().len(), 0, "{book}");
    }
    // As if an earlier release had screened: it read the decided pair otherwise, scored another one
    // lower, had one that this release does not find, and missed one.
    execute(
        &place.data,
        "UPDATE book SET basis = replace(basis, '\"engine\":\"', '\"engine\":\"0.0.');
         UPDATE alert SET evidence = zeroblob(32) WHERE id = 1;
         UPDATE alert SET score = score - 1 WHERE id = 2;
         UPDATE alert SET entity = 'gone-' || entity WHERE id = 3;",
    );
    let check = place.run(&["--json", "upgrade", "--check"]).ended(0).json();
    let book = &check["books"][0];
    assert!(book["engine_before"].as_str().unwrap().starts_with("0.0."));
    assert_eq!(
        (&book["same_lists"], &book["same_policy"]),
        (&true.into(), &true.into())
    );
    let ids = |kind: &str| -> Vec<Option<i64>> {
        let found = book[kind].as_array().unwrap().iter();
        found.map(|pair| pair["alert"].as_i64()).collect()
    };
    assert_eq!(ids("changed"), [Some(1), Some(2)], "{book}");
    assert_eq!(ids("lost"), [Some(3)]);
    assert_eq!(ids("gained"), [None]);
    let told = place.run(&["upgrade", "--check"]).ended(0);
    assert!(
        told.out.contains("1 gained, 1 lost, 2 changed"),
        "{}",
        told.out
    );
    // Nothing was stored by looking; and screening with this release reopens nothing.
    let again = place.run(&["--json", "upgrade", "--check"]).ended(0).json();
    assert_eq!(again["books"][0], *book);
    // Not even when a list comes in before the books were screened with this release.
    let (list, map) = (example("own-list.csv"), example("own-list.map.toml"));
    let said = place.run(&["import", "--map", &map, &list]).ended(0);
    assert!(said.err.contains(", 0 reopened"), "{}", said.err);
    let alert = place
        .run(&["--json", "alerts", "--state", "all"])
        .ended(0)
        .json();
    let first = alert["alerts"].as_array().unwrap().iter();
    let mut first = first.filter(|alert| alert["alert"] == 1);
    assert_eq!(first.next().unwrap()["state"], "decided", "{alert}");
}

/// Copies a folder of `corpora/stores`: opening one may change it.
fn fixture(name: &str) -> (tempfile::TempDir, Place) {
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("data");
    copy_folder(&repository().join("corpora/stores").join(name), &to);
    let place = Place::folder(&to);
    (folder, place)
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_folder(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}

/// Every data folder that is kept from an earlier release opens, is brought to this one, and gives
/// the answers it gave.
#[test]
fn kept_folders_open_and_answer_as_they_did() {
    let stores = repository().join("corpora/stores");
    let mut seen = 0;
    for entry in std::fs::read_dir(&stores).unwrap() {
        let path = entry.unwrap().path();
        if !path.is_dir() {
            continue;
        }
        seen += 1;
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let (_folder, place) = fixture(&name);
        let plan = place.run(&["--json", "upgrade", "--plan"]).ended(0).json();
        let opened = place.run(&["upgrade"]).ended(0);
        if plan["pending"].is_null() {
            assert!(opened.out.contains("is of this release"), "{}", opened.out);
        } else {
            assert!(opened.err.contains("is kept in"), "{}", opened.err);
            let kept = plan["pending"]["kept"].as_str().unwrap();
            assert!(Path::new(kept).exists(), "{kept}");
        }
        let text = std::fs::read_to_string(path.join("answers.json")).unwrap();
        let expected: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(summary(&place), expected, "{name}");
        // It goes on.
        place.run(&["book", "screen"]).ended(0);
        place.run(&["audit", "verify"]).ended(0);
    }
    assert!(seen > 0, "no folder is kept in {}", stores.display());
}

/// What must stay true of a kept folder in every later release: who is stored, what was decided, who
/// is found.
fn summary(place: &Place) -> serde_json::Value {
    let json = |arguments: &[&str]| place.run(arguments).ended(0).json();
    let lists = json(&["--json", "lists"]);
    let alerts = json(&["--json", "alerts", "--state", "all"]);
    let mut alerts: Vec<_> = alerts["alerts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|alert| {
            let of = |name: &str| alert[name].as_str().unwrap_or("?").to_owned();
            let line = [of("customer"), of("entity"), of("state")];
            line.join(" ")
        })
        .collect();
    alerts.sort();
    let found = json(&["--json", "screen", "--file", &example("story.csv")]);
    let found: Vec<_> = found["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| crate::run::alerts_of(result).first().cloned())
        .collect();
    let names: Vec<_> = lists["lists"]
        .as_array()
        .unwrap()
        .iter()
        .map(|list| list["dataset"].clone())
        .collect();
    serde_json::json!({ "lists": names, "alerts": alerts, "found": found })
}

/// Makes the folder for `corpora/stores` when a release needs a new one: says where it is.
#[test]
#[allow(
    clippy::disallowed_methods,
    reason = "whoever makes a release says where the folder goes"
)]
fn a_folder_to_keep_can_be_made() {
    let (_folder, place) = made();
    // Segments are made again by whoever opens it.
    std::fs::remove_dir_all(PathBuf::from(&place.data).join("segments")).unwrap();
    let answers = summary(&place);
    assert_eq!(answers["found"].as_array().unwrap().len(), 7);
    if let Ok(keep) = std::env::var("INTERDICT_KEEP_STORE") {
        // One file: what is still in the log goes into the database first.
        execute(&place.data, "PRAGMA wal_checkpoint(TRUNCATE)");
        for leftover in ["write.lock", "segments"] {
            let path = PathBuf::from(&place.data).join(leftover);
            let _ = std::fs::remove_dir_all(&path);
            let _ = std::fs::remove_file(&path);
        }
        copy_folder(Path::new(&place.data), Path::new(&keep));
        let text = serde_json::to_string_pretty(&answers).unwrap();
        std::fs::write(Path::new(&keep).join("answers.json"), text + "\n").unwrap();
    }
}
