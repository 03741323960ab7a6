//! Names of datasets.

use std::fmt;
use std::sync::Arc;

/// The name of a dataset: a publisher's list whatever its format (`us_ofac_sdn`, `eu_fsf`, …).
///
/// Official lists carry the names that OpenSanctions uses, so that data and queries move between
/// the two without a table.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DatasetName(Arc<str>);

/// Why a text is not the name of a dataset.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "dataset name {name:?}: expected 1 to 64 lower-case letters, digits and underscores, \
     starting with a letter"
)]
pub struct InvalidDatasetName {
    /// The text.
    pub name: String,
}

impl DatasetName {
    /// Checks and wraps a name.
    ///
    /// # Errors
    /// When it is empty, longer than 64 bytes, does not start with a letter, or holds anything but
    /// lower-case ASCII letters, digits and underscores.
    pub fn new(name: &str) -> Result<DatasetName, InvalidDatasetName> {
        let ok = (1..=64).contains(&name.len())
            && name.starts_with(|c: char| c.is_ascii_lowercase())
            && name
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if ok {
            Ok(DatasetName(Arc::from(name)))
        } else {
            Err(InvalidDatasetName {
                name: name.to_owned(),
            })
        }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for DatasetName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for DatasetName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::DatasetName;

    #[test]
    fn names_are_plain() {
        assert!(DatasetName::new("us_ofac_sdn").is_ok());
        for bad in ["", "US", "9a", "a-b", "a b", &"a".repeat(65)] {
            assert!(DatasetName::new(bad).is_err(), "{bad:?}");
        }
    }
}
