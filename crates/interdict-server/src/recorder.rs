//! The record that every screening over HTTP leaves, before its reply goes out.
//!
//! A commit that lasts waits for the disk, which is much longer than a screening takes. So records
//! gather while the commit before them is under way, and go into the store together: those of one
//! caller on one basis as one screening with many subjects. No reply is sent before its record is
//! safe; what cannot be recorded is not answered.

use std::collections::HashMap;
use std::time::Instant;

use interdict_desk::Desk;
use interdict_desk::books::{Basis, SubjectRecord};
use interdict_store::Actor;
use jiff::Timestamp;
use tokio::sync::{mpsc, oneshot};

use crate::metrics;
use crate::problem::{Code, Problem};

/// Most subjects of one commit: bounds how long the first of them waits for the last.
const MOST: usize = 4_096;
/// Records that may wait.
const WAITING: usize = 8_192;

struct Wanted {
    actor: Actor,
    basis: Basis,
    subjects: Vec<SubjectRecord>,
    told: oneshot::Sender<Result<i64, Problem>>,
}

/// Writes records of screenings. Cheap to clone; when the last one is dropped, the task ends after
/// what it has been given.
#[derive(Clone, Debug)]
pub struct Recorder {
    line: mpsc::Sender<Wanted>,
}

impl Recorder {
    /// Starts the task that writes. Within a runtime.
    pub fn start(desk: Desk) -> Recorder {
        let (line, wanted) = mpsc::channel(WAITING);
        tokio::spawn(write(desk, wanted));
        Recorder { line }
    }

    /// Records whom `actor` screened; gives the number of the screening, once it is safe.
    ///
    /// # Errors
    /// [`Code::Unavailable`] when the store cannot be written; then nothing may be answered.
    pub async fn record(
        &self,
        actor: &Actor,
        basis: &Basis,
        subjects: Vec<SubjectRecord>,
    ) -> Result<i64, Problem> {
        let (told, done) = oneshot::channel();
        let wanted = Wanted {
            actor: actor.clone(),
            basis: basis.clone(),
            subjects,
            told,
        };
        self.line.send(wanted).await.map_err(|_| unrecorded())?;
        done.await.map_err(|_| unrecorded())?
    }
}

fn unrecorded() -> Problem {
    Problem::new(
        Code::Unavailable,
        "the screening could not be recorded and is not answered for that reason; the server's log \
         says why",
    )
}

async fn write(desk: Desk, mut wanted: mpsc::Receiver<Wanted>) {
    while let Some(first) = wanted.recv().await {
        let mut together = Together::default();
        together.add(first);
        while together.subjects < MOST
            && let Ok(next) = wanted.try_recv()
        {
            together.add(next);
        }
        for group in together.groups {
            let began = Instant::now();
            let desk = desk.acting_as(&group.actor);
            let name = group.actor.name.as_str();
            let recorded = desk
                .record_on(&group.basis, name, Timestamp::now(), &group.subjects)
                .await;
            metrics::recorded(group.subjects.len(), began.elapsed());
            let number = recorded.map_err(|e| {
                tracing::error!("screenings cannot be recorded: {e}");
                metrics::unrecorded(group.subjects.len());
                unrecorded()
            });
            for told in group.told {
                // Whoever asked may have gone away; the record stays.
                let _ = told.send(number.clone());
            }
        }
    }
}

/// What tells callers apart: name, account and key.
type Who = (String, Option<i64>, Option<i64>);

struct Group {
    actor: Actor,
    basis: Basis,
    subjects: Vec<SubjectRecord>,
    told: Vec<oneshot::Sender<Result<i64, Problem>>>,
}

/// What goes into one commit, by caller and basis, in the order of arrival.
#[derive(Default)]
struct Together {
    groups: Vec<Group>,
    places: HashMap<(Who, Basis), usize>,
    subjects: usize,
}

impl Together {
    fn add(&mut self, wanted: Wanted) {
        self.subjects += wanted.subjects.len();
        let actor = wanted.actor;
        let who = (actor.name.clone(), actor.account, actor.key);
        let basis = wanted.basis;
        let place = *self.places.entry((who, basis.clone())).or_insert_with(|| {
            self.groups.push(Group {
                actor,
                basis,
                subjects: Vec::new(),
                told: Vec::new(),
            });
            self.groups.len() - 1
        });
        if let Some(group) = self.groups.get_mut(place) {
            group.subjects.extend(wanted.subjects);
            group.told.push(wanted.told);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use interdict_desk::NoIndex;
    use interdict_screening::{Engine, Policy, Snapshot};

    use super::*;

    fn subject(key: &str) -> SubjectRecord {
        SubjectRecord {
            key: key.to_owned(),
            hash: [7; 32],
            hits: 1,
        }
    }

    #[tokio::test]
    async fn every_question_is_on_record_when_it_is_answered() {
        let folder = tempfile::tempdir().expect("a folder");
        let desk = Desk::open_with(folder.path(), Arc::new(NoIndex))
            .await
            .expect("a desk");
        let policy = Policy::shipped().expect("the shipped policy");
        let engine = Engine::new(Snapshot::default(), policy);
        let basis = Basis::of(&engine);
        let recorder = Recorder::start(desk.clone());
        let asked: Vec<_> = (0..200)
            .map(|n| {
                let (recorder, basis) = (recorder.clone(), basis.clone());
                let actor = if n % 2 == 0 { "even" } else { "odd" };
                tokio::spawn(async move {
                    let key = format!("c-{n}");
                    let number = recorder
                        .record(&Actor::local(actor), &basis, vec![subject(&key)])
                        .await;
                    (key, actor, number.expect("recorded"))
                })
            })
            .collect();
        for asked in asked {
            let (key, actor, number) = asked.await.expect("ran");
            let proofs = desk.store().proofs(&key).await.expect("proofs");
            let found: Vec<_> = proofs
                .iter()
                .map(|p| (p.screening.id, p.screening.actor.as_str(), p.hits))
                .collect();
            assert_eq!(found, [(number, actor, 1)]);
        }
        let screenings = desk.store().screenings(None).await.expect("screenings");
        assert!(screenings.len() < 200, "records went in together");
    }
}
