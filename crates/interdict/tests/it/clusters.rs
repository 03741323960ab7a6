//! `clusters`: one party on several lists.

use serde_json::{Value, json};

use crate::run::{Run, interdict};

/// A person of a list.
fn person(id: &str, name: &str, born: &[&str]) -> Value {
    json!({"id": id, "schema": "Person", "properties": {"name": [name], "birthDate": born}})
}

fn ship(id: &str, name: &str) -> Value {
    json!({"id": id, "schema": "Vessel", "properties": {"name": [name], "imoNumber": ["IMO9074729"]}})
}

struct Folder(tempfile::TempDir);

impl Folder {
    /// Three lists, on all of which Ivan Petrov stands, and on two a ship under two names.
    fn new() -> Folder {
        let folder = Folder(tempfile::tempdir().unwrap());
        let filler = |list: &str| -> Vec<Value> {
            let one = |n| {
                person(
                    &format!("{list}-f{n}"),
                    &format!("Filler Number{n}x{list}"),
                    &[],
                )
            };
            (0..40).map(one).collect()
        };
        let of = |list: &str, more: &[Value]| [filler(list), more.to_vec()].concat();
        folder.import(
            "list_a",
            "2024-01-01",
            &of(
                "a",
                &[
                    person("a-1", "Ivan Petrov", &["1970-05-02"]),
                    ship("a-2", "OLD NAME"),
                    person("a-3", "Ali Khan", &["1970-01-01"]),
                ],
            ),
        );
        folder.import(
            "list_b",
            "2024-01-01",
            &of(
                "b",
                &[
                    person("b-1", "PETROV Ivan", &["1970-05-02", "1971-06-06"]),
                    ship("b-2", "NEW NAME"),
                    person("b-3", "Ali Khan", &["1970-01-01"]),
                ],
            ),
        );
        folder.import(
            "list_c",
            "2024-01-01",
            &of("c", &[person("c-1", "Ivan Petrov", &["1970-05-02"])]),
        );
        folder
    }

    fn run(&self, arguments: &[&str]) -> Run {
        let data = self.0.path().join("data").display().to_string();
        let mut all = vec!["--data-dir", data.as_str()];
        all.extend(arguments);
        interdict(&all)
    }

    fn import(&self, list: &str, day: &str, entities: &[Value]) {
        let path = self.0.path().join(format!("{list}-{day}.ftm.json"));
        let lines: Vec<String> = entities.iter().map(Value::to_string).collect();
        std::fs::write(&path, lines.join("\n") + "\n").unwrap();
        let path = path.display().to_string();
        self.run(&["import", &path, "--dataset", list, "--published", day])
            .ended(0);
    }

    /// Members by cluster id.
    fn groups(&self) -> Vec<(String, Vec<String>)> {
        let answer = self.run(&["clusters", "list", "--json"]).ended(0).json();
        let listed = answer["listed"].as_array().unwrap();
        let member = |m: &Value| m["id"].as_str().unwrap().to_owned();
        let group = |c: &Value| {
            let members = c["members"]
                .as_array()
                .unwrap()
                .iter()
                .map(member)
                .collect();
            (c["id"].as_str().unwrap().to_owned(), members)
        };
        let mut groups: Vec<(String, Vec<String>)> = listed.iter().map(group).collect();
        groups.sort_by(|a, b| a.1.cmp(&b.1));
        groups
    }

    fn members(&self) -> Vec<Vec<String>> {
        self.groups()
            .into_iter()
            .map(|(_, members)| members)
            .collect()
    }
}

#[test]
fn entries_of_one_party_are_grouped_with_the_evidence() {
    let folder = Folder::new();
    assert_eq!(
        folder.members(),
        [vec!["a-1", "b-1", "c-1"], vec!["a-2", "b-2"]]
    );
    let groups = folder.groups();
    let petrov = groups[0].0.as_str();
    let shown = folder.run(&["clusters", "show", petrov]).ended(0).out;
    for part in [
        "name-and-birth",
        "Ivan Petrov",
        "1970-05-02",
        "different dates of birth",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let ship = folder.run(&["show", &groups[1].0]).ended(0).out;
    assert!(
        ship.contains("IMO 9074729") && ship.contains("NEW NAME"),
        "{ship}"
    );
    let near = folder
        .run(&["clusters", "sample", "--near", "--json"])
        .ended(0)
        .json();
    assert_eq!(near["pairs"][0]["kind"], "only-year");
    let links = folder
        .run(&["clusters", "sample", "--count", "2", "--json"])
        .ended(0)
        .json();
    assert_eq!(links["totals"], json!({"name-and-birth": 3, "number": 1}));
    assert_eq!(links["pairs"].as_array().unwrap().len(), 2);
}

#[test]
fn hits_are_grouped_and_none_is_merged() {
    let folder = Folder::new();
    let answer = folder
        .run(&["screen", "Ivan Petrov", "--json"])
        .ended(0)
        .json();
    let result = &answer["results"][0];
    assert_eq!(result["hits"].as_array().unwrap().len(), 3);
    let groups = result["groups"].as_array().unwrap();
    assert_eq!(groups.len(), 1);
    assert_eq!(groups[0]["hits"].as_array().unwrap().len(), 3);
    assert_eq!(groups[0]["members"][0]["dataset"], "list_a");
    let told = folder.run(&["screen", "Ivan Petrov"]).ended(0).out;
    let id = groups[0]["id"].as_str().unwrap();
    assert!(
        told.contains(&format!("{id}: 3 entries of one party")),
        "{told}"
    );
    assert!(told.contains("different dates of birth"), "{told}");
}

#[test]
fn a_cut_holds_is_on_record_and_can_be_taken_back() {
    let folder = Folder::new();
    let before = folder.groups();
    let reason = ["--reason", "another man, see file 7", "--as", "carol"];
    let cut = [&["clusters", "cut", "c-1"][..], &reason[..]].concat();
    let told = folder.run(&cut).ended(0).out;
    assert!(told.contains("list_c:c-1: stands alone"), "{told}");
    assert_eq!(folder.members(), [vec!["a-1", "b-1"], vec!["a-2", "b-2"]]);
    // The id stays with the greater part.
    assert_eq!(folder.groups()[0].0, before[0].0);
    // Another entry that both sides are linked to does not bring them together again.
    folder.import(
        "list_d",
        "2024-02-01",
        &[person("d-1", "Ivan Petrov", &["1970-05-02"])],
    );
    let members = folder.members();
    assert!(
        members
            .iter()
            .all(|m| !(m.contains(&"a-1".into()) && m.contains(&"c-1".into())))
    );
    let log = folder.run(&["clusters", "log", "--json"]).ended(0).json();
    let decisions = log["decisions"].as_array().unwrap();
    assert_eq!(decisions.len(), 2);
    assert_eq!(decisions[0]["actor"], "carol");
    assert_eq!(decisions[0]["reason"], "another man, see file 7");
    let back = [
        "clusters",
        "restore",
        "list_c:c-1",
        "--reason",
        "the same after all",
    ];
    folder.run(&back).ended(0);
    assert_eq!(folder.members()[0], ["a-1", "b-1", "c-1", "d-1"]);
    folder
        .run(&["clusters", "cut", "nobody", "--reason", "x"])
        .ended(2);
    folder
        .run(&["clusters", "cut", "c-1", "--reason", " "])
        .ended(2);
    folder
        .run(&["clusters", "restore", "c-1", "--reason", "x"])
        .ended(2);
}

#[test]
fn ids_stay_while_members_do_and_old_ones_lead_on() {
    let folder = Folder::new();
    let before = folder.groups();
    let cut = ["clusters", "cut", "list_a:a-1", "--reason", "for a while"];
    folder.run(&cut).ended(0);
    // Two of three stay: they keep the id.
    assert_eq!(folder.groups()[1].0, before[0].0);
    folder
        .run(&[
            "clusters",
            "cut",
            "list_b:b-1",
            "list_c:c-1",
            "--reason",
            "x",
        ])
        .ended(0);
    // Nothing is left of the group.
    let gone = folder.run(&["clusters", "show", &before[0].0]).ended(1);
    assert!(gone.err.contains(&before[0].0), "{}", gone.err);
    for entry in ["list_a:a-1", "list_b:b-1"] {
        folder
            .run(&["clusters", "restore", entry, "--reason", "back"])
            .ended(0);
    }
    let after = folder.groups();
    assert_eq!(after[0].1, before[0].1);
    assert_eq!(after[1], before[1], "the ship was not touched");
}

#[test]
fn alerts_and_tables_put_the_entries_of_one_party_together() {
    let folder = Folder::new();
    let path = folder.0.path().join("customers.csv");
    let text = "id,name,type,birth_date\nk1,Ivan Petrov,Person,1970-05-02\nk2,Ali Khan,Person,1970-01-01\n";
    std::fs::write(&path, text).unwrap();
    let path = path.display().to_string();
    folder.run(&["book", "load", "retail", &path]).ended(0);
    let petrov = folder.groups()[0].0.clone();
    let answer = folder.run(&["alerts", "--json"]).ended(0).json();
    let alerts: Vec<(&str, &str, Option<&str>)> = answer["alerts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|a| {
            let text = |name: &str| a[name].as_str();
            (
                text("customer").unwrap(),
                text("entity").unwrap(),
                text("group"),
            )
        })
        .collect();
    let of = |customer: &str| -> Vec<_> {
        alerts
            .iter()
            .filter(|(c, ..)| *c == customer)
            .copied()
            .collect()
    };
    let mut grouped: Vec<&str> = of("k1").iter().map(|(_, entity, _)| *entity).collect();
    grouped.sort_unstable();
    assert_eq!(grouped, ["a-1", "b-1", "c-1"]);
    assert!(
        of("k1")
            .iter()
            .all(|(.., group)| *group == Some(petrov.as_str()))
    );
    // The same bare name and year on two lists is no party.
    assert_eq!(of("k2").len(), 2);
    assert!(of("k2").iter().all(|(.., group)| group.is_none()));
    let shown = folder.run(&["alerts"]).ended(0).out;
    assert_eq!(shown.matches('\u{2514}').count(), 2, "{shown}");
    assert!(
        shown.contains("5 alerts") && shown.contains("3 to look at"),
        "{shown}"
    );
    let export = folder.run(&["book", "export", "retail"]).ended(0).out;
    let of_petrov = export.lines().filter(|line| line.ends_with(&petrov));
    assert_eq!(of_petrov.count(), 3, "{export}");
    let table = folder.run(&["screen", "--file", &path]).ended(0).out;
    assert_eq!(table.matches('\u{2514}').count(), 2, "{table}");
}
