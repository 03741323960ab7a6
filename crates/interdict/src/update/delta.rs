//! Delta feeds of FollowTheMoney data: which steps lead from one version to the next, and what a file
//! of entities is after them.
//!
//! An index names versions, which sort as text, each with a file of lines: ADD and MOD carry an
//! entity whole, DEL only its id. A base that is older than the oldest version listed cannot be
//! brought up to date, so that the whole file is fetched then.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, BufRead, Write};

use serde::Deserialize;
use serde_json::{Map, Value};

/// What a feed's index says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct Index {
    /// Where the file of each version is.
    #[serde(default)]
    versions: BTreeMap<String, String>,
}

/// What leads to the newest version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Plan {
    /// Nothing: it is there already.
    Nothing,
    /// The whole file.
    Whole {
        /// Why, in words.
        why: &'static str,
    },
    /// These steps, one after the other: version and address.
    Steps(Vec<(String, String)>),
}

/// Why a delta cannot be applied.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DeltaError {
    /// A line is not what a delta's line should be.
    #[error(
        "delta {version}, line {line}: {what}; expected {{\"op\": \"ADD\", \"MOD\" or \"DEL\", \"entity\": {{\"id\": …}}}}"
    )]
    Line {
        /// Version of the delta.
        version: String,
        /// Which line, from 1.
        line: usize,
        /// What is wrong.
        what: String,
    },
    /// The file before is not one of entities.
    #[error("the publication that answers, line {line}: {what}; expected a FollowTheMoney entity")]
    Base {
        /// Which line, from 1.
        line: usize,
        /// What is wrong.
        what: String,
    },
    /// A file cannot be read or written.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl Index {
    /// The newest version.
    pub(crate) fn newest(&self) -> Option<&str> {
        self.versions.keys().next_back().map(String::as_str)
    }

    /// What leads from a base to the newest version.
    pub(crate) fn plan(&self, base: Option<&str>) -> Plan {
        let (Some(oldest), Some(newest)) = (self.versions.keys().next(), self.newest()) else {
            return Plan::Whole {
                why: "the feed lists no version",
            };
        };
        let Some(base) = base else {
            return Plan::Whole {
                why: "it is not known which version answers",
            };
        };
        if base >= newest {
            return Plan::Nothing;
        }
        if base < oldest.as_str() {
            return Plan::Whole {
                why: "the version that answers is older than the oldest of the feed",
            };
        }
        let later = self.versions.iter();
        let later = later.filter(|(version, _)| version.as_str() > base);
        Plan::Steps(later.map(|(v, a)| (v.clone(), a.clone())).collect())
    }
}

/// What entities became, by id: the line to write, or `None` for one that is gone.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    lines: HashMap<String, Option<String>>,
    /// Ids in the order in which they came up first.
    order: Vec<String>,
}

/// How much changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Entities as before.
    pub(crate) kept: u64,
    /// Entities with other content.
    pub(crate) changed: u64,
    /// Entities that are new.
    pub(crate) added: u64,
    /// Entities that are gone.
    pub(crate) removed: u64,
}

#[derive(Deserialize)]
struct Step {
    op: String,
    entity: Map<String, Value>,
}

impl Changes {
    /// Takes in the lines of a version; of one entity the last line counts.
    pub(crate) fn read(&mut self, version: &str, reader: impl BufRead) -> Result<(), DeltaError> {
        for (number, line) in (1..).zip(reader.lines()) {
            let line = line?;
            if line.trim().is_empty() {
                continue;
            }
            let wrong = |what: String| DeltaError::Line {
                version: version.to_owned(),
                line: number,
                what,
            };
            let step: Step = serde_json::from_str(&line).map_err(|e| wrong(e.to_string()))?;
            let id = match step.entity.get("id") {
                Some(Value::String(id)) if !id.is_empty() => id.clone(),
                _ => return Err(wrong("an entity without \"id\"".to_owned())),
            };
            let after = match step.op.as_str() {
                "ADD" | "MOD" => Some(Value::Object(step.entity).to_string()),
                "DEL" => None,
                other => return Err(wrong(format!("op {other:?}"))),
            };
            if self.lines.insert(id.clone(), after).is_none() {
                self.order.push(id);
            }
        }
        Ok(())
    }

    /// Writes what a file of entities is after the changes: its own lines in their order, then those
    /// that are new.
    pub(crate) fn write(
        mut self,
        base: impl BufRead,
        mut out: impl Write,
    ) -> Result<Counts, DeltaError> {
        #[derive(Deserialize)]
        struct Id {
            id: String,
        }
        let mut counts = Counts::default();
        for (number, line) in (1..).zip(base.lines()) {
            let line = line?;
            if line.trim().is_empty() {
                continue;
            }
            let Id { id } = serde_json::from_str(&line).map_err(|e| DeltaError::Base {
                line: number,
                what: e.to_string(),
            })?;
            let written = match self.lines.remove(&id) {
                None => {
                    counts.kept += 1;
                    line
                }
                Some(Some(changed)) => {
                    counts.changed += 1;
                    changed
                }
                Some(None) => {
                    counts.removed += 1;
                    continue;
                }
            };
            writeln!(out, "{written}")?;
        }
        for id in &self.order {
            if let Some(Some(line)) = self.lines.remove(id) {
                counts.added += 1;
                writeln!(out, "{line}")?;
            }
        }
        out.flush()?;
        Ok(counts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index() -> Index {
        let versions = [
            "20240527134702-zbn",
            "20240527194702-wnk",
            "20240528014702-pfh",
        ];
        Index {
            versions: versions
                .iter()
                .map(|v| ((*v).to_owned(), format!("https://example.org/{v}.json")))
                .collect(),
        }
    }

    #[test]
    fn versions_compare_as_text() {
        let steps = |base| match index().plan(Some(base)) {
            Plan::Steps(steps) => steps.into_iter().map(|(v, _)| v).collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        };
        assert_eq!(
            steps("20240527134702-zbn"),
            ["20240527194702-wnk", "20240528014702-pfh"]
        );
        // A version without changes has no file, and is a base all the same.
        assert_eq!(steps("20240527200000-abc"), ["20240528014702-pfh"]);
        assert_eq!(index().plan(Some("20240528014702-pfh")), Plan::Nothing);
        assert_eq!(index().plan(Some("20250101000000-aaa")), Plan::Nothing);
        let is_whole = |plan| matches!(plan, Plan::Whole { .. });
        assert!(is_whole(index().plan(Some("20240527134702-zba"))));
        assert!(is_whole(index().plan(None)));
        assert!(is_whole(Index::default().plan(Some("20240527134702-zbn"))));
    }

    #[test]
    fn changes_are_applied_in_order() {
        let base = "{\"id\":\"a\",\"schema\":\"Person\"}\n\n{\"id\":\"b\"}\n{\"id\":\"c\"}\n";
        let mut changes = Changes::default();
        let first = "{\"op\":\"ADD\",\"entity\":{\"id\":\"d\",\"n\":1}}\n\
                     {\"op\":\"DEL\",\"entity\":{\"id\":\"b\"}}\n\
                     {\"op\":\"ADD\",\"entity\":{\"id\":\"e\"}}\n";
        let second = "{\"op\":\"MOD\",\"entity\":{\"id\":\"c\",\"n\":2}}\n\
                      {\"op\":\"MOD\",\"entity\":{\"id\":\"d\",\"n\":3}}\n\
                      {\"op\":\"DEL\",\"entity\":{\"id\":\"e\"}}\n\
                      {\"op\":\"DEL\",\"entity\":{\"id\":\"nobody\"}}\n";
        changes.read("1", first.as_bytes()).expect("a delta");
        changes.read("2", second.as_bytes()).expect("a delta");
        changes.read("3", &b""[..]).expect("an empty delta");
        let mut out = Vec::new();
        let counts = changes.write(base.as_bytes(), &mut out).expect("written");
        assert_eq!(
            String::from_utf8(out).expect("text"),
            "{\"id\":\"a\",\"schema\":\"Person\"}\n{\"id\":\"c\",\"n\":2}\n{\"id\":\"d\",\"n\":3}\n"
        );
        let expected = Counts {
            kept: 1,
            changed: 1,
            added: 1,
            removed: 1,
        };
        assert_eq!(counts, expected);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        for (text, expected) in [
            (
                "\n{\"op\":\"PUT\",\"entity\":{\"id\":\"a\"}}",
                "delta 7, line 2: op \"PUT\"",
            ),
            (
                "{\"op\":\"DEL\",\"entity\":{}}",
                "line 1: an entity without \"id\"",
            ),
            ("{\"op\":\"DEL\"}", "line 1: missing field `entity`"),
            ("nothing", "line 1: expected"),
        ] {
            let error = Changes::default()
                .read("7", text.as_bytes())
                .expect_err("an error")
                .to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
