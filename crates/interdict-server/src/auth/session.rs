//! Logging in and out.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use interdict_desk::accounts::LoggedIn;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::Caller;
use crate::json::Body;
use crate::problem::{Code, Problem};
use crate::state::App;

/// Name of the session's cookie.
pub(crate) const COOKIE: &str = "interdict_session";

/// What is typed to log in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LogIn {
    /// Login.
    login: String,
    /// Password.
    password: String,
}

/// Who is logged in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Who {
    /// Login, or the name that records show.
    name: String,
    /// How it is known: `password`, `key`, `oidc`, or `local` on an open server.
    via: &'static str,
    /// What they may.
    rights: Vec<&'static str>,
    /// Token that writes with the session's cookie carry in the header `X-CSRF-Token`.
    #[serde(skip_serializing_if = "Option::is_none")]
    csrf: Option<String>,
    /// When the session ends at the latest.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<String>,
}

impl Who {
    fn new(caller: &Caller, expires_at: Option<Timestamp>) -> Who {
        Who {
            name: caller.actor.name.clone(),
            via: caller.actor.via.as_str(),
            rights: caller
                .actor
                .rights
                .list()
                .iter()
                .map(|r| r.as_str())
                .collect(),
            csrf: caller.csrf.clone(),
            expires_at: expires_at.map(|at| at.to_string()),
        }
    }
}

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(log_in, who, log_out))
}

/// Opens a session; its cookie comes with the reply.
///
/// Five wrong passwords in a row lock the account for a quarter of an hour.
#[utoipa::path(post, path = "/api/v1/session", tag = "session", security(()),
    request_body = LogIn,
    responses((status = 200, body = Who), (status = 401, body = crate::problem::Details)))]
async fn log_in(State(app): State<App>, Body(given): Body<LogIn>) -> Result<Response, Problem> {
    let opened = open(&app, &given.login, &given.password).await?;
    let caller = Caller {
        actor: opened.actor.clone(),
        csrf: Some(opened.csrf.clone()),
    };
    let who = Who::new(&caller, Some(opened.expires_at));
    Ok(([(header::SET_COOKIE, cookie(&app, &opened)?)], Json(who)).into_response())
}

/// Logs somebody in, with few hashings at a time: each takes memory on purpose.
///
/// # Errors
/// [`Code::Unauthenticated`]; which part was wrong is not said.
pub(crate) async fn open(app: &App, login: &str, password: &str) -> Result<LoggedIn, Problem> {
    let _turn = app
        .hashing()
        .acquire()
        .await
        .map_err(|e| Problem::internal(&e))?;
    Ok(app.desk().log_in(login, password, Timestamp::now()).await?)
}

/// Says who asks, by whatever credential.
#[utoipa::path(get, path = "/api/v1/session", tag = "session",
    responses((status = 200, body = Who)))]
async fn who(caller: Caller) -> Json<Who> {
    Json(Who::new(&caller, None))
}

/// Ends the session.
#[utoipa::path(delete, path = "/api/v1/session", tag = "session",
    responses((status = 204), (status = 409, body = crate::problem::Details)))]
async fn log_out(
    State(app): State<App>,
    caller: Caller,
    headers: axum::http::HeaderMap,
) -> Result<Response, Problem> {
    if caller.csrf.is_none() {
        return Err(Problem::new(
            Code::Conflict,
            "this credential is no session; a key is ended with DELETE /api/v1/keys/{id}",
        ));
    }
    let token = super::credential::session_token(&headers).unwrap_or_default();
    app.desk().log_out(token, Timestamp::now()).await?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, no_cookie())]).into_response())
}

/// The cookie of a session: out of reach of scripts, and never sent along by a foreign page.
pub(crate) fn cookie(app: &App, opened: &LoggedIn) -> Result<HeaderValue, Problem> {
    let secure = match app.config().tls.is_some() || app.config().behind_tls {
        true => "; Secure",
        false => "",
    };
    let token = &opened.token;
    HeaderValue::from_str(&format!(
        "{COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict{secure}"
    ))
    .map_err(|e| Problem::internal(&e))
}

/// A cookie that takes the place of a session's and is gone at once.
pub(crate) fn no_cookie() -> HeaderValue {
    HeaderValue::from_static("interdict_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0")
}
