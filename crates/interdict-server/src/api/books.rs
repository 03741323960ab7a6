//! `/api/v1/books`: the customers of a bank, and the alerts that came of them.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use interdict_store::{AlertFilter, AlertState, Book, hex};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::Caller;
use crate::json::{Params, Place};
use crate::problem::{Details, Problem};
use crate::state::App;

use super::lists::ndjson;
use super::page;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(books))
        .routes(routes!(book))
        .routes(routes!(customers))
        .routes(routes!(export))
}

fn view(book: &Book) -> Value {
    json!({
        "name": book.name,
        "created_at": book.created_at.to_string(),
        "customers": book.customers,
        "last_load": book.last_load.as_ref().map(|load| json!({
            "id": load.id,
            "at": load.at.to_string(),
            "actor": load.actor,
            "file": load.file,
            "sha256": hex(&load.sha256),
            "added": load.added,
            "changed": load.changed,
            "removed": load.removed,
            "unchanged": load.unchanged,
            "rejected": load.rejected,
        })),
        "screened_on": book
            .basis
            .as_deref()
            .and_then(|basis| serde_json::from_str::<Value>(basis).ok()),
        "own_policy": book.policy.is_some(),
    })
}

/// Every book.
#[utoipa::path(get, path = "/api/v1/books", tag = "books", responses((status = 200, body = Value)))]
async fn books(State(app): State<App>, _: Caller) -> Result<Json<Value>, Problem> {
    let books = app.desk().store().books().await?;
    Ok(Json(
        json!({ "books": books.iter().map(view).collect::<Vec<_>>() }),
    ))
}

/// One book, with its last screenings.
#[utoipa::path(get, path = "/api/v1/books/{book}", tag = "books",
    params(("book" = String, Path, description = "Name of the book")),
    responses((status = 200, body = Value), (status = 404, body = Details)))]
async fn book(
    State(app): State<App>,
    _: Caller,
    Place(name): Place<String>,
) -> Result<Json<Value>, Problem> {
    let store = app.desk().store();
    let book = store.book(&name).await?;
    let screenings = store.screenings(Some(&name)).await?;
    let screenings: Vec<Value> = screenings
        .iter()
        .rev()
        .take(20)
        .map(|run| {
            json!({
                "screening": run.id,
                "at": run.at.to_string(),
                "actor": run.actor,
                "subjects": run.subjects,
                "hits": run.hits,
            })
        })
        .collect();
    let open = AlertFilter {
        book: Some(name),
        states: AlertState::QUEUE.to_vec(),
        ..AlertFilter::default()
    };
    Ok(Json(json!({
        "book": view(&book),
        "policy": book.policy,
        "screenings": screenings,
        "in_queue": store.count_alerts(&open).await?,
    })))
}

/// Which customers.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Which {
    /// Most customers; 100 where nothing is said.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Customers of a book, by key.
#[utoipa::path(get, path = "/api/v1/books/{book}/customers", tag = "books",
    params(("book" = String, Path, description = "Name of the book"), Which),
    responses((status = 200, body = Value), (status = 404, body = Details),
        (status = 422, body = Details)))]
async fn customers(
    State(app): State<App>,
    _: Caller,
    Place(name): Place<String>,
    Params(which): Params<Which>,
) -> Result<Json<Value>, Problem> {
    let limit = page::limit(which.limit)?;
    let after: Option<String> = page::read(which.cursor.as_deref())?;
    let store = app.desk().store();
    store.book(&name).await?;
    let mut customers = store.customers(&name).await?;
    customers.sort_by(|a, b| a.key.cmp(&b.key));
    let from = after.map_or(0, |key| customers.partition_point(|c| c.key <= key));
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let shown: Vec<Value> = customers
        .iter()
        .skip(from)
        .take(most)
        .map(|customer| {
            json!({
                "key": customer.key,
                "hash": hex(&customer.hash),
                "parties": serde_json::from_slice::<Value>(&customer.subject).unwrap_or_default(),
            })
        })
        .collect();
    let last = from + shown.len();
    let next = (last < customers.len())
        .then(|| customers.get(last - 1))
        .flatten()
        .and_then(|customer| page::write(&customer.key));
    Ok(Json(
        json!({ "total": customers.len(), "customers": shown, "next": next }),
    ))
}

/// Every alert of a book as a line of JSON, the closed ones too.
#[utoipa::path(get, path = "/api/v1/books/{book}/export", tag = "books",
    params(("book" = String, Path, description = "Name of the book")),
    responses((status = 200, body = String, content_type = "application/x-ndjson"),
        (status = 404, body = Details)))]
async fn export(
    State(app): State<App>,
    _: Caller,
    Place(name): Place<String>,
) -> Result<Response, Problem> {
    let store = app.desk().store();
    store.book(&name).await?;
    let filter = AlertFilter {
        book: Some(name),
        ..AlertFilter::default()
    };
    let mut lines = String::new();
    for alert in store.alerts(&filter).await? {
        lines.push_str(&super::alerts::view(&alert).to_string());
        lines.push('\n');
    }
    Ok(ndjson(lines))
}
