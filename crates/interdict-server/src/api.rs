//! The own API: `/api/v1`.

mod alerts;
mod audit;
mod books;
pub(crate) mod describe;
mod entities;
pub(crate) mod jobs;
mod lists;
mod moment;
mod outcome;
mod page;
mod policies;
pub(crate) mod repeat;
mod rules;
mod screen;
mod users;

use utoipa_axum::router::OpenApiRouter;

use interdict_store::Right;

use crate::auth::{Need, Needs, session};
use crate::state::App;

pub(crate) use moment::today;

const fn right(right: Right) -> Need {
    Need::Right(right)
}

/// What each route needs.
pub(crate) const NEEDS: Needs = &[
    ("GET", "/openapi.json", Need::Anyone),
    ("GET", "/docs", Need::Anyone),
    ("POST", "/api/v1/session", Need::Nothing),
    ("GET", "/api/v1/session", Need::Anyone),
    ("DELETE", "/api/v1/session", Need::Anyone),
    ("POST", "/api/v1/screen", right(Right::Screen)),
    ("GET", "/api/v1/policies", right(Right::Search)),
    (
        "PUT",
        "/api/v1/books/{book}/policy",
        right(Right::SetPolicies),
    ),
    ("GET", "/api/v1/entities/{id}", right(Right::Search)),
    ("GET", "/api/v1/entities/{id}/history", right(Right::Search)),
    ("GET", "/api/v1/lists", right(Right::Search)),
    ("GET", "/api/v1/lists/{dataset}", right(Right::Search)),
    ("GET", "/api/v1/publications/{number}", right(Right::Search)),
    (
        "GET",
        "/api/v1/publications/{number}/plan",
        right(Right::AcceptLists),
    ),
    (
        "POST",
        "/api/v1/publications/{number}/accept",
        right(Right::AcceptLists),
    ),
    (
        "POST",
        "/api/v1/publications/{number}/reject",
        right(Right::AcceptLists),
    ),
    (
        "POST",
        "/api/v1/publications/{number}/rollback",
        right(Right::AcceptLists),
    ),
    ("GET", "/api/v1/diff", right(Right::Search)),
    ("GET", "/api/v1/books", right(Right::ReadBooks)),
    ("GET", "/api/v1/books/{book}", right(Right::ReadBooks)),
    (
        "GET",
        "/api/v1/books/{book}/customers",
        right(Right::ReadBooks),
    ),
    (
        "GET",
        "/api/v1/books/{book}/export",
        right(Right::ReadBooks),
    ),
    ("GET", "/api/v1/alerts", right(Right::ReadBooks)),
    ("GET", "/api/v1/alerts/{id}", right(Right::ReadBooks)),
    // Each deed asks for the right that the table of moves names.
    ("POST", "/api/v1/alerts/act", right(Right::ReadBooks)),
    (
        "POST",
        "/api/v1/alerts/{id}/attachments",
        right(Right::Work),
    ),
    ("GET", "/api/v1/attachments/{id}", right(Right::ReadBooks)),
    ("POST", "/api/v1/alerts/bulk/preview", right(Right::Bulk)),
    ("POST", "/api/v1/alerts/bulk", right(Right::Bulk)),
    ("GET", "/api/v1/rules", right(Right::ReadBooks)),
    ("POST", "/api/v1/rules", right(Right::MakeRules)),
    (
        "POST",
        "/api/v1/rules/{id}/approve",
        right(Right::ApproveRules),
    ),
    ("POST", "/api/v1/rules/{id}/end", right(Right::MakeRules)),
    ("GET", "/api/v1/proposals", right(Right::Search)),
    // The desk asks for the right to do what is proposed.
    (
        "POST",
        "/api/v1/proposals/{id}/approve",
        right(Right::Search),
    ),
    (
        "POST",
        "/api/v1/proposals/{id}/refuse",
        right(Right::Search),
    ),
    ("GET", "/api/v1/audit", right(Right::ReadAudit)),
    ("GET", "/api/v1/audit/export", right(Right::ReadAudit)),
    ("POST", "/api/v1/audit/verify", right(Right::ReadAudit)),
    ("POST", "/api/v1/audit/checkpoint", right(Right::ReadAudit)),
    ("POST", "/api/v1/audit/subject", right(Right::ReadAudit)),
    ("GET", "/api/v1/users", right(Right::ManageUsers)),
    ("POST", "/api/v1/users", right(Right::ManageUsers)),
    ("GET", "/api/v1/users/{login}", right(Right::ManageUsers)),
    (
        "PUT",
        "/api/v1/users/{login}/roles",
        right(Right::ManageUsers),
    ),
    // One's own, or with the right to manage users: the desk looks.
    ("PUT", "/api/v1/users/{login}/password", Need::Anyone),
    (
        "POST",
        "/api/v1/users/{login}/disable",
        right(Right::ManageUsers),
    ),
    (
        "POST",
        "/api/v1/users/{login}/enable",
        right(Right::ManageUsers),
    ),
    (
        "POST",
        "/api/v1/users/{login}/unlock",
        right(Right::ManageUsers),
    ),
    (
        "POST",
        "/api/v1/users/{login}/subjects",
        right(Right::ManageUsers),
    ),
    ("GET", "/api/v1/keys", Need::Anyone),
    ("POST", "/api/v1/keys", Need::Anyone),
    ("DELETE", "/api/v1/keys/{id}", Need::Anyone),
    ("GET", "/api/v1/jobs", right(Right::LoadBooks)),
    ("POST", "/api/v1/jobs", right(Right::LoadBooks)),
    ("GET", "/api/v1/jobs/{id}", right(Right::LoadBooks)),
    ("DELETE", "/api/v1/jobs/{id}", right(Right::LoadBooks)),
    ("POST", "/api/v1/jobs/{id}/profile", right(Right::LoadBooks)),
    ("GET", "/api/v1/jobs/{id}/events", right(Right::LoadBooks)),
    ("GET", "/api/v1/jobs/{id}/result", right(Right::LoadBooks)),
    ("GET", "/api/v1/jobs/{id}/rejected", right(Right::LoadBooks)),
];

/// Routes whose body is a file.
const FILES: &[&str] = &["/api/v1/jobs", "/workbench/upload", "/workbench/attachment"];

/// Whether a route takes files, which may be large and take long.
pub(crate) fn takes_files(route: &str) -> bool {
    FILES.contains(&route)
}

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(session::routes())
        .merge(screen::routes())
        .merge(policies::routes())
        .merge(entities::routes())
        .merge(lists::routes())
        .merge(books::routes())
        .merge(alerts::routes())
        .merge(rules::routes())
        .merge(audit::routes())
        .merge(users::routes())
        .merge(jobs::routes())
}
