//! Who does something, as the record names them.

use serde::Serialize;

use super::rights::{Right, Rights};
use crate::error::StoreError;

/// A natural person. Several accounts, keys and subjects of an identity provider can be of one.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, serde::Deserialize,
)]
#[serde(transparent)]
pub struct PersonId(pub i64);

impl std::fmt::Display for PersonId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// How it is known who somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Via {
    /// A name given at the command line, or the user of the operating system: nobody checked it.
    Local,
    /// A password.
    Password,
    /// An API key.
    Key,
    /// An identity provider.
    Oidc,
    /// The program itself: schedules and what follows from a change.
    System,
}

impl Via {
    /// The word in the database and in outputs.
    pub fn as_str(self) -> &'static str {
        match self {
            Via::Local => "local",
            Via::Password => "password",
            Via::Key => "key",
            Via::Oidc => "oidc",
            Via::System => "system",
        }
    }

    /// The way of this word.
    pub fn parse(word: &str) -> Option<Via> {
        [Via::Local, Via::Password, Via::Key, Via::Oidc, Via::System]
            .into_iter()
            .find(|via| via.as_str() == word)
    }

    /// Whether somebody checked who it is.
    pub fn is_authenticated(self) -> bool {
        matches!(self, Via::Password | Via::Key | Via::Oidc)
    }
}

/// Who does something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// As the history shows it: the login name, or the name given at the command line.
    pub name: String,
    /// How it is known.
    pub via: Via,
    /// The natural person; `None` for the program, and for a local name until it writes.
    pub person: Option<PersonId>,
    /// The account, if it has one.
    pub account: Option<i64>,
    /// The API key, if one was used.
    pub key: Option<i64>,
    /// What it may.
    pub rights: Rights,
}

impl Actor {
    /// Whoever works on the data folder itself. May everything, since the folder is theirs to
    /// read and write; what they do is recorded as unauthenticated.
    pub fn local(name: impl Into<String>) -> Actor {
        Actor {
            name: name.into(),
            via: Via::Local,
            person: None,
            account: None,
            key: None,
            rights: Rights::all(),
        }
    }

    /// The program itself, for what nobody asked for at that moment.
    pub fn system(part: impl Into<String>) -> Actor {
        Actor {
            via: Via::System,
            ..Actor::local(part)
        }
    }

    /// Whether it may do something.
    pub fn may(&self, right: Right) -> bool {
        self.rights.has(right)
    }

    /// Goes on only if it may.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`].
    pub fn must(&self, right: Right) -> Result<(), StoreError> {
        if self.may(right) {
            return Ok(());
        }
        Err(StoreError::Forbidden {
            actor: self.name.clone(),
            right,
        })
    }
}
