//! `cargo xtask transcriptions [DATA]`: how names are written in scripts that do not spell them
//! letter by letter, learnt from pairs of Wikidata (CC0).
//!
//! A row is a native spelling with one or two Latin spellings; only pairs seen often enough stay.
//! Russian rows stay only where the romanisation alone would not do.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, Result};
use interdict_text::{NameKind, Space, analyse};
use sha2::{Digest, Sha256};

use crate::record;

const OUTPUT: &str = "crates/interdict-text/src/tables/transcriptions.tsv";

/// Spellings of one name in all scripts, a line each.
const FORMS: &str = "reference/names/wikidata-name-forms-cross-script.txt.zst";
/// Least number of people who bear a name of that file.
const LEAST_BORNE: u32 = 6;
const OWN: &str = "data/transcribed_names.toml";

/// File and the least number of people a pair must be seen with.
const INPUTS: &[(&str, u32)] = &[
    ("arabic", 3),
    ("chinese", 2),
    ("hebrew", 3),
    ("japanese", 2),
    ("korean", 2),
    ("russian", 3),
];

/// Reads the pairs under `data` and writes the table and its record.
pub(crate) fn derive(root: &Path, data: &Path) -> Result<()> {
    let mut rows: BTreeMap<String, BTreeMap<String, u32>> = BTreeMap::new();
    let mut known: BTreeMap<String, u32> = BTreeMap::new();
    let mut inputs = String::new();
    for (language, least) in INPUTS {
        let path = format!("matching/transliteration/tokens-en-{language}.csv.zst");
        let bytes = std::fs::read(data.join(&path)).with_context(|| path.clone())?;
        let text = zstd::decode_all(bytes.as_slice()).with_context(|| path.clone())?;
        let mut own: BTreeMap<String, BTreeMap<String, u32>> = BTreeMap::new();
        let mut reader = csv::Reader::from_reader(text.as_slice());
        for row in reader.records() {
            let row = row.with_context(|| path.clone())?;
            let (Some(latin), Some(native), Some(count)) = (row.get(0), row.get(1), row.get(2))
            else {
                continue;
            };
            let count: u32 = count.parse().with_context(|| path.clone())?;
            let (Some(latin), Some(native)) = (latin_key(latin), native_key(native)) else {
                continue;
            };
            *known.entry(latin.clone()).or_default() += count;
            *own.entry(native).or_default().entry(latin).or_default() += count;
        }
        for (native, spellings) in own {
            let kept = kept(spellings, *least);
            if *language == "russian" && romanised(&native, &kept) {
                continue;
            }
            for (latin, count) in kept {
                *rows
                    .entry(native.clone())
                    .or_default()
                    .entry(latin)
                    .or_default() += count;
            }
        }
        inputs += &input(
            &path,
            &bytes,
            "Wikidata, steveash/NETransliteration-COLING2018",
        );
    }
    let bytes = std::fs::read(data.join(FORMS)).context(FORMS)?;
    inputs += &input(
        FORMS,
        &bytes,
        "Wikidata, opensanctions/nomenklatura history",
    );
    let text = zstd::decode_all(bytes.as_slice()).context(FORMS)?;
    forms(&String::from_utf8_lossy(&text), &known, &mut rows);
    own_names(root, &mut rows)?;
    let mut out = String::new();
    for (native, spellings) in &rows {
        let latin: Vec<&str> = ordered(spellings).into_iter().take(2).collect();
        if !latin.is_empty() {
            writeln!(out, "{native}\t{}", latin.join(" "))?;
        }
    }
    std::fs::write(root.join(OUTPUT), &out).context(OUTPUT)?;
    record::put(
        root,
        OUTPUT,
        &format!(
            "sha256 = \"{:x}\"\ncommand = \"cargo xtask transcriptions\"\n{inputs}",
            Sha256::digest(out.as_bytes())
        ),
    )?;
    println!("wrote {OUTPUT}: {} rows, {} bytes", rows.len(), out.len());
    Ok(())
}

fn input(path: &str, bytes: &[u8], source: &str) -> String {
    format!(
        "\n[[table.input]]\npath = \"{path}\"\nsha256 = \"{:x}\"\nclass = \"CC0\"\nsource = \"{source}\"\n",
        Sha256::digest(bytes)
    )
}

/// Lines of spellings of one name in all scripts. The Latin spelling that most people bear is
/// taken for the others; spellings that pairs have given already stay.
fn forms(
    text: &str,
    known: &BTreeMap<String, u32>,
    rows: &mut BTreeMap<String, BTreeMap<String, u32>>,
) {
    let mut found: BTreeMap<String, BTreeMap<String, u32>> = BTreeMap::new();
    for line in text.lines() {
        let Some((spellings, _)) = line.rsplit_once(" => ") else {
            continue;
        };
        let best = spellings
            .split(", ")
            .filter_map(latin_key)
            .filter_map(|key| known.get(&key).map(|n| (*n, key)))
            .max();
        let Some((borne, latin)) = best else { continue };
        if borne < LEAST_BORNE {
            continue;
        }
        for native in spellings.split(", ").filter_map(native_key) {
            let cyrillic = native.chars().any(|c| ('\u{400}'..='\u{52f}').contains(&c));
            if !cyrillic {
                found
                    .entry(native)
                    .or_default()
                    .insert(latin.clone(), borne);
            }
        }
    }
    for (native, spellings) in found {
        rows.entry(native).or_insert_with(|| kept(spellings, 1));
    }
}

/// The table of customary transcriptions written by hand goes before all else.
fn own_names(root: &Path, rows: &mut BTreeMap<String, BTreeMap<String, u32>>) -> Result<()> {
    let text = std::fs::read_to_string(root.join(OWN)).context(OWN)?;
    let sections: BTreeMap<String, BTreeMap<String, Vec<String>>> =
        toml::from_str(&text).context(OWN)?;
    for (latin, natives) in sections.values().flatten() {
        for native in natives {
            let key = native_key(native).with_context(|| format!("{OWN}: {native}"))?;
            *rows
                .entry(key)
                .or_default()
                .entry(latin.clone())
                .or_default() += 1_000;
        }
    }
    Ok(())
}

/// The commonest spelling and those at least a third as common, seen `least` times or more.
fn kept(spellings: BTreeMap<String, u32>, least: u32) -> BTreeMap<String, u32> {
    let most = spellings.values().copied().max().unwrap_or(0);
    spellings
        .into_iter()
        .filter(|(_, n)| *n >= least && *n * 3 >= most)
        .collect()
}

fn ordered(spellings: &BTreeMap<String, u32>) -> Vec<&str> {
    let mut list: Vec<(&str, u32)> = spellings.iter().map(|(s, n)| (s.as_str(), *n)).collect();
    list.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    list.into_iter().map(|(s, _)| s).collect()
}

/// The key of a one-word Latin name of at least two letters.
fn latin_key(text: &str) -> Option<String> {
    let view = analyse(text, NameKind::Object);
    let [reading] = view.readings.as_slice() else {
        return None;
    };
    let [token] = reading.tokens.as_slice() else {
        return None;
    };
    let key = token.latin()?;
    let letters = key.len() >= 2 && key.bytes().all(|b| b.is_ascii_lowercase());
    let latin = text
        .chars()
        .all(|c| !c.is_alphabetic() || c < '\u{250}' || ('\u{1e00}'..='\u{1eff}').contains(&c));
    (letters && latin).then(|| key.to_owned())
}

/// The native spelling as the table is asked for it.
fn native_key(text: &str) -> Option<String> {
    if text.is_ascii() || text.chars().any(|c| !c.is_alphanumeric() && c != 'ー') {
        return None;
    }
    let long_enough = text.chars().count() >= 2;
    interdict_text::transcription_key(text).filter(|_| long_enough)
}

/// Whether the letters alone lead to one of the spellings, or nearly so.
fn romanised(native: &str, spellings: &BTreeMap<String, u32>) -> bool {
    let view = analyse(native, NameKind::Object);
    let forms = view
        .readings
        .iter()
        .flat_map(|r| &r.tokens)
        .flat_map(|t| &t.forms);
    let keys: Vec<&str> = forms
        .filter(|f| f.space == Space::Latin)
        .map(|f| f.key.as_str())
        .collect();
    spellings.keys().any(|s| {
        let folded = interdict_evidence::fold(s);
        keys.iter().any(|k| interdict_evidence::fold(k) == folded)
    })
}
