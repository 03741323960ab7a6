//! Words missing, added or in another order.

use interdict_text::NameKind;

use super::around::legal_form_at;
use super::name::Name;
use crate::random::Random;

const MORE_GIVEN: &[&str] = &[
    "Maria", "Ahmed", "José", "Ivan", "Mohammad", "Anna", "Peter", "Ali", "Elena", "Karim",
];
const MORE_WORDS: &[&str] = &[
    "Group",
    "International",
    "Trading",
    "Holding",
    "Services",
    "Industries",
    "Global",
];

pub(super) fn missing(name: &Name, random: &mut Random) -> Option<String> {
    if name.words.len() < 3 {
        return None;
    }
    let mut words = name.words.clone();
    // A person without the family name is no longer this person.
    let least = if name.of == NameKind::Person {
        words.len().checked_sub(name.family)?
    } else {
        words.len()
    };
    if least == 0 {
        return None;
    }
    words.remove(random.below(least));
    Some(words.join(" "))
}

pub(super) fn added(name: &Name, random: &mut Random) -> Option<String> {
    // A ship with one more word to its name is another ship.
    if name.of == NameKind::Object {
        return None;
    }
    let mut words = name.words.clone();
    if name.of == NameKind::Person {
        let at = words.len().checked_sub(name.family)?;
        words.insert(at, (*random.one(MORE_GIVEN)?).to_owned());
    } else {
        let end = legal_form_at(name).unwrap_or(words.len());
        words.insert(end, (*random.one(MORE_WORDS)?).to_owned());
    }
    Some(words.join(" "))
}

pub(super) fn reordered(name: &Name, random: &mut Random) -> Option<String> {
    let mut words = name.words.clone();
    if words.len() < 2 {
        return None;
    }
    if random.chance(500) {
        words.rotate_left(1);
    } else {
        words.rotate_right(1);
    }
    Some(words.join(" "))
}

pub(super) fn reversed(name: &Name, _: &mut Random) -> Option<String> {
    let mut words = name.words.clone();
    words.reverse();
    (words.len() > 2).then(|| words.join(" "))
}

pub(super) fn comma(name: &Name, _: &mut Random) -> Option<String> {
    if name.of != NameKind::Person {
        return None;
    }
    let (given, family) = name
        .words
        .split_at_checked(name.words.len().checked_sub(name.family)?)?;
    (!given.is_empty()).then(|| format!("{}, {}", family.join(" "), given.join(" ")))
}
