//! What yente's clients may rely on, behaviour by behaviour.

mod entities;
mod matching;
mod reconcile;
mod search;
mod statements;
mod system;

use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::common::{self, Running, Start};

/// A server on the example list and on another that has two of its people and someone of its own.
pub(crate) fn two_lists() -> &'static Running {
    static RUNNING: OnceLock<Running> = OnceLock::new();
    RUNNING.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let file = common::ftm(folder.path(), "second_list", &second_list());
        let mut start = Start::default();
        start
            .files
            .push(("second_list".to_owned(), file, "2024-06-01"));
        common::start(start)
    })
}

fn second_list() -> Vec<Value> {
    let person = |id: &str, name: &str, born: &str, topics: &[&str]| {
        json!({"id": id, "schema": "Person", "properties": {
            "name": [name], "birthDate": [born], "topics": topics, "country": ["ru"]}})
    };
    vec![
        person(
            "two-1",
            "Andrey Removich Belousov",
            "1959-03-17",
            &["role.pep"],
        ),
        person(
            "two-2",
            "Quentin Xavier Marblestone",
            "1971-01-02",
            &["role.pep"],
        ),
        json!({"id": "two-own", "schema": "Company", "last_change": "2024-06-02T10:00:00",
            "properties": {"name": ["Marblestone Holdings Limited"], "jurisdiction": ["cy"]}}),
        json!({"id": "two-share", "schema": "Ownership", "properties": {
            "owner": ["two-2"], "asset": ["two-own"], "percentage": ["60"]}}),
        json!({"id": "two-measure", "schema": "Sanction", "properties": {
            "entity": ["two-1"], "authority": ["Second Authority"]}}),
    ]
}

/// Ids of results.
pub(crate) fn ids(results: &Value) -> Vec<&str> {
    let results = results.as_array().map_or(&[][..], Vec::as_slice);
    results.iter().filter_map(|r| r["id"].as_str()).collect()
}

/// The cluster of an entry.
pub(crate) fn cluster_of(running: &Running, id: &str) -> String {
    let reply = running.get(&format!("/entities/{id}")).with(308);
    let place = reply.header("location").expect("a place");
    place
        .strip_prefix("/entities/")
        .expect("an entity")
        .to_owned()
}
