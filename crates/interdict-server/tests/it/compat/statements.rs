//! `GET /statements`.

use serde_json::Value;

use super::{cluster_of, two_lists};
use crate::common::examples;

fn ask(query: &str) -> Value {
    examples()
        .get(&format!("/statements?{query}"))
        .with(200)
        .json()
}

#[test]
fn statements_name_list_record_and_place() {
    let json = ask("canonical_id=ex-belousov-andrey&prop=birthDate");
    assert_eq!(json["total"]["value"], 1);
    assert_eq!(json["total"]["relation"], "eq");
    let row = &json["results"][0];
    for (member, expected) in [
        ("entity_id", "ex-belousov-andrey"),
        ("canonical_id", "ex-belousov-andrey"),
        ("prop", "birthDate"),
        ("prop_type", "date"),
        ("schema", "Person"),
        ("value", "1959-03-17"),
        ("dataset", "example_watchlist"),
        ("first_seen", "2024-05-16T00:00:00"),
        ("last_seen", "2024-05-16T00:00:00"),
    ] {
        assert_eq!(row[member], expected, "{member}");
    }
    assert_eq!(row["id"].as_str().map(str::len), Some(40));
    assert_eq!(row["source"]["file"], "watchlist.ftm.json");
    assert!(row["source"]["line"].as_u64().is_some());
}

#[test]
fn filters_and_pages() {
    let all = ask("entity_id=ex-belousov-andrey&limit=5000");
    let rows = all["results"].as_array().expect("rows");
    assert_eq!(all["total"]["value"], rows.len());
    assert!(rows.is_sorted_by_key(|row| row["prop"].as_str().map(str::to_owned)));
    let page = ask("entity_id=ex-belousov-andrey&limit=3&offset=2");
    assert_eq!(
        page["results"].as_array().map(Vec::as_slice),
        rows.get(2..5)
    );
    assert_eq!(
        (page["limit"].as_u64(), page["offset"].as_u64()),
        (Some(3), Some(2))
    );
    let down = ask("entity_id=ex-belousov-andrey&limit=5000&sort=prop:desc&sort=value");
    let props: Vec<&str> = down["results"]
        .as_array()
        .expect("rows")
        .iter()
        .filter_map(|row| row["prop"].as_str())
        .collect();
    assert!(props.len() == rows.len() && props.is_sorted_by(|a, b| a >= b));
    let by_value = ask("value=1959-03-17");
    assert_eq!(by_value["results"][0]["entity_id"], "ex-belousov-andrey");
    assert_eq!(ask("prop=alias&value=1959-03-17")["total"]["value"], 0);
    assert_eq!(ask("dataset=nowhere")["total"]["value"], 0);
    assert_eq!(ask("entity_id=nobody")["total"]["value"], 0);
    // Everything is reached, page by page, in one order.
    let total = ask("limit=0")["total"]["value"].as_u64().expect("a total");
    assert_eq!(
        ask("dataset=example_watchlist&limit=0")["total"]["value"],
        total
    );
    let people = ask("schema=Person&limit=0")["total"]["value"]
        .as_u64()
        .expect("a total");
    assert!(0 < people && people < total);
    let mut seen = 0;
    while seen < total {
        let page = ask(&format!("limit=2000&offset={seen}"));
        let rows = page["results"].as_array().expect("rows").len() as u64;
        assert!(rows > 0);
        seen += rows;
    }
    assert_eq!(seen, total);
    examples().get("/statements?limit=5001").with(422);
    examples().get("/statements?sort=mood").with(400);
}

#[test]
fn a_record_has_the_statements_of_its_entries() {
    let running = two_lists();
    let cluster = cluster_of(running, "two-1");
    let ask = |query: &str| {
        running
            .get(&format!("/statements?{query}"))
            .with(200)
            .json()
    };
    let json = ask(&format!("canonical_id={cluster}&prop=birthDate"));
    let rows: Vec<(&str, &str, &str)> = json["results"]
        .as_array()
        .expect("rows")
        .iter()
        .filter_map(|row| {
            Some((
                row["dataset"].as_str()?,
                row["entity_id"].as_str()?,
                row["canonical_id"].as_str()?,
            ))
        })
        .collect();
    assert_eq!(
        rows,
        [
            ("example_watchlist", "ex-belousov-andrey", cluster.as_str()),
            ("second_list", "two-1", cluster.as_str())
        ]
    );
    assert_eq!(ask("entity_id=two-1&prop=birthDate")["total"]["value"], 1);
}
