//! `/reconcile/{dataset}`.

use serde_json::{Value, json};

use super::{cluster_of, ids, two_lists};
use crate::common::{Reply, Running, examples};

fn form(running: &Running, path: &str, field: &str, value: &Value) -> Reply {
    let encoded: String = value
        .to_string()
        .bytes()
        .map(|byte| format!("%{byte:02X}"))
        .collect();
    let kind = Some("application/x-www-form-urlencoded");
    running.post_as(path, kind, &format!("{field}={encoded}"))
}

#[test]
fn the_service_describes_itself() {
    let json = examples()
        .get("/reconcile/default?api_key=k")
        .with(200)
        .json();
    assert_eq!(json["versions"], json!(["0.2"]));
    assert_eq!(json["batchSize"], 3);
    for member in [
        "name",
        "identifierSpace",
        "schemaSpace",
        "view",
        "preview",
        "documentation",
    ] {
        assert!(!json[member].is_null(), "{member}");
    }
    assert!(
        json["view"]["url"]
            .as_str()
            .is_some_and(|url| url.contains("{{id}}"))
    );
    let entity = &json["suggest"]["entity"];
    assert!(
        entity["service_url"]
            .as_str()
            .is_some_and(|url| url.ends_with("/reconcile/default"))
    );
    assert_eq!(entity["service_path"], "/suggest/entity?api_key=k");
    assert_eq!(
        json["extend"]["propose_properties"]["service_path"],
        "/extend/property?api_key=k"
    );
    let types = ids(&json["defaultTypes"]);
    for kind in ["Person", "Company", "LegalEntity", "Thing"] {
        assert!(types.contains(&kind), "{kind}");
    }
    examples().get("/reconcile/nowhere").with(404);
}

#[test]
fn queries_are_answered_key_by_key() {
    let queries = json!({
        "q0": {"query": "Andrey Belousov", "type": "Person", "limit": 2},
        "q1": {"query": "Andrey Belousov", "type": ["Person"],
            "properties": [{"pid": "Person:birthDate", "v": "1959-03-17"}]},
        "q2": {"query": "Xyzzy Plugh"},
    });
    let reply = form(examples(), "/reconcile/default", "queries", &queries).with(200);
    assert_eq!(reply.header("x-batch-size"), Some("3"));
    let json = reply.json();
    let first = &json["q0"]["result"];
    assert!(first.as_array().is_some_and(|all| all.len() <= 2));
    let best = &first[0];
    assert_eq!(best["id"], "ex-belousov-andrey");
    assert_eq!(best["name"], "Andrey Removich Belousov");
    assert_eq!(best["type"][0]["id"], "Person");
    assert_eq!(best["match"], true);
    assert!(best["score"].as_f64().is_some_and(|score| score > 0.7));
    assert!(best["description"].is_string());
    assert_eq!(json["q1"]["result"][0]["id"], "ex-belousov-andrey");
    assert_eq!(json["q2"]["result"], json!([]));
    form(examples(), "/reconcile/nowhere", "queries", &queries).with(404);
    form(
        examples(),
        "/reconcile/default?algorithm=magic",
        "queries",
        &queries,
    )
    .with(400);
    form(
        examples(),
        "/reconcile/default",
        "queries",
        &json!({"q": {"query": "A", "type": "Human"}}),
    )
    .with(400);
    form(examples(), "/reconcile/default", "queries", &json!([1])).with(422);
    let many: serde_json::Map<String, Value> = (0..101)
        .map(|n| (n.to_string(), json!({"query": "A B"})))
        .collect();
    form(examples(), "/reconcile/default", "queries", &json!(many)).with(400);
}

#[test]
fn what_was_typed_is_completed() {
    let get = |path: &str| {
        let json = examples()
            .get(&format!("/reconcile/default/{path}"))
            .with(200)
            .json();
        assert_eq!(json["code"], "/api/status/ok");
        assert_eq!(json["status"], "200 OK");
        json
    };
    for path in ["suggest/entity", "suggest/property", "suggest/type"] {
        let json = get(&format!("{path}?prefix="));
        assert_eq!((&json["prefix"], &json["result"]), (&json!(""), &json!([])));
    }
    let json = get("suggest/entity?prefix=andrey+belo&limit=3");
    assert_eq!(json["prefix"], "andrey belo");
    assert_eq!(json["result"][0]["id"], "ex-belousov-andrey");
    assert_eq!(json["result"][0]["type"][0]["id"], "Person");
    let json = get("suggest/property?prefix=birth");
    assert!(ids(&json["result"]).contains(&"Person:birthDate"));
    let json = get("suggest/type?prefix=pers");
    assert_eq!(ids(&json["result"]), ["Person"]);
    examples()
        .get("/reconcile/default/suggest/entity?prefix=a&limit=501")
        .with(422);
}

#[test]
fn records_get_more_columns() {
    let json = examples()
        .get("/reconcile/default/extend/property?type=Person&limit=0")
        .with(200)
        .json();
    assert_eq!(
        (&json["limit"], &json["type"]),
        (&json!(0), &json!("Person"))
    );
    assert!(ids(&json["properties"]).contains(&"birthDate"));
    let json = examples()
        .get("/reconcile/default/extend/property?type=Person&limit=2")
        .with(200)
        .json();
    assert_eq!(json["properties"].as_array().map(Vec::len), Some(2));
    examples()
        .get("/reconcile/default/extend/property?type=Human")
        .with(400);
    let extend = json!({
        "ids": ["ex-belousov-andrey", "ex-nobody"],
        "properties": [
            {"id": "nationality"},
            {"id": "topics", "settings": {"render": "raw"}},
            {"id": "alias", "settings": {"limit": 1}},
            {"id": "noSuchProperty"},
        ],
    });
    let reply = form(examples(), "/reconcile/default", "extend", &extend).with(200);
    assert_eq!(reply.header("x-batch-size"), Some("2"));
    let json = reply.json();
    assert_eq!(ids(&json["meta"]), ["nationality", "topics", "alias"]);
    let row = &json["rows"]["ex-belousov-andrey"];
    assert_eq!(row["nationality"], json!([{"str": "Russia"}]));
    assert_eq!(row["topics"], json!([{"str": "sanction"}]));
    assert_eq!(row["alias"].as_array().map(Vec::len), Some(1));
    assert_eq!(json["rows"]["ex-nobody"], json!({}));
    form(
        examples(),
        "/reconcile/default",
        "extend",
        &json!({"ids": 1}),
    )
    .with(422);
}

#[test]
fn entries_of_one_party_are_one_candidate() {
    let running = two_lists();
    let cluster = cluster_of(running, "two-1");
    let queries = json!({"q": {"query": "Andrey Removich Belousov", "type": "Person"}});
    let json = form(running, "/reconcile/default", "queries", &queries)
        .with(200)
        .json();
    assert_eq!(json["q"]["result"][0]["id"], cluster.as_str());
    let extend = json!({"ids": ["two-1"], "properties": [{"id": "name"}]});
    let reply = form(running, "/reconcile/default", "extend", &extend).with(400);
    assert!(reply.body.contains("canonical"));
}
