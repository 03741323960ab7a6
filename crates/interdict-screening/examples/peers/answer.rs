//! Interdict's answers, in the shape that the peer's side writes too.

use std::hint::black_box;
use std::path::Path;

use interdict_evidence::Side;
use interdict_matching::{Options, Subject, score_entity};
use interdict_screening::{Engine, Policy, Request, Snapshot};
use interdict_text::analyse;

use crate::{Result, named};

/// How often a pair is scored for the figure of its time.
const ROUNDS: usize = 200;

pub(crate) fn answer(lists: &Snapshot, out: &Path) -> Result<()> {
    let engine = Engine::new(lists.clone(), Policy::shipped()?);
    let pairs = pairs(&engine, out)?;
    let scripts = scripts(&engine, out)?;
    let screen = screen(&engine, out)?;
    let all = serde_json::json!({
        "name": format!("Interdict {}", env!("CARGO_PKG_VERSION")),
        "policy": engine.policy().hash(),
        "pairs": pairs,
        "scripts": scripts,
        "screen": screen,
    });
    std::fs::write(out.join("interdict.json"), serde_json::to_string(&all)?)?;
    Ok(())
}

fn score(query: &Subject, list: &Subject, options: &Options) -> f64 {
    let (query, list) = (query.view(Side::Query), list.view(Side::List));
    f64::from(score_entity(&query.as_ref(), &list.as_ref(), options).score) / 10_000.0
}

fn pairs(engine: &Engine, out: &Path) -> Result<serde_json::Value> {
    let mut reader = csv::Reader::from_path(out.join("pairs.csv"))?;
    let mut entities = Vec::new();
    for row in reader.records() {
        let row = row?;
        let schema = row.get(1).unwrap_or_default();
        let name = |at: usize| named(schema, &[row.get(at).unwrap_or_default()]);
        let (query, list) = (name(2)?, name(3)?);
        let options = engine.policy().options_for(query.schema);
        entities.push((query, list, options));
    }
    let prepared: Vec<_> = entities
        .iter()
        .map(|(q, l, options)| (Subject::new(q, analyse), Subject::new(l, analyse), options))
        .collect();
    let views: Vec<_> = prepared
        .iter()
        .map(|(q, l, options)| (q.view(Side::Query), l.view(Side::List), *options))
        .collect();
    let scores: Vec<f64> = prepared
        .iter()
        .map(|(q, l, options)| score(q, l, options))
        .collect();
    let before = cpu_seconds();
    for _ in 0..ROUNDS {
        for (q, l, options) in &views {
            black_box(score_entity(&q.as_ref(), &l.as_ref(), options));
        }
    }
    let each = |seconds: f64, rounds: usize| seconds * 1e6 / (rounds * views.len()).max(1) as f64;
    let both_prepared = each(cpu_seconds() - before, ROUNDS);
    let before = cpu_seconds();
    for _ in 0..10 {
        for (q, l, options) in &entities {
            black_box(score(
                &Subject::new(q, analyse),
                &Subject::new(l, analyse),
                options,
            ));
        }
    }
    let raw = each(cpu_seconds() - before, 10);
    Ok(serde_json::json!({"scores": scores, "micros_prepared": both_prepared, "micros_raw": raw}))
}

fn scripts(engine: &Engine, out: &Path) -> Result<serde_json::Value> {
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_path(out.join("scripts.csv"))?;
    let mut scores = Vec::new();
    for row in reader.records() {
        let row = row?;
        let native = named("Person", &[row.get(2).unwrap_or_default()])?;
        let latin: Vec<&str> = row.iter().skip(3).collect();
        let latin = named("Person", &latin)?;
        let options = engine.policy().options_for(native.schema);
        scores.push(score(
            &Subject::new(&native, analyse),
            &Subject::new(&latin, analyse),
            &options,
        ));
    }
    Ok(serde_json::json!({ "scores": scores }))
}

/// Screens with the index, one thread, with full reasons.
fn screen(engine: &Engine, out: &Path) -> Result<serde_json::Value> {
    let mut reader = csv::Reader::from_path(out.join("screen.csv"))?;
    let rows: Vec<csv::StringRecord> = reader.records().collect::<std::result::Result<_, _>>()?;
    let queries: Vec<_> = rows
        .iter()
        .map(|row| {
            let schema = row.get(1).unwrap_or_default();
            named(schema, &[row.get(2).unwrap_or_default()])
        })
        .collect::<std::result::Result<_, _>>()?;
    // Once for each state of the lists, as the peer builds its index before it is asked.
    engine.prepare();
    let mut screener = engine.screener();
    let request = Request::default();
    let today = jiff::civil::date(2024, 5, 16);
    let mut answers: Vec<Vec<String>> = vec![Vec::new(); rows.len()];
    let mut seconds = std::collections::BTreeMap::<bool, (f64, usize)>::new();
    for clean in [true, false] {
        let own: Vec<usize> = (0..rows.len())
            .filter(|at| (rows[*at].get(0) == Some("clean")) == clean)
            .collect();
        let before = cpu_seconds();
        let answered: Vec<_> = own
            .iter()
            .map(|at| screener.screen(&queries[*at], &request, today))
            .collect::<std::result::Result<_, _>>()?;
        seconds.insert(clean, (cpu_seconds() - before, own.len()));
        for (at, answer) in own.into_iter().zip(answered) {
            // The peer's side keeps every hit: ids beyond the limit come from the scores alone.
            let mut ids: Vec<String> = answer.hits.iter().map(|hit| hit.id.clone()).collect();
            if answer.hits.len() < answer.total.value {
                let (found, _) = screener.find(&queries[at], &request)?;
                for f in found.iter().filter(|f| !f.scored.excluded).skip(ids.len()) {
                    let view = engine.snapshot().segments()[f.segment].view();
                    ids.push(view.id(f.entity)?.to_owned());
                }
            }
            answers[at] = ids;
        }
    }
    let rate = |clean: bool| {
        seconds.get(&clean).map_or(0.0, |(seconds, queries)| {
            *queries as f64 / seconds.max(1e-9)
        })
    };
    Ok(serde_json::json!({
        "hits": answers, "clean_a_second": rate(true), "disguised_a_second": rate(false),
    }))
}

/// Seconds of processor that this thread has used (Linux; elsewhere 0).
fn cpu_seconds() -> f64 {
    std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|text| text.split(' ').next()?.parse::<f64>().ok())
        .map_or(0.0, |nanoseconds| nanoseconds / 1e9)
}
