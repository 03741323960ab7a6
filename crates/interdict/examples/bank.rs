//! A bank's customers, made up, with listed people and firms planted among them in disguise, and what a
//! run over them found.
//!
//! ```text
//! cargo run --release -p interdict --example bank -- made DATA/segments OUT 72000 20240516
//! interdict --data-dir DATA batch OUT/customers.csv -o OUT/hits.csv
//! cargo run --release -p interdict --example bank -- judged OUT
//! ```
//!
//! One customer in twenty is planted: as many of each kind of disguise, and as many undisguised. A
//! planted customer has the type, and where the list states them the first date and country, of its
//! entity. The same seed and segments give the same bytes.
#![allow(clippy::print_stdout, reason = "an example for people")]

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use interdict_index::{Segment, payload::PayloadReader};
use interdict_model::{Entity, PropertyType};
use interdict_synthetic::population::{Mix, made};
use interdict_synthetic::{Kind, Random, disguise};
use interdict_text::NameKind;

/// One customer in so many is planted.
const PLANTED: u64 = 20;
/// What is planted as it is listed.
const UNDISGUISED: &str = "none";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["made", segments, out, rows, seed] => make(
            Path::new(segments),
            Path::new(out),
            rows.parse()?,
            seed.parse()?,
        ),
        ["judged", out] => judge(Path::new(out)),
        _ => Err("usage: bank made SEGMENTS OUT ROWS SEED | bank judged OUT".into()),
    }
}

/// A listed person or organisation that can be planted.
struct Listed {
    id: String,
    name: String,
    kind: NameKind,
    date: String,
    country: String,
}

fn make(segments: &Path, out: &Path, rows: u64, seed: u64) -> Result<(), Box<dyn Error>> {
    let listed = listed(segments)?;
    std::fs::create_dir_all(out)?;
    let mut customers = BufWriter::new(File::create(out.join("customers.csv"))?);
    let mut truth = BufWriter::new(File::create(out.join("truth.csv"))?);
    writeln!(customers, "Customer No;Name;Date of birth;Country;Type\r")?;
    writeln!(truth, "key,entity_id,kind,listed,written")?;
    let mut planted: BTreeMap<&str, u64> = BTreeMap::new();
    for row in 0..rows {
        let key = format!("K{:07}", row + 1);
        let mut random = Random::of_item(seed, row);
        let person = ["Individual", "Person", "private"];
        let firm = ["Company", "CORP", "Firma"];
        if row % PLANTED == PLANTED / 2 {
            // The kinds in turn, and one turn of none.
            let turn = usize::try_from(row / PLANTED)? % (Kind::ALL.len() + 1);
            let kind = Kind::ALL.get(turn).copied();
            let (entity, name) = plant(&listed, kind, &mut random)?;
            let word = kind.map_or(UNDISGUISED, Kind::name);
            *planted.entry(word).or_default() += 1;
            let types = if entity.kind == NameKind::Person {
                person
            } else {
                firm
            };
            let row_type = types[random.below(3)];
            let (date, country) = (&entity.date, &entity.country);
            line(&mut customers, &[&key, &name, date, country, row_type])?;
            let mut record = csv::Writer::from_writer(Vec::new());
            record.write_record([&key, &entity.id, word, &entity.name, &name])?;
            truth.write_all(&record.into_inner()?)?;
        } else {
            let made = made(seed, row, Mix::default());
            let types = if made.kind == NameKind::Person {
                person
            } else {
                firm
            };
            let row_type = types[random.below(3)];
            let date = made.birth_date.unwrap_or_default();
            line(
                &mut customers,
                &[&key, &made.name, &date, made.country, row_type],
            )?;
        }
    }
    customers.flush()?;
    truth.flush()?;
    let least = planted.values().min().copied().unwrap_or(0);
    println!(
        "{rows} customers, {} planted from {} listed names, at least {least} of each of {} kinds",
        planted.values().sum::<u64>(),
        listed.len(),
        planted.len()
    );
    Ok(())
}

/// A listed name of which this kind of disguise makes something else.
fn plant<'l>(
    listed: &'l [Listed],
    kind: Option<Kind>,
    random: &mut Random,
) -> Result<(&'l Listed, String), Box<dyn Error>> {
    for _ in 0..10_000 {
        let entity = random.one(listed).ok_or("no listed names")?;
        let name = match kind {
            None => Some(entity.name.clone()),
            Some(kind) => disguise(&entity.name, entity.kind, kind, random),
        };
        if let Some(name) = name {
            return Ok((entity, name));
        }
    }
    Err(format!("no listed name fits the disguise {kind:?}").into())
}

fn line(out: &mut impl Write, cells: &[&str]) -> Result<(), Box<dyn Error>> {
    let mut record = csv::WriterBuilder::new()
        .delimiter(b';')
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    record.write_record(cells)?;
    out.write_all(&record.into_inner()?)?;
    Ok(())
}

/// First names of everybody and everything on the lists, by segment and id.
fn listed(folder: &Path) -> Result<Vec<Listed>, Box<dyn Error>> {
    let mut segments = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|e| e == "seg") {
            segments.push(Segment::open(&path)?);
        }
    }
    segments.sort_by_key(|s| s.description().dataset.clone());
    let mut reader = PayloadReader::default();
    let mut out = Vec::new();
    for segment in &segments {
        let view = segment.view();
        for ordinal in 0..view.entity_count() {
            let entity = reader.read(&view, ordinal)?;
            out.extend(plantable(&entity));
        }
    }
    out.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(out)
}

fn plantable(entity: &Entity) -> Option<Listed> {
    let kind = if entity.schema.is_named("Person") {
        NameKind::Person
    } else if entity.schema.is_named("Organization") {
        NameKind::Organization
    } else {
        return None;
    };
    let name = entity.first("name")?.to_owned();
    // One word is not a name that a bank opens an account for.
    let words = name.split_whitespace().count();
    if words < 2 || name.contains(['\n', ';']) {
        return None;
    }
    let start = match kind {
        NameKind::Person => "birthDate",
        _ => "incorporationDate",
    };
    let countries = entity.values_of_type(PropertyType::Country);
    Some(Listed {
        id: entity.id.to_string(),
        name,
        kind,
        date: entity.first(start).unwrap_or_default().to_owned(),
        country: countries
            .map(|(_, c)| c.to_owned())
            .next()
            .unwrap_or_default(),
    })
}

/// Compares hits with what was planted.
fn judge(out: &Path) -> Result<(), Box<dyn Error>> {
    let mut hits: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut all_hits: BTreeMap<String, u64> = BTreeMap::new();
    let mut reader = csv::Reader::from_path(out.join("hits.csv"))?;
    let headers = reader.headers()?.clone();
    let column = |name: &str| {
        headers
            .iter()
            .position(|h| h == name)
            .ok_or("columns of batch")
    };
    let (key, id, status) = (column("query_id")?, column("entity_id")?, column("status")?);
    for record in reader.records() {
        let record = record?;
        if &record[status] == "possible-match" {
            hits.entry(record[key].to_owned())
                .or_default()
                .insert(record[id].to_owned());
            *all_hits.entry(record[key].to_owned()).or_default() += 1;
        }
    }
    let mut kinds: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    let mut planted = BTreeSet::new();
    let mut missed = BufWriter::new(File::create(out.join("missed.csv"))?);
    for record in csv::Reader::from_path(out.join("truth.csv"))?.records() {
        let record = record?;
        planted.insert(record[0].to_owned());
        let found = hits.get(&record[0]).is_some_and(|h| h.contains(&record[1]));
        let count = kinds.entry(record[2].to_owned()).or_default();
        count.0 += u64::from(found);
        count.1 += 1;
        if !found {
            writeln!(
                missed,
                "{},{:?},{:?},{}",
                &record[2], &record[3], &record[4], &record[1]
            )?;
        }
    }
    missed.flush()?;
    println!(
        "{:<24} {:>6} {:>6} {:>7}  interval of 95 %",
        "disguise", "found", "of", "recall"
    );
    let (mut found, mut of) = (0, 0);
    for (kind, (f, n)) in &kinds {
        row(kind, *f, *n);
        if kind != UNDISGUISED {
            found += f;
            of += n;
        }
    }
    row("all disguises", found, of);
    let rows = csv::ReaderBuilder::new()
        .delimiter(b';')
        .from_path(out.join("customers.csv"))?
        .records()
        .count();
    let clean = rows - planted.len();
    let with = hits.keys().filter(|k| !planted.contains(*k)).count();
    let alerts: u64 = all_hits
        .iter()
        .filter(|(k, _)| !planted.contains(*k))
        .map(|(_, n)| n)
        .sum();
    let per_thousand = |n: f64| n * 1000.0 / clean as f64;
    println!(
        "{clean} clean customers: {:.1} in 1,000 with an alert, {:.1} alerts in 1,000",
        per_thousand(with as f64),
        per_thousand(alerts as f64)
    );
    Ok(())
}

/// One line of the table, with Wilson's interval.
fn row(kind: &str, found: u64, of: u64) {
    let (k, n, z) = (found as f64, of as f64, 1.96);
    let p = k / n;
    let middle = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
    let half = z / (1.0 + z * z / n) * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    println!(
        "{kind:<24} {found:>6} {of:>6} {p:>7.3}  {:.3} to {:.3}",
        (middle - half).max(0.0),
        (middle + half).min(1.0)
    );
}
