//! A case, or everything about a customer, in a folder for an examiner: pages to read, JSON to work
//! with, evidence, and the chain that proves it.
//!
//! ```text
//! index.html              to read
//! case.json               the same, to work with
//! evidence/statements.jsonl  what the lists said, value by value, with file and place
//! evidence/attachments/   files that people attached
//! chain/rows.jsonl        the whole audit chain, which holds nothing personal
//! chain/personal.jsonl    what is personal in the rows of this case
//! chain/checkpoint.jsonl  where the chain ended, signed
//! manifest.json           every file with its SHA-256
//! manifest.sig            its signature
//! ```

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use interdict_store::{Actor, AuditRow, Entry, Right, StoreError, hex};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::case::{Case, gather};
use super::checkpoint::{Checkpoint, sign_text};
use super::page;
use crate::Desk;
use crate::error::DeskError;

/// Version of the folder.
pub(super) const FORMAT: u32 = 1;
/// Rows of the chain written in one go.
const PORTION: u32 = 5_000;

/// What is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted<'a> {
    /// One alert.
    Case(i64),
    /// Everything about the customer of this key.
    Customer(&'a str),
    /// The chain alone.
    Chain,
}

impl Wanted<'_> {
    pub(super) fn title(&self) -> String {
        match self {
            Wanted::Case(alert) => format!("Alert {alert}"),
            Wanted::Customer(key) => format!("Customer {key}"),
            Wanted::Chain => "The audit chain".to_owned(),
        }
    }
}

/// A file of an export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExportedFile {
    /// Its path in the folder, with `/`.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// SHA-256 of its bytes, hexadecimal.
    pub sha256: String,
}

/// What an export holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Version of the folder.
    pub format: u32,
    /// What it is about.
    pub title: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// Who made it.
    pub made_by: String,
    /// Rows of the chain.
    pub rows: u64,
    /// Every other file, by name.
    pub files: Vec<ExportedFile>,
}

/// A folder that is being written beside its place.
pub(super) struct Writing {
    root: PathBuf,
    files: Vec<ExportedFile>,
}

impl Writing {
    pub(super) fn file(&mut self, name: &str, bytes: &[u8]) -> Result<(), DeskError> {
        let path = self.root.join(name);
        let failed = |source| DeskError::Output {
            path: path.clone(),
            source,
        };
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(failed)?;
        }
        fs::write(&path, bytes).map_err(failed)?;
        self.files.push(ExportedFile {
            name: name.to_owned(),
            size: bytes.len() as u64,
            sha256: hex(&Sha256::digest(bytes)),
        });
        Ok(())
    }
}

pub(super) fn lines<T: Serialize>(values: &[T]) -> Vec<u8> {
    let mut text = String::new();
    for value in values {
        // Rows and statements are texts and numbers, all of which JSON can hold.
        text.push_str(&serde_json::to_string(value).unwrap_or_default());
        text.push('\n');
    }
    text.into_bytes()
}

/// A name that is safe in a folder.
fn plain(name: &str) -> String {
    let safe = |c: char| match c {
        c if c.is_alphanumeric() || ".-_".contains(c) => c,
        _ => '_',
    };
    name.chars().take(100).map(safe).collect()
}

impl Desk {
    /// Writes an export into a folder that is not there yet. The chain says what was exported by
    /// whom.
    ///
    /// # Errors
    /// Without the right; when there is no such alert or customer; when the folder is there or
    /// cannot be written; or when the store cannot be read or written.
    pub async fn export(
        &self,
        by: &Actor,
        wanted: Wanted<'_>,
        folder: &Path,
        at: Timestamp,
    ) -> Result<Manifest, DeskError> {
        by.must(Right::Export)?;
        if folder.exists() {
            return Err(StoreError::Unfit {
                what: format!("{} is there already", folder.display()),
                expected: "a folder that is not there yet".to_owned(),
            }
            .into());
        }
        let case = gather(self, &wanted).await?;
        let (object, personal) = match wanted {
            Wanted::Case(alert) => (format!("alert/{alert}"), None),
            Wanted::Customer(key) => ("customer".to_owned(), Some(json!({ "customer": key }))),
            Wanted::Chain => ("audit".to_owned(), None),
        };
        let mut entry =
            Entry::new("exported", object).facts(json!({ "alerts": case.alerts.len() }));
        if let Some(personal) = personal {
            entry = entry.personal(personal);
        }
        self.store().record(by, at, entry).await?;
        let checkpoint = self.checkpoint(by, None, at).await?;
        let mut name = folder.as_os_str().to_owned();
        name.push(".part");
        let root = PathBuf::from(name);
        let mut writing = Writing {
            root: root.clone(),
            files: Vec::new(),
        };
        let written = self
            .write_export(&mut writing, &case, &wanted, &checkpoint, by, at)
            .await;
        let failed = |source| DeskError::Output {
            path: folder.to_owned(),
            source,
        };
        match written {
            Ok(manifest) => {
                fs::rename(&root, folder).map_err(failed)?;
                Ok(manifest)
            }
            Err(e) => {
                // The first error is the one to report.
                let _ = fs::remove_dir_all(&root);
                Err(e)
            }
        }
    }

    async fn write_export(
        &self,
        writing: &mut Writing,
        case: &Case,
        wanted: &Wanted<'_>,
        checkpoint: &Checkpoint,
        by: &Actor,
        at: Timestamp,
    ) -> Result<Manifest, DeskError> {
        let mut rows: Vec<AuditRow> = Vec::new();
        loop {
            let after = rows.last().map_or(0, |row| row.number);
            let part = self.store().audit_rows(after, PORTION).await?;
            if part.is_empty() {
                break;
            }
            rows.extend(
                part.into_iter()
                    .filter(|row| row.number <= checkpoint.number),
            );
            if rows
                .last()
                .is_some_and(|row| row.number >= checkpoint.number)
            {
                break;
            }
        }
        let about: BTreeSet<&str> = case.objects.iter().map(String::as_str).collect();
        let of_case: Vec<&AuditRow> = rows
            .iter()
            .filter(|row| about.contains(row.object.as_str()))
            .collect();
        let mut personal = self.store().audit_personal(0, checkpoint.number).await?;
        personal.retain(|found| of_case.iter().any(|row| row.number == found.number));
        writing.file(
            "index.html",
            page::html(case, wanted, &of_case, checkpoint).as_bytes(),
        )?;
        let pretty = serde_json::to_string_pretty(&case.json(&of_case, &personal));
        writing.file("case.json", pretty.unwrap_or_default().as_bytes())?;
        writing.file("evidence/statements.jsonl", &lines(&case.statements))?;
        for (attachment, bytes) in &case.attachments {
            let name = plain(&attachment.name);
            let name = format!("evidence/attachments/{}-{name}", attachment.id);
            writing.file(&name, bytes)?;
        }
        writing.file("chain/rows.jsonl", &lines(&rows))?;
        writing.file("chain/personal.jsonl", &lines(&personal))?;
        let line = format!("{}\n", checkpoint.line());
        writing.file("chain/checkpoint.jsonl", line.as_bytes())?;
        let mut files = std::mem::take(&mut writing.files);
        files.sort_by(|a, b| a.name.cmp(&b.name));
        let manifest = Manifest {
            format: FORMAT,
            title: wanted.title(),
            made_at: at,
            made_by: by.name.clone(),
            rows: rows.len() as u64,
            files,
        };
        let text = serde_json::to_string_pretty(&manifest).unwrap_or_default();
        writing.file("manifest.json", text.as_bytes())?;
        let signature = sign_text(&self.checkpoint_key(), &text)?;
        writing.file("manifest.sig", signature.as_bytes())?;
        Ok(manifest)
    }
}
