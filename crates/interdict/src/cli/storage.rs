//! Arguments of `store`, `backup`, `restore` and `upgrade`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `store`
#[derive(Debug, Subcommand)]
pub(crate) enum Store {
    /// Copy everything to another place: same ids, checked on both sides; run again after an
    /// interruption it goes on
    Copy(StoreCopy),
}

/// `store copy`
#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("place").required(true).args(["to", "from"])))]
pub(crate) struct StoreCopy {
    /// Where to: an empty PostgreSQL database (postgres://…) or an empty folder
    #[arg(long, value_name = "URL|DIR")]
    pub(crate) to: Option<String>,

    /// Where from, into the data folder or the database of this call: postgres://… or a data folder
    #[arg(long, value_name = "URL|DIR")]
    pub(crate) from: Option<String>,
}

/// `backup`
#[derive(Debug, Args)]
pub(crate) struct Backup {
    /// A new folder, or a new file that ends in .tar
    #[arg(value_name = "DIR|FILE.tar")]
    pub(crate) to: PathBuf,
}

/// `restore`
#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// A backup: a folder, or a file that ends in .tar
    #[arg(value_name = "DIR|FILE.tar")]
    pub(crate) from: PathBuf,

    /// Only read the backup and say whether it is whole
    #[arg(long)]
    pub(crate) verify: bool,
}

/// `upgrade`
#[derive(Debug, Args)]
pub(crate) struct Upgrade {
    /// Only say what this release would change in the database
    #[arg(long, conflicts_with = "check")]
    pub(crate) plan: bool,

    /// Score the alerts and each book's last screening again with this release, and say what would
    /// be gained, lost and changed; nothing is stored
    #[arg(long)]
    pub(crate) check: bool,
}
