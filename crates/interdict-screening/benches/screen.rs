//! Cost of finding names in a list of 20,000 made-up ones: `cargo bench -p interdict-screening`.
//!
//! For figures on the real lists there is the example `throughput`, for large ones `million`.

use std::sync::{Arc, LazyLock};

use interdict_index::Description;
use interdict_model::{DatasetName, Entity, Schema, Statement};
use interdict_screening::{Engine, Policy, Request, Snapshot, segment_in_memory};
use interdict_synthetic::population::{Mix, made};

fn main() {
    divan::main();
}

fn entity(id: &str, name: &str) -> Entity {
    let schema = Schema::get("Person").expect("persons");
    let mut entity = Entity::new(id, schema);
    entity.add(Statement {
        property: schema.property("name").expect("names"),
        value: name.into(),
        original: None,
        lang: None,
        dataset: DatasetName::new("made_up").expect("a good name"),
        origin: None,
        first_seen: None,
        last_seen: None,
    });
    entity
}

static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let entities = (0..20_000).map(|i| entity(&format!("m{i}"), &made(1, i, Mix::default()).name));
    let description = Description {
        dataset: DatasetName::new("made_up").expect("a good name"),
        version: "1".to_owned(),
    };
    let segment = segment_in_memory(description, entities).expect("a segment");
    Engine::new(
        Snapshot::new([Arc::new(segment)]),
        Policy::shipped().expect("the shipped policy"),
    )
});

/// Names that are not listed, each asked for the first time.
#[divan::bench]
fn other_names(bencher: divan::Bencher<'_, '_>) {
    let mut screener = ENGINE.screener();
    let mut number = 0;
    bencher.bench_local(|| {
        number += 1;
        let query = entity("q", &made(2, number, Mix::default()).name);
        screener.find(&query, &Request::default())
    });
}

/// Listed names, with reasons.
#[divan::bench]
fn listed_names(bencher: divan::Bencher<'_, '_>) {
    let mut screener = ENGINE.screener();
    let mut number = 0;
    bencher.bench_local(|| {
        number += 7;
        let query = entity("q", &made(1, number % 20_000, Mix::default()).name);
        screener.screen(&query, &Request::default(), jiff::civil::date(2026, 1, 1))
    });
}
