//! `targets.simple.csv`, the flat export of OpenSanctions: one row per target.
//!
//! A cell holds several values separated by semicolons, quoted as CSV where a value has one
//! itself. Each value of `sanctions` becomes a `Sanction` entity of its own.

use std::sync::Arc;

use interdict_model::{
    DatasetName, Entity, IdentifierKind, Place, Recorder, Said, Schema, id, identifier,
};

use crate::detect::{csv_line, ends_with_crlf};
use crate::error::SourceError;
use crate::ftm::{dataset_of_file, list_of};
use crate::input::{MAX_RECORD_BYTES, RecordGuard};
use crate::publication::{
    Detection, Format, Probe, Problem, RawFile, Report, Sink, Source, StatedDate,
};
use crate::table::has_columns;

/// Reads `targets.simple.csv`. The dataset is named after the file.
#[derive(Clone, Copy, Debug, Default)]
pub struct SimpleCsv;

const EXPECTED: &str = "a targets.simple.csv with the columns id, schema, name, aliases, …";

/// Columns that become statements, with their properties.
const COLUMNS: &[(&str, &str)] = &[
    ("name", "name"),
    ("aliases", "alias"),
    ("countries", "country"),
    ("addresses", "address"),
    ("phones", "phone"),
    ("emails", "email"),
    ("program_ids", "programId"),
];

impl Source for SimpleCsv {
    fn format(&self) -> Format {
        Format {
            id: "opensanctions-simple-csv",
            title: "OpenSanctions targets.simple.csv",
            proven: true,
        }
    }

    fn detect(&self, files: &[Probe<'_>]) -> Detection {
        let columns = ["id", "schema", "name", "aliases"];
        if !files.is_empty() && files.iter().all(|f| has_columns(f.head, &columns)) {
            Detection::Yes("header id,schema,name,aliases".to_owned())
        } else {
            Detection::No
        }
    }

    fn read(&self, files: &[&dyn RawFile], sink: &mut Sink<'_>) -> Result<Report, SourceError> {
        let first = files.first().map_or("", |f| f.name());
        let dataset = files
            .first()
            .map_or_else(|| dataset_of_file(first), |f| list_of(*f));
        let mut report = Report::new(dataset, self.format());
        let mut latest = String::new();
        for file in files {
            read_file(*file, &mut report, &mut latest, sink)?;
        }
        if report.entities.is_empty() {
            return Err(SourceError::Malformed {
                file: first.to_owned(),
                place: None,
                found: "no row".to_owned(),
                expected: EXPECTED.to_owned(),
            });
        }
        report.stated_date = (!latest.is_empty()).then(|| StatedDate {
            value: latest,
            field: "last_seen".to_owned(),
        });
        Ok(report)
    }
}

fn read_file(
    file: &dyn RawFile,
    report: &mut Report,
    latest: &mut String,
    sink: &mut Sink<'_>,
) -> Result<(), SourceError> {
    let name: Arc<str> = Arc::from(file.name());
    let io = |source| SourceError::Io {
        file: file.name().to_owned(),
        source,
    };
    let malformed = |line: Option<u64>, found: String| SourceError::Malformed {
        file: file.name().to_owned(),
        place: line.map(Place::Line),
        found,
        expected: EXPECTED.to_owned(),
    };
    let crlf = ends_with_crlf(&crate::detect::head(file)?);
    let (guard, mark) = RecordGuard::new(file.open().map_err(io)?, MAX_RECORD_BYTES);
    let mut reader = csv::ReaderBuilder::new().from_reader(guard);
    let failed = |error: csv::Error| {
        let line = error.position().map(csv::Position::line);
        match error.into_kind() {
            csv::ErrorKind::Io(source) => SourceError::Io {
                file: file.name().to_owned(),
                source,
            },
            other => malformed(line, format!("{other:?}")),
        }
    };
    let headers = reader.headers().map_err(failed)?.clone();
    mark.done();
    for wanted in ["id", "schema", "name"] {
        if !headers
            .iter()
            .any(|h| h.trim_start_matches('\u{feff}') == wanted)
        {
            return Err(malformed(Some(1), format!("no column {wanted:?}")));
        }
    }
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(failed)? {
        mark.done();
        let line = record.position().map_or(0, |p| csv_line(p, crlf));
        report.count(&format!("{name} rows"));
        let cell = |column: &str| {
            headers
                .iter()
                .position(|h| h.trim_start_matches('\u{feff}') == column)
                .and_then(|at| record.get(at))
                .unwrap_or_default()
        };
        let schema = Schema::get(cell("schema"))
            .ok_or_else(|| malformed(Some(line), format!("schema {:?}", cell("schema"))))?;
        if cell("id").is_empty() {
            return Err(malformed(Some(line), "a row without id".to_owned()));
        }
        let mut row = Row {
            file: &name,
            line,
            dataset: report.dataset.clone(),
            report,
        };
        let mut entity = Entity::new(cell("id"), schema);
        row.party(&mut entity, &headers, &record, &cell);
        for text in values(cell("sanctions")) {
            let sanction = row.sanction(&entity, &text);
            *row.report.entities.entry("Sanction").or_insert(0) += 1;
            sink(sanction)?;
        }
        if cell("last_seen") > latest.as_str() {
            cell("last_seen").clone_into(latest);
        }
        *report.entities.entry(schema.name()).or_insert(0) += 1;
        sink(entity)?;
    }
    Ok(())
}

struct Row<'a> {
    file: &'a Arc<str>,
    line: u64,
    dataset: DatasetName,
    report: &'a mut Report,
}

impl Row<'_> {
    fn party<'c>(
        &mut self,
        entity: &mut Entity,
        headers: &csv::StringRecord,
        record: &csv::StringRecord,
        cell: &impl Fn(&str) -> &'c str,
    ) {
        entity.stated_target = Some(true);
        let stated = |text: &str| (!text.is_empty()).then(|| text.into());
        entity.first_seen = stated(cell("first_seen"));
        entity.last_seen = stated(cell("last_seen"));
        entity.last_change = stated(cell("last_change"));
        for (column, property) in COLUMNS {
            let raws = match *column {
                "name" => vec![cell("name").to_owned()],
                column => values(cell(column)),
            };
            for raw in raws {
                self.say(entity, column, property, &raw);
            }
        }
        let born = match entity.schema.property("birthDate") {
            Some(_) => "birthDate",
            None => "incorporationDate",
        };
        for raw in values(cell("birth_date")) {
            self.say(entity, "birth_date", born, &raw);
        }
        for raw in values(cell("identifiers")) {
            let property = identifier_property(entity.schema, &raw);
            self.say(entity, "identifiers", property, &raw);
        }
        const OTHERS: &[&str] = &[
            "id",
            "schema",
            "birth_date",
            "identifiers",
            "sanctions",
            "first_seen",
            "last_seen",
            "last_change",
        ];
        for (column, value) in headers.iter().zip(record) {
            let column = column.trim_start_matches('\u{feff}');
            if value.is_empty()
                || OTHERS.contains(&column)
                || COLUMNS.iter().any(|(known, _)| *known == column)
            {
                continue;
            }
            entity.extra.insert(column.to_owned(), value.into());
            if column != "dataset" {
                self.problem("unknown-column", column, value, "kept as an extra member");
            }
        }
    }

    fn say(&mut self, entity: &mut Entity, column: &str, property: &str, raw: &str) {
        let dataset = self.dataset.clone();
        let mut recorder = Recorder::new(entity, &dataset).at(self.file, Place::Line(self.line));
        match recorder.field(column).say(property, raw) {
            Said::Added | Said::Known | Said::Empty => {}
            Said::Rejected(rejection) => {
                self.problem("invalid-value", column, raw, &rejection.reason.to_string());
            }
            Said::NoProperty => {
                entity.extra.insert(column.to_owned(), raw.into());
                let note = format!(
                    "{} has no {property}; kept as an extra member",
                    entity.schema
                );
                self.problem("unknown-property", column, raw, &note);
            }
        }
    }

    fn sanction(&mut self, party: &Entity, text: &str) -> Entity {
        let prefix = format!("{}-sanction", party.id);
        let schema = Schema::get("Sanction").unwrap_or(party.schema);
        let mut entity = Entity::new(id::content_id(&prefix, [text]), schema);
        self.say(&mut entity, "id", "entity", &party.id);
        self.say(&mut entity, "sanctions", "program", text);
        entity
    }

    fn problem(&mut self, kind: &'static str, field: &str, value: &str, note: &str) {
        self.report.problem(Problem {
            file: Arc::clone(self.file),
            place: Some(Place::Line(self.line)),
            kind,
            field: field.to_owned(),
            value: value.to_owned(),
            note: note.to_owned(),
        });
    }
}

/// The property for an identifier of which only the value is known.
fn identifier_property(schema: Schema, raw: &str) -> &'static str {
    let checked = match identifier::detect(raw) {
        Some(IdentifierKind::Imo) => "imoNumber",
        Some(IdentifierKind::Lei) => "leiCode",
        Some(IdentifierKind::Inn) => "innCode",
        Some(IdentifierKind::Ogrn) => "ogrnCode",
        Some(IdentifierKind::Bic) => "swiftBic",
        Some(IdentifierKind::Uscc) => "uscCode",
        Some(IdentifierKind::Isin) => "isin",
        Some(IdentifierKind::Wikidata) => "wikidataId",
        Some(IdentifierKind::Wallet) => "publicKey",
        _ => "registrationNumber",
    };
    ["registrationNumber", "idNumber"]
        .into_iter()
        .fold(None, |found, generic| {
            found.or_else(|| schema.property(generic).map(|_| generic))
        })
        .filter(|_| schema.property(checked).is_none())
        .unwrap_or(checked)
}

/// The values of a cell.
fn values(cell: &str) -> Vec<String> {
    // A CSV reader costs more than the cell; nearly all cells have no quotes.
    if !cell.contains('"') {
        let plain = cell.split(';').filter(|v| !v.trim().is_empty());
        return plain.map(str::to_owned).collect();
    }
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b';')
        .has_headers(false)
        .flexible(true)
        .from_reader(cell.as_bytes());
    let all: Vec<String> = reader
        .records()
        .filter_map(Result::ok)
        .flat_map(|r| r.iter().map(str::to_owned).collect::<Vec<_>>())
        .filter(|v| !v.trim().is_empty())
        .collect();
    all
}

#[cfg(test)]
mod tests {
    use super::{SimpleCsv, values};
    use crate::{BytesFile, RawFile, Source};

    const TABLE: &str = "\"id\",\"schema\",\"name\",\"aliases\",\"birth_date\",\"countries\",\"identifiers\",\"sanctions\",\"last_seen\",\"colour\"\n\
        \"a-1\",\"Vessel\",\"Blue Star\",\"Star; Star Two\",\"\",\"ru;zz9\",\"IMO9074729\",\"\"\"One; two\"\"\",\"2026-01-02\",\"red\"\n";

    #[test]
    fn cells() {
        assert_eq!(values("\"a; b\";c"), ["a; b", "c"]);
        assert_eq!(values(""), Vec::<String>::new());
        assert_eq!(values("\"\""), Vec::<String>::new());
    }

    #[test]
    fn rows_become_entities() {
        let file = BytesFile::new("own.targets.simple.csv", TABLE.as_bytes());
        let mut out = Vec::new();
        let report = SimpleCsv
            .read(&[&file as &dyn RawFile], &mut |e| {
                out.push(e);
                Ok(())
            })
            .expect("entities");
        assert_eq!(report.dataset.as_str(), "own");
        let [sanction, vessel] = out.as_slice() else {
            panic!("{out:?}");
        };
        assert_eq!(sanction.first("program"), Some("One; two"));
        assert_eq!(sanction.first("entity"), Some("a-1"));
        assert_eq!(vessel.first("imoNumber"), Some("IMO9074729"));
        assert_eq!(
            vessel.values("alias").collect::<Vec<_>>(),
            ["Star", "Star Two"]
        );
        assert_eq!(report.problem_counts.get("unknown-column"), Some(&1));
        assert_eq!(report.problem_counts.get("invalid-value"), Some(&1));
        assert_eq!(
            vessel.extra.get("colour").and_then(|v| v.as_str()),
            Some("red")
        );
    }

    #[test]
    fn wrong_input_is_named() {
        for (text, expected) in [
            ("id,schema,alias\n", "no column \"name\""),
            ("id,schema,name\na,Human,x\n", "line 2: schema \"Human\""),
            ("id,schema,name\n,Person,x\n", "a row without id"),
            ("id,schema,name\n", "no row"),
        ] {
            let file = BytesFile::new("x.csv", text.as_bytes());
            let error = SimpleCsv
                .read(&[&file as &dyn RawFile], &mut |_| Ok(()))
                .expect_err("an error")
                .to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
