//! Limits, spans and repeatability on arbitrary text.

use interdict_text::view::{MAX_FORMS, MAX_READINGS, MAX_TOKENS};
use interdict_text::{NameKind, NameView, Problem, Space, analyse};
use proptest::prelude::*;

const KINDS: [NameKind; 4] = [
    NameKind::Person,
    NameKind::Organization,
    NameKind::Object,
    NameKind::Any,
];

fn check(text: &str, view: &NameView) {
    assert!(view.readings.len() <= MAX_READINGS, "{text:?}");
    assert_eq!(
        view.readings.is_empty(),
        view.problems.contains(&Problem::Empty),
        "{text:?}"
    );
    for reading in &view.readings {
        assert!(!reading.tokens.is_empty() && reading.tokens.len() <= MAX_TOKENS);
        for token in &reading.tokens {
            let span = token.span.start as usize..token.span.end as usize;
            let slice = text.get(span.clone());
            assert!(
                slice.is_some_and(|s| !s.trim().is_empty()),
                "{span:?} of {text:?}"
            );
            assert!(!token.forms.is_empty() && token.forms.len() <= MAX_FORMS);
            for form in &token.forms {
                assert!(!form.key.is_empty(), "{text:?}");
                if form.space == Space::Latin {
                    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
                    assert!(form.key.bytes().all(plain), "{} of {text:?}", form.key);
                }
            }
        }
        // Tokens never overlap, whatever order they are read in.
        let mut spans: Vec<_> = reading.tokens.iter().map(|t| t.span.clone()).collect();
        spans.sort_by_key(|s| s.start);
        for pair in spans.windows(2) {
            assert!(pair[0].end <= pair[1].start, "{pair:?} of {text:?}");
        }
    }
}

/// Pieces that exercise the structure of names more than random characters do.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => proptest::sample::select(vec![
            "Abd", "al", "Rahman", "عبد", "الرحمن", "бен", "Владимирович", "Jr", "III", "a.k.a.", ";", "(", ")",
            "\"", "S.A.", "de", "C.V.", "№", "3", "No.", "LLC", "ООО", "习近平", "김정은", "·", "ー", "プーチン", "M/V",
            "\u{200b}", "\u{301}", "É", "İstanbul", "ß", "ﬁ", "Ⅷ", "𝐏utin", "Рutin", "V1adimir", ",", "&", "O'Brien",
            "V.V.", "น้ำ", "नरेंद्र", "ⴀ", "Ք", "ულ", "ﷺ", "㈱", "ﾌﾟ", "ㅎ", "각", "'", "’", "bin",
        ]).prop_map(str::to_owned),
        1 => any::<String>(),
        1 => "\\PC{0,12}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn limits_and_spans_hold(parts in proptest::collection::vec(piece(), 0..14), spaced in any::<bool>()) {
        let text = parts.join(if spaced { " " } else { "" });
        for kind in KINDS {
            let view = analyse(&text, kind);
            check(&text, &view);
            prop_assert_eq!(&view, &analyse(&text, kind));
        }
    }

    #[test]
    fn reading_a_latin_key_again_changes_nothing(name in "[A-Za-zÀ-ž]{3,12}") {
        let first = analyse(&name, NameKind::Person);
        if let Some(key) = first.readings.first().and_then(|r| r.tokens.first()).and_then(|t| t.latin()) {
            let second = analyse(key, NameKind::Person);
            prop_assert_eq!(second.readings[0].tokens[0].latin(), Some(key));
        }
    }
}

#[test]
fn long_texts_are_cut_and_say_so() {
    for text in [
        "a".repeat(10_000),
        "Mohammed ".repeat(2_000),
        "a\u{301}".repeat(10_000),
        "(a) ".repeat(3_000),
        "中".repeat(10_000),
        "\u{301}".repeat(10_000),
        "...".repeat(5_000) + "x",
        "a;".repeat(5_000),
    ] {
        for kind in KINDS {
            let view = analyse(&text, kind);
            check(&text, &view);
            let cut = view
                .problems
                .iter()
                .any(|p| matches!(p, Problem::TokensCut(_) | Problem::Empty));
            assert!(cut, "{} {kind:?}", &text[..8]);
        }
    }
}
