use std::collections::BTreeSet;

use super::support::{Outcome, read_bytes, read_data};

const LEGACY: &str = include_str!("../excerpts/ofac/consolidated.xml");
const ENHANCED: &str = include_str!("../excerpts/ofac/enhanced.xml");

#[test]
fn an_excerpt_of_the_legacy_xml() {
    let outcome = read_bytes(&[("consolidated.xml", LEGACY)]).unwrap();
    insta::assert_snapshot!(outcome.lines());
}

#[test]
fn an_excerpt_of_the_enhanced_xml() {
    let outcome = read_bytes(&[("export.xml", ENHANCED)]).unwrap();
    insta::assert_snapshot!(outcome.lines());
}

fn sum(outcome: &Outcome, prefix: &str) -> u64 {
    let read = outcome.report.read.iter();
    read.filter(|(k, _)| k.starts_with(prefix))
        .map(|(_, n)| n)
        .sum()
}

#[test]
fn the_legacy_sdn_list_of_2021() {
    let Some(outcome) = read_data(&["ofac/xml/sdn-2021-03-10.xml.zst"]) else {
        return;
    };
    let report = &outcome.report;
    assert_eq!(report.dataset.as_str(), "us_ofac_sdn");
    assert_eq!(report.stated_count, Some(8_832));
    assert_eq!(report.stated_date.as_ref().unwrap().value, "2021-03-10");
    assert_eq!(report.read["sdn-2021-03-10.xml.zst sdnEntry"], 8_832);
    assert_eq!(report.read["aka"], 14_094);
    assert_eq!(report.read["address"], 11_286);
    assert_eq!(report.read["dateOfBirthItem/dateOfBirth"], 5_033);
    assert_eq!(report.read["program"], 10_556);
    assert_eq!(sum(&outcome, "id/"), 13_495);
    assert_eq!(
        report.read["id/Passport"] + report.read["id/Diplomatic Passport"],
        1_528
    );
    assert_eq!(sum(&outcome, "id/Digital Currency"), 69);
    assert_eq!(report.problem_counts.get("unknown-element"), None);
}

#[test]
fn the_legacy_consolidated_list() {
    let Some(outcome) = read_data(&["ofac/xml/consolidated-2025-03-28.xml"]) else {
        return;
    };
    let report = &outcome.report;
    assert_eq!(report.dataset.as_str(), "us_ofac_cons");
    assert_eq!(report.stated_count, Some(443));
    assert_eq!(report.read["aka"], 1_136);
    assert_eq!(report.read["address"], 520);
    assert_eq!(report.read["program"], 525);
    assert_eq!(sum(&outcome, "id/"), 2_457);
    assert_eq!(report.problem_counts.get("unknown-element"), None);
}

#[test]
fn the_enhanced_consolidated_list() {
    let Some(outcome) = read_data(&["ofac/xml/cons_enhanced-2025-01-14.xml.zst"]) else {
        return;
    };
    let report = &outcome.report;
    assert_eq!(report.dataset.as_str(), "us_ofac_cons");
    assert_eq!(report.stated_date.as_ref().unwrap().value, "2025-01-10");
    assert_eq!(report.read["cons_enhanced-2025-01-14.xml.zst entity"], 443);
    assert_eq!(report.read["name"], 1_624);
    assert_eq!(
        sum(&outcome, "feature/") - report.read["feature/comments"],
        1_863
    );
    assert_eq!(sum(&outcome, "identityDocument/"), 692);
    assert_eq!(report.read["relationship"], 283);
    assert_eq!(report.read["sanctionsProgram"], 525);
    assert_eq!(report.problem_counts.get("unknown-element"), None);
}

#[test]
fn an_export_by_programme_is_a_dataset_of_its_own() {
    let Some(outcome) =
        read_data(&["official/ofac_enhanced_export_program-IRGC_2024-08-28.xml.zst"])
    else {
        return;
    };
    let report = &outcome.report;
    assert_eq!(report.dataset.as_str(), "us_ofac_export_irgc");
    assert_eq!(report.read["name"], 930);
    assert_eq!(sum(&outcome, "feature/"), 1_054);
    let invalid = report.read["identityDocument/isValid"];
    assert_eq!(sum(&outcome, "identityDocument/") - invalid, 218);
    assert_eq!(report.read["relationship"], 229);
    assert_eq!(report.read["sanctionsProgram"], 973);
    assert_eq!(report.entities["Person"], 165);
    assert_eq!(report.entities["Organization"], 84);
    assert_eq!(report.entities["Airplane"], 44);
}

fn ids(outcome: &Outcome) -> BTreeSet<&str> {
    let parties = outcome.entities.iter().map(|e| e.id.as_str());
    parties.filter(|id| id.matches('-').count() == 1).collect()
}

#[test]
fn every_format_gives_the_same_ids_and_values() {
    let (Some(xml), Some(enhanced), Some(csv)) = (
        read_data(&["ofac/xml/consolidated-2025-03-28.xml"]),
        read_data(&["ofac/xml/cons_enhanced-2025-01-14.xml.zst"]),
        read_data(&[
            "ofac/cons_prim.csv",
            "ofac/cons_alt.csv",
            "ofac/cons_add.csv",
            "ofac/cons_comments.csv",
        ]),
    ) else {
        return;
    };
    assert_eq!(ids(&xml), ids(&enhanced));
    // The CSV copy is older by an addition and holds none that the others lack.
    assert!(ids(&csv).is_subset(&ids(&xml)));
    assert_eq!(ids(&xml).len() - ids(&csv).len(), 1);
    let values = |outcome: &Outcome, names: &[&str]| -> BTreeSet<String> {
        let entities = outcome.entities.iter();
        entities
            .flat_map(|e| e.statements.iter().map(move |s| (e, s)))
            .filter(|(_, s)| names.contains(&s.property.name()))
            .map(|(e, s)| format!("{} {} {}", e.id, s.property.name(), s.value))
            .collect()
    };
    let names = [
        "name",
        "birthDate",
        "gender",
        "swiftBic",
        "isinCode",
        "incorporationDate",
    ];
    let (xml, enhanced) = (values(&xml, &names), values(&enhanced, &names));
    assert_eq!(
        xml.difference(&enhanced).collect::<Vec<_>>(),
        Vec::<&String>::new()
    );
    let changed: Vec<_> = values(&csv, &names).difference(&xml).cloned().collect();
    // One company was renamed between the copies.
    assert_eq!(changed, ["ofac-18284 name RN KOMSOMOLSKIY REFINERY LLC"]);
}

#[test]
fn wrong_xml_is_named_with_file_and_place() {
    let refusal = |xml: &str| match read_bytes(&[("sdn.xml", xml)]) {
        Err(e) => e.to_string(),
        Ok(_) => panic!("read"),
    };
    let cut = &LEGACY[..LEGACY.len() - 700];
    assert!(
        refusal(cut).starts_with("sdn.xml, byte "),
        "{}",
        refusal(cut)
    );
    let bomb = "<?xml version=\"1.0\"?><!DOCTYPE sdnList [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><sdnList>&b;</sdnList>";
    assert!(refusal(bomb).contains("DOCTYPE"), "{}", refusal(bomb));
    let kind = LEGACY.replacen("<sdnType>Individual", "<sdnType>Robot", 1);
    assert!(refusal(&kind).contains("Robot"));
    let unknown = LEGACY.replacen(
        "<programList>",
        "<newThing><deep>x</deep></newThing><programList>",
        1,
    );
    let outcome = read_bytes(&[("consolidated.xml", &unknown)]).unwrap();
    assert_eq!(outcome.report.problem_counts["unknown-element"], 1);
    assert_eq!(
        outcome.entity("ofac-9639").first("notes"),
        Some("newThing/deep: x")
    );
}
