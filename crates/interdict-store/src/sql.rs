//! The one place that talks to a database: SQLite in the data folder, or PostgreSQL.
//!
//! Everything above writes SQL that both read alike: `$1` for parameters (or, where there are many,
//! `placeholders`), no dialect beyond `ON CONFLICT`, sums cast to `BIGINT`, a name for each subquery
//! in `FROM`. Texts are built only from constants and counts of parameters, never from data.

mod cell;
pub(crate) mod dialect;
mod postgres;
mod row;
mod sqlite;
mod url;

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPool};
use sqlx::sqlite::SqlitePool;
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};

pub(crate) use cell::Cell;
pub(crate) use row::Row;
pub use url::DatabaseUrl;

use crate::error::StoreError;

/// How long a statement waits for another connection's lock.
pub(crate) const BUSY: Duration = Duration::from_secs(10);

/// A query with its parameters, for either database.
macro_rules! bound {
    ($sql:expr, $cells:expr) => {{
        // Audited: every caller builds the text from constants and `placeholders`; data only ever
        // goes through `bind`.
        let mut query = sqlx::query(AssertSqlSafe($sql));
        for cell in $cells {
            query = match cell {
                Cell::Int(value) => query.bind(value),
                Cell::OptionalInt(value) => query.bind(value),
                Cell::Text(value) => query.bind(value),
                Cell::OptionalText(value) => query.bind(value),
                Cell::Blob(value) => query.bind(value),
                Cell::OptionalBlob(value) => query.bind(value),
            };
        }
        query
    }};
}

/// A database that connections can be made to.
#[derive(Clone)]
pub(crate) struct Database {
    /// The file, or the address without its password, for messages.
    place: PathBuf,
    backend: Backend,
}

#[derive(Clone)]
enum Backend {
    Sqlite(SqlitePool),
    Postgres(Box<PgConnectOptions>, PgPool),
}

/// Which of the two databases it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Sqlite,
    Postgres,
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Database({})", self.place.display())
    }
}

impl Database {
    /// The SQLite file at a path, made when it is missing.
    pub(crate) fn at(path: &Path) -> Database {
        Database {
            place: path.to_owned(),
            backend: Backend::Sqlite(sqlite::pool(path)),
        }
    }

    /// A PostgreSQL database.
    pub(crate) fn on(url: &DatabaseUrl) -> Database {
        let options = url.options();
        Database {
            place: PathBuf::from(url.to_string()),
            backend: Backend::Postgres(Box::new(options.clone()), postgres::pool(options)),
        }
    }

    /// The file, or the address without its password.
    pub(crate) fn place(&self) -> &Path {
        &self.place
    }

    pub(crate) fn kind(&self) -> Kind {
        match &self.backend {
            Backend::Sqlite(_) => Kind::Sqlite,
            Backend::Postgres(..) => Kind::Postgres,
        }
    }

    /// A connection of its own; dropping it rolls back what it did not commit.
    pub(crate) async fn connect(&self) -> Result<Session, StoreError> {
        let link = match &self.backend {
            Backend::Sqlite(_) => {
                let options = sqlite::options(&self.place);
                let opened = SqliteConnection::connect_with(&options).await;
                Link::Sqlite(
                    opened.map_err(|e| sqlite::failed(&self.place, "opening the database", e))?,
                )
            }
            Backend::Postgres(options, _) => {
                Link::Postgres(postgres::connect(&self.place, options).await?)
            }
        };
        Ok(Session {
            place: self.place.clone(),
            link,
            failed: false,
        })
    }

    /// The rows of a query, on one of the shared reading connections.
    ///
    /// It only reads, so it is asked again when PostgreSQL stops in between.
    pub(crate) async fn rows(
        &self,
        doing: &'static str,
        sql: impl Into<String>,
        cells: Vec<Cell>,
    ) -> Result<Vec<Row>, StoreError> {
        let sql = sql.into();
        match &self.backend {
            Backend::Sqlite(readers) => bound!(sql, cells)
                .fetch_all(readers)
                .await
                .map(|rows| rows.into_iter().map(Row::from).collect())
                .map_err(|e| sqlite::failed(&self.place, doing, e)),
            Backend::Postgres(options, readers) => {
                let sql = dialect::numbered(&sql);
                let mut patience = postgres::Patience::new();
                let mut waited = false;
                loop {
                    let asked = bound!(sql.clone(), cells.clone())
                        .fetch_all(readers)
                        .await
                        .map(|rows| rows.into_iter().map(Row::from).collect());
                    match asked {
                        Err(sqlx::Error::PoolTimedOut) => {
                            // The pool does not say why; a connection of its own does.
                            drop(postgres::connect(&self.place, options).await?);
                            // It may have come back in between: once more.
                            if std::mem::replace(&mut waited, true) {
                                return Err(StoreError::TooManyConnections {
                                    path: self.place.clone(),
                                });
                            }
                        }
                        Err(e) if postgres::passes(&e) && patience.wait().await => {}
                        other => {
                            return other.map_err(|e| postgres::failed(&self.place, doing, e));
                        }
                    }
                }
            }
        }
    }

    /// Whether there is no table at all.
    pub(crate) async fn is_empty(&self) -> Result<bool, StoreError> {
        let sql = match self.kind() {
            Kind::Sqlite => "SELECT 1 FROM sqlite_master LIMIT 1",
            Kind::Postgres => "SELECT 1 FROM pg_tables WHERE schemaname = current_schema() LIMIT 1",
        };
        let rows = self.rows("looking for tables", sql, Vec::new()).await?;
        Ok(rows.is_empty())
    }

    /// Whether a table is there.
    pub(crate) async fn has_table(&self, name: &'static str) -> Result<bool, StoreError> {
        let sql = match self.kind() {
            Kind::Sqlite => "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1",
            Kind::Postgres => {
                "SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = $1"
            }
        };
        let rows = self
            .rows("reading the storage version", sql, vec![name.into()])
            .await?;
        Ok(!rows.is_empty())
    }

    /// Bytes that the database takes.
    pub(crate) async fn size(&self) -> Result<u64, StoreError> {
        let doing = "adding up sizes";
        match self.kind() {
            Kind::Sqlite => Ok(std::fs::metadata(&self.place)
                .map_err(|e| StoreError::io(&self.place, doing, e))?
                .len()),
            Kind::Postgres => {
                let sql = "SELECT pg_database_size(current_database())";
                let rows = self.rows(doing, sql, Vec::new()).await?;
                rows.first()
                    .map_or(Ok(0), |row| row.int(0).map(i64::unsigned_abs))
            }
        }
    }

    pub(crate) async fn close(&self) {
        match &self.backend {
            Backend::Sqlite(readers) => readers.close().await,
            Backend::Postgres(_, readers) => readers.close().await,
        }
    }
}

/// One connection, for what must happen together.
pub(crate) struct Session {
    place: PathBuf,
    link: Link,
    /// PostgreSQL answers `COMMIT` with a silent rollback once a statement has failed.
    failed: bool,
}

enum Link {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Session({})", self.place.display())
    }
}

impl Session {
    pub(crate) fn kind(&self) -> Kind {
        match &self.link {
            Link::Sqlite(_) => Kind::Sqlite,
            Link::Postgres(_) => Kind::Postgres,
        }
    }

    /// Starts a transaction that may write. There is one at a time, on all nodes together.
    pub(crate) async fn begin(&mut self) -> Result<(), StoreError> {
        self.start(dialect::BEGIN).await
    }

    /// Starts a transaction that writes for long. On PostgreSQL those of [`Session::begin`] go on
    /// beside it until it asks for [`Session::alone`]; a second long one has to wait.
    pub(crate) async fn begin_long(&mut self) -> Result<(), StoreError> {
        self.start(dialect::BEGIN_LONG).await
    }

    /// Starts a transaction that sees the database as it is now and writes nothing.
    pub(crate) async fn begin_reading(&mut self) -> Result<(), StoreError> {
        self.start(dialect::BEGIN_READING).await
    }

    /// From here to its end, a long transaction is the only one that writes.
    pub(crate) async fn alone(&mut self) -> Result<(), StoreError> {
        match self.kind() {
            Kind::Sqlite => Ok(()),
            Kind::Postgres => self.script(WAITING, dialect::ALONE).await,
        }
    }

    async fn start(&mut self, text: dialect::Both) -> Result<(), StoreError> {
        self.failed = false;
        let sql = text.of(self.kind());
        self.script(WAITING, sql).await
    }

    pub(crate) async fn commit(&mut self) -> Result<(), StoreError> {
        if self.failed {
            self.script("undoing changes", "ROLLBACK").await?;
            return Err(StoreError::damaged(
                "a transaction",
                "was to be kept although a part of it had failed",
            ));
        }
        self.script(COMMITTING, "COMMIT").await
    }

    /// Several statements without parameters.
    pub(crate) async fn script(
        &mut self,
        doing: &'static str,
        sql: impl Into<String>,
    ) -> Result<(), StoreError> {
        let query = sqlx::raw_sql(AssertSqlSafe(sql.into()));
        let done = match &mut self.link {
            Link::Sqlite(link) => query
                .execute(link)
                .await
                .map(drop)
                .map_err(|e| sqlite::failed(&self.place, doing, e)),
            Link::Postgres(link) => query
                .execute(link)
                .await
                .map(drop)
                .map_err(|e| postgres::failed(&self.place, doing, e)),
        };
        self.noting(done)
    }

    /// Gives freed space back to the disk. Outside of a transaction.
    ///
    /// PostgreSQL uses freed space again and does this by itself.
    pub(crate) async fn compact(&mut self) -> Result<(), StoreError> {
        if self.kind() == Kind::Postgres {
            return Ok(());
        }
        for sql in ["VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"] {
            self.rows("giving space back", sql, Vec::new()).await?;
        }
        Ok(())
    }

    /// After many rows were written: leaves one file behind (SQLite), knows how many there are
    /// (PostgreSQL). Outside of a transaction.
    pub(crate) async fn settle(&mut self) -> Result<(), StoreError> {
        let sql = match self.kind() {
            Kind::Sqlite => "PRAGMA wal_checkpoint(TRUNCATE)",
            Kind::Postgres => "ANALYZE",
        };
        self.script("settling the database", sql).await
    }

    /// Runs a statement and gives the number of rows it changed.
    pub(crate) async fn execute(
        &mut self,
        doing: &'static str,
        sql: impl Into<String>,
        cells: Vec<Cell>,
    ) -> Result<u64, StoreError> {
        let sql = sql.into();
        let done = match &mut self.link {
            Link::Sqlite(link) => bound!(sql, cells)
                .execute(link)
                .await
                .map(|done| done.rows_affected())
                .map_err(|e| sqlite::failed(&self.place, doing, e)),
            Link::Postgres(link) => bound!(dialect::numbered(&sql), cells)
                .execute(link)
                .await
                .map(|done| done.rows_affected())
                .map_err(|e| postgres::failed(&self.place, doing, e)),
        };
        self.noting(done)
    }

    pub(crate) async fn rows(
        &mut self,
        doing: &'static str,
        sql: impl Into<String>,
        cells: Vec<Cell>,
    ) -> Result<Vec<Row>, StoreError> {
        let sql = sql.into();
        let asked = match &mut self.link {
            Link::Sqlite(link) => bound!(sql, cells)
                .fetch_all(link)
                .await
                .map(|rows| rows.into_iter().map(Row::from).collect())
                .map_err(|e| sqlite::failed(&self.place, doing, e)),
            Link::Postgres(link) => bound!(dialect::numbered(&sql), cells)
                .fetch_all(link)
                .await
                .map(|rows| rows.into_iter().map(Row::from).collect())
                .map_err(|e| postgres::failed(&self.place, doing, e)),
        };
        self.noting(asked)
    }

    fn noting<T>(&mut self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        self.failed |= result.is_err();
        result
    }

    /// Ends the connection and waits until the database has let go of it.
    pub(crate) async fn close(self) -> Result<(), StoreError> {
        match self.link {
            Link::Sqlite(link) => link
                .close()
                .await
                .map_err(|e| sqlite::failed(&self.place, "closing the database", e)),
            Link::Postgres(link) => {
                // What was committed is kept; a server that is gone has let go of it too.
                if let Err(e) = link.close().await {
                    tracing::debug!("{}: closing a connection: {e}", self.place.display());
                }
                Ok(())
            }
        }
    }
}

const WAITING: &str = "starting to write";
pub(crate) const COMMITTING: &str = "making changes last";

/// `(?, ?), (?, ?)` for two rows of two columns, to be filled in order.
///
/// Without numbers, because SQLite looks each named parameter up among all others: 2,500 of them
/// cost more than what is done with them. For PostgreSQL the marks are counted.
pub(crate) fn placeholders(rows: usize, columns: usize) -> String {
    let mut row = String::with_capacity(columns * 3 + 4);
    row.push('(');
    for column in 0..columns {
        row.push_str(if column == 0 { "?" } else { ", ?" });
    }
    row.push(')');
    vec![row; rows].join(", ")
}

#[cfg(test)]
mod tests {
    #[test]
    fn placeholders_have_rows_and_columns() {
        assert_eq!(super::placeholders(2, 3), "(?, ?, ?), (?, ?, ?)");
        assert_eq!(super::placeholders(1, 1), "(?)");
    }
}
