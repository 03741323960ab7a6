//! A page that could not be shown or an act that could not be done, told to a person.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use interdict_desk::DeskError;
use interdict_store::StoreError;

use super::assets::{self, Addresses};
use crate::problem::Problem;

/// What went wrong.
#[derive(Debug)]
pub(super) struct Fault {
    status: StatusCode,
    words: String,
}

#[derive(Template)]
#[template(path = "fault.html")]
struct FaultPage<'a> {
    assets: &'static Addresses,
    heading: &'static str,
    words: &'a str,
}

impl Fault {
    fn new(status: StatusCode, words: impl Into<String>) -> Fault {
        Fault {
            status,
            words: words.into(),
        }
    }

    /// What was sent cannot be used.
    pub(super) fn wrong(words: impl Into<String>) -> Fault {
        Fault::new(StatusCode::UNPROCESSABLE_ENTITY, words)
    }

    /// There is no such thing.
    pub(super) fn missing(words: impl Into<String>) -> Fault {
        Fault::new(StatusCode::NOT_FOUND, words)
    }

    /// It may not be done.
    pub(super) fn refused(words: impl Into<String>) -> Fault {
        Fault::new(StatusCode::FORBIDDEN, words)
    }

    /// Something else happened meanwhile.
    pub(super) fn overtaken(words: impl Into<String>) -> Fault {
        Fault::new(StatusCode::CONFLICT, words)
    }

    /// A failure inside, told to the log.
    pub(super) fn internal(error: &dyn std::error::Error) -> Fault {
        tracing::error!("{error}");
        Fault::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "The server could not do this; its log says why. Nothing was changed unless the page before said so.",
        )
    }
}

impl From<Problem> for Fault {
    fn from(problem: Problem) -> Fault {
        Fault::new(problem.code.status(), problem.detail)
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Fault {
        match error {
            StoreError::UnknownAlert { .. }
            | StoreError::UnknownPublication { .. }
            | StoreError::UnknownDataset { .. }
            | StoreError::UnknownBook { .. }
            | StoreError::UnknownRule { .. } => Fault::missing(error.to_string()),
            StoreError::ClosedAlert { .. }
            | StoreError::Overtaken { .. }
            | StoreError::NoSuchMove { .. }
            | StoreError::NotWaiting { .. }
            | StoreError::NotPending { .. } => Fault::overtaken(error.to_string()),
            StoreError::Forbidden { .. }
            | StoreError::SamePerson { .. }
            | StoreError::OwnRule { .. }
            | StoreError::HeldByAnother { .. }
            | StoreError::NotProposer { .. } => Fault::refused(error.to_string()),
            StoreError::Unfit { .. } => Fault::wrong(error.to_string()),
            other => Fault::internal(&other),
        }
    }
}

impl From<DeskError> for Fault {
    fn from(error: DeskError) -> Fault {
        match error {
            DeskError::Store(error) => error.into(),
            DeskError::Overtaken { .. } => Fault::overtaken(error.to_string()),
            DeskError::Rule { .. } => Fault::wrong(error.to_string()),
            other => Fault::internal(&other),
        }
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let heading = match self.status {
            StatusCode::NOT_FOUND => "Not found",
            StatusCode::FORBIDDEN => "Not allowed",
            StatusCode::CONFLICT => "Something changed meanwhile",
            StatusCode::UNPROCESSABLE_ENTITY => "This cannot be used",
            _ => "This did not work",
        };
        let page = FaultPage {
            assets: assets::addresses(),
            heading,
            words: &self.words,
        };
        match page.render() {
            Ok(html) => (self.status, Html(html)).into_response(),
            Err(_) => (self.status, self.words).into_response(),
        }
    }
}

/// The page for addresses that lead nowhere.
pub(super) async fn nothing_here() -> Fault {
    Fault::missing("There is no page at this address.")
}
