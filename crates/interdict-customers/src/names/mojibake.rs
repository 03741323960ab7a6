//! UTF-8 that some program took for a Windows encoding and wrote as UTF-8 again: `MÃ¼ller`.

use encoding_rs::{Encoding, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252};

/// How many times over a text is put right.
const MOST_TIMES: usize = 3;

/// The text as it was meant, if it was encoded twice.
pub(super) fn repair(text: &str) -> Option<String> {
    let mut current = text.to_owned();
    let mut meant = None;
    for _ in 0..MOST_TIMES {
        let Some(better) = once(&current) else { break };
        if better.chars().filter(|c| !c.is_ascii()).all(is_of_names) {
            meant = Some(better.clone());
        }
        current = better;
    }
    meant
}

/// Whether a foreign character may stand in a name.
fn is_of_names(c: char) -> bool {
    c.is_alphabetic() || c.is_whitespace() || "–—’‘“”„«»°".contains(c)
}

fn once(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    [WINDOWS_1252, WINDOWS_1251, WINDOWS_1250]
        .into_iter()
        .find_map(|encoding| back(text, encoding))
}

/// The text read back through one encoding: every foreign letter must be part of a sequence of UTF-8,
/// which by chance hardly ever happens.
fn back(text: &str, encoding: &'static Encoding) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut foreign = 0;
    for c in text.chars() {
        if c.is_ascii() {
            bytes.push(c as u8);
            continue;
        }
        foreign += 1;
        let mut buffer = [0; 4];
        let (encoded, _, lost) = encoding.encode(c.encode_utf8(&mut buffer));
        match (lost, encoded.as_ref()) {
            (false, [byte]) => bytes.push(*byte),
            // Bytes that the encoding leaves empty come through as control characters.
            _ => bytes.push(u8::try_from(u32::from(c)).ok()?),
        }
    }
    let read = String::from_utf8(bytes).ok()?;
    let fewer = read.chars().filter(|c| !c.is_ascii()).count() < foreign;
    fewer.then_some(read)
}

#[cfg(test)]
mod tests {
    use super::repair;

    #[test]
    fn what_was_encoded_twice_is_put_right() {
        for (written, meant) in [
            ("MÃ¼ller", Some("Müller")),
            ("JosÃ© MuÃ±oz", Some("José Muñoz")),
            ("Ð˜Ð²Ð°Ð½Ð¾Ð²", Some("Иванов")),
            ("РњСЋР»Р»РµСЂ", Some("Мюллер")),
            ("MÃƒÂ¼ller", Some("Müller")),
            ("Müller", None),
            ("Иванов", None),
            ("São Paulo", None),
            ("Muller", None),
        ] {
            assert_eq!(repair(written).as_deref(), meant, "{written}");
        }
    }
}
