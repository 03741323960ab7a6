//! For work that asks the store and never the index: segments that hold nothing.

use std::path::Path;

use interdict_model::{DatasetName, Entity};

use crate::segment::{SegmentError, SegmentMaker, SegmentWriter};

/// Makes empty segments, so that importing costs no index. A data folder filled this way cannot be
/// screened against.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoIndex;

impl SegmentMaker for NoIndex {
    fn format(&self) -> u32 {
        0
    }

    fn start(&self, _: &DatasetName, version: &str) -> Box<dyn SegmentWriter> {
        Box::new(Nothing(version.to_owned()))
    }
}

struct Nothing(String);

impl SegmentWriter for Nothing {
    fn push(&mut self, _: &Entity) -> Result<(), SegmentError> {
        Ok(())
    }

    fn write(self: Box<Self>, path: &Path) -> Result<(String, u64), SegmentError> {
        std::fs::write(path, [])?;
        Ok((self.0, 0))
    }
}
