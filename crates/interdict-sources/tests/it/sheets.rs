//! Spreadsheets of publishers: whole real files against counts of `tests/judges/sheets.py`, and small
//! made-up ones for each trap.

use std::collections::{BTreeMap, BTreeSet};

use interdict_sources::{BytesFile, RawFile};
use interdict_tables::samples::{Sample, texts, xlsx};

use crate::support::{Outcome, read, read_data};

/// Parties that have a value from a field, by field.
pub(crate) fn fields(outcome: &Outcome) -> BTreeMap<String, usize> {
    let mut parties: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for entity in &outcome.entities {
        let party = entity.first("entity").unwrap_or(&entity.id).to_owned();
        for statement in &entity.statements {
            if let Some(origin) = &statement.origin
                && !origin.field.is_empty()
            {
                let field = origin.field.to_string();
                parties.entry(field).or_default().insert(party.clone());
            }
        }
    }
    parties.into_iter().map(|(f, p)| (f, p.len())).collect()
}

/// Statements of a property over all parties.
pub(crate) fn statements(outcome: &Outcome, property: &str) -> usize {
    let count = |e: &interdict_model::Entity| e.statements_of(property).count();
    outcome.entities.iter().map(count).sum()
}

fn parties(outcome: &Outcome) -> BTreeSet<String> {
    let sanctions = outcome
        .entities
        .iter()
        .filter(|e| e.schema.is_named("Sanction"));
    sanctions
        .flat_map(|s| s.values("entity"))
        .map(str::to_owned)
        .collect()
}

pub(crate) fn check_fields(outcome: &Outcome, expected: &[(&str, usize)]) {
    let found = fields(outcome);
    for (field, count) in expected {
        assert_eq!(found.get(*field).copied().unwrap_or(0), *count, "{field}");
    }
}

fn check_names(outcome: &Outcome, [name, former, other, weak]: [usize; 4]) {
    assert_eq!(statements(outcome, "name"), name, "name");
    assert_eq!(statements(outcome, "previousName"), former, "previousName");
    assert_eq!(statements(outcome, "alias"), other, "alias");
    assert_eq!(statements(outcome, "weakAlias"), weak, "weakAlias");
}

fn check_kinds(outcome: &Outcome, expected: &[(&str, u64)]) {
    for (schema, count) in expected {
        assert_eq!(outcome.report.entities.get(schema), Some(count), "{schema}");
    }
}

fn rows(outcome: &Outcome) -> u64 {
    outcome.report.read.values().sum()
}

fn stated(outcome: &Outcome) -> Option<&str> {
    let date = outcome.report.stated_date.as_ref();
    date.map(|d| d.value.as_str())
}

#[test]
fn australia_in_every_layout() {
    let file = "official/au_dfat_consolidated_2026-07-23.xlsx.zst";
    let Some(newest) = read_data(&[file]) else {
        return;
    };
    assert_eq!(newest.report.format.id, "au-dfat-sheet");
    assert_eq!(rows(&newest), 11_068);
    assert_eq!(stated(&newest), Some("2026-07-21"));
    check_kinds(
        &newest,
        &[
            ("Person", 2543),
            ("Organization", 1041),
            ("Vessel", 262),
            ("Sanction", 3846),
        ],
    );
    check_names(&newest, [3846, 0, 6753, 449]);
    check_fields(
        &newest,
        &[
            ("Date of Birth", 2419),
            ("Place of Birth", 1394),
            ("Citizenship", 2134),
            ("Address", 1370),
            ("Additional Information", 3292),
            ("Listing Information", 3846),
            ("IMO Number", 261),
            ("Committees", 3846),
            ("Control Date", 3846),
            ("Instrument of Designation", 3836),
        ],
    );
    assert_eq!(newest.report.problem_counts.get("unknown-column"), None);
    // The number is a number for a primary name and text for the others: one party.
    let party = newest.entity("au-dfat-2");
    assert_eq!(party.first("name"), Some("MOHAMMAD HASSAN AKHUND"));
    assert_eq!(party.first("alias"), Some("محمد حسن أخوند"));
    assert_eq!(party.values("birthDate").count(), 10);

    let file = "official/au_dfat_consolidated_2026-02-24.xlsx.zst";
    let Some(before) = read_data(&[file]) else {
        return;
    };
    assert_eq!(rows(&before), 10_976);
    check_kinds(
        &before,
        &[
            ("Person", 2518),
            ("Organization", 1031),
            ("Vessel", 262),
            ("Sanction", 3811),
        ],
    );
    check_names(&before, [3810, 0, 6709, 437]);
    let kept = parties(&before).intersection(&parties(&newest)).count();
    assert_eq!((parties(&before).len(), kept), (3811, 3802));

    let file = "official/au_dfat_regulation8_consolidated_2024-11-11.xlsx";
    let Some(old) = read_data(&[file]) else {
        return;
    };
    assert_eq!(rows(&old), 9553);
    assert_eq!(stated(&old), Some("2024-11-11"));
    check_kinds(
        &old,
        &[("Person", 2316), ("Organization", 746), ("Sanction", 3062)],
    );
    check_names(&old, [3062, 4, 6467, 0]);
    let kept = parties(&old).intersection(&parties(&before)).count();
    assert_eq!(kept, 3023);
}

#[test]
fn australia_as_binary_workbook_of_2009() {
    let file = "official/au_dfat_regulation8_consolidated_2009-12-03.xls.zst";
    let Some(old) = read_data(&[file]) else {
        return;
    };
    assert_eq!(rows(&old), 3446);
    check_kinds(
        &old,
        &[("Person", 641), ("Organization", 445), ("Sanction", 1086)],
    );
    check_names(&old, [1083, 5, 2349, 0]);
    // `1.0` is the reference 1, and a control date of type date is one.
    let party = old.entity("au-dfat-1");
    assert_eq!(party.first("name"), Some("Mohammad Rabbani"));
    assert_eq!(party.first("modifiedAt"), Some("2007-10-15"));
    assert_eq!(old.report.problem_counts.get("unknown-column"), None);
}

#[test]
fn ofsi_list() {
    let Some(newest) = read_data(&["official/uk_ofsi_conlist_2025-04-14.xlsx.zst"]) else {
        return;
    };
    assert_eq!(newest.report.format.id, "uk-ofsi-sheet");
    assert_eq!(rows(&newest), 18_798);
    assert_eq!(stated(&newest), Some("2025-04-14"));
    check_kinds(
        &newest,
        &[
            ("Person", 3663),
            ("Organization", 1010),
            ("Vessel", 15),
            ("Sanction", 4688),
        ],
    );
    check_names(&newest, [4690, 15, 10_688, 617]);
    check_fields(
        &newest,
        &[
            ("Name 1 to Name 6", 4688),
            ("Name Non-Latin Script", 2795),
            ("Title", 501),
            ("DOB", 3147),
            ("Country of Birth", 2360),
            ("Nationality", 2596),
            ("Passport Number", 525),
            ("Passport Details", 292),
            ("National Identification Number", 337),
            ("National Identification Details", 174),
            ("Position", 2574),
            ("Country", 2551),
            ("Non-Latin Script Type", 1174),
            ("Regime", 4688),
            ("Listed On", 4688),
            ("UK Sanctions List Date Designated", 4688),
            ("Last Updated", 4688),
            ("Group ID", 4688),
            ("Other Information (UK Sanctions List Ref)", 4687),
            ("Other Information (UK Statement of Reasons)", 3815),
            ("Other Information (UN Ref)", 866),
            ("Other Information (Gender)", 2712),
            ("Other Information (IMO number)", 15),
            ("Other Information (Phone number)", 439),
            ("Other Information (Email address)", 344),
            ("Other Information (Website)", 380),
            ("Other Information (Type of entity)", 345),
            ("Other Information (Business Reg No)", 252),
            ("Other Information (Parent company)", 141),
            ("Other Information (Subsidiaries)", 54),
        ],
    );
    assert_eq!(newest.report.problem_counts.get("unknown-column"), None);
    // 400 rows are one party.
    let group = newest.entity("gb-hmt-13344");
    let rows_of = |e: &interdict_model::Entity| e.statements_of("alias").count();
    assert!(rows_of(group) > 1, "{}", rows_of(group));

    let Some(before) = read_data(&["official/uk_ofsi_conlist_2025-04-10.xlsx.zst"]) else {
        return;
    };
    assert_eq!(rows(&before), 18_796);
    check_names(&before, [4688, 15, 10_688, 617]);
    let kept = parties(&before).intersection(&parties(&newest)).count();
    assert_eq!((parties(&before).len(), kept), (4686, 4686));

    let file = "official/uk_ofsi_conlist_2023-06-05_resaved-in-excel.xlsx.zst";
    let Some(old) = read_data(&[file]) else {
        return;
    };
    assert_eq!(rows(&old), 16_823);
    assert_eq!(stated(&old), Some("2023-06-05"));
    check_names(&old, [3995, 12, 9203, 593]);
    let kept = parties(&old).intersection(&parties(&newest)).count();
    assert_eq!((parties(&old).len(), kept), (3993, 3862));
}

/// Reads a made-up workbook of one sheet.
pub(crate) fn read_sheet(name: &str, rows: Vec<Vec<Sample<'_>>>) -> Outcome {
    let file = BytesFile::new(name, xlsx(&[("List", rows)]));
    let files: [&dyn RawFile; 1] = [&file];
    read(&files).unwrap_or_else(|e| panic!("{e}"))
}

#[test]
fn australia_made_up() {
    let header = [
        "Reference",
        "Name of Individual or Entity",
        "Type",
        "Name Type",
        "Alias Strength",
        "Date of Birth",
        "Place of Birth",
        "Citizenship",
        "Address",
        "Additional Information",
        "Listing Information",
        "IMO Number",
        "Committees",
        "Control Date",
        "Travel Ban",
        "Colour",
    ];
    let row = |reference: Sample<'static>, name, kind, strength, born: Sample<'static>| {
        let mut cells = vec![reference];
        cells.extend(texts(&[name, "Individual", kind, strength]));
        cells.push(born);
        cells.extend(texts(&[
            "a) Kabul b) Herat",
            "Iran;Iraq",
            "na",
            "QDi.001. Tall.",
        ]));
        cells.extend(texts(&[
            "Listed on 3 May 2002 (amended on 1 Jan. 2003)",
            "",
            "1267",
        ]));
        cells.extend([
            Sample::Date(45_761.0),
            Sample::Boolean(true),
            Sample::Text("blue"),
        ]);
        cells
    };
    let vessel = texts(&[
        "9",
        "MV NOTHING",
        "Vessel ",
        "Primary Name ",
        "",
        "",
        "",
        "",
        "",
        "",
    ]);
    let outcome = read_sheet(
        "dfat.xlsx",
        vec![
            texts(&header),
            row(
                Sample::Number(7.0),
                "Made UP",
                "Primary Name",
                "",
                Sample::Date(23_000.0),
            ),
            row(
                Sample::Text("7a"),
                "M. Up",
                "aka",
                "Weak",
                Sample::Number(1962.0),
            ),
            row(
                Sample::Text("7b"),
                "Old Name",
                "fka",
                "",
                Sample::Text("circa 1961, 24/06/1402"),
            ),
            vec![],
            vessel,
        ],
    );
    insta::assert_snapshot!("australia_made_up", outcome.lines());
}

#[test]
fn ofsi_made_up() {
    let header = [
        "Name 6",
        "Name 1",
        "Name Non-Latin Script",
        "Non-Latin Script Language",
        "DOB",
        "Town of Birth",
        "Country of Birth",
        "Nationality",
        "Passport Number",
        "Address 1",
        "Country",
        "Other Information",
        "Group Type",
        "Alias Type",
        "Alias Quality",
        "Regime",
        "Listed On",
        "Last Updated",
        "Group ID",
    ];
    let about = "(UK Sanctions List Ref):XYZ0001. Frozen. (UN Ref):QDi.999. Tall. (Gender):Male \
                 (Phone number):(1) +44 1 (2) +44 2";
    let row = |family, kind, quality, born, group| {
        texts(&[
            family,
            "Made",
            "Маде",
            "Russian",
            born,
            "(1) Here (2) -",
            "(1) Iran (2) Iraq",
            "(1) Iran. (2) Iraq",
            "(1) A1 (2) B2",
            "1 Street",
            "Iran",
            about,
            "Individual",
            kind,
            quality,
            "Testing",
            "01/02/2003",
            "04/05/2006",
            group,
        ])
    };
    let outcome = read_sheet(
        "ConList.xlsx",
        vec![
            texts(&["Last Updated", "14/04/2025"]),
            texts(&header),
            row("UP", "AKA", "Low quality", "00/00/1994", "5"),
            row("OTHER", "Primary name", "", "00/03/1970", "6"),
            row("DOWN", "Primary name", "", "01/03/1994", "5"),
        ],
    );
    insta::assert_snapshot!("ofsi_made_up", outcome.lines());
}

#[test]
fn a_workbook_that_no_format_fits_is_described() {
    let file = BytesFile::new("own.xlsx", xlsx(&[("Mine", vec![texts(&["a", "", "b"])])]));
    let error = read(&[&file as &dyn RawFile]).err().unwrap().to_string();
    assert!(
        error.contains("spreadsheet whose sheet \"Mine\" begins \"a | b\""),
        "{error}"
    );
    let cut = BytesFile::new("own.xlsx", xlsx(&[("Mine", vec![])])[..300].to_vec());
    let error = read(&[&cut as &dyn RawFile]).err().unwrap().to_string();
    assert!(error.starts_with("own.xlsx: zip archive"), "{error}");
}
