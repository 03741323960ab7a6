//! Properties that must always hold, and labelled corpora with floors.

mod corpora;
mod properties;
