//! `GET /entities/{id}` and what surrounds it.

use serde_json::{Value, json};

use super::{cluster_of, ids, two_lists};
use crate::common::examples;

fn members(value: &Value) -> Vec<&str> {
    let object = value.as_object().expect("an object");
    let mut all: Vec<&str> = object.keys().map(String::as_str).collect();
    all.sort_unstable();
    all
}

#[test]
fn an_entity_has_its_neighbours_inside() {
    let json = examples()
        .get("/entities/ex-belousov-andrey")
        .with(200)
        .json();
    assert_eq!(
        members(&json),
        [
            "caption",
            "datasets",
            "first_seen",
            "id",
            "last_change",
            "last_seen",
            "properties",
            "referents",
            "schema",
            "target"
        ]
    );
    let sanctions = &json["properties"]["sanctions"];
    assert_eq!(
        ids(sanctions),
        [
            "ex-belousov-andrey-eu",
            "ex-belousov-andrey-gb",
            "ex-belousov-andrey-us"
        ]
    );
    // What is inside names the record it came from by id only.
    assert_eq!(
        sanctions[0]["properties"]["entity"],
        json!(["ex-belousov-andrey"])
    );
    // Beyond an edge, its other end is shown, and nothing beyond that.
    let offices = &json["properties"]["positionOccupancies"];
    let office = &offices[0];
    assert_eq!(
        office["properties"]["holder"],
        json!(["ex-belousov-andrey"])
    );
    let post = &office["properties"]["post"][0];
    assert_eq!(post["schema"], "Position");
    assert!(post["properties"].get("occupancies").is_none());
}

#[test]
fn neighbours_can_be_left_out() {
    let json = examples()
        .get("/entities/ex-belousov-andrey?nested=false")
        .with(200)
        .json();
    assert!(json["properties"].get("sanctions").is_none());
    let sanction = examples()
        .get("/entities/ex-belousov-andrey-us?nested=false")
        .with(200)
        .json();
    assert_eq!(
        sanction["properties"]["entity"],
        json!(["ex-belousov-andrey"])
    );
    examples()
        .get("/entities/ex-belousov-andrey?nested=perhaps")
        .with(422);
}

#[test]
fn what_is_unknown_is_not_found() {
    let reply = examples().get("/entities/ex-nobody").with(404);
    assert_eq!(reply.json(), json!({"detail": "No such entity!"}));
    examples().get("/entities/ex-nobody/adjacent").with(404);
    examples()
        .get("/entities/ex-nobody/adjacent/sanctions")
        .with(404);
}

#[test]
fn entries_lead_to_their_cluster() {
    let running = two_lists();
    let cluster = cluster_of(running, "two-1");
    assert_eq!(cluster_of(running, "ex-belousov-andrey"), cluster);
    let reply = running.get("/entities/two-1/adjacent").with(308);
    assert_eq!(
        reply.header("location"),
        Some(format!("/entities/{cluster}/adjacent").as_str())
    );
    let reply = running.get("/entities/two-1/adjacent/sanctions").with(308);
    assert_eq!(
        reply.header("location"),
        Some(format!("/entities/{cluster}/adjacent/sanctions").as_str())
    );
    let json = running
        .get(&format!("/entities/{cluster}"))
        .with(200)
        .json();
    assert_eq!(json["id"], cluster.as_str());
    assert_eq!(json["referents"], json!(["ex-belousov-andrey", "two-1"]));
    assert_eq!(
        json["datasets"],
        json!(["example_watchlist", "second_list"])
    );
    assert_eq!(json["first_seen"], "2024-05-16T00:00:00");
    assert_eq!(json["last_seen"], "2024-06-01T00:00:00");
    // Measures of both lists, each naming the cluster.
    let sanctions = &json["properties"]["sanctions"];
    assert!(ids(sanctions).contains(&"two-measure"));
    assert!(ids(sanctions).contains(&"ex-belousov-andrey-us"));
    for sanction in sanctions.as_array().expect("measures") {
        assert_eq!(sanction["properties"]["entity"], json!([cluster]));
    }
    let topics = &json["properties"]["topics"];
    assert_eq!(topics, &json!(["sanction", "role.pep"]));
}

#[test]
fn neighbours_come_in_pages() {
    let path = "/entities/ex-belousov-andrey/adjacent";
    let json = examples().get(path).with(200).json();
    assert_eq!(json["entity"]["id"], "ex-belousov-andrey");
    let sanctions = &json["adjacent"]["sanctions"];
    assert_eq!(sanctions["total"], json!({"value": 3, "relation": "eq"}));
    assert_eq!(sanctions["limit"], 10);
    assert_eq!(sanctions["offset"], 0);
    assert!(json["adjacent"].get("ownershipOwner").is_none());
    let page = examples()
        .get(&format!("{path}/sanctions?limit=1&offset=1"))
        .with(200)
        .json();
    assert_eq!(ids(&page["results"]), ["ex-belousov-andrey-gb"]);
    assert_eq!(page["total"]["value"], 3);
    let sorted = examples()
        .get(&format!(
            "{path}/sanctions?sort=properties.listingDate:desc"
        ))
        .with(200)
        .json();
    assert_eq!(
        ids(&sorted["results"]),
        [
            "ex-belousov-andrey-gb",
            "ex-belousov-andrey-us",
            "ex-belousov-andrey-eu"
        ]
    );
    examples()
        .get(&format!("{path}/sanctions?limit=501"))
        .with(422);
    examples()
        .get(&format!("{path}/sanctions?offset=9500"))
        .with(422);
    for wrong in ["name", "noSuchProperty"] {
        let reply = examples().get(&format!("{path}/{wrong}")).with(404);
        assert_eq!(reply.json(), json!({"detail": "No such property!"}));
    }
}

#[test]
fn beyond_an_edge_stands_its_other_end() {
    let running = two_lists();
    let json = running.get("/entities/two-2").with(200).json();
    let share = &json["properties"]["ownershipOwner"][0];
    assert_eq!(share["id"], "two-share");
    assert_eq!(share["properties"]["owner"], json!(["two-2"]));
    let company = &share["properties"]["asset"][0];
    assert_eq!(company["id"], "two-own");
    assert_eq!(company["last_change"], "2024-06-02T10:00:00");
    // From the edge itself, both ends.
    let json = running.get("/entities/two-share").with(200).json();
    assert_eq!(json["properties"]["owner"][0]["id"], "two-2");
    assert_eq!(json["properties"]["asset"][0]["id"], "two-own");
}
