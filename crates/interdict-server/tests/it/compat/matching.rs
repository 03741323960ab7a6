//! `POST /match/{dataset}`.

use serde_json::{Value, json};

use super::{cluster_of, ids, two_lists};
use crate::common::{self, Reply, examples};

fn person(name: &str) -> Value {
    json!({"schema": "Person", "properties": {"name": [name]}})
}

fn one(query: &Value) -> Value {
    json!({"queries": {"q": query}, "weights": {}, "config": {}})
}

fn ask(path: &str, query: &Value) -> Reply {
    examples().post(path, &one(query))
}

#[test]
fn a_result_has_all_members() {
    let reply = ask("/match/default", &person("Andrei Belousov")).with(200);
    assert_eq!(reply.header("x-batch-size"), Some("1"));
    let json = reply.json();
    assert_eq!(json["limit"], 5);
    let answer = &json["responses"]["q"];
    assert_eq!(answer["status"], 200);
    assert_eq!(
        answer["query"],
        json!({"id": null, "schema": "Person",
        "properties": {"name": ["Andrei Belousov"]}})
    );
    let best = &answer["results"][0];
    assert_eq!(best["id"], "ex-belousov-andrey");
    for member in [
        "id",
        "caption",
        "schema",
        "properties",
        "datasets",
        "referents",
        "target",
        "first_seen",
        "last_seen",
        "last_change",
        "score",
        "match",
        "explanations",
    ] {
        assert!(best.get(member).is_some(), "{member}");
    }
    assert_eq!(best["match"], true);
    assert_eq!(best["target"], true);
    assert_eq!(best["datasets"], json!(["example_watchlist"]));
    assert_eq!(best["first_seen"], "2024-05-16T00:00:00");
    let name = &best["explanations"]["name_match"];
    assert!(name["score"].as_f64().is_some_and(|score| score > 0.7));
    assert_eq!(name["query"], "Andrei Belousov");
    assert!(name["detail"].is_string() && name["candidate"].is_string());
    assert_eq!(json["scorer"]["answered"], "interdict");
}

#[test]
fn the_query_is_cleaned_and_echoed_with_the_callers_id() {
    let query = json!({"id": "customer-1", "schema": "Person", "properties": {
        "name": "Andrey Removich Belousov", "country": ["Russia"], "birthDate": [1959],
        "noSuchProperty": ["x"], "imoNumber": ["9074729"]}});
    let json = ask("/match/default", &query).with(200).json();
    assert_eq!(
        json["responses"]["q"]["query"],
        json!({"id": "customer-1", "schema": "Person", "properties": {
            "name": ["Andrey Removich Belousov"], "country": ["ru"], "birthDate": ["1959"]}})
    );
    assert_eq!(json["responses"]["q"]["results"][0]["score"], 1.0);
}

#[test]
fn cutoff_is_exceeded_threshold_is_met() {
    let query = person("Andrei Belousov");
    let all = ask("/match/default?cutoff=0.3&threshold=0.3&limit=500", &query).json();
    let results = all["responses"]["q"]["results"]
        .as_array()
        .expect("results")
        .clone();
    let scores: Vec<f64> = results.iter().filter_map(|r| r["score"].as_f64()).collect();
    assert!(scores.len() > 2, "{scores:?}");
    assert!(scores.is_sorted_by(|a, b| a >= b), "{scores:?}");
    let at = scores[1];
    let path = format!("/match/default?threshold={at}&cutoff={at}&limit=500");
    let json = ask(&path, &query).json();
    let answer = &json["responses"]["q"];
    // What has exactly this score reaches the threshold and is counted, and does not exceed the cutoff.
    let above = scores.iter().filter(|score| **score > at).count();
    let reached = scores.iter().filter(|score| **score >= at).count();
    assert_eq!(answer["results"].as_array().map(Vec::len), Some(above));
    assert_eq!(answer["total"], json!({"value": reached, "relation": "eq"}));
    // The effective cutoff is the lesser of the two.
    let path = format!("/match/default?threshold={at}&cutoff=0.95&limit=500");
    let json = ask(&path, &query).json();
    assert_eq!(
        json["responses"]["q"]["results"].as_array().map(Vec::len),
        Some(above)
    );
    // Below the threshold and above the cutoff is a result that is no match.
    let path = format!("/match/default?threshold={at}&cutoff=0.3&limit=500");
    let json = ask(&path, &query).json();
    let answer = &json["responses"]["q"];
    assert_eq!(
        answer["results"].as_array().map(Vec::len),
        Some(scores.len())
    );
    let matches = answer["results"].as_array().expect("results");
    let matches = matches.iter().filter(|r| r["match"] == true).count();
    assert_eq!(matches, reached);
    assert_eq!(answer["total"]["value"], reached);
}

#[test]
fn neither_total_nor_the_best_depend_on_limit() {
    let query = person("Belousov");
    let wide = ask("/match/default?cutoff=0.3&threshold=0.3&limit=500", &query).json();
    let wide = &wide["responses"]["q"];
    for limit in [1, 2, 3] {
        let path = format!("/match/default?cutoff=0.3&threshold=0.3&limit={limit}");
        let json = ask(&path, &query).json();
        let narrow = &json["responses"]["q"];
        assert_eq!(json["limit"], limit);
        assert_eq!(narrow["total"], wide["total"]);
        assert_eq!(ids(&narrow["results"])[..], ids(&wide["results"])[..limit]);
    }
}

#[test]
fn a_batch_is_answered_key_by_key() {
    let body =
        json!({"queries": {"b": person("Andrei Belousov"), "a": person("Nobody Atall Zzyzx")}});
    let reply = examples().post("/match/default", &body).with(200);
    assert_eq!(reply.header("x-batch-size"), Some("2"));
    let json = reply.json();
    assert_eq!(json["responses"]["a"]["results"], json!([]));
    assert_eq!(
        json["responses"]["b"]["results"][0]["id"],
        "ex-belousov-andrey"
    );
}

#[test]
fn what_is_wrong_is_refused() {
    let good = person("A B");
    let detail = |reply: Reply, status: u16| -> String {
        let json = reply.with(status).json();
        json["detail"]
            .as_str()
            .map(str::to_owned)
            .unwrap_or_default()
    };
    assert_eq!(
        detail(ask("/match/nowhere", &good), 404),
        "No such dataset."
    );
    assert_eq!(
        detail(ask("/match/default?algorithm=magic", &good), 400),
        "Invalid algorithm: magic"
    );
    let unknown = json!({"schema": "Human", "properties": {"name": ["A"]}});
    assert!(detail(ask("/match/default", &unknown), 400).contains("Unknown schema: 'Human'"));
    let sanction = json!({"schema": "Sanction", "properties": {"name": ["A"]}});
    assert!(detail(ask("/match/default", &sanction), 400).contains("Non-matchable schema"));
    let base = json!({"schema": "Thing", "properties": {"name": ["A B"]}});
    ask("/match/default", &base).with(200);
    // One bad query fails the batch.
    let body = json!({"queries": {"good": good, "bad": unknown}});
    examples().post("/match/default", &body).with(400);
    let none = json!({"queries": {}});
    assert_eq!(
        detail(examples().post("/match/default", &none), 400),
        "No queries provided."
    );
    let many: serde_json::Map<String, Value> =
        (0..101).map(|n| (n.to_string(), good.clone())).collect();
    assert_eq!(
        detail(
            examples().post("/match/default", &json!({"queries": many})),
            400
        ),
        "Too many queries in one batch (limit: 100)"
    );
    for body in [
        json!({"queries": {"q": good}, "config": {"nm_number_mismatch": 0.4}}),
        json!({"queries": {"q": good}, "weights": {"name_literal": 0.8}}),
    ] {
        let text = detail(examples().post("/match/default", &body), 400);
        assert!(text.starts_with("Invalid"), "{text}");
    }
}

#[test]
fn what_has_the_wrong_shape_is_unprocessable() {
    let wrong = |reply: Reply| reply.with(422).json()["detail"][0].clone();
    let good = person("A B");
    let limit = wrong(ask("/match/default?limit=501", &good));
    assert_eq!(limit["loc"], json!(["query", "limit"]));
    assert!(limit["msg"].is_string() && limit["type"].is_string());
    assert_eq!(
        wrong(ask("/match/default", &json!({"properties": {}})))["loc"],
        json!(["body", "queries", "q", "schema"])
    );
    assert_eq!(
        wrong(examples().post_as("/match/default", None, "{"))["type"],
        "json_invalid"
    );
    assert_eq!(
        wrong(ask("/match/default?changed_since=yesterday", &good))["loc"],
        json!(["query", "changed_since"])
    );
    let ids: String = (0..51)
        .map(|n| format!("&exclude_entity_ids=e{n}"))
        .collect();
    assert_eq!(
        wrong(ask(&format!("/match/default?limit=5{ids}"), &good))["type"],
        "too_long"
    );
}

#[test]
fn a_body_needs_no_content_type() {
    let body = one(&person("Andrei Belousov")).to_string();
    for kind in [None, Some("text/plain"), Some("application/json")] {
        let json = examples()
            .post_as("/match/default", kind, &body)
            .with(200)
            .json();
        assert_eq!(
            json["responses"]["q"]["results"][0]["id"],
            "ex-belousov-andrey"
        );
    }
}

#[test]
fn every_name_of_an_algorithm_is_accepted() {
    for name in [
        "best",
        "BEST",
        "logic-v2",
        "logic-v1",
        "name-based",
        "name-qualified",
        "regression-v1",
        "ofac",
        "interdict",
    ] {
        let path = format!("/match/default?algorithm={name}");
        let json = ask(&path, &person("Andrei Belousov")).with(200).json();
        assert_eq!(json["scorer"]["answered"], "interdict");
        assert_eq!(json["scorer"]["asked"], name.to_lowercase());
    }
}

#[test]
fn entries_of_one_party_are_one_result() {
    let running = two_lists();
    let cluster = cluster_of(running, "two-1");
    let body = one(&person("Andrey Removich Belousov"));
    let answer = |path: &str| running.post(path, &body).with(200).json()["responses"]["q"].clone();
    let both = answer("/match/default");
    let found = ids(&both["results"]);
    assert_eq!(found.first(), Some(&cluster.as_str()));
    assert!(!found.contains(&"two-1") && !found.contains(&"ex-belousov-andrey"));
    let best = &both["results"][0];
    assert_eq!(
        best["datasets"],
        json!(["example_watchlist", "second_list"])
    );
    assert_eq!(best["referents"], json!(["ex-belousov-andrey", "two-1"]));
    assert_eq!(best["score"], 1.0);
    // Only the entries of the lists that were asked are in the view.
    let second = answer("/match/default?include_dataset=second_list");
    assert_eq!(ids(&second["results"]), [cluster.as_str()]);
    assert_eq!(second["results"][0]["datasets"], json!(["second_list"]));
    assert_eq!(second["results"][0]["referents"], json!(["two-1"]));
    assert_eq!(answer("/match/second_list"), second);
    assert_eq!(
        answer("/match/default?exclude_dataset=example_watchlist"),
        second
    );
    // The path bounds what may be included.
    let none = answer("/match/second_list?include_dataset=example_watchlist");
    assert_eq!(none["results"], json!([]));
    assert_eq!(none["total"]["value"], 0);
    for id in ["two-1", "ex-belousov-andrey", cluster.as_str()] {
        let left = answer(&format!("/match/default?exclude_entity_ids={id}"));
        assert!(!ids(&left["results"]).contains(&cluster.as_str()), "{id}");
    }
}

#[test]
fn filters_act_before_limit_and_total() {
    let running = two_lists();
    let ask = |path: &str, query: &Value| {
        running.post(path, &one(query)).with(200).json()["responses"]["q"].clone()
    };
    let query = person("Quentin Xavier Marblestone");
    let found = |path: &str| ask(path, &query)["total"]["value"].as_u64();
    assert_eq!(found("/match/default"), Some(1));
    assert_eq!(found("/match/default?topics=role.pep"), Some(1));
    assert_eq!(
        found("/match/default?topics=sanction&topics=debarment"),
        Some(0)
    );
    assert_eq!(found("/match/default?exclude_schema=Person"), Some(0));
    assert_eq!(found("/match/default?exclude_schema=Company"), Some(1));
    assert_eq!(found("/match/default?changed_since=2024-05-31"), Some(1));
    assert_eq!(found("/match/default?changed_since=2024-06-01"), Some(0));
    assert_eq!(found("/match/sanctions"), Some(0));
    assert_eq!(found("/match/peps"), Some(1));
    // The time that a list states goes before that of its publication.
    let company =
        json!({"schema": "Company", "properties": {"name": ["Marblestone Holdings Limited"]}});
    let of = |path: &str| ask(path, &company)["total"]["value"].as_u64();
    assert_eq!(of("/match/default?changed_since=2024-06-02"), Some(1));
    assert_eq!(of("/match/default?changed_since=2024-06-02T10"), Some(0));
}

#[test]
fn an_empty_store_answers_nothing() {
    let running = common::start(common::Start {
        files: Vec::new(),
        ..common::Start::default()
    });
    let reply = running
        .post("/match/default", &one(&person("Andrei Belousov")))
        .with(200);
    assert_eq!(reply.json()["responses"]["q"]["results"], json!([]));
    running.get("/entities/x").with(404);
}
