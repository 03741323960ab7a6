//! Replies to writes, kept for a while so that a client which did not get one may ask again without
//! doing the same twice.

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use crate::error::StoreError;
use crate::store::{Store, hash_of};

/// How long a reply is kept.
const KEPT: SignedDuration = SignedDuration::from_hours(24);
const KEEPING: &str = "keeping a reply";

/// A reply as it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptReply {
    /// HTTP status.
    pub status: u16,
    /// Media type.
    pub media_type: String,
    /// Bytes.
    pub body: Vec<u8>,
}

/// What is known of a request that may be a repetition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Repetition {
    /// It is the first of its name; it is noted that it began.
    First,
    /// It was answered so.
    Answered(KeptReply),
    /// The same name stood on another request.
    Other,
    /// It began and was not answered: it is under way, or was cut short.
    Begun,
}

impl Store {
    /// Looks whether a request was made before, and notes that it begins if not. `credential` says
    /// whose name it is, `request` is the SHA-256 of all that makes the request.
    ///
    /// # Errors
    /// When the database cannot be read or written.
    pub async fn begin_reply(
        &self,
        credential: &str,
        name: &str,
        request: &[u8; 32],
        at: Timestamp,
    ) -> Result<Repetition, StoreError> {
        let mut session = self.database.connect().await?;
        session.begin().await?;
        let old = "DELETE FROM kept_reply WHERE begun_at < $1";
        let since = (at - KEPT).as_microsecond();
        session.execute(KEEPING, old, vec![since.into()]).await?;
        let insert = "INSERT INTO kept_reply (credential, name, request, begun_at) \
                      VALUES ($1, $2, $3, $4) ON CONFLICT (credential, name) DO NOTHING";
        let cells = vec![
            credential.into(),
            name.into(),
            request.to_vec().into(),
            at.as_microsecond().into(),
        ];
        let first = session.execute(KEEPING, insert, cells).await? == 1;
        let find = "SELECT request, status, media_type, body FROM kept_reply \
                    WHERE credential = $1 AND name = $2";
        let rows = session
            .rows(KEEPING, find, vec![credential.into(), name.into()])
            .await?;
        session.commit().await?;
        session.close().await?;
        let Some(row) = rows.first().filter(|_| !first) else {
            return Ok(Repetition::First);
        };
        if hash_of(row.blob(0)?)? != *request {
            return Ok(Repetition::Other);
        }
        let Some(status) = row.optional_int(1)? else {
            return Ok(Repetition::Begun);
        };
        Ok(Repetition::Answered(KeptReply {
            status: u16::try_from(status)
                .map_err(|_| StoreError::damaged("a kept reply", "its status is no number"))?,
            media_type: row.optional_text(2)?.unwrap_or_default(),
            body: row.optional_blob(3)?.unwrap_or_default(),
        }))
    }

    /// Keeps the reply of a request that began; `None` forgets the request, so that it may be tried
    /// again.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn end_reply(
        &self,
        credential: &str,
        name: &str,
        reply: Option<&KeptReply>,
    ) -> Result<(), StoreError> {
        let mut session = self.database.connect().await?;
        session.begin().await?;
        match reply {
            None => {
                let sql = "DELETE FROM kept_reply WHERE credential = $1 AND name = $2";
                let cells = vec![credential.into(), name.into()];
                session.execute(KEEPING, sql, cells).await?;
            }
            Some(reply) => {
                let sql = "UPDATE kept_reply SET status = $1, media_type = $2, body = $3, hash = $4 \
                           WHERE credential = $5 AND name = $6";
                let cells = vec![
                    i64::from(reply.status).into(),
                    reply.media_type.as_str().into(),
                    reply.body.clone().into(),
                    Sha256::digest(&reply.body).to_vec().into(),
                    credential.into(),
                    name.into(),
                ];
                session.execute(KEEPING, sql, cells).await?;
            }
        }
        session.commit().await?;
        session.close().await
    }
}
