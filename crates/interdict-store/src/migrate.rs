//! Numbered changes of the database, each applied once, all or none.
//!
//! Each is written once for both databases; `sql::dialect` says how PostgreSQL reads it. The checksum
//! is that of the text as written, so a copy from one database to the other stays the same storage.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::copy;
use crate::error::StoreError;
use crate::folder::{Folder, remove, sync_folder_of};
use crate::sql::{Database, Kind, Row, Session, dialect};

struct Migration {
    number: i64,
    name: &'static str,
    sql: &'static str,
}

const MIGRATIONS: &[Migration] = &[
    Migration {
        number: 1,
        name: "publications",
        sql: include_str!("../migrations/sqlite/0001_publications.sql"),
    },
    Migration {
        number: 2,
        name: "guard",
        sql: include_str!("../migrations/sqlite/0002_guard.sql"),
    },
    Migration {
        number: 3,
        name: "books",
        sql: include_str!("../migrations/sqlite/0003_books.sql"),
    },
    Migration {
        number: 4,
        name: "clusters",
        sql: include_str!("../migrations/sqlite/0004_clusters.sql"),
    },
    Migration {
        number: 5,
        name: "accounts",
        sql: include_str!("../migrations/sqlite/0005_accounts.sql"),
    },
    Migration {
        number: 6,
        name: "audit",
        sql: include_str!("../migrations/sqlite/0006_audit.sql"),
    },
    Migration {
        number: 7,
        name: "workflow",
        sql: include_str!("../migrations/sqlite/0007_workflow.sql"),
    },
    Migration {
        number: 8,
        name: "replies",
        sql: include_str!("../migrations/sqlite/0008_replies.sql"),
    },
    Migration {
        number: 9,
        name: "policies",
        sql: include_str!("../migrations/sqlite/0009_policies.sql"),
    },
];

const BOOK: &str = "CREATE TABLE IF NOT EXISTS migration (
    number     INTEGER PRIMARY KEY,
    name       TEXT NOT NULL,
    checksum   BLOB NOT NULL,
    applied_at INTEGER NOT NULL
)";

/// What PostgreSQL has beside: the bytes of raw files and segments, which SQLite leaves in the folder.
const FILES: &str = include_str!("../migrations/postgres/files.sql");

/// The storage version that this release writes, and the latest it can read.
pub const STORAGE_VERSION: i64 = MIGRATIONS.len() as i64;

fn checksum(migration: &Migration) -> Vec<u8> {
    Sha256::digest(migration.sql.as_bytes()).to_vec()
}

/// How many migrations this release has.
pub(crate) const COUNT: usize = MIGRATIONS.len();

/// What opening a store would change in it first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// Its storage version.
    pub from: i64,
    /// That of this release.
    pub to: i64,
    /// What is added, in order.
    pub adds: Vec<&'static str>,
    /// Where the database is kept as it was before.
    pub kept: PathBuf,
}

impl fmt::Display for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "storage version {}, this release has {}: adding {}; the database as it is now is kept \
             in {}",
            self.from,
            self.to,
            self.adds.join(", "),
            self.kept.display()
        )
    }
}

/// What [`migrate`] would do with a database that is not new.
pub(crate) async fn pending(
    database: &Database,
    folder: &Folder,
) -> Result<Option<Pending>, StoreError> {
    if !database.has_table("migration").await? {
        return Ok(None);
    }
    let applied = database
        .rows("reading the storage version", APPLIED, Vec::new())
        .await?;
    Ok(pending_after(check(database, &applied)?, folder))
}

fn pending_after(done: usize, folder: &Folder) -> Option<Pending> {
    let rest = MIGRATIONS.get(done..).filter(|rest| !rest.is_empty())?;
    (done > 0).then(|| Pending {
        from: done as i64,
        to: STORAGE_VERSION,
        adds: rest.iter().map(|m| m.name).collect(),
        kept: folder.kept_database(done as i64),
    })
}

/// Brings the database to this release's version, all or nothing. One that is not new is kept as it
/// was beside.
///
/// Opening a database that is up to date only reads.
pub(crate) async fn migrate(database: &Database, folder: &Folder) -> Result<(), StoreError> {
    if database.has_table("migration").await? {
        let applied = database
            .rows("reading the storage version", APPLIED, Vec::new())
            .await?;
        if check(database, &applied)? == COUNT {
            return Ok(());
        }
    }
    let mut session = database.connect().await?;
    let kind = session.kind();
    session.begin().await?;
    prepare(&mut session).await?;
    // Read again: another process may have been faster.
    let applied = session
        .rows("reading the storage version", APPLIED, Vec::new())
        .await?;
    let done = check(database, &applied)?;
    if let Some(pending) = pending_after(done, folder) {
        tracing::warn!("{}: {pending}", database.place().display());
        // Nobody else writes now, and what this transaction did so far is not seen by others.
        keep_aside(database, done, &pending.kept).await?;
    }
    for migration in MIGRATIONS.iter().skip(done) {
        apply(&mut session, migration).await?;
    }
    if kind == Kind::Postgres && done > 0 {
        // A migration may have moved rows with their numbers.
        copy::renumber(&mut session, COUNT).await?;
    }
    session.commit().await?;
    session.close().await
}

async fn keep_aside(database: &Database, done: usize, path: &Path) -> Result<(), StoreError> {
    let doing = "keeping the database as it was";
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(|e| StoreError::io(parent, doing, e))?;
    }
    let part = path.with_extension("part");
    remove(&part)?;
    if let Err(e) = copy::keep_aside(database, done, &part).await {
        // The first error is the one to report.
        let _ = remove(&part);
        return Err(e);
    }
    fs::rename(&part, path).map_err(|e| StoreError::io(path, doing, e))?;
    sync_folder_of(path)
}

/// Makes a database of an earlier storage version. Inside a transaction.
pub(crate) async fn apply_first(session: &mut Session, count: usize) -> Result<(), StoreError> {
    prepare(session).await?;
    for migration in MIGRATIONS.iter().take(count) {
        apply(session, migration).await?;
    }
    Ok(())
}

/// What is there before any migration.
async fn prepare(session: &mut Session) -> Result<(), StoreError> {
    let kind = session.kind();
    let doing = "creating the database";
    session.script(doing, dialect::schema(BOOK, kind)).await?;
    if kind == Kind::Postgres {
        session.script(doing, FILES).await?;
    }
    Ok(())
}

const APPLIED: &str = "SELECT number, checksum FROM migration ORDER BY number";

async fn apply(session: &mut Session, migration: &Migration) -> Result<(), StoreError> {
    let text = dialect::schema(migration.sql, session.kind());
    session.script("migrating the database", text).await?;
    session
        .execute(
            "migrating the database",
            "INSERT INTO migration (number, name, checksum, applied_at) VALUES ($1, $2, $3, $4)",
            vec![
                migration.number.into(),
                migration.name.into(),
                checksum(migration).into(),
                jiff::Timestamp::now().as_microsecond().into(),
            ],
        )
        .await
        .map(drop)
}

/// How many migrations are applied, all of them known and unchanged.
fn check(database: &Database, applied: &[Row]) -> Result<usize, StoreError> {
    for (index, row) in applied.iter().enumerate() {
        let number = row.int(0)?;
        let Some(known) = MIGRATIONS.get(index) else {
            let found = applied.last().map_or(Ok(number), |row| row.int(0))?;
            return Err(StoreError::Newer {
                path: database.place().to_owned(),
                found,
                supported: STORAGE_VERSION,
            });
        };
        if known.number != number || checksum(known) != row.blob(1)? {
            return Err(StoreError::ForeignMigration {
                path: database.place().to_owned(),
                number,
            });
        }
    }
    Ok(applied.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn migrations_are_numbered_from_one() {
        let numbers: Vec<i64> = MIGRATIONS.iter().map(|m| m.number).collect();
        assert_eq!(numbers, (1..=STORAGE_VERSION).collect::<Vec<_>>());
    }

    /// Alerts of a folder from before people worked on them keep state, decision and history.
    #[tokio::test]
    async fn alerts_of_an_older_folder_keep_their_history() {
        use crate::{AlertFilter, AlertState, Disposition, Happening, Store};
        let folder = tempfile::tempdir().unwrap();
        let files = Folder::create(folder.path()).unwrap();
        let database = Database::at(&files.database());
        let mut session = database.connect().await.unwrap();
        session.begin().await.unwrap();
        apply_first(&mut session, 4).await.unwrap();
        for sql in [
            "INSERT INTO book (name, created_at) VALUES ('retail', 1)",
            "INSERT INTO screening (id, at, actor, book, basis, subjects, hits) \
             VALUES (1, 5, 'ann', 'retail', '{}', 2, 2)",
        ] {
            session.execute("testing", sql, Vec::new()).await.unwrap();
        }
        let hit = crate::pack::compress(b"{}").unwrap();
        for (id, state) in [(1i64, "open"), (2, "decided")] {
            let sql = "INSERT INTO alert (id, book, customer, party, dataset, entity, state, \
                       score, rank, evidence, hit) \
                       VALUES ($1, 'retail', 'c', $1, 'made', 'e', $2, 8000, $1, $3, $4)";
            let cells = vec![
                id.into(),
                state.into(),
                vec![7u8; 32].into(),
                hit.clone().into(),
            ];
            session.execute("testing", sql, cells).await.unwrap();
        }
        for (alert, at, what, disposition) in [
            (1i64, 5i64, "opened", None),
            (2, 5, "opened", None),
            (2, 6, "decided", Some("true-match".to_owned())),
            (2, 7, "decided", Some("false-positive".to_owned())),
        ] {
            let sql = "INSERT INTO alert_event (alert, at, actor, what, disposition, reason) \
                       VALUES ($1, $2, 'ann', $3, $4, 'why')";
            let cells = vec![alert.into(), at.into(), what.into(), disposition.into()];
            session.execute("testing", sql, cells).await.unwrap();
        }
        session.commit().await.unwrap();
        session.close().await.unwrap();
        database.close().await;
        let store = Store::open(folder.path()).await.unwrap();
        let alerts = store.alerts(&AlertFilter::default()).await.unwrap();
        let told: Vec<_> = alerts
            .iter()
            .map(|a| {
                (
                    a.id,
                    a.state,
                    a.disposition,
                    a.opened_at.as_microsecond(),
                    a.last_event,
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                (
                    2,
                    AlertState::Decided,
                    Some(Disposition::FalsePositive),
                    5,
                    4
                ),
                (1, AlertState::Open, None, 5, 1),
            ]
        );
        let events = store.alert_events(2).await.unwrap();
        let whats: Vec<_> = events.iter().map(|event| event.what).collect();
        assert_eq!(
            whats,
            [Happening::Opened, Happening::Decided, Happening::Decided]
        );
        // The chain begins with what happens from now on.
        assert!(store.verify_audit(&[]).await.unwrap().is_whole());
    }
}
