//! Folders of earlier storage versions: migrated whole, or left as they were.

#![allow(clippy::print_stdout, reason = "what a child has to say")]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use interdict_store::{STORAGE_VERSION, Store, StoreError};
use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, Connection, Row, SqliteConnection};

use crate::child::{self, Chance};
use crate::made::{facts, import, noon, person};

async fn sqlite(path: &Path) -> SqliteConnection {
    let url = format!("sqlite://{}?mode=rwc", path.display());
    SqliteConnection::connect(&url).await.expect("opens")
}

async fn execute(connection: &mut SqliteConnection, sql: String) {
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(connection)
        .await
        .expect("runs");
}

/// The migrations as they are written, in order.
fn migrations() -> Vec<(String, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("migrations/sqlite");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .expect("lists")
        .map(|entry| entry.expect("lists").path())
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|path| {
            let stem = path.file_stem().expect("a name").to_string_lossy();
            let (_, name) = stem.split_once('_').expect("a number and a name");
            (name.to_owned(), fs::read_to_string(path).expect("reads"))
        })
        .collect()
}

/// A folder as a release of an earlier storage version made it, with some rows.
async fn older(folder: &Path, version: usize) {
    fs::create_dir_all(folder).expect("makes");
    let mut connection = sqlite(&folder.join("interdict.sqlite")).await;
    let mut text = String::from(
        "PRAGMA journal_mode = WAL; BEGIN; CREATE TABLE migration (number INTEGER PRIMARY KEY, \
         name TEXT NOT NULL, checksum BLOB NOT NULL, applied_at INTEGER NOT NULL);",
    );
    for (number, (name, sql)) in (1..=version).zip(migrations()) {
        let checksum = Sha256::digest(sql.as_bytes());
        let checksum: String = checksum.iter().map(|b| format!("{b:02x}")).collect();
        text.push_str(&sql);
        text.push_str(&format!(
            "INSERT INTO migration VALUES ({number}, '{name}', x'{checksum}', 0);"
        ));
    }
    text.push_str("INSERT INTO dataset VALUES ('list', 'A list', NULL, NULL);");
    for day in 1..=2_000 {
        text.push_str(&format!(
            "INSERT INTO publication (id, dataset, format, proven, published_day, published_at, \
             published_by, imported_at, accepted_at, state, entities, statements, content, counts, \
             report) VALUES ({day}, 'list', 'made-up', 0, '2020-01-01', '2020-01-01', 'file', \
             {day}, {day}, 'accepted', 1, 1, zeroblob(32), \
             '{{\"schemata\":{{}},\"properties\":{{}},\"merged\":0,\"read\":{{}}}}', x'00');"
        ));
    }
    text.push_str("UPDATE counter SET value = 2000 WHERE name = 'publication'; COMMIT;");
    execute(&mut connection, text).await;
    connection.close().await.expect("closes");
}

async fn storage_version(database: &Path) -> i64 {
    let mut connection = sqlite(database).await;
    let row = sqlx::query("SELECT MAX(number) FROM migration")
        .fetch_one(&mut connection)
        .await
        .expect("reads");
    connection.close().await.expect("closes");
    row.get(0)
}

#[tokio::test]
async fn every_earlier_version_is_migrated_and_kept_beside() {
    for version in 1..STORAGE_VERSION {
        let folder = tempfile::tempdir().expect("a folder");
        older(folder.path(), usize::try_from(version).expect("small")).await;
        let pending = Store::pending(folder.path(), None).await.expect("looks");
        let pending = pending.expect("something to do");
        assert_eq!((pending.from, pending.to), (version, STORAGE_VERSION));
        assert_eq!(pending.adds.len() as i64, STORAGE_VERSION - version);
        let database = folder.path().join("interdict.sqlite");
        assert_eq!(storage_version(&database).await, version);
        let store = Store::open(folder.path()).await.expect("opens");
        let list = crate::made::dataset("list");
        assert_eq!(store.publications(&list).await.expect("reads").len(), 2_000);
        assert_eq!(storage_version(&pending.kept).await, version);
        let done = import(
            &store,
            &[person("p", &["A"], 1)],
            facts("list", "2024-01-01", noon(1)),
        )
        .await
        .expect("imports");
        assert_eq!(done.publication.id.0, 2_001);
        let pending = Store::pending(folder.path(), None).await.expect("looks");
        assert_eq!(pending, None);

        // What was kept is the folder as it was.
        let back = tempfile::tempdir().expect("a folder");
        let kept = folder
            .path()
            .join("backups")
            .join(format!("storage-{version}.sqlite"));
        fs::copy(kept, back.path().join("interdict.sqlite")).expect("copies");
        let again = Store::open(back.path()).await.expect("opens");
        assert_eq!(again.publications(&list).await.expect("reads").len(), 2_000);
    }
}

#[tokio::test]
async fn a_new_folder_has_nothing_to_keep() {
    let folder = tempfile::tempdir().expect("a folder");
    let pending = Store::pending(folder.path(), None).await.expect("looks");
    assert_eq!(pending, None);
    Store::open(folder.path()).await.expect("opens");
    assert!(!folder.path().join("backups").exists());
}

/// Opens a folder, as the child of a test.
#[test]
fn child() {
    let Some(task) = child::task() else {
        return;
    };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let code = runtime.block_on(async {
        match Store::open(Path::new(&task[0])).await {
            Ok(_) => 0,
            Err(StoreError::DiskFull { .. }) => 28,
            Err(e) => {
                println!("{e}");
                1
            }
        }
    });
    std::process::exit(code);
}

#[tokio::test]
async fn a_killed_migration_leaves_the_old_version_or_the_new_one() {
    let made = tempfile::tempdir().expect("a folder");
    older(made.path(), 1).await;
    let mut chance = Chance(3);
    let mut seen = [0, 0];
    for _ in 0..30 * child::rounds() {
        let folder = tempfile::tempdir().expect("a folder");
        let database = folder.path().join("interdict.sqlite");
        fs::copy(made.path().join("interdict.sqlite"), &database).expect("copies");
        let path = folder.path().to_str().expect("a path");
        let running = child::command("upgrade::child", &[path])
            .spawn()
            .expect("starts");
        child::kill_after(running, Duration::from_millis(chance.below(150)));
        let found = storage_version(&database).await;
        assert!(found == 1 || found == STORAGE_VERSION, "{found}");
        seen[usize::from(found > 1)] += 1;
        // Whatever was left, the next opening brings it to its end.
        let store = Store::open(folder.path()).await.expect("opens");
        let list = crate::made::dataset("list");
        assert_eq!(store.publications(&list).await.expect("reads").len(), 2_000);
        let kept = folder.path().join("backups/storage-1.sqlite");
        assert_eq!(storage_version(&kept).await, 1);
    }
    assert!(
        seen[0] > 0,
        "every migration was faster than its end: {seen:?}"
    );
}

#[tokio::test]
async fn a_migration_on_a_full_disk_changes_nothing() {
    let made = tempfile::tempdir().expect("a folder");
    older(made.path(), 1).await;
    let size = fs::metadata(made.path().join("interdict.sqlite"))
        .expect("is there")
        .len();
    let mut full = 0;
    // The most that a file may grow to, in blocks of 512 bytes or 1 KiB, as the shell has it.
    for share in [5, 20, 40, 60, 80, 95] {
        let folder = tempfile::tempdir().expect("a folder");
        let database = folder.path().join("interdict.sqlite");
        fs::copy(made.path().join("interdict.sqlite"), &database).expect("copies");
        let this = child::command("upgrade::child", &[folder.path().to_str().expect("a path")]);
        let blocks = size * share / 100 / 1024;
        let mut command = std::process::Command::new("bash");
        command.arg("-c").arg(format!(
            "trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" --exact upgrade::child --nocapture"
        ));
        command.arg(this.get_program());
        for (name, value) in this.get_envs() {
            command.env(name, value.unwrap_or_default());
        }
        let done = command.output().expect("runs");
        let code = done.status.code();
        if code == Some(28) {
            full += 1;
            assert_eq!(storage_version(&database).await, 1);
        } else {
            assert_eq!(code, Some(0), "{}", String::from_utf8_lossy(&done.stdout));
        }
        let store = Store::open(folder.path()).await.expect("opens");
        let list = crate::made::dataset("list");
        assert_eq!(store.publications(&list).await.expect("reads").len(), 2_000);
    }
    assert!(full > 0, "no disk was full");
}
