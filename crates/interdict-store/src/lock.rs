//! The one writer: a lock on the data folder, and on PostgreSQL one on the database, which all nodes
//! share.

use std::time::{Duration, Instant};

use crate::error::StoreError;
use crate::folder::{Folder, WriteLock};
use crate::sql::{Database, Kind, Session, dialect};

/// Held while one process writes; given back however the process ends.
#[derive(Debug)]
pub(crate) struct WriterLock {
    _folder: WriteLock,
    /// Its connection holds the lock of the database.
    _session: Option<Session>,
}

impl WriterLock {
    /// Becomes the writer, waiting at most `wait` for another one.
    pub(crate) async fn take(
        folder: &Folder,
        database: &Database,
        wait: Duration,
    ) -> Result<WriterLock, StoreError> {
        let started = Instant::now();
        let held = folder.lock(wait).await?;
        let session = match database.kind() {
            Kind::Sqlite => None,
            Kind::Postgres => {
                let mut session = database.connect().await?;
                while !try_lock(&mut session).await? {
                    if started.elapsed() >= wait {
                        return Err(StoreError::Busy {
                            path: database.place().to_owned(),
                            seconds: wait.as_secs(),
                        });
                    }
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                Some(session)
            }
        };
        Ok(WriterLock {
            _folder: held,
            _session: session,
        })
    }
}

async fn try_lock(session: &mut Session) -> Result<bool, StoreError> {
    let sql = format!(
        "SELECT CASE WHEN {} THEN 1::BIGINT ELSE 0 END",
        dialect::WRITER_LOCK
    );
    let rows = session.rows("becoming the writer", sql, Vec::new()).await?;
    rows.first().map_or(Ok(false), |row| Ok(row.int(0)? == 1))
}
