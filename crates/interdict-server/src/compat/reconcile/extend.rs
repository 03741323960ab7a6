//! More columns for records that were chosen.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::response::Response;
use interdict_model::{PropertyType, Schema};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::batch;
use crate::compat::example::BASE_SCHEMA;
use crate::compat::failure::{Detail, Details, Failure, Wrong};
use crate::compat::matching::written;
use crate::compat::params::Params;
use crate::compat::scope::Scope;
use crate::lookup::facets;
use crate::problem::Problem;
use crate::state::App;

/// What a person may set for a column.
pub(super) fn settings() -> Value {
    json!([
        {
            "name": "limit",
            "label": "Limit",
            "type": "number",
            "default": 0,
            "help_text": "Maximum number of values to return per row (0 for no limit).",
            "choices": [],
        },
        {
            "name": "render",
            "label": "Value rendering",
            "type": "select",
            "default": "caption",
            "help_text": "Return readable value (e.g. 'Russia') instead of raw value ('ru').",
            "choices": [
                {"id": "caption", "name": "User-readable value"},
                {"id": "raw", "name": "Machine-readable value"},
            ],
        },
    ])
}

#[derive(Deserialize)]
struct Extend {
    ids: Vec<String>,
    properties: Vec<Wanted>,
}

#[derive(Deserialize)]
struct Wanted {
    id: String,
    #[serde(default)]
    settings: Settings,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Settings {
    limit: Number,
    render: Render,
}

/// A number, which OpenRefine sends as text at times.
#[derive(Deserialize)]
#[serde(untagged)]
enum Number {
    Number(usize),
    Text(String),
}

impl Default for Number {
    fn default() -> Number {
        Number::Number(0)
    }
}

impl Number {
    fn value(&self) -> usize {
        match self {
            Number::Number(value) => *value,
            Number::Text(text) => text.trim().parse().unwrap_or_default(),
        }
    }
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Render {
    #[default]
    Caption,
    Raw,
}

#[derive(Serialize)]
struct Cell {
    str: String,
}

#[derive(Serialize)]
struct Meta {
    id: &'static str,
    name: String,
}

#[derive(Serialize)]
struct Reply {
    meta: Vec<Meta>,
    rows: BTreeMap<String, BTreeMap<String, Vec<Cell>>>,
}

/// The values of some properties of some records.
pub(super) async fn extended(app: &App, text: &str) -> Result<Response, Failure> {
    let value: Value =
        serde_json::from_str(text).map_err(|_| Failure::bad("Cannot decode extension request"))?;
    let extend: Extend = serde_json::from_value(value).map_err(|e| {
        Failure::Shape(vec![Wrong {
            kind: "value_error",
            loc: vec!["body".into(), "extend".into()],
            msg: e.to_string(),
        }])
    })?;
    let most = app.config().max_batch;
    if extend.ids.len() > most {
        return Err(Failure::bad(format!(
            "Too many queries in one batch (limit: {most})"
        )));
    }
    let now = app.lists().now();
    let looking = tokio::task::spawn_blocking(move || reply(&now, &extend));
    let reply = looking.await.map_err(|e| Problem::internal(&e))??;
    let many = reply.rows.len();
    Ok(batch(&reply, many))
}

fn reply(now: &crate::lists::Answering, extend: &Extend) -> Result<Reply, Failure> {
    let mut reader = now.records.reader();
    let mut reply = Reply {
        meta: Vec::new(),
        rows: BTreeMap::new(),
    };
    for id in &extend.ids {
        let row = reply.rows.entry(id.clone()).or_default();
        let Some(head) = now.records.find(id)? else {
            continue;
        };
        if now.records.id(head)? != id {
            return Err(Failure::bad(
                "Please specify the canonical entity ID, not a referent",
            ));
        }
        let Some(record) = reader.record(head, |_| true)? else {
            continue;
        };
        for wanted in &extend.properties {
            let Some(property) = record.schema.property(&wanted.id) else {
                continue;
            };
            if !reply.meta.iter().any(|meta| meta.id == property.name()) {
                reply.meta.push(Meta {
                    id: property.name(),
                    name: property.label(),
                });
            }
            let values = record.values(property.name());
            let limit = match wanted.settings.limit.value() {
                0 => values.len(),
                limit => limit,
            };
            let cells = values.iter().take(limit).map(|value| Cell {
                str: match wanted.settings.render {
                    Render::Raw => value.to_string(),
                    Render::Caption => facets::caption_of(property, value),
                },
            });
            row.insert(wanted.id.clone(), cells.collect());
        }
    }
    Ok(reply)
}

/// Properties that records of a type may have.
#[utoipa::path(get, path = "/reconcile/{dataset}/extend/property", tag = "compatible",
    params(
        ("dataset" = String, Path, description = "A list, or `default`, `sanctions`, `peps`"),
        ("type" = Option<String>, Query, description = "A schema; `Thing` by default"),
        ("limit" = Option<u32>, Query, description = "Most properties; 0 for all"),
    ),
    responses(
        (status = 200, description = "`{limit, type, properties: [{id, name}]}`", body = serde_json::Value),
        (status = 400, body = Detail), (status = 404, body = Detail), (status = 422, body = Details)))]
pub(crate) async fn extend_properties(
    State(app): State<App>,
    Path(dataset): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    let limit = params.count("limit", 0, usize::MAX)?;
    let now = app.lists().now();
    Scope::read(&now.records, &dataset, &Params::default())?;
    let name = params.one("type").unwrap_or(BASE_SCHEMA);
    let schema = Schema::get(name).ok_or_else(|| Failure::bad(format!("Invalid type: {name}")))?;
    let featured = schema.featured();
    let mut properties: Vec<_> = featured
        .iter()
        .filter_map(|name| schema.property(name))
        .collect();
    let rest = schema.properties().into_iter().filter(|property| {
        !property.hidden()
            && property.kind() != PropertyType::Entity
            && !featured.contains(&property.name())
    });
    properties.extend(rest);
    if limit > 0 {
        properties.truncate(limit);
    }
    let mut properties: Vec<(String, &str)> = properties
        .into_iter()
        .map(|property| (property.label(), property.name()))
        .collect();
    properties.sort_unstable();
    let properties: Vec<Value> = properties
        .into_iter()
        .map(|(name, id)| json!({"id": id, "name": name}))
        .collect();
    Ok(written(&json!({
        "limit": limit,
        "type": schema.name(),
        "properties": properties,
    })))
}
