//! `config`: the screening policy.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use interdict_screening::Policy;
use interdict_screening::policy::DEFAULT_POLICY;
use serde::Serialize;

use crate::cli::Config;
use crate::commands::yente;
use crate::failure::usage;
use crate::ui::Ui;

/// What a check of a policy says.
#[derive(Serialize)]
struct Checked<'a> {
    file: String,
    valid: bool,
    name: &'a str,
    hash: &'a str,
    threshold: f64,
}

/// Runs `config`.
pub(crate) fn run(config: &Config, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    match config {
        Config::Show => ui.text(DEFAULT_POLICY)?,
        Config::Check {
            file,
            server: false,
        } => check(file, ui)?,
        Config::Check { file, server: true } => check_server(file, ui)?,
        Config::FromYente(arguments) => yente::run(arguments, ui)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The text of a policy file, or of the shipped policy, and what to call it in errors.
pub(crate) fn text(file: Option<&Path>) -> anyhow::Result<(String, String)> {
    let Some(file) = file else {
        return Ok((DEFAULT_POLICY.to_owned(), "shipped policy".to_owned()));
    };
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("policy {} cannot be read", file.display()))?;
    Ok((text, file.display().to_string()))
}

fn check(file: &Path, ui: &mut Ui) -> anyhow::Result<()> {
    let (text, origin) = text(Some(file))?;
    let policy = Policy::parse(&text, &origin)?;
    let threshold = f64::from(policy.threshold) / 10_000.0;
    if ui.json {
        return ui.document(
            "config check",
            &Checked {
                file: file.display().to_string(),
                valid: true,
                name: &policy.name,
                hash: policy.hash(),
                threshold,
            },
        );
    }
    ui.line(format!("{}: valid", file.display()))?;
    ui.line(format!("  name       {}", policy.name))?;
    ui.line(format!("  hash       {}", policy.hash()))?;
    ui.line(format!("  threshold  {threshold:.2}"))
}

fn check_server(file: &Path, ui: &mut Ui) -> anyhow::Result<()> {
    let settings = super::serve::settings(Some(file))?;
    settings.check().map_err(|e| usage(e.to_string()))?;
    for (what, path) in settings
        .tls
        .iter()
        .flat_map(|tls| [("certificate", &tls.certificate), ("key", &tls.key)])
    {
        std::fs::metadata(path).with_context(|| format!("{what} {}", path.display()))?;
    }
    let file = file.display().to_string();
    let address = settings.address().to_string();
    if ui.json {
        return ui.document(
            "config check",
            &serde_json::json!({ "file": file, "valid": true, "address": address }),
        );
    }
    ui.line(format!("{file}: valid"))?;
    ui.line(format!("  address    {address}"))
}
