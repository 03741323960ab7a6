//! Characters that look alike, and marks that get lost between systems.

use super::name::Name;
use crate::random::Random;

/// What a scanner takes for what, both ways round where both happen.
const SCANNED: &[(&str, &str)] = &[
    ("m", "rn"),
    ("rn", "m"),
    ("d", "cl"),
    ("cl", "d"),
    ("w", "vv"),
    ("h", "li"),
    ("li", "h"),
    ("e", "c"),
    ("g", "q"),
    ("u", "ii"),
    ("B", "8"),
    ("I", "l"),
    ("l", "I"),
    ("O", "Q"),
    ("и", "н"),
    ("ш", "щ"),
    ("п", "л"),
    ("М", "N"),
];
const DIGITS: &[(char, char)] = &[
    ('o', '0'),
    ('i', '1'),
    ('l', '1'),
    ('e', '3'),
    ('a', '4'),
    ('s', '5'),
    ('b', '8'),
    ('g', '9'),
    ('о', '0'),
    ('з', '3'),
];
/// Latin letters and Cyrillic letters of the same shape.
const TWINS: &[(char, char)] = &[
    ('a', 'а'),
    ('c', 'с'),
    ('e', 'е'),
    ('o', 'о'),
    ('p', 'р'),
    ('x', 'х'),
    ('y', 'у'),
    ('A', 'А'),
    ('B', 'В'),
    ('C', 'С'),
    ('E', 'Е'),
    ('H', 'Н'),
    ('K', 'К'),
    ('M', 'М'),
    ('O', 'О'),
    ('P', 'Р'),
    ('T', 'Т'),
    ('X', 'Х'),
];
const INVISIBLE: &[char] = &[
    '\u{200b}', '\u{200c}', '\u{200d}', '\u{2060}', '\u{feff}', '\u{ad}',
];
/// Letters with marks, and what is written where marks are not to be had.
const MARKED: &[(&str, &str)] = &[
    ("àáâãåāăąǎ", "a"),
    ("ä", "a"),
    ("çćčĉċ", "c"),
    ("ďđð", "d"),
    ("èéêëēęěė", "e"),
    ("ğĝģġ", "g"),
    ("ìíîïīįı", "i"),
    ("ķ", "k"),
    ("łļľĺ", "l"),
    ("ñńňņ", "n"),
    ("òóôõōőø", "o"),
    ("ö", "o"),
    ("řŕ", "r"),
    ("śšşșŝ", "s"),
    ("ťţțŧ", "t"),
    ("ùúûūůűų", "u"),
    ("ü", "u"),
    ("ýÿŷ", "y"),
    ("źżž", "z"),
    ("ß", "ss"),
    ("æ", "ae"),
    ("œ", "oe"),
    ("ё", "е"),
    ("й", "и"),
    ("ї", "і"),
    ("ά", "α"),
    ("έ", "ε"),
    ("ή", "η"),
    ("ίϊ", "ι"),
    ("ό", "ο"),
    ("ύϋ", "υ"),
    ("ώ", "ω"),
    ("أإآ", "ا"),
];

pub(super) fn scanned(name: &Name, random: &mut Random) -> Option<String> {
    let text = name.text();
    let places: Vec<(usize, &(&str, &str))> = SCANNED
        .iter()
        .flat_map(|rule| text.match_indices(rule.0).map(move |(at, _)| (at, rule)))
        .collect();
    let (at, (from, to)) = *random.one(&places)?;
    Some(format!(
        "{}{to}{}",
        text.get(..at)?,
        text.get(at + from.len()..)?
    ))
}

pub(super) fn digits(name: &Name, random: &mut Random) -> Option<String> {
    let mut letters: Vec<char> = name.text().chars().collect();
    let digit = |c: char| {
        let small = c.to_lowercase().next()?;
        DIGITS
            .iter()
            .find(|(letter, _)| *letter == small)
            .map(|(_, digit)| *digit)
    };
    let places: Vec<usize> = (0..letters.len())
        .filter(|at| letters.get(*at).is_some_and(|c| digit(*c).is_some()))
        .collect();
    for _ in 0..=random.below(2) {
        let at = *random.one(&places)?;
        if let Some(place) = letters.get_mut(at)
            && let Some(new) = digit(*place)
        {
            *place = new;
        }
    }
    Some(letters.into_iter().collect())
}

pub(super) fn homoglyphs(name: &Name, _: &mut Random) -> Option<String> {
    let text = name.text();
    let cyrillic = text.chars().any(|c| ('\u{400}'..'\u{530}').contains(&c));
    Some(
        text.chars()
            .map(|c| {
                let twin = TWINS.iter().find_map(|(latin, other)| {
                    if cyrillic && c == *other {
                        Some(*latin)
                    } else if !cyrillic && c == *latin {
                        Some(*other)
                    } else {
                        None
                    }
                });
                twin.unwrap_or(c)
            })
            .collect(),
    )
}

pub(super) fn zero_width(name: &Name, random: &mut Random) -> Option<String> {
    let mut letters: Vec<char> = name.text().chars().collect();
    for _ in 0..=random.below(3) {
        let at = 1 + random.below(letters.len().checked_sub(1).filter(|n| *n > 0)?);
        letters.insert(at, *random.one(INVISIBLE)?);
    }
    Some(letters.into_iter().collect())
}

pub(super) fn marks_lost(name: &Name, _: &mut Random) -> Option<String> {
    let mut out = String::new();
    for c in name.text().chars() {
        let small: String = c.to_lowercase().collect();
        let plain = MARKED
            .iter()
            .find(|(marked, _)| !small.is_empty() && marked.contains(&small))
            .map(|(_, plain)| *plain);
        match plain {
            Some(plain) if c.is_uppercase() => {
                out.extend(plain.chars().flat_map(char::to_uppercase))
            }
            Some(plain) => out.push_str(plain),
            None => out.push(c),
        }
    }
    Some(out)
}

pub(super) fn marks_added(name: &Name, random: &mut Random) -> Option<String> {
    let mut letters: Vec<char> = name.text().chars().collect();
    let marked = |c: char| {
        let small = c.to_lowercase().next()?;
        let (marks, _) = MARKED.iter().find(|(_, plain)| plain.chars().eq([small]))?;
        Some((marks.chars().collect::<Vec<char>>(), c.is_uppercase()))
    };
    let places: Vec<usize> = (0..letters.len())
        .filter(|at| letters.get(*at).is_some_and(|c| marked(*c).is_some()))
        .collect();
    for _ in 0..=random.below(2) {
        let at = *random.one(&places)?;
        if let Some(place) = letters.get_mut(at)
            && let Some((marks, upper)) = marked(*place)
        {
            let mark = *random.one(&marks)?;
            *place = if upper {
                mark.to_uppercase().next().unwrap_or(mark)
            } else {
                mark
            };
        }
    }
    Some(letters.into_iter().collect())
}

pub(super) fn capitals(name: &Name, _: &mut Random) -> Option<String> {
    let text = name.text();
    let upper = text.to_uppercase();
    Some(if upper == text {
        text.to_lowercase()
    } else {
        upper
    })
}

pub(super) fn full_width(name: &Name, _: &mut Random) -> Option<String> {
    let wide = |c: char| match c {
        '!'..='~' => char::from_u32(u32::from(c) - 0x21 + 0xff01).unwrap_or(c),
        ' ' => '\u{3000}',
        other => other,
    };
    Some(name.text().chars().map(wide).collect())
}

pub(super) fn double_encoded(name: &Name, _: &mut Random) -> Option<String> {
    // Windows-1252 differs from Latin-1 in these bytes; five of them it does not define.
    const HIGH: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";
    let high: Vec<char> = HIGH.chars().collect();
    Some(
        name.text()
            .bytes()
            .map(|byte| match byte {
                0x80..=0x9f => high
                    .get(usize::from(byte - 0x80))
                    .copied()
                    .unwrap_or('\u{fffd}'),
                other => char::from(other),
            })
            .collect(),
    )
}
