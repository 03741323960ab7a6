//! `/healthz` and `/readyz`: the only routes that need no credential.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::{Need, Needs};
use crate::state::App;

pub(crate) const NEEDS: Needs = &[
    ("GET", "/healthz", Need::Nothing),
    ("GET", "/readyz", Need::Nothing),
];

/// Whether a route is one of these.
pub(crate) fn is_health(route: &str) -> bool {
    NEEDS.iter().any(|(_, path, _)| *path == route)
}

/// How the server is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Status {
    /// `ok`, or `not ready`.
    status: &'static str,
}

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(healthz))
        .routes(routes!(readyz))
}

/// The process runs.
#[utoipa::path(get, path = "/healthz", tag = "health", security(()),
    responses((status = 200, body = Status)))]
async fn healthz() -> Json<Status> {
    Json(Status { status: "ok" })
}

/// There are lists to answer from. A list that is stale or held back does not change this: the last
/// good version serves.
#[utoipa::path(get, path = "/readyz", tag = "health", security(()),
    responses((status = 200, body = Status), (status = 503, body = Status)))]
async fn readyz(State(app): State<App>) -> Response {
    if app.lists().now().is_empty() {
        let status = Status {
            status: "not ready",
        };
        return (StatusCode::SERVICE_UNAVAILABLE, Json(status)).into_response();
    }
    Json(Status { status: "ok" }).into_response()
}
