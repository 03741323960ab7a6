//! HTTP.
#![forbid(unsafe_code)]
