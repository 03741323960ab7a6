//! The workbench: pages for people who review possible matches.
//!
//! Rendered here, whole, from templates; scripts only add comfort, and a page says the same without
//! them. Nothing is fetched from another machine: styles and scripts are compiled in. What people
//! type (names, keys of customers) travels in the body of a request, never in an address, so that it
//! stands in no log and no history.

mod alert;
mod alerts;
mod alike;
mod approvals;
mod assets;
mod attachments;
mod audit;
mod books;
mod dashboard;
mod diff;
mod entity;
mod evidence;
mod fault;
mod forms;
mod frame;
mod hit;
mod lists;
mod login;
mod marks;
mod plot;
mod policies;
mod rules;
mod screen;
mod script;
mod search;
mod text;
mod upload;
mod users;
mod visitor;

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use interdict_store::Right;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::auth::{Need, Needs};
use crate::problem::Problem;
use crate::state::App;

use fault::Fault;

/// Only what this server sends itself may be shown or run, and only it may frame or be told.
const CONTENT_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
                              connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// What each page takes. Where several rights lead to a page, or only a part of it takes one, the page
/// asks itself.
pub(crate) const NEEDS: Needs = &[
    ("GET", "/assets/{name}", Need::Nothing),
    ("GET", "/login", Need::Nothing),
    ("POST", "/login", Need::Nothing),
    ("GET", "/", Need::Anyone),
    ("GET", "/workbench", Need::Anyone),
    ("GET", "/workbench/{*rest}", Need::Anyone),
    ("POST", "/workbench/theme", Need::Anyone),
    ("POST", "/workbench/logout", Need::Anyone),
    ("GET", "/workbench/entity", Need::Right(Right::Search)),
    ("GET", "/workbench/lists", Need::Right(Right::Search)),
    ("GET", "/workbench/list", Need::Right(Right::Search)),
    ("GET", "/workbench/diff", Need::Right(Right::Search)),
    ("GET", "/workbench/search", Need::Right(Right::Search)),
    ("GET", "/workbench/publication", Need::Right(Right::Search)),
    ("GET", "/workbench/policies", Need::Right(Right::Search)),
    ("POST", "/workbench/search", Need::Right(Right::Search)),
    (
        "POST",
        "/workbench/publication",
        Need::Right(Right::AcceptLists),
    ),
    ("GET", "/workbench/screen", Need::Right(Right::Screen)),
    ("POST", "/workbench/screen", Need::Right(Right::Screen)),
    ("GET", "/workbench/books", Need::Right(Right::ReadBooks)),
    ("GET", "/workbench/book", Need::Right(Right::ReadBooks)),
    ("GET", "/workbench/alerts", Need::Right(Right::ReadBooks)),
    ("GET", "/workbench/alert", Need::Right(Right::ReadBooks)),
    ("GET", "/workbench/rules", Need::Right(Right::ReadBooks)),
    (
        "GET",
        "/workbench/attachment",
        Need::Right(Right::ReadBooks),
    ),
    ("POST", "/workbench/book", Need::Right(Right::LoadBooks)),
    ("POST", "/workbench/alert", Need::Right(Right::Work)),
    ("POST", "/workbench/rules", Need::Right(Right::ReadBooks)),
    ("POST", "/workbench/attachment", Need::Right(Right::Work)),
    ("GET", "/workbench/alike", Need::Right(Right::Bulk)),
    ("POST", "/workbench/alike", Need::Right(Right::Bulk)),
    ("GET", "/workbench/approvals", Need::Anyone),
    ("POST", "/workbench/approvals", Need::Anyone),
    ("POST", "/workbench/policies", Need::Anyone),
    ("GET", "/workbench/users", Need::Anyone),
    ("POST", "/workbench/users", Need::Anyone),
    ("GET", "/workbench/audit", Need::Right(Right::ReadAudit)),
    ("POST", "/workbench/audit", Need::Right(Right::ReadAudit)),
    ("GET", "/workbench/upload", Need::Right(Right::LoadBooks)),
    ("POST", "/workbench/upload", Need::Right(Right::LoadBooks)),
    ("GET", "/workbench/job", Need::Right(Right::LoadBooks)),
    ("POST", "/workbench/job", Need::Right(Right::LoadBooks)),
    (
        "GET",
        "/workbench/job/events",
        Need::Right(Right::LoadBooks),
    ),
];

/// What a page's handler gives.
type Page = Result<Response, Fault>;

/// The pages and what they are drawn with.
pub(crate) fn routes() -> Router<App> {
    let pages = Router::new()
        .route("/", get(async || Redirect::temporary("/workbench")))
        .route("/workbench", get(dashboard::show))
        .route("/workbench/search", get(search::show).post(search::find))
        .route("/workbench/entity", get(entity::show))
        .route("/workbench/screen", get(screen::show).post(screen::ask))
        .route("/workbench/lists", get(lists::all))
        .route("/workbench/list", get(lists::one))
        .route(
            "/workbench/publication",
            get(lists::publication).post(lists::decide),
        )
        .route("/workbench/diff", get(diff::show))
        .route("/workbench/books", get(books::all))
        .route("/workbench/book", get(books::one).post(books::screen))
        .route("/workbench/alerts", get(alerts::queue))
        .route("/workbench/alert", get(alert::show).post(alert::act))
        .route("/workbench/rules", get(rules::all).post(rules::change))
        .route("/workbench/alike", get(alike::preview).post(alike::decide))
        .route(
            "/workbench/attachment",
            get(attachments::send).post(attachments::take),
        )
        .route(
            "/workbench/approvals",
            get(approvals::show).post(approvals::settle),
        )
        .route(
            "/workbench/policies",
            get(policies::show).post(policies::act),
        )
        .route("/workbench/audit", get(audit::show).post(audit::ask))
        .route("/workbench/users", get(users::show).post(users::change))
        .route("/workbench/upload", get(upload::show).post(upload::take))
        .route("/workbench/job", get(upload::job).post(upload::answer))
        .route("/workbench/job/events", get(upload::events))
        .route("/login", get(login::show).post(login::log_in))
        .route("/workbench/logout", post(login::log_out))
        .route("/workbench/theme", post(frame::set_theme))
        .route("/assets/{name}", get(assets::send))
        .route("/workbench/{*rest}", get(fault::nothing_here));
    let header = |name: header::HeaderName, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
    };
    pages
        .layer(header(header::CONTENT_SECURITY_POLICY, CONTENT_POLICY))
        .layer(header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header(header::REFERRER_POLICY, "same-origin"))
        .layer(header(header::CACHE_CONTROL, "no-store"))
}

/// A template as a page.
fn page(template: &impl askama::Template) -> Page {
    let html = template.render().map_err(|e| Fault::internal(&e))?;
    Ok(Html(html).into_response())
}

/// A problem as a page.
pub(crate) fn told(problem: Problem) -> Response {
    Fault::from(problem).into_response()
}

/// After something was done: the browser asks for the page that shows it.
fn see(address: &str) -> Page {
    Ok(Redirect::to(address).into_response())
}

/// Work that keeps a core busy, on a thread where nobody's connection waits for it.
async fn apart<T, F, W>(work: W) -> Result<T, Fault>
where
    T: Send + 'static,
    F: Future<Output = T>,
    W: FnOnce() -> F + Send + 'static,
{
    let runtime = tokio::runtime::Handle::current();
    tokio::task::spawn_blocking(move || runtime.block_on(work()))
        .await
        .map_err(|e| Fault::internal(&e))
}
