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
    "passport",
    "national identification",
    "nationality",
];

/// Takes a cell apart. A cell without any of this gives itself.
pub(crate) fn names(cell: &str, commas: Commas) -> Names {
    let mut found = Names::default();
    let parts = numbered(cell).unwrap_or_else(|| marked(cell));
    for part in parts {
        for text in by_language(part) {
            if starts(text, BEARER) && text.contains(':') {
                found.says_more = true;
                continue;
            }
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
    let count = |text: &str, sign| text.chars().filter(|c| *c == sign).count();
    while let Some(rest) = text
        .strip_suffix(')')
        .filter(|_| count(text, ')') > count(text, '('))
    {
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
    for (at, end) in cuts.into_iter().chain([(text.len(), text.len())]) {
        let part = text.get(from..at).unwrap_or_default();
        if from == 0 {
            parts.push(part);
        } else {
            behind_bracket(part, &mut parts);
        }
        from = end;
    }
    parts
}

/// A text, or two where a bracket that was opened before it closes: `سعيد) Abdul Rehman`.
fn behind_bracket<'a>(text: &'a str, parts: &mut Vec<&'a str>) {
    let close = matching(text);
    let rest = close.and_then(|at| text.get(at + 1..)).unwrap_or_default();
    if rest.chars().any(char::is_alphanumeric) {
        parts.extend(close.and_then(|at| text.get(..at)));
        parts.push(rest);
    } else {
        parts.push(text);
    }
}

/// Whether a text starts with one of these words.
fn starts(text: &str, words: &[&str]) -> bool {
    let text = text.trim_start();
    words.iter().any(|word| find(text, word, 0) == Some(0))
}

/// Takes brackets that say what a name is out of it; names in them go to `others`.
fn brackets(whole: &mut Named, others: &mut Vec<Named>, says_more: &mut bool) {
    let mut from = 0;
    while let Some(open) = whole.text.get(from..).and_then(|t| t.find('(')) {
        let open = from + open;
        let inside_and_rest = whole.text.get(open + 1..).unwrap_or_default();
        let close = matching(inside_and_rest).unwrap_or(inside_and_rest.len());
        let inside = inside_and_rest
            .get(..close)
            .unwrap_or_default()
            .trim()
            .to_owned();
        let end = (open + close + 2).min(whole.text.len());
        let before = whole.text.get(..open).unwrap_or_default().trim().to_owned();
        let rest = whole.text.get(end..).unwrap_or_default().trim().to_owned();
        let (named, is_former) = kind(&inside);
        if starts(&inside, FORMER) {
            whole.is_former = true;
        } else if let Some(family) = maiden(&inside) {
            others.extend(in_place(&before, family, &rest).map(|text| Named {
                text,
                is_former: true,
            }));
        } else if starts(&inside, BEARER) {
            *says_more = true;
        } else if named.len() < inside.len() {
            let other = |text| Named { text, is_former };
            if rest.is_empty() {
                let parts = numbered(named).unwrap_or_else(|| vec![named]);
                others.extend(parts.into_iter().map(|part| other(part.to_owned())));
            } else {
                // `Jamil (a.k.a. Jameel) HASSAN` says how one word is written too.
                let mut behind = Named {
                    text: rest.clone(),
                    is_former: false,
                };
                brackets(&mut behind, &mut Vec::new(), says_more);
                let spellings = named.split(", ");
                let whole = spellings.filter_map(|n| in_place(&before, n, &behind.text));
                others.extend(whole.map(other));
            }
        } else {
            from = open + 1;
            continue;
        }
        whole.text = join(&[&before, &rest]);
        from = before.len().min(whole.text.len());
    }
}

/// The family name in `born TYUTINA`; `None` where a time or place is meant.
fn maiden(inside: &str) -> Option<&str> {
    let name = inside.strip_prefix("born ")?.trim();
    let is_name = !name.contains([' ', ',', '.']) && name.chars().all(|c| !c.is_ascii_digit());
    (is_name && name.starts_with(char::is_uppercase)).then_some(name)
}

/// A name with its last word before a bracket replaced by others.
fn in_place(before: &str, others: &str, rest: &str) -> Option<String> {
    let kept = before.rsplit_once(' ').map_or("", |(kept, _)| kept);
    Some(join(&[kept, others.trim(), rest])).filter(|text| text.contains(' '))
}

fn join(parts: &[&str]) -> String {
    let parts: Vec<&str> = parts.iter().copied().filter(|p| !p.is_empty()).collect();
    parts.join(" ")
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
    let long = |piece: &str| piece.split_whitespace().count() > 1;
    for word in [" and ", " or "] {
        // `Bank for Development and Investment` is one name: only the last of a row joins.
        let mut left = parts.len();
        let row = left > 2 && word == " and ";
        parts = parts
            .into_iter()
            .flat_map(|part| {
                left -= 1;
                let joins = commas == Commas::PartPeople || (left == 0 && row);
                match joins && part.split(word).all(long) {
                    true => part.split(word).collect(),
                    false => vec![part],
                }
            })
            .collect();
    }
    for part in &mut parts {
        *part = part.strip_prefix("and ").unwrap_or(part).trim();
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
            // Nor is what goes on in small letters a name of its own.
            let is_form = |part: &&str| {
                let goes_on = part.chars().find(|c| c.is_alphabetic());
                goes_on.is_some_and(char::is_lowercase)
                    || part.chars().filter(|c| c.is_alphabetic()).count() < 4
            };
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
        for (cell, expected) in [
            (
                "Abdul Jalil Haqqani (previously listed as)",
                &["<Abdul Jalil Haqqani"][..],
            ),
            (
                "Agha Jan اغا جان (formerly listed as)",
                &["<Agha Jan اغا جان"],
            ),
            (
                "Abu Bakr (Previously listed as. In Arabic: أبوبكر )",
                &["<Abu Bakr", "أبوبكر"],
            ),
            (
                "Merai Zoghbai (as previously listed, in Arabic: مرعي)",
                &["<Merai Zoghbai", "مرعي"],
            ),
            (
                "Saiyid Abd al-Man (daha önce listelenen isim)",
                &["<Saiyid Abd al-Man"],
            ),
            (
                "Gazprom, OOO (f.k.a., Kovyktneftegaz)",
                &["Gazprom, OOO", "<Kovyktneftegaz"],
            ),
            (
                "Laser Ltd. (also known as LLC Laser)",
                &["Laser Ltd.", "LLC Laser"],
            ),
            (
                "Formerly known as Plant ‘Novy Svet’",
                &["<Plant ‘Novy Svet’"],
            ),
            (
                "Omsk Plant (also known as Omsk Factory",
                &["Omsk Plant", "Omsk Factory"],
            ),
            (
                "In Maghreb (a.k.a.: (a)AQIM (b)Al Qa (X))",
                &["In Maghreb", "AQIM", "Al Qa (X)"],
            ),
            (
                "Valentina MATVIYENKO (born TYUTINA)",
                &["Valentina MATVIYENKO", "<Valentina TYUTINA"],
            ),
            (
                "Abu-Ahmad Al-Amriki(The American))",
                &["Abu-Ahmad Al-Amriki(The American)"],
            ),
        ] {
            check(cell, expected);
        }
    }

    #[test]
    fn a_bracket_inside_a_name_spells_one_word() {
        check(
            "Jamil (a.k.a. Jameel) HASSAN",
            &["Jamil HASSAN", "Jameel HASSAN"],
        );
        check(
            "General Mohammed (a.k.a. Muhammad, Mohamed) Ali NASR",
            &[
                "General Mohammed Ali NASR",
                "General Muhammad Ali NASR",
                "General Mohamed Ali NASR",
            ],
        );
        check(
            "Dr. Mohammad (a.k.a. Mohamed) Abdul-Sattar (a.k.a. Abd al-Sattar) AL SAYED",
            &[
                "Dr. Mohammad Abdul-Sattar AL SAYED",
                "Dr. Mohamed Abdul-Sattar AL SAYED",
                "Dr. Mohammad Abd al-Sattar AL SAYED",
            ],
        );
    }

    #[test]
    fn languages_are_named_before_their_names() {
        for (cell, expected) in [
            (
                "Gennady K, Belarusian: Генадзь, Russian : Геннадий",
                &["Gennady K", "Генадзь", "Геннадий"][..],
            ),
            (
                "Amir Khazmat (original script: Амир)",
                &["Amir Khazmat", "Амир"],
            ),
            ("‘the Nose’ (Russian: ‘Нос’)", &["‘the Nose’", "‘Нос’"]),
            (
                "(original script: سعيد)Abdul Sindhi",
                &["سعيد", "Abdul Sindhi"],
            ),
            ("Chinese: AEE", &["AEE"]),
            ("Chinese:", &[]),
            ("Russian Standard Bank", &["Russian Standard Bank"]),
            (
                "AL-HARAMAIN: AFGHANISTAN BRANCH",
                &["AL-HARAMAIN: AFGHANISTAN BRANCH"],
            ),
        ] {
            check(cell, expected);
        }
    }

    #[test]
    fn what_is_said_of_the_bearer_is_kept_elsewhere() {
        for (cell, expected) in [
            (
                "Kalad Belkasam, born 31 Dec. 1979",
                &["Kalad Belkasam", "+"][..],
            ),
            (
                "Mohammad Ishaq Akhund born in 1963",
                &["Mohammad Ishaq Akhund", "+"],
            ),
            (
                "Mohamed Lebachir (born on 14.1.1968 in Morocco)",
                &["Mohamed Lebachir", "+"],
            ),
            (
                "Iadena Mohammad, DOB: 01 Jan.1969. POB: X.",
                &["Iadena Mohammad", "+"],
            ),
            (
                "Abid H, born 12 Dec. 1965 in A (previously listed as)",
                &["<Abid H", "+"],
            ),
            (
                "Dilawar Khan Zain Khan, doğum 1 Ocak 1972",
                &["Dilawar Khan Zain Khan", "+"],
            ),
            (
                "Mustafa (original script: ﻣﺻ) (National Identification card no. 9, by",
                &["Mustafa", "ﻣﺻ", "+"],
            ),
            ("Place of birth: Albu Kamal, Syria)", &["+"]),
            ("Max Born Institute", &["Max Born Institute"]),
            ("Born Ltd", &["Born Ltd"]),
        ] {
            check(cell, expected);
        }
    }

    #[test]
    fn lists_that_were_cut_leave_their_marks() {
        for (cell, expected) in [
            ("(c) Abu Umar", &["Abu Umar"][..]),
            ("（c）アルワル", &["アルワル"]),
            (
                "Umar, Abu Umar, (e) Abu Ismail",
                &["Umar, Abu Umar", "Abu Ismail"],
            ),
            ("(a) E. S. Co., (b) E. X. Co.", &["E. S. Co.", "E. X. Co."]),
            ("Brigade (IIB)", &["Brigade (IIB)"]),
            (
                "Paasban-e-Kashmir i) Paasban",
                &["Paasban-e-Kashmir i) Paasban"],
            ),
            ("Hegazi;", &["Hegazi"]),
        ] {
            check(cell, expected);
        }
    }

    #[test]
    fn commas_part_names_where_a_list_says_so() {
        for (cell, expected) in [
            (
                "Sergey Shoigu, Sergey Shoygu",
                &["Sergey Shoigu", "Sergey Shoygu"][..],
            ),
            ("LEVY, Yinon", &["LEVY, Yinon"]),
            (
                "Hemedti, Mohamed Hamdan, M. Dagalo",
                &["Hemedti", "Mohamed Hamdan", "M. Dagalo"],
            ),
            (
                "Abdel Rahim, Abdul Rahim and Abdelrahim H",
                &["Abdel Rahim", "Abdul Rahim", "Abdelrahim H"],
            ),
            (
                "Anna Liavusik or Anna Leusik",
                &["Anna Liavusik", "Anna Leusik"],
            ),
            (
                "Nikolay or Nikolai Maximavich",
                &["Nikolay or Nikolai Maximavich"],
            ),
            ("Andrei, Andrii", &["Andrei, Andrii"]),
        ] {
            check_with(cell, Commas::PartPeople, expected);
        }
        for (cell, expected) in [
            (
                "King Royal Co. Ltd., King Royal Ltd.",
                &["King Royal Co. Ltd.", "King Royal Ltd."][..],
            ),
            ("М Инвест, ООО", &["М Инвест, ООО"]),
            (
                "Центр Политики, Некоммерческое Партнерство",
                &["Центр Политики, Некоммерческое Партнерство"],
            ),
            (
                "Агентство дел, соотечественников, рубежом",
                &["Агентство дел, соотечественников, рубежом"],
            ),
            (
                "Pishro Company, Advanced Systems, ASRC",
                &["Pishro Company", "Advanced Systems", "ASRC"],
            ),
            (
                "Al Bank, Bank for Development and Investment, Banque",
                &["Al Bank", "Bank for Development and Investment", "Banque"],
            ),
        ] {
            check_with(cell, Commas::PartBodies, expected);
        }
    }
}
