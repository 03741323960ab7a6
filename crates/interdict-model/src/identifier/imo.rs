//! IMO numbers: seven digits, the last a check, for ships and for shipping companies. Both are
//! given out from one range; about one number in a hundred passes both checks.

use compact_str::{CompactString, format_compact};

use super::checks;

/// Whether seven digits are the number of a ship: weights 7 to 2, last digit of the sum.
pub fn is_ship(digits: &str) -> bool {
    seven(digits)
        .is_some_and(|d| Some(checks::weighted(&d, &[7, 6, 5, 4, 3, 2]) % 10) == d.get(6).copied())
}

/// Whether seven digits are the number of a company: weights 8 6 4 2 9 7, modulo 11.
pub fn is_company(digits: &str) -> bool {
    seven(digits).is_some_and(|d| {
        Some((11 - checks::weighted(&d, &[8, 6, 4, 2, 9, 7]) % 11) % 10) == d.get(6).copied()
    })
}

fn seven(digits: &str) -> Option<Vec<u32>> {
    checks::digits(digits).filter(|d| d.len() == 7 && d.iter().any(|n| *n != 0))
}

/// The first valid number in a text, as seven digits. Runs of five or six digits are tried with
/// zeros in front, which lists are wont to lose; longer runs first, then those after "IMO".
pub(super) fn find(text: &str) -> Option<CompactString> {
    let mut runs: Vec<(usize, bool, &str)> = Vec::new();
    let mut rest = text;
    let mut before = "";
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        before = rest.get(..start).unwrap_or(before);
        let from = rest.get(start..)?;
        let len = from.bytes().take_while(u8::is_ascii_digit).count();
        let run = from.get(..len)?;
        if (5..=7).contains(&len) {
            let prefix = before.trim_end_matches(|c: char| {
                c.is_whitespace() || matches!(c, ':' | '.' | '#' | '-')
            });
            runs.push((7 - len, !prefix.ends_with("IMO"), run));
        }
        rest = from.get(len..)?;
    }
    runs.sort_by_key(|(missing, unnamed, _)| (*missing, *unnamed));
    runs.into_iter()
        .map(|(_, _, run)| format_compact!("{run:0>7}"))
        .find(|number| is_ship(number) || is_company(number))
}

#[cfg(test)]
mod tests {
    use super::{super::checks::check, find, is_company, is_ship};

    #[test]
    fn ships() {
        for number in ["9074729", "9126819"] {
            assert!(is_ship(number), "{number}");
        }
        for number in ["9074720", "0000000", "907472", "90747290", "907472a"] {
            assert!(!is_ship(number), "{number}");
        }
    }

    #[test]
    fn companies() {
        assert!(is_company("6459297"));
        assert!(!is_company("6459298"));
    }

    #[test]
    fn numbers_in_text() {
        check(find, "IMO 9074729", Some("9074729"));
        check(find, "IMO9074729", Some("9074729"));
        check(find, "MMSI 123456789; IMO: 9074729", Some("9074729"));
        check(find, "9074720", None);
        check(find, "", None);
    }
}
