//! Who asks, and whether they may.
//!
//! Every route stands in a table with what it needs; `guard` looks the credential up, asks the table
//! and hands the [`Caller`] to the handler. A route that is missing in the table answers nobody, so that
//! a new one cannot be left open by mistake.

mod caller;
pub(crate) mod credential;
mod forgery;
mod known;
mod need;
mod rate;
pub(crate) mod session;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::problem::{Code, Problem};
use crate::state::App;

pub use caller::Caller;
pub(crate) use known::Known;
#[cfg(test)]
pub(crate) use need::rows;
pub(crate) use need::{Need, Needs, Surface, need_of, surface_of};
pub(crate) use rate::Rate;

/// Lets a request through to its route, or says why not.
pub(crate) async fn guard(State(app): State<App>, request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let pattern = request
        .extensions()
        .get::<MatchedPath>()
        .map(|matched| matched.as_str().to_owned());
    let surface = need::surface_of(pattern.as_deref().unwrap_or(&path));
    match admit(&app, request, pattern.as_deref()).await {
        Ok(request) => {
            let response = next.run(request).await;
            // Whatever changed users or keys works at once.
            if !method.is_safe() && pattern.as_deref().is_some_and(changes_credentials) {
                app.known().forget();
            }
            match response.status() {
                // The router's own answer has no body; compatible routes tell it in the peer's words.
                StatusCode::METHOD_NOT_ALLOWED
                    if !response.headers().contains_key(header::CONTENT_TYPE) =>
                {
                    refuse(
                        surface,
                        &method,
                        &path,
                        Problem::new(
                            Code::MethodNotAllowed,
                            format!("{method} is not known here"),
                        ),
                        response.headers().get(header::ALLOW).cloned(),
                    )
                }
                _ => response,
            }
        }
        Err(problem) => refuse(surface, &method, &path, problem, None),
    }
}

/// Whether writes to a route may change who may come in.
fn changes_credentials(pattern: &str) -> bool {
    ["/users", "/keys", "/session"]
        .iter()
        .any(|part| pattern.contains(part))
}

async fn admit(app: &App, mut request: Request, pattern: Option<&str>) -> Result<Request, Problem> {
    // What no route takes is answered by the router, and says nothing.
    let Some(pattern) = pattern else {
        return Ok(request);
    };
    let need = need_of(request.method(), pattern);
    if need == Some(Need::Nothing) {
        return Ok(request);
    }
    let caller = credential::caller(app, request.headers()).await?;
    app.rate().take(&caller)?;
    match need {
        Some(Need::Right(right)) => caller.must(right)?,
        Some(_) => {}
        None if need::is_known(pattern) => {}
        None => {
            return Err(Problem::new(
                Code::Forbidden,
                "nothing says who may use this route, so nobody may",
            ));
        }
    }
    if !request.method().is_safe() {
        request = forgery::check(app, &caller, request).await?;
    }
    request.extensions_mut().insert(caller);
    Ok(request)
}

fn refuse(
    surface: Surface,
    method: &Method,
    path: &str,
    problem: Problem,
    allow: Option<HeaderValue>,
) -> Response {
    let code = problem.code;
    let mut response = match surface {
        Surface::Page if code == Code::Unauthenticated => {
            let read = method == Method::GET || method == Method::HEAD;
            return log_in_first(if read { path } else { "/" });
        }
        Surface::Page => crate::pages::told(problem),
        Surface::Own => problem.into_response(),
        Surface::Compatible => problem.plain(),
    };
    if code == Code::Unauthenticated {
        response.headers_mut().insert(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static("ApiKey realm=\"interdict\""),
        );
    }
    if let Some(allow) = allow {
        response.headers_mut().insert(header::ALLOW, allow);
    }
    response
}

/// To the log-in page, and back to the page afterwards. What was asked there stays out of the address.
fn log_in_first(path: &str) -> Response {
    let to = match path {
        "/" | "/login" => "/login".to_owned(),
        path => format!("/login?next={path}"),
    };
    let mut response = StatusCode::SEE_OTHER.into_response();
    let to = HeaderValue::from_str(&to).unwrap_or(HeaderValue::from_static("/login"));
    response.headers_mut().insert(header::LOCATION, to);
    response
}
