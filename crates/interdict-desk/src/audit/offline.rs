//! Checking an exported folder, without the data folder it came from.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use interdict_store::{AuditRow, Fault, Personal, Verified, Verifier, hex};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::checkpoint::{Checkpoint, verify_text};
use super::export::{FORMAT, Manifest};
use crate::error::DeskError;

fn wrong(what: String) -> DeskError {
    DeskError::Signature { what }
}

fn read(path: &Path) -> Result<Vec<u8>, DeskError> {
    fs::read(path).map_err(|source| DeskError::Input {
        path: path.to_owned(),
        source,
    })
}

fn rows_of<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>, DeskError> {
    let bytes = read(path)?;
    let text = String::from_utf8_lossy(&bytes);
    (1..)
        .zip(text.lines())
        .filter(|(_, line)| !line.is_empty())
        .map(|(number, line)| {
            let place = |e| wrong(format!("{}, line {number}: {e}", path.display()));
            serde_json::from_str(line).map_err(place)
        })
        .collect()
}

/// Files below a folder, as the manifest names them.
fn names_below(root: &Path, prefix: &str, names: &mut BTreeSet<String>) -> Result<(), DeskError> {
    let failed = |source| DeskError::Input {
        path: root.to_owned(),
        source,
    };
    for entry in fs::read_dir(root).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        match entry.path().is_dir() {
            true => names_below(&entry.path(), &format!("{name}/"), names)?,
            false => {
                names.insert(name);
            }
        }
    }
    Ok(())
}

/// Checks an exported folder: the signature of its manifest, every file against it, the chain, the
/// personal data of the rows that it has, its own checkpoint and those that are given.
///
/// # Errors
/// When the folder is no export, a file cannot be read, or the manifest's signature is not its own
/// or not of `key`. What is wrong with files or chain is no error but in the answer; a file that
/// was changed is told as a fault of row 0.
pub fn verify_export(
    folder: &Path,
    checkpoints: &[Checkpoint],
    key: Option<&str>,
) -> Result<Verified, DeskError> {
    let text = read(&folder.join("manifest.json"))?;
    let text = String::from_utf8(text)
        .map_err(|_| wrong("manifest.json: is no UTF-8; expected an export".to_owned()))?;
    let signature = read(&folder.join("manifest.sig"))?;
    verify_text(&text, &String::from_utf8_lossy(&signature), key)?;
    let manifest: Manifest =
        serde_json::from_str(&text).map_err(|e| wrong(format!("manifest.json: {e}")))?;
    if manifest.format != FORMAT {
        let found = manifest.format;
        return Err(wrong(format!(
            "manifest.json: format {found}; expected {FORMAT}"
        )));
    }
    let mut faults = Vec::new();
    let mut fault = |what: String| faults.push(Fault { number: 0, what });
    let mut there = BTreeSet::new();
    names_below(folder, "", &mut there)?;
    there.remove("manifest.json");
    there.remove("manifest.sig");
    for file in &manifest.files {
        if !there.remove(&file.name) {
            fault(format!("{} is missing from the folder", file.name));
            continue;
        }
        let bytes = read(&folder.join(&file.name))?;
        if hex(&Sha256::digest(&bytes)) != file.sha256 {
            fault(format!("{} is not the file that was exported", file.name));
        }
    }
    for name in there {
        fault(format!("{name} was put into the folder"));
    }
    let chain = folder.join("chain");
    let own = String::from_utf8_lossy(&read(&chain.join("checkpoint.jsonl"))?).into_owned();
    let mut sealed = Checkpoint::heads(&Checkpoint::read(&own, key)?)?;
    sealed.extend(Checkpoint::heads(checkpoints)?);
    let rows: Vec<AuditRow> = rows_of(&chain.join("rows.jsonl"))?;
    let personal: Vec<Personal> = rows_of(&chain.join("personal.jsonl"))?;
    let mut verifier = Verifier::new(&sealed).in_part();
    let mut left = personal.into_iter().peekable();
    for row in &rows {
        let mut beside = Vec::new();
        while let Some(found) = left.next_if(|p| p.number <= row.number) {
            beside.push(found);
        }
        verifier.row(row, &beside);
    }
    for stray in left {
        verifier.stray(&stray);
    }
    let mut verified = verifier.finish(None);
    verified.add(faults);
    Ok(verified)
}
