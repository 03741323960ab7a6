//! Entities of a publication by their ids, many at a time.

use std::collections::BTreeMap;

use interdict_model::Entity;

use crate::error::StoreError;
use crate::pack::PackCache;
use crate::publication::PublicationId;
use crate::read::{LOOKUP, Link, READING, numbers, revisions_by_number};
use crate::sql::{Cell, placeholders};
use crate::store::Store;

impl Store {
    /// Those of these entities that a publication holds, by id, without places.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn entities_named(
        &self,
        publication: PublicationId,
        ids: &[String],
    ) -> Result<BTreeMap<String, Entity>, StoreError> {
        let mut link = Link::Database(&self.database);
        let held = numbers(&mut link, publication).await?;
        let mut found = Vec::new();
        for part in ids.chunks(LOOKUP) {
            let sql = format!(
                "SELECT id FROM revision WHERE entity IN {}",
                placeholders(1, part.len())
            );
            let cells = part.iter().map(|id| Cell::from(id.as_str())).collect();
            for row in self.database.rows(READING, sql, cells).await? {
                let number = row.int(0)?;
                if held.binary_search(&number).is_ok() {
                    found.push(number);
                }
            }
        }
        let entities = revisions_by_number(&mut link, &mut PackCache::default(), &found).await?;
        Ok(entities
            .into_values()
            .map(|entity| (entity.id.to_string(), entity))
            .collect())
    }
}
