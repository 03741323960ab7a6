//! Lists of revision numbers as runs of consecutive ones.

use crate::bytes::{Reader, Wrong, put_int, put_uint};

/// Codes a list; order is kept.
pub(crate) fn encode(ids: &[i64]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut expected = 0i64;
    let mut rest = ids;
    while let Some((&start, tail)) = rest.split_first() {
        let more = tail
            .iter()
            .zip(start.saturating_add(1)..)
            .take_while(|(id, next)| *id == next)
            .count();
        put_int(&mut out, start.wrapping_sub(expected));
        put_uint(&mut out, more as u64);
        expected = start.wrapping_add(more as i64).wrapping_add(1);
        rest = tail.get(more..).unwrap_or_default();
    }
    out
}

/// One run: first number and how many.
pub(crate) type Run = (i64, usize);

/// The runs of a coded list of at most `limit` numbers.
pub(crate) fn decode_runs(bytes: &[u8], limit: usize) -> Result<Vec<Run>, Wrong> {
    let mut reader = Reader::new(bytes);
    let mut runs = Vec::new();
    let mut expected = 0i64;
    let mut total = 0usize;
    while !reader.is_empty() {
        let start = expected
            .checked_add(reader.int()?)
            .ok_or("holds a number that is too large")?;
        let more = usize::try_from(reader.uint()?).map_err(|_| "holds a run that is too long")?;
        let len = more.checked_add(1).ok_or("holds a run that is too long")?;
        total = total.saturating_add(len);
        if total > limit {
            return Err("lists more revisions than it counts");
        }
        expected = i64::try_from(len)
            .ok()
            .and_then(|len| start.checked_add(len))
            .ok_or("holds a number that is too large")?;
        runs.push((start, len));
    }
    if total == limit {
        Ok(runs)
    } else {
        Err("lists fewer revisions than it counts")
    }
}

/// The numbers of a coded list of exactly `count`.
pub(crate) fn decode(bytes: &[u8], count: usize) -> Result<Vec<i64>, Wrong> {
    let runs = decode_runs(bytes, count)?;
    Ok(runs
        .into_iter()
        .flat_map(|(start, len)| (start..).take(len))
        .collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_fresh_list_costs_a_few_bytes() {
        let ids: Vec<i64> = (1..=2048).collect();
        assert!(encode(&ids).len() <= 4);
    }

    proptest! {
        #[test]
        fn lists_come_back(ids in prop::collection::vec(0i64..1 << 40, 0..200)) {
            prop_assert_eq!(decode(&encode(&ids), ids.len()), Ok(ids));
        }

        #[test]
        fn near_lists_come_back(ids in prop::collection::vec(1i64..30, 0..200)) {
            prop_assert_eq!(decode(&encode(&ids), ids.len()), Ok(ids));
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>, count in 0usize..5000) {
            if let Ok(ids) = decode(&bytes, count) {
                prop_assert_eq!(ids.len(), count);
            }
        }
    }
}
