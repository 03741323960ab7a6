//! What a source takes and gives: files of one publication in, entities and a report out.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use interdict_model::{DatasetName, Entity, Place};

/// A file of a publication that can be opened more than once (detection reads its start, parsing
/// all of it).
pub trait RawFile: Send + Sync {
    /// The list that values belong to where the file itself does not say.
    fn list(&self) -> Option<&DatasetName> {
        None
    }

    /// The name without folders, as the publisher or the user calls it.
    fn name(&self) -> &str;

    /// A reader over the decompressed content.
    ///
    /// # Errors
    /// Whatever opening it gives.
    fn open(&self) -> io::Result<Box<dyn io::Read + Send>>;
}

/// One format of one list, as `lists` and the reports call it (`ofac-sdn-csv`, `un-xml`, …).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Format {
    /// Short stable name.
    pub id: &'static str,
    /// What it is, in words for people.
    pub title: &'static str,
    /// Whether it was run on a real and complete file of the publisher; otherwise `lists` and the
    /// docs say "unproven".
    pub proven: bool,
}

/// A date that says when a publication was published, and who says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatedDate {
    /// ISO 8601 date, or date and time where the file states a time.
    pub value: String,
    /// Column, element or line that states it.
    pub field: String,
}

/// Something in a file that a person should know of but that does not stop the import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// File.
    pub file: Arc<str>,
    /// Record.
    pub place: Option<Place>,
    /// What kind of problem it is; the report counts by this (`orphan`, `unknown-column`,
    /// `unparsed-remark`, `invalid-value`, `duplicate-id`, …).
    pub kind: &'static str,
    /// Column or element.
    pub field: String,
    /// The text concerned.
    pub value: String,
    /// What was expected, or what was done with it.
    pub note: String,
}

/// What reading a publication gave beside its entities.
#[derive(Clone, Debug)]
pub struct Report {
    /// The dataset.
    pub dataset: DatasetName,
    /// The format.
    pub format: Format,
    /// The date the files themselves state.
    pub stated_date: Option<StatedDate>,
    /// How many records the files say they hold.
    pub stated_count: Option<u64>,
    /// Records and sub-records read, by file and kind (`sdn.csv rows`, `SDN.XML sdnEntry`, …); what an
    /// independent count of the file must give.
    pub read: BTreeMap<String, u64>,
    /// Entities given, by schema.
    pub entities: BTreeMap<&'static str, u64>,
    /// The first problems of each kind, at most [`Report::PROBLEMS_KEPT`] of a kind.
    pub problems: Vec<Problem>,
    /// All problems, by kind.
    pub problem_counts: BTreeMap<&'static str, u64>,
    /// Records that refer to an entry that is not there, by file.
    pub orphans: BTreeMap<String, u64>,
}

impl Report {
    /// Problems of one kind that are kept in full; the rest is counted.
    pub const PROBLEMS_KEPT: usize = 100;

    /// The kind of a problem with a record that refers to an entry that is not there.
    pub const ORPHAN: &'static str = "orphan";

    /// An empty report.
    pub fn new(dataset: DatasetName, format: Format) -> Report {
        Report {
            dataset,
            format,
            stated_date: None,
            stated_count: None,
            read: BTreeMap::new(),
            entities: BTreeMap::new(),
            problems: Vec::new(),
            problem_counts: BTreeMap::new(),
            orphans: BTreeMap::new(),
        }
    }

    /// Counts one record read.
    pub fn count(&mut self, kind: &str) {
        match self.read.get_mut(kind) {
            Some(n) => *n += 1,
            None => {
                self.read.insert(kind.to_owned(), 1);
            }
        }
    }

    /// Counts a problem and keeps it if it is among the first of its kind.
    pub fn problem(&mut self, problem: Problem) {
        if problem.kind == Report::ORPHAN {
            *self.orphans.entry(problem.file.to_string()).or_insert(0) += 1;
        }
        let seen = self.problem_counts.entry(problem.kind).or_insert(0);
        *seen += 1;
        if *seen <= Report::PROBLEMS_KEPT as u64 {
            self.problems.push(problem);
        }
    }
}

/// Takes entities as a source reads them. An error stops the source.
pub type Sink<'a> = dyn FnMut(Entity) -> Result<(), SinkError> + 'a;

/// The taker of entities gave up.
#[derive(Debug, thiserror::Error)]
#[error("storing an entity failed: {0}")]
pub struct SinkError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// One publisher's list in one format.
pub trait Source: Send + Sync {
    /// The format this source reads.
    fn format(&self) -> Format;

    /// What decides how files are read: the id of the format, and for a source that is given its rules
    /// (a map of columns) also what those are. The same bytes read by another reading are another
    /// publication.
    fn reading(&self) -> String {
        self.format().id.to_owned()
    }

    /// Whether these files are of this format, from their names and first bytes.
    ///
    /// # Errors
    /// When a file cannot be read.
    fn detect(&self, files: &[Probe<'_>]) -> Detection;

    /// Reads the files of one publication and gives each entity to `sink` once.
    ///
    /// # Errors
    /// When a file cannot be read or is not what its format says, naming file and place. What was
    /// given to `sink` until then is to be thrown away.
    fn read(
        &self,
        files: &[&dyn RawFile],
        sink: &mut Sink<'_>,
    ) -> Result<Report, crate::SourceError>;
}

/// The start of a file, for detection.
#[derive(Clone, Copy, Debug)]
pub struct Probe<'a> {
    /// The name of the file.
    pub name: &'a str,
    /// Its first bytes, at most 64 KiB, decompressed.
    pub head: &'a [u8],
    /// The sheets of a spreadsheet; none for any other file.
    pub sheets: &'a [SheetStart],
}

impl Probe<'_> {
    /// Whether one of the first rows of the sheet with this number, counted from 0, has all these
    /// titles.
    pub fn sheet_has(&self, index: usize, titles: &[&str]) -> bool {
        self.sheets.get(index).is_some_and(|sheet| {
            sheet
                .rows
                .iter()
                .any(|row| titles.iter().all(|t| row.iter().any(|cell| cell == t)))
        })
    }
}

/// The start of a sheet, for detection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetStart {
    /// Its name.
    pub name: String,
    /// The texts of the first rows that say something, without empty cells, white space squashed.
    pub rows: Vec<Vec<String>>,
}

/// Whether files are of a format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Detection {
    /// They are not.
    No,
    /// They are; the text says by what (`root element <CONSOLIDATED_LIST>`).
    Yes(String),
}
