//! Every source on excerpts that are part of the repository, and on the publishers' whole files
//! where they are at hand.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "tests find the real data by an environment variable"
)]

mod csv_map;
mod ftm_files;
mod lists;
mod ofac_csv;
mod ofac_formats;
mod ofac_xml;
mod real;
mod senzing;
mod sheets;
mod shipped_maps;
mod support;
mod wrong_input;
