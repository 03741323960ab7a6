//! Damaged files: an error, never a crash and never a wrong answer.

use interdict_evidence::Side;
use interdict_index::payload::PayloadReader;
use interdict_index::{IndexError, Needed, Plan, Searcher, Segment};
use interdict_text::NameKind;
use proptest::prelude::*;

use crate::world::{analyse, builder, mixed};

fn bytes() -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("list.seg");
    builder(mixed()).write(&path).expect("written");
    std::fs::read(path).expect("read")
}

fn open(bytes: &[u8]) -> Result<Segment, IndexError> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("list.seg");
    std::fs::write(&path, bytes).expect("written");
    Segment::open(&path)
}

/// Reads everything there is, whatever the checksums said.
fn exercise(segment: &Segment) {
    let view = segment.view();
    let mut reader = PayloadReader::default();
    for entity in 0..view.entity_count() {
        let _ = (view.id(entity), view.schema(entity), view.facts(entity));
        let _ = reader.read(&view, entity);
        for name in view.names_of(entity).into_iter().flatten().take(100) {
            let _ = view.name(name);
            for reading in view.readings_of(name).into_iter().flatten() {
                let _ = view.reading(reading);
            }
        }
    }
    let _ = view.find("a-2");
    let name = interdict_evidence::prepare(
        &analyse("v puttin alfabank", NameKind::Person),
        NameKind::Person,
    );
    for reading in &name.readings {
        let needed = Needed::new(5_000, NameKind::Any, 0);
        let reading = reading.as_ref(Side::Query);
        let mut out = Vec::new();
        let _ = Searcher::new().candidates(&view, &reading, &needed, Plan::Pruned, &mut out);
    }
}

#[test]
fn every_flipped_bit_is_found() {
    let good = bytes();
    for place in 0..good.len() {
        let mut bad = good.clone();
        bad[place] ^= 1 << (place % 8);
        // Padding between sections is the only part that nothing reads.
        let Ok(segment) = Segment::from_vec(bad) else {
            continue;
        };
        let same = segment.view().entity_count();
        assert_eq!(same, 5, "byte {place}");
        assert_eq!(good[place], 0, "byte {place} is padding");
    }
}

#[test]
fn every_cut_is_found() {
    let good = bytes();
    for length in 0..good.len() {
        assert!(open(&good[..length]).is_err(), "{length} bytes");
    }
}

#[test]
fn other_files_are_refused_by_name() {
    let message = |bytes: &[u8]| open(bytes).expect_err("refused").to_string();
    assert!(message(b"").contains("a file of 0 bytes"));
    assert!(message(&[0x89; 4096]).contains("another kind of file"));
    let mut later = bytes();
    later[8] = 99;
    assert!(message(&later).contains("segment format version 99"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn content_without_checks_is_safe(flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20)) {
        let mut bad = bytes();
        for (place, value) in &flips {
            let place = place.index(bad.len());
            bad[place] ^= value;
        }
        if let Ok(segment) = Segment::unchecked_for_tests(bad) {
            exercise(&segment);
        }
    }
}
