//! Senzing entity records, one JSON object per line, as OpenSanctions exports them
//! (`senzing.json`) and as the Senzing entity specification names their attributes.
//!
//! A record is read by attribute name, wherever the attribute stands: in the lists of the export
//! (`NAMES`, `DATES`, …), in `FEATURES`, or at the top. What one object of a list holds belongs
//! together (an id and its type, the lines of an address).

use interdict_model::clean::is_entity_id;
use interdict_model::date::DateOrder;
use interdict_model::{Entity, Place, Schema, id};
use serde_json::{Map, Value};

use crate::detect::json_lines;
use crate::error::SourceError;
use crate::ftm::{dataset_of_file, list_of};
use crate::lines::Lines;
use crate::publication::{Detection, Format, Probe, RawFile, Report, Sink, Source, StatedDate};
use crate::writer::{Writer, join};

mod attributes;

use attributes::{ADDRESS, Group, NAME_PARTS, property_of};

/// Reads Senzing JSON lines. The dataset is `DATA_SOURCE` in lower case, without the `OS_` that
/// OpenSanctions puts before it.
#[derive(Clone, Copy, Debug, Default)]
pub struct SenzingSource;

const EXPECTED: &str =
    "one Senzing record per line: {\"DATA_SOURCE\": …, \"RECORD_ID\": …, \"NAMES\": […]}";

impl Source for SenzingSource {
    fn format(&self) -> Format {
        Format {
            id: "senzing-json",
            title: "Senzing entity records, JSON lines",
            proven: true,
        }
    }

    fn detect(&self, files: &[Probe<'_>]) -> Detection {
        json_lines(files, "DATA_SOURCE and RECORD_ID", |has| {
            has("DATA_SOURCE") && has("RECORD_ID")
        })
    }

    fn read(&self, files: &[&dyn RawFile], sink: &mut Sink<'_>) -> Result<Report, SourceError> {
        let first = files.first().map_or("", |f| f.name());
        let dataset = match files.first() {
            Some(file) => dataset_of(*file)?,
            None => dataset_of_file(first).as_str().to_owned(),
        };
        let mut writer = Writer::new(&dataset, self.format(), DateOrder::default(), sink)?;
        let mut latest = String::new();
        for file in files {
            let mut lines = Lines::open(*file)?;
            writer.file(file.name());
            loop {
                let (number, parsed) = match lines.next()? {
                    None => break,
                    Some((number, line)) => (number, serde_json::from_str::<Value>(line)),
                };
                writer.at(Place::Line(number));
                match parsed {
                    Ok(Value::Object(object)) => {
                        writer.report.count(&format!("{} lines", file.name()));
                        record(&object, &dataset, &mut writer, &mut latest)?;
                    }
                    Ok(_) => return Err(lines.malformed("JSON that is no object", EXPECTED)),
                    Err(error) => return Err(lines.malformed(error.to_string(), EXPECTED)),
                }
            }
        }
        if writer.report.entities.is_empty() {
            return Err(SourceError::Malformed {
                file: first.to_owned(),
                place: None,
                found: "no record".to_owned(),
                expected: EXPECTED.to_owned(),
            });
        }
        let mut report = writer.report;
        report.stated_date = (!latest.is_empty()).then(|| StatedDate {
            value: latest,
            field: "LAST_CHANGE".to_owned(),
        });
        Ok(report)
    }
}

/// The dataset that the first record states, else the name of the file.
fn dataset_of(file: &dyn RawFile) -> Result<String, SourceError> {
    let mut lines = Lines::open(file)?;
    let stated = match lines.next()? {
        Some((_, line)) => serde_json::from_str::<Value>(line)
            .ok()
            .and_then(|v| Some(dataset_name(v.get("DATA_SOURCE")?.as_str()?))),
        None => None,
    };
    Ok(stated.unwrap_or_else(|| list_of(file).as_str().to_owned()))
}

fn dataset_name(source: &str) -> String {
    let own = source.strip_prefix("OS_").unwrap_or(source);
    dataset_of_file(&own.replace('.', "_")).as_str().to_owned()
}

fn schema_of(kind: &str) -> Option<&'static str> {
    Some(match kind.to_ascii_uppercase().as_str() {
        "PERSON" => "Person",
        "ORGANIZATION" | "ORGANISATION" => "Organization",
        "COMPANY" => "Company",
        "VESSEL" => "Vessel",
        "AIRCRAFT" | "AIRPLANE" => "Airplane",
        "ADDRESS" => "Address",
        _ => return None,
    })
}

/// An id that an entity can have: the record's own if it is one.
fn entity_id(key: &str) -> compact_str::CompactString {
    if is_entity_id(key) {
        key.into()
    } else {
        id::content_id("senzing", [key])
    }
}

fn record(
    object: &Map<String, Value>,
    dataset: &str,
    writer: &mut Writer<'_, '_>,
    latest: &mut String,
) -> Result<(), SourceError> {
    let text = |name: &str| object.get(name).and_then(scalar).unwrap_or_default();
    let key = text("RECORD_ID");
    if key.trim().is_empty() {
        return Err(writer.malformed("a record without RECORD_ID", EXPECTED));
    }
    let source = text("DATA_SOURCE");
    if !source.is_empty() && dataset_name(&source) != dataset {
        let note = format!("the first record is of {dataset}; so is the publication");
        writer.problem("other-data-source", "DATA_SOURCE", &source, note);
    }
    let stated = attributes::record_type(object);
    let kind = stated.as_deref().and_then(schema_of);
    if kind.is_none() {
        // Screened as if it could be anybody, rather than never.
        let note = "no known type; read as LegalEntity";
        let value = stated.as_deref().unwrap_or("null");
        writer.problem("unknown-type", "RECORD_TYPE", value, note);
    }
    let id = entity_id(key.trim());
    if !writer.claim(&id) {
        writer.problem("duplicate-id", "RECORD_ID", &key, "the first record counts");
        return Ok(());
    }
    let mut entity = writer.entity(id, kind.unwrap_or("LegalEntity"));
    let change = text("LAST_CHANGE");
    if !change.is_empty() {
        entity.last_change = Some(change.as_str().into());
        if change > *latest {
            *latest = change;
        }
    }
    let mut links = Vec::new();
    let mut top = Map::new();
    for (name, value) in object {
        match name.as_str() {
            "RECORD_ID" | "DATA_SOURCE" | "RECORD_TYPE" | "LAST_CHANGE" => {}
            "URL" => {
                if let Some(url) = scalar(value) {
                    writer.say(&mut entity, "URL", "sourceUrl", &url);
                }
            }
            _ => match value {
                Value::Array(items) => {
                    for item in items {
                        match item {
                            Value::Object(members) => {
                                group(name, members, &mut entity, writer, &mut links);
                            }
                            Value::Null => {}
                            other => unknown(name, other, &mut entity, writer),
                        }
                    }
                }
                Value::Object(members) => group(name, members, &mut entity, writer, &mut links),
                Value::Null => {}
                other => {
                    top.insert(name.clone(), other.clone());
                }
            },
        }
    }
    if !top.is_empty() {
        group("", &top, &mut entity, writer, &mut links);
    }
    let own = entity.id.clone();
    writer.emit(entity)?;
    for link in links {
        link.emit(&own, writer)?;
    }
    Ok(())
}

/// A JSON value as the text of an attribute; `None` for lists, objects and null.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

fn unknown(field: &str, value: &Value, entity: &mut Entity, writer: &mut Writer<'_, '_>) {
    let text = scalar(value).unwrap_or_else(|| value.to_string());
    writer.keep(entity, field, &text);
    writer.problem("unknown-attribute", field, &text, "kept in notes");
}

fn group(
    list: &str,
    members: &Map<String, Value>,
    entity: &mut Entity,
    writer: &mut Writer<'_, '_>,
    links: &mut Vec<Link>,
) {
    let mut group = Group::new(list, members);
    if group.attributes.contains_key("REL_ANCHOR_KEY")
        || group.attributes.contains_key("REL_POINTER_KEY")
    {
        links.extend(Link::take(&mut group));
    }
    for (prefix, number) in [
        ("OTHER", "OTHER_ID_NUMBER"),
        ("TRUSTED", "TRUSTED_ID_NUMBER"),
    ] {
        let Some(value) = group.take(number) else {
            continue;
        };
        let kind = group.take(&format!("{prefix}_ID_TYPE")).unwrap_or_default();
        identifier(&kind, &value, &group.field(number), entity, writer);
    }
    let name_type = group.take("NAME_TYPE").unwrap_or_default();
    let names = match name_type.to_ascii_uppercase().as_str() {
        "" | "PRIMARY" => "name",
        "WEAK" | "LOW_QUALITY" => "weakAlias",
        "FORMER" | "PREVIOUS" | "MAIDEN" if entity.schema.property("previousName").is_some() => {
            "previousName"
        }
        _ => "alias",
    };
    let names = match entity.schema.property(names) {
        Some(_) => names,
        None => "alias",
    };
    let mut named = false;
    for attribute in ["NAME_FULL", "NAME_ORG"] {
        if let Some(value) = group.take(attribute) {
            named = true;
            writer.say(entity, &group.field(attribute), names, &value);
        }
    }
    if !named {
        let parts: Vec<Option<&str>> = NAME_PARTS.iter().map(|p| group.get(p)).collect();
        let whole = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
        writer.say(entity, &group.field("NAME_FULL"), names, &whole);
    }
    if group.get("ADDR_FULL").is_none() {
        let whole = join(ADDRESS.iter().map(|p| group.get(p)));
        if !whole.is_empty() {
            writer.say(entity, &group.field("ADDR_FULL"), "address", &whole);
        }
    }
    for part in ADDRESS.iter().filter(|p| **p != "ADDR_COUNTRY") {
        group.take(part);
    }
    while let Some((attribute, value)) = group.attributes.pop_first() {
        let field = group.field(&attribute);
        match property_of(entity.schema, &attribute) {
            Some(property) => writer.say(entity, &field, property, &value),
            None if attribute == "ADDR_TYPE" => writer.keep(entity, &field, &value),
            None => {
                writer.keep(entity, &field, &value);
                writer.problem("unknown-attribute", &field, &value, "kept in notes");
            }
        }
    }
    for (name, value) in group.nested {
        unknown(&name, value, entity, writer);
    }
}

/// An id of a named kind.
fn identifier(
    kind: &str,
    value: &str,
    field: &str,
    entity: &mut Entity,
    writer: &mut Writer<'_, '_>,
) {
    if kind == "OPEN_SANCTIONS" {
        if value != entity.id && !entity.referents.iter().any(|r| r == value) {
            entity.referents.push(value.into());
        }
        return;
    }
    let own = match kind.to_ascii_uppercase().as_str() {
        "WIKIDATA" => "wikidataId",
        "LEI" => "leiCode",
        "IMO" => "imoNumber",
        "OGRN" => "ogrnCode",
        "INN" => "innCode",
        _ => kind,
    };
    if entity.schema.property(own).is_some() {
        writer.say(entity, field, own, value);
        return;
    }
    let general = ["registrationNumber", "idNumber"]
        .into_iter()
        .find(|p| entity.schema.property(p).is_some());
    match general {
        Some(property) => {
            writer.say(entity, field, property, value);
            if !kind.is_empty() {
                writer.keep(entity, field, &format!("{kind} {value}"));
            }
        }
        None => {
            writer.keep(entity, field, &format!("{kind} {value}"));
            let note = "kept in notes";
            writer.problem("unknown-attribute", field, value, note);
        }
    }
}

/// A relationship from one record to another. An anchor without a pointer only declares the key
/// under which others point to the record.
struct Link {
    role: String,
    anchor: Option<String>,
    pointer: String,
    field: String,
}

impl Link {
    fn take(group: &mut Group<'_>) -> Option<Link> {
        group.take("REL_ANCHOR_DOMAIN");
        group.take("REL_POINTER_DOMAIN");
        let anchor = group.take("REL_ANCHOR_KEY");
        let role = group.take("REL_POINTER_ROLE").unwrap_or_default();
        Some(Link {
            role,
            anchor,
            pointer: group.take("REL_POINTER_KEY")?,
            field: group.field("REL_POINTER_KEY"),
        })
    }

    fn emit(self, own: &str, writer: &mut Writer<'_, '_>) -> Result<(), SourceError> {
        let source = match &self.anchor {
            Some(key) => entity_id(key),
            None => own.into(),
        };
        let target = entity_id(&self.pointer);
        let known = Schema::get(&self.role).filter(|s| s.edge().is_some());
        let schema = known.map_or("UnknownLink", Schema::name);
        let id = id::content_id(
            &format!("{source}-link"),
            [self.role.as_str(), target.as_str()],
        );
        if source == target {
            let note = "a relationship of a record with itself; left out";
            writer.problem("self-link", &self.field, &self.pointer, note);
            return Ok(());
        }
        // Both ends of a relationship may state it.
        if !writer.claim(&id) {
            return Ok(());
        }
        let mut entity = writer.entity(id, schema);
        if let Some(edge) = entity.schema.edge() {
            writer.say(&mut entity, &self.field, edge.source, &source);
            writer.say(&mut entity, &self.field, edge.target, &target);
        }
        if known.is_none() {
            writer.say(&mut entity, "REL_POINTER_ROLE", "role", &self.role);
        }
        writer.emit(entity)
    }
}
