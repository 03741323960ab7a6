//! Rows of answers.

use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{ColumnIndex, Decode, Row as _, Type};

use crate::error::StoreError;

/// A row of an answer; columns are read by position.
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl From<SqliteRow> for Row {
    fn from(row: SqliteRow) -> Row {
        Row::Sqlite(row)
    }
}

impl From<PgRow> for Row {
    fn from(row: PgRow) -> Row {
        Row::Postgres(row)
    }
}

impl Row {
    fn get<'r, T>(&'r self, at: usize) -> Result<T, sqlx::Error>
    where
        T: Decode<'r, sqlx::Sqlite>
            + Type<sqlx::Sqlite>
            + Decode<'r, sqlx::Postgres>
            + Type<sqlx::Postgres>,
        usize: ColumnIndex<SqliteRow> + ColumnIndex<PgRow>,
    {
        match self {
            Row::Sqlite(row) => row.try_get(at),
            Row::Postgres(row) => row.try_get(at),
        }
    }

    pub(crate) fn int(&self, at: usize) -> Result<i64, StoreError> {
        self.get(at).map_err(unexpected)
    }

    pub(crate) fn text(&self, at: usize) -> Result<String, StoreError> {
        self.get(at).map_err(unexpected)
    }

    pub(crate) fn optional_text(&self, at: usize) -> Result<Option<String>, StoreError> {
        self.get(at).map_err(unexpected)
    }

    pub(crate) fn optional_int(&self, at: usize) -> Result<Option<i64>, StoreError> {
        self.get(at).map_err(unexpected)
    }

    pub(crate) fn blob(&self, at: usize) -> Result<Vec<u8>, StoreError> {
        self.get(at).map_err(unexpected)
    }

    pub(crate) fn optional_blob(&self, at: usize) -> Result<Option<Vec<u8>>, StoreError> {
        self.get(at).map_err(unexpected)
    }
}

fn unexpected(source: sqlx::Error) -> StoreError {
    StoreError::damaged("a row of the database", source.to_string())
}
