//! A hit as a page shows it: read from its JSON, so that a hit of an alert that was stored long ago
//! and one that was just found are drawn alike.

use interdict_screening::{Hit, Score};
use serde::Deserialize;

use super::fault::Fault;
use super::marks::{Mark, Span, Stretch, draw};
use super::{script, text};

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct Stored {
    id: String,
    schema: String,
    caption: String,
    datasets: Vec<String>,
    score: f64,
    alert: bool,
    excluded: bool,
    listings: Vec<StoredListing>,
    dates: Vec<String>,
    countries: Vec<String>,
    topics: Vec<String>,
    reason: StoredReason,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct StoredListing {
    dataset: String,
    authority: Option<String>,
    programmes: Vec<String>,
    listing_date: Option<String>,
    start_date: Option<String>,
    end_date: Option<String>,
    authority_id: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct StoredReason {
    sentence: String,
    name: Option<StoredName>,
    features: Vec<StoredFeature>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct StoredName {
    query: String,
    list: String,
    class: String,
    score: f64,
    terms: Vec<StoredTerm>,
    conflicts: Vec<StoredConflict>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct StoredWords {
    text: String,
    span: (u32, u32),
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct StoredTerm {
    query: Option<StoredWords>,
    list: Option<StoredWords>,
    how: String,
    letters: Option<u8>,
    transliterated: bool,
    reordered: bool,
    similarity: f64,
    weight: u32,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct StoredConflict {
    what: String,
    factor: f64,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct StoredFeature {
    feature: String,
    query: String,
    list: String,
    points: f64,
    words: String,
}

/// A hit, ready to be shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ShownHit {
    pub(super) id: String,
    pub(super) address: String,
    pub(super) schema: String,
    pub(super) caption: String,
    pub(super) datasets: Vec<String>,
    pub(super) score: String,
    /// Above the threshold of the policy.
    pub(super) alert: bool,
    pub(super) excluded: bool,
    pub(super) listings: Vec<ShownListing>,
    pub(super) dates: String,
    pub(super) countries: String,
    pub(super) topics: Vec<String>,
    pub(super) sentence: String,
    pub(super) name: Option<ShownName>,
    pub(super) features: Vec<ShownFeature>,
}

/// A measure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ShownListing {
    pub(super) by: String,
    pub(super) programmes: String,
    pub(super) days: String,
    pub(super) number: String,
}

/// Two names with the account of how they meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ShownName {
    pub(super) query: Vec<Stretch>,
    pub(super) list: Vec<Stretch>,
    pub(super) class: &'static str,
    pub(super) score: String,
    pub(super) terms: Vec<ShownTerm>,
    pub(super) conflicts: Vec<(String, String)>,
}

/// A line of the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ShownTerm {
    pub(super) number: usize,
    pub(super) kind: &'static str,
    pub(super) query: String,
    pub(super) list: String,
    pub(super) how: String,
    pub(super) similarity: String,
    pub(super) weight: u32,
}

/// A field that took part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ShownFeature {
    pub(super) name: String,
    pub(super) query: String,
    pub(super) list: String,
    /// Signed, with two decimals.
    pub(super) points: String,
    /// Class: `for`, `against` or `neither`.
    pub(super) side: &'static str,
    pub(super) words: String,
}

impl ShownHit {
    /// The name that was asked for; the caption where another field met.
    pub(super) fn asked_name(&self) -> String {
        match &self.name {
            Some(name) => name
                .query
                .iter()
                .map(|stretch| stretch.text.as_str())
                .collect(),
            None => self.caption.clone(),
        }
    }

    /// A hit that was just found.
    pub(super) fn of(hit: &Hit) -> Result<ShownHit, Fault> {
        let value = serde_json::to_value(hit).map_err(|e| Fault::internal(&e))?;
        ShownHit::read(value)
    }

    /// A hit that an alert keeps.
    pub(super) fn stored(bytes: &[u8]) -> Result<ShownHit, Fault> {
        let value = serde_json::from_slice(bytes).map_err(|e| Fault::internal(&e))?;
        ShownHit::read(value)
    }

    fn read(value: serde_json::Value) -> Result<ShownHit, Fault> {
        let stored: Stored = serde_json::from_value(value).map_err(|e| Fault::internal(&e))?;
        Ok(ShownHit {
            address: format!("/workbench/entity?id={}", text::encoded(&stored.id)),
            id: stored.id,
            schema: text::words(&stored.schema),
            caption: stored.caption,
            datasets: stored.datasets,
            score: score(stored.score),
            alert: stored.alert,
            excluded: stored.excluded,
            listings: stored.listings.into_iter().map(listing).collect(),
            dates: stored.dates.join(", "),
            countries: territories(&stored.countries),
            topics: stored.topics.iter().map(|t| text::topic(t)).collect(),
            sentence: stored.reason.sentence,
            name: stored.reason.name.map(name),
            features: stored.reason.features.into_iter().map(feature).collect(),
        })
    }
}

/// Names of territories.
fn territories(codes: &[String]) -> String {
    let names: Vec<String> = codes.iter().map(|code| text::territory(code)).collect();
    names.join(", ")
}

/// A score as people see it everywhere: cut to hundredths.
fn score(fraction: f64) -> String {
    // Scores are whole ten-thousandths, so rounding gives back exactly what was stored.
    Score((fraction * 10_000.0).round().clamp(0.0, 10_000.0) as u16).to_string()
}

fn listing(stored: StoredListing) -> ShownListing {
    let by = match stored.authority {
        Some(authority) => format!("{authority} ({})", stored.dataset),
        None => stored.dataset,
    };
    let since = stored.listing_date.or(stored.start_date);
    let days = match (since, stored.end_date) {
        (Some(from), Some(to)) => format!("{from} to {to}"),
        (Some(from), None) => format!("since {from}"),
        (None, Some(to)) => format!("until {to}"),
        (None, None) => String::new(),
    };
    ShownListing {
        by,
        programmes: stored.programmes.join(", "),
        days,
        number: stored.authority_id.unwrap_or_default(),
    }
}

fn name(stored: StoredName) -> ShownName {
    let kind_of = |term: &StoredTerm| match (&term.query, &term.list, term.how.as_str()) {
        (Some(_), Some(_), "equal") if !term.transliterated => "same",
        (Some(_), Some(_), _) => "alike",
        _ => "alone",
    };
    let spans = |side: fn(&StoredTerm) -> Option<&StoredWords>| -> Vec<Span> {
        (1..)
            .zip(&stored.terms)
            .filter_map(|(number, term)| {
                let (from, to) = side(term)?.span;
                let mark = Mark {
                    term: number,
                    kind: kind_of(term),
                };
                Some(Span { from, to, mark })
            })
            .collect()
    };
    let words = |words: &Option<StoredWords>| {
        let text = words.as_ref().map(|w| w.text.clone());
        text.unwrap_or_default()
    };
    ShownName {
        query: draw(&stored.query, &spans(|term| term.query.as_ref())),
        list: draw(&stored.list, &spans(|term| term.list.as_ref())),
        class: match stored.class.as_str() {
            "alias" => "alias on the list",
            "weak" => "weak alias on the list",
            _ => "primary name on the list",
        },
        score: score(stored.score),
        terms: (1..)
            .zip(&stored.terms)
            .map(|(number, term)| ShownTerm {
                number,
                kind: kind_of(term),
                query: words(&term.query),
                list: words(&term.list),
                how: how(term),
                similarity: score(term.similarity),
                weight: term.weight,
            })
            .collect(),
        conflicts: stored
            .conflicts
            .into_iter()
            .map(|conflict| (conflict.what, score(conflict.factor)))
            .collect(),
    }
}

/// How two words meet, in words.
fn how(term: &StoredTerm) -> String {
    let mut said = match term.how.as_str() {
        "equal" => "the same".to_owned(),
        "spelling" => "another spelling".to_owned(),
        "edited" => match term.letters {
            Some(1) => "one letter differs".to_owned(),
            Some(n) => format!("{n} letters differ"),
            None => "letters differ".to_owned(),
        },
        "prefix" => "begins alike".to_owned(),
        "legal-form" => "the same legal form".to_owned(),
        "nickname" => "a nickname".to_owned(),
        "variant" => "a variant of the name".to_owned(),
        "translation" => "a translation".to_owned(),
        "acronym" => "an acronym".to_owned(),
        "consonants" => "the same consonants".to_owned(),
        "same-script" => "the same in its script".to_owned(),
        "initial" => "an initial".to_owned(),
        "joined" => "written as one word".to_owned(),
        "split" => "written as several words".to_owned(),
        "missing-on-list" => "not in the listed name".to_owned(),
        "missing-in-query" => "only in the listed name".to_owned(),
        other => other.to_owned(),
    };
    let texts = (term.query.as_ref(), term.list.as_ref());
    let scripts_differ =
        matches!(texts, (Some(q), Some(l)) if script::of(&q.text) != script::of(&l.text));
    if term.transliterated || scripts_differ {
        said.push_str(", in another script");
    }
    if term.reordered {
        said.push_str(", at another place");
    }
    said
}

fn feature(stored: StoredFeature) -> ShownFeature {
    let hundredths = (stored.points * 100.0).round();
    ShownFeature {
        name: text::words(&stored.feature),
        query: stored.query,
        list: stored.list,
        points: match hundredths {
            0.0 => "0.00".to_owned(),
            points => format!("{:+.2}", points / 100.0),
        },
        side: match stored.points {
            points if points > 0.0 => "for",
            points if points < 0.0 => "against",
            _ => "neither",
        },
        words: stored.words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_hit_is_drawn_on_its_names() {
        let hit = serde_json::json!({
            "id": "q&1", "schema": "Person", "caption": "Пётр", "score": 0.69996, "alert": true,
            "reason": { "sentence": "s", "name": {
                "query": "Petr X", "list": "Пётр", "class": "alias", "score": 1.0,
                "terms": [
                    {"query": {"text": "Petr", "span": [0, 4]}, "list": {"text": "Пётр", "span": [0, 8]},
                     "how": "equal", "transliterated": true, "similarity": 1.0, "weight": 100},
                    {"query": {"text": "X", "span": [5, 6]}, "how": "missing-on-list", "weight": 40}
                ]}}
        });
        let shown = ShownHit::read(hit).expect("reads");
        let name = shown.name.expect("a name");
        assert_eq!(shown.score, "0.70");
        assert_eq!(shown.address, "/workbench/entity?id=q%261");
        assert_eq!(name.query.len(), 3);
        assert_eq!(name.terms[0].how, "the same, in another script");
        assert_eq!(name.terms[1].kind, "alone");
    }

    #[test]
    fn a_hit_of_an_older_release_is_still_shown() {
        let shown = ShownHit::stored(b"{\"id\": \"a\"}").expect("reads");
        assert_eq!((shown.id.as_str(), shown.name), ("a", None));
    }
}
