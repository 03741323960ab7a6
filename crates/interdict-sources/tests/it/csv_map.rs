//! CSV files by a map: the example of the repository, and every way to be wrong.

use interdict_sources::{BytesFile, CsvMap, RawFile, Source};

use crate::support::Outcome;

const MAP: &str = include_str!("../../../../examples/own-list.map.toml");
const LIST: &str = include_str!("../../../../examples/own-list.csv");

fn read(map: &str, bytes: &[u8]) -> Result<Outcome, String> {
    let map = CsvMap::parse(map, "own.map.toml").map_err(|e| e.to_string())?;
    let file = BytesFile::new("own-list.csv", bytes.to_vec());
    let mut entities = Vec::new();
    let report = map
        .read(&[&file as &dyn RawFile], &mut |entity| {
            entities.push(entity);
            Ok(())
        })
        .map_err(|e| e.to_string())?;
    Ok(Outcome { entities, report })
}

#[test]
fn the_example() {
    insta::assert_snapshot!(read(MAP, LIST.as_bytes()).unwrap().lines());
}

#[test]
fn a_declared_encoding() {
    let map = "dataset = \"a\"\nencoding = \"windows-1251\"\nid = \"a-{Имя}\"\nschema = \"Person\"\n[columns]\n\"Имя\" = \"name\"\n";
    let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode("Имя\nИван Петров\n");
    let outcome = read(map, &bytes).unwrap();
    assert_eq!(outcome.entities[0].first("name"), Some("Иван Петров"));
}

#[test]
fn a_row_said_twice_counts_once_and_an_id_of_two_rows_stops() {
    let map =
        "dataset = \"a\"\nid = \"a-{No}\"\nschema = \"Person\"\n[columns]\n\"Name\" = \"name\"\n";
    let outcome = read(map, b"No,Name\n1,Ann Lee\n2,Bo Ek\n1,Ann Lee\n").unwrap();
    assert_eq!(outcome.entities.len(), 2);
    assert_eq!(outcome.report.problem_counts.get("repeated-row"), Some(&1));
    let error = read(map, b"No,Name\n1,Ann Lee\n1,Bo Ek\n").err().unwrap();
    assert!(
        error.contains("line 3") && error.contains("no other row"),
        "{error}"
    );
}

#[test]
fn wrong_maps_are_named() {
    for (from, to, expected) in [
        (
            "delimiter = \";\"",
            "delimiter = \";;\"",
            "own.map.toml: delimiter",
        ),
        (
            "\"birthDate\"",
            "\"birthday\"",
            "columns.\"Born\": \"birthday\"",
        ),
        ("\"Vessel\"", "\"Ship\"", "schemata: \"Ship\""),
        ("own-{No}", "own", "id: \"own\""),
        ("day-first", "dmy", "date_order: \"dmy\""),
        ("title", "titel", "unknown field `titel`"),
    ] {
        let error = read(&MAP.replacen(from, to, 1), LIST.as_bytes())
            .err()
            .unwrap();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn wrong_files_are_named() {
    for (from, to, expected) in [
        ("Born", "Birth", "own-list.csv, line 1: no column \"Born\""),
        ("2;C", "1;C", "line 3: id \"own-1\""),
        ("2;C", "2;Q", "line 3: column \"Kind\": \"Q\""),
        ("2;C", ";C", "line 3: column \"No\" is empty"),
        ("desk 2", "desk 2;x", "line 2: 9 cells"),
    ] {
        let error = read(MAP, LIST.replacen(from, to, 1).as_bytes())
            .err()
            .unwrap();
        assert!(error.contains(expected), "{error}");
    }
    let latin = LIST.replacen("MV", "\u{e9}", 1);
    let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(&latin);
    let error = read(MAP, &bytes).err().unwrap();
    assert!(
        error.contains("line 4: Name: bytes that are not UTF-8"),
        "{error}"
    );
}
