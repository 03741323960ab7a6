//! Customer files from the outside.

mod shapes;
mod wrong;
