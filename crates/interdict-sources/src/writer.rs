//! What every list module needs while it turns records into entities: one place to say values, to
//! report what does not fit, and to hand entities on.

use std::collections::HashSet;
use std::sync::Arc;

use compact_str::CompactString;
use interdict_model::date::DateOrder;
use interdict_model::record::Said;
use interdict_model::{DatasetName, Entity, Place, Recorder, Schema, territory};

use crate::around::{self, Commas};
use crate::error::SourceError;
use crate::publication::{Format, Problem, Report, Sink};
use crate::several::{DatePart, dates, numbered, says_nothing};
use crate::xml::Element;

/// Years that a date of a list can mean. Dates of the Hijri calendar lie before, typing errors such as
/// 2922 behind.
const PLAUSIBLE_YEARS: std::ops::RangeInclusive<u16> = 1800..=2100;

/// Hands entities on and keeps the report of one publication.
pub(crate) struct Writer<'s, 'k> {
    pub(crate) report: Report,
    sink: &'s mut Sink<'k>,
    dataset: DatasetName,
    file: Arc<str>,
    place: Place,
    order: DateOrder,
    ids: HashSet<CompactString>,
}

impl<'s, 'k> Writer<'s, 'k> {
    pub(crate) fn new(
        dataset: &str,
        format: Format,
        order: DateOrder,
        sink: &'s mut Sink<'k>,
    ) -> Result<Writer<'s, 'k>, SourceError> {
        let dataset = DatasetName::new(dataset).map_err(|e| SourceError::Malformed {
            file: String::new(),
            place: None,
            found: e.to_string(),
            expected: "the name of a dataset".to_owned(),
        })?;
        Ok(Writer {
            report: Report::new(dataset.clone(), format),
            sink,
            dataset,
            file: Arc::from(""),
            place: Place::Byte(0),
            order,
            ids: HashSet::new(),
        })
    }

    /// Names the file of the following records.
    pub(crate) fn file(&mut self, name: &str) {
        self.file = Arc::from(name);
    }

    /// States the place of the following values.
    pub(crate) fn at(&mut self, place: Place) {
        self.place = place;
    }

    /// An entity of a schema by name. The names are literals of the list modules; a misspelt one
    /// would show as `Thing`, and each module's tests look at its schemata.
    pub(crate) fn entity(&self, id: impl Into<CompactString>, schema: &str) -> Entity {
        let schema = Schema::get(schema)
            .or_else(|| Schema::get("Thing"))
            .or_else(|| Schema::all().next());
        match schema {
            Some(schema) => Entity::new(id, schema),
            None => unreachable!("the ontology has schemata"),
        }
    }

    /// Says one value; what does not fit is kept and reported.
    pub(crate) fn say(&mut self, entity: &mut Entity, field: &str, property: &str, raw: &str) {
        self.say_in(entity, field, property, raw, None);
    }

    /// [`Writer::say`] for an optional value.
    pub(crate) fn say_opt(
        &mut self,
        entity: &mut Entity,
        field: &str,
        property: &str,
        raw: Option<&str>,
    ) {
        if let Some(raw) = raw {
            self.say(entity, field, property, raw);
        }
    }

    /// [`Writer::say`] with the language that the publisher states for the value.
    pub(crate) fn say_in(
        &mut self,
        entity: &mut Entity,
        field: &str,
        property: &str,
        raw: &str,
        lang: Option<&str>,
    ) {
        if raw.trim().is_empty() {
            return;
        }
        let dataset = self.dataset.clone();
        let said = Recorder::new(entity, &dataset)
            .at(&self.file, self.place)
            .date_order(self.order)
            .field(field)
            .lang(lang)
            .say(property, raw);
        self.settle(entity, field, property, raw, said);
    }

    /// Says `value`, the publisher having written `original`.
    pub(crate) fn say_from(
        &mut self,
        entity: &mut Entity,
        field: &str,
        property: &str,
        value: &str,
        original: &str,
    ) {
        let dataset = self.dataset.clone();
        let said = Recorder::new(entity, &dataset)
            .at(&self.file, self.place)
            .date_order(self.order)
            .field(field)
            .say_from(property, value, original);
        self.settle(entity, field, property, original, said);
    }

    /// Says each date of a cell that may hold several. What does not read as a date is kept in
    /// notes; so is a year that cannot be meant, with a report.
    pub(crate) fn say_dates(
        &mut self,
        entity: &mut Entity,
        field: &str,
        property: &str,
        cell: &str,
    ) {
        if says_nothing(cell) {
            return;
        }
        for part in dates(cell, self.order, PLAUSIBLE_YEARS) {
            match part {
                DatePart::Date(text) => self.say_from(entity, field, property, text, cell),
                DatePart::Implausible(text) => {
                    self.keep(entity, field, text);
                    let note = "no year that can be meant; kept in notes";
                    self.problem("implausible-date", field, text, note);
                }
                DatePart::Text(text) => self.say(entity, field, property, text),
            }
        }
    }

    /// Says the names of a part of a cell, which may hold words around them: [`around::names`]. What is
    /// no name is kept in notes, and so is a part without any.
    pub(crate) fn say_names(
        &mut self,
        entity: &mut Entity,
        field: &str,
        property: &str,
        part: &str,
        (cell, commas): (&str, Commas),
    ) {
        let found = around::names(part, commas);
        let empty = found.names.is_empty() && !says_nothing(part);
        let mut property = property;
        for named in &found.names {
            let own = if named.is_former {
                "previousName"
            } else {
                property
            };
            if named.text == cell {
                self.say(entity, field, own, cell);
            } else {
                self.say_from(entity, field, own, &named.text, cell);
            }
            // A party has one primary name; what else its cell names is another name.
            if property == "name" {
                property = "alias";
            }
        }
        if found.says_more || empty {
            self.keep(entity, field, part);
        }
    }

    /// Says each value of a cell that may number several.
    pub(crate) fn say_numbered(
        &mut self,
        entity: &mut Entity,
        field: &str,
        property: &str,
        cell: &str,
    ) {
        match numbered(cell) {
            Some(parts) => {
                for part in parts.into_iter().filter(|part| !says_nothing(part)) {
                    self.say_from(entity, field, property, part, cell);
                }
            }
            None if says_nothing(cell) => {}
            None => self.say(entity, field, property, cell),
        }
    }

    /// Says each country of a cell that may hold several, numbered or parted by `;`, `,`, `/` or lines.
    /// A name that itself holds a comma stays whole.
    pub(crate) fn say_countries(
        &mut self,
        entity: &mut Entity,
        field: &str,
        property: &str,
        cell: &str,
    ) {
        if says_nothing(cell) {
            return;
        }
        let parts = match numbered(cell) {
            Some(parts) => parts,
            None => split_unless_known(cell, &[";", "/", "\n", ". "])
                .into_iter()
                .flat_map(|part| split_unless_known(part, &[","]))
                .collect(),
        };
        for part in parts.into_iter().filter(|part| !says_nothing(part)) {
            let part = part.trim_end_matches('.');
            // `Democratic People's Republic of Korea (North Korea)`
            let plain = part
                .split_once('(')
                .map_or(part, |(before, _)| before.trim());
            let known = territory::lookup(part).is_none() && territory::lookup(plain).is_some();
            let name = if known { plain } else { part };
            self.say_from(entity, field, property, name, cell);
        }
    }

    fn settle(&mut self, entity: &mut Entity, field: &str, property: &str, raw: &str, said: Said) {
        match said {
            Said::Added | Said::Known | Said::Empty => {}
            Said::Rejected(rejection) => {
                let kept = match rejection.kept_in {
                    Some(place) => format!("kept in {}", place.name()),
                    None => "not kept".to_owned(),
                };
                let note = format!("{}; {kept}", rejection.reason);
                self.problem("invalid-value", field, raw, note);
            }
            Said::NoProperty => {
                self.keep(entity, field, raw);
                let note = format!("{} has no {property}; kept in notes", entity.schema.name());
                self.problem("no-property", field, raw, note);
            }
        }
    }

    /// Keeps a value that has no property of its own, with the name of its field.
    pub(crate) fn keep(&mut self, entity: &mut Entity, field: &str, raw: &str) {
        let raw = raw.trim();
        if raw.is_empty() {
            return;
        }
        let text = format!("{field}: {raw}");
        let property = ["notes", "description", "summary"]
            .into_iter()
            .find(|p| entity.schema.property(p).is_some())
            .unwrap_or("notes");
        let dataset = self.dataset.clone();
        Recorder::new(entity, &dataset)
            .at(&self.file, self.place)
            .field(field)
            .say_from(property, &text, raw);
    }

    /// Keeps and reports what nobody read of a record.
    pub(crate) fn keep_unread(&mut self, entity: &mut Entity, record: &Element) {
        for unread in record.unread() {
            self.keep(entity, &unread.path, &unread.value);
            self.problem(
                "unknown-element",
                &unread.path,
                &unread.value,
                "kept in notes",
            );
        }
    }

    /// Reports a problem of the current record.
    pub(crate) fn problem(
        &mut self,
        kind: &'static str,
        field: &str,
        value: &str,
        note: impl Into<String>,
    ) {
        self.report.problem(Problem {
            file: Arc::clone(&self.file),
            place: Some(self.place),
            kind,
            field: field.to_owned(),
            value: value.to_owned(),
            note: note.into(),
        });
    }

    /// Whether no entity had this id yet; from now on one has.
    pub(crate) fn claim(&mut self, id: &CompactString) -> bool {
        self.ids.insert(id.clone())
    }

    /// Whether an entity has this id.
    pub(crate) fn has(&self, id: &str) -> bool {
        self.ids.contains(id)
    }

    /// The first of the candidate ids that is free. Later candidates count as collisions and are
    /// reported; if none is free, the last one gets a counter.
    pub(crate) fn free_id(
        &mut self,
        candidates: impl IntoIterator<Item = CompactString>,
        what: &str,
    ) -> CompactString {
        let mut taken: Option<CompactString> = None;
        let mut last = CompactString::default();
        for id in candidates {
            if self.claim(&id) {
                if let Some(first) = taken {
                    let note = format!("{first} is taken; this record is {id}");
                    self.problem("duplicate-id", "id", what, note);
                }
                return id;
            }
            taken.get_or_insert_with(|| id.clone());
            last = id;
        }
        let id = (2u32..)
            .map(|n| compact_str::format_compact!("{last}-{n}"))
            .find(|id| self.claim(id))
            .unwrap_or(last);
        let note = format!("a record equal in every part of its id; this one is {id}");
        self.problem("identical-record", "id", what, note);
        id
    }

    /// Hands an entity on.
    pub(crate) fn emit(&mut self, entity: Entity) -> Result<(), SourceError> {
        *self
            .report
            .entities
            .entry(entity.schema.name())
            .or_insert(0) += 1;
        (self.sink)(entity).map_err(SourceError::Sink)
    }

    /// An error at the current place.
    pub(crate) fn malformed(
        &self,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) -> SourceError {
        SourceError::Malformed {
            file: self.file.to_string(),
            place: Some(self.place),
            found: found.into(),
            expected: expected.into(),
        }
    }
}

/// The parts of a text between any of the separators; one part if it is a territory as it stands.
fn split_unless_known<'a>(text: &'a str, separators: &[&str]) -> Vec<&'a str> {
    let text = text.trim();
    if territory::lookup(text).is_some() {
        return vec![text];
    }
    let mut parts = vec![text];
    for separator in separators {
        parts = parts.iter().flat_map(|p| p.split(separator)).collect();
    }
    parts
        .into_iter()
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect()
}

/// Joins the parts that say something by `, `.
pub(crate) fn join<'a>(parts: impl IntoIterator<Item = Option<&'a str>>) -> String {
    let mut out = String::new();
    for part in parts.into_iter().flatten() {
        let part = part.trim();
        if part.is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.push_str(", ");
        }
        out.push_str(part);
    }
    out
}

/// The file of a format whose publications are one file.
pub(crate) fn one_file<'f>(
    files: &[&'f dyn crate::RawFile],
) -> Result<&'f dyn crate::RawFile, SourceError> {
    match files {
        [file] => Ok(*file),
        [] => Err(SourceError::UnknownFormat {
            file: String::new(),
            found: "no file given".to_owned(),
        }),
        [_, second, ..] => Err(SourceError::Malformed {
            file: second.name().to_owned(),
            place: None,
            found: format!("{} files", files.len()),
            expected: "one file: import each publication on its own".to_owned(),
        }),
    }
}
