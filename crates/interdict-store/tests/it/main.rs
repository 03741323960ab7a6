//! Tests of the store through its public face.

mod conformance;
mod folder;
mod made;
mod model;
mod postgres;
mod sqlite;
