//! HTTP: an API that clients of yente speak, the own API, and the workbench.
//!
//! One process answers from one set of open lists at a time ([`lists::Answering`]); a request takes
//! that set once and keeps it, so that no answer mixes two versions of a list. Knows the desk and the
//! engine as the command line does, and nothing of files or SQL.
#![forbid(unsafe_code)]

mod api;
pub mod auth;
mod compat;
mod config;
mod front;
mod health;
mod jobs;
mod json;
pub mod lists;
pub mod lookup;
mod metrics;
mod pages;
mod problem;
pub mod recorder;
pub mod records;
pub mod screening;
mod serve;
mod state;
pub mod updates;

pub use config::{Config, ConfigError, ENVIRONMENT};
pub use problem::{Code, Problem};
pub use serve::{ServeError, Server};
pub use state::App;
pub use updates::Updater;
