//! The one place that reads the environment: what to log.
#![allow(
    clippy::disallowed_methods,
    reason = "this is the module that may read the environment"
)]

use std::env;
use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

/// Environment variable with a log filter, such as `debug` or `interdict_desk=trace`.
const LOG: &str = "INTERDICT_LOG";

/// Sends log lines to stderr: warnings, more with `-v`, only errors with `-q`.
pub(crate) fn start_logging(verbose: u8, quiet: bool) {
    let default = match (quiet, verbose) {
        (true, _) => "error",
        (false, 0) => "warn",
        (false, 1) => "info",
        (false, 2) => "debug",
        (false, _) => "trace",
    };
    let filter = env::var(LOG)
        .ok()
        .and_then(|text| EnvFilter::try_new(text).ok())
        .unwrap_or_else(|| EnvFilter::new(default));
    let installed = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal() && env::var_os("NO_COLOR").is_none())
        .with_target(false)
        .without_time()
        .try_init();
    // Only a second call fails, and then there is a log already.
    drop(installed);
}
