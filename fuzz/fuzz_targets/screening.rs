//! Any text as a name to screen: the index finds what scoring everything finds, and every score can
//! be computed again from its terms.
#![no_main]

use std::sync::LazyLock;

use interdict_fuzz::{engine, named};
use interdict_screening::{Engine, Request};

static ENGINE: LazyLock<Engine> = LazyLock::new(engine);

libfuzzer_sys::fuzz_target!(|data: &str| {
    for schema in ["Person", "Company", "Vessel", "LegalEntity"] {
        let query = named("query", schema, data);
        let request = |exhaustive| Request {
            exhaustive,
            ..Request::default()
        };
        let mut screener = ENGINE.screener();
        let (found, _) = screener.find(&query, &request(false)).expect("a good segment");
        let (all, _) = screener.find(&query, &request(true)).expect("a good segment");
        assert_eq!(found, all);
        let day = jiff::civil::date(2026, 1, 1);
        let answer = screener.screen(&query, &request(false), day).expect("a good segment");
        assert_eq!(answer.total.value, all.iter().filter(|f| !f.scored.excluded).count());
    }
});
