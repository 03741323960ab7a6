//! The address of a PostgreSQL database.

use std::fmt;
use std::str::FromStr;

use sqlx::ConnectOptions;
use sqlx::postgres::PgConnectOptions;

use crate::error::StoreError;

/// The address of a PostgreSQL database: `postgres://user@host:5432/database`.
///
/// What it leaves out comes from `PGHOST`, `PGUSER`, `PGPASSWORD` and so on, and the password from
/// the password file (`PGPASSFILE`, `~/.pgpass`), as with PostgreSQL's own programs. Shown without
/// its password.
#[derive(Clone)]
pub struct DatabaseUrl {
    options: Box<PgConnectOptions>,
}

impl DatabaseUrl {
    pub(crate) fn options(&self) -> PgConnectOptions {
        let options = PgConnectOptions::clone(&self.options);
        options
            .application_name("interdict")
            .disable_statement_logging()
    }
}

impl FromStr for DatabaseUrl {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<DatabaseUrl, StoreError> {
        // Never repeated in the message: it may hold a password.
        let refused = |why: String| StoreError::BadUrl { why };
        if !(text.starts_with("postgres://") || text.starts_with("postgresql://")) {
            return Err(refused("it does not start with `postgres://`".to_owned()));
        }
        let options = PgConnectOptions::from_str(text).map_err(|e| refused(e.to_string()))?;
        if options.get_database().is_none_or(str::is_empty) {
            return Err(refused("it names no database".to_owned()));
        }
        Ok(DatabaseUrl {
            options: Box::new(options),
        })
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let options = &self.options;
        let database = options.get_database().unwrap_or_default();
        write!(f, "postgres://{}@", options.get_username())?;
        match options.get_socket() {
            Some(socket) => write!(f, "{}", socket.display())?,
            None => write!(f, "{}:{}", options.get_host(), options.get_port())?,
        }
        write!(f, "/{database}")
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        let url: DatabaseUrl = "postgres://ann:hidden@db.example:5433/lists"
            .parse()
            .expect("an address");
        assert_eq!(url.to_string(), "postgres://ann@db.example:5433/lists");
        assert_eq!(format!("{url:?}"), url.to_string());
        for bad in [
            "mysql://ann:hidden@host/x",
            "postgres://ann:hidden@host:port/x",
            "postgres://ann:hidden@host",
            "postgres://ann:hidden@host/",
        ] {
            let refused = bad.parse::<DatabaseUrl>().expect_err(bad).to_string();
            assert!(!refused.contains("hidden"), "{refused}");
        }
    }
}
