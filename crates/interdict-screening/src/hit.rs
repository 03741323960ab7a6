//! A hit: a listed entity that a query may mean, with everything a reviewer needs to decide.
//!
//! One type feeds every surface. A hit is a possible match, never a finding of guilt.

use interdict_index::{IndexError, View};
use serde::{Serialize, Serializer};

pub(crate) mod card;
mod reason;

pub use reason::{ConflictReason, FeatureReason, NameReason, Reason, TermReason, WordsReason};

/// A score in units of 1/10,000; written as a number from 0 to 1 where it leaves the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Score(pub u16);

impl Serialize for Score {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(f64::from(self.0) / 10_000.0)
    }
}

impl std::fmt::Display for Score {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Cut, not rounded: a score of 0.69996 is not shown as the threshold it misses.
        let hundredths = self.0 / 100;
        f.pad(&format!("{}.{:02}", hundredths / 100, hundredths % 100))
    }
}

/// One measure against a listed entity.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Listing {
    /// Dataset that the measure was read from.
    pub dataset: String,
    /// Who imposed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authority: Option<String>,
    /// Programmes or regimes, as the authority writes them.
    pub programmes: Vec<String>,
    /// Day of listing, where the list states it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listing_date: Option<String>,
    /// First day of force, where stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_date: Option<String>,
    /// Last day of force, where stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_date: Option<String>,
    /// The authority's own number, where stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authority_id: Option<String>,
}

/// A listed entity that a query may mean.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hit {
    /// Id of the entity.
    pub id: String,
    /// Its schema.
    pub schema: &'static str,
    /// What it is called.
    pub caption: String,
    /// Datasets that list it.
    pub datasets: Vec<String>,
    /// The score; 0.7 is where a reviewer should look.
    pub score: Score,
    /// Order among hits, ties of the score included: more is better.
    pub rank: u32,
    /// Whether the score reaches the threshold of the policy.
    pub alert: bool,
    /// Contradicting lifelong identifiers exclude it; shown because the names are so alike.
    pub excluded: bool,
    /// Measures against it.
    pub listings: Vec<Listing>,
    /// Dates of birth, of foundation or of build.
    pub dates: Vec<String>,
    /// Countries of any kind, as codes.
    pub countries: Vec<String>,
    /// Topics, such as `sanction` or `role.pep`.
    pub topics: Vec<String>,
    /// Why.
    pub reason: Reason,
}

impl Hit {
    /// Puts together a hit from a listed entity and the account of the comparison.
    ///
    /// # Errors
    /// When the segment is damaged, or has no such entity.
    pub fn new(
        view: &View<'_>,
        entity: u32,
        explanation: &interdict_matching::Explanation,
        threshold: u16,
    ) -> Result<Hit, IndexError> {
        let id = view.id(entity)?;
        let party = card::Party::read(view, entity)?;
        let listings = card::listings(view, id)?;
        let mut reason = Reason::new(explanation);
        if let Some(words) = listing_words(&party, &listings) {
            reason.sentence.push(' ');
            reason.sentence.push_str(&words);
        }
        Ok(Hit {
            id: id.to_owned(),
            schema: view.schema(entity)?.name(),
            caption: party.caption,
            datasets: party.datasets,
            score: Score(explanation.scored.score),
            rank: explanation.scored.rank,
            alert: !explanation.scored.excluded && explanation.scored.score >= threshold,
            excluded: explanation.scored.excluded,
            listings,
            dates: party.dates,
            countries: party.countries,
            topics: party.topics,
            reason,
        })
    }
}

/// Which list it is, and under which programme, as a sentence.
fn listing_words(party: &card::Party, listings: &[Listing]) -> Option<String> {
    let mut clauses: Vec<String> = Vec::new();
    for listing in listings {
        let who = match (&listing.authority, listing.dataset.as_str()) {
            (Some(authority), dataset) => format!("{authority}, {dataset}"),
            (None, dataset) => dataset.to_owned(),
        };
        let mut clause = format!("by {who}");
        if !listing.programmes.is_empty() {
            clause.push_str(&format!(" under {}", listing.programmes.join(", ")));
        }
        if let Some(date) = listing
            .listing_date
            .as_ref()
            .or(listing.start_date.as_ref())
        {
            clause.push_str(&format!(" since {date}"));
        }
        if !clauses.contains(&clause) {
            clauses.push(clause);
        }
    }
    if !clauses.is_empty() {
        return Some(format!("Listed {}.", clauses.join("; ")));
    }
    let datasets = &party.datasets;
    match (
        datasets.is_empty(),
        party.topics.iter().any(|t| t.starts_with("role.pep")),
    ) {
        (true, _) => None,
        (false, true) => Some(format!(
            "In {} as a holder of public office.",
            datasets.join(", ")
        )),
        (false, false) => Some(format!("In {}.", datasets.join(", "))),
    }
}

/// How many hits there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Total {
    /// Number of hits.
    pub value: usize,
    /// `eq` when exact, `gte` beyond 10,000.
    pub relation: &'static str,
}

impl Total {
    /// Most hits that are counted exactly.
    pub const EXACT: usize = 10_000;

    /// A count that may have been stopped above [`Total::EXACT`].
    pub fn new(value: usize) -> Total {
        let relation = if value > Total::EXACT { "gte" } else { "eq" };
        Total {
            value: value.min(Total::EXACT),
            relation,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_are_cut_for_people_and_exact_for_machines() {
        assert_eq!(Score(6_999).to_string(), "0.69");
        assert_eq!(Score(10_000).to_string(), "1.00");
        assert_eq!(serde_json::to_string(&Score(9_183)).unwrap(), "0.9183");
    }

    #[test]
    fn totals_are_exact_up_to_a_bound() {
        assert_eq!(
            Total::new(10_000),
            Total {
                value: 10_000,
                relation: "eq"
            }
        );
        assert_eq!(
            Total::new(10_001),
            Total {
                value: 10_000,
                relation: "gte"
            }
        );
    }
}
