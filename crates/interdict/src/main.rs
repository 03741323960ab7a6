//! Interdict's command line.
#![forbid(unsafe_code)]

mod answer;
mod batch;
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
    system::start_logging(arguments.verbose, arguments.quiet);
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
