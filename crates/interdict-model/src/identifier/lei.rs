//! LEI, ISO 17442: 18 characters and two check digits, remainder 1 modulo 97.

use compact_str::CompactString;

use super::checks;

pub(super) fn normalise(raw: &str) -> Option<CompactString> {
    let code = checks::compact(raw, &[' ', '-']);
    (code.len() == 20 && checks::mod_97(&code) == Some(1)).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::{super::checks::check, normalise};

    #[test]
    fn vectors() {
        check(
            normalise,
            "54930053HGCFWVHYZX42",
            Some("54930053HGCFWVHYZX42"),
        );
        check(
            normalise,
            "54930053hgcfwvhyzx42",
            Some("54930053HGCFWVHYZX42"),
        );
        check(normalise, "2594007XIACKNMUAW222", None);
        check(normalise, "54930053HGCFWVHYZX", None);
    }
}
