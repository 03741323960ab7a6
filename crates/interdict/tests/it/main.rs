//! The binary from outside: what a person types, what comes back.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test stops where something is not as it should be, and says what it skips"
)]

mod batch;
mod book_killed;
mod book_load;
mod clusters;
mod compare;
mod config;
mod customers;
mod demo;
mod diff;
mod evaluate;
mod feeds;
mod guides;
mod history;
mod import;
mod lists;
mod manual;
mod people;
mod publisher;
mod real;
mod run;
mod screen;
mod serve;
mod storage;
mod update;
mod usage;
