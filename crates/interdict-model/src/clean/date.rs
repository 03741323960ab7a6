//! Dates as values.

use compact_str::{CompactString, ToCompactString, format_compact};

use super::{Cleaned, Reason, Values};
use crate::date::{DateOrder, DateSpan, PartialDate};

/// The values of a text that holds a date: what [`DateSpan::parse`] reads, else what
/// FollowTheMoney reads, which is the longest ISO 8601 prefix.
pub(super) fn values(text: &str, raw: &str, order: DateOrder) -> Result<Values, Reason> {
    let original = |value: &CompactString| (value != raw).then(|| raw.to_compact_string());
    if let Some(value) = iso_with_time(text) {
        let original = original(&value);
        return Ok(Values::from_elem(Cleaned { value, original }, 1));
    }
    let dates = match DateSpan::parse(text, order) {
        Some(span) => span.values(),
        None => vec![iso_prefix(text).ok_or(Reason::Date)?],
    };
    Ok(dates
        .into_iter()
        .map(|date| {
            let value = date.iso();
            let original = original(&value);
            Cleaned { value, original }
        })
        .collect())
}

/// A date and time in UTC, in the precision the text has: `2021-02-16T21`, `…T21:48`,
/// `…T21:48:52`.
fn iso_with_time(text: &str) -> Option<CompactString> {
    let (date, rest) = (text.get(..10)?, text.get(10..)?);
    let date = PartialDate::parse_iso(date)?;
    let rest = rest.strip_prefix(['T', ' '])?;
    let two = |at: usize, limit: u8| -> Option<u8> {
        let part = rest.get(at..at + 2)?;
        let number = part
            .bytes()
            .all(|b| b.is_ascii_digit())
            .then(|| part.parse::<u8>().ok())??;
        (number < limit).then_some(number)
    };
    let hour = two(0, 24)?;
    let minute = if rest.get(2..3) == Some(":") {
        two(3, 60)
    } else {
        None
    };
    let second = if minute.is_some() && rest.get(5..6) == Some(":") {
        two(6, 60)
    } else {
        None
    };
    let zone_at = match (minute, second) {
        (None, _) => 2,
        (_, None) => 5,
        (_, Some(_)) => 8,
    };
    let mut zone = rest.get(zone_at..)?;
    if let Some(fraction) = zone.strip_prefix('.') {
        zone = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    if let Some(offset) = offset_minutes(zone) {
        return in_utc(date, hour, minute?, second, offset);
    }
    Some(match (minute, second) {
        (None, _) => format_compact!("{date}T{hour:02}"),
        (Some(m), None) => format_compact!("{date}T{hour:02}:{m:02}"),
        (Some(m), Some(s)) => format_compact!("{date}T{hour:02}:{m:02}:{s:02}"),
    })
}

/// The offset of a time zone such as `+02:00` in minutes, if it is not zero.
fn offset_minutes(zone: &str) -> Option<i32> {
    let sign = match zone.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits: String = zone.get(1..)?.chars().filter(|c| *c != ':').collect();
    let hours: i32 = digits.get(..2)?.parse().ok()?;
    let minutes: i32 = digits.get(2..4)?.parse().ok()?;
    let offset = sign * (hours * 60 + minutes);
    (offset != 0 && hours < 24).then_some(offset)
}

fn in_utc(
    date: PartialDate,
    hour: u8,
    minute: u8,
    second: Option<u8>,
    offset: i32,
) -> Option<CompactString> {
    let (y, m, d) = date.earliest();
    let local = jiff::civil::DateTime::new(
        i16::try_from(y).ok()?,
        i8::try_from(m).ok()?,
        i8::try_from(d).ok()?,
        i8::try_from(hour).ok()?,
        i8::try_from(minute).ok()?,
        i8::try_from(second.unwrap_or(0)).ok()?,
        0,
    )
    .ok()?;
    let utc = local
        .checked_sub(jiff::SignedDuration::from_mins(i64::from(offset)))
        .ok()?;
    let format = if second.is_some() {
        "%Y-%m-%dT%H:%M:%S"
    } else {
        "%Y-%m-%dT%H:%M"
    };
    Some(utc.strftime(format).to_compact_string())
}

/// The longest prefix that FollowTheMoney takes for a date: a year, month and day in digits,
/// followed by anything.
fn iso_prefix(text: &str) -> Option<PartialDate> {
    let ends = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    let year = text
        .get(..4)
        .filter(|y| y.bytes().all(|b| b.is_ascii_digit()))?;
    let rest = text.get(4..)?;
    if !ends(rest) || !year.starts_with(['1', '2']) {
        return None;
    }
    let year: u16 = year.parse().ok()?;
    let Some((month, rest)) = dashed_number(rest).filter(|(_, rest)| ends(rest)) else {
        return PartialDate::new(year, None, None);
    };
    if month == 0 {
        return PartialDate::new(year, None, None);
    }
    match dashed_number(rest) {
        Some((day, _)) if day > 0 => PartialDate::new(year, Some(month), Some(day)),
        _ => PartialDate::new(year, Some(month), None),
    }
}

/// One or two digits after a dash, and what follows them.
fn dashed_number(text: &str) -> Option<(u8, &str)> {
    let rest = text.strip_prefix('-')?;
    let len = rest.bytes().take(2).take_while(u8::is_ascii_digit).count();
    Some((rest.get(..len)?.parse().ok()?, rest.get(len..)?))
}
