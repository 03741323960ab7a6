//! SQLite: how it is opened, and what its errors mean.

use std::path::Path;
use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

use super::BUSY;
use crate::error::StoreError;

pub(super) fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // A publication that was reported as current must still be so after a power cut.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY)
        .disable_statement_logging()
}

pub(super) fn pool(path: &Path) -> SqlitePool {
    SqlitePoolOptions::new()
        .min_connections(0)
        .max_connections(4)
        .acquire_timeout(Duration::from_secs(30))
        .connect_lazy_with(options(path))
}

pub(super) fn failed(path: &Path, doing: &'static str, source: sqlx::Error) -> StoreError {
    let code = match &source {
        sqlx::Error::Database(e) => e.code().and_then(|code| code.parse::<i32>().ok()),
        _ => None,
    };
    // Low byte of an extended SQLite code is the primary one: 5 busy, 11 corrupt, 13 full,
    // 26 not a database. 778 and 1034 are failed writes and syncs: on a full disk they come
    // before 13 where the file system reserves nothing; 4874 is a shared index that cannot grow.
    match code {
        Some(778 | 4874) => StoreError::DiskFull {
            path: path.to_owned(),
            doing,
        },
        Some(code) if code & 0xff == 13 => StoreError::DiskFull {
            path: path.to_owned(),
            doing,
        },
        Some(code) if code & 0xff == 5 => StoreError::Busy {
            path: path.to_owned(),
            seconds: BUSY.as_secs(),
        },
        Some(code) if matches!(code & 0xff, 11 | 26) => {
            StoreError::damaged(path.display().to_string(), source.to_string())
        }
        _ => StoreError::Database {
            path: path.to_owned(),
            doing,
            source,
            remedy: "`interdict.sqlite` and its folder must be readable and writable by this user",
        },
    }
}
