//! Clusters over the lists that answer: worked out when a list changed, cut and restored by people.

use std::collections::{BTreeMap, BTreeSet};

use interdict_model::DatasetName;
use interdict_screening::cluster::{self, Found, Party, Purpose, Seen};
use interdict_store::{
    ClusterAction, ClusterBasis, ClusterDecision, ClusterLink, ClusterMember, EntryKey, Grouped,
    Publication, StoreError,
};
use jiff::Timestamp;

use crate::Desk;
use crate::error::DeskError;
use crate::progress::{Progress, Step};

/// The entries of all lists that answer, and what the rules say of them.
#[derive(Clone, Debug, Default)]
pub struct Compared {
    /// The entries, by list and id.
    pub parties: Vec<Party>,
    /// Links and near-links between them.
    pub found: Found,
}

impl Compared {
    /// Which entry stands at a position.
    pub fn key(&self, at: usize) -> Option<EntryKey> {
        self.parties.get(at).map(key)
    }
}

fn key(party: &Party) -> EntryKey {
    EntryKey {
        dataset: party.dataset.clone(),
        id: party.id.to_string(),
    }
}

impl Desk {
    /// Brings the clusters up to date with the lists that answer. Gives how many there are when they
    /// had to be worked out, `None` when nothing had changed.
    ///
    /// # Errors
    /// When stored data cannot be read or written.
    pub async fn refresh_clusters(
        &self,
        progress: &dyn Progress,
    ) -> Result<Option<usize>, DeskError> {
        let current = self.store().current().await?;
        let basis = ClusterBasis {
            lists: current
                .iter()
                .map(|p| (p.dataset.clone(), p.content))
                .collect(),
            rules: cluster::RULES_VERSION,
        };
        if self.store().cluster_basis().await? == basis || basis.lists.is_empty() {
            return Ok(None);
        }
        let purpose = Purpose::Links;
        let compared = self.compare_entries(&current, purpose, progress).await?;
        // Whatever is decided from here on makes these clusters out of date again.
        let writer = self.store().writer(self.wait()).await?;
        let cuts = self.store().cluster_cuts().await?;
        let clusters = grouped(&compared, &cuts);
        let count = clusters.len();
        writer.replace_clusters(&basis, &clusters).await?;
        Ok(Some(count))
    }

    /// Reads the entries of these publications and applies the rules to them.
    ///
    /// # Errors
    /// When stored data cannot be read.
    pub async fn compare_entries(
        &self,
        publications: &[Publication],
        purpose: Purpose,
        progress: &dyn Progress,
    ) -> Result<Compared, DeskError> {
        let mut parties = Vec::new();
        for publication in publications {
            let entities = publication.counts.entities();
            progress.begin(Step::Grouping, publication.dataset.as_str(), Some(entities));
            let read = self.parties_of(publication, purpose, progress);
            parties.extend(read.await?);
            progress.end(Step::Grouping);
        }
        parties.sort_by(|a, b| a.key().cmp(&b.key()));
        let compared = tokio::task::spawn_blocking(move || {
            let found = cluster::links(&parties);
            Compared { parties, found }
        });
        compared.await.map_err(|_| stopped())
    }

    async fn parties_of(
        &self,
        publication: &Publication,
        purpose: Purpose,
        progress: &dyn Progress,
    ) -> Result<Vec<Party>, DeskError> {
        let mut parties: Vec<Party> = Vec::new();
        let mut quoted = Vec::new();
        let mut reader = self.store().entities(publication.id);
        let mut done = 0;
        while let Some(entities) = reader.next().await? {
            done += entities.len() as u64;
            let dataset = publication.dataset.clone();
            let read = move || cluster::parties(&dataset, &entities, purpose);
            let seen = tokio::task::spawn_blocking(read);
            for seen in seen.await.map_err(|_| stopped())? {
                match seen {
                    Seen::Party(party) => parties.push(party),
                    Seen::Quoted(owner, references) => quoted.push((owner, references)),
                }
            }
            progress.at(Step::Grouping, done);
        }
        parties.sort_by(|a, b| a.id.cmp(&b.id));
        for (owner, references) in quoted {
            if let Ok(at) = parties.binary_search_by(|party| party.id.cmp(&owner))
                && let Some(party) = parties.get_mut(at)
            {
                party.quote(&references);
            }
        }
        Ok(parties)
    }

    /// Cuts or restores entries of one cluster: `one` against each of `others`, or against all its
    /// other entries where none is named. The clusters are worked out again.
    ///
    /// # Errors
    /// When the entries are not of the cluster, or stored data cannot be read or written.
    pub async fn decide_cluster(
        &self,
        one: &EntryKey,
        others: &[EntryKey],
        verdict: Verdict,
        progress: &dyn Progress,
    ) -> Result<(), DeskError> {
        let decisions: Vec<ClusterDecision> = others
            .iter()
            .map(|other| ClusterDecision {
                a: one.min(other).clone(),
                b: one.max(other).clone(),
                action: verdict.action,
                actor: verdict.actor.clone(),
                reason: verdict.reason.clone(),
                at: verdict.at,
            })
            .collect();
        let writer = self.store().writer(self.wait()).await?;
        writer.decide_clusters(&decisions).await?;
        self.refresh_clusters(progress).await?;
        Ok(())
    }
}

/// What a person decides, who and why.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// Cut or restore.
    pub action: ClusterAction,
    /// Who.
    pub actor: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

fn stopped() -> DeskError {
    DeskError::Stopped {
        what: "grouping entries",
    }
}

/// Clusters as they are stored.
fn grouped(compared: &Compared, cuts: &BTreeSet<(EntryKey, EntryKey)>) -> Vec<Grouped> {
    let places: BTreeMap<(&DatasetName, &str), usize> = compared
        .parties
        .iter()
        .zip(0..)
        .map(|(party, at)| (party.key(), at))
        .collect();
    let place = |key: &EntryKey| places.get(&(&key.dataset, key.id.as_str())).copied();
    let cuts = cuts
        .iter()
        .filter_map(|(a, b)| Some((place(a)?, place(b)?)))
        .map(|(a, b)| (a.min(b), a.max(b)))
        .collect();
    let links = &compared.found.links;
    let (clusters, _) = cluster::unite(compared.parties.len(), links, &cuts);
    clusters
        .iter()
        .map(|cluster| Grouped {
            members: cluster
                .members
                .iter()
                .filter_map(|at| compared.parties.get(*at))
                .map(member)
                .collect(),
            links: cluster
                .links
                .iter()
                .filter_map(|at| links.get(*at))
                .filter(|link| !cuts.contains(&(link.a, link.b)))
                .filter_map(|link| {
                    Some(ClusterLink {
                        a: compared.key(link.a)?,
                        b: compared.key(link.b)?,
                        rule: link.rule.as_str().to_owned(),
                        evidence: link.evidence.clone(),
                    })
                })
                .collect(),
        })
        .collect()
}

fn member(party: &Party) -> ClusterMember {
    ClusterMember {
        key: key(party),
        schema: party.schema.name().to_owned(),
        caption: party.caption.to_string(),
        dates: party
            .dates
            .iter()
            .map(|date| date.iso().to_string())
            .collect(),
    }
}

/// What to say of a cluster whose entries do not agree on when the party was born, founded or built;
/// `None` when they do.
pub fn dates_that_differ(members: &[ClusterMember]) -> Option<String> {
    let dates: BTreeSet<&str> = members
        .iter()
        .flat_map(|member| member.dates.iter().map(String::as_str))
        .collect();
    let parsed: Vec<interdict_model::PartialDate> = dates
        .iter()
        .filter_map(|date| interdict_model::PartialDate::parse_iso(date))
        .collect();
    let differ = parsed
        .iter()
        .any(|a| parsed.iter().any(|b| !a.compatible(*b)));
    let dates: Vec<&str> = dates.into_iter().collect();
    differ.then(|| {
        format!(
            "its entries give different dates of birth: {}",
            dates.join(", ")
        )
    })
}

/// An entry that an argument names: `list:id`, or an id alone if one entry of `members` has it.
///
/// # Errors
/// [`DeskError::NotOfCluster`] when none has it, or several have.
pub fn entry_named(text: &str, members: &[ClusterMember]) -> Result<EntryKey, DeskError> {
    let mut found = members
        .iter()
        .map(|member| &member.key)
        .filter(|key| key.id == text || key.to_string() == text);
    match (found.next(), found.next()) {
        (Some(key), None) => Ok(key.clone()),
        _ => Err(DeskError::NotOfCluster {
            entry: text.to_owned(),
            members: members.iter().map(|m| m.key.to_string()).collect(),
        }),
    }
}

/// Whether another process is writing, so that what is stored has to do.
pub fn is_busy(error: &DeskError) -> bool {
    matches!(error, DeskError::Store(StoreError::Busy { .. }))
}
