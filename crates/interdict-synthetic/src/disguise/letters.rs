//! Mistyped letters. The first letter of a word stays: people check how a name begins.

use super::name::Name;
use crate::random::Random;

const LATIN: &[char] = &[
    'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's',
    't', 'u', 'v', 'w', 'x', 'y', 'z',
];
const CYRILLIC: &[char] = &[
    'а', 'б', 'в', 'г', 'д', 'е', 'ж', 'з', 'и', 'к', 'л', 'м', 'н', 'о', 'п', 'р', 'с', 'т', 'у',
    'ф', 'х', 'ц', 'ч', 'ш', 'ы', 'э', 'ю', 'я',
];
const GREEK: &[char] = &[
    'α', 'β', 'γ', 'δ', 'ε', 'ζ', 'η', 'θ', 'ι', 'κ', 'λ', 'μ', 'ν', 'ξ', 'ο', 'π', 'ρ', 'σ', 'τ',
    'υ', 'φ', 'χ', 'ω',
];
const ARABIC: &[char] = &[
    'ا', 'ب', 'ت', 'ج', 'ح', 'د', 'ر', 'ز', 'س', 'ش', 'ص', 'ط', 'ع', 'غ', 'ف', 'ق', 'ك', 'ل', 'م',
    'ن', 'ه', 'و', 'ي',
];
const HEBREW: &[char] = &[
    'א', 'ב', 'ג', 'ד', 'ה', 'ו', 'ז', 'ח', 'ט', 'י', 'כ', 'ל', 'מ', 'נ', 'ס', 'ע', 'פ', 'צ', 'ק',
    'ר', 'ש', 'ת',
];
const VOWELS: &[&[char]] = &[
    &['a', 'e', 'i', 'o', 'u'],
    &['а', 'е', 'и', 'о', 'у', 'я', 'ю'],
    &['α', 'ε', 'η', 'ι', 'ο', 'υ', 'ω'],
];
/// Rows of the keyboards that the letters are usually typed on.
const ROWS: &[&str] = &[
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "йцукенгшщзхъ",
    "фывапролджэ",
    "ячсмитьбю",
];

/// The letters that may take the place of one: those of its alphabet, else none.
fn alphabet(letter: char) -> &'static [char] {
    match letter {
        'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' => LATIN,
        '\u{370}'..='\u{3ff}' => GREEK,
        '\u{400}'..='\u{52f}' => CYRILLIC,
        '\u{590}'..='\u{5ff}' => HEBREW,
        '\u{600}'..='\u{6ff}' => ARABIC,
        _ => &[],
    }
}

fn small(letter: char) -> char {
    letter.to_lowercase().next().unwrap_or(letter)
}

/// `new` in the case of `old`.
fn cased(new: char, old: char) -> char {
    if old.is_uppercase() {
        new.to_uppercase().next().unwrap_or(new)
    } else {
        new
    }
}

/// A letter of the same alphabet and case that is another.
fn other(old: char, random: &mut Random) -> Option<char> {
    let letters = alphabet(old);
    let at = random.below(letters.len());
    let letter = *letters.get(at)?;
    let letter = if letter == small(old) {
        *letters.get((at + 1) % letters.len())?
    } else {
        letter
    };
    Some(cased(letter, old))
}

/// A place behind the first letter.
fn inside(letters: &[char], random: &mut Random) -> usize {
    1 + random.below(letters.len().saturating_sub(1))
}

pub(super) fn deletion(name: &Name, random: &mut Random) -> Option<String> {
    name.change_word(random, 4..=64, |letters, random| {
        letters.remove(inside(letters, random));
        Some(())
    })
}

pub(super) fn insertion(name: &Name, random: &mut Random) -> Option<String> {
    name.change_word(random, 4..=64, |letters, random| {
        let at = inside(letters, random);
        let letter = other(*letters.get(at)?, random)?;
        letters.insert(at, letter);
        Some(())
    })
}

pub(super) fn substitution(name: &Name, random: &mut Random) -> Option<String> {
    name.change_word(random, 4..=64, |letters, random| {
        substitute(letters, random)
    })
}

fn substitute(letters: &mut [char], random: &mut Random) -> Option<()> {
    let at = inside(letters, random);
    let place = letters.get_mut(at)?;
    *place = other(*place, random)?;
    Some(())
}

pub(super) fn keyboard(name: &Name, random: &mut Random) -> Option<String> {
    name.change_word(random, 4..=64, |letters, random| {
        let at = inside(letters, random);
        let place = letters.get_mut(at)?;
        let row: Vec<char> = ROWS
            .iter()
            .find(|r| r.contains(small(*place)))?
            .chars()
            .collect();
        let key = row.iter().position(|c| *c == small(*place))?;
        let next = if key == 0 || (key + 1 < row.len() && random.chance(500)) {
            key + 1
        } else {
            key - 1
        };
        *place = cased(*row.get(next)?, *place);
        Some(())
    })
}

pub(super) fn vowel(name: &Name, random: &mut Random) -> Option<String> {
    name.change_word(random, 4..=64, |letters, random| {
        let places: Vec<usize> = (1..letters.len())
            .filter(|at| {
                letters
                    .get(*at)
                    .is_some_and(|c| VOWELS.iter().any(|v| v.contains(&small(*c))))
            })
            .collect();
        let place = letters.get_mut(*random.one(&places)?)?;
        let vowels = VOWELS.iter().find(|v| v.contains(&small(*place)))?;
        let at = vowels.iter().position(|c| *c == small(*place))?;
        let step = 1 + random.below(vowels.len() - 1);
        *place = cased(*vowels.get((at + step) % vowels.len())?, *place);
        Some(())
    })
}

pub(super) fn transposition(name: &Name, random: &mut Random) -> Option<String> {
    name.change_word(random, 4..=64, |letters, random| transpose(letters, random))
}

pub(super) fn short_transposition(name: &Name, random: &mut Random) -> Option<String> {
    name.change_word(random, 3..=5, |letters, random| transpose(letters, random))
}

fn transpose(letters: &mut [char], random: &mut Random) -> Option<()> {
    let different: Vec<usize> = (1..letters.len())
        .filter(|at| {
            let pair = (letters.get(at - 1), letters.get(*at));
            matches!(pair, (Some(a), Some(b)) if small(*a) != small(*b))
        })
        .collect();
    let at = *random.one(&different)?;
    let (a, b) = (*letters.get(at - 1)?, *letters.get(at)?);
    *letters.get_mut(at - 1)? = cased(small(b), a);
    *letters.get_mut(at)? = cased(small(a), b);
    Some(())
}

pub(super) fn doubling(name: &Name, random: &mut Random) -> Option<String> {
    name.change_word(random, 2..=4, |letters, random| {
        let at = inside(letters, random);
        letters.insert(at, *letters.get(at)?);
        Some(())
    })
}

pub(super) fn undoubling(name: &Name, random: &mut Random) -> Option<String> {
    let doubles: Vec<(usize, usize)> = name
        .words
        .iter()
        .enumerate()
        .flat_map(|(word, text)| {
            let letters: Vec<char> = text.chars().collect();
            (1..letters.len())
                .filter(|at| {
                    letters[*at].is_alphabetic() && small(letters[at - 1]) == small(letters[*at])
                })
                .map(|at| (word, at))
                .collect::<Vec<_>>()
        })
        .collect();
    let (word, at) = *random.one(&doubles)?;
    name.change_at(word, random, |letters, _| {
        letters.remove(at);
        Some(())
    })
}

pub(super) fn two_deletions(name: &Name, random: &mut Random) -> Option<String> {
    name.change_word(random, 6..=64, |letters, random| {
        letters.remove(inside(letters, random));
        letters.remove(inside(letters, random));
        Some(())
    })
}

pub(super) fn two_substitutions(name: &Name, random: &mut Random) -> Option<String> {
    let fit = name.fitting(&(4..=64));
    let first = random.below(fit.len());
    let second = (first + 1 + random.below(fit.len().saturating_sub(1))) % fit.len().max(1);
    if first == second {
        return None;
    }
    let mut words = name.words.clone();
    for at in [*fit.get(first)?, *fit.get(second)?] {
        let mut letters: Vec<char> = words.get(at)?.chars().collect();
        substitute(&mut letters, random)?;
        *words.get_mut(at)? = letters.into_iter().collect();
    }
    Some(words.join(" "))
}
