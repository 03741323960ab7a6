//! Rows from one database to another, and the digests that show they are the same.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::tables::{Holds, Table, digest_row};
use crate::error::StoreError;
use crate::sql::{Cell, Kind, Session, placeholders};

const COPYING: &str = "copying rows";

/// Rows of one statement; fewer where they carry bytes.
const ROWS: usize = 400;
const ROWS_WITH_BYTES: usize = 64;

/// How much a table holds.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TableDigest {
    /// Rows.
    pub rows: u64,
    /// SHA-256 over all of them, in the order of their keys.
    pub sha256: String,
}

/// Digests by table.
pub(super) type Digests = BTreeMap<String, TableDigest>;

/// One digest of all.
pub(super) fn digest_of(digests: &Digests) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for (name, digest) in digests {
        hasher.update(format!("{name} {} {}\n", digest.rows, digest.sha256));
    }
    hasher.finalize().into()
}

/// Reads a table in the order of its keys.
struct Walk<'a> {
    table: &'a Table,
    after: Option<Vec<Cell>>,
    done: bool,
}

impl<'a> Walk<'a> {
    fn start(table: &'a Table) -> Walk<'a> {
        Walk {
            table,
            after: None,
            done: false,
        }
    }

    async fn next(&mut self, session: &mut Session) -> Result<Vec<Vec<Cell>>, StoreError> {
        if self.done {
            return Ok(Vec::new());
        }
        let table = self.table;
        let carries_bytes = table.columns.iter().any(|(_, h)| *h == Holds::Blob);
        let limit = if carries_bytes { ROWS_WITH_BYTES } else { ROWS };
        let key = table.key_list();
        let (condition, cells) = match self.after.take() {
            None => (String::new(), Vec::new()),
            Some(after) => {
                let marks = placeholders(1, after.len());
                (format!("WHERE ({key}) > {marks}"), after)
            }
        };
        let sql = format!(
            "SELECT {} FROM {} {condition} ORDER BY {key} LIMIT {limit}",
            table.column_list(),
            table.name
        );
        let rows = session.rows(COPYING, sql, cells).await?;
        let rows: Vec<Vec<Cell>> = rows
            .iter()
            .map(|row| table.cells(row))
            .collect::<Result<_, _>>()?;
        self.done = rows.len() < limit;
        self.after = rows.last().map(|last| table.key_of(last));
        Ok(rows)
    }
}

/// What the tables hold. Inside a reading transaction.
pub(super) async fn digests(
    session: &mut Session,
    tables: &[Table],
    tell: &mut (dyn FnMut(&str, u64) + Send),
) -> Result<Digests, StoreError> {
    let mut digests = Digests::new();
    for table in tables {
        let mut hasher = Sha256::new();
        let mut count = 0u64;
        let mut walk = Walk::start(table);
        loop {
            let rows = walk.next(session).await?;
            if rows.is_empty() {
                break;
            }
            for row in &rows {
                digest_row(&mut hasher, row);
            }
            count += rows.len() as u64;
            tell(&table.name, count);
        }
        digests.insert(
            table.name.clone(),
            TableDigest {
                rows: count,
                sha256: crate::hex(&hasher.finalize()),
            },
        );
    }
    Ok(digests)
}

/// Copies a table, going on after the last row that is there. One transaction each statement or so:
/// what an interrupted copy has written stays.
pub(super) async fn copy_table(
    from: &mut Session,
    to: &mut Session,
    table: &Table,
    tell: &mut (dyn FnMut(&str, u64) + Send),
) -> Result<(), StoreError> {
    let mut walk = Walk::start(table);
    walk.after = last_key(to, table).await?;
    let mut count = 0u64;
    loop {
        let rows = walk.next(from).await?;
        if rows.is_empty() {
            break;
        }
        count += rows.len() as u64;
        let sql = format!(
            "INSERT INTO {} ({}) VALUES {}",
            table.name,
            table.column_list(),
            placeholders(rows.len(), table.columns.len())
        );
        to.begin().await?;
        to.execute(COPYING, sql, rows.into_iter().flatten().collect())
            .await?;
        to.commit().await?;
        tell(&table.name, count);
    }
    Ok(())
}

async fn last_key(session: &mut Session, table: &Table) -> Result<Option<Vec<Cell>>, StoreError> {
    let order: Vec<String> = table
        .key_list()
        .split(", ")
        .map(|column| format!("{column} DESC"))
        .collect();
    let sql = format!(
        "SELECT {} FROM {} ORDER BY {} LIMIT 1",
        table.column_list(),
        table.name,
        order.join(", ")
    );
    let rows = session.rows(COPYING, sql, Vec::new()).await?;
    rows.first()
        .map(|row| table.cells(row).map(|cells| table.key_of(&cells)))
        .transpose()
}

/// Empties tables. Inside a transaction.
pub(super) async fn empty(session: &mut Session, tables: &[Table]) -> Result<(), StoreError> {
    for table in tables.iter().rev() {
        let sql = format!("DELETE FROM {}", table.name);
        session.execute(COPYING, sql, Vec::new()).await?;
    }
    Ok(())
}

/// Makes PostgreSQL go on numbering after the highest number there is. SQLite does by itself.
pub(super) async fn renumber(session: &mut Session, tables: &[Table]) -> Result<(), StoreError> {
    if session.kind() == Kind::Sqlite {
        return Ok(());
    }
    for table in tables.iter().filter(|table| table.is_numbered()) {
        let (name, key) = (&table.name, table.key_list());
        let sql = format!(
            "SELECT setval(pg_get_serial_sequence('{name}', '{key}'), \
             (SELECT COALESCE(MAX({key}), 0) + 1 FROM {name}), false)"
        );
        session.rows(COPYING, sql, Vec::new()).await?;
    }
    Ok(())
}
