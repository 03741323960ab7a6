//! How a file of customers is read: arguments that `batch` and `book load` share.

use clap::Args;

/// Profile, or answers to what a file leaves open.
#[derive(Debug, Default, Args)]
pub(crate) struct Reading {
    /// Read the file by this profile: a name of --save-profile, or a TOML file
    #[arg(long, value_name = "PROFILE")]
    pub(crate) profile: Option<String>,

    /// Keep what was found out about the file as a profile of this name, or as a TOML file
    #[arg(long, value_name = "PROFILE", conflicts_with = "profile")]
    pub(crate) save_profile: Option<String>,

    /// Order of day and month, if the file does not show it
    #[arg(long, value_name = "ORDER", value_parser = ["dmy", "mdy"], conflicts_with = "profile")]
    pub(crate) date_order: Option<String>,

    /// Encoding, if the file does not show it: utf-8, utf-16le, windows-1250, …
    #[arg(long, value_name = "ENCODING", conflicts_with = "profile")]
    pub(crate) encoding: Option<String>,

    /// Sign between cells, if the file does not show it: one sign, or `tab`
    #[arg(long, value_name = "SIGN", conflicts_with = "profile")]
    pub(crate) delimiter: Option<String>,

    /// Sheet of a workbook
    #[arg(long, value_name = "NAME", conflicts_with = "profile")]
    pub(crate) sheet: Option<String>,

    /// Row with the headings; 0 if there are none, columns are then called 1, 2, …
    #[arg(long, value_name = "N", conflicts_with = "profile")]
    pub(crate) header_row: Option<u64>,

    /// What a column holds, as in name=Kunde or birth_date=Geb; may repeat
    #[arg(long, value_name = "ROLE=HEADING", conflicts_with = "profile")]
    pub(crate) column: Vec<String>,
}
