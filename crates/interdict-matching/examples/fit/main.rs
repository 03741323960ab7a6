//! Fits the numbers of `data/scoring.tsv` and shows what they are worth on names that they were not
//! fitted on: `cargo run --release -p interdict-matching --features tuning --example fit [held-out|ablation]`.
//!
//! Every number is moved along a grid, one after the other, while a loss falls that adds up: the
//! labelled pairs' F1, misspelt names missed, clean names alerted, spellings of one entity missed,
//! and different people of one list taken for one. `held-out` leaves each group of labelled pairs
//! out of the fit whole, then judges it with what the others gave, and pools. No chance is used but
//! a seed in the intervals.
#![allow(clippy::print_stdout, reason = "a command for people")]
#![allow(clippy::unwrap_used, reason = "an example may stop on bad data")]
#![allow(clippy::indexing_slicing, reason = "an example may stop on bad data")]

#[path = "../figures/data.rs"]
#[allow(dead_code, reason = "shared with the example `figures`")]
mod data;
#[path = "../figures/edits.rs"]
mod edits;
mod items;

use std::collections::BTreeMap;

use interdict_matching::{Parameters, use_parameters};
use items::{Items, Set};

fn main() {
    let what = std::env::args().nth(1).unwrap_or_default();
    let items = Items::read();
    items.print_sizes();
    let shipped = Parameters::shipped();
    let mut fit = Fit::new(&items, shipped);
    println!("shipped: {}", fit.account(None));
    match what.as_str() {
        "held-out" => held_out(&items, shipped),
        "ablation" => ablation(&mut fit, shipped),
        _ => {
            let fitted = fit.descend(None);
            for ((name, was), is) in Parameters::NAMES
                .iter()
                .zip(shipped.values())
                .zip(fitted.values())
            {
                if was != is {
                    println!("{name}\t{was} -> {is}");
                }
            }
            println!("fitted: {}", fit.account(None));
        }
    }
}

/// Each group of labelled pairs judged by what was fitted without it.
fn held_out(items: &Items, shipped: Parameters) {
    // Nothing is known of a group before the fit but neutral numbers.
    let mut verdicts: Vec<(bool, bool)> = Vec::new();
    let start = Fit::new(items, neutral(shipped));
    for group in 0..items.groups.len() {
        let mut fit = start.clone();
        let fitted = fit.descend(Some(group));
        use_parameters(fitted);
        let mine: Vec<(bool, bool)> = items
            .list
            .iter()
            .filter(|i| i.set == Set::Labelled(group))
            .map(|i| (i.hit(), i.same))
            .collect();
        println!("{:18} {}", items.groups[group], tally(&mine));
        verdicts.extend(mine);
    }
    let (low, high) = bootstrap(&verdicts);
    println!(
        "pooled             {} interval {low:.3} to {high:.3}",
        tally(&verdicts)
    );
}

/// Every factor at 0.80, limits as shipped: what one would write down without looking at a pair.
fn neutral(shipped: Parameters) -> Parameters {
    let mut out = shipped;
    for name in Parameters::NAMES {
        if !is_limit(name) {
            out.set(name, 8_000);
        }
    }
    out
}

fn is_limit(name: &str) -> bool {
    name.ends_with("_from") || name.ends_with("_to") || name == "weak_edits"
}

fn f1(pairs: &[(bool, bool)]) -> (f64, u32, u32, u32) {
    let count =
        |hit, same| u32::try_from(pairs.iter().filter(|p| **p == (hit, same)).count()).unwrap();
    let (tp, fp, missed) = (count(true, true), count(true, false), count(false, true));
    let f1 = f64::from(2 * tp) / f64::from((2 * tp + fp + missed).max(1));
    (f1, tp, fp, missed)
}

fn tally(pairs: &[(bool, bool)]) -> String {
    let (f1, tp, fp, missed) = f1(pairs);
    format!("F1 {f1:.3} ({tp} found, {fp} false, {missed} missed)")
}

/// The middle 95 of 100 of F1 over 2,000 samples with replacement, seeded.
fn bootstrap(pairs: &[(bool, bool)]) -> (f64, f64) {
    let mut state = 20_260_101_u64;
    let mut values: Vec<f64> = (0..2_000)
        .map(|_| {
            let sample: Vec<(bool, bool)> = (0..pairs.len())
                .map(|_| {
                    state = state
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1_442_695_040_888_963_407);
                    pairs[(state >> 33) as usize % pairs.len()]
                })
                .collect();
            f1(&sample).0
        })
        .collect();
    values.sort_by(f64::total_cmp);
    (values[50], values[1_949])
}

/// What each rule is worth: the shipped numbers with one of them switched off.
fn ablation(fit: &mut Fit<'_>, shipped: Parameters) {
    for (at, name) in Parameters::NAMES.iter().enumerate() {
        if is_limit(name) || *name == "across_scripts" {
            continue;
        }
        let mut without = shipped;
        without.set(name, 10_000);
        let hits = fit.hits_with(at, without);
        println!("without {name:28} {}", fit.account_of(&hits, None));
    }
}

#[derive(Clone)]
struct Fit<'i> {
    items: &'i Items,
    current: Parameters,
    hits: Vec<bool>,
    /// Items whose outcome a number can change.
    touched: Vec<Vec<usize>>,
}

impl<'i> Fit<'i> {
    fn new(items: &'i Items, start: Parameters) -> Self {
        use_parameters(start);
        let scores: Vec<u16> = items.list.iter().map(items::Item::score).collect();
        let mut touched = Vec::new();
        for name in Parameters::NAMES {
            let mut mine = vec![false; items.list.len()];
            for extreme in grid(name).into_iter().rev().step_by(4) {
                let mut other = start;
                other.set(name, extreme);
                use_parameters(other);
                for (i, item) in items.list.iter().enumerate() {
                    mine[i] |= item.score() != scores[i];
                }
            }
            touched.push((0..mine.len()).filter(|i| mine[*i]).collect());
        }
        Fit {
            items,
            current: start,
            hits: scores.iter().map(|s| *s >= 7_000).collect(),
            touched,
        }
    }

    fn hits_with(&self, at: usize, parameters: Parameters) -> Vec<bool> {
        use_parameters(parameters);
        let mut hits = self.hits.clone();
        for i in &self.touched[at] {
            hits[*i] = self.items.list[*i].hit();
        }
        hits
    }

    fn descend(&mut self, without: Option<usize>) -> Parameters {
        let mut loss = self.loss(&self.hits, without);
        for _ in 0..3 {
            let before = loss;
            for (at, name) in Parameters::NAMES.iter().enumerate() {
                let mut best: Option<(f64, Parameters, Vec<bool>)> = None;
                for value in grid(name) {
                    let mut other = self.current;
                    other.set(name, value);
                    let hits = self.hits_with(at, other);
                    let l = self.loss(&hits, without);
                    // A number moves only for something.
                    if l < best.as_ref().map_or(loss - 0.03, |b| b.0) {
                        best = Some((l, other, hits));
                    }
                }
                if let Some((l, parameters, hits)) = best {
                    (loss, self.current, self.hits) = (l, parameters, hits);
                }
            }
            if before - loss < 0.05 {
                break;
            }
        }
        self.current
    }

    /// Shares of hits by set; of the labelled pairs, F1.
    fn shares(&self, hits: &[bool], without: Option<usize>) -> BTreeMap<&'static str, f64> {
        let mut sums: BTreeMap<&'static str, (f64, f64)> = BTreeMap::new();
        let mut labelled = Vec::new();
        for (item, hit) in self.items.list.iter().zip(hits) {
            if let Set::Labelled(group) = item.set {
                if Some(group) != without {
                    labelled.push((*hit, item.same));
                }
                continue;
            }
            let sum = sums.entry(item.set.name()).or_default();
            sum.0 += f64::from(u8::from(*hit));
            sum.1 += 1.0;
        }
        let mut out: BTreeMap<&'static str, f64> = sums
            .into_iter()
            .map(|(name, (hit, all))| (name, hit / all))
            .collect();
        out.insert("labelled", f1(&labelled).0);
        // Per thousand of the clean names that were asked.
        let clean = out.get("clean").copied().unwrap_or(0.0);
        let pairs = self
            .items
            .list
            .iter()
            .filter(|i| i.set == Set::Clean)
            .count();
        out.insert(
            "clean",
            clean * pairs as f64 / f64::from(items::CLEAN_ASKED) * 1_000.0,
        );
        out
    }

    fn loss(&self, hits: &[bool], without: Option<usize>) -> f64 {
        let s = self.shares(hits, without);
        let of = |name: &str| s.get(name).copied().unwrap_or(0.0);
        100.0 * (1.0 - of("labelled"))
            + 80.0 * (1.0 - of("misspelt persons"))
            + 80.0 * (1.0 - of("misspelt organisations"))
            + 1.5 * of("clean")
            + 20.0 * (1.0 - of("aliases"))
            + 60.0 * (1.0 - of("across scripts"))
            + 1_000.0 * (of("others across scripts") - 0.002).max(0.0)
            + 20.0 * of("other persons")
            + 10.0 * of("other organisations")
    }

    fn account(&self, without: Option<usize>) -> String {
        self.account_of(&self.hits, without)
    }

    fn account_of(&self, hits: &[bool], without: Option<usize>) -> String {
        let shares: Vec<String> = self
            .shares(hits, without)
            .into_iter()
            .map(|(name, share)| format!("{name} {share:.3}"))
            .collect();
        format!(
            "{} | loss {:.2}",
            shares.join(", "),
            self.loss(hits, without)
        )
    }
}

fn grid(name: &str) -> Vec<u16> {
    match name {
        "person_different_from" | "other_different_from" => (0..=40).step_by(5).collect(),
        "person_different_to" | "other_different_to" => (20..=90).step_by(10).collect(),
        "weak_edits" => (4_500..=7_500).step_by(500).collect(),
        "across_scripts" => (0..=10_000).step_by(2_500).collect(),
        _ => (5_000..=10_000).step_by(500).collect(),
    }
}
