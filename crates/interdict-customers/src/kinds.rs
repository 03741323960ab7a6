//! What a type column says a customer is.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

/// The words, by schema.
const TABLE: &str = include_str!("../../../data/customer_types.toml");

static WORDS: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let parsed: BTreeMap<String, Vec<String>> = toml::from_str(TABLE).unwrap_or_default();
    let mut words = HashMap::new();
    // In an order that says which of two schemata a word of both means.
    for schema in ["Organization", "Company", "Person", "Vessel", "Airplane"] {
        for word in parsed.get(schema).into_iter().flatten() {
            words
                .entry(normal(word))
                .or_insert_with(|| schema.to_owned());
        }
    }
    words
});

/// A type as it is compared: small letters, no dots, one space between words.
pub(crate) fn normal(text: &str) -> String {
    let kept: String = text
        .chars()
        .filter(|c| *c != '.')
        .map(|c| if matches!(c, '_' | '-') { ' ' } else { c })
        .flat_map(char::to_lowercase)
        .collect();
    kept.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The schema that a word of a type column means, if it is a common one.
pub(crate) fn schema(text: &str) -> Option<&'static str> {
    WORDS.get(&normal(text)).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use interdict_model::Schema;

    use super::*;

    #[test]
    fn the_table_names_schemata() {
        for schema in WORDS.values() {
            assert!(Schema::get(schema).is_some(), "{schema}");
        }
    }

    #[test]
    fn three_spellings_of_a_company() {
        for word in [
            "Firma",
            "GmbH",
            "COMPANY ",
            "Ges.",
            "общество",
            "公司",
            "Corp.",
        ] {
            assert_eq!(schema(word), Some("Company"), "{word}");
        }
        assert_eq!(schema("Natural_Person"), Some("Person"));
        assert_eq!(schema("Segment B"), None);
    }
}
