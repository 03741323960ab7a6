//! Two names, parted by a NUL byte, through analysis, preparation and comparison of tokens: limits
//! hold, spans lie on the text, likeness is symmetric and in range.
#![no_main]

use interdict_evidence::{S_MIN, SCALE, Side, prepare, similarity};
use interdict_text::view::{MAX_FORMS, MAX_READINGS, MAX_TOKENS};
use interdict_text::{NameKind, analyse};

libfuzzer_sys::fuzz_target!(|data: &str| {
    let (a, b) = data.split_once('\0').unwrap_or((data, "Vladimir Putin"));
    for kind in [NameKind::Person, NameKind::Organization, NameKind::Object, NameKind::Any] {
        let prepared = [a, b].map(|text| {
            let view = analyse(text, kind);
            assert!(view.readings.len() <= MAX_READINGS);
            for token in view.readings.iter().flat_map(|reading| &reading.tokens) {
                assert!(token.forms.len() <= MAX_FORMS);
                let span = token.span.start as usize..token.span.end as usize;
                assert!(text.get(span).is_some());
            }
            prepare(&view, kind)
        });
        let [Some(x), Some(y)] = prepared.each_ref().map(|name| name.readings.first()) else {
            continue;
        };
        assert!(x.tokens.len() <= MAX_TOKENS);
        let (query, list) = (x.as_ref(Side::Query), y.as_ref(Side::List));
        for s in &query.tokens {
            for t in &list.tokens {
                let there = similarity(s, t);
                assert_eq!(there.map(|s| s.score), similarity(t, s).map(|s| s.score));
                if let Some(alike) = there {
                    assert!(alike.score >= S_MIN && u32::from(alike.score) <= SCALE);
                }
            }
        }
    }
});
