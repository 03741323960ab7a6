//! Backups: a data folder as it was at one moment, with a record of every file and its hash.
//!
//! ```text
//! backup.json        what is here; written last, so without it a backup is none
//! interdict.sqlite   the database, from SQLite or PostgreSQL
//! raw/<aa>/<sha256>  files as received
//! segments/<hash>.seg
//! checkpoint.key     what checkpoints of the audit chain are signed with, if there is one
//! ```
//!
//! It holds what the store holds, customers and keys included, and only its owner can read it.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::copy::{CopyStep, CopyTarget, TableDigest};
use crate::error::StoreError;
use crate::files::hash_file;
use crate::folder::{files_below, remove, sync_folder_of};
use crate::migrate::STORAGE_VERSION;
use crate::store::Store;

/// The format of backups.
const FORMAT: u32 = 1;
const RECORD: &str = "backup.json";
const DATABASE: &str = "interdict.sqlite";
/// Folders of a data folder that are kept whole.
const FOLDERS: [&str; 2] = ["raw", "segments"];
/// The key that the desk signs checkpoints with.
const KEY: &str = "checkpoint.key";

/// What a backup holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupRecord {
    /// The format of the backup.
    pub format: u32,
    /// The storage version of its database.
    pub storage: i64,
    /// The release that made it.
    pub release: String,
    /// When it was begun, RFC 3339: it holds what was stored by then.
    pub taken_at: String,
    /// Rows and digest of every table.
    pub tables: BTreeMap<String, TableDigest>,
    /// Every file by its path, with slashes.
    pub files: BTreeMap<String, FileRecord>,
}

/// A file of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRecord {
    /// Its size in bytes.
    pub size: u64,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

impl Store {
    /// Makes a backup in an empty folder, whoever reads and writes beside. One that was interrupted
    /// goes on.
    ///
    /// # Errors
    /// [`StoreError::TargetNotEmpty`], or when the store cannot be read or the folder not written.
    pub async fn back_up(
        &self,
        folder: &Path,
        at: Timestamp,
        watch: &mut (dyn FnMut(CopyStep) + Send),
    ) -> Result<BackupRecord, StoreError> {
        private(folder)?;
        // What an interrupted backup leaves; whether the database is one is asked by the copy.
        let left = [DATABASE, KEY, "write.lock", "unfinished", "backup.part"];
        only(folder, |name| {
            left.contains(&name)
                || FOLDERS.contains(&name)
                || name
                    .strip_prefix(DATABASE)
                    .is_some_and(|end| end.starts_with('-'))
        })?;
        let target = CopyTarget::Folder(folder.to_owned());
        let copied = self.copy_to(&target, watch).await?;
        for extra in ["write.lock", "unfinished"] {
            remove(&folder.join(extra))?;
        }
        let key = self.folder.root().join(KEY);
        if key.exists() {
            // With the rights it has.
            let to = folder.join(KEY);
            fs::copy(&key, &to).map_err(|e| StoreError::io(&to, "keeping a key", e))?;
        }
        let record = BackupRecord {
            format: FORMAT,
            storage: STORAGE_VERSION,
            release: env!("CARGO_PKG_VERSION").to_owned(),
            taken_at: at.to_string(),
            tables: copied.tables,
            files: look(folder)?,
        };
        write_record(folder, &record)?;
        Ok(record)
    }
}

/// A folder that only this user can read: a backup holds what the store holds.
fn private(folder: &Path) -> Result<(), StoreError> {
    let doing = "making the folder of a backup";
    let failed = |e| StoreError::io(folder, doing, e);
    fs::create_dir_all(folder).map_err(failed)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).map_err(failed)?;
    }
    Ok(())
}

/// Whether a folder holds nothing but what is expected.
fn only(folder: &Path, expected: impl Fn(&str) -> bool) -> Result<(), StoreError> {
    let failed = |e| StoreError::io(folder, "looking into a folder", e);
    for entry in fs::read_dir(folder).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        if !name.to_str().is_some_and(&expected) {
            return Err(StoreError::TargetNotEmpty {
                path: folder.to_owned(),
            });
        }
    }
    Ok(())
}

/// The files that belong to a backup, with their hashes.
fn look(folder: &Path) -> Result<BTreeMap<String, FileRecord>, StoreError> {
    let mut paths = vec![folder.join(DATABASE)];
    paths.extend(Some(folder.join(KEY)).filter(|path| path.exists()));
    for part in FOLDERS {
        paths.extend(files_below(&folder.join(part))?);
    }
    let mut files = BTreeMap::new();
    for path in paths {
        let (sha256, size) = hash_file(&path)?;
        let below = path.strip_prefix(folder).unwrap_or(&path);
        let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
        let record = FileRecord {
            size,
            sha256: crate::hex(&sha256),
        };
        files.insert(parts.join("/"), record);
    }
    Ok(files)
}

fn write_record(folder: &Path, record: &BackupRecord) -> Result<(), StoreError> {
    let path = folder.join(RECORD);
    let part = folder.join("backup.part");
    let failed = |e| StoreError::io(&path, "writing the record of a backup", e);
    let text = serde_json::to_string_pretty(record)
        .map_err(|e| StoreError::damaged("the record of a backup", e.to_string()))?;
    let mut file = File::create(&part).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    file.sync_all().map_err(failed)?;
    fs::rename(&part, &path).map_err(failed)?;
    sync_folder_of(&path)
}

/// Reads every file of a backup and compares it with the record.
///
/// # Errors
/// [`StoreError::BadBackup`] for what is no backup, is of a later release, or is not whole.
pub fn verify_backup(folder: &Path) -> Result<BackupRecord, StoreError> {
    let bad = |path: PathBuf, why: String| StoreError::BadBackup { path, why };
    let path = folder.join(RECORD);
    let text = fs::read_to_string(&path)
        .map_err(|e| bad(path.clone(), format!("no record of a backup ({e})")))?;
    let record: BackupRecord =
        serde_json::from_str(&text).map_err(|e| bad(path.clone(), e.to_string()))?;
    if record.format > FORMAT || record.storage > STORAGE_VERSION {
        return Err(bad(
            path,
            format!(
                "made by a later release (format {}, storage version {}; this one knows {FORMAT} \
                 and {STORAGE_VERSION})",
                record.format, record.storage
            ),
        ));
    }
    for (name, expected) in &record.files {
        let path = path_of(folder, name).ok_or_else(|| {
            bad(
                folder.join(RECORD),
                format!("names a file outside of the backup: {name:?}"),
            )
        })?;
        let (sha256, size) = hash_file(&path).map_err(|e| bad(path.clone(), e.to_string()))?;
        if size != expected.size || crate::hex(&sha256) != expected.sha256 {
            return Err(bad(
                path,
                "its bytes are not those that were backed up".to_owned(),
            ));
        }
    }
    if !record.files.contains_key(DATABASE) {
        return Err(bad(folder.join(RECORD), "names no database".to_owned()));
    }
    Ok(record)
}

/// A path inside a folder; `None` for one that leads out of it.
fn path_of(folder: &Path, name: &str) -> Option<PathBuf> {
    let plain = name
        .split('/')
        .all(|part| !matches!(part, "" | "." | "..") && !part.contains(['\\', ':']));
    plain.then(|| {
        name.split('/')
            .fold(folder.to_owned(), |path, part| path.join(part))
    })
}

/// Puts a backup into an empty data folder, after reading all of it. What was interrupted is done
/// again from the start; until the end the folder has no database.
///
/// # Errors
/// [`StoreError::BadBackup`]; [`StoreError::TargetNotEmpty`]; or when the folder cannot be written.
pub fn restore(backup: &Path, root: &Path) -> Result<BackupRecord, StoreError> {
    let record = verify_backup(backup)?;
    let doing = "restoring a backup";
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |e| StoreError::io(&path, doing, e)
    };
    private(root)?;
    only(root, |name| {
        FOLDERS.contains(&name) || name == "restoring" || name == KEY
    })?;
    let put = |name: &str| -> Result<(), StoreError> {
        let (Some(from), Some(to)) = (path_of(backup, name), path_of(root, name)) else {
            return Ok(());
        };
        if let Some(parent) = to.parent() {
            fs::create_dir_all(parent).map_err(failed(parent))?;
        }
        let part = root.join("restoring");
        fs::copy(&from, &part).map_err(failed(&part))?;
        File::options()
            .write(true)
            .open(&part)
            .and_then(|file| file.sync_all())
            .map_err(failed(&part))?;
        fs::rename(&part, &to).map_err(failed(&to))?;
        sync_folder_of(&to)
    };
    for name in record.files.keys().filter(|name| *name != DATABASE) {
        put(name)?;
    }
    // With it the folder is a data folder.
    put(DATABASE)?;
    Ok(record)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_inside_the_folder() {
        let folder = Path::new("/backup");
        let check = |name, inside: bool| assert_eq!(path_of(folder, name).is_some(), inside);
        check("raw/ab/abcd", true);
        check("interdict.sqlite", true);
        for name in [
            "../x",
            "/etc/passwd",
            "raw/../../x",
            "raw//x",
            "",
            "c:/x",
            "a\\..\\b",
        ] {
            check(name, false);
        }
    }
}
