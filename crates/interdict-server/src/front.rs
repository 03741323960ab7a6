//! What happens to every request before anything looks at it, and to every reply after.
//!
//! Bounds of address, size, time and number; an id; one line of log and a few counts; headers that keep
//! browsers from doing what no page of ours needs. Of the address only the route's pattern is ever
//! logged or counted: the rest may hold a name.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::sync::Semaphore;

use crate::auth::{Surface, surface_of};
use crate::config::Config;
use crate::problem::{Code, Problem};
use crate::state::App;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longest id of a caller that is taken over.
const LONGEST_ID: usize = 64;

/// Counts requests under way.
#[derive(Debug)]
pub(crate) struct Crowd {
    turns: Semaphore,
    inside: AtomicUsize,
    most: usize,
}

impl Crowd {
    pub(crate) fn new(config: &Config) -> Crowd {
        Crowd {
            turns: Semaphore::new(config.max_concurrent),
            inside: AtomicUsize::new(0),
            most: config.max_concurrent.saturating_mul(2),
        }
    }

    /// Stands in line; refuses when the line is as long as those who are served.
    fn enter(self: &Arc<Crowd>) -> Result<Inside, Problem> {
        let before = self.inside.fetch_add(1, Ordering::SeqCst);
        let inside = Inside(self.clone());
        if before >= self.most {
            let mut problem = Problem::new(
                Code::Unavailable,
                "more requests are under way than this server takes; try again in a second",
            );
            problem.retry_after = Some(1);
            return Err(problem);
        }
        Ok(inside)
    }
}

struct Inside(Arc<Crowd>);

impl Drop for Inside {
    fn drop(&mut self) {
        self.0.inside.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Around everything.
pub(crate) async fn front(State(app): State<App>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = request_id(request.headers());
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "none".to_owned(), |m| m.as_str().to_owned());
    let surface = surface_of(match route.as_str() {
        "none" => request.uri().path(),
        route => route,
    });
    let mut response = match bounded(&app, request, &route, next).await {
        Ok(response) => response,
        Err(problem) => match surface {
            Surface::Compatible => problem.plain(),
            Surface::Own | Surface::Page => problem.into_response(),
        },
    };
    finish(&mut response, &id, surface, app.config().tls.is_some());
    let status = response.status().as_u16();
    let took = began.elapsed();
    crate::metrics::answered(method.as_str(), &route, status, took);
    tracing::info!(
        request = id.to_str().unwrap_or_default(),
        method = method.as_str(),
        route,
        status,
        micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
        "answered"
    );
    response
}

async fn bounded(
    app: &App,
    request: Request,
    route: &str,
    next: Next,
) -> Result<Response, Problem> {
    let config = app.config();
    let address = request
        .uri()
        .path_and_query()
        .map_or(0, |all| all.as_str().len());
    if address > config.max_url {
        return Err(Problem::new(Code::AddressTooLong, "Request URI too long"));
    }
    let file = crate::api::takes_files(route);
    let most = match file {
        true => config.max_upload,
        false => config.max_body as u64,
    };
    if stated_length(request.headers()).is_some_and(|length| length > most) {
        return Err(Problem::new(
            Code::TooLarge,
            format!("the body is larger than the {most} bytes that are allowed"),
        ));
    }
    let crowd = app.crowd();
    let _inside = crowd.enter()?;
    let answered = async {
        let _turn = match crate::health::is_health(route) {
            // Whether the process lives must be told even when all turns are taken.
            true => None,
            false => Some(
                crowd
                    .turns
                    .acquire()
                    .await
                    .map_err(|e| Problem::internal(&e))?,
            ),
        };
        Ok(next.run(request).await)
    };
    if file {
        return answered.await;
    }
    tokio::time::timeout(config.timeout(), answered)
        .await
        .unwrap_or_else(|_| {
            Err(Problem::new(
                Code::Timeout,
                format!("not done within {} seconds", config.timeout_seconds),
            ))
        })
}

fn stated_length(headers: &HeaderMap) -> Option<u64> {
    headers
        .get(header::CONTENT_LENGTH)?
        .to_str()
        .ok()?
        .parse()
        .ok()
}

/// The caller's id where it is a plain word, else a new one.
fn request_id(headers: &HeaderMap) -> HeaderValue {
    let plain = |value: &HeaderValue| {
        let bytes = value.as_bytes();
        !bytes.is_empty()
            && bytes.len() <= LONGEST_ID
            && bytes.iter().all(|b| b.is_ascii_hexdigit() || *b == b'-')
    };
    if let Some(given) = headers.get(REQUEST_ID).filter(|value| plain(value)) {
        return given.clone();
    }
    let mut bytes = [0u8; 12];
    // Without random bytes an id is all zeros: it names nothing, and hurts nobody.
    let _ = getrandom::fill(&mut bytes);
    HeaderValue::from_str(&interdict_store::hex(&bytes)).unwrap_or(HeaderValue::from_static("0"))
}

fn finish(response: &mut Response, id: &HeaderValue, surface: Surface, tls: bool) {
    let headers = response.headers_mut();
    headers.insert(REQUEST_ID, id.clone());
    let fixed = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
             font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; \
             frame-ancestors 'none'",
        ),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), microphone=(), geolocation=()",
        ),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if tls {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000"),
        );
    }
    // What names people is kept by nobody on the way, unless a route says otherwise.
    if surface != Surface::Compatible || !headers.contains_key(header::CACHE_CONTROL) {
        headers
            .entry(header::CACHE_CONTROL)
            .or_insert(HeaderValue::from_static("no-store"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_plain_word() {
        let mut headers = HeaderMap::new();
        headers.insert(REQUEST_ID, HeaderValue::from_static("00-ab-12"));
        assert_eq!(request_id(&headers), "00-ab-12");
        headers.insert(REQUEST_ID, HeaderValue::from_static("Ann Lee"));
        let made = request_id(&headers);
        assert_eq!(made.len(), 24);
        assert_ne!(made, request_id(&headers));
    }

    #[test]
    fn a_crowd_is_turned_away() {
        let config = Config {
            max_concurrent: 2,
            ..Config::default()
        };
        let crowd = Arc::new(Crowd::new(&config));
        let inside: Vec<_> = (0..4).map(|_| crowd.enter().expect("room")).collect();
        assert_eq!(crowd.enter().err().map(|p| p.code), Some(Code::Unavailable));
        drop(inside);
        assert!(crowd.enter().is_ok());
    }
}
