//! Raw files and segments of a copy. Each is named by its hash, so what is there is not copied again.

use std::fs;
use std::path::Path;

use super::{CopyStep, DOING, Side};
use crate::error::StoreError;
use crate::files::{self, hash_file, raw_name, segment_name};
use crate::folder::{Folder, sync_folder_of};
use crate::sql::Session;
use crate::store::{Store, hash_of};

/// Copies what the source's database names. Gives how many files there are, and their bytes.
pub(super) async fn copy(
    source: &Store,
    from: &mut Session,
    side: &Side,
    to: &mut Session,
    watch: &mut (dyn FnMut(CopyStep) + Send),
) -> Result<(u64, u64), StoreError> {
    let (mut count, mut bytes) = (0u64, 0u64);
    let sql = "SELECT DISTINCT f.sha256 FROM publication_file f \
               JOIN publication p ON p.id = f.publication \
               WHERE p.pruned_at IS NULL ORDER BY f.sha256";
    for row in from.rows(DOING, sql, Vec::new()).await? {
        let hash = hash_of(row.blob(0)?)?;
        let path = source.raw_file(&hash).await?;
        match &side.folder {
            Some(folder) => into_folder(&path, &folder.raw_file(&hash), folder, Some(&hash))?,
            None => into_database(to, &raw_name(&hash), &path).await?,
        }
        count += 1;
        bytes += size_of(&path)?;
        watch(CopyStep::Files(count));
    }
    let sql = "SELECT DISTINCT hash FROM segment ORDER BY hash";
    for row in from.rows(DOING, sql, Vec::new()).await? {
        let hash = row.text(0)?;
        // One that is nowhere is built again when it is asked.
        let Some(path) = source.segment_path(&hash).await? else {
            continue;
        };
        match &side.folder {
            Some(folder) => into_folder(&path, &folder.segment_file(&hash), folder, None)?,
            None => into_database(to, &segment_name(&hash), &path).await?,
        }
        count += 1;
        bytes += size_of(&path)?;
        watch(CopyStep::Files(count));
    }
    Ok((count, bytes))
}

fn size_of(path: &Path) -> Result<u64, StoreError> {
    let found = path
        .metadata()
        .map_err(|e| StoreError::io(path, DOING, e))?;
    Ok(found.len())
}

async fn into_database(to: &mut Session, name: &str, path: &Path) -> Result<(), StoreError> {
    to.begin().await?;
    files::keep(to, name, path).await?;
    to.commit().await
}

fn into_folder(
    from: &Path,
    to: &Path,
    folder: &Folder,
    hash: Option<&[u8; 32]>,
) -> Result<(), StoreError> {
    if to.exists() {
        return Ok(());
    }
    let temporary = folder.fetching(0);
    let copied = fs::copy(from, &temporary)
        .and_then(|_| fs::File::open(&temporary)?.sync_all())
        .map_err(|e| StoreError::io(&temporary, DOING, e));
    let checked = copied.and_then(|()| match hash {
        Some(hash) if hash_file(&temporary)?.0 != *hash => Err(StoreError::damaged(
            from.display().to_string(),
            "its bytes have another hash",
        )),
        _ => Ok(()),
    });
    if let Err(e) = checked {
        // The first error is the one to report.
        let _ = fs::remove_file(&temporary);
        return Err(e);
    }
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent).map_err(|e| StoreError::io(parent, DOING, e))?;
    }
    fs::rename(&temporary, to).map_err(|e| StoreError::io(to, DOING, e))?;
    sync_folder_of(to)
}
