//! Running a source on files, and finding the large real ones.

use std::path::PathBuf;

use interdict_model::Entity;
use interdict_sources::{BytesFile, PathFile, RawFile, Report, SourceError, detect};

/// The folder with the real publications, or `None` with a line that says so.
pub(crate) fn data(path: &str) -> Option<PathBuf> {
    let root = std::env::var_os("INTERDICT_DATA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let full = root.join(path);
    if full.exists() {
        Some(full)
    } else {
        println!("skipped: {path} is not at hand (set INTERDICT_DATA to the folder with the data)");
        None
    }
}

/// What a publication gave.
pub(crate) struct Outcome {
    pub(crate) entities: Vec<Entity>,
    pub(crate) report: Report,
}

impl Outcome {
    pub(crate) fn entity(&self, id: &str) -> &Entity {
        self.entities
            .iter()
            .find(|e| e.id == id)
            .unwrap_or_else(|| panic!("no entity {id}"))
    }

    /// One line per statement, for snapshots.
    pub(crate) fn lines(&self) -> String {
        let mut out = String::new();
        for e in &self.entities {
            out.push_str(&format!("{} {}\n", e.schema.name(), e.id));
            for s in &e.statements {
                out.push_str(&format!("  {} = {}", s.property.name(), s.value));
                if let Some(original) = &s.original {
                    out.push_str(&format!("  <{original}>"));
                }
                if let Some(lang) = &s.lang {
                    out.push_str(&format!("  [{lang}]"));
                }
                if let Some(o) = &s.origin {
                    let place = match o.place {
                        interdict_model::Place::Line(n) => format!("line {n}"),
                        interdict_model::Place::Byte(n) => format!("byte {n}"),
                        interdict_model::Place::Row { sheet, row } => {
                            format!("sheet {sheet} row {row}")
                        }
                    };
                    out.push_str(&format!("  @{} {place} {}", o.file, o.field));
                }
                out.push('\n');
            }
        }
        for (kind, n) in &self.report.problem_counts {
            out.push_str(&format!("problem {kind}: {n}\n"));
        }
        for p in &self.report.problems {
            out.push_str(&format!(
                "  {} {} {:?}: {}\n",
                p.kind, p.field, p.value, p.note
            ));
        }
        out.push_str(&format!(
            "read {:?}\nentities {:?}\n",
            self.report.read, self.report.entities
        ));
        out.push_str(&format!(
            "stated {:?} {:?}\n",
            self.report.stated_date, self.report.stated_count
        ));
        out
    }
}

pub(crate) fn read(files: &[&dyn RawFile]) -> Result<Outcome, SourceError> {
    let mut entities = Vec::new();
    let report = detect(files)?.source.read(files, &mut |entity| {
        entities.push(entity);
        Ok(())
    })?;
    Ok(Outcome { entities, report })
}

pub(crate) fn read_bytes(files: &[(&str, &str)]) -> Result<Outcome, SourceError> {
    let files: Vec<BytesFile> = files
        .iter()
        .map(|(name, text)| BytesFile::new(*name, text.as_bytes().to_vec()))
        .collect();
    let files: Vec<&dyn RawFile> = files.iter().map(|f| f as &dyn RawFile).collect();
    read(&files)
}

/// Reads real files; `None` when they are not at hand.
pub(crate) fn read_data(paths: &[&str]) -> Option<Outcome> {
    let paths: Vec<PathBuf> = paths.iter().map(|p| data(p)).collect::<Option<_>>()?;
    let files: Vec<PathFile> = paths.into_iter().map(PathFile::new).collect();
    let files: Vec<&dyn RawFile> = files.iter().map(|f| f as &dyn RawFile).collect();
    Some(read(&files).unwrap_or_else(|e| panic!("{e}")))
}
