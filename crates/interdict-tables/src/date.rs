//! Dates of spreadsheets: days since an epoch, or written as such.

use jiff::ToSpan;
use jiff::civil::{Date, date};

/// From which day a workbook counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateSystem {
    /// Day 1 is 1900-01-01, and day 60 a 29 February 1900 that never was.
    From1900,
    /// Day 0 is 1904-01-01, as old Macintosh workbooks count.
    From1904,
}

impl DateSystem {
    /// The day of a serial number. `None` for a number before the first day, for day 60 of
    /// [`DateSystem::From1900`], and after the year 9999.
    ///
    /// ```
    /// use interdict_tables::DateSystem;
    /// let day = DateSystem::From1900.day(13_633.0).unwrap();
    /// assert_eq!(day.to_string(), "1937-04-28");
    /// ```
    pub fn day(self, serial: f64) -> Option<Date> {
        let days = serial.floor();
        if !(0.0..=2_958_465.0).contains(&days) {
            return None;
        }
        let days = days as i64;
        let epoch = match self {
            DateSystem::From1904 => date(1904, 1, 1),
            DateSystem::From1900 if days > 60 => date(1899, 12, 30),
            DateSystem::From1900 if (1..60).contains(&days) => date(1899, 12, 31),
            DateSystem::From1900 => return None,
        };
        epoch.checked_add(days.days()).ok()
    }
}

/// A date, or a date and time.
#[derive(Clone, Debug, PartialEq)]
pub enum Moment {
    /// A serial number of days with its fraction.
    Serial {
        /// Days.
        days: f64,
        /// Since when.
        system: DateSystem,
    },
    /// As the file writes it: `2025-04-14`, also with a time.
    Written(String),
}

impl Moment {
    /// ISO 8601: the date, and the time to the second where there is one; a time alone (day 0) as
    /// `hh:mm:ss`. A serial that is no date is the number itself.
    pub fn iso(&self) -> String {
        let (days, system) = match self {
            Moment::Written(text) => {
                return text.strip_suffix("T00:00:00").unwrap_or(text).to_owned();
            }
            Moment::Serial { days, system } => (*days, *system),
        };
        let seconds = ((days - days.floor()) * 86_400.0).round() as u32;
        let (whole, seconds) = if seconds >= 86_400 {
            (days.floor() + 1.0, 0)
        } else {
            (days, seconds)
        };
        let (h, m, s) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        match system.day(whole) {
            Some(day) if seconds == 0 => day.to_string(),
            Some(day) => format!("{day}T{h:02}:{m:02}:{s:02}"),
            None if (0.0..1.0).contains(&whole) && system == DateSystem::From1900 => {
                format!("{h:02}:{m:02}:{s:02}")
            }
            None => crate::cell::number_text(days),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(days: f64, system: DateSystem, expected: &str) {
        assert_eq!(Moment::Serial { days, system }.iso(), expected);
    }

    #[test]
    fn serials_of_both_systems() {
        use DateSystem::{From1900, From1904};
        check(1.0, From1900, "1900-01-01");
        check(59.0, From1900, "1900-02-28");
        check(60.0, From1900, "60");
        check(61.0, From1900, "1900-03-01");
        check(45_761.0, From1900, "2025-04-14");
        check(2_958_465.0, From1900, "9999-12-31");
        check(2_958_466.0, From1900, "2958466");
        check(-1.0, From1900, "-1");
        check(f64::NAN, From1900, "NaN");
        check(0.0, From1904, "1904-01-01");
        check(44_299.0, From1904, "2025-04-14");
    }

    #[test]
    fn times_of_day() {
        check(45_761.5, DateSystem::From1900, "2025-04-14T12:00:00");
        check(0.25, DateSystem::From1900, "06:00:00");
        // Rounds up to the next day rather than to 24:00:00.
        check(45_760.999_999_99, DateSystem::From1900, "2025-04-14");
        let written = |text: &str| Moment::Written(text.to_owned()).iso();
        assert_eq!(written("2025-04-14T00:00:00"), "2025-04-14");
        assert_eq!(written("2025-04-14T08:30:00"), "2025-04-14T08:30:00");
    }
}
