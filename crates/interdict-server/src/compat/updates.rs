//! `POST /updatez`: takes up what was imported since, at once.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::failure::{Detail, Details, Failure};
use super::params::Params;
use crate::state::App;

/// Takes up lists that were imported, without waiting for the next look at the store.
#[utoipa::path(post, path = "/updatez", tag = "compatible",
    params(
        ("token" = Option<String>, Query, description = "The token that the server was set up with"),
        ("sync" = Option<bool>, Query, description = "Whether to answer only when it is done"),
    ),
    responses(
        (status = 200, description = "`{status: \"ok\"}`", body = serde_json::Value),
        (status = 403, body = Detail), (status = 422, body = Details)))]
pub(crate) async fn updatez(
    State(app): State<App>,
    params: Params,
) -> Result<Json<Value>, Failure> {
    let sync = params.flag("sync", false)?;
    let given = params.one("token").unwrap_or_default().trim().to_owned();
    let wanted = app.config().update_token.clone().unwrap_or_default();
    // Digests are compared, so that the time it takes tells nothing of the token.
    let is_same = Sha256::digest(&given) == Sha256::digest(&wanted);
    if given.is_empty() || wanted.is_empty() || !is_same {
        return Err(Failure::Plain(
            StatusCode::FORBIDDEN,
            "Invalid token.".to_owned(),
        ));
    }
    if sync {
        app.lists().refresh(app.desk()).await?;
    } else {
        tokio::spawn(async move {
            if let Err(e) = app.lists().refresh(app.desk()).await {
                tracing::error!("new lists cannot be opened: {e}");
            }
        });
    }
    Ok(Json(json!({"status": "ok"})))
}
