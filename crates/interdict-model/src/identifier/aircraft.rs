//! Registration marks of aircraft (ICAO Annex 7): a prefix of the state and up to five more
//! characters. Lists write them with and without hyphen; there is no check digit.

use compact_str::CompactString;

use super::checks;

pub(super) fn normalise(raw: &str) -> Option<CompactString> {
    let code = checks::compact(raw, &[' ', '-', '–']);
    let ok = (3..=8).contains(&code.len())
        && code
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        && code.bytes().any(|b| b.is_ascii_uppercase());
    ok.then_some(code)
}

#[cfg(test)]
mod tests {
    use super::{super::checks::check, normalise};

    #[test]
    fn vectors() {
        check(normalise, "EP-IAA", Some("EPIAA"));
        check(normalise, "yv 2726", Some("YV2726"));
        check(normalise, "12345", None);
    }
}
