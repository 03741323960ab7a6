//! What can be counted without naming anybody, as Prometheus reads it.

use std::sync::OnceLock;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use interdict_desk::{ListState, Status};
use interdict_store::Right;
use metrics::{counter, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::{Need, Needs};
use crate::problem::{Code, Problem};
use crate::state::App;

pub(crate) const NEEDS: Needs = &[("GET", "/metrics", Need::Right(Right::Operate))];

/// Upper ends of times, in seconds.
const SECONDS: &[f64] = &[
    0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
];

static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Starts counting, once a process.
pub(crate) fn start() {
    HANDLE.get_or_init(|| {
        let builder = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), SECONDS)
            .ok()?;
        builder
            .install_recorder()
            .inspect_err(|e| tracing::warn!("nothing is counted: {e}"))
            .ok()
    });
}

/// Lets the counter tidy up; to be called every few seconds.
pub(crate) fn upkeep() {
    if let Some(Some(handle)) = HANDLE.get() {
        handle.run_upkeep();
    }
}

/// One request.
pub(crate) fn answered(method: &str, route: &str, status: u16, took: Duration) {
    // A method is the caller's word; only known ones make a series.
    let method = match method {
        "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS" => method.to_owned(),
        _ => "other".to_owned(),
    };
    let labels = [
        ("method", method),
        ("route", route.to_owned()),
        ("status", status.to_string()),
    ];
    counter!("interdict_http_requests_total", &labels).increment(1);
    histogram!("interdict_http_request_seconds", "route" => route.to_owned())
        .record(took.as_secs_f64());
}

/// Screenings that went into one commit.
pub(crate) fn recorded(subjects: usize, took: Duration) {
    counter!("interdict_screened_subjects_total").increment(subjects as u64);
    histogram!("interdict_record_commit_seconds").record(took.as_secs_f64());
}

/// Screenings that could not be recorded, and were not answered.
pub(crate) fn unrecorded(subjects: usize) {
    counter!("interdict_unrecorded_subjects_total").increment(subjects as u64);
}

/// How the lists stand.
pub(crate) fn lists(lists: &[ListState]) {
    for list in lists {
        let name = list.dataset.name.to_string();
        if let Some(days) = list.age_days {
            gauge!("interdict_list_age_days", "list" => name.clone()).set(f64::from(days));
        }
        for status in [
            Status::Quarantined,
            Status::Failed,
            Status::Empty,
            Status::Stale,
            Status::Unproven,
        ] {
            let labels = [
                ("list", name.clone()),
                ("status", status.as_str().to_owned()),
            ];
            let is = f64::from(u8::from(list.status() == status));
            gauge!("interdict_list_status", &labels).set(is);
        }
    }
}

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(show))
}

/// Counts and times for Prometheus.
#[utoipa::path(get, path = "/metrics", tag = "operation",
    responses((status = 200, body = String, content_type = "text/plain"),
        (status = 503, body = crate::problem::Details)))]
async fn show(State(app): State<App>) -> Result<Response, Problem> {
    gauge!("interdict_screening_waiting").set(app.screening().waiting() as f64);
    let Some(Some(handle)) = HANDLE.get() else {
        return Err(Problem::new(Code::Unavailable, "nothing is counted here"));
    };
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    Ok(([(header::CONTENT_TYPE, kind)], handle.render()).into_response())
}
