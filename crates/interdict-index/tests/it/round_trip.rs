//! What goes in comes out, whether from memory or from a file.

use interdict_evidence::{NameClass, Side};
use interdict_index::payload::PayloadReader;
use interdict_index::{Segment, View};

use crate::world::{builder, entity, mixed, ready, segment};

fn check(view: &View<'_>) {
    let mut reader = PayloadReader::default();
    for (ordinal, want) in (0u32..).zip(mixed()) {
        assert_eq!(view.id(ordinal).ok(), Some(want.id.as_str()));
        assert_eq!(view.find(&want.id).ok(), Some(Some(ordinal)));
        assert_eq!(view.schema(ordinal).ok(), Some(want.schema));
        assert_eq!(reader.read(view, ordinal).expect("payload"), want);
        assert_eq!(view.card(ordinal).ok(), Some(want.id.as_bytes()));
        let ready = ready(&want);
        let names = view.names_of(ordinal).expect("names");
        assert_eq!(names.len(), ready.names.len());
        for (number, name) in names.zip(&ready.names) {
            let listed = view.name(number).expect("name");
            assert_eq!(
                (listed.text, listed.class),
                (name.text.as_str(), name.class)
            );
            assert_eq!((listed.entity, listed.kind), (ordinal, name.kind));
            let readings: Vec<u32> = view.readings_of(number).expect("readings").collect();
            assert_eq!(readings.len(), name.prepared.readings.len());
            for (reading, prepared) in readings.iter().zip(&name.prepared.readings) {
                assert_eq!(
                    view.reading(*reading).ok(),
                    Some(prepared.as_ref(Side::List))
                );
                assert_eq!(view.name_of(*reading).ok(), Some(number));
            }
        }
        let facts = view.facts(ordinal).expect("facts");
        assert_eq!(facts.len(), ready.facts.len());
        for (fact, want) in facts.iter().zip(&ready.facts) {
            assert_eq!((fact.kind, fact.value), (want.kind, want.value.as_str()));
        }
    }
    assert_eq!(view.entity_count(), 5);
    assert_eq!(view.find("a-9").ok(), Some(None));
    let ids: Vec<&str> = view.by_id().filter_map(|e| view.id(e).ok()).collect();
    assert_eq!(ids, ["a-0", "a-1", "a-2", "a-2-sanction", "a-3"]);
    assert_eq!(view.referring_to("a-2").collect::<Vec<_>>(), [2]);
    assert_eq!(view.with_identifier("AB123456").collect::<Vec<_>>(), [0]);
    assert_eq!(view.with_identifier("9074729").collect::<Vec<_>>(), [3]);
    let topics: Vec<&str> = view.topics(0).expect("topics").collect();
    assert_eq!(topics, ["sanction"]);
    let weak = view.names_of(0).expect("names").last().expect("a name");
    assert_eq!(view.name(weak).ok().map(|n| n.class), Some(NameClass::Weak));
}

#[test]
fn in_memory() {
    check(&segment(mixed()).view());
}

#[test]
fn through_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("list.seg");
    let built = builder(mixed()).write(&path).expect("written");
    let segment = Segment::open(&path).expect("opened");
    segment.verify().expect("whole");
    assert_eq!(segment.size(), built.bytes);
    assert_eq!(segment.description().version, "1");
    check(&segment.view());
    let left: Vec<_> = std::fs::read_dir(folder.path())
        .expect("a folder")
        .collect();
    assert_eq!(left.len(), 1, "the temporary file is gone");
}

#[test]
fn same_entities_same_bytes() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str| {
        let path = folder.path().join(name);
        builder(mixed()).write(&path).expect("written");
        std::fs::read(path).expect("read")
    };
    assert!(write("a") == write("b"));
}

#[test]
fn an_id_counts_once() {
    let mut builder = builder(vec![entity("x", "Person", &[("name", "a b")])]);
    let again = ready(&entity("x", "Person", &[("name", "c d")]));
    let error = builder.push(&again).expect_err("refused");
    assert!(error.to_string().contains("\"x\""), "{error}");
}

#[test]
fn nothing_is_a_segment_too() {
    let empty = segment(Vec::new());
    assert_eq!(empty.view().entity_count(), 0);
    assert_eq!(empty.view().find("x").ok(), Some(None));
}

#[test]
fn a_folder_that_is_not_there() {
    let error = builder(mixed())
        .write(std::path::Path::new("/nonexistent/list.seg"))
        .expect_err("refused");
    assert!(error.to_string().contains("cannot be created"), "{error}");
}
