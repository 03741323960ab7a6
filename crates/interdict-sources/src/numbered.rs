//! Several values numbered inside one cell: `(1) Iraq (2) Iran`, `1) … 2) …`, `(a) … (b) …`.

/// The values of a cell. A cell that does not begin with the first number is one value.
///
/// `(1)-(2) Indonesia` gives one value: it is said of both. Numbers count only where they go up
/// one by one, so `(1) Flat 2) …` of an address stays whole where it should.
pub(crate) fn numbered(cell: &str) -> Vec<&str> {
    let cell = cell.trim();
    let parts = split(cell, Kind::Number).or_else(|| split(cell, Kind::Letter));
    parts.unwrap_or_else(|| if cell.is_empty() { Vec::new() } else { vec![cell] })
}

#[derive(Clone, Copy)]
enum Kind {
    Number,
    Letter,
}

/// The parts, or `None` if the text does not begin with a first marker of this kind or holds no
/// second one.
fn split(text: &str, kind: Kind) -> Option<Vec<&str>> {
    let mut parts = Vec::new();
    let mut start = None;
    let mut next = 1;
    let mut at = 0;
    while at < text.len() {
        let rest = text.get(at..)?;
        let free = text
            .get(..at)
            .and_then(|before| before.chars().next_back())
            .is_none_or(|c| !c.is_alphanumeric());
        match marker(rest, kind, next).filter(|_| free) {
            Some(length) => {
                match start {
                    None if at > 0 => return None,
                    None => {}
                    Some(from) => parts.push(text.get(from..at)?),
                }
                start = Some(at + length);
                next += 1;
                at += length;
            }
            None => at += rest.chars().next().map_or(1, char::len_utf8),
        }
        if start.is_none() {
            return None;
        }
    }
    parts.push(text.get(start?..)?);
    (next > 2).then(|| {
        let blank = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '-' | '\u{2013}');
        let parts = parts.into_iter().map(|part| part.trim_matches(blank));
        parts.filter(|part| !part.is_empty()).collect()
    })
}

/// The length of the marker with this number at the start of a text: `(2)`, `2)`, `(b)`, `b)`.
fn marker(text: &str, kind: Kind, number: u32) -> Option<usize> {
    let wanted = match kind {
        Kind::Number => number.to_string(),
        Kind::Letter => char::from_u32('a' as u32 + number.checked_sub(1)?)
            .filter(char::is_ascii_lowercase)?
            .to_string(),
    };
    let (open, rest) = match text.strip_prefix('(') {
        Some(rest) => (1, rest),
        None => (0, text),
    };
    let rest = rest.strip_prefix(wanted.as_str())?;
    rest.starts_with(')').then_some(open + wanted.len() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn values_numbered_inside_a_cell() {
        let check = |cell: &str, expected: &[&str]| assert_eq!(numbered(cell), expected, "{cell}");
        check("", &[]);
        check("Saudi Arabia", &["Saudi Arabia"]);
        check("1) Saudi Arabia 2) Qatar", &["Saudi Arabia", "Qatar"]);
        check("(1) German (2) Moroccan", &["German", "Moroccan"]);
        check("(1)-(2) Indonesia", &["Indonesia"]);
        check("1) Mullah, 2) Maulavi, 3) Habji.", &["Mullah", "Maulavi", "Habji."]);
        check("(a) Malaysia (b) Indonesia", &["Malaysia", "Indonesia"]);
        check("(1) 954242 (Moroccan) (2) 28 (of 2)", &["954242 (Moroccan)", "28 (of 2)"]);
        // One number alone, or a number that is not the first, divides nothing.
        check("(1) Iraq", &["(1) Iraq"]);
        check("Flat 2) Iraq", &["Flat 2) Iraq"]);
        check("2) Iraq 3) Iran", &["2) Iraq 3) Iran"]);
        check("1) А 2) Б", &["А", "Б"]);
    }

    proptest! {
        #[test]
        fn no_text_is_lost_but_markers_and_separators(cell in "\\PC{0,60}") {
            let kept: String = numbered(&cell).concat();
            let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).count();
            let before = cell.trim();
            prop_assert!(letters(&kept) <= letters(before));
            if numbered(&cell).len() == 1 && !before.starts_with(['(', '1', 'a']) {
                prop_assert_eq!(kept, before);
            }
        }
    }
}
