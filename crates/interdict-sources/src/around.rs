//! Names in a cell that says more: which language follows, what the name once was, when its bearer was
//! born, other names in brackets, a mark of a list that was cut.
//!
//! Lists keep these words inside the name, where they would count as parts of it.

use crate::several::numbered;

/// A name of a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    /// The name alone.
    pub(crate) text: String,
    /// Whether the cell calls it a former one.
    pub(crate) is_former: bool,
}

/// What a cell holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Names {
    /// Its names, in order.
    pub(crate) names: Vec<Named>,
    /// Whether it also says what is no name and must be kept elsewhere: dates, places, papers.
    pub(crate) says_more: bool,
}

/// Whose names are parted by commas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Commas {
    /// Commas belong to the name.
    Belong,
    /// Commas part names of a person that have two words or more.
    PartPeople,
    /// Commas part names of an organisation, where no part is the form of another.
    PartBodies,
}

/// Words before a colon that say in which language or script the next name is.
const LANGUAGES: &[&str] = &[
    "original script",
    "in arabic",
    "arabic",
    "armenian",
    "belarusian",
    "belarussian",
    "chinese",
    "dari",
    "english",
    "farsi",
    "georgian",
    "hebrew",
    "japanese",
    "korean",
    "orjinal yazım",
    "pashto",
    "persian",
    "russian",
    "ukrainian",
    "urdu",
];

/// Words at the start of a name or of a bracket that say what the name is; true for a former one.
const KINDS: &[(&str, bool)] = &[
    ("formerly known as", true),
    ("formerly called", true),
    ("also known as", false),
    ("a.k.a.", false),
    ("f.k.a.", true),
];

/// Starts of a bracket which says that this is how the party stood on the list before.
const FORMER: &[&str] = &[
    "formerly listed",
    "previously listed",
    "as previously listed",
    "as formerly listed",
    "daha önce listelenen",
];

/// Starts of a bracket that speaks of the bearer.
const BEARER: &[&str] = &[
    "born",
    "dob",
    "date of birth",
    "pob",
    "place of birth",
    "doğum",
];

/// Takes a cell apart. A cell without any of this gives itself.
pub(crate) fn names(cell: &str, commas: Commas) -> Names {
    let mut found = Names::default();
    let parts = numbered(cell).unwrap_or_else(|| marked(cell));
    for part in parts {
        for text in by_language(part) {
            let mut whole = Named {
                text: unmarked(text).to_owned(),
                is_former: false,
            };
            let mut others = Vec::new();
            brackets(&mut whole, &mut others, &mut found.says_more);
            born(&mut whole.text, &mut found.says_more);
            for named in std::iter::once(whole).chain(others) {
                let pieces = by_comma(&named.text, commas);
                found.names.extend(pieces.into_iter().filter_map(|piece| {
                    let (text, is_former) = kind(piece);
                    let text = trimmed(text);
                    text.chars().any(char::is_alphanumeric).then(|| Named {
                        text: text.to_owned(),
                        is_former: is_former || named.is_former,
                    })
                }));
            }
        }
    }
    found
}

/// A text without the marks that part it from others, and without one half of a pair of brackets.
pub(crate) fn trimmed(text: &str) -> &str {
    let mut text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '/'));
    if let Some(rest) = text.strip_suffix(')').filter(|t| !t.contains('(')) {
        text = rest.trim();
    }
    if let Some(rest) = text.strip_suffix('(') {
        text = rest.trim();
    }
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';'))
}

/// A text without the mark of a list in front: `(c) Name`.
pub(crate) fn unmarked(text: &str) -> &str {
    let text = text.trim();
    let mut chars = text.strip_prefix(['(', '（']).unwrap_or_default().chars();
    match (chars.next(), chars.next()) {
        (Some('a'..='z' | 'A'..='Z'), Some(')' | '）')) => chars.as_str().trim(),
        _ => text,
    }
}

/// The parts of a cell whose list was cut in front: `Umar, (e) Abu Ismail`.
fn marked(cell: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut from = 0;
    for (at, _) in cell.match_indices(", (") {
        let mut chars = cell.get(at + 3..).unwrap_or_default().chars();
        if let (Some('a'..='z'), Some(')'), Some(' ' | ',')) =
            (chars.next(), chars.next(), chars.next())
        {
            parts.extend(cell.get(from..at));
            from = at + 6;
        }
    }
    parts.extend(cell.get(from..));
    parts
}

/// Finds a word without regard to case; lists write these in ASCII.
fn find(text: &str, word: &str, from: usize) -> Option<usize> {
    let (text, word) = (text.as_bytes(), word.as_bytes());
    let last = text.len().checked_sub(word.len())?;
    (from..=last).find(|at| {
        text.get(*at..at + word.len())
            .is_some_and(|part| part.eq_ignore_ascii_case(word))
    })
}

/// The texts before, between and behind the names of languages: `A, Belarusian: B, Russian: C`.
fn by_language(text: &str) -> Vec<&str> {
    // Start of each label and end of its colon.
    let mut cuts: Vec<(usize, usize)> = Vec::new();
    for word in LANGUAGES {
        let mut from = 0;
        while let Some(at) = find(text, word, from) {
            from = at + word.len();
            let before = text.get(..at).and_then(|t| t.chars().next_back());
            let stands_alone = before.is_none_or(|c| !c.is_alphanumeric());
            let rest = text.get(from..).unwrap_or_default();
            let colon = rest.trim_start().strip_prefix(':');
            let inside = |cut: &(usize, usize)| cut.0 <= at && at < cut.1;
            if let (true, Some(after), false) = (stands_alone, colon, cuts.iter().any(inside)) {
                cuts.push((at, text.len() - after.len()));
            }
        }
    }
    cuts.sort_unstable();
    let mut parts = Vec::new();
    let mut from = 0;
    for (at, end) in cuts {
        parts.extend(text.get(from..at));
        from = end;
    }
    parts.extend(text.get(from..));
    parts
}

/// Takes brackets that say what a name is out of it; names in them go to `others`.
fn brackets(whole: &mut Named, others: &mut Vec<Named>, says_more: &mut bool) {
    let mut from = 0;
    while let Some(open) = whole.text.get(from..).and_then(|t| t.find('(')) {
        let open = from + open;
        let inside_and_rest = whole.text.get(open + 1..).unwrap_or_default();
        let close = matching(inside_and_rest).unwrap_or(inside_and_rest.len());
        let inside = inside_and_rest.get(..close).unwrap_or_default().trim();
        let starts = |words: &[&str]| words.iter().any(|word| find(inside, word, 0) == Some(0));
        let (named, is_former) = kind(inside);
        if starts(FORMER) {
            whole.is_former = true;
        } else if starts(BEARER) {
            *says_more = true;
        } else if named.len() < inside.len() {
            others.push(Named {
                text: named.to_owned(),
                is_former,
            });
        } else {
            from = open + 1;
            continue;
        }
        let end = (open + close + 2).min(whole.text.len());
        let rest = whole.text.get(end..).unwrap_or_default().to_owned();
        whole.text.truncate(open);
        whole.text.truncate(whole.text.trim_end().len());
        if !rest.trim().is_empty() {
            whole.text.push(' ');
            whole.text.push_str(rest.trim());
        }
        from = open.min(whole.text.len());
    }
}

/// Where the bracket closes that was opened before the text.
fn matching(text: &str) -> Option<usize> {
    let mut depth = 1;
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// A text without the words in front that say what kind of name follows, and whether a former one.
fn kind(text: &str) -> (&str, bool) {
    let text = text.trim();
    for (word, is_former) in KINDS {
        if find(text, word, 0) == Some(0) {
            let rest = text.get(word.len()..).unwrap_or_default();
            return (rest.trim_start_matches([':', ',', ' ']), *is_former);
        }
    }
    (text, false)
}

/// Cuts off what is said of the bearer behind a name: `, born 31 Dec. 1979`, ` born in 1963`.
fn born(text: &mut String, says_more: &mut bool) {
    for word in [" born ", " dob:", " pob:", " date of birth", " doğum "] {
        let Some(at) = find(text, word, 1) else {
            continue;
        };
        let rest = text.get(at + word.len()..).unwrap_or_default().trim();
        let is_date = !matches!(word, " born " | " doğum ")
            || rest.starts_with(|c: char| c.is_ascii_digit())
            || ["in ", "on ", "circa", "approx"]
                .iter()
                .any(|start| rest.starts_with(start));
        if is_date {
            text.truncate(at);
            *says_more = true;
        }
    }
}

fn by_comma(text: &str, commas: Commas) -> Vec<&str> {
    let whole = vec![text];
    if commas == Commas::Belong {
        return whole;
    }
    let mut parts: Vec<&str> = text.split(", ").map(str::trim).collect();
    if let Some((before, after)) = parts.last().and_then(|last| last.split_once(" and "))
        && parts.len() > 2
    {
        parts.pop();
        parts.extend([before, after]);
    }
    for part in &mut parts {
        *part = part.strip_prefix("and ").unwrap_or(part);
    }
    let words = |part: &&str| part.split_whitespace().count() > 1;
    let several = parts.iter().filter(|part| words(part)).count();
    let are_names = match commas {
        Commas::Belong => false,
        Commas::PartPeople => {
            several == parts.len() || (parts.len() > 2 && several + 1 == parts.len())
        }
        // `Artek, ООО` and `Centre of Politics, Non-Commercial Partnership` are one name each.
        Commas::PartBodies => {
            let is_form = |part: &&str| part.chars().filter(|c| c.is_alphabetic()).count() < 4;
            match parts.as_slice() {
                [one, other] => {
                    several == 2
                        && one.split_whitespace().any(|word| {
                            word.chars().count() > 3 && other.split_whitespace().any(|w| w == word)
                        })
                }
                _ => !parts.iter().any(is_form),
            }
        }
    };
    if are_names { parts } else { whole }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cell: &str, expected: &[&str]) {
        check_with(cell, Commas::Belong, expected);
    }

    /// A name that is a former one begins with `<`; a cell that says more ends in `+`.
    fn check_with(cell: &str, commas: Commas, expected: &[&str]) {
        let found = names(cell, commas);
        let mut told: Vec<String> = found
            .names
            .iter()
            .map(|n| format!("{}{}", if n.is_former { "<" } else { "" }, n.text))
            .collect();
        if found.says_more {
            told.push("+".to_owned());
        }
        assert_eq!(told, expected, "{cell}");
    }

    #[test]
    fn what_the_name_was_is_no_part_of_it() {
        check(
            "Abdul Jalil Haqqani (previously listed as)",
            &["<Abdul Jalil Haqqani"],
        );
        check(
            "Agha Jan Alizai اغا جان عالیزی (formerly listed as)",
            &["<Agha Jan Alizai اغا جان عالیزی"],
        );
        check(
            "Abu Bakr al-Jaziri (Previously listed as. In Arabic: أبوبكر الجزائري )",
            &["<Abu Bakr al-Jaziri", "أبوبكر الجزائري"],
        );
        check(
            "Merai Zoghbai (as previously listed, in Arabic: مرعي زغبي)",
            &["<Merai Zoghbai", "مرعي زغبي"],
        );
        check(
            "Gazprom Russkaya, OOO (f.k.a., Kovyktneftegaz)",
            &["Gazprom Russkaya, OOO", "<Kovyktneftegaz"],
        );
        check(
            "Laser Components Ltd. (also known as LLC Laser Components)",
            &["Laser Components Ltd.", "LLC Laser Components"],
        );
        check(
            "Formerly known as Wine plant ‘Novy Svet’",
            &["<Wine plant ‘Novy Svet’"],
        );
        check(
            "Omsk Plant (also known as Omsk Factory Omsktransmash",
            &["Omsk Plant", "Omsk Factory Omsktransmash"],
        );
    }

    #[test]
    fn languages_are_named_before_their_names() {
        check(
            "Gennady Ivanovich Kudlasevich, Belarusian: Генадзь Iванавiч, Russian : Геннадий Иванович",
            &[
                "Gennady Ivanovich Kudlasevich",
                "Генадзь Iванавiч",
                "Геннадий Иванович",
            ],
        );
        check(
            "Amir Khazmat (original script: Амир Хазмат)",
            &["Amir Khazmat", "Амир Хазмат"],
        );
        check("‘the Nose’ (Russian: ‘Нос’)", &["‘the Nose’", "‘Нос’"]);
        check("Chinese: AEE", &["AEE"]);
        check("Chinese:", &[]);
        check("Russian Standard Bank", &["Russian Standard Bank"]);
        check(
            "AL-HARAMAIN: AFGHANISTAN BRANCH",
            &["AL-HARAMAIN: AFGHANISTAN BRANCH"],
        );
    }

    #[test]
    fn what_is_said_of_the_bearer_is_kept_elsewhere() {
        check(
            "Kalad Belkasam, born 31 Dec. 1979",
            &["Kalad Belkasam", "+"],
        );
        check(
            "Mohammad Ishaq Akhund born in 1963",
            &["Mohammad Ishaq Akhund", "+"],
        );
        check(
            "Mohamed Lebachir (born on 14.1.1968 in Morocco)",
            &["Mohamed Lebachir", "+"],
        );
        check(
            "Iadena Mohammad, DOB: 01 Jan.1969. POB: Badakhshan.",
            &["Iadena Mohammad", "+"],
        );
        check(
            "Abid Hammadou, born 12 Dec. 1965 in Algeria (previously listed as)",
            &["<Abid Hammadou", "+"],
        );
        check(
            "Dilawar Khan Zain Khan, doğum 1 Ocak 1972",
            &["Dilawar Khan Zain Khan", "+"],
        );
        check(
            "Saiyid Abd al-Man (daha önce listelenen isim)",
            &["<Saiyid Abd al-Man"],
        );
        check("Max Born Institute", &["Max Born Institute"]);
        check("Born Ltd", &["Born Ltd"]);
    }

    #[test]
    fn lists_that_were_cut_leave_their_marks() {
        check("(c) Abu Umar", &["Abu Umar"]);
        check(
            "Umar, Abu Umar, (e) Abu Ismail",
            &["Umar, Abu Umar", "Abu Ismail"],
        );
        check("(a) E. S. Co., (b) E. X. Co.", &["E. S. Co.", "E. X. Co."]);
        check("Brigade (IIB)", &["Brigade (IIB)"]);
        check("Hegazi;", &["Hegazi"]);
    }

    #[test]
    fn commas_part_names_where_a_list_says_so() {
        let people = |cell, expected| check_with(cell, Commas::PartPeople, expected);
        people(
            "Sergey Shoigu, Sergey Shoygu",
            &["Sergey Shoigu", "Sergey Shoygu"],
        );
        people("LEVY, Yinon", &["LEVY, Yinon"]);
        people(
            "Hemedti, Mohamed Hamdan, Muhammad Hamdan Dagalo",
            &["Hemedti", "Mohamed Hamdan", "Muhammad Hamdan Dagalo"],
        );
        people(
            "Abdel Rahim, Abdelrahim Dagalo, Abdul Rahim and Abdelrahim Hamdan",
            &[
                "Abdel Rahim",
                "Abdelrahim Dagalo",
                "Abdul Rahim",
                "Abdelrahim Hamdan",
            ],
        );
        people("Andrei, Andrii", &["Andrei, Andrii"]);
        let bodies = |cell, expected| check_with(cell, Commas::PartBodies, expected);
        bodies(
            "King Royal Co. Ltd., King Royal Ltd.",
            &["King Royal Co. Ltd.", "King Royal Ltd."],
        );
        bodies("М Инвест, ООО", &["М Инвест, ООО"]);
        bodies(
            "Центр Политики, Некоммерческое Партнерство",
            &["Центр Политики, Некоммерческое Партнерство"],
        );
        bodies(
            "Pishro Company, Advanced Systems, ASRC",
            &["Pishro Company", "Advanced Systems", "ASRC"],
        );
    }
}
