//! Lists of Japanese ministries.

pub mod export_bans;
pub mod meti;
pub mod mof;
mod text;
