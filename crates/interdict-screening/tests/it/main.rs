//! Screening from the outside: what the index returns is what scoring everything returns.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;
mod example;
mod no_loss;
