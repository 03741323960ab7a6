//! Spreadsheets of publishers: whole real files against counts of `tests/judges/sheets.py`.

mod made_up;

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{Outcome, read_data};

/// Parties that have a value from a field, by field.
pub(crate) fn fields(outcome: &Outcome) -> BTreeMap<String, usize> {
    let mut parties: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for entity in &outcome.entities {
        let party = entity.first("entity").or(entity.first("holder"));
        let party = party.unwrap_or(&entity.id).to_owned();
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
    check_names(&newest, [3846, 14, 6742, 449]);
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
    check_names(&before, [3810, 14, 6698, 437]);
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
    check_names(&old, [3062, 22, 6452, 0]);
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
fn uk_list_as_opendocument() {
    let Some(sheet) = read_data(&["uk/uk-sanctions-list-2025-08-11.ods"]) else {
        return;
    };
    assert_eq!(sheet.report.format.id, "uk-sanctions-sheet");
    assert_eq!(rows(&sheet), 5302);
    let Some(csv) = read_data(&["uk/uk-sanctions-list-2025-08-11.csv"]) else {
        return;
    };
    // The CSV was made of the same cells: everything is said alike.
    let said = |outcome: &Outcome| -> Vec<(String, Vec<(String, String)>)> {
        let of = |e: &interdict_model::Entity| {
            let each = e.statements.iter();
            each.map(|s| (s.property.name().to_owned(), s.value.to_string()))
                .collect()
        };
        let entities = outcome.entities.iter();
        entities.map(|e| (e.id.to_string(), of(e))).collect()
    };
    assert_eq!(said(&sheet), said(&csv));
}

#[test]
fn japan_asset_freezes() {
    let file = "official/jp_mof_shisantouketsu_2026-03-05.xlsx.zst";
    let Some(list) = read_data(&[file]) else {
        return;
    };
    assert_eq!(list.report.format.id, "jp-mof-sheet");
    let read = |kind: &str| {
        let mut counts = list.report.read.iter();
        counts
            .find(|(k, _)| k.ends_with(kind))
            .map_or(0, |(_, n)| *n)
    };
    // 3,461 numbered rows: 598 deleted, one without a name.
    assert_eq!(read("deleted rows"), 598);
    assert_eq!(read("entries"), 2863);
    assert_eq!(read("continued rows"), 12);
    assert_eq!(read("sheets without entries"), 4);
    assert_eq!(list.report.problem_counts.get("no-name"), Some(&1));
    check_kinds(&list, &[("Sanction", 2862)]);
    assert_eq!(stated(&list), Some("2026-03-05"));
    check_fields(
        &list,
        &[
            ("FAX", 14),
            ("ID番号", 111),
            ("その他の情報", 879),
            ("リスト掲載日", 103),
            ("以前の別名", 1),
            ("住所", 140),
            ("住所・所在地", 333),
            ("住所等", 1),
            ("出生地", 354),
            ("出生地・出身地", 369),
            ("別名", 123),
            ("別名・別称", 447),
            ("別称", 45),
            ("別称・別名", 136),
            ("別称・旧称", 417),
            ("告示日付", 2862),
            ("告示番号", 2862),
            ("国籍", 706),
            ("国連制裁員会による指定日", 494),
            ("国連制裁委員会による指定日", 25),
            ("国連参照番号", 10),
            ("役職", 372),
            ("所在地", 611),
            ("所在地・住所 登録された事務所の住所", 9),
            ("指定の根拠", 8),
            ("旅券番号", 278),
            ("日本語表記", 2862),
            ("旧称", 5),
            ("旧称・以前の呼称", 2),
            ("決議1483上の根拠", 64),
            ("活動地域・住所", 16),
            ("生年月日", 1888),
            ("生年月日・出生地", 10),
            ("確定に十分でない別名", 49),
            ("確定可能な別名", 8),
            ("称号", 156),
            ("肩書", 10),
            ("肩書等", 1161),
            ("英語表記", 2861),
            ("詳細", 9),
            ("身分登録番号", 16),
            ("身分証番号", 7),
            ("電話", 20),
            ("電話番号", 7),
        ],
    );
    for kind in [
        "unknown-column",
        "orphan",
        "duplicate-id",
        "identical-record",
        "no-property",
    ] {
        assert_eq!(list.report.problem_counts.get(kind), None, "{kind}");
    }
    // A serial number without a date format.
    assert_eq!(
        list.entity("jp-mof-5-1").first("birthDate"),
        Some("1937-04-28")
    );
    // Aliases numbered inside a cell, in two scripts.
    let party = list.entity("jp-mof-9-2");
    assert!(party.values("alias").any(|a| a == "FRANK KAKORERE"));
}

#[test]
fn japan_end_users() {
    let Some(list) = read_data(&["official/jp_meti_foreign_user_list_2025-09-29.xlsx"]) else {
        return;
    };
    assert_eq!(rows(&list), 835);
    check_kinds(&list, &[("Organization", 835), ("Sanction", 835)]);
    assert_eq!(statements(&list, "alias"), 1469);
    assert_eq!(statements(&list, "country"), 835);
    assert!(
        list.report.problem_counts.is_empty(),
        "{:?}",
        list.report.problem_counts
    );
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
            ("National Identification Number", 337),
            ("Position", 2574),
            ("Country", 2551),
            ("Regime", 4688),
            ("Listed On", 4688),
            ("UK Sanctions List Date Designated", 4688),
            ("Last Updated", 4688),
            ("Group ID", 4688),
            ("Other Information/UK Sanctions List Ref", 4687),
            ("Other Information/UK Statement of Reasons", 3815),
            ("Other Information/UN Ref", 866),
            ("Other Information/Gender", 2712),
            ("Other Information/IMO number", 15),
            ("Other Information/Phone number", 439),
            ("Other Information/Email address", 344),
            ("Other Information/Website", 380),
            ("Other Information/Type of entity", 345),
            ("Other Information/Business Reg No", 252),
            ("Other Information/Parent company", 141),
            ("Other Information/Subsidiaries", 54),
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

#[test]
fn denied_persons() {
    let file = "official/us_bis_denied_persons_list_2022-09.txt";
    let Some(list) = read_data(&[file]) else {
        return;
    };
    assert_eq!(rows(&list), 581);
    check_kinds(&list, &[("LegalEntity", 461), ("Sanction", 461)]);
    // 2922-09-01 and 3017-08-22 are typing errors; so is 0222-05-18, which nobody wrote down.
    let problems = &list.report.problem_counts;
    assert_eq!(problems.get("implausible-date"), Some(&1));
    assert_eq!(problems.get("invalid-value"), Some(&3));
    for entity in &list.entities {
        assert!(
            entity.values("modifiedAt").all(|d| d < "2023"),
            "{}",
            entity.id
        );
    }
    check_fields(
        &list,
        &[
            ("Name", 461),
            ("Street_Address to Country", 461),
            ("Effective_Date", 461),
            ("Expiration_Date", 416),
            ("Standard_Order", 459),
            ("Last_Update", 461),
            ("Action", 421),
            ("FR_Citation", 460),
            ("Country", 290),
        ],
    );
    let Some(old) = read_data(&["us/dpl-2019.txt"]) else {
        return;
    };
    assert_eq!(rows(&old), 546);
    check_kinds(&old, &[("LegalEntity", 417)]);
    let kept = parties(&old).intersection(&parties(&list)).count();
    assert_eq!(kept, 288);
}

#[test]
fn world_bank() {
    let Some(list) = read_data(&["official/worldbank_debarred_2026-02-21.json.zst"]) else {
        return;
    };
    assert_eq!(rows(&list), 1370);
    assert_eq!(stated(&list), Some("2026-02-21"));
    check_kinds(
        &list,
        &[("Company", 1093), ("Person", 268), ("LegalEntity", 9)],
    );
    // 2999-12-31 is permanent and no date.
    assert_eq!(statements(&list, "duration"), 684);
    assert_eq!(statements(&list, "endDate"), 686);
    check_fields(
        &list,
        &[
            ("SUPP_NAME", 1370),
            ("ADD_SUPP_INFO", 954),
            ("DEBAR_REASON", 1370),
            ("DEBAR_FROM_DATE", 1370),
            ("DEBAR_TO_DATE", 1370),
            ("REGISTER_ID", 12),
            ("AML_ENTR_IND", 54),
            ("SUPP_PRE_ACRN", 22),
            ("PARENT", 34),
        ],
    );
    assert_eq!(list.report.problem_counts.get("unknown-column"), None);
    let Some(old) = read_data(&["official/worldbank_debarred_2021-01.json.zst"]) else {
        return;
    };
    assert_eq!(rows(&old), 1264);
    assert_eq!(stated(&old), Some("2021-01-12"));
    check_kinds(
        &old,
        &[("Company", 955), ("Person", 300), ("LegalEntity", 9)],
    );
    let kept = parties(&old).intersection(&parties(&list)).count();
    assert_eq!(kept, 589);
}

#[test]
fn japan_export_bans() {
    let files = [
        ("jp/meti-russia.txt", 561),
        ("jp/meti-third-country.txt", 56),
        ("jp/meti-belarus.txt", 27),
    ];
    for (file, entries) in files {
        let Some(list) = read_data(&[file]) else {
            return;
        };
        assert_eq!(rows(&list), entries, "{file}");
        let names = list.entities.iter().filter(|e| e.first("name").is_some());
        assert_eq!(names.count() as u64, entries, "{file}");
    }
    // The three notices together are one publication as well.
    let Some(all) = read_data(&files.map(|(file, _)| file)) else {
        return;
    };
    assert_eq!(rows(&all), 644);
    assert_eq!(stated(&all), Some("2025-09-12"));
    // Two have their English name on the line of the Japanese one, where nothing parts them.
    assert_eq!(fields(&all).get("English name"), Some(&642));
}

#[test]
fn pakistan_proscribed() {
    let Some(list) = read_data(&["other/pk-proscribed-persons.json"]) else {
        return;
    };
    assert_eq!(rows(&list), 4665);
    check_kinds(&list, &[("Person", 4665), ("Sanction", 4665)]);
    check_fields(
        &list,
        &[("Name", 4665), ("CNIC", 4650), ("District, Province", 4665)],
    );
    assert_eq!(list.report.problem_counts.get("identical-record"), None);
}
