//! A record with its neighbours inside.
//!
//! Neighbours are what refers to the record and what it refers to. Beyond an edge (a directorship, a
//! share) its other end is shown too, and nothing beyond that: nesting stops at the first thing. An
//! edge names the record it came from by id only.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use compact_str::CompactString;
use interdict_model::{Property, PropertyType};
use interdict_screening::IndexError;

use super::json::{Link, Node};
use super::sorts::{self, Sort};
use crate::records::{Place, Reader, Record, Records};

/// Most neighbours that are read for one record.
const MOST: usize = 9_999;

/// A page of neighbours.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    pub(crate) limit: usize,
    pub(crate) offset: usize,
    pub(crate) sorts: Vec<Sort>,
}

/// Reads records and what surrounds them.
pub(crate) struct Surroundings<'r> {
    records: &'r Records,
    reader: Reader<'r>,
    read: BTreeMap<Place, Option<Arc<Record>>>,
}

/// Records that may be shown inside others, and who refers to whom.
#[derive(Default)]
struct Graph {
    by_id: BTreeMap<CompactString, Arc<Record>>,
    /// By id of what is referred to: the property that shows it, and who refers.
    referring: BTreeMap<CompactString, BTreeSet<(&'static str, CompactString)>>,
}

impl<'r> Surroundings<'r> {
    pub(crate) fn new(records: &'r Records) -> Surroundings<'r> {
        Surroundings {
            records,
            reader: records.reader(),
            read: BTreeMap::new(),
        }
    }

    /// The record that stands at a place.
    pub(crate) fn record(&mut self, head: Place) -> Result<Option<Arc<Record>>, IndexError> {
        if let Some(known) = self.read.get(&head) {
            return Ok(known.clone());
        }
        let record = self.reader.record(head, |_| true)?.map(Arc::new);
        self.read.insert(head, record.clone());
        Ok(record)
    }

    fn record_of(&mut self, id: &str) -> Result<Option<Arc<Record>>, IndexError> {
        match self.records.find(id)? {
            Some(head) => self.record(head),
            None => Ok(None),
        }
    }

    /// A record with its neighbours inside.
    pub(crate) fn nested(&mut self, root: Arc<Record>) -> Result<Node, IndexError> {
        let mut ring = self.referring(&root, |_, _| true)?;
        for (_, id) in root.of_type(PropertyType::Entity) {
            ring.extend(self.record_of(id)?);
        }
        ring.truncate(MOST);
        let graph = self.graph(&root, ring)?;
        Ok(graph.node(&root, &[]))
    }

    /// Neighbours of a record by one property: a page of them, and how many there are.
    pub(crate) fn by_property(
        &mut self,
        root: &Arc<Record>,
        property: Property,
        page: &Page,
    ) -> Result<(Vec<Link>, usize), IndexError> {
        let mut ring = if property.stub() {
            let (near, range) = (property.reverse(), property.range());
            self.referring(root, |other, by| {
                Some(by.name()) == near && range.is_none_or(|range| other.schema.is_a(range))
            })?
        } else {
            let mut ring = Vec::new();
            for id in root.values(property.name()) {
                ring.extend(self.record_of(id)?);
            }
            ring
        };
        ring.sort_by_cached_key(|record| record.id.clone());
        ring.dedup_by(|a, b| a.id == b.id);
        ring.retain(|record| record.id != root.id);
        if !page.sorts.is_empty() {
            ring.sort_by(|a, b| {
                let keys = |record| sorts::keys(&page.sorts, record);
                sorts::compare(&page.sorts, &keys(a), &keys(b))
            });
        }
        let total = ring.len();
        let shown: Vec<Arc<Record>> = ring
            .into_iter()
            .skip(page.offset)
            .take(page.limit)
            .collect();
        let graph = self.graph(root, shown.clone())?;
        let path = [root.id.clone()];
        let links = shown
            .iter()
            .map(|record| Link::Node(graph.node(record, &path)))
            .collect();
        Ok((links, total))
    }

    /// The records that refer to one by a property for which `counts` holds.
    fn referring(
        &mut self,
        root: &Record,
        counts: impl Fn(&Record, Property) -> bool,
    ) -> Result<Vec<Arc<Record>>, IndexError> {
        let mut found = Vec::new();
        for head in self.records.referring(root.head)? {
            let Some(other) = self.record(head)? else {
                continue;
            };
            let refers = other
                .of_type(PropertyType::Entity)
                .any(|(property, id)| *id == root.id && counts(&other, property));
            if refers {
                found.push(other);
            }
        }
        Ok(found)
    }

    /// The records of a ring around a root, and those beyond its edges.
    fn graph(&mut self, root: &Arc<Record>, ring: Vec<Arc<Record>>) -> Result<Graph, IndexError> {
        let mut graph = Graph::default();
        graph.by_id.insert(root.id.clone(), root.clone());
        for record in &ring {
            graph.by_id.insert(record.id.clone(), record.clone());
        }
        let mut beyond = Vec::new();
        for record in &ring {
            graph.note(record);
            if record.schema.edge().is_some() {
                for (_, id) in record.of_type(PropertyType::Entity) {
                    if !graph.by_id.contains_key(id) {
                        beyond.extend(self.record_of(id)?);
                    }
                }
            }
        }
        for record in beyond {
            if !graph.by_id.contains_key(&record.id) {
                graph.note(&record);
                graph.by_id.insert(record.id.clone(), record);
            }
        }
        Ok(graph)
    }
}

impl Graph {
    fn note(&mut self, record: &Record) {
        for (property, id) in record.of_type(PropertyType::Entity) {
            if let Some(reverse) = property.reverse() {
                let referring = self.referring.entry(id.clone()).or_default();
                referring.insert((reverse, record.id.clone()));
            }
        }
    }

    /// A record with what the graph has inside, apart from what stands on the path to it.
    fn node(&self, record: &Arc<Record>, path: &[CompactString]) -> Node {
        let mut inside: BTreeMap<&'static str, Vec<Link>> = BTreeMap::new();
        let mut longer = path.to_vec();
        longer.push(record.id.clone());
        if path.len() <= 1
            && let Some(referring) = self.referring.get(&record.id)
        {
            for (name, id) in referring {
                if !path.contains(id)
                    && let Some(other) = self.by_id.get(id)
                {
                    let node = self.node(other, &longer);
                    inside.entry(name).or_default().push(Link::Node(node));
                }
            }
        }
        for (property, values) in &record.properties {
            if property.kind() != PropertyType::Entity {
                continue;
            }
            let links: Vec<Link> = values
                .iter()
                .filter(|id| !longer.contains(id))
                .map(|id| match self.by_id.get(id) {
                    Some(other) => Link::Node(self.node(other, &longer)),
                    None => Link::Id(id.clone()),
                })
                .collect();
            // Of what stands on the path, the id is enough.
            if !links.is_empty() {
                inside.insert(property.name(), links);
            }
        }
        Node {
            record: record.clone(),
            inside,
        }
    }
}
