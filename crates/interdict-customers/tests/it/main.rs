//! Customer files from the outside.
#![allow(
    clippy::unwrap_used,
    reason = "a test stops where something is not as it should be"
)]

mod shapes;
mod wrong;
