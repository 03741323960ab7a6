//! The files of one publication, fetched as one set: all of them or none.

use std::path::Path;
use std::time::Duration;

use interdict_store::Folder;
use jiff::Timestamp;

use crate::update::fetch::{Before, FetchError, Fetched, Fetcher, Got, without_query};
use crate::update::memory::Memory;
use crate::update::publishers::{Publisher, Wanted};

/// Files of one set whose times of last change lie further apart may be of two publications.
const ONE_GENERATION: Duration = Duration::from_secs(6 * 3600);

/// The files of a publication, in their order.
#[derive(Debug)]
pub(crate) struct Set {
    /// Name and file.
    pub(crate) files: Vec<(String, Fetched)>,
    /// Files that the publisher said were as before.
    pub(crate) unmodified: usize,
}

impl Set {
    /// What to say if the files seem to be of two publications.
    pub(crate) fn mixed(&self) -> Option<String> {
        let mut times: Vec<(Timestamp, &str)> = self
            .files
            .iter()
            .filter_map(|(name, file)| Some((file.changed_at()?, name.as_str())))
            .collect();
        times.sort_unstable();
        let ((oldest, old), (newest, new)) = (times.first()?, times.last()?);
        let apart = newest.duration_since(*oldest).unsigned_abs();
        (apart > ONE_GENERATION).then(|| {
            format!(
                "{old} was last changed at {oldest}, {new} at {newest}: they may be of two \
                 publications"
            )
        })
    }
}

/// Fetches the files of a publisher into a folder.
///
/// # Errors
/// When one of them does not come; then none counts.
pub(crate) fn fetch(
    fetcher: &Fetcher<'_>,
    publisher: &Publisher,
    memory: &Memory,
    stored: &Folder,
    trust: Duration,
    into: &Path,
) -> Result<Set, FetchError> {
    let now = Timestamp::now();
    let mut set = Set {
        files: Vec::new(),
        unmodified: 0,
    };
    for file in &publisher.files {
        let path = into.join(&file.name);
        let known = memory.get(&publisher.name, &file.name);
        // What lies in the data folder can stand in for an answer "not modified".
        let kept = known.and_then(|known| {
            let raw = stored.raw_file(&known.sha256()?);
            let size = raw.metadata().ok()?.len();
            let before = known.condition(&told(file), now, trust)?;
            Some((before, raw, known.as_fetched(path.clone(), size)?))
        });
        let before = kept.as_ref().map_or_else(Before::default, |k| k.0.clone());
        let fetched = match (fetcher.fetch(file, &before, &path)?, kept) {
            (Got::File(fetched), _) => fetched,
            (Got::Unmodified, Some((_, raw, known))) => {
                std::fs::copy(&raw, &path).map_err(|source| FetchError::Disk {
                    path: path.clone(),
                    source,
                })?;
                set.unmodified += 1;
                known
            }
            // Only who asked with a condition is told so.
            (Got::Unmodified, None) => match fetcher.fetch(file, &Before::default(), &path)? {
                Got::File(fetched) => fetched,
                Got::Unmodified => {
                    return Err(FetchError::Broken {
                        address: told(file),
                        what: "says \"not modified\" without having been asked".to_owned(),
                        again: false,
                    });
                }
            },
        };
        set.files.push((file.name.clone(), fetched));
    }
    Ok(set)
}

/// The address of a file as it may be told.
pub(crate) fn told(file: &Wanted) -> String {
    let address = file.address.as_deref().or(file.page.as_deref());
    without_query(address.unwrap_or_default())
}
