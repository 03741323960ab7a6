//! Senzing records: an example with invented people, and OpenSanctions exports where they are.

use crate::support::{read_bytes, read_data};

const RECORDS: &str = r#"{"DATA_SOURCE":"OS_OWN_LIST","RECORD_ID":"own-1","RECORD_TYPE":"PERSON","LAST_CHANGE":"2026-01-02T03:04:05","NAMES":[{"NAME_TYPE":"PRIMARY","NAME_FULL":"Tilda Vantongeren"},{"NAME_TYPE":"ALIAS","NAME_FULL":"T. Vantongeren"}],"RISKS":[{"TOPIC":"sanction"}],"GENDER":"F","DATES":[{"DATE_OF_BIRTH":"1971-02-30"},{"DATE_OF_DEATH":"2020"}],"ADDRESSES":[{"ADDR_TYPE":"BUSINESS","ADDR_LINE1":"1 Low Road","ADDR_CITY":"Riga","ADDR_COUNTRY":"lv"},{"PLACE_OF_BIRTH":"Riga"}],"COUNTRIES":[{"NATIONALITY":"lv"}],"RELATIONSHIPS":[{"REL_ANCHOR_DOMAIN":"OPEN_SANCTIONS","REL_ANCHOR_KEY":"own-1","REL_POINTER_ROLE":"Ownership","REL_POINTER_DOMAIN":"OPEN_SANCTIONS","REL_POINTER_KEY":"own-2"},{"REL_POINTER_ROLE":"neighbour","REL_POINTER_KEY":"own/3"}],"IDENTIFIERS":[{"TRUSTED_ID_TYPE":"WIKIDATA","TRUSTED_ID_NUMBER":"Q4115189"},{"OTHER_ID_TYPE":"OPEN_SANCTIONS","OTHER_ID_NUMBER":"NK-old"},{"PASSPORT_NUMBER":"LV123","PASSPORT_COUNTRY":"lv"}],"URL":"https://example.org/own-1"}

{"DATA_SOURCE":"OS_OWN_LIST","RECORD_ID":"own-2","FEATURES":[{"RECORD_TYPE":"ORGANIZATION"},{"NAME_TYPE":"PRIMARY","NAME_ORG":"Blue Barrel Trading"},{"OTHER_ID_TYPE":"registry","OTHER_ID_NUMBER":"77-1"}],"COLOUR":["red",{"SHADE":7,"DEEP":[1]}]}
{"DATA_SOURCE":"OTHER","RECORD_ID":"own/3","RECORD_TYPE":null,"NAME_FIRST":"Ada","NAME_LAST":"Ondarra","PHONE_NUMBER":371000}
{"DATA_SOURCE":"OS_OWN_LIST","RECORD_ID":"own-2","RECORD_TYPE":"PERSON"}
"#;

#[test]
fn records_of_both_layouts() {
    let outcome = read_bytes(&[("own.senzing.json", RECORDS)]).unwrap();
    assert_eq!(outcome.report.dataset.as_str(), "own_list");
    assert_eq!(outcome.entity("own-1").referents, ["NK-old"]);
    insta::assert_snapshot!(outcome.lines());
}

#[test]
fn wrong_input_is_named_with_its_line() {
    let head = r#"{"DATA_SOURCE":"A","RECORD_ID":"a"}"#;
    for (second, expected) in [
        ("{", "own.json, line 2: EOF while parsing"),
        ("[]", "line 2: JSON that is no object"),
        (
            r#"{"DATA_SOURCE":"A"}"#,
            "line 2: a record without RECORD_ID",
        ),
    ] {
        let error = read_bytes(&[("own.json", &format!("{head}\n{second}\n"))])
            .err()
            .unwrap()
            .to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn real_files() {
    for (path, records, links, untyped) in [
        ("ftm/us_congress.senzing.json", 1319, 1366, 2),
        // Eight statements of four relationships: each by both of its ends.
        ("ftm/wd-peps-sample/senzing.json", 14, 4, 5),
    ] {
        let Some(outcome) = read_data(&[path]) else {
            continue;
        };
        let report = &outcome.report;
        assert_eq!(report.format.id, "senzing-json");
        assert_eq!(report.read.values().sum::<u64>(), records, "{path}");
        let edges = outcome
            .entities
            .iter()
            .filter(|e| e.schema.edge().is_some());
        assert_eq!(edges.count() as u64, links, "{path}");
        let parties = report.entities.values().sum::<u64>() - links;
        assert_eq!(parties, records, "{path}");
        let untyped_seen = report.problem_counts.get("unknown-type");
        assert_eq!(untyped_seen, Some(&untyped), "{path}");
        let mut kinds: Vec<_> = report.problem_counts.keys().copied().collect();
        kinds.retain(|k| *k != "unknown-type");
        assert!(kinds.is_empty(), "{path}: {:?}", report.problems);
    }
}
