use interdict_model::{Entity, Place};
use interdict_sources::SourceError;

use super::support::{Outcome, read_bytes, read_data};

const SDN: &str = include_str!("../excerpts/ofac/sdn.csv");
const ALT: &str = include_str!("../excerpts/ofac/alt.csv");
const ADD: &str = include_str!("../excerpts/ofac/add.csv");
const COMMENTS: &str = include_str!("../excerpts/ofac/sdn_comments.csv");

#[test]
fn an_excerpt_of_the_set() {
    let outcome = read_bytes(&[
        ("alt.csv", ALT),
        ("sdn_comments.csv", COMMENTS),
        ("sdn.csv", SDN),
        ("add.csv", ADD),
    ])
    .unwrap();
    insta::assert_snapshot!(outcome.lines());
}

/// The figures that `tests/judges/ofac.py` counts with Python's csv module and regular
/// expressions.
fn assert_counts(outcome: &Outcome, expected: &[(&str, u64)]) {
    for (kind, n) in expected {
        let read: u64 = kind
            .split(" + ")
            .filter_map(|k| outcome.report.read.get(k))
            .sum();
        assert_eq!(read, *n, "{kind}");
    }
}

fn parties(outcome: &Outcome) -> impl Iterator<Item = &Entity> {
    let side = [
        "Sanction",
        "Identification",
        "Passport",
        "Address",
        "CryptoWallet",
        "Security",
    ];
    outcome
        .entities
        .iter()
        .filter(move |e| !side.contains(&e.schema.name()) && e.schema.edge().is_none())
}

fn problems(outcome: &Outcome, kind: &str) -> u64 {
    outcome
        .report
        .problem_counts
        .get(kind)
        .copied()
        .unwrap_or(0)
}

const PASSPORTS: &str = "Remarks/Passport + Remarks/Diplomatic Passport + Remarks/Stateless Person Passport \
     + Remarks/British National Overseas Passport + Remarks/Travel Document Number";

#[test]
fn the_complete_set_of_2023_12_28() {
    let Some(outcome) = read_data(&[
        "ofac/2023-12-28/sdn.csv",
        "ofac/2023-12-28/alt.csv",
        "ofac/2023-12-28/add.csv",
        "ofac/2023-12-28/sdn_comments.csv",
    ]) else {
        return;
    };
    assert_counts(
        &outcome,
        &[
            ("sdn.csv rows", 13_821),
            ("SDN_Name", 13_821),
            ("Alt_name", 17_091),
            ("Address", 18_990),
            ("sdn_comments.csv rows", 13),
            ("Program", 16_092),
            ("Remarks/DOB", 7_312),
            (PASSPORTS, 2_081),
            ("Remarks/Tax ID No.", 2_202),
            ("Remarks/Linked To", 5_966),
            (
                "Remarks/a.k.a. + Remarks/f.k.a. + Remarks/n.k.a. + Remarks/d.b.a.",
                3_392,
            ),
            ("Remarks/Digital Currency Address -", 474),
        ],
    );
    assert_eq!(outcome.report.entities["Sanction"], 16_092);
    assert_eq!(outcome.report.entities["Person"], 6_646);
    assert_eq!(outcome.report.entities["Vessel"], 764);
    assert_eq!(outcome.report.entities["Airplane"], 378);
    assert_eq!(parties(&outcome).count(), 13_821);
    // Three comments have no row of the primary file; every address and alias has.
    assert_eq!(problems(&outcome, "orphan"), 3);
    assert_eq!(problems(&outcome, "unknown-column"), 0);
    let belousov = outcome.entity("ofac-39361");
    assert_eq!(belousov.first("birthDate"), Some("1959-03-17"));
    assert_eq!(
        belousov
            .statements_of("name")
            .next()
            .and_then(|s| s.original.as_deref()),
        Some("BELOUSOV, Andrey Removich")
    );
}

#[test]
fn the_current_list() {
    let Some(outcome) = read_data(&[
        "ofac/current/sdn.csv",
        "ofac/current/alt.csv",
        "ofac/current/add.csv",
    ]) else {
        return;
    };
    assert_counts(
        &outcome,
        &[
            ("sdn.csv rows", 19_143),
            ("Alt_name", 20_323),
            ("Address", 24_322),
            ("Program", 22_665),
            ("Remarks/DOB", 6_979),
            (PASSPORTS, 2_561),
            ("Remarks/Tax ID No.", 4_329),
            ("Remarks/Linked To", 8_449),
            (
                "Remarks/a.k.a. + Remarks/f.k.a. + Remarks/n.k.a. + Remarks/d.b.a.",
                3_541,
            ),
            ("Remarks/Digital Currency Address -", 472),
        ],
    );
    assert_eq!(parties(&outcome).count(), 19_143);
    assert_eq!(problems(&outcome, "orphan"), 0);
}

#[test]
fn side_files_of_another_date_are_reported_not_fatal() {
    let Some(outcome) = read_data(&[
        "ofac/sdn.csv",
        "ofac/alt.csv",
        "ofac/add.csv",
        "ofac/sdn_comments.csv",
    ]) else {
        return;
    };
    assert_counts(
        &outcome,
        &[
            ("sdn.csv rows", 14_965),
            ("alt.csv rows", 19_486),
            ("Alt_name", 19_486 - 1_468),
            ("add.csv rows", 22_641),
            ("Address", 22_641 - 2_474),
            ("sdn_comments.csv rows", 21),
            ("Remarks/Digital Currency Address -", 600),
        ],
    );
    assert_eq!(problems(&outcome, "orphan"), 1_468 + 2_474 + 2);
    let sample = outcome
        .report
        .problems
        .iter()
        .find(|p| p.kind == "orphan")
        .unwrap();
    assert!(matches!(sample.place, Some(Place::Line(_))));
}

#[test]
fn the_consolidated_set() {
    let Some(outcome) = read_data(&[
        "ofac/cons_prim.csv",
        "ofac/cons_alt.csv",
        "ofac/cons_add.csv",
        "ofac/cons_comments.csv",
    ]) else {
        return;
    };
    assert_eq!(outcome.report.dataset.as_str(), "us_ofac_cons");
    assert_counts(
        &outcome,
        &[
            ("cons_prim.csv rows", 442),
            ("Alt_name", 1_073),
            ("Address", 574),
            ("Program", 534),
            ("Remarks/DOB", 74),
            ("Remarks/Tax ID No.", 222),
            ("Remarks/Linked To", 283),
            (
                "Remarks/a.k.a. + Remarks/f.k.a. + Remarks/n.k.a. + Remarks/d.b.a.",
                72,
            ),
        ],
    );
    assert_eq!(parties(&outcome).count(), 442);
}

fn refusal(files: &[(&str, &str)]) -> String {
    match read_bytes(files) {
        Err(e @ (SourceError::Malformed { .. } | SourceError::UnknownFormat { .. })) => {
            e.to_string()
        }
        Err(e) => panic!("{e:?}"),
        Ok(_) => panic!("read"),
    }
}

#[test]
fn wrong_input_is_named_with_file_and_place() {
    let good = "36,\"A\",-0- ,\"CUBA\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n";
    let short = format!("{good}37,\"B\",-0- ,\"CUBA\"\r\n");
    let e = refusal(&[("sdn.csv", &short)]);
    assert!(
        e.starts_with("sdn.csv, line 2: 4 columns") && e.contains("Title"),
        "{e}"
    );
    let twice = format!("{good}{good}");
    assert!(refusal(&[("sdn.csv", &twice)]).contains("entity number 36 again, first in line 1"));
    let kind = good.replace("\"A\",-0- ", "\"A\",\"robot\"");
    assert!(refusal(&[("sdn.csv", &kind)]).contains("robot"));
    let letters = format!("{good}x7{}", &good[2..]);
    assert!(refusal(&[("sdn.csv", &letters)]).contains("line 2"));
    assert!(refusal(&[("alt.csv", "36,12,\"aka\",\"B\",-0- \r\n")]).contains("alt.csv"));
    let wide = good.replace("-0- \r\n", "-0- ,\"new\"\r\n");
    let outcome = read_bytes(&[("sdn.csv", &wide)]).unwrap();
    assert_eq!(problems(&outcome, "unknown-column"), 1);
    assert_eq!(outcome.entity("ofac-36").first("notes"), Some("new"));
}

#[test]
fn bytes_of_an_undeclared_encoding_are_refused() {
    use interdict_sources::{BytesFile, RawFile};
    let mut bytes =
        b"36,\"A\",-0- ,\"CUBA\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \n37,\"Jos\xe9\"".to_vec();
    bytes.extend_from_slice(b",-0- ,\"CUBA\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \n");
    let file = BytesFile::new("sdn.csv", bytes);
    let error = super::support::read(&[&file as &dyn RawFile])
        .err()
        .unwrap()
        .to_string();
    assert!(
        error.starts_with("sdn.csv, line 2: bytes that are not UTF-8 in column 2"),
        "{error}"
    );
}
