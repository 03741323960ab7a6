//! Spaces and punctuation.

use super::name::Name;
use crate::random::Random;

pub(super) fn all_joined(name: &Name, _: &mut Random) -> Option<String> {
    Some(name.words.concat())
}

/// The name with something else than a space between two neighbouring words.
fn between(name: &Name, random: &mut Random, mark: &str) -> Option<String> {
    let gaps = name.words.len().checked_sub(1).filter(|n| *n > 0)?;
    let at = 1 + random.below(gaps);
    let (left, right) = name.words.split_at_checked(at)?;
    Some(format!("{}{mark}{}", left.join(" "), right.join(" ")))
}

pub(super) fn two_joined(name: &Name, random: &mut Random) -> Option<String> {
    // Of two words the join would be that of all.
    (name.words.len() > 2).then(|| between(name, random, ""))?
}

pub(super) fn hyphened(name: &Name, random: &mut Random) -> Option<String> {
    between(name, random, "-")
}

pub(super) fn split(name: &Name, random: &mut Random) -> Option<String> {
    name.change_word(random, 6..=64, |letters, random| {
        // Both parts keep at least two letters.
        let at = 2 + random.below(letters.len().saturating_sub(3));
        letters.insert(at, ' ');
        Some(())
    })
}

pub(super) fn punctuation(name: &Name, _: &mut Random) -> Option<String> {
    let text = name.text();
    let left_out: String = text
        .chars()
        .filter(|c| !matches!(c, '-' | '\'' | '’' | '‘' | '.' | ','))
        .collect();
    Some(if left_out == text {
        name.words.join(".")
    } else {
        left_out
    })
}
