//! Which lists a request is about: the dataset of its path, less and more what its parameters say.

use std::collections::BTreeSet;

use interdict_model::DatasetName;

use super::failure::Failure;
use super::params::Params;
use crate::records::Records;

/// Every list.
pub(crate) const DEFAULT: &str = "default";
/// Every list with someone under sanctions.
pub(crate) const SANCTIONS: &str = "sanctions";
/// Every list with someone in public office.
pub(crate) const PEPS: &str = "peps";
/// Names that stand for several lists, with their titles.
pub(crate) const COLLECTIONS: [(&str, &str); 3] = [
    (DEFAULT, "All lists"),
    (SANCTIONS, "Lists of sanctions"),
    (PEPS, "Lists of holders of public office"),
];

/// The lists that a name stands for; `None` when it is no name.
pub(crate) fn lists_of(records: &Records, name: &str) -> Option<BTreeSet<DatasetName>> {
    let own = records.lists().find(|(list, _)| list.as_str() == name);
    if let Some((list, _)) = own {
        return Some(BTreeSet::from([list.clone()]));
    }
    let wanted = |sanctions: bool, offices: bool| match name {
        DEFAULT => Some(true),
        SANCTIONS => Some(sanctions),
        PEPS => Some(offices),
        _ => None,
    };
    let mut found = wanted(false, false).map(|_| BTreeSet::new())?;
    for (list, about) in records.lists() {
        if wanted(about.sanctions, about.offices) == Some(true) {
            found.insert(list.clone());
        }
    }
    Some(found)
}

/// The lists that a request is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scope {
    lists: BTreeSet<DatasetName>,
    /// Whether it is every list.
    is_all: bool,
}

impl Scope {
    /// (path ∩ `include_dataset`) − `exclude_dataset`. Names of collections stand for their lists.
    ///
    /// # Errors
    /// 404 when the path names no dataset.
    pub(crate) fn read(records: &Records, path: &str, params: &Params) -> Result<Scope, Failure> {
        let mut lists =
            lists_of(records, path).ok_or_else(|| Failure::missing("No such dataset."))?;
        let named = |name: &str| -> BTreeSet<DatasetName> {
            params
                .all(name)
                .filter_map(|name| lists_of(records, name))
                .flatten()
                .collect()
        };
        if params.one("include_dataset").is_some() {
            let included = named("include_dataset");
            lists.retain(|list| included.contains(list));
        }
        let excluded = named("exclude_dataset");
        lists.retain(|list| !excluded.contains(list));
        let is_all = records.lists().count() == lists.len();
        Ok(Scope { lists, is_all })
    }

    /// Whether a list is in it.
    pub(crate) fn has(&self, list: &DatasetName) -> bool {
        self.is_all || self.lists.contains(list)
    }

    /// The lists, where it is not every list.
    pub(crate) fn some(&self) -> Option<Vec<DatasetName>> {
        (!self.is_all).then(|| self.lists.iter().cloned().collect())
    }
}
