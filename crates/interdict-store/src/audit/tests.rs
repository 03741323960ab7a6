//! Whatever is done to a stored chain is found.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use serde_json::json;
use tempfile::TempDir;

use super::{AuditRow, ChainHead, Entry, Personal, Verified, Verifier};
use crate::Store;
use crate::accounts::Actor;

fn time(minute: i64) -> Timestamp {
    let start: Timestamp = "2024-05-16T12:00:00Z".parse().unwrap();
    start + SignedDuration::from_mins(minute)
}

/// Ten rows of different makings, the personal data of the first erased, the clock once set back.
async fn chain() -> (Store, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    let local = Actor::local("ann");
    let system = Actor::system("schedule");
    for minute in [0, 1, 2, 3, -60, 4] {
        let entry = Entry::new("tried", format!("alert/{minute}"))
            .facts(json!({ "minute": minute, "list": [1, "é"] }));
        let (by, entry) = match minute % 2 == 0 {
            true => (&local, entry.personal(json!({ "text": "she said so" }))),
            false => (&system, entry),
        };
        store.record(by, time(minute), entry).await.unwrap();
    }
    store
        .erase_personal(&local, time(1), time(5))
        .await
        .unwrap();
    for minute in [6, 7, 8] {
        let entry = Entry::new("tried", "audit").personal(json!({ "n": minute }));
        store.record(&local, time(minute), entry).await.unwrap();
    }
    (store, folder)
}

async fn run(store: &Store, sql: &str) {
    let mut session = store.begin().await.unwrap();
    session
        .execute("tampering", sql.to_owned(), Vec::new())
        .await
        .unwrap();
    store.end(session).await.unwrap();
}

async fn verify(store: &Store) -> Verified {
    store.verify_audit(&[]).await.unwrap()
}

#[tokio::test]
async fn a_chain_that_nobody_touched_is_whole() {
    let (store, _folder) = chain().await;
    let verified = verify(&store).await;
    assert!(verified.is_whole(), "{:?}", verified.faults);
    assert_eq!((verified.rows, verified.erased, verified.last), (10, 1, 10));
}

#[tokio::test]
async fn time_never_goes_back_and_the_clock_is_kept() {
    let (store, _folder) = chain().await;
    let rows = store.audit_rows(0, 100).await.unwrap();
    assert!(rows.windows(2).all(|two| two[0].at <= two[1].at));
    let back = &rows[4];
    assert_eq!(back.clock, time(-60).as_microsecond());
    assert_eq!(back.at, time(3).as_microsecond());
}

/// Each column of each row of each of the three tables, changed and changed back.
#[tokio::test]
async fn each_column_of_each_row_is_sealed() {
    let (store, _folder) = chain().await;
    let columns: [(&str, &str, &str); 14] = [
        ("number", "number + 1000", "number - 1000"),
        ("at", "at + 1", "at - 1"),
        ("clock", "clock + 1", "clock - 1"),
        (
            "person",
            "COALESCE(person + 1, -1)",
            "NULLIF(person - 1, -2)",
        ),
        (
            "account",
            "COALESCE(account + 1, -1)",
            "NULLIF(account - 1, -2)",
        ),
        (
            "api_key",
            "COALESCE(api_key + 1, -1)",
            "NULLIF(api_key - 1, -2)",
        ),
        (
            "via",
            "CASE via WHEN 'local' THEN 'oidc' ELSE 'key' END",
            "CASE via WHEN 'oidc' THEN 'local' ELSE 'system' END",
        ),
        ("authenticated", "1 - authenticated", "1 - authenticated"),
        (
            "action",
            "action || 'x'",
            "SUBSTR(action, 1, LENGTH(action) - 1)",
        ),
        (
            "object",
            "object || 'x'",
            "SUBSTR(object, 1, LENGTH(object) - 1)",
        ),
        (
            "facts",
            "facts || ' '",
            "SUBSTR(facts, 1, LENGTH(facts) - 1)",
        ),
        (
            "personal",
            "CASE WHEN personal IS NULL THEN zeroblob(32) ELSE NULL END",
            "(SELECT k.personal FROM audit_kept k WHERE k.number = audit.number)",
        ),
        (
            "previous",
            "zeroblob(31) || x'01'",
            "(SELECT k.previous FROM audit_kept k WHERE k.number = audit.number)",
        ),
        (
            "hash",
            "zeroblob(32)",
            "(SELECT k.hash FROM audit_kept k WHERE k.number = audit.number)",
        ),
    ];
    run(&store, "CREATE TABLE audit_kept AS SELECT * FROM audit").await;
    for number in 1..=10 {
        for (column, change, back) in columns {
            let change = match column {
                "previous" => "CAST(zeroblob(32) AS BLOB)",
                _ => change,
            };
            if column == "previous" && number == 1 {
                // The first row's is zeros already.
                continue;
            }
            run(
                &store,
                &format!("UPDATE audit SET {column} = {change} WHERE number = {number}"),
            )
            .await;
            let verified = verify(&store).await;
            let first = verified.first_wrong().map(|fault| fault.number);
            assert!(first.is_some(), "{column} of row {number}");
            assert_eq!(first, Some(number), "{column}: {:?}", verified.faults);
            let row = if column == "number" {
                number + 1000
            } else {
                number
            };
            run(
                &store,
                &format!("UPDATE audit SET {column} = {back} WHERE number = {row}"),
            )
            .await;
        }
    }
    let personal = [
        ("number", "number + 1000", "number - 1000"),
        (
            "salt",
            "CAST(salt || x'00' AS BLOB)",
            "CAST(SUBSTR(salt, 1, 16) AS BLOB)",
        ),
        ("data", "data || ' '", "SUBSTR(data, 1, LENGTH(data) - 1)"),
        ("erased_at", "erased_at + 1", "erased_at - 1"),
    ];
    let mut changed = 0;
    for number in 1..=10 {
        for (column, change, back) in personal {
            let condition = format!("number = {number} AND {column} IS NOT NULL");
            let mut session = store.begin().await.unwrap();
            let sql = format!("UPDATE audit_personal SET {column} = {change} WHERE {condition}");
            let rows = session.execute("tampering", sql, Vec::new()).await.unwrap();
            store.end(session).await.unwrap();
            if rows == 0 {
                continue;
            }
            changed += 1;
            let verified = verify(&store).await;
            assert_eq!(
                verified.first_wrong().map(|fault| fault.number),
                Some(number),
                "{column}: {:?}",
                verified.faults
            );
            let row = if column == "number" {
                number + 1000
            } else {
                number
            };
            run(
                &store,
                &format!("UPDATE audit_personal SET {column} = {back} WHERE number = {row}"),
            )
            .await;
        }
    }
    assert!(changed > 15, "{changed}");
    for (column, change, back) in [
        ("number", "number + 1", "number - 1"),
        ("number", "number - 1", "number + 1"),
        ("at", "at + 1", "at - 1"),
    ] {
        run(
            &store,
            &format!("UPDATE audit_head SET {column} = {change}"),
        )
        .await;
        assert!(!verify(&store).await.is_whole(), "{column} of the head");
        run(&store, &format!("UPDATE audit_head SET {column} = {back}")).await;
    }
    run(
        &store,
        "UPDATE audit_head SET hash = REPLACE(hash, 'a', 'b') || ''",
    )
    .await;
    assert!(!verify(&store).await.is_whole(), "hash of the head");
    run(
        &store,
        "UPDATE audit_head SET hash = (SELECT LOWER(HEX(hash)) FROM audit WHERE number = 10)",
    )
    .await;
    assert!(verify(&store).await.is_whole(), "all is as it was");
}

#[tokio::test]
async fn removed_cut_and_erased_rows_are_named() {
    for number in 1..=10 {
        let (store, _folder) = chain().await;
        run(
            &store,
            &format!("DELETE FROM audit WHERE number = {number}"),
        )
        .await;
        let verified = verify(&store).await;
        let first = verified.first_wrong().expect("a fault");
        assert_eq!(first.number, number, "{:?}", verified.faults);
    }
    let (store, _folder) = chain().await;
    run(&store, "DELETE FROM audit_personal WHERE number = 3").await;
    assert_eq!(verify(&store).await.first_wrong().unwrap().number, 3);
    let (store, _folder) = chain().await;
    // As an erasure would, but none says so.
    run(
        &store,
        "UPDATE audit_personal SET salt = NULL, data = NULL, erased_at = 1 WHERE number = 3",
    )
    .await;
    assert_eq!(verify(&store).await.first_wrong().unwrap().number, 3);
    let (store, _folder) = chain().await;
    // Under the flag of the erasure that there was: it names how many it reached.
    run(
        &store,
        "UPDATE audit_personal SET salt = NULL, data = NULL, erased_at = \
         (SELECT MAX(erased_at) FROM audit_personal) WHERE number = 3",
    )
    .await;
    assert!(!verify(&store).await.is_whole());
}

#[tokio::test]
async fn a_checkpoint_shows_what_the_chain_alone_cannot() {
    let (store, _folder) = chain().await;
    let sealed = store.audit_head().await.unwrap();
    // The tail goes, and the head is made to fit: the chain alone is whole.
    run(&store, "DELETE FROM audit WHERE number > 8").await;
    run(&store, "DELETE FROM audit_personal WHERE number > 8").await;
    run(
        &store,
        "UPDATE audit_head SET number = 8, at = (SELECT at FROM audit WHERE number = 8), \
         hash = (SELECT LOWER(HEX(hash)) FROM audit WHERE number = 8)",
    )
    .await;
    assert!(verify(&store).await.is_whole());
    let verified = store.verify_audit(&[sealed]).await.unwrap();
    assert_eq!(verified.first_wrong().unwrap().number, 9);
}

/// Rows, personal data and head as they are stored.
fn stored() -> (Vec<AuditRow>, Vec<Personal>, ChainHead) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let (store, _folder) = chain().await;
        (
            store.audit_rows(0, 100).await.unwrap(),
            store.audit_personal(0, 100).await.unwrap(),
            store.audit_head().await.unwrap(),
        )
    })
}

fn check(rows: &[AuditRow], personal: &[Personal], head: &ChainHead) -> Verified {
    let mut verifier = Verifier::new(&[]);
    for row in rows {
        let beside: Vec<Personal> = personal
            .iter()
            .filter(|p| p.number == row.number)
            .cloned()
            .collect();
        verifier.row(row, &beside);
    }
    for stray in personal {
        if !rows.iter().any(|row| row.number == stray.number) {
            verifier.stray(stray);
        }
    }
    verifier.finish(Some(head))
}

#[derive(Clone, Debug)]
enum Tamper {
    Remove(usize),
    Swap(usize, usize),
    Double(usize),
    Cut(usize),
    Byte(usize, usize, u8),
    PersonalByte(usize, usize, u8),
    PersonalGone(usize),
    /// A row is altered and sealed anew, as by somebody who knows the format.
    Reseal(usize),
    /// A row is put in with the next number, sealed.
    Insert(usize),
}

fn tamper() -> impl Strategy<Value = Tamper> {
    let at = 0usize..10;
    prop_oneof![
        at.clone().prop_map(Tamper::Remove),
        (at.clone(), at.clone()).prop_map(|(a, b)| Tamper::Swap(a, b)),
        at.clone().prop_map(Tamper::Double),
        at.clone().prop_map(Tamper::Cut),
        (at.clone(), any::<usize>(), 1u8..).prop_map(|(a, b, c)| Tamper::Byte(a, b, c)),
        (at.clone(), any::<usize>(), 1u8..).prop_map(|(a, b, c)| Tamper::PersonalByte(a, b, c)),
        at.clone().prop_map(Tamper::PersonalGone),
        at.clone().prop_map(Tamper::Reseal),
        at.prop_map(Tamper::Insert),
    ]
}

/// Changes one character of a JSON text so that it is still a row, or gives nothing.
fn other<T: serde::Serialize + serde::de::DeserializeOwned + PartialEq>(
    value: &T,
    place: usize,
    by: u8,
) -> Option<T> {
    let mut bytes = serde_json::to_vec(value).ok()?;
    let place = place % bytes.len();
    bytes[place] = bytes[place].wrapping_add(by);
    let changed: T = serde_json::from_slice(&bytes).ok()?;
    (changed != *value).then_some(changed)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_single_change_is_found(tamper in tamper()) {
        use std::sync::OnceLock;
        static STORED: OnceLock<(Vec<AuditRow>, Vec<Personal>, ChainHead)> = OnceLock::new();
        let (rows, personal, head) = STORED.get_or_init(stored);
        let (mut rows, mut personal) = (rows.clone(), personal.clone());
        match tamper {
            Tamper::Remove(at) => {
                rows.remove(at);
            }
            Tamper::Swap(a, b) => {
                prop_assume!(a != b);
                rows.swap(a, b);
            }
            Tamper::Double(at) => rows.insert(at, rows[at].clone()),
            Tamper::Cut(at) => rows.truncate(at),
            Tamper::Byte(at, place, by) => match other(&rows[at], place, by) {
                Some(changed) => rows[at] = changed,
                None => return Ok(()),
            },
            Tamper::PersonalByte(at, place, by) => {
                let at = at % personal.len();
                match other(&personal[at], place, by) {
                    Some(changed) => personal[at] = changed,
                    None => return Ok(()),
                }
            }
            Tamper::PersonalGone(at) => {
                personal.remove(at % personal.len());
            }
            Tamper::Reseal(at) => {
                rows[at].action.push('x');
                rows[at].hash = rows[at].seal();
            }
            Tamper::Insert(at) => {
                let mut row = rows[at].clone();
                row.number += 1;
                row.previous = rows[at].hash;
                row.personal = None;
                row.hash = row.seal();
                rows.insert(at + 1, row);
            }
        }
        let verified = check(&rows, &personal, head);
        prop_assert!(!verified.is_whole());
    }
}

#[test]
fn the_chain_as_made_is_whole_in_memory_too() {
    let (rows, personal, head) = stored();
    let verified = check(&rows, &personal, &head);
    assert!(verified.is_whole(), "{:?}", verified.faults);
}

struct Silent;

impl crate::Wording for Silent {
    fn change(&self, _: &[u8], _: &[u8]) -> String {
        "changed".to_owned()
    }

    fn gone(&self, _: &crate::Pair) -> String {
        "gone".to_owned()
    }
}

/// A book of one customer with one alert, which a person decided.
async fn decided() -> (Store, TempDir) {
    use crate::{BookRun, Given, LoadFacts, Pair, RunHit, Screened, ScreenedSubject};
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    let wait = std::time::Duration::from_secs(10);
    let facts = LoadFacts {
        book: "retail".to_owned(),
        at: time(0),
        actor: "ann".to_owned(),
        file: "c.csv".to_owned(),
        sha256: [0; 32],
        profile: "made".to_owned(),
        rejected: 0,
    };
    let given = [Given {
        key: "c-1".to_owned(),
        subject: b"[]".to_vec(),
    }];
    let writer = store.writer(wait).await.unwrap();
    writer.load_book(&facts, &given).await.unwrap();
    let run = BookRun {
        facts: crate::ScreeningFacts {
            at: time(1),
            actor: "ann".to_owned(),
            book: Some("retail".to_owned()),
            basis: "{}".to_owned(),
            publications: Vec::new(),
        },
        subjects: vec![Screened {
            subject: ScreenedSubject::Customer(1),
            hits: 1,
        }],
        hits: vec![RunHit {
            pair: Pair {
                customer: "c-1".to_owned(),
                party: 0,
                dataset: "made".to_owned(),
                entity: "e-1".to_owned(),
            },
            score: 8_000,
            rank: 1,
            evidence: [1; 32],
            hit: b"{}".to_vec(),
            rule: None,
            rule_ended: None,
            engine_alone: false,
        }],
        ended_rules: Vec::new(),
    };
    let writer = store.writer(wait).await.unwrap();
    writer.record_book(&run, &Silent).await.unwrap();
    let writer = store.writer(wait).await.unwrap();
    writer
        .decide(
            &[1],
            crate::Disposition::FalsePositive,
            "why",
            time(2),
            "bo",
        )
        .await
        .unwrap();
    (store, folder)
}

/// The chain speaks of screenings and events; what it says is compared with what is stored.
#[tokio::test]
async fn a_record_that_is_not_what_the_chain_says_is_named() {
    let (store, _folder) = decided().await;
    assert_eq!(store.verify_records().await.unwrap(), []);
    assert!(verify(&store).await.is_whole());
    for (row, change, back) in [
        (
            3,
            "UPDATE alert_event SET disposition = 'true-match' WHERE id = 2",
            "UPDATE alert_event SET disposition = 'false-positive' WHERE id = 2",
        ),
        (
            3,
            "UPDATE alert_event SET person = person - 1 WHERE id = 2",
            "UPDATE alert_event SET person = person + 1 WHERE id = 2",
        ),
        (
            2,
            "UPDATE alert_event SET reason = 'x' WHERE id = 1",
            "UPDATE alert_event SET reason = 'a new pair' WHERE id = 1",
        ),
        (
            2,
            "UPDATE screening SET hits = 0",
            "UPDATE screening SET hits = 1",
        ),
        (
            2,
            "UPDATE screening SET basis = '[]'",
            "UPDATE screening SET basis = '{}'",
        ),
        (2, "DELETE FROM screened", ""),
    ] {
        run(&store, change).await;
        let faults = store.verify_records().await.unwrap();
        assert_eq!(faults.first().map(|f| f.number), Some(row), "{change}");
        if !back.is_empty() {
            run(&store, back).await;
            assert_eq!(store.verify_records().await.unwrap(), [], "{change}");
        }
    }
}
