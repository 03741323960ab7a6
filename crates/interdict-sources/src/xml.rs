//! The one way XML comes in: streaming, bounded, without document types or entities.
//!
//! [`XmlStream`] hands out one record at a time as a small [`Element`] tree. Elements and
//! attributes that a source did not look at are found afterwards with [`Element::unread`], so
//! nothing that a publisher adds is dropped unseen.

mod element;
mod input;
mod stream;
#[cfg(test)]
mod tests;

pub use element::{Element, Unread};
pub use stream::{XmlLimits, XmlStream};
