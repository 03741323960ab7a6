//! Which cluster is which from one working out to the next.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::{EntryKey, Grouped, READING, key_of};
use crate::error::StoreError;
use crate::sql::Session;

/// The ids that were given, and what they stood for last.
#[derive(Debug, Default)]
pub(super) struct Before {
    /// Cluster by entry.
    members: BTreeMap<EntryKey, String>,
    /// What every id ever given leads to.
    leads: BTreeMap<String, Option<String>>,
}

/// Ids for clusters, and where all ids lead.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Named {
    /// The id of each cluster, in their order.
    pub(super) names: Vec<String>,
    /// Where every id ever given leads.
    pub(super) leads: BTreeMap<String, Option<String>>,
}

impl Before {
    pub(super) async fn read(session: &mut Session) -> Result<Before, StoreError> {
        let mut before = Before::default();
        let sql = "SELECT dataset, entity, cluster FROM cluster_member";
        for row in session.rows(READING, sql, Vec::new()).await? {
            before.members.insert(key_of(&row, 0)?, row.text(2)?);
        }
        let sql = "SELECT id, cluster FROM cluster_id";
        for row in session.rows(READING, sql, Vec::new()).await? {
            before.leads.insert(row.text(0)?, row.optional_text(1)?);
        }
        Ok(before)
    }

    /// Names clusters: each keeps the id of the old one with which it shares most entries, if that
    /// shares with no other more; of equal shares the lesser id, then the first cluster. An id that no
    /// cluster keeps leads to the one that has most of its entries.
    pub(super) fn name(&self, clusters: &[Grouped]) -> Named {
        // Shared entries by old id and new place.
        let mut shared: BTreeMap<(&str, usize), usize> = BTreeMap::new();
        for (place, cluster) in clusters.iter().enumerate() {
            for member in &cluster.members {
                if let Some(old) = self.members.get(&member.key) {
                    *shared.entry((old, place)).or_default() += 1;
                }
            }
        }
        let mut claims: Vec<(usize, &str, usize)> = shared
            .iter()
            .map(|((old, place), count)| (*count, *old, *place))
            .collect();
        claims.sort_by(|a, b| (b.0, a.1, a.2).cmp(&(a.0, b.1, b.2)));
        let mut names: Vec<Option<String>> = vec![None; clusters.len()];
        let mut kept: BTreeSet<&str> = BTreeSet::new();
        let mut heirs: BTreeMap<&str, usize> = BTreeMap::new();
        for (_, old, place) in claims {
            heirs.entry(old).or_insert(place);
            if let Some(name @ None) = names.get_mut(place)
                && kept.insert(old)
            {
                *name = Some(old.to_owned());
            }
        }
        let mut given: BTreeSet<String> = self.leads.keys().cloned().collect();
        let names: Vec<String> = names
            .into_iter()
            .zip(clusters)
            .map(|(name, cluster)| {
                let name = name.unwrap_or_else(|| fresh(cluster, &given));
                given.insert(name.clone());
                name
            })
            .collect();
        let heir = |old: &str| heirs.get(old).and_then(|place| names.get(*place)).cloned();
        let mut leads: BTreeMap<String, Option<String>> = self
            .leads
            .iter()
            .map(|(id, led)| (id.clone(), led.as_deref().and_then(heir)))
            .collect();
        for name in &names {
            leads.insert(name.clone(), Some(name.clone()));
        }
        Named { names, leads }
    }
}

/// An id that was never given: `pty-` and twelve digits from the entries it is given for.
fn fresh(cluster: &Grouped, given: &BTreeSet<String>) -> String {
    let mut hasher = Sha256::new();
    for member in &cluster.members {
        hasher.update(member.key.to_string().as_bytes());
        hasher.update([0]);
    }
    let digest = crate::hex(&hasher.finalize());
    let short: String = digest.chars().take(12).collect();
    let mut id = format!("pty-{short}");
    let mut number = 2;
    while given.contains(&id) {
        id = format!("pty-{short}-{number}");
        number += 1;
    }
    id
}

#[cfg(test)]
mod tests {
    use interdict_model::DatasetName;
    use proptest::prelude::*;

    use super::super::ClusterMember;
    use super::*;

    fn cluster(members: &[u32]) -> Grouped {
        let member = |id: &u32| ClusterMember {
            key: EntryKey {
                dataset: DatasetName::new("list").expect("a name"),
                id: format!("e-{id}"),
            },
            schema: "Person".to_owned(),
            caption: String::new(),
            dates: Vec::new(),
        };
        Grouped {
            members: members.iter().map(member).collect(),
            links: Vec::new(),
        }
    }

    fn after(clusters: &[Grouped], named: &Named) -> Before {
        let mut before = Before {
            members: BTreeMap::new(),
            leads: named.leads.clone(),
        };
        for (name, cluster) in named.names.iter().zip(clusters) {
            for member in &cluster.members {
                before.members.insert(member.key.clone(), name.clone());
            }
        }
        before
    }

    #[test]
    fn ids_stay_with_most_of_the_entries_and_old_ones_lead_on() {
        let first = [cluster(&[1, 2]), cluster(&[3, 4, 5])];
        let named = Before::default().name(&first);
        let before = after(&first, &named);
        let [small, large] = [&named.names[0], &named.names[1]];
        // The same entries, the same id; one more or less changes nothing.
        assert_eq!(before.name(&first), named);
        let grown = before.name(&[cluster(&[1, 2, 9]), cluster(&[3, 4])]);
        assert_eq!(grown.names, named.names);
        // Two become one.
        let one = [cluster(&[1, 2, 3, 4, 5])];
        let merged = before.name(&one);
        assert_eq!(merged.names, std::slice::from_ref(large));
        assert_eq!(merged.leads[small], Some(large.clone()));
        // One becomes two: the greater part keeps the id, the other gets a new one.
        let before = after(&one, &merged);
        let parts = [cluster(&[1, 2]), cluster(&[3, 4, 5])];
        let split = before.name(&parts);
        assert_eq!(&split.names[1], large);
        assert_ne!(&split.names[0], large);
        // An id is never given twice.
        assert_ne!(&split.names[0], small);
        // Nothing is left.
        let gone = before.name(&[]);
        assert_eq!(gone.leads[large], None);
        assert_eq!(gone.leads[small], None);
    }

    proptest! {
        #[test]
        fn every_id_leads_to_a_cluster_that_is_there(
            steps in prop::collection::vec(prop::collection::vec(0usize..4, 12), 1..6)
        ) {
            let mut before = Before::default();
            for step in steps {
                let mut groups: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
                for (entry, group) in (0u32..).zip(step) {
                    groups.entry(group).or_default().push(entry);
                }
                let clusters: Vec<Grouped> = groups.values().filter(|g| g.len() > 1)
                    .map(|g| cluster(g)).collect();
                let named = before.name(&clusters);
                let names: BTreeSet<&String> = named.names.iter().collect();
                prop_assert_eq!(names.len(), clusters.len());
                for name in &named.names {
                    prop_assert_eq!(named.leads.get(name), Some(&Some(name.clone())));
                }
                for led in named.leads.values().flatten() {
                    prop_assert!(names.contains(led));
                }
                for id in before.leads.keys() {
                    prop_assert!(named.leads.contains_key(id));
                }
                before = after(&clusters, &named);
            }
        }
    }
}
