//! Excerpts of each list, and files made up in the layouts of lists that allow no excerpt, as
//! snapshots; and the traps of each layout.

use interdict_sources::{BytesFile, RawFile, SourceError};

use super::support::{Outcome, read};

fn read_one(name: &str, bytes: &[u8]) -> Result<Outcome, SourceError> {
    let file = BytesFile::new(name, bytes.to_vec());
    let files: [&dyn RawFile; 1] = [&file];
    read(&files)
}

macro_rules! snapshots {
    ($($test:ident $file:literal $format:literal;)*) => {
        $(
            #[test]
            fn $test() {
                let bytes = include_bytes!(concat!("../excerpts/", $file));
                let name = $file.rsplit('/').next().unwrap();
                let outcome = read_one(name, bytes).unwrap();
                assert_eq!(outcome.report.format.id, $format);
                insta::assert_snapshot!(outcome.lines());
            }
        )*
    };
}

snapshots! {
    un "un/consolidated.xml" "un-xml";
    canada "ca/sema.xml" "ca-sema-xml";
    us_screening_list "us/csl.csv" "us-csl-csv";
    uk_short "uk/short.csv" "uk-sanctions-csv-short";
    uk_full "uk/full-made-up.csv" "uk-sanctions-csv";
    uk_xml "uk/sanctions-list.xml" "uk-sanctions-xml";
    ofsi "uk/conlist-2020.csv" "uk-ofsi-csv";
    eu_xml "eu/fsf.xml" "eu-fsf-xml";
    eu_csv "eu/fsf-made-up.csv" "eu-fsf-csv";
    eu_csv_of_2026 "eu/fsf-2026.csv" "eu-fsf-csv";
    eu_csv_of_2018 "eu/fsf-2018.csv" "eu-fsf-csv";
    seco "ch/seco-made-up.xml" "ch-seco-xml";
    turkey "tr/freezes-made-up.txt" "tr-freezes-text";
}

/// Property and value of every statement of one entity.
fn said<'a>(outcome: &'a Outcome, id: &str) -> Vec<(&'static str, &'a str)> {
    let statements = outcome.entity(id).statements.iter();
    let mut said: Vec<_> = statements
        .map(|s| (s.property.name(), s.value.as_str()))
        .collect();
    said.sort_unstable();
    said
}

#[test]
fn the_eu_csv_says_what_the_xml_says() {
    let csv = include_bytes!("../excerpts/eu/fsf-2026.csv");
    let csv = read_one("list.csv", csv).unwrap();
    let xml = include_str!("../excerpts/eu/fsf.xml");
    let xml = read_one("list.xml", xml.as_bytes()).unwrap();
    let (csv, xml) = (said(&csv, "eu-fsf-13"), said(&xml, "eu-fsf-13"));
    // The excerpt of the CSV has two of three names and no column of birth or citizenship.
    let missing: Vec<_> = csv.iter().filter(|value| !xml.contains(value)).collect();
    assert_eq!(missing, [&("notes", "(UNSC RESOLUTION 1483)")]);
    for value in [
        ("name", "Saddam Hussein Al-Tikriti"),
        ("alias", "Abu Ali"),
        ("lastName", "Hussein Al-Tikriti"),
    ] {
        assert!(csv.contains(&value) && xml.contains(&value), "{value:?}");
    }
}

#[test]
fn the_older_header_of_the_uk_list() {
    let new = include_str!("../excerpts/uk/full-made-up.csv");
    let old = new
        .replacen("Designation Type", "\"Individual, Entity, Ship\"", 1)
        .replacen("Parent company", "Parent Company", 1);
    assert_ne!(old, new);
    let (old, new) = (
        read_one("list.csv", old.as_bytes()).unwrap(),
        read_one("list.csv", new.as_bytes()).unwrap(),
    );
    assert_eq!(old.report.problem_counts, new.report.problem_counts);
    for id in ["gb-rus9001", "gb-rus9003"] {
        assert_eq!(said(&old, id), said(&new, id));
    }
    assert!(said(&old, "gb-rus9002").contains(&("notes", "Parent Company: Ivan Examplov")));
}

#[test]
fn days_and_months_that_are_not_known() {
    let uk = include_bytes!("../excerpts/uk/sanctions-list.xml");
    let uk = read_one("list.xml", uk).unwrap();
    let born: Vec<_> = uk.entity("gb-afg0006").values("birthDate").collect();
    assert_eq!(born, ["1945", "1946"]);
    let ofsi = include_bytes!("../excerpts/uk/conlist-2020.csv");
    let ofsi = read_one("list.csv", ofsi).unwrap();
    let born: Vec<_> = ofsi.entity("gb-hmt-13349").values("birthDate").collect();
    assert_eq!(born, ["1980", "1981"]);
}

#[test]
fn a_swiss_delta_is_no_list() {
    let whole = include_str!("../excerpts/ch/seco-made-up.xml");
    let delta = whole.replacen("whole-list", "delta", 1);
    let error = read_one("seco.xml", delta.as_bytes())
        .err()
        .unwrap()
        .to_string();
    assert!(error.contains("list-type \"delta\""), "{error}");
}

#[test]
fn a_byte_that_the_encoding_leaves_free_is_named() {
    let mut bytes = include_bytes!("../excerpts/uk/conlist-2020.csv").to_vec();
    let at = bytes.iter().position(|b| *b > 127).unwrap();
    bytes[at] = 0x81;
    let error = read_one("list.csv", &bytes).err().unwrap().to_string();
    assert!(error.contains("byte 0x81 in cell"), "{error}");
    assert!(error.contains("expected windows-1252"), "{error}");
}

/// Lines of a file with carriage returns are counted as an editor counts them.
#[test]
fn places_are_lines_whatever_ends_them() {
    let unix = include_str!("../excerpts/uk/short.csv");
    let windows = unix.replace('\n', "\r\n");
    for text in [unix, &windows] {
        let outcome = read_one("list.csv", text.as_bytes()).unwrap();
        let lines: std::collections::BTreeSet<String> = outcome
            .entities
            .iter()
            .flat_map(|e| &e.statements)
            .filter_map(|s| s.origin.as_ref().map(|o| format!("{:?}", o.place)))
            .collect();
        assert_eq!(
            lines.into_iter().collect::<Vec<_>>(),
            ["Line(2)", "Line(3)", "Line(4)"]
        );
    }
}

/// The Islamic calendar: day, month and year are of that calendar, the whole date is not.
#[test]
fn a_birth_date_of_another_calendar() {
    let xml = include_str!("../excerpts/eu/fsf.xml")
        .replacen("GREGORIAN", "ISLAMIC", 1)
        .replacen("year=\"1937\"", "year=\"1356\"", 1);
    let outcome = read_one("list.xml", xml.as_bytes()).unwrap();
    let said = said(&outcome, "eu-fsf-13");
    assert!(said.contains(&("birthDate", "1937-04-28")), "{said:?}");
    let notes = "birthdate/@calendarType: ISLAMIC 1356-4-28";
    assert!(said.contains(&("notes", notes)), "{said:?}");
}

/// Fragments and samples of real files, which are too small to prove a format.
#[test]
fn fragments_of_real_files() {
    let cases = [
        (
            "official/fragments/ch_seco_xml_3_targets_trimmed_2026-08-27.xml",
            "ch-seco-xml",
            4,
        ),
        ("formats/ch-seco-whole-list-sample.xml", "ch-seco-xml", 4),
        (
            "official/fragments/eu_fsf_xml_1_entity_2024-12-11.xml",
            "eu-fsf-xml",
            2,
        ),
        ("formats/eu-fsf-xml-1.1-sample.xml", "eu-fsf-xml", 2),
        (
            "official/fragments/eu_fsf_csv_first_21_of_113_columns_2_rows_2026-08-05.csv",
            "eu-fsf-csv",
            2,
        ),
        (
            "official/fragments/uk_sanctions_list_csv_header_and_1_row_2026-10-08.csv",
            "uk-sanctions-csv",
            2,
        ),
        (
            "official/fragments/uk_sanctions_list_xml_2_designations_trimmed_2026-09-02.xml",
            "uk-sanctions-xml",
            4,
        ),
        (
            "formats/uk-sanctions-list-xml-sample.xml",
            "uk-sanctions-xml",
            4,
        ),
        (
            "official/ofac_enhanced_export_program-YEMEN_2024-05-24.xml",
            "ofac-enhanced-xml",
            0,
        ),
    ];
    for (file, format, entities) in cases {
        let Some(outcome) = super::support::read_data(&[file]) else {
            return;
        };
        assert_eq!(outcome.report.format.id, format, "{file}");
        assert_eq!(
            outcome.report.problem_counts.get("unknown-element"),
            None,
            "{file}"
        );
        if entities > 0 {
            assert_eq!(outcome.entities.len(), entities, "{file}");
        } else {
            assert_eq!(outcome.report.dataset.as_str(), "us_ofac_export_yemen");
            assert_eq!(outcome.report.entities["Person"], 10);
            let stated = outcome.report.stated_date.as_ref().unwrap();
            assert_eq!(stated.value, "2024-05-24T15:59:26-04:00");
        }
    }
}

/// Cut files and changed bytes give entities or an error, never a panic.
#[test]
fn damaged_files_never_panic() {
    let files: [(&str, &[u8]); 7] = [
        (
            "ofac-advanced-xml",
            include_bytes!("../excerpts/ofac/cons_advanced.xml"),
        ),
        (
            "eu-fsf-csv",
            include_bytes!("../excerpts/eu/fsf-made-up.csv"),
        ),
        ("eu-fsf-csv", include_bytes!("../excerpts/eu/fsf-2018.csv")),
        (
            "uk-sanctions-xml",
            include_bytes!("../excerpts/uk/sanctions-list.xml"),
        ),
        (
            "uk-sanctions-csv",
            include_bytes!("../excerpts/uk/full-made-up.csv"),
        ),
        (
            "uk-ofsi-csv",
            include_bytes!("../excerpts/uk/conlist-2020.csv"),
        ),
        (
            "ch-seco-xml",
            include_bytes!("../excerpts/ch/seco-made-up.xml"),
        ),
    ];
    let mut seed = 1u64;
    let mut next = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(seed >> 33).unwrap() % below
    };
    for (format, bytes) in files {
        let source = interdict_sources::registry::by_format(format).unwrap();
        let mut refused = 0;
        for round in 0..150 {
            let mut bytes = bytes.to_vec();
            if round % 3 == 0 {
                bytes.truncate(next(bytes.len()));
            }
            for _ in 0..next(6) {
                if !bytes.is_empty() {
                    let at = next(bytes.len());
                    bytes[at] = u8::try_from(next(256)).unwrap();
                }
            }
            let file = BytesFile::new("list.dat", bytes);
            refused += usize::from(source.read(&[&file], &mut |_| Ok(())).is_err());
        }
        assert!(refused > 0, "{format}: nothing was refused");
    }
}
