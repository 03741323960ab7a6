//! Folds up to two edits away, found by what is left of both when letters are dropped.
//!
//! Two folds that are `k` edits apart become the same when at most `k` letters are dropped from
//! each: an insertion drops one letter on one side, a substitution and a swap of neighbours one on
//! either. So every fold of up to [`LONGEST`] bytes is kept under the hashes of what dropping letters
//! leaves, and a query looks up its own (Mor and Fraenkel, "A hash code method for detecting and
//! correcting spelling errors", 1982; Bocek, Hunt and Stiller, "Fast similarity search in large
//! dictionaries", 2007). Longer folds may be three edits apart, for which there would be too many.

use interdict_evidence::edits::max_edits;
use smallvec::SmallVec;

use crate::hash::hash32;
use crate::keys::DROPPED;

/// Length of the longest fold that is kept this way: from the next on three edits are allowed.
pub(crate) const LONGEST: usize = 9;
/// Entries of a bucket on average, at least; twice as many at most.
const FILL: usize = 4;

/// Hashes of one fold: itself, one letter dropped, two letters dropped; 46 at most.
pub(crate) type Hashes = SmallVec<[u32; 64]>;

/// Hashes of what is left when as many letters are dropped as edits are allowed at this length; some
/// may come twice. Of two folds the shorter never needs to drop more: longer partners that allow more
/// edits use them up by their length.
pub(crate) fn left(fold: &[u8]) -> Hashes {
    let mut hashes = Hashes::new();
    let length = fold.len();
    if length > LONGEST {
        return hashes;
    }
    hashes.push(hash32(DROPPED, fold));
    let mut rest = [0u8; LONGEST];
    let most = max_edits(length);
    for i in 0..if most > 0 { length } else { 0 } {
        copy(&mut rest, fold, i);
        let one = rest;
        let one = one.get(..length - 1).unwrap_or_default();
        hashes.push(hash32(DROPPED, one));
        for j in i..if most > 1 { length - 1 } else { i } {
            copy(&mut rest, one, j);
            let two = rest.get(..length - 2).unwrap_or_default();
            hashes.push(hash32(DROPPED, two));
        }
    }
    hashes
}

/// Writes a text without the byte at a place.
fn copy(to: &mut [u8; LONGEST], text: &[u8], but: usize) {
    let kept = text.iter().enumerate().filter(|(at, _)| *at != but);
    for (to, (_, byte)) in to.iter_mut().zip(kept) {
        *to = *byte;
    }
}

/// Bits that tell one of so many folds.
pub(crate) fn fold_bits(folds: usize) -> u32 {
    usize::BITS - folds.leading_zeros()
}

/// Bits of a hash that choose its bucket, for so many buckets and one more place that closes the
/// last.
pub(crate) fn bucket_bits(starts: usize) -> u32 {
    starts
        .saturating_sub(1)
        .checked_ilog2()
        .unwrap_or(0)
        .min(31)
}

/// The bucket of a hash.
pub(crate) fn bucket(hash: u32, bits: u32) -> usize {
    // With no bits the shift would be one too many for 32 of them.
    usize::try_from(u64::from(hash) >> (32 - bits)).unwrap_or(usize::MAX)
}

/// An entry: the number of the fold in the lower bits, above it as much of the hash as fits.
pub(crate) fn entry(hash: u32, fold: u32, fold_bits: u32) -> u32 {
    hash.checked_shl(fold_bits).unwrap_or(0) | fold
}

/// The fold of an entry, where the entry may have the hash.
pub(crate) fn fold_of(entry: u32, hash: u32, fold_bits: u32) -> Option<u32> {
    let mask = 1u32.checked_shl(fold_bits).map_or(u32::MAX, |b| b - 1);
    let same = entry & !mask == hash.checked_shl(fold_bits).unwrap_or(0);
    same.then_some(entry & mask)
}

/// Where each bucket begins and all entries, of folds in the order of their numbers.
pub(crate) fn table<'t>(folds: impl Iterator<Item = &'t str> + Clone) -> (Vec<u32>, Vec<u32>) {
    let bits = fold_bits(folds.clone().count());
    let mut hashed: Vec<(u32, u32)> = Vec::new();
    for (number, fold) in (0u32..).zip(folds) {
        let mut hashes = left(fold.as_bytes());
        hashes.sort_unstable();
        hashes.dedup();
        hashed.extend(hashes.iter().map(|hash| (*hash, number)));
    }
    let chosen = (hashed.len() / FILL).max(1).ilog2().min(24);
    // Counted first, then placed: folds come in order and stay in order inside a bucket.
    let mut starts = vec![0u32; (1usize << chosen) + 1];
    for (hash, _) in &hashed {
        if let Some(count) = starts.get_mut(bucket(*hash, chosen) + 1) {
            *count += 1;
        }
    }
    let mut sum = 0;
    for start in &mut starts {
        sum += *start;
        *start = sum;
    }
    let mut next = starts.clone();
    let mut entries = vec![0u32; hashed.len()];
    for (hash, fold) in hashed {
        if let Some(at) = next.get_mut(bucket(hash, chosen)) {
            if let Some(slot) = entries.get_mut(*at as usize) {
                *slot = entry(hash, fold, bits);
            }
            *at += 1;
        }
    }
    (starts, entries)
}

#[cfg(test)]
mod tests {
    use interdict_evidence::edits::{distance, edit_budget};
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn near_folds_leave_the_same(a in "[a-c]{0,9}", b in "[a-c]{0,9}") {
            if distance(&a, &b, edit_budget(a.len(), b.len())).is_some() {
                let (x, y) = (left(a.as_bytes()), left(b.as_bytes()));
                prop_assert!(x.iter().any(|h| y.contains(h)), "{a} {b}");
            }
        }

        #[test]
        fn tables_hold_every_hash(folds in prop::collection::vec("[a-z]{0,11}", 0..40)) {
            let (starts, entries) = table(folds.iter().map(String::as_str));
            let (fold_bits, bits) = (fold_bits(folds.len()), bucket_bits(starts.len()));
            for (number, fold) in (0u32..).zip(&folds) {
                for hash in left(fold.as_bytes()) {
                    let at = bucket(hash, bits);
                    let range = starts[at] as usize..starts[at + 1] as usize;
                    prop_assert!(
                        entries[range].iter().any(|e| fold_of(*e, hash, fold_bits) == Some(number))
                    );
                }
            }
        }
    }
}
