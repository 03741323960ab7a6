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
    (
        "il_mod_crypto",
        include_str!("../../../../data/maps/il_mod_crypto.toml"),
        "other/il-crypto-seizures-2026-08.csv",
        // 1,786 rows, of which three say what an earlier one said.
        1783,
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
                // Orders against wallets and accounts of nobody known have no name.
                let named = entity.first("name").is_some();
                assert!(named || *name == "il_mod_crypto", "{name}: {}", entity.id);
                Ok(())
            })
            .unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(report.entities.values().sum::<u64>(), *rows, "{name}");
    }
}

#[test]
fn every_shipped_map_is_tested_and_names_a_list_of_its_own() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/maps");
    let mut shipped: Vec<String> = std::fs::read_dir(folder)
        .expect("the folder of maps")
        .filter_map(|file| {
            let name = file.expect("a file").file_name().into_string().ok()?;
            Some(name.strip_suffix(".toml")?.to_owned())
        })
        .collect();
    shipped.sort();
    let mut tested: Vec<&str> = MAPS.iter().map(|(name, ..)| *name).collect();
    tested.sort_unstable();
    assert_eq!(shipped, tested);
    // A map for a list that a format of its own reads would file two things under one name.
    let catalog = interdict_sources::Catalog::built_in().expect("the catalogue");
    for name in tested {
        let known = catalog.datasets().iter().find(|d| d.name.as_str() == name);
        assert!(known.is_none(), "{name} is in data/sources.toml");
    }
}
