//! What a sanctions record is: ontology, entity, statement, dataset, partial dates, territories,
//! identifiers.
//!
//! Knows nothing of files, lists, names' inner structure or scores, and does no I/O.
#![forbid(unsafe_code)]

pub mod clean;
pub mod dataset;
pub mod date;
pub mod entity;
pub mod ftm;
pub mod gender;
pub mod id;
pub mod identifier;
pub mod language;
pub mod ontology;
pub mod part;
pub mod record;
pub mod territory;
pub mod topic;

pub use dataset::DatasetName;
pub use date::{DateOrder, DateSpan, PartialDate};
pub use entity::{Entity, Origin, Place, Statement};
pub use identifier::IdentifierKind;
pub use ontology::{Property, PropertyType, Schema};
pub use record::{Recorder, Rejection, Said};
pub use territory::Territory;
