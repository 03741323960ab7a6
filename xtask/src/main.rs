//! Chores of the repository: what a compiler does not check.
//!
//! `cargo xtask codegen` writes generated files, `cargo xtask tidy` checks that the
//! repository keeps its own rules, `cargo xtask train` counts the tables of token weights and of
//! changed letters, `transcriptions` and `populations` derive other tables from the same folder of data,
//! `dist` makes a release.
#![forbid(unsafe_code)]
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command for people"
)]

mod codegen;
mod codegen_text;
mod dist;
mod populations;
mod record;
mod slips;
mod territories;
mod tidy;
mod train;
mod transcriptions;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

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
        Some("tidy") => tidy::tidy(&root),
        Some("train") => {
            let data = std::env::args().nth(2).map(PathBuf::from);
            let data = data.unwrap_or_else(|| root.join("../shared/data"));
            train::train(&root, &data)?;
            slips::train(&root, &data)
        }
        Some("transcriptions") => {
            let data = std::env::args().nth(2).map(PathBuf::from);
            transcriptions::derive(&root, &data.unwrap_or_else(|| root.join("../shared/data")))
        }
        Some("populations") => {
            let data = std::env::args().nth(2).map(PathBuf::from);
            populations::derive(&root, &data.unwrap_or_else(|| root.join("../shared/data")))
        }
        Some("dist") => dist::dist(&root),
        _ => bail!(
            "usage: cargo xtask codegen | tidy | dist | train [DATA] | transcriptions [DATA] | populations [DATA]"
        ),
    }
}

fn root() -> Result<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    Ok(here
        .parent()
        .context("xtask has no parent folder")?
        .to_path_buf())
}

/// Every generated file, formatted as it is committed.
fn generated(root: &Path) -> Result<tidy::Generated> {
    let mut files = tidy::Generated::new();
    files.insert(
        codegen::TABLE.to_owned(),
        rustfmt(root, &codegen::ontology_table(root)?)?,
    );
    files.insert(
        codegen_text::LEXICON.to_owned(),
        codegen_text::lexicon(root)?,
    );
    files.insert(
        territories::TABLE.to_owned(),
        rustfmt(root, &territories::table(root)?)?,
    );
    Ok(files)
}

fn write_generated(root: &Path) -> Result<()> {
    for (path, text) in generated(root)? {
        std::fs::write(root.join(&path), text).with_context(|| path.clone())?;
        println!("wrote {path}");
    }
    Ok(())
}

fn rustfmt(root: &Path, text: &str) -> Result<String> {
    let mut child = Command::new("rustfmt")
        .args(["--edition", "2024"])
        .current_dir(root)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("rustfmt")?;
    child
        .stdin
        .take()
        .context("rustfmt")?
        .write_all(text.as_bytes())?;
    let output = child.wait_with_output()?;
    if !output.status.success() {
        bail!("rustfmt refused generated code");
    }
    Ok(String::from_utf8(output.stdout)?)
}
