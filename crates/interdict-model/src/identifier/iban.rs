//! IBAN, ISO 13616: length and form by country, remainder 1 modulo 97.

use compact_str::{CompactString, ToCompactString};
use iban::Iban;

use super::checks;

pub(super) fn normalise(raw: &str) -> Option<CompactString> {
    let code = checks::compact(raw, &[' ', '-', '.']);
    code.parse::<Iban>().ok()?;
    Some(code.to_compact_string())
}

#[cfg(test)]
mod tests {
    use super::{super::checks::check, normalise};

    #[test]
    fn vectors() {
        check(
            normalise,
            "DE89 3704 0044 0532 0130 00",
            Some("DE89370400440532013000"),
        );
        check(normalise, "DE89370400440532013001", None);
        check(
            normalise,
            "RU0304452522540817810538091310419",
            Some("RU0304452522540817810538091310419"),
        );
        check(normalise, "RU0404452522540817810538091310419", None);
        check(normalise, "DE8937040044053201300", None);
    }
}
