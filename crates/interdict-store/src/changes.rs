//! Entity by entity, what differs between two publications.

use std::collections::BTreeMap;

use interdict_model::Entity;

use crate::error::StoreError;
use crate::import::Import;
use crate::pack::PackCache;
use crate::publication::PublicationId;
use crate::read::{Link, ids_of, numbers, revisions_by_number, without_common};
use crate::store::Store;

/// One entity that differs; at least one side is there.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// As the first publication has it, without places; `None` if it is not in it.
    pub before: Option<Entity>,
    /// As the second publication has it, without places; `None` if it is not in it.
    pub after: Option<Entity>,
}

/// Entities that are read together.
const BATCH: usize = 1024;

/// Reads what differs between two publications.
pub struct ChangeReader<'a> {
    link: Link<'a>,
    pairs: Vec<(Option<i64>, Option<i64>)>,
    done: usize,
    cache: PackCache,
}

impl std::fmt::Debug for ChangeReader<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ChangeReader({}/{})", self.done, self.pairs.len())
    }
}

impl<'a> ChangeReader<'a> {
    async fn between(
        mut link: Link<'a>,
        first: PublicationId,
        second: PublicationId,
    ) -> Result<ChangeReader<'a>, StoreError> {
        let before = numbers(&mut link, first).await?;
        let after = numbers(&mut link, second).await?;
        let (gone, come) = without_common(before, after);
        let mut by_id: BTreeMap<String, (Option<i64>, Option<i64>)> = BTreeMap::new();
        for (id, number) in ids_of(&mut link, &gone).await? {
            by_id.entry(id).or_default().0 = Some(number);
        }
        for (id, number) in ids_of(&mut link, &come).await? {
            by_id.entry(id).or_default().1 = Some(number);
        }
        let mut pairs: Vec<_> = by_id.into_values().collect();
        // In the order in which they were written, so that each pack is unpacked about once.
        pairs.sort_unstable_by_key(|(before, after)| (after.or(*before), *before));
        Ok(ChangeReader {
            link,
            pairs,
            done: 0,
            cache: PackCache::default(),
        })
    }

    /// How many entities differ.
    pub fn total(&self) -> usize {
        self.pairs.len()
    }

    /// The next entities that differ, a thousand at most, in no order to rely on; `None` at the
    /// end.
    ///
    /// # Errors
    /// When the database cannot be read or is damaged.
    pub async fn next(&mut self) -> Result<Option<Vec<Change>>, StoreError> {
        let rest = self.pairs.get(self.done..).unwrap_or_default();
        let part: Vec<_> = rest.iter().take(BATCH).copied().collect();
        if part.is_empty() {
            return Ok(None);
        }
        self.done += part.len();
        let wanted: Vec<i64> = part.iter().flat_map(|(a, b)| [*a, *b]).flatten().collect();
        let mut found = revisions_by_number(&mut self.link, &mut self.cache, &wanted).await?;
        let mut take = |number: Option<i64>| {
            number
                .map(|number| {
                    found.remove(&number).ok_or_else(|| {
                        StoreError::damaged(format!("revision {number}"), "is missing")
                    })
                })
                .transpose()
        };
        let changes = part.into_iter().map(|(before, after)| {
            Ok(Change {
                before: take(before)?,
                after: take(after)?,
            })
        });
        changes.collect::<Result<_, StoreError>>().map(Some)
    }
}

impl Store {
    /// What differs between two publications, entity by entity.
    ///
    /// # Errors
    /// [`StoreError::UnknownPublication`], [`StoreError::Pruned`], [`StoreError::Unreadable`], or
    /// when the database cannot be read.
    pub async fn changes(
        &self,
        first: PublicationId,
        second: PublicationId,
    ) -> Result<ChangeReader<'_>, StoreError> {
        for id in [first, second] {
            self.publication(id).await?.stored()?;
        }
        ChangeReader::between(Link::Database(&self.database), first, second).await
    }
}

impl Import {
    /// What this import changes against a stored publication, entity by entity.
    ///
    /// # Errors
    /// When the database cannot be read or written.
    pub async fn changes_since(
        &mut self,
        before: PublicationId,
    ) -> Result<ChangeReader<'_>, StoreError> {
        self.seal().await?;
        let this = self.publication();
        ChangeReader::between(Link::Session(&mut self.session), before, this).await
    }
}
