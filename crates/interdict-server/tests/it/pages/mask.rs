//! Pages without what differs from run to run: times, hashes, names of assets.

/// A page with times, young days and hashes put out of sight.
pub(crate) fn masked(page: &str) -> String {
    let words = ["just now", "yesterday"];
    let mut out = String::with_capacity(page.len());
    let mut rest = page;
    while let Some(c) = rest.chars().next() {
        let before_is_word = out
            .chars()
            .next_back()
            .is_some_and(|c| c.is_ascii_alphanumeric());
        if !before_is_word {
            if let Some((length, name)) = varying(rest) {
                out.push_str(name);
                rest = rest.get(length..).unwrap_or_default();
                continue;
            }
            if let Some(word) = words.iter().find(|word| rest.starts_with(**word)) {
                out.push_str("AGO");
                rest = rest.get(word.len()..).unwrap_or_default();
                continue;
            }
        }
        out.push(c);
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
    }
    out
}

/// What begins here and differs from run to run: its length and what to call it.
fn varying(text: &str) -> Option<(usize, &'static str)> {
    let bytes = text.as_bytes();
    let shape = |pattern: &str| {
        pattern.bytes().enumerate().all(|(at, wanted)| {
            bytes.get(at).is_some_and(|found| match wanted {
                b'0' => found.is_ascii_digit(),
                other => *found == other,
            })
        })
    };
    // Days of the lists themselves are older than the tests.
    let young = text.get(..4).is_some_and(|year| year >= "2026");
    if young && shape("0000-00-00 00:00") {
        return Some((16, "TIME"));
    }
    if young && shape("0000-00-00") {
        return Some((10, "DAY"));
    }
    let digits = bytes
        .iter()
        .take_while(|b| b.is_ascii_digit() || **b == b',')
        .count();
    if digits > 0
        && text
            .get(digits..)
            .is_some_and(|rest| rest.starts_with(" min ago"))
    {
        return Some((digits + 8, "AGO"));
    }
    if digits > 0
        && text
            .get(digits..)
            .is_some_and(|rest| rest.starts_with(" days"))
    {
        return Some((digits + 5, "AGE"));
    }
    if text.starts_with("ik_") {
        let letters = bytes
            .iter()
            .take_while(|b| b.is_ascii_alphanumeric() || **b == b'_');
        return Some((letters.count(), "KEY"));
    }
    let hex = bytes.iter().take_while(|b| b.is_ascii_hexdigit()).count();
    let letters = text.get(..hex)?.bytes().any(|b| b.is_ascii_alphabetic());
    (hex >= 12 && letters).then_some((hex, "HASH"))
}

#[test]
fn only_what_varies_is_masked() {
    assert_eq!(
        masked(
            "1970-01-02 at 2026-11-26 09:30, 2026-11-26; 0123456789abcdef12, Mallory, 3 min ago"
        ),
        "1970-01-02 at TIME, DAY; HASH, Mallory, AGO"
    );
}
