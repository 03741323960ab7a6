//! Tests of the store through its public face.

mod child;
mod conformance;
mod copies;
mod folder;
mod made;
mod model;
mod nodes;
mod postgres;
mod sqlite;
mod upgrade;
