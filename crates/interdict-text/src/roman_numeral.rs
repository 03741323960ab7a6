//! Roman numerals.

/// The value of a Roman numeral in its regular spelling, 1 to 399.
pub(crate) fn value(text: &str) -> Option<u32> {
    if text.is_empty() || text.len() > 12 {
        return None;
    }
    let digit = |c: char| {
        Some(match c {
            'i' => 1_u32,
            'v' => 5,
            'x' => 10,
            'l' => 50,
            'c' => 100,
            _ => return None,
        })
    };
    let mut total = 0_u32;
    let mut largest = 0;
    for c in text.chars().rev() {
        let v = digit(c)?;
        if v < largest {
            total = total.checked_sub(v)?;
        } else {
            total += v;
            largest = v;
        }
    }
    (total > 0 && total < 400 && spell(total) == text).then_some(total)
}

fn spell(mut n: u32) -> String {
    const STEPS: [(u32, &str); 9] = [
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ];
    let mut out = String::new();
    for (value, letters) in STEPS {
        while n >= value {
            out.push_str(letters);
            n -= value;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_regular_spellings_count() {
        for (text, expected) in [
            ("iii", Some(3)),
            ("xiv", Some(14)),
            ("iiii", None),
            ("vx", None),
            ("ic", None),
            ("ccc", Some(300)),
            ("mild", None),
        ] {
            assert_eq!(value(text), expected, "{text}");
        }
    }
}
