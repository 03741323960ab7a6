//! Arithmetic of check digits.

use compact_str::CompactString;

/// The text in upper case without the given separators.
pub(super) fn compact(raw: &str, separators: &[char]) -> CompactString {
    raw.trim()
        .chars()
        .filter(|c| !separators.contains(c))
        .flat_map(char::to_uppercase)
        .collect()
}

/// The digits of a text that is nothing but ASCII digits.
pub(super) fn digits(text: &str) -> Option<Vec<u32>> {
    text.chars().map(|c| c.to_digit(10)).collect()
}

/// The sum of digits times weights, over the shorter of both.
pub(super) fn weighted(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(d, w)| d * w).sum()
}

/// The remainder modulo 97 of a text of digits and upper-case letters, a letter being a number from
/// 10 to 35 (ISO 7064); `None` for any other character.
pub(super) fn mod_97(text: &str) -> Option<u32> {
    text.chars().try_fold(0u32, |rest, c| {
        let value = c.to_digit(36).filter(|_| !c.is_ascii_lowercase())?;
        let factor = if value > 9 { 100 } else { 10 };
        Some((rest * factor + value) % 97)
    })
}

/// Whether a run of digits passes the Luhn check.
pub(super) fn luhn(digits: &[u32]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(i, d)| match (i % 2, d * 2) {
            (0, _) => *d,
            (_, double) if double > 9 => double - 9,
            (_, double) => double,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// The first run of exactly one of these numbers of digits that stands alone as a word.
pub(super) fn digit_word<'a>(text: &'a str, lengths: &[usize]) -> Option<&'a str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .find(|word| lengths.contains(&word.len()) && word.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
#[track_caller]
pub(super) fn check(
    normalise: impl Fn(&str) -> Option<CompactString>,
    raw: &str,
    expected: Option<&str>,
) {
    assert_eq!(normalise(raw).as_deref(), expected, "{raw:?}");
}
