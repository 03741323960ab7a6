//! Catalogue, algorithms, health, updates, and what every reply has.

use serde_json::{Value, json};

use super::two_lists;
use crate::common::{self, Start, examples};

fn dataset<'c>(catalog: &'c Value, name: &str) -> &'c Value {
    let datasets = catalog["datasets"].as_array().expect("datasets");
    let found = datasets.iter().find(|dataset| dataset["name"] == name);
    found.unwrap_or_else(|| panic!("no {name} in {catalog}"))
}

#[test]
fn the_catalogue_names_lists_and_collections() {
    let reply = two_lists().get("/catalog").with(200);
    assert_eq!(reply.header("cache-control"), Some("public, max-age=300"));
    let json = reply.json();
    let list = dataset(&json, "second_list");
    assert_eq!(list["load"], true);
    assert_eq!(list["index_current"], true);
    assert_eq!(list["entity_count"], 5);
    assert_eq!(list["thing_count"], 3);
    assert_eq!(list["updated_at"], "2024-06-01T00:00:00");
    let version = list["version"].as_str().expect("a version");
    assert!(
        version.starts_with("20240601000000-") && version.len() == 18,
        "{version}"
    );
    assert_eq!(list["index_version"], version);
    let all = dataset(&json, "default");
    assert_eq!(all["load"], false);
    assert_eq!(all["children"], json!(["example_watchlist", "second_list"]));
    assert_eq!(all["version"], version);
    assert_eq!(
        dataset(&json, "sanctions")["children"],
        json!(["example_watchlist"])
    );
    assert_eq!(
        dataset(&json, "peps")["children"],
        json!(["example_watchlist", "second_list"])
    );
    assert_eq!(json["current"], json!(["example_watchlist", "second_list"]));
    assert_eq!(json["outdated"], json!([]));
    assert_eq!(json["index_stale"], false);
    // What clients refuse when it is null is there, or not there at all.
    for dataset in json["datasets"].as_array().expect("datasets") {
        for (name, value) in dataset.as_object().expect("an object") {
            assert!(!value.is_null(), "{name} of {dataset}");
        }
        assert!(dataset["tags"].is_array() && dataset["deprecated"] == false);
    }
    assert_eq!(two_lists().get("/manifest").with(200).json(), json);
}

#[test]
fn a_catalogue_that_the_client_has_is_not_sent_again() {
    let tag = examples()
        .get("/catalog")
        .header("etag")
        .expect("a tag")
        .to_owned();
    for known in [tag.as_str(), "*", &format!("\"other\", W/{tag}")] {
        let reply = examples()
            .get_with("/catalog", &[("if-none-match", known)])
            .with(304);
        assert_eq!(reply.body, "");
        assert_eq!(reply.header("etag"), Some(tag.as_str()));
        assert_eq!(reply.header("cache-control"), Some("public, max-age=300"));
    }
    let reply = examples().get_with("/catalog", &[("if-none-match", "\"other\"")]);
    assert_eq!(reply.with(200).header("etag"), Some(tag.as_str()));
}

#[test]
fn algorithms_say_who_answers() {
    let json = examples().get("/algorithms").with(200).json();
    assert_eq!(
        (&json["default"], &json["best"]),
        (&json!("best"), &json!("interdict"))
    );
    for algorithm in json["algorithms"].as_array().expect("algorithms") {
        assert_eq!(algorithm["answered_by"], "interdict");
        let docs = &algorithm["docs"];
        for member in ["name", "description", "config", "features"] {
            assert!(docs.get(member).is_some(), "{member}");
        }
        assert!(algorithm["features"]["name_match"]["description"].is_string());
    }
}

#[test]
fn health_is_told() {
    for path in ["/healthz", "/readyz"] {
        assert_eq!(
            examples().get(path).with(200).json(),
            json!({"status": "ok"})
        );
    }
    let empty = common::start(Start {
        files: Vec::new(),
        ..Start::default()
    });
    empty.get("/healthz").with(200);
    empty.get("/readyz").with(503);
}

#[test]
fn updates_need_the_token() {
    let refused = json!({"detail": "Invalid token."});
    for path in [
        "/updatez",
        "/updatez?token=",
        "/updatez?token=x",
        "/updatez?token=x&sync=true",
    ] {
        assert_eq!(examples().post_as(path, None, "").with(403).json(), refused);
    }
    let mut start = Start::default();
    start.config.update_token = Some("open sesame".to_owned());
    let running = common::start(start);
    for path in ["/updatez", "/updatez?token=", "/updatez?token=open"] {
        assert_eq!(running.post_as(path, None, "").with(403).json(), refused);
    }
    for path in [
        "/updatez?token=open+sesame",
        "/updatez?token=open+sesame&sync=true",
    ] {
        let reply = running.post_as(path, None, "").with(200);
        assert_eq!(reply.json(), json!({"status": "ok"}));
    }
    let reply = running.get("/updatez?token=open+sesame").with(405);
    assert_eq!(reply.json(), json!({"detail": "Method Not Allowed"}));
    assert_eq!(reply.header("allow"), Some("POST"));
}

#[test]
fn every_reply_belongs_to_a_trace() {
    let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let given = [
        ("traceparent", parent),
        ("tracestate", "Other=A1,yente=0000000000000001"),
    ];
    for path in ["/algorithms", "/entities/ex-nobody", "/match/default"] {
        let reply = examples().get_with(path, &given);
        let trace = reply.header("traceparent").expect("a trace");
        assert!(
            trace.starts_with("00-0af7651916cd43dd8448eb211c80319c-"),
            "{trace}"
        );
        assert!(trace.ends_with("-01") && trace != parent, "{trace}");
        let state = reply.header("tracestate").expect("a state");
        let own = trace.split('-').nth(2).expect("a span");
        assert_eq!(state, format!("yente={own},other=a1"));
        let fresh = examples().get(path);
        assert!(fresh.header("traceparent").is_some_and(|t| t.len() == 55));
    }
}

#[test]
fn an_address_too_long_is_refused() {
    let long = "x".repeat(60_000);
    let answer = examples().get_raw(&format!("/search/default?q={long}"), &[]);
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.starts_with("HTTP/1.1 414 "), "{answer}");
    assert!(
        answer.ends_with(r#"{"detail":"Request URI too long"}"#),
        "{answer}"
    );
}

#[test]
fn long_replies_are_compressed_for_who_reads_gzip() {
    let is_packed = |path: &str| {
        let answer = examples().get_raw(path, &[("accept-encoding", "gzip")]);
        String::from_utf8_lossy(&answer).contains("content-encoding: gzip")
    };
    assert!(is_packed("/algorithms"));
    assert!(!is_packed("/entities/ex-nobody"));
    let plain = examples().get_raw("/algorithms", &[]);
    assert!(!String::from_utf8_lossy(&plain).contains("content-encoding"));
}
