//! The binary from outside: what a person types, what comes back.
#![allow(
    clippy::unwrap_used,
    reason = "a test stops where something is not as it should be"
)]

mod compare;
mod config;
mod customers;
mod demo;
mod import;
mod real;
mod run;
mod screen;
mod usage;
