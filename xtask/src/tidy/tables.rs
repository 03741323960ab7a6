//! Trained and derived tables rest on inputs that may be used so, and are what their record says.

use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;
use sha2::{Digest, Sha256};

/// Licence classes of inputs from which a shipped table may be derived.
const CLASSES: &[&str] = &[
    "US-PD",
    "OGL",
    "EU",
    "CC0",
    "PDDL",
    "public domain",
    "MIT",
    "BSD",
    "Apache-2.0",
    "CC BY",
];

/// All tables together, in bytes.
const MOST_BYTES: u64 = 5 * 1024 * 1024;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tables {
    #[serde(default)]
    table: Vec<Table>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    path: String,
    sha256: String,
    command: String,
    #[serde(default, rename = "seed")]
    _seed: Option<u64>,
    #[serde(default)]
    input: Vec<Input>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Input {
    path: String,
    sha256: String,
    class: String,
    source: String,
}

/// What is wrong with `data/TABLES.toml` and the files it names.
pub(super) fn check(root: &Path) -> Result<Vec<String>> {
    let record = root.join("data/TABLES.toml");
    if !record.exists() {
        return Ok(Vec::new());
    }
    let text = std::fs::read_to_string(&record).context("data/TABLES.toml")?;
    let tables: Tables = toml::from_str(&text).context("data/TABLES.toml")?;
    let mut faults = Vec::new();
    let mut bytes = 0;
    for table in &tables.table {
        match std::fs::read(root.join(&table.path)) {
            Ok(content) => {
                bytes += content.len() as u64;
                if hex(&content) != table.sha256 {
                    faults.push(format!(
                        "{}: not the digest of data/TABLES.toml",
                        table.path
                    ));
                }
            }
            Err(error) => faults.push(format!("{}: {error}", table.path)),
        }
        if table.command.is_empty() || table.input.is_empty() {
            faults.push(format!("{}: no command or no input recorded", table.path));
        }
        for input in &table.input {
            if !CLASSES.contains(&input.class.as_str()) {
                faults.push(format!(
                    "{}: input {} of class {:?} may not be shipped from",
                    table.path, input.path, input.class
                ));
            }
            if input.sha256.len() != 64 || input.source.is_empty() {
                faults.push(format!(
                    "{}: input {} lacks digest or source",
                    table.path, input.path
                ));
            }
        }
    }
    if bytes > MOST_BYTES {
        faults.push(format!(
            "tables of {bytes} bytes together, more than {MOST_BYTES}"
        ));
    }
    Ok(faults)
}

fn hex(content: &[u8]) -> String {
    Sha256::digest(content)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
