//! `/reconcile/{dataset}`: OpenRefine's protocol, version 0.2.

mod extend;
mod suggest;

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use interdict_model::Schema;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::admitted::Conditions;
use super::algorithms;
use super::example::{BASE_SCHEMA, Example};
use super::failure::{Detail, Details, Failure, Wrong};
use super::matching::{self, PAGE, Scored, THRESHOLD, Terms, written};
use super::params::Params;
use super::scope::Scope;
use crate::lists::Answering;
use crate::state::App;

pub(crate) use extend::{__path_extend_properties, extend_properties};
pub(crate) use suggest::{
    __path_suggest_entity, __path_suggest_property, __path_suggest_type, suggest_entity,
    suggest_property, suggest_type,
};

/// Queries that OpenRefine sends at a time.
const BATCH: usize = 3;
/// The score that a candidate exceeds: below it names have only little in common.
const CUTOFF: f64 = 0.5;
/// What ids and schemata are of.
const SPACE: &str = "https://followthemoney.tech/explorer/schemata/";

/// A schema, as OpenRefine calls types.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Type {
    id: &'static str,
    name: String,
    description: String,
}

impl Type {
    pub(super) fn new(schema: Schema) -> Type {
        let name = label(schema);
        Type {
            id: schema.name(),
            description: name.clone(),
            name,
        }
    }
}

/// The name of a schema as words: `LegalEntity` is `Legal entity`.
pub(super) fn label(schema: Schema) -> String {
    let mut label = String::new();
    for (at, c) in schema.name().chars().enumerate() {
        if at > 0 && c.is_uppercase() {
            label.push(' ');
            label.extend(c.to_lowercase());
        } else {
            label.push(c);
        }
    }
    label
}

/// The schemata that records in scope have and that can be matched, with those they inherit from.
pub(super) fn schemata(now: &Answering, scope: &Scope) -> Vec<Schema> {
    let mut found: Vec<Schema> = now
        .lists
        .publications
        .iter()
        .filter(|publication| scope.has(&publication.dataset))
        .flat_map(|publication| publication.counts.schemata.keys())
        .filter_map(|name| Schema::get(name))
        .filter(|schema| schema.matchable())
        .flat_map(|schema| schema.ancestors())
        .filter(|schema| schema.is_named(BASE_SCHEMA))
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// The address under which a client reached the server.
fn base(headers: &HeaderMap) -> String {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let scheme = match text("x-forwarded-proto") {
        Some("https") => "https",
        _ => "http",
    };
    let host = text(header::HOST.as_str()).unwrap_or("localhost");
    format!("{scheme}://{host}")
}

/// What the service offers.
#[utoipa::path(get, path = "/reconcile/{dataset}", tag = "compatible",
    params(("dataset" = String, Path, description = "A list, or `default`, `sanctions`, `peps`")),
    responses(
        (status = 200, description = "The service manifest of OpenRefine 0.2", body = serde_json::Value),
        (status = 404, body = Detail)))]
pub(crate) async fn manifest(
    State(app): State<App>,
    Path(dataset): Path<String>,
    axum::extract::RawQuery(query): axum::extract::RawQuery,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let now = app.lists().now();
    let scope = Scope::read(&now.records, &dataset, &Params::default())?;
    let base = base(&headers);
    let service = format!("{base}/reconcile/{dataset}");
    // Handed on, since clients may carry their key in it.
    let query = query.filter(|query| !query.is_empty());
    let query = query.map_or_else(String::new, |query| format!("?{query}"));
    let at = |path: &str| json!({"service_url": service, "service_path": format!("{path}{query}")});
    let types: Vec<Type> = schemata(&now, &scope).into_iter().map(Type::new).collect();
    Ok(written(&json!({
        "versions": ["0.2"],
        "name": format!("{dataset} ({})", app.config().title),
        "identifierSpace": SPACE,
        "schemaSpace": SPACE,
        "documentation": format!("{base}/openapi.json"),
        "batchSize": BATCH,
        "view": {"url": format!("{base}/entities/{{{{id}}}}")},
        "preview": {
            "url": format!("{base}/entities/{{{{id}}}}?nested=false"),
            "width": 430,
            "height": 600,
        },
        "suggest": {
            "entity": at("/suggest/entity"),
            "type": at("/suggest/type"),
            "property": at("/suggest/property"),
        },
        "extend": {
            "propose_properties": at("/extend/property"),
            "property_settings": extend::settings(),
            "propose_settings": extend::settings(),
        },
        "defaultTypes": types,
    })))
}

#[derive(Serialize)]
struct Candidate<'c> {
    id: &'c str,
    name: &'c str,
    description: String,
    #[serde(rename = "type")]
    kind: [Type; 1],
    score: interdict_screening::Score,
    #[serde(rename = "match")]
    is_match: bool,
}

impl<'c> Candidate<'c> {
    fn new(scored: &'c Scored) -> Candidate<'c> {
        Candidate {
            id: &scored.record.id,
            name: &scored.record.caption,
            description: label(scored.record.schema),
            kind: [Type::new(scored.record.schema)],
            score: scored.hit.score,
            is_match: scored.is_match,
        }
    }
}

/// Answers queries, or gives more of records that were chosen.
#[utoipa::path(post, path = "/reconcile/{dataset}", tag = "compatible",
    params(
        ("dataset" = String, Path, description = "A list, or `default`, `sanctions`, `peps`"),
        ("algorithm" = Option<String>, Query, description = "`best`, or one of /algorithms"),
        ("changed_since" = Option<String>, Query, description = "Only records changed after this time"),
    ),
    request_body(content = String, content_type = "application/x-www-form-urlencoded",
        description = "`queries` or `extend`, JSON as text"),
    responses(
        (status = 200, description = "`{key: {result: […]}}`, or `{meta, rows}`", body = serde_json::Value),
        (status = 400, body = Detail), (status = 404, body = Detail), (status = 422, body = Details)))]
pub(crate) async fn answer(
    State(app): State<App>,
    caller: crate::auth::Caller,
    Path(dataset): Path<String>,
    params: Params,
    bytes: Bytes,
) -> Result<Response, Failure> {
    let form: Vec<(String, String)> = serde_urlencoded::from_bytes(&bytes)
        .map_err(|e| Failure::bad(format!("the form cannot be read: {e}")))?;
    let field = |name: &str| {
        let found = form.iter().rev().find(|(key, _)| key == name);
        found
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.trim().is_empty())
    };
    if let Some(extend) = field("extend") {
        return extend::extended(&app, extend).await;
    }
    let now = app.lists().now();
    let changed_since = params.since("changed_since")?;
    let scope = Scope::read(&now.records, &dataset, &Params::default())?;
    algorithms::named(params.one("algorithm"))?;
    let queries = queries(field("queries").unwrap_or_default())?;
    if queries.len() > app.config().max_batch {
        return Err(Failure::bad(format!(
            "Too many queries in one batch (limit: {})",
            app.config().max_batch
        )));
    }
    let mut keys = Vec::new();
    let mut entities = Vec::new();
    let mut most = 0;
    for (key, query) in queries {
        let (entity, _) = query.example.entity()?;
        most = most.max(query.limit);
        keys.push((key, query.limit));
        entities.push(entity);
    }
    let conditions = Conditions {
        scope,
        topics: Vec::new(),
        exclude_schemata: Vec::new(),
        changed_since,
        exclude: Default::default(),
    };
    let terms = Terms::new(now, conditions, most, THRESHOLD, CUTOFF);
    let answers = matching::answers(&app, &caller, terms, entities).await?;
    let mut reply = BTreeMap::new();
    for ((key, limit), (results, _)) in keys.iter().zip(&answers) {
        let results: Vec<_> = results.iter().take(*limit).map(Candidate::new).collect();
        reply.insert(key.as_str(), json!({"result": results}));
    }
    Ok(batch(&reply, reply.len()))
}

/// A reply to a batch of so many.
pub(super) fn batch<T: Serialize>(reply: &T, many: usize) -> Response {
    let mut response = written(reply);
    response
        .headers_mut()
        .insert("x-batch-size", HeaderValue::from(many));
    response
}

struct Query {
    example: Example,
    limit: usize,
}

fn queries(text: &str) -> Result<Vec<(String, Query)>, Failure> {
    let wrong = |kind, place: Vec<&str>, msg: &str| {
        let own = place.into_iter().map(|part| part.to_owned().into());
        Failure::Shape(vec![Wrong {
            kind,
            loc: std::iter::once("body".into()).chain(own).collect(),
            msg: msg.to_owned(),
        }])
    };
    let all: Map<String, Value> = serde_json::from_str(text)
        .map_err(|e| wrong("json_invalid", vec!["queries"], &e.to_string()))?;
    let mut read = Vec::new();
    for (key, value) in all {
        let Value::Object(members) = value else {
            return Err(wrong(
                "model_type",
                vec!["queries", &key],
                "Input should be a valid object",
            ));
        };
        read.push((key, query(&members)));
    }
    Ok(read)
}

fn query(members: &Map<String, Value>) -> Query {
    let schema = match members.get("type") {
        Some(Value::String(name)) => Some(name.as_str()),
        Some(Value::Array(all)) => all.first().and_then(Value::as_str),
        _ => None,
    };
    let mut properties: Vec<(String, Vec<String>)> = Vec::new();
    if let Some(Value::String(name)) = members.get("query") {
        properties.push(("name".to_owned(), vec![name.clone()]));
    }
    let given = members.get("properties").and_then(Value::as_array);
    for given in given.into_iter().flatten() {
        let Some(id) = given.get("pid").and_then(Value::as_str) else {
            continue;
        };
        // `Person:birthDate`, or the name alone.
        let name = id.rsplit_once(':').map_or(id, |(_, name)| name).to_owned();
        let values = match given.get("v") {
            Some(Value::String(value)) => vec![value.clone()],
            Some(Value::Number(value)) => vec![value.to_string()],
            Some(Value::Array(values)) => values
                .iter()
                .filter_map(|value| value.as_str().map(str::to_owned))
                .collect(),
            _ => continue,
        };
        properties.push((name, values));
    }
    let limit = members.get("limit").and_then(Value::as_u64);
    let limit = limit.and_then(|limit| usize::try_from(limit).ok());
    Query {
        example: Example {
            id: None,
            schema: schema.unwrap_or(BASE_SCHEMA).to_owned(),
            properties,
        },
        limit: limit.unwrap_or(PAGE).min(matching::MOST_RESULTS),
    }
}
