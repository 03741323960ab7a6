//! A list of many made-up names: `cargo run --release -p interdict-screening --example million --
//! [NAMES …]`, by default 100,000, 300,000 and 1,000,000.
//!
//! Prints seconds to build, bytes a name, milliseconds to open, and how long a query takes (seconds
//! of the processor, so that other work on the machine does not count): names that are not listed,
//! listed ones spoilt in one way of [`Kind`], and the worst there is. Then the exponent with which
//! times grow.
#![allow(clippy::print_stdout, reason = "an example for people")]

use std::error::Error;
use std::sync::Arc;
use std::time::Instant;

use interdict_index::{Description, Segment};
use interdict_model::{DatasetName, Entity, Schema, Statement};
use interdict_screening::{Engine, Policy, Request, Screener, Snapshot, build_segment};
use interdict_synthetic::population::{Made, Mix, made};
use interdict_synthetic::{Kind, Random, disguise};
use interdict_text::NameKind;

const SEED: u64 = 1;
const QUERIES: u64 = 2_000;

type Done<T> = Result<T, Box<dyn Error>>;

fn main() -> Done<()> {
    let mut sizes: Vec<u64> = std::env::args()
        .skip(1)
        .map(|n| n.parse())
        .collect::<Result<_, _>>()?;
    if sizes.is_empty() {
        sizes = vec![100_000, 300_000, 1_000_000];
    }
    let mut growth: Vec<(f64, f64, f64)> = Vec::new();
    for size in sizes {
        let (clean, spoilt) = figures(size)?;
        growth.push((size as f64, clean, spoilt));
    }
    if let (Some(first), Some(last)) = (growth.first(), growth.last())
        && growth.len() > 1
    {
        let exponent = |from: f64, to: f64| (to / from).ln() / (last.0 / first.0).ln();
        println!(
            "growth from {} to {} names: mean of clean names as n^{:.2}, of spoilt ones as n^{:.2}",
            first.0,
            last.0,
            exponent(first.1, last.1),
            exponent(first.2, last.2)
        );
    }
    Ok(())
}

/// Builds, opens and asks; gives the mean milliseconds of clean and of spoilt names.
fn figures(size: u64) -> Done<(f64, f64)> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("made.seg");
    let description = Description {
        dataset: DatasetName::new("made_up")?,
        version: "1".to_owned(),
    };
    let start = (Instant::now(), process_seconds());
    let mut problem = None;
    let entities = (0..size).map_while(|i| match listed(i) {
        Ok(entity) => Some(entity),
        Err(error) => {
            problem = Some(error);
            None
        }
    });
    let built = build_segment(description, entities, &path)?;
    if let Some(error) = problem {
        return Err(error);
    }
    println!(
        "{size} names: built in {:.1} s ({:.1} s processor), {:.0} bytes a name ({} readings, {} terms)",
        start.0.elapsed().as_secs_f64(),
        process_seconds() - start.1,
        built.bytes as f64 / size as f64,
        built.readings,
        built.terms
    );
    let start = Instant::now();
    let segment = Arc::new(Segment::open(&path)?);
    println!("  opened in {:.1} ms", start.elapsed().as_secs_f64() * 1e3);
    let mut sizes: Vec<_> = segment.sizes().collect();
    sizes.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
    let largest: Vec<String> = sizes
        .iter()
        .take(8)
        .map(|(name, bytes)| format!("{name} {:.0}", *bytes as f64 / size as f64))
        .collect();
    println!("  bytes a name by section: {}", largest.join(", "));
    let engine = Engine::new(Snapshot::new([segment]), Policy::shipped()?);
    let mut screener = engine.screener();
    let clean: Vec<Entity> = (0..QUERIES)
        .map(|i| query(&made(SEED + 1, i, Mix::default()), None))
        .collect::<Result<_, _>>()?;
    let spoilt: Vec<Entity> = (0..QUERIES)
        .map(|i| disguised(i, size))
        .collect::<Result<_, _>>()?;
    let clean = ask(&mut screener, "other names", &clean)?;
    let spoilt = ask(&mut screener, "listed names, spoilt", &spoilt)?;
    for (what, entity) in worst()? {
        let start = thread_seconds();
        let answer = screener.screen(&entity, &Request::default(), day())?;
        println!(
            "  {what}: {:.2} ms, {} hits",
            (thread_seconds() - start) * 1e3,
            answer.total.value
        );
    }
    Ok((clean, spoilt))
}

fn ask(screener: &mut Screener<'_>, what: &str, queries: &[Entity]) -> Done<f64> {
    let before = screener.work();
    let mut hits = 0;
    let mut times: Vec<f64> = Vec::with_capacity(queries.len());
    for query in queries {
        let start = thread_seconds();
        hits += screener
            .screen(query, &Request::default(), day())?
            .total
            .value;
        times.push((thread_seconds() - start) * 1e3);
    }
    let mean = times.iter().sum::<f64>() / times.len().max(1) as f64;
    times.sort_by(f64::total_cmp);
    let at = |share: usize| {
        times
            .get(times.len() * share / 1_000)
            .copied()
            .unwrap_or(0.0)
    };
    let work = screener.work();
    println!(
        "  {what}: p50 {:.2} ms, p90 {:.2}, p99 {:.2}, most {:.2}, mean {mean:.2}; {:.1} hits, {:.0} \
         readings bounded, {} scans in {} queries",
        at(500),
        at(900),
        at(990),
        times.last().copied().unwrap_or(0.0),
        hits as f64 / queries.len().max(1) as f64,
        (work.bounded - before.bounded) as f64 / queries.len().max(1) as f64,
        work.scans - before.scans,
        queries.len()
    );
    Ok(mean)
}

/// Queries made to be slow.
fn worst() -> Done<Vec<(&'static str, Entity)>> {
    let person = |names: &[String]| -> Done<Entity> {
        let mut entity = entity("worst", "Person")?;
        for name in names {
            add(&mut entity, "alias", name)?;
        }
        Ok(entity)
    };
    let aliases: Vec<String> = (0..80).map(|i| made(9, i, Mix::default()).name).collect();
    let letters: Vec<String> = ["a", "x", "J K", "a b c d e f g h"]
        .map(str::to_owned)
        .to_vec();
    Ok(vec![
        ("80 aliases", person(&aliases)?),
        (
            "a name of 10,000 letters",
            person(&["abcdefghij".repeat(1_000)])?,
        ),
        (
            "10,000 letters in words",
            person(&["Mohammed Ali ".repeat(770)])?,
        ),
        ("50 times Mohammed", person(&["Mohammed ".repeat(50)])?),
        ("one letter: a", person(&letters[..1])?),
        ("one letter: x", person(&letters[1..2])?),
        ("two initials", person(&letters[2..3])?),
        ("eight initials", person(&letters[3..])?),
        ("Mohammed", person(&["Mohammed".to_owned()])?),
    ])
}

fn day() -> jiff::civil::Date {
    jiff::civil::date(2026, 1, 1)
}

fn listed(number: u64) -> Done<Entity> {
    let mut entity = query(&made(SEED, number, Mix::default()), None)?;
    entity.id = format!("made-{number}").into();
    Ok(entity)
}

fn disguised(number: u64, size: u64) -> Done<Entity> {
    let listed = made(SEED, number.wrapping_mul(7_919) % size, Mix::default());
    let mut random = Random::of_item(SEED, number);
    let text = random
        .one(Kind::ALL)
        .and_then(|way| disguise(&listed.name, listed.kind, *way, &mut random.clone()));
    query(&listed, text)
}

fn query(made: &Made, text: Option<String>) -> Done<Entity> {
    let schema = match made.kind {
        NameKind::Person => "Person",
        _ => "Company",
    };
    let mut entity = entity("query", schema)?;
    add(&mut entity, "name", text.as_deref().unwrap_or(&made.name))?;
    Ok(entity)
}

fn entity(id: &str, schema: &str) -> Done<Entity> {
    Ok(Entity::new(id, Schema::get(schema).ok_or("no schema")?))
}

fn add(entity: &mut Entity, property: &str, value: &str) -> Done<()> {
    entity.add(Statement {
        property: entity.schema.property(property).ok_or("no property")?,
        value: value.into(),
        original: None,
        lang: None,
        dataset: DatasetName::new("made_up")?,
        origin: None,
        first_seen: None,
        last_seen: None,
    });
    Ok(())
}

/// Seconds of the processor that this thread has used.
fn thread_seconds() -> f64 {
    seconds(rustix::time::ClockId::ThreadCPUTime)
}

fn process_seconds() -> f64 {
    seconds(rustix::time::ClockId::ProcessCPUTime)
}

fn seconds(clock: rustix::time::ClockId) -> f64 {
    let time = rustix::time::clock_gettime(clock);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}
