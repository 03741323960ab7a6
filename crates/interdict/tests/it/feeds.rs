//! `update` by a delta feed.

use serde_json::{Value, json};

use crate::publisher::{Server, ok};
use crate::run::{command, finish};

struct Feed {
    data: tempfile::TempDir,
    server: Server,
}

fn person(id: &str, name: &str) -> Value {
    json!({"id": id, "schema": "Person", "properties": {"name": [name]}})
}

impl Feed {
    fn new() -> Feed {
        let feed = Feed {
            data: tempfile::tempdir().unwrap(),
            server: Server::start(),
        };
        let text = format!(
            "[client]\nattempts = 1\n[[publisher]]\nname = \"feed\"\ndataset = \"feed\"\n\
             check_hours = 1\ndelta = \"{}\"\ntoken_env = \"FEED_TOKEN\"\n\
             files = [{{ name = \"entities.ftm.json\", address = \"{}\", content = \"json\" }}]\n",
            feed.server.at("/delta.json"),
            feed.server.at("/entities.json")
        );
        std::fs::write(feed.data.path().join("update.toml"), text).unwrap();
        feed
    }

    /// The feed lists these versions, each with the lines of its delta.
    fn lists(&self, versions: &[(&str, Vec<Value>)]) {
        let mut index = serde_json::Map::new();
        for (version, lines) in versions {
            let path = format!("/{version}.json");
            index.insert((*version).to_owned(), self.server.at(&path).into());
            let lines: Vec<String> = lines.iter().map(Value::to_string).collect();
            self.server.answers(&path, [ok(&[], lines.join("\n"))]);
        }
        let index = json!({"versions": index}).to_string();
        self.server.answers("/delta.json", [ok(&[], index)]);
    }

    fn holds(&self, people: &[Value]) {
        let lines: Vec<String> = people.iter().map(Value::to_string).collect();
        self.server
            .answers("/entities.json", [ok(&[], lines.join("\n"))]);
    }

    /// The outcome of a look, and the paths that were asked.
    fn look(&self) -> (String, Vec<String>) {
        self.server.asked();
        let run = finish(
            command()
                .env("FEED_TOKEN", "secret")
                .arg("--data-dir")
                .arg(self.data.path())
                .args(["update", "feed", "--json"]),
        );
        let answer = run.json();
        let outcome = answer["publishers"][0]["outcome"].as_str().unwrap();
        let asked = self.server.asked();
        for asked in &asked {
            assert_eq!(asked.headers["authorization"], "Token secret", "{asked:?}");
        }
        assert!(!answer.to_string().contains("secret"));
        let paths = asked.into_iter().map(|asked| asked.path).collect();
        (outcome.to_owned(), paths)
    }

    /// Whether somebody with this name is found.
    fn finds(&self, name: &str) -> bool {
        let run = finish(
            command()
                .arg("--data-dir")
                .arg(self.data.path())
                .args(["screen", name, "--json"]),
        );
        let hits = &run.json()["results"][0]["hits"];
        !hits.as_array().unwrap().is_empty()
    }
}

#[test]
fn a_feed_brings_a_list_up_to_date() {
    let feed = Feed::new();
    let mut people: Vec<Value> = (0..150)
        .map(|n| person(&format!("p-{n}"), &format!("Person Number{n}")))
        .collect();
    people.push(person("q-1", "Quentin Marblestone"));
    people.push(person("q-2", "Zebulon Featherwick"));
    feed.holds(&people);
    feed.lists(&[("20240527134702-zbn", Vec::new())]);
    // Nothing is known yet: the file is fetched whole.
    let (outcome, asked) = feed.look();
    assert_eq!(outcome, "new");
    assert_eq!(asked, ["/delta.json", "/entities.json"]);
    assert!(feed.finds("Quentin Marblestone") && feed.finds("Zebulon Featherwick"));
    // The version that answers is the newest.
    let (outcome, asked) = feed.look();
    assert_eq!(
        (outcome.as_str(), asked),
        ("unchanged", vec!["/delta.json".to_owned()])
    );
    // Two steps; the second is empty.
    feed.lists(&[
        ("20240527134702-zbn", Vec::new()),
        (
            "20240527194702-wnk",
            vec![
                json!({"op": "ADD", "entity": person("q-3", "Ottoline Brackwater")}),
                json!({"op": "MOD", "entity": person("q-1", "Quillon Ashgrove")}),
                json!({"op": "DEL", "entity": {"id": "q-2"}}),
            ],
        ),
        ("20240528014702-pfh", Vec::new()),
    ]);
    let (outcome, asked) = feed.look();
    assert_eq!(outcome, "new");
    assert_eq!(
        asked,
        [
            "/delta.json",
            "/20240527194702-wnk.json",
            "/20240528014702-pfh.json"
        ]
    );
    assert!(feed.finds("Ottoline Brackwater") && feed.finds("Quillon Ashgrove"));
    assert!(!feed.finds("Quentin Marblestone") && !feed.finds("Zebulon Featherwick"));
    // The feed no longer reaches back to what answers.
    feed.holds(&people);
    feed.lists(&[("20250101000000-abc", Vec::new())]);
    let (outcome, asked) = feed.look();
    assert_eq!(asked, ["/delta.json", "/entities.json"]);
    assert_ne!(outcome, "failed");
}
