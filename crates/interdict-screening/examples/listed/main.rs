//! What the names of real lists show: `cargo run --release -p interdict-screening --example listed --
//! modes|missed|scripts FOLDER …`. FOLDER holds segments (`DATA/segments`).
//!
//! - `modes FOLDER NAMES.csv`: recall of weak aliases and of one-word names, and alerts per 1,000
//!   clean names, for each value of `weak_aliases.mode` and `one_word_names.mode`;
//! - `missed FOLDER OUT.csv`: 1,000 pairs of names of one entity that score below 0.70, by reason;
//! - `scripts FOLDER`: names in original scripts that other lists give, asked of the OFAC list alone.
#![allow(clippy::print_stdout, reason = "an example for people")]

mod missed;
mod modes;
mod scripts;

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use interdict_index::Segment;
use interdict_model::{DatasetName, Entity, Schema, Statement};

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["modes", folder, names] => modes::run(&open(folder)?, names),
        ["missed", folder, out] => missed::run(&open(folder)?, out),
        ["scripts", folder] => scripts::run(open(folder)?),
        _ => Err(
            "usage: names modes FOLDER NAMES.csv | missed FOLDER OUT.csv | scripts FOLDER".into(),
        ),
    }
}

/// The segments of a folder, in the order of their names.
fn open(folder: &str) -> Outcome<Vec<Arc<Segment>>> {
    let mut paths: Vec<_> = std::fs::read_dir(Path::new(folder))?
        .map(|e| e.map(|e| e.path()))
        .collect::<Result<_, _>>()?;
    paths.sort();
    let mut segments = Vec::new();
    for path in paths
        .iter()
        .filter(|p| p.extension().is_some_and(|e| e == "seg"))
    {
        segments.push(Arc::new(Segment::open(path)?));
    }
    Ok(segments)
}

/// A query of a name and nothing else.
fn query(schema: Schema, name: &str) -> Outcome<Entity> {
    let mut query = Entity::new("query", schema);
    query.add(Statement {
        property: schema.property("name").ok_or("no names")?,
        value: name.into(),
        original: None,
        lang: None,
        dataset: DatasetName::new("query")?,
        origin: None,
        first_seen: None,
        last_seen: None,
    });
    Ok(query)
}

/// Every `all / wanted`th item.
fn sample<T>(mut items: Vec<T>, wanted: usize) -> Vec<T> {
    let step = (items.len() / wanted.max(1)).max(1);
    let mut at = 0;
    items.retain(|_| {
        at += 1;
        (at - 1) % step == 0
    });
    items
}
