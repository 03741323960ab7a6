//! Any CSV file through a map of its columns (`docs/csv-map.md` has the form of a map).
//!
//! Such a file cannot be recognised, so this source is not in the registry: it is made of a map.

use std::collections::{BTreeMap, HashMap, HashSet};

use compact_str::CompactString;
use encoding_rs::Encoding;
use interdict_model::clean::is_entity_id;
use interdict_model::date::DateOrder;
use interdict_model::{DatasetName, Place, Schema, id};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::detect::{csv_line, ends_with_crlf};
use crate::error::SourceError;
use crate::input::{MAX_RECORD_BYTES, RecordGuard};
use crate::publication::{Detection, Format, Probe, RawFile, Report, Sink, Source};
use crate::writer::Writer;

/// A map of columns, ready to read files.
#[derive(Clone, Debug)]
pub struct CsvMap {
    dataset: DatasetName,
    title: Option<String>,
    delimiter: u8,
    encoding: &'static Encoding,
    separator: Option<String>,
    order: DateOrder,
    id: Vec<Part>,
    schema: Option<Schema>,
    schema_column: Option<String>,
    schemata: BTreeMap<String, Schema>,
    columns: BTreeMap<String, Vec<String>>,
    values: BTreeMap<String, Vec<String>>,
    /// Of the text of the map, so that a changed map is seen.
    digest: String,
}

/// A piece of the formula of ids.
#[derive(Clone, Debug)]
enum Part {
    Text(String),
    Column(String),
    /// A column that may be empty.
    Optional(String),
}

/// Why a map cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum MapError {
    /// It is not TOML of the form of a map.
    #[error("{origin}: {source}")]
    Form {
        /// Where the map came from.
        origin: String,
        /// What is wrong, with line and key.
        #[source]
        source: toml::de::Error,
    },
    /// A value of it cannot be.
    #[error("{origin}: {key}: {found:?}; expected {expected}")]
    Value {
        /// Where the map came from.
        origin: String,
        /// The key.
        key: String,
        /// What stands there.
        found: String,
        /// What should.
        expected: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    dataset: String,
    title: Option<String>,
    delimiter: Option<String>,
    encoding: Option<String>,
    separator: Option<String>,
    date_order: Option<String>,
    id: String,
    schema: Option<String>,
    schema_column: Option<String>,
    #[serde(default)]
    schemata: BTreeMap<String, String>,
    columns: BTreeMap<String, OneOrMore>,
    #[serde(default)]
    values: BTreeMap<String, OneOrMore>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl OneOrMore {
    fn all(self) -> Vec<String> {
        match self {
            OneOrMore::One(one) => vec![one],
            OneOrMore::More(more) => more,
        }
    }
}

impl CsvMap {
    /// Reads a map; `origin` is what errors call it, such as its file name.
    ///
    /// # Errors
    /// When it is not TOML of the form of a map, or names a schema, property, encoding or
    /// delimiter that does not exist.
    pub fn parse(text: &str, origin: &str) -> Result<CsvMap, MapError> {
        let file: File = toml::from_str(text).map_err(|source| MapError::Form {
            origin: origin.to_owned(),
            source,
        })?;
        let wrong = |key: &str, found: &str, expected: &str| MapError::Value {
            origin: origin.to_owned(),
            key: key.to_owned(),
            found: found.to_owned(),
            expected: expected.to_owned(),
        };
        let dataset = DatasetName::new(&file.dataset)
            .map_err(|error| wrong("dataset", &file.dataset, &error.to_string()))?;
        let delimiter = match file.delimiter.as_deref().unwrap_or(",").as_bytes() {
            [one] if one.is_ascii() && !matches!(one, b'"' | b'\n' | b'\r') => *one,
            _ => {
                let found = file.delimiter.unwrap_or_default();
                return Err(wrong(
                    "delimiter",
                    &found,
                    "one ASCII character such as ; or \\t",
                ));
            }
        };
        let label = file.encoding.as_deref().unwrap_or("utf-8");
        let encoding = Encoding::for_label(label.as_bytes())
            .filter(|e| *e == encoding_rs::UTF_8 || e.is_single_byte())
            .ok_or_else(|| wrong("encoding", label, "utf-8, windows-1252, windows-1251, …"))?;
        let order = match file.date_order.as_deref() {
            None => DateOrder::Unstated,
            Some("day-first") => DateOrder::DayFirst,
            Some("month-first") => DateOrder::MonthFirst,
            Some(other) => return Err(wrong("date_order", other, "day-first or month-first")),
        };
        if file.separator.as_deref() == Some("") {
            return Err(wrong(
                "separator",
                "",
                "what stands between values, such as |",
            ));
        }
        let schema_of = |key: &str, name: &str| {
            Schema::get(name).ok_or_else(|| wrong(key, name, "a FollowTheMoney schema"))
        };
        let schema = match &file.schema {
            Some(name) => Some(schema_of("schema", name)?),
            None => None,
        };
        let mut schemata = BTreeMap::new();
        for (value, name) in &file.schemata {
            schemata.insert(value.clone(), schema_of("schemata", name)?);
        }
        if schema.is_none() && file.schema_column.is_none() {
            return Err(wrong("schema", "", "a schema, or schema_column"));
        }
        let mut map = CsvMap {
            dataset,
            title: file.title,
            delimiter,
            encoding,
            separator: file.separator,
            order,
            id: formula(&file.id)
                .ok_or_else(|| wrong("id", &file.id, "text with at least one {Column}"))?,
            schema,
            schema_column: file.schema_column,
            schemata,
            columns: BTreeMap::new(),
            values: BTreeMap::new(),
            digest: digest(text),
        };
        for (column, properties) in file.columns {
            let properties = properties.all();
            for property in &properties {
                if !map.has_property(property) {
                    let key = format!("columns.{column:?}");
                    return Err(wrong(&key, property, "a property of the schema"));
                }
            }
            map.columns.insert(column, properties);
        }
        for (property, values) in file.values {
            if !map.has_property(&property) {
                return Err(wrong("values", &property, "a property of the schema"));
            }
            map.values.insert(property, values.all());
        }
        Ok(map)
    }

    /// The dataset that files read with this map belong to.
    pub fn dataset(&self) -> &DatasetName {
        &self.dataset
    }

    /// What the map calls the list.
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// With a schema by column any schema may come, so any schema's property will do.
    fn has_property(&self, name: &str) -> bool {
        if self.schema_column.is_some() {
            return Schema::all().any(|s| s.property(name).is_some());
        }
        self.schema.is_some_and(|s| s.property(name).is_some())
    }
}

/// The first six bytes of the SHA-256 of a map's text.
fn digest(text: &str) -> String {
    let hash = Sha256::digest(text.as_bytes());
    hash.iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn formula(text: &str) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (column, behind) = after.split_once('}')?;
        parts.push(Part::Text(before.to_owned()));
        parts.push(match column.strip_suffix('?') {
            Some(column) => Part::Optional(column.to_owned()),
            None => Part::Column(column.to_owned()),
        });
        rest = behind;
    }
    (!parts.is_empty()).then_some(())?;
    parts.push(Part::Text(rest.to_owned()));
    Some(parts)
}

impl Source for CsvMap {
    fn format(&self) -> Format {
        Format {
            id: "csv-map",
            title: "CSV file read by a column map",
            // A map is its writer's own; nobody has counted what it gives.
            proven: false,
        }
    }

    fn reading(&self) -> String {
        format!("{}@{}", self.format().id, self.digest)
    }

    /// Never: a map is given, not found.
    fn detect(&self, _: &[Probe<'_>]) -> Detection {
        Detection::No
    }

    fn read(&self, files: &[&dyn RawFile], sink: &mut Sink<'_>) -> Result<Report, SourceError> {
        let mut writer = Writer::new(self.dataset.as_str(), self.format(), self.order, sink)?;
        for file in files {
            self.read_file(*file, &mut writer)?;
        }
        if writer.report.entities.is_empty() {
            return Err(writer.malformed("no row", "a row for each entity"));
        }
        Ok(writer.report)
    }
}

impl CsvMap {
    fn read_file(
        &self,
        file: &dyn RawFile,
        writer: &mut Writer<'_, '_>,
    ) -> Result<(), SourceError> {
        let io = |source| SourceError::Io {
            file: file.name().to_owned(),
            source,
        };
        writer.file(file.name());
        writer.at(Place::Line(1));
        let (guard, mark) = RecordGuard::new(file.open().map_err(io)?, MAX_RECORD_BYTES);
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(self.delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(guard);
        let crlf = ends_with_crlf(&crate::detect::head(file)?);
        let mut header: Option<Vec<String>> = None;
        let mut known = HashMap::new();
        let mut record = csv::ByteRecord::new();
        loop {
            match reader.read_byte_record(&mut record) {
                Ok(true) => mark.done(),
                Ok(false) => break,
                Err(error) => {
                    return Err(match error.into_kind() {
                        csv::ErrorKind::Io(source) => io(source),
                        other => writer.malformed(format!("{other:?}"), "a CSV record"),
                    });
                }
            }
            writer.at(Place::Line(
                record.position().map_or(0, |p| csv_line(p, crlf)),
            ));
            let mut cells = Vec::with_capacity(record.len());
            for (at, cell) in record.iter().enumerate() {
                let name = header.as_ref().and_then(|h| h.get(at));
                let name = name.map_or_else(|| format!("column {}", at + 1), Clone::clone);
                let text = self
                    .encoding
                    .decode_without_bom_handling_and_without_replacement(cell)
                    .ok_or_else(|| {
                        let found = format!("{name}: bytes that are not {}", self.encoding.name());
                        writer.malformed(found, "the encoding that the map states")
                    })?;
                cells.push(text.trim().to_owned());
            }
            match &header {
                None => header = Some(self.header(cells, writer)?),
                Some(header) => self.row(header, &cells, &mut known, writer)?,
            }
        }
        Ok(())
    }

    fn header(
        &self,
        mut cells: Vec<String>,
        writer: &Writer<'_, '_>,
    ) -> Result<Vec<String>, SourceError> {
        if let Some(first) = cells.first_mut() {
            *first = first.trim_start_matches('\u{feff}').to_owned();
        }
        let mut seen = HashSet::new();
        for column in &cells {
            if !column.is_empty() && !seen.insert(column.as_str()) {
                return Err(writer.malformed(format!("column {column:?} twice"), "one of each"));
            }
        }
        let of_id = self.id.iter().filter_map(|part| match part {
            Part::Column(column) | Part::Optional(column) => Some(column),
            Part::Text(_) => None,
        });
        let wanted = of_id.chain(&self.schema_column).chain(self.columns.keys());
        for column in wanted {
            if !seen.contains(column.as_str()) {
                let expected = format!("one of the columns {cells:?}, or another delimiter");
                return Err(writer.malformed(format!("no column {column:?}"), expected));
            }
        }
        Ok(cells)
    }

    fn row(
        &self,
        header: &[String],
        cells: &[String],
        known: &mut HashMap<String, CompactString>,
        writer: &mut Writer<'_, '_>,
    ) -> Result<(), SourceError> {
        if cells.iter().all(String::is_empty) {
            return Ok(());
        }
        writer.report.count("rows");
        if cells.len() > header.len() {
            let found = format!("{} cells", cells.len());
            let expected = format!(
                "at most {}; quote cells that hold the delimiter",
                header.len()
            );
            return Err(writer.malformed(found, expected));
        }
        let cell = |column: &str| {
            let at = header.iter().position(|h| h == column);
            at.and_then(|at| cells.get(at)).map_or("", String::as_str)
        };
        let mut id = String::new();
        for part in &self.id {
            match part {
                Part::Text(text) => id.push_str(text),
                Part::Optional(column) if cell(column).is_empty() => id.push('0'),
                Part::Column(column) if cell(column).is_empty() => {
                    let found = format!("column {column:?} is empty");
                    return Err(writer.malformed(found, "a value, for the id is made of it"));
                }
                Part::Column(column) | Part::Optional(column) if is_entity_id(cell(column)) => {
                    id.push_str(cell(column));
                }
                Part::Column(column) | Part::Optional(column) => {
                    id.push_str(&id::content_id("x", [cell(column)]))
                }
            }
        }
        // A row that says again what an earlier one said adds nothing.
        let whole = id::content_id("row", cells);
        if known.get(&id) == Some(&whole) {
            writer.problem("repeated-row", "id", &id, "an earlier row is the same");
            return Ok(());
        }
        known.insert(id.clone(), whole);
        if !is_entity_id(&id) || !writer.claim(&id.as_str().into()) {
            let expected = "an id of letters, digits, dots and hyphens that no other row has";
            return Err(writer.malformed(format!("id {id:?}"), expected));
        }
        let by_column = self
            .schema_column
            .as_deref()
            .map(|column| (column, cell(column)));
        let schema = match by_column {
            Some((column, kind)) => self
                .schemata
                .get(kind)
                .copied()
                .or_else(|| Schema::get(kind))
                .or(self.schema)
                .ok_or_else(|| {
                    let found = format!("column {column:?}: {kind:?}");
                    writer.malformed(found, "a schema, or a value that `schemata` maps to one")
                })?,
            None => self
                .schema
                .ok_or_else(|| writer.malformed("no schema", "a schema"))?,
        };
        let mut entity = writer.entity(id, schema.name());
        for (column, value) in header.iter().zip(cells).filter(|(_, v)| !v.is_empty()) {
            let Some(properties) = self.columns.get(column) else {
                let of_id =
                    |p: &Part| matches!(p, Part::Column(c) | Part::Optional(c) if c == column);
                if !self.id.iter().any(of_id) && self.schema_column.as_ref() != Some(column) {
                    writer.keep(&mut entity, column, value);
                    writer.problem("unknown-column", column, value, "kept in notes");
                }
                continue;
            };
            let pieces: Vec<&str> = match &self.separator {
                Some(separator) => value.split(separator.as_str()).collect(),
                None => vec![value],
            };
            for property in properties {
                for piece in &pieces {
                    writer.say(&mut entity, column, property, piece);
                }
            }
        }
        for (property, values) in &self.values {
            for value in values {
                writer.say(&mut entity, "(map)", property, value);
            }
        }
        writer.emit(entity)
    }
}
