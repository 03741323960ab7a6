//! `audit`: what was screened when, and the chain of everything that happened.

mod chain;

use std::process::ExitCode;

use interdict_store::{Proof, hex};
use serde::Serialize;
use serde_json::Value;

use crate::cli::{Audit, Cli};
use crate::commands::office::Office;
use crate::render::table::{Tone, cell, right, table};
use crate::ui::Ui;

/// A screening of one subject, as JSON.
#[derive(Serialize)]
struct ProofView {
    screening: i64,
    at: String,
    actor: String,
    book: Option<String>,
    subject_sha256: String,
    /// Lists with the publications that answered, policy, engine.
    basis: Value,
    hits: u32,
}

#[derive(Serialize)]
struct SubjectView<'a> {
    key: &'a str,
    screenings: Vec<ProofView>,
}

fn view(proof: Proof) -> ProofView {
    ProofView {
        screening: proof.screening.id,
        at: proof.screening.at.to_string(),
        actor: proof.screening.actor,
        book: proof.screening.book,
        subject_sha256: hex(&proof.hash),
        basis: serde_json::from_str(&proof.screening.basis).unwrap_or_default(),
        hits: proof.hits,
    }
}

/// Runs `audit`.
pub(crate) fn run(cli: &Cli, action: &Audit, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    match action {
        Audit::Subject { key } => subject(cli, key, ui),
        Audit::Log { about, last } => chain::log(cli, about.as_deref(), *last, ui),
        Audit::Verify {
            export,
            checkpoint,
            key,
        } => chain::verify(cli, export.as_deref(), checkpoint, key.as_deref(), ui),
        Audit::Checkpoint {
            file,
            key_file,
            actor,
        } => {
            let (file, key_file) = (file.as_deref(), key_file.as_deref());
            chain::checkpoint(cli, file, key_file, actor.as_deref(), ui)
        }
        Audit::Export(arguments) => chain::export(cli, arguments, ui),
        Audit::Replay { id } => chain::replay(cli, *id, ui),
        Audit::Erase {
            before,
            dry_run,
            actor,
        } => chain::erase(cli, before.as_deref(), *dry_run, actor.as_deref(), ui),
    }
}

fn subject(cli: &Cli, key: &str, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    let office = Office::open(cli)?;
    let proofs = office.wait(office.desk().store().proofs(key))?;
    let screenings: Vec<ProofView> = proofs.into_iter().map(view).collect();
    if ui.json {
        ui.document("audit", &SubjectView { key, screenings })?;
        return Ok(ExitCode::SUCCESS);
    }
    if screenings.is_empty() {
        ui.line(format!("{key:?} was never screened under this key"))?;
        return Ok(ExitCode::SUCCESS);
    }
    let terminal = ui.terminal;
    let headings = [
        "when",
        "by",
        "book",
        "subject",
        "against",
        "policy, engine",
        "hits",
    ];
    let mut shown = table(terminal, &headings);
    for proof in &screenings {
        let lists = proof.basis.get("lists").and_then(Value::as_object);
        let lists: Vec<String> = lists
            .into_iter()
            .flatten()
            .map(|(name, version)| format!("{name} {}", version.as_str().unwrap_or("?")))
            .collect();
        let text = |member: &str| {
            let found = proof.basis.get(member).and_then(Value::as_str);
            found.unwrap_or_default().to_owned()
        };
        let short = |text: &str| text.chars().take(12).collect::<String>();
        shown.add_row(vec![
            cell(terminal, &proof.at, Tone::Plain),
            cell(terminal, &proof.actor, Tone::Plain),
            cell(terminal, proof.book.as_deref().unwrap_or("–"), Tone::Plain),
            cell(terminal, short(&proof.subject_sha256), Tone::Faint),
            cell(terminal, lists.join(", "), Tone::Plain),
            cell(
                terminal,
                format!("{}, {}", short(&text("policy")), text("engine")),
                Tone::Faint,
            ),
            right(terminal, proof.hits.to_string()),
        ]);
    }
    ui.line(shown.to_string())?;
    Ok(ExitCode::SUCCESS)
}
