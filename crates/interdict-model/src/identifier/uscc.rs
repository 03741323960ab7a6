//! Unified social credit code of China, GB 32100-2015: 18 characters, the last a check modulo 31.

use compact_str::CompactString;

use super::checks;

const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

pub(super) fn normalise(raw: &str) -> Option<CompactString> {
    let code = checks::compact(raw, &[' ', '-']);
    if code.len() != 18 || !code.bytes().take(8).all(|b| b.is_ascii_digit()) {
        return None;
    }
    let mut weight = 1;
    let mut sum = 0;
    for c in code.chars() {
        sum += ALPHABET.find(c)? * weight;
        weight = weight * 3 % 31;
    }
    // The last character has weight 3^17 mod 31 = 22; counting it with 1 instead makes the whole
    // divisible by 31.
    let last = ALPHABET.find(code.chars().next_back()?)?;
    ((sum - last * 22 + last) % 31 == 0).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::{super::checks::check, normalise};

    #[test]
    fn vectors() {
        check(normalise, "914403001922038216", Some("914403001922038216"));
        check(normalise, "914403001922038217", None);
        check(
            normalise,
            "91440300-192203821-6",
            Some("914403001922038216"),
        );
        check(normalise, "9144030019220382", None);
        check(normalise, "91440300192203821O", None);
    }
}
