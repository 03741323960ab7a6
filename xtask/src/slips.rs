//! Learns what a changed letter says: `data/slips.tsv`.
//!
//! Two spellings of one entity's name that agree but for one word, whose folds are one edit apart,
//! are counted by kind of edit and length. Against them stands how often two words of different
//! people's names are one edit apart of that kind, by the frequency of the words. The logarithm of the ratio
//! becomes a similarity. Counting needs no chance, so there is no seed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, Result};
use interdict_evidence::slips::{LENGTHS, SLIPS, Slip, length_class, slip};

use crate::train::{hex, tokens};

const OUTPUT: &str = "data/slips.tsv";

/// Most spellings of one entity that are compared with each other.
const MOST_SPELLINGS: usize = 40;
/// Similarity of a change that is as frequent between people as within one.
const NEUTRAL: f64 = 4_300.0;
/// What one unit of the natural logarithm of the ratio adds to a similarity.
const STEP: f64 = 640.0;
/// The most that a changed letter leaves.
const MOST: f64 = 9_300.0;
/// The least that it leaves.
const LEAST: f64 = 4_500.0;

/// Pairs for which the ratio of all lengths stands in at each length.
const PRIOR: f64 = 10.0;

type Cells = [[f64; LENGTHS]; SLIPS];

struct Input {
    path: &'static str,
    licence: &'static str,
    source: &'static str,
    /// Spellings of one name each.
    reader: fn(&str) -> Result<Vec<Vec<String>>>,
}

const INPUTS: &[Input] = &[
    Input {
        path: "eu/fsf/eu-fsf-names-2026-06-05.csv.zst",
        licence: "EU",
        source: "EU consolidated list of financial sanctions, names of 2026-06-05",
        reader: eu,
    },
    Input {
        path: "matching/transliteration/arabic-full-name-romanisations.csv.zst",
        licence: "CC0",
        source: "Wikidata, package arabic-name-romanizer 0.2.0",
        reader: arabic,
    },
];

/// Reads the inputs under `data` and writes the table and its record.
pub(crate) fn train(root: &Path, data: &Path) -> Result<()> {
    let mut sets = ofac_sets(data)?;
    let mut inputs = String::new();
    for path in ["ofac/current/sdn.csv", "ofac/current/alt.csv"] {
        let bytes = std::fs::read(data.join(path)).with_context(|| path.to_owned())?;
        record(&mut inputs, path, &bytes, "US-PD", "OFAC SDN list")?;
    }
    for input in INPUTS {
        let bytes = std::fs::read(data.join(input.path)).with_context(|| input.path.to_owned())?;
        let text = zstd::decode_all(bytes.as_slice()).with_context(|| input.path.to_owned())?;
        sets.extend((input.reader)(&String::from_utf8_lossy(&text))?);
        record(&mut inputs, input.path, &bytes, input.licence, input.source)?;
    }
    let (within, compared) = within(&sets);
    let between = between(&sets);
    let table = table(&within, compared, &between);
    std::fs::write(root.join(OUTPUT), &table)?;
    crate::record::put(
        root,
        OUTPUT,
        &format!(
            "sha256 = \"{}\"\ncommand = \"cargo xtask train\"\n{inputs}",
            hex(table.as_bytes())
        ),
    )?;
    println!(
        "wrote {OUTPUT}: {} name sets, {compared:.0} pairs of spellings",
        sets.len()
    );
    Ok(())
}

fn record(out: &mut String, path: &str, bytes: &[u8], class: &str, source: &str) -> Result<()> {
    let sum = hex(bytes);
    writeln!(
        out,
        "\n[[table.input]]\npath = \"{path}\"\nsha256 = \"{sum}\"\nclass = \"{class}\"\nsource = \"{source}\""
    )?;
    Ok(())
}

/// Primary names of persons on OFAC's list with their aliases.
fn ofac_sets(data: &Path) -> Result<Vec<Vec<String>>> {
    let rows = |name: &str| -> Result<Vec<csv::StringRecord>> {
        let bytes = std::fs::read(data.join(name)).with_context(|| name.to_owned())?;
        csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(bytes.as_slice())
            .records()
            .map(|row| Ok(row?))
            .collect()
    };
    let mut sets: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in rows("ofac/current/sdn.csv")? {
        if row.get(2).map(str::trim) == Some("individual") {
            sets.insert(row[0].trim().to_owned(), vec![row[1].to_owned()]);
        }
    }
    for row in rows("ofac/current/alt.csv")? {
        if let (Some(set), Some(name)) = (sets.get_mut(row[0].trim()), row.get(3)) {
            set.push(name.to_owned());
        }
    }
    Ok(sets.into_values().collect())
}

/// `row,full_name,aliases`, aliases separated by bars.
fn eu(text: &str) -> Result<Vec<Vec<String>>> {
    let mut sets = Vec::new();
    for row in csv::Reader::from_reader(text.as_bytes()).records() {
        let row = row?;
        let mut names = vec![row.get(1).unwrap_or_default().to_owned()];
        let aliases = row.get(2).unwrap_or_default().split(" | ");
        names.extend(aliases.map(str::to_owned));
        sets.push(names);
    }
    Ok(sets)
}

/// Latin spellings of one Arabic name in one country.
fn arabic(text: &str) -> Result<Vec<Vec<String>>> {
    let mut sets: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for row in csv::Reader::from_reader(text.as_bytes()).records() {
        let row = row?;
        let field = |i: usize| row.get(i).unwrap_or_default().to_owned();
        sets.entry((field(0), field(3))).or_default().push(field(1));
    }
    Ok(sets.into_values().filter(|names| names.len() > 1).collect())
}

/// One edit between words of two spellings of one name that otherwise agree, and how many pairs
/// of spellings differ in at most one word.
fn within(sets: &[Vec<String>]) -> (Cells, f64) {
    let mut cells = Cells::default();
    let mut compared = 0.0;
    for names in sets {
        let names: BTreeSet<Vec<String>> = names
            .iter()
            .map(|n| {
                let mut words = tokens(n);
                words.sort();
                words
            })
            .filter(|words| words.len() > 1)
            .take(MOST_SPELLINGS)
            .collect();
        let names: Vec<_> = names.into_iter().collect();
        let mut seen = BTreeSet::new();
        for (i, a) in names.iter().enumerate() {
            for b in names.iter().skip(i + 1) {
                let Some((x, y)) = only_difference(a, b) else {
                    continue;
                };
                if !seen.insert((x.clone(), y.clone())) {
                    continue;
                }
                compared += 1.0;
                if let Some(kind) = slip(x, y) {
                    cells[kind as usize][length_class(x.len().max(y.len()))] += 1.0;
                }
            }
        }
    }
    (cells, compared)
}

fn only_difference<'a>(a: &'a [String], b: &'a [String]) -> Option<(&'a String, &'a String)> {
    if a.len() != b.len() {
        return None;
    }
    let only = |x: &'a [String], y: &'a [String]| -> Vec<&'a String> {
        x.iter().filter(|w| !y.contains(w)).collect()
    };
    match (only(a, b).as_slice(), only(b, a).as_slice()) {
        ([x], [y]) => Some((x.min(y), x.max(y))),
        _ => None,
    }
}

/// How often two words of names of different people are one edit apart, by kind.
fn between(sets: &[Vec<String>]) -> Cells {
    let mut counts: BTreeMap<String, f64> = BTreeMap::new();
    let mut total = 0.0;
    for names in sets {
        let words: BTreeSet<String> = names.iter().flat_map(|n| tokens(n)).collect();
        let share = 1.0 / words.len().max(1) as f64;
        for word in words {
            *counts.entry(word).or_default() += share;
            total += share;
        }
    }
    // Words one edit apart share what is left of one of them when one letter is taken out.
    let mut near: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for word in counts.keys() {
        near.entry(word.clone()).or_default().push(word);
        for i in 0..word.len() {
            let mut cut = word.clone();
            cut.remove(i);
            near.entry(cut).or_default().push(word);
        }
    }
    let mut seen = BTreeSet::new();
    let mut cells = Cells::default();
    for group in near.values() {
        for (i, x) in group.iter().enumerate() {
            for y in group.iter().skip(i + 1) {
                if x == y || !seen.insert((*x.min(y), *x.max(y))) {
                    continue;
                }
                if let Some(kind) = slip(x, y) {
                    let share = counts[*x] / total * counts[*y] / total;
                    cells[kind as usize][length_class(x.len().max(y.len()))] += 2.0 * share;
                }
            }
        }
    }
    cells
}

/// Rows `kind <tab> similarity by length`; what is rarer than ten pairs leans on its neighbours.
fn table(within: &Cells, compared: f64, between: &Cells) -> String {
    let mut out = String::new();
    for kind in Slip::ALL {
        let _ = write!(out, "{}", kind.name());
        let (w, b) = (within[kind as usize], between[kind as usize]);
        let all = (w.iter().sum::<f64>() + 1.0) / compared / (b.iter().sum::<f64>() + 1e-9);
        let mut before = LEAST;
        for length in 0..LENGTHS {
            // The whole row stands in for ten pairs of its own.
            let ratio = (w[length] + PRIOR) / (b[length] * compared + PRIOR / all);
            // A longer word is never less alike for the same change.
            let value = (NEUTRAL + STEP * ratio.ln()).clamp(LEAST, MOST).max(before);
            before = value;
            let _ = write!(out, "\t{}", (value / 50.0).round() * 50.0);
        }
        out.push('\n');
    }
    out
}
