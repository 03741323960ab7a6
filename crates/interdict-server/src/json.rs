//! Bodies of requests to own routes, with problems that say what is wrong where.

use axum::body::Bytes;
use axum::extract::{FromRequest, Path, Query, Request};
use axum::extract::{FromRequestParts, rejection::BytesRejection};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::problem::{Code, Problem};

/// A JSON body, whatever its `Content-Type`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Body<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Body<T>, Problem> {
        let bytes = Bytes::from_request(request, state).await.map_err(unread)?;
        read(&bytes).map(Body)
    }
}

/// Reads JSON.
///
/// # Errors
/// [`Code::Malformed`] for what is no JSON, [`Code::Invalid`] for JSON of another shape. What was sent
/// is not repeated.
pub(crate) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let read = T::deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    read.map_err(|e| {
        let at = format!("line {}, column {}", e.line(), e.column());
        match e.classify() {
            serde_json::error::Category::Data => {
                Problem::new(Code::Invalid, shape(&e.to_string())).at(at)
            }
            _ => Problem::new(Code::Malformed, "the body is no JSON").at(at),
        }
    })
}

/// What serde says of a shape, without the value that it found, which may be a name.
fn shape(message: &str) -> String {
    let message = message.split(" at line ").next().unwrap_or_default();
    match (
        message.starts_with("invalid"),
        message.rsplit_once(", expected "),
    ) {
        (true, Some((_, expected))) => format!("expected {expected}"),
        _ => message.to_owned(),
    }
}

fn unread(rejection: BytesRejection) -> Problem {
    if rejection.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
        return Problem::new(Code::TooLarge, "the body is larger than allowed");
    }
    Problem::new(Code::Malformed, "the body ended early")
}

/// Parameters of the address.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Params<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Params<T>, Problem> {
        Query::<T>::try_from_uri(&parts.uri)
            .map(|Query(params)| Params(params))
            .map_err(|e| {
                let said =
                    std::error::Error::source(&e).map_or_else(String::new, |s| s.to_string());
                Problem::new(Code::Invalid, shape(&said)).at("query")
            })
    }
}

/// Parts of the path.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Place<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Place<T>, Problem> {
        Path::<T>::from_request_parts(parts, state)
            .await
            .map(|Path(place)| Place(place))
            .map_err(|_| Problem::new(Code::NotFound, "the address names nothing that can be here"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Asked {
        #[allow(dead_code, reason = "only its shape matters")]
        limit: u8,
    }

    fn check(text: &str, code: Code, detail: &str) {
        let problem = read::<Asked>(text.as_bytes()).expect_err(text);
        assert_eq!(
            (problem.code, problem.detail.as_str()),
            (code, detail),
            "{text}"
        );
    }

    #[test]
    fn shapes_are_explained_and_values_not_repeated() {
        check("{", Code::Malformed, "the body is no JSON");
        check("{\"limit\": 1} x", Code::Malformed, "the body is no JSON");
        check("{}", Code::Invalid, "missing field `limit`");
        check("{\"limit\": \"Ann Lee\"}", Code::Invalid, "expected u8");
        check("{\"limit\": 900}", Code::Invalid, "expected u8");
        check("7", Code::Invalid, "expected struct Asked");
    }
}
