//! MMSI, ITU-R M.585: nine digits, the first three of a ship's a country from 201 to 775. No check
//! digit.

use compact_str::CompactString;

use super::checks;

pub(super) fn normalise(raw: &str) -> Option<CompactString> {
    let code = checks::compact(raw.strip_prefix("MMSI").unwrap_or(raw), &[' ', '-', ':']);
    let country: u16 = code.get(..3)?.parse().ok()?;
    let ok = code.len() == 9
        && code.bytes().all(|b| b.is_ascii_digit())
        && (201..=775).contains(&country);
    ok.then_some(code)
}

#[cfg(test)]
mod tests {
    use super::{super::checks::check, normalise};

    #[test]
    fn vectors() {
        check(normalise, "572442210", Some("572442210"));
        check(normalise, "MMSI 572 442 210", Some("572442210"));
        check(normalise, "99244221", None);
        check(normalise, "992442210", None);
    }
}
