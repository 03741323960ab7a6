//! Accounts, work on alerts and the audit chain on either database.

use std::time::Duration;

use interdict_store::{
    Actor, AlertFilter, AlertState, BookRun, Disposition, Entry, FreshKey, Given, LoadFacts,
    LogInFacts, NewAccount, NewAttachment, NewProposal, Pair, ProposalKind, Role, RunHit, Screened,
    ScreenedSubject, ScreeningFacts, Step, Store, StoreError, Verb, Via, Wording,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::Backend;

const WAIT: Duration = Duration::from_secs(30);

fn time(minute: i64) -> Timestamp {
    let start: Timestamp = "2024-05-16T12:00:00Z".parse().expect("a time");
    start + SignedDuration::from_mins(minute)
}

fn root() -> Actor {
    Actor::local("root")
}

async fn account(store: &Store, login: &str, roles: &[Role]) -> Actor {
    let new = NewAccount {
        login: login.to_owned(),
        name: login.to_owned(),
        person: None,
        roles: roles.to_vec(),
        password: Some("$argon2id$…".to_owned()),
    };
    let account = store.add_account(&root(), &new, time(0)).await;
    account.expect("an account").actor(Via::Password)
}

pub(crate) async fn accounts_keys_and_sessions_come_back<B: Backend>() {
    let Some((store, guard)) = B::fresh().await else {
        return;
    };
    account(&store, "adm", &[Role::Admin]).await;
    account(&store, "ann", &[Role::Mlro, Role::Analyst, Role::Mlro]).await;
    let taken = NewAccount {
        login: "ann".to_owned(),
        name: "another".to_owned(),
        person: None,
        roles: vec![Role::Viewer],
        password: None,
    };
    let refused = store.add_account(&root(), &taken, time(1)).await;
    assert!(matches!(refused, Err(StoreError::LoginTaken { .. })));
    let key = FreshKey {
        login: "ann".to_owned(),
        label: "a key".to_owned(),
        prefix: "ik_12345678".to_owned(),
        hash: [7; 32],
        scopes: vec![],
        expires_at: Some(time(100)),
    };
    let made = store.add_key(&root(), &key, time(1)).await.expect("a key");
    store.note_use(&made, time(2)).await.expect("notes");
    let issuer = "https://id.example";
    store
        .link_subject(&root(), "ann", issuer, "a-1", time(2))
        .await
        .expect("links");
    let wrong = LogInFacts::Wrong {
        most: 2,
        until: time(20),
    };
    for _ in 0..2 {
        store
            .record_log_in("ann", wrong, time(3))
            .await
            .expect("records");
    }
    let store = B::again(&guard).await;
    let ann = store.account("ann").await.expect("reads");
    assert_eq!(ann.roles, [Role::Analyst, Role::Mlro]);
    assert_eq!(ann.locked_until, Some(time(20)));
    let known = store
        .key_of_hash(&[7; 32])
        .await
        .expect("reads")
        .expect("known");
    assert_eq!(
        (known.last_used, known.expires_at),
        (Some(time(2)), Some(time(100)))
    );
    let opens = store
        .account_of_subject(issuer, "a-1")
        .await
        .expect("reads");
    assert_eq!(opens.map(|a| a.login).as_deref(), Some("ann"));
    store
        .record_log_in("ann", LogInFacts::Right, time(21))
        .await
        .expect("records");
    let id = store
        .open_session(&ann, Via::Oidc, &[8; 32], time(99), time(21))
        .await
        .expect("opens");
    let open = store
        .session_of_hash(&[8; 32])
        .await
        .expect("reads")
        .expect("known");
    assert_eq!((open.id, open.via, open.ended_at), (id, Via::Oidc, None));
    store.note_seen(&open, time(30)).await.expect("notes");
    let done = store
        .disable_account(&root(), "ann", "leaves", time(40))
        .await
        .expect("disables");
    assert_eq!((done.sessions, done.keys), (1, 1));
    let last = store.disable_account(&root(), "adm", "x", time(41)).await;
    assert!(matches!(last, Err(StoreError::LastAdmin { .. })));
    let verified = store.verify_audit(&[]).await.expect("verifies");
    assert!(verified.is_whole(), "{:?}", verified.faults);
}

struct Silent;

impl Wording for Silent {
    fn change(&self, _: &[u8], _: &[u8]) -> String {
        "changed".to_owned()
    }

    fn gone(&self, _: &Pair) -> String {
        "gone".to_owned()
    }
}

/// A book of some customers, each with one alert.
async fn book(store: &Store, customers: i64) {
    let facts = LoadFacts {
        book: "retail".to_owned(),
        at: time(0),
        actor: "root".to_owned(),
        file: "c.csv".to_owned(),
        sha256: [0; 32],
        profile: "made".to_owned(),
        rejected: 0,
    };
    let given: Vec<Given> = (1..=customers)
        .map(|n| Given {
            key: format!("c-{n}"),
            subject: format!("[{n}]").into_bytes(),
        })
        .collect();
    let writer = store.writer(WAIT).await.expect("writes");
    writer.load_book(&facts, &given).await.expect("loads");
    screen(store, &given, [1; 32], 1).await;
}

async fn screen(store: &Store, given: &[Given], evidence: [u8; 32], minute: i64) {
    let run = BookRun {
        facts: ScreeningFacts {
            at: time(minute),
            actor: "root".to_owned(),
            book: Some("retail".to_owned()),
            basis: "{}".to_owned(),
            publications: Vec::new(),
        },
        subjects: (1..)
            .zip(given)
            .map(|(version, _)| Screened {
                subject: ScreenedSubject::Customer(version),
                hits: 1,
            })
            .collect(),
        hits: (1..)
            .zip(given)
            .map(|(rank, given)| RunHit {
                pair: Pair {
                    customer: given.key.clone(),
                    party: 0,
                    dataset: "made".to_owned(),
                    entity: "e-1".to_owned(),
                },
                score: 8_000,
                rank,
                evidence,
                engine_alone: false,
                hit: br#"{"caption":"Ann Lee"}"#.to_vec(),
                rule: None,
                rule_ended: None,
            })
            .collect(),
        ended_rules: Vec::new(),
    };
    let writer = store.writer(WAIT).await.expect("writes");
    writer.record_book(&run, &Silent).await.expect("records");
}

pub(crate) async fn alerts_go_from_hand_to_hand<B: Backend>() {
    let Some((store, _guard)) = B::fresh().await else {
        return;
    };
    book(&store, 3).await;
    let ann = account(&store, "ann", &[Role::Analyst]).await;
    let bo = account(&store, "bo", &[Role::Approver]).await;
    let filter = AlertFilter {
        states: AlertState::QUEUE.to_vec(),
        ..AlertFilter::default()
    };
    let first = store.queue(&filter, None, 2).await.expect("reads");
    let place = first.last().map(interdict_store::Alert::place);
    let rest = store.queue(&filter, place, 2).await.expect("reads");
    let ranks: Vec<u32> = first.iter().chain(&rest).map(|alert| alert.rank).collect();
    assert_eq!(ranks, [3, 2, 1]);
    let alert = first[0].id;
    let mut step = Step::new(Verb::Ask, Some("date"), "when were you born?");
    step.due = Some("2024-06-01".parse().expect("a day"));
    let done = store
        .work(&ann, &[alert], &step, time(2))
        .await
        .expect("asks");
    assert_eq!(
        (done[0].state, done[0].due),
        (AlertState::Waiting, step.due)
    );
    let mut step = Step::new(Verb::Propose, Some("other-date"), "another date");
    step.disposition = Some(Disposition::FalsePositive);
    let all: Vec<i64> = first.iter().map(|alert| alert.id).collect();
    store
        .work(&ann, &all, &step, time(3))
        .await
        .expect("proposes");
    let approve = Step::new(Verb::Approve, None, "");
    let own = store.work(&ann, &[alert], &approve, time(4)).await;
    assert!(matches!(own, Err(StoreError::Forbidden { .. })));
    let done = store
        .work(&bo, &all, &approve, time(4))
        .await
        .expect("approves");
    assert!(done.iter().all(|alert| alert.state == AlertState::Approved));
    let file = NewAttachment {
        name: "a.pdf".to_owned(),
        media_type: "application/pdf".to_owned(),
        bytes: vec![0, 255, 7],
    };
    let kept = store
        .attach(&bo, alert, &file, time(5))
        .await
        .expect("keeps");
    assert_eq!(
        store.attachment(kept.id).await.expect("reads").1,
        file.bytes
    );
    let new = NewProposal {
        kind: ProposalKind::Policy,
        object: "retail".to_owned(),
        payload: json!({ "policy": null }),
        reason: "why".to_owned(),
    };
    let id = store.propose(&ann, &new, time(6)).await.expect("proposes");
    let own = store.end_proposal(&ann, id, true, "yes", time(6)).await;
    assert!(matches!(own, Err(StoreError::SamePerson { .. })));
    store
        .end_proposal(&bo, id, true, "yes", time(7))
        .await
        .expect("approves");
    assert_eq!(store.proposals(true).await.expect("reads"), []);
    assert_eq!(store.verify_records().await.expect("compares"), []);
    let verified = store.verify_audit(&[]).await.expect("verifies");
    assert!(verified.is_whole(), "{:?}", verified.faults);
}

pub(crate) async fn the_chain_is_one_however_many_write<B: Backend>() {
    let Some((store, guard)) = B::fresh().await else {
        return;
    };
    let mut writers = Vec::new();
    for writer in 0..4 {
        // Each with connections of its own, as a node has.
        let store = B::again(&guard).await;
        writers.push(tokio::spawn(async move {
            for row in 0..10 {
                let entry = Entry::new("tried", format!("writer/{writer}"))
                    .facts(json!({ "row": row }))
                    .personal(json!({ "text": "said" }));
                store
                    .record(&root(), time(row), entry)
                    .await
                    .expect("records");
            }
        }));
    }
    for writer in writers {
        writer.await.expect("ends");
    }
    let verified = store.verify_audit(&[]).await.expect("verifies");
    assert!(verified.is_whole(), "{:?}", verified.faults);
    assert_eq!(verified.rows, 40);
    let rows = store.audit_rows(0, 100).await.expect("reads");
    assert!(rows.windows(2).all(|two| two[0].at <= two[1].at));
    for writer in 0..4 {
        let own = store
            .audit_about(&format!("writer/{writer}"))
            .await
            .expect("reads");
        assert_eq!(own.len(), 10);
    }
}

pub(crate) async fn erasure_takes_what_is_old_and_nothing_else<B: Backend>() {
    let Some((store, _guard)) = B::fresh().await else {
        return;
    };
    book(&store, 2).await;
    let asked = ScreeningFacts {
        at: time(2),
        actor: "root".to_owned(),
        book: None,
        basis: "{}".to_owned(),
        publications: Vec::new(),
    };
    let subject = Screened {
        subject: ScreenedSubject::Other {
            key: "Ann Lee".to_owned(),
            hash: [3; 32],
        },
        hits: 0,
    };
    let numbers = store
        .record_screenings(&[
            (&asked, std::slice::from_ref(&subject)),
            (&asked, std::slice::from_ref(&subject)),
        ])
        .await
        .expect("records");
    assert_eq!(numbers.len(), 2);
    assert_eq!(store.proofs("Ann Lee").await.expect("reads").len(), 2);
    // Both customers leave; what was found closes.
    let facts = LoadFacts {
        book: "retail".to_owned(),
        at: time(3),
        actor: "root".to_owned(),
        file: "empty.csv".to_owned(),
        sha256: [0; 32],
        profile: "made".to_owned(),
        rejected: 0,
    };
    let writer = store.writer(WAIT).await.expect("writes");
    writer.load_book(&facts, &[]).await.expect("loads");
    screen(&store, &[], [1; 32], 4).await;
    let erased = store
        .erase_personal(&root(), time(10), time(20))
        .await
        .expect("erases");
    assert_eq!(
        (erased.customers, erased.alerts, erased.screenings),
        (2, 2, 2)
    );
    assert_eq!(store.proofs("Ann Lee").await.expect("reads").len(), 0);
    let history = store.customer_history("c-1").await.expect("reads");
    assert!(history[0].customer.subject.is_empty());
    assert_eq!(store.verify_records().await.expect("compares"), []);
    let verified = store.verify_audit(&[]).await.expect("verifies");
    assert!(verified.is_whole(), "{:?}", verified.faults);
    assert!(verified.erased > 0);
}
