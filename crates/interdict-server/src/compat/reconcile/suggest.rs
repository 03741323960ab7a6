//! What a person may mean who has begun to type.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use interdict_model::{PropertyType, Schema};
use serde::Serialize;

use super::{Type, label, schemata};
use crate::compat::entities::{MOST_RESULTS, PAGE};
use crate::compat::failure::{Detail, Details, Failure};
use crate::compat::matching::written;
use crate::compat::params::Params;
use crate::compat::scope::Scope;
use crate::lists::Answering;
use crate::lookup::query::Query;
use crate::lookup::run::Ground;
use crate::lookup::words::words;
use crate::problem::Problem;
use crate::state::App;

/// Most properties or types that are suggested.
const MOST: usize = 5;

#[derive(Serialize)]
struct Suggestions<T> {
    code: &'static str,
    status: &'static str,
    prefix: String,
    result: Vec<T>,
}

impl<T: Serialize> Suggestions<T> {
    fn written(prefix: &str, result: Vec<T>) -> Response {
        written(&Suggestions {
            code: "/api/status/ok",
            status: "200 OK",
            prefix: prefix.to_owned(),
            result,
        })
    }
}

#[derive(Serialize)]
struct Suggested {
    id: String,
    name: String,
    description: String,
    #[serde(rename = "type")]
    kind: [Type; 1],
}

#[derive(Serialize)]
struct SuggestedProperty {
    id: String,
    name: String,
    description: String,
}

/// Whether one of some words for a thing begins so.
fn begins(prefix: &str, names: [&str; 2]) -> bool {
    let prefix = prefix.trim().to_lowercase();
    let fits = |name: &str| name.to_lowercase().starts_with(&prefix);
    !prefix.is_empty() && names.into_iter().any(fits)
}

/// Records with a name that begins so.
#[utoipa::path(get, path = "/reconcile/{dataset}/suggest/entity", tag = "compatible",
    params(
        ("dataset" = String, Path, description = "A list, or `default`, `sanctions`, `peps`"),
        ("prefix" = Option<String>, Query, description = "What was typed"),
        ("limit" = Option<u32>, Query, description = "Suggestions, at most 500; 10 by default"),
    ),
    responses(
        (status = 200, description = "`{code, status, prefix, result}`", body = serde_json::Value),
        (status = 404, body = Detail), (status = 422, body = Details)))]
pub(crate) async fn suggest_entity(
    State(app): State<App>,
    Path(dataset): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    let limit = params.count("limit", PAGE, MOST_RESULTS)?;
    let now = app.lists().now();
    let scope = Scope::read(&now.records, &dataset, &Params::default())?;
    let prefix = params.one("prefix").unwrap_or_default().to_owned();
    let looking = {
        let (now, prefix) = (now.clone(), prefix.clone());
        tokio::task::spawn_blocking(move || suggested(&now, &scope, &prefix, limit))
    };
    let result = looking.await.map_err(|e| Problem::internal(&e))??;
    Ok(Suggestions::written(&prefix, result))
}

fn suggested(
    now: &Arc<Answering>,
    scope: &Scope,
    prefix: &str,
    limit: usize,
) -> Result<Vec<Suggested>, Failure> {
    let mut typed = words(prefix);
    let Some(last) = typed.pop() else {
        return Ok(Vec::new());
    };
    let names = || Some("names".to_owned());
    let mut parts = vec![Query::Prefix(names(), last)];
    if !typed.is_empty() {
        parts.push(Query::Words(names(), typed));
    }
    let query = Query::all_of(parts);
    let ground = Ground::new(&now.records, now.lookup.indexes()?, |list| scope.has(list));
    let mut heads = ground.run(&query)?;
    let mut kept = Vec::with_capacity(heads.len());
    for head in heads.drain(..) {
        if ground.schema(head)?.is_some_and(Schema::matchable) {
            kept.push(head);
        }
    }
    let mut reader = now.records.reader();
    let mut result = Vec::new();
    for head in ground.best(&query, prefix, &kept, (0, limit))? {
        if let Some(record) = reader.record(head, |list| scope.has(list))? {
            result.push(Suggested {
                id: record.id.into(),
                name: record.caption.into(),
                description: label(record.schema),
                kind: [Type::new(record.schema)],
            });
        }
    }
    Ok(result)
}

/// Properties that begin so.
#[utoipa::path(get, path = "/reconcile/{dataset}/suggest/property", tag = "compatible",
    params(
        ("dataset" = String, Path, description = "A list, or `default`, `sanctions`, `peps`"),
        ("prefix" = Option<String>, Query, description = "What was typed"),
    ),
    responses(
        (status = 200, description = "`{code, status, prefix, result}`", body = serde_json::Value),
        (status = 404, body = Detail)))]
pub(crate) async fn suggest_property(
    State(app): State<App>,
    Path(dataset): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    let now = app.lists().now();
    let scope = Scope::read(&now.records, &dataset, &Params::default())?;
    let prefix = params.one("prefix").unwrap_or_default();
    let schemata = schemata(&now, &scope);
    let mut properties: Vec<_> = schemata
        .iter()
        .flat_map(|schema| schema.properties())
        .filter(|property| schemata.contains(&property.owner()))
        .filter(|property| !property.hidden() && property.kind() != PropertyType::Entity)
        .filter(|property| begins(prefix, [property.name(), &property.label()]))
        .collect();
    properties.sort_unstable();
    properties.dedup();
    let result = properties
        .into_iter()
        .take(MOST)
        .map(|property| SuggestedProperty {
            id: property.qname(),
            name: property.label(),
            description: format!("of {}", label(property.owner())),
        })
        .collect();
    Ok(Suggestions::written(prefix, result))
}

/// Types that begin so.
#[utoipa::path(get, path = "/reconcile/{dataset}/suggest/type", tag = "compatible",
    params(
        ("dataset" = String, Path, description = "A list, or `default`, `sanctions`, `peps`"),
        ("prefix" = Option<String>, Query, description = "What was typed"),
    ),
    responses(
        (status = 200, description = "`{code, status, prefix, result}`", body = serde_json::Value),
        (status = 404, body = Detail)))]
pub(crate) async fn suggest_type(
    State(app): State<App>,
    Path(dataset): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    let now = app.lists().now();
    let scope = Scope::read(&now.records, &dataset, &Params::default())?;
    let prefix = params.one("prefix").unwrap_or_default();
    let result = schemata(&now, &scope)
        .into_iter()
        .filter(|schema| begins(prefix, [schema.name(), &label(*schema)]))
        .take(MOST)
        .map(Type::new)
        .collect();
    Ok(Suggestions::written(prefix, result))
}
