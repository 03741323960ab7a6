//! The tables of a storage version: read from its migrations, applied to an empty database in memory.
//! So a table that a later migration adds is copied without a word here.

use std::collections::BTreeSet;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::error::StoreError;
use crate::migrate;
use crate::sql::{Cell, Database, Row, Session};

const DOING: &str = "reading the tables of a storage version";

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    Int,
    Text,
    Blob,
}

/// A table.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<(String, Holds)>,
    /// Places of the columns of the primary key among the columns, in the order of the key.
    pub(super) key: Vec<usize>,
}

impl Table {
    /// `a, b, c`.
    pub(super) fn column_list(&self) -> String {
        let names: Vec<&str> = self.columns.iter().map(|(name, _)| name.as_str()).collect();
        names.join(", ")
    }

    /// The columns of the key, `a, b`.
    pub(super) fn key_list(&self) -> String {
        let names: Vec<&str> = self.key_columns().map(|(name, _)| name.as_str()).collect();
        names.join(", ")
    }

    fn key_columns(&self) -> impl Iterator<Item = &(String, Holds)> {
        self.key.iter().filter_map(|at| self.columns.get(*at))
    }

    /// Whether the database gives numbers to rows that come without: a key of one integer.
    pub(super) fn is_numbered(&self) -> bool {
        let mut key = self.key_columns();
        matches!((key.next(), key.next()), (Some((_, Holds::Int)), None))
    }

    /// The cells of a row, in the order of the columns.
    pub(super) fn cells(&self, row: &Row) -> Result<Vec<Cell>, StoreError> {
        self.columns
            .iter()
            .enumerate()
            .map(|(at, (_, holds))| {
                Ok(match holds {
                    Holds::Int => row.optional_int(at)?.into(),
                    Holds::Text => row.optional_text(at)?.into(),
                    Holds::Blob => row.optional_blob(at)?.into(),
                })
            })
            .collect()
    }

    /// The key of a row.
    pub(super) fn key_of(&self, cells: &[Cell]) -> Vec<Cell> {
        let key = self.key.iter().filter_map(|at| cells.get(*at));
        key.cloned().collect()
    }
}

/// The tables of a storage version, each after those that it refers to; the book of migrations,
/// which every database keeps for itself, is left out.
pub(super) async fn of_version(version: usize) -> Result<Vec<Table>, StoreError> {
    let mut session = Database::at(Path::new(":memory:")).connect().await?;
    migrate::apply_first(&mut session, version).await?;
    let sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'migration' \
               AND substr(name, 1, 7) <> 'sqlite_' ORDER BY rowid";
    let mut waiting = Vec::new();
    for row in session.rows(DOING, sql, Vec::new()).await? {
        let name = row.text(0)?;
        let refers = referred(&mut session, &name).await?;
        waiting.push((columns(&mut session, name).await?, refers));
    }
    session.close().await?;
    let mut tables: Vec<Table> = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let open: BTreeSet<String> = waiting.iter().map(|(t, _)| t.name.clone()).collect();
        let free = |(table, refers): &(Table, BTreeSet<String>)| {
            !refers.iter().any(|r| *r != table.name && open.contains(r))
        };
        // Two that refer to each other do so at the end of a transaction; then any is first.
        let next = waiting.iter().position(free).unwrap_or(0);
        tables.push(waiting.remove(next).0);
    }
    Ok(tables)
}

async fn columns(session: &mut Session, name: String) -> Result<Table, StoreError> {
    let sql = "SELECT name, type, pk FROM pragma_table_info($1) ORDER BY cid";
    let mut columns = Vec::new();
    let mut key = Vec::new();
    let rows = session.rows(DOING, sql, vec![name.as_str().into()]).await?;
    for (at, row) in rows.iter().enumerate() {
        let column = row.text(0)?;
        let holds = match row.text(1)?.as_str() {
            "INTEGER" => Holds::Int,
            "TEXT" => Holds::Text,
            "BLOB" => Holds::Blob,
            other => {
                let what = format!("column {name}.{column}");
                return Err(StoreError::damaged(what, format!("has the type {other}")));
            }
        };
        columns.push((column, holds));
        let place = row.int(2)?;
        if place > 0 {
            key.push((place, at));
        }
    }
    key.sort_unstable();
    if key.is_empty() {
        return Err(StoreError::damaged(
            format!("table {name}"),
            "has no primary key, so its rows have no order",
        ));
    }
    Ok(Table {
        name,
        columns,
        key: key.into_iter().map(|(_, at)| at).collect(),
    })
}

async fn referred(session: &mut Session, name: &str) -> Result<BTreeSet<String>, StoreError> {
    let sql = "SELECT \"table\" FROM pragma_foreign_key_list($1)";
    let rows = session.rows(DOING, sql, vec![name.into()]).await?;
    rows.iter().map(|row| row.text(0)).collect()
}

/// Adds a row to the digest of its table. Each value with its length, so that no two rows are alike.
pub(super) fn digest_row(hasher: &mut Sha256, cells: &[Cell]) {
    for cell in cells {
        let (tag, bytes): (u8, Option<Vec<u8>>) = match cell {
            Cell::Int(n) | Cell::OptionalInt(Some(n)) => (1, Some(n.to_le_bytes().to_vec())),
            Cell::Text(t) | Cell::OptionalText(Some(t)) => (2, Some(t.as_bytes().to_vec())),
            Cell::Blob(b) | Cell::OptionalBlob(Some(b)) => (3, Some(b.clone())),
            Cell::OptionalInt(None) | Cell::OptionalText(None) | Cell::OptionalBlob(None) => {
                (0, None)
            }
        };
        hasher.update([tag]);
        if let Some(bytes) = bytes {
            hasher.update((bytes.len() as u64).to_le_bytes());
            hasher.update(&bytes);
        }
    }
}
