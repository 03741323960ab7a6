//! Publisher files into entities, one module per list.
//!
//! A source streams: it holds one record, not the file. Format is detected and said, never
//! guessed in silence; unknown columns and elements are kept and reported, never dropped.
#![forbid(unsafe_code)]

pub mod error;
pub mod publication;
pub mod xml;

pub use error::SourceError;
pub use publication::{
    Detection, Format, Probe, Problem, RawFile, Report, Sink, SinkError, Source, StatedDate,
};
