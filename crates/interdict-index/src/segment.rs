//! An open segment.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use interdict_model::{DatasetName, Schema};
use zerocopy::{FromBytes, Immutable, KnownLayout, Unaligned};

use crate::build::Description;
use crate::build::table_checksum;
use crate::columns::{Texts, records};
use crate::error::IndexError;
use crate::format::{FORMAT_VERSION, HEADER, Header, MAGIC, MAX_SECTIONS, Section, SectionEntry};
use crate::hash::hash;
use crate::keys;
use crate::map::Bytes;
use crate::view::View;
use crate::{ANALYSIS_VERSION, EVIDENCE_VERSION};

/// Numbers open segments, so that what is remembered of one is never taken for another's.
static SERIAL: AtomicU64 = AtomicU64::new(1);

const SECTIONS: usize = Section::ALL.len();

/// Files up to this length are checked whole whenever they are opened.
const CHECKED_WHOLE: usize = 48 << 20;
/// Of longer ones, sections up to this length.
const CHECKED_PART: usize = 1 << 20;

/// An open, immutable segment: the entities of one dataset version.
pub struct Segment {
    bytes: Bytes,
    path: PathBuf,
    ranges: [Range<usize>; SECTIONS],
    checksums: [u64; SECTIONS],
    description: Description,
    schemata: Vec<Schema>,
    serial: u64,
}

impl std::fmt::Debug for Segment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Segment")
            .field("path", &self.path)
            .field("description", &self.description)
            .field("bytes", &self.bytes.len())
            .finish_non_exhaustive()
    }
}

impl Segment {
    /// Opens a segment file: maps it, checks header, table and every section except the payload,
    /// whose blocks are checked whenever one is read. Of a file of more than 48 MiB, reading all of
    /// which would take its time, only the small sections are checked again: all of it was when the
    /// file was published ([`Segment::verify`]), and reading what was damaged since is an error or a
    /// wrong value at worst.
    ///
    /// # Errors
    /// When the file cannot be mapped, is no segment, is of another version, or is damaged.
    pub fn open(path: &Path) -> Result<Segment, IndexError> {
        let segment = Segment::from_bytes(Bytes::map(path)?, path)?;
        let large = segment.bytes.len() > CHECKED_WHOLE;
        segment.check(|section| {
            let size = segment.section(section).len();
            section != Section::Payload && !(large && size > CHECKED_PART)
        })?;
        Ok(segment)
    }

    /// Checks every byte against its checksum: what publishing a segment asks for.
    ///
    /// # Errors
    /// When a section is not what was written.
    pub fn verify(&self) -> Result<(), IndexError> {
        self.check(|_| true)
    }

    /// Reads a segment from memory, checking all of it.
    ///
    /// # Errors
    /// When the bytes are no segment, of another version, or damaged.
    pub fn from_vec(bytes: Vec<u8>) -> Result<Segment, IndexError> {
        let segment = Segment::from_bytes(Bytes::Owned(bytes), Path::new("segment in memory"))?;
        segment.verify()?;
        Ok(segment)
    }

    /// Reads a segment whose sections may be damaged, to show that reading one is safe.
    ///
    /// # Errors
    /// When header or table do not hold together.
    #[doc(hidden)]
    pub fn unchecked_for_tests(bytes: Vec<u8>) -> Result<Segment, IndexError> {
        Segment::from_bytes(Bytes::Owned(bytes), Path::new("segment in memory"))
    }

    fn check(&self, wanted: impl Fn(Section) -> bool) -> Result<(), IndexError> {
        for (index, section) in Section::ALL.iter().enumerate() {
            if !wanted(*section) {
                continue;
            }
            let want = self.checksums.get(index).copied().unwrap_or(0);
            if hash(keys::SECTION, self.section(*section)) != want {
                return Err(self.damaged(section.name(), "its checksum does not fit"));
            }
        }
        Ok(())
    }

    pub(crate) fn from_bytes(bytes: Bytes, path: &Path) -> Result<Segment, IndexError> {
        let damaged = |place, problem: String| IndexError::Damaged {
            path: path.to_owned(),
            place,
            problem,
        };
        let version = |found: String, expected: String| IndexError::Version {
            path: path.to_owned(),
            found,
            expected,
        };
        let Ok((header, rest)) = Header::read_from_prefix(&bytes) else {
            return Err(version(
                format!("a file of {} bytes", bytes.len()),
                "a segment".to_owned(),
            ));
        };
        if header.magic != MAGIC {
            return Err(version(
                "another kind of file".to_owned(),
                "a segment".to_owned(),
            ));
        }
        for (what, found, expected) in [
            ("segment format", header.format.get(), FORMAT_VERSION),
            ("name analysis", header.analysis.get(), ANALYSIS_VERSION),
            ("name evidence", header.evidence.get(), EVIDENCE_VERSION),
        ] {
            if found != expected {
                return Err(version(
                    format!("{what} version {found}"),
                    format!("version {expected}"),
                ));
            }
        }
        let count = header.sections.get();
        let table = (count <= MAX_SECTIONS)
            .then(|| rest.get(..count as usize * size_of::<SectionEntry>()))
            .flatten()
            .ok_or_else(|| damaged("header", "the table of sections is cut".to_owned()))?;
        if table_checksum(&header, table) != header.checksum.get() {
            return Err(damaged("header", "its checksum does not fit".to_owned()));
        }
        if header.length.get() != bytes.len() as u64 {
            return Err(damaged(
                "header",
                format!(
                    "{} bytes were written, {} are there",
                    header.length.get(),
                    bytes.len()
                ),
            ));
        }
        let entries: &[SectionEntry] = records(table).unwrap_or_default();
        let mut ranges = [const { 0..0 }; SECTIONS];
        let mut checksums = [0; SECTIONS];
        for ((section, range), checksum) in Section::ALL.iter().zip(&mut ranges).zip(&mut checksums)
        {
            let entry = entries
                .iter()
                .find(|e| e.id.get() == *section as u32)
                .ok_or_else(|| damaged(section.name(), "the section is missing".to_owned()))?;
            *range = section_range(*section, entry, bytes.len()).ok_or_else(|| {
                damaged(section.name(), "its place is not in the file".to_owned())
            })?;
            *checksum = entry.checksum.get();
        }
        let mut segment = Segment {
            bytes,
            path: path.to_owned(),
            ranges,
            checksums,
            description: Description {
                dataset: DatasetName::new("unknown")
                    .map_err(|e| damaged("description", e.to_string()))?,
                version: String::new(),
            },
            schemata: Vec::new(),
            serial: SERIAL.fetch_add(1, Ordering::Relaxed),
        };
        segment.describe()?;
        Ok(segment)
    }

    fn describe(&mut self) -> Result<(), IndexError> {
        let meta = self.texts(Section::MetaOffsets, Section::MetaText);
        let mut dataset = None;
        let mut version = None;
        for pair in 0.. {
            let (Some(key), Some(value)) = (meta.get(2 * pair), meta.get(2 * pair + 1)) else {
                break;
            };
            match key {
                "dataset" => dataset = DatasetName::new(value).ok(),
                "version" => version = Some(value.to_owned()),
                _ => {}
            }
        }
        let (Some(dataset), Some(version)) = (dataset, version) else {
            return Err(self.damaged(Section::MetaText.name(), "dataset or version is missing"));
        };
        let names = self.texts(Section::SchemaOffsets, Section::SchemaText);
        let mut schemata = Vec::new();
        for number in 0.. {
            let Some(name) = names.get(number) else { break };
            let schema = Schema::get(name).ok_or_else(|| {
                self.damaged(Section::SchemaText.name(), &format!("no schema {name:?}"))
            })?;
            schemata.push(schema);
        }
        self.schemata = schemata;
        self.description = Description { dataset, version };
        Ok(())
    }

    /// What the segment says of itself.
    pub fn description(&self) -> &Description {
        &self.description
    }

    /// Where it was opened.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Length in bytes.
    pub fn size(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// Number of entities.
    pub fn entity_count(&self) -> u32 {
        self.count(Section::Entities)
    }

    /// Number of names.
    pub fn name_count(&self) -> u32 {
        self.count(Section::Names)
    }

    /// Records of a section but the last, which closes the one before it.
    fn count(&self, section: Section) -> u32 {
        let records = self.section(section).len() / section.record();
        u32::try_from(records.saturating_sub(1)).unwrap_or(u32::MAX)
    }

    /// Bytes by section, for figures.
    pub fn sizes(&self) -> impl Iterator<Item = (&'static str, usize)> {
        Section::ALL
            .iter()
            .zip(&self.ranges)
            .map(|(section, range)| (section.name(), range.len()))
    }

    pub(crate) fn serial(&self) -> u64 {
        self.serial
    }

    pub(crate) fn schemata(&self) -> &[Schema] {
        &self.schemata
    }

    pub(crate) fn damaged(&self, place: &'static str, problem: &str) -> IndexError {
        IndexError::Damaged {
            path: self.path.clone(),
            place,
            problem: problem.to_owned(),
        }
    }

    pub(crate) fn section(&self, section: Section) -> &[u8] {
        // Sections are numbered from 1 in the order of `Section::ALL`.
        (section as usize)
            .checked_sub(1)
            .and_then(|i| self.ranges.get(i))
            .and_then(|range| self.bytes.get(range.clone()))
            .unwrap_or_default()
    }

    pub(crate) fn texts(&self, offsets: Section, text: Section) -> Texts<'_> {
        Texts::new(self.records(offsets), self.section(text))
    }

    pub(crate) fn records<T>(&self, section: Section) -> &[T]
    where
        T: FromBytes + Immutable + KnownLayout + Unaligned,
    {
        records(self.section(section)).unwrap_or_default()
    }

    /// Access to the content.
    pub fn view(&self) -> View<'_> {
        View::new(self)
    }
}

/// The bytes of a section, when they lie in the file and hold whole records.
fn section_range(section: Section, entry: &SectionEntry, length: usize) -> Option<Range<usize>> {
    let start = usize::try_from(entry.offset.get()).ok()?;
    let size = usize::try_from(entry.length.get()).ok()?;
    let end = start.checked_add(size)?;
    let whole = entry.record.get() as usize == section.record()
        && section.record() > 0
        && size.is_multiple_of(section.record());
    (start >= HEADER && end <= length && whole).then_some(start..end)
}
