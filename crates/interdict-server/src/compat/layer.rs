//! What every compatible reply has: a trace, and errors as `{"detail"}` even where no handler made
//! them.

use axum::extract::Request;
use axum::http::header::HeaderName;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::failure::Failure;

const PARENT: HeaderName = HeaderName::from_static("traceparent");
const STATE: HeaderName = HeaderName::from_static("tracestate");
/// What the peer calls itself in `tracestate`; clients look for it in front.
const VENDOR: &str = "yente";

/// A trace of which this request is a part.
#[derive(Debug, PartialEq, Eq)]
struct Trace {
    version: String,
    trace: String,
    parent: String,
    flags: String,
}

/// Answers, and says which trace it belongs to.
pub(crate) async fn traced(request: Request, next: Next) -> Response {
    let trace = Trace::of(request.headers());
    let state = trace.state(request.headers());
    let mut response = next.run(request).await;
    if response.status() == StatusCode::METHOD_NOT_ALLOWED {
        let allow = response.headers().get("allow").cloned();
        response = Failure::Plain(
            StatusCode::METHOD_NOT_ALLOWED,
            "Method Not Allowed".to_owned(),
        )
        .into_response();
        if let Some(allow) = allow {
            response.headers_mut().insert("allow", allow);
        }
    }
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&trace.header()) {
        headers.insert(PARENT, value);
    }
    if let Ok(value) = HeaderValue::from_str(&state) {
        headers.insert(STATE, value);
    }
    response
}

impl Trace {
    /// The trace that a caller names, else a new one; the span is always new.
    fn of(headers: &HeaderMap) -> Trace {
        let named = headers.get(PARENT).and_then(|value| value.to_str().ok());
        named.and_then(Trace::read).unwrap_or_else(|| Trace {
            version: "00".to_owned(),
            trace: random(16),
            parent: random(8),
            flags: "00".to_owned(),
        })
    }

    fn read(text: &str) -> Option<Trace> {
        let mut parts = text.split('-');
        let mut part = |length: usize| {
            parts
                .next()
                .filter(|p| p.len() == length && p.bytes().all(|b| b.is_ascii_hexdigit()))
        };
        let (version, trace, parent, flags) = (part(2)?, part(32)?, part(16)?, part(2)?);
        let is_zero = |text: &str| text.bytes().all(|b| b == b'0');
        if version.eq_ignore_ascii_case("ff") || is_zero(trace) || is_zero(parent) {
            return None;
        }
        Some(Trace {
            version: version.to_owned(),
            trace: trace.to_owned(),
            parent: random(8),
            flags: flags.to_owned(),
        })
    }

    fn header(&self) -> String {
        format!(
            "{}-{}-{}-{}",
            self.version, self.trace, self.parent, self.flags
        )
    }

    /// This span in front of those that the caller names.
    fn state(&self, headers: &HeaderMap) -> String {
        let mut all = vec![format!("{VENDOR}={}", self.parent)];
        let given = headers.get(STATE).and_then(|value| value.to_str().ok());
        for span in given.unwrap_or_default().split(',') {
            if let Some((vendor, value)) = span.split_once('=')
                && !value.contains('=')
                && vendor.trim() != VENDOR
            {
                let (vendor, value) = (vendor.trim(), value.trim());
                all.push(format!("{vendor}={value}").to_lowercase());
            }
        }
        all.join(",")
    }
}

/// So many random bytes in hexadecimal; zeros only where the system has none, which a trace survives.
fn random(bytes: usize) -> String {
    let mut raw = vec![0u8; bytes];
    if let Err(e) = getrandom::fill(&mut raw) {
        tracing::warn!("no random bytes for a trace: {e}");
    }
    interdict_store::hex(&raw)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_goes_on_with_a_span_of_its_own() {
        let text = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        let trace = Trace::read(text).expect("a trace");
        assert_eq!(trace.trace, "0af7651916cd43dd8448eb211c80319c");
        assert_ne!(trace.parent, "b7ad6b7169203331");
        assert_eq!((trace.parent.len(), trace.flags.as_str()), (16, "01"));
        for wrong in [
            "",
            "00-0af7651916cd43dd8448eb211c80319c",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        ] {
            assert_eq!(Trace::read(wrong), None, "{wrong}");
        }
    }
}
