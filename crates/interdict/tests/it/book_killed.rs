//! Loads, screenings and decisions that are killed: nothing lost, nothing twice, the counts add up.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use interdict_store::{
    Alert, AlertEvent, AlertFilter, AlertState, BookLoad, Happening, Screening, Store,
};

use crate::run::{Run, command, example, interdict};

const BOOK: &str = "retail";

/// How many times as many kills as usual: 4 for the figures.
const ROUNDS: &str = "INTERDICT_TEST_ROUNDS";

/// Kills of each of the three kinds.
fn kills() -> usize {
    let stated = std::env::var_os(ROUNDS).and_then(|n| n.to_str()?.parse().ok());
    5 * stated.unwrap_or(1)
}

/// What is stored of a book.
struct Stored {
    keys: Vec<String>,
    due: bool,
    loads: Vec<BookLoad>,
    screenings: Vec<Screening>,
    alerts: Vec<(Alert, Vec<AlertEvent>)>,
}

struct Office {
    dir: tempfile::TempDir,
    data: String,
    /// Numbers that look like chance and are the same each time (Lehmer's generator).
    chance: u64,
    killed: usize,
}

impl Office {
    fn new() -> Office {
        let dir = tempfile::tempdir().unwrap();
        let data = dir.path().join("data").display().to_string();
        interdict(&["demo", "--keep", &data]).ended(0);
        Office {
            dir,
            data,
            chance: 11,
            killed: 0,
        }
    }

    /// The example customers so many times over, in a file.
    fn file(&self, times: usize) -> String {
        let text = std::fs::read_to_string(example("customers.csv")).unwrap();
        let (head, rows) = text.split_once('\n').unwrap();
        let mut out = format!("{head}\n");
        for n in 0..times {
            for row in rows.lines() {
                out.push_str(&format!("{n}-{row}\n"));
            }
        }
        let path = self.dir.path().join(format!("{times}.csv"));
        std::fs::write(&path, out).unwrap();
        path.display().to_string()
    }

    fn run(&self, arguments: &[&str]) -> Run {
        let mut all = vec!["--data-dir", &self.data];
        all.extend(arguments);
        interdict(&all)
    }

    /// Runs a command that is killed somewhere within `usual`; false when it was done before.
    fn killed(&mut self, arguments: &[&str], usual: Duration) -> bool {
        self.chance = self.chance * 48_271 % 2_147_483_647;
        let part = u32::try_from(self.chance % 1_000).unwrap();
        let mut child = command()
            .args(["--data-dir", &self.data])
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(usual * part / 1_000);
        let ended = child.try_wait().unwrap().is_some();
        child.kill().unwrap();
        child.wait().unwrap();
        self.killed += usize::from(!ended);
        !ended
    }

    fn stored(&self) -> Stored {
        let listed = self.run(&["--json", "book", "list"]).ended(0).json();
        let due = listed["books"][0]["due"].as_bool().unwrap();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let store = Store::open(Path::new(&self.data)).await.unwrap();
            let mut alerts = Vec::new();
            for alert in store.alerts(&AlertFilter::default()).await.unwrap() {
                let events = store.alert_events(alert.id).await.unwrap();
                alerts.push((alert, events));
            }
            let customers = store.customers(BOOK).await.unwrap();
            let stored = Stored {
                keys: customers.into_iter().map(|c| c.key).collect(),
                due,
                loads: store.loads(BOOK).await.unwrap(),
                screenings: store.screenings(Some(BOOK)).await.unwrap(),
                alerts,
            };
            // What was done is in the audit chain, once, and nothing else is.
            let verified = store.verify_audit(&[]).await.unwrap();
            assert!(verified.is_whole(), "{:?}", verified.faults);
            assert_eq!(store.verify_records().await.unwrap(), []);
            let rows = store.audit_rows(0, u32::MAX).await.unwrap();
            let of = |action: &str| rows.iter().filter(|row| row.action == action).count();
            let all = stored.alerts.iter().flat_map(|(_, events)| events);
            let decided = all.filter(|event| event.what == Happening::Decided);
            assert_eq!(of("alert-decided"), decided.count());
            assert_eq!(of("book-loaded"), stored.loads.len());
            assert_eq!(of("screened"), stored.screenings.len());
            store.close().await;
            stored
        })
    }
}

impl Stored {
    fn of(&self, state: AlertState) -> usize {
        let has = |(alert, _): &&(Alert, Vec<AlertEvent>)| alert.state == state;
        self.alerts.iter().filter(has).count()
    }

    /// What must hold at any moment.
    fn sound(&self) {
        let (mut customers, mut removed) = (0, 0);
        for load in &self.loads {
            customers += load.added;
            removed += load.removed;
        }
        assert_eq!(customers - removed, self.keys.len() as u64, "loads add up");
        let mut pairs: Vec<_> = self
            .alerts
            .iter()
            .map(|(a, _)| (&a.customer, a.party, &a.dataset, &a.entity))
            .collect();
        pairs.sort();
        let count = pairs.len();
        pairs.dedup();
        assert_eq!(pairs.len(), count, "a pair has one alert");
        let known: Vec<i64> = self.screenings.iter().map(|s| s.id).collect();
        for (alert, events) in &self.alerts {
            let mut state = None;
            for event in events {
                let next = match (state, event.what) {
                    (None, Happening::Opened) => AlertState::Open,
                    (Some(AlertState::Closed | AlertState::Decided), Happening::Reopened) => {
                        AlertState::Open
                    }
                    (Some(AlertState::Open | AlertState::Decided), Happening::Closed) => {
                        AlertState::Closed
                    }
                    (Some(AlertState::Open | AlertState::Decided), Happening::Decided) => {
                        AlertState::Decided
                    }
                    other => panic!("alert {}: {other:?} in {events:?}", alert.id),
                };
                if let Some(screening) = event.screening {
                    assert!(known.contains(&screening), "{event:?} of no screening");
                }
                state = Some(next);
            }
            assert_eq!(state, Some(alert.state), "alert {}: {events:?}", alert.id);
        }
        if let (false, Some(last)) = (self.due, self.screenings.last()) {
            assert_eq!(last.subjects, self.keys.len() as u64);
            let standing = self.of(AlertState::Open) + self.of(AlertState::Decided);
            assert_eq!(last.hits, standing as u64, "each hit has its alert");
        }
    }
}

fn timed(run: impl FnOnce() -> Run) -> Duration {
    let begun = Instant::now();
    run().ended(0);
    begun.elapsed()
}

#[test]
fn loads_screenings_and_decisions_killed_at_any_moment() {
    let mut office = Office::new();
    let files = [office.file(1), office.file(6)];
    let sizes = [210, 1_260];
    let load = |file: usize| ["book", "load", BOOK, files[file].as_str(), "--no-screen"];

    office.run(&load(0)).ended(0);
    let usual = timed(|| office.run(&load(1)));
    let mut at = 1;
    for _ in 0..kills() {
        let before = office.stored();
        let next = 1 - at;
        office.killed(&load(next), usual);
        let after = office.stored();
        after.sound();
        let done = after.loads.len() - before.loads.len();
        assert!(done <= 1);
        assert_eq!(after.keys.len(), sizes[if done == 1 { next } else { at }]);
        if done == 1 {
            at = next;
        }
    }

    office.run(&load(1)).ended(0);
    let screen = ["book", "screen", BOOK, "--due"];
    let usual = timed(|| office.run(&screen));
    let open = office.stored().of(AlertState::Open);
    assert!(open > 100, "{open} open alerts");
    let expected = [open / 6, open];
    at = 1;
    for _ in 0..kills() {
        // Each load makes the screening open alerts or close them.
        office.run(&load(1 - at)).ended(0);
        let before = office.stored();
        office.killed(&screen, usual);
        let after = office.stored();
        after.sound();
        let done = after.screenings.len() - before.screenings.len();
        assert_eq!(
            after.due,
            done == 0,
            "a screening that is not recorded is due"
        );
        let stands = if done == 1 { 1 - at } else { at };
        assert_eq!(after.of(AlertState::Open), expected[stands]);
        office.run(&screen).ended(0);
        let whole = office.stored();
        whole.sound();
        assert_eq!(whole.screenings.len(), before.screenings.len() + 1);
        assert_eq!(whole.of(AlertState::Open), expected[1 - at]);
        at = 1 - at;
    }

    office.run(&load(1)).ended(0);
    office.run(&screen).ended(0);
    let mut usual = Duration::from_millis(600);
    for _ in 0..kills() {
        let before = office.stored();
        let wanted: Vec<String> = before
            .alerts
            .iter()
            .filter(|(alert, _)| alert.state == AlertState::Open)
            .take(5)
            .map(|(alert, _)| alert.id.to_string())
            .collect();
        let mut decide = vec!["alerts", "decide"];
        decide.extend(wanted.iter().map(String::as_str));
        decide.extend(["--disposition", "false-positive", "--reason", "another"]);
        let was_killed = office.killed(&decide, usual);
        let after = office.stored();
        after.sound();
        let decided = after.of(AlertState::Decided) - before.of(AlertState::Decided);
        assert!(decided == 0 || decided == wanted.len(), "{decided} decided");
        assert!(was_killed || decided == wanted.len());
        if decided == 0 {
            usual = usual.max(timed(|| office.run(&decide)));
        }
        let after = office.stored();
        after.sound();
        let decided = after.of(AlertState::Decided) - before.of(AlertState::Decided);
        assert_eq!(decided, wanted.len());
    }
    println!("{} killed of {}", office.killed, 3 * kills());
    assert!(office.killed > 0, "no moment fell into a run");
}
