//! Who works here, what each may, and the keys of programs.

use askama::Template;
use axum::extract::State;
use interdict_desk::accounts::{GRANTS, NewKey, NewUser, Role};
use interdict_store::{Account, ApiKey, PersonId, Right};
use jiff::{Timestamp, ToSpan};

use super::fault::Fault;
use super::forms::Sent;
use super::frame::Frame;
use super::visitor::Visitor;
use super::{Page, page, see, text};
use crate::state::App;

#[derive(Template)]
#[template(path = "users.html")]
struct UsersPage {
    frame: Frame,
    can_manage: bool,
    own: String,
    users: Vec<User>,
    keys: Vec<Key>,
    roles: Vec<(&'static str, String)>,
    rights: Vec<&'static str>,
    /// What was just done, told once: a new key's secret, or what ended with an account.
    told: Option<Told>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct User {
    login: String,
    name: String,
    person: i64,
    roles: Vec<(&'static str, bool)>,
    active: bool,
    state: &'static str,
    last: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Key {
    id: i64,
    login: String,
    label: String,
    prefix: String,
    scopes: String,
    expires: String,
    used: String,
    ended: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Told {
    words: String,
    secret: String,
    rules: Vec<String>,
}

fn user(account: Account, now: Timestamp) -> User {
    User {
        roles: Role::ALL
            .into_iter()
            .map(|role| (role.as_str(), account.roles.contains(&role)))
            .collect(),
        state: match (account.active, account.locked_until) {
            (false, _) => "disabled",
            (true, Some(until)) if until > now => "locked",
            _ => "active",
        },
        login: account.login,
        name: account.person_name,
        person: account.person.0,
        active: account.active,
        last: account
            .last_log_in
            .map_or_else(|| "never".to_owned(), |at| text::ago(at, now)),
    }
}

fn key(key: ApiKey, now: Timestamp) -> Key {
    let scopes: Vec<&str> = key.scopes.iter().map(|right| right.as_str()).collect();
    Key {
        id: key.id,
        login: key.login,
        label: key.label,
        prefix: key.prefix,
        scopes: match scopes.is_empty() {
            true => "all of its owner's".to_owned(),
            false => scopes.join(", "),
        },
        expires: key
            .expires_at
            .map_or_else(|| "never".to_owned(), text::moment),
        used: key
            .last_used
            .map_or_else(|| "never".to_owned(), |at| text::ago(at, now)),
        ended: key.ended_at.is_some() || key.expires_at.is_some_and(|at| at <= now),
    }
}

async fn draw(app: &App, visitor: Visitor, told: Option<Told>) -> Page {
    let now = Timestamp::now();
    let can_manage = visitor.actor.may(Right::ManageUsers);
    let own = visitor.actor.name.clone();
    // Who may not manage users sees themselves.
    let visible = |login: &str| can_manage || login == own;
    let users = app.desk().users().await?;
    let keys = app.desk().keys(None).await?;
    page(&UsersPage {
        frame: Frame::new(app, visitor, "Users and keys", "/workbench/users").await?,
        can_manage,
        users: users
            .into_iter()
            .filter(|account| visible(&account.login))
            .map(|account| user(account, now))
            .collect(),
        keys: keys
            .into_iter()
            .filter(|one| visible(&one.login))
            .map(|one| key(one, now))
            .collect(),
        roles: Role::ALL
            .into_iter()
            .map(|role| {
                let may: Vec<&str> = GRANTS
                    .iter()
                    .filter(|(_, roles)| roles.contains(&role))
                    .map(|(right, _)| right.as_str())
                    .collect();
                (role.as_str(), may.join(", "))
            })
            .collect(),
        rights: Right::ALL.into_iter().map(Right::as_str).collect(),
        own,
        told,
    })
}

/// Users and keys.
pub(super) async fn show(State(app): State<App>, visitor: Visitor) -> Page {
    draw(&app, visitor, None).await
}

fn roles(sent: &Sent) -> Result<Vec<Role>, Fault> {
    sent.all("role")
        .map(|word| {
            Role::parse(word).ok_or_else(|| Fault::wrong(format!("There is no role {word}.")))
        })
        .collect()
}

/// Changes a user or a key.
pub(super) async fn change(State(app): State<App>, sent: Sent) -> Page {
    let by = &sent.visitor.actor;
    let desk = app.desk();
    let at = Timestamp::now();
    let login = sent.text("login");
    let mut told = None;
    match sent.text("do") {
        "add" => {
            let password = sent.raw("password").to_owned();
            let user = NewUser {
                login: sent.needed("login", "Give a login.")?.to_owned(),
                name: sent
                    .needed("name", "Say what the person is called.")?
                    .to_owned(),
                person: match sent.text("person") {
                    "" => None,
                    _ => Some(PersonId(sent.number("person")?)),
                },
                roles: roles(&sent)?,
                password: Some(password).filter(|password| !password.is_empty()),
            };
            desk.add_user(by, user, at).await?;
        }
        "roles" => drop(desk.set_roles(by, login, &roles(&sent)?, at).await?),
        "password" => {
            sent.needed("password", "Give a new password.")?;
            desk.set_password(by, login, sent.raw("password"), at)
                .await?;
        }
        "disable" => {
            let reason = sent.needed("reason", "Say why: the reason stays on record.")?;
            let ended = desk.disable_user(by, login, reason, at).await?;
            told = Some(Told {
                words: format!(
                    "{login} is disabled. {} and {} ended; {} went back into the queue.",
                    text::counted(ended.sessions, "session", "sessions"),
                    text::counted(ended.keys, "key", "keys"),
                    text::counted(ended.reopened.len() as u64, "alert", "alerts"),
                ),
                secret: String::new(),
                rules: ended
                    .rules
                    .iter()
                    .map(|rule| {
                        format!(
                            "Rule {}: {} is not {}",
                            rule.id, rule.made.customer, rule.made.entity
                        )
                    })
                    .collect(),
            });
        }
        "enable" => drop(desk.enable_user(by, login, at).await?),
        "unlock" => drop(desk.unlock_user(by, login, at).await?),
        "key" => {
            let days = sent.number("days").unwrap_or(90).clamp(1, 3_650);
            let expires_at = at
                .checked_add((days * 24).hours())
                .map_err(|e| Fault::internal(&e))?;
            let wanted = NewKey {
                login: login.to_owned(),
                label: sent.needed("label", "Say what the key is for.")?.to_owned(),
                scopes: sent.all("scope").filter_map(Right::parse).collect(),
                expires_at: Some(expires_at),
            };
            let (made, secret) = desk.add_key(by, wanted, at).await?;
            told = Some(Told {
                words: format!(
                    "Key {} of {login}. It is shown this once; keep it where programs keep secrets:",
                    made.prefix
                ),
                secret,
                rules: Vec::new(),
            });
        }
        "end-key" => drop(desk.end_key(by, sent.number("id")?, at).await?),
        _ => return Err(Fault::wrong("Choose what is to be done.")),
    }
    match told {
        Some(told) => draw(&app, sent.visitor.clone(), Some(told)).await,
        None => see("/workbench/users"),
    }
}
