//! What the fuzz targets share. Each target is a file of a few lines; run one with
//! `cargo fuzz run TARGET` (see `fuzz/README.md`).
#![forbid(unsafe_code)]

use interdict_index::Description;
use interdict_model::{DatasetName, Entity, Schema, Statement};
use interdict_screening::{
    Engine, Policy, Snapshot, build_segment, segment_in_memory,
};
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

/// A query or listed entity of one name.
pub fn named(id: &str, schema: &str, name: &str) -> Entity {
    let schema = Schema::get(schema).expect("a schema");
    let mut entity = Entity::new(id, schema);
    entity.add(Statement {
        property: schema.property("name").expect("names"),
        value: name.into(),
        original: None,
        lang: None,
        dataset: DatasetName::new("fuzz").expect("a good name"),
        origin: None,
        first_seen: None,
        last_seen: None,
    });
    entity
}

/// A small list with names of every kind.
fn listed() -> impl Iterator<Item = Entity> {
    [
        ("Person", "PUTIN, Vladimir Vladimirovich"),
        ("Person", "Владимир Путин"),
        ("Person", "Usama bin Muhammad bin Awad bin Ladin"),
        ("Person", "فلاديمير بوتين"),
        ("Person", "J. Petrov"),
        ("Company", "OOO Zavod No. 3"),
        ("Company", "Alfa Bank AO"),
        ("Company", "华为技术有限公司"),
        ("Vessel", "OCEAN STAR 3"),
        ("LegalEntity", "Bin Al Tariq"),
    ]
    .into_iter()
    .enumerate()
    .map(|(i, (schema, name))| named(&format!("f{i}"), schema, name))
}

fn description() -> Description {
    Description {
        dataset: DatasetName::new("fuzz").expect("a good name"),
        version: "1".to_owned(),
    }
}

/// An engine over the small list.
pub fn engine() -> Engine {
    let segment = segment_in_memory(description(), listed()).expect("a segment");
    let policy = Policy::shipped().expect("the shipped policy");
    Engine::new(Snapshot::new([std::sync::Arc::new(segment)]), policy)
}

/// The bytes of a segment of the small list.
pub fn segment_bytes() -> Vec<u8> {
    let path = std::env::temp_dir().join(format!("interdict-fuzz-{}.seg", std::process::id()));
    build_segment(description(), listed(), &path).expect("a segment");
    let bytes = std::fs::read(&path).expect("what was written");
    let _ = std::fs::remove_file(&path);
    bytes
}
