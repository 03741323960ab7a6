//! The words around names, from `data/customer_words.toml`.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use serde::Deserialize;

use super::segment::Word;

const TABLE: &str = include_str!("../../../../data/customer_words.toml");

/// Longest phrase in words.
const MAX_PHRASE: usize = 6;
/// A marker of fewer letters than this may be a name unless it is written like a marker.
const SURE_LETTERS: usize = 6;

/// What a phrase means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Sense {
    Joint,
    JointShort,
    CareOf,
    Trustee,
    TrusteeLeading,
    OnBehalfOf,
    TradingAs,
    Maiden,
    DeadBehind,
    DeadFront,
    Estate,
    EstateBehind,
    AccountStrong,
    AccountWeak,
    Currency,
    Salutation,
    SalutationTwo,
    SalutationFirm,
    SalutationBehind,
    Title,
    Minor,
}

type Section = BTreeMap<String, Vec<String>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    joint: Section,
    care_of: Section,
    trustee: Section,
    on_behalf_of: Section,
    trading_as: Section,
    maiden: Section,
    deceased: Section,
    account: Section,
    salutation: Section,
    title: Section,
    minor: Section,
}

static PHRASES: LazyLock<HashMap<String, Vec<Sense>>> = LazyLock::new(|| {
    let mut phrases: HashMap<String, Vec<Sense>> = HashMap::new();
    let Ok(table) = toml::from_str::<Table>(TABLE) else {
        // A test keeps the table readable.
        return phrases;
    };
    let mut add = |section: &Section, key: &str, sense: Sense| {
        for phrase in section.get(key).into_iter().flatten() {
            let norm = phrase
                .split_whitespace()
                .map(super::segment::normal)
                .collect::<Vec<_>>()
                .join(" ");
            let senses = phrases.entry(norm).or_default();
            if !senses.contains(&sense) {
                senses.push(sense);
            }
        }
    };
    add(&table.joint, "sure", Sense::Joint);
    add(&table.joint, "short", Sense::JointShort);
    add(&table.care_of, "words", Sense::CareOf);
    add(&table.trustee, "words", Sense::Trustee);
    add(&table.trustee, "leading", Sense::TrusteeLeading);
    add(&table.on_behalf_of, "words", Sense::OnBehalfOf);
    add(&table.trading_as, "words", Sense::TradingAs);
    add(&table.maiden, "words", Sense::Maiden);
    add(&table.deceased, "behind", Sense::DeadBehind);
    add(&table.deceased, "front", Sense::DeadFront);
    add(&table.deceased, "estate", Sense::Estate);
    add(&table.deceased, "estate_behind", Sense::EstateBehind);
    add(&table.account, "strong", Sense::AccountStrong);
    add(&table.account, "weak", Sense::AccountWeak);
    add(&table.account, "currencies", Sense::Currency);
    add(&table.salutation, "one", Sense::Salutation);
    add(&table.salutation, "two", Sense::SalutationTwo);
    add(&table.salutation, "firm", Sense::SalutationFirm);
    add(&table.salutation, "behind", Sense::SalutationBehind);
    add(&table.title, "words", Sense::Title);
    add(&table.minor, "words", Sense::Minor);
    phrases
});

/// Whether this phrase has this sense.
fn has(phrase: &str, sense: Sense) -> bool {
    PHRASES
        .get(phrase)
        .is_some_and(|senses| senses.contains(&sense))
}

/// How many words from `at` on are the longest phrase of this sense; 0 for none.
pub(super) fn phrase(words: &[Word], at: usize, sense: Sense) -> usize {
    let rest = words.get(at..).unwrap_or_default();
    let Some(first) = rest.first() else { return 0 };
    let mut text = first.norm.clone();
    let mut best = usize::from(has(&text, sense));
    for (n, word) in (2..=MAX_PHRASE).zip(rest.iter().skip(1)) {
        text.push(' ');
        text.push_str(&word.norm);
        if has(&text, sense) {
            best = n;
        }
    }
    best
}

/// As [`phrase`], but a short word counts only where it is written as a marker: with a dot, in small
/// letters, in brackets, as signs, or in a text of capitals only.
pub(super) fn marker(words: &[Word], at: usize, sense: Sense, capitals: bool) -> usize {
    let n = phrase(words, at, sense);
    let sure = n > 1
        || capitals
        || words.get(at).is_some_and(|word| {
            word.norm.chars().count() >= SURE_LETTERS
                || word.dotted
                || word.opens
                || !word.text.chars().any(char::is_uppercase)
                || word.norm.contains(['/', '\'', '’'])
        });
    if sure { n } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_reads() {
        assert!(
            toml::from_str::<Table>(TABLE).is_ok(),
            "{:?}",
            toml::from_str::<Table>(TABLE).err()
        );
        assert!(has("as trustee of", Sense::Trustee));
        assert!(has("geb", Sense::Maiden));
        assert!(has("c/o", Sense::CareOf));
    }
}
