//! Dates as customer files write them, and which order of day and month a file uses.

use interdict_model::{DateOrder, DateSpan, PartialDate};

/// Years of two digits up to this one may be of this century or the last.
const PIVOT: u16 = 30;

/// What the dates of a file say about the order of day and month.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Votes {
    /// Dates that can only be day first, with the first as place and text.
    pub(crate) day_first: u64,
    pub(crate) first_day_first: Option<(u64, String)>,
    /// Dates that can only be month first.
    pub(crate) month_first: u64,
    pub(crate) first_month_first: Option<(u64, String)>,
    /// Dates that can be both and mean two different days.
    pub(crate) open: u64,
    pub(crate) first_open: Option<(u64, String)>,
    /// Whole numbers that would be dates as a spreadsheet counts days.
    pub(crate) serial: u64,
    /// Values of date columns that are no date in any order.
    pub(crate) unread: u64,
    pub(crate) first_unread: Option<(u64, String)>,
    /// Values that say their order themselves, or have no day.
    pub(crate) clear: u64,
}

/// Day, month and year of a numeric date as written: first, second, year and its digits.
fn numeric(text: &str) -> Option<(u32, u32, u32, usize)> {
    let text = text.trim();
    let date = text.split([' ', 'T']).next()?;
    if date.len() == 8 && date.bytes().all(|b| b.is_ascii_digit()) {
        let part = |range: std::ops::Range<usize>| date.get(range)?.parse().ok();
        let year: u32 = part(0..4)?;
        let iso = (1850..2100).contains(&year)
            && PartialDate::parse_iso(&format!("{}-{}-{}", &date[..4], &date[4..6], &date[6..]))
                .is_some();
        return (!iso).then_some((part(0..2)?, part(2..4)?, part(4..8)?, 4));
    }
    let mut parts = date.split(['.', '/', '-']);
    let (a, b, y) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || a.len() > 2 || b.len() > 2 || !matches!(y.len(), 2 | 4) {
        return None;
    }
    let number = |text: &str| -> Option<u32> {
        (!text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
    };
    Some((number(a)?, number(b)?, number(y)?, y.len()))
}

impl Votes {
    /// Counts one value of a date column.
    pub(crate) fn take(&mut self, text: &str, line: u64) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        let note = |place: &mut Option<(u64, String)>| {
            place.get_or_insert_with(|| (line, text.chars().take(40).collect()));
        };
        match numeric(text) {
            Some((a, b, ..)) if (1..=12).contains(&a) && (1..=12).contains(&b) => {
                if a == b {
                    self.clear += 1;
                } else {
                    self.open += 1;
                    note(&mut self.first_open);
                }
            }
            Some((a, b, ..)) if (13..=31).contains(&a) && (1..=12).contains(&b) => {
                self.day_first += 1;
                note(&mut self.first_day_first);
            }
            Some((a, b, ..)) if (1..=12).contains(&a) && (13..=31).contains(&b) => {
                self.month_first += 1;
                note(&mut self.first_month_first);
            }
            _ if serial(text).is_some() => self.serial += 1,
            Some(_) if DateSpan::parse(text, DateOrder::DayFirst).is_some() => self.clear += 1,
            None if !read(text, Rules::default()).is_empty() => self.clear += 1,
            _ => {
                self.unread += 1;
                note(&mut self.first_unread);
            }
        }
    }

    /// The order, where the file settles it; `None` where it does not need one.
    pub(crate) fn order(&self) -> Result<Option<DateOrder>, Undecided> {
        match (self.day_first, self.month_first) {
            (0, 0) if self.open == 0 => Ok(None),
            (0, 0) => Err(Undecided::NoDayAbove12),
            (_, 0) => Ok(Some(DateOrder::DayFirst)),
            (0, _) => Ok(Some(DateOrder::MonthFirst)),
            // A slip of the keyboard does not make a file American.
            (d, m) if d >= 50 * m => Ok(Some(DateOrder::DayFirst)),
            (d, m) if m >= 50 * d => Ok(Some(DateOrder::MonthFirst)),
            _ => Err(Undecided::BothOrders),
        }
    }

    /// Whether whole numbers stand for dates: the column holds nothing else.
    pub(crate) fn serials(&self) -> bool {
        self.serial > 0
            && self.day_first + self.month_first + self.open + self.clear + self.unread == 0
    }
}

/// Why the order is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Undecided {
    NoDayAbove12,
    BothOrders,
}

/// The date that a spreadsheet means by a whole number of five digits, counted from 1900.
fn serial(text: &str) -> Option<PartialDate> {
    let whole = text.strip_suffix(".0").unwrap_or(text);
    if whole.len() != 5 || !whole.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let days: i64 = whole.parse().ok()?;
    // Day 60 is the 29th of February 1900, which was not: later days count from one day earlier.
    let (y, m, d) = civil(days - 25_569);
    PartialDate::new(u16::try_from(y).ok()?, Some(m), Some(d))
}

/// Year, month and day of a number of days since 1970-01-01 (H. Hinnant, "chrono-compatible
/// low-level date algorithms").
fn civil(days: i64) -> (i64, u8, u8) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let day = doy - (153 * mp + 2) / 5 + 1;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = yoe + era * 400 + i64::from(month <= 2);
    (
        year,
        u8::try_from(month).unwrap_or(1),
        u8::try_from(day).unwrap_or(1),
    )
}

/// First years of the Japanese eras, less one.
const ERAS: &[(&str, u16)] = &[
    ("令和", 2018),
    ("平成", 1988),
    ("昭和", 1925),
    ("大正", 1911),
    ("明治", 1867),
];

/// `1970年5月6日`, `昭和45年5月6日`, `1970년 5월 6일`, in ISO 8601.
fn east_asian(text: &str) -> Option<String> {
    let (year, rest) = text.split_once(['年', '년'])?;
    let (era, year) = ERAS
        .iter()
        .find_map(|(name, first)| Some((*first, year.strip_prefix(name)?)))
        .unwrap_or((0, year));
    let number = |text: &str| text.trim().parse::<u16>().ok();
    let year = era
        + if year.trim() == "元" {
            1
        } else {
            number(year)?
        };
    let (month, rest) = match rest.split_once(['月', '월']) {
        Some((month, rest)) => (u8::try_from(number(month)?).ok(), rest),
        None => (None, rest),
    };
    let day = match rest.trim().trim_end_matches(['日', '일']) {
        "" => None,
        day => Some(u8::try_from(number(day)?).ok()?),
    };
    PartialDate::new(year, month, day).map(|date| date.iso().to_string())
}

/// How the dates of a file are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rules {
    pub(crate) order: DateOrder,
    pub(crate) serials: bool,
}

/// The values of a cell that holds a date, ISO 8601; empty when it is none. A year of two digits that
/// may be of two centuries gives both.
pub(crate) fn read(text: &str, rules: Rules) -> Vec<String> {
    let text = text.trim();
    if rules.serials
        && let Some(date) = serial(text)
    {
        return vec![date.iso().to_string()];
    }
    if let Some(date) = east_asian(text) {
        return vec![date];
    }
    if let Some((a, b, y, digits)) = numeric(text) {
        let (day, month) = match rules.order {
            DateOrder::MonthFirst => (b, a),
            DateOrder::DayFirst => (a, b),
            // Equal parts, or one that can only be a day.
            DateOrder::Unstated if a == b || (a > 12 && b <= 12) => (a, b),
            DateOrder::Unstated if b > 12 && a <= 12 => (b, a),
            DateOrder::Unstated => return Vec::new(),
        };
        let y = u16::try_from(y).unwrap_or(0);
        let years: &[u16] = match digits {
            2 if y <= PIVOT => &[1900 + y, 2000 + y],
            2 => &[1900 + y],
            _ => &[y],
        };
        let (month, day) = (u8::try_from(month).ok(), u8::try_from(day).ok());
        let zero = |part: Option<u8>| part.filter(|p| *p != 0);
        let month = zero(month);
        let day = month.and(zero(day));
        return years
            .iter()
            .filter_map(|year| PartialDate::new(*year, month, day))
            .map(|date| date.iso().to_string())
            .collect();
    }
    DateSpan::parse(text, rules.order)
        .map(|span| span.values().iter().map(|d| d.iso().to_string()).collect())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(texts: &[&str]) -> Result<Option<DateOrder>, Undecided> {
        let mut votes = Votes::default();
        for (line, text) in (2..).zip(texts) {
            votes.take(text, line);
        }
        votes.order()
    }

    #[test]
    fn a_day_above_twelve_settles_the_order() {
        assert_eq!(
            order(&["01.02.1960", "31.12.1958"]),
            Ok(Some(DateOrder::DayFirst))
        );
        assert_eq!(
            order(&["1/2/1960", "12/31/58"]),
            Ok(Some(DateOrder::MonthFirst))
        );
        assert_eq!(order(&["31121958"]), Ok(Some(DateOrder::DayFirst)));
        assert_eq!(
            order(&["1958-12-31", "19600203", "3 May 1960", "1960"]),
            Ok(None)
        );
        assert_eq!(order(&["05.05.1960"]), Ok(None));
        assert_eq!(order(&["01.02.1960"]), Err(Undecided::NoDayAbove12));
        assert_eq!(
            order(&["31/12/1960", "12/31/1960"]),
            Err(Undecided::BothOrders)
        );
    }

    fn check(text: &str, order: DateOrder, expected: &[&str]) {
        let rules = Rules {
            order,
            serials: true,
        };
        assert_eq!(read(text, rules), expected, "{text}");
    }

    #[test]
    fn values() {
        check("31.12.1958", DateOrder::DayFirst, &["1958-12-31"]);
        check(
            "12/31/1958 00:00:00",
            DateOrder::MonthFirst,
            &["1958-12-31"],
        );
        check("3.4.58", DateOrder::DayFirst, &["1958-04-03"]);
        check("3.4.05", DateOrder::DayFirst, &["1905-04-03", "2005-04-03"]);
        check("31121958", DateOrder::DayFirst, &["1958-12-31"]);
        check("19581231", DateOrder::DayFirst, &["1958-12-31"]);
        check("00.00.1958", DateOrder::DayFirst, &["1958"]);
        check("21550", DateOrder::Unstated, &["1958-12-31"]);
        check("1958", DateOrder::DayFirst, &["1958"]);
        check("17 Mar 1959", DateOrder::DayFirst, &["1959-03-17"]);
        check("31.02.1958", DateOrder::DayFirst, &[]);
        check("12.31.1958", DateOrder::DayFirst, &[]);
        check("1970年5月6日", DateOrder::Unstated, &["1970-05-06"]);
        check("昭和45年5月6日", DateOrder::Unstated, &["1970-05-06"]);
        check("1970년 5월", DateOrder::Unstated, &["1970-05"]);
        check("unknown", DateOrder::DayFirst, &[]);
        check("01.02.1960", DateOrder::Unstated, &[]);
    }
}
