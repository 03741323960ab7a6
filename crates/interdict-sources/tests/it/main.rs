//! Every source on excerpts that are part of the repository, and on the publishers' whole files
//! where they are at hand.

mod ftm_files;
mod real;
