//! What people decide about publications, and what may go.

use interdict_model::Entity;
use interdict_store::{
    Action, Decider, Look, LookOutcome, Moment, Pin, PublicationId, State, StoreError,
};
use jiff::civil::date;

use super::{Backend, as_of};
use crate::made::{WAIT, dataset, facts, import, noon, person, read};

pub(crate) async fn quarantine_keeps_the_last_good_one<B: Backend>() {
    let Some((store, _guard)) = B::fresh().await else {
        return;
    };
    let list = dataset("list");
    let good = import(
        &store,
        &[person("p", &["A"], 1)],
        facts("list", "2024-01-01", noon(1)),
    )
    .await
    .expect("imports");
    let mut suspect = facts("list", "2024-01-02", noon(2));
    suspect.quarantine = Some("half of it is gone".to_owned());
    let bad = import(&store, &[person("q", &["B"], 1)], suspect.clone())
        .await
        .expect("imports");
    assert!(!bad.became_current);
    assert_eq!(bad.publication.state, State::Quarantined);
    let answers = async || {
        store
            .select(&list, Moment::default())
            .await
            .expect("answers")
            .id
    };
    assert_eq!(answers().await, good.publication.id);
    let chosen = store.select(&list, as_of(2024, 1, 5)).await;
    assert_eq!(chosen.expect("answers").id, good.publication.id);

    let writer = async || store.writer(WAIT).await.expect("locks");
    let by = |day, actor, reason| Decider {
        at: noon(day),
        actor,
        reason,
    };
    let refused = writer()
        .await
        .roll_back(bad.publication.id, by(3, "ann", "try"))
        .await;
    assert!(matches!(refused, Err(StoreError::NotAccepted { .. })));
    let current = writer()
        .await
        .accept(bad.publication.id, by(3, "ann", "checked by hand"))
        .await
        .expect("accepts");
    assert!(current);
    assert_eq!(answers().await, bad.publication.id);
    let on = async |known: i64| {
        let moment = Moment {
            as_of: Some(date(2024, 1, 5)),
            known_at: Some(noon(known)),
        };
        store.select(&list, moment).await.expect("answers").id
    };
    assert_eq!(on(2).await, good.publication.id);
    assert_eq!(on(3).await, bad.publication.id);

    writer()
        .await
        .roll_back(good.publication.id, by(4, "bob", "it was wrong after all"))
        .await
        .expect("goes back");
    assert_eq!(answers().await, good.publication.id);
    let state = async |id| store.publication(id).await.expect("reads").state;
    assert_eq!(state(bad.publication.id).await, State::Withdrawn);
    // Neither a day nor the present is answered from it, but what was known then is.
    let chosen = store.select(&list, as_of(2024, 1, 5)).await;
    assert_eq!(chosen.expect("answers").id, good.publication.id);
    assert_eq!(on(4).await, good.publication.id);
    assert_eq!(on(3).await, bad.publication.id);
    assert_eq!(on(2).await, good.publication.id);
    // And forward again.
    writer()
        .await
        .roll_back(bad.publication.id, by(5, "bob", "it was right"))
        .await
        .expect("goes forward");
    assert_eq!(answers().await, bad.publication.id);
    assert_eq!(on(5).await, bad.publication.id);
    assert_eq!(on(4).await, good.publication.id);
    writer()
        .await
        .roll_back(good.publication.id, by(6, "bob", "no, it was not"))
        .await
        .expect("goes back");
    assert_eq!(on(5).await, bad.publication.id);
    assert_eq!(on(6).await, good.publication.id);
    let actors: Vec<(String, String)> = store
        .switches(&list)
        .await
        .expect("reads")
        .into_iter()
        .map(|s| (s.actor, s.reason))
        .collect();
    let expected = [
        ("tester", "import"),
        ("ann", "checked by hand"),
        ("bob", "it was wrong after all"),
        ("bob", "it was right"),
        ("bob", "no, it was not"),
    ];
    assert_eq!(actors, expected.map(|(a, b)| (a.to_owned(), b.to_owned())));

    suspect.published.text = "2024-01-03".to_owned();
    let worse = import(&store, &[person("r", &["C"], 1)], suspect)
        .await
        .expect("imports");
    let id = worse.publication.id;
    let decide = by(7, "ann", "a web page");
    writer().await.reject(id, decide).await.expect("rejects");
    assert_eq!(state(id).await, State::Rejected);
    let again = writer().await.reject(id, decide).await;
    assert!(matches!(again, Err(StoreError::NotQuarantined { .. })));
    let decisions: Vec<(PublicationId, Action)> = store
        .decisions(&list)
        .await
        .expect("reads")
        .into_iter()
        .map(|d| (d.publication, d.action))
        .collect();
    let bad = bad.publication.id;
    let expected = [
        (bad, Action::Accept),
        (bad, Action::Withdraw),
        (bad, Action::Restore),
        (bad, Action::Withdraw),
        (id, Action::Reject),
    ];
    assert_eq!(decisions, expected);
    // A person may think again.
    let accepted = writer().await.accept(id, by(8, "ann", "it is no web page"));
    assert!(accepted.await.expect("accepts"));
}

pub(crate) async fn what_could_not_be_read_is_kept_and_never_answers<B: Backend>() {
    let Some((store, _guard)) = B::fresh().await else {
        return;
    };
    let good = import(
        &store,
        &[person("p", &["A"], 1)],
        facts("list", "2024-01-01", noon(1)),
    )
    .await
    .expect("imports");
    let mut writer = store.writer(WAIT).await.expect("locks");
    let file = writer
        .receive("x.csv", &mut &b"<html>"[..])
        .expect("receives");
    let mut running = writer.begin().await.expect("begins");
    running.put(person("q", &["B"], 1)).await.expect("puts");
    let writer = running.abandon().await.expect("gives up");
    let mut facts = facts("list", "2024-01-02", noon(2));
    facts.quarantine = Some("could not be read".to_owned());
    let held = writer.hold(facts).await.expect("keeps");
    assert_eq!((held.state, held.readable), (State::Quarantined, false));
    assert!(store.folder().raw_file(&file.sha256).exists());
    let all = store.publications(&dataset("list")).await.expect("reads");
    assert_eq!(all, [good.publication.clone(), held.clone()]);
    let decide = Decider {
        at: noon(3),
        actor: "ann",
        reason: "why not",
    };
    let writer = store.writer(WAIT).await.expect("locks");
    let refused = writer.accept(held.id, decide).await;
    assert!(matches!(refused, Err(StoreError::Unreadable { .. })));
    let read = store.entities(held.id).next().await;
    assert!(matches!(read, Err(StoreError::Unreadable { .. })));
    let writer = store.writer(WAIT).await.expect("locks");
    writer.reject(held.id, decide).await.expect("rejects");
    let now = store
        .select(&dataset("list"), Moment::default())
        .await
        .expect("answers");
    assert_eq!(now.id, good.publication.id);
}

pub(crate) async fn pruning_takes_what_nothing_needs<B: Backend>() {
    let Some((store, _guard)) = B::fresh().await else {
        return;
    };
    let list = dataset("list");
    let mut ids = Vec::new();
    for version in 1i64..=6 {
        // Half of it is the same in all, half is of this version.
        let all: Vec<Entity> = (0..600)
            .map(|n| {
                let name = if n % 2 == 0 {
                    "the same".to_owned()
                } else {
                    format!("{n} of version {version}")
                };
                person(&format!("p-{n}"), &[&name], n)
            })
            .collect();
        let mut writer = store.writer(WAIT).await.expect("locks");
        let bytes = format!("file {version}");
        writer
            .receive("list.csv", &mut bytes.as_bytes())
            .expect("receives");
        let mut running = writer.begin().await.expect("begins");
        for entity in all {
            running.put(entity).await.expect("puts");
        }
        let facts = facts("list", &format!("2024-01-0{version}"), noon(version));
        ids.push(running.commit(facts).await.expect("commits").publication.id);
    }
    let contents = async |id| read(&store, id).await;
    let kept = [contents(ids[1]).await, contents(ids[5]).await];
    let pin = Pin {
        publication: ids[1],
        owner: "run 1".to_owned(),
        reason: "a recorded screening".to_owned(),
        at: noon(7),
    };
    let writer = async || store.writer(WAIT).await.expect("locks");
    writer()
        .await
        .pin(std::slice::from_ref(&pin))
        .await
        .expect("pins");
    assert_eq!(store.pins().await.expect("reads"), [pin]);
    let decide = Decider {
        at: noon(8),
        actor: "ann",
        reason: "policy: keep 1",
    };
    for (id, why) in [(ids[1], "run 1 needs it"), (ids[5], "it answers")] {
        let refused = writer().await.prune(&[ids[0], id], decide).await;
        let refused = refused.expect_err("needed").to_string();
        assert!(refused.contains(why), "{refused}");
    }
    let before = store.disk_use().await.expect("adds up");
    let going = [ids[0], ids[2], ids[3], ids[4]];
    let pruned = writer().await.prune(&going, decide).await.expect("prunes");
    assert_eq!((pruned.publications, pruned.revisions), (4, 4 * 300));
    let after = store.disk_use().await.expect("adds up");
    assert_eq!(before.revisions - after.revisions, 1200);
    assert!(after.packs < before.packs && after.raw < before.raw);
    assert_eq!([contents(ids[1]).await, contents(ids[5]).await], kept);

    // What was pruned says so, and nothing else answers in its place.
    for day in [1, 3, 4, 5] {
        let refused = store.select(&list, as_of(2024, 1, day)).await;
        assert!(matches!(refused, Err(StoreError::Pruned { .. })), "{day}");
    }
    let chosen = store.select(&list, as_of(2024, 1, 2)).await;
    assert_eq!(chosen.expect("answers").id, ids[1]);
    let known = Moment {
        as_of: None,
        known_at: Some(noon(3)),
    };
    let refused = store.select(&list, known).await;
    assert!(matches!(refused, Err(StoreError::Pruned { .. })));
    let refused = store.entities(ids[0]).next().await;
    assert!(matches!(refused, Err(StoreError::Pruned { .. })));
    let refused = store.difference(ids[0], ids[1]).await;
    assert!(matches!(refused, Err(StoreError::Pruned { .. })));
    let seen = store.history(&list, "p-1").await.expect("reads");
    assert_eq!(seen.len(), 2);

    // The store goes on: what was removed can be stored again.
    let all = kept[0].clone();
    let again = import(&store, &all, facts("list", "2024-01-09", noon(9)))
        .await
        .expect("imports");
    assert_eq!(again.new_revisions, 0);
    assert_eq!(writer().await.unpin("run 1").await.expect("lets go"), 1);
    let pruned = writer().await.prune(&[ids[1], ids[5]], decide).await;
    assert_eq!(pruned.expect("prunes").revisions, 300);
    assert_eq!(contents(again.publication.id).await, all);
}

pub(crate) async fn looks_at_publishers_are_remembered<B: Backend>() {
    let Some((store, _guard)) = B::fresh().await else {
        return;
    };
    for (day, outcome) in [(1, LookOutcome::New), (2, LookOutcome::Failed)] {
        let look = Look {
            at: noon(day),
            outcome,
            note: "said so".to_owned(),
        };
        let writer = store.writer(WAIT).await.expect("locks");
        let list = dataset("list");
        writer.record_look(&list, &look).await.expect("records");
        let looks = store.looks().await.expect("reads");
        assert_eq!(looks.into_iter().collect::<Vec<_>>(), [(list, look)]);
    }
}
