//! What takes a second person, and how long personal data is kept.

use serde::Deserialize;

/// What takes two natural persons.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FourEyes {
    /// To call an alert a true match.
    pub true_match: bool,
    /// To call an alert a false positive.
    pub false_positive: bool,
    /// To decide many alerts together.
    pub bulk: bool,
    /// To set a policy.
    pub policies: bool,
    /// To accept or reject a publication, or to go back to an earlier one.
    pub lists: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FourEyesTable {
    true_match: Option<bool>,
    false_positive: Option<bool>,
    bulk: Option<bool>,
    policies: Option<bool>,
    lists: Option<bool>,
}

/// Years for which the shipped policy keeps personal data.
pub(super) const SHIPPED_RETENTION: u8 = 10;

impl FourEyes {
    /// As the shipped policy has it.
    pub(super) fn shipped() -> FourEyes {
        FourEyes {
            bulk: true,
            ..FourEyes::default()
        }
    }

    pub(super) fn apply(&mut self, table: &FourEyesTable) {
        for (target, value) in [
            (&mut self.true_match, table.true_match),
            (&mut self.false_positive, table.false_positive),
            (&mut self.bulk, table.bulk),
            (&mut self.policies, table.policies),
            (&mut self.lists, table.lists),
        ] {
            *target = value.unwrap_or(*target);
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RetentionTable {
    pub(super) years: Option<u8>,
}
