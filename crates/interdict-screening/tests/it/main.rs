//! Screening from the outside: what the index returns is what scoring everything returns.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails, and one that is skipped says so"
)]

mod common;
mod enumeration;
mod example;
mod golden;
mod no_loss;
mod rebuild;
