//! Checkpoints: a signed line that says where the chain ended at some time.
//!
//! Whoever can write the database can also write another chain, whole and consistent. Only what has
//! left the machine shows that: a checkpoint seals the chain up to its row.

use std::path::{Path, PathBuf};

use ed25519_dalek::{Signature, Signer as _, SigningKey, Verifier as _, VerifyingKey};
use interdict_store::{ChainHead, Entry, Verified, hex};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::Desk;
use crate::error::DeskError;
use crate::private::write_private;

/// Version of the line.
const FORMAT: u32 = 1;
/// Where the key is in a data folder.
const KEY_FILE: &str = "checkpoint.key";

/// Where the chain ended at some time, signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    /// Version of this line.
    pub format: u32,
    /// Number of the last row.
    pub number: i64,
    /// Its time, in microseconds since 1970.
    pub row_at: i64,
    /// Its hash, hexadecimal.
    pub hash: String,
    /// When the checkpoint was made.
    pub made_at: Timestamp,
    /// The public key, hexadecimal. Keep a copy elsewhere: a key that comes with the line proves
    /// only that the line is whole.
    pub key: String,
    /// Ed25519 signature over the line without this member, hexadecimal.
    pub signature: String,
}

fn wrong(what: impl Into<String>) -> DeskError {
    DeskError::Signature { what: what.into() }
}

fn bytes<const N: usize>(what: &str, text: &str) -> Result<[u8; N], DeskError> {
    let refuse = || wrong(format!("{what}: expected {} hexadecimal digits", N * 2));
    if text.len() != N * 2 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(refuse());
    }
    let mut all = [0; N];
    for (at, byte) in all.iter_mut().enumerate() {
        let digits = text.get(at * 2..at * 2 + 2).ok_or_else(refuse)?;
        *byte = u8::from_str_radix(digits, 16).map_err(|_| refuse())?;
    }
    Ok(all)
}

impl Checkpoint {
    fn signed_bytes(&self) -> Vec<u8> {
        json!([
            "interdict-checkpoint",
            self.format,
            self.number,
            self.row_at,
            self.hash,
            self.made_at.to_string(),
            self.key,
        ])
        .to_string()
        .into_bytes()
    }

    fn sign(head: &ChainHead, key: &SigningKey, at: Timestamp) -> Checkpoint {
        let mut checkpoint = Checkpoint {
            format: FORMAT,
            number: head.number,
            row_at: head.at,
            hash: hex(&head.hash),
            made_at: at,
            key: hex(key.verifying_key().as_bytes()),
            signature: String::new(),
        };
        let signature = key.sign(&checkpoint.signed_bytes());
        checkpoint.signature = hex(&signature.to_bytes());
        checkpoint
    }

    /// The line, as it leaves the machine.
    pub fn line(&self) -> String {
        // A struct of numbers and texts is always JSON.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads checkpoints, one a line, and verifies each signature, with `key` (hexadecimal) if one
    /// is given, else with the one that the line names.
    ///
    /// # Errors
    /// For a line that is none, another key than the one given, or a signature that is not of the
    /// line.
    pub fn read(text: &str, key: Option<&str>) -> Result<Vec<Checkpoint>, DeskError> {
        let mut all = Vec::new();
        for (number, line) in (1..).zip(text.lines()) {
            if line.trim().is_empty() {
                continue;
            }
            let place = |what: String| wrong(format!("checkpoint, line {number}: {what}"));
            let checkpoint: Checkpoint =
                serde_json::from_str(line).map_err(|e| place(e.to_string()))?;
            if checkpoint.format != FORMAT {
                let found = checkpoint.format;
                return Err(place(format!("format {found}; expected {FORMAT}")));
            }
            if key.is_some_and(|key| key.trim() != checkpoint.key) {
                return Err(place(format!(
                    "signed with another key, {}",
                    checkpoint.key
                )));
            }
            let public = VerifyingKey::from_bytes(&bytes("the key", &checkpoint.key)?)
                .map_err(|e| place(e.to_string()))?;
            let signature = Signature::from_bytes(&bytes("the signature", &checkpoint.signature)?);
            public
                .verify(&checkpoint.signed_bytes(), &signature)
                .map_err(|_| place("the signature is not that of this line".to_owned()))?;
            all.push(checkpoint);
        }
        Ok(all)
    }

    /// What it says of the chain.
    ///
    /// # Errors
    /// When its hash is none.
    pub fn head(&self) -> Result<ChainHead, DeskError> {
        Ok(ChainHead {
            number: self.number,
            at: self.row_at,
            hash: bytes("the hash", &self.hash)?,
        })
    }

    /// What several say of the chain.
    ///
    /// # Errors
    /// When a hash is none.
    pub fn heads(checkpoints: &[Checkpoint]) -> Result<Vec<ChainHead>, DeskError> {
        checkpoints.iter().map(Checkpoint::head).collect()
    }
}

impl Desk {
    /// Where the key for checkpoints is, unless another file is named.
    pub fn checkpoint_key(&self) -> PathBuf {
        self.store().folder().root().join(KEY_FILE)
    }

    /// Signs where the chain ends now. The key is made where it is missing: 32 random bytes,
    /// hexadecimal, in a file that only the owner can read. The chain says that a checkpoint was
    /// made.
    ///
    /// # Errors
    /// When the key cannot be read, made or written, or the store cannot be read or written.
    pub async fn checkpoint(
        &self,
        by: &interdict_store::Actor,
        key_file: Option<&Path>,
        at: Timestamp,
    ) -> Result<Checkpoint, DeskError> {
        by.must(interdict_store::Right::ReadAudit)?;
        let own = self.checkpoint_key();
        let key = signing_key(key_file.unwrap_or(&own))?;
        let public = hex(key.verifying_key().as_bytes());
        let entry = Entry::new("checkpoint-made", "audit").facts(json!({ "key": public }));
        self.store().record(by, at, entry).await?;
        let head = self.store().audit_head().await?;
        Ok(Checkpoint::sign(&head, &key, at))
    }

    /// Checks the chain of this data folder, the records that it speaks of, and that it goes on
    /// from every checkpoint given.
    ///
    /// # Errors
    /// When a checkpoint is none, or the store cannot be read. What is wrong with the chain is no
    /// error but in the answer.
    pub async fn verify_audit(&self, checkpoints: &[Checkpoint]) -> Result<Verified, DeskError> {
        let sealed = Checkpoint::heads(checkpoints)?;
        let mut verified = self.store().verify_audit(&sealed).await?;
        verified.add(self.store().verify_records().await?);
        Ok(verified)
    }
}

/// A line with the signature of a text and the public key.
pub(super) fn sign_text(key_file: &Path, text: &str) -> Result<String, DeskError> {
    let key = signing_key(key_file)?;
    let signature = hex(&key.sign(text.as_bytes()).to_bytes());
    let public = hex(key.verifying_key().as_bytes());
    Ok(format!("{signature} {public}\n"))
}

/// Whether such a line is the signature of a text, with `key` if one is given.
pub(super) fn verify_text(text: &str, line: &str, key: Option<&str>) -> Result<(), DeskError> {
    let (signature, public) = line
        .trim()
        .split_once(' ')
        .ok_or_else(|| wrong("the signature: expected it and the public key, hexadecimal"))?;
    if key.is_some_and(|key| key.trim() != public) {
        return Err(wrong(format!("signed with another key, {public}")));
    }
    let public = VerifyingKey::from_bytes(&bytes("the key", public)?)
        .map_err(|e| wrong(format!("the key: {e}")))?;
    let signature = Signature::from_bytes(&bytes("the signature", signature)?);
    public
        .verify(text.as_bytes(), &signature)
        .map_err(|_| wrong("the manifest is not the one that was signed"))
}

fn signing_key(file: &Path) -> Result<SigningKey, DeskError> {
    match std::fs::read_to_string(file) {
        Ok(text) => {
            let what = format!("{}: the key", file.display());
            Ok(SigningKey::from_bytes(&bytes(&what, text.trim())?))
        }
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            let mut secret = [0; 32];
            getrandom::fill(&mut secret).map_err(|e| {
                interdict_store::StoreError::NoRandomness {
                    found: e.to_string(),
                }
            })?;
            write_private(file, &format!("{}\n", hex(&secret)))?;
            Ok(SigningKey::from_bytes(&secret))
        }
        Err(source) => Err(DeskError::Input {
            path: file.to_owned(),
            source,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made() -> Checkpoint {
        let head = ChainHead {
            number: 7,
            at: 1_700_000_000_000_000,
            hash: [9; 32],
        };
        let at = "2024-05-16T12:00:00Z".parse().unwrap();
        Checkpoint::sign(&head, &SigningKey::from_bytes(&[1; 32]), at)
    }

    #[test]
    fn a_checkpoint_comes_back_and_no_member_can_change() {
        let checkpoint = made();
        let line = checkpoint.line();
        assert_eq!(checkpoint.head().unwrap().number, 7);
        assert_eq!(Checkpoint::read(&line, None).unwrap(), [checkpoint]);
        for (from, to) in [
            ("\"number\":7", "\"number\":8"),
            ("\"row_at\":17", "\"row_at\":18"),
            ("\"hash\":\"09", "\"hash\":\"08"),
            ("12:00:00", "12:00:01"),
        ] {
            let other = line.replace(from, to);
            assert_ne!(other, line);
            assert!(Checkpoint::read(&other, None).is_err(), "{to}");
        }
    }

    #[test]
    fn another_key_is_noticed() {
        let line = made().line();
        let other = SigningKey::from_bytes(&[2; 32]);
        let key = hex(other.verifying_key().as_bytes());
        let refused = Checkpoint::read(&line, Some(&key)).unwrap_err();
        assert!(refused.to_string().contains("another key"), "{refused}");
    }
}
