//! Since when a list says what it says of its entities, for all of them at once.

use std::collections::HashMap;

use crate::error::StoreError;
use crate::publication::{Publication, PublicationId};
use crate::read::{Link, READING, ids_of, numbers};
use crate::store::Store;

/// Publications by which entities came and changed.
#[derive(Clone, Debug, Default)]
pub struct SeenSince {
    /// The accepted publications of the list up to the one asked, in their order.
    pub publications: Vec<Publication>,
    /// By entity, the places in `publications` of the first with it and of the first with what is
    /// said of it now. Entities that stand in the first publication unchanged are left out.
    pub later: HashMap<String, (usize, usize)>,
}

impl Store {
    /// Since when a publication's entities are on their list, and since when unchanged, by the
    /// publications that were accepted and are still stored.
    ///
    /// # Errors
    /// [`StoreError::UnknownPublication`], or when the database cannot be read.
    pub async fn seen_since(&self, id: PublicationId) -> Result<SeenSince, StoreError> {
        let asked = self.publication(id).await?;
        let mut publications = self.publications(&asked.dataset).await?;
        publications.retain(|p| {
            p.id == id
                || p.state.is_accepted() && p.pruned_at.is_none() && p.order() < asked.order()
        });
        let mut later = HashMap::new();
        if publications.len() > 1 {
            let mut link = Link::Database(&self.database);
            let mut first_with: HashMap<i64, usize> = HashMap::new();
            let mut current = Vec::new();
            for (place, publication) in publications.iter().enumerate() {
                current = numbers(&mut link, publication.id).await?;
                for number in &current {
                    first_with.entry(*number).or_insert(place);
                }
            }
            let changed: Vec<i64> = current
                .into_iter()
                .filter(|number| first_with.get(number).is_some_and(|place| *place > 0))
                .collect();
            let entities = ids_of(&mut link, &changed).await?;
            let mut before: Vec<(i64, usize)> = first_with.iter().map(|(n, p)| (*n, *p)).collect();
            before.sort_unstable();
            let mut first: HashMap<String, usize> = HashMap::new();
            for (entity, number) in self.entities_of_revisions(&before).await? {
                if entities.contains_key(&entity)
                    && let Some(place) = first_with.get(&number)
                {
                    let known = first.entry(entity).or_insert(*place);
                    *known = (*known).min(*place);
                }
            }
            for (entity, number) in entities {
                let changed = first_with.get(&number).copied().unwrap_or_default();
                let first = first.get(&entity).copied().unwrap_or(changed);
                later.insert(entity, (first, changed));
            }
        }
        Ok(SeenSince {
            publications,
            later,
        })
    }

    /// Entity and number of all revisions between the least and the greatest of these.
    async fn entities_of_revisions(
        &self,
        sorted: &[(i64, usize)],
    ) -> Result<Vec<(String, i64)>, StoreError> {
        let (Some((low, _)), Some((high, _))) = (sorted.first(), sorted.last()) else {
            return Ok(Vec::new());
        };
        let sql = "SELECT entity, id FROM revision WHERE id BETWEEN $1 AND $2";
        let cells = vec![(*low).into(), (*high).into()];
        let rows = self.database.rows(READING, sql, cells).await?;
        rows.iter()
            .map(|row| Ok((row.text(0)?, row.int(1)?)))
            .collect()
    }
}
