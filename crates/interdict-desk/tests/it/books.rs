//! Books of customers against lists that change.

use std::sync::Arc;
use std::time::Duration;

use interdict_desk::Desk;
use interdict_desk::books::{BookCustomer, RuleRequest};
use interdict_index::Description;
use interdict_model::{DatasetName, Entity, Schema, Statement};
use interdict_screening::{Engine, Policy, Snapshot, segment_in_memory};
use interdict_store::{
    AlertFilter, AlertState, Disposition, Happening, LoadFacts, RunOutcome, StoreError,
};
use jiff::Timestamp;
use proptest::prelude::*;
use tempfile::TempDir;

use crate::tiny::Lines;

const BOOK: &str = "retail";

/// An entity with properties, of a list or of a file.
pub(crate) fn entity(id: &str, schema: &str, values: &[(&str, &str)]) -> Entity {
    let schema = Schema::get(schema).expect("a schema");
    let mut entity = Entity::new(id, schema);
    for (property, value) in values {
        entity.add(Statement {
            property: schema.property(property).expect("a property"),
            value: (*value).into(),
            original: None,
            lang: None,
            dataset: DatasetName::new("made").expect("a name"),
            origin: None,
            first_seen: None,
            last_seen: None,
        });
    }
    entity
}

pub(crate) fn customer(key: &str, values: &[(&str, &str)]) -> BookCustomer {
    BookCustomer {
        key: key.to_owned(),
        parties: vec![entity(key, "Person", values)],
    }
}

/// Lists under a policy that asks nobody to approve good-guy rules.
pub(crate) fn engine(version: &str, listed: Vec<Entity>) -> Engine {
    engine_under(
        "format = 1\n[good_guy_rules]\nneeds_approval = false\n",
        version,
        listed,
    )
}

pub(crate) fn engine_under(policy: &str, version: &str, listed: Vec<Entity>) -> Engine {
    let description = Description {
        dataset: DatasetName::new("made").expect("a name"),
        version: version.to_owned(),
    };
    let segment = segment_in_memory(description, listed.into_iter()).expect("a segment");
    Engine::new(
        Snapshot::new([Arc::new(segment)]),
        Policy::parse(policy, "test").expect("a policy"),
    )
}

pub(crate) fn belousov(date: &str) -> Entity {
    entity(
        "made-1",
        "Person",
        &[("name", "Andrei Belousov"), ("birthDate", date)],
    )
}

pub(crate) fn shoigu() -> Entity {
    entity("made-2", "Person", &[("name", "Sergei Shoigu")])
}

pub(crate) fn time(minute: u64) -> Timestamp {
    let start: Timestamp = "2024-05-16T12:00:00Z".parse().expect("a time");
    start + Duration::from_secs(60 * minute)
}

pub(crate) struct Office {
    pub(crate) desk: Desk,
    _folder: TempDir,
}

impl Office {
    pub(crate) async fn new() -> Office {
        let folder = tempfile::tempdir().expect("a folder");
        let desk = crate::place::open(folder.path(), Arc::new(Lines))
            .await
            .expect("opens");
        Office {
            desk,
            _folder: folder,
        }
    }

    pub(crate) async fn load(&self, customers: &[BookCustomer]) -> [u64; 4] {
        let facts = LoadFacts {
            book: BOOK.to_owned(),
            at: time(0),
            actor: "tester".to_owned(),
            file: "customers.csv".to_owned(),
            sha256: [1; 32],
            profile: "made".to_owned(),
            rejected: 0,
        };
        let load = self.desk.load_book(&facts, customers).await.expect("loads");
        [load.added, load.changed, load.removed, load.unchanged]
    }

    pub(crate) async fn screen(&self, engine: &Engine, minute: u64) -> RunOutcome {
        self.desk
            .screen_book(
                BOOK,
                engine,
                "tester",
                time(minute),
                &interdict_desk::NoProgress,
            )
            .await
            .expect("screens")
    }

    /// `customer entity state` of every alert, by pair.
    async fn alerts(&self) -> Vec<String> {
        let all = self.desk.store().alerts(&AlertFilter::default()).await;
        let mut lines: Vec<String> = all
            .expect("reads")
            .iter()
            .map(|a| format!("{} {} {}", a.customer, a.entity, a.state))
            .collect();
        lines.sort();
        lines
    }

    async fn decide(&self, id: i64, disposition: Disposition) -> Result<(), StoreError> {
        let writer = self.desk.store().writer(Duration::from_secs(30)).await?;
        let reason = "another date of birth";
        writer
            .decide(&[id], disposition, reason, time(5), "tester")
            .await
            .map(drop)
    }

    async fn events(&self, id: i64) -> Vec<(Happening, String)> {
        let events = self.desk.store().alert_events(id).await.expect("reads");
        events.into_iter().map(|e| (e.what, e.reason)).collect()
    }
}

pub(crate) fn two_customers() -> Vec<BookCustomer> {
    vec![
        customer("c-1", &[("name", "Andrey Belousov"), ("birthDate", "1959")]),
        customer("c-2", &[("name", "Sergey Shoigu")]),
        customer("c-3", &[("name", "Ann Lee")]),
    ]
}

#[tokio::test]
async fn loading_again_says_what_changed() {
    let office = Office::new().await;
    assert_eq!(office.load(&two_customers()).await, [3, 0, 0, 0]);
    assert_eq!(office.load(&two_customers()).await, [0, 0, 0, 3]);
    let mut other = two_customers();
    other[2] = customer("c-3", &[("name", "Ann Leigh")]);
    other.remove(1);
    other.push(customer("c-4", &[("name", "Bo Chen")]));
    assert_eq!(office.load(&other).await, [1, 1, 1, 1]);
    let history = office
        .desk
        .store()
        .customer_history("c-3")
        .await
        .expect("reads");
    assert_eq!(history.len(), 2);
    assert!(history[0].until.is_some() && history[1].until.is_none());
    let twice = [other[0].clone(), other[0].clone()];
    let facts = LoadFacts {
        book: BOOK.to_owned(),
        at: time(1),
        actor: "tester".to_owned(),
        file: "twice.csv".to_owned(),
        sha256: [2; 32],
        profile: "made".to_owned(),
        rejected: 0,
    };
    let error = office
        .desk
        .load_book(&facts, &twice)
        .await
        .expect_err("a key twice");
    assert!(
        error
            .to_string()
            .contains("key \"c-1\" stands for two customers"),
        "{error}"
    );
    assert_eq!(office.load(&other).await, [0, 0, 0, 3]);
}

#[tokio::test]
async fn decisions_stay_until_their_evidence_changes() {
    let office = Office::new().await;
    office.load(&two_customers()).await;
    let before = engine("1", vec![belousov("1959-03-17"), shoigu()]);
    let run = office.screen(&before, 1).await;
    assert_eq!((run.opened, run.open, run.hits), (2, 2, 2));
    let all = office
        .desk
        .store()
        .alerts(&AlertFilter::default())
        .await
        .expect("reads");
    for alert in &all {
        office
            .decide(alert.id, Disposition::FalsePositive)
            .await
            .expect("decides");
    }
    // The same book and the same lists: no new alert.
    office.load(&two_customers()).await;
    let run = office.screen(&before, 6).await;
    assert_eq!(
        (run.opened, run.reopened, run.updated, run.closed, run.open),
        (0, 0, 0, 0, 0)
    );
    // One birth date changes: exactly its pair opens, and says so.
    let after = engine("2", vec![belousov("1959-04-17"), shoigu()]);
    let run = office.screen(&after, 7).await;
    assert_eq!((run.opened, run.reopened, run.closed), (0, 1, 0));
    assert_eq!(
        office.alerts().await,
        ["c-1 made-1 open", "c-2 made-2 decided"]
    );
    let id = all
        .iter()
        .find(|a| a.entity == "made-1")
        .expect("an alert")
        .id;
    let events = office.events(id).await;
    let (what, reason) = events.last().expect("an event");
    assert_eq!(*what, Happening::Reopened);
    assert!(
        reason.contains("1959-03-17 became") && reason.contains("1959-04-17"),
        "{reason}"
    );
    // An entity goes: its alert closes with the reason; nothing to decide any more.
    let run = office.screen(&engine("3", vec![shoigu()]), 8).await;
    assert_eq!(run.closed, 1);
    let events = office.events(id).await;
    assert_eq!(
        events.last(),
        Some(&(Happening::Closed, "made-1 is no longer listed".to_owned()))
    );
    let refused = office.decide(id, Disposition::TrueMatch).await;
    assert!(matches!(refused, Err(StoreError::ClosedAlert { .. })));
    // It comes back: open again, with its history.
    office.screen(&after, 9).await;
    assert_eq!(
        office.alerts().await,
        ["c-1 made-1 open", "c-2 made-2 decided"]
    );
    assert_eq!(
        office
            .events(id)
            .await
            .iter()
            .map(|(what, _)| *what)
            .collect::<Vec<_>>(),
        [
            Happening::Opened,
            Happening::Decided,
            Happening::Reopened,
            Happening::Closed,
            Happening::Reopened
        ]
    );
}

#[tokio::test]
async fn an_id_on_two_lists_is_two_alerts() {
    let office = Office::new().await;
    office.load(&two_customers()).await;
    let copy = |dataset: &str| {
        let mut entity = shoigu();
        for statement in &mut entity.statements {
            statement.dataset = DatasetName::new(dataset).expect("a name");
        }
        let description = Description {
            dataset: DatasetName::new(dataset).expect("a name"),
            version: "1".to_owned(),
        };
        let built = segment_in_memory(description, std::iter::once(entity));
        Arc::new(built.expect("a segment"))
    };
    let both = Engine::new(
        Snapshot::new([copy("one"), copy("two")]),
        Policy::shipped().expect("the shipped policy"),
    );
    let run = office.screen(&both, 1).await;
    assert_eq!((run.opened, run.hits), (2, 2));
    let one = Engine::new(
        Snapshot::new([copy("one")]),
        Policy::shipped().expect("the shipped policy"),
    );
    assert_eq!(office.screen(&one, 2).await.closed, 1);
    assert_eq!(
        office.alerts().await,
        ["c-2 made-2 closed", "c-2 made-2 open"]
    );
}

#[tokio::test]
async fn every_screening_leaves_a_record() {
    let office = Office::new().await;
    office.load(&two_customers()).await;
    let first = engine("1", vec![belousov("1959-03-17"), shoigu()]);
    office.screen(&first, 1).await;
    office.screen(&engine("2", vec![shoigu()]), 2).await;
    let asked = entity("q", "Person", &[("name", "Ann Lee")]);
    office
        .desk
        .record_screening(&first, "tester", time(3), &[("c-3".to_owned(), &asked, 0)])
        .await
        .expect("records");
    let proofs = office.desk.store().proofs("c-1").await.expect("reads");
    let told: Vec<(u32, bool)> = proofs
        .iter()
        .map(|p| (p.hits, p.screening.basis.contains("\"made\":\"1\"")))
        .collect();
    assert_eq!(told, [(1, true), (0, false)]);
    let clean = office.desk.store().proofs("c-3").await.expect("reads");
    assert_eq!(clean.len(), 3, "two of the book, one of a question");
    assert!(clean.iter().all(|p| p.hits == 0));
    assert_eq!(clean[0].hash, clean[1].hash);
    assert!(
        office
            .desk
            .store()
            .proofs("nobody")
            .await
            .expect("reads")
            .is_empty()
    );
}

#[tokio::test]
async fn a_good_guy_rule_stands_until_something_changes() {
    let office = Office::new().await;
    office.load(&two_customers()).await;
    let lists = engine("1", vec![belousov("1959-03-17"), shoigu()]);
    office.screen(&lists, 1).await;
    let all = office
        .desk
        .store()
        .alerts(&AlertFilter::default())
        .await
        .expect("reads");
    let alert = all
        .iter()
        .find(|a| a.entity == "made-1")
        .expect("an alert")
        .id;
    let request = |fields: &[&str]| RuleRequest {
        alert,
        fields: fields.iter().map(|f| (*f).to_owned()).collect(),
        reason: "met in person".to_owned(),
        author: "ann".to_owned(),
        expires_on: None,
        at: time(2),
    };
    let error = office.desk.add_rule(request(&["shoe"]), &lists).await;
    assert!(
        error
            .expect_err("no such field")
            .to_string()
            .contains("expected name, date")
    );
    let strict = engine_under("format = 1\n", "1", vec![belousov("1959-03-17"), shoigu()]);
    let rule = office
        .desk
        .add_rule(request(&["date"]), &strict)
        .await
        .expect("a rule");
    // Pending: nothing changes yet, and its author cannot approve it.
    assert_eq!(office.screen(&lists, 3).await.suppressed, 0);
    let writer = office
        .desk
        .store()
        .writer(Duration::from_secs(30))
        .await
        .expect("writes");
    let own = writer.approve_rule(rule, "ann", time(3)).await;
    assert!(matches!(own, Err(StoreError::OwnRule { .. })));
    let writer = office
        .desk
        .store()
        .writer(Duration::from_secs(30))
        .await
        .expect("writes");
    writer
        .approve_rule(rule, "bo", time(3))
        .await
        .expect("approves");
    // Suppressed: still found, counted and listed.
    let run = office.screen(&lists, 4).await;
    assert_eq!((run.suppressed, run.hits, run.open), (1, 2, 1));
    assert_eq!(
        office.alerts().await,
        ["c-1 made-1 suppressed", "c-2 made-2 open"]
    );
    // A change outside its fields leaves it; one inside ends it.
    let renamed = entity(
        "made-1",
        "Person",
        &[
            ("name", "Andrei Belousov"),
            ("alias", "A. R. Belousov"),
            ("birthDate", "1959-03-17"),
        ],
    );
    office
        .screen(&engine("2", vec![renamed, shoigu()]), 5)
        .await;
    assert_eq!(
        office.alerts().await,
        ["c-1 made-1 suppressed", "c-2 made-2 open"]
    );
    let run = office
        .screen(&engine("3", vec![belousov("1960-03-17"), shoigu()]), 6)
        .await;
    assert_eq!(run.reopened, 1);
    let events = office.events(alert).await;
    let (_, reason) = events.last().expect("an event");
    assert!(
        reason.contains("the listed entity changed in what it rests on (date)"),
        "{reason}"
    );
    let ended = office.desk.store().rule(rule).await.expect("reads").ended;
    assert!(ended.is_some());
    // The old state of the list does not bring the rule back.
    office.screen(&lists, 7).await;
    assert_eq!(
        office.alerts().await,
        ["c-1 made-1 open", "c-2 made-2 open"]
    );
}

#[tokio::test]
async fn a_rule_ends_with_its_last_day() {
    let office = Office::new().await;
    office.load(&two_customers()).await;
    let lists = engine("1", vec![shoigu()]);
    office.screen(&lists, 1).await;
    let request = RuleRequest {
        alert: 1,
        fields: Vec::new(),
        reason: "known for years".to_owned(),
        author: "ann".to_owned(),
        expires_on: Some(jiff::civil::date(2024, 5, 17)),
        at: time(2),
    };
    let far = RuleRequest {
        expires_on: Some(jiff::civil::date(2026, 1, 1)),
        ..request.clone()
    };
    let error = office
        .desk
        .add_rule(far, &lists)
        .await
        .expect_err("too far");
    assert!(
        error
            .to_string()
            .contains("expected a day from 2024-05-16 to 2025-05-16")
    );
    office.desk.add_rule(request, &lists).await.expect("a rule");
    assert_eq!(office.screen(&lists, 3).await.suppressed, 1);
    let run = office.screen(&lists, 3 + 2 * 24 * 60).await;
    assert_eq!((run.reopened, run.open), (1, 1));
}

/// A small world in which names and dates repeat.
fn listed() -> impl Strategy<Value = Vec<(u8, u8, u8)>> {
    proptest::collection::btree_map(0u8..6, (0u8..4, 0u8..3), 0..6)
        .prop_map(|map| map.into_iter().map(|(id, (n, d))| (id, n, d)).collect())
}

fn list_of(world: &[(u8, u8, u8)]) -> Vec<Entity> {
    const NAMES: [&str; 4] = [
        "Andrei Belousov",
        "Sergei Shoigu",
        "Anna Belousova",
        "Pavel Titov",
    ];
    const DATES: [&str; 3] = ["1959-03-17", "1960", "1955-05-21"];
    world
        .iter()
        .map(|(id, name, date)| {
            let values = [
                ("name", NAMES[usize::from(*name)]),
                ("birthDate", DATES[usize::from(*date)]),
            ];
            entity(&format!("made-{id}"), "Person", &values)
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// After any row of publications, with decisions between, what is open or decided equals what a
    /// run from nothing finds.
    #[test]
    fn alerts_equal_a_run_from_nothing(worlds in proptest::collection::vec(listed(), 1..6)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let kept = Office::new().await;
            kept.load(&two_customers()).await;
            for (step, world) in (1u64..).zip(&worlds) {
                let engine = engine(&step.to_string(), list_of(world));
                kept.screen(&engine, step).await;
                let fresh = Office::new().await;
                fresh.load(&two_customers()).await;
                fresh.screen(&engine, step).await;
                let pairs = |lines: Vec<String>| -> Vec<String> {
                    lines
                        .iter()
                        .filter(|l| !l.ends_with("closed"))
                        .filter_map(|l| l.rsplit_once(' ').map(|(pair, _)| pair.to_owned()))
                        .collect()
                };
                assert_eq!(pairs(kept.alerts().await), pairs(fresh.alerts().await));
                let filter = AlertFilter { states: vec![AlertState::Open], ..AlertFilter::default() };
                if let Some(first) = kept.desk.store().alerts(&filter).await.unwrap().first() {
                    kept.decide(first.id, Disposition::FalsePositive).await.unwrap();
                }
            }
        });
    }
}
