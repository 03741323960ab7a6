//! How much of the remarks of an OFAC primary file (`sdn.csv`, `cons_prim.csv`) becomes typed
//! values, and what does not.
//!
//! `cargo run -p interdict-sources --example remarks-coverage FILE`
//!
//! A character counts as typed when its part became a property value, a document, a wallet, a
//! link or a sanction detail; separators between parts count for neither side.
#![allow(clippy::print_stdout)]

use std::collections::BTreeMap;

use interdict_sources::ofac::remark_parts;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for file in std::env::args().skip(1) {
        measure(&file)?;
    }
    Ok(())
}

fn measure(file: &str) -> Result<(), Box<dyn std::error::Error>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_path(file)?;
    let (mut remarks, mut typed, mut all) = (0u64, 0usize, 0usize);
    let mut untyped: BTreeMap<String, (u64, String)> = BTreeMap::new();
    for record in reader.records() {
        let record = record?;
        let Some(remark) = record.get(11).map(str::trim).filter(|r| *r != "-0-") else {
            continue;
        };
        remarks += 1;
        for part in remark_parts(remark, record.get(2) == Some("individual")) {
            let length = part.text.chars().count();
            all += length;
            if part.typed {
                typed += length;
            } else {
                let entry = untyped.entry(pattern(part.text)).or_default();
                entry.0 += 1;
                entry.1 = part.text.to_owned();
            }
        }
    }
    println!(
        "{file}: {remarks} remarks, {all} characters, {typed} typed = {:.3} %",
        typed as f64 * 100.0 / all.max(1) as f64
    );
    let mut list: Vec<_> = untyped.into_iter().collect();
    list.sort_by_key(|(pattern, (count, _))| (std::cmp::Reverse(*count), pattern.clone()));
    for (pattern, (count, example)) in list {
        println!("{count:6}  {pattern:40}  {example}");
    }
    Ok(())
}

/// The first three words with digits as `9`.
fn pattern(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().take(3).collect();
    words
        .join(" ")
        .chars()
        .map(|c| if c.is_ascii_digit() { '9' } else { c })
        .collect()
}
