//! Reading entities back: a whole publication, one entity, its history, what two publications
//! differ in.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use interdict_model::{DatasetName, Entity, Statement};

use crate::content::{origins, runs};
use crate::error::StoreError;
use crate::import::Import;
use crate::pack::{Pack, PackCache};
use crate::publication::{Publication, PublicationId};
use crate::revision;
use crate::sql::{Cell, Database, Row, Session, placeholders};
use crate::store::Store;

pub(crate) const READING: &str = "reading entities";

/// Parameters of one statement.
pub(crate) const LOOKUP: usize = 512;

/// Where to read: what is committed, or also what this import has written.
pub(crate) enum Link<'a> {
    Database(&'a Database),
    Session(&'a mut Session),
}

impl Link<'_> {
    async fn rows(
        &mut self,
        sql: impl Into<String>,
        cells: Vec<Cell>,
    ) -> Result<Vec<Row>, StoreError> {
        match self {
            Link::Database(database) => database.rows(READING, sql, cells).await,
            Link::Session(session) => session.rows(READING, sql, cells).await,
        }
    }
}

/// The entities of these revisions, without places.
pub(crate) async fn revisions_by_number(
    link: &mut Link<'_>,
    cache: &mut PackCache,
    numbers: &[i64],
) -> Result<HashMap<i64, Entity>, StoreError> {
    let mut by_pack: BTreeMap<i64, Vec<(i64, i64)>> = BTreeMap::new();
    for part in numbers.chunks(LOOKUP) {
        let sql = format!(
            "SELECT id, pack, slot FROM revision WHERE id IN {}",
            placeholders(1, part.len())
        );
        let cells = part.iter().map(|number| Cell::Int(*number)).collect();
        for row in link.rows(sql, cells).await? {
            by_pack
                .entry(row.int(1)?)
                .or_default()
                .push((row.int(0)?, row.int(2)?));
        }
    }
    let mut entities = HashMap::with_capacity(numbers.len());
    for (id, slots) in by_pack {
        let pack = open_pack(link, cache, id).await?;
        for (number, slot) in slots {
            let bytes = usize::try_from(slot)
                .ok()
                .and_then(|slot| pack.get(slot))
                .ok_or_else(|| StoreError::damaged(format!("pack {id}"), "lacks a revision"))?;
            entities.insert(number, revision::decode(bytes)?);
        }
    }
    Ok(entities)
}

async fn open_pack(
    link: &mut Link<'_>,
    cache: &mut PackCache,
    id: i64,
) -> Result<Arc<Pack>, StoreError> {
    if let Some(pack) = cache.get(id) {
        return Ok(pack);
    }
    let rows = link
        .rows("SELECT data FROM pack WHERE id = $1", vec![id.into()])
        .await?;
    let row = rows
        .first()
        .ok_or_else(|| StoreError::damaged(format!("pack {id}"), "is missing"))?;
    let pack = Arc::new(Pack::open(id, &row.blob(0)?)?);
    cache.insert(id, Arc::clone(&pack));
    Ok(pack)
}

/// Reads the entities of a publication in the order of its files.
pub struct EntityReader<'a> {
    link: Link<'a>,
    publication: PublicationId,
    next: i64,
    cache: PackCache,
    /// Where to ask why there is nothing, for one that is committed.
    store: Option<&'a Store>,
}

impl std::fmt::Debug for EntityReader<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "EntityReader({}, {})", self.publication, self.next)
    }
}

impl EntityReader<'_> {
    /// The next entities, a few thousand at most, with the places of their values; `None` at the
    /// end.
    ///
    /// # Errors
    /// [`StoreError::Pruned`] or [`StoreError::Unreadable`] for a publication without content, or
    /// when the database cannot be read or is damaged.
    pub async fn next(&mut self) -> Result<Option<Vec<Entity>>, StoreError> {
        let sql = "SELECT entities, revisions, origins FROM content \
                   WHERE publication = $1 AND seq = $2";
        let cells = vec![self.publication.0.into(), self.next.into()];
        let rows = self.link.rows(sql, cells).await?;
        let Some(row) = rows.first() else {
            if let Some(store) = self.store.filter(|_| self.next == 0) {
                store.publication(self.publication).await?.stored()?;
            }
            return Ok(None);
        };
        self.next += 1;
        let what = || format!("the list of publication {}", self.publication);
        let list = runs::decode(&row.blob(1)?, count_of(row)?)
            .map_err(|wrong| StoreError::damaged(what(), wrong))?;
        let placements = origins::decode(&row.blob(2)?)?;
        if placements.len() != list.len() {
            return Err(StoreError::damaged(what(), "has places for other entities"));
        }
        let mut stored = revisions_by_number(&mut self.link, &mut self.cache, &list).await?;
        let mut entities = Vec::with_capacity(list.len());
        for (number, placements) in list.iter().zip(placements) {
            let mut entity = stored
                .remove(number)
                .ok_or_else(|| StoreError::damaged(what(), "names a revision that is not there"))?;
            origins::join(&mut entity, placements)?;
            entities.push(entity);
        }
        Ok(Some(entities))
    }
}

fn count_of(row: &Row) -> Result<usize, StoreError> {
    usize::try_from(row.int(0)?).map_err(|_| StoreError::damaged("a list", "has a negative count"))
}

impl Import {
    /// Reads back what this import holds.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn entities(&mut self) -> Result<EntityReader<'_>, StoreError> {
        self.seal().await?;
        Ok(EntityReader {
            publication: self.publication(),
            link: Link::Session(&mut self.session),
            next: 0,
            cache: PackCache::default(),
            store: None,
        })
    }
}

/// What a publication said of one entity.
#[derive(Clone, Debug, PartialEq)]
pub struct Appearance {
    /// The publication.
    pub publication: PublicationId,
    /// The day it was published.
    pub day: jiff::civil::Date,
    /// The entity then, without places; `None` if it was not in it.
    pub entity: Option<Arc<Entity>>,
}

/// Ids of entities that differ between two publications, each sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// Only in the second.
    pub added: Vec<String>,
    /// Only in the first.
    pub removed: Vec<String>,
    /// In both, with other content.
    pub changed: Vec<String>,
}

impl Store {
    /// The entities of a publication.
    pub fn entities(&self, id: PublicationId) -> EntityReader<'_> {
        EntityReader {
            publication: id,
            link: Link::Database(&self.database),
            next: 0,
            cache: PackCache::default(),
            store: Some(self),
        }
    }

    /// One entity of a publication, with the places of its values and with first and last seen:
    /// days of publications of the list up to this one, where the file states none.
    ///
    /// # Errors
    /// [`StoreError::UnknownPublication`], or when the database cannot be read.
    pub async fn entity(
        &self,
        publication: PublicationId,
        id: &str,
    ) -> Result<Option<Entity>, StoreError> {
        let publication = self.publication(publication).await?;
        let numbers = self.revisions_of(id).await?;
        publication.stored()?;
        let mut link = Link::Database(&self.database);
        let lists = lists(&mut link, publication.id).await?;
        let place = lists
            .iter()
            .enumerate()
            .find_map(|(seq, list)| position(list, &numbers).map(|(at, number)| (seq, at, number)));
        let Some((seq, at, number)) = place else {
            return Ok(None);
        };
        let mut found =
            revisions_by_number(&mut link, &mut PackCache::default(), &[number]).await?;
        let what = || format!("entity {id} of publication {}", publication.id);
        let mut entity = found
            .remove(&number)
            .ok_or_else(|| StoreError::damaged(what(), "is missing"))?;
        let sql = "SELECT origins FROM content WHERE publication = $1 AND seq = $2";
        let cells = vec![publication.id.0.into(), (seq as i64).into()];
        let rows = link.rows(sql, cells).await?;
        let row = rows
            .first()
            .ok_or_else(|| StoreError::damaged(what(), "lost its chunk"))?;
        let placements = origins::decode(&row.blob(0)?)?
            .into_iter()
            .nth(at)
            .ok_or_else(|| StoreError::damaged(what(), "has no places"))?;
        origins::join(&mut entity, placements)?;
        let history = self.history(&publication.dataset, id).await?;
        fill_seen(&mut entity, &publication, &history);
        Ok(Some(entity))
    }

    /// What each accepted publication of a list, in their order, said of an entity; those that
    /// were pruned say nothing any more.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn history(
        &self,
        dataset: &DatasetName,
        id: &str,
    ) -> Result<Vec<Appearance>, StoreError> {
        let numbers = self.revisions_of(id).await?;
        let mut link = Link::Database(&self.database);
        let entities: HashMap<i64, Arc<Entity>> =
            revisions_by_number(&mut link, &mut PackCache::default(), &numbers)
                .await?
                .into_iter()
                .map(|(number, entity)| (number, Arc::new(entity)))
                .collect();
        let mut history = Vec::new();
        for publication in self.publications(dataset).await? {
            if !publication.state.is_accepted() || publication.pruned_at.is_some() {
                continue;
            }
            let lists = lists(&mut link, publication.id).await?;
            let number = lists.iter().find_map(|list| position(list, &numbers));
            history.push(Appearance {
                publication: publication.id,
                day: publication.published.day,
                entity: number.and_then(|(_, number)| entities.get(&number).cloned()),
            });
        }
        Ok(history)
    }

    /// Which entities two publications differ in. Order, places and formats make no difference.
    ///
    /// # Errors
    /// [`StoreError::UnknownPublication`], [`StoreError::Pruned`], or when the database cannot be
    /// read.
    pub async fn difference(
        &self,
        first: PublicationId,
        second: PublicationId,
    ) -> Result<Difference, StoreError> {
        for id in [first, second] {
            self.publication(id).await?.stored()?;
        }
        let mut link = Link::Database(&self.database);
        let only_first = numbers(&mut link, first).await?;
        let only_second = numbers(&mut link, second).await?;
        let (gone, come) = without_common(only_first, only_second);
        let gone = ids_of(&mut link, &gone).await?;
        let come = ids_of(&mut link, &come).await?;
        let mut difference = Difference::default();
        for id in gone.keys() {
            if come.contains_key(id) {
                difference.changed.push(id.clone());
            } else {
                difference.removed.push(id.clone());
            }
        }
        difference.added = come
            .into_keys()
            .filter(|id| !gone.contains_key(id))
            .collect();
        Ok(difference)
    }

    async fn revisions_of(&self, id: &str) -> Result<Vec<i64>, StoreError> {
        let sql = "SELECT id FROM revision WHERE entity = $1 ORDER BY id";
        let rows = self.database.rows(READING, sql, vec![id.into()]).await?;
        rows.iter().map(|row| row.int(0)).collect()
    }
}

/// Numbers of the revisions of a publication, sorted.
pub(crate) async fn numbers(
    link: &mut Link<'_>,
    id: PublicationId,
) -> Result<Vec<i64>, StoreError> {
    let mut all: Vec<i64> = lists(link, id)
        .await?
        .into_iter()
        .flatten()
        .flat_map(|(start, len)| (start..).take(len))
        .collect();
    all.sort_unstable();
    Ok(all)
}

/// The runs of each chunk of a publication.
async fn lists(link: &mut Link<'_>, id: PublicationId) -> Result<Vec<Vec<runs::Run>>, StoreError> {
    let sql = "SELECT entities, revisions FROM content WHERE publication = $1 ORDER BY seq";
    let rows = link.rows(sql, vec![id.0.into()]).await?;
    rows.iter()
        .map(|row| {
            runs::decode_runs(&row.blob(1)?, count_of(row)?).map_err(|wrong| {
                StoreError::damaged(format!("the list of publication {id}"), wrong)
            })
        })
        .collect()
}

/// Entity ids of revisions, each with the revision.
pub(crate) async fn ids_of(
    link: &mut Link<'_>,
    numbers: &[i64],
) -> Result<BTreeMap<String, i64>, StoreError> {
    let mut ids = BTreeMap::new();
    for part in numbers.chunks(LOOKUP) {
        let sql = format!(
            "SELECT entity, id FROM revision WHERE id IN {}",
            placeholders(1, part.len())
        );
        let cells = part.iter().map(|number| Cell::Int(*number)).collect();
        for row in link.rows(sql, cells).await? {
            ids.insert(row.text(0)?, row.int(1)?);
        }
    }
    Ok(ids)
}

/// Where in a chunk one of the numbers is.
fn position(list: &[runs::Run], numbers: &[i64]) -> Option<(usize, i64)> {
    let mut before = 0usize;
    for (start, len) in list {
        for number in numbers {
            let ahead = number
                .checked_sub(*start)
                .and_then(|n| usize::try_from(n).ok());
            if let Some(ahead) = ahead.filter(|ahead| ahead < len) {
                return Some((before + ahead, *number));
            }
        }
        before += len;
    }
    None
}

/// What each of two sorted lists has that the other lacks.
pub(crate) fn without_common(first: Vec<i64>, second: Vec<i64>) -> (Vec<i64>, Vec<i64>) {
    let lacks = |list: &[i64], number: &i64| list.binary_search(number).is_err();
    let gone = first
        .iter()
        .copied()
        .filter(|n| lacks(&second, n))
        .collect();
    let come = second
        .iter()
        .copied()
        .filter(|n| lacks(&first, n))
        .collect();
    (gone, come)
}

fn fill_seen(entity: &mut Entity, publication: &Publication, history: &[Appearance]) {
    let until = publication.order();
    for statement in &mut entity.statements {
        let mut days = history
            .iter()
            .filter(|a| (a.day, a.publication) <= until)
            .filter(|a| a.entity.as_ref().is_some_and(|e| says(e, statement)))
            .map(|a| a.day);
        let first = days.next();
        let last = days.next_back().or(first);
        if statement.first_seen.is_none() {
            statement.first_seen = first.map(|day| day.to_string().into());
        }
        if statement.last_seen.is_none() {
            statement.last_seen = last.map(|day| day.to_string().into());
        }
    }
}

fn says(entity: &Entity, statement: &Statement) -> bool {
    entity.statements.iter().any(|s| {
        s.property == statement.property
            && s.value == statement.value
            && s.dataset == statement.dataset
    })
}
