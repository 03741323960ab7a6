//! Copies from one database to the other, backups, and putting them back.

use std::fs;
use std::path::Path;
use std::time::Duration;

use interdict_model::Entity;
use interdict_store::{
    CopyTarget, DatabaseUrl, Decider, Given, LoadFacts, Look, LookOutcome, Pin, PublicationId,
    Screened, ScreenedSubject, ScreeningFacts, Store, StoreError, restore, verify_backup,
};
use tempfile::TempDir;

use crate::child::{self, Chance};
use crate::made::{WAIT, dataset, facts, import, noon, person, read};
use crate::postgres::{Fresh, server};

fn version(number: i64, count: u64) -> Vec<Entity> {
    (0..count)
        .map(|n| {
            let name = if n % 3 == 0 { number } else { 0 };
            person(&format!("p-{n}"), &[&format!("Name {n} {name}")], n)
        })
        .collect()
}

/// Something of most tables.
async fn fill(store: &Store, count: u64) {
    let mut ids = Vec::new();
    for number in 1..=3 {
        let mut facts = facts("list", &format!("2024-01-0{number}"), noon(number));
        if number == 2 {
            facts.quarantine = Some("looks odd".to_owned());
        }
        let done = import(store, &version(number, count), facts).await;
        ids.push(done.expect("imports").publication.id);
    }
    let decider = Decider {
        at: noon(4),
        actor: "ann",
        reason: "it is \u{fc}ber \"odd\" '?' indeed",
    };
    let writer = async || store.writer(WAIT).await.expect("locks");
    let accepted = writer().await.accept(ids[1], decider).await;
    accepted.expect("accepts");
    let look = Look {
        at: noon(5),
        outcome: LookOutcome::Failed,
        note: String::new(),
    };
    let looked = writer().await.record_look(&dataset("list"), &look).await;
    looked.expect("records");
    let pin = Pin {
        publication: ids[0],
        owner: "run 1".to_owned(),
        reason: "a record".to_owned(),
        at: noon(5),
    };
    writer().await.pin(&[pin]).await.expect("pins");
    let given: Vec<Given> = (0..500)
        .map(|n| Given {
            key: format!("C{n}"),
            subject: format!("customer {n}").into_bytes(),
        })
        .collect();
    let load = LoadFacts {
        book: "book".to_owned(),
        at: noon(5),
        actor: "ann".to_owned(),
        file: "customers.csv".to_owned(),
        sha256: [7; 32],
        profile: "csv".to_owned(),
        rejected: 0,
    };
    let loaded = writer().await.load_book(&load, &given).await;
    assert_eq!(loaded.expect("loads").added, 500);
    let screening = ScreeningFacts {
        at: noon(6),
        actor: "ann".to_owned(),
        book: None,
        basis: "{}".to_owned(),
        publications: ids,
    };
    let subject = Screened {
        subject: ScreenedSubject::Other {
            key: "K1".to_owned(),
            hash: [9; 32],
        },
        hits: 2,
    };
    let recorded = store.record_screening(&screening, &[subject]).await;
    recorded.expect("records");
}

async fn filled(count: u64) -> (Store, TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(folder.path()).await.expect("opens");
    fill(&store, count).await;
    (store, folder)
}

async fn copy(store: &Store, target: &CopyTarget) -> Result<bool, StoreError> {
    store
        .copy_to(target, &mut |_| {})
        .await
        .map(|copied| copied.resumed)
}

/// Both hold the same: every table, every entity, every raw file.
async fn same(a: &Store, b: &Store) {
    let digests = a.table_digests().await.expect("reads");
    assert_eq!(digests, b.table_digests().await.expect("reads"));
    assert!(digests.values().filter(|table| table.rows > 0).count() >= 14);
    let all = a.publications(&dataset("list")).await.expect("reads");
    assert_eq!(all, b.publications(&dataset("list")).await.expect("reads"));
    for publication in &all {
        let entities = read(a, publication.id).await;
        assert_eq!(entities, read(b, publication.id).await);
        assert!(!entities.is_empty());
        for file in &publication.files {
            let bytes = async |store: &Store| {
                let path = store.raw_file(&file.sha256).await.expect("is there");
                fs::read(path).expect("reads")
            };
            assert_eq!(bytes(a).await, bytes(b).await);
        }
    }
    assert_eq!(
        a.proofs("K1").await.expect("reads"),
        b.proofs("K1").await.expect("reads")
    );
}

/// The store takes in more, with numbers that go on.
async fn goes_on(store: &Store) {
    let before = store.publications(&dataset("list")).await.expect("reads");
    let last = before.iter().map(|p| p.id).max().expect("some");
    let done = import(store, &version(9, 50), facts("list", "2024-01-09", noon(9)))
        .await
        .expect("imports");
    assert_eq!(done.publication.id, PublicationId(last.0 + 1));
    let writer = store.writer(WAIT).await.expect("locks");
    let decider = Decider {
        at: noon(10),
        actor: "bob",
        reason: "back",
    };
    writer.roll_back(last, decider).await.expect("goes back");
}

#[tokio::test]
async fn a_folder_is_copied_to_a_folder() {
    let (store, _folder) = filled(700).await;
    let target = tempfile::tempdir().expect("a folder");
    let to = CopyTarget::Folder(target.path().to_owned());
    assert!(!copy(&store, &to).await.expect("copies"));
    let other = Store::open(target.path()).await.expect("opens");
    same(&store, &other).await;
    goes_on(&other).await;
    let refused = copy(&store, &to).await.expect_err("not empty");
    assert!(matches!(refused, StoreError::TargetNotEmpty { .. }));
}

/// Sets up: a server, or nothing to do.
async fn database() -> Option<(Fresh, DatabaseUrl)> {
    let fresh = Fresh::make(&server()?).await;
    let url = fresh.url();
    Some((fresh, url))
}

#[tokio::test]
async fn a_folder_is_copied_to_postgres_and_back() {
    let Some((_fresh, url)) = database().await else {
        return;
    };
    let (store, _folder) = filled(700).await;
    let to = CopyTarget::Postgres(url.clone());
    copy(&store, &to).await.expect("copies");
    // A node that has nothing yet.
    let node = tempfile::tempdir().expect("a folder");
    let there = Store::open_on(node.path(), Some(&url))
        .await
        .expect("opens");
    same(&store, &there).await;
    goes_on(&there).await;
    let refused = copy(&store, &to).await.expect_err("not empty");
    assert!(matches!(refused, StoreError::TargetNotEmpty { .. }));
    let back = tempfile::tempdir().expect("a folder");
    let to = CopyTarget::Folder(back.path().to_owned());
    copy(&there, &to).await.expect("copies");
    let again = Store::open(back.path()).await.expect("opens");
    same(&there, &again).await;
    goes_on(&again).await;
}

#[tokio::test]
async fn a_copy_of_a_source_that_changed_begins_again() {
    let (store, folder) = filled(300).await;
    let target = tempfile::tempdir().expect("a folder");
    let to = CopyTarget::Folder(target.path().to_owned());
    // A raw file that is lost stops the copy after the rows.
    let all = store.publications(&dataset("list")).await.expect("reads");
    let raw = store.folder().raw_file(&all[0].files[0].sha256);
    let aside = folder.path().join("aside");
    fs::rename(&raw, &aside).expect("moves");
    let refused = copy(&store, &to).await.expect_err("a file is missing");
    assert!(
        matches!(refused, StoreError::MissingFile { .. }),
        "{refused}"
    );
    let refused = Store::open(target.path()).await.expect_err("unfinished");
    assert!(matches!(refused, StoreError::UnfinishedCopy { .. }));
    // As it was left, then.
    fs::rename(&aside, &raw).expect("moves");
    let mut steps = Vec::new();
    let done = store
        .copy_to(&to, &mut |step| steps.push(step))
        .await
        .expect("copies");
    assert!(done.resumed);
    let copied =
        |s: &&interdict_store::CopyStep| matches!(s, interdict_store::CopyStep::Copying(..));
    assert_eq!(steps.iter().find(copied), None);
    // Another source into another target, changed in between.
    let target = tempfile::tempdir().expect("a folder");
    let to = CopyTarget::Folder(target.path().to_owned());
    fs::rename(&raw, &aside).expect("moves");
    copy(&store, &to).await.expect_err("a file is missing");
    fs::rename(&aside, &raw).expect("moves");
    goes_on(&store).await;
    assert!(!copy(&store, &to).await.expect("copies"));
    let other = Store::open(target.path()).await.expect("opens");
    same(&store, &other).await;
}

/// Copies, as the child of a test: `copy|FROM|TO`.
#[test]
fn child() {
    let Some(task) = child::task() else {
        return;
    };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        match task.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["copy", from, to] => {
                let store = Store::open(Path::new(from)).await.expect("opens");
                let target = match to.parse::<DatabaseUrl>() {
                    Ok(url) => CopyTarget::Postgres(url),
                    Err(_) => CopyTarget::Folder(to.into()),
                };
                copy(&store, &target).await.expect("copies");
            }
            ["import", folder] => {
                let store = Store::open(Path::new(folder)).await.expect("opens");
                for number in 10..10_000 {
                    let facts = facts("list", "2024-02-01", noon(number));
                    import(&store, &version(number, 400), facts)
                        .await
                        .expect("imports");
                }
            }
            _ => panic!("no such task: {task:?}"),
        }
    });
}

/// Starts copies and kills them, each later than the last, until one has come to its end.
fn killed_copies(from: &Path, to: &str) {
    let mut chance = Chance(20_261_126);
    let from = from.to_str().expect("a path");
    // Each lives half as long again as the last, until one is not killed: so some are killed in
    // each part of the work, on a fast machine and on a slow one.
    let mut time = 60u64;
    loop {
        let running = child::command("copies::child", &["copy", from, to])
            .spawn()
            .expect("starts");
        let until = Duration::from_millis(time + chance.below(50));
        if child::kill_after(running, until) {
            break;
        }
        time += time / 2;
    }
}

#[tokio::test]
async fn a_killed_copy_goes_on() {
    let (store, folder) = filled(4000).await;
    let target = tempfile::tempdir().expect("a folder");
    let path = target.path().join("copy");
    killed_copies(folder.path(), path.to_str().expect("a path"));
    let other = Store::open(&path).await.expect("opens");
    same(&store, &other).await;
}

#[tokio::test]
async fn a_killed_copy_to_postgres_goes_on() {
    let Some((fresh, url)) = database().await else {
        return;
    };
    let (store, folder) = filled(4000).await;
    killed_copies(folder.path(), &fresh.address());
    let node = tempfile::tempdir().expect("a folder");
    let there = Store::open_on(node.path(), Some(&url))
        .await
        .expect("opens");
    same(&store, &there).await;
}

async fn back_up(store: &Store, folder: &Path) -> Result<(), StoreError> {
    store.back_up(folder, noon(20), &mut |_| {}).await.map(drop)
}

/// Only a data folder's database is not there before the end.
async fn restored(backup: &Path) -> (Store, TempDir) {
    let target = tempfile::tempdir().expect("a folder");
    let record = restore(backup, target.path()).expect("restores");
    let store = Store::open(target.path()).await.expect("opens");
    assert_eq!(store.table_digests().await.expect("reads"), record.tables);
    (store, target)
}

#[tokio::test]
async fn a_backup_beside_an_import_is_of_one_moment() {
    let (store, folder) = filled(700).await;
    let path = folder.path().to_str().expect("a path");
    let mut importing = child::command("copies::child", &["import", path])
        .spawn()
        .expect("starts");
    let mut taken = Vec::new();
    let place = tempfile::tempdir().expect("a folder");
    for number in 0..3 {
        let backup = place.path().join(format!("backup-{number}"));
        back_up(&store, &backup).await.expect("backs up");
        taken.push(backup);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(importing.try_wait().expect("waits").is_none());
    importing.kill().expect("kills");
    importing.wait().expect("ends");
    let mut counts = Vec::new();
    for backup in &taken {
        let (there, _target) = restored(backup).await;
        let all = there.publications(&dataset("list")).await.expect("reads");
        counts.push(all.len());
        for publication in &all {
            let entities = read(&there, publication.id).await;
            assert_eq!(entities, read(&store, publication.id).await);
            for file in &publication.files {
                there.raw_file(&file.sha256).await.expect("is there");
            }
        }
        goes_on(&there).await;
    }
    assert!(counts.is_sorted() && counts[0] >= 3, "{counts:?}");
}

#[tokio::test]
async fn a_backup_of_postgres_is_a_folder() {
    let Some((_fresh, url)) = database().await else {
        return;
    };
    let node = tempfile::tempdir().expect("a folder");
    let store = Store::open_on(node.path(), Some(&url))
        .await
        .expect("opens");
    fill(&store, 300).await;
    let place = tempfile::tempdir().expect("a folder");
    let backup = place.path().join("backup");
    back_up(&store, &backup).await.expect("backs up");
    let (there, _target) = restored(&backup).await;
    same(&store, &there).await;
}

#[tokio::test]
async fn a_backup_that_is_not_whole_is_refused() {
    let (store, _folder) = filled(100).await;
    let place = tempfile::tempdir().expect("a folder");
    let backup = place.path().join("backup");
    back_up(&store, &backup).await.expect("backs up");
    let refused = back_up(&store, &backup).await.expect_err("is there");
    assert!(matches!(refused, StoreError::TargetNotEmpty { .. }));
    let record = verify_backup(&backup).expect("is whole");
    let target = tempfile::tempdir().expect("a folder");
    for name in record.files.keys() {
        let path = backup.join(name);
        let whole = fs::read(&path).expect("reads");
        let mut spoilt = whole.clone();
        let middle = spoilt.len() / 2;
        if let Some(byte) = spoilt.get_mut(middle) {
            *byte ^= 1;
        }
        let cut = whole.split_last().map(|(_, rest)| rest.to_vec());
        for bytes in [Some(spoilt), cut].into_iter().flatten() {
            fs::write(&path, bytes).expect("writes");
            let refused = restore(&backup, target.path()).expect_err("damaged");
            assert!(matches!(refused, StoreError::BadBackup { .. }), "{refused}");
            assert!(refused.to_string().contains(name), "{refused}");
        }
        fs::remove_file(&path).expect("removes");
        let refused = restore(&backup, target.path()).expect_err("missing");
        assert!(matches!(refused, StoreError::BadBackup { .. }), "{refused}");
        fs::write(&path, whole).expect("writes");
    }
    assert_eq!(fs::read_dir(target.path()).expect("lists").count(), 0);
    let taken = tempfile::tempdir().expect("a folder");
    fs::write(taken.path().join("mine.txt"), "x").expect("writes");
    let refused = restore(&backup, taken.path()).expect_err("not empty");
    assert!(matches!(refused, StoreError::TargetNotEmpty { .. }));
    let (there, again) = restored(&backup).await;
    same(&store, &there).await;
    there.close().await;
    let refused = restore(&backup, again.path()).expect_err("not empty");
    assert!(matches!(refused, StoreError::TargetNotEmpty { .. }));
    for text in ["", "{}", "{\"format\": 99}"] {
        fs::write(backup.join("backup.json"), text).expect("writes");
        let refused = verify_backup(&backup).expect_err(text);
        assert!(matches!(refused, StoreError::BadBackup { .. }), "{refused}");
    }
}
