//! Whether a chain is whole: pure, over rows in the order of their numbers, from whatever they come.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::row::{AuditRow, Personal};

/// Faults that are told one by one; more are only counted.
const MOST_FAULTS: usize = 100;
/// The action of a row that says what was erased.
pub(super) const ERASED: &str = "personal-erased";

/// Where a chain ended at some time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainHead {
    /// Number of the last row; 0 for an empty chain.
    pub number: i64,
    /// Its time, in microseconds since 1970.
    pub at: i64,
    /// Its hash.
    pub hash: [u8; 32],
}

/// Something that is wrong with a chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The row that is wrong, or that is missing.
    pub number: i64,
    /// What is wrong with it.
    pub what: String,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// Rows that were looked at.
    pub rows: u64,
    /// Rows whose personal data was erased after its time.
    pub erased: u64,
    /// Number of the last row.
    pub last: i64,
    /// Hash of the last row, hexadecimal.
    pub hash: String,
    /// Checkpoints that were met.
    pub checkpoints: u64,
    /// What is wrong, by number; empty when the chain is whole.
    pub faults: Vec<Fault>,
    /// Faults beyond those that are told.
    pub more_faults: u64,
}

impl Verified {
    /// Whether nothing is wrong.
    pub fn is_whole(&self) -> bool {
        self.faults.is_empty()
    }

    /// The first row that is wrong.
    pub fn first_wrong(&self) -> Option<&Fault> {
        self.faults.first()
    }

    /// Adds what another check found.
    pub fn add(&mut self, faults: impl IntoIterator<Item = Fault>) {
        self.faults.extend(faults);
        self.faults.sort_by_key(|fault| fault.number);
        let more = self.faults.len().saturating_sub(MOST_FAULTS);
        self.more_faults += more as u64;
        self.faults.truncate(MOST_FAULTS);
    }
}

/// Takes the rows of a chain one by one.
#[derive(Debug)]
pub struct Verifier<'a> {
    sealed: &'a [ChainHead],
    met: u64,
    rows: u64,
    number: i64,
    at: i64,
    hash: [u8; 32],
    /// Rows without their personal data, by the time at which it went.
    tombstones: BTreeMap<i64, Vec<i64>>,
    /// Erasures: by time, the last row that they may have reached and how many they erased.
    erasures: BTreeMap<i64, (i64, u64)>,
    /// Personal data of some rows only is there.
    in_part: bool,
    faults: Vec<Fault>,
}

impl<'a> Verifier<'a> {
    /// A chain of which checkpoints have sealed these states.
    pub fn new(sealed: &'a [ChainHead]) -> Verifier<'a> {
        Verifier {
            sealed,
            met: 0,
            rows: 0,
            number: 0,
            at: i64::MIN,
            hash: [0; 32],
            tombstones: BTreeMap::new(),
            erasures: BTreeMap::new(),
            in_part: false,
            faults: Vec::new(),
        }
    }

    /// The same for a chain that was exported with the personal data of some rows only: that the
    /// others lack theirs is no fault.
    #[must_use]
    pub fn in_part(mut self) -> Verifier<'a> {
        self.in_part = true;
        self
    }

    fn fault(&mut self, number: i64, what: impl Into<String>) {
        self.faults.push(Fault {
            number,
            what: what.into(),
        });
    }

    /// Whether the number is the next; else says what is missing.
    fn follows(&mut self, number: i64) -> bool {
        let next = self.number.saturating_add(1);
        if number == next {
            return true;
        }
        if number > next {
            let last = number - 1;
            let what = match last == next {
                true => "is missing".to_owned(),
                false => format!("is missing, and all up to {last}"),
            };
            self.fault(next, what);
        } else {
            self.fault(number, format!("comes after row {}", self.number));
        }
        false
    }

    /// The next row, with what stands beside it under its number.
    pub fn row(&mut self, row: &AuditRow, beside: &[Personal]) {
        self.rows += 1;
        let in_order = self.follows(row.number);
        if row.seal() != row.hash {
            self.fault(row.number, "was altered: its hash is that of other content");
        } else if in_order && row.previous != self.hash {
            self.fault(
                row.number,
                "does not follow the row before it: one of the two was put in or altered",
            );
        } else if row.at < self.at {
            self.fault(row.number, "is earlier than the row before it");
        }
        self.personal(row, beside);
        if row.action == ERASED {
            self.erasure(row);
        }
        for sealed in self.sealed.iter().filter(|s| s.number == row.number) {
            if sealed.hash == row.hash {
                self.met += 1;
            } else {
                self.faults.push(Fault {
                    number: row.number,
                    what: "is another than the checkpoint has sealed".to_owned(),
                });
            }
        }
        self.number = row.number;
        self.at = row.at;
        self.hash = row.hash;
    }

    fn personal(&mut self, row: &AuditRow, beside: &[Personal]) {
        let mut own = None;
        for found in beside {
            if found.number == row.number && own.is_none() {
                own = Some(found);
            } else {
                self.stray(found);
            }
        }
        match (row.personal, own) {
            (None, None) => {}
            (None, Some(found)) => self.stray(found),
            (Some(_), None) if self.in_part => {}
            (Some(_), None) => {
                self.fault(row.number, "lacks its personal data, which nobody erased")
            }
            (Some(expected), Some(found)) => match found.hash() {
                Some(hash) if found.erased_at.is_none() => {
                    if hash != expected {
                        self.fault(row.number, "its personal data was altered");
                    }
                }
                _ => {
                    let at = found.erased_at.unwrap_or(i64::MIN);
                    if found.salt.is_some() || found.data.is_some() {
                        self.fault(row.number, "its personal data is half erased");
                    }
                    self.tombstones.entry(at).or_default().push(row.number);
                }
            },
        }
    }

    fn erasure(&mut self, row: &AuditRow) {
        let facts: Value = serde_json::from_str(&row.facts).unwrap_or_default();
        let through = facts.get("through").and_then(Value::as_i64).unwrap_or(0);
        let rows = facts.get("rows").and_then(Value::as_u64).unwrap_or(0);
        let known = self.erasures.entry(row.at).or_insert((0, 0));
        *known = (known.0.max(through), known.1 + rows);
    }

    /// Personal data that belongs to no row.
    pub fn stray(&mut self, found: &Personal) {
        self.fault(
            found.number,
            "there is personal data that the row does not speak of",
        );
    }

    /// A row that cannot be read at all.
    pub fn unreadable(&mut self, number: i64, why: &str) {
        self.rows += 1;
        self.follows(number);
        self.fault(number, format!("was altered: {why}"));
        self.number = number;
    }

    /// Whether exactly what erasures say is gone.
    fn erasures_and_tombstones(&mut self) {
        for (at, numbers) in std::mem::take(&mut self.tombstones) {
            let (through, rows) = self.erasures.remove(&at).unwrap_or((0, 0));
            let late = numbers.iter().find(|number| **number > through).copied();
            let first = numbers.first().copied().unwrap_or_default();
            if let Some(late) = late {
                self.fault(late, "its personal data is gone, and no erasure says so");
            } else if numbers.len() as u64 != rows {
                self.fault(
                    first,
                    format!(
                        "one of the rows from here was erased, or lost, apart from the {rows} that \
                         the erasure names"
                    ),
                );
            }
        }
        for (at, (through, rows)) in std::mem::take(&mut self.erasures) {
            if rows > 0 {
                let what = format!("{rows} rows up to here were erased at {at}, and are not");
                self.fault(through, what);
            }
        }
    }

    /// What was found, with what the head of the chain says, where there is one.
    pub fn finish(mut self, head: Option<&ChainHead>) -> Verified {
        let erased = self.tombstones.values().map(|rows| rows.len() as u64).sum();
        // A row that is wrong may be the one about an erasure: then what it says misleads.
        if self.faults.is_empty() && !self.in_part {
            self.erasures_and_tombstones();
        }
        let sealed = self.sealed;
        let last = self.number;
        for cut in sealed.iter().filter(|s| s.number > last) {
            self.fault(
                self.number.saturating_add(1),
                format!(
                    "is missing, and all up to {}, which a checkpoint has sealed",
                    cut.number
                ),
            );
        }
        if let Some(head) = head {
            if head.number > self.number {
                self.fault(
                    self.number.saturating_add(1),
                    format!(
                        "is missing, and all up to {}: the end was cut off",
                        head.number
                    ),
                );
            } else if head.number == self.number
                && (head.hash != self.hash || (head.number > 0 && head.at != self.at))
            {
                self.fault(head.number, "is another than the head of the chain says");
            } else if head.number < self.number {
                let next = head.number.saturating_add(1);
                self.fault(next, "comes after the end that the head of the chain says");
            }
        }
        let mut verified = Verified {
            rows: self.rows,
            erased,
            last: self.number,
            hash: crate::hex(&self.hash),
            checkpoints: self.met,
            faults: Vec::new(),
            more_faults: 0,
        };
        verified.add(self.faults);
        verified
    }
}
