//! Why a file of customers cannot be read, and what to do about it.

use std::io;

/// A file that cannot be read on as it is. Nothing of it is taken for screened.
#[derive(Debug, thiserror::Error)]
pub enum CustomerError {
    /// Reading failed.
    #[error("{file}: cannot be read")]
    Read {
        /// Name of the file.
        file: String,
        /// What happened.
        source: io::Error,
    },
    /// The file holds nothing.
    #[error("{file}: empty; expected rows of customers")]
    Empty {
        /// Name of the file.
        file: String,
    },
    /// It is another kind of file.
    #[error(
        "{file}: {found}; expected CSV, TSV, XLSX, ODS, JSON lines or FollowTheMoney JSON{remedy}"
    )]
    Kind {
        /// Name of the file.
        file: String,
        /// What it is.
        found: String,
        /// What to do.
        remedy: &'static str,
    },
    /// Something at one place makes the rest unreadable.
    #[error("{file}, {place}: {problem}; {remedy}")]
    Damaged {
        /// Name of the file.
        file: String,
        /// Line, or sheet and row.
        place: String,
        /// What is wrong.
        problem: String,
        /// What to do.
        remedy: String,
    },
    /// The profile names columns that the file does not have.
    #[error(
        "{file}: the profile {profile:?} needs the column{} {}, which the file does not have; it has: \
         {}; correct the file, or make a new profile",
        if missing.len() == 1 { "" } else { "s" }, list(missing), list(found)
    )]
    Columns {
        /// Name of the file.
        file: String,
        /// Name of the profile.
        profile: String,
        /// Columns of the profile that are not there.
        missing: Vec<String>,
        /// Columns of the file.
        found: Vec<String>,
    },
    /// A workbook that cannot be read.
    #[error(transparent)]
    Workbook(interdict_tables::TableError),
    /// A profile that cannot be used.
    #[error("profile {origin}: {problem}")]
    Profile {
        /// Where it came from.
        origin: String,
        /// What is wrong and what was expected.
        problem: String,
    },
}

fn list(names: &[String]) -> String {
    names
        .iter()
        .map(|n| format!("{n:?}"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// Something that the file itself does not settle. The run stops until it is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// What is asked.
    pub about: Ask,
    /// The question with its evidence, for a person.
    pub text: String,
    /// The possible answers, each as the flag that gives it.
    pub answers: Vec<String>,
}

/// What a question is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Ask {
    /// Order of day and month.
    DateOrder,
    /// Encoding.
    Encoding,
    /// Delimiter.
    Delimiter,
    /// Which column holds the name.
    NameColumn,
    /// Which sheet.
    Sheet,
}
