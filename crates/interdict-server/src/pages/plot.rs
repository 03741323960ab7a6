//! A bar for each day, drawn as SVG without any style of its own.

use jiff::ToSpan;
use jiff::civil::Date;

/// Height of the drawing area.
const HEIGHT: u64 = 72;
/// Width of a day, with the space after it.
const STEP: u32 = 14;

/// A day's bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bar {
    pub(super) x: u32,
    pub(super) y: u64,
    pub(super) height: u64,
    /// Day and number, for whoever points at the bar or has it read out.
    pub(super) title: String,
}

/// Numbers by day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Plot {
    pub(super) bars: Vec<Bar>,
    pub(super) width: u32,
    pub(super) most: u64,
    pub(super) first: String,
    pub(super) last: String,
    pub(super) total: u64,
}

impl Plot {
    /// One bar for each of the `days` days up to `today`.
    pub(super) fn new(today: Date, days: u32, dates: impl IntoIterator<Item = Date>) -> Plot {
        let start = today
            .checked_sub(i64::from(days.saturating_sub(1)).days())
            .unwrap_or(today);
        let mut counts = vec![0_u64; days as usize];
        for date in dates {
            let Ok(after) = start.until(date).map(|span| span.get_days()) else {
                continue;
            };
            if let Some(count) = usize::try_from(after)
                .ok()
                .and_then(|at| counts.get_mut(at))
            {
                *count += 1;
            }
        }
        let most = counts.iter().copied().max().unwrap_or(0);
        let mut day = start;
        let mut bars = Vec::new();
        for (x, count) in (0..).step_by(STEP as usize).zip(&counts) {
            // A day with one alert among days with hundreds still shows.
            let height = match count {
                0 => 0,
                _ => (count * HEIGHT / most.max(1)).max(2),
            };
            bars.push(Bar {
                x,
                y: HEIGHT - height,
                height,
                title: format!("{day}: {count}"),
            });
            day = day.tomorrow().unwrap_or(day);
        }
        Plot {
            bars,
            width: days * STEP,
            most,
            first: start.to_string(),
            last: today.to_string(),
            total: counts.iter().sum(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_day_has_its_bar() {
        let day = |d| Date::new(2026, 11, d).expect("a day");
        let plot = Plot::new(day(26), 3, [day(24), day(26), day(26), day(1)]);
        let shown: Vec<_> = plot
            .bars
            .iter()
            .map(|b| (b.height, b.title.as_str()))
            .collect();
        assert_eq!(
            shown,
            [
                (36, "2026-11-24: 1"),
                (0, "2026-11-25: 0"),
                (72, "2026-11-26: 2")
            ]
        );
        assert_eq!((plot.total, plot.most, plot.width), (3, 2, 42));
    }
}
