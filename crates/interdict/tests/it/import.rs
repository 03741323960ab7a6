//! `import` and `lists`.

use crate::run::{example, folder_with, interdict};

fn data() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data").display().to_string();
    (folder, path)
}

#[test]
fn a_list_is_taken_in_once_and_answers() {
    let (_folder, data) = data();
    let list = example("watchlist.ftm.json");
    let arguments = [
        "--data-dir",
        &data,
        "import",
        &list,
        "--dataset",
        "mine",
        "--published",
        "2024-05-16",
    ];
    let told = interdict(&arguments).ended(0);
    for part in [
        "mine of 2024-05-16 (by option): 385 entities",
        "answers from now on",
        "Sanction",
    ] {
        assert!(told.out.contains(part), "{part}: {}", told.out);
    }
    let again = interdict(&arguments).ended(0);
    assert!(
        again.out.contains("imported before; nothing was changed"),
        "{}",
        again.out
    );
    let lists = interdict(&["--data-dir", &data, "lists", "--json"])
        .ended(0)
        .json();
    let list = &lists["lists"][0];
    assert_eq!(list["dataset"], "mine");
    assert_eq!(list["publications"], 1);
    assert_eq!(list["current"]["published"], "2024-05-16");
    assert_eq!(list["current"]["entities"], 385);
    let table = interdict(&["--data-dir", &data, "lists", "--formats"])
        .ended(0)
        .out;
    assert!(table.contains("mine") && table.contains("Formats that `interdict import` reads"));
}

#[test]
fn wrong_files_change_nothing() {
    let (_folder, data) = data();
    for (name, bytes, says) in [
        ("photo.png", &b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], "PNG"),
        ("nothing.xml", b"", "empty"),
        (
            "page.html",
            b"<!DOCTYPE html><html><body>404</body></html>",
            "HTML",
        ),
    ] {
        let (_files, path) = folder_with(name, bytes);
        let run = interdict(&["--data-dir", &data, "import", &path]).ended(1);
        assert_eq!(run.out, "");
        assert!(
            run.err.contains(name) && run.err.contains(says),
            "{}",
            run.err
        );
    }
    let missing = interdict(&["--data-dir", &data, "import", "nowhere.csv"]).ended(1);
    assert!(missing.err.contains("nowhere.csv"), "{}", missing.err);
    let unknown = interdict(&["--data-dir", &data, "import", "a.csv", "--format", "word"]);
    assert_ne!(unknown.code, 0);
    let lists = interdict(&["--data-dir", &data, "lists"]).ended(0);
    assert!(lists.out.contains("No list in"), "{}", lists.out);
}
