//! Adding rows to the chain.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::row::{AuditRow, Personal, canonical, head_hash};
use crate::accounts::Actor;
use crate::error::StoreError;
use crate::import::Writer;
use crate::sql::{Cell, Session, placeholders};
use crate::store::Store;

const WRITING: &str = "writing the audit chain";
/// Random bytes before personal data.
const SALT: usize = 16;
/// Rows of one statement.
const ROWS: usize = 40;

/// Something to be recorded.
#[derive(Clone, Debug)]
pub struct Entry {
    action: &'static str,
    object: String,
    facts: Value,
    personal: Option<Value>,
}

impl Entry {
    /// What was done, and to what.
    pub fn new(action: &'static str, object: impl Into<String>) -> Entry {
        Entry {
            action,
            object: object.into(),
            facts: json!({}),
            personal: None,
        }
    }

    /// Facts that are nobody's personal data.
    #[must_use]
    pub fn facts(mut self, facts: Value) -> Entry {
        self.facts = facts;
        self
    }

    /// What may be personal: names, texts that people wrote.
    #[must_use]
    pub fn personal(mut self, personal: Value) -> Entry {
        self.personal = Some(personal);
        self
    }
}

impl Store {
    /// The same store, on behalf of somebody: what is recorded under this actor's name is recorded
    /// with person, account and key.
    #[must_use]
    pub fn acting_as(&self, actor: &Actor) -> Store {
        Store {
            acting: Some(Arc::new(actor.clone())),
            ..self.clone()
        }
    }

    /// Who goes by a name: whoever this store acts for, or somebody local.
    pub(crate) fn who(&self, name: &str) -> Actor {
        match &self.acting {
            Some(actor) if actor.name == name => Actor::clone(actor),
            _ => Actor::local(name),
        }
    }

    /// A connection with a transaction that holds the end of the chain.
    pub(crate) async fn begin(&self) -> Result<Session, StoreError> {
        let mut session = self.database.connect().await?;
        session.begin().await?;
        Ok(session)
    }

    /// Makes a transaction last.
    pub(crate) async fn end(&self, mut session: Session) -> Result<(), StoreError> {
        session.commit().await?;
        session.close().await
    }

    /// Records something that happens above the store, in a transaction of its own.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn record(&self, by: &Actor, at: Timestamp, entry: Entry) -> Result<(), StoreError> {
        let mut session = self.begin().await?;
        self.append(&mut session, by, at, &[entry]).await?;
        self.end(session).await
    }

    /// Adds rows to the chain inside a transaction. `clock` is now, as the caller's clock has it.
    pub(crate) async fn append(
        &self,
        session: &mut Session,
        by: &Actor,
        clock: Timestamp,
        entries: &[Entry],
    ) -> Result<(), StoreError> {
        if entries.is_empty() {
            return Ok(());
        }
        let by = self.known(session, by, clock).await?;
        // Takes the row, so that two writers of one database follow each other.
        let take = "UPDATE audit_head SET number = number WHERE id = 1";
        session.execute(WRITING, take, Vec::new()).await?;
        let sql = "SELECT number, at, hash FROM audit_head WHERE id = 1";
        let rows = session.rows(WRITING, sql, Vec::new()).await?;
        let head = rows
            .first()
            .ok_or_else(|| StoreError::damaged("the audit chain", "its head is missing"))?;
        let mut number = head.int(0)?;
        let clock = clock.as_microsecond();
        let at = clock.max(head.int(1)?);
        let mut hash = head_hash(head)?;
        let mut written = Vec::with_capacity(entries.len());
        for entry in entries {
            number += 1;
            let personal = entry
                .personal
                .as_ref()
                .map(|value| personal(number, value))
                .transpose()?;
            let mut row = AuditRow {
                number,
                at,
                clock,
                person: by.person.map(|person| person.0),
                account: by.account,
                key: by.key,
                via: by.via.as_str().to_owned(),
                authenticated: by.via.is_authenticated(),
                action: entry.action.to_owned(),
                object: entry.object.clone(),
                facts: canonical(&entry.facts),
                personal: personal.as_ref().and_then(Personal::hash),
                previous: hash,
                hash: [0; 32],
            };
            row.hash = row.seal();
            hash = row.hash;
            written.push((row, personal));
        }
        for part in written.chunks(ROWS) {
            write(session, part).await?;
        }
        let sql = "UPDATE audit_head SET number = $1, at = $2, hash = $3 WHERE id = 1";
        let cells = vec![number.into(), at.into(), crate::hex(&hash).into()];
        session.execute(WRITING, sql, cells).await.map(drop)
    }
}

impl Writer {
    /// As [`Store::append`], under a name.
    pub(crate) async fn audit(
        &self,
        session: &mut Session,
        by: &str,
        clock: Timestamp,
        entries: &[Entry],
    ) -> Result<(), StoreError> {
        let by = self.store.who(by);
        self.store.append(session, &by, clock, entries).await
    }
}

fn personal(number: i64, value: &Value) -> Result<Personal, StoreError> {
    let mut salt = vec![0; SALT];
    getrandom::fill(&mut salt).map_err(|e| StoreError::NoRandomness {
        found: e.to_string(),
    })?;
    Ok(Personal {
        number,
        salt: Some(salt),
        data: Some(canonical(value)),
        erased_at: None,
    })
}

async fn write(
    session: &mut Session,
    rows: &[(AuditRow, Option<Personal>)],
) -> Result<(), StoreError> {
    let mut cells: Vec<Cell> = Vec::with_capacity(rows.len() * 14);
    let mut beside: Vec<Cell> = Vec::new();
    for (row, personal) in rows {
        cells.extend([
            row.number.into(),
            row.at.into(),
            row.clock.into(),
            row.person.into(),
            row.account.into(),
            row.key.into(),
            row.via.as_str().into(),
            i64::from(row.authenticated).into(),
            row.action.as_str().into(),
            row.object.as_str().into(),
            row.facts.as_str().into(),
            Cell::OptionalBlob(row.personal.map(|hash| hash.to_vec())),
            row.previous.to_vec().into(),
            row.hash.to_vec().into(),
        ]);
        if let Some(personal) = personal {
            beside.extend([
                personal.number.into(),
                Cell::OptionalBlob(personal.salt.clone()),
                personal.data.clone().into(),
            ]);
        }
    }
    let sql = format!(
        "INSERT INTO audit (number, at, clock, person, account, api_key, via, authenticated, \
         action, object, facts, personal, previous, hash) VALUES {}",
        placeholders(rows.len(), 14)
    );
    session.execute(WRITING, sql, cells).await?;
    if beside.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "INSERT INTO audit_personal (number, salt, data) VALUES {}",
        placeholders(beside.len() / 3, 3)
    );
    session.execute(WRITING, sql, beside).await.map(drop)
}
