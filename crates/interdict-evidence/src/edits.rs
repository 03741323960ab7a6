//! Edit distance on short keys.

/// Longest key, in bytes, that edit distance looks at; longer keys are compared by equality.
pub const MAX_KEY: usize = 64;

/// Most edits that may separate two folded keys of these lengths (in bytes): none below three
/// letters, one to four, two to nine (of five only where the keys are one edit apart), three beyond. The longer key counts.
pub const fn edit_budget(a: usize, b: usize) -> u8 {
    max_edits(if a > b { a } else { b })
}

/// [`edit_budget`] for two keys of one length.
pub const fn max_edits(len: usize) -> u8 {
    match len {
        0..=2 => 0,
        3..=4 => 1,
        5..=9 => 2,
        _ => 3,
    }
}

/// Which letters and digits a key holds; keys that differ in many cannot be near.
pub fn signature(key: &str) -> u64 {
    key.bytes().fold(0, |bits, b| bits | 1 << (slot(b) & 63))
}

/// The least edits that two signatures allow.
pub const fn signature_distance(a: u64, b: u64) -> u32 {
    let only_a = (a & !b).count_ones();
    let only_b = (b & !a).count_ones();
    if only_a > only_b { only_a } else { only_b }
}

const fn slot(b: u8) -> u8 {
    match b {
        b'a'..=b'z' => b - b'a',
        b'0'..=b'9' => b - b'0' + 26,
        other => 36 + other % 28,
    }
}

/// Optimal string alignment distance in bytes (insertion, deletion, substitution, transposition
/// of neighbours: one each) if it is at most `budget`.
///
/// Bit-parallel after Hyyrö, "A bit-vector algorithm for computing Levenshtein and Damerau edit
/// distances" (2003).
pub fn distance(a: &str, b: &str, budget: u8) -> Option<u8> {
    apart(a.as_bytes(), b.as_bytes(), budget)
}

fn apart(mut a: &[u8], mut b: &[u8], budget: u8) -> Option<u8> {
    if a.len().abs_diff(b.len()) > usize::from(budget) {
        return None;
    }
    let head = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    (a, b) = (a.get(head..)?, b.get(head..)?);
    let tail = a
        .iter()
        .rev()
        .zip(b.iter().rev())
        .take_while(|(x, y)| x == y)
        .count();
    (a, b) = (a.get(..a.len() - tail)?, b.get(..b.len() - tail)?);
    if a.is_empty() || b.is_empty() {
        let rest = a.len().max(b.len());
        return (rest <= usize::from(budget)).then_some(u8::try_from(rest).ok()?);
    }
    if budget == 0 || a.len() > MAX_KEY || b.len() > MAX_KEY {
        return None;
    }
    // Between what both begin and end with alike, one edit leaves one letter, or two exchanged.
    if budget == 1 {
        let one = match (a, b) {
            ([_], [_]) => true,
            ([x, y], [v, w]) => x == w && y == v,
            _ => false,
        };
        return one.then_some(1);
    }
    if a.len() <= FEW {
        let place = |y: u8| {
            let marks = a.iter().enumerate().map(|(i, x)| u64::from(*x == y) << i);
            marks.fold(0, |mask, mark| mask | mark)
        };
        return bit_parallel(place, a.len(), b, budget);
    }
    let mut masks = [0u64; 256];
    for (i, x) in a.iter().enumerate() {
        masks[usize::from(*x)] |= 1 << i;
    }
    bit_parallel(|y| masks[usize::from(y)], a.len(), b, budget)
}

/// Length up to which comparing letters costs less than noting their places in a table.
const FEW: usize = 8;

/// The distance between a key of 1 to [`MAX_KEY`] bytes, by the places where a byte stands in it, and
/// another key.
#[inline]
fn bit_parallel(places: impl Fn(u8) -> u64, length: usize, b: &[u8], budget: u8) -> Option<u8> {
    let last = 1u64 << (length - 1);
    let (mut vp, mut vn, mut d0, mut before) = (u64::MAX, 0u64, 0u64, 0u64);
    let mut edits = u32::try_from(length).ok()?;
    for y in b {
        let here = places(*y);
        let swapped = ((!d0 & here) << 1) & before;
        d0 = ((here & vp).wrapping_add(vp) ^ vp) | here | vn | swapped;
        let hp = vn | !(d0 | vp);
        let hn = d0 & vp;
        edits += u32::from(hp & last != 0);
        edits -= u32::from(hn & last != 0);
        let (hp, hn) = ((hp << 1) | 1, hn << 1);
        vp = hn | !(d0 | hp);
        vn = hp & d0;
        before = here;
    }
    (edits <= u32::from(budget)).then_some(u8::try_from(edits).ok()?)
}

/// A key that is compared with many: [`distance`] to each, without looking at the key again.
#[derive(Clone, Debug)]
pub struct Pattern<'a> {
    key: &'a [u8],
    /// By byte, the places where it stands.
    masks: [u64; 256],
}

impl<'a> Pattern<'a> {
    /// The pattern of a key.
    pub fn new(key: &'a [u8]) -> Pattern<'a> {
        let mut masks = [0u64; 256];
        for (i, x) in key.iter().take(MAX_KEY).enumerate() {
            masks[usize::from(*x)] |= 1 << i;
        }
        Pattern { key, masks }
    }

    /// [`distance`] between the key and another.
    #[inline]
    pub fn distance(&self, other: &[u8], budget: u8) -> Option<u8> {
        let length = self.key.len();
        if length.abs_diff(other.len()) > usize::from(budget) {
            return None;
        }
        if budget == 0 || length.max(other.len()) > MAX_KEY || length == 0 {
            return apart(self.key, other, budget);
        }
        bit_parallel(|y| self.masks[usize::from(y)], length, other, budget)
    }
}

/// Whether at most one insertion, deletion or substitution (no transposition) turns one key into
/// the other; the number of edits if so.
pub fn within_one(a: &str, b: &str) -> Option<u8> {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len().abs_diff(b.len()) > 1 {
        return None;
    }
    let head = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (a.get(head..)?, b.get(head..)?);
    let tail = a
        .iter()
        .rev()
        .zip(b.iter().rev())
        .take_while(|(x, y)| x == y)
        .count();
    let rest = (a.len() - tail).max(b.len() - tail);
    (rest <= 1).then_some(u8::try_from(rest).ok()?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn slow(a: &str, b: &str) -> usize {
        let (a, b) = (a.as_bytes(), b.as_bytes());
        let mut d = vec![vec![0; b.len() + 1]; a.len() + 1];
        for (i, row) in d.iter_mut().enumerate() {
            row[0] = i;
        }
        d[0] = (0..=b.len()).collect();
        for i in 1..=a.len() {
            for j in 1..=b.len() {
                let cost = usize::from(a[i - 1] != b[j - 1]);
                d[i][j] = (d[i - 1][j] + 1)
                    .min(d[i][j - 1] + 1)
                    .min(d[i - 1][j - 1] + cost);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    d[i][j] = d[i][j].min(d[i - 2][j - 2] + 1);
                }
            }
        }
        d[a.len()][b.len()]
    }

    proptest! {
        #[test]
        fn long_keys_too(a in "[ab]{60,70}", at in 0usize..60, b in "[abé]{0,3}") {
            let mut other = a.clone();
            other.replace_range(at..(at + 2).min(a.len()), &b);
            for budget in 0..4 {
                prop_assert_eq!(
                    Pattern::new(a.as_bytes()).distance(other.as_bytes(), budget),
                    distance(&a, &other, budget)
                );
            }
        }

        #[test]
        fn agrees_with_the_table(a in "[a-d]{0,12}", b in "[a-d]{0,12}", budget in 0u8..4) {
            let want = slow(&a, &b);
            let got = distance(&a, &b, budget);
            prop_assert_eq!(got.map(usize::from), (want <= usize::from(budget)).then_some(want));
            prop_assert_eq!(Pattern::new(a.as_bytes()).distance(b.as_bytes(), budget), got);
            if want <= 1 && within_one(&a, &b).is_none() {
                // Only a transposition may be what separates them.
                prop_assert!(a.len() == b.len());
            }
            prop_assert!(signature_distance(signature(&a), signature(&b)) as usize <= want);
        }
    }
}
