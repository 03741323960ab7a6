//! Weak aliases and one-word names under each mode of the policy.

use std::sync::Arc;

use interdict_evidence::NameClass;
use interdict_index::Segment;
use interdict_model::{Entity, Schema};
use interdict_screening::{Engine, Policy, Request, Snapshot};

use crate::{Outcome, query, sample};

/// A listed name as a query, with the id of who bears it.
type Asked = (Entity, String);

pub(crate) fn run(segments: &[Arc<Segment>], clean: &str) -> Outcome<()> {
    let (mut weak, mut one_word): (Vec<Asked>, Vec<Asked>) = (Vec::new(), Vec::new());
    for segment in segments {
        let view = segment.view();
        for ordinal in 0..view.name_count() {
            let name = view.name(ordinal)?;
            let schema = view.schema(name.entity)?;
            let id = view.id(name.entity)?.to_owned();
            if name.class == NameClass::Weak {
                weak.push((query(schema, name.text)?, id));
            } else if name.class == NameClass::Primary && name.text.split_whitespace().count() == 1
            {
                one_word.push((query(schema, name.text)?, id));
            }
        }
    }
    let (weak, one_word) = (sample(weak, 1_500), sample(one_word, 1_500));
    let clean = clean_names(clean)?;
    println!(
        "{} weak aliases, {} one-word primary names, {} clean names",
        weak.len(),
        one_word.len(),
        clean.len()
    );
    println!(
        "weak_aliases | one_word_names | weak aliases found | one-word names found | alerts per 1,000"
    );
    for (weak_mode, one_word_mode) in [
        ("full", "full"),
        ("lowered", "full"),
        ("supported", "full"),
        ("off", "full"),
        ("lowered", "exact"),
        ("lowered", "supported"),
    ] {
        let text = format!(
            "format = 1\n[weak_aliases]\nmode = \"{weak_mode}\"\n[one_word_names]\nmode = \"{one_word_mode}\"\n"
        );
        let policy = Policy::parse(&text, "modes")?;
        let engine = Engine::new(Snapshot::new(segments.to_vec()), policy);
        let alerts = alerts(&engine, &clean)?;
        println!(
            "{weak_mode} | {one_word_mode} | {:.3} | {:.3} | {:.1}",
            recall(&engine, &weak)?,
            recall(&engine, &one_word)?,
            alerts as f64 * 1_000.0 / clean.len().max(1) as f64,
        );
    }
    Ok(())
}

/// Share of queries that find their own entity at the threshold of the policy.
fn recall(engine: &Engine, asked: &[Asked]) -> Outcome<f64> {
    let mut screener = engine.screener();
    let request = Request {
        limit: Some(2_000),
        ..Request::default()
    };
    let mut found = 0;
    for (query, id) in asked {
        let answer = screener.screen(query, &request, jiff::civil::date(2026, 1, 1))?;
        found += usize::from(answer.hits.iter().any(|h| h.id == *id && h.alert));
    }
    Ok(found as f64 / asked.len().max(1) as f64)
}

/// Names with at least one alert.
fn alerts(engine: &Engine, clean: &[Entity]) -> Outcome<usize> {
    let mut screener = engine.screener();
    let mut alerts = 0;
    for query in clean {
        let answer = screener.screen(query, &Request::default(), jiff::civil::date(2026, 1, 1))?;
        alerts += usize::from(answer.hits.iter().any(|h| h.alert));
    }
    Ok(alerts)
}

fn clean_names(path: &str) -> Outcome<Vec<Entity>> {
    let person = Schema::get("Person").ok_or("no persons")?;
    let mut reader = csv::Reader::from_path(path)?;
    let column = reader
        .headers()?
        .iter()
        .position(|h| h == "full_name")
        .ok_or("no column full_name")?;
    reader
        .records()
        .step_by(2)
        .map(|record| query(person, record?.get(column).unwrap_or_default()))
        .collect()
}
