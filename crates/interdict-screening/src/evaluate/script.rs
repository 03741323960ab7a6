//! The writing system of a name, as reports tell them apart.

/// The script of the first letter that is in one of those that reports name; `other` without one.
pub fn script(name: &str) -> &'static str {
    name.chars().find_map(of_letter).unwrap_or("other")
}

fn of_letter(letter: char) -> Option<&'static str> {
    if !letter.is_alphabetic() {
        return None;
    }
    Some(match u32::from(letter) {
        0..=0x24f | 0x1e00..=0x1eff => "Latin",
        0x370..=0x3ff | 0x1f00..=0x1fff => "Greek",
        0x400..=0x52f => "Cyrillic",
        0x530..=0x58f => "Armenian",
        0x590..=0x5ff => "Hebrew",
        0x600..=0x6ff | 0x750..=0x77f | 0xfb50..=0xfdff | 0xfe70..=0xfefe => "Arabic",
        0x900..=0x97f => "Devanagari",
        0xe00..=0xe7f => "Thai",
        0x10a0..=0x10ff => "Georgian",
        0x1100..=0x11ff | 0xac00..=0xd7af => "Hangul",
        0x3040..=0x30ff => "Kana",
        0x3400..=0x9fff | 0xf900..=0xfaff | 0x20000..=0x3134f => "Han",
        _ => "other",
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn scripts_are_told_by_their_letters() {
        for (name, script) in [
            ("\"Omar\" 1", "Latin"),
            ("Путин", "Cyrillic"),
            ("弗拉基米尔", "Han"),
            ("ウラジーミル", "Kana"),
            ("블라디미르", "Hangul"),
            ("فلاديمير", "Arabic"),
            ("1234", "other"),
        ] {
            assert_eq!(super::script(name), script);
        }
    }
}
