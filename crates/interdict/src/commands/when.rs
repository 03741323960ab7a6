//! `--as-of` and `--known-at`: the lists of another day.

use interdict_store::Moment;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::answer::MomentView;
use crate::cli::When;
use crate::failure::usage;
use crate::system;

/// The point in time that the arguments name.
pub(crate) fn moment(when: &When) -> anyhow::Result<Moment> {
    let as_of = when.as_of.as_deref().map(day).transpose()?;
    let known_at = when.known_at.as_deref().map(time).transpose()?;
    Ok(Moment { as_of, known_at })
}

fn day(text: &str) -> anyhow::Result<Date> {
    text.trim().parse().map_err(|_| {
        usage(format!(
            "--as-of {text:?}: expected a day such as 2022-02-26"
        ))
    })
}

fn time(text: &str) -> anyhow::Result<Timestamp> {
    let text = text.trim();
    if let Ok(time) = text.parse() {
        return Ok(time);
    }
    // A day alone: all of it.
    let end = text.parse::<Date>().ok().and_then(|day| {
        let last = day.at(23, 59, 59, 999_999_999);
        jiff::tz::Offset::UTC.to_timestamp(last).ok()
    });
    end.ok_or_else(|| {
        usage(format!(
            "--known-at {text:?}: expected a time such as 2024-05-03T12:00:00Z, or a day"
        ))
    })
}

/// The day on which rules of the policy are looked at.
pub(crate) fn today(moment: Moment) -> Date {
    let known = moment
        .known_at
        .map(|time| jiff::tz::Offset::UTC.to_datetime(time).date());
    moment.as_of.or(known).unwrap_or_else(system::today)
}

/// For JSON; `None` for now.
pub(crate) fn view(moment: Moment) -> Option<MomentView> {
    (moment != Moment::default()).then(|| MomentView {
        as_of: moment.as_of.map(|day| day.to_string()),
        known_at: moment.known_at.map(|time| time.to_string()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_known_to_its_end() {
        let known = |text| time(text).map(|t| t.to_string()).map_err(|e| e.to_string());
        assert_eq!(
            known("2024-05-03T12:00:00Z").unwrap(),
            "2024-05-03T12:00:00Z"
        );
        assert_eq!(
            known("2024-05-03").unwrap(),
            "2024-05-03T23:59:59.999999999Z"
        );
        assert!(known("yesterday").unwrap_err().contains("expected a time"));
        assert!(day("2024-02-30").is_err());
    }
}
