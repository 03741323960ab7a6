//! `compare`: pairs of names in a CSV file, scored.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use csv::{ReaderBuilder, StringRecord, Writer};
use interdict_evidence::{Side, name_kind};
use interdict_matching::{Options, Subject, score_entity};
use interdict_model::Schema;
use interdict_screening::{Policy, Score};
use interdict_text::{NameKind, analyse};

use crate::cli::Compare;
use crate::failure::usage;
use crate::ui::Ui;
use interdict_customers::asked::schema_of;

/// Column that is added.
const SCORE: &str = "score";

/// Runs `compare`.
pub(crate) fn run(arguments: &Compare, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    let path = &arguments.file;
    let bytes =
        std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let scored = score_all(&bytes, &path.display().to_string())?;
    match &arguments.output {
        Some(output) => {
            write_beside(output, &scored)
                .with_context(|| format!("{} cannot be written", output.display()))?;
            ui.note(format!("scores written to {}", output.display()));
        }
        None => ui.bytes(&scored)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes a file that is either there whole or not at all.
fn write_beside(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path
        .parent()
        .filter(|p| !p.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map(|_: File| ()).map_err(|e| e.error)
}

/// The CSV with a column more.
fn score_all(bytes: &[u8], file: &str) -> anyhow::Result<Vec<u8>> {
    let text = std::str::from_utf8(bytes).map_err(|e| {
        usage(format!(
            "{file}, byte {}: not UTF-8 text; save it as CSV in UTF-8",
            e.valid_up_to()
        ))
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = ReaderBuilder::new().from_reader(text.as_bytes());
    let mut headers = reader
        .headers()
        .with_context(|| format!("{file}, line 1"))?
        .clone();
    let place = |name: &str| {
        headers
            .iter()
            .position(|h| h.trim() == name)
            .ok_or_else(|| {
                usage(format!(
                    "{file}, line 1: no column `{name}`; expected schema, name1 and name2, found: {}",
                    headers.iter().collect::<Vec<_>>().join(", ")
                ))
            })
    };
    let places = (place("schema")?, place("name1")?, place("name2")?);
    // A file that was scored before gets its scores renewed.
    let old = headers.iter().position(|h| h.trim() == SCORE);
    if old.is_none() {
        headers.push_field(SCORE);
    }
    let policy = Policy::shipped()?;
    let mut writer = Writer::from_writer(Vec::new());
    writer.write_record(&headers)?;
    for record in reader.records() {
        let record = record.map_err(|e| usage(format!("{file}: {e}")))?;
        let line = record.position().map_or(0, csv::Position::line);
        let score = score_row(&record, places, &policy)
            .map_err(|expected| usage(format!("{file}, line {line}: {expected}")))?;
        writer.write_record(&with_score(&record, old, score))?;
    }
    Ok(writer.into_inner()?)
}

fn with_score(record: &StringRecord, old: Option<usize>, score: Score) -> StringRecord {
    let score = format!("{:.4}", f64::from(score.0) / 10_000.0);
    let mut fields: Vec<&str> = record.iter().collect();
    match old.and_then(|place| fields.get_mut(place)) {
        Some(field) => *field = &score,
        None => fields.push(&score),
    }
    StringRecord::from(fields)
}

fn score_row(
    record: &StringRecord,
    (schema, name1, name2): (usize, usize, usize),
    policy: &Policy,
) -> Result<Score, String> {
    let cell = |place: usize| record.get(place).unwrap_or_default();
    let schema = match cell(schema).trim() {
        "" => Schema::get("Thing"),
        word => schema_of(word),
    }
    .ok_or_else(|| {
        format!(
            "{:?} is no schema; expected Person, Company, Organization, Vessel, …",
            cell(schema)
        )
    })?;
    let options = policy.options_for(schema);
    Ok(Score(score_pair(
        cell(name1),
        cell(name2),
        name_kind(schema),
        &options,
    )))
}

/// The score of a queried name against a listed one.
fn score_pair(query: &str, list: &str, kind: NameKind, options: &Options) -> u16 {
    let query = Subject::of_name(query, kind, analyse);
    let list = Subject::of_name(list, kind, analyse);
    let (query, list) = (query.view(Side::Query), list.view(Side::List));
    score_entity(&query.as_ref(), &list.as_ref(), options).score
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scored(text: &str) -> String {
        String::from_utf8(score_all(text.as_bytes(), "pairs.csv").unwrap()).unwrap()
    }

    #[test]
    fn every_column_comes_back_and_scores_are_renewed() {
        let once = scored("note,schema,name1,name2\n\"a,b\",Person,Ann Lee,Ann Lee\n");
        assert_eq!(
            once,
            "note,schema,name1,name2,score\n\"a,b\",Person,Ann Lee,Ann Lee,1.0000\n"
        );
        assert_eq!(scored(&once), once);
    }

    #[test]
    fn wrong_files_are_named_with_the_place() {
        let error = |text: &str| {
            score_all(text.as_bytes(), "pairs.csv")
                .unwrap_err()
                .to_string()
        };
        assert!(error("schema,name1\n").contains("line 1: no column `name2`"));
        let wrong = error("schema,name1,name2\nPersn,A,B\n");
        assert!(wrong.contains("line 2: \"Persn\" is no schema"), "{wrong}");
    }
}
