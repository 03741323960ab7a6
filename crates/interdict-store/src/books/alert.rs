//! Alerts and what happened to each.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::import::Writer;
use crate::pack;
use crate::sql::{Cell, Row, Session, placeholders};
use crate::store::{Store, hash_of, time_of};

/// How an alert stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AlertState {
    /// A person should look.
    Open,
    /// A person decided; it stays so while the matched values stay the same.
    Decided,
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
            AlertState::Decided => "decided",
            AlertState::Suppressed => "suppressed",
            AlertState::Closed => "closed",
        }
    }

    /// All states.
    pub const ALL: [AlertState; 4] = [
        AlertState::Open,
        AlertState::Decided,
        AlertState::Suppressed,
        AlertState::Closed,
    ];

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
}

impl Happening {
    /// The word in the database and in outputs.
    pub fn as_str(self) -> &'static str {
        match self {
            Happening::Opened => "opened",
            Happening::Reopened => "reopened",
            Happening::Updated => "updated",
            Happening::Suppressed => "suppressed",
            Happening::Closed => "closed",
            Happening::Decided => "decided",
        }
    }

    fn parse(word: &str) -> Option<Happening> {
        [
            Happening::Opened,
            Happening::Reopened,
            Happening::Updated,
            Happening::Suppressed,
            Happening::Closed,
            Happening::Decided,
        ]
        .into_iter()
        .find(|h| h.as_str() == word)
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
}

/// Something that happened to an alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertEvent {
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
}

const READING: &str = "reading alerts";
pub(super) const WRITING: &str = "writing alerts";
pub(super) const ALERTS: &str = "SELECT id, book, customer, party, dataset, entity, state, score, \
                                 rank, evidence, hit FROM alert";

pub(super) fn alert_of(row: &Row) -> Result<Alert, StoreError> {
    let id = row.int(0)?;
    let what = format!("alert {id}");
    let state = row.text(6)?;
    let number = |at: usize| -> Result<u32, StoreError> {
        u32::try_from(row.int(at)?).map_err(|_| StoreError::damaged(&what, "a number out of range"))
    };
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
    })
}

/// An event to be added.
pub(super) struct NewEvent<'a> {
    pub(super) alert: i64,
    pub(super) at: Timestamp,
    pub(super) actor: &'a str,
    pub(super) what: Happening,
    pub(super) disposition: Option<Disposition>,
    pub(super) reason: &'a str,
    pub(super) screening: Option<i64>,
    pub(super) rule: Option<i64>,
}

impl NewEvent<'_> {
    pub(super) async fn write(&self, session: &mut Session) -> Result<(), StoreError> {
        let disposition = self.disposition.map(|d| d.as_str().to_owned());
        let cells: Vec<Cell> = vec![
            self.alert.into(),
            self.at.as_microsecond().into(),
            self.actor.into(),
            self.what.as_str().into(),
            disposition.into(),
            self.reason.into(),
            self.screening.into(),
            self.rule.into(),
        ];
        let sql = format!(
            "INSERT INTO alert_event (alert, at, actor, what, disposition, reason, screening, rule) \
             VALUES {}",
            placeholders(1, cells.len())
        );
        session.execute(WRITING, sql, cells).await.map(drop)
    }
}

impl Store {
    /// Alerts, the highest rank first, then by number.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn alerts(&self, filter: &AlertFilter) -> Result<Vec<Alert>, StoreError> {
        let mut conditions = Vec::new();
        let mut cells: Vec<Cell> = Vec::new();
        let columns = [
            ("book", &filter.book),
            ("customer", &filter.customer),
            ("entity", &filter.entity),
        ];
        for (column, wanted) in columns {
            if let Some(wanted) = wanted {
                conditions.push(format!("{column} = ?"));
                cells.push(wanted.as_str().into());
            }
        }
        if !filter.states.is_empty() {
            let marks = placeholders(1, filter.states.len());
            conditions.push(format!("state IN {marks}"));
            cells.extend(filter.states.iter().map(|s| s.as_str().into()));
        }
        let condition = match conditions.is_empty() {
            true => String::new(),
            false => format!("WHERE {}", conditions.join(" AND ")),
        };
        let sql = format!("{ALERTS} {condition} ORDER BY rank DESC, id");
        let rows = self.database.rows(READING, sql, cells).await?;
        rows.iter().map(alert_of).collect()
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
        let sql = "SELECT at, actor, what, disposition, reason, screening, rule FROM alert_event \
                   WHERE alert = $1 ORDER BY id";
        let rows = self.database.rows(READING, sql, vec![id.into()]).await?;
        rows.iter()
            .map(|row| {
                let what = row.text(2)?;
                let wrong = |word: &str| {
                    StoreError::damaged(format!("an event of alert {id}"), format!("{word:?}"))
                };
                let disposition = row.optional_text(3)?;
                Ok(AlertEvent {
                    at: time_of(row.int(0)?)?,
                    actor: row.text(1)?,
                    what: Happening::parse(&what).ok_or_else(|| wrong(&what))?,
                    disposition: disposition
                        .map(|word| Disposition::parse(&word).ok_or_else(|| wrong(&word)))
                        .transpose()?,
                    reason: row.text(4)?,
                    screening: row.optional_int(5)?,
                    rule: row.optional_int(6)?,
                })
            })
            .collect()
    }
}

impl Writer {
    /// Records what a person decides on alerts: all of them or none.
    ///
    /// # Errors
    /// [`StoreError::UnknownAlert`]; [`StoreError::ClosedAlert`] for one whose match is gone; or
    /// when the database cannot be written.
    pub async fn decide(
        mut self,
        alerts: &[i64],
        disposition: Disposition,
        reason: &str,
        at: Timestamp,
        actor: &str,
    ) -> Result<Vec<Alert>, StoreError> {
        let mut session = self.store.database.connect().await?;
        session.begin().await?;
        let mut decided = Vec::with_capacity(alerts.len());
        for id in alerts {
            let sql = format!("{ALERTS} WHERE id = $1");
            let rows = session.rows(WRITING, sql, vec![(*id).into()]).await?;
            let row = rows
                .first()
                .ok_or(StoreError::UnknownAlert { number: *id })?;
            let mut alert = alert_of(row)?;
            if alert.state == AlertState::Closed {
                return Err(StoreError::ClosedAlert { number: *id });
            }
            alert.state = match disposition {
                Disposition::NeedInformation => AlertState::Open,
                Disposition::TrueMatch | Disposition::FalsePositive => AlertState::Decided,
            };
            let sql = "UPDATE alert SET state = $1 WHERE id = $2";
            let cells = vec![alert.state.as_str().into(), (*id).into()];
            session.execute(WRITING, sql, cells).await?;
            let event = NewEvent {
                alert: *id,
                at,
                actor,
                what: Happening::Decided,
                disposition: Some(disposition),
                reason,
                screening: None,
                rule: None,
            };
            event.write(&mut session).await?;
            decided.push(alert);
        }
        self.finish(session).await?;
        Ok(decided)
    }
}
