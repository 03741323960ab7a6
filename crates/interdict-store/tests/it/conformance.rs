//! What every database behind the store must do. Each backend says how to get a fresh store, and
//! runs all of it.

mod decisions;
mod people;

use interdict_model::{Entity, Place, Schema};
use interdict_store::{
    ChangeReader, Difference, Moment, PublicationId, State, Store, StoreError, canonicalise,
};
use jiff::civil::date;

use crate::made::{WAIT, dataset, facts, import, noon, person, read, statement};

pub(crate) use decisions::*;
pub(crate) use people::*;

/// A database that the conformance tests can run on.
pub(crate) trait Backend {
    /// Keeps a store's data until dropped.
    type Guard;

    /// An empty store; `None`, and a word about it, where this machine has no such database.
    fn fresh() -> impl Future<Output = Option<(Store, Self::Guard)>>;

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

/// Names every conformance test once, for whichever backend runs them.
macro_rules! every_test {
    ($conformance:ident $backend:ty) => {
        $conformance!(
            $backend: an_entity_comes_back_whole,
            a_number_moves_with_what_answers,
            equal_content_is_stored_once,
            the_order_of_values_is_no_change,
            an_older_publication_does_not_answer,
            quarantine_keeps_the_last_good_one,
            what_could_not_be_read_is_kept_and_never_answers,
            pruning_takes_what_nothing_needs,
            changes_are_read_entity_by_entity,
            looks_at_publishers_are_remembered,
            parts_of_one_entity_are_merged,
            seen_days_come_from_publications,
            nothing_stays_of_an_import_that_ends_early,
            the_same_files_are_recognised,
            readers_see_the_old_list_until_the_switch,
            accounts_keys_and_sessions_come_back,
            alerts_go_from_hand_to_hand,
            the_chain_is_one_however_many_write,
            erasure_takes_what_is_old_and_nothing_else,
        );
    };
}
pub(crate) use every_test;

fn as_of(year: i16, month: i8, day: i8) -> Moment {
    Moment {
        as_of: Some(date(year, month, day)),
        known_at: None,
    }
}

pub(crate) async fn an_entity_comes_back_whole<B: Backend>() {
    let Some((store, guard)) = B::fresh().await else {
        return;
    };
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
    let Some((store, _guard)) = B::fresh().await else {
        return;
    };
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
    let wanted = ["p-0", "p-7", "p-2989", "nobody"].map(str::to_owned);
    let held = store
        .entities_named(second.publication.id, &wanted)
        .await
        .expect("reads");
    let held: Vec<_> = held
        .iter()
        .map(|(id, e)| (id.as_str(), e.first("name")))
        .collect();
    assert_eq!(held, [("p-2989", Some("Changed")), ("p-7", Some("Name 7"))]);
    let third = import(&store, &all, facts("list", "2024-01-03", noon(3)))
        .await
        .expect("imports");
    assert_eq!(third.new_revisions, 0);
    assert_eq!(third.publication.content, first.publication.content);
}

pub(crate) async fn the_order_of_values_is_no_change<B: Backend>() {
    let Some((store, _guard)) = B::fresh().await else {
        return;
    };
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
    let Some((store, _guard)) = B::fresh().await else {
        return;
    };
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

pub(crate) async fn changes_are_read_entity_by_entity<B: Backend>() {
    let Some((store, _guard)) = B::fresh().await else {
        return;
    };
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

pub(crate) async fn parts_of_one_entity_are_merged<B: Backend>() {
    let Some((store, _guard)) = B::fresh().await else {
        return;
    };
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
    let Some((store, _guard)) = B::fresh().await else {
        return;
    };
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
    let Some((store, _guard)) = B::fresh().await else {
        return;
    };
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
    let Some((store, _guard)) = B::fresh().await else {
        return;
    };
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
    let Some((store, _guard)) = B::fresh().await else {
        return;
    };
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

pub(crate) async fn a_number_moves_with_what_answers<B: Backend>() {
    let Some((store, guard)) = B::fresh().await else {
        return;
    };
    // Another process, as far as the database can tell.
    let other = B::again(&guard).await;
    let mut seen = other.state_number().await.expect("reads");
    let mut moved = async |expected: bool| {
        let now = other.state_number().await.expect("reads");
        assert_eq!(now != seen, expected);
        seen = now;
    };
    moved(false).await;
    import(
        &store,
        &[person("p", &["A"], 1)],
        facts("list", "2024-01-02", noon(1)),
    )
    .await
    .expect("imports");
    moved(true).await;
    // Older than what answers: nothing switches.
    let older = import(
        &store,
        &[person("p", &["B"], 1)],
        facts("list", "2024-01-01", noon(2)),
    )
    .await
    .expect("imports");
    assert!(!older.became_current);
    moved(false).await;
    let writer = store.writer(WAIT).await.expect("locks");
    let decider = interdict_store::Decider {
        at: noon(3),
        actor: "ann",
        reason: "the later one is wrong",
    };
    writer
        .roll_back(older.publication.id, decider)
        .await
        .expect("goes back");
    moved(true).await;
}
