//! The column maps that ship with Interdict: each reads, and reads the table that it is for.

use interdict_sources::{CsvMap, PathFile, RawFile, Source};

use crate::support::data;

/// Map, table, rows of the table as Python's csv counts them.
const MAPS: &[(&str, &str, &str, u64)] = &[
    (
        "us_dod_chinese_milcorps",
        include_str!("../../../../data/maps/us_dod_chinese_milcorps.toml"),
        "us/dod-chinese-military-companies.csv",
        397,
    ),
    (
        "us_fincen_special_measures",
        include_str!("../../../../data/maps/us_fincen_special_measures.toml"),
        "us/fincen-special-measures.csv",
        490,
    ),
    (
        "us_bis_mieu",
        include_str!("../../../../data/maps/us_bis_mieu.toml"),
        "us/bis-military-intelligence-end-users.csv",
        13,
    ),
    (
        "us_cuba_sanctions",
        include_str!("../../../../data/maps/us_cuba_sanctions.toml"),
        "us/cuba-restricted-entities.csv",
        239,
    ),
    (
        "ch_fiaa_freezes",
        include_str!("../../../../data/maps/ch_fiaa_freezes.toml"),
        "ch/fiaa-freezes.csv",
        158,
    ),
    (
        "nl_terrorism_list",
        include_str!("../../../../data/maps/nl_terrorism_list.toml"),
        "nl/nl-terrorism-list-2024-11-11.csv",
        120,
    ),
    (
        "cn_sanctions",
        include_str!("../../../../data/maps/cn_sanctions.toml"),
        "other/cn-countermeasures.csv",
        610,
    ),
    (
        "sg_mas_investor_alert",
        include_str!("../../../../data/maps/sg_mas_investor_alert.toml"),
        "other/sg-mas-investor-alert-2026-06-11.csv",
        909,
    ),
];

#[test]
fn shipped_maps_read_their_tables() {
    for (name, map, table, rows) in MAPS {
        let map = CsvMap::parse(map, name).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(map.dataset().as_str(), *name);
        let Some(path) = data(table) else { continue };
        let file = PathFile::new(path);
        let report = map
            .read(&[&file as &dyn RawFile], &mut |entity| {
                assert!(entity.first("name").is_some(), "{name}: {}", entity.id);
                Ok(())
            })
            .unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(report.entities.values().sum::<u64>(), *rows, "{name}");
    }
}
