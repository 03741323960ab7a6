//! What is looked up by hash inside a segment. Seeds and cuts are part of the format.

use interdict_evidence::runs::MIN_RUN_EDIT;
use interdict_text::Space;
use smallvec::SmallVec;

use crate::hash::{hash, hash32};

/// Seed for strong identifiers.
pub(crate) const IDENTIFIER: u64 = 1;
/// Seed for ids that are referred to.
pub(crate) const REFERENCE: u64 = 2;
/// Seed for blocks of payload.
pub(crate) const BLOCK: u64 = 3;
/// Seed for sections.
pub(crate) const SECTION: u64 = 4;
/// Seed for header and table.
pub(crate) const TABLE: u64 = 5;
/// Seed for folds.
const FOLD: u64 = 6;
const TERM: u64 = 16;
const RUN: u64 = 7;
/// Seed for folds with letters left out, see [`crate::dropped`].
pub(crate) const DROPPED: u64 = 8;
const HEAD: u64 = 1 << 32;
const TAIL: u64 = 1 << 33;

/// Where a form stands in the dictionary: its space; for the consonants of a word in Latin letters,
/// which only words of other scripts meet, a place of their own.
pub(crate) const fn lane(space: Space, foreign: bool) -> u8 {
    match space {
        Space::Skeleton if !foreign => LATIN_SKELETON,
        other => other as u8,
    }
}

/// Lanes that there are.
pub(crate) const LANES: usize = 8;
/// The lane of consonants of words in Latin letters.
pub(crate) const LATIN_SKELETON: u8 = 7;

/// The hash of a term.
pub(crate) fn term(lane: u8, key: &str) -> u64 {
    hash(TERM + u64::from(lane), key.as_bytes())
}

/// The hash of a fold.
pub(crate) fn fold(text: &str) -> u64 {
    hash(FOLD, text.as_bytes())
}

/// The first eight bytes of a text as a number that orders as the text does.
pub(crate) fn front(text: &[u8]) -> u64 {
    let mut bytes = [0u8; 8];
    for (to, from) in bytes.iter_mut().zip(text) {
        *to = *from;
    }
    u64::from_be_bytes(bytes)
}

/// Where, in pairs sorted by hash, the hashes begin that share their upper bits; one more at the
/// end. Hashes are spread evenly, so that a look-up reads a handful of pairs.
pub(crate) fn starts(sorted: &[(u32, u32)]) -> Vec<u32> {
    let bits = (sorted.len() / 2).max(1).ilog2().min(24);
    let mut starts = Vec::with_capacity((1usize << bits) + 1);
    for bucket in 0..=(1u64 << bits) {
        let least = bucket << (32 - bits);
        let place = sorted.partition_point(|(hash, _)| u64::from(*hash) < least);
        starts.push(u32::try_from(place).unwrap_or(u32::MAX));
    }
    starts
}

/// How long the halves of a text of `length` bytes are. Between head and tail one byte is left or
/// two, so one edit changes one of them at most: a swap of neighbours too, since it cannot touch
/// both.
const fn half(length: usize) -> usize {
    length.saturating_sub(1) / 2
}

fn head(text: &[u8], length: usize) -> u32 {
    let half = half(length);
    hash32(HEAD + length as u64, text.get(..half).unwrap_or(text))
}

fn tail(text: &[u8], length: usize) -> u32 {
    let half = half(length);
    let start = text.len().saturating_sub(half);
    hash32(TAIL + length as u64, text.get(start..).unwrap_or(text))
}

/// The two hashes under which a listed text is kept, each over one half and the length.
pub(crate) fn halves(text: &str) -> [u32; 2] {
    let bytes = text.as_bytes();
    [head(bytes, bytes.len()), tail(bytes, bytes.len())]
}

/// The hashes under which adjacent tokens of a reading, joined, are kept. A run that is too short to
/// be one edit from a word ([`MIN_RUN_EDIT`]) meets equal words only, by the whole; the halves of
/// short runs are those of half the dictionary.
pub(crate) fn run(joined: &str) -> SmallVec<[u32; 3]> {
    let mut hashes = SmallVec::new();
    if joined.len() < MIN_RUN_EDIT {
        hashes.push(hash32(RUN, joined.as_bytes()));
    }
    if joined.len() + 1 >= MIN_RUN_EDIT {
        hashes.extend(halves(joined));
    }
    hashes
}

/// The hashes that find every run that, joined, may be this word.
pub(crate) fn run_probes(whole: &str) -> SmallVec<[u32; 6]> {
    if whole.len() < MIN_RUN_EDIT {
        SmallVec::from_slice(&[hash32(RUN, whole.as_bytes())])
    } else {
        SmallVec::from_slice(&probes(whole))
    }
}

/// The hashes that find every listed text within one edit of `text`: an edit changes the length
/// by one at most, and leaves the head or the tail of the listed text as it stands here.
pub(crate) fn probes(text: &str) -> [u32; 6] {
    let bytes = text.as_bytes();
    let short = bytes.len().saturating_sub(1);
    [
        head(bytes, bytes.len()),
        tail(bytes, bytes.len()),
        head(bytes, short),
        tail(bytes, short),
        head(bytes, bytes.len() + 1),
        tail(bytes, bytes.len() + 1),
    ]
}

#[cfg(test)]
mod tests {
    use interdict_evidence::edits::distance;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn runs_find_their_word(a in "[ab]{0,12}", b in "[ab]{0,12}") {
            let edits = usize::from(b.len() >= MIN_RUN_EDIT);
            if distance(&a, &b, 1).is_some_and(|d| usize::from(d) <= edits) {
                let probes = run_probes(&b);
                prop_assert!(run(&a).iter().any(|h| probes.contains(h)), "{a} {b}");
            }
        }

        #[test]
        fn one_edit_is_found(a in "[ab]{0,9}", b in "[ab]{0,9}") {
            if distance(&a, &b, 1).is_some() {
                let probes = probes(&a);
                prop_assert!(halves(&b).iter().any(|h| probes.contains(h)), "{a} {b}");
            }
        }
    }
}
