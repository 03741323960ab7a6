//! `key`: API keys.

use std::process::ExitCode;

use interdict_desk::accounts::{ApiKey, NewKey, Right};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use crate::cli::{Cli, Key};
use crate::commands::office::Office;
use crate::failure::usage;
use crate::render::table::{Tone, cell, right, table};
use crate::system;
use crate::ui::Ui;

/// A key, as JSON.
#[derive(Serialize)]
struct KeyView {
    key: i64,
    login: String,
    label: String,
    prefix: String,
    scopes: Vec<Right>,
    created_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used: Option<String>,
    /// Only where it was just made.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

#[derive(Serialize)]
struct KeysView {
    keys: Vec<KeyView>,
}

impl KeyView {
    fn new(key: ApiKey, secret: Option<String>) -> KeyView {
        let text = |time: Option<Timestamp>| time.map(|time| time.to_string());
        KeyView {
            key: key.id,
            login: key.login,
            label: key.label,
            prefix: key.prefix,
            scopes: key.scopes,
            created_at: key.created_at.to_string(),
            expires_at: text(key.expires_at),
            ended_at: text(key.ended_at),
            last_used: text(key.last_used),
            secret,
        }
    }
}

/// Runs `key`.
pub(crate) fn run(cli: &Cli, action: &Key, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    let office = Office::open(cli)?;
    let desk = office.desk();
    match action {
        Key::List { login } => {
            if let Some(login) = login {
                office.wait(desk.user(login))?;
            }
            let keys = office.wait(desk.keys(login.as_deref()))?;
            let keys = keys
                .into_iter()
                .map(|key| KeyView::new(key, None))
                .collect();
            tell(keys, ui)
        }
        Key::Add {
            login,
            label,
            scope,
            until,
        } => {
            let scopes = scope
                .iter()
                .map(|word| scope_of(word))
                .collect::<Result<_, _>>()?;
            let new = NewKey {
                login: login.clone(),
                label: label.clone(),
                scopes,
                expires_at: until.as_deref().map(end_of).transpose()?,
            };
            let by = office.actor(None)?;
            let (key, secret) = office.wait(desk.add_key(&by, new, system::now()))?;
            if ui.json {
                return tell(vec![KeyView::new(key, Some(secret))], ui);
            }
            ui.line(&secret)?;
            ui.note(format!(
                "key {} of {login}; this is the only time its secret is shown",
                key.id
            ));
            Ok(ExitCode::SUCCESS)
        }
        Key::End { id } => {
            let by = office.actor(None)?;
            office.wait(desk.end_key(&by, *id, system::now()))?;
            let mut keys = office.wait(desk.keys(None))?;
            keys.retain(|key| key.id == *id);
            let keys = keys
                .into_iter()
                .map(|key| KeyView::new(key, None))
                .collect();
            tell(keys, ui)
        }
    }
}

fn scope_of(word: &str) -> anyhow::Result<Right> {
    Right::parse(word).ok_or_else(|| {
        let known = Right::ALL.map(Right::as_str).join(", ");
        usage(format!("--scope {word:?}: expected one of {known}"))
    })
}

/// The end of a day, in UTC.
fn end_of(text: &str) -> anyhow::Result<Timestamp> {
    let wrong = || {
        usage(format!(
            "--until {text:?}: expected a day such as 2025-05-16"
        ))
    };
    let day: Date = text.trim().parse().map_err(|_| wrong())?;
    let next = day.tomorrow().map_err(|_| wrong())?;
    jiff::tz::Offset::UTC
        .to_timestamp(next.at(0, 0, 0, 0))
        .map_err(|_| wrong())
}

fn tell(keys: Vec<KeyView>, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    if ui.json {
        ui.document("key", &KeysView { keys })?;
        return Ok(ExitCode::SUCCESS);
    }
    if keys.is_empty() {
        ui.line("no API key; `interdict key add` makes one")?;
        return Ok(ExitCode::SUCCESS);
    }
    let terminal = ui.terminal;
    let headings = ["key", "of", "begins", "for", "may", "until", "last used"];
    let mut shown = table(terminal, &headings);
    for key in &keys {
        let scopes: Vec<&str> = key.scopes.iter().map(|scope| scope.as_str()).collect();
        let may = match scopes.is_empty() {
            true => "all that its user may".to_owned(),
            false => scopes.join(", "),
        };
        let until = match (&key.ended_at, &key.expires_at) {
            (Some(at), _) => format!("ended {at}"),
            (None, Some(until)) => until.clone(),
            (None, None) => "it is ended".to_owned(),
        };
        shown.add_row(vec![
            right(terminal, key.key.to_string()),
            cell(terminal, &key.login, Tone::Strong),
            cell(terminal, &key.prefix, Tone::Plain),
            cell(terminal, &key.label, Tone::Plain),
            cell(terminal, may, Tone::Plain),
            cell(terminal, until, Tone::Plain),
            cell(
                terminal,
                key.last_used.as_deref().unwrap_or("never"),
                Tone::Faint,
            ),
        ]);
    }
    ui.line(shown.to_string())?;
    Ok(ExitCode::SUCCESS)
}
