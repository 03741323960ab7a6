//! Whole files of publishers, read where they are at hand; the expected numbers come from counts
//! that the parsers have no part in (`tests/judges`), see `docs/fidelity.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use interdict_model::Entity;
use interdict_sources::{PathFile, RawFile, Report, detect};

/// What reading a publication gave.
struct Read {
    report: Report,
    entities: Vec<Entity>,
}

impl Read {
    fn of(&self, schema: &str) -> impl Iterator<Item = &Entity> {
        self.entities
            .iter()
            .filter(move |e| e.schema.is_named(schema))
    }

    fn values(&self, schema: &str, property: &str) -> usize {
        self.of(schema)
            .map(|e| e.statements_of(property).count())
            .sum()
    }

    /// Ids of the parties: entities that a sanction names.
    fn parties(&self) -> BTreeSet<String> {
        self.of("Sanction")
            .flat_map(|s| s.values("entity"))
            .map(str::to_owned)
            .collect()
    }
}

/// Reads files below the data folder, or says that they are not there.
fn read(paths: &[&str]) -> Option<Read> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let mut files = Vec::new();
    for path in paths {
        let path = folder.join(path);
        if !path.exists() {
            println!("skipped: {} is not at hand", path.display());
            return None;
        }
        files.push(PathFile::new(path));
    }
    let files: Vec<&dyn RawFile> = files.iter().map(|f| f as &dyn RawFile).collect();
    let found = detect(&files).expect("a known format");
    let mut entities = Vec::new();
    let report = found
        .source
        .read(&files, &mut |entity| {
            entities.push(entity);
            Ok(())
        })
        .expect("a readable publication");
    Some(Read { report, entities })
}

fn counts(report: &Report) -> BTreeMap<&str, u64> {
    report.read.iter().map(|(k, n)| (k.as_str(), *n)).collect()
}

/// Every id once, every value in the file it says, every link between two entities given.
fn sound(read: &Read) {
    let ids: BTreeSet<&str> = read.entities.iter().map(|e| e.id.as_str()).collect();
    assert_eq!(ids.len(), read.entities.len(), "an id is given twice");
    for entity in &read.entities {
        for statement in &entity.statements {
            assert!(statement.origin.is_some(), "{} {statement:?}", entity.id);
        }
        if let Some(edge) = entity.schema.edge() {
            for end in [edge.source, edge.target] {
                for value in entity.values(end) {
                    assert!(
                        ids.contains(value),
                        "{}: {end} {value} is no entity",
                        entity.id
                    );
                }
            }
        }
    }
}

#[test]
fn un_2026() {
    let Some(read) = read(&["un/consolidated.xml"]) else {
        return;
    };
    sound(&read);
    assert_eq!(
        counts(&read.report),
        BTreeMap::from([
            ("consolidated.xml ENTITY", 273),
            ("consolidated.xml INDIVIDUAL", 730)
        ])
    );
    assert_eq!(read.of("Person").count(), 730);
    assert_eq!(read.of("Organization").count(), 273);
    assert_eq!(read.of("Sanction").count(), 1003);
    assert_eq!(read.values("Sanction", "listingDate"), 1003);
    assert!(read.values("Thing", "weakAlias") > 600);
    assert_eq!(
        read.report.stated_date.as_ref().map(|d| d.value.as_str()),
        Some("2026-02-27T00:00:09.554Z")
    );
    for kind in [
        "unknown-element",
        "no-property",
        "duplicate-id",
        "unknown-record",
    ] {
        assert_eq!(read.report.problem_counts.get(kind), None, "{kind}");
    }
}

#[test]
fn un_ids_stay() {
    let files = [
        "un/consolidated-2020.xml.zst",
        "un/consolidated-2021-03-12.xml.zst",
        "un/consolidated-2025-04-19.xml.zst",
        "un/consolidated.xml",
    ];
    let mut all = Vec::new();
    let mut kinds = Vec::new();
    for file in files {
        let Some(read) = read(&[file]) else { return };
        sound(&read);
        kinds.push((read.of("Person").count(), read.of("Organization").count()));
        all.push(read.parties());
    }
    let sizes: Vec<usize> = all.iter().map(BTreeSet::len).collect();
    assert_eq!(sizes, [1018, 1004, 877, 1003]);
    assert_eq!(kinds, [(713, 305), (711, 293), (684, 193), (730, 273)]);
    let kept: Vec<usize> = all
        .windows(2)
        .map(|w| w[0].intersection(&w[1]).count())
        .collect();
    assert_eq!(kept, [1000, 836, 873]);
}

#[test]
fn eu_journal_consolidated() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/eu/journal");
    let Ok(listed) = std::fs::read_dir(&folder) else {
        println!("skipped: {} is not at hand", folder.display());
        return;
    };
    let names: Vec<String> = listed
        .flatten()
        .map(|f| f.file_name().to_string_lossy().into_owned())
        .filter(|n| n.starts_with("consolidated-"))
        .map(|n| format!("eu/journal/{n}"))
        .collect();
    let paths: Vec<&str> = names.iter().map(String::as_str).collect();
    let Some(read) = read(&paths) else { return };
    sound(&read);
    assert_eq!(paths.len(), 45);
    assert_eq!(read.report.read.values().sum::<u64>(), 8017);
    assert_eq!(read.of("Sanction").count(), 8017);
    assert_eq!(read.of("Person").count(), 4500);
    assert_eq!(read.of("Vessel").count(), 708);
    assert_eq!(read.values("Sanction", "reason"), 6261);
    for kind in ["unknown-column", "no-property", "unknown-schema"] {
        assert_eq!(read.report.problem_counts.get(kind), None, "{kind}");
    }
}

#[test]
fn turkey_2024() {
    let Some(read) = read(&["other/tr-asset-freezes-2024-08.txt.zst"]) else {
        return;
    };
    sound(&read);
    assert_eq!(read.report.read.values().sum::<u64>(), 486);
    assert_eq!(read.of("Sanction").count(), 486);
    // One record has no name but other names.
    assert_eq!(read.report.problem_counts.get("no-name"), Some(&1));
    assert_eq!(read.of("Person").count(), 394);
    assert_eq!(read.of("Organization").count(), 92);
}

#[test]
fn csl_2022_04() {
    let Some(read) = read(&["us/csl-2022-04.csv.zst"]) else {
        return;
    };
    sound(&read);
    assert_eq!(read.report.read.values().sum::<u64>(), 14_160);
    assert_eq!(read.of("Sanction").count(), 14_160);
    let copied = read
        .parties()
        .iter()
        .filter(|id| id.starts_with("ofac-"))
        .count();
    assert_eq!(copied, 10_423);
    let entity_list = read
        .of("Sanction")
        .filter(|s| {
            s.values("program")
                .any(|p| p.starts_with("Entity List (EL)"))
        })
        .count();
    assert_eq!(entity_list, 2001);
}

#[test]
fn canada_2025() {
    let Some(read) = read(&["ca/sema-2025-06.xml.zst"]) else {
        return;
    };
    sound(&read);
    assert_eq!(read.report.read.values().sum::<u64>(), 4759);
    assert_eq!(read.of("Sanction").count(), 4759);
    assert_eq!(read.of("Person").count(), 3334);
    assert_eq!(read.of("Vessel").count(), 109);
    assert_eq!(read.values("Sanction", "listingDate"), 4759);
    assert_eq!(read.report.problem_counts.get("unknown-element"), None);
}

#[test]
fn eu_fsf_2021() {
    let Some(read) = read(&["eu/fsf/eu-fsf-2021-03-02.xml.zst"]) else {
        return;
    };
    sound(&read);
    assert_eq!(read.report.read.values().sum::<u64>(), 2269);
    assert_eq!(read.of("Sanction").count(), 2269);
    assert_eq!(
        read.of("Person").count() + read.of("Organization").count(),
        2248
    );
    assert_eq!(read.of("Identification").count(), 667);
    for kind in [
        "unknown-element",
        "no-property",
        "duplicate-id",
        "unknown-record",
    ] {
        assert_eq!(
            read.report.problem_counts.get(kind),
            None,
            "{kind} {:?}",
            read.report.problems.last()
        );
    }
}

#[test]
fn uk_ids_stay() {
    let (Some(old), Some(new)) = (
        read(&["uk/uk-sanctions-list-2025-08-11.csv"]),
        read(&["uk/uk-sanctions-2026-04-22-with-2025-08-names.csv.zst"]),
    ) else {
        return;
    };
    sound(&old);
    sound(&new);
    assert_eq!(old.report.read.values().sum::<u64>(), 5302);
    assert_eq!(old.of("Sanction").count(), 5302);
    assert_eq!(old.of("Vessel").count(), 461);
    assert_eq!(new.report.read.values().sum::<u64>(), 6045);
    assert_eq!(old.parties().intersection(&new.parties()).count(), 5285);
}

#[test]
fn uk_header_of_the_full_layout() {
    let Some(read) =
        read(&["official/fragments/uk_sanctions_list_csv_header_and_1_row_2026-10-08.csv"])
    else {
        return;
    };
    let ship = read.of("Vessel").next().expect("a ship");
    assert_eq!(ship.id, "gb-rus2176");
    assert_eq!(ship.first("name"), Some("KOROLEV PROSPECT"));
    assert_eq!(ship.first("buildDate"), Some("2019"));
    assert_eq!(
        read.report.stated_date.as_ref().map(|d| d.value.as_str()),
        Some("2026-10-08")
    );
}

#[test]
fn csl_ids_stay() {
    let (Some(old), Some(new)) = (
        read(&["us/csl-2019.csv"]),
        read(&["us/csl-2022-04.csv.zst"]),
    ) else {
        return;
    };
    sound(&old);
    let (old, new) = (old.parties(), new.parties());
    println!(
        "CSL: {} of {} ids of 2019 are in 2022",
        old.intersection(&new).count(),
        old.len()
    );
    assert!(old.intersection(&new).count() > 0);
}

#[test]
fn journal_amendments() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/eu/journal");
    let Ok(listed) = std::fs::read_dir(&folder) else {
        println!("skipped: {} is not at hand", folder.display());
        return;
    };
    let names: Vec<String> = listed
        .flatten()
        .map(|f| format!("eu/journal/{}", f.file_name().to_string_lossy()))
        .collect();
    let of = |kind: &str| {
        let paths: Vec<&str> = names
            .iter()
            .map(String::as_str)
            .filter(|n| n.contains(kind))
            .collect();
        read(&paths)
    };
    let (Some(acts), Some(changes)) = (of("consolidated-"), of("amendments-")) else {
        return;
    };
    sound(&changes);
    assert_eq!(changes.report.read.values().sum::<u64>(), 417);
    let (acts, changes) = (acts.parties(), changes.parties());
    println!(
        "EU journal: {} of {} ids of the amendments are in the acts",
        acts.intersection(&changes).count(),
        changes.len()
    );
}

/// The OFSI list: rows, groups by kind, and every column counted as values that differ within a group.
#[test]
fn ofsi_2016_2018_2020() {
    let cases = [
        (
            "official/uk_ofsi_conlist_2020-04-27.csv.zst",
            "2020-04-27",
            [9492, 2114, 1523],
        ),
        (
            "uk/conlist-2018-04-13.csv.zst",
            "2018-04-13",
            [9487, 2106, 1426],
        ),
        (
            "official/uk_ofsi_conlist_2016-03-23.csv.zst",
            "2016-03-23",
            [8746, 1924, 1269],
        ),
    ];
    let mut ids = Vec::new();
    for (file, date, [rows, groups, people]) in cases {
        let Some(read) = read(&[file]) else { return };
        sound(&read);
        assert_eq!(read.report.read.values().sum::<u64>(), rows, "{file}");
        assert_eq!(read.of("Sanction").count() as u64, groups, "{file}");
        assert_eq!(read.of("Person").count() as u64, people, "{file}");
        let stated = read.report.stated_date.as_ref();
        assert_eq!(stated.map(|d| d.value.as_str()), Some(date));
        for kind in [
            "unknown-column",
            "no-property",
            "unknown-schema",
            "unknown-value",
        ] {
            assert_eq!(read.report.problem_counts.get(kind), None, "{file} {kind}");
        }
        ids.push(read.parties());
    }
    let kept: Vec<usize> = ids
        .windows(2)
        .map(|w| w[0].intersection(&w[1]).count())
        .collect();
    println!("OFSI: ids in both of two publications {kept:?}");
    assert!(kept.iter().all(|kept| *kept > 1000));
}

#[test]
fn eu_fsf_csv_2018() {
    let Some(read) = read(&["eu/fsf/fsf-csv-first-1000-lines-2018-07-04.csv.zst"]) else {
        return;
    };
    sound(&read);
    assert_eq!(read.report.read.values().sum::<u64>(), 999);
    assert_eq!(read.parties().len(), 93);
    assert_eq!(read.of("Identification").count(), 9);
    let Some(xml) = self::read(&["eu/fsf/eu-fsf-2021-03-02.xml.zst"]) else {
        return;
    };
    let kept = read.parties().intersection(&xml.parties()).count();
    println!("EU: {kept} of 93 ids of the CSV of 2018 are in the XML of 2021");
    assert_eq!(kept, 86);
}

/// Values read of each list by the field they stood in and the property they went to. The fields and
/// their numbers are held against the files by `tests/judges/kept.py` (see `docs/fidelity.md`); a change here is a
/// change of what is kept.
#[test]
fn every_field_of_each_list() {
    let lists = [
        "un/consolidated.xml",
        "eu/fsf/eu-fsf-2021-03-02.xml.zst",
        "ca/sema-2025-06.xml.zst",
        "us/csl-2022-04.csv.zst",
        "uk/uk-sanctions-list-2025-08-11.csv",
        "uk/uk-sanctions-2026-04-22-with-2025-08-names.csv.zst",
        "official/uk_ofsi_conlist_2020-04-27.csv.zst",
        "official/ofac_cons_advanced_2020-03-17.xml.zst",
    ];
    let mut table = String::new();
    for list in lists {
        let Some(read) = read(&[list]) else { return };
        let mut fields: BTreeMap<(String, &str, &str), usize> = BTreeMap::new();
        for entity in &read.entities {
            for statement in &entity.statements {
                let field = statement.origin.as_ref().map(|o| o.field.to_string());
                let key = (
                    field.unwrap_or_default(),
                    entity.schema.name(),
                    statement.property.name(),
                );
                *fields.entry(key).or_default() += 1;
            }
        }
        table.push_str(&format!("{list}\n"));
        for ((field, schema, property), n) in fields {
            table.push_str(&format!("  {field:?} {schema}.{property} {n}\n"));
        }
    }
    insta::assert_snapshot!(table);
}
