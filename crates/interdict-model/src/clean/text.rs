//! Text as such: characters, spaces, quotes.

use std::borrow::Cow;

use compact_str::CompactString;
use icu_normalizer::ComposingNormalizerBorrowed;

/// What every value goes through first: composed Unicode (NFC), unusual spaces into plain ones,
/// without control and invisible characters, trimmed. Line feeds, carriage returns and tabs inside
/// stay.
pub fn sanitise(raw: &str) -> Cow<'_, str> {
    if raw.bytes().all(|b| (0x20..0x7f).contains(&b)) {
        return Cow::Borrowed(raw.trim());
    }
    let composed = ComposingNormalizerBorrowed::new_nfc().normalize(raw);
    if !composed.chars().any(|c| is_unsafe(c) || is_odd_space(c)) {
        return match composed {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
        };
    }
    let safe: String = composed
        .chars()
        .filter(|c| !is_unsafe(*c))
        .map(|c| if is_odd_space(c) { ' ' } else { c })
        .collect();
    Cow::Owned(safe.trim().to_owned())
}

/// Every run of white space into one space, none at the ends.
pub fn squash(text: &str) -> CompactString {
    let mut out = CompactString::default();
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

fn is_odd_space(c: char) -> bool {
    matches!(
        c,
        '\u{0a00}' | '\u{1680}' | '\u{2000}'
            ..='\u{200a}' | '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    )
}

/// Controls, zero-width characters, direction marks, soft hyphen, byte order mark.
fn is_unsafe(c: char) -> bool {
    matches!(
        c,
        '\u{00}'..='\u{08}' | '\u{0b}' | '\u{0c}' | '\u{0e}'..='\u{1f}' | '\u{7f}'..='\u{9f}'
            | '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}'
    )
}

/// A name: without one pair of surrounding quotes, white space squashed.
pub(super) fn name(text: &str) -> CompactString {
    squash(without_quotes(text))
}

/// The text between two outer quotation marks, of one line.
fn without_quotes(text: &str) -> &str {
    let quote = ['"', '\''];
    text.strip_prefix(quote)
        .and_then(|rest| rest.strip_suffix(quote))
        .filter(|inner| !inner.contains('\n'))
        .unwrap_or(text)
}

/// An address in one line: what separates lines becomes a comma.
pub(super) fn address(text: &str) -> CompactString {
    const BREAKS: &[&str] = &["\r\n", "\n", "<BR/>", "<BR>", "\t", "ESQ.,", "ESQ,", ";"];
    let mut one_line = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        match BREAKS.iter().find_map(|b| rest.strip_prefix(b)) {
            Some(after) => {
                one_line.push_str(", ");
                rest = after;
            }
            None => {
                one_line.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
    }
    squash(&single_commas(&one_line))
}

/// One pass that turns a comma followed by another comma or a dot into one comma.
fn single_commas(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(',') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let after = &from[1..];
        let spaced = after
            .strip_prefix(char::is_whitespace)
            .filter(|t| t.starts_with([',', '.']));
        match spaced.or(after.starts_with([',', '.']).then_some(after)) {
            Some(second) => {
                out.push_str(", ");
                rest = &second[1..];
            }
            None => {
                out.push(',');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::{address, name, sanitise};
    use proptest::prelude::*;

    #[test]
    fn invisible_characters_go() {
        assert_eq!(sanitise(" a\u{200b}b\u{0}c \u{a0}"), "abc");
        assert_eq!(sanitise("a\u{2003}b\u{3000}"), "a b");
        assert_eq!(sanitise("e\u{301}"), "é");
        assert_eq!(sanitise("\u{feff}\u{ad}"), "");
        assert_eq!(sanitise("a\nb\tc"), "a\nb\tc");
    }

    #[test]
    fn names() {
        assert_eq!(name("\"Wagner  Group\""), "Wagner Group");
        assert_eq!(name("'O'Brien"), "'O'Brien");
        assert_eq!(name("''x''"), "'x'");
        assert_eq!(name("\""), "\"");
        assert_eq!(name("a\n b"), "a b");
    }

    #[test]
    fn addresses() {
        assert_eq!(address("1 Main St\r\nTown\tUK"), "1 Main St, Town, UK");
        assert_eq!(address("a; b"), "a, b");
        assert_eq!(address("a,, b,. c"), "a, b, c");
        assert_eq!(address("a<BR/>b<BR>c"), "a, b, c");
    }

    proptest! {
        #[test]
        fn sanitise_is_idempotent(text in any::<String>()) {
            let once = sanitise(&text).into_owned();
            prop_assert_eq!(sanitise(&once).into_owned(), once);
        }

        #[test]
        fn addresses_never_panic(text in "[a,. ;\n\té<BR/>]{0,20}") {
            let _ = address(&text);
        }
    }
}
