//! Any sequence of imports answers like a simple model of it.

use std::collections::BTreeMap;

use interdict_model::Entity;
use interdict_store::{Moment, Store, StoreError};
use jiff::civil::date;
use proptest::prelude::*;

use crate::made::{dataset, facts, import, noon, person, read};

/// A publication of a list: its day of January 2024, whether it is quarantined, and names by id.
type Made = (usize, i8, bool, BTreeMap<u8, u8>);

fn publication() -> impl Strategy<Value = Made> {
    (
        0usize..2,
        1i8..6,
        prop::bool::weighted(0.15),
        prop::collection::btree_map(0u8..6, 0u8..3, 0..5),
    )
}

fn entities(names: &BTreeMap<u8, u8>) -> Vec<Entity> {
    names
        .iter()
        .map(|(id, name)| person(&format!("p-{id}"), &[&format!("Name {name}")], 1))
        .collect()
}

/// The position in the sequence of what should answer.
fn expected(made: &[Made], list: usize, as_of: Option<i8>, known: usize) -> Option<usize> {
    let good = made
        .iter()
        .enumerate()
        .take(known)
        .filter(|(_, (l, _, quarantined, names))| *l == list && !quarantined && !names.is_empty());
    good.filter(|(_, (_, day, _, _))| as_of.is_none_or(|limit| *day <= limit))
        .max_by_key(|(at, (_, day, _, _))| (*day, *at))
        .map(|(at, _)| at)
}

async fn check(made: Vec<Made>) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(folder.path()).await.expect("opens");
    let lists = ["list_a", "list_b"];
    let mut ids = Vec::new();
    for (at, (list, day, quarantined, names)) in made.iter().enumerate() {
        let mut facts = facts(
            lists[*list],
            &format!("2024-01-0{day}"),
            noon(at as i64 + 1),
        );
        facts.quarantine = quarantined.then(|| "a check".to_owned());
        let done = import(&store, &entities(names), facts).await;
        if names.is_empty() {
            assert!(matches!(done, Err(StoreError::NoEntities { .. })));
            ids.push(None);
        } else {
            ids.push(Some(done.expect("imports").publication.id));
        }
    }
    for (list, name) in lists.iter().enumerate() {
        let name = dataset(name);
        for as_of in [None, Some(1), Some(2), Some(3), Some(4), Some(5)] {
            for known in 0..=made.len() {
                let moment = Moment {
                    as_of: as_of.map(|day| date(2024, 1, day)),
                    known_at: (known < made.len()).then(|| noon(known as i64)),
                };
                let found = store.select(&name, moment).await.ok().map(|p| p.id);
                let wanted = expected(&made, list, as_of, known).and_then(|at| ids[at]);
                assert_eq!(found, wanted, "{name} {moment:?}");
            }
        }
    }
    for (id, (_, _, _, names)) in ids.iter().zip(&made) {
        if let Some(id) = id {
            assert_eq!(read(&store, *id).await, entities(names));
        }
    }
    for pair in ids.iter().flatten().collect::<Vec<_>>().windows(2) {
        let at = |id| {
            ids.iter()
                .position(|other| *other == Some(id))
                .expect("known")
        };
        let (first, second) = (&made[at(*pair[0])].3, &made[at(*pair[1])].3);
        let found = store
            .difference(*pair[0], *pair[1])
            .await
            .expect("compares");
        let ids = |keep: &dyn Fn(&u8) -> bool, of: &BTreeMap<u8, u8>| -> Vec<String> {
            let kept = of.keys().filter(|id| keep(id));
            kept.map(|id| format!("p-{id}")).collect()
        };
        assert_eq!(found.added, ids(&|id| !first.contains_key(id), second));
        assert_eq!(found.removed, ids(&|id| !second.contains_key(id), first));
        let differs = |id: &u8| {
            second
                .get(id)
                .is_some_and(|name| first.get(id) != Some(name))
        };
        assert_eq!(found.changed, ids(&differs, first));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn imports_equal_a_simple_model(made in prop::collection::vec(publication(), 1..8)) {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(check(made));
    }
}
