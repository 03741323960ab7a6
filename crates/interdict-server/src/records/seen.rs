//! Since when an entity stands in its list, and since when unchanged.

use std::collections::HashMap;
use std::sync::Arc;

use interdict_desk::DeskError;
use interdict_store::{Publication, PublishedAt, SeenSince};

use super::searching;

/// Times of the entities of one list, as `YYYY-MM-DDTHH:MM:SS` without a zone.
#[derive(Clone, Debug, Default)]
pub(super) struct SeenInList {
    publications: Vec<Arc<str>>,
    /// By entity, places in `publications` of the first with it and of the first with what it is now.
    later: HashMap<u32, (usize, usize)>,
}

impl SeenInList {
    pub(super) fn new(
        current: &Publication,
        since: SeenSince,
        segment: &interdict_screening::Segment,
    ) -> Result<SeenInList, DeskError> {
        let mut publications: Vec<Arc<str>> = since
            .publications
            .iter()
            .map(|p| time_of(&p.published).into())
            .collect();
        if publications.is_empty() {
            publications.push(time_of(&current.published).into());
        }
        let view = segment.view();
        let mut later = HashMap::with_capacity(since.later.len());
        for (id, places) in since.later {
            if let Some(entity) = view.find(&id).map_err(searching)? {
                later.insert(entity, places);
            }
        }
        Ok(SeenInList {
            publications,
            later,
        })
    }

    pub(super) fn first(&self, entity: u32) -> Option<&str> {
        let place = self.later.get(&entity).map_or(0, |places| places.0);
        self.publications.get(place).map(|time| &**time)
    }

    pub(super) fn changed(&self, entity: u32) -> Option<&str> {
        let place = self.later.get(&entity).map_or(0, |places| places.1);
        self.publications.get(place).map(|time| &**time)
    }

    pub(super) fn last(&self) -> Option<&str> {
        self.publications.last().map(|time| &**time)
    }
}

/// When something was published, to the second; midnight where only the day is known.
fn time_of(published: &PublishedAt) -> String {
    naive(&published.text).unwrap_or_else(|| format!("{}T00:00:00", published.day))
}

/// An ISO 8601 date or time as `YYYY-MM-DDTHH:MM:SS`, in UTC where it names an offset; `None` for what
/// is neither.
pub(crate) fn naive(text: &str) -> Option<String> {
    let text = text.trim();
    if let Ok(time) = text.parse::<jiff::Timestamp>() {
        let time = jiff::tz::Offset::UTC.to_datetime(time);
        return Some(seconds(time));
    }
    if let Ok(time) = text.parse::<jiff::civil::DateTime>() {
        return Some(seconds(time));
    }
    let parsed = interdict_model::PartialDate::parse_iso(text)?;
    let (year, month, day) = parsed.earliest();
    Some(format!("{year:04}-{month:02}-{day:02}T00:00:00"))
}

fn seconds(time: jiff::civil::DateTime) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::naive;

    #[test]
    fn times_have_seconds_and_no_zone() {
        for (text, expected) in [
            ("2024-05-27", Some("2024-05-27T00:00:00")),
            ("2024-05", Some("2024-05-01T00:00:00")),
            ("2024-05-27T13:47:02", Some("2024-05-27T13:47:02")),
            ("2024-05-27T13:47:02.123456", Some("2024-05-27T13:47:02")),
            ("2024-05-27T13:47:02Z", Some("2024-05-27T13:47:02")),
            ("2024-05-27T13:47:02+02:00", Some("2024-05-27T11:47:02")),
            ("last week", None),
        ] {
            assert_eq!(naive(text).as_deref(), expected, "{text}");
        }
    }
}
