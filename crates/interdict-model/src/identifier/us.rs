//! Numbers of US authorities.

use compact_str::{CompactString, ToCompactString, format_compact};

use super::checks;

/// National provider identifier: Luhn over `80840` and the ten digits (45 CFR 162.406).
pub(super) fn npi(raw: &str) -> Option<CompactString> {
    let code = checks::digit_word(raw, &[10, 15])?;
    let full = match code.len() {
        10 => format_compact!("80840{code}"),
        _ => code.to_compact_string(),
    };
    let blank = code.trim_start_matches("80840").bytes().all(|b| b == b'0');
    (!blank && checks::luhn(&checks::digits(&full)?)).then(|| code.to_compact_string())
}

/// Social security number: no check digit, but areas, groups and serials that are never issued,
/// and three numbers that became public through advertisements.
pub(super) fn ssn(raw: &str) -> Option<CompactString> {
    let parts: Vec<&str> = raw.trim().split('-').collect();
    let joined = parts.concat();
    let form = match parts.as_slice() {
        [_] => true,
        [a, b, c] => (a.len(), b.len(), c.len()) == (3, 2, 4),
        [a, b] => matches!((a.len(), b.len()), (3, 6) | (5, 4)),
        _ => false,
    };
    if !form || joined.len() != 9 || !joined.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (area, group, serial) = (joined.get(..3)?, joined.get(3..5)?, joined.get(5..)?);
    let issued = !matches!(area, "000" | "666")
        && !area.starts_with('9')
        && group != "00"
        && serial != "0000"
        && !matches!(joined.as_str(), "078051120" | "457555462" | "219099999");
    issued.then(|| joined.into())
}

/// Unique entity id: 12 letters and digits without I and O, not starting with zero.
pub(super) fn uei(raw: &str) -> Option<CompactString> {
    raw.split(|c: char| !c.is_alphanumeric() && c != '_')
        .find(|word| {
            word.len() == 12
                && word
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() && !b"IOio".contains(&b))
        })
        .filter(|word| !word.starts_with('0'))
        .map(|word| word.to_uppercase().into())
}

#[cfg(test)]
mod tests {
    use super::{super::checks::check, npi, ssn, uei};

    #[test]
    fn vectors() {
        check(npi, "1234567893", Some("1234567893"));
        check(npi, "1234567890", None);
        check(npi, "0000000000", None);
        check(ssn, "536-90-4399", Some("536904399"));
        check(ssn, "536904399", Some("536904399"));
        check(ssn, "666-90-4399", None);
        check(ssn, "078-05-1120", None);
        check(uei, "zqgggzbcea13", Some("ZQGGGZBCEA13"));
        check(uei, "0QGGGZBCEA13", None);
        check(uei, "OQGGGZBCEA13", None);
    }
}
