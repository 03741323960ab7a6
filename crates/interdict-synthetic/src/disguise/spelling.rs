//! Other usual spellings and forms of a name.

use interdict_text::NameKind;

use super::name::Name;
use crate::random::Random;

/// Syllables that romanisations write differently. Small letters.
const VARIANTS: &[(&str, &str)] = &[
    ("kh", "h"),
    ("kh", "ch"),
    ("sh", "sch"),
    ("sh", "ch"),
    ("zh", "j"),
    ("ch", "tch"),
    ("ch", "tsch"),
    ("ts", "tz"),
    ("ts", "c"),
    ("ev", "eff"),
    ("ov", "off"),
    ("ov", "ow"),
    ("ey", "ei"),
    ("ei", "ey"),
    ("iy", "y"),
    ("ii", "iy"),
    ("iya", "ia"),
    ("ya", "ia"),
    ("ia", "ya"),
    ("yu", "iu"),
    ("ou", "u"),
    ("u", "ou"),
    ("oo", "u"),
    ("ee", "i"),
    ("q", "k"),
    ("k", "q"),
    ("v", "w"),
    ("w", "v"),
    ("x", "ks"),
    ("ks", "x"),
    ("j", "dj"),
    ("dj", "j"),
    ("y", "i"),
    ("ph", "f"),
    ("dh", "d"),
    ("th", "t"),
    ("gh", "g"),
    ("ay", "ai"),
    ("ai", "ay"),
    ("aw", "au"),
    ("hs", "x"),
    ("ng", "n"),
];
/// Usual short forms of given names, English, Russian, Spanish and others; own selection.
const NICKNAMES: &[(&str, &[&str])] = &[
    ("william", &["bill", "will", "billy"]),
    ("robert", &["bob", "rob", "bobby"]),
    ("richard", &["dick", "rick"]),
    ("james", &["jim", "jimmy"]),
    ("john", &["jack", "johnny"]),
    ("joseph", &["joe"]),
    ("thomas", &["tom"]),
    ("michael", &["mike"]),
    ("charles", &["charlie", "chuck"]),
    ("edward", &["ed", "ted"]),
    ("anthony", &["tony"]),
    ("daniel", &["dan"]),
    ("christopher", &["chris"]),
    ("margaret", &["peggy", "maggie"]),
    ("elizabeth", &["liz", "betty"]),
    ("katherine", &["kate", "kathy"]),
    ("aleksandr", &["sasha"]),
    ("alexander", &["alex", "sasha"]),
    ("vladimir", &["vova", "volodya"]),
    ("dmitry", &["dima", "mitya"]),
    ("dmitriy", &["dima"]),
    ("mikhail", &["misha"]),
    ("nikolai", &["kolya"]),
    ("nikolay", &["kolya"]),
    ("yevgeny", &["zhenya"]),
    ("yevgeniy", &["zhenya"]),
    ("evgeny", &["zhenya"]),
    ("sergei", &["seryozha"]),
    ("sergey", &["seryozha"]),
    ("aleksey", &["alyosha", "lyosha"]),
    ("alexei", &["alyosha"]),
    ("ivan", &["vanya"]),
    ("pavel", &["pasha"]),
    ("yuri", &["yura"]),
    ("yuriy", &["yura"]),
    ("anatoly", &["tolya"]),
    ("konstantin", &["kostya"]),
    ("natalya", &["natasha"]),
    ("mariya", &["masha"]),
    ("yekaterina", &["katya"]),
    ("anastasia", &["nastya"]),
    ("tatyana", &["tanya"]),
    ("jose", &["pepe"]),
    ("francisco", &["paco", "pancho"]),
    ("ignacio", &["nacho"]),
    ("antonio", &["tono", "toño"]),
    ("guadalupe", &["lupe"]),
    ("jesus", &["chuy"]),
    ("giuseppe", &["beppe"]),
    ("wilhelm", &["willi"]),
    ("johannes", &["hans"]),
    ("владимир", &["вова"]),
    ("александр", &["саша"]),
    ("дмитрий", &["дима"]),
    ("михаил", &["миша"]),
    ("евгений", &["женя"]),
];
/// Usual words of company names in other languages, and their abbreviations.
const GENERIC: &[&[&str]] = &[
    &["works", "zavod", "plant", "factory"],
    &["company", "co", "compagnie", "kompaniya", "sherkat"],
    &["trading", "trade", "handels", "ticaret"],
    &["industries", "industry", "ind.", "sanayi"],
    &["international", "int'l", "intl", "internacional"],
    &["bank", "banque", "banco", "banka"],
    &["institute", "institut", "inst."],
    &["research", "rsch"],
    &["technology", "technologies", "tech", "tekhnologii"],
    &["general", "gen."],
    &["electronics", "electronic", "elektronika"],
    &["construction", "constr.", "stroy", "insaat"],
    &["shipping", "shpg", "navigation"],
    &["transport", "transportation", "trans"],
    &["services", "service", "svcs"],
    &["group", "gruppa", "grupo", "groupe"],
    &["holding", "holdings", "hldg"],
    &["management", "mgmt"],
    &["foundation", "fond", "fundacion"],
    &["corporation", "corp", "korporatsiya"],
    &["association", "assn", "assoc."],
    &["university", "univ.", "universitet"],
    &["petroleum", "petrol", "neft"],
    &["aviation", "avia", "aviacion"],
    &["engineering", "eng.", "muhendislik"],
    &["завод", "zavod"],
    &["компания", "company"],
    &["банк", "bank"],
    &["институт", "institute"],
];
/// Russian letters by four standards: BGN/PCGN, ISO 9 (1995), passports (ICAO 9303), French usage.
const RUSSIAN: &[(char, [&str; 4])] = &[
    ('а', ["a"; 4]),
    ('б', ["b"; 4]),
    ('в', ["v"; 4]),
    ('г', ["g"; 4]),
    ('ґ', ["g", "g̀", "g", "g"]),
    ('д', ["d"; 4]),
    ('е', ["e", "e", "e", "e"]),
    ('ё', ["yo", "ë", "e", "io"]),
    ('є', ["ye", "ê", "ie", "ie"]),
    ('ж', ["zh", "ž", "zh", "j"]),
    ('з', ["z"; 4]),
    ('и', ["i"; 4]),
    ('і', ["i", "ì", "i", "i"]),
    ('ї', ["yi", "ï", "i", "ï"]),
    ('й', ["y", "j", "i", "ï"]),
    ('к', ["k"; 4]),
    ('л', ["l"; 4]),
    ('м', ["m"; 4]),
    ('н', ["n"; 4]),
    ('о', ["o"; 4]),
    ('п', ["p"; 4]),
    ('р', ["r"; 4]),
    ('с', ["s"; 4]),
    ('т', ["t"; 4]),
    ('у', ["u", "u", "u", "ou"]),
    ('ф', ["f"; 4]),
    ('х', ["kh", "h", "kh", "kh"]),
    ('ц', ["ts", "c", "ts", "ts"]),
    ('ч', ["ch", "č", "ch", "tch"]),
    ('ш', ["sh", "š", "sh", "ch"]),
    ('щ', ["shch", "šč", "shch", "chtch"]),
    ('ъ', ["", "", "ie", ""]),
    ('ы', ["y", "y", "y", "y"]),
    ('ь', ["", "", "", ""]),
    ('э', ["e", "è", "e", "e"]),
    ('ю', ["yu", "ju", "iu", "iou"]),
    ('я', ["ya", "ja", "ia", "ia"]),
];
/// Greek letters by ELOT 743 and by ear.
const GREEK: &[(char, [&str; 2])] = &[
    ('α', ["a"; 2]),
    ('β', ["v"; 2]),
    ('γ', ["g"; 2]),
    ('δ', ["d"; 2]),
    ('ε', ["e"; 2]),
    ('ζ', ["z"; 2]),
    ('η', ["i"; 2]),
    ('θ', ["th"; 2]),
    ('ι', ["i"; 2]),
    ('κ', ["k"; 2]),
    ('λ', ["l"; 2]),
    ('μ', ["m"; 2]),
    ('ν', ["n"; 2]),
    ('ξ', ["x", "ks"]),
    ('ο', ["o"; 2]),
    ('π', ["p"; 2]),
    ('ρ', ["r"; 2]),
    ('σ', ["s"; 2]),
    ('ς', ["s"; 2]),
    ('τ', ["t"; 2]),
    ('υ', ["y", "i"]),
    ('φ', ["f", "ph"]),
    ('χ', ["ch", "h"]),
    ('ψ', ["ps"; 2]),
    ('ω', ["o"; 2]),
    ('ά', ["a"; 2]),
    ('έ', ["e"; 2]),
    ('ή', ["i"; 2]),
    ('ί', ["i"; 2]),
    ('ό', ["o"; 2]),
    ('ύ', ["y", "i"]),
    ('ώ', ["o"; 2]),
];

/// `new` written as `old` was: all capitals, a capital in front, or small.
fn as_written(new: &str, old: &str) -> String {
    let mut letters = old.chars().filter(|c| c.is_alphabetic());
    let first = letters.next().is_some_and(char::is_uppercase);
    let second = letters.next();
    if first && second.is_none_or(char::is_uppercase) && old.chars().count() > 1 {
        new.to_uppercase()
    } else if first {
        let mut rest = new.chars();
        rest.next()
            .map_or_else(String::new, |c| c.to_uppercase().chain(rest).collect())
    } else {
        new.to_owned()
    }
}

pub(super) fn variant(name: &Name, random: &mut Random) -> Option<String> {
    let mut text = name.text();
    if !text.is_ascii() {
        return None;
    }
    for _ in 0..=random.below(2) {
        let low = text.to_ascii_lowercase();
        let places: Vec<(usize, &(&str, &str))> = VARIANTS
            .iter()
            .flat_map(|rule| low.match_indices(rule.0).map(move |(at, _)| (at, rule)))
            .collect();
        let (at, (from, to)) = *random.one(&places)?;
        let end = at + from.len();
        let new = as_written(to, text.get(at..end)?);
        text = format!("{}{new}{}", text.get(..at)?, text.get(end..)?);
    }
    Some(text)
}

pub(super) fn romanised(name: &Name, random: &mut Random) -> Option<String> {
    romanise(&name.text(), random.below(4))
}

/// A Cyrillic or Greek name in Latin letters by one of four standards; nothing for other names.
pub(crate) fn romanise(name: &str, standard: usize) -> Option<String> {
    let letter = |c: char| {
        let russian = RUSSIAN
            .iter()
            .find(|(l, _)| *l == c)
            .and_then(|(_, s)| s.get(standard));
        let greek = || {
            GREEK
                .iter()
                .find(|(l, _)| *l == c)
                .and_then(|(_, s)| s.get(standard % 2))
        };
        russian.or_else(greek).copied()
    };
    let mut any = false;
    let mut words = Vec::new();
    for word in name.split_whitespace() {
        let mut new = String::new();
        for c in word.to_lowercase().replace("ου", "ou").chars() {
            match letter(c) {
                Some(latin) => {
                    any = true;
                    new.push_str(latin);
                }
                None => new.push(c),
            }
        }
        words.push(as_written(&new, word));
    }
    any.then(|| words.join(" "))
}

pub(super) fn nickname(name: &Name, random: &mut Random) -> Option<String> {
    if name.of != NameKind::Person {
        return None;
    }
    let given = name.words.len().checked_sub(name.family)?;
    let mut fit: Vec<(usize, &str)> = Vec::new();
    for (at, word) in name.words.iter().enumerate().take(given) {
        let low = word.to_lowercase();
        for (full, short) in NICKNAMES {
            if low == *full {
                fit.extend(short.iter().map(|s| (at, *s)));
            } else if short.contains(&low.as_str()) {
                fit.push((at, full));
            }
        }
    }
    let (at, new) = *random.one(&fit)?;
    Some(name.with(at, as_written(new, name.words.get(at)?)))
}

pub(super) fn generic_translated(name: &Name, random: &mut Random) -> Option<String> {
    if !name.is_organisation() {
        return None;
    }
    let mut fit: Vec<(usize, &str)> = Vec::new();
    for (at, word) in name.words.iter().enumerate() {
        let low = word.to_lowercase();
        let same = GENERIC
            .iter()
            .filter(|words| words.first().is_some_and(|w| *w == low));
        fit.extend(same.flat_map(|words| words.iter().skip(1).map(move |new| (at, *new))));
    }
    let (at, new) = *random.one(&fit)?;
    Some(name.with(at, as_written(new, name.words.get(at)?)))
}
