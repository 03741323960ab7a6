//! `book load`: customers into a book, and what a second file does to it.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use crate::run::{Run, command, example, interdict};

/// A data folder of its own with the example list.
struct Folder {
    dir: tempfile::TempDir,
    data: String,
}

impl Folder {
    fn new() -> Folder {
        let dir = tempfile::tempdir().unwrap();
        let data = dir.path().join("data").display().to_string();
        interdict(&["demo", "--keep", &data]).ended(0);
        Folder { dir, data }
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    fn run(&self, arguments: &[&str]) -> Run {
        let mut all = vec!["--data-dir", &self.data];
        all.extend(arguments);
        interdict(&all)
    }

    fn load(&self, arguments: &[&str]) -> Run {
        let mut all = vec!["--json", "book", "load"];
        all.extend(arguments);
        self.run(&all)
    }
}

fn counts(run: &Run) -> [u64; 5] {
    let said = run.json();
    ["added", "changed", "removed", "unchanged", "rejected"]
        .map(|name| said[name].as_u64().unwrap())
}

#[test]
fn a_second_load_says_what_changed_and_opens_nothing_twice() {
    let folder = Folder::new();
    let first = folder.load(&["retail", &example("customers.csv")]).ended(0);
    assert_eq!(counts(&first), [210, 0, 0, 0, 0]);
    let opened = first.json()["screened"][0]["opened"].as_u64().unwrap();
    assert!(opened > 20, "{}", first.out);
    let again = folder.load(&["retail", &example("customers.csv")]).ended(0);
    assert_eq!(counts(&again), [0, 0, 0, 210, 0]);
    assert_eq!(again.json()["screened"][0]["opened"], 0);
    assert_eq!(again.json()["screened"][0]["open"].as_u64(), Some(opened));
    // One leaves, one changes, one comes.
    let text = std::fs::read_to_string(example("customers.csv")).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines.remove(5);
    lines[1] = lines[1].replace("eg", "de");
    lines.push("N1,Ann Lee,Person,,gb,,".to_owned());
    let file = folder.file("next.csv", &lines.join("\n"));
    let next = folder.load(&["retail", &file, "--no-screen"]).ended(0);
    assert_eq!(counts(&next), [1, 1, 1, 208, 0]);
    assert_eq!(next.json()["screened"].as_array().unwrap().len(), 0);
    let due = folder.run(&["--json", "book", "screen", "--due"]).ended(0);
    assert_eq!(due.json()["screened"][0]["subjects"], 210);
}

#[test]
fn rows_of_several_parties_are_one_customer() {
    let folder = Folder::new();
    let text = "Kd;Name;Typ\n7;Ann Lee u. Andrei Belousov;privat\n";
    let file = folder.file("joint.csv", text);
    let run = folder.load(&["joint", &file, "--key", "Kd"]).ended(0);
    assert_eq!(counts(&run), [1, 0, 0, 0, 0]);
    assert!(run.json()["screened"][0]["opened"].as_u64().unwrap() > 0);
}

#[test]
fn keys_that_are_missing_or_come_twice_are_named_with_the_row() {
    let folder = Folder::new();
    let file = folder.file("a.csv", "name;land\nAnn Lee;GB\n");
    let run = folder.load(&["a", &file]).ended(2);
    assert!(run.err.contains("name it with --key COLUMN"), "{}", run.err);
    let file = folder.file("b.csv", "id;name\n1;Ann Lee\n2;Bo Ek\n1;Cy Fox\n");
    let run = folder.load(&["b", &file]).ended(2);
    assert!(
        run.err.contains("line 4: key \"1\" stood in line 2"),
        "{}",
        run.err
    );
    let mut text = String::from("id;name\n");
    for n in 0..40 {
        text.push_str(&format!("{n};Ann Lee\n"));
    }
    let file = folder.file("c.csv", &format!("{text};Bo Ek\n"));
    let run = folder.load(&["c", &file]).ended(0);
    assert_eq!(counts(&run), [40, 0, 0, 0, 1]);
    assert!(run.err.contains("line 42: no key"), "{}", run.err);
    let file = folder.file("d.csv", &format!("{text}{}", ";Bo Ek\n".repeat(10)));
    let run = folder.load(&["d", &file]).ended(1);
    assert!(run.err.contains("nothing was loaded"), "{}", run.err);
    let books = folder.run(&["--json", "book", "list"]).ended(0);
    assert_eq!(books.json()["books"].as_array().unwrap().len(), 1);
}

#[test]
fn a_customer_whose_row_is_rejected_now_stays_as_it_was() {
    let folder = Folder::new();
    let mut rows: Vec<String> = (0..40).map(|n| format!("k{n};Ann Lee")).collect();
    rows.push("b;Andrei Belousov".to_owned());
    rows.push("s;Sergei Shoigu".to_owned());
    let file =
        |name: &str, rows: &[String]| folder.file(name, &format!("id;name\n{}\n", rows.join("\n")));
    let first = folder.load(&["retail", &file("a.csv", &rows)]).ended(0);
    assert_eq!(counts(&first), [42, 0, 0, 0, 0]);
    let open = first.json()["screened"][0]["open"].clone();
    // The name of one cannot be read, another has left, and one row is of nobody.
    rows.pop();
    rows.pop();
    rows.push("b;???".to_owned());
    rows.push(";Bo Ek".to_owned());
    let file = file("b.csv", &rows);
    let next = folder
        .load(&["retail", &file, "--max-rejected", "10"])
        .ended(0);
    assert_eq!(counts(&next), [0, 0, 1, 40, 2]);
    assert_eq!(next.json()["kept"], 1);
    assert!(
        next.err
            .contains("kept as they were, since their rows were rejected: 1 customers, keys\n  b"),
        "{}",
        next.err
    );
    assert!(
        next.err
            .contains("1 rejected rows have no key, or one that the book does not hold"),
        "{}",
        next.err
    );
    // It is screened on, and its alert stands; that of the one who left is closed.
    let run = &next.json()["screened"][0];
    assert_eq!(run["subjects"], 41);
    assert_eq!(run["opened"], 0);
    let alerts = folder
        .run(&["--json", "alerts", "--customer", "b"])
        .ended(0);
    assert!(!alerts.json()["alerts"].as_array().unwrap().is_empty());
    let left = folder
        .run(&["--json", "alerts", "--customer", "s"])
        .ended(0);
    assert!(left.json()["alerts"].as_array().unwrap().is_empty());
    assert!(run["open"].as_u64() < open.as_u64());
}

#[test]
fn a_kill_leaves_the_old_book_or_the_new_one() {
    let folder = Folder::new();
    let text = std::fs::read_to_string(example("customers.csv")).unwrap();
    let head = text.lines().next().unwrap();
    let book = |times: usize| {
        let mut out = format!("{head}\n");
        for n in 0..times {
            for line in text.lines().skip(1) {
                out.push_str(&format!("{n}-{line}\n"));
            }
        }
        out
    };
    let small = folder.file("small.csv", &book(1));
    let large = folder.file("large.csv", &book(8));
    folder.load(&["retail", &small]).ended(0);
    let mut state = 77u64;
    for _ in 0..12 {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        kill_after(
            &folder.data,
            &large,
            Duration::from_millis(20 + (state >> 33) % 600),
        );
        let books = folder.run(&["--json", "book", "list"]).ended(0);
        let customers = books.json()["books"][0]["customers"].as_u64().unwrap();
        assert!(matches!(customers, 210 | 1_680), "{customers} customers");
        let due = books.json()["books"][0]["due"].as_bool().unwrap();
        if customers == 210 {
            assert!(!due, "a book that was not loaded is not due");
        }
    }
    let whole = folder.load(&["retail", &large]).ended(0);
    let fresh = Folder::new();
    let from_nothing = fresh.load(&["retail", &large]).ended(0);
    let open = |run: &Run| run.json()["screened"][0]["open"].clone();
    assert_eq!(open(&whole), open(&from_nothing));
}

fn kill_after(data: &str, file: &str, after: Duration) {
    assert!(Path::new(file).exists());
    let mut child = command()
        .args(["--data-dir", data, "book", "load", "retail", file])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(after);
    child.kill().unwrap();
    child.wait().unwrap();
}
