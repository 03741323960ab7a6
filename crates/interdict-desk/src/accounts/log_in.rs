//! Logging in, and who a token or key stands for.

use std::fmt;

use interdict_store::{Account, Actor, ApiKey, LogInFacts, StoreError, Via};
use jiff::{SignedDuration, Timestamp};

use super::{password, secret};
use crate::Desk;
use crate::error::DeskError;

/// How often it is noted that a key was used.
const NOTED: SignedDuration = SignedDuration::from_mins(1);

/// How long sessions last, and when an account is locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// The longest session.
    pub session: SignedDuration,
    /// The longest time without a request.
    pub idle: SignedDuration,
    /// Wrong passwords in a row that lock an account.
    pub wrong_passwords: u32,
    /// How long it is locked.
    pub locked: SignedDuration,
}

impl Default for Times {
    /// Ten hours, half an hour idle; five wrong passwords lock for a quarter of an hour.
    fn default() -> Times {
        Times {
            session: SignedDuration::from_hours(10),
            idle: SignedDuration::from_mins(30),
            wrong_passwords: 5,
            locked: SignedDuration::from_mins(15),
        }
    }
}

/// Why somebody is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Unknown login or wrong password, unknown token or key: which of them is not said.
    WrongCredentials,
    /// Too many wrong passwords.
    Locked {
        /// Until when.
        until: Timestamp,
    },
    /// The account is disabled.
    Disabled,
    /// The session or key has run out.
    Expired,
    /// The session or key was ended.
    Ended,
    /// The identity provider's subject opens no account.
    UnknownSubject,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::WrongCredentials => f.write_str("wrong credentials"),
            Refusal::Locked { until } => {
                write!(f, "too many wrong passwords; locked until {until}")
            }
            Refusal::Disabled => f.write_str("the account is disabled"),
            Refusal::Expired => f.write_str("it has run out; log in again"),
            Refusal::Ended => f.write_str("it was ended; log in again"),
            Refusal::UnknownSubject => {
                f.write_str("no account is linked to this subject; ask an admin to link it")
            }
        }
    }
}

/// Somebody who has just logged in.
#[derive(Clone, Debug)]
pub struct LoggedIn {
    /// The session's token, for a cookie: shown once, stored as a hash.
    pub token: String,
    /// What forms of this session carry.
    pub csrf: String,
    /// Who it is.
    pub actor: Actor,
    /// When the session ends at the latest.
    pub expires_at: Timestamp,
}

/// An open session.
#[derive(Clone, Debug)]
pub struct SessionOf {
    /// Number.
    pub id: i64,
    /// Who it is.
    pub actor: Actor,
    /// What forms of this session carry.
    pub csrf: String,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
}

fn refused<T>(why: Refusal) -> Result<T, DeskError> {
    Err(DeskError::Refused { why })
}

impl Desk {
    /// Opens a session for whoever knows the password.
    ///
    /// # Errors
    /// [`DeskError::Refused`], or when the store cannot be read or written.
    pub async fn log_in(
        &self,
        login: &str,
        password: &str,
        at: Timestamp,
    ) -> Result<LoggedIn, DeskError> {
        let store = self.store();
        let known = match store.account(login).await {
            Ok(account) => Some(account),
            Err(StoreError::UnknownAccount { .. }) => None,
            Err(e) => return Err(e.into()),
        };
        // While locked no password is looked at, right or wrong.
        if let Some(until) = known.as_ref().and_then(|a| a.locked_until)
            && until > at
        {
            return refused(Refusal::Locked { until });
        }
        let hash = match &known {
            Some(account) => store.password_hash(account.id).await?,
            None => None,
        };
        if !password::verify(password, hash).await? {
            let wrong = LogInFacts::Wrong {
                most: self.times.wrong_passwords,
                until: at + self.times.locked,
            };
            store.record_log_in(login, wrong, at).await?;
            return refused(Refusal::WrongCredentials);
        }
        let Some(account) = known else {
            return refused(Refusal::WrongCredentials);
        };
        if !account.active {
            return refused(Refusal::Disabled);
        }
        store.record_log_in(login, LogInFacts::Right, at).await?;
        self.open_session(&account, Via::Password, at).await
    }

    /// Opens a session for a subject whose identity provider has vouched for it; whoever calls has
    /// verified that.
    ///
    /// # Errors
    /// [`DeskError::Refused`], or when the store cannot be read or written.
    pub async fn log_in_subject(
        &self,
        issuer: &str,
        subject: &str,
        at: Timestamp,
    ) -> Result<LoggedIn, DeskError> {
        let known = self.store().account_of_subject(issuer, subject).await?;
        match known {
            None => refused(Refusal::UnknownSubject),
            Some(account) if !account.active => refused(Refusal::Disabled),
            Some(account) => self.open_session(&account, Via::Oidc, at).await,
        }
    }

    async fn open_session(
        &self,
        account: &Account,
        via: Via,
        at: Timestamp,
    ) -> Result<LoggedIn, DeskError> {
        let token = secret::token()?;
        let expires_at = at + self.times.session;
        self.store()
            .open_session(account, via, &secret::hash(&token), expires_at, at)
            .await?;
        Ok(LoggedIn {
            csrf: secret::csrf_of(&token),
            token,
            actor: account.actor(via),
            expires_at,
        })
    }

    /// Who a session's token stands for.
    ///
    /// # Errors
    /// [`DeskError::Refused`], or when the store cannot be read or written.
    pub async fn session(&self, token: &str, at: Timestamp) -> Result<SessionOf, DeskError> {
        let Some(open) = self.store().session_of_hash(&secret::hash(token)).await? else {
            return refused(Refusal::WrongCredentials);
        };
        if open.ended_at.is_some() {
            return refused(Refusal::Ended);
        }
        if !open.account.active {
            return refused(Refusal::Disabled);
        }
        if at >= open.expires_at || at >= open.seen_at + self.times.idle {
            return refused(Refusal::Expired);
        }
        match self.store().note_seen(&open, at).await {
            // Somebody writes for long; the next request notes it.
            Err(StoreError::Busy { .. }) => {}
            other => other?,
        }
        Ok(SessionOf {
            id: open.id,
            actor: open.account.actor(open.via),
            csrf: secret::csrf_of(token),
            expires_at: open.expires_at,
        })
    }

    /// Ends a session. One that is unknown or has ended is no error.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn log_out(&self, token: &str, at: Timestamp) -> Result<(), DeskError> {
        if let Some(open) = self.store().session_of_hash(&secret::hash(token)).await? {
            let by = open.account.actor(open.via);
            self.store().end_session(&by, &open, at).await?;
        }
        Ok(())
    }

    /// Who an API key stands for.
    ///
    /// # Errors
    /// [`DeskError::Refused`], or when the store cannot be read or written.
    pub async fn key(&self, secret: &str, at: Timestamp) -> Result<Actor, DeskError> {
        let Some(key) = self.store().key_of_hash(&secret::hash(secret)).await? else {
            return refused(Refusal::WrongCredentials);
        };
        if key.ended_at.is_some() {
            return refused(Refusal::Ended);
        }
        if key.expires_at.is_some_and(|end| at >= end) {
            return refused(Refusal::Expired);
        }
        let account = self.store().account(&key.login).await?;
        if !account.active {
            return refused(Refusal::Disabled);
        }
        self.note_use(&key, at);
        Ok(key.actor(&account))
    }

    /// Notes beside the request that a key was used: nobody waits for it, and it is tried at most
    /// once a minute.
    fn note_use(&self, key: &ApiKey, at: Timestamp) {
        let due = self.noted.lock().is_ok_and(|mut noted| {
            let last = noted.insert(key.id, at);
            let due = last.is_none_or(|last| at.duration_since(last) >= NOTED);
            if let (false, Some(last)) = (due, last) {
                noted.insert(key.id, last);
            }
            due
        });
        if due {
            let (store, key) = (self.store().clone(), key.clone());
            tokio::spawn(async move {
                if let Err(e) = store.note_use(&key, at).await {
                    tracing::debug!("that a key was used is not noted: {e}");
                }
            });
        }
    }
}
