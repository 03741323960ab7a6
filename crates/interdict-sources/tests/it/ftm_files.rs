//! FollowTheMoney and OpenSanctions files: counts as an independent count gives them.

use std::path::PathBuf;

use interdict_sources::ftm::FtmSource;
use interdict_sources::opensanctions::SimpleCsv;
use interdict_sources::{PathFile, RawFile, Report, Source};

fn data(name: &str) -> Option<PathBuf> {
    let root = std::env::var_os("INTERDICT_DATA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let path = root.join(name);
    if path.exists() {
        Some(path)
    } else {
        #[expect(clippy::print_stderr, reason = "a skipped test says so")]
        {
            eprintln!("skipped: {name} is not here");
        }
        None
    }
}

fn read(source: &dyn Source, name: &str) -> Option<Report> {
    let file = PathFile::new(data(name)?);
    let mut given = 0;
    let report = source
        .read(&[&file as &dyn RawFile], &mut |entity| {
            assert!(!entity.id.is_empty());
            given += 1;
            Ok(())
        })
        .unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(report.entities.values().sum::<u64>(), given);
    Some(report)
}

fn check(source: &dyn Source, name: &str, lines: u64, schemata: &[(&str, u64)]) {
    let Some(report) = read(source, name) else {
        return;
    };
    assert_eq!(report.read.values().sum::<u64>(), lines, "{name}");
    for (schema, count) in schemata {
        assert_eq!(report.entities.get(schema), Some(count), "{name} {schema}");
    }
}

#[test]
fn ftm_json_lines() {
    check(&FtmSource, "ftm/zala.entities.ftm.json", 91, &[]);
    check(&FtmSource, "ftm/parteispenden.entities.ftm.json", 475, &[]);
    check(
        &FtmSource,
        "ftm/ve-assembly-members.entities.ftm.json",
        549,
        &[("Person", 274), ("Occupancy", 274), ("Position", 1)],
    );
    check(
        &FtmSource,
        "ftm/sa-wikidata-peps-2024-03.entities.ftm.json.zst",
        1565,
        &[
            ("Person", 607),
            ("Family", 756),
            ("Occupancy", 102),
            ("Position", 100),
        ],
    );
}

#[test]
fn nested_targets() {
    check(&FtmSource, "ftm/wd-peps-sample/targets.nested.json", 5, &[]);
}

#[test]
fn simple_csv() {
    check(
        &SimpleCsv,
        "ftm/interpol-2025-05.targets.simple.csv",
        6561,
        &[],
    );
    check(
        &SimpleCsv,
        "ftm/ua-war-sanctions-2026-03.targets.simple.csv",
        5600,
        &[],
    );
    check(&SimpleCsv, "ftm/wd-peps-sample/targets.simple.csv", 5, &[]);
}
