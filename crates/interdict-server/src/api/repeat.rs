//! `Idempotency-Key`: a write that is sent again is done once.
//!
//! Of a request under a key it is noted, before it is done, that it began, and afterwards what was
//! replied; the same request under the same key then gets the same reply for a day. A request that was
//! cut short (the server was killed in the middle) is not done again by itself: nobody knows how far it
//! came, and the caller is told so.

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use interdict_store::{KeptReply, Repetition};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::auth::Caller;
use crate::problem::{Code, Problem};
use crate::state::App;

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPEATED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// Longest key.
const LONGEST: usize = 128;
/// Largest reply that is kept.
const LARGEST: usize = 16 << 20;

/// Routes whose replies hold secrets, and are kept nowhere; and those whose body is a file.
const LEFT_OUT: &[&str] = &["/api/v1/keys", "/api/v1/session", "/api/v1/jobs"];

/// Does a write under a key once.
pub(crate) async fn once(State(app): State<App>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let write = !request.method().is_safe() && path.starts_with("/api/v1/");
    let key = request.headers().get(KEY).filter(|_| write);
    let (Some(key), Some(caller)) = (key, request.extensions().get::<Caller>()) else {
        return next.run(request).await;
    };
    if LEFT_OUT.contains(&path) {
        return Problem::new(Code::Invalid, "this route takes no idempotency key")
            .at("Idempotency-Key")
            .into_response();
    }
    let Some(name) = key
        .to_str()
        .ok()
        .filter(|key| !key.is_empty() && key.len() <= LONGEST)
        .map(str::to_owned)
    else {
        return Problem::new(
            Code::Invalid,
            format!("expected 1 to {LONGEST} plain characters"),
        )
        .at("Idempotency-Key")
        .into_response();
    };
    let actor = &caller.actor;
    let credential = format!(
        "{}/{}/{}",
        actor.via.as_str(),
        actor.account.unwrap_or(0),
        actor.key.unwrap_or(0)
    );
    match repeated(&app, request, next, &credential, &name).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

async fn repeated(
    app: &App,
    request: Request,
    next: Next,
    credential: &str,
    name: &str,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, app.config().max_body)
        .await
        .map_err(|_| Problem::new(Code::TooLarge, "the body is larger than allowed"))?;
    let hash = hash(&parts.method, &parts.uri.to_string(), &body);
    let store = app.desk().store();
    match store
        .begin_reply(credential, name, &hash, Timestamp::now())
        .await?
    {
        Repetition::First => {}
        Repetition::Answered(reply) => return again(reply),
        Repetition::Other => {
            return Err(Problem::new(
                Code::KeyReused,
                "this key stood on another request; choose a new key for each",
            )
            .at("Idempotency-Key"));
        }
        Repetition::Begun => {
            return Err(Problem::new(
                Code::Conflict,
                "the first request under this key is under way, or was cut short; look whether it was \
                 done before you send it under another key",
            ));
        }
    }
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, LARGEST).await;
    // What may be tried again as it is, is not kept.
    let later = parts.status.is_server_error() || parts.status == StatusCode::TOO_MANY_REQUESTS;
    let (Ok(bytes), false) = (&bytes, later) else {
        store.end_reply(credential, name, None).await?;
        let bytes = bytes.map_err(|e| Problem::internal(&e))?;
        return Ok(Response::from_parts(parts, Body::from(bytes)));
    };
    let media_type = parts.headers.get(header::CONTENT_TYPE);
    let reply = KeptReply {
        status: parts.status.as_u16(),
        media_type: media_type
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned(),
        body: bytes.to_vec(),
    };
    store.end_reply(credential, name, Some(&reply)).await?;
    Ok(Response::from_parts(parts, Body::from(reply.body)))
}

fn hash(method: &Method, address: &str, body: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in [method.as_str().as_bytes(), address.as_bytes(), body] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

fn again(reply: KeptReply) -> Result<Response, Problem> {
    let status = StatusCode::from_u16(reply.status).map_err(|e| Problem::internal(&e))?;
    let kind = HeaderValue::from_str(&reply.media_type).map_err(|e| Problem::internal(&e))?;
    let headers = [
        (header::CONTENT_TYPE, kind),
        (REPEATED, HeaderValue::from_static("true")),
    ];
    Ok((status, headers, reply.body).into_response())
}
