//! Raw text of a publisher into the value of a property.
//!
//! Values come out as the FollowTheMoney tools (followthemoney 4.11) write them, so that data
//! can move between the two. Interdict reads more spellings of dates and territories than they do;
//! the value is then still in their form. Two deliberate differences: telephone numbers are kept as
//! written (the tools need the numbering plans of the world to judge them), and a media type is
//! only lower-cased.

use std::fmt;
use std::net::IpAddr;

use compact_str::{CompactString, ToCompactString};
use smallvec::{SmallVec, smallvec};

use crate::date::DateOrder;
use crate::ontology::{Property, PropertyType};
use crate::{gender, identifier, language, territory, topic};

mod date;
mod text;
mod web;

pub use text::{sanitise, squash};

/// What a source knows about a value beside its text.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hints {
    /// How the list writes numeric dates.
    pub date_order: DateOrder,
}

/// A value ready for a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cleaned {
    /// The value in the form of its type.
    pub value: CompactString,
    /// The raw text, where it differs from the value.
    pub original: Option<CompactString>,
}

/// Why a text is not a value of a property. The caller still has the text and must keep it
/// somewhere; [`crate::Recorder`] does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// Not a date, or none that exists, or the order of day and month is not known.
    Date,
    /// No known territory.
    Territory,
    /// Not a topic of the vocabulary.
    Topic,
    /// Not a gender.
    Gender,
    /// Not a language.
    Language,
    /// Not an e-mail address.
    Email,
    /// Not a web address.
    Url,
    /// Not an IP address.
    Ip,
    /// Not an id that an entity can have.
    EntityId,
    /// The identifier has the wrong form or a wrong check digit.
    Identifier(&'static str),
    /// The property is the far side of another one and holds no values.
    Stub,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Reason::Date => "expected a date that exists, in a known order of day and month",
            Reason::Territory => "expected a country or territory by name or code",
            Reason::Topic => "expected a topic of the FollowTheMoney vocabulary",
            Reason::Gender => "expected male, female or other",
            Reason::Language => "expected a language code",
            Reason::Email => "expected an e-mail address",
            Reason::Url => "expected a web address",
            Reason::Ip => "expected an IP address",
            Reason::EntityId => {
                "expected an entity id (letters, digits, dots and hyphens) other than its own"
            }
            Reason::Identifier(format) => {
                return write!(f, "expected a valid {format}, check digits included");
            }
            Reason::Stub => "the property is the far side of a link and holds no values",
        })
    }
}

/// The values of one raw text, in order; more than one only for ranges of dates.
pub type Values = SmallVec<[Cleaned; 1]>;

/// Cleans `raw` as a value of `property`. An empty list means that nothing was written.
///
/// # Errors
/// The reason why the text is not a value of this property.
pub fn clean(property: Property, raw: &str, hints: &Hints) -> Result<Values, Reason> {
    if property.stub() {
        return Err(Reason::Stub);
    }
    let text = sanitise(raw);
    if text.is_empty() {
        return Ok(Values::new());
    }
    if property.kind() == PropertyType::Date {
        return date::values(&text, raw, hints.date_order);
    }
    let value = value(property, &text)?;
    if value.is_empty() {
        return Ok(Values::new());
    }
    let original = (value != raw).then(|| raw.to_compact_string());
    Ok(smallvec![Cleaned { value, original }])
}

fn value(property: Property, text: &str) -> Result<CompactString, Reason> {
    match property.kind() {
        PropertyType::Name => Ok(text::name(text)),
        PropertyType::Address => Ok(text::address(text)),
        PropertyType::Country => territory::lookup(text)
            .map(|t| CompactString::const_new(t.ftm_code()))
            .ok_or(Reason::Territory),
        PropertyType::Gender => gender::lookup(text)
            .map(CompactString::const_new)
            .ok_or(Reason::Gender),
        PropertyType::Topic => topic::lookup(text)
            .map(|t| CompactString::const_new(t.code()))
            .ok_or(Reason::Topic),
        PropertyType::Language => language::lookup(text)
            .map(CompactString::const_new)
            .ok_or(Reason::Language),
        PropertyType::Email => web::email(text).ok_or(Reason::Email),
        PropertyType::Url => web::url(text).ok_or(Reason::Url),
        PropertyType::Ip => text
            .parse::<IpAddr>()
            .map(|ip| ip.to_compact_string())
            .map_err(|_| Reason::Ip),
        PropertyType::Entity => {
            if is_entity_id(text) {
                Ok(text.to_compact_string())
            } else {
                Err(Reason::EntityId)
            }
        }
        PropertyType::Identifier => match property.format() {
            Some(format) => identifier::ftm_normal(format, text).ok_or(Reason::Identifier(format)),
            None => Ok(text.to_compact_string()),
        },
        PropertyType::Mimetype => Ok(text.to_lowercase().into()),
        PropertyType::Date
        | PropertyType::Checksum
        | PropertyType::Html
        | PropertyType::Json
        | PropertyType::Number
        | PropertyType::Phone
        | PropertyType::String
        | PropertyType::Text => Ok(text.to_compact_string()),
    }
}

/// Whether a text can be the id of an entity in FollowTheMoney: ASCII letters, digits, dots and
/// hyphens, with a letter or digit at both ends.
pub fn is_entity_id(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.first().is_some_and(u8::is_ascii_alphanumeric)
        && bytes.last().is_some_and(u8::is_ascii_alphanumeric)
        && bytes
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'))
}
