//! The reasons of a score, feature by feature, as clients of yente read them.

use std::collections::BTreeMap;

use interdict_screening::Reason;
use serde::{Serialize, Serializer};

/// Features with detail, score, query and candidate.
pub(crate) struct Explanations<'r>(pub(crate) &'r Reason);

#[derive(Serialize)]
struct Feature<'r> {
    detail: std::borrow::Cow<'r, str>,
    score: f64,
    query: &'r str,
    candidate: &'r str,
}

impl Serialize for Explanations<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut features: BTreeMap<&str, Feature<'_>> = BTreeMap::new();
        if let Some(name) = &self.0.name {
            let against: Vec<&str> = name.conflicts.iter().map(|c| c.what).collect();
            let mut detail = format!("{} name", name.class);
            for word in against {
                detail.push_str("; ");
                detail.push_str(word);
            }
            let feature = Feature {
                detail: detail.into(),
                score: f64::from(name.score.0) / 10_000.0,
                query: &name.query,
                candidate: &name.list,
            };
            features.insert("name_match", feature);
        }
        for reason in &self.0.features {
            let name = match reason.feature {
                "date" => "date_match",
                "country" => "country_match",
                "gender" => "gender_match",
                "address" => "address_match",
                "identifier" => "identifier_match",
                "contradiction" => "identifier_mismatch",
                other => other,
            };
            let feature = Feature {
                detail: reason.words.as_str().into(),
                score: reason.points,
                query: &reason.query,
                candidate: &reason.list,
            };
            // Of several of a kind, the one that counts most.
            let known = features.get(name).map(|f| f.score.abs());
            if known.is_none_or(|known| feature.score.abs() > known) {
                features.insert(name, feature);
            }
        }
        features.serialize(serializer)
    }
}
