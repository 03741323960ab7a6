//! Cells that hold several values, in the ways publishers write them.

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
}
