//! Numbers of the Russian tax service.
//!
//! INN: weighted sums modulo 11 (order of the Ministry of Taxes BG-3-09/178). OGRN and OGRNIP: the
//! last digit of the remainder modulo 11 or 13 of what stands before (order of the Ministry of
//! Finance 165n).

use compact_str::{CompactString, ToCompactString};

use super::checks;

/// Weights of the 12-digit number's second check; those of the first, and of the 10-digit number,
/// are its tails.
const WEIGHTS: [u32; 11] = [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8];

pub(super) fn inn(raw: &str) -> Option<CompactString> {
    let code = checks::compact(raw, &[' ']);
    let digits = checks::digits(&code)?;
    let passes = |at: usize| {
        let weights = WEIGHTS.get(WEIGHTS.len() - at..).unwrap_or_default();
        let sum = digits.get(..at).map(|d| checks::weighted(d, weights));
        digits.get(at).copied() == sum.map(|s| s % 11 % 10)
    };
    let ok = match digits.len() {
        10 => passes(9),
        12 => passes(10) && passes(11),
        _ => false,
    };
    (ok && digits.iter().any(|d| *d != 0)).then_some(code)
}

pub(super) fn ogrn(raw: &str) -> Option<CompactString> {
    let code = checks::digit_word(raw, &[13, 15])?;
    let (body, last) = code.split_at(code.len() - 1);
    let modulus = if code.len() == 13 { 11 } else { 13 };
    let body: u64 = body.parse().ok()?;
    let last: u64 = last.parse().ok()?;
    (!code.starts_with('0') && body % modulus % 10 == last).then(|| code.to_compact_string())
}

#[cfg(test)]
mod tests {
    use super::{super::checks::check, inn, ogrn};

    #[test]
    fn inn_vectors() {
        check(inn, "7707083893", Some("7707083893"));
        check(inn, "7707 083893", Some("7707083893"));
        check(inn, "7707083894", None);
        check(inn, "500100732259", Some("500100732259"));
        check(inn, "500100732258", None);
        check(inn, "0000000000", None);
        check(inn, "77070838931", None);
    }

    #[test]
    fn ogrn_vectors() {
        check(ogrn, "1027700132195", Some("1027700132195"));
        check(ogrn, "OGRN 1027700132195 (Moscow)", Some("1027700132195"));
        check(ogrn, "1027700132196", None);
        check(ogrn, "304500116000157", Some("304500116000157"));
        check(ogrn, "304500116000061", Some("304500116000061"));
        check(ogrn, "304500116000072", Some("304500116000072"));
        check(ogrn, "304500116000158", None);
    }
}
