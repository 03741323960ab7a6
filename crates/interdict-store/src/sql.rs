//! The one place that talks to a database.
//!
//! Everything above writes SQL that SQLite and PostgreSQL read alike: `$1` for parameters (or, where
//! there are many, `placeholders`), no dialect beyond `ON CONFLICT`. Texts are built only from constants and counts of
//! parameters, never from data.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteRow,
    SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Row as _, SqliteConnection};

use crate::error::StoreError;

/// A parameter.
#[derive(Clone, Debug)]
pub(crate) enum Cell {
    Int(i64),
    OptionalInt(Option<i64>),
    Text(String),
    OptionalText(Option<String>),
    Blob(Vec<u8>),
}

impl From<i64> for Cell {
    fn from(value: i64) -> Cell {
        Cell::Int(value)
    }
}

impl From<&str> for Cell {
    fn from(value: &str) -> Cell {
        Cell::Text(value.to_owned())
    }
}

impl From<String> for Cell {
    fn from(value: String) -> Cell {
        Cell::Text(value)
    }
}

impl From<Option<String>> for Cell {
    fn from(value: Option<String>) -> Cell {
        Cell::OptionalText(value)
    }
}

impl From<Option<i64>> for Cell {
    fn from(value: Option<i64>) -> Cell {
        Cell::OptionalInt(value)
    }
}

impl From<Vec<u8>> for Cell {
    fn from(value: Vec<u8>) -> Cell {
        Cell::Blob(value)
    }
}

/// A row of an answer; columns are read by position.
pub(crate) struct Row {
    row: SqliteRow,
}

impl Row {
    pub(crate) fn int(&self, at: usize) -> Result<i64, StoreError> {
        self.row.try_get(at).map_err(unexpected)
    }

    pub(crate) fn text(&self, at: usize) -> Result<String, StoreError> {
        self.row.try_get(at).map_err(unexpected)
    }

    pub(crate) fn optional_text(&self, at: usize) -> Result<Option<String>, StoreError> {
        self.row.try_get(at).map_err(unexpected)
    }

    pub(crate) fn optional_int(&self, at: usize) -> Result<Option<i64>, StoreError> {
        self.row.try_get(at).map_err(unexpected)
    }

    pub(crate) fn blob(&self, at: usize) -> Result<Vec<u8>, StoreError> {
        self.row.try_get(at).map_err(unexpected)
    }
}

fn unexpected(source: sqlx::Error) -> StoreError {
    StoreError::damaged("a row of the database", source.to_string())
}

/// A database that connections can be made to.
#[derive(Clone, Debug)]
pub(crate) struct Database {
    path: PathBuf,
    readers: SqlitePool,
}

/// How long a statement waits for another connection's lock.
const BUSY: Duration = Duration::from_secs(10);

fn options(path: &Path) -> SqliteConnectOptions {
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

impl Database {
    pub(crate) fn at(path: &Path) -> Database {
        Database {
            path: path.to_owned(),
            readers: SqlitePoolOptions::new()
                .min_connections(0)
                .max_connections(4)
                .acquire_timeout(Duration::from_secs(30))
                .connect_lazy_with(options(path)),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// A connection of its own; dropping it rolls back what it did not commit.
    pub(crate) async fn connect(&self) -> Result<Session, StoreError> {
        let connection = SqliteConnection::connect_with(&options(&self.path))
            .await
            .map_err(|e| failed(&self.path, "opening the database", e))?;
        Ok(Session {
            path: self.path.clone(),
            connection,
        })
    }

    /// The rows of a query, on one of the shared reading connections.
    pub(crate) async fn rows(
        &self,
        doing: &'static str,
        sql: impl Into<String>,
        cells: Vec<Cell>,
    ) -> Result<Vec<Row>, StoreError> {
        bind(sql.into(), cells)
            .fetch_all(&self.readers)
            .await
            .map(wrap)
            .map_err(|e| failed(&self.path, doing, e))
    }

    pub(crate) async fn close(&self) {
        self.readers.close().await;
    }
}

/// One connection, for what must happen together.
pub(crate) struct Session {
    path: PathBuf,
    connection: SqliteConnection,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Session({})", self.path.display())
    }
}

impl Session {
    /// Starts a transaction that may write.
    pub(crate) async fn begin(&mut self) -> Result<(), StoreError> {
        self.execute("starting to write", "BEGIN IMMEDIATE", Vec::new())
            .await
            .map(drop)
    }

    pub(crate) async fn commit(&mut self) -> Result<(), StoreError> {
        self.execute("making changes last", "COMMIT", Vec::new())
            .await
            .map(drop)
    }

    /// Several statements without parameters.
    pub(crate) async fn script(
        &mut self,
        doing: &'static str,
        sql: &'static str,
    ) -> Result<(), StoreError> {
        sqlx::raw_sql(sql)
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(|e| failed(&self.path, doing, e))
    }

    /// Gives freed space back to the disk. Outside of a transaction.
    pub(crate) async fn compact(&mut self) -> Result<(), StoreError> {
        for sql in ["VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"] {
            self.rows("giving space back", sql, Vec::new()).await?;
        }
        Ok(())
    }

    /// Runs a statement and gives the number of rows it changed.
    pub(crate) async fn execute(
        &mut self,
        doing: &'static str,
        sql: impl Into<String>,
        cells: Vec<Cell>,
    ) -> Result<u64, StoreError> {
        bind(sql.into(), cells)
            .execute(&mut self.connection)
            .await
            .map(|done| done.rows_affected())
            .map_err(|e| failed(&self.path, doing, e))
    }

    pub(crate) async fn rows(
        &mut self,
        doing: &'static str,
        sql: impl Into<String>,
        cells: Vec<Cell>,
    ) -> Result<Vec<Row>, StoreError> {
        bind(sql.into(), cells)
            .fetch_all(&mut self.connection)
            .await
            .map(wrap)
            .map_err(|e| failed(&self.path, doing, e))
    }

    /// Ends the connection and waits until the database has let go of it.
    pub(crate) async fn close(self) -> Result<(), StoreError> {
        self.connection
            .close()
            .await
            .map_err(|e| failed(&self.path, "closing the database", e))
    }
}

fn wrap(rows: Vec<SqliteRow>) -> Vec<Row> {
    rows.into_iter().map(|row| Row { row }).collect()
}

fn bind(
    sql: String,
    cells: Vec<Cell>,
) -> sqlx::query::Query<'static, sqlx::Sqlite, sqlx::sqlite::SqliteArguments> {
    // Audited: every caller builds the text from constants and `placeholders`; data only ever goes
    // through `bind`.
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for cell in cells {
        query = match cell {
            Cell::Int(value) => query.bind(value),
            Cell::OptionalInt(value) => query.bind(value),
            Cell::Text(value) => query.bind(value),
            Cell::OptionalText(value) => query.bind(value),
            Cell::Blob(value) => query.bind(value),
        };
    }
    query
}

/// `(?, ?), (?, ?)` for two rows of two columns, to be filled in order.
///
/// Without numbers, because SQLite looks each named parameter up among all others: 2,500 of them
/// cost more than what is done with them. A database that wants numbers counts the marks.
pub(crate) fn placeholders(rows: usize, columns: usize) -> String {
    let mut row = String::with_capacity(columns * 3 + 4);
    row.push('(');
    for column in 0..columns {
        row.push_str(if column == 0 { "?" } else { ", ?" });
    }
    row.push(')');
    vec![row; rows].join(", ")
}

fn failed(path: &Path, doing: &'static str, source: sqlx::Error) -> StoreError {
    let code = match &source {
        sqlx::Error::Database(e) => e.code().and_then(|code| code.parse::<i32>().ok()),
        _ => None,
    };
    // Low byte of an extended SQLite code is the primary one: 5 busy, 11 corrupt, 13 full,
    // 26 not a database. 778 and 1034 are failed writes and syncs: on a full disk they come
    // before 13 where the file system reserves nothing.
    match code {
        Some(778) => StoreError::DiskFull {
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
        },
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn placeholders_have_rows_and_columns() {
        assert_eq!(super::placeholders(2, 3), "(?, ?, ?), (?, ?, ?)");
        assert_eq!(super::placeholders(1, 1), "(?)");
    }
}
