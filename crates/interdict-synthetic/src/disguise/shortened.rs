//! Words shortened and ends cut.

use interdict_text::NameKind;

use super::name::Name;
use crate::random::Random;

fn initial(word: &str) -> String {
    word.chars().take(1).chain(['.']).collect()
}

/// Whether words of this alphabet have initials at all.
fn has_initials(word: &str) -> bool {
    word.chars().count() > 2
        && word
            .chars()
            .next()
            .is_some_and(|c| c.is_alphabetic() && (c.is_uppercase() || c.is_lowercase()))
}

pub(super) fn first_initial(name: &Name, _: &mut Random) -> Option<String> {
    let first = name.words.first().filter(|word| has_initials(word))?;
    (name.words.len() > 1).then(|| name.with(0, initial(first)))
}

pub(super) fn given_initials(name: &Name, _: &mut Random) -> Option<String> {
    if name.of != NameKind::Person {
        return None;
    }
    let given = name.words.len().checked_sub(name.family)?;
    let (front, family) = name.words.split_at_checked(given)?;
    if front.is_empty() || !front.iter().all(|word| has_initials(word)) {
        return None;
    }
    let mut words: Vec<String> = front.iter().map(|word| initial(word)).collect();
    words.extend(family.iter().cloned());
    Some(words.join(" "))
}

fn first(text: &str, letters: usize) -> String {
    text.chars()
        .take(letters)
        .collect::<String>()
        .trim_end()
        .to_owned()
}

pub(super) fn cut(name: &Name, _: &mut Random) -> Option<String> {
    let text = name.text();
    let letters = text.chars().count();
    (letters >= 6).then(|| first(&text, letters * 3 / 4))
}

pub(super) fn cut_field(name: &Name, _: &mut Random) -> Option<String> {
    let text = name.text();
    (text.chars().count() > 35).then(|| first(&text, 35))
}
