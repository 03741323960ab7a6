//! Every statement that a publication gives, one JSON object a line, and the report behind it; what
//! `tests/judges/kept.py` compares with the files.
//!
//! `cargo run --release -p interdict-sources --example statements -- [--format ID] FILE…`
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::io::{BufWriter, Write};

use interdict_sources::{PathFile, RawFile, SinkError, detect, registry};
use serde_json::json;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let format = match arguments.first().map(String::as_str) {
        Some("--format") => arguments.drain(..2).nth(1),
        _ => None,
    };
    let files: Vec<PathFile> = arguments.into_iter().map(PathFile::new).collect();
    let files: Vec<&dyn RawFile> = files.iter().map(|f| f as &dyn RawFile).collect();
    let source = match format {
        Some(id) => registry::by_format(&id).ok_or_else(|| format!("no format {id}"))?,
        None => detect(&files)?.source,
    };
    let mut out = BufWriter::new(std::io::stdout().lock());
    let report = source.read(&files, &mut |entity| {
        for s in &entity.statements {
            let origin = s.origin.as_ref();
            let line = json!({
                "id": entity.id.as_str(),
                "schema": entity.schema.name(),
                "property": s.property.name(),
                "value": s.value.as_str(),
                "original": s.original.as_deref(),
                "lang": s.lang.as_deref(),
                "file": origin.map(|o| o.file.to_string()),
                "place": origin.map(|o| format!("{:?}", o.place)),
                "field": origin.map(|o| o.field.to_string()),
            });
            writeln!(out, "{line}").map_err(|e| SinkError(Box::new(e)))?;
        }
        Ok(())
    })?;
    out.flush()?;
    eprintln!(
        "format {}, dataset {}",
        report.format.id,
        report.dataset.as_str()
    );
    eprintln!(
        "date {:?}, stated count {:?}",
        report.stated_date, report.stated_count
    );
    eprintln!("read {:#?}\nentities {:#?}", report.read, report.entities);
    eprintln!("problems {:#?}", report.problem_counts);
    for kind in report.problem_counts.keys() {
        for p in report.problems.iter().filter(|p| p.kind == *kind).take(5) {
            eprintln!(
                "  {} {:?} {} {:?}: {}",
                p.kind, p.place, p.field, p.value, p.note
            );
        }
    }
    Ok(())
}
