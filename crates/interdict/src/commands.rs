//! One module per command.

mod compare;
mod config;

use std::process::ExitCode;

use crate::cli::{Cli, Command};
use crate::ui::Ui;

/// Does what was asked and says with which code to end.
pub(crate) fn run(cli: &Cli, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    match &cli.command {
        Command::Compare(arguments) => compare::run(arguments, ui),
        Command::Config(config) => config::run(config, ui),
    }
}
