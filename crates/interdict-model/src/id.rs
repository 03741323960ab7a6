//! Ids of entities that stay the same from one publication to the next.

use compact_str::{CompactString, ToCompactString, format_compact};
use icu_normalizer::DecomposingNormalizerBorrowed;
use sha2::{Digest, Sha256};

use crate::clean::{sanitise, squash};

/// An id from content, for records to which the publisher gives no number:
/// `prefix-` and the first 20 hexadecimal digits of SHA-256 over the parts.
///
/// Each part is composed (NFC), stripped of invisible characters, lower-cased and its white space
/// squashed, so that a change of layout or case does not make another entity; empty parts count.
/// Parts are separated by U+001F, which a cleaned part cannot hold. The formula is part of the
/// stored format: it must not change.
pub fn content_id<S: AsRef<str>>(
    prefix: &str,
    parts: impl IntoIterator<Item = S>,
) -> CompactString {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(squash(&sanitise(part.as_ref())).to_lowercase().as_bytes());
        hash.update([0x1f]);
    }
    let mut id = format_compact!("{prefix}-");
    for byte in hash.finalize().iter().take(10) {
        id.push_str(&format_compact!("{byte:02x}"));
    }
    id
}

/// A publisher's own number or name in the characters that an entity id may have: ASCII letters
/// lower-cased, digits and dots as they are, accents dropped, each run of anything else one hyphen,
/// none at the ends. `None` when nothing is left, as for a name in another script: use
/// [`content_id`] then.
pub fn slug(text: &str) -> Option<CompactString> {
    let plain = DecomposingNormalizerBorrowed::new_nfkd().normalize(text);
    let mut out = CompactString::default();
    for c in plain.chars() {
        match c {
            '\u{300}'..='\u{36f}' => {}
            c if c.is_ascii_alphanumeric() || (c == '.' && !out.is_empty()) => {
                out.push(c.to_ascii_lowercase());
            }
            _ if out.is_empty() || out.ends_with('-') => {}
            _ => out.push('-'),
        }
    }
    let out = out.trim_end_matches(['-', '.']).to_compact_string();
    (!out.is_empty()).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::{content_id, slug};
    use crate::clean::is_entity_id;
    use proptest::prelude::*;

    #[test]
    fn the_formula_stays() {
        assert_eq!(
            content_id("ca", ["Russia", "Иван Петров"]),
            "ca-e2b0e4e64e33cceebbf0"
        );
    }

    #[test]
    fn layout_does_not_count_but_parts_do() {
        let id = |parts: &[&str]| content_id("x", parts);
        assert_eq!(id(&["A  b\u{200b}"]), id(&["a B"]));
        assert_ne!(id(&["a", "b"]), id(&["ab"]));
        assert_ne!(id(&["a", ""]), id(&["a"]));
    }

    #[test]
    fn slugs() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(slug(text).as_deref(), expected, "{text:?}");
        };
        check("QDi.001", Some("qdi.001"));
        check("EU.27.28 ", Some("eu.27.28"));
        check("Société Générale (S.A.)", Some("societe-generale-s.a"));
        check("Иван", None);
        check("--", None);
    }

    proptest! {
        #[test]
        fn slugs_are_ids(text in any::<String>()) {
            if let Some(slug) = slug(&text) {
                prop_assert!(is_entity_id(&slug), "{slug:?}");
            }
        }
    }
}
