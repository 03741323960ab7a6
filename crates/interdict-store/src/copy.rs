//! A whole store, copied: from a data folder to PostgreSQL, back, or into the folder of a backup.
//!
//! The source is read as it was at one moment, whoever writes beside. Rows go table by table in the
//! order of their keys, so that a copy that was interrupted goes on where it stopped; if the source
//! has changed since, it begins again. At the end every table is read on both sides and must have
//! the same digest. Until then the target is marked and nobody can open it.

mod files;
mod rows;
mod tables;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::error::StoreError;
use crate::folder::Folder;
use crate::lock::WriterLock;
use crate::migrate;
use crate::sql::{Database, DatabaseUrl, Session};
use crate::store::Store;

use rows::Digests;
pub use rows::TableDigest;
use tables::Table;

/// Where a copy goes.
#[derive(Clone, Debug)]
pub enum CopyTarget {
    /// A data folder with its own database.
    Folder(PathBuf),
    /// A PostgreSQL database; raw files and segments go into it.
    Postgres(DatabaseUrl),
}

/// What a copy is doing, for whoever watches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CopyStep {
    /// Reading a table of the source for its digest; rows so far.
    Reading(String, u64),
    /// Copying a table; rows so far.
    Copying(String, u64),
    /// Copying raw files and segments; files so far.
    Files(u64),
    /// Reading a table of the target for its digest; rows so far.
    Checking(String, u64),
}

/// What a copy holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// Every table, the same on both sides.
    pub tables: BTreeMap<String, TableDigest>,
    /// Raw files and segments.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Whether it went on from a copy that had been interrupted.
    pub resumed: bool,
}

/// Marks a database that is being copied into.
pub(crate) const MARK: &str = "store_copy";
const MARK_TABLE: &str = "CREATE TABLE store_copy (digest TEXT PRIMARY KEY)";
const DOING: &str = "copying a store";

/// How long another copy into the same target is waited for.
const WAIT: Duration = Duration::from_secs(2);

impl Store {
    /// Copies everything into an empty folder or database, or goes on with a copy that was
    /// interrupted. Numbers and ids stay the same.
    ///
    /// # Errors
    /// [`StoreError::TargetNotEmpty`]; [`StoreError::CopyDiffers`] when the two sides are not the
    /// same at the end; [`StoreError::MissingFile`] for a raw file that is nowhere; or when either
    /// side cannot be used. The target can then not be opened, but the copy can be run again.
    pub async fn copy_to(
        &self,
        target: &CopyTarget,
        watch: &mut (dyn FnMut(CopyStep) + Send),
    ) -> Result<Copied, StoreError> {
        let tables = tables::of_version(migrate::COUNT).await?;
        let mut from = self.database.connect().await?;
        from.begin_reading().await?;
        let digests = rows::digests(&mut from, &tables, &mut |table, rows| {
            watch(CopyStep::Reading(table.to_owned(), rows));
        })
        .await?;
        let side = Side::open(target).await?;
        let mut to = side.database.connect().await?;
        let resumed = prepare(&side, &mut to, &tables, &digests).await?;
        for table in &tables {
            rows::copy_table(&mut from, &mut to, table, &mut |table, rows| {
                watch(CopyStep::Copying(table.to_owned(), rows));
            })
            .await?;
        }
        let (files, bytes) = files::copy(self, &mut from, &side, &mut to, watch).await?;
        from.close().await?;
        to.begin_reading().await?;
        let copied = rows::digests(&mut to, &tables, &mut |table, rows| {
            watch(CopyStep::Checking(table.to_owned(), rows));
        })
        .await?;
        to.commit().await?;
        compare(&side, &digests, &copied)?;
        finish(&side, to, &tables).await?;
        Ok(Copied {
            tables: digests,
            files,
            bytes,
            resumed,
        })
    }

    /// What every table holds now, read at one moment.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn table_digests(&self) -> Result<BTreeMap<String, TableDigest>, StoreError> {
        let tables = tables::of_version(migrate::COUNT).await?;
        let mut session = self.database.connect().await?;
        session.begin_reading().await?;
        let digests = rows::digests(&mut session, &tables, &mut |_, _| {}).await?;
        session.close().await?;
        Ok(digests)
    }
}

/// The target of a copy, opened.
struct Side {
    database: Database,
    folder: Option<Folder>,
    /// Nobody else copies into it.
    _lock: Option<WriterLock>,
}

impl Side {
    async fn open(target: &CopyTarget) -> Result<Side, StoreError> {
        match target {
            CopyTarget::Folder(root) => {
                let folder = Folder::create(root)?;
                let database = Database::at(&folder.database());
                let lock = WriterLock::take(&folder, &database, WAIT).await?;
                Ok(Side {
                    database,
                    folder: Some(folder),
                    _lock: Some(lock),
                })
            }
            CopyTarget::Postgres(url) => Ok(Side {
                database: Database::on(url),
                folder: None,
                _lock: None,
            }),
        }
    }

    fn place(&self) -> &Path {
        match &self.folder {
            Some(folder) => folder.root(),
            None => self.database.place(),
        }
    }
}

/// Makes the target ready: new and marked, or found as it was left. Says whether it was begun before.
async fn prepare(
    side: &Side,
    to: &mut Session,
    tables: &[Table],
    digests: &Digests,
) -> Result<bool, StoreError> {
    let digest = crate::hex(&rows::digest_of(digests));
    let begun = side.database.has_table(MARK).await?;
    if !begun && !side.database.is_empty().await? {
        return Err(StoreError::TargetNotEmpty {
            path: side.place().to_owned(),
        });
    }
    to.begin().await?;
    if !begun {
        migrate::apply_first(to, migrate::COUNT).await?;
        to.script(DOING, crate::sql::dialect::schema(MARK_TABLE, to.kind()))
            .await?;
    } else {
        let sql = "SELECT digest FROM store_copy";
        let rows = to.rows(DOING, sql, Vec::new()).await?;
        let known = rows.first().map(|row| row.text(0)).transpose()?;
        if known.as_deref() == Some(digest.as_str()) {
            to.commit().await?;
            return Ok(true);
        }
        // The source has changed since: what is there is of another moment.
        to.execute(DOING, "DELETE FROM store_copy", Vec::new())
            .await?;
    }
    // What migrations put in comes from the source like all else.
    rows::empty(to, tables).await?;
    let sql = "INSERT INTO store_copy (digest) VALUES ($1)";
    to.execute(DOING, sql, vec![digest.into()]).await?;
    to.commit().await?;
    Ok(false)
}

fn compare(side: &Side, from: &Digests, to: &Digests) -> Result<(), StoreError> {
    let differing = from
        .iter()
        .find(|(name, digest)| to.get(*name) != Some(digest));
    match differing {
        None => Ok(()),
        Some((name, digest)) => Err(StoreError::CopyDiffers {
            path: side.place().to_owned(),
            table: name.clone(),
            expected: digest.rows,
            found: to.get(name).map_or(0, |digest| digest.rows),
        }),
    }
}

async fn finish(side: &Side, mut to: Session, tables: &[Table]) -> Result<(), StoreError> {
    to.begin().await?;
    rows::renumber(&mut to, tables).await?;
    to.script(DOING, "DROP TABLE store_copy").await?;
    to.commit().await?;
    to.settle().await?;
    to.close().await?;
    side.database.close().await;
    Ok(())
}

/// Copies the rows of a database of an earlier storage version into a new SQLite file of that
/// version.
pub(crate) async fn keep_aside(
    database: &Database,
    version: usize,
    path: &Path,
) -> Result<(), StoreError> {
    let tables = tables::of_version(version).await?;
    let mut from = database.connect().await?;
    from.begin_reading().await?;
    let aside = Database::at(path);
    let mut to = aside.connect().await?;
    to.begin().await?;
    migrate::apply_first(&mut to, version).await?;
    rows::empty(&mut to, &tables).await?;
    to.commit().await?;
    for table in &tables {
        rows::copy_table(&mut from, &mut to, table, &mut |_, _| {}).await?;
    }
    from.close().await?;
    to.settle().await?;
    to.close().await?;
    aside.close().await;
    Ok(())
}

/// Makes a PostgreSQL database of a storage version go on numbering after its highest numbers.
pub(crate) async fn renumber(session: &mut Session, version: usize) -> Result<(), StoreError> {
    rows::renumber(session, &tables::of_version(version).await?).await
}
