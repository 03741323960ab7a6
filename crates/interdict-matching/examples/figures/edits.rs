//! Manipulations of a name, one kind each. Seeded by the position of the name.

type Edit = fn(&str, u64) -> Option<String>;

pub(crate) const KINDS: &[(&str, Edit)] = &[
    ("as written", |n, _| Some(format!("{n} "))),
    ("substitution", |n, s| {
        at_token(n, s, 4, |t, r| {
            let i = pick(t.len(), r);
            t[i] = other(t[i], r);
        })
    }),
    ("deletion", |n, s| {
        at_token(n, s, 4, |t, r| {
            t.remove(pick(t.len(), r));
        })
    }),
    ("insertion", |n, s| {
        at_token(n, s, 4, |t, r| t.insert(pick(t.len(), r), letter(r)))
    }),
    ("transposition in 3-5 letters", |n, s| {
        sized(n, s, 3..=5, |t, r| {
            let i = r as usize % (t.len() - 1);
            t.swap(i, i + 1);
        })
    }),
    ("doubled letter in 2-4 letters", |n, s| {
        sized(n, s, 2..=4, |t, r| {
            let i = pick(t.len(), r);
            t.insert(i, t[i]);
        })
    }),
    ("vowel swapped", |n, s| {
        at_token(n, s, 3, |t, r| {
            if let Some(i) = t
                .iter()
                .position(|c| "aeiou".contains(c.to_ascii_lowercase()))
            {
                t[i] = ['a', 'e', 'i', 'o', 'u'][r as usize % 5];
            }
        })
    }),
    ("2 deletions in one token", |n, s| {
        at_token(n, s, 6, |t, r| {
            t.remove(pick(t.len(), r));
            t.remove(pick(t.len(), r / 7));
        })
    }),
    ("substitution in 2 tokens", |n, s| two_tokens(n, s)),
    ("all spaces removed", |n, _| Some(n.replace(' ', ""))),
    ("two tokens joined", |n, s| {
        let w = words(n);
        (w.len() > 1).then(|| {
            let i = s as usize % (w.len() - 1);
            (0..w.len())
                .map(|j| {
                    if j == i || j + 1 == w.len() {
                        w[j].clone()
                    } else {
                        format!("{} ", w[j])
                    }
                })
                .collect()
        })
    }),
    ("token split", |n, s| {
        at_token(n, s, 6, |t, _| t.insert(t.len() / 2, ' '))
    }),
    ("given names to initials", |n, _| {
        let w = words(n);
        (w.len() > 1).then(|| {
            w.iter()
                .enumerate()
                .map(|(i, t)| {
                    if i + 1 < w.len() {
                        format!("{}. ", t.chars().next().unwrap_or('x'))
                    } else {
                        t.clone()
                    }
                })
                .collect()
        })
    }),
    ("first token to initial", |n, _| {
        let w = words(n);
        (w.len() > 1).then(|| {
            w.iter()
                .enumerate()
                .map(|(i, t)| {
                    if i == 0 {
                        format!("{}. ", t.chars().next().unwrap_or('x'))
                    } else {
                        format!("{t} ")
                    }
                })
                .collect()
        })
    }),
    ("payment noise", |n, s| {
        Some(format!(
            "{n} {}",
            [
                "payment ref 448812",
                "INV 2024-118",
                "salary march",
                "acct 40817810",
                "c/o bank transfer"
            ][s as usize % 5]
        ))
    }),
    ("cut to 75 %", |n, _| {
        let c: Vec<char> = n.chars().collect();
        Some(c[..c.len() * 3 / 4].iter().collect())
    }),
    ("token dropped", |n, s| {
        let w = words(n);
        (w.len() > 2).then(|| {
            let i = s as usize % w.len();
            w.iter()
                .enumerate()
                .filter(|(j, _)| *j != i)
                .map(|(_, t)| t.clone())
                .collect::<Vec<_>>()
                .join(" ")
        })
    }),
    ("reordered", |n, s| {
        let mut w = words(n);
        (w.len() > 1).then(|| {
            let k = 1 + s as usize % (w.len() - 1);
            w.rotate_left(k);
            w.join(" ")
        })
    }),
    ("reversed", |n, _| {
        let mut w = words(n);
        w.reverse();
        Some(w.join(" "))
    }),
    ("look-alike digits", |n, s| {
        at_token(n, s, 4, |t, r| {
            let spots: Vec<usize> = (0..t.len())
                .filter(|&i| "oleasb".contains(t[i].to_ascii_lowercase()))
                .collect();
            if !spots.is_empty() {
                let i = spots[r as usize % spots.len()];
                t[i] = match t[i].to_ascii_lowercase() {
                    'o' => '0',
                    'l' => '1',
                    'e' => '3',
                    'a' => '4',
                    's' => '5',
                    _ => '8',
                };
            }
        })
    }),
    ("Cyrillic look-alikes", |n, _| {
        Some(
            n.chars()
                .map(|c| match c {
                    'a' | 'A' => 'а',
                    'e' | 'E' => 'е',
                    'o' | 'O' => 'о',
                    'c' | 'C' => 'с',
                    'p' | 'P' => 'р',
                    other => other,
                })
                .collect(),
        )
    }),
    ("transliteration variant", |n, s| {
        let rules = [
            ("kh", "h"),
            ("sh", "sch"),
            ("y", "i"),
            ("ou", "u"),
            ("v", "w"),
            ("q", "k"),
            ("iy", "ij"),
            ("ev", "eff"),
            ("ts", "tz"),
            ("zh", "j"),
            ("ch", "tch"),
            ("x", "ks"),
            ("ee", "i"),
            ("oo", "u"),
            ("j", "dj"),
            ("i", "y"),
        ];
        let low = n.to_lowercase();
        let fit: Vec<_> = rules.iter().filter(|r| low.contains(r.0)).collect();
        (!fit.is_empty()).then(|| {
            let r = fit[s as usize % fit.len()];
            low.replacen(r.0, r.1, 1)
        })
    }),
    ("title in front", |n, _| Some(format!("Mr. {n}"))),
    ("upper case", |n, _| Some(n.to_uppercase())),
];

fn words(name: &str) -> Vec<String> {
    name.split_whitespace().map(str::to_owned).collect()
}

fn random(seed: u64) -> u64 {
    let mut x = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x1234_5678_9abc_def1;
    x ^= x >> 29;
    x = x.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x ^ (x >> 32)
}

/// A place inside a word, not its first letter.
fn pick(len: usize, r: u64) -> usize {
    if len < 2 {
        0
    } else {
        1 + (r >> 8) as usize % (len - 1)
    }
}

fn letter(r: u64) -> char {
    char::from(b'a' + (r >> 16) as u8 % 26)
}

fn other(c: char, r: u64) -> char {
    let l = letter(r);
    if l == c.to_ascii_lowercase() { 'x' } else { l }
}

fn at_token(name: &str, seed: u64, least: usize, edit: fn(&mut Vec<char>, u64)) -> Option<String> {
    sized(name, seed, least..=99, edit)
}

fn sized(
    name: &str,
    seed: u64,
    size: std::ops::RangeInclusive<usize>,
    edit: fn(&mut Vec<char>, u64),
) -> Option<String> {
    let mut w = words(name);
    let fit: Vec<usize> = (0..w.len())
        .filter(|&i| size.contains(&w[i].chars().count()) && w[i].chars().all(char::is_alphabetic))
        .collect();
    let r = random(seed + 17);
    let at = *fit.get(r as usize % fit.len().max(1))?;
    let mut chars: Vec<char> = w[at].chars().collect();
    edit(&mut chars, random(seed + 5));
    w[at] = chars.into_iter().collect();
    Some(w.join(" "))
}

fn two_tokens(name: &str, seed: u64) -> Option<String> {
    let mut w = words(name);
    let fit: Vec<usize> = (0..w.len())
        .filter(|&i| w[i].chars().count() >= 4 && w[i].chars().all(char::is_alphabetic))
        .collect();
    if fit.len() < 2 {
        return None;
    }
    let at = random(seed + 3) as usize % (fit.len() - 1);
    for i in [fit[at], fit[at + 1]] {
        let r = random(seed + i as u64 * 31);
        let mut chars: Vec<char> = w[i].chars().collect();
        let j = pick(chars.len(), r);
        chars[j] = other(chars[j], r);
        w[i] = chars.into_iter().collect();
    }
    Some(w.join(" "))
}
