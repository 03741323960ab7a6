//! Files that people attach to alerts.

use jiff::Timestamp;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::customer::next_id;
use super::moves::Verb;
use super::work::Step;
use crate::accounts::Actor;
use crate::audit::Entry;
use crate::error::StoreError;
use crate::sql::{Cell, Row, placeholders};
use crate::store::{Store, hash_of, time_of};

/// The largest file that is taken, in bytes.
const MOST_BYTES: usize = 20 << 20;
const READING: &str = "reading attachments";
const WRITING: &str = "writing an attachment";
const ATTACHMENTS: &str =
    "SELECT id, alert, at, actor, name, media_type, size, sha256, erased_at, data FROM attachment";

/// A file to be attached.
#[derive(Clone, Debug)]
pub struct NewAttachment {
    /// Its name, without folders.
    pub name: String,
    /// What it is: `application/pdf`, …
    pub media_type: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A file that was attached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Number.
    pub id: i64,
    /// The alert.
    pub alert: i64,
    /// When.
    pub at: Timestamp,
    /// Who attached it.
    pub actor: String,
    /// Its name.
    pub name: String,
    /// What it is, as whoever attached it says.
    pub media_type: String,
    /// Its size in bytes.
    pub size: u64,
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
    /// When its bytes were erased.
    pub erased_at: Option<Timestamp>,
}

fn attachment_of(row: &Row) -> Result<Attachment, StoreError> {
    Ok(Attachment {
        id: row.int(0)?,
        alert: row.int(1)?,
        at: time_of(row.int(2)?)?,
        actor: row.text(3)?,
        name: row.text(4)?,
        media_type: row.text(5)?,
        size: row.int(6)?.unsigned_abs(),
        sha256: hash_of(row.blob(7)?)?,
        erased_at: row.optional_int(8)?.map(time_of).transpose()?,
    })
}

impl NewAttachment {
    fn check(&self) -> Result<(), StoreError> {
        let unfit = |what: String, expected: String| Err(StoreError::Unfit { what, expected });
        let plain = |c: char| !c.is_control() && c != '/' && c != '\\';
        if self.name.is_empty() || self.name.len() > 255 || !self.name.chars().all(plain) {
            return unfit(
                format!("a file called {:?}", self.name),
                "a name of 1 to 255 bytes without folders".to_owned(),
            );
        }
        let word = |c: char| c.is_ascii_alphanumeric() || "/.+-".contains(c);
        if !self.media_type.contains('/') || !self.media_type.chars().all(word) {
            return unfit(
                format!("the media type {:?}", self.media_type),
                "one such as application/pdf".to_owned(),
            );
        }
        if self.bytes.is_empty() || self.bytes.len() > MOST_BYTES {
            return unfit(
                format!("a file of {} bytes", self.bytes.len()),
                format!("1 to {MOST_BYTES} bytes"),
            );
        }
        Ok(())
    }
}

impl Store {
    /// Attaches a file to an alert.
    ///
    /// # Errors
    /// [`StoreError::UnknownAlert`]; [`StoreError::Unfit`] for a name, type or size that cannot be;
    /// [`StoreError::Forbidden`]; or when the database cannot be written.
    pub async fn attach(
        &self,
        by: &Actor,
        alert: i64,
        file: &NewAttachment,
        at: Timestamp,
    ) -> Result<Attachment, StoreError> {
        file.check()?;
        let mut session = self.begin().await?;
        let step = Step::new(Verb::Attach, None, &file.name);
        self.work_in(&mut session, by, &[alert], &step, at).await?;
        let id = next_id(&mut session, "attachment").await?;
        let sha256 = <[u8; 32]>::from(Sha256::digest(&file.bytes));
        let size = i64::try_from(file.bytes.len()).unwrap_or(i64::MAX);
        let cells: Vec<Cell> = vec![
            id.into(),
            alert.into(),
            at.as_microsecond().into(),
            by.name.as_str().into(),
            file.name.as_str().into(),
            file.media_type.as_str().into(),
            size.into(),
            sha256.to_vec().into(),
            file.bytes.clone().into(),
        ];
        let sql = format!(
            "INSERT INTO attachment (id, alert, at, actor, name, media_type, size, sha256, data) \
             VALUES {}",
            placeholders(1, cells.len())
        );
        session.execute(WRITING, sql, cells).await?;
        let entry = Entry::new("attachment-kept", format!("attachment/{id}"))
            .facts(json!({ "alert": alert, "size": size, "sha256": crate::hex(&sha256) }));
        self.append(&mut session, by, at, &[entry]).await?;
        self.end(session).await?;
        Ok(self.attachment(id).await?.0)
    }

    /// The files of an alert, the oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn attachments(&self, alert: i64) -> Result<Vec<Attachment>, StoreError> {
        let sql = format!("{ATTACHMENTS} WHERE alert = $1 ORDER BY id");
        let rows = self.database.rows(READING, sql, vec![alert.into()]).await?;
        rows.iter().map(attachment_of).collect()
    }

    /// A file with its bytes; none once they were erased.
    ///
    /// # Errors
    /// [`StoreError::UnknownAttachment`]; [`StoreError::Damaged`] when the bytes are not those that
    /// were attached; or when the database cannot be read.
    pub async fn attachment(&self, id: i64) -> Result<(Attachment, Vec<u8>), StoreError> {
        let sql = format!("{ATTACHMENTS} WHERE id = $1");
        let rows = self.database.rows(READING, sql, vec![id.into()]).await?;
        let row = rows
            .first()
            .ok_or(StoreError::UnknownAttachment { number: id })?;
        let attachment = attachment_of(row)?;
        let bytes = row.blob(9)?;
        let hash = <[u8; 32]>::from(Sha256::digest(&bytes));
        if attachment.erased_at.is_none() && hash != attachment.sha256 {
            let what = format!("attachment {id}");
            return Err(StoreError::damaged(what, "its hash is another"));
        }
        Ok((attachment, bytes))
    }
}
