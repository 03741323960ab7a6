//! The guard: whether a publication may follow the version before it without a person's look.
//!
//! Publishers answer with an error page, publish half a file, drop a column, list someone twice.
//! What moves further than a list does in a day is held back; a person accepts or rejects it, and
//! the last good version serves meanwhile.

pub(crate) mod measure;

use std::collections::BTreeMap;

use interdict_sources::Report;
use interdict_store::{Publication, PublicationId, PublishedAt};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use measure::{Amounts, Measure};

use measure::Turnover;

/// Most that may fall, in percent of the version before.
pub const MOST_FALL: u64 = 5;
/// Most that may grow, in percent of the version before.
pub const MOST_GROWTH: u64 = 25;
/// Most that may change or go, in percent of the version before.
pub const MOST_CHANGE: u64 = 10;
/// Most by which the share of orphaned rows may rise, in points.
pub const MOST_ORPHAN_RISE: u64 = 1;
/// A first import holds at least this part of the entries that are expected.
pub const LEAST_PART: u64 = 5;
/// Days that a publication may be dated ahead of the import: publishers are in other time zones.
pub const MOST_DAYS_AHEAD: i32 = 2;

/// So many findings are said as the reason; the report has all.
pub const REASONS_SAID: usize = 3;

/// What a check is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// Less than in the version before.
    Fall,
    /// More than in the version before.
    Growth,
    /// Other content than in the version before.
    Change,
    /// A file of the set is missing.
    MissingFile,
    /// A file of the set holds nothing.
    EmptyFile,
    /// Rows that belong to no entry.
    Orphans,
    /// A first import that is too small.
    FirstImport,
    /// Dated in the future.
    Date,
    /// Another number of records than the file says.
    StatedCount,
    /// Ids that stand more than once.
    Repeated,
    /// Another format than the version before.
    Format,
    /// It could not be read.
    Unreadable,
}

/// Something a person should know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// What it is about.
    pub check: Check,
    /// Whether it holds the publication back.
    pub holds: bool,
    /// In words, with the figures and the limit.
    pub words: String,
}

/// One measure beside that of the version before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeasureRow {
    /// What is counted.
    pub measure: Measure,
    /// In the version before.
    pub before: Option<u64>,
    /// In this one.
    pub after: u64,
    /// Of the version before, how much is no longer there or has other content.
    pub changed: Option<u64>,
}

/// Entries that came, went and have other content.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryChanges {
    /// Not in the version before.
    pub added: u64,
    /// No longer there.
    pub removed: u64,
    /// There with other content.
    pub changed: u64,
}

/// What the guard found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuardReport {
    /// The version it was compared with; `None` for a first import.
    pub compared_with: Option<PublicationId>,
    /// Every measure.
    pub measures: Vec<MeasureRow>,
    /// Entries against the version before.
    pub entries: Option<EntryChanges>,
    /// What a person should know.
    pub remarks: Vec<Remark>,
}

impl GuardReport {
    /// Why the publication is held back, in words, at most the first [`REASONS_SAID`]; `None` if
    /// it is not.
    pub fn reason(&self) -> Option<String> {
        let held = || self.remarks.iter().filter(|remark| remark.holds);
        let mut words: Vec<String> = held()
            .take(REASONS_SAID)
            .map(|remark| remark.words.clone())
            .collect();
        match held().count().saturating_sub(REASONS_SAID) {
            0 => {}
            more => words.push(format!("and {more} more")),
        }
        (!words.is_empty()).then(|| words.join("; "))
    }

    fn say(&mut self, check: Check, holds: bool, words: String) {
        self.remarks.push(Remark {
            check,
            holds,
            words,
        });
    }

    /// The report on a publication that could not be read.
    pub(crate) fn unreadable(before: PublicationId, error: &str) -> GuardReport {
        let mut report = GuardReport {
            compared_with: Some(before),
            ..GuardReport::default()
        };
        report.say(
            Check::Unreadable,
            true,
            format!("could not be read: {error}"),
        );
        report
    }
}

/// A publication as the guard looks at it.
pub(crate) struct Looked<'a> {
    pub(crate) report: &'a Report,
    pub(crate) amounts: &'a Amounts,
    pub(crate) published: &'a PublishedAt,
    /// Names of its files, with their sizes as received.
    pub(crate) files: Vec<(&'a str, u64)>,
    /// Ids that stood more than once.
    pub(crate) merged: u64,
}

/// The version before, as the guard looks at it.
pub(crate) struct Before<'a> {
    pub(crate) publication: &'a Publication,
    pub(crate) amounts: Amounts,
    pub(crate) orphans: BTreeMap<String, u64>,
    pub(crate) turnover: Turnover,
}

/// Compares a publication with the version before.
pub(crate) fn compare(looked: &Looked<'_>, before: &Before<'_>) -> GuardReport {
    let mut guard = GuardReport {
        compared_with: Some(before.publication.id),
        entries: Some(EntryChanges {
            added: before.turnover.come,
            removed: before.turnover.gone,
            changed: before.turnover.altered,
        }),
        ..GuardReport::default()
    };
    files(&mut guard, looked, before);
    for measure in Measure::ALL {
        let row = MeasureRow {
            measure,
            before: Some(amount(&before.amounts, measure)),
            after: amount(looked.amounts, measure),
            changed: Some(amount(&before.turnover.changed, measure)),
        };
        judge(&mut guard, &row, before.turnover.gone);
        guard.measures.push(row);
    }
    orphans(&mut guard, looked, Some(before));
    repeated(&mut guard, looked, before);
    // What follows the `@` says by which rules of one's own; those change without the format.
    let format_before = before.publication.format.split('@').next();
    if format_before != Some(looked.report.format.id) {
        let words = format!(
            "read as {}, the version before as {}",
            looked.report.format.id, before.publication.format
        );
        guard.say(Check::Format, false, words);
    }
    stated(&mut guard, looked);
    guard
}

/// Looks at a publication that has no version before; `least` is the number of entries that a
/// complete one has at least, where that is known.
pub(crate) fn first(looked: &Looked<'_>, least: Option<u64>) -> GuardReport {
    let mut guard = GuardReport::default();
    for measure in Measure::ALL {
        guard.measures.push(MeasureRow {
            measure,
            before: None,
            after: amount(looked.amounts, measure),
            changed: None,
        });
    }
    let entries = amount(looked.amounts, Measure::Entries);
    if let Some(least) = least.filter(|least| entries * LEAST_PART < *least) {
        let words = format!(
            "{} entries, where a complete publication has at least {} (held back below a fifth of \
             that)",
            grouped(entries),
            grouped(least)
        );
        guard.say(Check::FirstImport, true, words);
    }
    for (name, _) in looked.files.iter().filter(|f| is_empty(looked, f)) {
        guard.say(Check::EmptyFile, false, format!("{name} holds no record"));
    }
    orphans(&mut guard, looked, None);
    stated(&mut guard, looked);
    guard
}

/// Holds back what is dated in the future: everything after it would count as older.
pub(crate) fn date(guard: &mut GuardReport, published: &PublishedAt, now: Timestamp) {
    let today = jiff::tz::Offset::UTC.to_datetime(now).date();
    if days(today, published.day) > MOST_DAYS_AHEAD {
        let words = format!(
            "dated {} (by {}), which is to come",
            published.day,
            published.by.as_str()
        );
        guard.say(Check::Date, true, words);
    }
}

fn days(from: Date, to: Date) -> i32 {
    from.until(to).map_or(i32::MAX, |span| span.get_days())
}

fn amount(amounts: &Amounts, measure: Measure) -> u64 {
    amounts.get(&measure).copied().unwrap_or_default()
}

fn judge(guard: &mut GuardReport, row: &MeasureRow, gone: u64) {
    let (Some(before), Some(changed)) = (row.before, row.changed) else {
        return;
    };
    let (what, after) = (row.measure.as_str(), row.after);
    if before == 0 {
        if after > 0 {
            let words = format!("{} {what}, the version before had none", grouped(after));
            guard.say(Check::Growth, false, words);
        }
        return;
    }
    let moved = format!("from {} to {}", grouped(before), grouped(after));
    let fall = before.saturating_sub(after);
    let gone = if row.measure == Measure::Entries {
        gone
    } else {
        0
    };
    let fell = exceeds(fall.max(gone), before, MOST_FALL);
    if fell && gone > fall {
        // More went than the numbers show: others came.
        let words = format!(
            "{} of {} {what} went ({}; limit {MOST_FALL} %)",
            grouped(gone),
            grouped(before),
            percent(gone, before)
        );
        guard.say(Check::Fall, true, words);
    } else if fell {
        let words = format!(
            "{what} fell by {}, {moved} (limit {MOST_FALL} %)",
            percent(fall, before)
        );
        guard.say(Check::Fall, true, words);
    }
    let growth = after.saturating_sub(before);
    if exceeds(growth, before, MOST_GROWTH) {
        let words = format!(
            "{what} grew by {}, {moved} (limit {MOST_GROWTH} %)",
            percent(growth, before)
        );
        guard.say(Check::Growth, true, words);
    }
    // What fell is gone, which was said; only what changed beyond that is news.
    let beyond = if fell {
        changed.saturating_sub(fall.max(gone))
    } else {
        changed
    };
    if exceeds(beyond, before, MOST_CHANGE) {
        let words = format!(
            "{} of {} {what} of the version before are gone or read differently ({}; limit \
             {MOST_CHANGE} %)",
            grouped(changed),
            grouped(before),
            percent(changed, before)
        );
        guard.say(Check::Change, true, words);
    }
}

/// Whether a part is more than so many percent of the whole.
fn exceeds(part: u64, whole: u64, limit: u64) -> bool {
    u128::from(part) * 100 > u128::from(whole) * u128::from(limit)
}

/// A share with one decimal, cut.
pub fn percent(part: u64, whole: u64) -> String {
    let tenths = u128::from(part) * 1000 / u128::from(whole.max(1));
    format!("{}.{} %", tenths / 10, tenths % 10)
}

/// A number with commas between thousands.
fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Records that were read from a file, where the source counts by file.
fn records(read: &BTreeMap<String, u64>, file: &str) -> Option<u64> {
    let mut found = None;
    for (kind, count) in read {
        let own = kind
            .strip_prefix(file)
            .is_some_and(|rest| rest.starts_with(' '));
        if own {
            *found.get_or_insert(0) += count;
        }
    }
    found
}

/// Whether nothing was read from a file of a set in which others are counted.
fn is_empty(looked: &Looked<'_>, (name, size): &(&str, u64)) -> bool {
    *size == 0 || counted_empty(&looked.report.read, name)
}

fn counted_empty(read: &BTreeMap<String, u64>, name: &str) -> bool {
    // A source that does not count by file says nothing about one file.
    let by_file = read.keys().any(|kind| kind.contains(' '));
    by_file && records(read, name).unwrap_or(0) == 0
}

/// A file's name without what compression adds to it.
fn plain(name: &str) -> &str {
    name.strip_suffix(".zst").unwrap_or(name)
}

/// Files that the version before had with content, and that are now missing or empty.
fn files(guard: &mut GuardReport, looked: &Looked<'_>, before: &Before<'_>) {
    let read = &before.publication.counts.read;
    let had: Vec<(&str, u64)> = before
        .publication
        .files
        .iter()
        .filter(|f| f.size > 0 && !counted_empty(read, &f.name))
        .map(|f| (f.name.as_str(), records(read, &f.name).unwrap_or(0)))
        .collect();
    if had.len() < 2 {
        return;
    }
    let filled = looked.files.iter().filter(|f| !is_empty(looked, f)).count();
    let now = |name: &str| looked.files.iter().find(|f| plain(f.0) == plain(name));
    // Publishers rename files; only when fewer hold something is one of them lost.
    let fewer = filled < had.len();
    for (name, records) in &had {
        let had = match records {
            0 => "the version before had it".to_owned(),
            n => format!("the version before had {} records in it", grouped(*n)),
        };
        match now(name) {
            Some(file) if is_empty(looked, file) => {
                guard.say(Check::EmptyFile, true, format!("{name} is empty; {had}"));
            }
            None if fewer => {
                guard.say(
                    Check::MissingFile,
                    true,
                    format!("{name} is missing; {had}"),
                );
            }
            _ => {}
        }
    }
}

/// Rows of side files that belong to no entry: files of different days.
fn orphans(guard: &mut GuardReport, looked: &Looked<'_>, before: Option<&Before<'_>>) {
    for (file, count) in &looked.report.orphans {
        let rows = records(&looked.report.read, file)
            .unwrap_or(*count)
            .max(*count);
        let share = percent(*count, rows);
        let words = format!(
            "{} of {} records in {file} belong to no entry ({share})",
            grouped(*count),
            grouped(rows)
        );
        let earlier = before.and_then(|before| {
            let read = &before.publication.counts.read;
            let known = before.publication.files.iter();
            let name = known
                .map(|f| f.name.as_str())
                .find(|n| plain(n) == plain(file))?;
            let rows = records(read, name).filter(|rows| *rows > 0)?;
            let count = before.orphans.get(name).copied().unwrap_or_default();
            Some((count, rows))
        });
        let Some((had, had_rows)) = earlier else {
            guard.say(Check::Orphans, false, words);
            continue;
        };
        // count/rows - had/had_rows > limit/100, without division.
        let (a, b) = (
            u128::from(*count) * u128::from(had_rows),
            u128::from(had) * u128::from(rows),
        );
        let whole = u128::from(rows) * u128::from(had_rows);
        let holds = a.saturating_sub(b) * 100 > whole * u128::from(MOST_ORPHAN_RISE);
        let words = format!(
            "{words}, {} in the version before (limit {MOST_ORPHAN_RISE} point more)",
            percent(had, had_rows)
        );
        guard.say(Check::Orphans, holds, words);
    }
}

/// Records that came twice: an id more often than growth allows.
fn repeated(guard: &mut GuardReport, looked: &Looked<'_>, before: &Before<'_>) {
    let entries = amount(&before.amounts, Measure::Entries);
    let more = looked
        .merged
        .saturating_sub(before.publication.counts.merged);
    if exceeds(more, entries, MOST_GROWTH) {
        let words = format!(
            "{} ids stand more than once ({} in the version before)",
            grouped(looked.merged),
            grouped(before.publication.counts.merged)
        );
        guard.say(Check::Repeated, true, words);
    }
}

/// A file that says how many records it holds must hold them.
fn stated(guard: &mut GuardReport, looked: &Looked<'_>) {
    let Some(stated) = looked.report.stated_count else {
        return;
    };
    let read = &looked.report.read;
    if read.values().any(|count| *count == stated) {
        return;
    }
    let found: Vec<String> = read
        .iter()
        .map(|(kind, count)| format!("{} {kind}", grouped(*count)))
        .collect();
    let words = format!(
        "the file says it holds {} records; read were {}",
        grouped(stated),
        found.join(", ")
    );
    guard.say(Check::StatedCount, true, words);
}

#[cfg(test)]
mod tests;
