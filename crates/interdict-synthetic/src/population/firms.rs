//! Firms: a distinguishing word, words of the trade, a legal form.

use interdict_text::NameKind;

use super::people::joined;
use super::{Made, tables};
use crate::random::Random;

/// Country, its share in a thousand, and its legal forms, the commoner ones named more often.
const COUNTRIES: &[(&str, usize, &[&str])] = &[
    (
        "us",
        170,
        &[
            "LLC",
            "LLC",
            "LLC",
            "Inc.",
            "Inc.",
            "LP",
            "Corp.",
            "Corporation",
        ],
    ),
    ("gb", 110, &["Limited", "Limited", "Ltd", "PLC", "LLP"]),
    (
        "de",
        80,
        &[
            "GmbH",
            "GmbH",
            "GmbH",
            "GmbH & Co. KG",
            "AG",
            "UG (haftungsbeschränkt)",
        ],
    ),
    ("fr", 55, &["SAS", "SARL", "SA", "SCI", ""]),
    ("it", 55, &["S.r.l.", "S.r.l.", "SRL", "S.p.A.", "S.n.c."]),
    ("es", 45, &["S.L.", "S.L.", "SA", "S.L.U."]),
    ("nl", 45, &["B.V.", "B.V.", "N.V.", ""]),
    (
        "in",
        90,
        &[
            "Private Limited",
            "Private Limited",
            "Limited",
            "Pvt Ltd",
            "LLP",
        ],
    ),
    ("ch", 25, &["AG", "GmbH", "SA", "Sàrl"]),
    ("pl", 35, &["Sp. z o.o.", "S.A.", "sp. k."]),
    ("cz", 20, &["s.r.o.", "a.s."]),
    (
        "tr",
        35,
        &["A.Ş.", "Ltd. Şti.", "Sanayi ve Ticaret Ltd. Şti."],
    ),
    (
        "cn",
        65,
        &["Co., Ltd.", "Co., Ltd.", "Group Co., Ltd.", "Limited"],
    ),
    ("hk", 40, &["Limited", "Limited", "Co., Limited"]),
    ("sg", 25, &["Pte. Ltd.", "Pte Ltd", "Limited"]),
    ("ae", 35, &["LLC", "FZE", "DMCC", "FZCO", "L.L.C."]),
    ("sa", 15, &["Company", "LLC", "Est."]),
    ("cy", 15, &["Ltd", "Limited"]),
    ("vg", 15, &["Limited", "Ltd."]),
    ("mx", 15, &["S.A. de C.V.", "S. de R.L. de C.V."]),
    ("za", 10, &["(Pty) Ltd", "Limited"]),
];
/// Where the family names of a country's firms come from, if not from its own people.
const FAMILIES: &[(&str, &str)] = &[
    ("hk", "cn"),
    ("sg", "cn"),
    ("ae", "dz"),
    ("sa", "dz"),
    ("cy", "gb"),
    ("vg", "us"),
    ("za", "gb"),
];

pub(super) fn firm(random: &mut Random) -> Made {
    let (country, forms) = country(random);
    let families = FAMILIES
        .iter()
        .find(|(c, _)| *c == country)
        .map_or(country, |(_, other)| other);
    let family = |random: &mut Random| {
        let table = tables::people(families, "family-latin")
            .or_else(|| tables::people(families, "family"))
            .or_else(|| tables::people("us", "family"));
        table.map_or("", |table| table.any(random))
    };
    let head = match random.below(100) {
        0..25 => tables::firms(country, "first")
            .map_or("", |t| t.draw(random))
            .to_owned(),
        25..50 => made_up(random),
        50..70 => joined(family(random), family(random)),
        70..80 => family(random).to_owned(),
        80..88 => format!("{} & {}", family(random), family(random)),
        _ => acronym(random),
    };
    let mut words = vec![head];
    let trade = tables::firms(country, "middle");
    for _ in 0..[0, 1, 1, 1, 2, 2, 3][random.below(7)] {
        let word = trade.map_or("", |table| table.draw(random));
        if !word.is_empty() && !words.iter().any(|w| w == word) {
            words.push(word.to_owned());
        }
    }
    if random.chance(80) {
        words.push(format!("No. {}", 1 + random.below(30)));
    }
    let form = random.one(forms).copied().unwrap_or("");
    if !form.is_empty() {
        words.push(form.to_owned());
    }
    words.retain(|word| !word.is_empty());
    Made {
        kind: NameKind::Organization,
        name: words.join(" "),
        given: String::new(),
        family: String::new(),
        country,
        gender: None,
        birth_date: None,
    }
}

fn country(random: &mut Random) -> (&'static str, &'static [&'static str]) {
    let all: usize = COUNTRIES.iter().map(|c| c.1).sum();
    let mut at = random.below(all);
    for (code, share, forms) in COUNTRIES {
        if at < *share {
            return (code, forms);
        }
        at -= share;
    }
    ("us", &["LLC"])
}

/// A word as firms invent them: two or three syllables and an ending.
fn made_up(random: &mut Random) -> String {
    const STARTS: &[&str] = &[
        "al", "ar", "bel", "bri", "cor", "del", "el", "en", "fin", "gal", "hel", "in", "kor",
        "lan", "lu", "mar", "med", "nor", "om", "or", "pan", "pro", "quan", "ro", "sal", "ser",
        "sin", "so", "tan", "tel", "tri", "ul", "van", "ver", "vi", "xan", "yu", "zen",
    ];
    const MIDDLES: &[&str] = &[
        "", "", "ba", "co", "da", "di", "fo", "ga", "ka", "li", "lo", "ma", "mi", "na", "no", "pa",
        "ra", "ri", "sa", "ta", "ti", "va",
    ];
    const ENDS: &[&str] = &[
        "bis", "cor", "dex", "gen", "l", "lia", "lux", "mar", "max", "mex", "na", "nex", "nia",
        "nova", "pharm", "ra", "ris", "ron", "sys", "tec", "tech", "tex", "tia", "tis", "trade",
        "tron", "via", "vita", "x", "zon",
    ];
    let parts = [STARTS, MIDDLES, MIDDLES, ENDS];
    let word: String = parts
        .iter()
        .filter_map(|part| random.one(part))
        .copied()
        .collect();
    let mut letters = word.chars();
    letters
        .next()
        .map_or_else(String::new, |c| c.to_uppercase().chain(letters).collect())
}

fn acronym(random: &mut Random) -> String {
    const LETTERS: &[u8] = b"AABCCDEEFGHIIKLMMNNOPPRRSSTTUVWXZ";
    let length = 2 + random.below(3);
    (0..length)
        .filter_map(|_| random.one(LETTERS))
        .map(|b| char::from(*b))
        .collect()
}
