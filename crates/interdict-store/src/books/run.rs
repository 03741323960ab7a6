//! A screening of a whole book: what was found meets what was known, in one transaction.

use std::collections::HashMap;

use serde_json::json;
use sha2::{Digest, Sha256};

use crate::accounts::PersonId;
use crate::error::StoreError;
use crate::import::Writer;
use crate::pack;
use crate::sql::{Cell, Session, placeholders};

use super::alert::{ALERTS, Alert, AlertState, Happening, NewEvent, WRITING, alert_of};
use super::customer::next_id;
use super::record::{self, Screened, ScreeningFacts};

/// Whom an alert is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pair {
    /// Key of the customer.
    pub customer: String,
    /// Which of its parties.
    pub party: u32,
    /// The list that the entity was found on; two lists may give one id.
    pub dataset: String,
    /// Id of the listed entity.
    pub entity: String,
}

/// A hit of a run.
#[derive(Clone, Debug)]
pub struct RunHit {
    /// Whom it is about.
    pub pair: Pair,
    /// Score, in 1/10,000.
    pub score: u16,
    /// Orders hits, more is better.
    pub rank: u32,
    /// SHA-256 of the matched values.
    pub evidence: [u8; 32],
    /// The hit, JSON.
    pub hit: Vec<u8>,
    /// The good-guy rule that stands for it.
    pub rule: Option<i64>,
    /// Why a rule that stood for the pair no longer does.
    pub rule_ended: Option<String>,
    /// Whether only the engine has changed since the book was last screened: then no decision
    /// reopens, whatever the engine reads otherwise.
    pub engine_alone: bool,
}

/// Puts changes into words; given by whoever knows what a hit is.
pub trait Wording {
    /// What differs between the hit as it was and as it is.
    fn change(&self, before: &[u8], after: &[u8]) -> String;

    /// Why a pair is no longer found.
    fn gone(&self, pair: &Pair) -> String;
}

/// A finished screening of a book.
#[derive(Clone, Debug)]
pub struct BookRun {
    /// When, who, which book, against what.
    pub facts: ScreeningFacts,
    /// Every customer that was screened.
    pub subjects: Vec<Screened>,
    /// Every hit.
    pub hits: Vec<RunHit>,
    /// Good-guy rules that no longer stand, with the reason.
    pub ended_rules: Vec<(i64, String)>,
}

/// What a run did to the alerts of its book.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct RunOutcome {
    /// Number of the screening.
    pub screening: i64,
    /// Customers screened.
    pub subjects: u64,
    /// Hits, suppressed ones too.
    pub hits: u64,
    /// Alerts of pairs found for the first time.
    pub opened: u64,
    /// Settled alerts that are open again.
    pub reopened: u64,
    /// Open alerts whose matched values changed.
    pub updated: u64,
    /// Alerts that a good-guy rule took.
    pub suppressed: u64,
    /// Alerts whose match is gone.
    pub closed: u64,
    /// Alerts that are open now.
    pub open: u64,
}

/// What becomes of an alert that is found again.
struct Verdict {
    state: AlertState,
    event: Option<(Happening, String)>,
}

/// The rules of the table in `docs/books.md`, one arm a row.
fn verdict(known: &Alert, hit: &RunHit, words: &dyn Wording) -> Verdict {
    use AlertState::{
        Approved, Assigned, Closed, Decided, Escalated, Open, Proposed, Suppressed, Waiting,
    };
    let stands = hit.engine_alone && matches!(known.state, Decided | Approved | Proposed);
    let changed = known.evidence != hit.evidence && !stands;
    let change = || words.change(&known.hit, &hit.hit);
    let becomes = |state, what, reason| Verdict {
        state,
        event: Some((what, reason)),
    };
    let stays = |state| Verdict { state, event: None };
    match (known.state, hit.rule, changed) {
        (Open | Assigned | Waiting | Closed, Some(rule), _) => becomes(
            Suppressed,
            Happening::Suppressed,
            format!("good-guy rule {rule} stands for it"),
        ),
        (Suppressed, Some(_), false) | (Decided | Approved | Proposed, _, false) => {
            stays(known.state)
        }
        (Suppressed, Some(_), true) => becomes(Suppressed, Happening::Updated, change()),
        (Suppressed, None, _) => {
            let ended = hit.rule_ended.clone();
            let reason = ended.unwrap_or_else(|| "its good-guy rule has ended".to_owned());
            becomes(Open, Happening::Reopened, reason)
        }
        (Open | Assigned | Waiting, None, false) | (Escalated, _, false) => stays(known.state),
        (Open | Assigned | Waiting, None, true) | (Escalated, _, true) => {
            becomes(known.state, Happening::Updated, change())
        }
        (Closed, None, false) => becomes(
            Open,
            Happening::Reopened,
            "found again, as it was".to_owned(),
        ),
        (Closed, None, true) => becomes(
            Open,
            Happening::Reopened,
            format!("found again; {}", change()),
        ),
        (Decided | Approved | Proposed, _, true) => becomes(Open, Happening::Reopened, change()),
    }
}

impl Writer {
    /// Records a screening of a book and brings its alerts up to date: new pairs open, changed
    /// ones reopen, pairs that are gone close. Everything in one transaction.
    ///
    /// # Errors
    /// When the database cannot be written. Then nothing has changed.
    pub async fn record_book(
        mut self,
        run: &BookRun,
        words: &dyn Wording,
    ) -> Result<RunOutcome, StoreError> {
        let book = run.facts.book.clone().unwrap_or_default();
        let mut session = self.store.database.connect().await?;
        session.begin().await?;
        let recorded = record::write(&mut session, &run.facts, &run.subjects).await?;
        let by = self.store.who(&run.facts.actor);
        let by = self.store.known(&mut session, &by, run.facts.at).await?;
        let mut entries = super::rule::end(
            &mut session,
            &run.ended_rules,
            &run.facts.actor,
            run.facts.at,
        )
        .await?;
        let mut outcome = RunOutcome {
            screening: recorded.id,
            subjects: run.subjects.len() as u64,
            hits: run.hits.len() as u64,
            ..RunOutcome::default()
        };
        let mut work = Work {
            session: &mut session,
            facts: &run.facts,
            screening: recorded.id,
            person: by.person,
            next: 0,
            next_event: 0,
            events: Sha256::new(),
            words,
        };
        work.next = next_id(work.session, "alert").await?;
        work.next_event = next_id(work.session, "alert_event").await?;
        let mut known = work.known(&book).await?;
        for hit in &run.hits {
            match known.remove(&hit.pair) {
                None => work.open(&book, hit, &mut outcome).await?,
                Some(alert) => work.meet(&alert, hit, &mut outcome).await?,
            }
        }
        let mut gone: Vec<(Pair, Alert)> = known
            .into_iter()
            .filter(|(_, alert)| alert.state != AlertState::Closed)
            .collect();
        gone.sort_by_key(|(_, alert)| alert.id);
        for (pair, alert) in gone {
            work.close(&pair, &alert).await?;
            outcome.closed += 1;
        }
        let events = work.events.finalize();
        let sql = "UPDATE book SET basis = $1 WHERE name = $2";
        let cells = vec![run.facts.basis.as_str().into(), book.as_str().into()];
        session.execute(WRITING, sql, cells).await?;
        let sql = "SELECT COUNT(*) FROM alert WHERE book = $1 AND state IN \
                   ('open', 'assigned', 'waiting', 'proposed', 'escalated')";
        let rows = session
            .rows(WRITING, sql, vec![book.as_str().into()])
            .await?;
        outcome.open = rows.first().map_or(Ok(0), |row| row.int(0))?.unsigned_abs();
        let said = json!({
            "answers": crate::hex(&answers(&run.hits)),
            "events": crate::hex(&events),
            "opened": outcome.opened,
            "reopened": outcome.reopened,
            "updated": outcome.updated,
            "suppressed": outcome.suppressed,
            "closed": outcome.closed,
        });
        entries.push(recorded.entry(&run.facts, run.subjects.len(), said));
        self.store
            .append(&mut session, &by, run.facts.at, &entries)
            .await?;
        self.finish(session).await?;
        Ok(outcome)
    }
}

/// SHA-256 of everything that was found, in order: what a replay must find again.
pub fn answers(hits: &[RunHit]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for hit in hits {
        let pair = &hit.pair;
        let head = json!([
            pair.customer,
            pair.party,
            pair.dataset,
            pair.entity,
            hit.score,
            hit.rank,
            hit.hit.len(),
        ]);
        hasher.update(head.to_string());
        hasher.update(&hit.hit);
    }
    hasher.finalize().into()
}

struct Work<'a> {
    session: &'a mut Session,
    facts: &'a ScreeningFacts,
    screening: i64,
    person: Option<PersonId>,
    next: i64,
    next_event: i64,
    /// Over the hashes of all events, in order.
    events: Sha256,
    words: &'a dyn Wording,
}

impl Work<'_> {
    async fn known(&mut self, book: &str) -> Result<HashMap<Pair, Alert>, StoreError> {
        let sql = format!("{ALERTS} WHERE book = $1");
        let rows = self.session.rows(WRITING, sql, vec![book.into()]).await?;
        rows.iter()
            .map(|row| {
                let alert = alert_of(row)?;
                let pair = Pair {
                    customer: alert.customer.clone(),
                    party: alert.party,
                    dataset: alert.dataset.clone(),
                    entity: alert.entity.clone(),
                };
                Ok((pair, alert))
            })
            .collect()
    }

    /// Writes an event; gives its number.
    async fn event(&mut self, event: RunEvent<'_>) -> Result<i64, StoreError> {
        let id = self.next_event;
        self.next_event += 1;
        let event = NewEvent {
            id,
            alert: event.alert,
            at: self.facts.at,
            actor: &self.facts.actor,
            what: event.what,
            disposition: None,
            reason: event.reason,
            screening: Some(self.screening),
            rule: event.rule,
            person: self.person,
            from: event.from,
            to: event.to,
            code: None,
        };
        let record = event.write(self.session).await?;
        self.events.update(record);
        Ok(id)
    }

    async fn open(
        &mut self,
        book: &str,
        hit: &RunHit,
        outcome: &mut RunOutcome,
    ) -> Result<(), StoreError> {
        let id = self.next;
        self.next += 1;
        let state = match hit.rule {
            Some(_) => AlertState::Suppressed,
            None => AlertState::Open,
        };
        // The event follows its alert, and its number is known before.
        let last_event = self.next_event;
        let cells: Vec<Cell> = vec![
            id.into(),
            book.into(),
            hit.pair.customer.as_str().into(),
            i64::from(hit.pair.party).into(),
            hit.pair.dataset.as_str().into(),
            hit.pair.entity.as_str().into(),
            state.as_str().into(),
            i64::from(hit.score).into(),
            i64::from(hit.rank).into(),
            hit.evidence.to_vec().into(),
            pack::compress(&hit.hit)?.into(),
            self.facts.at.as_microsecond().into(),
            last_event.into(),
        ];
        let sql = format!(
            "INSERT INTO alert (id, book, customer, party, dataset, entity, state, score, rank, \
             evidence, hit, opened_at, last_event) VALUES {}",
            placeholders(1, cells.len())
        );
        self.session.execute(WRITING, sql, cells).await?;
        let (what, reason) = match hit.rule {
            None => {
                outcome.opened += 1;
                let reason = hit.rule_ended.as_deref().unwrap_or("a new pair");
                (Happening::Opened, reason.to_owned())
            }
            Some(rule) => {
                outcome.suppressed += 1;
                let reason = format!("good-guy rule {rule} stands for it");
                (Happening::Suppressed, reason)
            }
        };
        let event = RunEvent {
            alert: id,
            what,
            reason: &reason,
            rule: hit.rule,
            from: None,
            to: state,
        };
        self.event(event).await.map(drop)
    }

    async fn meet(
        &mut self,
        alert: &Alert,
        hit: &RunHit,
        outcome: &mut RunOutcome,
    ) -> Result<(), StoreError> {
        let Verdict { state, event } = verdict(alert, hit, self.words);
        let same = alert.evidence == hit.evidence
            && (alert.score, alert.rank) == (hit.score, hit.rank)
            && alert.hit == hit.hit;
        let mut last_event = alert.last_event;
        if let Some((what, reason)) = event {
            match what {
                Happening::Reopened => outcome.reopened += 1,
                Happening::Updated => outcome.updated += 1,
                Happening::Suppressed => outcome.suppressed += 1,
                _ => {}
            }
            let event = RunEvent {
                alert: alert.id,
                what,
                reason: &reason,
                rule: hit.rule,
                from: Some(alert.state),
                to: state,
            };
            last_event = self.event(event).await?;
        } else if same {
            return Ok(());
        }
        let sql = "UPDATE alert SET score = $1, rank = $2, evidence = $3, hit = $4 WHERE id = $5";
        let cells = vec![
            i64::from(hit.score).into(),
            i64::from(hit.rank).into(),
            hit.evidence.to_vec().into(),
            pack::compress(&hit.hit)?.into(),
            alert.id.into(),
        ];
        self.session.execute(WRITING, sql, cells).await?;
        self.stand(alert, state, last_event).await
    }

    /// Writes how an alert stands. What somebody did with it so far ends where the state changes.
    async fn stand(
        &mut self,
        alert: &Alert,
        state: AlertState,
        last_event: i64,
    ) -> Result<(), StoreError> {
        if state == alert.state {
            let sql = "UPDATE alert SET last_event = $1 WHERE id = $2";
            let cells = vec![last_event.into(), alert.id.into()];
            return self.session.execute(WRITING, sql, cells).await.map(drop);
        }
        let opened_at = match state {
            AlertState::Open => self.facts.at,
            _ => alert.opened_at,
        };
        let sql = "UPDATE alert SET state = $1, opened_at = $2, last_event = $3, assignee = NULL, \
                   due = NULL, disposition = NULL, proposer = NULL WHERE id = $4";
        let cells = vec![
            state.as_str().into(),
            opened_at.as_microsecond().into(),
            last_event.into(),
            alert.id.into(),
        ];
        self.session.execute(WRITING, sql, cells).await.map(drop)
    }

    async fn close(&mut self, pair: &Pair, alert: &Alert) -> Result<(), StoreError> {
        let reason = self.words.gone(pair);
        let event = RunEvent {
            alert: alert.id,
            what: Happening::Closed,
            reason: &reason,
            rule: None,
            from: Some(alert.state),
            to: AlertState::Closed,
        };
        let last_event = self.event(event).await?;
        self.stand(alert, AlertState::Closed, last_event).await
    }
}

/// An event of a run.
struct RunEvent<'a> {
    alert: i64,
    what: Happening,
    reason: &'a str,
    rule: Option<i64>,
    from: Option<AlertState>,
    to: AlertState,
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::books::SCREENING_MOVES;

    struct Silent;

    impl Wording for Silent {
        fn change(&self, _: &[u8], _: &[u8]) -> String {
            String::new()
        }

        fn gone(&self, _: &Pair) -> String {
            String::new()
        }
    }

    /// Whatever a screening makes of an alert is in the table.
    #[test]
    fn a_screening_goes_no_way_beside_the_table() {
        for state in AlertState::ALL {
            for rule in [None, Some(1)] {
                for (evidence, engine_alone) in
                    [([0; 32], false), ([1; 32], false), ([1; 32], true)]
                {
                    let pair = Pair {
                        customer: "c".to_owned(),
                        party: 0,
                        dataset: "made".to_owned(),
                        entity: "e".to_owned(),
                    };
                    let alert = Alert {
                        id: 1,
                        book: "b".to_owned(),
                        customer: pair.customer.clone(),
                        party: 0,
                        dataset: pair.dataset.clone(),
                        entity: pair.entity.clone(),
                        state,
                        score: 1,
                        rank: 1,
                        evidence: [0; 32],
                        hit: Vec::new(),
                        opened_at: Timestamp::UNIX_EPOCH,
                        assignee: None,
                        due: None,
                        disposition: None,
                        proposer: None,
                        last_event: 1,
                    };
                    let hit = RunHit {
                        pair,
                        score: 1,
                        rank: 1,
                        evidence,
                        hit: Vec::new(),
                        rule,
                        rule_ended: None,
                        engine_alone,
                    };
                    let verdict = verdict(&alert, &hit, &Silent);
                    let known = SCREENING_MOVES
                        .iter()
                        .any(|(from, to, _)| from.contains(&state) && *to == verdict.state);
                    assert!(
                        verdict.state == state || known,
                        "{state} to {} with rule {rule:?}",
                        verdict.state
                    );
                    // A new engine alone reopens no decision.
                    let settled = [
                        AlertState::Decided,
                        AlertState::Approved,
                        AlertState::Proposed,
                    ];
                    if engine_alone && settled.contains(&state) {
                        assert_eq!(verdict.state, state);
                    }
                    // Whatever a person has said stays while nothing has changed.
                    if evidence == alert.evidence && state.is_in_queue() && rule.is_none() {
                        assert_eq!(verdict.state, state);
                    }
                }
            }
        }
    }
}
