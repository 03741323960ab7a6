//! Answers as people read them.

use interdict_screening::{Policy, Request};
use jiff::civil::date;

use crate::common::{engine, engine_with, entity};

fn belousovs() -> Vec<interdict_model::Entity> {
    vec![
        entity(
            "a",
            "Person",
            &[
                ("name", "BELOUSOV, Andrey Removich"),
                ("birthDate", "1959-03-17"),
            ],
        ),
        entity("b", "Person", &[("name", "BELOUSOV, Pavel Andreyevich")]),
        entity("c", "Person", &[("name", "BELOUSOVA, Yevgeniya")]),
        entity(
            "s",
            "Sanction",
            &[
                ("entity", "a"),
                ("authority", "OFAC"),
                ("program", "RUSSIA-EO14024"),
            ],
        ),
    ]
}

#[test]
fn the_right_belousov_comes_first_with_list_and_programme() {
    let engine = engine(belousovs());
    let query = entity("q", "Person", &[("name", "Andrei Belousov")]);
    let answer = engine
        .screener()
        .screen(&query, &Request::default(), date(2024, 5, 16))
        .unwrap();
    assert_eq!(answer.hits[0].id, "a");
    assert!(answer.hits[0].score > answer.hits.get(1).map_or(answer.threshold, |h| h.score));
    let sentence = &answer.hits[0].reason.sentence;
    for part in [
        "Andrei Belousov",
        "BELOUSOV, Andrey Removich",
        "OFAC",
        "RUSSIA-EO14024",
    ] {
        assert!(sentence.contains(part), "{part} is not in {sentence}");
    }
    assert_eq!(answer.plan, "pruned");
    assert_eq!(answer.searched[0].names, 3);
}

#[test]
fn contradicting_identifiers_exclude_and_are_still_shown() {
    let list = vec![entity(
        "v",
        "Vessel",
        &[("name", "OCEAN STAR"), ("imoNumber", "9074729")],
    )];
    let query = entity(
        "q",
        "Vessel",
        &[("name", "OCEAN STAR"), ("imoNumber", "9126819")],
    );
    let answer = engine(list)
        .screener()
        .screen(&query, &Request::default(), date(2024, 5, 16))
        .unwrap();
    assert!(answer.hits.is_empty());
    assert_eq!(answer.excluded.len(), 1);
    assert!(answer.excluded[0].excluded && !answer.excluded[0].alert);
}

#[test]
fn an_identifier_needs_no_name() {
    let list = vec![entity(
        "v",
        "Vessel",
        &[("name", "OCEAN STAR"), ("imoNumber", "9074729")],
    )];
    let query = entity("q", "Vessel", &[("imoNumber", "IMO 9074729")]);
    let answer = engine(list)
        .screener()
        .screen(&query, &Request::default(), date(2024, 5, 16))
        .unwrap();
    assert_eq!(answer.hits.len(), 1);
    assert_eq!(answer.hits[0].score.0, 10_000);
}

#[test]
fn the_limit_does_not_change_the_total() {
    let list: Vec<_> = (0..9)
        .map(|i| entity(&format!("e{i}"), "Person", &[("name", "Anna Petrova")]))
        .collect();
    let engine = engine(list);
    let query = entity("q", "Person", &[("name", "Anna Petrova")]);
    let request = Request {
        limit: Some(2),
        ..Request::default()
    };
    let answer = engine
        .screener()
        .screen(&query, &request, date(2024, 5, 16))
        .unwrap();
    assert_eq!((answer.hits.len(), answer.total.value), (2, 9));
    let ids: Vec<&str> = answer.hits.iter().map(|h| h.id.as_str()).collect();
    assert_eq!(ids, ["e0", "e1"]);
}

#[test]
fn answers_do_not_depend_on_the_number_of_threads() {
    let engine = engine(belousovs());
    let queries: Vec<_> = [
        "Andrei Belousov",
        "Pavel Belousov",
        "Anna Schmidt",
        "Belousova",
    ]
    .iter()
    .cycle()
    .take(64)
    .map(|n| entity("q", "Person", &[("name", n)]))
    .collect();
    let request = Request::default();
    let day = date(2024, 5, 16);
    let together = engine.screen_all(&queries, &request, day).unwrap();
    let mut screener = engine.screener();
    for (query, answer) in queries.iter().zip(&together) {
        assert_eq!(&screener.screen(query, &request, day).unwrap(), answer);
    }
}

#[test]
fn lists_and_schemata_out_of_scope_are_not_searched() {
    let query = entity("q", "Person", &[("name", "Andrei Belousov")]);
    for text in [
        "format = 1\n[lists]\nexclude = [\"test\"]\n",
        "format = 1\n[lists]\ninclude = [\"us_ofac_sdn\"]\n",
        "format = 1\n[lists]\nexclude_schemata = [\"LegalEntity\"]\n",
    ] {
        let engine = engine_with(belousovs(), Policy::parse(text, "test").unwrap());
        let answer = engine
            .screener()
            .screen(&query, &Request::default(), date(2024, 5, 16))
            .unwrap();
        assert!(answer.hits.is_empty(), "{text}");
    }
}
