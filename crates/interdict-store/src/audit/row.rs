//! A row of the chain, the bytes that are hashed, and the personal data beside it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::error::StoreError;
use crate::sql::Row;

/// Version of the bytes that are hashed.
const FORMAT: &str = "interdict-audit-1";

/// A row of the chain, as stored: nothing is interpreted, so that whatever was written into it can
/// be checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditRow {
    /// Number, from 1, without gaps.
    pub number: i64,
    /// When, in microseconds since 1970; never before the row above.
    pub at: i64,
    /// What the clock said, in microseconds since 1970.
    pub clock: i64,
    /// The natural person; `None` for the program.
    pub person: Option<i64>,
    /// The account.
    pub account: Option<i64>,
    /// The API key.
    pub key: Option<i64>,
    /// How it is known who it was: `local`, `password`, `key`, `oidc` or `system`.
    pub via: String,
    /// Whether somebody checked who it was.
    pub authenticated: bool,
    /// What was done.
    pub action: String,
    /// To what: `alert/12`, `publication/3`, …
    pub object: String,
    /// Facts without personal data, canonical JSON.
    pub facts: String,
    /// SHA-256 of salt and personal data.
    #[serde(with = "hex_option")]
    pub personal: Option<[u8; 32]>,
    /// Hash of the row before; zeros for the first.
    #[serde(with = "hex_array")]
    pub previous: [u8; 32],
    /// Hash of this row.
    #[serde(with = "hex_array")]
    pub hash: [u8; 32],
}

impl AuditRow {
    /// The bytes that are hashed after the hash of the row before: a JSON list of every column.
    pub fn canonical_bytes(&self) -> Vec<u8> {
        serde_json::json!([
            FORMAT,
            self.number,
            self.at,
            self.clock,
            self.person,
            self.account,
            self.key,
            self.via,
            self.authenticated,
            self.action,
            self.object,
            self.facts,
            self.personal.map(|hash| crate::hex(&hash)),
        ])
        .to_string()
        .into_bytes()
    }

    /// The hash that belongs to this row: SHA-256 of the hash before and its canonical bytes.
    pub fn seal(&self) -> [u8; 32] {
        Sha256::new()
            .chain_update(self.previous)
            .chain_update(self.canonical_bytes())
            .finalize()
            .into()
    }

    /// When, as a time.
    pub fn time(&self) -> Option<Timestamp> {
        Timestamp::from_microsecond(self.at).ok()
    }
}

/// What is personal in a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Personal {
    /// Number of the row.
    pub number: i64,
    /// Random bytes, so that short data cannot be guessed from the hash; gone once erased.
    #[serde(with = "hex_bytes")]
    pub salt: Option<Vec<u8>>,
    /// Canonical JSON; gone once erased.
    pub data: Option<String>,
    /// When it was erased, in microseconds since 1970.
    pub erased_at: Option<i64>,
}

impl Personal {
    /// What the row holds of it: SHA-256 of salt and data. `None` once erased.
    pub fn hash(&self) -> Option<[u8; 32]> {
        let (salt, data) = (self.salt.as_ref()?, self.data.as_ref()?);
        Some(
            Sha256::new()
                .chain_update(salt)
                .chain_update(data)
                .finalize()
                .into(),
        )
    }
}

/// JSON with members sorted by name and no space, so that equal facts are equal bytes.
pub fn canonical(value: &Value) -> String {
    fn sorted(value: &Value) -> Value {
        match value {
            Value::Object(members) => {
                let mut names: Vec<&String> = members.keys().collect();
                names.sort_unstable();
                let members = names
                    .into_iter()
                    .filter_map(|name| Some((name.clone(), sorted(members.get(name)?))))
                    .collect();
                Value::Object(members)
            }
            Value::Array(values) => Value::Array(values.iter().map(sorted).collect()),
            other => other.clone(),
        }
    }
    sorted(value).to_string()
}

/// Bytes of hexadecimal digits; `None` where they are none.
fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2)
        || !text
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    {
        return None;
    }
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok())
        .collect()
}

/// A hash of 64 hexadecimal digits.
pub(super) fn hash_of_hex(text: &str) -> Option<[u8; 32]> {
    unhex(text)?.try_into().ok()
}

/// The hash in the third column of the chain's head.
pub(super) fn head_hash(row: &Row) -> Result<[u8; 32], StoreError> {
    hash_of_hex(&row.text(2)?)
        .ok_or_else(|| StoreError::damaged("the audit chain", "the hash of its head is none"))
}

mod hex_array {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(hash: &[u8; 32], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&crate::hex(hash))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<[u8; 32], D::Error> {
        let text = String::deserialize(from)?;
        super::hash_of_hex(&text).ok_or_else(|| D::Error::custom("expected 64 hexadecimal digits"))
    }
}

mod hex_option {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(
        hash: &Option<[u8; 32]>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        match hash {
            Some(hash) => to.serialize_some(&crate::hex(hash)),
            None => to.serialize_none(),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<[u8; 32]>, D::Error> {
        Option::<String>::deserialize(from)?
            .map(|text| {
                super::hash_of_hex(&text)
                    .ok_or_else(|| D::Error::custom("expected 64 hexadecimal digits"))
            })
            .transpose()
    }
}

mod hex_bytes {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(
        bytes: &Option<Vec<u8>>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        match bytes {
            Some(bytes) => to.serialize_some(&crate::hex(bytes)),
            None => to.serialize_none(),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Vec<u8>>, D::Error> {
        Option::<String>::deserialize(from)?
            .map(|text| {
                super::unhex(&text).ok_or_else(|| D::Error::custom("expected hexadecimal digits"))
            })
            .transpose()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn members_are_sorted_at_every_depth() {
        let value = json!({ "b": [{ "z": 1, "a": null }], "a": "é\n" });
        assert_eq!(canonical(&value), r#"{"a":"é\n","b":[{"a":null,"z":1}]}"#);
    }

    #[test]
    fn a_row_comes_back_from_json() {
        let mut row = AuditRow {
            number: 1,
            at: 2,
            clock: 1,
            person: Some(4),
            account: None,
            key: None,
            via: "local".to_owned(),
            authenticated: false,
            action: "log-in".to_owned(),
            object: "account/1".to_owned(),
            facts: "{}".to_owned(),
            personal: Some([7; 32]),
            previous: [0; 32],
            hash: [0; 32],
        };
        row.hash = row.seal();
        let text = serde_json::to_string(&row).unwrap();
        assert_eq!(serde_json::from_str::<AuditRow>(&text).unwrap(), row);
        assert!(serde_json::from_str::<AuditRow>(&text.replace("07070", "0707g")).is_err());
    }
}
