//! Candidates: build, format, open and enumerate, so that no match is lost.
#![forbid(unsafe_code)]
