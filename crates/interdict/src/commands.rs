//! One module per command.

mod alerts;
mod audit;
mod batch;
mod book;
pub(crate) mod clusters;
mod compare;
mod config;
mod demo;
mod diff;
pub(crate) mod evaluate;
mod import;
mod key;
mod lists;
mod manual;
mod office;
mod proposals;
mod reading;
mod rows;
mod rules;
mod screen;
mod search;
mod serve;
mod show;
mod storage;
mod update;
mod upgrade;
mod user;
mod when;
mod yente;

use std::process::ExitCode;

use crate::cli::{Cli, Command};
use crate::ui::Ui;

/// Does what was asked and says with which code to end.
pub(crate) fn run(cli: &Cli, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    match &cli.command {
        Command::Demo(arguments) => demo::run(arguments, ui),
        Command::Import(arguments) => import::run(cli, arguments, ui),
        Command::Update(arguments) => update::run(cli, arguments, ui),
        Command::Lists(arguments) => lists::run(cli, arguments, ui),
        Command::Clusters(action) => clusters::run(cli, action, ui),
        Command::Diff(arguments) => diff::run(cli, arguments, ui),
        Command::Screen(arguments) => screen::run(cli, arguments, ui),
        Command::Batch(arguments) => batch::run(cli, arguments, ui),
        Command::Show(arguments) => show::run(cli, arguments, ui),
        Command::Book(action) => book::run(cli, action, ui),
        Command::Alerts(arguments) => alerts::run(cli, arguments, ui),
        Command::Rules(arguments) => rules::run(cli, arguments, ui),
        Command::Proposals(arguments) => proposals::run(cli, arguments, ui),
        Command::Audit(action) => audit::run(cli, action, ui),
        Command::Store(action) => storage::store(cli, action, ui),
        Command::Backup(arguments) => storage::backup(cli, arguments, ui),
        Command::Restore(arguments) => storage::restore(cli, arguments, ui),
        Command::Upgrade(arguments) => upgrade::run(cli, arguments, ui),
        Command::User(action) => user::run(cli, action, ui),
        Command::Key(action) => key::run(cli, action, ui),
        Command::Compare(arguments) => compare::run(arguments, ui),
        Command::Evaluate(arguments) => evaluate::run(cli, arguments, ui),
        Command::Serve(arguments) => serve::run(cli, arguments, ui),
        Command::Config(config) => config::run(config, ui),
        Command::Manual(arguments) => manual::run(arguments, ui),
    }
}
