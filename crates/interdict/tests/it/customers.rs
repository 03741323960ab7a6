//! The customer file against the file that says what to expect of it.

use std::collections::BTreeMap;

use crate::run::{alerts_of, ask, example};

fn expected() -> BTreeMap<String, String> {
    let mut reader = csv::Reader::from_path(example("customers-expected.csv")).unwrap();
    let rows = reader.records().map(|row| row.unwrap());
    rows.map(|row| (row[0].to_owned(), row[1].to_owned()))
        .collect()
}

#[test]
fn every_listed_customer_is_found_and_no_other_alerts() {
    let answer = ask(&["--file", &example("customers.csv"), "--json"])
        .ended(0)
        .json();
    let expected = expected();
    let results = answer["results"].as_array().unwrap();
    assert_eq!(results.len(), expected.len());
    let mut wrong = Vec::new();
    for result in results {
        let id = result["query"]["id"].as_str().unwrap();
        let alerts = alerts_of(result);
        let best = alerts.first().map_or("none", String::as_str);
        if best != expected[id] {
            let name = &result["query"]["properties"]["name"];
            wrong.push(format!(
                "{id} {name}: {alerts:?}, expected {}",
                expected[id]
            ));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn the_people_of_the_story_are_named() {
    let mut reader = csv::Reader::from_path(example("story.csv")).unwrap();
    let expected: Vec<String> = reader
        .records()
        .map(|row| row.unwrap()[5].to_owned())
        .collect();
    let answer = ask(&["--file", &example("story.csv"), "--json"])
        .ended(0)
        .json();
    let results = answer["results"].as_array().unwrap();
    let found: Vec<String> = results.iter().map(|r| alerts_of(r)[0].clone()).collect();
    assert_eq!(found, expected);
}
