//! BIC, ISO 9362: four letters for the party, two for the country, two for the place, three for a
//! branch. No check digit; the country must exist.

use compact_str::CompactString;

use super::checks;
use crate::territory;

/// The first 8 characters of a text that has the form of a BIC, whether or not its country exists.
pub(super) fn pattern(raw: &str) -> Option<CompactString> {
    let code = checks::compact(raw, &[' ', '-']);
    let ok = matches!(code.len(), 8 | 11)
        && code.bytes().take(6).all(|b| b.is_ascii_uppercase())
        && code
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    ok.then(|| code.get(..8).map(CompactString::new))?
}

pub(super) fn normalise(raw: &str) -> Option<CompactString> {
    let code = pattern(raw)?;
    territory::by_code(code.get(4..6)?)?;
    Some(code)
}

#[cfg(test)]
mod tests {
    use super::{super::checks::check, normalise};

    #[test]
    fn vectors() {
        check(normalise, "SABRRUMM", Some("SABRRUMM"));
        check(normalise, "DEUTDEFF500", Some("DEUTDEFF"));
        check(normalise, "deutdeff", Some("DEUTDEFF"));
        check(normalise, "BKCHCNB", None);
        check(normalise, "SABR1UMM", None);
        check(normalise, "ABCDQQ22", None);
    }
}
