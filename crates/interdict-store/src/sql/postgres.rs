//! PostgreSQL: how it is reached, how long it is waited for, and what its errors mean.

use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use super::{BUSY, COMMITTING};
use crate::error::StoreError;

/// How long a server that is stopped is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// What every connection is told. Commits last, whatever the server's default is; and a node whose
/// machine is gone loses its locks after a minute and not after hours.
const MANNERS: &str = "SET synchronous_commit = on; SET tcp_keepalives_idle = 30; \
                       SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3; \
                       SET client_min_messages = warning";

pub(super) fn pool(options: PgConnectOptions) -> PgPool {
    PgPoolOptions::new()
        .min_connections(0)
        .max_connections(4)
        .acquire_timeout(PATIENCE)
        .connect_lazy_with(options)
}

/// Waits between attempts, longer each time, until patience ends.
pub(super) struct Patience {
    started: Instant,
    next: Duration,
}

impl Patience {
    pub(super) fn new() -> Patience {
        Patience {
            started: Instant::now(),
            next: Duration::from_millis(50),
        }
    }

    /// Waits; `false`, at once, when it is over.
    pub(super) async fn wait(&mut self) -> bool {
        if self.started.elapsed() + self.next > PATIENCE {
            return false;
        }
        tokio::time::sleep(self.next).await;
        self.next = (self.next * 2).min(Duration::from_secs(2));
        true
    }
}

pub(super) async fn connect(
    place: &Path,
    options: &PgConnectOptions,
) -> Result<PgConnection, StoreError> {
    let doing = "opening the database";
    let mut patience = Patience::new();
    let mut connection = loop {
        match PgConnection::connect_with(options).await {
            Ok(connection) => break connection,
            Err(e) if (passes(&e) || is_full_house(&e)) && patience.wait().await => {}
            Err(e) => return Err(failed(place, doing, e)),
        }
    };
    sqlx::raw_sql(AssertSqlSafe(MANNERS))
        .execute(&mut connection)
        .await
        .map_err(|e| failed(place, doing, e))?;
    Ok(connection)
}

fn code_of(error: &sqlx::Error) -> Option<String> {
    match error {
        sqlx::Error::Database(e) => e.code().map(|code| code.into_owned()),
        _ => None,
    }
}

fn is_full_house(error: &sqlx::Error) -> bool {
    code_of(error).as_deref() == Some("53300")
}

/// Whether the server is stopped, stopping or starting: what passes when one waits.
pub(super) fn passes(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(e) => !matches!(
            e.kind(),
            // A wrong address of a socket does not mend itself.
            io::ErrorKind::PermissionDenied | io::ErrorKind::InvalidInput
        ),
        sqlx::Error::Database(_) => {
            // 08: connection lost. 57P01 to 57P03: shut down, crashed, cannot connect now.
            // 57P05: idle too long.
            code_of(error).is_some_and(|code| code.starts_with("08") || code.starts_with("57P0"))
        }
        _ => false,
    }
}

/// What an error means. Codes: appendix A of the PostgreSQL manual.
pub(super) fn failed(place: &Path, doing: &'static str, source: sqlx::Error) -> StoreError {
    let path = place.to_owned();
    let code = code_of(&source).unwrap_or_default();
    let other = |source, remedy| StoreError::Database {
        path: place.to_owned(),
        doing,
        source,
        remedy,
    };
    match code.as_str() {
        "53100" => StoreError::DiskFull { path, doing },
        "53300" => StoreError::TooManyConnections { path },
        // Waited for a lock as long as was said.
        "55P03" => StoreError::Busy {
            path,
            seconds: BUSY.as_secs(),
        },
        "XX001" | "XX002" => StoreError::damaged(path.display().to_string(), "see its log"),
        "28000" | "28P01" => other(source, "check user and password, or the password file"),
        "3D000" => other(source, "make the database first, with `createdb`"),
        "42501" => other(
            source,
            "the user must own the database, or the schema it works in",
        ),
        "22021" => other(
            source,
            "PostgreSQL keeps no text with a zero byte; correct the input",
        ),
        "" => match source {
            source if passes(&source) && doing == COMMITTING => {
                StoreError::CommitUnknown { path, source }
            }
            source if passes(&source) => StoreError::Unreachable {
                path,
                doing,
                seconds: PATIENCE.as_secs(),
                source,
            },
            source => other(source, "check the address and the server's log"),
        },
        code if code.starts_with("57P0") && doing == COMMITTING => {
            StoreError::CommitUnknown { path, source }
        }
        code if code.starts_with("08") || code.starts_with("57P0") => StoreError::Unreachable {
            path,
            doing,
            seconds: PATIENCE.as_secs(),
            source,
        },
        _ => other(source, "see the server's log"),
    }
}
