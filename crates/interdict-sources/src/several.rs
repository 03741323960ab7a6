//! Cells that hold several values, in the ways publishers write them.

use interdict_model::date::{DateOrder, DateSpan};

/// The parts of a text that numbers them: `a) … b) …`, `(1) … (2) …`, `（a）…`. The first mark must
/// stand at the start, and the marks must follow one another, so that a bracket inside a value does
/// not cut it. `None` when the text does not number its parts.
pub(crate) fn numbered(text: &str) -> Option<Vec<&str>> {
    let text = text.trim();
    let letters: fn(usize) -> Option<String> = |n| {
        let letter = char::from(b'a'.checked_add(u8::try_from(n).ok()?)?);
        letter.is_ascii_lowercase().then(|| letter.to_string())
    };
    let digits: fn(usize) -> Option<String> = |n| Some((n + 1).to_string());
    for label in [letters, digits] {
        let Some((0, mut from)) = find_mark(text, 0, &label(0)?) else {
            continue;
        };
        let mut parts = Vec::new();
        let mut n = 1;
        loop {
            // `(1)-(3) Indonesia` is one value, said of three.
            if let Some((last, after)) = range_end(text, from, label, n) {
                (n, from) = (last + 1, after);
            }
            let next = label(n).and_then(|l| find_mark(text, from, &l));
            let Some((at, after)) = next else { break };
            parts.push(text.get(from..at).unwrap_or_default());
            from = after;
            n += 1;
        }
        parts.push(text.get(from..).unwrap_or_default());
        return Some(
            parts
                .into_iter()
                .map(trim_part)
                .filter(|p| !p.is_empty())
                .collect(),
        );
    }
    None
}

/// The number and end of the mark that closes a range right behind the mark before `from`.
fn range_end(
    text: &str,
    from: usize,
    label: fn(usize) -> Option<String>,
    next: usize,
) -> Option<(usize, usize)> {
    let rest = text.get(from..)?;
    let behind = rest
        .trim_start()
        .strip_prefix(['-', '\u{2013}'])?
        .trim_start();
    let start = text.len() - behind.len();
    (next..next + 20).find_map(|n| {
        let label = label(n)?;
        let close = behind.strip_prefix('(')?.strip_prefix(label.as_str())?;
        close.starts_with(')').then(|| (n, start + label.len() + 2))
    })
}

/// A value without the marks that part it from the next one.
fn trim_part(part: &str) -> &str {
    part.trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '、' | '；'))
}

/// Start and end of the next mark with this label at or after `from`.
fn find_mark(text: &str, from: usize, label: &str) -> Option<(usize, usize)> {
    let rest = text.get(from..)?;
    for (at, _) in rest.match_indices(label) {
        let before = rest.get(..at)?;
        let after = rest.get(at + label.len()..)?;
        let Some(close) = after.chars().next().filter(|c| matches!(c, ')' | '）')) else {
            continue;
        };
        let end = from + at + label.len() + close.len_utf8();
        match before.chars().next_back() {
            Some(open @ ('(' | '（')) => return Some((from + at - open.len_utf8(), end)),
            None if from == 0 => return Some((0, end)),
            Some(c) if c.is_whitespace() || matches!(c, ';' | ',' | '.') => {
                return Some((from + at, end));
            }
            _ => {}
        }
    }
    None
}

/// A date of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DatePart<'a> {
    /// Reads as a date that can be.
    Date(&'a str),
    /// Reads as a date, but in a year that cannot be meant (another calendar, a typing error).
    Implausible(&'a str),
    /// Does not read as a date.
    Text(&'a str),
}

/// The dates of a cell that may hold several: numbered, or parted by commas, semicolons, lines,
/// `>>`, ` or `, or nothing but a blank between numeric dates. `years` are those that can be meant.
pub(crate) fn dates<'a>(
    cell: &'a str,
    order: DateOrder,
    years: std::ops::RangeInclusive<u16>,
) -> Vec<DatePart<'a>> {
    let mut out = Vec::new();
    for part in numbered(cell).unwrap_or_else(|| vec![trim_part(cell)]) {
        split_dates(part, order, 0, &mut out);
    }
    for part in &mut out {
        if let DatePart::Date(text) = *part
            && let Some(span) = DateSpan::parse(text, order)
            && !(years.contains(&span.from.year()) && years.contains(&span.to.year()))
        {
            *part = DatePart::Implausible(text);
        }
    }
    out
}

/// Ways to part dates, from the surest to the last resort.
const SEPARATORS: [&[&str]; 4] = [
    &[";", "\n", ">>", "|"],
    &[","],
    &[" or ", " and ", " & "],
    &[" "],
];

fn split_dates<'a>(text: &'a str, order: DateOrder, level: usize, out: &mut Vec<DatePart<'a>>) {
    let text = trim_part(text).trim_end_matches('.').trim();
    let text = text.strip_prefix("or ").unwrap_or(text);
    if text.is_empty() {
        return;
    }
    if DateSpan::parse(text, order).is_some() {
        out.push(DatePart::Date(text));
        return;
    }
    for (level, separators) in SEPARATORS.iter().enumerate().skip(level) {
        let pieces = split_any(text, separators);
        if pieces.len() < 2 {
            continue;
        }
        // A blank parts dates only where every piece is one.
        let all = level < 3 || pieces.iter().all(|p| DateSpan::parse(p, order).is_some());
        if all {
            for piece in pieces {
                split_dates(piece, order, level + 1, out);
            }
            return;
        }
    }
    out.push(DatePart::Text(text));
}

fn split_any<'a>(text: &'a str, separators: &[&str]) -> Vec<&'a str> {
    let mut pieces = vec![text];
    for separator in separators {
        pieces = pieces
            .into_iter()
            .flat_map(|p| p.split(separator))
            .collect();
    }
    pieces.retain(|p| !p.trim().is_empty());
    pieces
}

/// Whether a cell says in so many words that it says nothing.
pub(crate) fn says_nothing(cell: &str) -> bool {
    let cell = cell.trim().trim_end_matches('.').to_lowercase();
    matches!(
        cell.as_str(),
        "" | "na"
            | "n/a"
            | "n.a"
            | "nil"
            | "none"
            | "unknown"
            | "not available"
            | "-"
            | "—"
            | "不明"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbered_parts() {
        let check = |text: &str, expected: Option<&[&str]>| {
            assert_eq!(numbered(text).as_deref(), expected, "{text:?}");
        };
        check("a) Iran b) Iraq", Some(&["Iran", "Iraq"]));
        check("a)1994 b)1993 c)1995", Some(&["1994", "1993", "1995"]));
        check(
            "(1) Kabul, Afghanistan. (2) Pakistan",
            Some(&["Kabul, Afghanistan.", "Pakistan"]),
        );
        check("(a)Abu X(b)Abu Y(c)Z", Some(&["Abu X", "Abu Y", "Z"]));
        check("（a）甲（b）乙", Some(&["甲", "乙"]));
        check("a) 1945; b) 1950", Some(&["1945", "1950"]));
        check("(1) only", Some(&["only"]));
        check("(1)-(2) Indonesia", Some(&["Indonesia"]));
        check(
            "(1)-(5) Tunisia (6)-(7) Algeria (8) Libya",
            Some(&["Tunisia", "Algeria", "Libya"]),
        );
        check("1) 5)-(6) x 2) y", Some(&["5)-(6) x", "y"]));
        check("Iran", None);
        check("Flat 1) Kabul", None);
        check("Bank (a) of", None);
        // A bracket that does not follow in order cuts nothing.
        check("a) Bank (c) b) Fund", Some(&["Bank (c)", "Fund"]));
    }

    #[test]
    fn dates_of_a_cell() {
        use DatePart::{Date, Implausible, Text};
        let check = |cell: &str, expected: &[DatePart<'_>]| {
            let found = dates(cell, DateOrder::DayFirst, 1800..=2100);
            assert_eq!(found, expected, "{cell:?}");
        };
        check(
            "11/04/1963, 11/04/1960",
            &[Date("11/04/1963"), Date("11/04/1960")],
        );
        check(
            "27/05/1973 01/01/1975",
            &[Date("27/05/1973"), Date("01/01/1975")],
        );
        check("24/08/1962\u{a0}\u{a0}", &[Date("24/08/1962")]);
        check(
            "a) 5 Feb. 1981\u{a0} b) 1 Jan. 1972",
            &[Date("5 Feb. 1981"), Date("1 Jan. 1972")],
        );
        check(
            "14 Mar 1974 >> 13 Apr 1974",
            &[Date("14 Mar 1974"), Date("13 Apr 1974")],
        );
        check(
            "1963 or 1964 or 1965",
            &[Date("1963"), Date("1964"), Date("1965")],
        );
        check(
            "1986,\n1969,\n22/09/1967",
            &[Date("1986"), Date("1969"), Date("22/09/1967")],
        );
        check("December 5, 1961", &[Date("December 5, 1961")]);
        check(
            "Approximately 1963, 30/01/1972",
            &[Date("Approximately 1963"), Date("30/01/1972")],
        );
        check(
            "18/04/1982, 24/06/1402",
            &[Date("18/04/1982"), Implausible("24/06/1402")],
        );
        check("00/00/1994", &[Date("00/00/1994")]);
        check(
            "15 May 1968 (as X) 1970 (as Y)",
            &[Text("15 May 1968 (as X) 1970 (as Y)")],
        );
        check("", &[]);
    }

    #[test]
    fn saying_nothing() {
        assert!(says_nothing(" N/A ") && says_nothing("na.") && says_nothing(""));
        assert!(!says_nothing("Namibia"));
    }
}
