//! The work around the engine: import, versions, the current lists.
#![forbid(unsafe_code)]
