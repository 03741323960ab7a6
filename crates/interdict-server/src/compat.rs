//! Routes that clients of yente speak. `docs/api.md` lists where they differ, and why.

use utoipa_axum::router::OpenApiRouter;

use crate::state::App;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
}
