//! What goes wrong over HTTP: one table of stable codes, written as RFC 9457 problem details on own
//! routes and as `{"detail": …}` on compatible ones.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use interdict_desk::DeskError;
use interdict_desk::accounts::Refusal;
use interdict_store::StoreError;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// Kinds of problems. The code is part of the API: it never changes its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Code {
    /// No credential, or one that is not known.
    Unauthenticated,
    /// The credential does not allow this.
    Forbidden,
    /// No such thing.
    NotFound,
    /// The route does not know this method.
    MethodNotAllowed,
    /// The request cannot be understood.
    Malformed,
    /// A value that cannot be used.
    Invalid,
    /// What was seen changed since.
    Conflict,
    /// The same idempotency key with another body.
    KeyReused,
    /// More bytes than allowed.
    TooLarge,
    /// An address longer than allowed.
    AddressTooLong,
    /// Too many requests.
    TooMany,
    /// It took too long.
    Timeout,
    /// No list to answer from yet, or the store cannot be reached.
    Unavailable,
    /// A defect, or stored data that is damaged.
    Internal,
}

impl Code {
    /// All codes, for the table in the documentation.
    pub const ALL: [Code; 14] = [
        Code::Unauthenticated,
        Code::Forbidden,
        Code::NotFound,
        Code::MethodNotAllowed,
        Code::Malformed,
        Code::Invalid,
        Code::Conflict,
        Code::KeyReused,
        Code::TooLarge,
        Code::AddressTooLong,
        Code::TooMany,
        Code::Timeout,
        Code::Unavailable,
        Code::Internal,
    ];

    /// Word in outputs.
    pub fn as_str(self) -> &'static str {
        self.row().0
    }

    /// HTTP status.
    pub fn status(self) -> StatusCode {
        self.row().1
    }

    /// What it is called.
    pub fn title(self) -> &'static str {
        self.row().2
    }

    fn row(self) -> (&'static str, StatusCode, &'static str) {
        match self {
            Code::Unauthenticated => (
                "unauthenticated",
                StatusCode::UNAUTHORIZED,
                "A valid credential is needed",
            ),
            Code::Forbidden => (
                "forbidden",
                StatusCode::FORBIDDEN,
                "The credential does not allow this",
            ),
            Code::NotFound => ("not-found", StatusCode::NOT_FOUND, "There is no such thing"),
            Code::MethodNotAllowed => (
                "method-not-allowed",
                StatusCode::METHOD_NOT_ALLOWED,
                "The route does not know this method",
            ),
            Code::Malformed => (
                "malformed",
                StatusCode::BAD_REQUEST,
                "The request cannot be understood",
            ),
            Code::Invalid => (
                "invalid",
                StatusCode::UNPROCESSABLE_ENTITY,
                "A value cannot be used",
            ),
            Code::Conflict => (
                "conflict",
                StatusCode::CONFLICT,
                "What was seen changed since",
            ),
            Code::KeyReused => (
                "idempotency-key-reused",
                StatusCode::UNPROCESSABLE_ENTITY,
                "The idempotency key belongs to another request",
            ),
            Code::TooLarge => (
                "too-large",
                StatusCode::PAYLOAD_TOO_LARGE,
                "The request is larger than allowed",
            ),
            Code::AddressTooLong => (
                "address-too-long",
                StatusCode::URI_TOO_LONG,
                "The address is longer than allowed",
            ),
            Code::TooMany => (
                "too-many-requests",
                StatusCode::TOO_MANY_REQUESTS,
                "Too many requests",
            ),
            Code::Timeout => (
                "timeout",
                StatusCode::SERVICE_UNAVAILABLE,
                "The request took too long",
            ),
            Code::Unavailable => (
                "unavailable",
                StatusCode::SERVICE_UNAVAILABLE,
                "There is nothing to answer from now",
            ),
            Code::Internal => (
                "internal",
                StatusCode::INTERNAL_SERVER_ERROR,
                "The server failed",
            ),
        }
    }
}

/// A problem, said to whoever asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Which kind.
    pub code: Code,
    /// What is wrong, and what to do; no personal data.
    pub detail: String,
    /// Member of the request that is meant, as a JSON pointer or a parameter's name.
    pub at: Option<String>,
    /// Seconds to wait, for [`Code::TooMany`] and [`Code::Unavailable`].
    pub retry_after: Option<u64>,
}

impl Problem {
    /// A problem with a text.
    pub fn new(code: Code, detail: impl Into<String>) -> Problem {
        Problem {
            code,
            detail: detail.into(),
            at: None,
            retry_after: None,
        }
    }

    /// The same, about one member of the request.
    #[must_use]
    pub fn at(mut self, at: impl Into<String>) -> Problem {
        self.at = Some(at.into());
        self
    }

    /// A failure inside: told to the log, and to the caller only that it happened.
    pub fn internal(error: &dyn std::error::Error) -> Problem {
        tracing::error!("{error}");
        Problem::new(
            Code::Internal,
            "the server could not do this; its log says why",
        )
    }
}

/// A problem as RFC 9457 writes it.
#[derive(Serialize, ToSchema)]
pub(crate) struct Details {
    /// `urn:interdict:problem:` and the code.
    #[serde(rename = "type")]
    kind: String,
    /// What this kind of problem is called.
    title: &'static str,
    /// HTTP status.
    status: u16,
    /// The stable code.
    code: &'static str,
    /// What happened, and what to do.
    detail: String,
    /// Which member or place of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
}

impl Problem {
    /// The same as compatible routes say it: `{"detail": …}`.
    pub fn plain(self) -> Response {
        let body = serde_json::json!({ "detail": self.detail });
        let mut response = (self.code.status(), axum::Json(body)).into_response();
        if let Some(seconds) = self.retry_after {
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let details = Details {
            kind: format!("urn:interdict:problem:{}", self.code.as_str()),
            title: self.code.title(),
            status: self.code.status().as_u16(),
            code: self.code.as_str(),
            detail: self.detail,
            at: self.at,
        };
        let body = serde_json::to_vec(&details).unwrap_or_default();
        let mut response = (self.code.status(), body).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Problem {
        use StoreError as E;
        let code = match &error {
            E::UnknownBook { .. }
            | E::UnknownAlert { .. }
            | E::UnknownRule { .. }
            | E::UnknownProposal { .. }
            | E::UnknownAttachment { .. }
            | E::UnknownAccount { .. }
            | E::UnknownPerson { .. }
            | E::UnknownKey { .. }
            | E::UnknownDataset { .. }
            | E::UnknownPublication { .. } => Code::NotFound,
            E::Forbidden { .. } => Code::Forbidden,
            E::ClosedAlert { .. }
            | E::NoSuchMove { .. }
            | E::Overtaken { .. }
            | E::HeldByAnother { .. }
            | E::NotProposer { .. }
            | E::SamePerson { .. }
            | E::NotWaiting { .. }
            | E::LoginTaken { .. }
            | E::SubjectTaken { .. }
            | E::DisabledAccount { .. }
            | E::LastAdmin { .. }
            | E::NotPending { .. }
            | E::OwnRule { .. }
            | E::NotAccepted { .. }
            | E::NotQuarantined { .. }
            | E::Pruned { .. }
            | E::Unreadable { .. }
            | E::Needed { .. } => Code::Conflict,
            E::Unfit { .. } | E::RepeatedKey { .. } | E::BeforeFirst { .. } => Code::Invalid,
            E::Busy { .. } | E::DiskFull { .. } => {
                tracing::warn!("{error}");
                let mut problem = Problem::new(
                    Code::Unavailable,
                    "the store cannot be written just now; nothing was changed, try again",
                );
                problem.retry_after = Some(1);
                return problem;
            }
            _ => return Problem::internal(&error),
        };
        Problem::new(code, error.to_string())
    }
}

impl From<DeskError> for Problem {
    fn from(error: DeskError) -> Problem {
        use DeskError as E;
        let code = match error {
            E::Store(error) => return error.into(),
            E::Refused { why } => {
                let mut problem = Problem::new(Code::Unauthenticated, why.to_string());
                if let Refusal::Locked { until } = why {
                    let wait = until.duration_since(Timestamp::now()).as_secs();
                    problem.retry_after = Some(u64::try_from(wait).unwrap_or(0) + 1);
                }
                return problem;
            }
            E::NotThen { .. }
            | E::Source(_)
            | E::NoFiles
            | E::Empty { .. }
            | E::UnknownFormat { .. }
            | E::NotOfCluster { .. }
            | E::BadDate { .. }
            | E::Policy(_)
            | E::Password { .. }
            | E::Signature { .. }
            | E::Rule { .. } => Code::Invalid,
            E::OtherList { .. } => Code::NotFound,
            E::Overtaken { .. } | E::OtherLookAlikes => Code::Conflict,
            _ => return Problem::internal(&error),
        };
        Problem::new(code, error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_distinct_words() {
        let mut words: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), Code::ALL.len());
    }
}
