//! Accounts and the persons behind them.

use jiff::Timestamp;
use serde_json::json;

use super::actor::{Actor, PersonId, Via};
use super::rights::{Right, Rights, Role};
use crate::audit::Entry;
use crate::error::StoreError;
use crate::sql::{Cell, Row, Session, placeholders};
use crate::store::{Store, time_of};

/// An account as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Number.
    pub id: i64,
    /// Whose it is.
    pub person: PersonId,
    /// What the person is called.
    pub person_name: String,
    /// What is typed to log in.
    pub login: String,
    /// Roles, in the order of the table.
    pub roles: Vec<Role>,
    /// Whether it can be used.
    pub active: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was disabled.
    pub disabled_at: Option<Timestamp>,
    /// Until when no password is looked at, after too many wrong ones.
    pub locked_until: Option<Timestamp>,
    /// Wrong passwords since the last right one.
    pub failed: u32,
    /// When somebody last logged in.
    pub last_log_in: Option<Timestamp>,
    /// Whether there is a password to log in with.
    pub has_password: bool,
}

impl Account {
    /// Somebody who uses it.
    pub fn actor(&self, via: Via) -> Actor {
        Actor {
            name: self.login.clone(),
            via,
            person: Some(self.person),
            account: Some(self.id),
            key: None,
            rights: Rights::of(&self.roles),
        }
    }
}

/// An account to be made.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// What is typed to log in: not empty, without spaces, unused.
    pub login: String,
    /// What the person is called.
    pub name: String,
    /// The person it is of, if they are known already; else a new one.
    pub person: Option<PersonId>,
    /// At least one.
    pub roles: Vec<Role>,
    /// Hash of the password in PHC form, if there is to be one.
    pub password: Option<String>,
}

/// A subject of an identity provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The provider.
    pub issuer: String,
    /// What it calls the person.
    pub subject: String,
    /// Since when it is known here.
    pub added_at: Timestamp,
}

/// What became of an attempt to log in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogInFacts {
    /// The password was right.
    Right,
    /// It was wrong; the account is locked until then if these were too many.
    Wrong {
        /// Wrong passwords that are one too many.
        most: u32,
        /// Until when it is locked then.
        until: Timestamp,
    },
}

pub(super) const READING: &str = "reading accounts";
pub(super) const WRITING: &str = "writing accounts";
const ACCOUNTS: &str = "SELECT a.id, a.person, p.name, a.login, a.roles, a.created_at, \
                        a.disabled_at, a.locked_until, a.failed, a.last_log_in, \
                        CAST(CASE WHEN a.password IS NULL THEN 0 ELSE 1 END AS BIGINT) \
                        FROM account a JOIN person p ON p.id = a.person";

fn account_of(row: &Row) -> Result<Account, StoreError> {
    let id = row.int(0)?;
    let time = |at: usize| row.optional_int(at)?.map(time_of).transpose();
    let disabled_at = time(6)?;
    Ok(Account {
        id,
        person: PersonId(row.int(1)?),
        person_name: row.text(2)?,
        login: row.text(3)?,
        roles: roles_of(&row.text(4)?)
            .ok_or_else(|| StoreError::damaged(format!("account {id}"), "an unknown role"))?,
        active: disabled_at.is_none(),
        created_at: time_of(row.int(5)?)?,
        disabled_at,
        locked_until: time(7)?,
        failed: u32::try_from(row.int(8)?).unwrap_or(u32::MAX),
        last_log_in: time(9)?,
        has_password: row.int(10)? != 0,
    })
}

fn roles_of(words: &str) -> Option<Vec<Role>> {
    words.split_whitespace().map(Role::parse).collect()
}

fn sorted(roles: &[Role]) -> Result<Vec<Role>, StoreError> {
    let mut roles = roles.to_vec();
    roles.sort_unstable();
    roles.dedup();
    if roles.is_empty() {
        return Err(StoreError::Unfit {
            what: "an account without a role".to_owned(),
            expected: format!("at least one of {}", Role::ALL.map(Role::as_str).join(", ")),
        });
    }
    Ok(roles)
}

fn words(roles: &[Role]) -> String {
    let words: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
    words.join(" ")
}

impl Store {
    /// Every account, by login.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        let sql = format!("{ACCOUNTS} ORDER BY a.login");
        let rows = self.database.rows(READING, sql, Vec::new()).await?;
        rows.iter().map(account_of).collect()
    }

    /// One account, by login.
    ///
    /// # Errors
    /// [`StoreError::UnknownAccount`], or when the database cannot be read.
    pub async fn account(&self, login: &str) -> Result<Account, StoreError> {
        let sql = format!("{ACCOUNTS} WHERE a.login = $1");
        let rows = self.database.rows(READING, sql, vec![login.into()]).await?;
        rows.first()
            .map(account_of)
            .transpose()?
            .ok_or_else(|| StoreError::UnknownAccount {
                given: login.to_owned(),
            })
    }

    /// The hash of an account's password, in PHC form, if it has one.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn password_hash(&self, account: i64) -> Result<Option<String>, StoreError> {
        let sql = "SELECT password FROM account WHERE id = $1";
        let rows = self
            .database
            .rows(READING, sql, vec![account.into()])
            .await?;
        rows.first().map_or(Ok(None), |row| row.optional_text(0))
    }

    /// What a person is called; `None` for an unknown number.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn person_name(&self, person: PersonId) -> Result<Option<String>, StoreError> {
        let sql = "SELECT name FROM person WHERE id = $1";
        let rows = self
            .database
            .rows(READING, sql, vec![person.0.into()])
            .await?;
        rows.first().map(|row| row.text(0)).transpose()
    }

    /// Makes an account, and the person unless it is a known one's.
    ///
    /// # Errors
    /// [`StoreError::LoginTaken`]; [`StoreError::Unfit`] for a login or roles that cannot be;
    /// [`StoreError::UnknownPerson`]; or when the database cannot be written.
    pub async fn add_account(
        &self,
        by: &Actor,
        new: &NewAccount,
        at: Timestamp,
    ) -> Result<Account, StoreError> {
        let login = new.login.as_str();
        if login.is_empty() || login.len() > 200 || login.chars().any(char::is_whitespace) {
            return Err(StoreError::Unfit {
                what: format!("the login {login:?}"),
                expected: "1 to 200 characters without spaces".to_owned(),
            });
        }
        let roles = sorted(&new.roles)?;
        let mut session = self.begin().await?;
        if id_of(&mut session, login).await?.is_some() {
            return Err(StoreError::LoginTaken {
                login: login.to_owned(),
            });
        }
        let person = match new.person {
            Some(person) => {
                let sql = "SELECT 1 FROM person WHERE id = $1";
                let known = session.rows(WRITING, sql, vec![person.0.into()]).await?;
                if known.is_empty() {
                    return Err(StoreError::UnknownPerson { number: person.0 });
                }
                person
            }
            // A name that acted at the command line before is the same person.
            None => match person_of_local(&mut session, login).await? {
                Some(person) => person,
                None => new_person(&mut session, &new.name, at).await?,
            },
        };
        let id = crate::books::next_id(&mut session, "account").await?;
        let cells: Vec<Cell> = vec![
            id.into(),
            person.0.into(),
            login.into(),
            new.password.clone().into(),
            words(&roles).into(),
            at.as_microsecond().into(),
            0i64.into(),
        ];
        let sql = format!(
            "INSERT INTO account (id, person, login, password, roles, created_at, failed) VALUES {}",
            placeholders(1, cells.len())
        );
        session.execute(WRITING, sql, cells).await?;
        let entry = Entry::new("account-added", format!("account/{id}"))
            .facts(json!({ "person": person.0, "roles": words(&roles), "password": new.password.is_some() }))
            .personal(json!({ "login": login, "name": new.name }));
        self.append(&mut session, by, at, &[entry]).await?;
        self.end(session).await?;
        self.account(login).await
    }

    /// Gives an account another password (hash in PHC form), unlocks it and ends its
    /// sessions.
    ///
    /// # Errors
    /// [`StoreError::UnknownAccount`], or when the database cannot be written.
    pub async fn set_password(
        &self,
        by: &Actor,
        login: &str,
        hash: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let account = self.account(login).await?;
        let mut session = self.begin().await?;
        let sql = "UPDATE account SET password = $1, failed = 0, locked_until = NULL WHERE id = $2";
        let cells = vec![hash.into(), account.id.into()];
        session.execute(WRITING, sql, cells).await?;
        let ended = super::session::end_all(&mut session, account.id, at).await?;
        let entry = Entry::new("password-set", format!("account/{}", account.id))
            .facts(json!({ "sessions_ended": ended }));
        self.append(&mut session, by, at, &[entry]).await?;
        self.end(session).await
    }

    /// Gives an account other roles.
    ///
    /// # Errors
    /// [`StoreError::UnknownAccount`]; [`StoreError::LastAdmin`] when nobody would be left to
    /// manage users; or when the database cannot be written.
    pub async fn set_roles(
        &self,
        by: &Actor,
        login: &str,
        roles: &[Role],
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let roles = sorted(roles)?;
        let account = self.account(login).await?;
        let mut session = self.begin().await?;
        if account.active && !Rights::of(&roles).has(Right::ManageUsers) {
            super::disable::not_the_last_admin(&mut session, &account).await?;
        }
        let sql = "UPDATE account SET roles = $1 WHERE id = $2";
        let cells = vec![words(&roles).into(), account.id.into()];
        session.execute(WRITING, sql, cells).await?;
        let entry = Entry::new("roles-set", format!("account/{}", account.id))
            .facts(json!({ "before": words(&account.roles), "after": words(&roles) }));
        self.append(&mut session, by, at, &[entry]).await?;
        self.end(session).await
    }

    /// Lets an account be tried again after too many wrong passwords.
    ///
    /// # Errors
    /// [`StoreError::UnknownAccount`], or when the database cannot be written.
    pub async fn unlock_account(
        &self,
        by: &Actor,
        login: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let account = self.account(login).await?;
        let mut session = self.begin().await?;
        let sql = "UPDATE account SET failed = 0, locked_until = NULL WHERE id = $1";
        session
            .execute(WRITING, sql, vec![account.id.into()])
            .await?;
        let entry = Entry::new("account-unlocked", format!("account/{}", account.id));
        self.append(&mut session, by, at, &[entry]).await?;
        self.end(session).await
    }

    /// Records that a password was tried; gives the account as it is then.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn record_log_in(
        &self,
        login: &str,
        facts: LogInFacts,
        at: Timestamp,
    ) -> Result<Option<Account>, StoreError> {
        let mut session = self.begin().await?;
        // The account is read inside the transaction, so that attempts at the same time all count.
        let sql = format!("{ACCOUNTS} WHERE a.login = $1");
        let rows = session.rows(WRITING, sql, vec![login.into()]).await?;
        let Some(account) = rows.first().map(account_of).transpose()? else {
            let entry = Entry::new("log-in-failed", "account/-".to_owned())
                .facts(json!({ "why": "unknown login" }))
                .personal(json!({ "login": shortened(login) }));
            let nobody = Actor::system("log-in");
            self.append(&mut session, &nobody, at, &[entry]).await?;
            self.end(session).await?;
            return Ok(None);
        };
        let object = format!("account/{}", account.id);
        let (sql, cells, entry) = match facts {
            LogInFacts::Right => (
                "UPDATE account SET failed = 0, locked_until = NULL, last_log_in = $1 WHERE id = $2",
                vec![at.as_microsecond().into(), account.id.into()],
                Entry::new("log-in", object),
            ),
            LogInFacts::Wrong { most, until } => {
                let failed = account.failed.saturating_add(1);
                let locked = (failed >= most).then_some(until.as_microsecond());
                let entry = Entry::new("log-in-failed", object)
                    .facts(json!({ "why": "wrong password", "failed": failed, "locked": locked.is_some() }));
                (
                    "UPDATE account SET failed = $1, locked_until = $2 WHERE id = $3",
                    // A lock that has passed starts the count anew.
                    vec![
                        if locked.is_some() {
                            0i64
                        } else {
                            i64::from(failed)
                        }
                        .into(),
                        locked.into(),
                        account.id.into(),
                    ],
                    entry,
                )
            }
        };
        session.execute(WRITING, sql, cells).await?;
        let who = match facts {
            LogInFacts::Right => account.actor(Via::Password),
            LogInFacts::Wrong { .. } => Actor::system("log-in"),
        };
        self.append(&mut session, &who, at, &[entry]).await?;
        self.end(session).await?;
        self.account(login).await.map(Some)
    }

    /// Links a subject of an identity provider to an account and its person.
    ///
    /// # Errors
    /// [`StoreError::UnknownAccount`]; [`StoreError::SubjectTaken`]; or when the database cannot be
    /// written.
    pub async fn link_subject(
        &self,
        by: &Actor,
        login: &str,
        issuer: &str,
        subject: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let account = self.account(login).await?;
        let mut session = self.begin().await?;
        let sql = "INSERT INTO identity (kind, issuer, subject, person, account, added_at) \
                   VALUES ('oidc', $1, $2, $3, $4, $5) ON CONFLICT (kind, issuer, subject) DO NOTHING";
        let cells = vec![
            issuer.into(),
            subject.into(),
            account.person.0.into(),
            account.id.into(),
            at.as_microsecond().into(),
        ];
        if session.execute(WRITING, sql, cells).await? == 0 {
            return Err(StoreError::SubjectTaken {
                issuer: issuer.to_owned(),
            });
        }
        let entry = Entry::new("subject-linked", format!("account/{}", account.id))
            .personal(json!({ "issuer": issuer, "subject": subject }));
        self.append(&mut session, by, at, &[entry]).await?;
        self.end(session).await
    }

    /// Forgets a subject of an identity provider; gives whether it was known.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn unlink_subject(
        &self,
        by: &Actor,
        issuer: &str,
        subject: &str,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut session = self.begin().await?;
        let sql =
            "SELECT account FROM identity WHERE kind = 'oidc' AND issuer = $1 AND subject = $2";
        let cells: Vec<Cell> = vec![issuer.into(), subject.into()];
        let rows = session.rows(WRITING, sql, cells.clone()).await?;
        let Some(row) = rows.first() else {
            return Ok(false);
        };
        let account = row.optional_int(0)?.unwrap_or_default();
        let sql = "DELETE FROM identity WHERE kind = 'oidc' AND issuer = $1 AND subject = $2";
        session.execute(WRITING, sql, cells).await?;
        let entry = Entry::new("subject-unlinked", format!("account/{account}"))
            .personal(json!({ "issuer": issuer, "subject": subject }));
        self.append(&mut session, by, at, &[entry]).await?;
        self.end(session).await?;
        Ok(true)
    }

    /// Subjects of identity providers that open an account.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn subjects(&self, account: i64) -> Result<Vec<Subject>, StoreError> {
        let sql = "SELECT issuer, subject, added_at FROM identity \
                   WHERE kind = 'oidc' AND account = $1 ORDER BY issuer, subject";
        let rows = self
            .database
            .rows(READING, sql, vec![account.into()])
            .await?;
        rows.iter()
            .map(|row| {
                Ok(Subject {
                    issuer: row.text(0)?,
                    subject: row.text(1)?,
                    added_at: time_of(row.int(2)?)?,
                })
            })
            .collect()
    }

    /// The account that a subject of an identity provider opens.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn account_of_subject(
        &self,
        issuer: &str,
        subject: &str,
    ) -> Result<Option<Account>, StoreError> {
        let sql = format!(
            "{ACCOUNTS} JOIN identity i ON i.account = a.id \
             WHERE i.kind = 'oidc' AND i.issuer = $1 AND i.subject = $2"
        );
        let cells = vec![issuer.into(), subject.into()];
        let rows = self.database.rows(READING, sql, cells).await?;
        rows.first().map(account_of).transpose()
    }

    /// Whose name a local actor's is, made known where it is new; others as they are.
    pub(crate) async fn known(
        &self,
        session: &mut Session,
        actor: &Actor,
        at: Timestamp,
    ) -> Result<Actor, StoreError> {
        let mut known = actor.clone();
        if actor.via != Via::Local || actor.person.is_some() {
            return Ok(known);
        }
        let person = match person_of_local(session, &actor.name).await? {
            Some(person) => person,
            None => {
                // An account's login given at the command line means its person.
                let person = match id_of(session, &actor.name).await? {
                    Some((_, person)) => person,
                    None => new_person(session, &actor.name, at).await?,
                };
                let sql = "INSERT INTO identity (kind, issuer, subject, person, added_at) \
                           VALUES ('local', '', $1, $2, $3)";
                let cells = vec![
                    actor.name.as_str().into(),
                    person.0.into(),
                    at.as_microsecond().into(),
                ];
                session.execute(WRITING, sql, cells).await?;
                person
            }
        };
        known.person = Some(person);
        Ok(known)
    }
}

async fn person_of_local(
    session: &mut Session,
    name: &str,
) -> Result<Option<PersonId>, StoreError> {
    let sql = "SELECT person FROM identity WHERE kind = 'local' AND issuer = '' AND subject = $1";
    let rows = session.rows(WRITING, sql, vec![name.into()]).await?;
    rows.first().map(|row| row.int(0).map(PersonId)).transpose()
}

/// Number and person of the account of a login.
async fn id_of(session: &mut Session, login: &str) -> Result<Option<(i64, PersonId)>, StoreError> {
    let sql = "SELECT id, person FROM account WHERE login = $1";
    let rows = session.rows(WRITING, sql, vec![login.into()]).await?;
    rows.first()
        .map(|row| Ok((row.int(0)?, PersonId(row.int(1)?))))
        .transpose()
}

async fn new_person(
    session: &mut Session,
    name: &str,
    at: Timestamp,
) -> Result<PersonId, StoreError> {
    let id = crate::books::next_id(session, "person").await?;
    let sql = "INSERT INTO person (id, name, created_at) VALUES ($1, $2, $3)";
    let cells = vec![id.into(), name.into(), at.as_microsecond().into()];
    session.execute(WRITING, sql, cells).await?;
    Ok(PersonId(id))
}

/// What a stranger typed as a login may be long.
fn shortened(login: &str) -> String {
    login.chars().take(200).collect()
}
