//! The audit chain over real work: what is in it, what is not, and what survives.

use interdict_desk::accounts::{Actor, Role};
use interdict_desk::audit::{Checkpoint, Entry};
use interdict_store::AlertFilter;
use serde_json::json;

use crate::accounts::{key, user};
use crate::books::{Office, belousov, engine, shoigu, time, two_customers};
use crate::work::{FALSE, act};

/// A book that was loaded, screened and worked on.
async fn worked() -> Office {
    let office = Office::new().await;
    office.load(&two_customers()).await;
    office
        .screen(&engine("1", vec![belousov("1959-03-17"), shoigu()]), 1)
        .await;
    user(&office.desk, "ann", &[Role::Analyst], None).await;
    let (_, secret) = key(&office.desk, "ann", &[]).await;
    let ann = office.desk.key(&secret, time(1)).await.expect("known");
    let alerts = office.desk.store().alerts(&AlertFilter::default()).await;
    for alert in &alerts.expect("reads") {
        let mut act = act(alert, FALSE, "name-only");
        act.text = "Mrs Planted-Secret says she is another".to_owned();
        office.desk.act(&ann, act, time(2)).await.expect("decides");
    }
    office
}

#[tokio::test]
async fn everything_is_in_it_and_nothing_personal() {
    let office = worked().await;
    let desk = &office.desk;
    let verified = desk.verify_audit(&[]).await.expect("verifies");
    assert!(verified.is_whole(), "{:?}", verified.faults);
    let rows = desk.store().audit_rows(0, 1_000).await.expect("reads");
    let actions: Vec<&str> = rows.iter().map(|row| row.action.as_str()).collect();
    assert_eq!(
        actions,
        [
            "book-loaded",
            "screened",
            "account-added",
            "key-added",
            "alert-decided",
            "alert-decided"
        ]
    );
    let text = serde_json::to_string(&rows).expect("JSON");
    for personal in [
        "Planted",
        "Belousov",
        "c-1",
        "ann",
        "tester",
        "customers.csv",
    ] {
        assert!(!text.contains(personal), "{personal} is in the chain");
    }
    let beside = desk.store().audit_personal(0, 1_000).await.expect("reads");
    let text = serde_json::to_string(&beside).expect("JSON");
    assert!(text.contains("Planted") && text.contains("customers.csv"));
    let decided = rows.last().expect("a row");
    assert!(decided.authenticated && decided.key.is_some() && decided.account.is_some());
}

#[tokio::test]
async fn erasure_leaves_tombstones_and_the_chain_whole() {
    let office = worked().await;
    let desk = &office.desk;
    let mlro = Actor::local("mlro");
    let sealed = desk.checkpoint(&mlro, None, time(3)).await.expect("signs");
    // Ten years are not over.
    let early = desk.erase(&mlro, None, time(4)).await.expect("erases");
    assert_eq!(early.rows, 0);
    let refused = desk.erase(&mlro, Some(time(2)), time(4)).await;
    assert!(refused.is_err(), "the policy says ten years");
    let then = "2034-05-16T12:02:00Z".parse().expect("a time");
    let erased = desk.erase(&mlro, None, then).await.expect("erases");
    assert_eq!((erased.rows, erased.through), (2, 4));
    let verified = desk
        .verify_audit(std::slice::from_ref(&sealed))
        .await
        .expect("verifies");
    assert!(verified.is_whole(), "{:?}", verified.faults);
    assert_eq!((verified.erased, verified.checkpoints), (2, 1));
    let beside = desk.store().audit_personal(0, 4).await.expect("reads");
    assert!(
        beside
            .iter()
            .all(|p| p.data.is_none() && p.erased_at.is_some())
    );
    // A second time there is nothing left to erase.
    let again = desk.erase(&mlro, None, then).await.expect("erases");
    assert_eq!(again.rows, 0);
    assert!(
        desk.verify_audit(&[sealed])
            .await
            .expect("verifies")
            .is_whole()
    );
}

#[tokio::test]
async fn a_checkpoint_that_left_the_machine_is_met_again() {
    let office = worked().await;
    let desk = &office.desk;
    let by = Actor::local("ann");
    let first = desk.checkpoint(&by, None, time(3)).await.expect("signs");
    desk.store()
        .record(&by, time(4), Entry::new("tried", "audit").facts(json!({})))
        .await
        .expect("records");
    let second = desk.checkpoint(&by, None, time(5)).await.expect("signs");
    assert_eq!(first.key, second.key, "the key is kept");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let key = std::fs::metadata(desk.checkpoint_key()).expect("there");
        assert_eq!(key.permissions().mode() & 0o777, 0o600);
    }
    let lines = format!("{}\n{}\n", first.line(), second.line());
    let read = Checkpoint::read(&lines, Some(&first.key)).expect("reads");
    let verified = desk.verify_audit(&read).await.expect("verifies");
    assert!(verified.is_whole(), "{:?}", verified.faults);
    assert_eq!(verified.checkpoints, 2);
    // That of another chain is not met.
    let other = worked().await;
    let foreign = other
        .desk
        .checkpoint(&by, None, time(3))
        .await
        .expect("signs");
    let verified = desk.verify_audit(&[foreign]).await.expect("verifies");
    assert!(!verified.is_whole());
}
