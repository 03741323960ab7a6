//! Opening a data folder, and what is known of lists and publications.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use interdict_model::DatasetName;
use jiff::Timestamp;

use crate::accounts::Actor;
use crate::copy;
use crate::error::StoreError;
use crate::folder::{Folder, StoredFile};
use crate::import::Writer;
use crate::lock::WriterLock;
use crate::migrate::{self, Pending};
use crate::pack;
use crate::publication::{
    Counts, DatasetInfo, DateSource, Publication, PublicationId, PublishedAt, SegmentInfo, State,
};
use crate::sql::{Cell, Database, DatabaseUrl, Row};

/// A data folder: one writer at a time, any number of readers beside it.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) folder: Folder,
    pub(crate) database: Database,
    /// On whose behalf it records, where that is known.
    pub(crate) acting: Option<Arc<Actor>>,
}

/// One change of what answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Switch {
    /// The publication that answered from then on.
    pub publication: PublicationId,
    /// When.
    pub at: Timestamp,
    /// Who did it.
    pub actor: String,
    /// Why.
    pub reason: String,
}

/// Bytes on disk by what they are for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DiskUse {
    /// Distinct entity revisions.
    pub revisions: u64,
    /// Their compressed bytes.
    pub packs: u64,
    /// Lists of revisions, of all publications.
    pub lists: u64,
    /// Places of values, of all publications.
    pub origins: u64,
    /// Reports of all publications.
    pub reports: u64,
    /// The database: all of the above and its own structure, on PostgreSQL raw files and segments
    /// too.
    pub database: u64,
    /// Files as received.
    pub raw: u64,
    /// Index segments.
    pub segments: u64,
}

const PUBLICATIONS: &str = "SELECT p.id, p.dataset, p.format, p.proven, p.published_day, \
     p.published_at, p.published_by, p.published_field, p.imported_at, p.accepted_at, p.state, \
     p.reason, p.content, p.counts, c.publication, p.readable, p.withdrawn_at, p.pruned_at \
     FROM publication p LEFT JOIN current c ON c.publication = p.id";

impl Store {
    /// Opens a data folder, making it where it is missing.
    ///
    /// # Errors
    /// When the folder cannot be used, was written by a later release, or is damaged.
    pub async fn open(root: &Path) -> Result<Store, StoreError> {
        Store::open_on(root, None).await
    }

    /// Opens a data folder whose database is a PostgreSQL one, or, for `None`, the folder's own.
    ///
    /// With PostgreSQL the folder holds what this node needs of the raw files and segments; several
    /// nodes, each with a folder of its own, share one database.
    ///
    /// # Errors
    /// When the folder or the database cannot be used, was written by a later release, or is
    /// damaged.
    pub async fn open_on(root: &Path, url: Option<&DatabaseUrl>) -> Result<Store, StoreError> {
        let folder = Folder::create(root)?;
        let database = match url {
            None => Database::at(&folder.database()),
            Some(url) => Database::on(url),
        };
        if database.has_table(copy::MARK).await? {
            return Err(StoreError::UnfinishedCopy {
                path: database.place().to_owned(),
            });
        }
        migrate::migrate(&database, &folder).await?;
        let store = Store {
            folder,
            database,
            acting: None,
        };
        if store.folder.is_unfinished()
            && let Some(_lock) = store.folder.try_lock()?
        {
            store.clean().await?;
        }
        Ok(store)
    }

    /// What opening a store with this release would change in its database first; `None` for one
    /// that is new or up to date. Changes nothing.
    ///
    /// # Errors
    /// As [`Store::open_on`].
    pub async fn pending(
        root: &Path,
        url: Option<&DatabaseUrl>,
    ) -> Result<Option<Pending>, StoreError> {
        let folder = Folder::named(root);
        let database = match url {
            None if !folder.database().exists() => return Ok(None),
            None => Database::at(&folder.database()),
            Some(url) => Database::on(url),
        };
        let pending = migrate::pending(&database, &folder).await?;
        database.close().await;
        Ok(pending)
    }

    /// Paths inside the data folder.
    pub fn folder(&self) -> &Folder {
        &self.folder
    }

    /// Lets go of the database.
    pub async fn close(&self) {
        self.database.close().await;
    }

    /// Becomes the one writer.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when another one does not finish within `wait`.
    pub async fn writer(&self, wait: Duration) -> Result<Writer, StoreError> {
        let lock = WriterLock::take(&self.folder, &self.database, wait).await?;
        if self.folder.is_unfinished() {
            self.clean().await?;
        }
        Ok(Writer::new(self.clone(), lock))
    }

    /// Removes files that no publication knows. Only under the lock.
    pub(crate) async fn clean(&self) -> Result<(), StoreError> {
        let doing = "looking for leftover files";
        let mut raw = BTreeSet::new();
        let sql = "SELECT DISTINCT f.sha256 FROM publication_file f \
                   JOIN publication p ON p.id = f.publication WHERE p.pruned_at IS NULL";
        for row in self.database.rows(doing, sql, Vec::new()).await? {
            raw.insert(hash_of(row.blob(0)?)?);
        }
        let mut segments = BTreeSet::new();
        let sql = "SELECT DISTINCT hash FROM segment";
        for row in self.database.rows(doing, sql, Vec::new()).await? {
            segments.insert(row.text(0)?);
        }
        self.folder.clean(&raw, &segments)
    }

    /// Every list, by name.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn datasets(&self) -> Result<Vec<DatasetInfo>, StoreError> {
        let sql = "SELECT name, title, publisher, licence FROM dataset ORDER BY name";
        let rows = self
            .database
            .rows("reading the lists", sql, Vec::new())
            .await?;
        rows.iter()
            .map(|row| {
                Ok(DatasetInfo {
                    name: dataset_of(&row.text(0)?)?,
                    title: row.text(1)?,
                    publisher: row.optional_text(2)?,
                    licence: row.optional_text(3)?,
                })
            })
            .collect()
    }

    /// The publications that answer, by list.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn current(&self) -> Result<Vec<Publication>, StoreError> {
        self.load(
            "WHERE c.publication IS NOT NULL ORDER BY p.dataset",
            Vec::new(),
        )
        .await
    }

    /// The publications of a list in their order, the latest last; empty for an unknown list.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn publications(
        &self,
        dataset: &DatasetName,
    ) -> Result<Vec<Publication>, StoreError> {
        self.load(
            "WHERE p.dataset = $1 ORDER BY p.published_day, p.id",
            vec![dataset.as_str().into()],
        )
        .await
    }

    /// One publication.
    ///
    /// # Errors
    /// [`StoreError::UnknownPublication`], or when the database cannot be read.
    pub async fn publication(&self, id: PublicationId) -> Result<Publication, StoreError> {
        self.load("WHERE p.id = $1", vec![id.0.into()])
            .await?
            .pop()
            .ok_or(StoreError::UnknownPublication { number: id.0 })
    }

    /// Publications made of exactly these files (by content, in any order), oldest import first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn publications_of(
        &self,
        files: &[[u8; 32]],
    ) -> Result<Vec<Publication>, StoreError> {
        let Some(first) = files.first() else {
            return Ok(Vec::new());
        };
        let found = self
            .load(
                "WHERE p.id IN (SELECT publication FROM publication_file WHERE sha256 = $1) \
                 ORDER BY p.id",
                vec![first.to_vec().into()],
            )
            .await?;
        let wanted: BTreeSet<[u8; 32]> = files.iter().copied().collect();
        Ok(found
            .into_iter()
            .filter(|p| p.files.iter().map(|f| f.sha256).collect::<BTreeSet<_>>() == wanted)
            .collect())
    }

    /// What reading a publication gave beside entities.
    ///
    /// # Errors
    /// [`StoreError::UnknownPublication`], or when the database cannot be read.
    pub async fn report(&self, id: PublicationId) -> Result<serde_json::Value, StoreError> {
        let sql = "SELECT report FROM publication WHERE id = $1";
        let rows = self
            .database
            .rows("reading a report", sql, vec![id.0.into()])
            .await?;
        let row = rows
            .first()
            .ok_or(StoreError::UnknownPublication { number: id.0 })?;
        let what = format!("the report of publication {id}");
        let raw = pack::decompress(&what, &row.blob(0)?)?;
        serde_json::from_slice(&raw).map_err(|e| StoreError::damaged(what, e.to_string()))
    }

    /// The index segment of a publication that a format reads, if one was built.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn segment(
        &self,
        id: PublicationId,
        format: u32,
    ) -> Result<Option<SegmentInfo>, StoreError> {
        let sql = "SELECT hash, size FROM segment WHERE publication = $1 AND format = $2";
        let cells = vec![id.0.into(), i64::from(format).into()];
        let rows = self
            .database
            .rows("looking up a segment", sql, cells)
            .await?;
        rows.first()
            .map(|row| {
                Ok(SegmentInfo {
                    format,
                    hash: row.text(0)?,
                    size: row.int(1)?.unsigned_abs(),
                })
            })
            .transpose()
    }

    /// Every change of what answers for a list, oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn switches(&self, dataset: &DatasetName) -> Result<Vec<Switch>, StoreError> {
        let sql =
            "SELECT publication, at, actor, reason FROM switch WHERE dataset = $1 ORDER BY id";
        let cells = vec![dataset.as_str().into()];
        let rows = self.database.rows("reading changes", sql, cells).await?;
        rows.iter()
            .map(|row| {
                Ok(Switch {
                    publication: PublicationId(row.int(0)?),
                    at: time_of(row.int(1)?)?,
                    actor: row.text(2)?,
                    reason: row.text(3)?,
                })
            })
            .collect()
    }

    /// How many bytes are used, and for what. Reads every row; for figures, not for opening.
    ///
    /// # Errors
    /// When the database or the folder cannot be read.
    pub async fn disk_use(&self) -> Result<DiskUse, StoreError> {
        let mut totals = [0u64; 7];
        let queries = [
            "SELECT COUNT(*) FROM revision",
            "SELECT CAST(COALESCE(SUM(LENGTH(data)), 0) AS BIGINT) FROM pack",
            "SELECT CAST(COALESCE(SUM(LENGTH(revisions)), 0) AS BIGINT) FROM content",
            "SELECT CAST(COALESCE(SUM(LENGTH(origins)), 0) AS BIGINT) FROM content",
            "SELECT CAST(COALESCE(SUM(LENGTH(report)), 0) AS BIGINT) FROM publication",
            "SELECT CAST(COALESCE(SUM(d.size), 0) AS BIGINT) FROM (SELECT DISTINCT f.sha256, \
             f.size FROM publication_file f JOIN publication p ON p.id = f.publication \
             WHERE p.pruned_at IS NULL) AS d",
            "SELECT CAST(COALESCE(SUM(d.size), 0) AS BIGINT) \
             FROM (SELECT DISTINCT hash, size FROM segment) AS d",
        ];
        for (total, sql) in totals.iter_mut().zip(queries) {
            let rows = self
                .database
                .rows("adding up sizes", sql, Vec::new())
                .await?;
            *total = rows.first().map_or(Ok(0), |row| row.int(0))?.unsigned_abs();
        }
        let [revisions, packs, lists, origins, reports, raw, segments] = totals;
        let database = self.database.size().await?;
        Ok(DiskUse {
            revisions,
            packs,
            lists,
            origins,
            reports,
            database,
            raw,
            segments,
        })
    }

    pub(crate) async fn load(
        &self,
        condition: &str,
        cells: Vec<Cell>,
    ) -> Result<Vec<Publication>, StoreError> {
        let doing = "reading publications";
        let sql = format!("{PUBLICATIONS} {condition}");
        let rows = self.database.rows(doing, sql, cells).await?;
        let mut publications = Vec::with_capacity(rows.len());
        for row in &rows {
            publications.push(publication_of(row)?);
        }
        let mut files: BTreeMap<i64, Vec<StoredFile>> = BTreeMap::new();
        for part in publications.chunks(500) {
            let sql = format!(
                "SELECT publication, name, sha256, size FROM publication_file \
                 WHERE publication IN {} ORDER BY publication, seq",
                crate::sql::placeholders(1, part.len())
            );
            let ids = part.iter().map(|p| p.id.0.into()).collect();
            for row in self.database.rows(doing, sql, ids).await? {
                files.entry(row.int(0)?).or_default().push(StoredFile {
                    name: row.text(1)?,
                    sha256: hash_of(row.blob(2)?)?,
                    size: row.int(3)?.unsigned_abs(),
                });
            }
        }
        for publication in &mut publications {
            publication.files = files.remove(&publication.id.0).unwrap_or_default();
        }
        Ok(publications)
    }
}

fn publication_of(row: &Row) -> Result<Publication, StoreError> {
    let id = row.int(0)?;
    let wrong = |found: &str| StoreError::damaged(format!("publication {id}"), found);
    let current = row.optional_int(14)?.is_some();
    let state = match row.text(10)?.as_str() {
        "accepted" if current => State::Current,
        "accepted" if row.optional_int(16)?.is_some() => State::Withdrawn,
        "accepted" => State::Superseded,
        "quarantined" => State::Quarantined,
        "rejected" => State::Rejected,
        "failed" => State::Failed,
        other => return Err(wrong(&format!("state {other:?}"))),
    };
    let day = row.text(4)?;
    let by = row.text(6)?;
    let counts: Counts = serde_json::from_str(&row.text(13)?).map_err(|e| wrong(&e.to_string()))?;
    Ok(Publication {
        id: PublicationId(id),
        dataset: dataset_of(&row.text(1)?)?,
        format: row.text(2)?,
        proven: row.int(3)? != 0,
        published: PublishedAt {
            day: day.parse().map_err(|_| wrong(&format!("day {day:?}")))?,
            text: row.text(5)?,
            by: DateSource::parse(&by).ok_or_else(|| wrong(&format!("date by {by:?}")))?,
            field: row.optional_text(7)?,
        },
        imported_at: time_of(row.int(8)?)?,
        accepted_at: row.optional_int(9)?.map(time_of).transpose()?,
        state,
        readable: row.int(15)? != 0,
        pruned_at: row.optional_int(17)?.map(time_of).transpose()?,
        reason: row.optional_text(11)?,
        files: Vec::new(),
        counts,
        content: hash_of(row.blob(12)?)?,
    })
}

pub(crate) fn hash_of(bytes: Vec<u8>) -> Result<[u8; 32], StoreError> {
    bytes
        .try_into()
        .map_err(|_| StoreError::damaged("a hash", "is not 32 bytes long"))
}

pub(crate) fn time_of(microseconds: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(microseconds)
        .map_err(|e| StoreError::damaged("a time", e.to_string()))
}

pub(crate) fn dataset_of(name: &str) -> Result<DatasetName, StoreError> {
    DatasetName::new(name).map_err(|e| StoreError::damaged("a list", e.to_string()))
}
