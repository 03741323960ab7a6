//! A job as it is written down.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use interdict_batch::{Counts, Paths};
use interdict_store::{Actor, PersonId, Rights, Via};
use serde::{Deserialize, Serialize};

/// How a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum State {
    /// The file leaves something open.
    Asking,
    /// It waits for its turn.
    Waiting,
    /// It is being done.
    Running,
    /// It is done.
    Done,
    /// It could not be done.
    Failed,
}

/// What is done with a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    /// Its customers are screened, with a file of hits.
    Screen,
    /// A book is made to hold its customers, and screened.
    Load {
        /// Name of the book.
        book: String,
    },
}

/// Who asked for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct By {
    name: String,
    via: String,
    person: Option<PersonId>,
    account: Option<i64>,
    key: Option<i64>,
}

impl By {
    pub(crate) fn new(actor: &Actor) -> By {
        By {
            name: actor.name.clone(),
            via: actor.via.as_str().to_owned(),
            person: actor.person,
            account: actor.account,
            key: actor.key,
        }
    }

    /// The same as records name them. Whether they might was asked when the job came.
    pub(crate) fn actor(&self) -> Actor {
        Actor {
            name: self.name.clone(),
            via: Via::parse(&self.via).unwrap_or(Via::System),
            person: self.person,
            account: self.account,
            key: self.key,
            rights: Rights::all(),
        }
    }
}

/// A job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Job {
    /// Its id: the time it came, and something random.
    pub(crate) id: String,
    /// What is done.
    pub(crate) kind: Kind,
    /// How it stands.
    pub(crate) state: State,
    /// Who asked for it.
    pub(crate) by: By,
    /// When.
    pub(crate) made_at: String,
    /// What the file was called.
    pub(crate) name: String,
    /// Its SHA-256.
    pub(crate) sha256: String,
    /// How it is read, TOML.
    pub(crate) profile: String,
    /// The policy, TOML.
    pub(crate) policy: String,
    /// Publications that are searched.
    pub(crate) publications: Vec<i64>,
    /// Form of the result: `csv`, `jsonl`, `xlsx`.
    pub(crate) format: String,
    /// Parties without a hit have a line too.
    pub(crate) all_rows: bool,
    /// The day on which rules of law are looked at.
    pub(crate) today: String,
    /// What the file leaves open.
    pub(crate) questions: Vec<String>,
    /// Rows of customers in the file.
    pub(crate) rows: u64,
    /// Rows that are done.
    #[serde(default)]
    pub(crate) done: u64,
    /// What came of a screening.
    pub(crate) counts: Option<Counts>,
    /// What came of a load, and of the screening of the book.
    pub(crate) outcome: Option<serde_json::Value>,
    /// SHA-256 of the result.
    pub(crate) output_sha256: Option<String>,
    /// Why it failed.
    pub(crate) problem: Option<String>,
}

const FILE: &str = "job.json";

/// Where the uploaded file is.
pub(crate) fn input(folder: &Path) -> PathBuf {
    folder.join("input")
}

/// An id that sorts by time.
pub(crate) fn new_id() -> std::io::Result<String> {
    let mut bytes = [0u8; 6];
    getrandom::fill(&mut bytes).map_err(std::io::Error::other)?;
    let now = jiff::Timestamp::now();
    let time = now.strftime("%Y%m%dt%H%M%S");
    Ok(format!("{time}-{}", interdict_store::hex(&bytes)))
}

impl Job {
    /// The job of a folder; `None` where none was ever written.
    pub(crate) fn read(folder: &Path) -> std::io::Result<Option<Job>> {
        match std::fs::read(folder.join(FILE)) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map(Some)
                .map_err(std::io::Error::other),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(e),
        }
    }

    /// Writes it whole or not at all.
    pub(crate) fn write(&self, folder: &Path) -> std::io::Result<()> {
        let new = folder.join("job.json.new");
        let mut file = std::fs::File::create(&new)?;
        file.write_all(&serde_json::to_vec_pretty(self)?)?;
        file.sync_all()?;
        std::fs::rename(&new, folder.join(FILE))
    }

    /// Where its results go.
    pub(crate) fn paths(&self, folder: &Path) -> Paths {
        Paths {
            output: folder.join(format!("hits.{}", self.format)),
        }
    }
}
