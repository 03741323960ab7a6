//! Disabling an account: everything that rests on it ends in one transaction.

use jiff::Timestamp;
use serde_json::json;

use super::account::{Account, WRITING};
use super::actor::{Actor, PersonId};
use super::rights::{Right, Role};
use super::session;
use crate::audit::Entry;
use crate::books::GoodGuyRule;
use crate::error::StoreError;
use crate::sql::Session;
use crate::store::Store;

/// What disabling an account did, and what is left to look at.
#[derive(Clone, Debug)]
pub struct Disabled {
    /// The account, as it is now.
    pub account: Account,
    /// Sessions that ended.
    pub sessions: u64,
    /// API keys that ended.
    pub keys: u64,
    /// Alerts that were the person's and are back in the queue. None while the person has another
    /// account that can be used.
    pub reopened: Vec<i64>,
    /// Good-guy rules that stand, made or approved by the person.
    pub rules: Vec<GoodGuyRule>,
}

/// Refuses to take away the last account that can manage users.
pub(super) async fn not_the_last_admin(
    session: &mut Session,
    account: &Account,
) -> Result<(), StoreError> {
    if !account
        .roles
        .iter()
        .any(|r| r.rights().has(Right::ManageUsers))
    {
        return Ok(());
    }
    let sql = "SELECT roles FROM account WHERE disabled_at IS NULL AND id <> $1";
    let rows = session.rows(WRITING, sql, vec![account.id.into()]).await?;
    for row in &rows {
        let words = row.text(0)?;
        let mut roles = words.split_whitespace().filter_map(Role::parse);
        if roles.any(|role| role.rights().has(Right::ManageUsers)) {
            return Ok(());
        }
    }
    Err(StoreError::LastAdmin {
        login: account.login.clone(),
    })
}

impl Store {
    /// Disables an account: its sessions and keys end, its person's alerts go back into the queue.
    /// The name stays in the history.
    ///
    /// # Errors
    /// [`StoreError::UnknownAccount`]; [`StoreError::DisabledAccount`] for one that is disabled;
    /// [`StoreError::LastAdmin`]; or when the database cannot be written. Then nothing has changed.
    pub async fn disable_account(
        &self,
        by: &Actor,
        login: &str,
        reason: &str,
        at: Timestamp,
    ) -> Result<Disabled, StoreError> {
        let account = self.account(login).await?;
        if !account.active {
            return Err(StoreError::DisabledAccount {
                login: account.login,
            });
        }
        let mut session = self.begin().await?;
        not_the_last_admin(&mut session, &account).await?;
        let now = at.as_microsecond();
        let sql = "UPDATE account SET disabled_at = $1 WHERE id = $2 AND disabled_at IS NULL";
        let cells = vec![now.into(), account.id.into()];
        if session.execute(WRITING, sql, cells).await? == 0 {
            return Err(StoreError::DisabledAccount {
                login: account.login,
            });
        }
        let sessions = session::end_all(&mut session, account.id, at).await?;
        let sql = "UPDATE api_key SET ended_at = $1 WHERE account = $2 AND ended_at IS NULL";
        let keys = session
            .execute(WRITING, sql, vec![now.into(), account.id.into()])
            .await?;
        let by = self.known(&mut session, by, at).await?;
        let mut reopened = Vec::new();
        let mut entries = vec![];
        if !is_at_work(&mut session, account.person).await? {
            let why = format!("{login} was disabled");
            (reopened, entries) =
                crate::books::put_back_all(&mut session, account.person, &by, &why, at).await?;
        }
        let entry = Entry::new("account-disabled", format!("account/{}", account.id))
            .facts(json!({ "sessions": sessions, "keys": keys, "alerts": reopened.len() }))
            .personal(json!({ "reason": reason }));
        entries.insert(0, entry);
        self.append(&mut session, &by, at, &entries).await?;
        self.end(session).await?;
        let today = jiff::tz::Offset::UTC.to_datetime(at).date();
        Ok(Disabled {
            account: self.account(login).await?,
            sessions,
            keys,
            reopened,
            rules: self.rules_of(account.person, today).await?,
        })
    }

    /// Lets a disabled account be used again. Its keys and sessions stay ended.
    ///
    /// # Errors
    /// [`StoreError::UnknownAccount`], or when the database cannot be written.
    pub async fn enable_account(
        &self,
        by: &Actor,
        login: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let account = self.account(login).await?;
        if account.active {
            return Ok(());
        }
        let mut session = self.begin().await?;
        let sql = "UPDATE account SET disabled_at = NULL, failed = 0, locked_until = NULL \
                   WHERE id = $1";
        session
            .execute(WRITING, sql, vec![account.id.into()])
            .await?;
        let entry = Entry::new("account-enabled", format!("account/{}", account.id));
        self.append(&mut session, by, at, &[entry]).await?;
        self.end(session).await
    }
}

/// Whether a person has an account that can be used.
async fn is_at_work(session: &mut Session, person: PersonId) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM account WHERE person = $1 AND disabled_at IS NULL";
    let rows = session.rows(WRITING, sql, vec![person.0.into()]).await?;
    Ok(!rows.is_empty())
}
