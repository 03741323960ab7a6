//! Several segments made into one for searching: the names of many lists are mostly the same words,
//! which are then looked up once.
//!
//! A joint segment holds names only. It is made from what the segments hold, without reading a name
//! again, and lives in memory.

use std::path::Path;

use interdict_evidence::FormRef;
use interdict_model::DatasetName;
use smallvec::SmallVec;

use super::{Description, NameRow, ReadingRow, SegmentBuilder, layout};
use crate::columns::number;
use crate::error::IndexError;
use crate::format::Section;
use crate::keys::LATIN_SKELETON;
use crate::map::Bytes;
use crate::segment::Segment;
use crate::view::View;

/// The names of several segments as one.
#[derive(Debug)]
pub struct Joint {
    segment: Segment,
    /// Number of the first name of each part, and one more.
    first_names: Vec<u32>,
}

/// A reading of a joint segment in the segment it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Index of the segment among the parts.
    pub part: usize,
    /// The name, in its segment.
    pub name: u32,
    /// Which reading of the name.
    pub within: usize,
}

impl Joint {
    /// Joins segments.
    ///
    /// # Errors
    /// When a segment is damaged, or they hold more than one segment can.
    pub fn new<'s>(parts: impl IntoIterator<Item = &'s Segment>) -> Result<Joint, IndexError> {
        let mut dataset = None;
        let mut views = Vec::new();
        for part in parts {
            dataset.get_or_insert_with(|| part.description().dataset.clone());
            views.push(part.view());
        }
        let dataset = match dataset {
            Some(dataset) => dataset,
            None => DatasetName::new("none").map_err(|error| IndexError::Payload {
                id: String::new(),
                problem: error.to_string(),
            })?,
        };
        let mut builder = SegmentBuilder::new(Description {
            dataset,
            version: String::new(),
        });
        let mut first_names = vec![0];
        for view in &views {
            builder.append(view)?;
            first_names.push(number(builder.names.len(), "names")?);
        }
        let bytes = layout::lay_out(builder)?;
        let segment = Segment::from_bytes(Bytes::Owned(bytes), Path::new("joint segment"))?;
        Ok(Joint {
            segment,
            first_names,
        })
    }

    /// What is searched.
    pub fn view(&self) -> View<'_> {
        self.segment.view()
    }

    /// Length in bytes.
    pub fn size(&self) -> u64 {
        self.segment.size()
    }

    /// Where a reading comes from.
    ///
    /// # Errors
    /// When there is no such reading.
    pub fn origin(&self, reading: u32) -> Result<Origin, IndexError> {
        let view = self.segment.view();
        let name = view.name_of(reading)?;
        let part = self.first_names.partition_point(|first| *first <= name);
        let part = part.saturating_sub(1);
        let first = self.first_names.get(part).copied().unwrap_or(0);
        Ok(Origin {
            part,
            name: name - first,
            within: view.within(name, reading)?,
        })
    }
}

impl SegmentBuilder {
    /// Adds the names of a segment.
    fn append(&mut self, view: &View<'_>) -> Result<(), IndexError> {
        let mut terms = Vec::with_capacity(view.term_count() as usize);
        for term in 0..view.term_count() {
            let row = view
                .terms
                .get(term as usize)
                .ok_or_else(|| view.damaged(Section::Terms))?;
            let FormRef { space, key, fold } = view.term(term)?;
            let form = FormRef { space, key, fold };
            let foreign = row.space != LATIN_SKELETON;
            terms.push(
                self.terms
                    .intern(form, foreign, row.weight.get(), row.initial != 0)?,
            );
        }
        let mut tokens = Vec::with_capacity(view.token_count() as usize);
        for token in 0..view.token_count() {
            let row = view
                .tokens
                .get(token as usize)
                .ok_or_else(|| view.damaged(Section::Tokens))?;
            let forms: SmallVec<[u32; 6]> = view
                .terms_of(token)?
                .iter()
                .map(|t| terms.get(t.get() as usize).copied())
                .collect::<Option<_>>()
                .ok_or_else(|| view.damaged(Section::Forms))?;
            let key = (forms, row.weight.get(), row.role);
            tokens.push(self.distinct_token(key, row.length, row.letters.get())?);
        }
        let mut readings = vec![u32::MAX; view.reading_count() as usize];
        for name in 0..view.name_count() {
            let row = view
                .names
                .get(name as usize)
                .ok_or_else(|| view.damaged(Section::Names))?;
            let joint = number(self.names.len(), "names")?;
            self.names.push(NameRow {
                entity: row.entity.get(),
                class: row.class,
                kind: row.kind,
            });
            for reading in view.readings_of(name)? {
                if let Some(slot) = readings.get_mut(reading as usize) {
                    *slot = number(self.readings.len(), "readings")?;
                }
                self.readings.push(ReadingRow {
                    weight: view
                        .readings
                        .get(reading as usize)
                        .map_or(0, |r| r.weight.get()),
                    name: joint,
                    first_token: number(self.reading_tokens.len(), "tokens of readings")?,
                });
                for token in view.tokens_of(reading)? {
                    let token = tokens
                        .get(token.get() as usize)
                        .ok_or_else(|| view.damaged(Section::ReadingTokens))?;
                    self.reading_tokens.push(*token);
                }
            }
        }
        for (hash, reading) in view.runs.all() {
            let reading = readings
                .get(reading as usize)
                .ok_or_else(|| view.damaged(Section::Runs))?;
            self.runs.push((hash, *reading));
        }
        Ok(())
    }
}
