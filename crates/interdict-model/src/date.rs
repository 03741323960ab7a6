//! Dates that are known only in part.
//!
//! FollowTheMoney writes a date as a prefix of ISO 8601: `1959`, `1959-03` or `1959-03-17`. It has
//! neither ranges nor "circa". Interdict represents them as several statements that share one
//! `original`: see [`DateSpan::values`].

use std::fmt;

use compact_str::{CompactString, format_compact};

mod read;

/// In which order a list writes day and month in numeric dates such as `03/04/1959`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DateOrder {
    /// Not known: numeric dates with both a day and a month are not read.
    #[default]
    Unstated,
    /// Day, month, year.
    DayFirst,
    /// Month, day, year.
    MonthFirst,
}

/// A date in the proleptic Gregorian calendar of which at least the year is known.
///
/// Years run from 1000 to 2999, the years FollowTheMoney accepts. Order is by year, month, day, an
/// unknown part coming first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PartialDate {
    year: u16,
    month: u8,
    day: u8,
}

/// How two dates stand to each other, from best to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DateRelation {
    /// The same date in the same precision.
    Same,
    /// One says less than the other, and nothing against it (`1959` and `1959-03-17`).
    Compatible,
    /// The same year with day and month exchanged (`1959-03-04` and `1959-04-03`).
    Swapped,
    /// The same year, but month or day contradict.
    SameYear,
    /// Different years; the distance between them, at least 1.
    Apart(u16),
}

impl PartialDate {
    /// A date from its parts. `None` unless the year is from 1000 to 2999 and the month and day
    /// exist in it; a day needs a month.
    pub fn new(year: u16, month: Option<u8>, day: Option<u8>) -> Option<PartialDate> {
        let year_ok = (1000..=2999).contains(&year);
        let parts_ok = match (month, day) {
            (None, None) => true,
            (None, Some(_)) => false,
            (Some(m), None) => (1..=12).contains(&m),
            (Some(m), Some(d)) => (1..=12).contains(&m) && (1..=days_in(year, m)).contains(&d),
        };
        (year_ok && parts_ok).then_some(PartialDate {
            year,
            month: month.unwrap_or(0),
            day: day.unwrap_or(0),
        })
    }

    /// Reads the canonical form: `1959`, `1959-03`, `1959-03-17`, also followed by a time
    /// (`T` or a space), which is dropped. For other spellings see [`DateSpan::parse`].
    pub fn parse_iso(text: &str) -> Option<PartialDate> {
        let date = match text.find(['T', ' ']) {
            Some(at) if at == 10 => text.get(..at)?,
            Some(_) => return None,
            None => text,
        };
        let digits = |range: std::ops::Range<usize>| -> Option<u16> {
            let part = date.get(range)?;
            part.bytes()
                .all(|b| b.is_ascii_digit())
                .then(|| part.parse().ok())?
        };
        let separated = |at: usize| date.as_bytes().get(at) == Some(&b'-');
        let small = |n: u16| u8::try_from(n).ok();
        match date.len() {
            4 => PartialDate::new(digits(0..4)?, None, None),
            7 if separated(4) => PartialDate::new(digits(0..4)?, Some(small(digits(5..7)?)?), None),
            10 if separated(4) && separated(7) => PartialDate::new(
                digits(0..4)?,
                Some(small(digits(5..7)?)?),
                Some(small(digits(8..10)?)?),
            ),
            _ => None,
        }
    }

    /// The year, 1000 to 2999.
    pub fn year(self) -> u16 {
        self.year
    }

    /// The month, 1 to 12, if known.
    pub fn month(self) -> Option<u8> {
        (self.month != 0).then_some(self.month)
    }

    /// The day of the month, 1 to 31, if known.
    pub fn day(self) -> Option<u8> {
        (self.day != 0).then_some(self.day)
    }

    /// The first day it may mean, as (year, month, day).
    pub fn earliest(self) -> (u16, u8, u8) {
        (self.year, self.month.max(1), self.day.max(1))
    }

    /// The last day it may mean, as (year, month, day).
    pub fn latest(self) -> (u16, u8, u8) {
        let month = self.month().unwrap_or(12);
        let day = self.day().unwrap_or_else(|| days_in(self.year, month));
        (self.year, month, day)
    }

    /// How this date stands to another; symmetric.
    pub fn relation(self, other: PartialDate) -> DateRelation {
        if self == other {
            return DateRelation::Same;
        }
        if self.year != other.year {
            return DateRelation::Apart(self.year.abs_diff(other.year));
        }
        let agree = |a: u8, b: u8| a == 0 || b == 0 || a == b;
        if agree(self.month, other.month) && agree(self.day, other.day) {
            return DateRelation::Compatible;
        }
        if self.day != 0 && self.month == other.day && self.day == other.month {
            return DateRelation::Swapped;
        }
        DateRelation::SameYear
    }

    /// Whether both may mean the same day.
    pub fn compatible(self, other: PartialDate) -> bool {
        self.relation(other) <= DateRelation::Compatible
    }

    /// The canonical form, as FollowTheMoney writes it.
    pub fn iso(self) -> CompactString {
        format_compact!("{self}")
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        if self.month != 0 {
            write!(f, "-{:02}", self.month)?;
        }
        if self.day != 0 {
            write!(f, "-{:02}", self.day)?;
        }
        Ok(())
    }
}

/// What a text says about a date: one date, or two that bound it, perhaps only about right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DateSpan {
    /// The date, or the first it may be.
    pub from: PartialDate,
    /// The same as `from`, or the last it may be.
    pub to: PartialDate,
    /// Whether the text itself says that it is not exact.
    pub circa: bool,
}

impl DateSpan {
    /// A span of more years than this is given by its two ends only.
    pub const MAX_YEARS: u16 = 10;

    /// Reads a date in the spellings that lists use: ISO 8601 with or without a time, `17 Mar
    /// 1959`, `March 17, 1959`, `Mar 1959`, `circa 1958`, `1955 to 1958`, `between 1955 and 1958`,
    /// `1960s`, `19590317`, `00/00/1994`, dates of RFC 2822, and `17/03/1959` where `order` says
    /// which number is the day. A month or day written as zeros is unknown. Month names in
    /// English, French, German, Spanish, Italian, Portuguese, Dutch and Russian.
    ///
    /// `None` when anything in the text is not understood, and for dates that do not exist.
    pub fn parse(text: &str, order: DateOrder) -> Option<DateSpan> {
        read::span(text, order)
    }

    /// The dates to state, none of which says more than the text does.
    ///
    /// One date is itself. Two dates of one month become that month, of one year that year. A range
    /// over years becomes each year it touches, so that a query for any of them agrees; over more
    /// than [`DateSpan::MAX_YEARS`] years only its two ends. "Circa" is not part of the value:
    /// the statement's `original` keeps it, and reading that again gives this span back.
    pub fn values(&self) -> Vec<PartialDate> {
        let (from, to) = (self.from, self.to);
        if from == to {
            return vec![from];
        }
        let year = |year| PartialDate {
            year,
            month: 0,
            day: 0,
        };
        if from.year == to.year {
            let month = if from.month == to.month {
                from.month
            } else {
                0
            };
            return vec![PartialDate {
                month,
                ..year(from.year)
            }];
        }
        if to.year.saturating_sub(from.year) > DateSpan::MAX_YEARS {
            return vec![year(from.year), year(to.year)];
        }
        (from.year..=to.year).map(year).collect()
    }
}

fn days_in(year: u16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::{DateRelation, PartialDate};
    use proptest::prelude::*;

    fn date(text: &str) -> PartialDate {
        PartialDate::parse_iso(text).unwrap_or_else(|| panic!("{text:?} is no date"))
    }

    #[test]
    fn iso_is_read_and_written() {
        for text in ["1959", "1959-03", "1959-03-17", "2024-02-29"] {
            assert_eq!(date(text).iso(), text);
        }
        assert_eq!(date("2021-02-16T21:48:52").iso(), "2021-02-16");
        for text in [
            "",
            "195",
            "1959-3",
            "1959-13",
            "2023-02-29",
            "0959",
            "+959",
            "1959-03-1",
        ] {
            assert_eq!(PartialDate::parse_iso(text), None, "{text:?}");
        }
    }

    #[test]
    fn relations() {
        let check = |a: &str, b: &str, expected| {
            assert_eq!(date(a).relation(date(b)), expected, "{a} {b}");
        };
        check("1959-03-17", "1959-03-17", DateRelation::Same);
        check("1959", "1959-03-17", DateRelation::Compatible);
        check("1959-03", "1959-03-17", DateRelation::Compatible);
        check("1959-03-04", "1959-04-03", DateRelation::Swapped);
        check("1959-04", "1959-03-17", DateRelation::SameYear);
        check("1959-03-18", "1959-03-17", DateRelation::SameYear);
        check("1959", "1961-03-17", DateRelation::Apart(2));
    }

    proptest! {
        #[test]
        fn relation_is_symmetric(a in any_date(), b in any_date()) {
            prop_assert_eq!(a.relation(b), b.relation(a));
            prop_assert_eq!(a.relation(a), DateRelation::Same);
        }

        #[test]
        fn text_round_trips(a in any_date()) {
            prop_assert_eq!(PartialDate::parse_iso(&a.iso()), Some(a));
            prop_assert!(a.earliest() <= a.latest());
        }
    }

    fn any_date() -> impl Strategy<Value = PartialDate> {
        (1000u16..3000, 0u8..13, 0u8..32).prop_filter_map("exists", |(y, m, d)| {
            let month = (m > 0).then_some(m);
            PartialDate::new(y, month, (d > 0 && m > 0).then_some(d))
        })
    }
}
