//! Which script a name is written in, to group the names of an entity.

/// Scripts by ranges of code points; the first range that holds a letter of a name decides.
const SCRIPTS: &[(&str, &[(u32, u32)])] = &[
    (
        "Cyrillic",
        &[
            (0x0400, 0x052F),
            (0x1C80, 0x1C8F),
            (0x2DE0, 0x2DFF),
            (0xA640, 0xA69F),
        ],
    ),
    (
        "Arabic",
        &[
            (0x0600, 0x06FF),
            (0x0750, 0x077F),
            (0x08A0, 0x08FF),
            (0xFB50, 0xFDFF),
            (0xFE70, 0xFEFF),
        ],
    ),
    ("Hebrew", &[(0x0590, 0x05FF), (0xFB1D, 0xFB4F)]),
    ("Greek", &[(0x0370, 0x03FF), (0x1F00, 0x1FFF)]),
    (
        "Korean",
        &[(0x1100, 0x11FF), (0x3130, 0x318F), (0xAC00, 0xD7AF)],
    ),
    ("Japanese kana", &[(0x3040, 0x30FF), (0x31F0, 0x31FF)]),
    (
        "Chinese characters",
        &[
            (0x3400, 0x4DBF),
            (0x4E00, 0x9FFF),
            (0xF900, 0xFAFF),
            (0x20000, 0x323AF),
        ],
    ),
    ("Devanagari", &[(0x0900, 0x097F)]),
    ("Bengali", &[(0x0980, 0x09FF)]),
    ("Tamil", &[(0x0B80, 0x0BFF)]),
    ("Thai", &[(0x0E00, 0x0E7F)]),
    ("Burmese", &[(0x1000, 0x109F)]),
    ("Georgian", &[(0x10A0, 0x10FF), (0x1C90, 0x1CBF)]),
    ("Armenian", &[(0x0530, 0x058F)]),
    ("Ethiopic", &[(0x1200, 0x137F)]),
    ("Khmer", &[(0x1780, 0x17FF)]),
    (
        "Latin",
        &[
            (0x0041, 0x005A),
            (0x0061, 0x007A),
            (0x00C0, 0x024F),
            (0x1E00, 0x1EFF),
        ],
    ),
];

/// The script of the first letter whose script is known; `Other` where none is.
pub(super) fn of(name: &str) -> &'static str {
    name.chars().find_map(of_letter).unwrap_or("Other")
}

fn of_letter(letter: char) -> Option<&'static str> {
    let code = u32::from(letter);
    SCRIPTS
        .iter()
        .find(|(_, ranges)| {
            ranges
                .iter()
                .any(|(from, to)| (*from..=*to).contains(&code))
        })
        .map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_a_script() {
        for (name, script) in [
            ("1. Ivanov", "Latin"),
            ("Андрей", "Cyrillic"),
            ("صدام", "Arabic"),
            ("習近平", "Chinese characters"),
            ("김정은", "Korean"),
            ("12-34", "Other"),
        ] {
            assert_eq!(of(name), script, "{name}");
        }
    }
}
