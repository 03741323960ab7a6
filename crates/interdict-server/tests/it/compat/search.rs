//! `GET /search/{dataset}`.

use serde_json::{Value, json};

use super::{cluster_of, ids, two_lists};
use crate::common::{Running, examples};

fn search(running: &Running, query: &str) -> Value {
    running
        .get(&format!("/search/default?{query}"))
        .with(200)
        .json()
}

fn found(query: &str) -> Vec<String> {
    let json = search(examples(), &format!("limit=500&{query}"));
    ids(&json["results"])
        .into_iter()
        .map(str::to_owned)
        .collect()
}

fn count(query: &str) -> u64 {
    let json = search(examples(), query);
    json["total"]["value"].as_u64().expect("a total")
}

#[test]
fn words_find_records() {
    let json = search(examples(), "q=Andrey+Belousov");
    assert_eq!(json["results"][0]["id"], "ex-belousov-andrey");
    assert_eq!((&json["limit"], &json["offset"]), (&json!(10), &json!(0)));
    assert_eq!(json["total"]["relation"], "eq");
    // What refers to it is not shown inside.
    assert!(json["results"][0]["properties"].get("sanctions").is_none());
    // Both words must be there.
    assert!(found("q=Andrey+Belousov").len() < found("q=Belousov").len());
    assert_eq!(found("q=Белоусов+Рэмович"), ["ex-belousov-andrey"]);
    assert_eq!(count("q=xyzzyplugh"), 0);
}

#[test]
fn the_syntax_is_lucenes() {
    let all = found("q=Belousov");
    assert!(all.len() > 3);
    assert_eq!(
        found("q=Belousov+NOT+Mikhail").len() + found("q=Belousov+AND+Mikhail").len(),
        all.len()
    );
    assert_eq!(
        found("q=Belousov+-Mikhail"),
        found("q=Belousov+NOT+Mikhail")
    );
    assert_eq!(found("q=%22Removich+Belousov%22"), ["ex-belousov-andrey"]);
    assert_eq!(found("q=%22Belousov+Removich%22"), Vec::<String>::new());
    let either = found("q=Removich+OR+Nikolaevich");
    assert!(either.contains(&"ex-belousov-andrey".to_owned()));
    assert!(either.contains(&"ex-belousov-mikhail-nikolaevich".to_owned()));
    assert!(found("q=Belous*").len() >= all.len());
    assert!(found("q=B%3Flousov").len() >= all.len());
    assert!(found("q=Belousoff~").contains(&"ex-belousov-andrey".to_owned()));
    assert_eq!(count("q=Belousoff"), 0);
    assert_eq!(found("q=birthDate:1959-03-17"), ["ex-belousov-andrey"]);
    assert_eq!(
        found("q=properties.birthDate:%221959-03-17%22"),
        ["ex-belousov-andrey"]
    );
    // A year is not one of its days, unless that is asked.
    assert_eq!(count("q=birthDate:1959"), 0);
    assert!(found("q=birthDate:1959*").contains(&"ex-belousov-andrey".to_owned()));
    assert!(found("q=birthDate:[1959+TO+1959-12]").contains(&"ex-belousov-andrey".to_owned()));
    assert!(!found("q=birthDate:[1960+TO+*]").contains(&"ex-belousov-andrey".to_owned()));
    assert_eq!(
        found("q=name:(Andrey+AND+Removich)+AND+nationality:ru"),
        ["ex-belousov-andrey"]
    );
}

#[test]
fn a_broken_query_is_refused_and_never_in_simple_syntax() {
    for query in [
        "invalid/query",
        "(Belousov",
        "%22Belousov",
        "Belousov+AND",
        "field:",
        "%5B1+TO+2",
    ] {
        let path = format!("/search/default?q={query}");
        let json = examples().get(&path).with(400).json();
        assert!(json["detail"].is_string(), "{query}");
        examples().get(&format!("{path}&simple=true")).with(200);
    }
    let simple = found("simple=true&q=Belousov+-Mikhail");
    assert_eq!(simple, found("q=Belousov+NOT+Mikhail"));
}

#[test]
fn an_empty_query_lists_everything() {
    let json = search(examples(), "limit=0");
    assert_eq!(json["results"], json!([]));
    let all = json["total"]["value"].as_u64().expect("a total");
    assert_eq!(all, 160);
    assert_eq!(count("q=*"), all);
    let edges = count("schema=Interval");
    assert!(edges > 100);
    assert_eq!(count("schema=Thing"), all);
}

#[test]
fn filters_narrow_and_facets_count_everything_found() {
    let json = search(
        examples(),
        "q=Belousov&limit=1&facets=countries&facets=topics&facets=datasets&facets=schema&facets=genders&facets=identifiers",
    );
    let facets = &json["facets"];
    let total = json["total"]["value"].as_u64().expect("a total");
    assert_eq!(
        facets["datasets"]["values"],
        json!([{"name": "example_watchlist", "label": "example_watchlist", "count": total}])
    );
    let of = |facet: &str, name: &str| {
        let values = facets[facet]["values"].as_array().expect("values");
        let found = values.iter().find(|value| value["name"] == name);
        found.map(|value| (value["label"].clone(), value["count"].clone()))
    };
    assert_eq!(of("countries", "ru").map(|v| v.0), Some(json!("Russia")));
    assert_eq!(
        of("topics", "sanction").map(|v| v.0),
        Some(json!("Sanctioned"))
    );
    assert!(facets["countries"]["label"].is_string());
    let men = of("genders", "male")
        .and_then(|v| v.1.as_u64())
        .expect("men");
    assert_eq!(count("q=Belousov&filter=gender:male"), men);
    assert_eq!(
        count("q=Belousov&countries=ru&topics=sanction"),
        count("q=Belousov&countries=ru")
    );
    // By default the usual three.
    let usual = search(examples(), "q=Belousov");
    let names: Vec<&String> = usual["facets"]
        .as_object()
        .expect("facets")
        .keys()
        .collect();
    assert_eq!(names, ["countries", "datasets", "topics"]);
    // Several values of a field: one is enough, unless all are asked for.
    let one = count("topics=sanction&topics=role.pep");
    let both = count("topics=sanction&topics=role.pep&filter_op=AND");
    assert!(both < one, "{both} {one}");
    assert_eq!(
        one + both,
        count("topics=sanction") + count("topics=role.pep")
    );
    assert_eq!(count("datasets=example_watchlist"), count(""));
    assert_eq!(count("datasets=nowhere"), 0);
    assert_eq!(count("filter=noSuchField:x"), 0);
    assert_eq!(count("target=true") + count("target=false"), count(""));
    assert_eq!(
        count("exclude_schema=Person") + count("schema=Person&filter=schema:Person"),
        count("")
    );
    assert_eq!(count("changed_since=2024-05-15"), count(""));
    assert_eq!(count("changed_since=2024-05-16"), 0);
}

#[test]
fn pages_and_orders() {
    let all = found("q=Belousov");
    let page = search(examples(), "q=Belousov&limit=2&offset=1");
    assert_eq!(ids(&page["results"])[..], all[1..3]);
    assert_eq!(page["offset"], 1);
    let mut by_id = all.clone();
    by_id.sort_unstable();
    assert_eq!(found("q=Belousov&sort=id"), by_id);
    by_id.reverse();
    assert_eq!(found("q=Belousov&sort=id:desc"), by_id);
    let json = search(examples(), "q=Belousov&sort=properties.birthDate:desc");
    let dates: Vec<Option<&str>> = json["results"]
        .as_array()
        .expect("results")
        .iter()
        .map(|record| record["properties"]["birthDate"][0].as_str())
        .collect();
    let known: Vec<&str> = dates.iter().flatten().copied().collect();
    assert!(
        known.len() > 2 && known.is_sorted_by(|a, b| a >= b),
        "{dates:?}"
    );
    // What has no date comes last.
    assert!(dates[..known.len()].iter().all(Option::is_some));
}

#[test]
fn what_is_wrong_is_refused() {
    for path in [
        "limit=501",
        "offset=9500",
        "limit=x",
        "fuzzy=perhaps",
        "facets=moods",
        "filter_op=XOR",
        "changed_since=then",
    ] {
        let json = examples()
            .get(&format!("/search/default?{path}"))
            .with(422)
            .json();
        assert_eq!(json["detail"][0]["loc"][0], "query", "{path}");
    }
    let json = examples()
        .get("/search/default?schema=Human")
        .with(400)
        .json();
    assert_eq!(json["detail"], "Invalid schema");
    let json = examples()
        .get("/search/default?filter=novalue")
        .with(400)
        .json();
    assert_eq!(json["detail"], "Invalid filter: 'novalue'");
    examples().get("/search/nowhere").with(404);
}

#[test]
fn names_alike_are_found_when_asked() {
    assert_eq!(count("q=Andrej+Belousow"), 0);
    let fuzzy = found("q=Andrej+Belousow&fuzzy=true");
    assert!(
        fuzzy.contains(&"ex-belousov-andrey".to_owned()),
        "{fuzzy:?}"
    );
}

#[test]
fn entries_of_one_party_are_one_record() {
    let running = two_lists();
    let cluster = cluster_of(running, "two-1");
    let json = search(running, "q=Removich+Belousov");
    assert_eq!(ids(&json["results"]), [cluster.as_str()]);
    assert_eq!(
        json["facets"]["datasets"]["values"],
        json!([
            {"name": "example_watchlist", "label": "example_watchlist", "count": 1},
            {"name": "second_list", "label": "second_list", "count": 1}
        ])
    );
    // Within one list, what the other says is neither shown nor found.
    let json = search(running, "q=Removich+Belousov&include_dataset=second_list");
    assert_eq!(json["results"][0]["datasets"], json!(["second_list"]));
    assert_eq!(json["facets"]["topics"]["values"][0]["name"], "role.pep");
    let json = search(running, "q=Рэмович&include_dataset=second_list");
    assert_eq!(json["total"]["value"], 0);
    for id in ["two-1", "ex-belousov-andrey", cluster.as_str()] {
        let json = search(running, &format!("filter=referents:{id}"));
        assert_eq!(ids(&json["results"]), [cluster.as_str()]);
    }
}
