//! A column map and a table, parted by a NUL byte.
#![no_main]

use interdict_sources::{BytesFile, CsvMap, Source};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let mut parts = data.splitn(2, |byte| *byte == 0);
    let (Some(map), Some(table)) = (parts.next(), parts.next()) else {
        return;
    };
    let Ok(map) = std::str::from_utf8(map) else {
        return;
    };
    if let Ok(map) = CsvMap::parse(map, "map.toml") {
        let file = BytesFile::new("table.csv", table.to_vec()).with_max_bytes(1 << 20);
        let _ = map.read(&[&file], &mut |_| Ok(()));
    }
});
