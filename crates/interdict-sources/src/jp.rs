//! Lists of Japanese ministries.

pub mod meti;
pub mod mof;
mod text;
