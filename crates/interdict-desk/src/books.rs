//! Books of customers: loading, screening in full, and the alerts that come of it.
//!
//! A screening compares every customer with the lists of one engine. What it finds meets what was
//! known in one transaction of the store, so that a run that is cut short changes nothing.

pub(crate) mod evidence;
mod recheck;
mod rules;
mod subject;

use std::collections::BTreeSet;

use interdict_model::Entity;
use interdict_screening::{Engine, Policy, Request};
use interdict_store::{
    Actor, BookLoad, BookRun, Customer, Given, LoadFacts, Pair, Publication, PublicationId, RunHit,
    RunOutcome, Screened, ScreenedSubject, ScreeningFacts, StoreError, Wording,
};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::Desk;
use crate::error::DeskError;
use crate::progress::{Progress, Step};

pub use recheck::{Recheck, Rechecked, lists_of};
pub use rules::{FIELDS, RuleRequest};
pub use subject::parties;

/// Customers screened together between two steps of progress.
const PORTION: usize = 2_000;
/// Most hits of one party that become alerts.
const MOST_HITS: usize = 10_000;

/// A customer as a file gives it.
#[derive(Clone, Debug)]
pub struct BookCustomer {
    /// What the bank calls it.
    pub key: String,
    /// The people and organisations it stands for.
    pub parties: Vec<Entity>,
}

/// Somebody in no book who was screened.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SubjectRecord {
    /// What the caller calls it.
    pub key: String,
    /// [`subject_hash`] of what was asked.
    pub hash: [u8; 32],
    /// Hits that reached the threshold.
    pub hits: u32,
}

/// The hash by which a record knows what was asked: equal for equal parties, whatever their ids.
pub fn subject_hash(parties: &[Entity]) -> [u8; 32] {
    Sha256::digest(subject::canonical(parties)).into()
}

impl Desk {
    /// Makes a book hold exactly these customers; says how many are new, changed, gone.
    ///
    /// # Errors
    /// When a key comes twice or the store cannot be written.
    pub async fn load_book(
        &self,
        facts: &LoadFacts,
        customers: &[BookCustomer],
    ) -> Result<BookLoad, DeskError> {
        let given: Vec<Given> = customers
            .iter()
            .map(|customer| Given {
                key: customer.key.clone(),
                subject: subject::canonical(&customer.parties),
            })
            .collect();
        let writer = self.store().writer(self.wait()).await?;
        Ok(writer.load_book(facts, &given).await?)
    }

    /// The customers of a book with these keys, as they stand; none for a book that is new. For a load
    /// that cannot read them this time and must not take them for removed.
    ///
    /// # Errors
    /// When the store cannot be read or a customer is damaged.
    pub async fn standing(
        &self,
        book: &str,
        keys: &BTreeSet<String>,
    ) -> Result<Vec<BookCustomer>, DeskError> {
        let stored = self.store().customers(book).await?;
        stored
            .into_iter()
            .filter(|customer| keys.contains(&customer.key))
            .map(|customer| {
                Ok(BookCustomer {
                    parties: subject::parties(&customer)?,
                    key: customer.key,
                })
            })
            .collect()
    }

    /// Screens every customer of a book and brings its alerts up to date.
    ///
    /// When both the release and the lists have changed since its last screening, it is first
    /// screened once more on the lists of then: so no decision reopens for the release alone, and
    /// what reopens does so for what the lists say now.
    ///
    /// # Errors
    /// When there is no such book, a segment or the store is damaged, or the store cannot be
    /// written.
    pub async fn screen_book(
        &self,
        book: &str,
        engine: &Engine,
        actor: &str,
        at: Timestamp,
        progress: &dyn Progress,
    ) -> Result<RunOutcome, DeskError> {
        let before = self.store().book(book).await?.basis;
        let then = match recheck::lists_to_settle(before.as_deref(), &basis(engine)) {
            Some(lists) => self.stored(lists).await?,
            None => Vec::new(),
        };
        let mut settled = RunOutcome::default();
        if !then.is_empty() {
            let lists = self.open_lists(then, engine.snapshot(), progress).await?;
            let then = Engine::new(lists.snapshot, engine.policy().clone());
            settled = self
                .screen_book_once(book, &then, actor, at, progress)
                .await?;
        }
        let mut outcome = self
            .screen_book_once(book, engine, actor, at, progress)
            .await?;
        outcome.opened += settled.opened;
        outcome.reopened += settled.reopened;
        outcome.updated += settled.updated;
        outcome.suppressed += settled.suppressed;
        outcome.closed += settled.closed;
        Ok(outcome)
    }

    /// These publications; none when the content of one is gone.
    async fn stored(
        &self,
        lists: impl IntoIterator<Item = PublicationId>,
    ) -> Result<Vec<Publication>, DeskError> {
        let mut found = Vec::new();
        for id in lists {
            match self.store().publication(id).await {
                Ok(publication) if publication.stored().is_ok() => found.push(publication),
                Ok(_) | Err(StoreError::UnknownPublication { .. }) => return Ok(Vec::new()),
                Err(e) => return Err(e.into()),
            }
        }
        Ok(found)
    }

    async fn screen_book_once(
        &self,
        book: &str,
        engine: &Engine,
        actor: &str,
        at: Timestamp,
        progress: &dyn Progress,
    ) -> Result<RunOutcome, DeskError> {
        let (run, customers) = self.search_book(book, engine, actor, at, progress).await?;
        let words = Words {
            customers: customers.iter().map(|c| c.key.as_str()).collect(),
            engine,
        };
        let policy = engine.policy();
        self.store()
            .keep_policy(policy.hash(), policy.text(), at)
            .await?;
        let writer = self.store().writer(self.wait()).await?;
        Ok(writer.record_book(&run, &words).await?)
    }

    /// Everything that a screening of a book finds, with its customers; nothing is stored.
    async fn search_book(
        &self,
        book: &str,
        engine: &Engine,
        actor: &str,
        at: Timestamp,
        progress: &dyn Progress,
    ) -> Result<(BookRun, Vec<Customer>), DeskError> {
        let customers = self.store().customers(book).await?;
        let run = self
            .search_customers(book, &customers, engine, actor, at, progress)
            .await?;
        Ok((run, customers))
    }

    /// The same for these customers.
    pub(crate) async fn search_customers(
        &self,
        book: &str,
        customers: &[Customer],
        engine: &Engine,
        actor: &str,
        at: Timestamp,
        progress: &dyn Progress,
    ) -> Result<BookRun, DeskError> {
        let before = self.store().book(book).await?.basis;
        let engine_alone = recheck::is_engine_alone(before.as_deref(), &basis(engine));
        let today = jiff::tz::Offset::UTC.to_datetime(at).date();
        let mut rules = rules::Standing::read(self.store(), book, today).await?;
        let rests_on = Basis::of(engine);
        let mut run = BookRun {
            facts: ScreeningFacts {
                at,
                actor: actor.to_owned(),
                book: Some(book.to_owned()),
                basis: rests_on.text,
                publications: rests_on.publications,
            },
            subjects: Vec::with_capacity(customers.len()),
            hits: Vec::new(),
            ended_rules: Vec::new(),
        };
        let request = Request {
            limit: Some(MOST_HITS),
            ..Request::default()
        };
        progress.begin(Step::Screening, book, Some(customers.len() as u64));
        for portion in customers.chunks(PORTION) {
            let mut queries = Vec::with_capacity(portion.len());
            let mut owners = Vec::with_capacity(portion.len());
            for (at, customer) in portion.iter().enumerate() {
                let parties = subject::parties(customer)?;
                run.subjects.push(Screened {
                    subject: ScreenedSubject::Customer(customer.version),
                    hits: 0,
                });
                for (number, party) in (0u32..).zip(parties) {
                    owners.push((at, number));
                    queries.push(party);
                }
            }
            let first = run.subjects.len() - portion.len();
            let answers = engine
                .screen_all(&queries, &request, today)
                .map_err(searching)?;
            for ((at, party), answer) in owners.into_iter().zip(answers) {
                let (Some(customer), Some(subject)) =
                    (portion.get(at), run.subjects.get_mut(first + at))
                else {
                    continue;
                };
                let mut met = BTreeSet::new();
                for hit in answer.hits.into_iter().filter(|hit| hit.alert) {
                    let dataset = hit.datasets.first().cloned().unwrap_or_default();
                    // One list under two names gives one pair; the better hit comes first.
                    if !met.insert((dataset.clone(), hit.id.clone())) {
                        continue;
                    }
                    subject.hits += 1;
                    let verdict = rules.verdict(customer, &hit.id, engine)?;
                    run.hits.push(RunHit {
                        pair: Pair {
                            customer: customer.key.clone(),
                            party,
                            dataset,
                            entity: hit.id.clone(),
                        },
                        score: hit.score.0,
                        rank: hit.rank,
                        evidence: evidence::hash(&hit),
                        hit: evidence::stored(&hit),
                        rule: verdict.stands,
                        rule_ended: verdict.ended,
                        engine_alone,
                    });
                }
            }
            progress.at(Step::Screening, run.subjects.len() as u64);
        }
        progress.end(Step::Screening);
        run.ended_rules = rules.ended();
        Ok(run)
    }

    /// Sets the policy that a book is screened under; `None` for the one that ships.
    ///
    /// # Errors
    /// When there is no such book or the store cannot be written.
    pub async fn set_book_policy(
        &self,
        book: &str,
        policy: Option<&str>,
        by: &Actor,
        at: Timestamp,
    ) -> Result<(), DeskError> {
        let writer = self.store().writer(self.wait()).await?;
        Ok(writer.set_book_policy(book, policy, by, at).await?)
    }

    /// The policy that a book is screened under.
    ///
    /// # Errors
    /// When there is no such book, its policy is damaged, or the store cannot be read.
    pub async fn policy_of(&self, book: &str) -> Result<Policy, DeskError> {
        match self.store().book(book).await?.policy {
            Some(text) => Ok(Policy::parse(&text, &format!("of book {book:?}"))?),
            None => Ok(Policy::shipped()?),
        }
    }

    /// Records a screening of subjects that are in no book; gives its number.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn record_screening(
        &self,
        engine: &Engine,
        actor: &str,
        at: Timestamp,
        screened: &[(String, &Entity, u32)],
    ) -> Result<i64, DeskError> {
        let subjects: Vec<SubjectRecord> = screened
            .iter()
            .map(|(key, entity, hits)| SubjectRecord {
                key: key.clone(),
                hash: subject_hash(std::slice::from_ref(*entity)),
                hits: *hits,
            })
            .collect();
        self.record_subjects(engine, actor, at, &subjects).await
    }

    /// Records a screening of subjects that are in no book, known by their hashes; gives its number.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn record_subjects(
        &self,
        engine: &Engine,
        actor: &str,
        at: Timestamp,
        screened: &[SubjectRecord],
    ) -> Result<i64, DeskError> {
        self.record_on(&Basis::of(engine), actor, at, screened)
            .await
    }

    /// The same, where what the answers rest on is known already.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn record_on(
        &self,
        basis: &Basis,
        actor: &str,
        at: Timestamp,
        screened: &[SubjectRecord],
    ) -> Result<i64, DeskError> {
        let facts = outside(basis, actor, at);
        let subjects: Vec<Screened> = screened
            .iter()
            .map(|subject| Screened {
                subject: ScreenedSubject::Other {
                    key: subject.key.clone(),
                    hash: subject.hash,
                },
                hits: subject.hits,
            })
            .collect();
        Ok(self.store().record_screening(&facts, &subjects).await?)
    }

    /// The number of the record that [`Desk::record_subjects`] left when it was called with the same;
    /// for a caller that was ended before it learnt the number.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn recorded_subjects(
        &self,
        engine: &Engine,
        actor: &str,
        at: Timestamp,
        screened: &[SubjectRecord],
    ) -> Result<Option<i64>, DeskError> {
        let facts = outside(&Basis::of(engine), actor, at);
        let hits = screened.iter().map(|subject| u64::from(subject.hits)).sum();
        let found = self
            .store()
            .recorded_screening(&facts, screened.len() as u64, hits);
        Ok(found.await?)
    }
}

/// What is said of a screening of subjects that are in no book.
fn outside(basis: &Basis, actor: &str, at: Timestamp) -> ScreeningFacts {
    ScreeningFacts {
        at,
        actor: actor.to_owned(),
        book: None,
        basis: basis.text.clone(),
        publications: basis.publications.clone(),
    }
}

/// A damaged segment, as the desk reports it.
fn searching(source: impl std::error::Error + Send + Sync + 'static) -> DeskError {
    DeskError::Search {
        source: Box::new(source),
    }
}

/// What an answer depends on beside its question: list versions, policy, engine.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Basis {
    text: String,
    publications: Vec<PublicationId>,
}

impl Basis {
    /// All lists of an engine, under its policy.
    pub fn of(engine: &Engine) -> Basis {
        Basis::within(engine, |_| true, None)
    }

    /// Some of the lists of an engine, with what was asked beside the policy (a threshold, say), so
    /// that a record never claims more than was searched.
    pub fn within(
        engine: &Engine,
        searched: impl Fn(&str) -> bool,
        asked: Option<serde_json::Value>,
    ) -> Basis {
        let mut lists = serde_json::Map::new();
        let mut publications = Vec::new();
        for list in engine.snapshot().searched() {
            if searched(&list.dataset) {
                // Segments carry the numbers of publications as their versions.
                publications.extend(list.version.parse().ok().map(PublicationId));
                lists.insert(list.dataset, list.version.into());
            }
        }
        let mut all = serde_json::Map::new();
        all.insert("engine".to_owned(), env!("CARGO_PKG_VERSION").into());
        all.insert("policy".to_owned(), engine.policy().hash().into());
        all.insert("lists".to_owned(), lists.into());
        if let Some(asked) = asked {
            all.insert("asked".to_owned(), asked);
        }
        Basis {
            text: serde_json::Value::Object(all).to_string(),
            publications,
        }
    }

    /// As it is recorded: JSON with `engine`, `policy`, `lists` and, where something was, `asked`.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// [`Basis::of`] as it is recorded.
pub fn basis(engine: &Engine) -> String {
    Basis::of(engine).text
}

struct Words<'a> {
    customers: BTreeSet<&'a str>,
    engine: &'a Engine,
}

impl Wording for Words<'_> {
    fn change(&self, before: &[u8], after: &[u8]) -> String {
        evidence::change(before, after)
    }

    fn gone(&self, pair: &Pair) -> String {
        if !self.customers.contains(pair.customer.as_str()) {
            return "the customer is no longer in the book".to_owned();
        }
        let listed = |entity: &Entity| {
            let datasets = entity.datasets();
            datasets.iter().any(|d| d.as_str() == pair.dataset)
        };
        match self.engine.snapshot().entities(&pair.entity) {
            Ok(found) if !found.iter().any(listed) => {
                format!("{} is no longer listed", pair.entity)
            }
            _ => format!("the customer and {} no longer match", pair.entity),
        }
    }
}
