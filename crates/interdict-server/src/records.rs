//! The lists as records: entries of one party are one record, under the id of their cluster.
//!
//! A record is a view. Nothing is merged in the data: every value keeps the list that says it, and no
//! score depends on which entries stand together. An entry that is alone keeps its own id.

mod record;
mod seen;

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use compact_str::CompactString;
use interdict_desk::{Desk, DeskError};
use interdict_model::{DatasetName, Schema};
use interdict_screening::{IndexError, Snapshot};
use interdict_store::Publication;

pub use record::{Reader, Record};
use seen::SeenInList;
pub(crate) use seen::naive;

/// Number of an entity among those of all lists.
pub type Place = u32;

/// What the records are of: entry by list and id, and what the cluster is called.
#[derive(Clone, Debug, Default)]
pub struct Grouping {
    /// Clusters by id, each with list and id of its entries.
    pub clusters: BTreeMap<String, Vec<(String, String)>>,
    /// Former ids of clusters, each with the cluster it leads to.
    pub leads: Vec<(String, String)>,
}

/// All records of the lists that answer.
#[derive(Debug, Default)]
pub struct Records {
    snapshot: Snapshot,
    /// The place of the first entity of each segment.
    starts: Vec<Place>,
    /// By place, the first entry of the record it belongs to, which stands for the record.
    heads: Vec<Place>,
    /// Entries of records with more than one, by head.
    entries: HashMap<Place, Vec<Place>>,
    /// Ids of records that are not called like their first entry, by head.
    ids: HashMap<Place, CompactString>,
    /// Ids that are no entry's: of clusters, and former ones.
    leads: HashMap<CompactString, Place>,
    /// Former ids, by head.
    former: HashMap<Place, Vec<CompactString>>,
    seen: Vec<SeenInList>,
    /// By segment, what its entities are about.
    about: Vec<About>,
    /// Every record by id, once it was asked.
    by_id: OnceLock<Vec<Place>>,
    /// When entries changed last, for those whose list says so; read when it is asked.
    stated_changes: OnceLock<HashMap<Place, Box<str>>>,
}

/// What the entities of a list are about, by their topics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// Some are under sanctions, or linked to one who is.
    pub sanctions: bool,
    /// Some hold or held public office, or are close to one who does.
    pub offices: bool,
}

impl Records {
    /// The records of open lists.
    ///
    /// # Errors
    /// When stored data or a segment cannot be read.
    pub async fn open(
        desk: &Desk,
        snapshot: Snapshot,
        publications: &[Publication],
        grouping: Grouping,
    ) -> Result<Records, DeskError> {
        let mut seen = Vec::new();
        for segment in snapshot.segments() {
            let dataset = &segment.description().dataset;
            let found = publications.iter().find(|p| p.dataset == *dataset);
            seen.push(match found {
                Some(publication) => {
                    let since = desk.store().seen_since(publication.id).await?;
                    SeenInList::new(publication, since, segment)?
                }
                None => SeenInList::default(),
            });
        }
        let grouped = tokio::task::spawn_blocking(move || Records::group(snapshot, grouping, seen));
        let stopped = |_| DeskError::Stopped {
            what: "reading the lists",
        };
        grouped.await.map_err(stopped)?.map_err(searching)
    }

    fn group(
        snapshot: Snapshot,
        grouping: Grouping,
        seen: Vec<SeenInList>,
    ) -> Result<Records, IndexError> {
        let mut starts = Vec::new();
        let mut next: Place = 0;
        for segment in snapshot.segments() {
            starts.push(next);
            next = next.saturating_add(segment.view().entity_count());
        }
        let mut records = Records {
            heads: (0..next).collect(),
            snapshot,
            starts,
            seen,
            ..Records::default()
        };
        records.join_same_ids()?;
        for segment in records.snapshot.segments() {
            let view = segment.view();
            let mut about = About::default();
            for entity in 0..view.entity_count() {
                for topic in view.topics(entity)? {
                    about.sanctions |= topic == "sanction" || topic.starts_with("sanction.");
                    about.offices |= topic == "role.rca" || topic.starts_with("role.pep");
                }
            }
            records.about.push(about);
        }
        for (id, entries) in grouping.clusters {
            records.join_cluster(id, &entries)?;
        }
        for entries in records.entries.values_mut() {
            entries.sort_unstable();
            entries.dedup();
        }
        for (id, cluster) in grouping.leads {
            if let Some(head) = records.leads.get(cluster.as_str()).copied() {
                let id = CompactString::from(id);
                records.former.entry(head).or_default().push(id.clone());
                records.leads.insert(id, head);
            }
        }
        Ok(records)
    }

    /// One id is one thing, whatever list it stands in.
    fn join_same_ids(&mut self) -> Result<(), IndexError> {
        if self.starts.len() < 2 {
            return Ok(());
        }
        let snapshot = self.snapshot.clone();
        let mut first: HashMap<&str, Place> = HashMap::new();
        for (segment, open) in snapshot.segments().iter().enumerate() {
            let view = open.view();
            for entity in 0..view.entity_count() {
                let place = self.place(segment, entity);
                let head = *first.entry(view.id(entity)?).or_insert(place);
                if head != place {
                    self.join(head, place);
                }
            }
        }
        Ok(())
    }

    fn join_cluster(&mut self, id: String, entries: &[(String, String)]) -> Result<(), IndexError> {
        let mut places = Vec::new();
        for (dataset, id) in entries {
            for (segment, open) in self.snapshot.segments().iter().enumerate() {
                if open.description().dataset.as_str() == dataset
                    && let Some(entity) = open.view().find(id)?
                {
                    places.push(self.place(segment, entity));
                }
            }
        }
        places.sort_unstable();
        let Some(first) = places.first().copied() else {
            return Ok(());
        };
        for place in places {
            self.join(first, place);
        }
        let head = self.head(first);
        let id = CompactString::from(id);
        self.leads.insert(id.clone(), head);
        self.ids.insert(head, id);
        Ok(())
    }

    /// Makes the records of two entries one; its head is the lesser of theirs.
    fn join(&mut self, a: Place, b: Place) {
        let (a, b) = (self.head(a), self.head(b));
        if a == b {
            return;
        }
        let (head, other) = (a.min(b), a.max(b));
        let moved = self.entries.remove(&other).unwrap_or_else(|| vec![other]);
        for place in &moved {
            if let Some(slot) = self.heads.get_mut(*place as usize) {
                *slot = head;
            }
        }
        if let Some(id) = self.ids.remove(&other) {
            self.leads.insert(id.clone(), head);
            self.ids.entry(head).or_insert(id);
        }
        let entries = self.entries.entry(head).or_insert_with(|| vec![head]);
        entries.extend(moved);
    }

    /// The lists, each with what its entities are about.
    pub fn lists(&self) -> impl Iterator<Item = (&DatasetName, About)> {
        let segments = self.snapshot.segments().iter();
        segments
            .zip(&self.about)
            .map(|(segment, about)| (&segment.description().dataset, *about))
    }

    /// The lists, open.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// How many entities all lists hold together.
    pub fn len(&self) -> usize {
        self.heads.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.heads.is_empty()
    }

    /// The place of an entity.
    pub fn place(&self, segment: usize, entity: u32) -> Place {
        let start = self.starts.get(segment).copied().unwrap_or_default();
        start.saturating_add(entity)
    }

    /// Segment and ordinal of an entity.
    pub fn at(&self, place: Place) -> (usize, u32) {
        let after = self.starts.partition_point(|start| *start <= place);
        let segment = after.saturating_sub(1);
        let start = self.starts.get(segment).copied().unwrap_or_default();
        (segment, place.saturating_sub(start))
    }

    /// What stands for the record of an entry.
    pub fn head(&self, place: Place) -> Place {
        self.heads.get(place as usize).copied().unwrap_or(place)
    }

    /// The entries of a record, by list.
    pub fn entries<'r>(&'r self, head: &'r Place) -> &'r [Place] {
        self.entries
            .get(head)
            .map_or(std::slice::from_ref(head), Vec::as_slice)
    }

    /// The same, owned.
    pub fn entries_owned(&self, head: Place) -> smallvec::SmallVec<[Place; 2]> {
        self.entries(&head).into()
    }

    /// The id of a record.
    ///
    /// # Errors
    /// When a segment is damaged.
    pub fn id(&self, head: Place) -> Result<&str, IndexError> {
        match self.ids.get(&head) {
            Some(id) => Ok(id),
            None => self.own_id(head),
        }
    }

    /// The id that an entry has in its list.
    ///
    /// # Errors
    /// When a segment is damaged.
    pub fn own_id(&self, place: Place) -> Result<&str, IndexError> {
        let (segment, entity) = self.at(place);
        match self.snapshot.segments().get(segment) {
            Some(open) => open.view().id(entity),
            None => Ok(""),
        }
    }

    /// The schema of an entry; `None` where there is no such entry.
    ///
    /// # Errors
    /// When a segment is damaged.
    pub fn schema(&self, place: Place) -> Result<Option<Schema>, IndexError> {
        let (segment, entity) = self.at(place);
        let open = self.snapshot.segments().get(segment);
        open.map(|s| s.view().schema(entity)).transpose()
    }

    /// The record that an id means: its own, that of an entry, or a former one.
    ///
    /// # Errors
    /// When a segment is damaged.
    pub fn find(&self, id: &str) -> Result<Option<Place>, IndexError> {
        if let Some(head) = self.leads.get(id) {
            return Ok(Some(self.head(*head)));
        }
        for (segment, open) in self.snapshot.segments().iter().enumerate() {
            if let Some(entity) = open.view().find(id)? {
                return Ok(Some(self.head(self.place(segment, entity))));
            }
        }
        Ok(None)
    }

    /// Puts records into the order of their ids.
    ///
    /// # Errors
    /// When a segment is damaged.
    pub fn sort_by_id(&self, heads: &mut Vec<Place>) -> Result<(), IndexError> {
        let mut named = Vec::with_capacity(heads.len());
        for head in heads.iter() {
            named.push((self.id(*head)?, *head));
        }
        named.sort_unstable();
        *heads = named.into_iter().map(|(_, head)| head).collect();
        Ok(())
    }

    /// Every record, by id.
    ///
    /// # Errors
    /// When a segment is damaged.
    pub fn by_id(&self) -> Result<&[Place], IndexError> {
        if let Some(known) = self.by_id.get() {
            return Ok(known);
        }
        let mut all: Vec<Place> = (0..Place::try_from(self.len()).unwrap_or(Place::MAX))
            .filter(|place| self.head(*place) == *place)
            .collect();
        self.sort_by_id(&mut all)?;
        Ok(self.by_id.get_or_init(|| all))
    }

    /// Heads of the records with an entry that may refer to one of the entries of a record; some may
    /// not, their content decides. Sorted.
    pub fn referring(&self, head: Place) -> Result<Vec<Place>, IndexError> {
        let mut found = Vec::new();
        for place in self.entries(&head) {
            let id = self.own_id(*place)?;
            for (segment, open) in self.snapshot.segments().iter().enumerate() {
                let referring = open.view().referring_to(id);
                found.extend(referring.map(|entity| self.head(self.place(segment, entity))));
            }
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }
}

/// A damaged segment, as the desk reports it.
fn searching(source: IndexError) -> DeskError {
    DeskError::Search {
        source: Box::new(source),
    }
}
