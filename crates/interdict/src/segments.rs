//! Index segments from the screening engine, for the desk.

use std::path::Path;

use interdict_desk::segment::{SegmentError, SegmentMaker, SegmentWriter};
use interdict_index::{
    ANALYSIS_VERSION, Description, EVIDENCE_VERSION, FORMAT_VERSION, Segment, SegmentBuilder,
};
use interdict_model::{DatasetName, Entity};
use interdict_screening::index_entity;
use rayon::prelude::*;

/// Entities prepared at a time: enough to keep every core busy, few enough to bound memory.
const CHUNK: usize = 2_048;

/// Makes the segments that screening searches.
pub(crate) struct ScreeningSegments;

struct Writer {
    builder: SegmentBuilder,
    waiting: Vec<Entity>,
}

impl SegmentMaker for ScreeningSegments {
    fn format(&self) -> u32 {
        // One number that moves when layout, name analysis or evidence does.
        FORMAT_VERSION * 1_000_000 + ANALYSIS_VERSION * 1_000 + EVIDENCE_VERSION
    }

    fn start(&self, dataset: &DatasetName, version: &str) -> Box<dyn SegmentWriter> {
        Box::new(Writer {
            builder: SegmentBuilder::new(Description {
                dataset: dataset.clone(),
                version: version.to_owned(),
            }),
            waiting: Vec::with_capacity(CHUNK),
        })
    }
}

impl Writer {
    fn flush(&mut self) -> Result<(), SegmentError> {
        let dataset = self.builder.dataset();
        let prepared: Vec<_> = self
            .waiting
            .par_iter()
            .map(|entity| index_entity(entity, dataset))
            .collect();
        self.waiting.clear();
        for entity in prepared {
            self.builder.push(&entity?)?;
        }
        Ok(())
    }
}

impl SegmentWriter for Writer {
    fn push(&mut self, entity: &Entity) -> Result<(), SegmentError> {
        self.waiting.push(entity.clone());
        if self.waiting.len() == CHUNK {
            self.flush()?;
        }
        Ok(())
    }

    fn write(mut self: Box<Self>, path: &Path) -> Result<(String, u64), SegmentError> {
        self.flush()?;
        let built = self.builder.write(path)?;
        // What is about to be served is read back and checked, byte by byte, before the switch.
        Segment::open(path)?.verify()?;
        Ok((built.sha256, built.bytes))
    }
}
