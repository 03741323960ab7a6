//! The same publication in every format that OFAC wrote it in.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use interdict_sources::{BytesFile, RawFile};

use super::support::{Outcome, data, read, read_bytes, read_data};

const ADVANCED: &str = include_str!("../excerpts/ofac/cons_advanced.xml");
const SDN: &str = include_str!("../excerpts/ofac/sdn.csv");
const ALT: &str = include_str!("../excerpts/ofac/alt.csv");
const ADD: &str = include_str!("../excerpts/ofac/add.csv");

#[test]
fn an_excerpt_of_the_advanced_xml() {
    let outcome = read_bytes(&[("cons_advanced.xml", ADVANCED)]).unwrap();
    insta::assert_snapshot!(outcome.lines());
}

#[test]
fn the_newer_namespace_is_the_same_format() {
    let newer = ADVANCED.replace(
        "http://www.un.org/sanctions/1.0",
        "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/ADVANCED_XML",
    );
    let (old, new) = (
        read_bytes(&[("cons_advanced.xml", ADVANCED)]).unwrap(),
        read_bytes(&[("cons_advanced.xml", &newer)]).unwrap(),
    );
    assert_eq!(values(&old), values(&new));
    assert_eq!(new.report.format.id, "ofac-advanced-xml");
}

#[test]
fn a_reference_that_leads_nowhere_is_named() {
    let refusal = |from: &str, to: &str| {
        let xml = ADVANCED.replacen(from, to, 1);
        assert_ne!(xml, ADVANCED);
        match read_bytes(&[("cons_advanced.xml", &xml)]) {
            Err(e) => e.to_string(),
            Ok(_) => panic!("read"),
        }
    };
    let error = refusal(
        "ProfileID=\"17064\" ListID=\"91512\"",
        "ProfileID=\"1\" ListID=\"91512\"",
    );
    assert!(
        error.contains("1 profiles of a SanctionsEntry that are absent (1)"),
        "{error}"
    );
    let error = refusal("<Location ID=\"", "<Location ID=\"9");
    assert!(error.contains("absent Location"), "{error}");
    let error = refusal("<List ID=\"91512\">", "<List ID=\"91513\">");
    assert!(error.contains("List 91512"), "{error}");
}

#[test]
fn a_trimmed_list_is_refused() {
    let name = "official/ofac_sdn_advanced_2024-02-23_TRIMMED_37_parties.xml";
    let Some(path) = data(name) else { return };
    let file = interdict_sources::PathFile::new(path);
    let error = match read(&[&file]) {
        Err(e) => e.to_string(),
        Ok(_) => panic!("read"),
    };
    for part in [
        "37 parties without a SanctionsEntry (36, 23665, 36368,",
        "67 profiles of a SanctionsEntry that are absent (18642, 18643,",
        "9 identities of an IDRegDocument that are absent",
        "absent Location (35835, 186171,",
        "this one was cut",
    ] {
        assert!(error.contains(part), "{part}: {error}");
    }
}

#[test]
fn the_advanced_lists() {
    type Counts = [(&'static str, u64); 9];
    let cases: [(&str, &str, Counts); 3] = [
        (
            "2020-03-17",
            "ofac_cons_advanced_2020-03-17.xml.zst",
            [
                ("DistinctParty", 375),
                ("Location", 464),
                ("IDRegDocument", 573),
                ("ProfileRelationship", 276),
                ("SanctionsEntry", 759),
                ("*DocumentedName", 1290),
                ("*EntryEvent/Date", 783),
                ("*SanctionsMeasure/Comment", 786),
                ("*SanctionsMeasure", 810),
            ],
        ),
        (
            "2019-03-14",
            "ofac_cons_advanced_2019-03-14.xml.zst",
            [
                ("DistinctParty", 375),
                ("Location", 464),
                ("IDRegDocument", 569),
                ("ProfileRelationship", 275),
                ("SanctionsEntry", 758),
                ("*DocumentedName", 1293),
                ("*EntryEvent/Date", 779),
                ("*SanctionsMeasure/Comment", 782),
                ("*SanctionsMeasure", 799),
            ],
        ),
        (
            "2016-09-16",
            "ofac_cons_advanced_2016-09-16.xml.zst",
            [
                ("DistinctParty", 581),
                ("Location", 786),
                ("IDRegDocument", 576),
                ("ProfileRelationship", 307),
                ("SanctionsEntry", 1169),
                ("*DocumentedName", 1668),
                ("*EntryEvent/Date", 1190),
                ("*SanctionsMeasure/Comment", 1190),
                ("*SanctionsMeasure", 1207),
            ],
        ),
    ];
    let mut ids: Vec<BTreeSet<String>> = Vec::new();
    for (date, file, counts) in cases {
        let Some(outcome) = read_data(&[&format!("official/{file}")]) else {
            return;
        };
        assert_eq!(outcome.report.dataset.as_str(), "us_ofac_cons");
        assert_eq!(outcome.report.stated_date.as_ref().unwrap().value, date);
        for (kind, n) in counts {
            let key = match kind.strip_prefix('*') {
                Some(field) => field.to_owned(),
                None => format!("{file} {kind}"),
            };
            assert_eq!(outcome.report.read.get(&key), Some(&n), "{file} {key}");
        }
        for kind in ["unknown-element", "unknown-label", "no-property"] {
            assert_eq!(outcome.report.problem_counts.get(kind), None, "{kind}");
        }
        let parties = outcome.entities.iter().map(|e| e.id.to_string());
        ids.push(parties.filter(|id| id.matches('-').count() == 1).collect());
    }
    // A year apart: 375 parties each, one replaced.
    assert_eq!(ids[0].intersection(&ids[1]).count(), 374);
}

/// The members of the archive whose names begin with one of `starts` and end with `end`.
fn members(starts: &[&str], end: &str) -> Option<Vec<BytesFile>> {
    let path = data("official/ofac_consall_allformats_2016-09.zip")?;
    let mut archive = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    let mut files = Vec::new();
    for at in 0..archive.len() {
        let mut member = archive.by_index(at).unwrap();
        let name = member.name().unwrap().into_owned();
        if name.ends_with(end) && starts.iter().any(|start| name.starts_with(start)) {
            let mut bytes = Vec::new();
            member.read_to_end(&mut bytes).unwrap();
            files.push(BytesFile::new(name, bytes));
        }
    }
    Some(files)
}

fn read_members(starts: &[&str], end: &str) -> Option<Outcome> {
    let files = members(starts, end)?;
    let files: Vec<&dyn RawFile> = files.iter().map(|f| f as &dyn RawFile).collect();
    Some(read(&files).unwrap_or_else(|e| panic!("{e}")))
}

type Value = (String, &'static str, &'static str, String);

/// Every value: id, schema, property, value.
fn values(outcome: &Outcome) -> BTreeSet<Value> {
    let all = outcome.entities.iter().flat_map(|e| {
        e.statements.iter().map(|s| {
            let (id, value) = (e.id.to_string(), s.value.to_string());
            (id, e.schema.name(), s.property.name(), value)
        })
    });
    all.collect()
}

/// Values of one that the other lacks, counted by schema and property.
fn lacks<'a>(
    one: &'a BTreeSet<Value>,
    other: &'a BTreeSet<Value>,
) -> BTreeMap<(&'static str, &'static str), Vec<&'a str>> {
    let mut counts: BTreeMap<_, Vec<&str>> = BTreeMap::new();
    for (_, schema, property, value) in one.difference(other) {
        counts.entry((*schema, *property)).or_default().push(value);
    }
    counts
}

fn numbers(
    lacking: &BTreeMap<(&'static str, &'static str), Vec<&str>>,
) -> Vec<(&'static str, &'static str, usize)> {
    let counts = lacking.iter();
    counts.map(|((s, p), v)| (*s, *p, v.len())).collect()
}

/// The flat files of the archive in their four layouts.
#[test]
fn four_layouts_of_the_flat_files() {
    let flat = |layout: &str| {
        read_members(
            &["cons_prim", "cons_alt", "cons_add", "cons_comments"],
            layout,
        )
    };
    let (Some(csv), Some(del), Some(pip), Some(ff)) =
        (flat(".csv"), flat(".del"), flat(".pip"), flat(".ff"))
    else {
        return;
    };
    let formats = [&csv, &del, &pip, &ff].map(|o| o.report.format.id);
    let expected = [
        "ofac-cons-csv",
        "ofac-cons-del",
        "ofac-cons-pip",
        "ofac-cons-ff",
    ];
    assert_eq!(formats, expected);
    assert_eq!(csv.report.read["cons_prim.csv rows"], 581);
    assert_eq!(csv.report.read["Alt_name"], 1_043);
    assert_eq!(csv.report.read["cons_add.csv rows"], 785);
    assert_eq!(csv.report.read["cons_comments.csv rows"], 0);
    assert_eq!(csv.report.problem_counts["empty-file"], 1);
    let (csv, ff) = (values(&csv), values(&ff));
    assert_eq!(csv, values(&del));
    assert_eq!(csv, values(&pip));
    // The fixed-width files keep quotation marks that the others turn into apostrophes.
    let address = ("Organization", "address");
    let only = lacks(&csv, &ff);
    assert_eq!(only.keys().collect::<Vec<_>>(), [&address]);
    assert!(
        only[&address][0].contains("Maker Tower 'F' 9th"),
        "{only:?}"
    );
    let only = lacks(&ff, &csv);
    assert_eq!(only.keys().collect::<Vec<_>>(), [&address]);
    assert!(
        only[&address][0].contains("Maker Tower \"F\" 9th"),
        "{only:?}"
    );
}

/// The archive's CSV set, legacy XML and advanced XML; every difference is counted here and
/// explained in `docs/fidelity.md`.
#[test]
fn flat_files_legacy_and_advanced_xml() {
    let (Some(csv), Some(legacy), Some(advanced)) = (
        read_members(
            &["cons_prim", "cons_alt", "cons_add", "cons_comments"],
            ".csv",
        ),
        read_members(&["consolidated"], ".xml"),
        read_members(&["cons_advanced"], ".xml"),
    ) else {
        return;
    };
    let (csv, legacy, advanced) = (values(&csv), values(&legacy), values(&advanced));
    assert_eq!(
        numbers(&lacks(&csv, &legacy)),
        [
            ("Identification", "startDate", 1),
            ("Organization", "address", 1),
            ("Person", "position", 3),
        ]
    );
    assert_eq!(
        numbers(&lacks(&legacy, &csv)),
        [
            ("Address", "city", 605),
            ("Address", "country", 623),
            ("Address", "full", 623),
            ("Address", "postalCode", 424),
            ("Address", "state", 101),
            ("Address", "street", 586),
            ("Address", "street2", 160),
            ("Company", "addressEntity", 6),
            ("Identification", "startDate", 1),
            ("Organization", "address", 1),
            ("Organization", "addressEntity", 592),
            ("Person", "addressEntity", 25),
        ]
    );
    assert_eq!(
        numbers(&lacks(&legacy, &advanced)),
        [
            ("Address", "country", 1),
            ("Address", "full", 1),
            ("Identification", "startDate", 1),
            ("Person", "address", 1),
            ("Person", "country", 1),
            ("UnknownLink", "object", 307),
            ("UnknownLink", "role", 307),
            ("UnknownLink", "subject", 307),
        ]
    );
    assert_eq!(
        numbers(&lacks(&advanced, &legacy)),
        [
            ("Address", "full", 1),
            ("Address", "region", 1),
            ("Identification", "authority", 1),
            ("Identification", "startDate", 1),
            ("Organization", "notes", 5),
            ("Ownership", "asset", 307),
            ("Ownership", "owner", 307),
            ("Ownership", "role", 307),
            ("Person", "address", 1),
            ("Person", "middleName", 4),
            ("Person", "notes", 11),
            ("Sanction", "listingDate", 684),
            ("Sanction", "provisions", 1797),
            ("Sanction", "reason", 602),
            ("Vessel", "notes", 113),
        ]
    );
    // Ties are the same ones, typed or not.
    let ties = |all: &BTreeSet<Value>| -> BTreeSet<String> {
        let links = all.iter().filter(|v| v.0.contains("-link-"));
        links.map(|v| v.0.clone()).collect()
    };
    assert_eq!(ties(&csv).len(), 307);
    assert_eq!(ties(&csv), ties(&legacy));
    assert_eq!(ties(&csv), ties(&advanced));
}

/// Rows of a CSV file.
fn rows(text: &str) -> Vec<Vec<String>> {
    let text = text.replace('\u{1a}', "");
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let rows = reader.records().map(Result::unwrap);
    rows.map(|r| r.iter().map(|f| f.trim().to_owned()).collect())
        .collect()
}

/// The rows of a CSV file whose fields fit into these widths, as CSV and as fixed-width lines.
fn fixed(text: &str, widths: &[usize]) -> (String, String) {
    let (mut csv, mut out) = (String::new(), String::new());
    for row in rows(text) {
        if row.iter().zip(widths).any(|(f, width)| f.len() > *width) {
            continue;
        }
        for (at, (field, &width)) in row.iter().zip(widths).enumerate() {
            // The first column is a number set to the right.
            out.push_str(&match at {
                0 => format!("{field:>width$}"),
                _ => format!("{field:<width$}"),
            });
            csv.push_str(&format!("{}\"{field}\"", if at > 0 { "," } else { "" }));
        }
        out.push_str("\r\n");
        csv.push_str("\r\n");
    }
    out.push('\u{1a}');
    (csv, out)
}

#[test]
fn the_set_in_fixed_width() {
    const PRIMARY: [usize; 12] = [10, 350, 12, 50, 200, 8, 25, 14, 8, 40, 150, 1000];
    let ((sdn_csv, sdn), (alt_csv, alt), (add_csv, add)) = (
        fixed(SDN, &PRIMARY),
        fixed(ALT, &[10, 10, 8, 350, 200]),
        fixed(ADD, &[10, 10, 750, 116, 250, 200]),
    );
    let ff = read_bytes(&[("sdn.ff", &sdn), ("alt.ff", &alt), ("add.ff", &add)]).unwrap();
    let csv = read_bytes(&[
        ("sdn.csv", &sdn_csv),
        ("alt.csv", &alt_csv),
        ("add.csv", &add_csv),
    ])
    .unwrap();
    assert_eq!(ff.report.format.id, "ofac-sdn-ff");
    assert!(csv.entities.len() > 20);
    assert_eq!(lacks(&values(&ff), &values(&csv)), BTreeMap::new());
    assert_eq!(lacks(&values(&csv), &values(&ff)), BTreeMap::new());
    let cut = sdn.replacen("       \r\n", "\r\n", 1);
    let error = match read_bytes(&[("sdn.ff", &cut)]) {
        Err(e) => e.to_string(),
        Ok(_) => panic!("read"),
    };
    assert!(error.starts_with("sdn.ff"), "{error}");
    let second = sdn.find("\r\n").unwrap() + 20;
    let wrong = format!("{}é{}", &sdn[..second], &sdn[second + 2..]);
    let error = match read_bytes(&[("sdn.ff", &wrong)]) {
        Err(e) => e.to_string(),
        Ok(_) => panic!("read"),
    };
    assert!(
        error.starts_with("sdn.ff, line 2: a line of 1867 bytes"),
        "{error}"
    );
}

#[test]
fn an_empty_side_file_is_reported_and_an_empty_list_refused() {
    let outcome = read_bytes(&[("sdn.csv", SDN), ("alt.csv", "")]).unwrap();
    assert_eq!(outcome.report.problem_counts["empty-file"], 1);
    assert_eq!(outcome.report.read["alt.csv rows"], 0);
    let error = match read_bytes(&[("sdn.csv", ""), ("alt.csv", ALT)]) {
        Err(e) => e.to_string(),
        Ok(_) => panic!("read"),
    };
    assert!(
        error.contains("sdn.csv: no known format: empty file"),
        "{error}"
    );
}
