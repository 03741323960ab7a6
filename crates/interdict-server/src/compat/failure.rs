//! What goes wrong on compatible routes: `{"detail": text}`, or a list of what is wrong where.

use std::borrow::Cow;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use interdict_desk::DeskError;
use interdict_screening::IndexError;
use serde::Serialize;
use utoipa::ToSchema;

use crate::problem::Problem;

/// An error as clients of yente read it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Detail {
    /// What is wrong.
    detail: String,
}

/// Why parameters or a body were refused.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Details {
    /// One entry for each thing that is wrong.
    detail: Vec<Wrong>,
}

/// One thing that is wrong with a request.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct Wrong {
    /// Kind, in a word.
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    /// Where: `query` or `body`, then names and positions.
    pub(crate) loc: Vec<Cow<'static, str>>,
    /// In words.
    pub(crate) msg: String,
}

/// An answer that is an error.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A status with a text.
    Plain(StatusCode, String),
    /// What is wrong with the shape of a request: 422.
    Shape(Vec<Wrong>),
    /// A failure that every part of the server knows.
    Problem(Problem),
}

impl Failure {
    pub(crate) fn bad(detail: impl Into<String>) -> Failure {
        Failure::Plain(StatusCode::BAD_REQUEST, detail.into())
    }

    pub(crate) fn missing(detail: impl Into<String>) -> Failure {
        Failure::Plain(StatusCode::NOT_FOUND, detail.into())
    }

    /// One thing that is wrong with a query parameter.
    pub(crate) fn query(name: &str, kind: &'static str, msg: impl Into<String>) -> Failure {
        Failure::Shape(vec![Wrong {
            kind,
            loc: vec!["query".into(), name.to_owned().into()],
            msg: msg.into(),
        }])
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Failure {
        Failure::Problem(problem)
    }
}

impl From<IndexError> for Failure {
    fn from(error: IndexError) -> Failure {
        Problem::internal(&error).into()
    }
}

impl From<DeskError> for Failure {
    fn from(error: DeskError) -> Failure {
        Problem::internal(&error).into()
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match self {
            Failure::Plain(status, detail) => (status, Json(Detail { detail })).into_response(),
            Failure::Shape(detail) => {
                (StatusCode::UNPROCESSABLE_ENTITY, Json(Details { detail })).into_response()
            }
            Failure::Problem(problem) => {
                let status = problem.code.status();
                let detail = problem.detail;
                let mut response = (status, Json(Detail { detail })).into_response();
                if let Some(seconds) = problem.retry_after {
                    let seconds = HeaderValue::from(seconds);
                    response.headers_mut().insert(header::RETRY_AFTER, seconds);
                }
                response
            }
        }
    }
}
