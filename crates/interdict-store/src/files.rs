//! Raw files and segments on several nodes.
//!
//! On SQLite they are in the data folder, and that is all. On PostgreSQL their bytes are in the
//! database too, written in the transaction that first names them; a node that lacks one fetches
//! it, checks its hash, and keeps it in its own data folder.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest, Sha256};

use crate::error::StoreError;
use crate::folder::{StoredFile, remove, sync_folder_of};
use crate::pack;
use crate::sql::{Kind, Session};
use crate::store::{Store, hash_of};

/// Bytes of a part before compression.
const PART: usize = 1 << 20;

const KEEPING: &str = "keeping a file in the database";
const FETCHING: &str = "fetching a file from the database";

/// What a raw file is called in the database.
pub(crate) fn raw_name(sha256: &[u8; 32]) -> String {
    format!("raw/{}", crate::hex(sha256))
}

/// What a segment is called in the database.
pub(crate) fn segment_name(hash: &str) -> String {
    format!("segments/{hash}")
}

/// Keeps a file's bytes in the database, unless they are there or the folder is the place for them.
pub(crate) async fn keep(session: &mut Session, name: &str, path: &Path) -> Result<(), StoreError> {
    if session.kind() == Kind::Sqlite {
        return Ok(());
    }
    let known = session
        .rows(
            KEEPING,
            "SELECT size FROM stored_file WHERE name = $1",
            vec![name.into()],
        )
        .await?;
    if !known.is_empty() {
        return Ok(());
    }
    let failed = |e| StoreError::io(path, KEEPING, e);
    // Hashed once before, so that the row of the file can stand before its parts.
    let (sha256, size) = hash_file(path)?;
    session
        .execute(
            KEEPING,
            "INSERT INTO stored_file (name, size, sha256) VALUES ($1, $2, $3)",
            vec![name.into(), (size as i64).into(), sha256.to_vec().into()],
        )
        .await?;
    let mut file = File::open(path).map_err(failed)?;
    let mut seq = 0i64;
    loop {
        let mut part = Vec::with_capacity(PART);
        let count = Read::by_ref(&mut file)
            .take(PART as u64)
            .read_to_end(&mut part)
            .map_err(failed)?;
        if count == 0 {
            return Ok(());
        }
        session
            .execute(
                KEEPING,
                "INSERT INTO stored_file_part (name, seq, data) VALUES ($1, $2, $3)",
                vec![name.into(), seq.into(), pack::compress(&part)?.into()],
            )
            .await?;
        seq += 1;
    }
}

/// Keeps the raw files of a publication.
pub(crate) async fn keep_raw(
    session: &mut Session,
    store: &Store,
    files: &[StoredFile],
) -> Result<(), StoreError> {
    for file in files {
        let path = store.folder.raw_file(&file.sha256);
        keep(session, &raw_name(&file.sha256), &path).await?;
    }
    Ok(())
}

/// Removes the bytes of files that nothing names any more.
pub(crate) async fn sweep(session: &mut Session) -> Result<(), StoreError> {
    if session.kind() == Kind::Sqlite {
        return Ok(());
    }
    let sql = "DELETE FROM stored_file s WHERE NOT EXISTS (SELECT 1 FROM segment g \
               WHERE s.name = 'segments/' || g.hash) AND NOT EXISTS (SELECT 1 \
               FROM publication_file f JOIN publication p ON p.id = f.publication \
               WHERE p.pruned_at IS NULL AND s.name = 'raw/' || encode(f.sha256, 'hex'))";
    session
        .execute("removing files from the database", sql, Vec::new())
        .await
        .map(drop)
}

/// SHA-256 and size of a file.
pub(crate) fn hash_file(path: &Path) -> Result<([u8; 32], u64), StoreError> {
    let failed = |e| StoreError::io(path, "reading a kept file", e);
    let mut hasher = Sha256::new();
    let mut file = File::open(path).map_err(failed)?;
    let size = std::io::copy(&mut file, &mut hasher).map_err(failed)?;
    Ok((hasher.finalize().into(), size))
}

impl Store {
    /// Where a raw file is on this node, fetched from the database when it is not here yet.
    ///
    /// # Errors
    /// [`StoreError::MissingFile`] when it is nowhere; or when it cannot be fetched.
    pub async fn raw_file(&self, sha256: &[u8; 32]) -> Result<PathBuf, StoreError> {
        let path = self.folder.raw_file(sha256);
        let name = raw_name(sha256);
        if path.exists() || self.fetch(&name, &path).await? {
            return Ok(path);
        }
        Err(StoreError::MissingFile { path, name })
    }

    /// Where a segment is on this node, fetched from the database when it is not here yet; `None`
    /// when it has to be built.
    ///
    /// # Errors
    /// When it cannot be fetched.
    pub async fn segment_path(&self, hash: &str) -> Result<Option<PathBuf>, StoreError> {
        let path = self.folder.segment_file(hash);
        let here = path.exists() || self.fetch(&segment_name(hash), &path).await?;
        Ok(here.then_some(path))
    }

    /// Fetches a file; `false` when the database does not have it.
    async fn fetch(&self, name: &str, path: &Path) -> Result<bool, StoreError> {
        if self.database.kind() == Kind::Sqlite {
            return Ok(false);
        }
        let sql = "SELECT sha256 FROM stored_file WHERE name = $1";
        let rows = self.database.rows(FETCHING, sql, vec![name.into()]).await?;
        let Some(row) = rows.first() else {
            return Ok(false);
        };
        let wanted = hash_of(row.blob(0)?)?;
        let temporary = self.folder.fetching(next_number());
        let fetched = self.write_parts(name, &temporary, wanted).await;
        if let Err(e) = fetched {
            // The first error is the one to report.
            let _ = remove(&temporary);
            return Err(e);
        }
        let failed = |e| StoreError::io(path, FETCHING, e);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(failed)?;
        }
        fs::rename(&temporary, path).map_err(failed)?;
        sync_folder_of(path)?;
        Ok(true)
    }

    async fn write_parts(
        &self,
        name: &str,
        path: &Path,
        wanted: [u8; 32],
    ) -> Result<(), StoreError> {
        let failed = |e| StoreError::io(path, FETCHING, e);
        let mut file = File::create(path).map_err(failed)?;
        let mut hasher = Sha256::new();
        for seq in 0i64.. {
            let sql = "SELECT data FROM stored_file_part WHERE name = $1 AND seq = $2";
            let cells = vec![name.into(), seq.into()];
            let rows = self.database.rows(FETCHING, sql, cells).await?;
            let Some(row) = rows.first() else {
                break;
            };
            let part = pack::decompress(name, &row.blob(0)?)?;
            hasher.update(&part);
            file.write_all(&part).map_err(failed)?;
        }
        file.sync_all().map_err(failed)?;
        if <[u8; 32]>::from(hasher.finalize()) == wanted {
            Ok(())
        } else {
            Err(StoreError::damaged(name, "its bytes have another hash"))
        }
    }
}

/// Tells files apart that one process fetches at the same time.
fn next_number() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
