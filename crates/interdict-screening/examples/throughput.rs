//! Queries per second on one core: `cargo run --release -p interdict-screening --example
//! throughput -- FOLDER NAMES.csv [clean|hits]`.
//!
//! FOLDER holds segments (`DATA/segments`), NAMES.csv a column `full_name` of names that are on no
//! list. The lists' own names, evenly sampled, are the hits; those answers carry full reasons.
//! Prints seconds of one thread, by the wall clock and of the processor; making the lists one for
//! searching, once for each state of the lists, has a line of its own.
#![allow(clippy::print_stdout, reason = "an example for people")]

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use interdict_index::Segment;
use interdict_model::{DatasetName, Entity, Schema, Statement};
use interdict_screening::{Engine, Policy, Request, Snapshot};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let usage = "usage: throughput FOLDER NAMES.csv [clean|hits]";
    let (folder, names) = (
        arguments.next().ok_or(usage)?,
        arguments.next().ok_or(usage)?,
    );
    let only = arguments.next();
    let wanted = |what| only.as_deref().is_none_or(|only| only == what);
    let started = Instant::now();
    let engine = Engine::new(open(Path::new(&folder))?, Policy::shipped()?);
    println!("opened in {:.3} s", started.elapsed().as_secs_f64());
    let clean = clean(&names)?;
    println!("first answer {:.3} s after the start", {
        let query = clean.first().ok_or("no names")?;
        engine
            .screener()
            .screen(query, &Request::default(), jiff::civil::date(2024, 5, 16))?;
        started.elapsed().as_secs_f64()
    });
    let cpu = cpu_seconds();
    engine.prepare();
    println!("made one in {:.2} s processor", cpu_seconds() - cpu);
    if wanted("clean") {
        run(&engine, "clean", &clean)?;
    }
    if wanted("hits") {
        run(&engine, "hits", &listed(&engine, 4_000)?)?;
    }
    Ok(())
}

fn run(engine: &Engine, what: &str, queries: &[Entity]) -> Result<(), Box<dyn Error>> {
    let mut screener = engine.screener();
    let request = Request::default();
    let today = jiff::civil::date(2024, 5, 16);
    let (wall, cpu) = (Instant::now(), cpu_seconds());
    let (mut with_hits, mut hits) = (0, 0);
    for query in queries {
        let answer = screener.screen(query, &request, today)?;
        with_hits += usize::from(!answer.hits.is_empty());
        hits += answer.hits.len();
    }
    let (wall, cpu) = (wall.elapsed().as_secs_f64(), cpu_seconds() - cpu);
    let n = queries.len();
    println!(
        "{what}: {n} queries, {with_hits} with hits, {hits} hits; {wall:.2} s wall, {cpu:.2} s \
         processor: {:.0} a second by the wall, {:.0} by the processor",
        n as f64 / wall,
        n as f64 / cpu,
    );
    let work = screener.work();
    let each = |count: u64| count as f64 / n as f64;
    println!(
        "  a query: {:.1} units looked up, {:.1} of them remembered, {:.1} readings bounded, {:.1} \
         scored, {:.3} scans",
        each(work.enumerated),
        each(work.remembered),
        each(work.bounded),
        each(work.survivors),
        each(work.scans),
    );
    Ok(())
}

/// Seconds of processor that this thread has used (Linux; elsewhere 0).
fn cpu_seconds() -> f64 {
    std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|text| text.split(' ').next()?.parse::<f64>().ok())
        .map_or(0.0, |nanoseconds| nanoseconds / 1e9)
}

fn open(folder: &Path) -> Result<Snapshot, Box<dyn Error>> {
    let mut paths: Vec<_> = std::fs::read_dir(folder)?
        .map(|e| e.map(|e| e.path()))
        .collect::<Result<_, _>>()?;
    paths.sort();
    let mut segments = Vec::new();
    for path in paths
        .iter()
        .filter(|p| p.extension().is_some_and(|e| e == "seg"))
    {
        segments.push(Arc::new(Segment::open(path)?));
    }
    Ok(Snapshot::new(segments))
}

fn query(schema: Schema, name: &str) -> Result<Entity, Box<dyn Error>> {
    let mut query = Entity::new("query", schema);
    query.add(Statement {
        property: schema.property("name").ok_or("no names")?,
        value: name.into(),
        original: None,
        lang: None,
        dataset: DatasetName::new("query")?,
        origin: None,
        first_seen: None,
        last_seen: None,
    });
    Ok(query)
}

fn clean(path: &str) -> Result<Vec<Entity>, Box<dyn Error>> {
    let person = Schema::get("Person").ok_or("no persons")?;
    let mut reader = csv::Reader::from_path(path)?;
    let column = reader
        .headers()?
        .iter()
        .position(|h| h == "full_name")
        .ok_or("no column full_name")?;
    reader
        .records()
        .map(|record| query(person, record?.get(column).unwrap_or_default()))
        .collect()
}

fn listed(engine: &Engine, wanted: u32) -> Result<Vec<Entity>, Box<dyn Error>> {
    let segments = engine.snapshot().segments();
    let all: u32 = segments.iter().map(|s| s.view().name_count()).sum();
    let step = (all / wanted).max(1);
    let mut queries = Vec::new();
    for segment in segments {
        let view = segment.view();
        for ordinal in (0..view.name_count()).step_by(step as usize) {
            let name = view.name(ordinal)?;
            queries.push(query(view.schema(name.entity)?, name.text)?);
        }
    }
    Ok(queries)
}
