//! Random secrets, and the hashes by which they are known afterwards.

use interdict_store::{StoreError, hex};
use sha2::{Digest, Sha256};

/// Random bytes of a secret: 256 bits.
const BYTES: usize = 32;
/// What an API key starts with, so that one that leaks is recognised.
const KEY: &str = "ik_";
/// Characters of a key that stay visible.
const VISIBLE: usize = 11;

fn random() -> Result<String, StoreError> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).map_err(|e| StoreError::NoRandomness {
        found: e.to_string(),
    })?;
    Ok(hex(&bytes))
}

/// A token of a session.
pub(super) fn token() -> Result<String, StoreError> {
    random()
}

/// The secret of an API key.
pub(super) fn key() -> Result<String, StoreError> {
    Ok(format!("{KEY}{}", random()?))
}

/// What stays visible of a key.
pub(super) fn prefix(secret: &str) -> String {
    secret.chars().take(VISIBLE).collect()
}

/// What is stored of a secret.
pub(super) fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret).into()
}

/// The token that a form of this session must carry: it follows from the session's own, which a
/// foreign page does not know.
pub fn csrf_of(token: &str) -> String {
    let hash = Sha256::new()
        .chain_update("interdict csrf\0")
        .chain_update(token)
        .finalize();
    hex(&hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_differ_and_their_hashes_do_not_show_them() {
        let (one, two) = (key().unwrap(), key().unwrap());
        assert_ne!(one, two);
        assert_eq!(one.len(), KEY.len() + 64);
        assert!(one.starts_with(&prefix(&one)));
        let token = token().unwrap();
        assert_ne!(csrf_of(&token), token);
        assert_ne!(csrf_of(&token), hex(&hash(&token)));
    }
}
