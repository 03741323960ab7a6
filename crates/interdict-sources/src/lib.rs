//! Publisher files into entities, one module per list.
//!
//! A source streams: it holds one record, not the file. Format is detected and said, never
//! guessed in silence; unknown columns and elements are kept and reported, never dropped.
#![forbid(unsafe_code)]

mod around;
pub mod au_dfat;
pub mod bis_denied;
pub mod canada;
pub mod catalog;
pub mod csl;
pub mod csv_map;
pub mod detect;
pub mod error;
pub mod eu_fsf;
pub mod eu_journal;
pub mod ftm;
mod groups;
pub mod input;
pub mod jp;
mod lines;
pub mod ofac;
pub mod ofsi;
pub mod opensanctions;
pub mod pk_proscribed;
pub mod publication;
pub mod registry;
pub mod seco;
pub mod senzing;
mod several;
mod sheet;
mod table;
pub mod tr_freezes;
pub mod uk;
pub mod un;
pub mod worldbank;
mod writer;
pub mod xml;

pub use catalog::{Catalog, Dataset};
pub use csv_map::{CsvMap, MapError};
pub use detect::{Detected, detect};
pub use error::SourceError;
pub use input::{BytesFile, PathFile};
pub use publication::{
    Detection, Format, Probe, Problem, RawFile, Report, SheetStart, Sink, SinkError, Source,
    StatedDate,
};
