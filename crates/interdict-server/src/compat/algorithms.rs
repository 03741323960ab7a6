//! `GET /algorithms`: the names that clients may ask for. Interdict's scorer answers to all of them,
//! and says so.

use serde::Serialize;
use serde_json::{Value, json};

use super::failure::Failure;
use super::matching::written;
use axum::response::Response;

/// Name of the scorer that answers.
pub(crate) const OWN: &str = "interdict";

/// Names of algorithms, with what each is at the peer.
const NAMES: [(&str, &str); 7] = [
    (
        OWN,
        "Interdict's scorer: names word by word, then dates, countries, identifiers",
    ),
    ("logic-v2", "The peer's default"),
    ("logic-v1", "The peer's earlier default"),
    ("name-based", "The peer's comparison of names"),
    (
        "name-qualified",
        "The peer's comparison of names, lowered by other fields",
    ),
    ("regression-v1", "The peer's trained comparison"),
    ("ofac", "The peer's imitation of OFAC's own search"),
];

/// The features of the scorer, as explanations name them.
const FEATURES: [(&str, &str); 7] = [
    ("address_match", "Addresses that agree"),
    ("country_match", "Countries that agree or differ"),
    (
        "date_match",
        "Dates of birth, foundation or build that agree or differ",
    ),
    ("gender_match", "Genders that agree or differ"),
    ("identifier_match", "A strong identifier that is the same"),
    (
        "identifier_mismatch",
        "An identifier for life that contradicts",
    ),
    ("name_match", "The best pair of names, word by word"),
];

/// Which algorithm was asked for, and which one answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Scorer {
    asked: String,
    answered: &'static str,
    version: &'static str,
}

/// The scorer for a name; `best` when none is given.
///
/// # Errors
/// 400 for a name that nobody knows.
pub(crate) fn named(name: Option<&str>) -> Result<Scorer, Failure> {
    let asked = name.unwrap_or("best");
    let clean = asked.trim().to_lowercase();
    if clean != "best" && !NAMES.iter().any(|(known, _)| *known == clean) {
        return Err(Failure::bad(format!("Invalid algorithm: {asked}")));
    }
    Ok(Scorer {
        asked: clean,
        answered: OWN,
        version: env!("CARGO_PKG_VERSION"),
    })
}

/// The scorer has no weights or settings that a caller may change: what is asked and cannot be done is
/// refused.
///
/// # Errors
/// 400 when there is one.
pub(crate) fn refuse_settings(
    scorer: &Scorer,
    weights: &[String],
    config: &[String],
) -> Result<(), Failure> {
    let why = "the scorer that answers has none that a request may change; its policy has";
    if let Some(name) = config.first() {
        return Err(Failure::bad(format!(
            "Invalid configuration parameter: {name} for algorithm {}: {why}",
            scorer.asked
        )));
    }
    match weights.first() {
        Some(name) => Err(Failure::bad(format!(
            "Invalid weight: {name} for algorithm {}: {why}",
            scorer.asked
        ))),
        None => Ok(()),
    }
}

/// The algorithms that may be asked for.
#[utoipa::path(get, path = "/algorithms", tag = "compatible",
    responses((status = 200, description = "`{algorithms, default, best}`", body = serde_json::Value)))]
pub(crate) async fn algorithms() -> Response {
    let features: serde_json::Map<String, Value> = FEATURES
        .iter()
        .map(|(name, description)| {
            let docs = json!({"description": description, "coefficient": 1.0, "url": null});
            ((*name).to_owned(), docs)
        })
        .collect();
    let algorithms: Vec<Value> = NAMES
        .iter()
        .map(|(name, description)| {
            let description = if *name == OWN {
                (*description).to_owned()
            } else {
                format!("{description}; accepted, and answered by {OWN}")
            };
            json!({
                "name": name,
                "description": description,
                "features": features,
                "docs": {
                    "name": name,
                    "description": description,
                    "config": {},
                    "features": features,
                },
                "answered_by": OWN,
            })
        })
        .collect();
    written(&json!({"algorithms": algorithms, "default": "best", "best": OWN}))
}
