//! UTF-8 that some program took for a Windows encoding and wrote as UTF-8 again: `MÃ¼ller`.

use encoding_rs::{Encoding, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252};

/// How many times over a text is put right.
const MOST_TIMES: usize = 3;

/// What UTF-8 is taken for.
const ENCODINGS: [&Encoding; 3] = [WINDOWS_1252, WINDOWS_1251, WINDOWS_1250];

/// Characters with the bytes of the original text that they stand for.
pub(crate) type Spelt = Vec<(char, (usize, usize))>;

/// The text as it was meant, if it was encoded twice.
pub fn encoded_twice(text: &str) -> Option<String> {
    meant(text).map(|chars| chars.into_iter().map(|(c, _)| c).collect())
}

/// The same, with where each character comes from.
pub(crate) fn meant(text: &str) -> Option<Spelt> {
    if !may_begin(text) {
        return None;
    }
    let mut current: Spelt = text
        .char_indices()
        .map(|(at, c)| (c, (at, at + c.len_utf8())))
        .collect();
    let mut meant = None;
    for _ in 0..MOST_TIMES {
        let Some(better) = once(&current) else { break };
        if better
            .iter()
            .filter(|(c, _)| !c.is_ascii())
            .all(|(c, _)| is_of_names(*c))
        {
            meant = Some(better.clone());
        }
        current = better;
    }
    meant
}

/// Whether the first foreign letters may be a sequence of UTF-8: of nearly no name they are.
fn may_begin(text: &str) -> bool {
    let mut foreign = text.chars().skip_while(char::is_ascii);
    let (Some(first), Some(second)) = (foreign.next(), foreign.next()) else {
        return false;
    };
    !second.is_ascii()
        && ENCODINGS.into_iter().any(|encoding| {
            byte(first, encoding).is_some_and(|b| (0xc2..=0xf4).contains(&b))
                && byte(second, encoding).is_some_and(|b| (0x80..=0xbf).contains(&b))
        })
}

/// Whether a foreign character may stand in a name.
fn is_of_names(c: char) -> bool {
    c.is_alphanumeric() || c.is_whitespace() || is_mark(c) || "–—’‘“”„«»°·・ー".contains(c)
}

/// Vowel signs of scripts that write them over and under letters.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{64b}'..='\u{65f}' | '\u{900}'..='\u{e7f}')
}

fn once(text: &[(char, (usize, usize))]) -> Option<Spelt> {
    ENCODINGS
        .into_iter()
        .find_map(|encoding| back(text, encoding))
}

/// The text read back through one encoding: every foreign letter must be part of a sequence of UTF-8,
/// which by chance hardly ever happens.
fn back(text: &[(char, (usize, usize))], encoding: &'static Encoding) -> Option<Spelt> {
    let mut out = Spelt::with_capacity(text.len());
    let mut foreign = false;
    let mut rest = text.iter();
    while let Some((c, span)) = rest.next() {
        if c.is_ascii() {
            out.push((*c, *span));
            continue;
        }
        foreign = true;
        let first = byte(*c, encoding)?;
        let more = match first {
            0xc2..=0xdf => 1,
            0xe0..=0xef => 2,
            0xf0..=0xf4 => 3,
            _ => return None,
        };
        let mut bytes = [first, 0, 0, 0];
        let mut end = span.1;
        for slot in bytes.iter_mut().skip(1).take(more) {
            let (c, span) = rest.next()?;
            *slot = byte(*c, encoding)?;
            end = span.1;
        }
        let read = std::str::from_utf8(bytes.get(..=more)?).ok()?;
        out.push((read.chars().next()?, (span.0, end)));
    }
    foreign.then_some(out)
}

/// The byte that stands for a character in an encoding.
fn byte(c: char, encoding: &'static Encoding) -> Option<u8> {
    if c.is_ascii() {
        return None;
    }
    let mut buffer = [0; 4];
    let (encoded, _, lost) = encoding.encode(c.encode_utf8(&mut buffer));
    match (lost, encoded.as_ref()) {
        (false, [byte]) => Some(*byte),
        // Bytes that the encoding leaves empty come through as control characters.
        _ => u8::try_from(u32::from(c)).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_encoded_twice_is_put_right() {
        for (written, read) in [
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
            assert_eq!(encoded_twice(written).as_deref(), read, "{written}");
        }
    }

    #[test]
    fn each_character_knows_where_it_stood() {
        let read = meant("MÃ¼ller").unwrap();
        assert_eq!(read.get(1), Some(&('ü', (1, 5))));
        assert_eq!(read.get(2), Some(&('l', (5, 6))));
    }
}
