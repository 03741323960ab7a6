//! `GET /api/v1/entities/{id}`: everything that the lists say of an entity, value by value.

use axum::Json;
use axum::extract::State;
use interdict_desk::view::{EntityView, properties};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::Caller;
use crate::json::{Params, Place};
use crate::problem::{Code, Details, Problem};
use crate::state::App;

use super::moment::{self, Wanted};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(show))
        .routes(routes!(history))
}

/// When.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct When {
    /// The lists as published on this day.
    as_of: Option<String>,
    /// The lists as this system had them at this time, or by the end of this day.
    known_at: Option<String>,
}

/// An entity as each list has it: every value with the text, file and place that it was read from, and
/// what refers to it. The id of a cluster gives all of its entries.
#[utoipa::path(get, path = "/api/v1/entities/{id}", tag = "entities",
    params(("id" = String, Path, description = "Id of an entity or of a cluster"), When),
    responses((status = 200, body = Value), (status = 404, body = Details),
        (status = 422, body = Details)))]
async fn show(
    State(app): State<App>,
    _: Caller,
    Place(id): Place<String>,
    Params(when): Params<When>,
) -> Result<Json<Value>, Problem> {
    let wanted = Wanted {
        as_of: when.as_of,
        known_at: when.known_at,
        ..Wanted::default()
    };
    let opened = moment::open(&app, &wanted).await?;
    let members = opened.now.members(&id);
    let mut entries: Vec<(Option<&str>, &str)> = members
        .iter()
        .map(|(dataset, id)| (Some(dataset.as_str()), id.as_str()))
        .collect();
    if entries.is_empty() {
        entries.push((None, &id));
    }
    let mut found = Vec::new();
    for publication in &opened.open.publications {
        let name = publication.dataset.as_str();
        for (_, id) in entries
            .iter()
            .filter(|(dataset, _)| dataset.is_none_or(|d| d == name))
        {
            let store = app.desk().store();
            let Some(entity) = store.entity(publication.id, id).await? else {
                continue;
            };
            let mut referring = opened
                .open
                .snapshot
                .referring(id)
                .map_err(|e| Problem::internal(&e))?;
            referring.retain(|other| other.datasets().contains(&publication.dataset));
            found.push(EntityView::new(publication, &entity, &referring));
        }
    }
    if found.is_empty() {
        return Err(Problem::new(
            Code::NotFound,
            "no list that was looked at has an entity of this id",
        ));
    }
    let cluster = match members.is_empty() {
        false => Some(id.as_str()),
        true => opened
            .lists
            .iter()
            .find_map(|list| opened.now.cluster_of(&list.dataset, &id)),
    };
    Ok(Json(json!({
        "moment": opened.moment,
        "lists": opened.lists,
        "cluster": cluster,
        "entities": found,
    })))
}

/// In which publications of each list an entity stands, and where what they say of it changed.
#[utoipa::path(get, path = "/api/v1/entities/{id}/history", tag = "entities",
    params(("id" = String, Path, description = "Id of an entity")),
    responses((status = 200, body = Value), (status = 404, body = Details)))]
async fn history(
    State(app): State<App>,
    _: Caller,
    Place(id): Place<String>,
) -> Result<Json<Value>, Problem> {
    let store = app.desk().store();
    let mut lists = Vec::new();
    for dataset in store.datasets().await? {
        let appearances = store.history(&dataset.name, &id).await?;
        if appearances.iter().all(|seen| seen.entity.is_none()) {
            continue;
        }
        let mut before: Option<&interdict_model::Entity> = None;
        let mut all = Vec::with_capacity(appearances.len());
        for seen in &appearances {
            let entity = seen.entity.as_deref();
            let changed = entity.map(|e| &e.statements) != before.map(|e| &e.statements);
            all.push(json!({
                "publication": seen.publication.0,
                "published": seen.day.to_string(),
                "listed": entity.is_some(),
                "changed": changed,
                "properties": entity.filter(|_| changed).map(properties),
            }));
            before = entity;
        }
        lists.push(json!({ "dataset": dataset.name.as_str(), "appearances": all }));
    }
    if lists.is_empty() {
        return Err(Problem::new(
            Code::NotFound,
            "no list ever had an entity of this id",
        ));
    }
    Ok(Json(json!({ "id": id, "lists": lists })))
}
