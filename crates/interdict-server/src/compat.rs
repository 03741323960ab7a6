//! Routes that clients of yente speak. `docs/api.md` lists where they differ, and why.

mod admitted;
mod algorithms;
mod catalog;
mod entities;
mod example;
mod explanations;
mod failure;
mod json;
mod layer;
mod matching;
mod nested;
mod params;
mod reconcile;
mod scope;
mod search;
mod sorts;
mod statements;
mod updates;

use axum::middleware;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::SizeAbove;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use interdict_store::Right;

use crate::auth::{Need, Needs};
use crate::state::App;

/// Bytes from which a reply is compressed for clients that read gzip.
const WORTH_COMPRESSING: u64 = 500;

/// What each route needs.
pub(crate) const NEEDS: Needs = &[
    ("POST", "/match/{dataset}", Need::Right(Right::Screen)),
    ("GET", "/search/{dataset}", Need::Right(Right::Search)),
    ("GET", "/entities/{entity_id}", Need::Right(Right::Search)),
    (
        "GET",
        "/entities/{entity_id}/adjacent",
        Need::Right(Right::Search),
    ),
    (
        "GET",
        "/entities/{entity_id}/adjacent/{property}",
        Need::Right(Right::Search),
    ),
    ("GET", "/statements", Need::Right(Right::Search)),
    ("GET", "/catalog", Need::Anyone),
    ("GET", "/manifest", Need::Anyone),
    ("GET", "/algorithms", Need::Anyone),
    ("POST", "/updatez", Need::Right(Right::ImportLists)),
    ("GET", "/reconcile/{dataset}", Need::Anyone),
    ("POST", "/reconcile/{dataset}", Need::Right(Right::Screen)),
    (
        "GET",
        "/reconcile/{dataset}/suggest/entity",
        Need::Right(Right::Search),
    ),
    ("GET", "/reconcile/{dataset}/suggest/property", Need::Anyone),
    ("GET", "/reconcile/{dataset}/suggest/type", Need::Anyone),
    ("GET", "/reconcile/{dataset}/extend/property", Need::Anyone),
];

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(matching::match_entities))
        .routes(routes!(search::search))
        .routes(routes!(entities::entity))
        .routes(routes!(entities::adjacent))
        .routes(routes!(entities::adjacent_by_property))
        .routes(routes!(algorithms::algorithms))
        .routes(routes!(catalog::catalog))
        .routes(routes!(catalog::manifest))
        .routes(routes!(statements::statements))
        .routes(routes!(reconcile::manifest, reconcile::answer))
        .routes(routes!(reconcile::suggest_entity))
        .routes(routes!(reconcile::suggest_property))
        .routes(routes!(reconcile::suggest_type))
        .routes(routes!(reconcile::extend_properties))
        .routes(routes!(updates::updatez))
        .layer(CompressionLayer::new().compress_when(SizeAbove::new(WORTH_COMPRESSING)))
        .layer(middleware::from_fn(layer::traced))
}
