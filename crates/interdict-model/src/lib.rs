//! What a sanctions record is: ontology, entity, statement, dataset, partial dates, territories,
//! identifiers.
//!
//! Knows nothing of files, lists, names' inner structure or scores, and does no I/O.
#![forbid(unsafe_code)]

pub mod dataset;
pub mod entity;
pub mod ontology;

pub use dataset::DatasetName;
pub use entity::{Entity, Origin, Place, Statement};
pub use ontology::{Property, PropertyType, Schema};
