//! `evaluate` on the example list.

use crate::run::{example, examples, interdict};

#[test]
fn every_listed_name_is_found() {
    let customers = example("customers.csv");
    let arguments = [
        "--data-dir",
        examples(),
        "evaluate",
        "--queries",
        "0",
        "--clean",
        &customers,
        "--json",
    ];
    let answer = interdict(&arguments).ended(0).json();
    let exact = &answer["exact_names"][0];
    assert_eq!(exact["exceptions"], serde_json::json!([]));
    for asked in ["alone", "with_details"] {
        assert_eq!(exact[asked]["part"], exact["names"]);
        assert_eq!(exact[asked]["whole"], exact["names"]);
    }
    let clean = &answer["clean"];
    assert!(clean["with_details"]["part"].as_u64() <= clean["alone"]["part"].as_u64());
    assert_eq!(
        clean["false_alarms"].as_array().map(Vec::len),
        clean["alone"]["part"]
            .as_u64()
            .and_then(|n| usize::try_from(n).ok())
    );
    assert!(answer.get("disguised").is_none());
}

#[test]
fn a_seed_gives_the_same_report_and_the_files_hold_it() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let path = folder.display().to_string();
    let run = || {
        let arguments = [
            "--data-dir",
            examples(),
            "evaluate",
            "--skip-exact",
            "--queries",
            "300",
            "--exhaustive=40",
            "--output",
            &path,
        ];
        let out = interdict(&arguments).ended(0).out;
        let text = std::fs::read_to_string(folder.join("report.json")).unwrap();
        let mut json: serde_json::Value = serde_json::from_str(&text).unwrap();
        // Times are the only thing that may differ.
        json["disguised"].as_object_mut().unwrap().remove("slowest");
        (out, json)
    };
    let (out, json) = run();
    assert_eq!((out.clone(), json.clone()), run());
    let disguised = &json["disguised"];
    assert!(disguised["kinds"].as_array().unwrap().len() > 27);
    let sum = |what: &str| -> u64 {
        let cells = disguised["cells"].as_array().unwrap();
        cells
            .iter()
            .map(|c| c["rate"][what].as_u64().unwrap())
            .sum()
    };
    assert_eq!(disguised["queries"].as_u64().unwrap(), sum("whole"));
    assert!(
        sum("part") * 10 > sum("whole") * 8,
        "{} of {}",
        sum("part"),
        sum("whole")
    );
    assert_eq!(json["exhaustive"]["differences"], serde_json::json!([]));
    assert!(json["exhaustive"]["hits"].as_u64().unwrap() > 40);
    assert!(out.contains("letters-exchanged"));
    let html = std::fs::read_to_string(folder.join("report.html")).unwrap();
    assert!(html.contains("Recall by kind of disguise") && html.contains("<svg"));
    assert!(!html.contains("<script") && !html.contains("src="));
}

#[test]
fn a_bank_brings_its_own_names() {
    let folder = tempfile::tempdir().unwrap();
    let write = |text: &str| {
        let path = folder.path().join("own.csv");
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let run = |file: &str| {
        interdict(&[
            "--data-dir",
            examples(),
            "evaluate",
            "--skip-exact",
            "--queries",
            "0",
            "--own",
            file,
            "--json",
        ])
    };
    let listed = interdict(&[
        "--data-dir",
        examples(),
        "screen",
        "Andrei Belousov",
        "--json",
    ])
    .ended(0)
    .json();
    let id = listed["results"][0]["hits"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let file = write(&format!(
        "Name,entity_id,kind,remark\nAndrei Belousov,{id},spelling,x\nSomebody Else,{id},wrong,\nAndrei Belousov,nobody-1,unknown,\n"
    ));
    let own = &run(&file).ended(0).json()["own"];
    assert_eq!(own["found"]["part"], 1);
    assert_eq!(own["kinds"]["spelling"]["part"], 1);
    let failures = own["failures"].as_array().unwrap();
    let told: Vec<_> = failures
        .iter()
        .map(|f| (f["line"].as_u64(), f["reason"].as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (Some(3), Some("its score is below the threshold")),
            (
                Some(4),
                Some("no list that answers has an entity with this id")
            ),
        ]
    );
    let error = run(&write("name,kind\nA,b\n")).ended(2).err;
    assert!(
        error.contains("own.csv, line 1: no column `entity_id`"),
        "{error}"
    );
    let error = run(&write("name,entity_id,kind\n,x,y\n")).ended(2).err;
    assert!(
        error.contains("line 2: name or entity_id is empty"),
        "{error}"
    );
}
