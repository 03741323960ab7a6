//! Tests of the desk through its public face.

mod import;
mod interrupted;
mod maps;
mod tiny;
