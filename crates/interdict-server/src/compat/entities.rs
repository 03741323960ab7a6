//! `GET /entities/{id}` and its neighbours, page by page.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use interdict_model::{Property, PropertyType};
use serde::Serialize;

use super::failure::{Detail, Details, Failure};
use super::json::{Link, Node};
use super::matching::written;
use super::nested::{Page, Surroundings};
use super::params::Params;
use super::sorts;
use crate::lists::Answering;
use crate::problem::Problem;
use crate::records::{Place, Record};
use crate::state::App;

/// Results of a page, unless the caller says otherwise.
pub(crate) const PAGE: usize = 10;
/// Most results of a page.
pub(crate) const MOST_RESULTS: usize = 500;
/// Furthest place at which a page may begin.
pub(crate) const FURTHEST: usize = 9_499;

/// How many there are.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Count {
    pub(crate) value: usize,
    pub(crate) relation: &'static str,
}

impl Count {
    pub(crate) fn exactly(value: usize) -> Count {
        Count {
            value,
            relation: "eq",
        }
    }
}

/// What an id leads to.
enum Found {
    Record(Place),
    /// It means the record of another id.
    Elsewhere(String),
}

fn find(now: &Answering, id: &str) -> Result<Found, Failure> {
    let records = &now.records;
    let missing = || Failure::missing("No such entity!");
    let head = records.find(id)?.ok_or_else(missing)?;
    let own = records.id(head)?;
    if own == id {
        Ok(Found::Record(head))
    } else {
        Ok(Found::Elsewhere(own.to_owned()))
    }
}

/// Sends the caller to the record that an id means.
fn led_to(id: &str, rest: &str) -> Response {
    let place = format!("/entities/{}{rest}", escaped(id));
    let Ok(place) = HeaderValue::from_str(&place) else {
        return Failure::missing("No such entity!").into_response();
    };
    (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, place)]).into_response()
}

/// An id as one part of an address.
fn escaped(id: &str) -> String {
    let mut out = String::with_capacity(id.len());
    for byte in id.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// Does something with a record and its surroundings, away from the threads that serve connections.
async fn with_record(
    now: Arc<Answering>,
    head: Place,
    look: impl FnOnce(&mut Surroundings<'_>, Arc<Record>) -> Result<Response, Failure> + Send + 'static,
) -> Result<Response, Failure> {
    let looked = tokio::task::spawn_blocking(move || {
        let mut surroundings = Surroundings::new(&now.records);
        match surroundings.record(head)? {
            Some(record) => look(&mut surroundings, record),
            None => Err(Failure::missing("No such entity!")),
        }
    });
    match looked.await {
        Ok(response) => response,
        Err(e) => Err(Problem::internal(&e).into()),
    }
}

/// One entity, with its neighbours inside unless `nested=false`.
#[utoipa::path(get, path = "/entities/{entity_id}", tag = "compatible",
    params(
        ("entity_id" = String, Path, description = "Id of a cluster, an entry, or a former one"),
        ("nested" = Option<bool>, Query, description = "Whether neighbours are shown inside; yes by default"),
    ),
    responses(
        (status = 200, description = "The entity", body = serde_json::Value),
        (status = 308, description = "The id means the entity at Location"),
        (status = 404, body = Detail), (status = 422, body = Details)))]
pub(crate) async fn entity(
    State(app): State<App>,
    Path(id): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    let nested = params.flag("nested", true)?;
    let now = app.lists().now();
    let head = match find(&now, &id)? {
        Found::Record(head) => head,
        Found::Elsewhere(id) => return Ok(led_to(&id, "")),
    };
    with_record(now, head, move |surroundings, record| {
        let node = if nested {
            surroundings.nested(record)?
        } else {
            Node::flat(record)
        };
        Ok(written(&node))
    })
    .await
}

fn page(params: &Params) -> Result<Page, Failure> {
    Ok(Page {
        limit: params.count("limit", PAGE, MOST_RESULTS)?,
        offset: params.count("offset", 0, FURTHEST)?,
        sorts: sorts::read(params),
    })
}

#[derive(Serialize)]
struct Adjacent {
    results: Vec<Link>,
    total: Count,
    limit: usize,
    offset: usize,
}

#[derive(Serialize)]
struct AllAdjacent {
    entity: Node,
    adjacent: BTreeMap<&'static str, Adjacent>,
}

fn adjacent_by(
    surroundings: &mut Surroundings<'_>,
    record: &Arc<Record>,
    property: Property,
    page: &Page,
) -> Result<Adjacent, Failure> {
    let (results, total) = surroundings.by_property(record, property, page)?;
    Ok(Adjacent {
        results,
        total: Count::exactly(total),
        limit: page.limit,
        offset: page.offset,
    })
}

/// The neighbours of an entity, by property.
#[utoipa::path(get, path = "/entities/{entity_id}/adjacent", tag = "compatible",
    params(
        ("entity_id" = String, Path, description = "Id of a cluster, an entry, or a former one"),
        ("limit" = Option<u32>, Query, description = "Neighbours by property, at most 500; 10 by default"),
        ("offset" = Option<u32>, Query, description = "Neighbours to pass over, at most 9499"),
        ("sort" = Option<Vec<String>>, Query, description = "`field:asc` or `field:desc`"),
    ),
    responses(
        (status = 200, description = "`{entity, adjacent: {property: {results, total, limit, offset}}}`", body = serde_json::Value),
        (status = 308, description = "The id means the entity at Location"),
        (status = 404, body = Detail), (status = 422, body = Details)))]
pub(crate) async fn adjacent(
    State(app): State<App>,
    Path(id): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    let page = page(&params)?;
    let now = app.lists().now();
    let head = match find(&now, &id)? {
        Found::Record(head) => head,
        Found::Elsewhere(id) => return Ok(led_to(&id, "/adjacent")),
    };
    with_record(now, head, move |surroundings, record| {
        let mut adjacent = BTreeMap::new();
        for property in record.schema.properties() {
            if property.kind() == PropertyType::Entity {
                let found = adjacent_by(surroundings, &record, property, &page)?;
                if found.total.value > 0 {
                    adjacent.insert(property.name(), found);
                }
            }
        }
        let entity = Node::flat(record);
        Ok(written(&AllAdjacent { entity, adjacent }))
    })
    .await
}

/// The neighbours of an entity by one property.
#[utoipa::path(get, path = "/entities/{entity_id}/adjacent/{property}", tag = "compatible",
    params(
        ("entity_id" = String, Path, description = "Id of a cluster, an entry, or a former one"),
        ("property" = String, Path, description = "A property of its schema whose values are entities"),
        ("limit" = Option<u32>, Query, description = "Neighbours, at most 500; 10 by default"),
        ("offset" = Option<u32>, Query, description = "Neighbours to pass over, at most 9499"),
        ("sort" = Option<Vec<String>>, Query, description = "`field:asc` or `field:desc`"),
    ),
    responses(
        (status = 200, description = "`{results, total, limit, offset}`", body = serde_json::Value),
        (status = 308, description = "The id means the entity at Location"),
        (status = 404, body = Detail), (status = 422, body = Details)))]
pub(crate) async fn adjacent_by_property(
    State(app): State<App>,
    Path((id, name)): Path<(String, String)>,
    params: Params,
) -> Result<Response, Failure> {
    let page = page(&params)?;
    let now = app.lists().now();
    let head = match find(&now, &id)? {
        Found::Record(head) => head,
        Found::Elsewhere(id) => {
            return Ok(led_to(&id, &format!("/adjacent/{}", escaped(&name))));
        }
    };
    with_record(now, head, move |surroundings, record| {
        let property = record
            .schema
            .property(&name)
            .filter(|property| property.kind() == PropertyType::Entity)
            .ok_or_else(|| Failure::missing("No such property!"))?;
        Ok(written(&adjacent_by(
            surroundings,
            &record,
            property,
            &page,
        )?))
    })
    .await
}
