//! The lists that answer now, and how new versions take their place.
//!
//! Whatever changes what answers (an import here, another process on the same folder, another node)
//! is seen by looking at the store; the new set is opened and prepared beside the old one and then
//! takes its place in one step. Requests under way keep the set that they began with.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use interdict_desk::books::Basis;
use interdict_desk::{Desk, DeskError, NoProgress, OpenLists};
use interdict_model::DatasetName;
use interdict_screening::{Engine, Policy, Snapshot};
use interdict_store::{Publication, PublicationId};

use crate::lookup::Lookup;
use crate::records::{Grouping, Records};

/// How often the store is asked whether something else answers.
pub const LOOK_EVERY: Duration = Duration::from_secs(1);

/// A set of lists, opened, under the policy that answers.
#[derive(Debug)]
pub struct Answering {
    /// The lists.
    pub lists: OpenLists,
    /// Searches them under the policy in force.
    pub engine: Arc<Engine>,
    /// What records of screenings with all of them say.
    pub basis: Basis,
    /// Entries of one party: list and id of an entry to the id of its cluster.
    clusters: BTreeMap<(String, String), String>,
    /// Cluster to its entries.
    members: BTreeMap<String, Vec<(String, String)>>,
    /// The lists as records, entries of one party as one.
    pub records: Records,
    /// Finds records by words.
    pub lookup: Lookup,
    /// What was opened.
    seen: Seen,
}

/// What a set was opened from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Seen {
    publications: Vec<PublicationId>,
    clusters: BTreeMap<DatasetName, [u8; 32]>,
    cuts: usize,
}

impl Seen {
    async fn read(desk: &Desk) -> Result<(Seen, Vec<Publication>), DeskError> {
        let store = desk.store();
        let current = store.current().await?;
        let seen = Seen {
            publications: current.iter().map(|p| p.id).collect(),
            clusters: store.cluster_basis().await?.lists,
            cuts: store.cluster_decisions().await?.len(),
        };
        Ok((seen, current))
    }
}

impl Answering {
    /// Whether there is nothing to search yet.
    pub fn is_empty(&self) -> bool {
        self.lists.publications.is_empty()
    }

    /// The cluster of an entry; `None` for one that is alone.
    pub fn cluster_of(&self, dataset: &str, id: &str) -> Option<&str> {
        // The map is keyed by owned pairs; a look-up of borrowed ones would need a key type of its own.
        self.clusters
            .get(&(dataset.to_owned(), id.to_owned()))
            .map(String::as_str)
    }

    /// List and id of the entries of a cluster, in order.
    pub fn members(&self, cluster: &str) -> &[(String, String)] {
        self.members.get(cluster).map_or(&[], Vec::as_slice)
    }
}

/// Holds the set that answers.
#[derive(Debug)]
pub struct Lists {
    now: ArcSwap<Answering>,
    policy: Policy,
    /// The store's number of changes when it was looked at last; one look at a time.
    looked: tokio::sync::Mutex<u64>,
}

impl Lists {
    /// Opens what answers now.
    ///
    /// # Errors
    /// When stored data cannot be read.
    pub async fn open(desk: &Desk, policy: Policy) -> Result<Lists, DeskError> {
        let number = desk.store().state_number().await?;
        let (seen, current) = Seen::read(desk).await?;
        let first = answering(desk, &policy, None, seen, current).await?;
        let lists = Lists {
            now: ArcSwap::from_pointee(first),
            policy,
            looked: tokio::sync::Mutex::new(number),
        };
        lists.read_words();
        Ok(lists)
    }

    /// The set that answers now. A request takes it once.
    pub fn now(&self) -> Arc<Answering> {
        self.now.load_full()
    }

    /// Looks whether something else answers in the store, and if so puts it in place. Gives whether
    /// it did.
    ///
    /// # Errors
    /// When stored data cannot be read; the set that was there goes on answering.
    pub async fn refresh(&self, desk: &Desk) -> Result<bool, DeskError> {
        let mut looked = self.looked.lock().await;
        let number = desk.store().state_number().await?;
        if *looked == number {
            return Ok(false);
        }
        let before = self.now();
        let (seen, current) = Seen::read(desk).await?;
        if before.seen == seen {
            *looked = number;
            return Ok(false);
        }
        let next = answering(desk, &self.policy, Some(&before), seen, current).await?;
        self.now.store(Arc::new(next));
        *looked = number;
        self.read_words();
        Ok(true)
    }

    /// Has the words of the lists read while nobody waits for them; whoever searches meanwhile does.
    fn read_words(&self) {
        let now = self.now();
        let reading = move || {
            if let Err(e) = now.lookup.indexes() {
                tracing::error!("the words of the lists cannot be read: {e}");
            }
        };
        // A thread of its own: a server that is asked to stop does not wait for it.
        let started = std::thread::Builder::new()
            .name("words".to_owned())
            .spawn(reading);
        if let Err(e) = started {
            tracing::warn!("the words of the lists are read at the first search: {e}");
        }
    }
}

async fn answering(
    desk: &Desk,
    policy: &Policy,
    before: Option<&Answering>,
    seen: Seen,
    current: Vec<Publication>,
) -> Result<Answering, DeskError> {
    let none = Snapshot::default();
    let opened = before.map_or(&none, |before| &before.lists.snapshot);
    let lists = desk.open_lists(current, opened, &NoProgress).await?;
    let engine = Arc::new(Engine::new(lists.snapshot.clone(), policy.clone()));
    let prepared = engine.clone();
    // Takes a second for many lists: better now than inside somebody's question.
    let preparing = tokio::task::spawn_blocking(move || prepared.prepare());
    if let Err(e) = preparing.await {
        tracing::warn!("lists are searched one by one: {e}");
    }
    let mut clusters = BTreeMap::new();
    let mut members: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for cluster in desk.store().clusters().await? {
        for member in &cluster.grouped.members {
            let entry = (member.key.dataset.to_string(), member.key.id.clone());
            clusters.insert(entry.clone(), cluster.id.clone());
            members.entry(cluster.id.clone()).or_default().push(entry);
        }
    }
    let grouping = Grouping {
        clusters: members.clone(),
        leads: desk.store().cluster_leads().await?,
    };
    let snapshot = lists.snapshot.clone();
    let lookup = Lookup::new(snapshot.clone(), before.map(|before| &before.lookup));
    let records = Records::open(desk, snapshot, &lists.publications, grouping).await?;
    Ok(Answering {
        lists,
        basis: Basis::of(&engine),
        records,
        lookup,
        engine,
        clusters,
        members,
        seen,
    })
}
