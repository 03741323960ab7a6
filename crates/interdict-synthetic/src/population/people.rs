//! People: how each country puts a name together.

use interdict_text::NameKind;

use super::{Made, birth_date, tables};
use crate::disguise::romanise;
use crate::random::Random;

/// How a country orders names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    /// Given name, family name.
    Western,
    /// Given name, another given name or initial, family name.
    Middle,
    /// Given name, father's family name, mother's family name.
    TwoFamilies,
    /// Given name, father's name, family name.
    Father,
    /// Given name, patronymic, family name; own letters are Cyrillic.
    Patronymic,
    /// Given name, father's given name, family name.
    FathersGiven,
    /// Family name in front.
    FamilyFirst,
    /// Family name in front, no space in the own script.
    FamilyFirstJoined,
}

/// Country, its share in a thousand, and its order.
const COUNTRIES: &[(&str, usize, Order)] = &[
    ("us", 170, Order::Middle),
    ("gb", 80, Order::Middle),
    ("ie", 15, Order::Western),
    ("de", 60, Order::Western),
    ("ch", 15, Order::Western),
    ("fr", 45, Order::Western),
    ("be", 12, Order::Western),
    ("nl", 25, Order::Western),
    ("es", 40, Order::TwoFamilies),
    ("mx", 35, Order::TwoFamilies),
    ("co", 15, Order::TwoFamilies),
    ("it", 35, Order::Western),
    ("br", 40, Order::TwoFamilies),
    ("pl", 25, Order::Western),
    ("cz", 10, Order::Western),
    ("hr", 7, Order::Western),
    ("hu", 8, Order::FamilyFirst),
    ("ro", 10, Order::Western),
    ("se", 12, Order::Western),
    ("fi", 7, Order::Western),
    ("tr", 25, Order::Western),
    ("ru", 45, Order::Patronymic),
    ("ua", 20, Order::Patronymic),
    ("bg", 6, Order::Western),
    ("gr", 8, Order::Western),
    ("ge", 3, Order::Western),
    ("am", 3, Order::Western),
    ("uz", 6, Order::Western),
    ("sa", 30, Order::Father),
    ("dz", 20, Order::FathersGiven),
    ("ir", 12, Order::Western),
    ("pk", 20, Order::Western),
    ("in", 45, Order::Middle),
    ("il", 8, Order::Western),
    ("id", 10, Order::Western),
    ("vn", 10, Order::FamilyFirst),
    ("cn", 30, Order::FamilyFirstJoined),
    ("tw", 4, Order::FamilyFirstJoined),
    ("jp", 15, Order::FamilyFirstJoined),
    ("kr", 8, Order::FamilyFirstJoined),
    ("th", 6, Order::Western),
    ("ng", 12, Order::Western),
    ("ke", 8, Order::Western),
];
/// Countries whose tables have no Latin spelling and whose script has no romanisation here: their
/// people are made only where names may stand in their own script.
const OWN_SCRIPT_ONLY: &[&str] = &["sa", "ir", "il", "am", "ge", "kr"];
/// Family names in a thousand that are put together from two others.
const TAIL: usize = 250;

pub(super) fn person(random: &mut Random, own_script: bool) -> Made {
    let (country, order) = country(random, own_script);
    let female = random.chance(480);
    let gender = if female { "f" } else { "m" };
    let latin = !own_script;
    let given = name_of(country, "given", gender, latin, random);
    let family = family(country, gender, latin, random);
    let mut rest = String::new();
    let given = match order {
        Order::Middle if random.chance(450) => {
            let middle = name_of(country, "given", gender, latin, random);
            let short: String = middle.chars().take(1).chain(['.']).collect();
            let middle = if random.chance(450) { short } else { middle };
            format!("{given} {middle}")
        }
        Order::Patronymic if random.chance(700) => {
            let father = name_of(country, "father", gender, latin, random);
            format!("{given} {father}")
        }
        Order::Father | Order::FathersGiven if random.chance(500) => {
            let father = name_of(country, "given", "m", latin, random);
            format!("{given} {father}")
        }
        Order::TwoFamilies => {
            if random.chance(700) {
                rest = self::family(country, gender, latin, random);
            }
            if random.chance(250) {
                format!(
                    "{given} {}",
                    name_of(country, "given", gender, latin, random)
                )
            } else {
                given
            }
        }
        Order::FamilyFirst if country == "vn" && random.chance(600) => {
            format!("{} {given}", name_of(country, "father", "m", latin, random))
        }
        _ => given,
    };
    let family = if rest.is_empty() {
        family
    } else {
        format!("{family} {rest}")
    };
    let name = match order {
        Order::FamilyFirst => format!("{family} {given}"),
        Order::FamilyFirstJoined if own_script && country != "jp" => format!("{family}{given}"),
        Order::FamilyFirstJoined if own_script => format!("{family} {given}"),
        // A customer file in Latin letters has both orders.
        Order::FamilyFirstJoined if random.chance(500) => format!("{family} {given}"),
        _ => format!("{given} {family}"),
    };
    Made {
        kind: NameKind::Person,
        name,
        given,
        family,
        country,
        gender: Some(if female { "female" } else { "male" }),
        birth_date: Some(birth_date(random)),
    }
}

/// A country by its share, among those that can be written as wanted.
fn country(random: &mut Random, own_script: bool) -> (&'static str, Order) {
    let fit = |code: &str| {
        let own_letters = OWN_SCRIPT_ONLY.contains(&code)
            || matches!(code, "ru" | "ua" | "bg" | "gr" | "cn" | "tw" | "jp");
        if own_script {
            own_letters
        } else {
            !OWN_SCRIPT_ONLY.contains(&code)
        }
    };
    let all: usize = COUNTRIES.iter().filter(|c| fit(c.0)).map(|c| c.1).sum();
    let mut at = random.below(all);
    for (code, share, order) in COUNTRIES.iter().filter(|c| fit(c.0)) {
        if at < *share {
            return (code, *order);
        }
        at -= share;
    }
    ("us", Order::Middle)
}

/// The table of a part for a gender, in Latin letters if there is one.
fn table(
    country: &str,
    part: &str,
    gender: &str,
    latin: bool,
) -> Option<&'static tables::Weighted> {
    let keys = [
        latin.then(|| format!("{part}-latin-{gender}")),
        latin.then(|| format!("{part}-latin")),
        Some(format!("{part}-{gender}")),
        Some(part.to_owned()),
        Some(format!("{part}-m")),
    ];
    keys.into_iter()
        .flatten()
        .find_map(|key| tables::people(country, &key))
}

fn name_of(country: &str, part: &str, gender: &str, latin: bool, random: &mut Random) -> String {
    let name = table(country, part, gender, latin).map_or("", |table| table.draw(random));
    if latin {
        romanise(name, 0).unwrap_or_else(|| name.to_owned())
    } else {
        name.to_owned()
    }
}

/// A family name: one of the table, or two halves of two.
fn family(country: &str, gender: &str, latin: bool, random: &mut Random) -> String {
    let Some(table) = table(country, "family", gender, latin) else {
        return String::new();
    };
    let name = if random.chance(TAIL) {
        joined(table.any(random), table.any(random))
    } else {
        table.draw(random).to_owned()
    };
    if latin {
        romanise(&name, 0).unwrap_or(name)
    } else {
        name
    }
}

fn is_vowel(letter: char) -> bool {
    "aeiouyàáâäåæèéêëìíîïòóôöøùúûüаеёиоуыэюяіїєαεηιουωάέήίόύώ"
        .contains(letter.to_lowercase().next().unwrap_or(letter))
}

/// The front of one name and the end of another, cut between a vowel and a consonant; the first
/// where they do not fit.
pub(super) fn joined(front: &str, end: &str) -> String {
    let (a, b): (Vec<char>, Vec<char>) = (front.chars().collect(), end.chars().collect());
    let whole = front.contains([' ', '-', '\'']) || end.contains([' ', '-', '\'']);
    if whole || a.len() < 5 || b.len() < 5 {
        return front.to_owned();
    }
    let cut = |name: &[char], vowel_before: bool| {
        (2..name.len() - 1)
            .filter(|at| {
                is_vowel(name[at - 1]) == vowel_before && is_vowel(name[*at]) != vowel_before
            })
            .min_by_key(|at| at.abs_diff(name.len() / 2))
    };
    match (cut(&a, true), cut(&b, true)) {
        (Some(x), Some(y)) => a[..x].iter().chain(&b[y..]).collect(),
        _ => front.to_owned(),
    }
}
