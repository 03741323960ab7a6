//! Data folders that are new, newer, damaged or in the way.

use std::fs;

use interdict_store::{STORAGE_VERSION, Store, StoreError};

use crate::made::{facts, import, noon, person};

fn sql(path: &std::path::Path, sql: &'static str) {
    use sqlx::Connection;
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let url = format!("sqlite://{}", path.join("interdict.sqlite").display());
        let mut connection = sqlx::SqliteConnection::connect(&url).await.expect("opens");
        sqlx::raw_sql(sql)
            .execute(&mut connection)
            .await
            .expect("runs");
        connection.close().await.expect("closes");
    });
}

fn open(path: &std::path::Path) -> Result<Store, StoreError> {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let store = Store::open(path).await?;
        store.close().await;
        Ok(store)
    })
}

#[test]
fn a_folder_of_a_later_release_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    open(folder.path()).expect("opens");
    sql(
        folder.path(),
        "INSERT INTO migration VALUES (98, 'x', x'00', 0), (99, 'y', x'00', 0)",
    );
    let refused = open(folder.path()).expect_err("newer");
    assert!(
        matches!(refused, StoreError::Newer { found: 99, supported, .. }
            if supported == STORAGE_VERSION),
        "{refused}"
    );
    assert!(refused.to_string().contains("use that release"));
}

#[test]
fn a_changed_migration_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    open(folder.path()).expect("opens");
    sql(folder.path(), "UPDATE migration SET checksum = x'00'");
    let refused = open(folder.path()).expect_err("changed");
    assert!(matches!(
        refused,
        StoreError::ForeignMigration { number: 1, .. }
    ));
}

#[test]
fn what_is_no_database_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("interdict.sqlite");
    fs::write(
        &path,
        "this is no database, and long enough to be looked at".repeat(50),
    )
    .expect("writes");
    let refused = open(folder.path()).expect_err("no database");
    assert!(matches!(&refused, StoreError::Damaged { .. }), "{refused}");
    assert!(refused.to_string().contains("interdict.sqlite"));
}

#[test]
fn a_file_in_the_way_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("data");
    fs::write(&path, "a file").expect("writes");
    let refused = open(&path).expect_err("a file");
    assert!(matches!(&refused, StoreError::Io { .. }), "{refused}");
    assert!(refused.to_string().contains("choose another data folder"));
}

#[tokio::test]
async fn leftovers_of_a_killed_import_go_and_the_rest_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(folder.path()).await.expect("opens");
    let done = import(
        &store,
        &[person("p", &["A"], 1)],
        facts("list", "2024-01-01", noon(1)),
    )
    .await
    .expect("imports");
    let kept = store.folder().raw_file(&done.publication.files[0].sha256);
    let orphan = store.folder().raw_file(&[7; 32]);
    fs::create_dir_all(orphan.parent().expect("a parent")).expect("makes");
    fs::write(&orphan, "x").expect("writes");
    let part = folder.path().join("raw/incoming/1.part");
    fs::write(&part, "x").expect("writes");
    let segment = store.folder().segment_file("abc");
    fs::write(&segment, "x").expect("writes");
    // Without the mark of an unfinished import nothing is looked for.
    drop(Store::open(folder.path()).await.expect("opens"));
    assert!(orphan.exists());
    fs::write(folder.path().join("unfinished"), "").expect("writes");
    drop(Store::open(folder.path()).await.expect("opens"));
    for path in [orphan, part, segment] {
        assert!(!path.exists(), "{}", path.display());
    }
    assert!(kept.exists());
    assert!(!folder.path().join("unfinished").exists());
}
