//! Test (c) and (d) of decision 1: the index against scoring everything.

use std::sync::Arc;

use interdict_index::Description;
use interdict_model::{DatasetName, Entity};
use interdict_screening::{Engine, Policy, Request, Snapshot, segment_in_memory};
use proptest::prelude::*;

use crate::common::{engine, entity, ofac};

/// Segment, entity and score of each hit.
type Hits = Vec<(usize, u32, u16)>;

/// The hits by the index and by scoring everything.
fn both(engine: &Engine, query: &Entity, threshold: u16) -> (Hits, Hits) {
    let mut screener = engine.screener();
    let mut ask = |exhaustive| {
        let request = Request {
            threshold: Some(threshold),
            exhaustive,
            ..Request::default()
        };
        let (found, _) = screener.find(query, &request).unwrap();
        found
            .iter()
            .map(|f| (f.segment, f.entity, f.scored.score))
            .collect::<Hits>()
    };
    (ask(false), ask(true))
}

/// Words of which small worlds are made: near each other, so that bounds are put to the test.
fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "ivan",
            "ivanov",
            "ivanova",
            "iwanow",
            "petr",
            "petrov",
            "pyotr",
            "mohammed",
            "muhammad",
            "ahmad",
            "ahmed",
            "al",
            "abd",
            "rahman",
            "bin",
            "de",
            "la",
            "cruz",
            "llc",
            "ltd",
            "bank",
            "trading",
            "company",
            "star",
            "sea",
            "3",
            "iii",
            "30",
            "v",
            "j",
            "х",
            "Владимир",
            "王",
            "小明",
            "محمد",
            "김",
            "gazprom",
            "neft",
            "gazpromneft",
            "global",
        ])
        .prop_map(str::to_owned),
        "[a-e]{1,7}",
    ]
}

fn name() -> impl Strategy<Value = String> {
    prop::collection::vec(word(), 1..6).prop_map(|words| words.join(" "))
}

fn schema() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "Person",
        "Company",
        "Organization",
        "Vessel",
        "LegalEntity",
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(160))]

    #[test]
    fn nothing_is_lost_in_small_worlds(
        list in prop::collection::vec((schema(), prop::collection::vec(name(), 1..4), any::<bool>()), 1..40),
        queries in prop::collection::vec((schema(), name(), any::<bool>()), 1..12),
        threshold in prop::sample::select(vec![5_000_u16, 5_500, 6_000, 7_000, 8_000, 9_000, 9_500]),
    ) {
        let entities = list
            .iter()
            .enumerate()
            .map(|(i, (schema, names, dated))| {
                let mut values: Vec<(&str, &str)> =
                    names.iter().map(|n| ("alias", n.as_str())).collect();
                if *dated && *schema == "Person" {
                    values.push(("birthDate", "1960-01-02"));
                }
                entity(&format!("e{i}"), schema, &values)
            })
            .collect();
        let engine = engine(entities);
        for (schema, text, dated) in &queries {
            let mut values = vec![("name", text.as_str())];
            if *dated && *schema == "Person" {
                values.push(("birthDate", "1960-01-02"));
            }
            let query = entity("q", schema, &values);
            let (index, scan) = both(&engine, &query, threshold);
            prop_assert_eq!(index, scan, "query {:?} as {} at {}", text, schema, threshold);
        }
    }
}

/// The index list by list, the index over lists made one, and scoring everything agree in every
/// field of what is found.
#[test]
fn lists_made_one_answer_as_each_by_itself() {
    let Some(entities) = ofac("ofac/2023-12-28") else {
        return;
    };
    let segment = |name: &str, rest: usize| {
        let part: Vec<Entity> = entities
            .iter()
            .enumerate()
            .filter(|(i, _)| i % 3 == rest || i % 7 == rest)
            .map(|(_, e)| e.clone())
            .collect();
        let description = Description {
            dataset: DatasetName::new(name).unwrap(),
            version: "1".to_owned(),
        };
        Arc::new(segment_in_memory(description, part.into_iter()).unwrap())
    };
    let snapshot = Snapshot::new([segment("a", 0), segment("b", 1), segment("c", 2)]);
    let apart = Engine::new(snapshot.clone(), Policy::shipped().unwrap());
    let one = Engine::new(snapshot, Policy::shipped().unwrap());
    one.prepare();
    let (mut apart, mut one) = (apart.screener(), one.screener());
    let mut hits = 0;
    for (i, e) in entities.iter().enumerate().step_by(601) {
        let text = disguise(e.first("name").unwrap(), i);
        let query = entity("q", e.schema.name(), &[("name", &text)]);
        let request = |exhaustive| Request {
            threshold: Some([5_000, 6_500, 7_000, 8_500][i % 4]),
            exhaustive,
            ..Request::default()
        };
        let (by_list, _) = apart.find(&query, &request(false)).unwrap();
        let (together, _) = one.find(&query, &request(false)).unwrap();
        let (all, _) = apart.find(&query, &request(true)).unwrap();
        assert_eq!(by_list, together, "{text}");
        assert_eq!(by_list, all, "{text}");
        hits += all.len();
    }
    assert!(hits > 20, "{hits} hits are too few to show anything");
}

/// Spoils a name in a way that depends on `seed` only.
fn disguise(name: &str, seed: usize) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    let at = seed * 7_919 % letters.len().max(1);
    match seed % 7 {
        0 => {
            letters.remove(at);
        }
        1 => letters.insert(at, 'e'),
        2 => letters.swap(at, (at + 1) % name.chars().count()),
        3 => letters.retain(|c| *c != ' '),
        4 => letters.truncate(letters.len() * 3 / 4 + 1),
        5 => {
            let mut words: Vec<&str> = name.split(' ').collect();
            words.reverse();
            return words.join(" ");
        }
        _ => {}
    }
    letters.into_iter().collect()
}

#[test]
fn nothing_is_lost_on_the_real_list() {
    let Some(entities) = ofac("ofac/2023-12-28") else {
        return;
    };
    let queries: Vec<Entity> = entities
        .iter()
        .enumerate()
        .step_by(397)
        .map(|(i, e)| {
            let text = disguise(e.first("name").unwrap(), i);
            entity("q", e.schema.name(), &[("name", &text)])
        })
        .collect();
    assert!(queries.len() > 30);
    let engine = engine(entities);
    let mut hits = 0;
    for (i, query) in queries.iter().enumerate() {
        let threshold = [5_000, 6_000, 7_000, 8_000, 9_500][i % 5];
        let (index, scan) = both(&engine, query, threshold);
        hits += scan.len();
        assert_eq!(
            index,
            scan,
            "query {:?} at {threshold}",
            query.first("name")
        );
    }
    assert!(hits > 30, "{hits} hits are too few to show anything");
}
