//! Any bytes as a segment whose checksums are not looked at: reading all of it and searching it
//! gives errors at worst. The first bytes are those of a good segment, the input is laid over them.
#![no_main]

use std::sync::LazyLock;

use interdict_evidence::{Side, prepare};
use interdict_fuzz::segment_bytes;
use interdict_index::payload::PayloadReader;
use interdict_index::{Needed, Plan, Searcher, Segment};
use interdict_text::{NameKind, analyse};

static GOOD: LazyLock<Vec<u8>> = LazyLock::new(segment_bytes);

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let mut bytes = GOOD.clone();
    // Pairs of place and value.
    for change in data.chunks_exact(5) {
        let place = u32::from_le_bytes([change[0], change[1], change[2], change[3]]) as usize;
        let place = place % bytes.len();
        bytes[place] ^= change[4];
    }
    let Ok(segment) = Segment::unchecked_for_tests(bytes) else {
        let _ = Segment::from_vec(data.to_vec());
        return;
    };
    let view = segment.view();
    let mut reader = PayloadReader::default();
    for entity in 0..view.entity_count().min(100) {
        let _ = (view.id(entity), view.schema(entity), view.facts(entity), view.card(entity));
        let _ = reader.read(&view, entity);
        for name in view.names_of(entity).into_iter().flatten().take(20) {
            for reading in view.readings_of(name).into_iter().flatten().take(20) {
                let _ = (view.reading(reading), view.place_of(reading));
            }
        }
    }
    let name = prepare(&analyse("J Petrov Alfabank", NameKind::Person), NameKind::Person);
    for reading in &name.readings {
        let needed = Needed::new(7_000, NameKind::Any, 0);
        let reading = reading.as_ref(Side::Query);
        let _ = Searcher::new().candidates(&view, &reading, &needed, Plan::Pruned, &mut Vec::new());
    }
});
