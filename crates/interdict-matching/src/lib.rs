//! Two prepared entities into a score and its reasons.
#![forbid(unsafe_code)]
