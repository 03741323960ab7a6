//! Writes that a foreign page made somebody's browser send.
//!
//! A browser sends the session's cookie by itself, so a write that rests on it must also show what only
//! our own pages know: the session's token, in the header `X-CSRF-Token` or the field `csrf` of a form.
//! An upload, which is too large to be read before it is let through, may instead come from our own
//! origin by what the browser itself says (`Sec-Fetch-Site`, `Origin`). Keys are sent by no browser of
//! its own accord and need none of this.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, header};
use subtle::ConstantTimeEq as _;

use super::caller::Caller;
use crate::problem::{Code, Problem};
use crate::state::App;

const HEADER: &str = "x-csrf-token";
const FIELD: &str = "csrf";

/// Lets a write through, whole.
pub(super) async fn check(
    app: &App,
    caller: &Caller,
    request: Request,
) -> Result<Request, Problem> {
    let Some(token) = &caller.csrf else {
        return Ok(request);
    };
    let same = |given: &str| bool::from(given.as_bytes().ct_eq(token.as_bytes()));
    let headers = request.headers();
    if let Some(given) = headers.get(HEADER) {
        return match given.to_str().is_ok_and(same) {
            true => Ok(request),
            false => Err(forged()),
        };
    }
    let kind = text(headers, header::CONTENT_TYPE.as_str()).unwrap_or_default();
    if kind.starts_with("application/x-www-form-urlencoded") {
        let (parts, body) = request.into_parts();
        let bytes = to_bytes(body, app.config().max_body).await.map_err(|_| {
            Problem::new(
                Code::TooLarge,
                "the form is larger than allowed, or was cut off",
            )
        })?;
        let fields: Vec<(String, String)> = serde_urlencoded::from_bytes(&bytes)
            .map_err(|_| Problem::new(Code::Malformed, "the form cannot be read"))?;
        let given = fields.iter().find(|(name, _)| name == FIELD);
        return match given.is_some_and(|(_, value)| same(value)) {
            true => Ok(Request::from_parts(parts, Body::from(bytes))),
            false => Err(forged()),
        };
    }
    if kind.starts_with("multipart/form-data") && from_own_origin(headers) {
        return Ok(request);
    }
    Err(forged())
}

fn forged() -> Problem {
    Problem::new(
        Code::Forbidden,
        "a write with a session needs its token, in the header X-CSRF-Token or the field csrf; load \
         the page again",
    )
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn from_own_origin(headers: &HeaderMap) -> bool {
    let (Some(origin), Some(host)) = (text(headers, "origin"), text(headers, "host")) else {
        return false;
    };
    let of_origin = origin.split_once("://").map(|(_, rest)| rest);
    text(headers, "sec-fetch-site") == Some("same-origin") && of_origin == Some(host)
}

/// On an open server: only what is addressed to this machine by name, and not by a foreign page. A page
/// anywhere could otherwise make a browser on this machine ask.
pub(super) fn from_this_machine(headers: &HeaderMap) -> Result<(), Problem> {
    let host = text(headers, "host").unwrap_or_default();
    let foreign =
        text(headers, "sec-fetch-site").is_some_and(|site| !matches!(site, "same-origin" | "none"));
    let other = text(headers, "origin").is_some_and(|origin| {
        origin
            .split_once("://")
            .is_none_or(|(_, from)| from != host)
    });
    if is_loopback(host) && !foreign && !other {
        return Ok(());
    }
    Err(Problem::new(
        Code::Unauthenticated,
        "without a credential only this machine is answered, under its own name (127.0.0.1, [::1] or \
         localhost), and no page of another place",
    ))
}

fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    let number: Option<std::net::IpAddr> = name.parse().ok();
    name.eq_ignore_ascii_case("localhost") || number.is_some_and(|n| n.is_loopback())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| {
                let name = axum::http::HeaderName::from_static(name);
                (name, HeaderValue::from_static(value))
            })
            .collect()
    }

    #[test]
    fn this_machine_goes_by_its_own_names_only() {
        for host in [
            "localhost",
            "LOCALHOST:8000",
            "127.0.0.1:8000",
            "[::1]:80",
            "[::1]",
        ] {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "",
            "example.org",
            "localhost.example.org:8000",
            "10.0.0.1",
            "[2001:db8::1]",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }

    #[test]
    fn a_foreign_page_gets_no_answer_from_an_open_server() {
        let own = headers(&[
            ("host", "localhost:8000"),
            ("sec-fetch-site", "same-origin"),
        ]);
        assert_eq!(from_this_machine(&own), Ok(()));
        assert_eq!(
            from_this_machine(&headers(&[("host", "127.0.0.1:8000")])),
            Ok(())
        );
        for pairs in [
            [("host", "evil.example"), ("accept", "*/*")],
            [("host", "localhost:8000"), ("sec-fetch-site", "cross-site")],
            [
                ("host", "localhost:8000"),
                ("origin", "https://evil.example"),
            ],
            [("host", "localhost:8000"), ("origin", "null")],
        ] {
            assert!(from_this_machine(&headers(&pairs)).is_err(), "{pairs:?}");
        }
    }

    #[test]
    fn an_upload_comes_from_our_own_pages() {
        let own = [
            ("host", "bank.example:8000"),
            ("origin", "https://bank.example:8000"),
            ("sec-fetch-site", "same-origin"),
        ];
        assert!(from_own_origin(&headers(&own)));
        for (at, value) in [(1, "https://evil.example"), (1, "null"), (2, "same-site")] {
            let mut foreign = own;
            foreign[at].1 = value;
            assert!(!from_own_origin(&headers(&foreign)), "{foreign:?}");
        }
    }
}
