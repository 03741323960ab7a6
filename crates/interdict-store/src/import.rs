//! Taking a publication in: entities stream into one transaction; its end is the switch.

pub(crate) mod commit;
mod merge;

use std::collections::HashMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use interdict_model::Entity;
use sha2::{Digest, Sha256};

use crate::content::origins::{self, OriginsBuilder};
use crate::content::{CHUNK, runs};
use crate::error::StoreError;
use crate::folder::{StoredFile, remove, sync_folder_of};
use crate::lock::WriterLock;
use crate::pack::PackBuilder;
use crate::publication::{Counts, Publication, PublicationId};
use crate::revision::{self, RevisionHash};
use crate::sql::{Cell, Session, placeholders};
use crate::store::{Store, hash_of};

/// The one writer of a data folder. Dropped without a commit, it takes its files away again.
#[derive(Debug)]
pub struct Writer {
    pub(crate) store: Store,
    _lock: WriterLock,
    new_files: Vec<PathBuf>,
    stored: Vec<StoredFile>,
    /// Set when a commit was tried: from then on only the database knows whether the files are
    /// needed.
    pub(crate) committing: bool,
}

/// What a commit did.
#[derive(Clone, Debug)]
pub struct Committed {
    /// The publication as stored.
    pub publication: Publication,
    /// Whether it answers from now on.
    pub became_current: bool,
    /// What answered before.
    pub previous: Option<PublicationId>,
    /// Revisions that no earlier publication had.
    pub new_revisions: u64,
}

impl Writer {
    pub(crate) fn new(store: Store, lock: WriterLock) -> Writer {
        Writer {
            store,
            _lock: lock,
            new_files: Vec::new(),
            stored: Vec::new(),
            committing: false,
        }
    }

    /// Keeps a file as it comes in. Blocks while it reads.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub fn receive(&mut self, name: &str, reader: &mut dyn Read) -> Result<StoredFile, StoreError> {
        self.store.folder.mark_unfinished()?;
        let (stored, new) = self.store.folder.receive(name, reader)?;
        if new {
            self.new_files
                .push(self.store.folder.raw_file(&stored.sha256));
        }
        self.stored.push(stored.clone());
        Ok(stored)
    }

    /// The files received so far.
    pub fn received(&self) -> &[StoredFile] {
        &self.stored
    }

    /// Paths inside the data folder.
    pub fn folder(&self) -> &crate::folder::Folder {
        &self.store.folder
    }

    /// Makes a file that is written into the data folder go away again, should nothing be
    /// committed.
    ///
    /// # Errors
    /// When the data folder cannot be written.
    pub fn track(&mut self, file: PathBuf) -> Result<(), StoreError> {
        self.store.folder.mark_unfinished()?;
        self.new_files.push(file);
        Ok(())
    }

    /// Gives a finished segment the name of its hash.
    ///
    /// # Errors
    /// When it cannot be renamed.
    pub fn adopt_segment(&mut self, building: &Path, hash: &str) -> Result<(), StoreError> {
        let path = self.store.folder.segment_file(hash);
        if !path.exists() {
            self.new_files.push(path.clone());
        }
        std::fs::rename(building, &path)
            .map_err(|e| StoreError::io(&path, "naming a segment", e))?;
        sync_folder_of(&path)
    }

    /// Starts taking entities.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn begin(self) -> Result<Import, StoreError> {
        self.store.folder.mark_unfinished()?;
        let mut session = self.store.database.connect().await?;
        session.begin_long().await?;
        let publication = counter(&mut session, "publication").await?;
        let revision = counter(&mut session, "revision").await?;
        let pack = counter(&mut session, "pack").await?;
        Ok(Import {
            session,
            writer: self,
            publication: PublicationId(publication + 1),
            last_revision: revision,
            first_revision: revision,
            last_pack: pack,
            pending: Vec::new(),
            pending_ids: HashMap::new(),
            positions: HashMap::new(),
            repeated: HashMap::new(),
            hashes: Vec::new(),
            pack: PackBuilder::default(),
            rows: Vec::new(),
            list: Vec::new(),
            origins: OriginsBuilder::default(),
            chunks: 0,
            counts: Counts::default(),
            sealed: false,
        })
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        if self.committing {
            return;
        }
        let mut clean = true;
        for path in &self.new_files {
            clean &= remove(path).is_ok();
        }
        if clean {
            // Should this fail, the next opening looks for leftovers in vain, and that is all.
            let _ = self.store.folder.mark_finished();
        }
    }
}

/// The last number of a kind that was handed out.
pub(crate) async fn counter(session: &mut Session, name: &str) -> Result<i64, StoreError> {
    let sql = "SELECT value FROM counter WHERE name = $1";
    let rows = session.rows(IMPORTING, sql, vec![name.into()]).await?;
    rows.first()
        .ok_or_else(|| StoreError::damaged("the counters", format!("{name} is missing")))?
        .int(0)
}

pub(crate) const IMPORTING: &str = "storing entities";

/// Entities that are looked up and written together.
const BATCH: usize = 1024;

/// Parameters of one statement stay far below what either database takes.
const LOOKUP: usize = 512;

/// A publication on its way in. Nothing of it is seen by anybody before [`Import::commit`], and
/// nothing stays of it without.
#[derive(Debug)]
pub struct Import {
    pub(crate) session: Session,
    pub(crate) writer: Writer,
    publication: PublicationId,
    first_revision: i64,
    last_revision: i64,
    last_pack: i64,
    pending: Vec<Entity>,
    pending_ids: HashMap<String, usize>,
    /// Where in the publication the entity with this hashed id is.
    positions: HashMap<u128, usize>,
    /// Later parts of entities that are already written.
    repeated: HashMap<String, Entity>,
    hashes: Vec<RevisionHash>,
    pack: PackBuilder,
    rows: Vec<(i64, String, RevisionHash, u32)>,
    list: Vec<i64>,
    origins: OriginsBuilder,
    chunks: i64,
    counts: Counts,
    sealed: bool,
}

fn id_key(id: &str) -> u128 {
    let digest: [u8; 32] = Sha256::digest(id.as_bytes()).into();
    let (front, _) = digest.split_at(16);
    front
        .iter()
        .fold(0, |key, byte| key << 8 | u128::from(*byte))
}

impl Import {
    /// The number the publication will have.
    pub fn publication(&self) -> PublicationId {
        self.publication
    }

    /// The files it is made of.
    pub fn received(&self) -> &[StoredFile] {
        &self.writer.stored
    }

    /// What was counted so far; complete after [`Import::seal`].
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// See [`Writer::track`].
    pub fn track(&mut self, file: PathBuf) {
        self.writer.new_files.push(file);
    }

    /// See [`Writer::adopt_segment`].
    ///
    /// # Errors
    /// When it cannot be renamed.
    pub fn adopt_segment(&mut self, building: &Path, hash: &str) -> Result<(), StoreError> {
        self.writer.adopt_segment(building, hash)
    }

    /// Takes an entity. A second one with the same id in the same publication is merged into the
    /// first.
    ///
    /// # Errors
    /// When two of the same id cannot be one entity, or the database cannot be written.
    pub async fn put(&mut self, entity: Entity) -> Result<(), StoreError> {
        if let Some(first) = self
            .pending_ids
            .get(entity.id.as_str())
            .and_then(|at| self.pending.get_mut(*at))
        {
            self.counts.merged += 1;
            return merge::merge(first, entity);
        }
        if self.positions.contains_key(&id_key(&entity.id)) {
            self.counts.merged += 1;
            return match self.repeated.get_mut(entity.id.as_str()) {
                Some(first) => merge::merge(first, entity),
                None => {
                    self.repeated.insert(entity.id.to_string(), entity);
                    Ok(())
                }
            };
        }
        self.pending_ids
            .insert(entity.id.to_string(), self.pending.len());
        self.pending.push(entity);
        if self.pending.len() >= BATCH {
            self.flush().await?;
        }
        Ok(())
    }

    /// Ends the stream of entities; they can be read back from here on.
    ///
    /// # Errors
    /// When the database cannot be written, or entities of one id cannot be merged.
    pub async fn seal(&mut self) -> Result<(), StoreError> {
        if self.sealed {
            return Ok(());
        }
        self.flush().await?;
        self.close_chunk().await?;
        self.merge_repeated().await?;
        self.close_pack().await?;
        self.sealed = true;
        Ok(())
    }

    fn count(&mut self, entity: &Entity) {
        add(&mut self.counts.schemata, entity.schema.name(), 1);
        for statement in &entity.statements {
            add(&mut self.counts.properties, statement.property.name(), 1);
        }
    }

    async fn flush(&mut self) -> Result<(), StoreError> {
        let mut batch = std::mem::take(&mut self.pending);
        self.pending_ids.clear();
        let mut coded = Vec::with_capacity(batch.len());
        for entity in &mut batch {
            revision::canonicalise(entity);
            self.count(entity);
            let placements = origins::split(entity);
            let bytes = revision::encode(entity)?;
            let hash = revision::hash(&bytes);
            coded.push((placements, bytes, hash));
        }
        let known = self.known(batch.iter().map(|e| e.id.as_str())).await?;
        for (entity, (placements, bytes, hash)) in batch.iter().zip(coded) {
            let number = self.number_of(&known, &entity.id, &bytes, hash).await?;
            self.positions.insert(id_key(&entity.id), self.hashes.len());
            self.hashes.push(hash);
            self.list.push(number);
            self.origins.push(&placements);
            if self.list.len() == CHUNK {
                self.close_chunk().await?;
            }
        }
        Ok(())
    }

    /// Revisions stored for these ids.
    async fn known(
        &mut self,
        ids: impl Iterator<Item = &str>,
    ) -> Result<HashMap<String, Vec<(RevisionHash, i64)>>, StoreError> {
        let ids: Vec<&str> = ids.collect();
        let mut known: HashMap<String, Vec<(RevisionHash, i64)>> = HashMap::new();
        for part in ids.chunks(LOOKUP) {
            let sql = format!(
                "SELECT id, entity, hash FROM revision WHERE entity IN {}",
                placeholders(1, part.len())
            );
            let cells = part.iter().map(|id| Cell::from(*id)).collect();
            for row in self.session.rows(IMPORTING, sql, cells).await? {
                let hash = RevisionHash(hash_of(row.blob(2)?)?);
                known
                    .entry(row.text(1)?)
                    .or_default()
                    .push((hash, row.int(0)?));
            }
        }
        Ok(known)
    }

    /// The number of a revision, stored now if it is new.
    async fn number_of(
        &mut self,
        known: &HashMap<String, Vec<(RevisionHash, i64)>>,
        id: &str,
        bytes: &[u8],
        hash: RevisionHash,
    ) -> Result<i64, StoreError> {
        let stored = known
            .get(id)
            .and_then(|all| all.iter().find(|(other, _)| *other == hash));
        if let Some((_, number)) = stored {
            return Ok(*number);
        }
        self.last_revision += 1;
        let slot = self.pack.push(bytes);
        self.rows
            .push((self.last_revision, id.to_owned(), hash, slot));
        let number = self.last_revision;
        if self.pack.is_full() {
            self.close_pack().await?;
        }
        Ok(number)
    }

    async fn close_pack(&mut self) -> Result<(), StoreError> {
        if self.pack.count() == 0 {
            return Ok(());
        }
        self.last_pack += 1;
        let count = i64::from(self.pack.count());
        let data = self.pack.finish()?;
        self.session
            .execute(
                IMPORTING,
                "INSERT INTO pack (id, revisions, data) VALUES ($1, $2, $3)",
                vec![self.last_pack.into(), count.into(), data.into()],
            )
            .await?;
        let rows = std::mem::take(&mut self.rows);
        for part in rows.chunks(LOOKUP) {
            let sql = format!(
                "INSERT INTO revision (id, entity, hash, pack, slot) VALUES {}",
                placeholders(part.len(), 5)
            );
            let mut cells = Vec::with_capacity(part.len() * 5);
            for (number, entity, hash, slot) in part {
                cells.push(Cell::Int(*number));
                cells.push(Cell::Text(entity.clone()));
                cells.push(Cell::Blob(hash.0.to_vec()));
                cells.push(Cell::Int(self.last_pack));
                cells.push(Cell::Int(i64::from(*slot)));
            }
            self.session.execute(IMPORTING, sql, cells).await?;
        }
        Ok(())
    }

    async fn close_chunk(&mut self) -> Result<(), StoreError> {
        if self.list.is_empty() {
            return Ok(());
        }
        let list = std::mem::take(&mut self.list);
        let origins = std::mem::take(&mut self.origins).finish()?;
        self.session
            .execute(
                IMPORTING,
                "INSERT INTO content (publication, seq, entities, revisions, origins) \
                 VALUES ($1, $2, $3, $4, $5)",
                vec![
                    self.publication.0.into(),
                    self.chunks.into(),
                    (list.len() as i64).into(),
                    runs::encode(&list).into(),
                    origins.into(),
                ],
            )
            .await?;
        self.chunks += 1;
        Ok(())
    }
}

pub(crate) fn add(counts: &mut std::collections::BTreeMap<String, u64>, name: &str, n: u64) {
    match counts.get_mut(name) {
        Some(count) => *count += n,
        None => {
            counts.insert(name.to_owned(), n);
        }
    }
}
