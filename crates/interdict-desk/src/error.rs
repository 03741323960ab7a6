//! Why work on the lists could not be done.

use std::path::PathBuf;

use interdict_model::DatasetName;
use interdict_sources::SourceError;
use interdict_sources::catalog::CatalogError;
use interdict_store::StoreError;

/// Why work on the lists could not be done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DeskError {
    /// Stored data could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The files could not be read as a list.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The catalogue that ships with the program is damaged.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// A file to import could not be opened.
    #[error("{}: cannot be read: {source}", .path.display())]
    Input {
        /// File.
        path: PathBuf,
        /// Cause.
        #[source]
        source: std::io::Error,
    },
    /// No file was given.
    #[error("no file to import was given; expected the files of one publication")]
    NoFiles,
    /// The files hold not a single entity.
    #[error(
        "{file}: read as {format}, but there is no entity in it; nothing was changed. Is it \
         complete, and is the format right?"
    )]
    Empty {
        /// First file.
        file: String,
        /// Format.
        format: &'static str,
    },
    /// No format has this id.
    #[error("no format is called {given:?}; known are {}", .known.join(", "))]
    UnknownFormat {
        /// What was given.
        given: String,
        /// Ids of all formats.
        known: Vec<&'static str>,
    },
    /// A publication is of another list than the one named.
    #[error(
        "publication {number} is of {dataset}, not of {asked}; `lists log` shows what is stored"
    )]
    OtherList {
        /// Its number.
        number: i64,
        /// Its list.
        dataset: DatasetName,
        /// The list that was named.
        asked: DatasetName,
    },
    /// What answers changed between the plan and carrying it out.
    #[error(
        "{dataset}: another publication answers by now than when this was planned; nothing was changed: look again"
    )]
    Overtaken {
        /// The list.
        dataset: DatasetName,
    },
    /// One of all lists cannot answer for the day or time asked for.
    #[error("{source}; `--dataset` names the lists to ask, `lists --as-of` shows what each has")]
    NotThen {
        /// Which, and why.
        #[source]
        source: StoreError,
    },
    /// An argument that names no entry of a cluster, or several.
    #[error(
        "{entry:?} names no entry, or several; expected LIST:ID{}",
        .members.iter().take(8).map(|m| format!("\n  {m}")).collect::<String>()
    )]
    NotOfCluster {
        /// What was given.
        entry: String,
        /// Entries there are.
        members: Vec<String>,
    },
    /// A date that is none.
    #[error("{given:?} is no date; expected a day such as 2024-05-03, or a day and time")]
    BadDate {
        /// What was given.
        given: String,
    },
    /// An index segment could not be built or written; nothing was changed.
    #[error("the index of {dataset} could not be built: {source}; nothing was changed")]
    Segment {
        /// List.
        dataset: String,
        /// Cause.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The lists could not be searched.
    #[error("the lists cannot be searched: {source}")]
    Search {
        /// Cause.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A policy that ships or is kept with a book is none.
    #[error(transparent)]
    Policy(#[from] interdict_screening::PolicyError),
    /// Somebody is not let in.
    #[error("{why}")]
    Refused {
        /// Why.
        why: crate::accounts::Refusal,
    },
    /// A password that will not do.
    #[error("{what}")]
    Password {
        /// What is wrong with it.
        what: String,
    },
    /// A file could not be written.
    #[error("{}: cannot be written: {source}; choose another place", .path.display())]
    Output {
        /// File.
        path: PathBuf,
        /// Cause.
        #[source]
        source: std::io::Error,
    },
    /// The alerts that would be decided together are not those that were looked at.
    #[error("the alerts that look alike are others by now; nothing was decided: look again")]
    OtherLookAlikes,
    /// A key or signature that is none.
    #[error("{what}")]
    Signature {
        /// What is wrong with it, and what was expected.
        what: String,
    },
    /// A good-guy rule that may not be made.
    #[error("{what}")]
    Rule {
        /// What is wrong with it, and what was expected.
        what: String,
    },
    /// A thread of the program ended early: a defect of Interdict.
    #[error("{what} stopped unexpectedly; nothing was changed: please report this")]
    Stopped {
        /// Which part.
        what: &'static str,
    },
}
