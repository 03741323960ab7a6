//! The conformance tests on SQLite.

use interdict_store::Store;
use tempfile::TempDir;

use crate::conformance::{Backend, conformance};

struct Sqlite;

impl Backend for Sqlite {
    type Guard = TempDir;

    async fn fresh() -> Option<(Store, TempDir)> {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Sqlite::again(&folder).await;
        Some((store, folder))
    }

    async fn again(folder: &TempDir) -> Store {
        Store::open(folder.path()).await.expect("opens")
    }
}

crate::conformance::every_test!(conformance Sqlite);
