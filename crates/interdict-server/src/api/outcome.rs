//! What came of a decision that may wait for a second person.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use interdict_desk::work::Outcome;
use serde_json::json;

use crate::problem::Problem;

pub(crate) type Reply = Result<Response, Problem>;

/// 200 when it is done, 202 with the number of the proposal when another person must agree.
pub(crate) fn told(outcome: Outcome) -> Response {
    match outcome {
        Outcome::Done => Json(json!({ "done": true })).into_response(),
        Outcome::Waits(id) => {
            let waits = json!({ "done": false, "proposal": id });
            (StatusCode::ACCEPTED, Json(waits)).into_response()
        }
    }
}
