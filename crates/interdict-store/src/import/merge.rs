//! Entities that come in parts: the same id more than once in one publication.

use std::collections::BTreeMap;

use interdict_model::Entity;

use super::{IMPORTING, Import, add};
use crate::content::origins::{self, OriginsBuilder};
use crate::content::{CHUNK, runs};
use crate::error::StoreError;
use crate::read::{Link, revisions_by_number};
use crate::revision;

/// Adds what `from` says to `into`. The more specific schema wins; of single values, the first.
pub(super) fn merge(into: &mut Entity, from: Entity) -> Result<(), StoreError> {
    into.schema = into
        .schema
        .common(from.schema)
        .ok_or_else(|| StoreError::ClashingSchemata {
            id: into.id.to_string(),
            first: into.schema.name(),
            second: from.schema.name(),
        })?;
    for statement in from.statements {
        into.add(statement);
    }
    into.referents.extend(from.referents);
    if into.stated_caption.is_none() {
        into.stated_caption = from.stated_caption;
    }
    into.last_change = into.last_change.take().max(from.last_change);
    into.stated_target = match (into.stated_target, from.stated_target) {
        (Some(a), Some(b)) => Some(a || b),
        (a, b) => a.or(b),
    };
    for (key, value) in from.extra {
        into.extra.entry(key).or_insert(value);
    }
    Ok(())
}

impl Import {
    /// Rewrites the chunks that hold an entity of which later parts came.
    pub(super) async fn merge_repeated(&mut self) -> Result<(), StoreError> {
        let mut by_chunk: BTreeMap<usize, BTreeMap<usize, Entity>> = BTreeMap::new();
        for (id, entity) in std::mem::take(&mut self.repeated) {
            if let Some(position) = self.positions.get(&super::id_key(&id)) {
                by_chunk
                    .entry(position / CHUNK)
                    .or_default()
                    .insert(position % CHUNK, entity);
            }
        }
        if !by_chunk.is_empty() {
            // The first parts are read back from packs.
            self.close_pack().await?;
        }
        for (chunk, parts) in by_chunk {
            self.rewrite(chunk, parts).await?;
        }
        Ok(())
    }

    async fn rewrite(
        &mut self,
        chunk: usize,
        parts: BTreeMap<usize, Entity>,
    ) -> Result<(), StoreError> {
        let key = vec![self.publication.0.into(), (chunk as i64).into()];
        let rows = self
            .session
            .rows(
                IMPORTING,
                "SELECT entities, revisions, origins FROM content \
                 WHERE publication = $1 AND seq = $2",
                key.clone(),
            )
            .await?;
        let wrong = |found: &'static str| StoreError::damaged("a list being written", found);
        let row = rows.first().ok_or_else(|| wrong("is missing"))?;
        let count = usize::try_from(row.int(0)?).unwrap_or_default();
        let mut list = runs::decode(&row.blob(1)?, count).map_err(wrong)?;
        let mut placements = origins::decode(&row.blob(2)?)?;
        let wanted: Vec<i64> = parts
            .keys()
            .filter_map(|at| list.get(*at).copied())
            .collect();
        let mut stored = revisions_by_number(
            &mut Link::Session(&mut self.session),
            &mut Default::default(),
            &wanted,
        )
        .await?;
        let known = self
            .known(parts.values().map(|entity| entity.id.as_str()))
            .await?;
        for (at, part) in parts {
            let (Some(number), Some(places)) = (list.get_mut(at), placements.get_mut(at)) else {
                return Err(wrong("is too short"));
            };
            let mut entity = stored
                .remove(number)
                .ok_or_else(|| wrong("lacks a revision"))?;
            uncount(&mut self.counts, &entity);
            origins::join(&mut entity, std::mem::take(places))?;
            merge(&mut entity, part)?;
            revision::canonicalise(&mut entity);
            self.count(&entity);
            *places = origins::split(&mut entity);
            let bytes = revision::encode(&entity)?;
            let hash = revision::hash(&bytes);
            *number = self.number_of(&known, &entity.id, &bytes, hash).await?;
            if let Some(old) = self.hashes.get_mut(chunk * CHUNK + at) {
                *old = hash;
            }
        }
        let mut builder = OriginsBuilder::default();
        for places in &placements {
            builder.push(places);
        }
        let mut cells = key;
        cells.push(runs::encode(&list).into());
        cells.push(builder.finish()?.into());
        self.session
            .execute(
                IMPORTING,
                "UPDATE content SET revisions = $3, origins = $4 \
                 WHERE publication = $1 AND seq = $2",
                cells,
            )
            .await
            .map(drop)
    }
}

fn uncount(counts: &mut crate::publication::Counts, entity: &Entity) {
    let lower = |all: &mut BTreeMap<String, u64>, name: &str| {
        add(all, name, 0);
        if let Some(count) = all.get_mut(name) {
            *count = count.saturating_sub(1);
        }
        all.retain(|_, count| *count > 0);
    };
    lower(&mut counts.schemata, entity.schema.name());
    for statement in &entity.statements {
        lower(&mut counts.properties, statement.property.name());
    }
}
