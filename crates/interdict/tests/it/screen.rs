//! `screen` on the example list.

use crate::run::{alerts, ask, examples, folder_with, interdict};

fn finds(arguments: &[&str], first: &str) {
    let mut all = arguments.to_vec();
    all.push("--json");
    let answer = ask(&all).ended(0).json();
    assert_eq!(
        alerts(&answer).first().map(String::as_str),
        Some(first),
        "{arguments:?}"
    );
}

#[test]
fn people_of_the_story_are_found_in_any_spelling() {
    finds(&["Andrei Belousov"], "ex-belousov-andrey");
    finds(&["Sergei Shoigu"], "ex-shoigu-sergei");
    finds(&["Владимир Путин"], "ex-putin-vladimir");
    finds(&["Vladimir Poutine"], "ex-putin-vladimir");
    finds(&["长光卫星技术股份有限公司"], "ex-chang-guang");
    finds(&["Hermes", "--id", "imo:9338230"], "ex-vessel-hermes");
    finds(&["--id", "bic:SABRRUMM"], "ex-sberbank");
    finds(
        &[
            "Belousov A.",
            "--birth-date",
            "1959-03",
            "--country",
            "Russia",
        ],
        "ex-belousov-andrey",
    );
}

#[test]
fn holders_of_office_are_no_sanctions_hits() {
    for name in ["Xi Jinping", "Antony Blinken"] {
        let answer = ask(&[name, "--json"]).ended(0).json();
        for hit in answer["results"][0]["hits"].as_array().unwrap() {
            assert_eq!(hit["listings"].as_array().unwrap().len(), 0, "{hit}");
            assert_eq!(hit["topics"], serde_json::json!(["role.pep"]));
        }
    }
}

#[test]
fn another_birth_date_speaks_against() {
    let asked = |date: &str| {
        let answer = ask(&["Sergei Shoigu", "--birth-date", date, "--json"])
            .ended(0)
            .json();
        alerts(&answer)
    };
    assert_eq!(
        asked("1955").first().map(String::as_str),
        Some("ex-shoigu-sergei")
    );
    assert!(!asked("1987-02-11").contains(&"ex-shoigu-sergei".to_owned()));
}

#[test]
fn contradicting_numbers_exclude_and_are_shown() {
    let answer = ask(&["Hermes", "--id", "imo:9074729", "--json"])
        .ended(0)
        .json();
    assert_eq!(alerts(&answer), Vec::<String>::new());
    let hit = &answer["results"][0]["excluded"][0];
    assert_eq!(hit["id"], "ex-vessel-hermes");
    assert_eq!(hit["excluded"], true);
    let text = ask(&["Hermes", "--id", "imo:9074729"]).ended(0).out;
    assert!(
        text.contains("No possible match at 0.70 or more."),
        "{text}"
    );
    assert!(text.contains("excluded  Hermes"), "{text}");
}

#[test]
fn an_answer_names_lists_policy_and_reasons() {
    let text = ask(&["Andrei Belousov"]).ended(0).out;
    for part in [
        "possible match",
        "asked ",
        "listed ",
        "Belousov",
        "RUSSIA-EO14024",
        "since 2022-12-15",
        "example_watchlist of 2026-11-24 (by option, publication 1, content ",
        "with policy default (",
    ] {
        assert!(text.contains(part), "{part:?} is missing:\n{text}");
    }
    assert!(!text.contains('\u{1b}'), "colours without a terminal");
    let nothing = ask(&["Charlotte Ashworth"]).ended(0).out;
    assert!(
        nothing.contains("No possible match at 0.70 or more."),
        "{nothing}"
    );
    assert!(nothing.contains("names on 1 list with policy"), "{nothing}");
}

#[test]
fn the_shape_of_json() {
    let mut answer = ask(&["Hengbangwei Electronics", "--schema", "Company", "--json"])
        .ended(0)
        .json();
    // What depends on weights, releases and hashes is not shape.
    answer["policy"]["hash"] = "(hash)".into();
    for list in answer["lists"].as_array_mut().unwrap() {
        list["content"] = "(hash)".into();
        list["names"] = "(count)".into();
    }
    for hit in answer["results"][0]["hits"].as_array_mut().unwrap() {
        hit["score"] = "(score)".into();
        hit["rank"] = "(rank)".into();
        hit["reason"]["name"]["score"] = "(score)".into();
        for term in hit["reason"]["name"]["terms"].as_array_mut().unwrap() {
            term["weight"] = "(weight)".into();
        }
    }
    insta::assert_json_snapshot!("screen", answer);
}

#[test]
fn exit_codes_tell_hits_when_asked_to() {
    ask(&["Andrei Belousov"]).ended(0);
    ask(&["Andrei Belousov", "--exit-code"]).ended(3);
    ask(&["Charlotte Ashworth", "--exit-code"]).ended(0);
}

#[test]
fn a_value_that_cannot_be_used_is_refused() {
    for (arguments, says) in [
        (&["A", "--birth-date", "soon"][..], "birth_date \"soon\""),
        (&["A", "--country", "Atlantis"], "country \"Atlantis\""),
        (&["A", "--schema", "Persn"], "--schema \"Persn\""),
        (&["A", "--id", "9074729"], "expected a type and a value"),
        (
            &["A", "--threshold", "0.2"],
            "expected a number from 0.50 to 1.00",
        ),
        (&["A", "--dataset", "US OFAC"], "lower-case letters"),
        (&[" "], "an empty name"),
    ] {
        let run = ask(arguments).ended(2);
        assert!(run.err.contains(says), "{arguments:?}: {}", run.err);
        assert_eq!(run.out, "");
    }
}

#[test]
fn a_list_that_is_not_there_is_an_error() {
    let run = ask(&["Andrei Belousov", "--dataset", "us_ofac_sdn"]).ended(1);
    assert!(run.err.contains("us_ofac_sdn"), "{}", run.err);
    let empty = tempfile::tempdir().unwrap();
    let folder = empty.path().display().to_string();
    let run = interdict(&["--data-dir", &folder, "screen", "A"]).ended(1);
    assert!(run.err.contains("nothing to search"), "{}", run.err);
}

#[test]
fn wrong_files_of_questions() {
    for (bytes, says) in [
        (&b"\x89PNG\r\n\x1a\n\0\0"[..], "byte 0: not UTF-8"),
        (b"", "empty"),
        (b"first,last\nA,B\n", "no column `name`"),
    ] {
        let (_folder, path) = folder_with("rows.csv", bytes);
        let run = ask(&["--file", &path]).ended(2);
        assert!(run.err.contains(says), "{}", run.err);
    }
    let run = ask(&["--file", "nowhere.csv"]).ended(1);
    assert!(
        run.err.contains("nowhere.csv cannot be read"),
        "{}",
        run.err
    );
}

#[test]
fn a_bad_value_in_a_row_does_not_stop_the_file() {
    let rows = "id,name,birth_date,colour\n1,Andrei Belousov,someday,red\n2,Ann Lee,,blue\n";
    let (_folder, path) = folder_with("rows.csv", rows.as_bytes());
    let run = ask(&["--file", &path]).ended(0);
    assert!(run.err.contains("columns not used: colour"), "{}", run.err);
    assert!(
        run.err.contains("row 1: not used: birth_date \"someday\""),
        "{}",
        run.err
    );
    assert!(
        run.out.contains("2 asked: 1 with a possible match"),
        "{}",
        run.out
    );
}

#[test]
fn show_tells_every_value_with_its_links() {
    let folder = examples();
    let shown = interdict(&["--data-dir", folder, "show", "ex-belousov-andrey"]).ended(0);
    for part in [
        "Андрей Рэмович Белоусов",
        "1959-03-17",
        "Sanction",
        "Occupancy",
        "watchlist.ftm.json line",
    ] {
        assert!(shown.out.contains(part), "{part}: {}", shown.out);
    }
    let json = interdict(&["--data-dir", folder, "show", "ex-belousov-andrey", "--json"])
        .ended(0)
        .json();
    assert_eq!(json["entities"][0]["schema"], "Person");
    let missing = interdict(&["--data-dir", folder, "show", "nobody"]).ended(1);
    assert!(
        missing.err.contains("no entity \"nobody\""),
        "{}",
        missing.err
    );
}
