//! Who may do what: one table, role by right, that everything asks.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Something that not everybody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Right {
    /// Look at lists and listed entities.
    Search,
    /// Screen somebody, which leaves a record.
    Screen,
    /// Look at customers, alerts and good-guy rules.
    ReadBooks,
    /// Load books and screen them.
    LoadBooks,
    /// Work on alerts: take, comment, attach, ask, propose or decide, escalate.
    Work,
    /// Give alerts to others.
    Assign,
    /// Approve or return what another person proposed.
    Approve,
    /// Decide what was escalated.
    Settle,
    /// Make good-guy rules, and end them.
    MakeRules,
    /// Approve good-guy rules of others.
    ApproveRules,
    /// Decide many look-alikes in one go.
    Bulk,
    /// Fetch and import lists.
    ImportLists,
    /// Accept and reject publications, go back to earlier ones.
    AcceptLists,
    /// Set policies.
    SetPolicies,
    /// Read the audit chain, verify it, make checkpoints.
    ReadAudit,
    /// Export cases for an examiner.
    Export,
    /// Erase personal data after its time.
    Erase,
    /// Manage users, their roles and keys.
    ManageUsers,
    /// Jobs, backups, configuration, metrics.
    Operate,
}

impl Right {
    /// All rights, in the order of the table.
    pub const ALL: [Right; 19] = [
        Right::Search,
        Right::Screen,
        Right::ReadBooks,
        Right::LoadBooks,
        Right::Work,
        Right::Assign,
        Right::Approve,
        Right::Settle,
        Right::MakeRules,
        Right::ApproveRules,
        Right::Bulk,
        Right::ImportLists,
        Right::AcceptLists,
        Right::SetPolicies,
        Right::ReadAudit,
        Right::Export,
        Right::Erase,
        Right::ManageUsers,
        Right::Operate,
    ];

    /// The word in the database, as a scope of a key, and in outputs.
    pub fn as_str(self) -> &'static str {
        match self {
            Right::Search => "search",
            Right::Screen => "screen",
            Right::ReadBooks => "read-books",
            Right::LoadBooks => "load-books",
            Right::Work => "work",
            Right::Assign => "assign",
            Right::Approve => "approve",
            Right::Settle => "settle",
            Right::MakeRules => "make-rules",
            Right::ApproveRules => "approve-rules",
            Right::Bulk => "bulk",
            Right::ImportLists => "import-lists",
            Right::AcceptLists => "accept-lists",
            Right::SetPolicies => "set-policies",
            Right::ReadAudit => "read-audit",
            Right::Export => "export",
            Right::Erase => "erase",
            Right::ManageUsers => "manage-users",
            Right::Operate => "operate",
        }
    }

    /// The right of this word.
    pub fn parse(word: &str) -> Option<Right> {
        Right::ALL.into_iter().find(|right| right.as_str() == word)
    }
}

impl fmt::Display for Right {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What a user is there for. An account has one or several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Looks and screens, decides nothing.
    Viewer,
    /// Works on alerts.
    Analyst,
    /// Second pair of eyes.
    Approver,
    /// Money laundering reporting officer: what was escalated, rules, policies, erasure.
    Mlro,
    /// Users, lists, operation; no decision about customers.
    Admin,
    /// Comes from outside, sees everything, changes nothing.
    Examiner,
}

impl Role {
    /// All roles, in the order of the table.
    pub const ALL: [Role; 6] = [
        Role::Viewer,
        Role::Analyst,
        Role::Approver,
        Role::Mlro,
        Role::Admin,
        Role::Examiner,
    ];

    /// The word in the database and in outputs.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Viewer => "viewer",
            Role::Analyst => "analyst",
            Role::Approver => "approver",
            Role::Mlro => "mlro",
            Role::Admin => "admin",
            Role::Examiner => "examiner",
        }
    }

    /// The role of this word.
    pub fn parse(word: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.as_str() == word)
    }

    /// What it may.
    pub fn rights(self) -> Rights {
        GRANTS
            .iter()
            .filter(|(_, roles)| roles.contains(&self))
            .map(|(right, _)| *right)
            .collect()
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The table: every right and the roles that have it. `docs/accounts.md` shows it, and a test
/// compares the two.
pub const GRANTS: &[(Right, &[Role])] = {
    use Role::{Admin, Analyst, Approver, Examiner, Mlro, Viewer};
    &[
        (
            Right::Search,
            &[Viewer, Analyst, Approver, Mlro, Admin, Examiner],
        ),
        (Right::Screen, &[Viewer, Analyst, Approver, Mlro, Admin]),
        (
            Right::ReadBooks,
            &[Viewer, Analyst, Approver, Mlro, Examiner],
        ),
        (Right::LoadBooks, &[Analyst, Mlro, Admin]),
        (Right::Work, &[Analyst, Approver, Mlro]),
        (Right::Assign, &[Approver, Mlro]),
        (Right::Approve, &[Approver, Mlro]),
        (Right::Settle, &[Mlro]),
        (Right::MakeRules, &[Analyst, Approver, Mlro]),
        (Right::ApproveRules, &[Approver, Mlro]),
        (Right::Bulk, &[Analyst, Approver, Mlro]),
        (Right::ImportLists, &[Mlro, Admin]),
        (Right::AcceptLists, &[Mlro, Admin]),
        (Right::SetPolicies, &[Mlro, Admin]),
        (Right::ReadAudit, &[Mlro, Admin, Examiner]),
        (Right::Export, &[Mlro, Examiner]),
        (Right::Erase, &[Mlro]),
        (Right::ManageUsers, &[Admin]),
        (Right::Operate, &[Admin]),
    ]
};

/// A set of rights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Rights(u32);

impl Rights {
    /// None at all.
    pub const NONE: Rights = Rights(0);

    /// Every right.
    pub fn all() -> Rights {
        Right::ALL.into_iter().collect()
    }

    /// Those of several roles together.
    pub fn of(roles: &[Role]) -> Rights {
        roles.iter().flat_map(|role| role.rights().list()).collect()
    }

    /// Whether a right is among them.
    pub fn has(self, right: Right) -> bool {
        self.0 & bit(right) != 0
    }

    /// Those that are in both.
    #[must_use]
    pub fn and(self, other: Rights) -> Rights {
        Rights(self.0 & other.0)
    }

    /// The rights, in the order of the table.
    pub fn list(self) -> Vec<Right> {
        Right::ALL.into_iter().filter(|r| self.has(*r)).collect()
    }
}

fn bit(right: Right) -> u32 {
    1 << (right as u32)
}

impl FromIterator<Right> for Rights {
    fn from_iter<I: IntoIterator<Item = Right>>(rights: I) -> Rights {
        Rights(rights.into_iter().fold(0, |set, right| set | bit(right)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_every_right_once_and_words_come_back() {
        let listed: Vec<Right> = GRANTS.iter().map(|(right, _)| *right).collect();
        assert_eq!(listed, Right::ALL);
        for right in Right::ALL {
            assert_eq!(Right::parse(right.as_str()), Some(right));
        }
        for role in Role::ALL {
            assert_eq!(Role::parse(role.as_str()), Some(role));
        }
    }

    #[test]
    fn an_examiner_changes_nothing_and_an_admin_decides_nothing() {
        let examiner = Role::Examiner.rights().list();
        assert_eq!(
            examiner,
            [
                Right::Search,
                Right::ReadBooks,
                Right::ReadAudit,
                Right::Export
            ]
        );
        for right in [Right::Work, Right::Approve, Right::Settle, Right::Bulk] {
            assert!(!Role::Admin.rights().has(right), "{right}");
        }
    }

    #[test]
    fn the_documentation_shows_the_table() {
        let mut table = String::from("| right |");
        for role in Role::ALL {
            table.push_str(&format!(" {role} |"));
        }
        table.push_str("\n| --- |");
        table.push_str(&" --- |".repeat(Role::ALL.len()));
        for (right, roles) in GRANTS {
            table.push_str(&format!("\n| `{right}` |"));
            for role in Role::ALL {
                table.push_str(if roles.contains(&role) {
                    " yes |"
                } else {
                    " |"
                });
            }
        }
        let page = include_str!("../../../../docs/accounts.md");
        assert!(page.contains(&table), "docs/accounts.md needs:\n{table}");
    }
}
