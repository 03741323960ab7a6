//! Chores of the repository: what a compiler does not check.
//!
//! `cargo xtask codegen` writes generated files, `cargo xtask tidy` checks that the
//! repository keeps its own rules.
#![forbid(unsafe_code)]
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command for people"
)]

mod codegen;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let root = root()?;
    match std::env::args().nth(1).as_deref() {
        Some("codegen") => write_generated(&root),
        _ => bail!("usage: cargo xtask codegen"),
    }
}

fn root() -> Result<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    Ok(here
        .parent()
        .context("xtask has no parent folder")?
        .to_path_buf())
}

fn write_generated(root: &Path) -> Result<()> {
    let path = root.join(codegen::TABLE);
    std::fs::write(&path, codegen::ontology_table(root)?)
        .with_context(|| path.display().to_string())?;
    let status = std::process::Command::new("rustfmt").arg(&path).status()?;
    if !status.success() {
        bail!("rustfmt failed on {}", path.display());
    }
    println!("wrote {}", codegen::TABLE);
    Ok(())
}
