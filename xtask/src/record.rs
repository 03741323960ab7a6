//! `data/TABLES.toml`: where derived tables come from. Each command replaces its own block.

use std::path::Path;

use anyhow::{Context, Result};

const RECORD: &str = "data/TABLES.toml";
const HEAD: &str = "# Where trained tables come from. Written by the commands named, checked by `cargo xtask tidy`.\n# Paths of inputs are relative to the data folder that the command is given.\n";
const MARK: &str = "\n[[table]]\n";

/// Puts the block of the table at `path`, its text after the line `[[table]]`, in place.
pub(crate) fn put(root: &Path, path: &str, block: &str) -> Result<()> {
    let old = std::fs::read_to_string(root.join(RECORD)).unwrap_or_default();
    let first = format!("path = \"{path}\"\n");
    let mut blocks: Vec<String> = old
        .split(MARK)
        .skip(1)
        .filter(|b| !b.starts_with(&first))
        .map(|b| b.trim_end().to_owned())
        .collect();
    blocks.push(format!("{first}{}", block.trim_end()));
    blocks.sort();
    let mut out = HEAD.to_owned();
    for block in blocks {
        out.push_str(MARK);
        out.push_str(&block);
        out.push('\n');
    }
    std::fs::write(root.join(RECORD), out).context(RECORD)
}
