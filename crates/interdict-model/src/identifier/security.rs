//! Numbers of securities: ISIN (ISO 6166) and FIGI.

use compact_str::CompactString;

use super::checks;
use crate::territory;

/// Prefixes of ISIN that are no country.
const ISIN_PREFIXES: &[&str] = &["EU", "QS", "QT", "XA", "XB", "XC", "XD", "XF", "XK", "XS"];

pub(super) fn isin(raw: &str) -> Option<CompactString> {
    let code = checks::compact(raw, &[' ']);
    let prefix = code.get(..2)?;
    let known = prefix.bytes().all(|b| b.is_ascii_uppercase())
        && (ISIN_PREFIXES.contains(&prefix) || territory::by_code(prefix).is_some());
    if code.len() != 12 || !known {
        return None;
    }
    // Luhn over the digits that the characters spell: A is 1 0, Z is 3 5.
    let mut digits = Vec::with_capacity(24);
    for c in code.chars() {
        let value = c.to_digit(36)?;
        if value > 9 {
            digits.push(value / 10);
        }
        digits.push(value % 10);
    }
    let checked = code.ends_with(|c: char| c.is_ascii_digit());
    (checked && checks::luhn(&digits)).then_some(code)
}

pub(super) fn figi(raw: &str) -> Option<CompactString> {
    let code = checks::compact(raw, &[' ']);
    let chars: Vec<char> = code.chars().collect();
    let consonant = |c: &char| c.is_ascii_uppercase() && !"AEIOU".contains(*c);
    let form = chars.len() == 12
        && chars.iter().take(2).all(consonant)
        && chars.get(2) == Some(&'G')
        && chars.iter().all(|c| consonant(c) || c.is_ascii_digit())
        && !["BS", "BM", "GG", "GB", "VG"]
            .iter()
            .any(|p| code.starts_with(p));
    if !form {
        return None;
    }
    let sum: u32 = chars
        .iter()
        .take(11)
        .enumerate()
        .filter_map(|(i, c)| Some(c.to_digit(36)? * if i % 2 == 0 { 1 } else { 2 }))
        .map(|n| n / 10 + n % 10)
        .sum();
    (chars.last()?.to_digit(10)? == (10 - sum % 10) % 10).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::{super::checks::check, figi, isin};

    #[test]
    fn isins() {
        check(isin, "US0378331005", Some("US0378331005"));
        check(isin, "us 0378331005", Some("US0378331005"));
        check(isin, "RU0009029540", Some("RU0009029540"));
        check(isin, "US0378331006", None);
        check(isin, "QQ0378331005", None);
    }

    #[test]
    fn figis() {
        check(figi, "BBG000BLNNH6", Some("BBG000BLNNH6"));
        check(figi, "BBG000BLNNH7", None);
        check(figi, "BSG000BLNNH6", None);
    }
}
