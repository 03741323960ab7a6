//! The conformance tests on PostgreSQL.
//!
//! `INTERDICT_TEST_POSTGRES` names a server where this user may make databases, such as
//! `postgres://interdict@127.0.0.1:5433/postgres`; `tests/postgres.sh` starts one for the time of
//! the tests. Without it each test says that it was skipped.

use interdict_store::{DatabaseUrl, Store};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tempfile::TempDir;

use crate::conformance::{Backend, conformance};

/// Where the tests find a server.
#[allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "whoever runs the tests says where the server is, and must see what was skipped"
)]
pub(crate) fn server() -> Option<String> {
    let found = std::env::var("INTERDICT_TEST_POSTGRES").ok();
    if found.is_none() {
        println!("skipped: INTERDICT_TEST_POSTGRES names no PostgreSQL server");
    }
    found
}

/// A database of its own on the server, removed when dropped.
pub(crate) struct Fresh {
    server: String,
    name: String,
}

impl Fresh {
    pub(crate) async fn make(server: &str) -> Fresh {
        use std::sync::atomic::{AtomicU32, Ordering};
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("interdict_test_{}_{number}", std::process::id());
        run(server, &format!("CREATE DATABASE {name}")).await;
        Fresh {
            server: server.to_owned(),
            name,
        }
    }

    /// Its address.
    pub(crate) fn address(&self) -> String {
        let (base, _) = self.server.rsplit_once('/').expect("names a database");
        format!("{base}/{}", self.name)
    }

    pub(crate) fn url(&self) -> DatabaseUrl {
        self.address().parse().expect("an address")
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), self.name.clone());
        let removed = std::thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().expect("a runtime");
            runtime.block_on(run(
                &server,
                &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
            ));
        });
        // A test that failed has said so already.
        let _ = removed.join();
    }
}

/// Runs statements on a database.
pub(crate) async fn run(address: &str, sql: &str) {
    let mut connection = PgConnection::connect(address).await.expect("connects");
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
        .execute(&mut connection)
        .await
        .expect("runs");
    connection.close().await.expect("closes");
}

struct Postgres;

impl Backend for Postgres {
    type Guard = (TempDir, Fresh);

    async fn fresh() -> Option<(Store, (TempDir, Fresh))> {
        let server = server()?;
        let guard = (
            tempfile::tempdir().expect("a folder"),
            Fresh::make(&server).await,
        );
        Some((Postgres::again(&guard).await, guard))
    }

    async fn again((folder, fresh): &(TempDir, Fresh)) -> Store {
        Store::open_on(folder.path(), Some(&fresh.url()))
            .await
            .expect("opens")
    }
}

crate::conformance::every_test!(conformance Postgres);
