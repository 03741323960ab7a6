//! `evaluate` on the example list.

use crate::run::{example, examples, interdict};

#[test]
fn every_listed_name_is_found() {
    let customers = example("customers.csv");
    let arguments = [
        "--data-dir",
        examples(),
        "evaluate",
        "--clean",
        &customers,
        "--json",
    ];
    let answer = interdict(&arguments).ended(0).json();
    let exact = &answer["exact_names"][0];
    assert_eq!(exact["exceptions"], serde_json::json!([]));
    assert_eq!(exact["alone"], exact["names"]);
    assert_eq!(exact["with_details"], exact["names"]);
    assert!(
        answer["clean"]["alerts_with_details"].as_u64() <= answer["clean"]["alerts_alone"].as_u64()
    );
}
