//! From links between two to clusters of many, past which no cut is crossed.

use std::collections::{BTreeMap, BTreeSet};

use super::rules::Link;

/// Two entries that a person says are of two parties: positions, the lesser first.
pub type Cut = (usize, usize);

/// A cluster of two or more entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cluster {
    /// Its entries, in order.
    pub members: Vec<usize>,
    /// The links that hold it together, by position in the links given.
    pub links: Vec<usize>,
}

/// A link that would bring together what a person cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The link, by position in the links given.
    pub link: usize,
    /// The cut that holds it.
    pub cut: Cut,
}

/// Unites entries along their links, the surest first, unless that would bring both entries of a cut
/// into one cluster, by whatever way. Clusters come in the order of their first entries.
pub fn unite(parties: usize, links: &[Link], cuts: &BTreeSet<Cut>) -> (Vec<Cluster>, Vec<Held>) {
    let mut root: Vec<usize> = (0..parties).collect();
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut held = Vec::new();
    for (at, link) in links.iter().enumerate() {
        let (a, b) = (find(&mut root, link.a), find(&mut root, link.b));
        if a == b {
            continue;
        }
        let [one, other] = [a, b].map(|r| members.get(&r).cloned().unwrap_or_else(|| vec![r]));
        let crossing = cuts.iter().find(|(x, y)| {
            (one.contains(x) && other.contains(y)) || (one.contains(y) && other.contains(x))
        });
        if let Some(cut) = crossing {
            held.push(Held {
                link: at,
                cut: *cut,
            });
            continue;
        }
        let (keep, lose) = (a.min(b), a.max(b));
        if let Some(slot) = root.get_mut(lose) {
            *slot = keep;
        }
        members.remove(&lose);
        let mut all = [one, other].concat();
        all.sort_unstable();
        members.insert(keep, all);
    }
    let mut clusters: BTreeMap<usize, Cluster> = members
        .into_iter()
        .map(|(root, members)| {
            let links = Vec::new();
            (root, Cluster { members, links })
        })
        .collect();
    for (at, link) in links.iter().enumerate() {
        let (a, b) = (find(&mut root, link.a), find(&mut root, link.b));
        if a == b
            && let Some(cluster) = clusters.get_mut(&a)
        {
            cluster.links.push(at);
        }
    }
    (clusters.into_values().collect(), held)
}

fn find(root: &mut [usize], mut at: usize) -> usize {
    while let Some(above) = root.get(at).copied().filter(|above| *above != at) {
        // Halve the way for the next time.
        let further = root.get(above).copied().unwrap_or(above);
        if let Some(slot) = root.get_mut(at) {
            *slot = further;
        }
        at = further;
    }
    at
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::rules::Rule;
    use super::*;

    fn link(a: usize, b: usize) -> Link {
        Link {
            rule: Rule::Number,
            a,
            b,
            evidence: String::new(),
        }
    }

    fn groups(parties: usize, links: &[Link], cuts: &[Cut]) -> Vec<Vec<usize>> {
        let cuts = cuts.iter().copied().collect();
        let (clusters, _) = unite(parties, links, &cuts);
        clusters.into_iter().map(|c| c.members).collect()
    }

    #[test]
    fn links_unite_and_cuts_hold_by_whatever_way() {
        let links = [link(0, 1), link(1, 2), link(0, 2), link(3, 4)];
        assert_eq!(groups(5, &links, &[]), [vec![0, 1, 2], vec![3, 4]]);
        assert_eq!(groups(5, &links, &[(0, 2)]), [vec![0, 1], vec![3, 4]]);
        assert_eq!(
            groups(5, &links, &[(0, 1), (0, 2)]),
            [vec![1, 2], vec![3, 4]]
        );
        let cuts = BTreeSet::from([(0, 2)]);
        let (_, held) = unite(5, &links, &cuts);
        assert_eq!(held.len(), 2);
    }

    proptest! {
        #[test]
        fn no_cluster_holds_both_sides_of_a_cut(
            pairs in prop::collection::vec((0usize..12, 0usize..12), 0..40),
            cuts in prop::collection::vec((0usize..12, 0usize..12), 0..8),
        ) {
            let pair = |(a, b): &(usize, usize)| (*a.min(b), *a.max(b));
            let links: Vec<Link> = pairs.iter().map(pair).filter(|(a, b)| a != b)
                .map(|(a, b)| link(a, b)).collect();
            let cuts: BTreeSet<Cut> = cuts.iter().map(pair).filter(|(a, b)| a != b).collect();
            let (clusters, held) = unite(12, &links, &cuts);
            let mut seen = BTreeSet::new();
            for cluster in &clusters {
                prop_assert!(cluster.members.len() > 1);
                for member in &cluster.members {
                    prop_assert!(seen.insert(*member));
                }
                for (a, b) in &cuts {
                    prop_assert!(!(cluster.members.contains(a) && cluster.members.contains(b)));
                }
            }
            // Every link is inside a cluster or held by a cut.
            for (at, link) in links.iter().enumerate() {
                let inside = clusters.iter().any(|c| c.links.contains(&at));
                let both = |c: &Cluster| c.members.contains(&link.a) && c.members.contains(&link.b);
                prop_assert_eq!(inside, clusters.iter().any(both));
                prop_assert!(inside || held.iter().any(|h| h.link == at));
            }
        }
    }
}
