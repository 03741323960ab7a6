//! Interdict's side of `bench/peers`: writes the rows that both sides are given, and answers them.
//!
//! `peers prepare LISTS CROSS DATA OUT QUERIES CLEAN`, then `peers answer LISTS OUT`. LISTS and CROSS
//! are folders of segments (`DATA_DIR/segments`): those screened, and others whose names in several
//! scripts are compared too. `bench/peers/run.sh` calls both.
#![allow(clippy::print_stdout, reason = "a command for people")]

mod answer;
mod prepare;

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use interdict_index::Segment;
use interdict_model::{Entity, Schema};
use interdict_screening::Snapshot;
use interdict_screening::evaluate::query;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["prepare", lists, cross, data, out, queries, clean] => prepare::prepare(
            &open(lists.as_ref())?,
            &open(cross.as_ref())?,
            data.as_ref(),
            out.as_ref(),
            queries.parse()?,
            clean.parse()?,
        ),
        ["answer", lists, out] => answer::answer(&open(lists.as_ref())?, out.as_ref()),
        _ => {
            Err("usage: peers prepare LISTS CROSS DATA OUT QUERIES CLEAN | answer LISTS OUT".into())
        }
    }
}

fn open(folder: &Path) -> Result<Snapshot> {
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .map_err(|e| format!("{}: {e}", folder.display()))?
        .map(|e| e.map(|e| e.path()))
        .collect::<std::result::Result<_, _>>()?;
    paths.sort();
    let mut segments = Vec::new();
    for path in paths
        .iter()
        .filter(|p| p.extension().is_some_and(|e| e == "seg"))
    {
        segments.push(Arc::new(Segment::open(path)?));
    }
    Ok(Snapshot::new(segments))
}

/// An entity with names alone.
fn named(schema: &str, names: &[&str]) -> Result<Entity> {
    let schema = Schema::get(schema).ok_or_else(|| format!("no schema {schema}"))?;
    let values: Vec<(&str, &str)> = names.iter().map(|name| ("name", *name)).collect();
    Ok(query(schema, &values))
}
