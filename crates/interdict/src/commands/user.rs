//! `user`: who may log in, and as what.

use std::io::BufRead as _;
use std::process::ExitCode;

use anyhow::Context as _;
use interdict_desk::accounts::{Account, NewUser, Role};
use serde::Serialize;

use crate::cli::{Cli, User};
use crate::commands::office::Office;
use crate::failure::usage;
use crate::render::table::{Tone, cell, right, table};
use crate::system;
use crate::ui::Ui;

/// A user, as JSON.
#[derive(Serialize)]
struct UserView {
    user: i64,
    login: String,
    person: i64,
    name: String,
    roles: Vec<Role>,
    active: bool,
    password: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    locked_until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    disabled_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_log_in: Option<String>,
}

#[derive(Serialize)]
struct UsersView {
    users: Vec<UserView>,
}

/// What disabling did, as JSON.
#[derive(Serialize)]
struct DisabledView {
    user: UserView,
    sessions_ended: u64,
    keys_ended: u64,
    alerts_put_back: Vec<i64>,
    rules_that_stand: Vec<i64>,
}

impl UserView {
    fn new(account: Account) -> UserView {
        let text = |time: Option<jiff::Timestamp>| time.map(|time| time.to_string());
        UserView {
            user: account.id,
            login: account.login,
            person: account.person.0,
            name: account.person_name,
            roles: account.roles,
            active: account.active,
            password: account.has_password,
            locked_until: text(account.locked_until.filter(|until| *until > system::now())),
            disabled_at: text(account.disabled_at),
            last_log_in: text(account.last_log_in),
        }
    }
}

fn roles(words: &[String]) -> anyhow::Result<Vec<Role>> {
    words
        .iter()
        .map(|word| {
            Role::parse(word).ok_or_else(|| {
                let known = Role::ALL.map(Role::as_str).join(", ");
                usage(format!("--role {word:?}: expected one of {known}"))
            })
        })
        .collect()
}

/// The first line of stdin: an argument would stay in the history of the shell.
fn password() -> anyhow::Result<String> {
    let mut line = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut line)
        .context("reading a password from stdin")?;
    let password = line.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        return Err(usage("no password on stdin; expected one line"));
    }
    Ok(password.to_owned())
}

/// Runs `user`.
pub(crate) fn run(cli: &Cli, action: &User, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    let office = Office::open(cli)?;
    let desk = office.desk();
    let now = system::now();
    if let User::List = action {
        return list(&office, ui);
    }
    let by = office.actor(None)?;
    let login = match action {
        User::List => return list(&office, ui),
        User::Add {
            login,
            name,
            role,
            same_as,
            password: asked,
        } => {
            let other = same_as.as_deref();
            let other = other
                .map(|login| office.wait(desk.user(login)))
                .transpose()?;
            let new = NewUser {
                login: login.clone(),
                name: name.clone().unwrap_or_else(|| login.clone()),
                person: other.map(|account| account.person),
                roles: roles(role)?,
                password: asked.then(password).transpose()?,
            };
            office.wait(desk.add_user(&by, new, now))?;
            login
        }
        User::Password { login } => {
            let password = password()?;
            office.wait(desk.set_password(&by, login, &password, now))?;
            login
        }
        User::Roles { login, role } => {
            office.wait(desk.set_roles(&by, login, &roles(role)?, now))?;
            login
        }
        User::Disable { login, reason } => {
            let done = office.wait(desk.disable_user(&by, login, reason, now))?;
            let view = DisabledView {
                user: UserView::new(done.account),
                sessions_ended: done.sessions,
                keys_ended: done.keys,
                alerts_put_back: done.reopened,
                rules_that_stand: done.rules.iter().map(|rule| rule.id).collect(),
            };
            return disabled(&view, ui);
        }
        User::Enable { login } => {
            office.wait(desk.enable_user(&by, login, now))?;
            login
        }
        User::Unlock { login } => {
            office.wait(desk.unlock_user(&by, login, now))?;
            login
        }
        User::Link {
            login,
            issuer,
            subject,
        } => {
            office.wait(desk.link_subject(&by, login, issuer, subject, now))?;
            login
        }
        User::Unlink { issuer, subject } => {
            let known = office.wait(desk.unlink_subject(&by, issuer, subject, now))?;
            ui.line(match known {
                true => "the subject opens no account any more",
                false => "the subject opened no account",
            })?;
            return Ok(ExitCode::SUCCESS);
        }
        User::Recover { login, key_file } => {
            office.wait(desk.recover_admin(&by, login, key_file, now))?;
            ui.note(format!(
                "a key of {login} is in {}; move it to where it is safe",
                key_file.display()
            ));
            login
        }
    };
    let user = office.wait(desk.user(login))?;
    tell(vec![UserView::new(user)], ui)
}

fn list(office: &Office, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    let users = office.wait(office.desk().users())?;
    tell(users.into_iter().map(UserView::new).collect(), ui)
}

fn tell(users: Vec<UserView>, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    if ui.json {
        ui.document("user", &UsersView { users })?;
        return Ok(ExitCode::SUCCESS);
    }
    if users.is_empty() {
        ui.line("no user; `interdict user add` makes one")?;
        return Ok(ExitCode::SUCCESS);
    }
    let terminal = ui.terminal;
    let headings = [
        "user",
        "login",
        "person",
        "name",
        "roles",
        "state",
        "last log-in",
    ];
    let mut shown = table(terminal, &headings);
    for user in &users {
        let roles: Vec<&str> = user.roles.iter().map(|role| role.as_str()).collect();
        let state = match (&user.disabled_at, &user.locked_until) {
            (Some(at), _) => format!("disabled {at}"),
            (None, Some(until)) => format!("locked until {until}"),
            (None, None) => "active".to_owned(),
        };
        shown.add_row(vec![
            right(terminal, user.user.to_string()),
            cell(terminal, &user.login, Tone::Strong),
            right(terminal, user.person.to_string()),
            cell(terminal, &user.name, Tone::Plain),
            cell(terminal, roles.join(", "), Tone::Plain),
            cell(terminal, state, Tone::Plain),
            cell(
                terminal,
                user.last_log_in.as_deref().unwrap_or("–"),
                Tone::Faint,
            ),
        ]);
    }
    ui.line(shown.to_string())?;
    Ok(ExitCode::SUCCESS)
}

fn disabled(view: &DisabledView, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    if ui.json {
        ui.document("user", view)?;
        return Ok(ExitCode::SUCCESS);
    }
    ui.line(format!(
        "{} is disabled: {} sessions and {} keys ended",
        view.user.login, view.sessions_ended, view.keys_ended
    ))?;
    let numbers = |all: &[i64]| -> String {
        let all: Vec<String> = all.iter().map(i64::to_string).collect();
        all.join(", ")
    };
    if !view.alerts_put_back.is_empty() {
        ui.line(format!(
            "alerts back in the queue: {}",
            numbers(&view.alerts_put_back)
        ))?;
    }
    if !view.rules_that_stand.is_empty() {
        ui.line(format!(
            "good-guy rules that still rest on this person: {}; `interdict rules end` ends one",
            numbers(&view.rules_that_stand)
        ))?;
    }
    Ok(ExitCode::SUCCESS)
}
