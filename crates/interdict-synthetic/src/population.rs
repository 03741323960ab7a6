//! Names of people and firms, made up by country and script.
//!
//! Tokens come with the frequencies of their country, so common names are as common as they are:
//! `John Smith` comes back, and so does the long tail, for which family names are put together from
//! halves of others. Dates of birth of adults. A subject depends on the seed and its number alone,
//! so that any part of ten million can be made on its own.

mod firms;
mod people;
mod tables;

use interdict_text::NameKind;

use crate::random::Random;

/// A made-up customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// A person or an organisation.
    pub kind: NameKind,
    /// Its name, as its country orders it.
    pub name: String,
    /// Given names, of a person.
    pub given: String,
    /// Family name, of a person.
    pub family: String,
    /// Territory code.
    pub country: &'static str,
    /// `male` or `female`, of a person.
    pub gender: Option<&'static str>,
    /// Date of birth, of a person, as `YYYY-MM-DD`.
    pub birth_date: Option<String>,
}

/// What a population is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mix {
    /// Organisations in a thousand.
    pub organisations: usize,
    /// People in a thousand whose names stand in their own script, where that is not Latin.
    pub own_script: usize,
}

impl Default for Mix {
    /// A bank with business customers: 200 organisations in a thousand, names in Latin letters but
    /// for 100 in a thousand.
    fn default() -> Mix {
        Mix {
            organisations: 200,
            own_script: 100,
        }
    }
}

/// The subject with a number, of the population of a seed.
pub fn made(seed: u64, number: u64, mix: Mix) -> Made {
    let mut random = Random::of_item(seed, number);
    if random.chance(mix.organisations) {
        firms::firm(&mut random)
    } else {
        let own_script = random.chance(mix.own_script);
        people::person(&mut random, own_script)
    }
}

/// A date of birth of someone between 18 and 90 on 1 January 2026.
fn birth_date(random: &mut Random) -> String {
    let year = 1936 + random.below(72);
    let month = 1 + random.below(12);
    let days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let day = 1 + random.below(days.get(month - 1).copied().unwrap_or(28));
    format!("{year}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn a_subject_depends_on_seed_and_number_alone() {
        let mix = Mix::default();
        let all: Vec<Made> = (0..50).map(|n| made(7, n, mix)).collect();
        let backwards: Vec<Made> = (0..50).rev().map(|n| made(7, n, mix)).collect();
        assert!(all.iter().eq(backwards.iter().rev()));
        assert_ne!(all, (0..50).map(|n| made(8, n, mix)).collect::<Vec<_>>());
        // What other people's figures rest on: a change here is a change of their populations.
        assert_eq!(
            (
                all[0].name.as_str(),
                all[1].name.as_str(),
                all[2].name.as_str()
            ),
            (
                "Tsuzumi Kobayashi",
                "Sakamoto Nobusumi",
                "William A. Sisher"
            )
        );
    }

    #[test]
    fn names_are_whole_and_as_common_as_they_should_be() {
        let mut tokens: BTreeMap<String, usize> = BTreeMap::new();
        let mut names: BTreeMap<String, usize> = BTreeMap::new();
        let mut firms = 0;
        let count = 20_000;
        for number in 0..count {
            let made = made(1, number, Mix::default());
            assert!(
                !made.name.is_empty() && made.name.trim() == made.name,
                "{made:?}"
            );
            assert!(!made.name.contains("  "), "{made:?}");
            if made.kind == NameKind::Organization {
                firms += 1;
                assert!(made.birth_date.is_none() && made.gender.is_none());
            } else {
                assert!(
                    !made.family.is_empty() && made.birth_date.is_some(),
                    "{made:?}"
                );
            }
            for token in made.name.split_whitespace() {
                *tokens.entry(token.to_lowercase()).or_default() += 1;
            }
            *names.entry(made.name).or_default() += 1;
        }
        assert!((3_000..5_000).contains(&firms), "{firms}");
        // A long tail, and repeats of whole names, both.
        assert!(tokens.len() > 10_000, "{}", tokens.len());
        assert!(
            names.len() < 20_000 && names.len() > 19_000,
            "{}",
            names.len()
        );
    }
}
