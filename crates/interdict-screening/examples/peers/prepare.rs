//! The rows that both sides are given.

use std::collections::BTreeMap;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use interdict_evidence::names_of;
use interdict_index::payload::PayloadReader;
use interdict_model::{Entity, ftm};
use interdict_screening::Snapshot;
use interdict_screening::evaluate::script;
use interdict_synthetic::{Kind, Random, disguise};
use interdict_text::NameKind;

use crate::Result;

const SEED: u64 = 20_240_516;
/// Most names of one script.
const MOST: usize = 400;

pub(crate) fn prepare(
    lists: &Snapshot,
    cross: &Snapshot,
    data: &Path,
    out: &Path,
    queries: usize,
    clean: usize,
) -> Result<()> {
    std::fs::create_dir_all(out)?;
    std::fs::copy(
        data.join("labelled/name_pairs_dev.csv"),
        out.join("pairs.csv"),
    )?;
    let listed = list(lists, out)?;
    screen(&listed, data, out, queries, clean)?;
    scripts(lists, cross, out)
}

/// Writes every entity that can match as FollowTheMoney JSON lines.
fn list(lists: &Snapshot, out: &Path) -> Result<Vec<Entity>> {
    let mut file = BufWriter::new(std::fs::File::create(out.join("list.ftm.json"))?);
    let mut listed = Vec::new();
    each(lists, |entity| {
        if entity.schema.matchable() {
            writeln!(file, "{}", serde_json::to_string(&ftm::write(&entity))?)?;
            listed.push(entity);
        }
        Ok(())
    })?;
    file.flush()?;
    println!("{} entities that can match", listed.len());
    Ok(listed)
}

fn each(snapshot: &Snapshot, mut take: impl FnMut(Entity) -> Result<()>) -> Result<()> {
    let mut payload = PayloadReader::default();
    for segment in snapshot.segments() {
        let view = segment.view();
        for ordinal in 0..view.entity_count() {
            take(payload.read(&view, ordinal)?)?;
        }
    }
    Ok(())
}

/// Names to screen: disguised ones with the entity they must find, and clean ones.
fn screen(listed: &[Entity], data: &Path, out: &Path, queries: usize, clean: usize) -> Result<()> {
    let mut writer = csv::Writer::from_path(out.join("screen.csv"))?;
    writer.write_record(["set", "schema", "name", "expected"])?;
    for (what, schema, kind) in [
        ("person", "Person", NameKind::Person),
        ("organisation", "Organization", NameKind::Organization),
    ] {
        let fit: Vec<&Entity> = listed
            .iter()
            .filter(|e| interdict_evidence::name_kind(e.schema) == kind)
            .collect();
        let share = (queries / 2).div_ceil(Kind::ALL.len());
        for (at, disguised) in Kind::ALL.iter().enumerate() {
            let mut written = 0;
            for attempt in 0..share * 60 {
                let mut random = Random::of_item(SEED, (at * 1_000_000 + attempt) as u64);
                let Some(entity) = random.one(&fit) else {
                    break;
                };
                let Some(name) = entity.first("name") else {
                    continue;
                };
                if let Some(text) = disguise(name, kind, *disguised, &mut random) {
                    let set = format!("{what}:{}", disguised.name());
                    writer.write_record([set.as_str(), schema, &text, &entity.id])?;
                    written += 1;
                    if written == share {
                        break;
                    }
                }
            }
        }
    }
    let mut reader = csv::Reader::from_path(data.join("labelled/negatives_us_10k.csv"))?;
    let rows: Vec<csv::StringRecord> = reader.records().collect::<std::result::Result<_, _>>()?;
    let step = (rows.len() / clean.max(1)).max(1);
    for row in rows.iter().step_by(step).take(clean) {
        writer.write_record(["clean", "Person", row.get(0).unwrap_or_default(), ""])?;
    }
    writer.flush()?;
    Ok(())
}

/// A name in its own script and the Latin names of the same person.
type TwoScripts = (String, Vec<String>);

/// Names of one person in another script against the Latin names of the same entity, and of others.
fn scripts(lists: &Snapshot, cross: &Snapshot, out: &Path) -> Result<()> {
    let mut sets: BTreeMap<(String, &'static str), Vec<TwoScripts>> = BTreeMap::new();
    for snapshot in [lists, cross] {
        each(snapshot, |entity| {
            if entity.schema.name() != "Person" {
                return Ok(());
            }
            let names = names_of(&entity);
            let of = |wanted: &str| -> Vec<String> {
                let fit = names.iter().filter(|(_, name)| script(name) == wanted);
                fit.map(|(_, name)| (*name).to_owned()).collect()
            };
            let latin = of("Latin");
            if latin.is_empty() {
                return Ok(());
            }
            let list = entity
                .datasets()
                .first()
                .map(ToString::to_string)
                .unwrap_or_default();
            for wanted in [
                "Arabic", "Cyrillic", "Han", "Hangul", "Kana", "Greek", "Hebrew",
            ] {
                for native in of(wanted) {
                    sets.entry((list.clone(), wanted))
                        .or_default()
                        .push((native, latin.clone()));
                }
            }
            Ok(())
        })?;
    }
    let mut writer = csv::WriterBuilder::new()
        .flexible(true)
        .from_path(out.join("scripts.csv"))?;
    writer.write_record(["set", "same", "native", "latin"])?;
    for ((list, wanted), pairs) in &sets {
        let step = pairs.len().div_ceil(MOST).max(1);
        let chosen: Vec<_> = pairs.iter().step_by(step).collect();
        println!("{list} {wanted}: {} of {}", chosen.len(), pairs.len());
        for (at, (native, latin)) in chosen.iter().enumerate() {
            let set = format!("{wanted}, {list}");
            let mut row = |same: &str, latin: &[String]| {
                let mut record = vec![set.clone(), same.to_owned(), native.clone()];
                record.extend(latin.iter().cloned());
                writer.write_record(&record)
            };
            row("yes", latin)?;
            // Someone else: not a neighbour, whom lists often place beside relatives.
            let other = (at + chosen.len() / 2) % chosen.len();
            if other != at && chosen[other].1 != *latin {
                row("no", &chosen[other].1)?;
            }
        }
    }
    writer.flush()?;
    Ok(())
}
