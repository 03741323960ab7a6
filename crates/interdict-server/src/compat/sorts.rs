//! `sort=field:asc`: the order of results where the caller says it.

use interdict_model::DatasetName;

use super::params::Params;
use crate::records::Record;

/// One thing to sort by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sort {
    pub(crate) field: String,
    pub(crate) descending: bool,
}

/// What a request sorts by, most important first. A direction that is none means ascending.
pub(crate) fn read(params: &Params) -> Vec<Sort> {
    params.all("sort").map(parse).collect()
}

fn parse(text: &str) -> Sort {
    let (field, direction) = text.rsplit_once(':').unwrap_or((text, "asc"));
    Sort {
        field: field.to_owned(),
        descending: direction == "desc",
    }
}

/// What a record is sorted by: the least of its values.
pub(crate) fn key(record: &Record, field: &str) -> Option<String> {
    match field {
        "id" | "entity_id" => Some(record.id.to_string()),
        "caption" => Some(record.caption.to_lowercase().into()),
        "schema" => Some(record.schema.name().to_owned()),
        "datasets" => record.datasets.first().map(DatasetName::to_string),
        "first_seen" => record.first_seen.clone(),
        "last_seen" => record.last_seen.clone(),
        "last_change" => record.last_change.clone(),
        "target" => Some(record.target.to_string()),
        other => {
            let name = other.strip_prefix("properties.").unwrap_or(other);
            record
                .values(name)
                .iter()
                .min()
                .map(|v| v.to_lowercase().into())
        }
    }
}

/// Compares two by the same sorts; what has no value comes last, in either direction.
pub(crate) fn compare(
    sorts: &[Sort],
    a: &[Option<String>],
    b: &[Option<String>],
) -> std::cmp::Ordering {
    for ((sort, a), b) in sorts.iter().zip(a).zip(b) {
        let order = match (a, b) {
            (Some(a), Some(b)) if sort.descending => b.cmp(a),
            (Some(a), Some(b)) => a.cmp(b),
            (a, b) => b.is_some().cmp(&a.is_some()),
        };
        if order.is_ne() {
            return order;
        }
    }
    std::cmp::Ordering::Equal
}

/// The keys of a record for some sorts.
pub(crate) fn keys(sorts: &[Sort], record: &Record) -> Vec<Option<String>> {
    sorts.iter().map(|sort| key(record, &sort.field)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_value_comes_last() {
        let own = |text: &str| Some(text.to_owned());
        for text in ["first_seen", "first_seen:desc", "first_seen:sideways"] {
            let sorts = [parse(text)];
            assert!(compare(&sorts, &[own("2020")], &[None]).is_lt(), "{text}");
        }
        let down = [parse("first_seen:desc")];
        assert!(compare(&down, &[own("2021")], &[own("2020")]).is_lt());
    }
}
