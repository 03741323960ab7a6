//! A list that is brought up to date by a delta feed instead of being fetched whole.

use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use interdict_store::hex;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::update::delta::{Changes, Index, Plan};
use crate::update::fetch::{Before, Fetched, Fetcher, Got};
use crate::update::memory::Memory;
use crate::update::publishers::{Content, Publisher, Wanted};
use crate::update::set::Set;

/// What a feed gave.
pub(crate) enum Outcome {
    /// The version that answers is the newest.
    Nothing,
    /// The whole file has to be fetched; it is of this version then.
    Whole {
        /// The newest version, if one is listed.
        version: Option<String>,
        /// Why, in words.
        why: &'static str,
    },
    /// The file as it is now.
    Set {
        /// The file.
        set: Set,
        /// Its version.
        version: String,
        /// What was done, in words.
        note: String,
    },
}

/// Looks at the feed of a publisher. `base` is the file of the publication that answers.
///
/// # Errors
/// When the feed cannot be fetched or does not fit the base.
pub(crate) fn look(
    fetcher: &Fetcher<'_>,
    publisher: &Publisher,
    feed: &str,
    memory: &Memory,
    base: Option<(PathBuf, [u8; 32])>,
    into: &Path,
) -> anyhow::Result<Outcome> {
    let token = publisher.files.first().and_then(|file| file.token.clone());
    let wanted = |name: &str, address: &str| Wanted {
        name: name.to_owned(),
        address: Some(address.to_owned()),
        page: None,
        link: None,
        content: Content::Json,
        least_bytes: 0,
        may_be_empty: true,
        token: token.clone(),
    };
    let path = into.join("index.json");
    fetch(fetcher, &wanted("index.json", feed), &path)?;
    let index: Index = serde_json::from_reader(BufReader::new(File::open(&path)?))
        .with_context(|| format!("{feed}: not an index of versions"))?;
    let known = memory.version(&publisher.name);
    let held = base.filter(|(_, sha256)| known.is_some_and(|known| known.is_of(sha256)));
    let version = known
        .filter(|_| held.is_some())
        .map(|known| known.version.as_str());
    let newest = index.newest().map(str::to_owned);
    let (steps, (base, _)) = match (index.plan(version), held) {
        (Plan::Nothing, _) => return Ok(Outcome::Nothing),
        (Plan::Whole { why }, _) => {
            return Ok(Outcome::Whole {
                version: newest,
                why,
            });
        }
        (Plan::Steps(steps), Some(held)) => (steps, held),
        (Plan::Steps(_), None) => {
            return Ok(Outcome::Whole {
                version: newest,
                why: "the file of the publication that answers is not there",
            });
        }
    };
    let mut changes = Changes::default();
    for (number, (version, address)) in steps.iter().enumerate() {
        let name = format!("delta-{number}.json");
        let path = into.join(&name);
        fetch(fetcher, &wanted(&name, address), &path)?;
        changes.read(version, BufReader::new(File::open(&path)?))?;
    }
    let version = newest.unwrap_or_default();
    let name = publisher
        .files
        .first()
        .map_or("entities.ftm.json", |f| &f.name);
    let path = into.join(name);
    let counts = changes.write(
        BufReader::new(File::open(&base)?),
        BufWriter::new(File::create(&path)?),
    )?;
    let note = format!(
        "{} deltas up to {version}: {} added, {} changed, {} removed",
        steps.len(),
        counts.added,
        counts.changed,
        counts.removed
    );
    let file = written(&path, &version)?;
    Ok(Outcome::Set {
        set: Set {
            files: vec![(name.to_owned(), file)],
            unmodified: 0,
        },
        version,
        note,
    })
}

fn fetch(fetcher: &Fetcher<'_>, file: &Wanted, path: &Path) -> anyhow::Result<()> {
    match fetcher.fetch(file, &Before::default(), path)? {
        Got::File(_) => Ok(()),
        Got::Unmodified => anyhow::bail!("{}: not modified, without having been asked", file.name),
    }
}

fn written(path: &Path, version: &str) -> anyhow::Result<Fetched> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let size = std::io::copy(&mut file, &mut hasher)?;
    let sha256: [u8; 32] = hasher.finalize().into();
    tracing::debug!(sha256 = hex(&sha256), "a file by deltas");
    Ok(Fetched {
        path: path.to_owned(),
        sha256,
        size,
        etag: None,
        last_modified: date_of(version),
    })
}

/// The time that a version names, as a server would say when a file was last changed.
pub(crate) fn date_of(version: &str) -> Option<String> {
    jiff::fmt::rfc2822::DateTimePrinter::new()
        .timestamp_to_rfc9110_string(&time_of(version)?)
        .ok()
}

/// The time that a version names: `20240527134702-zbn`.
fn time_of(version: &str) -> Option<Timestamp> {
    let digits = version.get(..14)?;
    let time = jiff::civil::DateTime::strptime("%Y%m%d%H%M%S", digits).ok()?;
    jiff::tz::Offset::UTC.to_timestamp(time).ok()
}

#[cfg(test)]
mod tests {
    use super::time_of;

    #[test]
    fn versions_name_their_time() {
        let time = time_of("20240527134702-zbn").map(|time| time.to_string());
        assert_eq!(time.as_deref(), Some("2024-05-27T13:47:02Z"));
        assert_eq!(time_of("static"), None);
    }
}
