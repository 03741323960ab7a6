//! A cheap lower bound of edit distance: which letters, and how many, a fold holds.
//!
//! A signature has a bit for every letter that occurs, one for every letter that occurs twice, and
//! bits that digits and other bytes share. One edit takes away at most one letter and adds at most
//! one, so it clears at most one bit of a signature and sets at most one; swapping neighbours
//! changes none. Whoever misses more bits than edits are allowed is farther away.

/// Letters by how evenly they split names, so that folds sorted by signature and cut into blocks
/// share as many bits as possible.
const ORDER: [u8; 26] = *b"ainroelsmkhdtubgvzfpjcyxwq";

/// Folds of one block. Sixteen signatures are two cache lines.
pub(crate) const BLOCK: usize = 16;

const fn positions() -> [u8; 26] {
    let mut table = [0; 26];
    let mut i = 0;
    while i < ORDER.len() {
        // At most 25.
        #[allow(clippy::cast_possible_truncation)]
        let position = 63 - i as u8;
        table[(ORDER[i] - b'a') as usize] = position;
        i += 1;
    }
    table
}

const POSITION: [u8; 26] = positions();

/// The signature of a fold.
pub(crate) fn signature(fold: &str) -> u64 {
    let mut bits = 0u64;
    for byte in fold.bytes() {
        let (first, second) = match byte {
            b'a'..=b'z' => {
                let position = POSITION.get(usize::from(byte - b'a')).copied().unwrap_or(0);
                (position, position - 26)
            }
            // Twelve bits are left; what shares one only weakens the bound.
            other => (other % 12, other % 12),
        };
        let bit = 1u64 << first;
        if bits & bit == 0 {
            bits |= bit;
        } else {
            bits |= 1 << second;
        }
    }
    bits
}

/// Which letters a text holds: a bit for each of the 26, and six that other bytes share.
pub(crate) fn held(text: &str) -> u32 {
    text.bytes().fold(0, |bits, byte| {
        bits | match byte {
            b'a'..=b'z' => 1 << (byte - b'a'),
            other => 1 << (26 + other % 6),
        }
    })
}

/// Whether a signature has more than `most` bits, `most` up to 3. A few subtractions are faster
/// than counting bits where the processor's own instruction may not be assumed.
#[inline]
pub(crate) const fn more_than(mut bits: u64, most: u8) -> bool {
    let mut i = 0;
    while i < most {
        bits &= bits.wrapping_sub(1);
        i += 1;
    }
    bits != 0
}

/// Whether two signatures are compatible with at most `edits` edits.
#[inline]
pub(crate) const fn near(a: u64, b: u64, edits: u8) -> bool {
    !more_than(a & !b, edits) && !more_than(b & !a, edits)
}

/// Whether any signature of a block may be [`near`]: `any` holds the bits of all of them, `all`
/// those that they share.
#[inline]
pub(crate) const fn block_near(query: u64, any: u64, all: u64, edits: u8) -> bool {
    !more_than(query & !any, edits) && !more_than(all & !query, edits)
}

#[cfg(test)]
mod tests {
    use interdict_evidence::edits::distance;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn never_above_the_distance(a in "[a-e0-2é]{0,14}", b in "[a-e0-2é]{0,14}") {
            let (x, y) = (signature(&a), signature(&b));
            for edits in 0..=3 {
                if distance(&a, &b, edits).is_some() {
                    prop_assert!(near(x, y, edits), "{a} {b} {edits}");
                }
            }
        }

        #[test]
        fn letters_tell_two_edits_from_one(a in "[a-e0-2é]{0,9}", b in "[a-e0-2é]{0,9}") {
            if distance(&a, &b, 1).is_some() {
                let (x, y) = (u64::from(held(&a)), u64::from(held(&b)));
                prop_assert!(!more_than(x & !y, 1) && !more_than(y & !x, 1), "{a} {b}");
            }
        }

        #[test]
        fn one_edit_is_near(a in "[a-z0-9]{1,20}", at in 0usize..20, c in "[a-z]") {
            let mut b: Vec<char> = a.chars().collect();
            let at = at % b.len();
            b[at] = c.chars().next().unwrap_or('a');
            let b: String = b.into_iter().collect();
            prop_assert!(near(signature(&a), signature(&b), 1));
        }

        #[test]
        fn blocks_hide_nothing(q in any::<u64>(), all in prop::collection::vec(any::<u64>(), 1..16), flips in prop::collection::vec(0u32..64, 0..3)) {
            let mut all = all;
            let close = flips.iter().fold(q, |s, f| s ^ (1 << f));
            all.push(close);
            let any = all.iter().fold(0, |x, s| x | s);
            let common = all.iter().fold(u64::MAX, |x, s| x & s);
            for edits in 0..=3 {
                if all.iter().any(|s| near(q, *s, edits)) {
                    prop_assert!(block_near(q, any, common, edits));
                }
            }
        }
    }
}
