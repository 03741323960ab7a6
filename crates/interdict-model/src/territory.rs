//! Countries and other territories: from any usual spelling or code to the code FollowTheMoney
//! uses.
//!
//! The table is generated from `data/territories.toml`; nothing is built at run time.

use std::fmt;

mod key;
mod table;

/// A territory as the table holds it.
#[derive(Debug)]
struct TerritoryDef {
    code: &'static str,
    name: &'static str,
    ftm: &'static str,
    alpha3: Option<&'static str>,
    numeric: Option<u16>,
    parent: Option<&'static str>,
    claims: &'static [&'static str],
    successors: &'static [&'static str],
    historical: bool,
}

/// A country, former country, dependent or disputed territory, or body such as the European Union.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Territory(u16);

/// The longest text that can be a territory.
const MAX_LEN: usize = 200;

/// The territory with this code: its own, ISO 3166-1 alpha-3, a former or a subdivision's code.
/// Case does not matter. The code of an unknown subdivision (`us-ca`) gives its country.
pub fn by_code(code: &str) -> Option<Territory> {
    if code.len() > 8 {
        return None;
    }
    let code = code.trim().to_lowercase().replace('_', "-");
    if let Some(found) = find(table::CODES, &code) {
        return Some(found);
    }
    let (country, part) = code.split_once('-')?;
    let part_ok = (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
    if country.len() == 2 && part_ok {
        find(table::CODES, country)
    } else {
        None
    }
}

/// The territory that a text means: a code, an ISO 3166-1 number of three digits, or a name
/// (short, official, former, demonym) in one of the main languages, also after `Region:` as OFAC
/// writes it. Case, accents, spaces and punctuation do not matter in names. Nothing is guessed: `None` for anything else.
pub fn lookup(text: &str) -> Option<Territory> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_LEN {
        return None;
    }
    if let Some(found) = by_code(text) {
        return Some(found);
    }
    if text.len() == 3
        && let Ok(number) = text.parse::<u16>()
    {
        return all().find(|t| t.numeric() == Some(number));
    }
    let name = text.strip_prefix("Region:").unwrap_or(text);
    let name = match name
        .len()
        .checked_sub(5)
        .and_then(|at| name.split_at_checked(at))
    {
        Some((name, article)) if article.eq_ignore_ascii_case("(the)") => name,
        _ => name,
    };
    find(table::NAMES, &key::key(name))
}

fn find(table: &'static [(&'static str, u16)], key: &str) -> Option<Territory> {
    let at = table.binary_search_by(|(k, _)| (*k).cmp(key)).ok()?;
    table.get(at).map(|(_, index)| Territory(*index))
}

/// Every territory, sorted by code.
pub fn all() -> impl Iterator<Item = Territory> {
    (0u16..).take(table::TERRITORIES.len()).map(Territory)
}

/// Whether two territories may mean the same place to different publishers: they are the same,
/// one lies in the other or is claimed by it, or one is a successor of the other (`ua-cri` and
/// `ru`, `suhh` and `ru`).
pub fn overlap(a: Territory, b: Territory) -> bool {
    a == b || a.touches(b) || b.touches(a)
}

impl Territory {
    fn def(self) -> &'static TerritoryDef {
        &table::TERRITORIES[usize::from(self.0)]
    }

    /// The code, lower case (`ru`, `ua-cri`, `suhh`).
    pub fn code(self) -> &'static str {
        self.def().code
    }

    /// The code that FollowTheMoney files hold for it; differs from [`Territory::code`] only where
    /// FollowTheMoney does not know the territory.
    pub fn ftm_code(self) -> &'static str {
        self.def().ftm
    }

    /// The short English name.
    pub fn name(self) -> &'static str {
        self.def().name
    }

    /// The ISO 3166-1 alpha-3 code, lower case.
    pub fn alpha3(self) -> Option<&'static str> {
        self.def().alpha3
    }

    /// The ISO 3166-1 number.
    pub fn numeric(self) -> Option<u16> {
        self.def().numeric
    }

    /// Whether it no longer exists.
    pub fn is_historical(self) -> bool {
        self.def().historical
    }

    /// The territory it lies in.
    pub fn parent(self) -> Option<Territory> {
        self.def().parent.and_then(by_code)
    }

    /// Who else administers or claims it.
    pub fn claims(self) -> impl Iterator<Item = Territory> {
        self.def().claims.iter().filter_map(|code| by_code(code))
    }

    /// What a former territory became.
    pub fn successors(self) -> impl Iterator<Item = Territory> {
        self.def()
            .successors
            .iter()
            .filter_map(|code| by_code(code))
    }

    fn touches(self, other: Territory) -> bool {
        self.parent() == Some(other)
            || self.claims().any(|t| t == other)
            || self.successors().any(|t| t == other)
    }
}

impl fmt::Debug for Territory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for Territory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::{all, by_code, key::key, lookup, overlap, table};
    use proptest::prelude::*;

    fn code(text: &str) -> Option<&'static str> {
        lookup(text).map(|t| t.code())
    }

    #[test]
    fn usual_spellings() {
        for (text, expected) in [
            ("Russia", "ru"),
            ("Russian Federation", "ru"),
            ("RUSSIAN FEDERATION (THE)", "ru"),
            ("Россия", "ru"),
            ("Russian", "ru"),
            ("RUS", "ru"),
            ("643", "ru"),
            ("Korea, North", "kp"),
            ("DPRK", "kp"),
            ("Democratic People's Republic of Korea", "kp"),
            ("Democratic People’s Republic of Korea", "kp"),
            ("UK", "gb"),
            ("U.K.", "gb"),
            ("Great Britain", "gb"),
            ("Czech Republic", "cz"),
            ("USSR", "suhh"),
            ("U.S.S.R.", "suhh"),
            ("Kosovo", "xk"),
            ("Region: Crimea", "ua-cri"),
            ("Крым", "ua-cri"),
            ("Côte d’Ivoire", "ci"),
            ("Cote d Ivoire", "ci"),
            ("São Tomé and Príncipe", "st"),
            ("Iran (Islamic Republic of)", "ir"),
            ("Bahamas, The", "bs"),
            ("The Gambia", "gm"),
            ("Congo, Democratic Republic of the", "cd"),
            ("Burma", "mm"),
            ("Virgin Islands, British", "vg"),
            ("Man, Isle of", "im"),
            ("Palestinian", "ps"),
            ("Türkei", "tr"),
            ("us-ca", "us"),
            ("UA_43", "ua-cri"),
            ("Netherlands Antilles", "an"),
            ("香港", "hk"),
        ] {
            assert_eq!(code(text), Some(expected), "{text:?}");
        }
        assert_eq!(
            lookup("Netherlands Antilles").map(|t| t.ftm_code()),
            Some("nl")
        );
    }

    #[test]
    fn nothing_is_guessed() {
        for text in [
            "", "N/A", "n.a.", "-", "unknown", "Narnia", "-0-", "None", "999", "x-y-z",
        ] {
            assert_eq!(code(text), None, "{text:?}");
        }
    }

    #[test]
    fn tables_are_searchable() {
        assert!(table::TERRITORIES.is_sorted_by(|a, b| a.code < b.code));
        assert!(table::CODES.is_sorted_by(|a, b| a.0 < b.0));
        assert!(table::NAMES.is_sorted_by(|a, b| a.0 < b.0));
        for territory in all() {
            assert_eq!(by_code(territory.code()), Some(territory));
            assert_eq!(lookup(territory.name()), Some(territory));
            assert!(by_code(territory.ftm_code()).is_some());
        }
        for (name, _) in table::NAMES {
            assert_eq!(key(name), *name);
        }
    }

    #[test]
    fn overlapping_places() {
        let check = |a: &str, b: &str, expected: bool| {
            let (a, b) = (lookup(a).expect(a), lookup(b).expect(b));
            assert_eq!(
                (overlap(a, b), overlap(b, a)),
                (expected, expected),
                "{a} {b}"
            );
        };
        check("ua-cri", "ua", true);
        check("ua-cri", "ru", true);
        check("suhh", "ru", true);
        check("ru", "ua", false);
        check("xk", "rs", true);
    }

    proptest! {
        #[test]
        fn lookup_never_panics(text in any::<String>()) {
            let _ = lookup(&text);
        }
    }
}
