//! A screening of a whole book: what was found meets what was known, in one transaction.

use std::collections::HashMap;

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
    use AlertState::{Closed, Decided, Open, Suppressed};
    let changed = known.evidence != hit.evidence;
    let change = || words.change(&known.hit, &hit.hit);
    let becomes = |state, what, reason| Verdict {
        state,
        event: Some((what, reason)),
    };
    let stays = |state| Verdict { state, event: None };
    match (known.state, hit.rule, changed) {
        (Open | Closed, Some(rule), _) => becomes(
            Suppressed,
            Happening::Suppressed,
            format!("good-guy rule {rule} stands for it"),
        ),
        (Suppressed, Some(_), false) | (Decided, _, false) => stays(known.state),
        (Suppressed, Some(_), true) => becomes(Suppressed, Happening::Updated, change()),
        (Suppressed, None, _) => {
            let ended = hit.rule_ended.clone();
            let reason = ended.unwrap_or_else(|| "its good-guy rule has ended".to_owned());
            becomes(Open, Happening::Reopened, reason)
        }
        (Open, None, false) => stays(Open),
        (Open, None, true) => becomes(Open, Happening::Updated, change()),
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
        (Decided, _, true) => becomes(Open, Happening::Reopened, change()),
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
        let screening = record::write(&mut session, &run.facts, &run.subjects).await?;
        super::rule::end(
            &mut session,
            &run.ended_rules,
            &run.facts.actor,
            run.facts.at,
        )
        .await?;
        let mut outcome = RunOutcome {
            screening,
            subjects: run.subjects.len() as u64,
            hits: run.hits.len() as u64,
            ..RunOutcome::default()
        };
        let mut work = Work {
            session: &mut session,
            facts: &run.facts,
            screening,
            next: 0,
            words,
        };
        work.next = next_id(work.session, "alert").await?;
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
        let sql = "UPDATE book SET basis = $1 WHERE name = $2";
        let cells = vec![run.facts.basis.as_str().into(), book.as_str().into()];
        session.execute(WRITING, sql, cells).await?;
        let sql = "SELECT COUNT(*) FROM alert WHERE book = $1 AND state = 'open'";
        let rows = session.rows(WRITING, sql, vec![book.into()]).await?;
        outcome.open = rows.first().map_or(Ok(0), |row| row.int(0))?.unsigned_abs();
        self.finish(session).await?;
        Ok(outcome)
    }
}

struct Work<'a> {
    session: &'a mut Session,
    facts: &'a ScreeningFacts,
    screening: i64,
    next: i64,
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

    async fn event(
        &mut self,
        alert: i64,
        what: Happening,
        reason: &str,
        rule: Option<i64>,
    ) -> Result<(), StoreError> {
        let event = NewEvent {
            alert,
            at: self.facts.at,
            actor: &self.facts.actor,
            what,
            disposition: None,
            reason,
            screening: Some(self.screening),
            rule,
        };
        event.write(self.session).await
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
        ];
        let sql = format!(
            "INSERT INTO alert (id, book, customer, party, dataset, entity, state, score, rank, \
             evidence, hit) VALUES {}",
            placeholders(1, cells.len())
        );
        self.session.execute(WRITING, sql, cells).await?;
        match hit.rule {
            None => {
                outcome.opened += 1;
                let reason = hit.rule_ended.as_deref().unwrap_or("a new pair");
                self.event(id, Happening::Opened, reason, None).await
            }
            Some(rule) => {
                outcome.suppressed += 1;
                let reason = format!("good-guy rule {rule} stands for it");
                self.event(id, Happening::Suppressed, &reason, hit.rule)
                    .await
            }
        }
    }

    async fn meet(
        &mut self,
        alert: &Alert,
        hit: &RunHit,
        outcome: &mut RunOutcome,
    ) -> Result<(), StoreError> {
        let Verdict { state, event } = verdict(alert, hit, self.words);
        let same = alert.state == state
            && alert.evidence == hit.evidence
            && (alert.score, alert.rank) == (hit.score, hit.rank)
            && alert.hit == hit.hit;
        if !same {
            let sql = "UPDATE alert SET state = $1, score = $2, rank = $3, evidence = $4, hit = $5 \
                       WHERE id = $6";
            let cells = vec![
                state.as_str().into(),
                i64::from(hit.score).into(),
                i64::from(hit.rank).into(),
                hit.evidence.to_vec().into(),
                pack::compress(&hit.hit)?.into(),
                alert.id.into(),
            ];
            self.session.execute(WRITING, sql, cells).await?;
        }
        let Some((what, reason)) = event else {
            return Ok(());
        };
        match what {
            Happening::Reopened => outcome.reopened += 1,
            Happening::Updated => outcome.updated += 1,
            Happening::Suppressed => outcome.suppressed += 1,
            Happening::Opened | Happening::Closed | Happening::Decided => {}
        }
        self.event(alert.id, what, &reason, hit.rule).await
    }

    async fn close(&mut self, pair: &Pair, alert: &Alert) -> Result<(), StoreError> {
        let sql = "UPDATE alert SET state = 'closed' WHERE id = $1";
        self.session
            .execute(WRITING, sql, vec![alert.id.into()])
            .await?;
        let reason = self.words.gone(pair);
        self.event(alert.id, Happening::Closed, &reason, None).await
    }
}
