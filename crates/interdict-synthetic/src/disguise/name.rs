//! A name as words, with its family name where the text shows it.

use interdict_text::NameKind;

use crate::random::Random;

/// A name to disguise.
pub(super) struct Name {
    /// What it names.
    pub(super) of: NameKind,
    /// Its words, in the order in which a customer file writes them.
    pub(super) words: Vec<String>,
    /// How many words at the end are the family name; 1 where the text does not show it.
    pub(super) family: usize,
}

impl Name {
    pub(super) fn new(text: &str, of: NameKind) -> Name {
        let split = |part: &str| part.split_whitespace().map(str::to_owned).collect();
        let mut words: Vec<String> = split(text);
        let mut family = 1;
        if of == NameKind::Person
            && let Some((last, given)) = text.split_once(',')
            && !given.contains(',')
            && !given.trim().is_empty()
        {
            words = split(given);
            let last: Vec<String> = split(last);
            family = last.len();
            words.extend(last);
        }
        Name { of, words, family }
    }

    /// The name as a customer file writes it.
    pub(super) fn text(&self) -> String {
        self.words.join(" ")
    }

    /// Whether this is a company or other body.
    pub(super) fn is_organisation(&self) -> bool {
        matches!(self.of, NameKind::Organization | NameKind::Any)
    }

    /// One word of a fitting length with letters only, changed.
    pub(super) fn change_word(
        &self,
        random: &mut Random,
        lengths: std::ops::RangeInclusive<usize>,
        change: impl FnOnce(&mut Vec<char>, &mut Random) -> Option<()>,
    ) -> Option<String> {
        let fit: Vec<usize> = self.fitting(&lengths);
        let at = *random.one(&fit)?;
        self.change_at(at, random, change)
    }

    /// The words of a fitting length with letters only.
    pub(super) fn fitting(&self, lengths: &std::ops::RangeInclusive<usize>) -> Vec<usize> {
        self.words
            .iter()
            .enumerate()
            .filter(|(_, word)| lengths.contains(&word.chars().count()))
            .filter(|(_, word)| word.chars().all(char::is_alphabetic))
            .map(|(at, _)| at)
            .collect()
    }

    /// The word at a place, changed.
    pub(super) fn change_at(
        &self,
        at: usize,
        random: &mut Random,
        change: impl FnOnce(&mut Vec<char>, &mut Random) -> Option<()>,
    ) -> Option<String> {
        let mut letters: Vec<char> = self.words.get(at)?.chars().collect();
        change(&mut letters, random)?;
        Some(self.with(at, letters.into_iter().collect()))
    }

    /// The name with another word at a place.
    pub(super) fn with(&self, at: usize, word: String) -> String {
        let mut words = self.words.clone();
        if let Some(old) = words.get_mut(at) {
            *old = word;
        }
        words.join(" ")
    }
}
