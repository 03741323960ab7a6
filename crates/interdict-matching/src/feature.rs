//! What fields other than names add to a score or take from it.
//!
//! Every rule is graded and monotone, and nothing follows from a field that one side lacks.

use interdict_evidence::{FactKind, FactRef, compatible_identifiers, strong_identifier};
use interdict_model::date::{DateRelation, PartialDate};

use crate::options::Options;

mod checks;

pub use checks::valid_lifelong;

/// A field that took part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Feature {
    /// Dates of birth, foundation or build.
    Date(DateRelation),
    /// Countries: whether any is shared.
    Country(bool),
    /// Genders: whether they agree.
    Gender(bool),
    /// Addresses that share words.
    Address,
    /// An identifier that both sides have.
    Identifier,
    /// Lifelong identifiers of one type, both with valid check digits, that differ.
    Contradiction,
}

impl Feature {
    /// In words, with the two values.
    pub fn words(self, query: &str, list: &str) -> String {
        match self {
            Feature::Date(DateRelation::Same) => format!("The date {query} is the same"),
            Feature::Date(DateRelation::Compatible) => {
                format!("The dates {query} and {list} go together")
            }
            Feature::Date(DateRelation::Swapped) => {
                format!("Day and month of {query} and {list} are exchanged")
            }
            Feature::Date(DateRelation::SameYear) => {
                format!("The dates {query} and {list} share the year only")
            }
            Feature::Date(DateRelation::Apart(1)) => {
                format!("The dates {query} and {list} are one year apart")
            }
            Feature::Date(DateRelation::Apart(n)) => {
                format!("The dates {query} and {list} are {n} years apart")
            }
            Feature::Country(true) => format!("The country {query} is shared"),
            Feature::Country(false) => format!("The countries {query} and {list} differ"),
            Feature::Gender(true) => format!("Both are {query}"),
            Feature::Gender(false) => format!("One is {query}, the other {list}"),
            Feature::Address => format!("The addresses “{query}” and “{list}” share words"),
            Feature::Identifier => format!("The identifier {query} is also {list} on the list"),
            Feature::Contradiction => format!("The identifiers {query} and {list} differ"),
        }
    }
}

/// A field that took part, with the values compared and what it did to the score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FeatureValue<'a> {
    /// What was found.
    pub feature: Feature,
    /// The query's value.
    pub query: &'a str,
    /// The list's value.
    pub list: &'a str,
    /// What it adds, in parts of 10,000. Zero for identifiers, which decide alone, and addresses,
    /// which only order.
    pub points: i32,
    /// What it adds to the support that orders equal scores, 0 to 4.
    pub support: u8,
}

/// The most that the facts of a query can add to a name score: `lift`.
pub fn lift(facts: &[FactRef<'_>], options: &Options) -> u16 {
    let has = |kind| facts.iter().any(|f| f.kind == kind);
    let mut lift = 0;
    if options.dates && has(FactKind::StartDate) {
        lift += 300;
    }
    if options.countries && has(FactKind::Country) {
        lift += 100;
    }
    lift
}

/// Every field that both sides have, best pair of values each.
pub fn features<'a>(
    query: &[FactRef<'a>],
    list: &[FactRef<'a>],
    options: &Options,
) -> Vec<FeatureValue<'a>> {
    let mut found = Vec::new();
    if options.dates {
        found.extend(best(query, list, FactKind::StartDate, date));
    }
    if options.countries {
        found.extend(best(query, list, FactKind::Country, country));
    }
    if options.gender {
        found.extend(best(query, list, FactKind::Gender, gender));
    }
    if options.addresses {
        found.extend(best(query, list, FactKind::Address, address));
    }
    if options.identifiers {
        identifiers(query, list, &mut found);
    }
    found
}

type Rule = for<'a> fn(&'a str, &'a str) -> Option<FeatureValue<'a>>;

fn best<'a>(
    query: &[FactRef<'a>],
    list: &[FactRef<'a>],
    kind: FactKind,
    rule: Rule,
) -> Option<FeatureValue<'a>> {
    let mut best: Option<FeatureValue<'a>> = None;
    for q in query.iter().filter(|f| f.kind == kind) {
        for l in list.iter().filter(|f| f.kind == kind) {
            if let Some(value) = rule(q.value, l.value)
                && best.is_none_or(|b| (value.points, value.support) > (b.points, b.support))
            {
                best = Some(value);
            }
        }
    }
    best
}

/// The nearer two dates, the better. A year apart lowers an exact name without burying it: list
/// dates are often wrong by one. Three years apart, not even an exact name reaches 0.70.
fn date<'a>(query: &'a str, list: &'a str) -> Option<FeatureValue<'a>> {
    let relation = PartialDate::parse_iso(query)?.relation(PartialDate::parse_iso(list)?);
    let (points, support) = match relation {
        DateRelation::Same => (300, 4),
        DateRelation::Compatible => (150, 3),
        DateRelation::Swapped => (100, 3),
        DateRelation::SameYear => (-300, 2),
        DateRelation::Apart(1) => (-700, 1),
        DateRelation::Apart(2) => (-1_600, 0),
        DateRelation::Apart(3..=5) => (-3_100, 0),
        DateRelation::Apart(6..=10) => (-4_000, 0),
        DateRelation::Apart(_) => (-5_000, 0),
    };
    Some(FeatureValue {
        feature: Feature::Date(relation),
        query,
        list,
        points,
        support,
    })
}

fn country<'a>(query: &'a str, list: &'a str) -> Option<FeatureValue<'a>> {
    let same = query == list;
    let (points, support) = if same { (100, 2) } else { (-500, 0) };
    Some(FeatureValue {
        feature: Feature::Country(same),
        query,
        list,
        points,
        support,
    })
}

fn gender<'a>(query: &'a str, list: &'a str) -> Option<FeatureValue<'a>> {
    let known = |g: &str| matches!(g, "male" | "female");
    if !known(query) || !known(list) {
        return None;
    }
    let same = query == list;
    let (points, support) = if same { (0, 1) } else { (-1_200, 0) };
    Some(FeatureValue {
        feature: Feature::Gender(same),
        query,
        list,
        points,
        support,
    })
}

/// Addresses that share at least half of the words of the shorter. They order, no more.
fn address<'a>(query: &'a str, list: &'a str) -> Option<FeatureValue<'a>> {
    let words = |text: &'a str| {
        text.split(|c: char| !c.is_alphanumeric())
            .filter(|w| w.chars().count() > 2)
    };
    let (n, m) = (words(query).count(), words(list).count());
    let shared = words(query)
        .filter(|q| words(list).any(|l| q.to_lowercase() == l.to_lowercase()))
        .count();
    (shared >= 2 && 2 * shared >= n.min(m)).then_some(FeatureValue {
        feature: Feature::Address,
        query,
        list,
        points: 0,
        support: 2,
    })
}

fn identifiers<'a>(query: &[FactRef<'a>], list: &[FactRef<'a>], found: &mut Vec<FeatureValue<'a>>) {
    let of = |facts: &[FactRef<'a>]| -> Vec<&'a str> {
        facts
            .iter()
            .filter(|f| f.kind == FactKind::Identifier)
            .map(|f| f.value)
            .collect()
    };
    let (query, list) = (of(query), of(list));
    let value = |feature, query, list| FeatureValue {
        feature,
        query,
        list,
        points: 0,
        support: 4,
    };
    for q in &query {
        for l in &list {
            let strong = strong_identifier(q);
            if strong.is_some() && strong == strong_identifier(l) && compatible_identifiers(q, l) {
                found.push(value(Feature::Identifier, *q, *l));
                return;
            }
        }
    }
    for q in query.iter().filter(|q| valid_lifelong(q)) {
        let kind = q.split(':').next();
        let mut same = list
            .iter()
            .filter(|l| valid_lifelong(l) && l.split(':').next() == kind);
        // An entry with several numbers of the type contradicts only if none is the query's.
        if let Some(l) = same.next()
            && !list.contains(q)
        {
            found.push(value(Feature::Contradiction, *q, *l));
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(query: &str, list: &str) -> i32 {
        date(query, list).unwrap().points
    }

    #[test]
    fn the_nearer_the_dates_the_better() {
        let list = "1968-05-14";
        let nearer = [
            "1968-05-14",
            "1968-05",
            "1968-06-14",
            "1969-05-14",
            "1970-06-02",
            "1972-06-02",
            "1977-06-02",
            "1950-06-02",
        ];
        let all: Vec<i32> = nearer.iter().map(|q| points(q, list)).collect();
        assert!(all.windows(2).all(|w| w[0] >= w[1]), "{all:?}");
        // Day and month exchanged says more for one person than the year alone.
        assert!(points("1968-04-05", "1968-05-04") > points("1968-04-05", "1968-05-06"));
        // A year off lowers an exact name without burying it; far dates bury it.
        assert!(points("1969", "1968") > -1_000);
        assert!(points("1970", "1968") > -3_000);
        assert!(points("1971", "1968") < -3_000);
        // Two whole dates of one year are not the same date.
        assert!(points("1968-05-14", "1968-11-02") < 0);
        assert!(points("1968-05-14", "1968-11-02") > points("1969-05-14", "1968-05-14"));
    }

    #[test]
    fn what_one_side_lacks_says_nothing() {
        let fact = FactRef {
            kind: FactKind::StartDate,
            value: "1968-05-14",
        };
        let options = Options::default();
        assert!(features(&[fact], &[], &options).is_empty());
        assert!(features(&[], &[fact], &options).is_empty());
    }
}
