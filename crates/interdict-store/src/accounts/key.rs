//! API keys: known by the hash of a secret that is shown once.

use jiff::Timestamp;
use serde_json::json;

use super::account::{Account, READING, WRITING};
use super::actor::{Actor, Via};
use super::rights::{Right, Rights};
use crate::audit::Entry;
use crate::error::StoreError;
use crate::sql::{Cell, Row, placeholders};
use crate::store::{Store, time_of};

/// Use of a key is written down at most this often, in microseconds.
const USE_NOTED: i64 = 60_000_000;

/// An API key as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Number.
    pub id: i64,
    /// The account it is of.
    pub account: i64,
    /// That account's login.
    pub login: String,
    /// What it is for.
    pub label: String,
    /// The first characters of the secret.
    pub prefix: String,
    /// What it may, at most what its account may; empty for all of that.
    pub scopes: Vec<Right>,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it is refused.
    pub expires_at: Option<Timestamp>,
    /// When it was ended.
    pub ended_at: Option<Timestamp>,
    /// About when it was last used.
    pub last_used: Option<Timestamp>,
}

/// A key to be stored.
#[derive(Clone, Debug)]
pub struct FreshKey {
    /// Login of the account.
    pub login: String,
    /// What it is for.
    pub label: String,
    /// The first characters of the secret.
    pub prefix: String,
    /// SHA-256 of the secret.
    pub hash: [u8; 32],
    /// What it may; empty for all that its account may.
    pub scopes: Vec<Right>,
    /// From when on it is refused.
    pub expires_at: Option<Timestamp>,
}

const KEYS: &str = "SELECT k.id, k.account, a.login, k.label, k.prefix, k.scopes, k.created_at, \
                    k.expires_at, k.ended_at, k.last_used \
                    FROM api_key k JOIN account a ON a.id = k.account";

fn key_of(row: &Row) -> Result<ApiKey, StoreError> {
    let id = row.int(0)?;
    let time = |at: usize| row.optional_int(at)?.map(time_of).transpose();
    let scopes: Option<Vec<Right>> = row.text(5)?.split_whitespace().map(Right::parse).collect();
    Ok(ApiKey {
        id,
        account: row.int(1)?,
        login: row.text(2)?,
        label: row.text(3)?,
        prefix: row.text(4)?,
        scopes: scopes
            .ok_or_else(|| StoreError::damaged(format!("API key {id}"), "an unknown scope"))?,
        created_at: time_of(row.int(6)?)?,
        expires_at: time(7)?,
        ended_at: time(8)?,
        last_used: time(9)?,
    })
}

impl ApiKey {
    /// Somebody who uses it.
    pub fn actor(&self, account: &Account) -> Actor {
        let owner = account.actor(Via::Key);
        let rights = match self.scopes.is_empty() {
            true => owner.rights,
            false => owner
                .rights
                .and(self.scopes.iter().copied().collect::<Rights>()),
        };
        Actor {
            key: Some(self.id),
            rights,
            ..owner
        }
    }
}

impl Store {
    /// Every key, or those of one account, the oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn keys(&self, login: Option<&str>) -> Result<Vec<ApiKey>, StoreError> {
        let (condition, cells) = match login {
            Some(login) => ("WHERE a.login = $1", vec![login.into()]),
            None => ("", Vec::new()),
        };
        let sql = format!("{KEYS} {condition} ORDER BY k.id");
        let rows = self.database.rows(READING, sql, cells).await?;
        rows.iter().map(key_of).collect()
    }

    /// The key with this hash of its secret, whatever its state.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn key_of_hash(&self, hash: &[u8; 32]) -> Result<Option<ApiKey>, StoreError> {
        let sql = format!("{KEYS} WHERE k.hash = $1");
        let cells = vec![hash.to_vec().into()];
        let rows = self.database.rows(READING, sql, cells).await?;
        rows.first().map(key_of).transpose()
    }

    /// Stores a key.
    ///
    /// # Errors
    /// [`StoreError::UnknownAccount`]; [`StoreError::DisabledAccount`]; or when the database cannot
    /// be written.
    pub async fn add_key(
        &self,
        by: &Actor,
        key: &FreshKey,
        at: Timestamp,
    ) -> Result<ApiKey, StoreError> {
        let account = self.account(&key.login).await?;
        if !account.active {
            return Err(StoreError::DisabledAccount {
                login: account.login,
            });
        }
        let scopes = key.scopes.iter().copied().collect::<Rights>().list();
        let scopes: Vec<&str> = scopes.into_iter().map(Right::as_str).collect();
        let scopes = scopes.join(" ");
        let mut session = self.begin().await?;
        let id = crate::books::next_id(&mut session, "api_key").await?;
        let expires = key.expires_at.map(Timestamp::as_microsecond);
        let cells: Vec<Cell> = vec![
            id.into(),
            account.id.into(),
            key.label.as_str().into(),
            key.prefix.as_str().into(),
            key.hash.to_vec().into(),
            scopes.as_str().into(),
            at.as_microsecond().into(),
            expires.into(),
        ];
        let sql = format!(
            "INSERT INTO api_key (id, account, label, prefix, hash, scopes, created_at, expires_at) \
             VALUES {}",
            placeholders(1, cells.len())
        );
        session.execute(WRITING, sql, cells).await?;
        let entry = Entry::new("key-added", format!("key/{id}"))
            .facts(json!({ "account": account.id, "scopes": scopes, "expires": expires }));
        self.append(&mut session, by, at, &[entry]).await?;
        self.end(session).await?;
        let mut keys = self.keys(Some(&key.login)).await?;
        keys.pop().ok_or(StoreError::UnknownKey { number: id })
    }

    /// Ends a key; one that has ended stays as it is.
    ///
    /// # Errors
    /// [`StoreError::UnknownKey`], or when the database cannot be written.
    pub async fn end_key(&self, by: &Actor, id: i64, at: Timestamp) -> Result<(), StoreError> {
        let mut session = self.begin().await?;
        let sql = "SELECT account, ended_at FROM api_key WHERE id = $1";
        let rows = session.rows(WRITING, sql, vec![id.into()]).await?;
        let row = rows.first().ok_or(StoreError::UnknownKey { number: id })?;
        if row.optional_int(1)?.is_some() {
            return Ok(());
        }
        let account = row.int(0)?;
        let sql = "UPDATE api_key SET ended_at = $1 WHERE id = $2";
        let cells = vec![at.as_microsecond().into(), id.into()];
        session.execute(WRITING, sql, cells).await?;
        let entry =
            Entry::new("key-ended", format!("key/{id}")).facts(json!({ "account": account }));
        self.append(&mut session, by, at, &[entry]).await?;
        self.end(session).await
    }

    /// Writes down that a key was used, at most once a minute.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn note_use(&self, key: &ApiKey, at: Timestamp) -> Result<(), StoreError> {
        let now = at.as_microsecond();
        let noted = key.last_used.map(Timestamp::as_microsecond);
        if noted.is_some_and(|then| now.saturating_sub(then) < USE_NOTED) {
            return Ok(());
        }
        let mut session = self.begin().await?;
        let sql = "UPDATE api_key SET last_used = $1 WHERE id = $2";
        let cells = vec![now.into(), key.id.into()];
        session.execute(WRITING, sql, cells).await?;
        self.end(session).await
    }
}
