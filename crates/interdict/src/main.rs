//! Interdict's command line.
#![forbid(unsafe_code)]

mod answer;
mod cli;
mod commands;
mod failure;
mod progress;
mod render;
mod segments;
mod system;
mod ui;
mod update;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let arguments = cli::Cli::parse();
    let server = matches!(arguments.command, cli::Command::Serve(_));
    system::start_logging(arguments.verbose, arguments.quiet, server);
    let mut ui = ui::Ui::new(arguments.json, system::terminal());
    let outcome = commands::run(&arguments, &mut ui).and_then(|code| {
        ui.finish()?;
        Ok(code)
    });
    match outcome {
        Ok(code) => code,
        Err(error) => failure::report(&error),
    }
}
