//! Spellings of dates.

use super::{DateOrder, DateSpan, PartialDate};

/// The longest text that is looked at; the longest spelling in any list is under 80 bytes.
const MAX_LEN: usize = 120;

/// Words that say a date is not exact, in front of it or after it.
const CIRCA: &[&str] = &[
    "circa",
    "c",
    "ca",
    "about",
    "approx",
    "approximately",
    "approximate",
    "around",
    "estimated",
    "est",
    "vers",
    "environ",
    "um",
    "etwa",
    "early",
    "late",
    "mid",
    "possibly",
    "около",
];

const MONTHS: &[(u8, &[&str])] = &[
    (
        1,
        &[
            "january",
            "jan",
            "janvier",
            "januar",
            "enero",
            "ene",
            "gennaio",
            "janeiro",
            "januari",
            "января",
            "январь",
        ],
    ),
    (
        2,
        &[
            "february",
            "feb",
            "février",
            "fevrier",
            "februar",
            "febrero",
            "febbraio",
            "fevereiro",
            "februari",
            "февраля",
            "февраль",
        ],
    ),
    (
        3,
        &[
            "march",
            "mar",
            "mars",
            "märz",
            "maerz",
            "marzo",
            "março",
            "maart",
            "марта",
            "март",
        ],
    ),
    (
        4,
        &[
            "april",
            "apr",
            "avril",
            "abril",
            "abr",
            "aprile",
            "апреля",
            "апрель",
        ],
    ),
    (
        5,
        &["may", "mai", "mayo", "maggio", "maio", "mei", "мая", "май"],
    ),
    (
        6,
        &[
            "june", "jun", "juin", "juni", "junio", "giugno", "junho", "июня", "июнь",
        ],
    ),
    (
        7,
        &[
            "july", "jul", "juillet", "juli", "julio", "luglio", "julho", "июля", "июль",
        ],
    ),
    (
        8,
        &[
            "august",
            "aug",
            "août",
            "aout",
            "agosto",
            "ago",
            "augustus",
            "августа",
            "август",
        ],
    ),
    (
        9,
        &[
            "september",
            "sep",
            "sept",
            "septembre",
            "septiembre",
            "settembre",
            "setembro",
            "сентября",
            "сентябрь",
        ],
    ),
    (
        10,
        &[
            "october",
            "oct",
            "octobre",
            "oktober",
            "okt",
            "octubre",
            "ottobre",
            "outubro",
            "октября",
            "октябрь",
        ],
    ),
    (
        11,
        &[
            "november",
            "nov",
            "novembre",
            "noviembre",
            "novembro",
            "ноября",
            "ноябрь",
        ],
    ),
    (
        12,
        &[
            "december",
            "dec",
            "décembre",
            "decembre",
            "dezember",
            "dez",
            "diciembre",
            "dic",
            "dicembre",
            "dezembro",
            "декабря",
            "декабрь",
        ],
    ),
];

const WEEKDAYS: &[&str] = &[
    "mon",
    "tue",
    "wed",
    "thu",
    "fri",
    "sat",
    "sun",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    /// Value and number of digits.
    Number(u32, usize),
    Month(u8),
    Circa,
    /// "to", "and", "or", a dash with spaces around it: between two dates.
    Between,
    /// "between", "from": in front of the first of two dates.
    Open,
    /// The `s` of `1960s`.
    Decade,
    /// `-`, `/` or `.` between the parts of one date.
    Joint(char),
    /// `12:00:00` and time zones.
    Time,
}

pub(super) fn span(text: &str, order: DateOrder) -> Option<DateSpan> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_LEN {
        return None;
    }
    let tokens = tokens(&text.to_lowercase())?;
    let circa = tokens.contains(&Token::Circa);
    let tokens: Vec<Token> = tokens.into_iter().filter(|t| *t != Token::Circa).collect();
    if let Some(span) = two_years(&tokens, circa) {
        return Some(span);
    }
    let tokens = match tokens.first() {
        Some(Token::Open) => tokens.get(1..)?,
        _ => &tokens,
    };
    match tokens.iter().position(|t| *t == Token::Between) {
        None => one(tokens, order).map(|(from, to)| DateSpan { from, to, circa }),
        Some(at) => {
            let (left, right) = (tokens.get(..at)?, tokens.get(at + 1..)?);
            let (last_from, last_to) = one(right, order)?;
            let (from, _) = one(left, order).or_else(|| borrowed_year(left, last_to, order))?;
            let to = last_to.max(last_from);
            (from.earliest() <= to.latest()).then_some(DateSpan { from, to, circa })
        }
    }
}

/// `1955-1958`, `1958/1959`, `1958/59`: two years joined like the parts of one date.
fn two_years(tokens: &[Token], circa: bool) -> Option<DateSpan> {
    let [
        Token::Number(a, 4),
        Token::Joint('-' | '/'),
        Token::Number(b, digits),
    ] = tokens
    else {
        return None;
    };
    let b = match digits {
        4 => *b,
        2 if *b > 12 && *b > a % 100 => a - a % 100 + b,
        _ => return None,
    };
    let (from, to) = (year(*a)?, year(b)?);
    (from <= to).then_some(DateSpan { from, to, circa })
}

/// The first half of `Jan to Mar 1959` or `17 to 20 Mar 1959`.
fn borrowed_year(
    left: &[Token],
    right: PartialDate,
    order: DateOrder,
) -> Option<(PartialDate, PartialDate)> {
    match left {
        [Token::Month(m)] => {
            let date = PartialDate::new(right.year(), Some(*m), None)?;
            Some((date, date))
        }
        [Token::Number(d, 1 | 2), Token::Month(m)] => one(
            &[
                Token::Number(*d, 2),
                Token::Month(*m),
                Token::Number(u32::from(right.year()), 4),
            ],
            order,
        ),
        [Token::Number(d, 1 | 2)] => {
            let day = u8::try_from(*d).ok()?;
            let date = PartialDate::new(right.year(), right.month(), Some(day))?;
            Some((date, date))
        }
        _ => None,
    }
}

/// One date; two ends for a decade.
fn one(tokens: &[Token], order: DateOrder) -> Option<(PartialDate, PartialDate)> {
    use Token::{Decade, Joint, Month, Number, Time};
    let end = tokens
        .iter()
        .rposition(|t| *t != Time)
        .map_or(0, |at| at + 1);
    let date = match tokens.get(..end)? {
        [Number(y, 4)] => year(*y)?,
        [Number(y, 4), Decade] => {
            return Some((year(y - y % 10)?, year(y - y % 10 + 9)?));
        }
        [Number(n, 8)] => {
            let y = n / 10_000;
            if !(1800..2200).contains(&y) {
                return None;
            }
            numeric(y, n / 100 % 100, n % 100)?
        }
        [Month(m), Number(y, 4)] | [Month(m), Joint(_), Number(y, 4)] => {
            PartialDate::new(small(*y)?, Some(*m), None)?
        }
        [Number(y, 4), Month(m)] | [Number(y, 4), Joint(_), Month(m)] => {
            PartialDate::new(small(*y)?, Some(*m), None)?
        }
        [Number(d, 1 | 2), Month(m), Number(y, 4)]
        | [Number(d, 1 | 2), Joint(_), Month(m), Number(y, 4)]
        | [Number(d, 1 | 2), Joint(_), Month(m), Joint(_), Number(y, 4)]
        | [Month(m), Number(d, 1 | 2), Number(y, 4)]
        | [Number(y, 4), Month(m), Number(d, 1 | 2)]
        | [Number(y, 4), Joint(_), Month(m), Joint(_), Number(d, 1 | 2)] => {
            numeric(*y, u32::from(*m), *d)?
        }
        [Number(y, 4), Joint('-' | '/' | '.'), Number(m, 1 | 2)] => numeric(*y, *m, 0)?,
        [Number(m, 1 | 2), Joint('-' | '/' | '.'), Number(y, 4)] => numeric(*y, *m, 0)?,
        [
            Number(y, 4),
            Joint(a),
            Number(m, 1 | 2),
            Joint(b),
            Number(d, 1 | 2),
        ] if a == b => numeric(*y, *m, *d)?,
        [
            Number(a, 1 | 2),
            Joint(x),
            Number(b, 1 | 2),
            Joint(z),
            Number(y, 4),
        ] if x == z => match order {
            DateOrder::DayFirst => numeric(*y, *b, *a)?,
            DateOrder::MonthFirst => numeric(*y, *a, *b)?,
            DateOrder::Unstated if *a == 0 && *b == 0 => year(*y)?,
            DateOrder::Unstated => return None,
        },
        _ => return None,
    };
    Some((date, date))
}

/// A date in numbers, zero for an unknown month or day. A day without a month says only the year.
fn numeric(y: u32, m: u32, d: u32) -> Option<PartialDate> {
    let part = |n: u32| -> Option<Option<u8>> {
        match n {
            0 => Some(None),
            n => u8::try_from(n).ok().map(Some),
        }
    };
    let month = part(m)?;
    let day = part(d)?;
    if day.is_some_and(|d| d > 31) {
        return None;
    }
    PartialDate::new(small(y)?, month, month.and(day))
}

fn year(y: u32) -> Option<PartialDate> {
    PartialDate::new(small(y)?, None, None)
}

fn small(n: u32) -> Option<u16> {
    u16::try_from(n).ok()
}

fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if first.is_whitespace() || matches!(first, ',' | '(' | ')' | '[' | ']') {
            // A dash with a space on both sides stands between two dates.
            rest = rest.trim_start_matches(|c: char| {
                c.is_whitespace() || matches!(c, ',' | '(' | ')' | '[' | ']')
            });
            if let Some(after) = rest.strip_prefix(['-', '–', '—'])
                && after.starts_with(char::is_whitespace)
            {
                out.push(Token::Between);
                rest = after;
            }
            continue;
        }
        if first.is_ascii_digit() {
            let len = rest.bytes().take_while(u8::is_ascii_digit).count();
            let (digits, after) = rest.split_at(len);
            if let Some(after_time) = time(digits, after, &out) {
                out.push(Token::Time);
                rest = after_time;
                continue;
            }
            out.push(Token::Number(
                (len <= 8).then(|| digits.parse().ok())??,
                len,
            ));
            rest = after;
            continue;
        }
        if first.is_alphabetic() {
            let len: usize = rest
                .chars()
                .take_while(|c| c.is_alphabetic())
                .map(char::len_utf8)
                .sum();
            let (letters, after) = rest.split_at(len);
            if let Some(token) = word(letters, &out)? {
                out.push(token);
            }
            rest = match letters.len() {
                _ if after.starts_with('.') && !letters.is_empty() => after.get(1..)?,
                _ => after,
            };
            continue;
        }
        match first {
            '-' | '/' | '.' => {
                // The dot that ends a sentence.
                if !(first == '.' && rest.len() == 1) {
                    out.push(Token::Joint(first));
                }
            }
            '–' | '—' => out.push(Token::Between),
            '~' | '±' | '?' => out.push(Token::Circa),
            '+' if out.last() == Some(&Token::Time) => {
                let zone = rest.get(1..)?;
                rest = zone.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':');
                continue;
            }
            _ => return None,
        }
        rest = rest.get(first.len_utf8()..)?;
    }
    Some(out)
}

/// The text after a time of day that starts with `digits`, `after` being what follows these.
fn time<'a>(digits: &str, after: &'a str, before: &[Token]) -> Option<&'a str> {
    let has_date = before.iter().any(|t| matches!(t, Token::Number(_, 4)));
    if digits.len() > 2 || !has_date || !after.starts_with(':') {
        return None;
    }
    let rest = after.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':' || c == '.');
    // A negative offset looks like the joint of a date.
    match rest.strip_prefix('-') {
        Some(zone) if zone.starts_with(|c: char| c.is_ascii_digit()) => {
            Some(zone.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':'))
        }
        _ => Some(rest),
    }
}

/// The token of a word; `Some(None)` for words without meaning here, `None` for unknown ones.
fn word(letters: &str, before: &[Token]) -> Option<Option<Token>> {
    if let Some((month, _)) = MONTHS.iter().find(|(_, names)| names.contains(&letters)) {
        return Some(Some(Token::Month(*month)));
    }
    if CIRCA.contains(&letters) {
        return Some(Some(Token::Circa));
    }
    let after_number = matches!(before.last(), Some(Token::Number(..)));
    Some(match letters {
        "to" | "and" | "or" | "bis" | "until" | "et" | "y" => Some(Token::Between),
        "between" | "from" | "entre" | "zwischen" => Some(Token::Open),
        "s" if after_number => Some(Token::Decade),
        "st" | "nd" | "rd" | "th" if after_number => None,
        "t" if after_number => None,
        "z" | "utc" | "gmt" | "am" | "pm" if before.contains(&Token::Time) => None,
        "of" | "de" | "year" | "г" | "года" | "born" | "the" | "in" | "on" => None,
        _ if WEEKDAYS.contains(&letters) => None,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::{DateOrder, DateSpan};
    use proptest::prelude::*;

    fn check(text: &str, expected: &str) {
        check_in(text, DateOrder::Unstated, expected);
    }

    fn check_in(text: &str, order: DateOrder, expected: &str) {
        let got = match DateSpan::parse(text, order) {
            None => "-".to_owned(),
            Some(span) => {
                let mark = if span.circa { "~" } else { "" };
                if span.from == span.to {
                    format!("{mark}{}", span.from)
                } else {
                    format!("{mark}{}..{}", span.from, span.to)
                }
            }
        };
        assert_eq!(got, expected, "{text:?}");
    }

    #[test]
    fn exact_dates() {
        check("17 Mar 1959", "1959-03-17");
        check("17-Mar-1959", "1959-03-17");
        check("17. März 1959", "1959-03-17");
        check("March 17, 1959", "1959-03-17");
        check("17th of March 1959", "1959-03-17");
        check("17 марта 1959 г.", "1959-03-17");
        check("1959-03-17", "1959-03-17");
        check("1959-3-7", "1959-03-07");
        check("1959/03/17", "1959-03-17");
        check("1959.03.17", "1959-03-17");
        check("19590317", "1959-03-17");
        check("1959-03-17T12:30:00Z", "1959-03-17");
        check("1959-03-17T00:00:00+02:00", "1959-03-17");
        check("1959-03-17T00:00:00-05:00", "1959-03-17");
        check("1959-03-17 12:30:00.123", "1959-03-17");
        check("Tue, 17 Mar 1959 10:00:00 GMT", "1959-03-17");
        check("Tue, 17 Mar 1959 10:00:00 +0200", "1959-03-17");
    }

    #[test]
    fn order_of_day_and_month_is_never_guessed() {
        check("17/03/1959", "-");
        check_in("17/03/1959", DateOrder::DayFirst, "1959-03-17");
        check_in("03/17/1959", DateOrder::MonthFirst, "1959-03-17");
        check_in("17/03/1959", DateOrder::MonthFirst, "-");
        check_in("17.03.1959", DateOrder::DayFirst, "1959-03-17");
    }

    #[test]
    fn partial_dates() {
        check("Mar 1959", "1959-03");
        check("1959-03", "1959-03");
        check("03/1959", "1959-03");
        check("1958-00-00", "1958");
        check("00/00/1994", "1994");
        check_in("00/02/1994", DateOrder::DayFirst, "1994-02");
        check_in("14/00/1994", DateOrder::DayFirst, "1994");
        check("1958", "1958");
    }

    #[test]
    fn unsure_dates() {
        check("circa 1958", "~1958");
        check("c. 1958", "~1958");
        check("Approximately 1958", "~1958");
        check("1958 (approximate)", "~1958");
        check("circa Jul 1958", "~1958-07");
        check("1955 to 1958", "1955..1958");
        check("1955-1958", "1955..1958");
        check("1955 - 1958", "1955..1958");
        check("1955–1958", "1955..1958");
        check("1958/59", "1958..1959");
        check("Between 1955 and 1958", "1955..1958");
        check("between Jan and Mar 1958", "1958-01..1958-03");
        check("17 to 20 Mar 1959", "1959-03-17..1959-03-20");
        check("17 Mar 1959 to 20 Apr 1960", "1959-03-17..1960-04-20");
        check("circa 1955 to 1958", "~1955..1958");
        check("1960s", "1960..1969");
        check("late 1940s", "~1940..1949");
        check("1958 or 1959", "1958..1959");
    }

    #[test]
    fn what_is_not_a_date_is_not_read() {
        for text in [
            "",
            " ",
            "unknown",
            "31 Feb 1959",
            "1959-13-01",
            "1959-02-30",
            "17 Mar 59",
            "12",
            "1958 to 1955",
            "Moscow 1959",
            "17 Mar",
            "99999999999999999999",
            "1959-03-17-04",
            "1959 1960",
            "0000",
            "00/00/0000",
            "-",
            "to",
            "between",
            "s",
            "60/59",
        ] {
            check(text, "-");
        }
    }

    #[test]
    fn ranges_become_values() {
        let values = |text: &str| -> Vec<String> {
            DateSpan::parse(text, DateOrder::Unstated)
                .map(|s| s.values().iter().map(ToString::to_string).collect())
                .unwrap_or_default()
        };
        assert_eq!(values("1955 to 1958"), ["1955", "1956", "1957", "1958"]);
        assert_eq!(values("1930 to 1958"), ["1930", "1958"]);
        assert_eq!(values("3 Mar 1959 to 9 Mar 1959"), ["1959-03"]);
        assert_eq!(values("3 Mar 1959 to 9 Apr 1959"), ["1959"]);
        assert_eq!(values("Dec 1959 to Jan 1960"), ["1959", "1960"]);
        assert_eq!(values("circa 1958"), ["1958"]);
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,40}") {
            let _ = DateSpan::parse(&text, DateOrder::DayFirst);
        }

        #[test]
        fn date_like_text_keeps_order(
            text in "(circa |between |)[0-9]{1,4}[-/. ](Mar|[0-9]{1,4}|to)[-/. ][0-9]{1,4}( to | and |-|)[0-9]{0,4}s?"
        ) {
            if let Some(span) = DateSpan::parse(&text, DateOrder::MonthFirst) {
                prop_assert!(span.from.earliest() <= span.to.latest());
                prop_assert!(!span.values().is_empty());
            }
        }
    }
}
