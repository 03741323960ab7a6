//! Tables and texts for people.

pub(crate) mod customers;
pub(crate) mod diff;
pub(crate) mod hits;
pub(crate) mod reasons;
pub(crate) mod report;
pub(crate) mod table;
pub(crate) mod together;
