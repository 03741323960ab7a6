//! Original-script names of other lists, asked of a list that has Latin letters only.

use std::collections::BTreeMap;
use std::sync::Arc;

use interdict_evidence::{FactKind, NameClass};
use interdict_index::Segment;
use interdict_model::Schema;
use interdict_screening::{Engine, Policy, Request, Snapshot};

use crate::{Outcome, query, sample};

/// Most names of a script that are asked.
const ASKED: usize = 100;

/// Least score of a Latin name with a year of birth in common for two entries to be one person.
const SAME: u16 = 9_800;

pub(crate) fn run(segments: Vec<Arc<Segment>>) -> Outcome<()> {
    let is_ofac = |s: &Arc<Segment>| s.description().dataset.as_str() == "us_ofac_sdn";
    let (ofac, others): (Vec<_>, Vec<_>) = segments.into_iter().partition(is_ofac);
    let engine = Engine::new(Snapshot::new(ofac.clone()), Policy::shipped()?);
    let mut screener = engine.screener();
    let person = Schema::get("Person").ok_or("no persons")?;
    let today = jiff::civil::date(2026, 1, 1);
    let mut asked: BTreeMap<&'static str, Vec<(String, String)>> = BTreeMap::new();
    for segment in &others {
        let view = segment.view();
        for entity in 0..view.entity_count() {
            if !view.schema(entity)?.is_named("Person") {
                continue;
            }
            let mut latin = Vec::new();
            let mut native = Vec::new();
            for ordinal in view.names_of(entity)? {
                let name = view.name(ordinal)?;
                match script(name.text) {
                    Some(script) => native.push((script, name.text.to_owned())),
                    None if name.class != NameClass::Weak => latin.push(name.text.to_owned()),
                    None => {}
                }
            }
            let years: Vec<String> = years(view.facts(entity)?.as_slice());
            if native.is_empty() || years.is_empty() {
                continue;
            }
            let mut same = None;
            for name in latin.iter().take(4) {
                let answer = screener.screen(&query(person, name)?, &Request::default(), today)?;
                same = answer.hits.into_iter().find(|hit| {
                    hit.score.0 >= SAME
                        && hit
                            .dates
                            .iter()
                            .any(|d| years.iter().any(|y| d.starts_with(y.as_str())))
                });
                if same.is_some() {
                    break;
                }
            }
            if let Some(hit) = same {
                for (script, text) in native {
                    let list = asked.entry(script).or_default();
                    if !list.iter().any(|(known, _)| *known == text) {
                        list.push((text, hit.id.clone()));
                    }
                }
            }
        }
    }
    println!("script | names | found | first");
    for (script, names) in asked {
        let mut names = sample(names, ASKED);
        names.truncate(ASKED);
        let (mut found, mut first) = (0, 0);
        for (text, id) in &names {
            let answer = screener.screen(&query(person, text)?, &Request::default(), today)?;
            found += usize::from(answer.hits.iter().any(|h| h.id == *id));
            first += usize::from(answer.hits.first().is_some_and(|h| h.id == *id));
        }
        let share = |n: usize| n as f64 / names.len().max(1) as f64;
        println!(
            "{script} | {} | {:.3} | {:.3}",
            names.len(),
            share(found),
            share(first)
        );
    }
    Ok(())
}

fn years(facts: &[interdict_evidence::FactRef<'_>]) -> Vec<String> {
    facts
        .iter()
        .filter(|f| f.kind == FactKind::StartDate)
        .filter_map(|f| f.value.get(..4).map(str::to_owned))
        .collect()
}

/// The script of a name that has no Latin letters.
fn script(text: &str) -> Option<&'static str> {
    if text.chars().any(|c| c.is_ascii_alphabetic()) {
        return None;
    }
    text.chars().find_map(|c| match c {
        '\u{370}'..='\u{3ff}' => Some("Greek"),
        '\u{400}'..='\u{4ff}' => Some("Cyrillic"),
        '\u{530}'..='\u{58f}' => Some("Armenian"),
        '\u{590}'..='\u{5ff}' => Some("Hebrew"),
        '\u{600}'..='\u{6ff}' => Some("Arabic"),
        '\u{10a0}'..='\u{10ff}' => Some("Georgian"),
        '\u{3040}'..='\u{30ff}' => Some("Kana"),
        '\u{4e00}'..='\u{9fff}' => Some("Han"),
        '\u{ac00}'..='\u{d7a3}' => Some("Hangul"),
        _ => None,
    })
}
