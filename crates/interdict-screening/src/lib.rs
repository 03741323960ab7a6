//! The engine: a snapshot of segments and a policy into hits; evaluation.
#![forbid(unsafe_code)]
