//! Alerts and what happened to each.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::accounts::PersonId;
use crate::audit::record_hash;
use crate::error::StoreError;
use crate::pack;
use crate::sql::{Cell, Row, Session, placeholders};
use crate::store::{Store, hash_of, time_of};

/// How an alert stands. Which way leads from one to another: `moves.rs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AlertState {
    /// A person should look.
    Open,
    /// Somebody is looking.
    Assigned,
    /// Somebody waits for information.
    Waiting,
    /// A person decided, and another one must agree.
    Proposed,
    /// It waits for whoever decides the hard ones.
    Escalated,
    /// A person decided; it stays so while the matched values stay the same.
    Decided,
    /// A person decided and another one agreed; it stays so while the matched values stay the same.
    Approved,
    /// A good-guy rule stands for it; it is still found and counted at every screening.
    Suppressed,
    /// What matched is no longer there.
    Closed,
}

impl AlertState {
    /// The word in the database and in outputs.
    pub fn as_str(self) -> &'static str {
        match self {
            AlertState::Open => "open",
            AlertState::Assigned => "assigned",
            AlertState::Waiting => "waiting",
            AlertState::Proposed => "proposed",
            AlertState::Escalated => "escalated",
            AlertState::Decided => "decided",
            AlertState::Approved => "approved",
            AlertState::Suppressed => "suppressed",
            AlertState::Closed => "closed",
        }
    }

    /// All states.
    pub const ALL: [AlertState; 9] = [
        AlertState::Open,
        AlertState::Assigned,
        AlertState::Waiting,
        AlertState::Proposed,
        AlertState::Escalated,
        AlertState::Decided,
        AlertState::Approved,
        AlertState::Suppressed,
        AlertState::Closed,
    ];

    /// Those in which somebody has something to do.
    pub const QUEUE: [AlertState; 5] = [
        AlertState::Open,
        AlertState::Assigned,
        AlertState::Waiting,
        AlertState::Proposed,
        AlertState::Escalated,
    ];

    /// Whether somebody has something to do.
    pub fn is_in_queue(self) -> bool {
        AlertState::QUEUE.contains(&self)
    }

    /// The state of this word.
    pub fn parse(word: &str) -> Option<AlertState> {
        AlertState::ALL.into_iter().find(|s| s.as_str() == word)
    }
}

impl fmt::Display for AlertState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What a person says of an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Disposition {
    /// The customer is the listed entity.
    TrueMatch,
    /// The customer is someone else.
    FalsePositive,
    /// It cannot be said yet; the alert stays open.
    NeedInformation,
}

impl Disposition {
    /// The word in the database and in outputs.
    pub fn as_str(self) -> &'static str {
        match self {
            Disposition::TrueMatch => "true-match",
            Disposition::FalsePositive => "false-positive",
            Disposition::NeedInformation => "need-information",
        }
    }

    /// The disposition of this word.
    pub fn parse(word: &str) -> Option<Disposition> {
        [
            Disposition::TrueMatch,
            Disposition::FalsePositive,
            Disposition::NeedInformation,
        ]
        .into_iter()
        .find(|d| d.as_str() == word)
    }
}

/// What happened to an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Happening {
    /// Its pair was found for the first time.
    Opened,
    /// It was settled and is open again.
    Reopened,
    /// Its matched values changed while it was open.
    Updated,
    /// A good-guy rule took it.
    Suppressed,
    /// What matched is gone.
    Closed,
    /// A person decided.
    Decided,
    /// It is somebody's now.
    Assigned,
    /// It is nobody's any more.
    Unassigned,
    /// A person waits for information.
    Waiting,
    /// A person goes on with it.
    Resumed,
    /// A person decided, and another one must agree.
    Proposed,
    /// Another person agreed.
    Approved,
    /// Another person disagreed.
    Returned,
    /// Who proposed took it back.
    Withdrawn,
    /// It was handed to whoever decides the hard ones.
    Escalated,
    /// A person wrote something.
    Commented,
    /// A person attached a file.
    Attached,
}

impl Happening {
    const ALL: [Happening; 17] = [
        Happening::Opened,
        Happening::Reopened,
        Happening::Updated,
        Happening::Suppressed,
        Happening::Closed,
        Happening::Decided,
        Happening::Assigned,
        Happening::Unassigned,
        Happening::Waiting,
        Happening::Resumed,
        Happening::Proposed,
        Happening::Approved,
        Happening::Returned,
        Happening::Withdrawn,
        Happening::Escalated,
        Happening::Commented,
        Happening::Attached,
    ];

    /// The word in the database and in outputs.
    pub fn as_str(self) -> &'static str {
        match self {
            Happening::Opened => "opened",
            Happening::Reopened => "reopened",
            Happening::Updated => "updated",
            Happening::Suppressed => "suppressed",
            Happening::Closed => "closed",
            Happening::Decided => "decided",
            Happening::Assigned => "assigned",
            Happening::Unassigned => "unassigned",
            Happening::Waiting => "waiting",
            Happening::Resumed => "resumed",
            Happening::Proposed => "proposed",
            Happening::Approved => "approved",
            Happening::Returned => "returned",
            Happening::Withdrawn => "withdrawn",
            Happening::Escalated => "escalated",
            Happening::Commented => "commented",
            Happening::Attached => "attached",
        }
    }

    fn parse(word: &str) -> Option<Happening> {
        Happening::ALL.into_iter().find(|h| h.as_str() == word)
    }
}

/// A pair of a customer's party and a listed entity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// Number.
    pub id: i64,
    /// The book.
    pub book: String,
    /// Key of the customer.
    pub customer: String,
    /// Which of the customer's parties, from 0.
    pub party: u32,
    /// The list that the entity was found on; two lists may give one id.
    pub dataset: String,
    /// Id of the listed entity.
    pub entity: String,
    /// How it stands.
    pub state: AlertState,
    /// Score, in 1/10,000.
    pub score: u16,
    /// Orders alerts, more is better.
    pub rank: u32,
    /// SHA-256 of the matched values.
    pub evidence: [u8; 32],
    /// The hit, JSON.
    pub hit: Vec<u8>,
    /// Since when it is in the queue: opened, or opened again.
    pub opened_at: Timestamp,
    /// Whose it is.
    pub assignee: Option<PersonId>,
    /// The day by which the information that is waited for should be there.
    pub due: Option<Date>,
    /// What was decided, or is proposed.
    pub disposition: Option<Disposition>,
    /// Who proposed it.
    pub proposer: Option<PersonId>,
    /// Number of its last event.
    pub last_event: i64,
}

/// Something that happened to an alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertEvent {
    /// Number.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// What.
    pub what: Happening,
    /// For decisions.
    pub disposition: Option<Disposition>,
    /// Why, in words.
    pub reason: String,
    /// The screening in which it happened.
    pub screening: Option<i64>,
    /// The good-guy rule that took it.
    pub rule: Option<i64>,
    /// The natural person; `None` for screenings.
    pub person: Option<PersonId>,
    /// How the alert stood before; `None` for events of releases that did not say so.
    pub from: Option<AlertState>,
    /// How it stood then.
    pub to: Option<AlertState>,
    /// The reason as a code.
    pub code: Option<String>,
}

/// Which alerts to give.
#[derive(Clone, Debug, Default)]
pub struct AlertFilter {
    /// Of this book.
    pub book: Option<String>,
    /// In these states; empty for all.
    pub states: Vec<AlertState>,
    /// Of this customer.
    pub customer: Option<String>,
    /// With this entity.
    pub entity: Option<String>,
    /// Of this person.
    pub assignee: Option<PersonId>,
    /// Waiting for information that should have been there before this day.
    pub overdue_on: Option<Date>,
}

/// A place in the queue: everything after it is still to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueuePlace {
    /// Rank of the alert there.
    pub rank: u32,
    /// Since when it is in the queue, in microseconds since 1970.
    pub opened_at: i64,
    /// Its number.
    pub id: i64,
}

impl Alert {
    /// Where it stands in the queue.
    pub fn place(&self) -> QueuePlace {
        QueuePlace {
            rank: self.rank,
            opened_at: self.opened_at.as_microsecond(),
            id: self.id,
        }
    }
}

const READING: &str = "reading alerts";
pub(super) const WRITING: &str = "writing alerts";
pub(super) const ALERTS: &str = "SELECT id, book, customer, party, dataset, entity, state, score, \
                                 rank, evidence, hit, opened_at, assignee, due, disposition, \
                                 proposer, last_event FROM alert";

pub(super) fn alert_of(row: &Row) -> Result<Alert, StoreError> {
    let id = row.int(0)?;
    let what = format!("alert {id}");
    let state = row.text(6)?;
    let number = |at: usize| -> Result<u32, StoreError> {
        u32::try_from(row.int(at)?).map_err(|_| StoreError::damaged(&what, "a number out of range"))
    };
    let due = row.optional_text(13)?;
    let disposition = row.optional_text(14)?;
    let wrong = |word: &str| StoreError::damaged(&what, format!("{word:?}"));
    Ok(Alert {
        id,
        book: row.text(1)?,
        customer: row.text(2)?,
        party: number(3)?,
        dataset: row.text(4)?,
        entity: row.text(5)?,
        state: AlertState::parse(&state)
            .ok_or_else(|| StoreError::damaged(&what, format!("state {state:?}")))?,
        score: u16::try_from(number(7)?)
            .map_err(|_| StoreError::damaged(&what, "a score out of range"))?,
        rank: number(8)?,
        evidence: hash_of(row.blob(9)?)?,
        hit: pack::decompress(&what, &row.blob(10)?)?,
        opened_at: time_of(row.int(11)?)?,
        assignee: row.optional_int(12)?.map(PersonId),
        due: due
            .map(|day| day.parse().map_err(|_| wrong(&day)))
            .transpose()?,
        disposition: disposition
            .map(|word| Disposition::parse(&word).ok_or_else(|| wrong(&word)))
            .transpose()?,
        proposer: row.optional_int(15)?.map(PersonId),
        last_event: row.int(16)?,
    })
}

/// An event to be added.
pub(super) struct NewEvent<'a> {
    pub(super) id: i64,
    pub(super) alert: i64,
    pub(super) at: Timestamp,
    pub(super) actor: &'a str,
    pub(super) what: Happening,
    pub(super) disposition: Option<Disposition>,
    pub(super) reason: &'a str,
    pub(super) screening: Option<i64>,
    pub(super) rule: Option<i64>,
    pub(super) person: Option<PersonId>,
    pub(super) from: Option<AlertState>,
    pub(super) to: AlertState,
    pub(super) code: Option<&'a str>,
}

impl NewEvent<'_> {
    /// Writes it; gives the hash by which the audit chain knows it.
    pub(super) async fn write(&self, session: &mut Session) -> Result<[u8; 32], StoreError> {
        let disposition = self.disposition.map(|d| d.as_str().to_owned());
        let from = self.from.map(|state| state.as_str().to_owned());
        let person = self.person.map(|person| person.0);
        let record = record_hash(&serde_json::json!([
            self.id,
            self.alert,
            self.at.as_microsecond(),
            self.actor,
            self.what.as_str(),
            disposition,
            self.reason,
            person,
            from,
            self.to.as_str(),
            self.code,
        ]));
        let cells: Vec<Cell> = vec![
            self.id.into(),
            self.alert.into(),
            self.at.as_microsecond().into(),
            self.actor.into(),
            self.what.as_str().into(),
            disposition.into(),
            self.reason.into(),
            self.screening.into(),
            self.rule.into(),
            person.into(),
            from.into(),
            self.to.as_str().into(),
            self.code.map(str::to_owned).into(),
        ];
        let sql = format!(
            "INSERT INTO alert_event (id, alert, at, actor, what, disposition, reason, screening, \
             rule, person, from_state, to_state, code) VALUES {}",
            placeholders(1, cells.len())
        );
        session.execute(WRITING, sql, cells).await?;
        Ok(record)
    }
}

impl Store {
    /// Alerts, the highest rank first, then the oldest, then by number.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn alerts(&self, filter: &AlertFilter) -> Result<Vec<Alert>, StoreError> {
        self.queue(filter, None, u32::MAX).await
    }

    /// At most so many alerts in the same order, after a place in it.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn queue(
        &self,
        filter: &AlertFilter,
        after: Option<QueuePlace>,
        limit: u32,
    ) -> Result<Vec<Alert>, StoreError> {
        let (mut conditions, mut cells) = filter.conditions();
        if let Some(place) = after {
            conditions.push(
                "(rank < ? OR (rank = ? AND (opened_at > ? OR (opened_at = ? AND id > ?))))"
                    .to_owned(),
            );
            let rank = i64::from(place.rank);
            cells.extend([rank, rank, place.opened_at, place.opened_at, place.id].map(Cell::from));
        }
        let condition = match conditions.is_empty() {
            true => String::new(),
            false => format!("WHERE {}", conditions.join(" AND ")),
        };
        let sql = format!("{ALERTS} {condition} ORDER BY rank DESC, opened_at, id LIMIT {limit}");
        let rows = self.database.rows(READING, sql, cells).await?;
        rows.iter().map(alert_of).collect()
    }

    /// How many alerts a filter meets.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn count_alerts(&self, filter: &AlertFilter) -> Result<u64, StoreError> {
        let (conditions, cells) = filter.conditions();
        let condition = match conditions.is_empty() {
            true => String::new(),
            false => format!("WHERE {}", conditions.join(" AND ")),
        };
        let sql = format!("SELECT COUNT(*) FROM alert {condition}");
        let rows = self.database.rows(READING, sql, cells).await?;
        rows.first()
            .map_or(Ok(0), |row| row.int(0))
            .map(i64::unsigned_abs)
    }

    /// One alert.
    ///
    /// # Errors
    /// [`StoreError::UnknownAlert`], or when the database cannot be read.
    pub async fn alert(&self, id: i64) -> Result<Alert, StoreError> {
        let sql = format!("{ALERTS} WHERE id = $1");
        let rows = self.database.rows(READING, sql, vec![id.into()]).await?;
        let row = rows
            .first()
            .ok_or(StoreError::UnknownAlert { number: id })?;
        alert_of(row)
    }

    /// Everything that happened to an alert, in order.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn alert_events(&self, id: i64) -> Result<Vec<AlertEvent>, StoreError> {
        let sql = "SELECT at, actor, what, disposition, reason, screening, rule, id, person, \
                   from_state, to_state, code FROM alert_event WHERE alert = $1 ORDER BY id";
        let rows = self.database.rows(READING, sql, vec![id.into()]).await?;
        rows.iter()
            .map(|row| {
                let what = row.text(2)?;
                let wrong = |word: &str| {
                    StoreError::damaged(format!("an event of alert {id}"), format!("{word:?}"))
                };
                let disposition = row.optional_text(3)?;
                let state = |at: usize| -> Result<Option<AlertState>, StoreError> {
                    row.optional_text(at)?
                        .map(|word| AlertState::parse(&word).ok_or_else(|| wrong(&word)))
                        .transpose()
                };
                Ok(AlertEvent {
                    id: row.int(7)?,
                    at: time_of(row.int(0)?)?,
                    actor: row.text(1)?,
                    what: Happening::parse(&what).ok_or_else(|| wrong(&what))?,
                    disposition: disposition
                        .map(|word| Disposition::parse(&word).ok_or_else(|| wrong(&word)))
                        .transpose()?,
                    reason: row.text(4)?,
                    screening: row.optional_int(5)?,
                    rule: row.optional_int(6)?,
                    person: row.optional_int(8)?.map(PersonId),
                    from: state(9)?,
                    to: state(10)?,
                    code: row.optional_text(11)?,
                })
            })
            .collect()
    }
}

impl AlertFilter {
    fn conditions(&self) -> (Vec<String>, Vec<Cell>) {
        let mut conditions = Vec::new();
        let mut cells: Vec<Cell> = Vec::new();
        let columns = [
            ("book", &self.book),
            ("customer", &self.customer),
            ("entity", &self.entity),
        ];
        for (column, wanted) in columns {
            if let Some(wanted) = wanted {
                conditions.push(format!("{column} = ?"));
                cells.push(wanted.as_str().into());
            }
        }
        if !self.states.is_empty() {
            let marks = placeholders(1, self.states.len());
            conditions.push(format!("state IN {marks}"));
            cells.extend(self.states.iter().map(|s| Cell::from(s.as_str())));
        }
        if let Some(person) = self.assignee {
            conditions.push("assignee = ?".to_owned());
            cells.push(person.0.into());
        }
        if let Some(day) = self.overdue_on {
            conditions.push("state = 'waiting' AND due < ?".to_owned());
            cells.push(day.to_string().into());
        }
        (conditions, cells)
    }
}
