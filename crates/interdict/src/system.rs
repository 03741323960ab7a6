//! The one place that reads the environment: data folder, terminal, logging, clock.
#![allow(
    clippy::disallowed_methods,
    reason = "this is the module that may read the environment"
)]

use std::env;
use std::io::IsTerminal;
use std::path::PathBuf;

use interdict_store::{DatabaseUrl, StoreError};
use tracing_subscriber::EnvFilter;

use crate::failure::usage;

/// Environment variable that names the data folder.
pub(crate) const DATA_DIR: &str = "INTERDICT_DATA_DIR";
/// Environment variable with the address of a PostgreSQL database.
const DATABASE: &str = "INTERDICT_DATABASE";
/// Environment variable with a log filter, such as `debug` or `interdict_desk=trace`.
const LOG: &str = "INTERDICT_LOG";
/// Environment variable with an API key: commands act as its owner.
pub(crate) const API_KEY: &str = "INTERDICT_API_KEY";
/// Width of text that does not go to a terminal.
const PLAIN_WIDTH: u16 = 120;
/// Narrower than this no table is legible.
const LEAST_WIDTH: u16 = 60;

/// What the output may look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Terminal {
    /// Colours and weights may be used.
    pub(crate) colour: bool,
    /// Columns.
    pub(crate) width: u16,
    /// Progress may be drawn on stderr.
    pub(crate) progress: bool,
}

/// What stdout and stderr are.
pub(crate) fn terminal() -> Terminal {
    let tty = std::io::stdout().is_terminal();
    let plain = env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty())
        || env::var_os("TERM").is_some_and(|v| v == "dumb");
    let stated = env::var("COLUMNS").ok().and_then(|c| c.parse().ok());
    let measured = if tty {
        comfy_table::Table::new().width()
    } else {
        None
    };
    Terminal {
        colour: tty && !plain,
        width: measured.or(stated).unwrap_or(PLAIN_WIDTH).max(LEAST_WIDTH),
        progress: std::io::stderr().is_terminal(),
    }
}

/// The data folder: the argument, else the environment, else where the platform keeps such things.
///
/// # Errors
/// When nothing of the three names a folder.
pub(crate) fn data_dir(argument: Option<&PathBuf>) -> anyhow::Result<PathBuf> {
    if let Some(path) = argument {
        return Ok(path.clone());
    }
    if let Some(path) = env::var_os(DATA_DIR).filter(|v| !v.is_empty()) {
        return Ok(PathBuf::from(path));
    }
    platform_data_dir().ok_or_else(|| {
        usage(format!(
            "no data folder: this system names no home folder; give --data-dir or set {DATA_DIR}"
        ))
    })
}

/// The PostgreSQL database: the argument, else the environment; `None` for that of the data folder.
///
/// # Errors
/// When what is given is no address of one.
pub(crate) fn database(argument: Option<&str>) -> anyhow::Result<Option<DatabaseUrl>> {
    let given = argument
        .map(str::to_owned)
        .or_else(|| env::var(DATABASE).ok().filter(|v| !v.is_empty()));
    given
        .map(|text| text.parse().map_err(|e: StoreError| usage(e.to_string())))
        .transpose()
}

fn folder(variable: &str) -> Option<PathBuf> {
    env::var_os(variable)
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
}

fn platform_data_dir() -> Option<PathBuf> {
    if cfg!(windows) {
        return folder("LOCALAPPDATA").map(|base| base.join("Interdict"));
    }
    if cfg!(target_os = "macos") {
        return folder("HOME").map(|home| home.join("Library/Application Support/Interdict"));
    }
    folder("XDG_DATA_HOME")
        .or_else(|| folder("HOME").map(|home| home.join(".local/share")))
        .map(|base| base.join("interdict"))
}

/// Sends log lines to stderr: warnings, more with `-v`, only errors with `-q`. A server writes lines of
/// JSON with the time, for whatever gathers logs, and says what it answers.
pub(crate) fn start_logging(verbose: u8, quiet: bool, server: bool) {
    let default = match (quiet, verbose) {
        (true, _) => "error",
        (false, 0) if server => "warn,interdict=info,interdict_server=info",
        (false, 0) => "warn",
        (false, 1) => "info",
        (false, 2) => "debug",
        (false, _) => "trace",
    };
    let filter = env::var(LOG)
        .ok()
        .and_then(|text| EnvFilter::try_new(text).ok())
        .unwrap_or_else(|| EnvFilter::new(default));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let installed = match server {
        true => log.json().flatten_event(true).with_target(false).try_init(),
        false => log
            .with_ansi(std::io::stderr().is_terminal() && env::var_os("NO_COLOR").is_none())
            .with_target(false)
            .without_time()
            .try_init(),
    };
    // Only a second call fails, and then there is a log already.
    drop(installed);
}

/// The variables of the environment whose names begin so.
pub(crate) fn environment(prefix: &str) -> Vec<(String, String)> {
    env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| name.starts_with(prefix))
        .collect()
}

/// A variable of the environment that settings name; `None` when it is not set.
pub(crate) fn variable(name: &str) -> Option<String> {
    env::var(name).ok()
}

/// The API key that the environment holds, for commands that act as its owner.
pub(crate) fn api_key() -> Option<String> {
    env::var(API_KEY).ok().filter(|key| !key.is_empty())
}

/// The user of the operating system, for the record.
pub(crate) fn user() -> String {
    whoami::username().unwrap_or_else(|_| "unknown user".to_owned())
}

/// Now, by the clock of this system.
pub(crate) fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

/// The proxy that the environment names: `ALL_PROXY`, `HTTPS_PROXY` or `HTTP_PROXY`, with `NO_PROXY`.
pub(crate) fn proxy() -> Option<ureq::Proxy> {
    ureq::Proxy::try_from_env()
}

/// Today in UTC, by the clock of this system.
pub(crate) fn today() -> jiff::civil::Date {
    jiff::tz::Offset::UTC.to_datetime(now()).date()
}

/// What to type to run this program again: as it was called, if that was with a folder, since it
/// may not be on the path then.
pub(crate) fn own_name() -> String {
    let called = env::args_os().next().map(PathBuf::from);
    let in_folder = called
        .filter(|path| path.components().count() > 1)
        .map(|path| {
            let here = env::current_dir().ok();
            let relative = here.and_then(|here| path.strip_prefix(here).ok().map(PathBuf::from));
            relative.unwrap_or(path)
        });
    in_folder.map_or_else(
        || "interdict".to_owned(),
        |path| path.to_string_lossy().into_owned(),
    )
}
