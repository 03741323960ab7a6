//! What a decision on an alert rests on: the values that matched, not the score they got.
//!
//! A later engine may score the same values otherwise; that alone reopens nothing. Another listed
//! name, date of birth or number does.

use interdict_screening::Hit;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// The values that matched, in a form that is equal when they are.
fn matched(hit: &Value) -> Value {
    let text = |value: &Value, member: &str| value.get(member).cloned().unwrap_or_default();
    let reason = text(hit, "reason");
    let name = reason.get("name").map(|name| {
        serde_json::json!([text(name, "query"), text(name, "list"), text(name, "class")])
    });
    let mut fields: Vec<Value> = reason
        .get("features")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .map(|f| serde_json::json!([text(f, "feature"), text(f, "query"), text(f, "list")]))
        .collect();
    fields.sort_by_key(Value::to_string);
    serde_json::json!({ "name": name, "fields": fields })
}

fn json(hit: &Hit) -> Value {
    // A hit is made of texts, numbers and lists, all of which JSON can hold.
    serde_json::to_value(hit).unwrap_or_default()
}

/// SHA-256 of the values that matched.
pub(super) fn hash(hit: &Hit) -> [u8; 32] {
    Sha256::digest(matched(&json(hit)).to_string()).into()
}

/// The hit as the store keeps it.
pub(super) fn stored(hit: &Hit) -> Vec<u8> {
    json(hit).to_string().into_bytes()
}

/// What differs between two hits of one pair, in words.
pub(crate) fn change(before: &[u8], after: &[u8]) -> String {
    let read = |bytes: &[u8]| -> Value { serde_json::from_slice(bytes).unwrap_or_default() };
    let (before, after) = (read(before), read(after));
    let mut changes = Vec::new();
    let name = |hit: &Value, member: &str| {
        let found = hit.pointer(&format!("/reason/name/{member}"));
        found.and_then(Value::as_str).unwrap_or("").to_owned()
    };
    for (member, what) in [
        ("query", "the customer's name"),
        ("list", "the listed name"),
        ("class", "the class of the listed name"),
    ] {
        let (old, new) = (name(&before, member), name(&after, member));
        if old != new {
            changes.push(moved(what, Some(&old), Some(&new)));
        }
    }
    let (old, new) = (fields(&before), fields(&after));
    let mut names: Vec<&String> = old.iter().chain(&new).map(|(name, _)| name).collect();
    names.sort();
    names.dedup();
    for name in names {
        let of = |all: &[(String, String)]| -> Option<String> {
            let values: Vec<&str> = all
                .iter()
                .filter(|(n, _)| n == name)
                .map(|(_, v)| v.as_str())
                .collect();
            (!values.is_empty()).then(|| values.join("; "))
        };
        let (old, new) = (of(&old), of(&new));
        if old != new {
            changes.push(moved(name, old.as_deref(), new.as_deref()));
        }
    }
    if changes.is_empty() {
        "the matched values changed".to_owned()
    } else {
        changes.join("; ")
    }
}

fn moved(what: &str, old: Option<&str>, new: Option<&str>) -> String {
    match (old.filter(|t| !t.is_empty()), new.filter(|t| !t.is_empty())) {
        (Some(old), Some(new)) => format!("{what}: {old} became {new}"),
        (None, Some(new)) => format!("{what}: {new} is new"),
        (Some(old), None) => format!("{what}: {old} is gone"),
        (None, None) => format!("{what} changed"),
    }
}

/// Fields that took part, with the values of both sides.
fn fields(hit: &Value) -> Vec<(String, String)> {
    let features = hit.pointer("/reason/features").and_then(Value::as_array);
    let text = |f: &Value, member: &str| {
        let found = f.get(member).and_then(Value::as_str);
        found.unwrap_or("").to_owned()
    };
    let mut all: Vec<(String, String)> = features
        .into_iter()
        .flatten()
        .map(|f| {
            let values = format!("{} / {}", text(f, "query"), text(f, "list"));
            (text(f, "feature"), values)
        })
        .collect();
    all.sort();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hit(list: &str, date: Option<&str>, score: f64) -> Value {
        let features: Vec<Value> = date
            .iter()
            .map(|d| serde_json::json!({"feature": "date", "query": "1959", "list": d, "points": 0.1}))
            .collect();
        serde_json::json!({
            "score": score,
            "reason": {
                "name": {"query": "A. Belousov", "list": list, "class": "primary"},
                "features": features,
            }
        })
    }

    fn words(before: &Value, after: &Value) -> String {
        change(before.to_string().as_bytes(), after.to_string().as_bytes())
    }

    #[test]
    fn a_score_is_no_evidence() {
        let (a, b) = (
            hit("Belousov", Some("1959"), 0.9),
            hit("Belousov", Some("1959"), 0.8),
        );
        assert_eq!(matched(&a), matched(&b));
    }

    #[test]
    fn changes_are_named() {
        let before = hit("Belousov", Some("1959-03-17"), 0.9);
        let after = hit("Belousov", Some("1960-03-17"), 0.8);
        assert_ne!(matched(&before), matched(&after));
        assert_eq!(
            words(&before, &after),
            "date: 1959 / 1959-03-17 became 1959 / 1960-03-17"
        );
        let renamed = hit("Beloussov", None, 0.8);
        assert_eq!(
            words(&before, &renamed),
            "the listed name: Belousov became Beloussov; date: 1959 / 1959-03-17 is gone"
        );
    }
}
