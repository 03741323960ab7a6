//! What the fuzz targets share. Each target is a file of a few lines; run one with
//! `cargo fuzz run TARGET` (see `fuzz/README.md`).
#![forbid(unsafe_code)]

use interdict_sources::registry::by_format;
use interdict_sources::{BytesFile, RawFile, detect};

/// Names of the files of a set; formats of one file see the first.
const FILE_NAMES: [&str; 4] = ["sdn.csv", "add.csv", "alt.csv", "sdn_comments.csv"];

/// Lets the source of a format read a file, or a set of files parted by NUL bytes. Whatever the
/// bytes, it must give entities and problems, or an error; every id and value that it gives must be
/// text that FollowTheMoney JSON can carry.
pub fn source(format: &str, data: &[u8]) {
    let Some(source) = by_format(format) else {
        return;
    };
    let files: Vec<BytesFile> = FILE_NAMES
        .iter()
        .zip(data.split(|byte| *byte == 0))
        .map(|(name, bytes)| BytesFile::new(*name, bytes.to_vec()).with_max_bytes(1 << 20))
        .collect();
    let files: Vec<&dyn RawFile> = files.iter().map(|file| file as &dyn RawFile).collect();
    let _ = detect(&files);
    let read = source.read(&files, &mut |entity| {
        assert!(!entity.id.is_empty(), "an entity without an id");
        let json = serde_json::Value::Object(interdict_model::ftm::write(&entity));
        assert!(json.to_string().len() > 2);
        Ok(())
    });
    if let Err(error) = read {
        assert!(!error.to_string().is_empty());
    }
}
