//! Arguments of `update`, `diff` and `clusters`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `update`
#[derive(Debug, Args)]
pub(crate) struct Update {
    /// Only these lists; else all that are switched on
    #[arg(value_name = "SOURCE")]
    pub(crate) sources: Vec<String>,

    /// Only look what is new; change nothing
    #[arg(long)]
    pub(crate) check: bool,

    /// Addresses and manners of your own, laid over the shipped ones (`data/publishers.toml`); else
    /// `update.toml` in the data folder, if it is there
    #[arg(long, value_name = "TOML")]
    pub(crate) config: Option<PathBuf>,

    /// Leave the books due instead of screening them now
    #[arg(long)]
    pub(crate) no_rescreen: bool,
}

/// `clusters`
#[derive(Debug, Subcommand)]
pub(crate) enum Clusters {
    /// Count and show the groups
    List {
        /// Only groups with an entry on this list; may repeat
        #[arg(long, value_name = "DATASET")]
        dataset: Vec<String>,
        /// Most groups to show
        #[arg(long, value_name = "N", default_value_t = 50)]
        limit: usize,
    },
    /// Show the entries of a group and why they are together
    Show {
        /// Id of the group, also a former one
        #[arg(value_name = "GROUP")]
        id: String,
    },
    /// Say that an entry is of another party than the rest of its group, or than one of it
    Cut(ClusterDecide),
    /// Take cuts back
    Restore(ClusterDecide),
    /// Show who cut and restored what, and why
    Log,
    /// Draw links by a number, to judge the rules by
    Sample {
        /// Draw pairs that are nearly linked instead
        #[arg(long)]
        near: bool,
        /// How many
        #[arg(long, value_name = "N", default_value_t = 200)]
        count: usize,
        /// Which: the same number, the same pairs
        #[arg(long, value_name = "N", default_value_t = 1)]
        seed: u64,
    },
}

/// `clusters cut`, `clusters restore`
#[derive(Debug, Args)]
pub(crate) struct ClusterDecide {
    /// The entry: LIST:ID, or ID where only one list has it
    #[arg(value_name = "ENTRY")]
    pub(crate) entry: String,

    /// Only from this entry
    #[arg(value_name = "FROM")]
    pub(crate) from: Option<String>,

    /// Why, for the record
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,

    /// Who decides; else the user of the operating system
    #[arg(long = "as", value_name = "NAME")]
    pub(crate) actor: Option<String>,
}

/// `diff`
#[derive(Debug, Args)]
pub(crate) struct Diff {
    /// Number or day of a publication, or its file or folder; with the next left out too: the
    /// publication before the one that answers
    #[arg(value_name = "A", conflicts_with = "from")]
    pub(crate) first: Option<String>,

    /// The publication to compare it with
    #[arg(value_name = "B", conflicts_with = "to", requires = "first")]
    pub(crate) second: Option<String>,

    /// The same as A
    #[arg(long, value_name = "A", requires = "to")]
    pub(crate) from: Option<String>,

    /// The same as B
    #[arg(long, value_name = "B", requires = "from")]
    pub(crate) to: Option<String>,

    /// The list whose publications are meant
    #[arg(long, value_name = "DATASET")]
    pub(crate) dataset: Option<String>,

    /// Only how many and who, to send round
    #[arg(long, conflicts_with = "json")]
    pub(crate) summary: bool,
}
