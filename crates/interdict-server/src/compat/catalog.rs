//! `GET /catalog`: which lists answer, in which version, and how current they are.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use interdict_desk::{ListState, Status};
use interdict_model::Schema;
use interdict_store::{Publication, hex};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::failure::Failure;
use super::scope::{self, COLLECTIONS};
use crate::lists::Answering;
use crate::problem::Problem;
use crate::records::naive;
use crate::state::App;

/// How long a client may keep the catalogue without asking.
const CACHE: HeaderValue = HeaderValue::from_static("public, max-age=300");

#[derive(Debug, Serialize)]
struct Catalog {
    datasets: Vec<Dataset>,
    current: Vec<String>,
    outdated: Vec<String>,
    index_stale: bool,
}

#[derive(Debug, Default, Serialize)]
struct Dataset {
    name: String,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    publisher: Option<Publisher>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    index_version: Option<String>,
    index_current: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_export: Option<String>,
    entity_count: u64,
    thing_count: u64,
    load: bool,
    tags: Vec<String>,
    resources: Vec<String>,
    children: Vec<String>,
    deprecated: bool,
    /// Interdict's own: `current`, `stale`, `failed`, `quarantined`, ….
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'static str>,
    /// Interdict's own: hash of the content.
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<String>,
}

#[derive(Debug, Serialize)]
struct Publisher {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<String>,
    official: bool,
}

/// The version of a publication as text that sorts by time and is equal for equal content:
/// `20240527134702-zbn`.
pub(crate) fn version(publication: &Publication) -> String {
    let time = naive(&publication.published.text)
        .unwrap_or_else(|| format!("{}T00:00:00", publication.published.day));
    let digits: String = time.chars().filter(char::is_ascii_digit).collect();
    let tag: String = publication
        .content
        .iter()
        .take(3)
        .map(|byte| char::from(b'a' + byte % 26))
        .collect();
    format!("{digits}-{tag}")
}

fn things(publication: &Publication) -> u64 {
    let thing = |name: &str| Schema::get(name).is_some_and(|schema| schema.is_named("Thing"));
    let schemata = &publication.counts.schemata;
    let counts = schemata.iter().filter(|(name, _)| thing(name));
    counts.map(|(_, count)| count).sum()
}

fn of_list(app: &App, state: &ListState, answering: Option<&Publication>) -> Dataset {
    let known = app.desk().catalog().get(&state.dataset.name);
    let official = known.is_some();
    let country = known.map(|known| known.country.clone());
    let name = known.map(|known| known.publisher.clone());
    let publisher = name.or_else(|| state.dataset.publisher.clone());
    let status = state.status();
    let is_current = matches!(status, Status::Current | Status::Unproven);
    let mut dataset = Dataset {
        name: state.dataset.name.to_string(),
        title: known.map_or_else(|| state.dataset.title.clone(), |known| known.title.clone()),
        publisher: publisher.map(|name| Publisher {
            name,
            country,
            official,
        }),
        load: true,
        status: Some(status.as_str()),
        ..Dataset::default()
    };
    if let Some(publication) = answering {
        let updated = naive(&publication.published.text);
        dataset.version = Some(version(publication));
        dataset.index_version = dataset.version.clone();
        dataset.index_current = is_current;
        dataset.updated_at = updated.clone();
        dataset.last_export = updated;
        dataset.entity_count = publication.counts.entities();
        dataset.thing_count = things(publication);
        dataset.content = Some(hex(&publication.content));
    }
    dataset
}

fn of_collection(
    now: &Answering,
    name: &str,
    title: &str,
    lists: &BTreeMap<String, Dataset>,
) -> Dataset {
    let children: Vec<String> = scope::lists_of(&now.records, name)
        .unwrap_or_default()
        .iter()
        .map(ToString::to_string)
        .collect();
    let found = || children.iter().filter_map(|child| lists.get(child));
    let version = found().filter_map(|child| child.version.clone()).max();
    let updated = found().filter_map(|child| child.updated_at.clone()).max();
    Dataset {
        name: name.to_owned(),
        title: title.to_owned(),
        index_version: version.clone(),
        version,
        index_current: found().all(|child| child.index_current),
        updated_at: updated.clone(),
        last_export: updated,
        entity_count: found().map(|child| child.entity_count).sum(),
        thing_count: found().map(|child| child.thing_count).sum(),
        children,
        ..Dataset::default()
    }
}

async fn catalog_of(app: &App) -> Result<Catalog, Failure> {
    let now = app.lists().now();
    let today = jiff::tz::Offset::UTC
        .to_datetime(jiff::Timestamp::now())
        .date();
    let mut lists = BTreeMap::new();
    for state in app.desk().lists(today).await? {
        let answering = now
            .lists
            .publications
            .iter()
            .find(|publication| publication.dataset == state.dataset.name);
        let dataset = of_list(app, &state, answering);
        lists.insert(dataset.name.clone(), dataset);
    }
    let mut datasets: Vec<Dataset> = COLLECTIONS
        .iter()
        .filter(|(name, _)| !lists.contains_key(*name))
        .map(|(name, title)| of_collection(&now, name, title, &lists))
        .collect();
    datasets.extend(lists.into_values());
    let loaded = || datasets.iter().filter(|dataset| dataset.load);
    let names = |current: bool| {
        loaded()
            .filter(|dataset| dataset.index_version.is_some() && dataset.index_current == current)
            .map(|dataset| dataset.name.clone())
            .collect::<Vec<_>>()
    };
    let (current, outdated) = (names(true), names(false));
    Ok(Catalog {
        index_stale: !outdated.is_empty(),
        current,
        outdated,
        datasets,
    })
}

/// Whether a client has this version already.
fn has(headers: &HeaderMap, tag: &str) -> bool {
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|one| one.trim().trim_start_matches("W/"))
        .any(|one| one == "*" || one == tag)
}

/// The lists, in the versions that answer, and the collections that hold them.
#[utoipa::path(get, path = "/catalog", tag = "compatible",
    responses(
        (status = 200, description = "`{datasets, current, outdated, index_stale}`", body = serde_json::Value),
        (status = 304, description = "The client has it")))]
pub(crate) async fn catalog(
    State(app): State<App>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let catalog = catalog_of(&app).await?;
    let body = serde_json::to_vec(&catalog).map_err(|e| Problem::internal(&e))?;
    let hash = hex(&Sha256::digest(&body));
    let tag = format!("\"{}\"", hash.get(..32).unwrap_or(&hash));
    let mut response = if has(&headers, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let kind = HeaderValue::from_static("application/json");
        ([(header::CONTENT_TYPE, kind)], body).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, CACHE);
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    Ok(response)
}

/// The same under the name that yente's documentation uses too.
#[utoipa::path(get, path = "/manifest", tag = "compatible",
    responses((status = 200, description = "As /catalog", body = serde_json::Value)))]
pub(crate) async fn manifest(state: State<App>, headers: HeaderMap) -> Result<Response, Failure> {
    catalog(state, headers).await
}
