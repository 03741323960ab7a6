//! The server over HTTP, in this process, on a port of its own.

mod common;
mod compat;
mod pages;
