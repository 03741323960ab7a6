//! What a hit shows of a listed entity, kept beside the index so that showing it needs no more
//! than reading a few texts: the entity itself stays packed in the payload.
//!
//! A card is a list of groups of texts, each group its number of texts, each text its length and
//! its bytes; numbers are LEB128. What the segment knows anyway (first name, dataset) is left out.

use interdict_index::{IndexError, View};
use interdict_model::{Entity, PropertyType, Statement};

use super::Listing;

/// Properties that say when something began to be.
const START_DATES: &[&str] = &["birthDate", "incorporationDate", "buildDate"];

/// Writes the card of an entity of a dataset; empty for what no hit shows.
pub(crate) fn write(entity: &Entity, dataset: &str) -> Vec<u8> {
    let mut datasets: Vec<String> = entity.datasets().iter().map(ToString::to_string).collect();
    if entity.schema.is_named("Sanction") {
        return sanction(entity, datasets.first().map_or("", String::as_str), dataset);
    }
    if !entity.schema.matchable() {
        return Vec::new();
    }
    let first_name = interdict_evidence::names_of(entity).first().map(|n| n.1);
    let caption = Some(entity.caption()).filter(|c| Some(*c) != first_name);
    if datasets == [dataset] {
        datasets.clear();
    }
    let dates = values(entity, |s| START_DATES.contains(&s.property.name()));
    let countries = values(entity, |s| s.property.kind() == PropertyType::Country);
    let mut out = Vec::new();
    group(&mut out, caption);
    group(&mut out, datasets.iter().map(String::as_str));
    group(&mut out, dates);
    group(&mut out, countries);
    out
}

fn sanction(entity: &Entity, first: &str, dataset: &str) -> Vec<u8> {
    let mut programmes: Vec<&str> = entity.values("program").collect();
    if programmes.is_empty() {
        programmes = entity.values("programId").collect();
    }
    let mut out = Vec::new();
    group(&mut out, Some(first).filter(|d| *d != dataset));
    group(&mut out, entity.first("authority"));
    group(&mut out, programmes);
    for name in ["listingDate", "startDate", "endDate", "authorityId"] {
        group(&mut out, entity.first(name));
    }
    group(&mut out, entity.values("entity"));
    out
}

fn values(entity: &Entity, wanted: impl Fn(&Statement) -> bool) -> Vec<&str> {
    let mut all: Vec<&str> = entity
        .statements
        .iter()
        .filter(|s| wanted(s))
        .map(|s| s.value.as_str())
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn group<'t>(out: &mut Vec<u8>, texts: impl IntoIterator<Item = &'t str>) {
    let texts: Vec<&str> = texts.into_iter().collect();
    number(out, texts.len());
    for text in texts {
        number(out, text.len());
        out.extend_from_slice(text.as_bytes());
    }
}

fn number(out: &mut Vec<u8>, mut value: usize) {
    loop {
        let low = u8::try_from(value & 0x7f).unwrap_or(0);
        value >>= 7;
        if value == 0 {
            out.push(low);
            return;
        }
        out.push(low | 0x80);
    }
}

/// Reads a card group by group.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn number(&mut self) -> Option<usize> {
        let mut value = 0usize;
        for shift in (0..usize::BITS).step_by(7) {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            value |= usize::from(byte & 0x7f).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = self.number()?;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        std::str::from_utf8(text).ok()
    }

    fn group(&mut self) -> Option<Vec<String>> {
        let count = self.number()?;
        (0..count).map(|_| self.text().map(str::to_owned)).collect()
    }

    fn one(&mut self) -> Option<Option<String>> {
        Some(self.group()?.into_iter().next())
    }
}

/// What is shown of a party.
pub(super) struct Party {
    pub(super) caption: String,
    pub(super) datasets: Vec<String>,
    pub(super) dates: Vec<String>,
    pub(super) countries: Vec<String>,
    pub(super) topics: Vec<String>,
}

impl Party {
    /// # Errors
    /// When the segment is damaged, or has no such party.
    pub(super) fn read(view: &View<'_>, entity: u32) -> Result<Party, IndexError> {
        let mut reader = Reader(view.card(entity)?);
        let card = (|| {
            Some((
                reader.one()?,
                reader.group()?,
                reader.group()?,
                reader.group()?,
            ))
        })();
        let (caption, mut datasets, dates, countries) =
            card.ok_or_else(|| view.bad_card(entity))?;
        let caption = match caption {
            Some(caption) => caption,
            None => view.name(view.names_of(entity)?.start)?.text.to_owned(),
        };
        if datasets.is_empty() {
            datasets.push(view.segment().description().dataset.to_string());
        }
        let mut topics: Vec<String> = view.topics(entity)?.map(str::to_owned).collect();
        topics.sort_unstable();
        topics.dedup();
        Ok(Party {
            caption,
            datasets,
            dates,
            countries,
            topics,
        })
    }
}

/// The measures against an entity, from the sanctions that refer to it.
///
/// # Errors
/// When the segment is damaged.
pub(super) fn listings(view: &View<'_>, id: &str) -> Result<Vec<Listing>, IndexError> {
    let mut all = Vec::new();
    for other in view.referring_to(id) {
        if !view.schema(other)?.is_named("Sanction") {
            continue;
        }
        let mut reader = Reader(view.card(other)?);
        let card = (|| {
            Some((
                Listing {
                    dataset: match reader.one()? {
                        Some(dataset) => dataset,
                        None => view.segment().description().dataset.to_string(),
                    },
                    authority: reader.one()?,
                    programmes: reader.group()?,
                    listing_date: reader.one()?,
                    start_date: reader.one()?,
                    end_date: reader.one()?,
                    authority_id: reader.one()?,
                },
                reader.group()?,
            ))
        })();
        let (listing, entities) = card.ok_or_else(|| view.bad_card(other))?;
        // References are looked up by hash: the id decides.
        if entities.iter().any(|e| e == id) {
            all.push(listing);
        }
    }
    all.sort();
    all.dedup();
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_come_back() {
        let long = "x".repeat(300);
        let mut out = Vec::new();
        group(&mut out, ["a", "", long.as_str()]);
        group(&mut out, None);
        group(&mut out, Some("end"));
        let mut reader = Reader(&out);
        assert_eq!(reader.group(), Some(vec!["a".into(), String::new(), long]));
        assert_eq!(reader.one(), Some(None));
        assert_eq!(reader.one(), Some(Some("end".to_owned())));
        assert_eq!(reader.group(), None);
        assert_eq!(Reader(&[0xff; 12]).number(), None);
        assert_eq!(Reader(&[1, 9, b'a']).group(), None);
    }
}
