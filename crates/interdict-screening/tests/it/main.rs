//! Screening from the outside: what the index returns is what scoring everything returns.

mod common;
mod example;
mod no_loss;
