//! A list format as small as can be, and segments to match, so that tests are about the desk.
//!
//! A file is lines: `date 2024-01-01`, then one `id name` a line. `!` alone is an error.

use std::fs;
use std::io::{BufRead, BufReader, Cursor};
use std::path::Path;
use std::sync::Arc;

use interdict_desk::segment::{SegmentError, SegmentMaker, SegmentWriter};
use interdict_desk::{Desk, DeskError, Import, ImportOutcome, Input, NoProgress};
use interdict_model::{DatasetName, Entity, Origin, Place, Schema, Statement};
use interdict_sources::{
    Detection, Format, Probe, RawFile, Report, Sink, Source, SourceError, StatedDate,
};
use sha2::{Digest, Sha256};

pub(crate) struct Tiny;

pub(crate) fn list() -> DatasetName {
    DatasetName::new("tiny").expect("a name")
}

impl Source for Tiny {
    fn format(&self) -> Format {
        Format {
            id: "tiny",
            title: "tiny lines",
            proven: false,
        }
    }

    fn detect(&self, _: &[Probe<'_>]) -> Detection {
        Detection::No
    }

    fn read(&self, files: &[&dyn RawFile], sink: &mut Sink<'_>) -> Result<Report, SourceError> {
        let mut report = Report::new(list(), self.format());
        let person = Schema::get("Person").expect("Person");
        for file in files {
            let io = |source| SourceError::Io {
                file: file.name().to_owned(),
                source,
            };
            let reader = BufReader::new(file.open().map_err(io)?);
            for (number, line) in (1u64..).zip(reader.lines()) {
                let line = line.map_err(io)?;
                report.count("lines");
                let Some((id, name)) = line.split_once(' ') else {
                    return Err(SourceError::Malformed {
                        file: file.name().to_owned(),
                        place: Some(Place::Line(number)),
                        found: line,
                        expected: "an id and a name".to_owned(),
                    });
                };
                if id == "date" {
                    report.stated_date = Some(StatedDate {
                        value: name.to_owned(),
                        field: "date".to_owned(),
                    });
                    continue;
                }
                let mut entity = Entity::new(id, person);
                entity.add(Statement {
                    property: person.property("name").expect("name"),
                    value: name.into(),
                    original: None,
                    lang: None,
                    dataset: list(),
                    origin: Some(Origin {
                        file: file.name().into(),
                        place: Place::Line(number),
                        field: "name".into(),
                    }),
                    first_seen: None,
                    last_seen: None,
                });
                sink(entity)?;
            }
        }
        Ok(report)
    }
}

/// Segments that are lines of `id name`.
pub(crate) struct Lines;

struct LinesWriter(String);

impl SegmentMaker for Lines {
    fn format(&self) -> u32 {
        1
    }

    fn start(&self, _: &DatasetName, version: &str) -> Box<dyn SegmentWriter> {
        Box::new(LinesWriter(format!("version {version}\n")))
    }
}

impl SegmentWriter for LinesWriter {
    fn push(&mut self, entity: &Entity) -> Result<(), SegmentError> {
        let name = entity.first("name").unwrap_or_default();
        if name == "unindexable" {
            return Err("a name that no index takes".into());
        }
        self.0.push_str(&format!("{} {name}\n", entity.id));
        Ok(())
    }

    fn write(self: Box<Self>, path: &Path) -> Result<(String, u64), SegmentError> {
        fs::write(path, &self.0)?;
        let hash: [u8; 32] = Sha256::digest(self.0.as_bytes()).into();
        Ok((interdict_store::hex(&hash), self.0.len() as u64))
    }
}

pub(crate) async fn open(path: &Path) -> Result<Desk, DeskError> {
    crate::place::open(path, Arc::new(Lines)).await
}

pub(crate) fn request(text: impl Into<String>) -> Import {
    let bytes = Cursor::new(text.into().into_bytes());
    Import {
        files: vec![Input::reader("list.txt", Box::new(bytes))],
        source: Some(Arc::new(Tiny)),
        // Lists of a few entries change by more than the guard lets pass.
        accept: Some("a test".to_owned()),
        actor: "tester".to_owned(),
        ..Import::default()
    }
}

pub(crate) async fn import(
    desk: &Desk,
    text: impl Into<String>,
) -> Result<ImportOutcome, DeskError> {
    desk.import(request(text), &NoProgress).await
}

/// What answers now, as its segment says, without the line of the version.
pub(crate) async fn answer(desk: &Desk) -> Option<Vec<String>> {
    let current = desk.store().current().await.expect("reads").pop()?;
    let segment = desk
        .store()
        .segment(current.id, 1)
        .await
        .expect("reads")
        .expect("a segment");
    let path = desk.store().folder().segment_file(&segment.hash);
    let text = fs::read_to_string(path).expect("the segment's file");
    let mut lines = text.lines();
    assert_eq!(
        lines.next(),
        Some(format!("version {}", current.id).as_str())
    );
    Some(lines.map(str::to_owned).collect())
}

/// Files in the data folder beside the database, relative to it, sorted.
pub(crate) fn files(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path
                    .strip_prefix(root)
                    .expect("below")
                    .display()
                    .to_string();
                if !name.starts_with("interdict.sqlite") && name != "write.lock" {
                    found.push(name);
                }
            }
        }
    }
    found.sort();
    found
}
