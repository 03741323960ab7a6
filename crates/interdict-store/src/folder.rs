//! The data folder: where the database, the raw files and the index segments are.
//!
//! ```text
//! interdict.sqlite   publications, versions, revisions
//! raw/<aa>/<sha256>  files as received, by the SHA-256 of their bytes
//! segments/<hash>.seg
//! write.lock         held by the one process that writes
//! backups/           the database as it was before a release changed its tables
//! unfinished         exists while files are there that the database does not know yet
//! ```

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

use crate::error::StoreError;

/// Paths inside a data folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    root: PathBuf,
}

/// A file as it was received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredFile {
    /// What the user or the publisher calls it, without folders.
    pub name: String,
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
    /// Its size in bytes.
    pub size: u64,
}

impl Folder {
    /// The folder, whether it is there or not.
    pub(crate) fn named(root: &Path) -> Folder {
        Folder {
            root: root.to_owned(),
        }
    }

    /// Makes the folder and its subfolders where they are missing.
    pub(crate) fn create(root: &Path) -> Result<Folder, StoreError> {
        let folder = Folder::named(root);
        for path in [folder.raw(), folder.incoming(), folder.segments()] {
            fs::create_dir_all(&path)
                .map_err(|e| StoreError::io(&path, "making the data folder", e))?;
        }
        Ok(folder)
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The database file.
    pub fn database(&self) -> PathBuf {
        self.root.join("interdict.sqlite")
    }

    fn raw(&self) -> PathBuf {
        self.root.join("raw")
    }

    fn incoming(&self) -> PathBuf {
        self.raw().join("incoming")
    }

    /// Where the database of an earlier storage version is kept when a release changes it.
    pub(crate) fn kept_database(&self, version: i64) -> PathBuf {
        self.root
            .join("backups")
            .join(format!("storage-{version}.sqlite"))
    }

    /// Where a file is while it comes from the database.
    pub(crate) fn fetching(&self, number: u64) -> PathBuf {
        let process = std::process::id();
        self.incoming().join(format!("{process}-{number}.part"))
    }

    /// Where index segments are.
    pub fn segments(&self) -> PathBuf {
        self.root.join("segments")
    }

    fn marker(&self) -> PathBuf {
        self.root.join("unfinished")
    }

    /// Where the raw file with these bytes is, or would be.
    pub fn raw_file(&self, sha256: &[u8; 32]) -> PathBuf {
        let hex = crate::hex(sha256);
        self.raw().join(hex.get(..2).unwrap_or_default()).join(&hex)
    }

    /// Where the segment of this hash is, or would be.
    pub fn segment_file(&self, hash: &str) -> PathBuf {
        self.segments().join(format!("{hash}.seg"))
    }

    /// Whether a write ended without saying so.
    pub(crate) fn is_unfinished(&self) -> bool {
        self.marker().exists()
    }

    /// Takes the lock of the one writer, if nobody has it.
    pub(crate) fn try_lock(&self) -> Result<Option<WriteLock>, StoreError> {
        let path = self.root.join("write.lock");
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(|e| StoreError::io(&path, "locking the data folder", e))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(WriteLock { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(e)) => Err(StoreError::io(&path, "locking the data folder", e)),
        }
    }

    /// Takes the lock of the one writer, waiting at most `wait`.
    pub(crate) async fn lock(&self, wait: Duration) -> Result<WriteLock, StoreError> {
        let start = Instant::now();
        loop {
            if let Some(lock) = self.try_lock()? {
                return Ok(lock);
            }
            if start.elapsed() >= wait {
                return Err(StoreError::Busy {
                    path: self.root.clone(),
                    seconds: wait.as_secs(),
                });
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub(crate) fn mark_unfinished(&self) -> Result<(), StoreError> {
        let path = self.marker();
        File::create(&path)
            .map(drop)
            .map_err(|e| StoreError::io(&path, "starting an import", e))
    }

    pub(crate) fn mark_finished(&self) -> Result<(), StoreError> {
        let path = self.marker();
        match fs::remove_file(&path) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => {
                Err(StoreError::io(&path, "ending an import", e))
            }
            _ => Ok(()),
        }
    }

    /// Copies a file in while hashing it. The flag says whether it is new here.
    pub(crate) fn receive(
        &self,
        name: &str,
        reader: &mut dyn Read,
    ) -> Result<(StoredFile, bool), StoreError> {
        let temporary = self.incoming().join(format!("{}.part", std::process::id()));
        let received = copy_hashed(&temporary, name, reader);
        let (sha256, size) = match received {
            Ok(received) => received,
            Err(e) => {
                // The first error is the one to report.
                let _ = fs::remove_file(&temporary);
                return Err(e);
            }
        };
        let path = self.raw_file(&sha256);
        let new = !path.exists();
        let doing = "keeping a received file";
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|e| StoreError::io(parent, doing, e))?;
        }
        fs::rename(&temporary, &path).map_err(|e| StoreError::io(&path, doing, e))?;
        sync_folder_of(&path)?;
        let stored = StoredFile {
            name: name.to_owned(),
            sha256,
            size,
        };
        Ok((stored, new))
    }

    /// Removes what an interrupted import left: everything that is not among the known raw files
    /// and segments.
    pub(crate) fn clean(
        &self,
        raw: &BTreeSet<[u8; 32]>,
        segments: &BTreeSet<String>,
    ) -> Result<(), StoreError> {
        let raw: BTreeSet<String> = raw.iter().map(|hash| crate::hex(hash)).collect();
        for path in files_below(&self.raw())? {
            if !file_name(&path).is_some_and(|name| raw.contains(name)) {
                remove(&path)?;
            }
        }
        for path in files_below(&self.segments())? {
            let known = file_name(&path)
                .and_then(|name| name.strip_suffix(".seg"))
                .is_some_and(|hash| segments.contains(hash));
            if !known {
                remove(&path)?;
            }
        }
        self.mark_finished()
    }
}

/// Held while one process writes; the system releases it however the process ends.
#[derive(Debug)]
pub(crate) struct WriteLock {
    _file: File,
}

fn copy_hashed(
    path: &Path,
    name: &str,
    reader: &mut dyn Read,
) -> Result<([u8; 32], u64), StoreError> {
    let doing = "receiving a file";
    let mut file = File::create(path).map_err(|e| StoreError::io(path, doing, e))?;
    let mut hasher = Sha256::new();
    let mut size = 0u64;
    let mut buffer = vec![0; 256 << 10];
    loop {
        let count = match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            Err(e) => return Err(StoreError::io(Path::new(name), "reading it", e)),
        };
        let part = buffer.get(..count).unwrap_or_default();
        hasher.update(part);
        file.write_all(part)
            .map_err(|e| StoreError::io(path, doing, e))?;
        size += count as u64;
    }
    file.sync_all()
        .map_err(|e| StoreError::io(path, doing, e))?;
    Ok((hasher.finalize().into(), size))
}

/// Makes a rename last.
pub(crate) fn sync_folder_of(path: &Path) -> Result<(), StoreError> {
    #[cfg(unix)]
    if let Some(parent) = path.parent() {
        File::open(parent)
            .and_then(|folder| folder.sync_all())
            .map_err(|e| StoreError::io(parent, "making a rename last", e))?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

pub(crate) fn remove(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => {
            Err(StoreError::io(path, "removing a leftover file", e))
        }
        _ => Ok(()),
    }
}

fn file_name(path: &Path) -> Option<&str> {
    path.file_name().and_then(|name| name.to_str())
}

/// Files in a folder and its direct subfolders.
pub(crate) fn files_below(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let list = |folder: &Path| -> Result<Vec<PathBuf>, StoreError> {
        let failed = |e| StoreError::io(folder, "listing a folder", e);
        fs::read_dir(folder)
            .map_err(failed)?
            .map(|entry| entry.map(|entry| entry.path()).map_err(failed))
            .collect()
    };
    let mut files = Vec::new();
    for path in list(folder)? {
        if path.is_dir() {
            files.extend(list(&path)?.into_iter().filter(|path| path.is_file()));
        } else {
            files.push(path);
        }
    }
    Ok(files)
}
