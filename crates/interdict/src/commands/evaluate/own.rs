//! Reading a bank's own test names.

use std::path::Path;

use anyhow::Context;
use interdict_screening::evaluate::OwnName;

use crate::failure::usage;

/// Reads a CSV file with the columns `name`, `entity_id` and `kind`; other columns are left alone.
pub(super) fn read(path: &Path) -> anyhow::Result<Vec<OwnName>> {
    let file = path.display();
    let bytes = std::fs::read(path).with_context(|| format!("{file} cannot be read"))?;
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text);
    let headers = reader
        .headers()
        .map_err(|e| usage(format!("{file}, line 1: {e}")))?
        .clone();
    let column = |name: &str| {
        headers.iter().position(|h| h.eq_ignore_ascii_case(name)).ok_or_else(|| {
            usage(format!(
                "{file}, line 1: no column `{name}`; expected name, entity_id and kind, found: {}",
                headers.iter().collect::<Vec<_>>().join(", ")
            ))
        })
    };
    let (name, entity_id, kind) = (column("name")?, column("entity_id")?, column("kind")?);
    let mut names = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|e| usage(format!("{file}: {e}")))?;
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |at: usize| record.get(at).unwrap_or_default().to_owned();
        let row = OwnName {
            line,
            name: cell(name),
            entity_id: cell(entity_id),
            kind: cell(kind),
        };
        if row.name.is_empty() || row.entity_id.is_empty() {
            return Err(usage(format!(
                "{file}, line {line}: name or entity_id is empty; both are needed to know what must be found"
            )));
        }
        names.push(row);
    }
    Ok(names)
}
