//! Countries as customer files write them.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use interdict_model::territory;

/// Words that are no names of countries: nationalities, other languages, vehicle codes.
const TABLE: &str = include_str!("../../../data/customer_countries.toml");

static WORDS: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let parsed: BTreeMap<String, Vec<String>> = toml::from_str(TABLE).unwrap_or_default();
    let mut words = HashMap::new();
    for (code, all) in parsed {
        for word in all {
            words.entry(word).or_insert_with(|| code.clone());
        }
    }
    words
});

/// The code of a word that is no name the model knows.
fn word(text: &str) -> Option<String> {
    let kept: String = text.chars().filter(|c| *c != '.').collect();
    WORDS.get(&kept.trim().to_lowercase()).cloned()
}

/// Countries of some cells, as codes where a word is known; those in one cell between commas or slashes
/// apart where the whole is none. What is not known comes back as written.
pub(crate) fn read(cells: &[String]) -> Vec<String> {
    let one = |text: &str| match territory::lookup(text) {
        Some(_) => Some(text.to_owned()),
        None => word(text),
    };
    cells
        .iter()
        .flat_map(|cell| {
            if let Some(country) = one(cell) {
                return vec![country];
            }
            cell.split([',', '/'])
                .map(str::trim)
                .filter(|part| !part.is_empty())
                .map(|part| one(part).unwrap_or_else(|| part.to_owned()))
                .collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cell: &str, expected: &[&str]) {
        assert_eq!(read(&[cell.to_owned()]), expected, "{cell}");
    }

    #[test]
    fn the_table_names_territories() {
        for code in WORDS.values() {
            assert!(territory::by_code(code).is_some(), "{code}");
        }
    }

    #[test]
    fn names_nationalities_and_codes() {
        check("Française", &["fr"]);
        check("Niemcy", &["de"]);
        check("D", &["de"]);
        check("DE", &["DE"]);
        check("Germany", &["Germany"]);
        check("deutsch, türkisch", &["de", "tr"]);
        check("DE/AT", &["DE", "AT"]);
        check("Atlantis", &["Atlantis"]);
    }
}
