//! `batch`: every row accounted for, whatever happens on the way.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use crate::run::{Run, command, example, examples, finish, folder_with, interdict};

/// Runs `batch` over the example list.
fn batch(arguments: &[&str]) -> Run {
    let mut all = vec!["--data-dir", examples(), "batch"];
    all.extend(arguments);
    interdict(&all)
}

fn record(output: &Path) -> serde_json::Value {
    let mut name = output.as_os_str().to_owned();
    name.push(".run.json");
    serde_json::from_slice(&std::fs::read(name).unwrap()).unwrap()
}

fn rows(output: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(output).unwrap();
    reader.deserialize().map(|row| row.unwrap()).collect()
}

/// The example customers `times` over, each with a key of its own.
fn many(times: usize) -> String {
    let text = std::fs::read_to_string(example("customers.csv")).unwrap();
    let mut lines = text.lines();
    let mut out = format!("{}\n", lines.next().unwrap());
    let lines: Vec<&str> = lines.collect();
    for n in 0..times {
        for line in &lines {
            out.push_str(&format!("{n}-{line}\n"));
        }
    }
    out
}

#[test]
fn every_row_ends_one_way_and_hits_are_those_expected() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("hits.csv");
    batch(&[
        &example("customers.csv"),
        "-o",
        &output.display().to_string(),
    ])
    .ended(0);
    let counts = record(&output)["counts"].clone();
    assert_eq!(counts["rows"], 210);
    assert_eq!(counts["screened"], 210);
    assert_eq!(counts["rejected"], 0);
    let mut best: BTreeMap<String, String> = BTreeMap::new();
    for row in rows(&output) {
        if row["status"] == "possible-match" {
            best.entry(row["query_id"].clone())
                .or_insert(row["entity_id"].clone());
        }
    }
    let mut expected = csv::Reader::from_path(example("customers-expected.csv")).unwrap();
    let expected: BTreeMap<String, String> = expected
        .records()
        .map(|r| r.unwrap())
        .filter(|r| &r[1] != "none")
        .map(|r| (r[0].to_owned(), r[1].to_owned()))
        .collect();
    assert_eq!(best, expected);
    let head = std::fs::read_to_string(&output).unwrap();
    assert!(
        head.starts_with("row,query_id,entity_id,schema,caption,datasets,score,rank,explanation,")
    );
    assert!(
        head.lines()
            .next()
            .unwrap()
            .ends_with("input: gender,input: identifier")
    );
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let (folder, file) = folder_with("c.csv", many(10).as_bytes());
    let outputs: Vec<Vec<u8>> = ["1", "2", "5"]
        .iter()
        .map(|threads| {
            let output = folder.path().join(format!("{threads}.csv"));
            let output = output.display().to_string();
            batch(&[&file, "-o", &output, "--threads", threads]).ended(0);
            std::fs::read(output).unwrap()
        })
        .collect();
    assert!(outputs[0].len() > 10_000);
    assert!(outputs.iter().all(|o| *o == outputs[0]));
}

#[test]
fn a_record_repeated_in_another_folder_gives_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let text = std::fs::read_to_string(example("customers.csv")).unwrap() + "x,,,,,,\n";
    let file = folder.path().join("c.csv");
    std::fs::write(&file, text).unwrap();
    let other = folder.path().join("other").display().to_string();
    interdict(&["demo", "--keep", &other]).ended(0);
    for ending in ["csv", "jsonl", "xlsx"] {
        let first = folder.path().join(format!("first.{ending}"));
        let again = folder.path().join(format!("again.{ending}"));
        batch(&[
            &file.display().to_string(),
            "-o",
            &first.display().to_string(),
            "--threshold",
            "0.66",
        ])
        .ended(0);
        let run = interdict(&[
            "--data-dir",
            &other,
            "batch",
            "--repeat",
            &format!("{}.run.json", first.display()),
            "-o",
            &again.display().to_string(),
        ])
        .ended(0);
        assert!(run.err.contains("the same bytes"), "{}", run.err);
        assert_eq!(
            std::fs::read(&first).unwrap(),
            std::fs::read(&again).unwrap()
        );
        assert_eq!(record(&first)["identity"], record(&again)["identity"]);
    }
    // Another file, or a list that is not there, is named.
    let record = folder
        .path()
        .join("first.csv.run.json")
        .display()
        .to_string();
    let wrong = batch(&[&example("story.csv"), "--repeat", &record]).ended(2);
    assert!(
        wrong.err.contains("not the file of the run"),
        "{}",
        wrong.err
    );
    let empty = folder.path().join("empty").display().to_string();
    let wrong = interdict(&["--data-dir", &empty, "batch", "--repeat", &record]).ended(2);
    assert!(
        wrong.err.contains("import that publication first"),
        "{}",
        wrong.err
    );
}

#[test]
fn what_the_file_leaves_open_is_asked_and_answered() {
    let (folder, file) = folder_with("c.csv", b"id,name,dob\n1,Andrei Belousov,03/04/1959\n");
    let run = batch(&[&file]).ended(2);
    assert!(run.err.contains("day first or month first?"), "{}", run.err);
    assert!(run.err.contains("--date-order mdy"), "{}", run.err);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    batch(&[&file, "--date-order", "dmy"]).ended(0);
    let look = batch(&[&file, "--look", "--date-order", "dmy"]).ended(0);
    assert!(look.out.contains("1959-04-03"), "{}", look.out);
}

#[test]
fn a_profile_is_kept_by_name_and_used() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data").display().to_string();
    interdict(&["demo", "--keep", &data]).ended(0);
    let first = folder.path().join("jan.csv");
    std::fs::write(&first, "Kd;Wer;Geb\n1;Andrei Belousov;17.03.1959\n").unwrap();
    let first = first.display().to_string();
    let told = ["--column", "name=Wer", "--column", "key=Kd"];
    let mut all = vec![
        "--data-dir",
        &data,
        "batch",
        &first,
        "--save-profile",
        "core",
    ];
    all.extend(told);
    interdict(&all).ended(0);
    let second = folder.path().join("feb.csv");
    std::fs::write(&second, "Geb;Wer;Kd\n02.03.1959;Andrei Belousov;2\n").unwrap();
    let second = second.display().to_string();
    interdict(&["--data-dir", &data, "batch", &second, "--profile", "core"]).ended(0);
    let hits = rows(Path::new(&format!("{second}.hits.csv")));
    assert_eq!(hits[0]["query_id"], "2");
    let third = folder.path().join("mar.csv");
    std::fs::write(&third, "Kd;Name\n3;Andrei Belousov\n").unwrap();
    let third = third.display().to_string();
    let run = interdict(&["--data-dir", &data, "batch", &third, "--profile", "core"]).ended(2);
    assert!(
        run.err.contains("needs the columns \"Geb\", \"Wer\""),
        "{}",
        run.err
    );
}

#[test]
fn rejected_rows_are_listed_with_place_and_reason() {
    let mut text = String::from("id;name;land\n");
    for n in 0..100 {
        match n % 10 {
            9 => text.push_str(&format!("{n};Ann\n")),
            _ => text.push_str(&format!("{n};Ann Lee;GB\n")),
        }
    }
    let (folder, file) = folder_with("c.csv", text.as_bytes());
    let run = batch(&[&file]).ended(1);
    assert!(
        run.err.contains("10 of 100 rows were rejected (10.0 %"),
        "{}",
        run.err
    );
    assert!(
        run.err.contains("line 11: 2 cells, expected 3"),
        "{}",
        run.err
    );
    let output = folder.path().join("c.csv.hits.csv");
    let counts = record(&output)["counts"].clone();
    assert_eq!(
        (counts["screened"].as_u64(), counts["rejected"].as_u64()),
        (Some(90), Some(10))
    );
    let rejected = rows(&folder.path().join("c.csv.hits.csv.rejected.csv"));
    assert_eq!(rejected.len(), 10);
    assert_eq!(rejected[1]["place"], "line 21");
    batch(&[&file, "--max-rejected", "10"]).ended(0);
}

#[test]
fn a_key_twice_is_said_and_both_rows_are_screened() {
    let text = "id,name\n1,Andrei Belousov\n2,Ann Lee\n1,Andrei Belousov\n";
    let (folder, file) = folder_with("c.csv", text.as_bytes());
    batch(&[&file]).ended(0);
    let output = folder.path().join("c.csv.hits.csv");
    let hits = rows(&output);
    let third: Vec<_> = hits.iter().filter(|h| h["row"] == "3").collect();
    assert_eq!(third.len() * 2, hits.len());
    assert!(third[0]["explanation"].ends_with("The key \"1\" stood in line 2 already."));
    assert_eq!(record(&output)["counts"]["keys_twice"], 1);
}

#[test]
fn a_run_leaves_one_record_that_proves_each_row() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data").display().to_string();
    interdict(&["demo", "--keep", &data]).ended(0);
    let file = folder.path().join("c.csv");
    std::fs::write(&file, "id,name\nk-1,Andrei Belousov\nk-2,Ann Lee\n").unwrap();
    let file = file.display().to_string();
    interdict(&["--data-dir", &data, "batch", &file]).ended(0);
    let proofs = |key: &str| {
        let run = interdict(&["--data-dir", &data, "--json", "audit", "subject", key]);
        run.json()["screenings"].as_array().unwrap().clone()
    };
    assert_eq!(proofs("k-1").len(), 1);
    assert_eq!(proofs("k-2")[0]["hits"], 0);
    assert_eq!(proofs("k-3").len(), 0);
}

#[test]
fn no_cell_becomes_a_formula() {
    let text = "id,name,note\n=1+1,Andrei Belousov,\"@SUM(A1)\"\n+2,Ann Lee,x\n";
    let (folder, file) = folder_with("c.csv", text.as_bytes());
    batch(&[&file, "--all-rows"]).ended(0);
    let hits = rows(&folder.path().join("c.csv.hits.csv"));
    assert_eq!(hits[0]["query_id"], "'=1+1");
    assert_eq!(hits[0]["input: note"], "'@SUM(A1)");
    let last = hits.last().unwrap();
    assert_eq!(last["query_id"], "'+2");
    assert_eq!(last["status"], "no-match");
}

#[test]
fn a_workbook_and_json_say_what_the_csv_says() {
    let folder = tempfile::tempdir().unwrap();
    let at = |ending: &str| folder.path().join(format!("hits.{ending}"));
    for ending in ["csv", "xlsx", "jsonl"] {
        let output = at(ending).display().to_string();
        batch(&[&example("customers.csv"), "-o", &output]).ended(0);
    }
    let table = rows(&at("csv"));
    let text = std::fs::read_to_string(at("jsonl")).unwrap();
    let objects: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(objects.len(), table.len());
    for (object, row) in objects.iter().zip(&table) {
        for name in [
            "query_id",
            "entity_id",
            "schema",
            "caption",
            "explanation",
            "status",
        ] {
            assert_eq!(object[name].as_str().unwrap(), row[name]);
        }
        assert_eq!(
            object["input"]["name"].as_str().unwrap(),
            row["input: name"]
        );
    }
    let bytes = std::fs::read(at("xlsx")).unwrap();
    let limits = interdict_tables::Limits::default();
    let mut book = interdict_tables::Workbook::open("hits.xlsx", bytes, limits).unwrap();
    let mut sheet = book.rows(0).unwrap();
    let mut count: usize = 0;
    while let Some(row) = sheet.next_row().unwrap() {
        let texts = row.texts(9);
        match table.get(count.wrapping_sub(1)) {
            Some(expected) => {
                assert_eq!(texts[1], expected["query_id"]);
                assert_eq!(texts[8], expected["explanation"]);
            }
            None => assert_eq!(texts[8], "explanation"),
        }
        count += 1;
    }
    assert_eq!(count, table.len() + 1);
}

/// Starts a run, waits for its journal if asked, sends a signal after a while more, and gives the code it
/// ended with; none where the signal ended it.
fn disturbed(
    arguments: &[String],
    signal: &str,
    journal: Option<&Path>,
    after: Duration,
) -> Option<i32> {
    let written = || {
        let journal = std::fs::metadata(journal?).ok()?;
        journal.modified().ok()
    };
    let before = written();
    let mut child = command()
        .args(["--data-dir", examples(), "batch"])
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // A run that goes on writes its journal anew.
    while journal.is_some() && written() == before && child.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(2));
    }
    std::thread::sleep(after);
    if child.try_wait().unwrap().is_none() {
        let pid = child.id().to_string();
        let sent = std::process::Command::new("kill")
            .args([signal, &pid])
            .status();
        assert!(sent.is_ok());
    }
    child.wait().unwrap().code()
}

#[test]
fn killed_at_any_moment_it_goes_on_without_losing_or_repeating_a_row() {
    let text = many(40) + "bad,row\n";
    let (folder, file) = folder_with("c.csv", text.as_bytes());
    for ending in ["csv", "jsonl"] {
        let calm = folder.path().join(format!("calm.{ending}"));
        batch(&[&file, "-o", &calm.display().to_string()]).ended(0);
        let output = folder.path().join(format!("killed.{ending}"));
        let arguments = vec![
            file.clone(),
            "-o".to_owned(),
            output.display().to_string(),
            "--threads".to_owned(),
            "1".to_owned(),
        ];
        let journal = folder.path().join(format!("killed.{ending}.journal"));
        // Waits that spread over start, run and end, whatever the machine; seeded by the ending.
        let mut state = ending.len() as u64 * 7_919;
        let mut kills = 0;
        for _ in 0..25 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            let after = Duration::from_millis(5 + (state >> 33) % 250);
            let running = !(state >> 20).is_multiple_of(3);
            match disturbed(
                &arguments,
                "-KILL",
                running.then_some(journal.as_path()),
                after,
            ) {
                None => kills += 1,
                Some(code) => {
                    assert_eq!(code, 0);
                    break;
                }
            }
        }
        // However the waits fell, the last run is left alone.
        finish(
            command()
                .args(["--data-dir", examples(), "batch"])
                .args(&arguments),
        )
        .ended(0);
        assert_eq!(
            std::fs::read(&calm).unwrap(),
            std::fs::read(&output).unwrap(),
            "{kills} kills"
        );
        let (calm, killed) = (record(&calm), record(&output));
        assert_eq!(calm["counts"], killed["counts"]);
        assert_eq!(calm["rejected_sha256"], killed["rejected_sha256"]);
        assert_eq!(killed["counts"]["rows"], 40 * 210 + 1);
    }
    let left: Vec<String> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .filter(|n| n.contains(".part") || n.contains(".journal") || n.ends_with(".new"))
        .collect();
    assert_eq!(left, Vec::<String>::new());
}

#[test]
fn ctrl_c_stops_and_the_same_command_goes_on() {
    let (folder, file) = folder_with("c.csv", many(60).as_bytes());
    let calm = folder.path().join("calm.csv");
    batch(&[&file, "-o", &calm.display().to_string()]).ended(0);
    let output = folder.path().join("stopped.csv");
    let arguments = vec![
        file.clone(),
        "-o".to_owned(),
        output.display().to_string(),
        "--threads".to_owned(),
        "1".to_owned(),
    ];
    let journal = folder.path().join("stopped.csv.journal");
    let mut ended = None;
    // Each run does the rows at hand before it stops, so this comes to an end.
    for _ in 0..40 {
        ended = disturbed(&arguments, "-INT", Some(&journal), Duration::from_millis(1));
        assert!(matches!(ended, Some(0 | 1) | None), "{ended:?}");
        if ended == Some(0) {
            break;
        }
    }
    assert_eq!(ended, Some(0));
    assert_eq!(
        std::fs::read(&calm).unwrap(),
        std::fs::read(&output).unwrap()
    );
}

#[test]
fn an_unfinished_run_of_something_else_is_not_gone_on_with() {
    let (folder, file) = folder_with("c.csv", many(40).as_bytes());
    let output = folder.path().join("hits.csv").display().to_string();
    let arguments = vec![
        file.clone(),
        "-o".to_owned(),
        output.clone(),
        "--threads".to_owned(),
        "1".to_owned(),
    ];
    let mut waits = (1..200u64).map(|n| Duration::from_millis(n * 20));
    while !Path::new(&format!("{output}.journal")).exists() {
        disturbed(&arguments, "-KILL", None, waits.next().unwrap());
        if Path::new(&output).exists() {
            // It was too quick to be disturbed.
            std::fs::remove_file(&output).unwrap();
        }
    }
    let run = batch(&[&file, "-o", &output, "--threshold", "0.8"]).ended(2);
    assert!(run.err.contains("with another policy"), "{}", run.err);
    batch(&[&file, "-o", &output, "--threshold", "0.8", "--fresh"]).ended(0);
}

#[test]
fn a_country_under_a_territory_rule_has_a_line_of_its_own() {
    let text = "id,name,country\nt1,Ann Lee,Cuba\nt2,Bo Ek,Sweden\n";
    let (folder, file) = folder_with("c.csv", text.as_bytes());
    let output = folder.path().join("hits.csv");
    batch(&[&file, "-o", &output.display().to_string()]).ended(0);
    let rows = rows(&output);
    let told: Vec<(&str, &str, &str, &str)> = rows
        .iter()
        .map(|r| {
            let cell = |name: &str| r[name].as_str();
            (
                cell("query_id"),
                cell("status"),
                cell("entity_id"),
                cell("countries"),
            )
        })
        .collect();
    assert_eq!(told, [("t1", "territory-rule", "", "cu")]);
    assert!(
        rows[0]["explanation"]
            .starts_with("territory rule: country cu is under comprehensive sanctions of US"),
        "{:?}",
        rows[0]
    );
    let counts = record(&output)["counts"].clone();
    assert_eq!(
        (&counts["rows_with_findings"], &counts["hits"]),
        (&1.into(), &0.into())
    );
    let lines = folder.path().join("hits.jsonl");
    batch(&[&file, "-o", &lines.display().to_string()]).ended(0);
    let line: serde_json::Value = serde_json::from_slice(&std::fs::read(&lines).unwrap()).unwrap();
    assert_eq!(line["finding"]["territory"], "cu");
}

#[test]
fn a_run_that_ended_between_its_record_and_its_journal_leaves_one_record() {
    let (folder, file) = folder_with("c.csv", many(40).as_bytes());
    let data = folder.path().join("data").display().to_string();
    interdict(&["demo", "--keep", &data]).ended(0);
    let output = folder.path().join("hits.csv").display().to_string();
    let arguments = [
        "--data-dir",
        &data,
        "batch",
        &file,
        "-o",
        &output,
        "--threads",
        "1",
    ];
    let parts = [".part", ".rejected.part", ".screened.part", ".journal"];
    let part = |ending: &str| format!("{output}{ending}");
    // A run that is killed leaves its files; they are what stands there before the record is made.
    let mut waits = (1..200u64).map(|n| Duration::from_millis(n * 20));
    while !parts.iter().all(|ending| Path::new(&part(ending)).exists()) {
        let mut child = command()
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(waits.next().unwrap());
        child.kill().unwrap();
        child.wait().unwrap();
        let _ = std::fs::remove_file(&output);
    }
    let left: Vec<Vec<u8>> = parts
        .iter()
        .map(|e| std::fs::read(part(e)).unwrap())
        .collect();
    let records = || {
        let run = interdict(&["--data-dir", &data, "--json", "audit", "subject", "0-C001"]);
        run.ended(0).json()["screenings"]
            .as_array()
            .unwrap()
            .clone()
    };
    let before = records().len();
    interdict(&arguments).ended(0);
    let made = records();
    assert_eq!(made.len(), before + 1);
    let at = made.last().unwrap()["at"].as_str().unwrap();
    // The files as they were, and a journal that says under which time the record was to be made.
    for (ending, bytes) in parts.iter().zip(&left) {
        std::fs::write(part(ending), bytes).unwrap();
    }
    let journal = std::fs::read_to_string(part(".journal")).unwrap();
    let progress = journal
        .lines()
        .skip(1)
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let mut progress = progress.last().expect("a line of progress");
    progress["record_at"] = at.into();
    std::fs::write(
        part(".journal"),
        format!("{journal}\n{progress}\n").replace("\n\n", "\n"),
    )
    .unwrap();
    interdict(&arguments).ended(0);
    assert_eq!(records(), made);
    // A run of its own has a record of its own.
    interdict(&arguments).ended(0);
    assert_eq!(records().len(), made.len() + 1);
}
