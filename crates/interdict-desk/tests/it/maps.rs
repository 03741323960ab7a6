//! Files read through a map of columns.

use std::io::Cursor;
use std::sync::Arc;

use interdict_desk::{Import, Input, NoProgress};
use interdict_sources::{CsvMap, Source};

use crate::tiny::open;

const LIST: &str = "Number,Full name,Born\n1,Ann Example,1960\n";
const MAP: &str = "dataset = \"own\"\nid = \"own-{Number}\"\nschema = \"Person\"\n\
    [columns]\n\"Full name\" = \"name\"\n";

fn request(map: &str) -> Import {
    let map: Arc<dyn Source> = Arc::new(CsvMap::parse(map, "own.map.toml").expect("a map"));
    Import {
        files: vec![Input::reader("own.csv", Box::new(Cursor::new(LIST)))],
        source: Some(map),
        // The one entry changes, which the guard would hold back.
        accept: Some("another map".to_owned()),
        actor: "test".to_owned(),
        ..Import::default()
    }
}

#[tokio::test]
async fn a_changed_map_reads_an_unchanged_file_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = open(folder.path()).await.expect("opens");
    let first = desk
        .import(request(MAP), &NoProgress)
        .await
        .expect("imports");
    assert!(!first.known_before && !first.publication.proven);
    let again = desk
        .import(request(MAP), &NoProgress)
        .await
        .expect("imports");
    assert!(again.known_before);
    let wider = format!("{MAP}\"Born\" = \"birthDate\"\n");
    let second = desk
        .import(request(&wider), &NoProgress)
        .await
        .expect("imports");
    assert!(!second.known_before && second.is_current);
    assert_ne!(first.publication.format, second.publication.format);
    assert_eq!(second.new_revisions, 1);
}
