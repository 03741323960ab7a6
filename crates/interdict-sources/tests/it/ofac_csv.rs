use super::support::{read_bytes, read_data};

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
    let report = &outcome.report;
    println!(
        "{:#?} {:?} {:?}",
        report.problem_counts, report.read, report.entities
    );
    for (k, n) in outcome.tally() {
        println!("{n:8} {k}");
    }
    for p in &report.problems {
        println!("{} {} {:?} {}", p.kind, p.field, p.value, p.note);
    }
    assert_eq!(report.read["sdn.csv rows"], 13_821);
}
