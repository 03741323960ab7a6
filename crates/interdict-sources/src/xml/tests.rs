//! The bounds of XML reading, on documents made to break them.

use std::io::{self, Read};

use interdict_model::Place;

use super::{XmlLimits, XmlStream};
use crate::{RawFile, SourceError};

struct Bytes(Vec<u8>);

impl RawFile for Bytes {
    fn name(&self) -> &str {
        "list.xml"
    }

    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(io::Cursor::new(self.0.clone())))
    }
}

fn read(bytes: impl Into<Vec<u8>>) -> Result<Vec<String>, SourceError> {
    let file = Bytes(bytes.into());
    let mut stream = XmlStream::open(&file, &["people"])?;
    let mut out = Vec::new();
    while let Some(record) = stream.next_record()? {
        out.push(format!(
            "{}@{}: {}",
            record.name(),
            record.byte(),
            record.text_of("name").unwrap_or("-")
        ));
    }
    Ok(out)
}

fn refusal(bytes: impl Into<Vec<u8>>) -> (String, Option<Place>) {
    match read(bytes) {
        Err(SourceError::Malformed { found, place, .. }) => (found, place),
        other => panic!("{other:?}"),
    }
}

#[test]
fn records_come_one_by_one() {
    let xml = "<?xml version=\"1.0\"?>\n<list date='1'><info><name>i</name></info><people>\
               <p><name>A &amp; B&#8217;s <![CDATA[<x>]]></name></p><p/></people><people/></list>\n";
    assert_eq!(
        read(xml).unwrap(),
        ["info@37: i", "p@72: A & B\u{2019}s <x>", "p@125: -"]
    );
}

#[test]
fn prefixes_and_root_attributes() {
    let file = Bytes(
        "<a:list xmlns:a='u' a:date='2024'><a:p xsi:nil='1' b:k='v'/></a:list>"
            .as_bytes()
            .to_vec(),
    );
    let mut stream = XmlStream::open(&file, &[]).unwrap();
    assert_eq!(stream.root().name(), "list");
    assert_eq!(stream.root().attribute("date"), Some("2024"));
    let p = stream.next_record().unwrap().unwrap();
    assert_eq!(p.attributes().collect::<Vec<_>>(), [("k", "v")]);
    assert!(stream.next_record().unwrap().is_none());
    assert_eq!(stream.elements(), 2);
}

#[test]
fn what_nobody_read_is_known() {
    let file = Bytes(
        b"<l><p id='1' x='2'><name>A</name><new><deep y='3'>B</deep></new><old/></p></l>".to_vec(),
    );
    let p = XmlStream::open(&file, &[])
        .unwrap()
        .next_record()
        .unwrap()
        .unwrap();
    assert_eq!(p.attribute("id"), Some("1"));
    assert_eq!(p.text_of("name"), Some("A"));
    let unread: Vec<(String, String)> = p.unread().into_iter().map(|u| (u.path, u.value)).collect();
    assert_eq!(
        unread,
        [
            ("@x".into(), "2".into()),
            ("new/deep/@y".into(), "3".into()),
            ("new/deep".into(), "B".into())
        ]
    );
    p.skip();
    assert!(p.unread().is_empty());
}

#[test]
fn traps_are_refused_with_their_place() {
    let (found, place) = refusal("<?xml version='1.0'?><!DOCTYPE l [<!ENTITY a 'aa'>]><l/>");
    assert!(found.contains("DOCTYPE"), "{found}");
    assert_eq!(place, Some(Place::Byte(21)));
    let (found, place) = refusal("<l><p><name>&a;</name></p></l>");
    assert!(found.contains("&a;"), "{found}");
    assert_eq!(place, Some(Place::Byte(12)));
    assert!(refusal("<l><p k='&a;'/></l>").0.contains('k'));
    let deep = format!("<l>{}", "<d>".repeat(100_000));
    assert!(refusal(deep).0.contains("nested deeper than 64"));
}

#[test]
fn damage_is_named() {
    assert_eq!(refusal("").0, "an empty file");
    assert_eq!(refusal(&b"\x89PNG\r\n\x1a\n\0\0"[..]).0, "a PNG image");
    assert!(refusal("uid,name\n1,x\n").0.contains("uid,name"));
    for cut in [
        "<l><people><p><name>A</na",
        "<l><people><p><name>A",
        "<l><people>",
        "<l",
        "<?xml",
    ] {
        let (found, place) = refusal(cut);
        assert!(!found.is_empty() && place.is_some(), "{cut}");
    }
    assert!(refusal("<l><p></q></l>").0.contains('q'));
    assert!(refusal("<l/><m/>").0.contains("after the end"));
    assert!(refusal("<l>stray</l>").0.contains("stray"));
    assert!(
        refusal("<?xml version='1.0' encoding='klingon'?><l/>")
            .0
            .contains("klingon")
    );
}

#[test]
fn encodings_follow_the_declaration() {
    let latin = b"<?xml version='1.0' encoding='ISO-8859-1'?><l><p><name>Jos\xe9</name></p></l>";
    assert_eq!(read(&latin[..]).unwrap(), ["p@46: Jos\u{e9}"]);
    let (found, place) = refusal(&b"<?xml version='1.0'?><l><p><name>Jos\xe9</name></p></l>"[..]);
    assert!(found.contains("UTF-8"), "{found}");
    assert_eq!(place, Some(Place::Byte(33)));
    for big in [false, true] {
        for mark in [false, true] {
            let text = "<?xml version='1.0' encoding='utf-16'?><l><p><name>Жук</name></p></l>";
            let units = mark
                .then_some(0xfeff)
                .into_iter()
                .chain(text.encode_utf16());
            let bytes: Vec<u8> = units
                .flat_map(|u| {
                    if big {
                        u.to_be_bytes()
                    } else {
                        u.to_le_bytes()
                    }
                })
                .collect();
            assert_eq!(read(bytes).unwrap(), ["p@42: Жук"], "{big} {mark}");
        }
    }
    assert_eq!(
        read(&b"\xef\xbb\xbf<l><p><name>\xc3\xa9</name></p></l>"[..]).unwrap(),
        ["p@3: \u{e9}"]
    );
}

#[test]
fn one_text_has_a_limit() {
    let limits = XmlLimits {
        token_bytes: 200_000,
        record_bytes: 300_000,
        record_elements: 50,
        ..XmlLimits::default()
    };
    let try_read = |xml: String| -> String {
        let file = Bytes(xml.into_bytes());
        let mut stream = XmlStream::open_with(&file, &[], limits).unwrap();
        loop {
            match stream.next_record() {
                Ok(Some(_)) => {}
                Ok(None) => return "read".to_owned(),
                Err(e) => return e.to_string(),
            }
        }
    };
    assert_eq!(
        try_read(format!("<l><p>{}</p></l>", "x".repeat(100_000))),
        "read"
    );
    let many = format!(
        "<l>{}</l>",
        format!("<p>{}</p>", "x".repeat(100_000)).repeat(5)
    );
    assert_eq!(try_read(many), "read");
    let long = try_read(format!("<l><p>{}</p></l>", "x".repeat(400_000)));
    assert!(
        long.starts_with("list.xml, byte 6: one text or tag of more than 200000 bytes"),
        "{long}"
    );
    let wide = try_read(format!("<l><p>{}</p></l>", "<q/>".repeat(60)));
    assert!(wide.contains("a record of more than"), "{wide}");
    let heavy = format!("<q>{}</q>", "x".repeat(100_000)).repeat(4);
    assert!(try_read(format!("<l><p>{heavy}</p></l>")).contains("a record of more than"));
}
