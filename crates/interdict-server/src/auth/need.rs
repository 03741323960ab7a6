//! What each route needs: one table a module, asked for every request.

use axum::http::Method;
use interdict_store::Right;

use crate::{api, compat, health, metrics, pages};

/// What somebody must have to use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// Nothing at all.
    Nothing,
    /// Any valid credential.
    Anyone,
    /// A credential with this right.
    Right(Right),
}

/// Rows: method, path as the router has it, need.
pub(crate) type Needs = &'static [(&'static str, &'static str, Need)];

/// How problems are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Surface {
    /// As RFC 9457 problem details.
    Own,
    /// As `{"detail": …}`.
    Compatible,
    /// As a page.
    Page,
}

const TABLES: [(Surface, Needs); 5] = [
    (Surface::Own, health::NEEDS),
    (Surface::Own, metrics::NEEDS),
    (Surface::Own, api::NEEDS),
    (Surface::Compatible, compat::NEEDS),
    (Surface::Page, pages::NEEDS),
];

/// Every row.
pub(crate) fn rows() -> impl Iterator<Item = (Surface, &'static str, &'static str, Need)> {
    TABLES.into_iter().flat_map(|(surface, needs)| {
        needs
            .iter()
            .map(move |(method, path, need)| (surface, *method, *path, *need))
    })
}

/// What a method on a route needs; `None` when no row says it.
pub(crate) fn need_of(method: &Method, pattern: &str) -> Option<Need> {
    // What answers GET answers HEAD.
    let method = match *method {
        Method::HEAD => "GET",
        ref other => other.as_str(),
    };
    rows()
        .find(|(_, m, path, _)| *m == method && *path == pattern)
        .map(|(_, _, _, need)| need)
}

/// Whether any method on a route has a row.
pub(super) fn is_known(pattern: &str) -> bool {
    rows().any(|(_, _, path, _)| path == pattern)
}

/// How problems of a route are told.
pub(crate) fn surface_of(pattern: &str) -> Surface {
    if let Some((surface, ..)) = rows().find(|(_, _, path, _)| *path == pattern) {
        return surface;
    }
    match pattern.starts_with("/api/") {
        true => Surface::Own,
        false => Surface::Compatible,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_health_and_the_way_in_need_nothing() {
        let mut open: Vec<_> = rows()
            .filter(|(_, _, _, need)| *need == Need::Nothing)
            .map(|(_, method, path, _)| format!("{method} {path}"))
            .filter(|row| !row.contains("/assets/"))
            .collect();
        open.sort();
        let expected = [
            "GET /api/v1/session/oidc",
            "GET /api/v1/session/oidc/return",
            "GET /healthz",
            "GET /login",
            "GET /readyz",
            "POST /api/v1/session",
            "POST /login",
        ];
        let unexpected: Vec<_> = open
            .iter()
            .filter(|row| !expected.contains(&row.as_str()))
            .collect();
        assert!(unexpected.is_empty(), "{unexpected:?}");
    }

    #[test]
    fn no_route_has_two_rows() {
        let mut all: Vec<_> = rows().map(|(_, method, path, _)| (method, path)).collect();
        let before = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), before);
    }
}
