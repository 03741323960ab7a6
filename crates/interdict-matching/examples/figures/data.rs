//! The data that figures are taken on.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

use interdict_evidence::{Fact, FactKind, NameClass, prepare};
use interdict_matching::{Subject, SubjectName};
use interdict_text::{NameKind, analyse};

/// A listed entity with its primary name in natural order.
pub(crate) struct Entry {
    pub(crate) natural: String,
    pub(crate) subject: Subject,
}

pub(crate) fn path(name: &str) -> PathBuf {
    let folder = std::env::var_os("INTERDICT_DATA").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")),
        PathBuf::from,
    );
    folder.join(name)
}

/// A file as text; compressed ones through the `zstdcat` command.
fn text(name: &str) -> String {
    let path = path(name);
    let bytes = if name.ends_with(".zst") {
        Command::new("zstdcat").arg(&path).output().unwrap().stdout
    } else {
        std::fs::read(&path).unwrap()
    };
    String::from_utf8_lossy(&bytes).into_owned()
}

pub(crate) fn rows(name: &str) -> Vec<csv::StringRecord> {
    let text = text(name);
    csv::Reader::from_reader(text.as_bytes())
        .into_records()
        .map(|r| r.unwrap())
        .collect()
}

pub(crate) fn kind(schema: &str) -> NameKind {
    match schema {
        "Person" => NameKind::Person,
        "Vessel" => NameKind::Object,
        "LegalEntity" => NameKind::Any,
        _ => NameKind::Organization,
    }
}

/// OFAC's current list: names and aliases, and the first date of birth of the remarks.
pub(crate) fn ofac() -> Vec<Entry> {
    let raw = |name: &str| -> Vec<csv::StringRecord> {
        let text = text(name);
        csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes())
            .into_records()
            .filter_map(Result::ok)
            .collect()
    };
    let mut aliases: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in raw("ofac/current/alt.csv") {
        aliases
            .entry(row[0].to_owned())
            .or_default()
            .push(row[3].to_owned());
    }
    let mut entries = Vec::new();
    for row in raw("ofac/current/sdn.csv") {
        if row.len() < 12 {
            continue;
        }
        let kind = match row[2].trim() {
            "individual" => NameKind::Person,
            "vessel" | "aircraft" => NameKind::Object,
            _ => NameKind::Organization,
        };
        let mut names = vec![SubjectName {
            text: row[1].to_owned(),
            class: NameClass::Primary,
            prepared: prepare(&analyse(&row[1], kind), kind),
        }];
        for alias in aliases.get(&row[0]).into_iter().flatten() {
            names.push(SubjectName {
                text: alias.clone(),
                class: NameClass::Alias,
                prepared: prepare(&analyse(alias, kind), kind),
            });
        }
        let mut facts = Vec::new();
        if let Some(dob) = dob(&row[11]) {
            facts.push(Fact {
                kind: FactKind::StartDate,
                value: dob.into(),
            });
        }
        let natural = match row[1].split_once(", ") {
            Some((family, given)) if kind == NameKind::Person => format!("{given} {family}"),
            _ => row[1].to_owned(),
        };
        entries.push(Entry {
            natural,
            subject: Subject { kind, names, facts },
        });
    }
    entries
}

/// `DOB 17 Mar 1959`, `DOB 1959`, `DOB circa 1959`.
fn dob(remarks: &str) -> Option<String> {
    let rest = remarks.split("DOB ").nth(1)?.trim_start_matches("circa ");
    let words: Vec<&str> = rest.split([' ', ';', '.']).take(3).collect();
    let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    match words.as_slice() {
        [year, ..] if year.len() == 4 => Some((*year).to_owned()),
        [day, month, year] => {
            let month = months.iter().position(|m| m == month)? + 1;
            Some(format!("{year}-{month:02}-{:02}", day.parse::<u32>().ok()?))
        }
        _ => None,
    }
}

type Sets = BTreeMap<(&'static str, &'static str), Vec<(String, Vec<String>)>>;

/// Original-script names of persons of the UN and EU lists with the Latin names of the same entry.
pub(crate) fn cross_script() -> Sets {
    let mut sets = Sets::new();
    let un = text("un/consolidated.xml");
    for person in un.split("<INDIVIDUAL>").skip(1) {
        let person = person.split("</INDIVIDUAL>").next().unwrap_or_default();
        let field = |tag: &str| -> Option<String> {
            let value = person
                .split(&format!("<{tag}>"))
                .nth(1)?
                .split('<')
                .next()?
                .trim();
            (!value.is_empty()).then(|| value.to_owned())
        };
        let parts: Vec<String> = ["FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME"]
            .iter()
            .filter_map(|t| field(t))
            .collect();
        if let (Some(native), false) = (field("NAME_ORIGINAL_SCRIPT"), parts.is_empty())
            && let Some(script) = script(&native)
        {
            sets.entry(("UN", script))
                .or_default()
                .push((native, vec![parts.join(" ")]));
        }
    }
    for row in journal() {
        let (native, latin): (Vec<String>, Vec<String>) =
            row.into_iter().partition(|name| script(name).is_some());
        if latin.is_empty() {
            continue;
        }
        for name in native {
            // Whole names in one script, not explanations with a name in them.
            if let Some(script) = script(&name)
                && !name.chars().any(|c| c.is_ascii_alphabetic())
            {
                let set = sets.entry(("EU", script)).or_default();
                if !set.iter().any(|(known, _)| *known == name) {
                    set.push((name, latin.clone()));
                }
            }
        }
    }
    sets
}

/// Names and aliases of the persons of the consolidated acts of the Official Journal.
fn journal() -> Vec<Vec<String>> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(path("eu/journal"))
        .unwrap()
        .map(|f| f.unwrap().path())
        .filter(|f| {
            let name = f.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with("consolidated-")
        })
        .collect();
    files.sort();
    let mut out = Vec::new();
    for file in files {
        let mut reader = csv::Reader::from_path(&file).unwrap();
        let head = reader.headers().unwrap().clone();
        let at = |name: &str| head.iter().position(|h| h == name).unwrap();
        let (schema, name, alias) = (at("schema"), at("name"), at("alias"));
        for row in reader.records() {
            let row = row.unwrap();
            if &row[schema] != "Person" {
                continue;
            }
            let mut names = vec![row[name].trim().to_owned()];
            names.extend(
                row[alias]
                    .split(';')
                    .map(|n| n.trim().to_owned())
                    .filter(|n| !n.is_empty() && !n.ends_with(':') && n != "Text of image"),
            );
            out.push(names);
        }
    }
    out
}

fn script(text: &str) -> Option<&'static str> {
    text.chars().find_map(|c| match c {
        '\u{600}'..='\u{6ff}' => Some("Arabic"),
        '\u{400}'..='\u{4ff}' => Some("Cyrillic"),
        '\u{ac00}'..='\u{d7a3}' => Some("Hangul"),
        '\u{4e00}'..='\u{9fff}' => Some("Han"),
        '\u{590}'..='\u{5ff}' => Some("Hebrew"),
        _ => None,
    })
}
