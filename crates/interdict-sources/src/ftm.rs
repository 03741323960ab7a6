//! FollowTheMoney entities, one JSON object per line (`entities.ftm.json`).

use std::collections::HashSet;
use std::sync::Arc;

use compact_str::CompactString;
use interdict_model::{DatasetName, Origin, Place, ftm};
use serde_json::Value;

use crate::detect::json_lines;
use crate::error::SourceError;
use crate::lines::Lines;
use crate::publication::{
    Detection, Format, Probe, Problem, RawFile, Report, Sink, Source, StatedDate,
};

/// Reads FollowTheMoney JSON lines, plain or nested.
///
/// The dataset is the one the first entity states, else the list it is imported as, else the name of
/// the file.
#[derive(Clone, Copy, Debug, Default)]
pub struct FtmSource;

/// What the reader expects of a line.
const EXPECTED: &str = "one FollowTheMoney entity per line: \
    {\"id\": …, \"schema\": …, \"properties\": {…}}";

impl Source for FtmSource {
    fn format(&self) -> Format {
        Format {
            id: "ftm-json",
            title: "FollowTheMoney entities, JSON lines (also targets.nested.json)",
            proven: true,
        }
    }

    fn detect(&self, files: &[Probe<'_>]) -> Detection {
        json_lines(files, "id, schema and properties", |has| {
            has("id") && (has("schema") || has("properties")) && !has("RECORD_ID")
        })
    }

    fn read(&self, files: &[&dyn RawFile], sink: &mut Sink<'_>) -> Result<Report, SourceError> {
        let mut report: Option<Report> = None;
        let mut seen: HashSet<CompactString> = HashSet::new();
        let mut latest: Option<CompactString> = None;
        for file in files {
            let mut lines = Lines::open(*file)?;
            let name: Arc<str> = Arc::from(file.name());
            loop {
                let (number, parsed) = match lines.next()? {
                    None => break,
                    Some((number, line)) => (number, serde_json::from_str::<Value>(line)),
                };
                let object = match parsed {
                    Ok(Value::Object(object)) => object,
                    Ok(_) => return Err(lines.malformed("JSON that is no object", EXPECTED)),
                    Err(error) => return Err(lines.malformed(error.to_string(), EXPECTED)),
                };
                let report = report
                    .get_or_insert_with(|| Report::new(dataset_of(&object, *file), self.format()));
                report.count(&format!("{name} lines"));
                let origin = Origin {
                    file: Arc::clone(&name),
                    place: Place::Line(number),
                    field: CompactString::default(),
                };
                let read = ftm::read(object, &report.dataset, Some(&origin))
                    .map_err(|error| lines.malformed(error.to_string(), EXPECTED))?;
                for (property, value) in read.unknown {
                    report.problem(Problem {
                        file: Arc::clone(&name),
                        place: Some(origin.place),
                        kind: "unknown-property",
                        field: property,
                        value: value.to_string(),
                        note: format!(
                            "not a property of {}; kept in this report only",
                            read.entity.schema
                        ),
                    });
                }
                // A nested file repeats a far entity under each that points to it.
                for (main, entity) in read
                    .nested
                    .into_iter()
                    .map(|e| (false, e))
                    .chain([(true, read.entity)])
                {
                    if !seen.insert(entity.id.clone()) {
                        if main {
                            report.problem(Problem {
                                file: Arc::clone(&name),
                                place: Some(origin.place),
                                kind: "duplicate-id",
                                field: "id".to_owned(),
                                value: entity.id.to_string(),
                                note: "the first entity with this id counts".to_owned(),
                            });
                        }
                        continue;
                    }
                    if let Some(last) = &entity.last_seen
                        && latest.as_ref().is_none_or(|l| l < last)
                    {
                        latest = Some(last.clone());
                    }
                    *report.entities.entry(entity.schema.name()).or_insert(0) += 1;
                    sink(entity)?;
                }
            }
        }
        let mut report = report.ok_or_else(|| SourceError::Malformed {
            file: files.first().map_or("", |f| f.name()).to_owned(),
            place: None,
            found: "no entity".to_owned(),
            expected: EXPECTED.to_owned(),
        })?;
        report.stated_date = latest.map(|value| StatedDate {
            value: value.into_string(),
            field: "last_seen".to_owned(),
        });
        Ok(report)
    }
}

fn dataset_of(object: &serde_json::Map<String, Value>, file: &dyn RawFile) -> DatasetName {
    let stated = object
        .get("datasets")
        .and_then(Value::as_array)
        .and_then(|all| all.first())
        .and_then(Value::as_str)
        .and_then(|name| DatasetName::new(name).ok());
    stated.unwrap_or_else(|| list_of(file))
}

/// The list that values of a file belong to when it does not say: the one it is imported as, else
/// one of the file's name.
pub(crate) fn list_of(file: &dyn RawFile) -> DatasetName {
    file.list()
        .cloned()
        .unwrap_or_else(|| dataset_of_file(file.name()))
}

/// A dataset name from the name of a file: letters and digits up to the first dot.
pub(crate) fn dataset_of_file(file: &str) -> DatasetName {
    let stem = file.split('.').next().unwrap_or_default();
    let mut name: String = stem
        .to_lowercase()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .take(60)
        .collect();
    if !name.starts_with(|c: char| c.is_ascii_lowercase()) {
        name.insert_str(0, "x_");
    }
    match DatasetName::new(&name) {
        Ok(name) => name,
        Err(_) => unnamed(),
    }
}

fn unnamed() -> DatasetName {
    #[expect(clippy::unwrap_used, reason = "a constant that the test below checks")]
    DatasetName::new("ftm").unwrap()
}

#[cfg(test)]
mod tests {
    use super::{FtmSource, dataset_of_file, unnamed};
    use crate::{BytesFile, RawFile, Source};

    fn read(bytes: &[u8]) -> Result<(Vec<interdict_model::Entity>, crate::Report), String> {
        let file = BytesFile::new("list.ftm.json", bytes.to_vec());
        let mut out = Vec::new();
        let report = FtmSource
            .read(&[&file as &dyn RawFile], &mut |e| {
                out.push(e);
                Ok(())
            })
            .map_err(|e| e.to_string())?;
        Ok((out, report))
    }

    #[test]
    fn names_of_datasets() {
        assert_eq!(unnamed().as_str(), "ftm");
        assert_eq!(dataset_of_file("9-Lists.ftm.json").as_str(), "x_9_lists");
    }

    #[test]
    fn entities_have_their_line() {
        let text = "\n{\"id\":\"a\",\"schema\":\"Person\",\"properties\":{\"name\":[\"A\"],\"x\":[\"y\"]}}\n";
        let (entities, report) = read(text.as_bytes()).expect("entities");
        let origin = entities[0].statements[0].origin.clone().expect("an origin");
        assert_eq!(origin.place, interdict_model::Place::Line(2));
        assert_eq!(report.problem_counts.get("unknown-property"), Some(&1));
        assert_eq!(report.dataset.as_str(), "list");
    }

    #[test]
    fn wrong_input_is_named_with_its_line() {
        for (bytes, expected) in [
            (
                &b"\x89PNG\r\n\x1a\n"[..],
                "list.ftm.json, line 1: bytes that are not UTF-8",
            ),
            (
                b"{\"id\":\"a\",\"schema\":\"Person\"}\n{\"id\":\"b\",",
                "line 2: EOF while parsing",
            ),
            (b"[1]\n", "line 1: JSON that is no object"),
            (
                b"{\"id\":\"a\",\"schema\":\"Human\"}",
                "line 1: schema \"Human\"",
            ),
            (b"", "no entity"),
        ] {
            let error = read(bytes).expect_err("an error");
            assert!(error.contains(expected), "{error}");
        }
        let deep = [b"{\"id\":\"a\",\"x\":".to_vec(), vec![b'['; 1000]].concat();
        assert!(
            read(&deep)
                .expect_err("an error")
                .contains("recursion limit")
        );
    }
}
