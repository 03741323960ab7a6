//! Prints how well names are told apart: `figures [pairs|edits|clean|scripts|speed|all] [-v] [SKIP]`.
//!
//! Reads the development data beside the repository (`../shared/data`) and OFAC's current list.
#![allow(clippy::print_stdout, reason = "a command for people")]
#![allow(clippy::unwrap_used, reason = "an example may stop on bad data")]

mod data;
mod edits;

use std::collections::BTreeMap;
use std::time::Instant;

use interdict_evidence::{FactRef, NameClass, Side, pair_kind};
use interdict_matching::{Options, Subject, explain, score_entity, score_name};
use interdict_text::{NameKind, analyse};

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let verbose = args.iter().any(|a| a == "-v");
    let what = args
        .iter()
        .find(|a| *a != "-v")
        .map_or("all", String::as_str);
    for (name, run) in [
        ("pairs", pairs as fn(bool)),
        ("edits", edit_kinds),
        ("clean", clean),
        ("scripts", scripts),
        ("speed", speed),
    ] {
        if what == "all" || what == name {
            println!("== {name}");
            run(verbose);
        }
    }
}

fn name_score(query: &Subject, list: &Subject) -> u16 {
    let kind = pair_kind(query.kind, list.kind);
    let (q, l) = (query.view(Side::Query), list.view(Side::List));
    let (q, l) = (q.as_ref(), l.as_ref());
    q.names
        .iter()
        .flat_map(|x| {
            l.names
                .iter()
                .map(|y| score_name(&x.tokens, &y.tokens, kind).score)
        })
        .max()
        .unwrap_or(0)
}

fn pairs(verbose: bool) {
    let mut tally: BTreeMap<String, [u32; 4]> = BTreeMap::new();
    for row in data::rows("labelled/name_pairs_dev.csv") {
        let kind = data::kind(&row[1]);
        let query = Subject::of_name(&row[2], kind, analyse);
        let list = Subject::of_name(&row[3], kind, analyse);
        let score = name_score(&query, &list);
        let (hit, is) = (score >= 7_000, &row[4] == "true");
        let slot = match (hit, is) {
            (true, true) => 0,
            (true, false) => 1,
            (false, true) => 2,
            (false, false) => 3,
        };
        let keys = [
            "all".to_owned(),
            format!("group {}", &row[0]),
            format!("schema {}", &row[1]),
            format!("tier {}", &row[5]),
        ];
        for key in keys {
            tally.entry(key).or_default()[slot] += 1;
        }
        if verbose && hit != is {
            let why = explain(&query, &list, &Options::default());
            println!(
                "{} {score} {} {} {}\n     {}",
                if hit { "FP" } else { "FN" },
                &row[0],
                &row[5],
                &row[7],
                why.sentence
            );
        }
    }
    for (key, [tp, fp, missed, tn]) in tally {
        let f1 = f64::from(2 * tp) / f64::from(2 * tp + fp + missed);
        println!("{key:28} F1 {f1:.3}  tp {tp} fp {fp} fn {missed} tn {tn}");
    }
}

/// Recall of a name against its own entry after one manipulation, by kind.
fn edit_kinds(verbose: bool) {
    let entries = data::ofac();
    for kind in [NameKind::Person, NameKind::Organization] {
        let mut all = (0, 0);
        let chosen: Vec<&data::Entry> = entries.iter().filter(|e| e.subject.kind == kind).collect();
        let step = chosen.len() / 400;
        for (name, edit) in edits::KINDS {
            let (mut found, mut asked) = (0, 0);
            for (i, entry) in chosen.iter().step_by(step.max(1)).enumerate() {
                let Some(text) = edit(&entry.natural, u64::try_from(i).unwrap()) else {
                    continue;
                };
                if text == entry.natural {
                    continue;
                }
                asked += 1;
                let query = Subject::of_name(&text, kind, analyse);
                let score = name_score(&query, &entry.subject);
                if score >= 7_000 {
                    found += 1;
                } else if verbose && asked - found < 30 {
                    let why = explain(&query, &entry.subject, &Options::default());
                    println!("  {name} {score}: {}", why.sentence);
                }
            }
            all = (all.0 + found, all.1 + asked);
            println!(
                "{kind:?} {name:32} {found:4}/{asked:4} {:.3}",
                f64::from(found) / f64::from(asked.max(1))
            );
        }
        println!("{kind:?} all {:.3}", f64::from(all.0) / f64::from(all.1));
    }
}

/// Hits per 1,000 of names that are on no list.
fn clean(verbose: bool) {
    let entries = data::ofac();
    let people: Vec<_> = entries
        .iter()
        .filter(|e| e.subject.kind == NameKind::Person)
        .collect();
    let views: Vec<_> = people.iter().map(|e| e.subject.view(Side::List)).collect();
    let options = Options::default();
    let (mut asked, mut hits, mut dated) = (0u32, 0u32, 0u32);
    // A number asks other names than those that figures are stated on.
    let skip = std::env::args()
        .find_map(|a| a.parse().ok())
        .unwrap_or(0usize);
    for row in data::rows("labelled/negatives_us_10k.csv")
        .into_iter()
        .skip(skip)
        .step_by(10)
    {
        asked += 1;
        let query = Subject::of_name(&row[0], NameKind::Person, analyse);
        let view = query.view(Side::Query);
        let facts = [FactRef {
            kind: interdict_evidence::FactKind::StartDate,
            value: &row[5],
        }];
        let mut with_date = view.as_ref();
        with_date.facts = &facts;
        let (mut hit, mut date_hit) = (false, false);
        for (entry, list) in people.iter().zip(&views) {
            let score = score_entity(&view.as_ref(), &list.as_ref(), &options).score;
            if score >= 6_700 {
                hit |= score >= 7_000;
                date_hit |= score_entity(&with_date, &list.as_ref(), &options).score >= 7_000;
                if verbose && score >= 7_000 {
                    println!(
                        "  {score} {}",
                        explain(&query, &entry.subject, &options).sentence
                    );
                }
            }
        }
        hits += u32::from(hit);
        dated += u32::from(date_hit);
    }
    let per = |n: u32| f64::from(n) * 1_000.0 / f64::from(asked);
    println!(
        "{asked} names: {:.1} hits per 1,000 by name, {:.1} with dates",
        per(hits),
        per(dated)
    );
}

/// Names in another script against the Latin names of the same UN or EU entry.
fn scripts(verbose: bool) {
    let sets = data::cross_script();
    for ((source, script), pairs) in &sets {
        let mut found = 0u32;
        let mut shown = 0;
        for (native, latin) in pairs {
            let query = Subject::of_name(native, NameKind::Person, analyse);
            let best = latin
                .iter()
                .map(|l| name_score(&query, &Subject::of_name(l, NameKind::Person, analyse)))
                .max()
                .unwrap_or(0);
            found += u32::from(best >= 7_000);
            if verbose && best < 7_000 && shown < 15 {
                shown += 1;
                let list = Subject::of_name(&latin[0], NameKind::Person, analyse);
                println!(
                    "  {best} {native} / {latin:?} {}",
                    explain(&query, &list, &Options::default()).sentence
                );
            }
        }
        // Random others of the same set; lists put families side by side, so not the next ones.
        let mut wrong = (0u32, 0u32);
        let mut state = 20_260_101_u64;
        for (native, own) in pairs.iter().take(500) {
            let query = Subject::of_name(native, NameKind::Person, analyse);
            for _ in 0..8 {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                let (_, latin) = &pairs[(state >> 33) as usize % pairs.len()];
                if latin == own {
                    continue;
                }
                wrong.1 += 1;
                let list = Subject::of_name(&latin[0], NameKind::Person, analyse);
                wrong.0 += u32::from(name_score(&query, &list) >= 7_000);
            }
        }
        println!(
            "{source} {script}: {found}/{} {:.3}; others {}/{} {:.4}",
            pairs.len(),
            f64::from(found) / pairs.len().max(1) as f64,
            wrong.0,
            wrong.1,
            f64::from(wrong.0) / f64::from(wrong.1.max(1))
        );
    }
}

fn speed(_verbose: bool) {
    let rows = data::rows("labelled/name_pairs_dev.csv");
    let prepared: Vec<_> = rows
        .iter()
        .map(|row| {
            let kind = data::kind(&row[1]);
            (
                Subject::of_name(&row[2], kind, analyse),
                Subject::of_name(&row[3], kind, analyse),
            )
        })
        .collect();
    let views: Vec<_> = prepared
        .iter()
        .map(|(q, l)| (q.view(Side::Query), l.view(Side::List)))
        .collect();
    let options = Options::default();
    let rounds = 200;
    let start = Instant::now();
    let mut sum = 0u64;
    for _ in 0..rounds {
        for (q, l) in &views {
            sum += u64::from(score_entity(&q.as_ref(), &l.as_ref(), &options).score);
        }
    }
    let each = start.elapsed().as_secs_f64() * 1e6 / (rounds * views.len()) as f64;
    let start = Instant::now();
    for row in &rows {
        let kind = data::kind(&row[1]);
        let q = Subject::of_name(&row[2], kind, analyse);
        let l = Subject::of_name(&row[3], kind, analyse);
        sum += u64::from(name_score(&q, &l));
    }
    let raw = start.elapsed().as_secs_f64() * 1e6 / rows.len() as f64;
    println!("a pair: {each:.2} µs prepared, {raw:.2} µs from text (checksum {sum})");
    let _ = NameClass::Primary;
}
