//! Columns of texts: one run of bytes and where each text begins.

use zerocopy::little_endian::U32;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::error::IndexError;

/// Checks that a count fits the numbers of the format.
pub(crate) fn number(count: usize, what: &'static str) -> Result<u32, IndexError> {
    u32::try_from(count)
        .ok()
        .filter(|n| *n < u32::MAX)
        .ok_or(IndexError::TooLarge {
            what,
            most: u64::from(u32::MAX) - 1,
        })
}

/// Texts being collected.
#[derive(Default)]
pub(crate) struct TextWriter {
    ends: Vec<u32>,
    text: Vec<u8>,
}

impl TextWriter {
    /// Adds a text.
    pub(crate) fn push(&mut self, text: &str) -> Result<(), IndexError> {
        self.text.extend_from_slice(text.as_bytes());
        self.ends
            .push(number(self.text.len(), "bytes of text of one kind")?);
        Ok(())
    }

    /// Number of texts.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The text with this number, empty when there is none.
    pub(crate) fn get(&self, index: usize) -> &str {
        let start = match index.checked_sub(1) {
            Some(before) => self.ends.get(before).copied().unwrap_or(0),
            None => 0,
        };
        let end = self.ends.get(index).copied().unwrap_or(start);
        self.text
            .get(start as usize..end as usize)
            .and_then(|bytes| std::str::from_utf8(bytes).ok())
            .unwrap_or("")
    }

    /// Offsets (of every text, and one more) and bytes.
    pub(crate) fn finish(self) -> (Vec<u8>, Vec<u8>) {
        let mut offsets = Vec::with_capacity(4 * self.ends.len() + 4);
        offsets.extend_from_slice(&0u32.to_le_bytes());
        for end in &self.ends {
            offsets.extend_from_slice(&end.to_le_bytes());
        }
        (offsets, self.text)
    }
}

/// Texts of a segment.
#[derive(Clone, Copy, Default)]
pub(crate) struct Texts<'a> {
    offsets: &'a [U32],
    text: &'a [u8],
}

impl<'a> Texts<'a> {
    pub(crate) fn new(offsets: &'a [U32], text: &'a [u8]) -> Texts<'a> {
        Texts { offsets, text }
    }

    /// The text with this number.
    #[inline]
    pub(crate) fn get(&self, index: u32) -> Option<&'a str> {
        std::str::from_utf8(self.bytes(index)?).ok()
    }

    /// The bytes of the text with this number: enough to compare.
    #[inline]
    pub(crate) fn bytes(&self, index: u32) -> Option<&'a [u8]> {
        let index = index as usize;
        let start = self.offsets.get(index)?.get() as usize;
        let end = self.offsets.get(index + 1)?.get() as usize;
        self.text.get(start..end)
    }
}

/// Reads a section as records; `None` when its length is no multiple of theirs.
pub(crate) fn records<T>(bytes: &[u8]) -> Option<&[T]>
where
    T: FromBytes + Immutable + KnownLayout + Unaligned,
{
    <[T]>::ref_from_bytes(bytes).ok()
}

/// Appends a record.
pub(crate) fn put<T: IntoBytes + Immutable>(to: &mut Vec<u8>, record: &T) {
    to.extend_from_slice(record.as_bytes());
}

/// Appends a number.
pub(crate) fn put32(to: &mut Vec<u8>, value: u32) {
    to.extend_from_slice(&value.to_le_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trip() {
        let mut writer = TextWriter::default();
        for text in ["", "putin", "", "путин"] {
            assert!(writer.push(text).is_ok());
        }
        assert_eq!(writer.get(3), "путин");
        let (offsets, text) = writer.finish();
        let offsets = records::<U32>(&offsets).unwrap_or_default();
        let texts = Texts::new(offsets, &text);
        assert_eq!(texts.get(1), Some("putin"));
        assert_eq!(texts.get(2), Some(""));
        assert_eq!(texts.get(3), Some("путин"));
        assert_eq!(texts.get(4), None);
    }
}
