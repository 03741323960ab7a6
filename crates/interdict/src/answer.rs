//! What an answer to a screening says: the JSON of `--json`, and what tables are drawn from.
//!
//! `docs/cli.md` describes the members.

use interdict_desk::{SearchedList, view};
use interdict_model::Entity;
use interdict_screening::{Finding, Hit, Score, Total};
use serde::Serialize;

use crate::commands::clusters::MemberView;

/// A whole answer.
#[derive(Debug, Serialize)]
pub(crate) struct Answer {
    /// Version of Interdict.
    pub(crate) engine: &'static str,
    /// The policy used.
    pub(crate) policy: PolicyUsed,
    /// The point in time that is answered from; missing for now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) moment: Option<MomentView>,
    /// The lists searched.
    pub(crate) lists: Vec<SearchedList>,
    /// One result a question, in their order.
    pub(crate) results: Vec<QuestionResult>,
}

/// A point in time that an answer is given from, as JSON.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct MomentView {
    /// The day of publication that counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) as_of: Option<String>,
    /// The time at which this system had the lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) known_at: Option<String>,
}

impl MomentView {
    /// In words.
    pub(crate) fn words(&self) -> String {
        let as_of = self
            .as_of
            .iter()
            .map(|day| format!("as published on {day}"));
        let known = self
            .known_at
            .iter()
            .map(|time| format!("as known here at {time}"));
        as_of.chain(known).collect::<Vec<_>>().join(", ")
    }
}

/// The policy of a screening.
#[derive(Debug, Serialize)]
pub(crate) struct PolicyUsed {
    /// What it calls itself.
    pub(crate) name: String,
    /// Hash of its meaning.
    pub(crate) hash: String,
}

/// The answer to one question.
#[derive(Debug, Serialize)]
pub(crate) struct QuestionResult {
    /// The question as it was understood.
    pub(crate) query: Question,
    /// Score from which a hit is an alert.
    pub(crate) threshold: Score,
    /// Hits, those beyond the limit included.
    pub(crate) total: Total,
    /// The hits, best first.
    pub(crate) hits: Vec<Hit>,
    /// Entities with names as close, whose lifelong identifiers contradict: no hits.
    pub(crate) excluded: Vec<Hit>,
    /// Hits that are of one party, of those with a hit.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) groups: Vec<Group>,
    /// Rules about territories that a field of the question meets; no matches.
    pub(crate) findings: Vec<Finding>,
    /// Values of the question that could not be used.
    pub(crate) problems: Vec<String>,
}

/// Entries of several lists that are of one party. Grouping merges nothing.
#[derive(Debug, Serialize)]
pub(crate) struct Group {
    /// Its id.
    pub(crate) id: String,
    /// Ids of the hits that belong to it, best first.
    pub(crate) hits: Vec<String>,
    /// All its entries, hits or not.
    pub(crate) members: Vec<MemberView>,
    /// What a reader must know of it: dates of birth that differ.
    pub(crate) note: Option<String>,
}

impl QuestionResult {
    /// The hits that a person should look at.
    pub(crate) fn alerts(&self) -> impl Iterator<Item = &Hit> {
        self.hits.iter().filter(|hit| hit.alert)
    }
}

/// A question as it was understood.
#[derive(Debug, Serialize)]
pub(crate) struct Question {
    /// Id the asker gave.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) id: String,
    /// Schema, stated or guessed.
    pub(crate) schema: &'static str,
    /// Values, cleaned.
    pub(crate) properties: serde_json::Map<String, serde_json::Value>,
}

impl Question {
    /// The question that an entity stands for.
    pub(crate) fn new(entity: &Entity) -> Question {
        Question {
            id: entity.id.to_string(),
            schema: entity.schema.name(),
            properties: view::properties(entity),
        }
    }

    /// What to call it.
    pub(crate) fn caption(&self) -> String {
        let first = |name: &str| {
            let values = self.properties.get(name)?.as_array()?;
            values.first()?.as_str().map(str::to_owned)
        };
        first("name")
            .or_else(|| self.properties.keys().find_map(|name| first(name)))
            .unwrap_or_else(|| self.id.clone())
    }

    /// The values beside the names, in few words.
    pub(crate) fn details(&self) -> String {
        let values = self
            .properties
            .iter()
            .filter(|(name, _)| !matches!(name.as_str(), "name" | "alias"))
            .filter_map(|(name, values)| {
                let values: Vec<&str> = values
                    .as_array()?
                    .iter()
                    .filter_map(|v| v.as_str())
                    .collect();
                Some(format!("{name} {}", values.join(", ")))
            });
        let mut all: Vec<String> = vec![self.schema.to_owned()];
        all.extend(values);
        all.join(" · ")
    }
}
