//! What people do with alerts: along the table of [`super::moves`], and no other way.

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::json;

use super::alert::{
    ALERTS, Alert, AlertState, Disposition, Happening, NewEvent, WRITING, alert_of,
};
use super::customer::next_id;
use super::moves::{Move, Verb, Whose, codes};
use crate::accounts::{Actor, PersonId, Right};
use crate::audit::Entry;
use crate::error::StoreError;
use crate::import::Writer;
use crate::sql::{Cell, Session};
use crate::store::Store;

/// What is done with an alert.
#[derive(Clone, Debug)]
pub struct Step {
    /// What.
    pub verb: Verb,
    /// To whom; for [`Verb::Assign`].
    pub to: Option<PersonId>,
    /// By when information should be there; for [`Verb::Ask`].
    pub due: Option<Date>,
    /// What is decided or proposed; for [`Verb::Decide`] and [`Verb::Propose`].
    pub disposition: Option<Disposition>,
    /// The reason as a code, where the table wants one.
    pub code: Option<String>,
    /// The reason in words, where the table wants one.
    pub text: String,
    /// The last event that the person saw; with another since, nothing is done.
    pub seen: Option<i64>,
    /// What many alerts that are decided together go by in the audit chain.
    pub bulk: Option<String>,
}

impl Step {
    /// Something done, with a reason.
    pub fn new(verb: Verb, code: Option<&str>, text: &str) -> Step {
        Step {
            verb,
            to: None,
            due: None,
            disposition: None,
            code: code.map(str::to_owned),
            text: text.to_owned(),
            seen: None,
            bulk: None,
        }
    }

    /// What is wrong with it for a row of the table.
    fn check(&self, row: &Move) -> Result<(), StoreError> {
        let unfit = |what: &str, expected: String| {
            Err(StoreError::Unfit {
                what: format!("{}: {what}", self.verb),
                expected,
            })
        };
        match (self.verb, self.disposition) {
            (Verb::Decide | Verb::Propose, Some(Disposition::NeedInformation) | None) => {
                return unfit(
                    "no decision",
                    "true-match or false-positive; `ask` waits for information".to_owned(),
                );
            }
            (Verb::Assign, _) if self.to.is_none() => {
                return unfit("nobody", "the login of an account".to_owned());
            }
            _ => {}
        }
        if row.text && self.text.trim().is_empty() {
            return unfit("without a reason", "a text that says why".to_owned());
        }
        let known = codes(self.verb, self.disposition);
        let code = self.code.as_deref();
        if row.code && !known.iter().any(|(word, _)| Some(*word) == code) {
            let words: Vec<&str> = known.iter().map(|(word, _)| *word).collect();
            return unfit(
                &format!("the reason {:?}", code.unwrap_or("")),
                format!("one of {}", words.join(", ")),
            );
        }
        Ok(())
    }
}

/// Whether an actor may go a way, as far as right and person decide.
fn allowed(row: &Move, alert: &Alert, by: &Actor) -> Result<(), StoreError> {
    by.must(row.right)?;
    let number = alert.id;
    match row.whose {
        Whose::Anybody => Ok(()),
        Whose::Holder => match alert.assignee {
            Some(holder) if by.person != Some(holder) && !by.may(Right::Assign) => {
                Err(StoreError::HeldByAnother { number })
            }
            _ => Ok(()),
        },
        Whose::Proposer if alert.proposer == by.person && by.person.is_some() => Ok(()),
        Whose::Proposer => Err(StoreError::NotProposer { number }),
        // Without a person nobody can say that it is another one.
        Whose::Another => match (alert.proposer, by.person) {
            (Some(first), Some(second)) if first != second => Ok(()),
            _ => Err(StoreError::SamePerson {
                what: format!("alert {number}"),
            }),
        },
    }
}

impl Move {
    /// The ways that are open to somebody for an alert.
    pub fn open_to(by: &Actor, alert: &Alert) -> Vec<&'static Move> {
        super::moves::MOVES
            .iter()
            .filter(|row| row.from.contains(&alert.state))
            .filter(|row| allowed(row, alert, by).is_ok())
            .collect()
    }
}

impl Store {
    /// Does the same with alerts: with all of them or with none. One transaction, and for each
    /// alert one event and one row of the audit chain.
    ///
    /// # Errors
    /// [`StoreError::UnknownAlert`]; [`StoreError::NoSuchMove`] where the table has no such way,
    /// [`StoreError::ClosedAlert`] for one whose match is gone; [`StoreError::Forbidden`],
    /// [`StoreError::HeldByAnother`], [`StoreError::NotProposer`], [`StoreError::SamePerson`] where
    /// it has, but not for this person; [`StoreError::Overtaken`]; [`StoreError::Unfit`] for a
    /// reason that is none; or when the database cannot be written. Then nothing has changed.
    pub async fn work(
        &self,
        by: &Actor,
        alerts: &[i64],
        step: &Step,
        at: Timestamp,
    ) -> Result<Vec<Alert>, StoreError> {
        let mut session = self.begin().await?;
        let done = self.work_in(&mut session, by, alerts, step, at).await?;
        self.end(session).await?;
        Ok(done)
    }

    pub(super) async fn work_in(
        &self,
        session: &mut Session,
        by: &Actor,
        alerts: &[i64],
        step: &Step,
        at: Timestamp,
    ) -> Result<Vec<Alert>, StoreError> {
        let by = self.known(session, by, at).await?;
        let mut next = next_id(session, "alert_event").await?;
        let mut done = Vec::with_capacity(alerts.len());
        let mut entries = Vec::with_capacity(alerts.len());
        for id in alerts {
            let before = alert_in(session, *id).await?;
            let row = Move::find(step.verb, before.state).ok_or(match before.state {
                AlertState::Closed => StoreError::ClosedAlert { number: *id },
                state => StoreError::NoSuchMove {
                    number: *id,
                    verb: step.verb,
                    state,
                },
            })?;
            allowed(row, &before, &by)?;
            step.check(row)?;
            if step.seen.is_some_and(|seen| seen != before.last_event) {
                return Err(StoreError::Overtaken { number: *id });
            }
            let after = moved(&before, row, step, &by, next);
            let event = NewEvent {
                id: next,
                alert: *id,
                at,
                actor: &by.name,
                what: step.verb.happening(),
                disposition: match step.verb {
                    Verb::Approve => before.disposition,
                    Verb::Ask => Some(Disposition::NeedInformation),
                    _ => step.disposition,
                },
                reason: &step.text,
                screening: None,
                rule: None,
                person: by.person,
                from: Some(before.state),
                to: after.state,
                code: step.code.as_deref().filter(|_| row.code),
            };
            let record = event.write(session).await?;
            next += 1;
            change(session, &before, &after).await?;
            entries.push(entry(step, &before, &after, &event, &record));
            done.push(after);
        }
        self.append(session, &by, at, &entries).await?;
        Ok(done)
    }
}

/// The row of the audit chain.
fn entry(
    step: &Step,
    before: &Alert,
    after: &Alert,
    event: &NewEvent<'_>,
    record: &[u8; 32],
) -> Entry {
    let person = |person: Option<PersonId>| person.map(|person| person.0);
    Entry::new(step.verb.action(), format!("alert/{}", before.id))
        .facts(json!({
            "event": event.id,
            "record": crate::hex(record),
            "from": before.state.as_str(),
            "to": after.state.as_str(),
            "disposition": event.disposition.map(Disposition::as_str),
            "code": event.code,
            "evidence": crate::hex(&before.evidence),
            "proposer": person(before.proposer),
            "assignee": person(after.assignee),
            "bulk": step.bulk,
        }))
        .personal(json!({ "actor": event.actor, "text": event.reason }))
}

/// The alert afterwards.
fn moved(before: &Alert, row: &Move, step: &Step, by: &Actor, event: i64) -> Alert {
    let mut after = Alert {
        last_event: event,
        ..before.clone()
    };
    let Some(state) = row.to else {
        return after;
    };
    after.state = state;
    after.due = None;
    match step.verb {
        Verb::Take => after.assignee = by.person,
        Verb::Assign => after.assignee = step.to,
        Verb::PutBack | Verb::Reopen | Verb::Escalate => {
            after.assignee = None;
            after.proposer = None;
            after.disposition = None;
        }
        Verb::Ask => {
            after.assignee = before.assignee.or(by.person);
            after.due = step.due;
        }
        Verb::Resume => after.assignee = before.assignee.or(by.person),
        Verb::Decide => {
            after.assignee = None;
            after.proposer = None;
            after.disposition = step.disposition;
        }
        Verb::Propose => {
            after.assignee = None;
            after.proposer = by.person;
            after.disposition = step.disposition;
        }
        Verb::Approve => {}
        Verb::Return | Verb::Withdraw => {
            after.assignee = before.proposer;
            after.proposer = None;
            after.disposition = None;
        }
        Verb::Comment | Verb::Attach => {}
    }
    after
}

async fn alert_in(session: &mut Session, id: i64) -> Result<Alert, StoreError> {
    let sql = format!("{ALERTS} WHERE id = $1");
    let rows = session.rows(WRITING, sql, vec![id.into()]).await?;
    let row = rows
        .first()
        .ok_or(StoreError::UnknownAlert { number: id })?;
    alert_of(row)
}

/// Writes how an alert stands, if it still stands as it did.
async fn change(session: &mut Session, before: &Alert, after: &Alert) -> Result<(), StoreError> {
    let person = |person: Option<PersonId>| Cell::from(person.map(|person| person.0));
    let sql = "UPDATE alert SET state = $1, assignee = $2, due = $3, disposition = $4, \
               proposer = $5, last_event = $6 WHERE id = $7 AND last_event = $8";
    let cells = vec![
        after.state.as_str().into(),
        person(after.assignee),
        after.due.map(|day| day.to_string()).into(),
        after.disposition.map(|d| d.as_str().to_owned()).into(),
        person(after.proposer),
        after.last_event.into(),
        before.id.into(),
        before.last_event.into(),
    ];
    if session.execute(WRITING, sql, cells).await? == 1 {
        return Ok(());
    }
    Err(StoreError::Overtaken { number: before.id })
}

/// Puts the alerts of a person back into the queue, inside a transaction; gives their numbers and
/// what the audit chain is to say.
pub(crate) async fn put_back_all(
    session: &mut Session,
    person: PersonId,
    by: &Actor,
    why: &str,
    at: Timestamp,
) -> Result<(Vec<i64>, Vec<Entry>), StoreError> {
    let sql = format!("{ALERTS} WHERE assignee = $1 ORDER BY id");
    let rows = session.rows(WRITING, sql, vec![person.0.into()]).await?;
    let mut next = next_id(session, "alert_event").await?;
    let (mut numbers, mut entries) = (Vec::new(), Vec::new());
    for row in &rows {
        let before = alert_of(row)?;
        let mut after = Alert {
            last_event: next,
            assignee: None,
            ..before.clone()
        };
        if before.state == AlertState::Assigned {
            after.state = AlertState::Open;
        }
        let event = NewEvent {
            id: next,
            alert: before.id,
            at,
            actor: &by.name,
            what: Happening::Unassigned,
            disposition: None,
            reason: why,
            screening: None,
            rule: None,
            person: by.person,
            from: Some(before.state),
            to: after.state,
            code: None,
        };
        let record = event.write(session).await?;
        next += 1;
        change(session, &before, &after).await?;
        let step = Step::new(Verb::PutBack, None, why);
        entries.push(entry(&step, &before, &after, &event, &record));
        numbers.push(before.id);
    }
    Ok((numbers, entries))
}

impl Writer {
    /// Records what one person decides on alerts: all of them or none. Asks no policy for a second
    /// one.
    ///
    /// # Errors
    /// As [`Store::work`].
    pub async fn decide(
        mut self,
        alerts: &[i64],
        disposition: Disposition,
        reason: &str,
        at: Timestamp,
        actor: &str,
    ) -> Result<Vec<Alert>, StoreError> {
        let by = self.store.who(actor);
        let step = Step::plain(disposition, reason);
        let store = self.store.clone();
        let mut session = store.begin().await?;
        let done = store.work_in(&mut session, &by, alerts, &step, at).await?;
        self.finish(session).await?;
        Ok(done)
    }
}

impl Step {
    /// A decision with a reason in words and the code that says no more.
    pub fn plain(disposition: Disposition, reason: &str) -> Step {
        let verb = match disposition {
            Disposition::NeedInformation => Verb::Ask,
            Disposition::TrueMatch | Disposition::FalsePositive => Verb::Decide,
        };
        let code = codes(verb, Some(disposition)).last().map(|(code, _)| *code);
        Step {
            disposition: Some(disposition).filter(|_| verb == Verb::Decide),
            ..Step::new(verb, code, reason)
        }
    }
}
