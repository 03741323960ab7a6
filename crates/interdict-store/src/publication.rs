//! What is known of a publication beside its entities.

use std::collections::BTreeMap;
use std::fmt;

use interdict_model::DatasetName;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::folder::StoredFile;

/// Number of a publication: the order in which this system took publications in. Never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PublicationId(pub i64);

impl fmt::Display for PublicationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Who says when a publication was published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateSource {
    /// The files themselves.
    File,
    /// Whoever imported it.
    Option,
    /// The time of last change of the file, or of the answer that brought it.
    LastModified,
    /// Nobody: the time of the import stands in.
    Import,
}

impl DateSource {
    /// The word in the database and in outputs.
    pub fn as_str(self) -> &'static str {
        match self {
            DateSource::File => "file",
            DateSource::Option => "option",
            DateSource::LastModified => "last-modified",
            DateSource::Import => "import",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<DateSource> {
        [
            DateSource::File,
            DateSource::Option,
            DateSource::LastModified,
            DateSource::Import,
        ]
        .into_iter()
        .find(|source| source.as_str() == text)
    }
}

/// When a publication was published, and who says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedAt {
    /// The day that orders publications. Of a time with an offset, the day it was there.
    pub day: Date,
    /// The date or time as given, ISO 8601.
    pub text: String,
    /// Who gave it.
    pub by: DateSource,
    /// Column, element or line that states it, for [`DateSource::File`].
    pub field: Option<String>,
}

impl PublishedAt {
    /// A date or time as given; `None` if it does not start with an ISO 8601 day.
    pub fn parse(text: &str, by: DateSource, field: Option<String>) -> Option<PublishedAt> {
        let text = text.trim();
        let day: Date = text.get(..10)?.parse().ok()?;
        let rest = text.get(10..)?;
        if !(rest.is_empty() || rest.starts_with(['T', ' ', 'Z', '+', '-'])) {
            return None;
        }
        Some(PublishedAt {
            day,
            text: text.to_owned(),
            by,
            field,
        })
    }

    /// A time, as a day in UTC.
    pub fn at(time: Timestamp, by: DateSource) -> PublishedAt {
        PublishedAt {
            day: jiff::tz::Offset::UTC.to_datetime(time).date(),
            text: time.to_string(),
            by,
            field: None,
        }
    }
}

/// What became of a publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It answers.
    Current,
    /// It was accepted, and another one answers.
    Superseded,
    /// A check stopped it; a person decides.
    Quarantined,
    /// A person decided against it.
    Rejected,
    /// It was accepted once; a person went back behind it.
    Withdrawn,
    /// It could not be read.
    Failed,
}

impl State {
    /// The word in outputs.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Current => "current",
            State::Superseded => "superseded",
            State::Quarantined => "quarantined",
            State::Rejected => "rejected",
            State::Withdrawn => "withdrawn",
            State::Failed => "failed",
        }
    }

    /// Whether questions about the past may be answered from it.
    pub fn is_accepted(self) -> bool {
        matches!(self, State::Current | State::Superseded)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What is to be said of a list as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatasetInfo {
    /// Name.
    pub name: DatasetName,
    /// Title for people.
    pub title: String,
    /// Who publishes it.
    pub publisher: Option<String>,
    /// Licence class.
    pub licence: Option<String>,
}

/// How much a publication holds; what checks compare from one to the next.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Entities by schema.
    pub schemata: BTreeMap<String, u64>,
    /// Values by property.
    pub properties: BTreeMap<String, u64>,
    /// Ids that stood more than once in the publication and were merged.
    pub merged: u64,
    /// What an independent count of the files must give, by file and kind of record.
    pub read: BTreeMap<String, u64>,
}

impl Counts {
    /// All entities.
    pub fn entities(&self) -> u64 {
        self.schemata.values().sum()
    }

    /// All values.
    pub fn statements(&self) -> u64 {
        self.properties.values().sum()
    }
}

/// A publication as stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Publication {
    /// Import number.
    pub id: PublicationId,
    /// Its list.
    pub dataset: DatasetName,
    /// Id of its format.
    pub format: String,
    /// Whether that format was run on a real and complete file of the publisher.
    pub proven: bool,
    /// When it was published.
    pub published: PublishedAt,
    /// When this system took it in.
    pub imported_at: Timestamp,
    /// When it was first allowed to answer.
    pub accepted_at: Option<Timestamp>,
    /// What became of it.
    pub state: State,
    /// Whether it could be read. One that could not has files and no content, and never answers.
    pub readable: bool,
    /// When content and files were removed, if they were.
    pub pruned_at: Option<Timestamp>,
    /// Why it is quarantined, rejected or failed.
    pub reason: Option<String>,
    /// Its files, in the order they were given.
    pub files: Vec<StoredFile>,
    /// How much it holds.
    pub counts: Counts,
    /// SHA-256 over the sorted hashes of its revisions: equal for equal content.
    pub content: [u8; 32],
}

impl Publication {
    /// What orders publications of one list: the day, then the import number.
    pub fn order(&self) -> (Date, PublicationId) {
        (self.published.day, self.id)
    }
}

/// What to store of a publication when all its entities are given.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Its list; later imports may change title, publisher and licence.
    pub dataset: DatasetInfo,
    /// Id of its format.
    pub format: String,
    /// Whether that format was run on a real and complete file of the publisher.
    pub proven: bool,
    /// When it was published.
    pub published: PublishedAt,
    /// Now.
    pub imported_at: Timestamp,
    /// `Some` keeps it from answering, and says why.
    pub quarantine: Option<String>,
    /// Why a person lets it answer whatever checks found; recorded as their decision.
    pub accepted_because: Option<String>,
    /// Who imports it.
    pub actor: String,
    /// What an independent count of the files must give.
    pub read: BTreeMap<String, u64>,
    /// What reading it gave beside entities: problems, their counts, and so on.
    pub report: serde_json::Value,
    /// Its index segment.
    pub segment: Option<SegmentInfo>,
}

/// An index segment of a publication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SegmentInfo {
    /// The format that reads it.
    pub format: u32,
    /// Its hash, which names the file.
    pub hash: String,
    /// Its size in bytes.
    pub size: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_is_the_first_ten_characters() {
        let day = |text| PublishedAt::parse(text, DateSource::File, None).map(|p| p.day);
        assert_eq!(day("2023-12-28"), Some(jiff::civil::date(2023, 12, 28)));
        assert_eq!(
            day("2025-04-19T23:30:00-04:00"),
            Some(jiff::civil::date(2025, 4, 19))
        );
        for bad in ["", "2023", "2023-13-01", "28.12.2023", "2023-12-281"] {
            assert_eq!(day(bad), None, "{bad}");
        }
    }
}
