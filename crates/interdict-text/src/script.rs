//! The writing system of a character, as far as names need to know it.

/// A writing system with its own way into Latin letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Script {
    Latin,
    Digit,
    Cyrillic,
    Greek,
    Arabic,
    Hebrew,
    Armenian,
    Georgian,
    Devanagari,
    Thai,
    Han,
    Hangul,
    Kana,
    Other,
}

impl Script {
    /// Alphabets whose letters imitate each other.
    pub(crate) fn is_european(self) -> bool {
        matches!(self, Self::Latin | Self::Cyrillic | Self::Greek)
    }

    /// Scripts in which vowel signs are combining marks and must be kept.
    pub(crate) fn keeps_marks(self) -> bool {
        matches!(self, Self::Devanagari | Self::Thai | Self::Other)
    }
}

/// The script of a lower-case letter or digit; `None` for what is neither.
pub(crate) fn script_of(c: char) -> Option<Script> {
    if c.is_ascii() {
        return if c.is_ascii_alphabetic() {
            Some(Script::Latin)
        } else if c.is_ascii_digit() {
            Some(Script::Digit)
        } else {
            None
        };
    }
    let script = match u32::from(c) {
        0x00AA
        | 0x00B5
        | 0x00BA
        | 0x00C0..=0x02AF
        | 0x1D00..=0x1DBF
        | 0x1E00..=0x1EFF
        | 0x2C60..=0x2C7F
        | 0xA720..=0xA7FF => Script::Latin,
        0x0370..=0x03FF | 0x1F00..=0x1FFF => Script::Greek,
        0x0400..=0x052F | 0x1C80..=0x1C8F | 0xA640..=0xA69F => Script::Cyrillic,
        0x0531..=0x058F => Script::Armenian,
        0x0590..=0x05FF => Script::Hebrew,
        0x0600..=0x06FF | 0x0750..=0x077F | 0x08A0..=0x08FF => Script::Arabic,
        0x0900..=0x097F => Script::Devanagari,
        0x0E00..=0x0E7F => Script::Thai,
        0x10A0..=0x10FF | 0x1C90..=0x1CBF | 0x2D00..=0x2D2F => Script::Georgian,
        0x3005
        | 0x3007
        | 0x3400..=0x4DBF
        | 0x4E00..=0x9FFF
        | 0xF900..=0xFAFF
        | 0x20000..=0x323AF => Script::Han,
        0x3041..=0x3096 | 0x30A1..=0x30FA | 0x30FC..=0x30FF | 0x31F0..=0x31FF => Script::Kana,
        0xAC00..=0xD7A3 => Script::Hangul,
        _ => Script::Other,
    };
    match script {
        Script::Other if c.is_alphanumeric() => Some(script),
        Script::Other => None,
        // Han iteration and ideographic zero are not letters to the standard library.
        Script::Han => Some(script),
        _ if c.is_alphanumeric() => Some(script),
        _ => None,
    }
}
