//! Small made-up files, one for each trap of the real ones.

use interdict_sources::{BytesFile, RawFile};
use interdict_tables::samples::{Sample, texts, xlsx};

use crate::support::{Outcome, read, read_bytes};

/// Reads a made-up workbook of one sheet.
fn read_sheet(name: &str, rows: Vec<Vec<Sample<'_>>>) -> Outcome {
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
fn japan_made_up() {
    let header = texts(&[
        "告示日付",
        "告示番号",
        "日本語表記",
        "英語表記",
        "別名",
        "生年月日",
        "国籍",
        "旅券番号",
        "リスト掲載日",
        "その他の情報",
        "色",
    ]);
    let about = "(a)マデ・ツー（Made Two）、(b)マデ・スリー（Made Three）";
    let sheet = vec![
        texts(&["架空の者"]),
        header,
        texts(&["2011.11.18削除\n（3．と同一人物）", "1"]),
        {
            let mut row = texts(&[
                "2001.9.22\n2008.6.25改訂",
                "2(*7)",
                "マデ・ワン",
                "MADE ONE (original script: محمد)",
                about,
            ]);
            row.push(Sample::Number(13_633.0));
            row.extend(texts(&[
                "(a)イラク (b)コンゴ民主共和国",
                "旅券　P182583（2003年9月13日発行）",
            ]));
            row.push(Sample::Number(39_170.0));
            row.extend(texts(&["長い文", "青"]));
            row
        },
        texts(&["", "", "", "", "", "", "", "", "", "続き"]),
        texts(&[
            "2007.713",
            "3",
            "会社",
            "",
            "不明",
            "不明",
            "",
            "",
            "2005年11月1日",
        ]),
        {
            let mut row = texts(&["2007.7.13", "4", "人", "A PERSON", ""]);
            row.push(Sample::Date(28_000.0));
            row
        },
    ];
    let notice = vec![
        texts(&["終わった措置"]),
        texts(&["【2015年12月18日告示廃止】"]),
    ];
    let book = xlsx(&[("7.架空（個人）", sheet), ("8.【解除】", notice)]);
    let file = BytesFile::new("list.xlsx", book);
    let outcome = read(&[&file as &dyn RawFile]).unwrap_or_else(|e| panic!("{e}"));
    insta::assert_snapshot!("japan_made_up", outcome.lines());
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

#[test]
fn denied_persons_made_up() {
    let header = "\"Name\"\t\"Street_Address\"\t\"City\"\t\"State\"\t\"Country\"\t\"Postal_Code\"\t\
        \"Effective_Date\"\t\"Expiration_Date\"\t\"Standard_Order\"\t\"Last_Update\"\t\"Action\"\t\"FR_Citation\"\n";
    let row = |street: &str, updated: &str| {
        format!(
            "\" MADE UP LTD\"\t\"{street}\"\t\"EL PASO\"\t\"TX\"\t\"US\"\t\"79905\"\t\"03/04/2002\"\t\
             \"12/31/2056\"\t\"Y\"\t\"{updated}\"\t\"\"\t\"1 F.R. 2\"\n"
        )
    };
    let text = [
        header.to_owned(),
        row("1 A ST", "2922-09-01"),
        row("2 B ST", "3017-08-22"),
    ]
    .concat();
    let outcome = read_bytes(&[("dpl.txt", &text)]).unwrap_or_else(|e| panic!("{e}"));
    insta::assert_snapshot!("denied_persons_made_up", outcome.lines());
}

#[test]
fn world_bank_made_up() {
    let record = |number: u32, kind: &str, name: &str, until: &str| {
        format!(
            "{{\"SUPP_ID\":{number},\"SUPP_NAME\":\"{name}\",\"SUPP_TYPE_CODE\":\"{kind}\",\"LAND1\":\"EG\",\
             \"COUNTRY_NAME\":\"Egypt, Arab Republic of\",\"SUPP_CITY\":\"CAIRO\",\"SUPP_ADDR\":null,\
             \"DEBAR_FROM_DATE\":\"2017-01-24\",\"DEBAR_TO_DATE\":\"{until}\",\"DEBAR_REASON\":\"Guidelines\",\
             \"ADD_SUPP_INFO\":\"(AKA MADE CO)*356\",\"ELIG_STAT\":\"DEBARRED\",\"INELIGIBLY_STATUS\":null,\
             \"UPD_DATE\":\"2026-02-21T00:00:00.000Z\",\"COLOUR\":\"blue\"}}"
        )
    };
    let text = format!(
        "{{\"response\":{{\"ZPROCSUPP\":[{},{}]}}}}",
        record(1, "F", "MADE UP S.A.", "2999-12-31"),
        record(2, "I", "MR. MADE UP", "2027-07-22")
    );
    let outcome = read_bytes(&[("wb.json", &text)]).unwrap_or_else(|e| panic!("{e}"));
    insta::assert_snapshot!("world_bank_made_up", outcome.lines());
}

#[test]
fn prints_and_schemas_are_no_lists() {
    let refusal = |bytes: &[u8]| {
        let file = BytesFile::new("list.dat", bytes.to_vec());
        read(&[&file as &dyn RawFile]).err().unwrap().to_string()
    };
    assert!(refusal(b"%PDF-1.7\n").contains("use the publisher's CSV, XML or spreadsheet"));
    let schema =
        b"<?xml version=\"1.0\"?><xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\"/>";
    assert!(refusal(schema).contains("describes a list and is none"));
}

#[test]
fn japan_export_bans_made_up() {
    let text = "○ 輸出等に係る禁止措置\nの対象となる団体\n指定日：2022 年03月01 日\n最終更新日：2025 年09 月12 日\n\
        １ 架空会社（別称、架空工場及び架空\n所 FM）\nMade Up Works, a.k.a., the following\ntwo aliases:\n\
        -Made Works; and\n-Made Up JSC named\nafter Nobody.\n所在地：1 Street, Moscow, Russia; and\n\
        2 Street, Minsk 127055RU.2 架空庁\nMade Agency\n所在地：3 Street, Minsk, Belarus.\n";
    let outcome = read_bytes(&[("notice.txt", text)]).unwrap_or_else(|e| panic!("{e}"));
    insta::assert_snapshot!("japan_export_bans_made_up", outcome.lines());
}

#[test]
fn pakistan_made_up() {
    let person = |name: &str, card: &str| {
        format!(
            "{{\"Name\":\"{name} \",\"FatherName\":null,\"CNIC\":\"{card}\",\"Province\":\"P\",\"District\":\"D\"}}"
        )
    };
    let text = format!(
        "[{},{},{}]",
        person("Made Up", "3230416384111"),
        person("Other", "3230416384111"),
        person("Third", "1234567890000")
    );
    let outcome = read_bytes(&[("list.json", &text)]).unwrap_or_else(|e| panic!("{e}"));
    insta::assert_snapshot!("pakistan_made_up", outcome.lines());
}
