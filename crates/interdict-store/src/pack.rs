//! Packs: many revisions compressed together, since one alone compresses to half and a hundred
//! alike ones to a tenth.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use crate::bytes::{Reader, put_uint};
use crate::error::StoreError;

/// A pack is closed when it holds this many bytes, before compression.
pub(crate) const PACK_BYTES: usize = 128 << 10;

/// No pack is larger than this when unpacked; one revision alone may exceed [`PACK_BYTES`].
const PACK_LIMIT: usize = 1 << 30;

const LEVEL: i32 = 5;

/// Collects revisions for one pack.
#[derive(Debug, Default)]
pub(crate) struct PackBuilder {
    lengths: Vec<u8>,
    bodies: Vec<u8>,
    count: u32,
}

impl PackBuilder {
    /// Adds a revision and says in which slot.
    pub(crate) fn push(&mut self, revision: &[u8]) -> u32 {
        put_uint(&mut self.lengths, revision.len() as u64);
        self.bodies.extend_from_slice(revision);
        self.count += 1;
        self.count - 1
    }

    pub(crate) fn is_full(&self) -> bool {
        self.bodies.len() >= PACK_BYTES
    }

    pub(crate) fn count(&self) -> u32 {
        self.count
    }

    /// The compressed pack; the builder is empty afterwards.
    pub(crate) fn finish(&mut self) -> Result<Vec<u8>, StoreError> {
        let mut raw = Vec::with_capacity(self.lengths.len() + self.bodies.len() + 5);
        put_uint(&mut raw, u64::from(self.count));
        raw.append(&mut self.lengths);
        raw.append(&mut self.bodies);
        self.count = 0;
        compress(&raw)
    }
}

/// Compresses a blob, its length in front.
pub(crate) fn compress(raw: &[u8]) -> Result<Vec<u8>, StoreError> {
    let mut out = Vec::new();
    put_uint(&mut out, raw.len() as u64);
    let body = zstd::bulk::compress(raw, LEVEL)
        .map_err(|e| StoreError::damaged("a blob", format!("cannot be compressed: {e}")))?;
    out.extend_from_slice(&body);
    Ok(out)
}

/// The bytes that [`compress`] took.
pub(crate) fn decompress(what: &str, blob: &[u8]) -> Result<Vec<u8>, StoreError> {
    let mut reader = Reader::new(blob);
    let len = reader
        .uint()
        .map_err(|wrong| StoreError::damaged(what, wrong))?;
    let len = usize::try_from(len)
        .ok()
        .filter(|len| *len <= PACK_LIMIT)
        .ok_or_else(|| StoreError::damaged(what, "says it is larger than anything stored"))?;
    let raw = zstd::bulk::decompress(reader.rest(), len)
        .map_err(|e| StoreError::damaged(what, format!("cannot be decompressed: {e}")))?;
    if raw.len() == len {
        Ok(raw)
    } else {
        Err(StoreError::damaged(what, "is shorter than it says"))
    }
}

/// An unpacked pack.
#[derive(Debug)]
pub(crate) struct Pack {
    raw: Vec<u8>,
    /// Start of each slot, and the end of the last.
    starts: Vec<usize>,
}

impl Pack {
    pub(crate) fn open(id: i64, blob: &[u8]) -> Result<Pack, StoreError> {
        let what = format!("pack {id}");
        let raw = decompress(&what, blob)?;
        let starts =
            starts(&raw).ok_or_else(|| StoreError::damaged(what, "its lengths do not add up"))?;
        Ok(Pack { raw, starts })
    }

    /// The revision in a slot.
    pub(crate) fn get(&self, slot: usize) -> Option<&[u8]> {
        let start = *self.starts.get(slot)?;
        let end = *self.starts.get(slot.checked_add(1)?)?;
        self.raw.get(start..end)
    }
}

fn starts(raw: &[u8]) -> Option<Vec<usize>> {
    let mut reader = Reader::new(raw);
    let count = reader.count().ok()?;
    let mut lengths = Vec::with_capacity(count);
    for _ in 0..count {
        lengths.push(usize::try_from(reader.uint().ok()?).ok()?);
    }
    let mut at = raw.len() - reader.rest().len();
    let mut starts = Vec::with_capacity(count + 1);
    starts.push(at);
    for length in lengths {
        at = at.checked_add(length)?;
        starts.push(at);
    }
    (at == raw.len()).then_some(starts)
}

/// Unpacked packs, the oldest dropped first.
#[derive(Debug, Default)]
pub(crate) struct PackCache {
    packs: HashMap<i64, Arc<Pack>>,
    order: VecDeque<i64>,
    bytes: usize,
}

impl PackCache {
    const LIMIT: usize = 24 << 20;

    pub(crate) fn get(&self, id: i64) -> Option<Arc<Pack>> {
        self.packs.get(&id).cloned()
    }

    pub(crate) fn insert(&mut self, id: i64, pack: Arc<Pack>) {
        self.bytes += pack.raw.len();
        if let Some(old) = self.packs.insert(id, pack) {
            self.bytes -= old.raw.len();
        } else {
            self.order.push_back(id);
        }
        while self.bytes > PackCache::LIMIT && self.order.len() > 1 {
            let oldest = self.order.pop_front();
            if let Some(old) = oldest.and_then(|id| self.packs.remove(&id)) {
                self.bytes -= old.raw.len();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_come_back() {
        let mut builder = PackBuilder::default();
        for text in ["a", "", "ccc"] {
            builder.push(text.as_bytes());
        }
        let pack = Pack::open(1, &builder.finish().expect("packs")).expect("opens");
        assert_eq!(pack.get(0), Some(&b"a"[..]));
        assert_eq!(pack.get(1), Some(&b""[..]));
        assert_eq!(pack.get(2), Some(&b"ccc"[..]));
        assert_eq!(pack.get(3), None);
        assert_eq!(builder.count(), 0);
    }

    #[test]
    fn a_damaged_pack_is_refused() {
        let mut builder = PackBuilder::default();
        builder.push(&[7; 500]);
        let blob = builder.finish().expect("packs");
        for at in 0..blob.len() {
            let mut bad = blob.clone();
            bad.truncate(at);
            assert!(Pack::open(1, &bad).is_err(), "cut at {at}");
        }
    }
}
