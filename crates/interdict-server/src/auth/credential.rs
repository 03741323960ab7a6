//! What a request carries to say who asks.

use axum::http::{HeaderMap, header};
use interdict_desk::DeskError;
use interdict_store::Actor;
use jiff::Timestamp;

use super::caller::Caller;
use super::forgery;
use super::session::COOKIE;
use crate::problem::{Code, Problem};
use crate::state::App;

/// Longest secret that is looked up: a longer one is no secret of ours.
const LONGEST: usize = 256;

/// Who asks: by key, else by session, else, where the server is open, whoever is on the machine.
pub(super) async fn caller(app: &App, headers: &HeaderMap) -> Result<Caller, Problem> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let secret = value.to_str().ok().and_then(secret).ok_or_else(|| {
            Problem::new(
                Code::Unauthenticated,
                "expected `Authorization: ApiKey KEY` or `Authorization: Bearer KEY`",
            )
        })?;
        return by_key(app, secret).await;
    }
    if let Some(token) = session_token(headers) {
        return by_session(app, token).await;
    }
    if app.config().open {
        forgery::from_this_machine(headers)?;
        return Ok(Caller {
            actor: Actor::local("open"),
            csrf: None,
        });
    }
    Err(Problem::new(
        Code::Unauthenticated,
        "a credential is needed: `Authorization: ApiKey KEY`, or a session",
    ))
}

async fn by_key(app: &App, secret: &str) -> Result<Caller, Problem> {
    let known = app.known();
    if let Some(actor) = known.get(secret) {
        return Ok(Caller { actor, csrf: None });
    }
    let before = known.age();
    let actor = app
        .desk()
        .key(secret, Timestamp::now())
        .await
        .map_err(refused)?;
    known.put(secret, &actor, before);
    Ok(Caller { actor, csrf: None })
}

async fn by_session(app: &App, token: &str) -> Result<Caller, Problem> {
    let session = app
        .desk()
        .session(token, Timestamp::now())
        .await
        .map_err(refused)?;
    Ok(Caller {
        actor: session.actor,
        csrf: Some(session.csrf),
    })
}

/// An unknown credential and one that has run out are told apart by nothing that helps to guess.
fn refused(error: DeskError) -> Problem {
    match error {
        DeskError::Refused { why } => Problem::new(
            Code::Unauthenticated,
            format!("the credential is refused: {why}"),
        ),
        other => other.into(),
    }
}

/// The secret of an `Authorization` header.
fn secret(value: &str) -> Option<&str> {
    let (scheme, secret) = value.trim().split_once(' ')?;
    let ours = ["ApiKey", "Bearer"];
    let ours = ours.iter().any(|name| name.eq_ignore_ascii_case(scheme));
    let secret = secret.trim();
    (ours && !secret.is_empty() && secret.len() <= LONGEST).then_some(secret)
}

/// The token of the session, if there is one.
pub(crate) fn session_token(headers: &HeaderMap) -> Option<&str> {
    cookie(headers, COOKIE)
}

/// The value of a cookie.
fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, value)| *key == name && !value.is_empty() && value.len() <= LONGEST)
        .map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn both_schemes_are_read_in_any_case() {
        for value in ["ApiKey ik_1", "apikey  ik_1 ", "Bearer ik_1", "BEARER ik_1"] {
            assert_eq!(secret(value), Some("ik_1"), "{value}");
        }
        for value in ["", "ik_1", "ApiKey", "ApiKey ", "Basic aWs=", "Token ik_1"] {
            assert_eq!(secret(value), None, "{value}");
        }
        assert_eq!(secret(&format!("ApiKey {}", "x".repeat(257))), None);
    }

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(
            header::COOKIE,
            HeaderValue::from_static("a=1; interdict_session=t"),
        );
        headers.append(header::COOKIE, HeaderValue::from_static("b=2"));
        assert_eq!(cookie(&headers, "interdict_session"), Some("t"));
        assert_eq!(cookie(&headers, "b"), Some("2"));
        assert_eq!(cookie(&headers, "session"), None);
    }
}
