//! Tests of the desk through its public face.

mod accounts;
mod audit;
mod books;
mod guard;
mod import;
mod interrupted;
mod maps;
mod place;
mod tiny;
mod work;
