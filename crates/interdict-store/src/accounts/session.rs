//! Sessions of people in a browser: known by the hash of a token.

use jiff::Timestamp;
use serde_json::json;

use super::account::{Account, READING, WRITING};
use super::actor::{Actor, Via};
use crate::audit::Entry;
use crate::error::StoreError;
use crate::sql::{Cell, Session, placeholders};
use crate::store::{Store, time_of};

/// A session as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenSession {
    /// Number.
    pub id: i64,
    /// The account.
    pub account: Account,
    /// How the person logged in.
    pub via: Via,
    /// When.
    pub created_at: Timestamp,
    /// The last request, to a minute.
    pub seen_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
    /// When it was ended.
    pub ended_at: Option<Timestamp>,
}

/// A request is written down when the last one that was is older than this, in microseconds.
const SEEN_NOTED: i64 = 60_000_000;

impl Store {
    /// Opens a session; gives its number.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn open_session(
        &self,
        account: &Account,
        via: Via,
        hash: &[u8; 32],
        expires_at: Timestamp,
        at: Timestamp,
    ) -> Result<i64, StoreError> {
        let mut session = self.begin().await?;
        let id = crate::books::next_id(&mut session, "user_session").await?;
        let cells: Vec<Cell> = vec![
            id.into(),
            account.id.into(),
            hash.to_vec().into(),
            via.as_str().into(),
            at.as_microsecond().into(),
            at.as_microsecond().into(),
            expires_at.as_microsecond().into(),
        ];
        let sql = format!(
            "INSERT INTO user_session (id, account, hash, via, created_at, seen_at, expires_at) \
             VALUES {}",
            placeholders(1, cells.len())
        );
        session.execute(WRITING, sql, cells).await?;
        let entry = Entry::new("session-opened", format!("account/{}", account.id))
            .facts(json!({ "session": id }));
        self.append(&mut session, &account.actor(via), at, &[entry])
            .await?;
        self.end(session).await?;
        Ok(id)
    }

    /// The session with this hash of its token, whatever its state.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn session_of_hash(
        &self,
        hash: &[u8; 32],
    ) -> Result<Option<OpenSession>, StoreError> {
        let sql = "SELECT s.id, a.login, s.via, s.created_at, s.seen_at, s.expires_at, s.ended_at \
                   FROM user_session s JOIN account a ON a.id = s.account WHERE s.hash = $1";
        let cells = vec![hash.to_vec().into()];
        let rows = self.database.rows(READING, sql, cells).await?;
        let Some(row) = rows.first() else {
            return Ok(None);
        };
        let id = row.int(0)?;
        let via = row.text(2)?;
        Ok(Some(OpenSession {
            id,
            account: self.account(&row.text(1)?).await?,
            via: Via::parse(&via)
                .ok_or_else(|| StoreError::damaged(format!("session {id}"), via))?,
            created_at: time_of(row.int(3)?)?,
            seen_at: time_of(row.int(4)?)?,
            expires_at: time_of(row.int(5)?)?,
            ended_at: row.optional_int(6)?.map(time_of).transpose()?,
        }))
    }

    /// Writes down that a session was used, at most once a minute.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn note_seen(&self, open: &OpenSession, at: Timestamp) -> Result<(), StoreError> {
        let now = at.as_microsecond();
        if now.saturating_sub(open.seen_at.as_microsecond()) < SEEN_NOTED {
            return Ok(());
        }
        let mut session = self.begin().await?;
        let sql = "UPDATE user_session SET seen_at = $1 WHERE id = $2";
        session
            .execute(WRITING, sql, vec![now.into(), open.id.into()])
            .await?;
        self.end(session).await
    }

    /// Ends a session; one that has ended stays as it is.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn end_session(
        &self,
        by: &Actor,
        open: &OpenSession,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let mut session = self.begin().await?;
        let sql = "UPDATE user_session SET ended_at = $1 WHERE id = $2 AND ended_at IS NULL";
        let cells = vec![at.as_microsecond().into(), open.id.into()];
        if session.execute(WRITING, sql, cells).await? == 0 {
            return Ok(());
        }
        let entry = Entry::new("log-out", format!("account/{}", open.account.id))
            .facts(json!({ "session": open.id }));
        self.append(&mut session, by, at, &[entry]).await?;
        self.end(session).await
    }
}

/// Ends all sessions of an account inside a transaction; gives how many there were.
pub(super) async fn end_all(
    session: &mut Session,
    account: i64,
    at: Timestamp,
) -> Result<u64, StoreError> {
    let sql = "UPDATE user_session SET ended_at = $1 WHERE account = $2 AND ended_at IS NULL";
    let cells = vec![at.as_microsecond().into(), account.into()];
    session.execute(WRITING, sql, cells).await
}
