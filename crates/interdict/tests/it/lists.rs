//! `lists` and what it decides, through the binary; and the lists of another day.

use std::path::Path;

use crate::run::{Run, alerts, interdict};

/// A data folder and a place for files.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Place {
        Place {
            folder: tempfile::tempdir().expect("a temporary folder"),
        }
    }

    fn run(&self, arguments: &[&str]) -> Run {
        let data = self.path("data");
        let mut all = vec!["--data-dir", &data];
        all.extend(arguments);
        interdict(&all)
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// Imports a list of so many people, published that day; one more may be named.
    fn import(&self, day: &str, people: usize, more: Option<&str>) -> Run {
        let person = |n: usize, name: &str| {
            format!(
                "{{\"id\":\"p-{n}\",\"schema\":\"Person\",\"properties\":{{\"name\":[{name:?}]}}}}\n"
            )
        };
        let mut text: String = (0..people)
            .map(|n| person(n, &format!("Testperson Number{n}")))
            .collect();
        if let Some(name) = more {
            text.push_str(&person(people, name));
        }
        let file = self.path("list.ftm.json");
        std::fs::write(Path::new(&file), text).expect("writes");
        self.run(&["import", &file, "--dataset", "mine", "--published", day])
    }
}

#[test]
fn a_publication_that_moved_too_far_is_reviewed_accepted_and_taken_back() {
    let place = Place::new();
    place.import("2024-05-01", 100, None).ended(0);
    let held = place.import("2024-05-02", 80, None).ended(1);
    for part in [
        "quarantined, the last good version goes on answering",
        "entries fell by 20.0 %, from 100 to 80 (limit 5 %)",
        "`lists review 2`",
    ] {
        assert!(held.out.contains(part), "{part}: {}", held.out);
    }
    let lists = place.run(&["lists", "--json"]).ended(0).json();
    assert_eq!(lists["lists"][0]["state"], "quarantined");
    assert_eq!(lists["lists"][0]["waiting"][0], 2);
    assert_eq!(lists["lists"][0]["current"]["publication"], 1);
    let review = place.run(&["lists", "review", "2"]).ended(0);
    assert!(
        review.out.contains("held back: entries fell"),
        "{}",
        review.out
    );
    let waiting = place.run(&["lists", "review", "--json"]).ended(0).json();
    assert_eq!(waiting["waiting"][0]["publication"], 2);

    let accept = [
        "lists", "accept", "2", "--reason", "they did", "--as", "Ann",
    ];
    let dry = place.run(&[&accept[..], &["--dry-run"]].concat()).ended(0);
    let says = "publication 2 of 2024-05-02 will answer instead of publication 1 of 2024-05-01: \
                0 entries added, 20 removed, 0 changed";
    assert!(dry.out.contains(says), "{}", dry.out);
    assert!(dry.out.contains("nothing was changed"), "{}", dry.out);
    let done = place.run(&accept).ended(0);
    assert!(
        done.out.contains(says) && done.out.contains("decided by Ann"),
        "{}",
        done.out
    );
    place.run(&accept).ended(1);

    let back = [
        "lists", "rollback", "mine", "--to", "1", "--reason", "no", "--json",
    ];
    let back = place.run(&back).ended(0).json();
    assert_eq!(back["done"], true);
    assert_eq!(back["answers_then"], 1);
    assert_eq!(back["withdrawn"][0], 2);
    assert_eq!(back["entries"]["added"], 20);
    let log = place
        .run(&["lists", "log", "mine", "--json"])
        .ended(0)
        .json();
    let events: Vec<_> = log["log"]
        .as_array()
        .expect("a log")
        .iter()
        .map(|e| format!("{} {}", e["publication"], e["event"].as_str().unwrap_or("")))
        .collect();
    let expected = [
        "1 answers",
        "2 accepted",
        "2 answers",
        "2 withdrawn",
        "1 answers",
    ];
    assert_eq!(events, expected);
    assert_eq!(log["log"][1]["actor"], "Ann");

    let rejected = place.import("2024-05-03", 10, None).ended(1);
    assert!(
        rejected.out.contains("`lists reject 3`"),
        "{}",
        rejected.out
    );
    place
        .run(&["lists", "reject", "3", "--reason", "half a file"])
        .ended(0);
    let lists = place.run(&["lists", "--json"]).ended(0).json();
    assert_eq!(lists["lists"][0]["state"], "current");
    place
        .run(&["lists", "reject", "3", "--reason", " "])
        .ended(1);
    place.run(&["lists", "accept", "3"]).ended(2);
    place
        .run(&["lists", "rollback", "other", "--to", "1", "--reason", "x"])
        .ended(1);
}

#[test]
fn the_lists_of_another_day_answer_as_they_were() {
    let place = Place::new();
    place.import("2022-02-20", 40, None).ended(0);
    place
        .import("2022-02-26", 40, Some("Zebulon Quixote"))
        .ended(0);
    place.import("2022-03-01", 40, None).ended(0);
    let ask = |when: &[&str]| {
        let question = ["screen", "Zebulon Quixote", "--json"];
        place.run(&[&question[..], when].concat())
    };
    assert_eq!(alerts(&ask(&[]).ended(0).json()), [""; 0]);
    for day in ["2022-02-26", "2022-02-28"] {
        let answer = ask(&["--as-of", day]).ended(0).json();
        assert_eq!(alerts(&answer), ["p-40"]);
        assert_eq!(answer["moment"]["as_of"], day);
        assert_eq!(answer["lists"][0]["published"], "2022-02-26");
    }
    assert_eq!(
        alerts(&ask(&["--as-of", "2022-02-25"]).ended(0).json()),
        [""; 0]
    );
    let early = ask(&["--as-of", "2022-02-19"]).ended(1);
    assert!(
        early
            .err
            .contains("first publication stored is of 2022-02-20"),
        "{}",
        early.err
    );
    ask(&["--known-at", "2022-02-26"]).ended(1);
    ask(&["--as-of", "Friday"]).ended(2);
    let known = ask(&["--as-of", "2022-02-26", "--known-at", "2999-01-01"])
        .ended(0)
        .json();
    assert_eq!(alerts(&known), ["p-40"]);

    let show = ["show", "p-40", "--json"];
    place.run(&show).ended(1);
    let shown = place
        .run(&[&show[..], &["--as-of", "2022-02-27"]].concat())
        .ended(0)
        .json();
    assert_eq!(shown["entities"][0]["caption"], "Zebulon Quixote");
    assert_eq!(shown["lists"][0]["published"], "2022-02-26");
    let then = place
        .run(&["lists", "--as-of", "2022-02-27", "--json"])
        .ended(0)
        .json();
    assert_eq!(then["lists"][0]["publication"]["publication"], 2);
    let none = place.run(&["lists", "--as-of", "2021-01-01"]).ended(0);
    assert!(none.out.contains("none"), "{}", none.out);
    let evaluated = place
        .run(&["evaluate", "--as-of", "2022-02-26", "--json"])
        .ended(0)
        .json();
    assert_eq!(evaluated["exact_names"][0]["names"], 41);

    // What is older than what answers does not answer by itself.
    let older = place.import("2022-02-22", 41, None).ended(0);
    assert!(
        older
            .out
            .contains("publication 3 is later and goes on answering"),
        "{}",
        older.out
    );

    // Records of screenings pin the versions that they name; nobody asked the fourth.
    let prune = ["lists", "prune", "--keep", "1"];
    let dry = place.run(&[&prune[..], &["--dry-run"]].concat()).ended(0);
    for part in [
        "1 publications go, 3 stay",
        "stays although it is old",
        "needs it",
    ] {
        assert!(dry.out.contains(part), "{part}: {}", dry.out);
    }
    let pruned = place
        .run(&[&prune[..], &["--json"]].concat())
        .ended(0)
        .json();
    assert_eq!(pruned["publications"][0]["publication"], 4);
    assert_eq!(pruned["pinned"].as_array().map(Vec::len), Some(2));
    assert_eq!(pruned["staying"], 3);
    let gone = ask(&["--as-of", "2022-02-22"]).ended(1);
    assert!(gone.err.contains("it was pruned on"), "{}", gone.err);
    place.run(&["lists", "prune"]).ended(2);
}
