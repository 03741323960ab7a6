//! What every database behind the store must do. Each backend says how to get a fresh store, and
//! runs all of it.

use interdict_model::{Entity, Place, Schema};
use interdict_store::{
    Action, ChangeReader, Decider, Difference, Look, LookOutcome, Moment, Pin, PublicationId,
    State, Store, StoreError, canonicalise,
};
use jiff::civil::date;

use crate::made::{WAIT, dataset, facts, import, noon, person, read, statement};

/// A database that the conformance tests can run on.
pub(crate) trait Backend {
    /// Keeps a store's data until dropped.
    type Guard;

    /// An empty store.
    fn fresh() -> impl Future<Output = (Store, Self::Guard)>;

    /// The same data, opened again.
    fn again(guard: &Self::Guard) -> impl Future<Output = Store>;
}

/// Runs every conformance test on a backend.
macro_rules! conformance {
    ($backend:ty: $($test:ident),+ $(,)?) => {
        $(
            #[tokio::test]
            async fn $test() {
                $crate::conformance::$test::<$backend>().await;
            }
        )+
    };
}
pub(crate) use conformance;

fn as_of(year: i16, month: i8, day: i8) -> Moment {
    Moment {
        as_of: Some(date(year, month, day)),
        known_at: None,
    }
}

pub(crate) async fn an_entity_comes_back_whole<B: Backend>() {
    let (store, guard) = B::fresh().await;
    let schema = Schema::get("Vessel").expect("Vessel");
    let mut ship = Entity::new("ofac-1", schema);
    let mut name = statement(schema, "name", "Étoile", 7);
    name.original = Some("ÉTOILE ".into());
    name.lang = Some("fra".into());
    ship.statements.push(name);
    let mut number = statement(schema, "imoNumber", "IMO9074729", 9);
    if let Some(origin) = &mut number.origin {
        origin.place = Place::Row { sheet: 2, row: 14 };
    }
    number.first_seen = Some("2020-01-01".into());
    ship.statements.push(number);
    let mut derived = statement(schema, "topics", "sanction", 1);
    derived.origin = None;
    derived.dataset = dataset("another");
    ship.statements.push(derived);
    ship.stated_caption = Some("Étoile".into());
    ship.referents = vec!["b".into(), "a".into()];
    ship.last_change = Some("2023-05-05".into());
    ship.stated_target = Some(false);
    ship.extra.insert(
        "odd".to_owned(),
        serde_json::json!({"b": [1.5, null], "a": "x"}),
    );
    let done = import(
        &store,
        &[ship.clone()],
        facts("list", "2024-01-01", noon(1)),
    )
    .await
    .expect("imports");
    assert!(done.became_current);
    canonicalise(&mut ship);
    assert_eq!(read(&store, done.publication.id).await, [ship.clone()]);
    drop(store);
    let store = B::again(&guard).await;
    assert_eq!(read(&store, done.publication.id).await, [ship]);
    let current = store.current().await.expect("reads");
    assert_eq!(current, [done.publication]);
}

pub(crate) async fn equal_content_is_stored_once<B: Backend>() {
    let (store, _guard) = B::fresh().await;
    let all: Vec<Entity> = (0..3000)
        .map(|n| person(&format!("p-{n}"), &[&format!("Name {n}")], n))
        .collect();
    let first = import(&store, &all, facts("list", "2024-01-01", noon(1)))
        .await
        .expect("imports");
    assert_eq!(first.new_revisions, 3000);
    // Another order, other lines, one change, one gone, one new.
    let mut next: Vec<Entity> = all.iter().skip(1).rev().cloned().collect();
    for (line, entity) in next.iter_mut().enumerate() {
        for statement in &mut entity.statements {
            statement.origin.as_mut().expect("an origin").place = Place::Line(line as u64);
        }
    }
    next[10] = person("p-2989", &["Changed"], 10);
    next.push(person("p-new", &["New"], 1));
    let second = import(&store, &next, facts("list", "2024-01-02", noon(2)))
        .await
        .expect("imports");
    assert_eq!(second.new_revisions, 2);
    assert_ne!(second.publication.content, first.publication.content);
    assert_eq!(read(&store, first.publication.id).await, all);
    assert_eq!(read(&store, second.publication.id).await, next);
    let difference = store
        .difference(first.publication.id, second.publication.id)
        .await
        .expect("compares");
    let expected = Difference {
        added: vec!["p-new".to_owned()],
        removed: vec!["p-0".to_owned()],
        changed: vec!["p-2989".to_owned()],
    };
    assert_eq!(difference, expected);
    let third = import(&store, &all, facts("list", "2024-01-03", noon(3)))
        .await
        .expect("imports");
    assert_eq!(third.new_revisions, 0);
    assert_eq!(third.publication.content, first.publication.content);
}

pub(crate) async fn the_order_of_values_is_no_change<B: Backend>() {
    let (store, _guard) = B::fresh().await;
    let one = person("p", &["A", "B"], 1);
    let other = person("p", &["B", "A"], 2);
    import(&store, &[one], facts("list", "2024-01-01", noon(1)))
        .await
        .expect("imports");
    let second = import(&store, &[other], facts("list", "2024-01-02", noon(2)))
        .await
        .expect("imports");
    assert_eq!(second.new_revisions, 0);
}

pub(crate) async fn an_older_publication_does_not_answer<B: Backend>() {
    let (store, _guard) = B::fresh().await;
    let list = dataset("list");
    let mut ids = Vec::new();
    for (day, taken) in [("2024-02-10", 1), ("2024-01-10", 2), ("2024-02-10", 3)] {
        let all = [person("p", &[&format!("Name {taken}")], 1)];
        let done = import(&store, &all, facts("list", day, noon(taken)))
            .await
            .expect("imports");
        assert_eq!(done.became_current, taken != 2);
        ids.push(done.publication.id);
    }
    let states: Vec<(PublicationId, State)> = store
        .publications(&list)
        .await
        .expect("reads")
        .iter()
        .map(|p| (p.id, p.state))
        .collect();
    let expected = [
        (ids[1], State::Superseded),
        (ids[0], State::Superseded),
        (ids[2], State::Current),
    ];
    assert_eq!(states, expected);

    let chosen = async |moment| store.select(&list, moment).await.map(|p| p.id);
    assert_eq!(chosen(Moment::default()).await.expect("now"), ids[2]);
    assert_eq!(chosen(as_of(2024, 1, 10)).await.expect("then"), ids[1]);
    assert_eq!(chosen(as_of(2024, 2, 9)).await.expect("then"), ids[1]);
    // Of two of one day, the one imported later.
    assert_eq!(chosen(as_of(2024, 2, 10)).await.expect("then"), ids[2]);
    let known = |day, as_of| Moment {
        as_of,
        known_at: Some(noon(day)),
    };
    assert_eq!(chosen(known(1, None)).await.expect("then"), ids[0]);
    assert_eq!(chosen(known(2, None)).await.expect("then"), ids[0]);
    assert_eq!(chosen(known(3, None)).await.expect("then"), ids[2]);
    let day = Some(date(2024, 3, 1));
    assert_eq!(chosen(known(2, day)).await.expect("then"), ids[0]);
    let day = Some(date(2024, 1, 31));
    assert_eq!(chosen(known(2, day)).await.expect("then"), ids[1]);
    for early in [as_of(2024, 1, 9), known(0, None), known(1, day)] {
        let refused = chosen(early).await.expect_err("too early");
        assert!(
            matches!(&refused, StoreError::BeforeFirst { first_day, .. }
                if *first_day == date(2024, 1, 10)),
            "{refused}"
        );
    }
    let refused = store.select(&dataset("none"), Moment::default()).await;
    assert!(matches!(refused, Err(StoreError::UnknownDataset { .. })));
}

pub(crate) async fn quarantine_keeps_the_last_good_one<B: Backend>() {
    let (store, _guard) = B::fresh().await;
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
    let (store, _guard) = B::fresh().await;
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
    let (store, _guard) = B::fresh().await;
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

pub(crate) async fn changes_are_read_entity_by_entity<B: Backend>() {
    let (store, _guard) = B::fresh().await;
    let of = |version: i64, count: u64| -> Vec<Entity> {
        (0..count)
            .map(|n| {
                let changed = n % 3 == 0;
                let name = if changed { version } else { 0 };
                person(&format!("p-{n}"), &[&format!("{n} {name}")], n)
            })
            .collect()
    };
    let (old, new) = (of(1, 3000), of(2, 3600));
    let first = import(&store, &old, facts("list", "2024-01-01", noon(1)))
        .await
        .expect("imports");
    let writer = store.writer(WAIT).await.expect("locks");
    let mut running = writer.begin().await.expect("begins");
    for entity in new.iter().skip(300) {
        running.put(entity.clone()).await.expect("puts");
    }
    let within = {
        let reader = running.changes_since(first.publication.id).await;
        all_changes(reader.expect("compares")).await
    };
    let second = running
        .commit(facts("list", "2024-01-02", noon(2)))
        .await
        .expect("commits");
    let (a, b) = (first.publication.id, second.publication.id);
    let reader = store.changes(a, b).await.expect("compares");
    assert_eq!(reader.total(), 300 + 900 + 600);
    let after = all_changes(reader).await;
    assert_eq!(within, after);
    for (id, before, after) in after {
        let n: usize = id.trim_start_matches("p-").parse().expect("a number");
        let text = |all: &[Entity]| all.get(n).and_then(|e| e.first("name")).map(str::to_owned);
        assert_eq!(before, (n < 3000).then(|| text(&old)).flatten(), "{id}");
        assert_eq!(after, (n >= 300).then(|| text(&new)).flatten(), "{id}");
    }
}

type Named = (String, Option<String>, Option<String>);

async fn all_changes(mut reader: ChangeReader<'_>) -> Vec<Named> {
    let name = |e: &Option<Entity>| e.as_ref().and_then(|e| e.first("name")).map(str::to_owned);
    let mut all = Vec::new();
    while let Some(part) = reader.next().await.expect("reads") {
        for change in part {
            let either = change.before.as_ref().or(change.after.as_ref());
            let id = either.expect("one side").id.to_string();
            all.push((id, name(&change.before), name(&change.after)));
        }
    }
    all.sort();
    all
}

pub(crate) async fn looks_at_publishers_are_remembered<B: Backend>() {
    let (store, _guard) = B::fresh().await;
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

pub(crate) async fn parts_of_one_entity_are_merged<B: Backend>() {
    let (store, _guard) = B::fresh().await;
    let filler = |n: u64| person(&format!("f-{n}"), &["F"], n);
    let mut all: Vec<Entity> = vec![person("p", &["A"], 1), person("p", &["A", "B"], 2)];
    all.extend((0..5000).map(filler));
    all.push(person("p", &["C"], 9));
    all.push(person("f-4000", &["G"], 10));
    let done = import(&store, &all, facts("list", "2024-01-01", noon(1)))
        .await
        .expect("imports");
    let counts = &done.publication.counts;
    assert_eq!((counts.entities(), counts.merged), (5001, 3));
    assert_eq!(counts.properties.get("name"), Some(&5004));
    let p = store
        .entity(done.publication.id, "p")
        .await
        .expect("reads")
        .expect("is there");
    assert_eq!(p.values("name").collect::<Vec<_>>(), ["A", "B", "C"]);
    let lines: Vec<Option<Place>> = p
        .statements
        .iter()
        .map(|s| s.origin.as_ref().map(|o| o.place))
        .collect();
    assert_eq!(lines, [1, 2, 9].map(|line| Some(Place::Line(line))));
    // The same, given whole, is the same content.
    let mut whole: Vec<Entity> = vec![person("p", &["C", "B", "A"], 1)];
    whole.extend((0..5000).map(filler));
    whole[4001] = person("f-4000", &["F", "G"], 1);
    let again = import(&store, &whole, facts("list", "2024-01-02", noon(2)))
        .await
        .expect("imports");
    assert_eq!(again.new_revisions, 0);
    assert_eq!(again.publication.content, done.publication.content);

    let mut clash = person("p", &["A"], 1);
    clash.schema = Schema::get("Vessel").expect("Vessel");
    let refused = import(
        &store,
        &[person("p", &["A"], 1), clash],
        facts("list", "2024-01-03", noon(3)),
    )
    .await;
    assert!(matches!(refused, Err(StoreError::ClashingSchemata { .. })));
}

pub(crate) async fn seen_days_come_from_publications<B: Backend>() {
    let (store, _guard) = B::fresh().await;
    let names: [&[&str]; 4] = [&["A"], &["A", "B"], &["B"], &["A"]];
    let mut ids = Vec::new();
    for (names, day) in names.iter().zip(1..) {
        let all = [person("p", names, 1), person("q", &["Q"], 2)];
        let facts = facts("list", &format!("2024-01-0{day}"), noon(day));
        ids.push(
            import(&store, &all, facts)
                .await
                .expect("imports")
                .publication
                .id,
        );
    }
    let seen = async |publication: PublicationId| -> Vec<String> {
        let entity = store.entity(publication, "p").await.expect("reads");
        entity
            .expect("is there")
            .statements
            .iter()
            .map(|s| {
                format!(
                    "{} {} {}",
                    s.value,
                    s.first_seen.as_deref().unwrap_or("-"),
                    s.last_seen.as_deref().unwrap_or("-")
                )
            })
            .collect()
    };
    assert_eq!(seen(ids[0]).await, ["A 2024-01-01 2024-01-01"]);
    let second = ["A 2024-01-01 2024-01-02", "B 2024-01-02 2024-01-02"];
    assert_eq!(seen(ids[1]).await, second);
    assert_eq!(seen(ids[3]).await, ["A 2024-01-01 2024-01-04"]);
    let gone = store.entity(ids[0], "nobody").await.expect("reads");
    assert_eq!(gone, None);
}

pub(crate) async fn nothing_stays_of_an_import_that_ends_early<B: Backend>() {
    let (store, _guard) = B::fresh().await;
    let first = import(
        &store,
        &[person("p", &["A"], 1)],
        facts("list", "2024-01-01", noon(1)),
    )
    .await
    .expect("imports");
    let before = store.disk_use().await.expect("adds up");
    let mut writer = store.writer(WAIT).await.expect("locks");
    let file = writer
        .receive("x.csv", &mut &b"other bytes"[..])
        .expect("receives");
    let path = store.folder().raw_file(&file.sha256);
    assert!(path.exists());
    let mut dropped = writer.begin().await.expect("begins");
    for n in 0..3000 {
        let entity = person(&format!("x-{n}"), &["X"], n);
        dropped.put(entity).await.expect("puts");
    }
    drop(dropped);
    assert!(!path.exists());
    let empty = store.writer(WAIT).await.expect("locks");
    let refused = empty
        .begin()
        .await
        .expect("begins")
        .commit(facts("list", "2024-01-02", noon(2)))
        .await;
    assert!(matches!(refused, Err(StoreError::NoEntities { .. })));
    let after = store.disk_use().await.expect("adds up");
    assert_eq!((before.revisions, before.raw), (after.revisions, after.raw));
    let current = store.current().await.expect("reads");
    assert_eq!(current, [first.publication]);
}

pub(crate) async fn the_same_files_are_recognised<B: Backend>() {
    let (store, _guard) = B::fresh().await;
    let done = import(
        &store,
        &[person("p", &["A"], 1)],
        facts("list", "2024-01-01", noon(1)),
    )
    .await
    .expect("imports");
    let hashes: Vec<[u8; 32]> = done.publication.files.iter().map(|f| f.sha256).collect();
    let found = store.publications_of(&hashes).await.expect("looks up");
    assert_eq!(found, [done.publication]);
    let more = [hashes[0], [0; 32]];
    assert_eq!(store.publications_of(&more).await.expect("looks up"), []);
}

pub(crate) async fn readers_see_the_old_list_until_the_switch<B: Backend>() {
    let (store, _guard) = B::fresh().await;
    let list = dataset("list");
    let old = import(
        &store,
        &[person("p", &["A"], 1)],
        facts("list", "2024-01-01", noon(1)),
    )
    .await
    .expect("imports");
    let writer = store.writer(WAIT).await.expect("locks");
    let mut running = writer.begin().await.expect("begins");
    for n in 0..5000 {
        let entity = person(&format!("x-{n}"), &["X"], n);
        running.put(entity).await.expect("puts");
        if n % 1000 == 0 {
            let now = store.select(&list, Moment::default()).await.expect("reads");
            assert_eq!(now.id, old.publication.id);
            assert_eq!(read(&store, now.id).await.len(), 1);
        }
    }
    let mut within = running.entities().await.expect("seals");
    let mut count = 0;
    while let Some(part) = within.next().await.expect("reads") {
        count += part.len();
    }
    assert_eq!(count, 5000);
    let busy = store.writer(std::time::Duration::ZERO).await;
    assert!(matches!(busy, Err(StoreError::Busy { .. })));
    let new = running
        .commit(facts("list", "2024-01-02", noon(2)))
        .await
        .expect("commits");
    let now = store.select(&list, Moment::default()).await.expect("reads");
    assert_eq!(now.id, new.publication.id);
    assert_eq!(read(&store, old.publication.id).await.len(), 1);
}
