//! Routes that clients of yente speak. `docs/api.md` lists where they differ, and why.

mod admitted;
mod algorithms;
mod entities;
mod example;
mod explanations;
mod failure;
mod json;
mod matching;
mod nested;
mod params;
mod scope;
mod sorts;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::App;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(matching::match_entities))
        .routes(routes!(entities::entity))
        .routes(routes!(entities::adjacent))
        .routes(routes!(entities::adjacent_by_property))
        .routes(routes!(algorithms::algorithms))
}
