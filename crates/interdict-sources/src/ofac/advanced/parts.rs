//! Names out of their parts, and periods out of their days.

use std::collections::HashMap;

use super::references::Tables;
use crate::xml::Element;

/// A name as the advanced XML states it: part by part.
pub(super) struct Parts<'a> {
    script: &'a str,
    /// Type, value and place of each part, in the order of the file.
    parts: Vec<(&'a str, &'a str, u64)>,
}

/// The parts of a `DocumentedName`.
pub(super) fn named_parts<'a>(
    tables: &'a Tables,
    types: &HashMap<&'a str, &'a str>,
    name: &'a Element,
) -> Parts<'a> {
    let mut script = "";
    let mut parts = Vec::new();
    for part in name.children_named("DocumentedNamePart") {
        for value in part.children_named("NamePartValue") {
            for aside in ["ScriptStatusID", "Acronym"] {
                value.attribute(aside);
            }
            script = tables.value("Script", value.attribute("ScriptID"));
            let group = value.attribute("NamePartGroupID").unwrap_or_default();
            let kind = types.get(group).copied().unwrap_or_default();
            parts.push((kind, value.text(), value.byte()));
        }
    }
    Parts { script, parts }
}

impl<'a> Parts<'a> {
    /// The parts as they stand.
    pub(super) fn written(&self) -> String {
        let all: Vec<&str> = self.parts.iter().map(|p| p.1).collect();
        all.join(" ")
    }

    /// The name as the other formats write it: `LAST, First Middle`, names of bodies, ships and
    /// aircraft in capitals; in scripts without capitals in the order of that script.
    pub(super) fn formatted(&self) -> String {
        let upper = |text: &str| text.to_uppercase();
        let of = |wanted: fn(&str) -> bool| -> Vec<&str> {
            let parts = self.parts.iter().filter(|p| wanted(p.0));
            parts.map(|p| p.1).collect()
        };
        let last = of(|kind| matches!(kind, "Last Name" | "Maiden Name")).join(" ");
        let first = of(|kind| {
            matches!(
                kind,
                "First Name" | "Middle Name" | "Patronymic" | "Matronymic"
            )
        });
        let whole = of(|kind| matches!(kind, "Entity Name" | "Vessel Name" | "Aircraft Name"));
        let other = of(|kind| {
            !matches!(
                kind,
                "Last Name"
                    | "Maiden Name"
                    | "First Name"
                    | "Middle Name"
                    | "Patronymic"
                    | "Matronymic"
                    | "Entity Name"
                    | "Vessel Name"
                    | "Aircraft Name"
            )
        });
        if !whole.is_empty() {
            return upper(&whole.join(" "));
        }
        if last.is_empty() || first.is_empty() {
            let rest = [first, other].concat().join(" ");
            return format!("{}{}{rest}", upper(&last), space(&last, &rest));
        }
        let first = first.join(" ");
        let name = match self.script {
            "Latin" | "" | "Cyrillic" | "Greek" | "Armenian" => {
                format!("{}, {first}", upper(&last))
            }
            script if script.starts_with("Chinese") => format!("{last}{first}"),
            _ => format!("{first} {last}"),
        };
        let other = other.join(" ");
        format!("{name}{}{other}", space(&name, &other))
    }

    /// Parts that have a property of their own.
    pub(super) fn single(
        &self,
    ) -> impl Iterator<Item = (&'static [&'static str], &'a str, u64)> + use<'_, 'a> {
        self.parts.iter().filter_map(|&(kind, value, byte)| {
            let property: &'static [&'static str] = match kind {
                "Middle Name" => &["middleName"],
                "Patronymic" => &["fatherName"],
                "Matronymic" => &["motherName"],
                _ => return None,
            };
            Some((property, value, byte))
        })
    }
}

fn space(before: &str, after: &str) -> &'static str {
    if before.is_empty() || after.is_empty() {
        ""
    } else {
        " "
    }
}

/// A `DatePeriod` as the other formats write it: `22 Mar 1958`, `Mar 1958`, `1958`, `circa 1958`,
/// `1951 to 1953`. `None` when it holds no date, as those of measures do.
pub(super) fn period(period: &Element) -> Option<String> {
    period.skip();
    let start = period.child("Start");
    let end = period.child("End");
    let from = start
        .and_then(|s| s.child("From"))
        .or_else(|| end.and_then(|e| e.child("From")))
        .and_then(Day::read)?;
    let to = end
        .and_then(|e| e.child("To"))
        .or_else(|| start.and_then(|s| s.child("To")))
        .and_then(Day::read)
        .unwrap_or(from);
    let circa = [start, end]
        .into_iter()
        .flatten()
        .any(|e| e.attribute("Approximate") == Some("true"));
    let text = between(from, to);
    Some(if circa { format!("circa {text}") } else { text })
}

/// The day of a `Date` or `DateOfIssue`, in ISO 8601.
pub(super) fn iso(date: &Element) -> Option<String> {
    date.skip();
    let day = Day::read(date)?;
    Some(format!("{:0>4}-{:02}-{:02}", day.year, day.month, day.day))
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Day {
    year: u16,
    month: u8,
    day: u8,
}

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

impl Day {
    fn read(of: &Element) -> Option<Day> {
        let number = |name| of.text_of(name).unwrap_or("0").parse::<u16>().ok();
        let (month, day) = (number("Month")?, number("Day")?);
        let year = number("Year").filter(|year| *year > 0)?;
        let fits = month <= 12 && day <= 31;
        fits.then_some(Day {
            year,
            month: u8::try_from(month).ok()?,
            day: u8::try_from(day).ok()?,
        })
    }

    fn month_name(self) -> Option<&'static str> {
        MONTHS.get(usize::from(self.month).checked_sub(1)?).copied()
    }

    fn last_of_month(self) -> bool {
        let year = self.year;
        let leap =
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let last = match self.month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        self.day == last
    }

    /// The day in words, as precise as it is stated.
    fn text(self) -> String {
        match (self.month_name(), self.day) {
            (Some(month), 0) => format!("{month} {}", self.year),
            (Some(month), day) => format!("{day:02} {month} {}", self.year),
            (None, _) => self.year.to_string(),
        }
    }
}

fn between(from: Day, to: Day) -> String {
    let whole_year = |day: Day, last: bool| {
        if last {
            (day.month, day.day) == (12, 31)
        } else {
            (day.month, day.day) == (1, 1)
        }
    };
    if from == to {
        return from.text();
    }
    if whole_year(from, false) && whole_year(to, true) {
        return if from.year == to.year {
            from.year.to_string()
        } else {
            format!("{} to {}", from.year, to.year)
        };
    }
    let months = from.day == 1 && to.last_of_month();
    let of_month = |day: Day| Day { day: 0, ..day }.text();
    if months && (from.year, from.month) == (to.year, to.month) {
        return of_month(from);
    }
    if months {
        return format!("{} to {}", of_month(from), of_month(to));
    }
    format!("{} to {}", from.text(), to.text())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: u16, month: u8, day: u8) -> Day {
        Day { year, month, day }
    }

    #[test]
    fn periods_are_written_as_short_as_they_are_stated() {
        let check = |from: (u16, u8, u8), to: (u16, u8, u8), expected: &str| {
            let text = between(day(from.0, from.1, from.2), day(to.0, to.1, to.2));
            assert_eq!(text, expected);
        };
        check((1958, 3, 22), (1958, 3, 22), "22 Mar 1958");
        check((1962, 1, 1), (1962, 12, 31), "1962");
        check((1962, 1, 1), (1962, 1, 1), "01 Jan 1962");
        check((1951, 1, 1), (1953, 12, 31), "1951 to 1953");
        check((1964, 2, 1), (1964, 2, 29), "Feb 1964");
        check((1964, 2, 1), (1964, 4, 30), "Feb 1964 to Apr 1964");
        check((1964, 2, 3), (1964, 2, 9), "03 Feb 1964 to 09 Feb 1964");
        check((1964, 0, 0), (1964, 0, 0), "1964");
    }
}
