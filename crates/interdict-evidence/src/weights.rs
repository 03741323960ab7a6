//! What a token weighs: how much it says of who is meant.
//!
//! The weight comes from a shipped table and from the shape of the token, never from the lists
//! that are loaded. 100 is an ordinary name token. The table, `data/weights.tsv`, is counted by
//! `cargo xtask train`; `data/TABLES.toml` says from what.

use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::FixedState;
use interdict_text::{NameKind, Role};

use crate::prepared::Side;

/// Rows `fold <tab> weight in persons' names <tab> weight in other names`, sorted by fold; 0 where
/// the token is rare in names of that kind.
const TABLE: &str = include_str!("../../../data/weights.tsv");

static ROWS: LazyLock<HashMap<&'static str, (u16, u16), FixedState>> = LazyLock::new(|| {
    TABLE
        .lines()
        .filter_map(|line| {
            let mut fields = line.split('\t');
            let key = fields.next()?;
            let mut number = || fields.next()?.parse().ok();
            Some((key, (number()?, number()?)))
        })
        .collect()
});

/// The weights of a fold in names of persons and of others; 0 where it is rare.
fn row(fold: &str) -> (u16, u16) {
    ROWS.get(fold).copied().unwrap_or((0, 0))
}

/// Whether many people bear this name: its weight among names of persons is below 80.
pub(crate) fn is_common_name(fold: &str) -> bool {
    (1..80).contains(&row(fold).0)
}

/// Whether the table knows this as a name that people bear.
pub(crate) fn is_known_name(fold: &str) -> bool {
    row(fold).0 > 0
}

/// Weight of a token on one side of a comparison, 1 to 1,000.
///
/// `fold` is the folded Latin key, or the key of the principal form where there is none.
pub fn weight(fold: &str, role: Role, kind: NameKind, side: Side) -> u16 {
    let person = kind == NameKind::Person;
    let digits = !fold.is_empty() && fold.bytes().all(|b| b.is_ascii_digit());
    let role = if digits { Role::Number } else { role };
    let weight = match role {
        Role::Plain | Role::Family | Role::Given => rarity(fold, kind),
        Role::Patronymic => rarity(fold, kind) * 6 / 10,
        Role::Initial => INITIAL,
        Role::Particle => 8,
        Role::Stopword | Role::Honorific => 5,
        Role::LegalForm => 12,
        Role::Generic => rarity(fold, kind).min(60) * 8 / 10,
        Role::Number if person => 10,
        Role::Number if fold.len() > LONG_NUMBER => 15,
        Role::Number => match side {
            Side::Query => 30,
            Side::List => 60,
        },
        Role::Place if person => rarity(fold, kind),
        Role::Place => match side {
            Side::Query => rarity(fold, kind).min(80),
            Side::List => rarity(fold, kind).clamp(60, 100),
        },
    };
    weight.clamp(1, 1_000)
}

/// [`weight`] in a query and in a list entry.
pub(crate) fn weights(fold: &str, role: Role, kind: NameKind) -> (u16, u16) {
    let query = weight(fold, role, kind, Side::Query);
    // Only numbers and places weigh more on one side.
    let list = match role {
        Role::Number | Role::Place => weight(fold, role, kind, Side::List),
        _ if fold.starts_with(|c: char| c.is_ascii_digit()) => weight(fold, role, kind, Side::List),
        _ => query,
    };
    (query, list)
}

/// Weight of an initial.
const INITIAL: u16 = 30;

/// Weight in a person's name of a word that names of persons hardly know and those of
/// organisations often have: it is about the person (`bank transfer`), not of the name.
const FOREIGN_WORD: u16 = 30;

/// Weight in names of organisations up to which a word is a common one.
const COMMON_WORD: u16 = 60;

/// Digits from which a number is a reference and no part of a name.
const LONG_NUMBER: usize = 4;

fn rarity(fold: &str, kind: NameKind) -> u16 {
    if is_noise(fold) {
        return 8;
    }
    let (person, other) = row(fold);
    let known = match kind {
        NameKind::Person if person == 0 && (1..=COMMON_WORD).contains(&other) => FOREIGN_WORD,
        NameKind::Person => person,
        NameKind::Organization => other,
        // A ship's name is short and often of common words, all of which tell.
        NameKind::Object if other > 0 => other.max(60),
        NameKind::Object => other,
        // The lighter of the two: what is common in either says little of an unknown kind.
        NameKind::Any if person > 0 && other > 0 => person.min(other),
        NameKind::Any => person.max(other),
    };
    if known > 0 {
        known.min(unknown(fold))
    } else {
        unknown(fold)
    }
}

/// Weight of a token that no table knows: short ones are less telling.
fn unknown(fold: &str) -> u16 {
    match fold.chars().count() {
        0..=1 => INITIAL,
        2 => 75,
        3 => 90,
        4 => 100,
        5 => 108,
        _ => 115,
    }
}

/// Words of payments and forms around a name, folded.
fn is_noise(fold: &str) -> bool {
    matches!(
        fold,
        "paiment"
            | "invoik"
            | "invoic"
            | "inv"
            | "ref"
            | "referenk"
            | "referenc"
            | "transfer"
            | "salari"
            | "akunt"
            | "acct"
            | "akt"
            | "mr"
            | "mrs"
            | "messrs"
            | "akct"
            | "attn"
            | "kustomer"
            | "klient"
            | "beneficiari"
            | "benef"
            | "order"
            | "purkas"
            | "ordering"
            | "swift"
            | "iban"
            | "usd"
            | "eur"
            | "urgent"
            | "rent"
            | "fe"
            | "fi"
            | "nr"
            | "payroll"
            | "pairol"
            | "remitank"
            | "remitanc"
            | "kontrakt"
            | "sender"
            | "recipient"
            | "passport"
            | "dob"
            | "fao"
            | "na"
            | "bnf"
            | "ultb"
            | "ordk"
            | "guds"
            | "obi"
            | "purpos"
            | "deposit"
            | "instalment"
            | "instalments"
            | "fvd"
            | "pmt"
            | "pai"
            | "paid"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold;

    #[test]
    fn common_names_weigh_less_than_rare_ones() {
        let person = |name: &str| weight(&fold(name), Role::Plain, NameKind::Person, Side::Query);
        assert!(person("mohammed") < person("garcia"));
        assert!(person("garcia") < person("prigozhin"));
        let org = |name: &str| {
            weight(
                &fold(name),
                Role::Plain,
                NameKind::Organization,
                Side::Query,
            )
        };
        assert!(org("trading") < org("rosneft"));
        assert!(org("limited") < org("trading"));
    }

    #[test]
    fn both_sides_at_once() {
        let roles = [
            Role::Plain,
            Role::Initial,
            Role::Patronymic,
            Role::Particle,
            Role::Honorific,
            Role::LegalForm,
            Role::Generic,
            Role::Number,
            Role::Place,
            Role::Stopword,
            Role::Family,
            Role::Given,
        ];
        for fold in [
            "", "3", "2004", "20040", "3a", "putin", "trading", "sirija", "moskva",
        ] {
            for role in roles {
                for kind in [
                    NameKind::Person,
                    NameKind::Organization,
                    NameKind::Object,
                    NameKind::Any,
                ] {
                    let apart = |side| weight(fold, role, kind, side);
                    let both = (apart(Side::Query), apart(Side::List));
                    assert_eq!(weights(fold, role, kind), both, "{fold} {role:?} {kind:?}");
                }
            }
        }
    }

    #[test]
    fn noise_folds_as_it_is_listed() {
        for word in [
            "payment",
            "invoice",
            "reference",
            "salary",
            "account",
            "purchase",
            "goods",
            "payroll",
            "pmt",
        ] {
            assert!(is_noise(&fold(word)), "{word} {}", fold(word));
        }
    }

    #[test]
    fn the_table_is_whole() {
        assert_eq!(ROWS.len(), TABLE.lines().count());
        assert!(ROWS.len() > 5_000);
    }
}
