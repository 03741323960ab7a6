//! One record: what all its entries say, value by value.

use std::collections::HashMap;

use compact_str::CompactString;
use interdict_model::{DatasetName, Entity, Property, PropertyType, Schema, topic};
use interdict_screening::{EntityReader, IndexError};

use super::seen::naive;
use super::{Place, Records};

/// A record as it is read: the entries of one party within the lists that were asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The entry that stands for it.
    pub head: Place,
    /// Id of its cluster, or its own where it is alone.
    pub id: CompactString,
    /// The most specific schema of its entries, as far as they agree.
    pub schema: Schema,
    /// What to call it: the caption of its first entry.
    pub caption: CompactString,
    /// Values by property, each once, in the order of the entries.
    pub properties: Vec<(Property, Vec<CompactString>)>,
    /// The lists that have it, by name.
    pub datasets: Vec<DatasetName>,
    /// Ids of its entries, their former ids, and former ids of the record; sorted, its own not among
    /// them.
    pub referents: Vec<CompactString>,
    /// Whether measures or a risk are directed at it.
    pub target: bool,
    /// `YYYY-MM-DDTHH:MM:SS`: the first publication with one of its entries.
    pub first_seen: Option<String>,
    /// The last publication with one of its entries.
    pub last_seen: Option<String>,
    /// The last change of one of its entries.
    pub last_change: Option<String>,
}

impl Record {
    /// The values of a property.
    pub fn values(&self, name: &str) -> &[CompactString] {
        self.properties
            .iter()
            .find(|(property, _)| property.name() == name)
            .map_or(&[], |(_, values)| values)
    }

    /// Values of every property of one type.
    pub fn of_type(&self, kind: PropertyType) -> impl Iterator<Item = (Property, &CompactString)> {
        self.properties
            .iter()
            .filter(move |(property, _)| property.kind() == kind)
            .flat_map(|(property, values)| values.iter().map(|value| (*property, value)))
    }
}

/// Reads records; keeps what it unpacked last.
#[derive(Debug)]
pub struct Reader<'r> {
    records: &'r Records,
    entities: EntityReader<'r>,
}

impl Records {
    /// A reader of records.
    pub fn reader(&self) -> Reader<'_> {
        Reader {
            records: self,
            entities: self.snapshot.reader(),
        }
    }

    /// When an entry came into its list, and when it changed last there, by publications.
    pub fn seen(&self, place: Place) -> (Option<&str>, Option<&str>) {
        let (segment, entity) = self.at(place);
        self.seen.get(segment).map_or((None, None), |seen| {
            (seen.first(entity), seen.changed(entity))
        })
    }

    /// The topics of an entry.
    ///
    /// # Errors
    /// When a segment is damaged.
    pub fn topics(&self, place: Place) -> Result<Vec<&str>, IndexError> {
        let (segment, entity) = self.at(place);
        match self.snapshot.segments().get(segment) {
            Some(open) => Ok(open.view().topics(entity)?.collect()),
            None => Ok(Vec::new()),
        }
    }

    /// When an entry changed last: as its list states it, else by publications. What lists state is
    /// read for all entries at the first question.
    ///
    /// # Errors
    /// When a segment is damaged.
    pub fn last_change(&self, place: Place) -> Result<Option<&str>, IndexError> {
        let stated = match self.stated_changes.get() {
            Some(stated) => stated,
            None => {
                let read = self.read_stated_changes()?;
                self.stated_changes.get_or_init(|| read)
            }
        };
        let stated = stated.get(&place).map(|time| &**time);
        Ok(stated.or(self.seen(place).1))
    }

    fn read_stated_changes(&self) -> Result<HashMap<Place, Box<str>>, IndexError> {
        let mut stated = HashMap::new();
        let mut reader = self.reader();
        for place in 0..Place::try_from(self.len()).unwrap_or(Place::MAX) {
            let entity = reader.entity(place)?;
            if let Some(time) = entity.and_then(|e| naive(e.last_change.as_deref()?)) {
                stated.insert(place, time.into());
            }
        }
        Ok(stated)
    }

    /// The last publication of the list of an entry.
    pub fn last_seen(&self, place: Place) -> Option<&str> {
        self.seen.get(self.at(place).0)?.last()
    }

    /// The list of an entry.
    pub fn dataset(&self, place: Place) -> Option<&DatasetName> {
        let open = self.snapshot.segments().get(self.at(place).0)?;
        Some(&open.description().dataset)
    }
}

impl Reader<'_> {
    /// What an entry says in its list.
    ///
    /// # Errors
    /// When a segment is damaged.
    pub fn entity(&mut self, place: Place) -> Result<Option<Entity>, IndexError> {
        let (segment, entity) = self.records.at(place);
        self.entities.read(segment, entity)
    }

    /// The record that `head` stands for, as the entries tell it for which `within` holds; `None`
    /// when there is none.
    ///
    /// # Errors
    /// When a segment is damaged.
    pub fn record(
        &mut self,
        head: Place,
        within: impl Fn(&DatasetName) -> bool,
    ) -> Result<Option<Record>, IndexError> {
        let mut record: Option<Record> = None;
        for place in self.records.entries(&head) {
            let Some(dataset) = self.records.dataset(*place).filter(|d| within(d)) else {
                continue;
            };
            let Some(entity) = self.entity(*place)? else {
                continue;
            };
            let record = match &mut record {
                Some(record) => record,
                None => record.insert(Record {
                    head,
                    id: self.records.id(head)?.into(),
                    schema: entity.schema,
                    caption: entity.caption().into(),
                    properties: Vec::new(),
                    datasets: Vec::new(),
                    referents: Vec::new(),
                    target: false,
                    first_seen: None,
                    last_seen: None,
                    last_change: None,
                }),
            };
            self.add(record, *place, dataset, entity)?;
        }
        let Some(mut record) = record else {
            return Ok(None);
        };
        if let Some(former) = self.records.former.get(&head) {
            record.referents.extend(former.iter().cloned());
        }
        record.referents.retain(|id| *id != record.id);
        record.referents.sort_unstable();
        record.referents.dedup();
        record.datasets.sort_unstable();
        record.datasets.dedup();
        let has_risk = record
            .of_type(PropertyType::Topic)
            .any(|(_, code)| topic::is_risk(code));
        record.target |= has_risk;
        Ok(Some(record))
    }

    fn add(
        &mut self,
        record: &mut Record,
        place: Place,
        dataset: &DatasetName,
        entity: Entity,
    ) -> Result<(), IndexError> {
        if let Some(schema) = record.schema.common(entity.schema) {
            record.schema = schema;
        }
        for statement in entity.statements {
            let value = if statement.property.kind() == PropertyType::Entity {
                self.records
                    .led(&statement.value)?
                    .unwrap_or(statement.value)
            } else {
                statement.value
            };
            let known = &mut record.properties;
            let at = match known.iter().position(|(p, _)| *p == statement.property) {
                Some(at) => at,
                None => {
                    known.push((statement.property, Vec::new()));
                    known.len() - 1
                }
            };
            if let Some((_, values)) = known.get_mut(at)
                && !values.contains(&value)
            {
                values.push(value);
            }
        }
        record.datasets.push(dataset.clone());
        record.referents.push(entity.id);
        record.referents.extend(entity.referents);
        record.target |= entity.stated_target.unwrap_or_default();
        let (first, changed) = self.records.seen(place);
        let stated = entity.last_change.as_deref().and_then(naive);
        earliest(&mut record.first_seen, first);
        latest(&mut record.last_seen, self.records.last_seen(place));
        latest(&mut record.last_change, stated.as_deref().or(changed));
        Ok(())
    }
}

impl Records {
    /// The id of the record that an entry's id means, where that is another one.
    fn led(&self, id: &str) -> Result<Option<CompactString>, IndexError> {
        if self.ids.is_empty() {
            return Ok(None);
        }
        match self.find(id)?.and_then(|head| self.ids.get(&head)) {
            Some(known) if known != id => Ok(Some(known.clone())),
            _ => Ok(None),
        }
    }
}

fn earliest(kept: &mut Option<String>, time: Option<&str>) {
    if let Some(time) = time
        && kept.as_deref().is_none_or(|kept| time < kept)
    {
        *kept = Some(time.to_owned());
    }
}

fn latest(kept: &mut Option<String>, time: Option<&str>) {
    if let Some(time) = time
        && kept.as_deref().is_none_or(|kept| time > kept)
    {
        *kept = Some(time.to_owned());
    }
}
