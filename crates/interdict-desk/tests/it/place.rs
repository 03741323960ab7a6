//! Where the desks of the tests keep their data: in the folder, or, with `INTERDICT_TEST_ON=postgres`,
//! each in a database of its own on the server that `INTERDICT_TEST_POSTGRES` names. So the same
//! tests run on both; `tests/postgres.sh` does the second.

use std::path::Path;
use std::sync::Arc;

use interdict_desk::segment::SegmentMaker;
use interdict_desk::{Desk, DeskError};
use interdict_store::DatabaseUrl;
use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

/// The desk of a folder; the same one whenever it is opened, by whichever process.
pub(crate) async fn open(path: &Path, segments: Arc<dyn SegmentMaker>) -> Result<Desk, DeskError> {
    match database(path).await {
        None => Desk::open_with(path, segments).await,
        Some(url) => Desk::open_on(path, Some(&url), segments).await,
    }
}

/// Whether the tests run on PostgreSQL.
#[allow(
    clippy::disallowed_methods,
    reason = "whoever runs the tests says where the server is"
)]
pub(crate) fn server() -> Option<String> {
    let on = std::env::var("INTERDICT_TEST_ON").ok()?;
    assert_eq!(on, "postgres", "INTERDICT_TEST_ON");
    Some(std::env::var("INTERDICT_TEST_POSTGRES").expect("INTERDICT_TEST_POSTGRES"))
}

async fn database(path: &Path) -> Option<DatabaseUrl> {
    let server = server()?;
    let hash = Sha256::digest(path.as_os_str().as_encoded_bytes());
    let name: String = hash.iter().take(8).map(|b| format!("{b:02x}")).collect();
    let name = format!("interdict_desk_{name}");
    let mut connection = PgConnection::connect(&server).await.expect("connects");
    let made = sqlx::raw_sql(AssertSqlSafe(format!("CREATE DATABASE {name}")))
        .execute(&mut connection)
        .await;
    if let Err(e) = made {
        let known = e.as_database_error().and_then(|e| e.code());
        assert_eq!(known.as_deref(), Some("42P04"), "{e}");
    }
    connection.close().await.expect("closes");
    let (base, _) = server.rsplit_once('/').expect("names a database");
    Some(format!("{base}/{name}").parse().expect("an address"))
}
