//! `manual`: man pages and completions, written from the arguments themselves.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Command, CommandFactory as _, ValueEnum as _};
use clap_complete::Shell;

use crate::cli::{Cli, Manual};
use crate::ui::Ui;

/// Runs `manual`.
pub(crate) fn run(arguments: &Manual, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    let folder = &arguments.folder;
    let man = folder.join("man");
    let completions = folder.join("completions");
    for folder in [&man, &completions] {
        fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    let mut command = Cli::command();
    command.build();
    let pages = pages(&command, &man)?;
    for shell in Shell::value_variants() {
        clap_complete::generate_to(*shell, &mut command, "interdict", &completions)
            .with_context(|| format!("completions for {shell}"))?;
    }
    ui.line(format!(
        "{pages} man pages and completions for {} shells in {}",
        Shell::value_variants().len(),
        folder.display()
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// Writes the page of a command and of those below it; gives how many.
fn pages(command: &Command, folder: &Path) -> anyhow::Result<usize> {
    let page = clap_mangen::Man::new(command.clone());
    let file = folder.join(page.get_filename());
    let mut text = Vec::new();
    page.render(&mut text)?;
    fs::write(&file, text).with_context(|| file.display().to_string())?;
    command
        .get_subcommands()
        .filter(|below| !below.is_hide_set() && below.get_name() != "help")
        .try_fold(1, |sum, below| Ok(sum + pages(below, folder)?))
}
