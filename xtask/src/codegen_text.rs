//! The word tables of `data/` into `crates/interdict-text/src/tables/lexicon.tsv`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, Result, bail};

/// Where the generated table lives, relative to the repository.
pub(crate) const LEXICON: &str = "crates/interdict-text/src/tables/lexicon.tsv";

/// The files the table is made of; in each, a section is a sense and a key a class.
const FILES: &[&str] = &[
    "data/legal_forms.toml",
    "data/name_words.toml",
    "data/organisation_words.toml",
    "data/places.toml",
    "data/name_variants.toml",
];

type Section = BTreeMap<String, Vec<String>>;

/// The text of the table: a line per spelling, `spelling TAB tag:class …`, sorted.
pub(crate) fn lexicon(root: &Path) -> Result<String> {
    let mut lines: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in FILES {
        let path = root.join(file);
        let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let sections: BTreeMap<String, Section> =
            toml::from_str(&text).with_context(|| path.display().to_string())?;
        for (section, classes) in &sections {
            let tag = tag(section).with_context(|| path.display().to_string())?;
            for (class, spellings) in classes {
                for spelling in spellings {
                    check(spelling).with_context(|| format!("{file}: {section}.{class}"))?;
                    let class = if class == "none" { "" } else { class };
                    let meaning = format!("{tag}:{class}");
                    let meanings = lines.entry(spelling.clone()).or_default();
                    if !meanings.contains(&meaning) {
                        meanings.push(meaning);
                    }
                }
            }
        }
    }
    let mut out = String::new();
    for (spelling, meanings) in &lines {
        writeln!(out, "{spelling}\t{}", meanings.join("\t"))?;
    }
    Ok(out)
}

fn check(spelling: &str) -> Result<()> {
    if spelling.is_empty()
        || spelling != spelling.trim()
        || spelling.contains(['\t', '\n', '.', ',', '-', '\'', '"', '&', '(', ')', '/'])
        || spelling.chars().any(char::is_uppercase)
    {
        bail!("{spelling:?}: write spellings in small letters without punctuation");
    }
    Ok(())
}

fn tag(section: &str) -> Result<&'static str> {
    Ok(match section {
        "legal" => "L",
        "title" => "H",
        "front_title" => "h",
        "particle" => "P",
        "son_of" => "B",
        "generic" => "W",
        "stop" => "S",
        "number" => "O",
        "place" => "C",
        "name" => "N",
        "nickname" => "K",
        "generation" => "G",
        "vessel_prefix" => "V",
        "also_known" => "A",
        other => bail!("unknown section {other:?}"),
    })
}
