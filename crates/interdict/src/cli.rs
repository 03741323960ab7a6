//! What can be asked: arguments and their help.

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand};

/// Screens names against sanctions lists and says why.
#[derive(Debug, Parser)]
#[command(name = "interdict", version, max_term_width = 100)]
#[command(after_help = "Exit codes: 0 done, 1 failed, 2 wrong usage.")]
pub(crate) struct Cli {
    /// Answer in JSON instead of tables
    #[arg(long, global = true)]
    pub(crate) json: bool,

    /// Say more on stderr; twice for still more
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,

    /// Say only errors on stderr
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,

    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Score pairs of names from a CSV file
    Compare(Compare),
    /// The screening policy
    #[command(subcommand)]
    Config(Config),
}

/// `compare`
#[derive(Debug, Args)]
pub(crate) struct Compare {
    /// CSV with the columns schema, name1 and name2
    #[arg(value_name = "CSV")]
    pub(crate) file: PathBuf,

    /// Write the CSV with scores here instead of to stdout
    #[arg(short, long, value_name = "CSV")]
    pub(crate) output: Option<PathBuf>,
}

/// `config`
#[derive(Debug, Subcommand)]
pub(crate) enum Config {
    /// Check a policy file and say what is wrong with it
    Check {
        /// The policy
        #[arg(value_name = "TOML")]
        file: PathBuf,
    },
    /// Write the shipped policy, the start of one of your own
    Show,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Cli;

    #[test]
    fn arguments_are_consistent() {
        Cli::command().debug_assert();
    }
}
