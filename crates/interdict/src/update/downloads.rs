//! Where files are while they come: a folder for each publisher below the data folder, gone afterwards.
//!
//! Whoever is killed leaves one behind. Each is locked as long as its process lives, so the next that
//! downloads knows which nobody uses any more and removes them.

use std::fs::{File, TryLockError};
use std::path::Path;

use anyhow::Context as _;
use tempfile::TempDir;

/// Below the data folder.
const FOLDER: &str = "downloads";
const PREFIX: &str = "download-";
const LOCK: &str = "in-use.lock";

/// A folder to download to.
#[derive(Debug)]
pub(crate) struct Downloads {
    folder: TempDir,
    /// Held as long as the folder is used.
    _lock: File,
}

impl Downloads {
    /// A new folder below the data folder. What killed processes left is removed first.
    pub(crate) fn open(data: &Path) -> anyhow::Result<Downloads> {
        let root = data.join(FOLDER);
        let failed = || format!("no place to download to in {}", root.display());
        std::fs::create_dir_all(&root).with_context(failed)?;
        for folder in std::fs::read_dir(&root).with_context(failed)? {
            let folder = folder.with_context(failed)?;
            if folder.file_name().to_string_lossy().starts_with(PREFIX) {
                remove_left(&folder.path());
            }
        }
        let folder = tempfile::Builder::new()
            .prefix(PREFIX)
            .tempdir_in(&root)
            .with_context(failed)?;
        let lock = File::create_new(folder.path().join(LOCK)).with_context(failed)?;
        lock.lock().with_context(failed)?;
        Ok(Downloads {
            folder,
            _lock: lock,
        })
    }

    /// Where files may be put.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Removes a folder that no living process holds. One without a lock is being made, or was left by a
/// process that was killed while making it: it stays while it is young, as it may be either.
fn remove_left(folder: &Path) {
    let held = match File::open(folder.join(LOCK)) {
        Ok(lock) => matches!(lock.try_lock(), Err(TryLockError::WouldBlock)),
        Err(_) => is_young(folder),
    };
    if !held {
        // What cannot be removed now is tried again at the next download; it harms nothing.
        let _ = std::fs::remove_dir_all(folder);
    }
}

fn is_young(folder: &Path) -> bool {
    let age = || {
        std::fs::metadata(folder)
            .ok()?
            .modified()
            .ok()?
            .elapsed()
            .ok()
    };
    age().is_none_or(|age| age.as_secs() < 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_process_left_is_removed_and_what_is_used_stays() {
        let data = tempfile::tempdir().unwrap();
        let used = Downloads::open(data.path()).unwrap();
        std::fs::write(used.path().join("sdn.csv"), "half").unwrap();
        let left = data.path().join(FOLDER).join("download-left");
        std::fs::create_dir(&left).unwrap();
        std::fs::write(left.join(LOCK), "").unwrap();
        std::fs::write(left.join("alt.csv"), "half").unwrap();
        let next = Downloads::open(data.path()).unwrap();
        assert!(!left.exists());
        assert!(used.path().join("sdn.csv").exists());
        assert_ne!(used.path(), next.path());
        let path = used.path().to_owned();
        drop(used);
        assert!(!path.exists());
    }
}
