//! What the guard lets pass and what it holds back, to the last unit of each limit.

use interdict_model::DatasetName;
use interdict_sources::Format;
use interdict_store::{Counts, DateSource, State, StoredFile};

use super::*;

const FORMAT: Format = Format {
    id: "set",
    title: "a set of files",
    proven: true,
};

fn amounts(numbers: [u64; 7]) -> Amounts {
    Measure::ALL.into_iter().zip(numbers).collect()
}

fn put(amounts: &mut Amounts, measure: Measure, n: u64) {
    amounts.insert(measure, n);
}

fn published(day: &str) -> PublishedAt {
    PublishedAt::parse(day, DateSource::Option, None).expect("a day")
}

fn read(rows: &[(&str, u64)]) -> BTreeMap<String, u64> {
    let named = |(file, n): &(&str, u64)| (format!("{file} rows"), *n);
    rows.iter().map(named).collect()
}

/// A version before with two files and round numbers.
fn publication() -> Publication {
    let file = |name: &str| StoredFile {
        name: name.to_owned(),
        sha256: [0; 32],
        size: 9,
    };
    Publication {
        id: PublicationId(4),
        dataset: DatasetName::new("list").expect("a name"),
        format: "set".to_owned(),
        proven: true,
        published: published("2024-01-01"),
        imported_at: Timestamp::UNIX_EPOCH,
        accepted_at: None,
        state: State::Current,
        readable: true,
        pruned_at: None,
        reason: None,
        files: vec![file("sdn.csv"), file("alt.csv")],
        counts: Counts {
            read: read(&[("sdn.csv", 1000), ("alt.csv", 2000)]),
            ..Counts::default()
        },
        content: [0; 32],
    }
}

const BEFORE: [u64; 7] = [1000, 1000, 2000, 500, 700, 900, 1100];

/// What holds a publication back that differs from the version before as `change` says.
fn held(change: impl FnOnce(&mut Amounts, &mut Turnover, &mut Report)) -> Vec<String> {
    let mut after = amounts(BEFORE);
    let mut turnover = Turnover::default();
    let mut report = Report::new(DatasetName::new("list").expect("a name"), FORMAT);
    report.read = read(&[("sdn.csv", 1000), ("alt.csv", 2000)]);
    change(&mut after, &mut turnover, &mut report);
    let publication = publication();
    let files = [("sdn.csv", 9), ("alt.csv", 9)];
    let looked = Looked {
        report: &report,
        amounts: &after,
        published: &published("2024-01-02"),
        files: files
            .into_iter()
            .filter(|(name, _)| report.read.contains_key(&format!("{name} rows")))
            .collect(),
        merged: 0,
    };
    let before = Before {
        publication: &publication,
        amounts: amounts(BEFORE),
        orphans: BTreeMap::from([("alt.csv".to_owned(), 20)]),
        turnover,
    };
    let guard = compare(&looked, &before);
    let held = guard.remarks.into_iter().filter(|remark| remark.holds);
    held.map(|remark| remark.words).collect()
}

#[test]
fn limits_are_what_the_words_say_to_the_last_one() {
    for measure in Measure::ALL {
        let before = amounts(BEFORE)[&measure];
        let set = |n: u64| held(|after, _, _| put(after, measure, n));
        assert_eq!(set(before - before / 20), [""; 0], "a fall of 5 percent");
        let fell = set(before - before / 20 - 1);
        assert_eq!(fell.len(), 1, "{fell:?}");
        assert!(fell[0].starts_with(&format!("{} fell by 5.", measure.as_str())));
        assert_eq!(set(before + before / 4), [""; 0], "growth of 25 percent");
        let grew = set(before + before / 4 + 1);
        assert_eq!(grew.len(), 1, "{grew:?}");
        assert!(grew[0].starts_with(&format!("{} grew by 25.", measure.as_str())));
        let turn = |n: u64| held(|_, turnover, _| put(&mut turnover.changed, measure, n));
        assert_eq!(turn(before / 10), [""; 0], "changes of 10 percent");
        let changed = turn(before / 10 + 1);
        assert_eq!(changed.len(), 1, "{changed:?}");
        assert!(changed[0].contains("gone or read differently (10."));
    }
    assert_eq!(
        held(|after, _, _| put(after, Measure::BirthDates, 0)),
        ["birth dates fell by 100.0 %, from 500 to 0 (limit 5 %)"]
    );
}

#[test]
fn entries_that_go_count_even_when_others_come() {
    assert_eq!(held(|_, turnover, _| turnover.gone = 50), [""; 0]);
    assert_eq!(
        held(|_, turnover, _| turnover.gone = 51),
        ["51 of 1,000 entries went (5.1 %; limit 5 %)"]
    );
}

#[test]
fn a_file_that_the_version_before_had_must_be_there_and_hold_something() {
    assert_eq!(
        held(|_, _, report| report.read = read(&[("sdn.csv", 1000)])),
        ["alt.csv is missing; the version before had 2,000 records in it"]
    );
    assert_eq!(
        held(|_, _, report| report.read = read(&[("sdn.csv", 1000), ("alt.csv", 0)])),
        ["alt.csv is empty; the version before had 2,000 records in it"]
    );
}

#[test]
fn orphans_may_rise_by_one_point() {
    let orphaned =
        |n: u64| held(|_, _, report| report.orphans = BTreeMap::from([("alt.csv".to_owned(), n)]));
    // One percent before, two percent now.
    assert_eq!(orphaned(40), [""; 0]);
    assert_eq!(
        orphaned(41),
        [
            "41 of 2,000 records in alt.csv belong to no entry (2.0 %), 1.0 % in the version \
             before (limit 1 point more)"
        ]
    );
}

#[test]
fn a_file_must_hold_what_it_says_it_holds() {
    assert_eq!(
        held(|_, _, report| report.stated_count = Some(1000)),
        [""; 0]
    );
    assert_eq!(
        held(|_, _, report| report.stated_count = Some(1200)),
        [
            "the file says it holds 1,200 records; read were 2,000 alt.csv rows, 1,000 sdn.csv \
             rows"
        ]
    );
}

#[test]
fn a_first_import_is_judged_by_what_a_complete_one_holds() {
    let mut report = Report::new(DatasetName::new("list").expect("a name"), FORMAT);
    report.orphans.insert("alt.csv".to_owned(), 900);
    let of = |entries: u64, day: &str| {
        let amounts = amounts([entries, 0, 0, 0, 0, 0, 0]);
        let published = published(day);
        let looked = Looked {
            report: &report,
            amounts: &amounts,
            published: &published,
            files: Vec::new(),
            merged: 0,
        };
        let mut guard = first(&looked, Some(5000));
        let now: Timestamp = "2024-01-01T12:00:00Z".parse().expect("a time");
        date(&mut guard, &published, now);
        guard.reason()
    };
    assert_eq!(of(1000, "2024-01-03"), None);
    assert_eq!(
        of(999, "2024-01-03").as_deref(),
        Some(
            "999 entries, where a complete publication has at least 5,000 (held back below a \
             fifth of that)"
        )
    );
    assert_eq!(
        of(1000, "2922-09-01").as_deref(),
        Some("dated 2922-09-01 (by option), which is to come")
    );
}
