//! Managing users and keys.

use std::path::Path;

use interdict_store::{
    Account, Actor, ApiKey, Disabled, FreshKey, NewAccount, PersonId, Right, Role, Subject,
};
use jiff::Timestamp;

use super::{password, secret};
use crate::Desk;
use crate::error::DeskError;
use crate::private::write_private;

/// A user to be made.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// What is typed to log in.
    pub login: String,
    /// What the person is called.
    pub name: String,
    /// The person, if they have an account already; else a new one.
    pub person: Option<PersonId>,
    /// At least one.
    pub roles: Vec<Role>,
    /// A password, if one is to be used.
    pub password: Option<String>,
}

/// An API key to be made.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// Login of the account whose key it is.
    pub login: String,
    /// What it is for.
    pub label: String,
    /// What it may; empty for all that its account may.
    pub scopes: Vec<Right>,
    /// From when on it is refused.
    pub expires_at: Option<Timestamp>,
}

/// The login of the first user.
const FIRST: &str = "admin";

impl Desk {
    /// Whether there is any user.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn has_users(&self) -> Result<bool, DeskError> {
        Ok(!self.store().accounts().await?.is_empty())
    }

    /// Where there is no user yet: makes `admin` with the roles admin and mlro and writes a key of
    /// it into a file that only the owner can read. `None` where there is one.
    ///
    /// # Errors
    /// When the file is there or cannot be written, or the store cannot be.
    pub async fn first_admin(
        &self,
        file: &Path,
        at: Timestamp,
    ) -> Result<Option<Account>, DeskError> {
        if self.has_users().await? {
            return Ok(None);
        }
        let secret = secret::key()?;
        // The file first: an account that nobody can use would be in the way.
        write_private(file, &format!("{secret}\n"))?;
        let by = Actor::system("first start");
        let new = NewAccount {
            login: FIRST.to_owned(),
            name: "first administrator".to_owned(),
            person: None,
            roles: vec![Role::Admin, Role::Mlro],
            password: None,
        };
        let account = self.store().add_account(&by, &new, at).await?;
        self.store_key(&by, FIRST, "first key", &secret, at).await?;
        Ok(Some(account))
    }

    async fn store_key(
        &self,
        by: &Actor,
        login: &str,
        label: &str,
        secret: &str,
        at: Timestamp,
    ) -> Result<ApiKey, DeskError> {
        let key = FreshKey {
            login: login.to_owned(),
            label: label.to_owned(),
            prefix: secret::prefix(secret),
            hash: secret::hash(secret),
            scopes: Vec::new(),
            expires_at: None,
        };
        Ok(self.store().add_key(by, &key, at).await?)
    }

    /// For whoever works on the data folder itself: lets an account manage users again, whatever
    /// became of it, and gives it a new key, whose secret is written into a file. Makes the account
    /// where it is missing.
    ///
    /// # Errors
    /// When the actor is not local, or the file or the store cannot be written.
    pub async fn recover_admin(
        &self,
        by: &Actor,
        login: &str,
        file: &Path,
        at: Timestamp,
    ) -> Result<Account, DeskError> {
        if by.via != interdict_store::Via::Local {
            return Err(DeskError::Password {
                what: "an admin is recovered on the data folder itself, with `interdict user \
                       recover`"
                    .to_owned(),
            });
        }
        let secret = secret::key()?;
        write_private(file, &format!("{secret}\n"))?;
        let store = self.store();
        match store.account(login).await {
            Ok(account) => {
                store.enable_account(by, login, at).await?;
                store.unlock_account(by, login, at).await?;
                let mut roles = account.roles;
                if !roles.contains(&Role::Admin) {
                    roles.push(Role::Admin);
                    store.set_roles(by, login, &roles, at).await?;
                }
            }
            Err(interdict_store::StoreError::UnknownAccount { .. }) => {
                let new = NewAccount {
                    login: login.to_owned(),
                    name: login.to_owned(),
                    person: None,
                    roles: vec![Role::Admin],
                    password: None,
                };
                store.add_account(by, &new, at).await?;
            }
            Err(e) => return Err(e.into()),
        }
        self.store_key(by, login, "recovery", &secret, at).await?;
        Ok(store.account(login).await?)
    }

    /// Every user, by login.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn users(&self) -> Result<Vec<Account>, DeskError> {
        Ok(self.store().accounts().await?)
    }

    /// One user.
    ///
    /// # Errors
    /// When there is none of this login, or the store cannot be read.
    pub async fn user(&self, login: &str) -> Result<Account, DeskError> {
        Ok(self.store().account(login).await?)
    }

    /// Makes a user.
    ///
    /// # Errors
    /// Without the right; when the login is taken or cannot be one; when the password will not do;
    /// or when the store cannot be written.
    pub async fn add_user(
        &self,
        by: &Actor,
        user: NewUser,
        at: Timestamp,
    ) -> Result<Account, DeskError> {
        by.must(Right::ManageUsers)?;
        let password = match &user.password {
            Some(password) => {
                password::check(password, &user.login)?;
                Some(password::hash(password).await?)
            }
            None => None,
        };
        let new = NewAccount {
            login: user.login,
            name: user.name,
            person: user.person,
            roles: user.roles,
            password,
        };
        Ok(self.store().add_account(by, &new, at).await?)
    }

    /// Gives a user another password and ends their sessions: one's own, or anybody's with the
    /// right to manage users.
    ///
    /// # Errors
    /// Without the right; when the password will not do; or when the store cannot be written.
    pub async fn set_password(
        &self,
        by: &Actor,
        login: &str,
        password: &str,
        at: Timestamp,
    ) -> Result<(), DeskError> {
        let account = self.store().account(login).await?;
        if by.account != Some(account.id) {
            by.must(Right::ManageUsers)?;
        }
        password::check(password, login)?;
        let hash = password::hash(password).await?;
        Ok(self.store().set_password(by, login, &hash, at).await?)
    }

    /// Gives a user other roles.
    ///
    /// # Errors
    /// Without the right; for the last user who can manage users; or when the store cannot be
    /// written.
    pub async fn set_roles(
        &self,
        by: &Actor,
        login: &str,
        roles: &[Role],
        at: Timestamp,
    ) -> Result<(), DeskError> {
        by.must(Right::ManageUsers)?;
        Ok(self.store().set_roles(by, login, roles, at).await?)
    }

    /// Disables a user: sessions and keys end at once, alerts go back into the queue. Says which
    /// good-guy rules still rest on the person.
    ///
    /// # Errors
    /// Without the right; for the last user who can manage users; without a reason; or when the
    /// store cannot be written.
    pub async fn disable_user(
        &self,
        by: &Actor,
        login: &str,
        reason: &str,
        at: Timestamp,
    ) -> Result<Disabled, DeskError> {
        by.must(Right::ManageUsers)?;
        if reason.trim().is_empty() {
            return Err(interdict_store::StoreError::Unfit {
                what: "disabling without a reason".to_owned(),
                expected: "a text that says why".to_owned(),
            }
            .into());
        }
        Ok(self.store().disable_account(by, login, reason, at).await?)
    }

    /// Lets a disabled user be used again.
    ///
    /// # Errors
    /// Without the right, or when the store cannot be written.
    pub async fn enable_user(
        &self,
        by: &Actor,
        login: &str,
        at: Timestamp,
    ) -> Result<(), DeskError> {
        by.must(Right::ManageUsers)?;
        Ok(self.store().enable_account(by, login, at).await?)
    }

    /// Lets a user try again after too many wrong passwords.
    ///
    /// # Errors
    /// Without the right, or when the store cannot be written.
    pub async fn unlock_user(
        &self,
        by: &Actor,
        login: &str,
        at: Timestamp,
    ) -> Result<(), DeskError> {
        by.must(Right::ManageUsers)?;
        Ok(self.store().unlock_account(by, login, at).await?)
    }

    /// Lets a subject of an identity provider open a user's account.
    ///
    /// # Errors
    /// Without the right; when the subject is linked already; or when the store cannot be written.
    pub async fn link_subject(
        &self,
        by: &Actor,
        login: &str,
        issuer: &str,
        subject: &str,
        at: Timestamp,
    ) -> Result<(), DeskError> {
        by.must(Right::ManageUsers)?;
        Ok(self
            .store()
            .link_subject(by, login, issuer, subject, at)
            .await?)
    }

    /// Forgets a subject; gives whether it was known.
    ///
    /// # Errors
    /// Without the right, or when the store cannot be written.
    pub async fn unlink_subject(
        &self,
        by: &Actor,
        issuer: &str,
        subject: &str,
        at: Timestamp,
    ) -> Result<bool, DeskError> {
        by.must(Right::ManageUsers)?;
        Ok(self.store().unlink_subject(by, issuer, subject, at).await?)
    }

    /// The subjects that open a user's account.
    ///
    /// # Errors
    /// When there is no such user, or the store cannot be read.
    pub async fn subjects(&self, login: &str) -> Result<Vec<Subject>, DeskError> {
        let account = self.store().account(login).await?;
        Ok(self.store().subjects(account.id).await?)
    }

    /// Makes an API key: for oneself, or for anybody with the right to manage users. The second
    /// part is its secret, which is not stored.
    ///
    /// # Errors
    /// Without the right; for a disabled user; or when the store cannot be written.
    pub async fn add_key(
        &self,
        by: &Actor,
        new: NewKey,
        at: Timestamp,
    ) -> Result<(ApiKey, String), DeskError> {
        let account = self.store().account(&new.login).await?;
        if by.account != Some(account.id) {
            by.must(Right::ManageUsers)?;
        }
        let secret = secret::key()?;
        let mut scopes = new.scopes;
        if by.key.is_some() && scopes.is_empty() {
            // A key hands on no more than it has.
            scopes = by.rights.list();
        }
        if by.account == Some(account.id) {
            for scope in &scopes {
                by.must(*scope)?;
            }
        }
        let key = FreshKey {
            login: new.login,
            label: new.label,
            prefix: secret::prefix(&secret),
            hash: secret::hash(&secret),
            scopes,
            expires_at: new.expires_at,
        };
        let key = self.store().add_key(by, &key, at).await?;
        Ok((key, secret))
    }

    /// Ends an API key: one's own, or anybody's with the right to manage users.
    ///
    /// # Errors
    /// Without the right; when there is no such key; or when the store cannot be written.
    pub async fn end_key(&self, by: &Actor, id: i64, at: Timestamp) -> Result<(), DeskError> {
        let keys = self.store().keys(None).await?;
        let known = keys.iter().find(|key| key.id == id);
        let own = known.is_some_and(|key| by.account == Some(key.account));
        if !own {
            by.must(Right::ManageUsers)?;
        }
        Ok(self.store().end_key(by, id, at).await?)
    }

    /// API keys, of all users or one.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn keys(&self, login: Option<&str>) -> Result<Vec<ApiKey>, DeskError> {
        Ok(self.store().keys(login).await?)
    }
}
