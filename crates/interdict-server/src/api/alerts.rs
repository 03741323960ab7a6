//! `/api/v1/alerts`: the queue, what may be done with an alert, and doing it.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use interdict_desk::work::{Act, Deed, Likeness, LookAlikes, codes};
use interdict_store::{
    Alert, AlertFilter, AlertState, Attachment, Disposition, NewAttachment, PersonId, QueuePlace,
    hex,
};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::Caller;
use crate::json::{Body, Params, Place};
use crate::problem::{Code, Details, Problem};
use crate::state::App;

use super::moment::day;
use super::page;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(queue))
        .routes(routes!(one))
        .routes(routes!(act))
        .routes(routes!(attach))
        .routes(routes!(attachment))
        .routes(routes!(preview))
        .routes(routes!(bulk))
}

/// An alert as callers see it.
pub(crate) fn view(alert: &Alert) -> Value {
    let hit: Value = serde_json::from_slice(&alert.hit).unwrap_or_default();
    json!({
        "id": alert.id,
        "book": alert.book,
        "customer": alert.customer,
        "party": alert.party,
        "dataset": alert.dataset,
        "entity": alert.entity,
        "state": alert.state.as_str(),
        "score": f64::from(alert.score) / 10_000.0,
        "rank": alert.rank,
        "opened_at": alert.opened_at.to_string(),
        "assignee": alert.assignee,
        "due": alert.due.map(|day| day.to_string()),
        "disposition": alert.disposition.map(Disposition::as_str),
        "proposer": alert.proposer,
        "last_event": alert.last_event,
        "hit": hit,
    })
}

fn attachment_view(file: &Attachment) -> Value {
    json!({
        "id": file.id,
        "alert": file.alert,
        "at": file.at.to_string(),
        "actor": file.actor,
        "name": file.name,
        "media_type": file.media_type,
        "size": file.size,
        "sha256": hex(&file.sha256),
    })
}

/// Which alerts.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Which {
    /// Of this book.
    book: Option<String>,
    /// In one of these states, separated by commas; those that are in the queue where nothing is said;
    /// `all` for any.
    state: Option<String>,
    /// Of this person.
    assignee: Option<i64>,
    /// Waiting for information that should have been there before this day.
    overdue_on: Option<String>,
    /// Most alerts; 100 where nothing is said.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

fn states(asked: Option<&str>) -> Result<Vec<AlertState>, Problem> {
    match asked {
        None => Ok(AlertState::QUEUE.to_vec()),
        Some("all") => Ok(Vec::new()),
        Some(words) => words
            .split(',')
            .map(|word| {
                AlertState::parse(word.trim()).ok_or_else(|| {
                    let expected = "expected open, assigned, waiting, proposed, escalated, decided, \
                                    approved, suppressed, closed or all";
                    Problem::new(Code::Invalid, expected).at("state")
                })
            })
            .collect(),
    }
}

/// Alerts in the order of the queue: the highest rank first, of equal ones the oldest.
#[utoipa::path(get, path = "/api/v1/alerts", tag = "alerts", params(Which),
    responses((status = 200, body = Value), (status = 422, body = Details)))]
async fn queue(
    State(app): State<App>,
    _: Caller,
    Params(which): Params<Which>,
) -> Result<Json<Value>, Problem> {
    let filter = AlertFilter {
        book: which.book,
        states: states(which.state.as_deref())?,
        assignee: which.assignee.map(PersonId),
        overdue_on: which
            .overdue_on
            .as_deref()
            .map(|text| day("overdue_on", text))
            .transpose()?,
        ..AlertFilter::default()
    };
    let limit = page::limit(which.limit)?;
    let after: Option<QueuePlace> = page::read(which.cursor.as_deref())?;
    let store = app.desk().store();
    let alerts = store.queue(&filter, after, limit).await?;
    let full = u32::try_from(alerts.len()).is_ok_and(|n| n == limit);
    let next = alerts.last().filter(|_| full).map(Alert::place);
    Ok(Json(json!({
        "total": store.count_alerts(&filter).await?,
        "alerts": alerts.iter().map(view).collect::<Vec<_>>(),
        "next": next.and_then(|place| page::write(&place)),
    })))
}

/// An alert with its history, its attachments, and what the caller may do with it.
#[utoipa::path(get, path = "/api/v1/alerts/{id}", tag = "alerts",
    params(("id" = i64, Path, description = "Number of the alert")),
    responses((status = 200, body = Value), (status = 404, body = Details)))]
async fn one(
    State(app): State<App>,
    caller: Caller,
    Place(id): Place<i64>,
) -> Result<Json<Value>, Problem> {
    let store = app.desk().store();
    let alert = store.alert(id).await?;
    let events = store.alert_events(id).await?;
    let attachments = store.attachments(id).await?;
    let events: Vec<Value> = events
        .iter()
        .map(|event| {
            json!({
                "id": event.id,
                "at": event.at.to_string(),
                "actor": event.actor,
                "person": event.person,
                "what": event.what.as_str(),
                "from": event.from.map(AlertState::as_str),
                "to": event.to.map(AlertState::as_str),
                "disposition": event.disposition.map(Disposition::as_str),
                "code": event.code,
                "reason": event.reason,
                "screening": event.screening,
                "rule": event.rule,
            })
        })
        .collect();
    let moves: Vec<Value> = app
        .desk()
        .moves_for(&caller.actor, &alert)
        .iter()
        .map(|step| {
            json!({
                "verb": step.verb.as_str(),
                "to": step.to.map(AlertState::as_str),
                "code": step.code,
                "text": step.text,
                "codes": codes(step.verb, alert.disposition)
                    .iter()
                    .map(|(code, meaning)| json!({ "code": code, "meaning": meaning }))
                    .collect::<Vec<_>>(),
            })
        })
        .collect();
    Ok(Json(json!({
        "alert": view(&alert),
        "events": events,
        "attachments": attachments.iter().map(attachment_view).collect::<Vec<_>>(),
        "moves": moves,
    })))
}

/// What is done with alerts: all of them, or none.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DoThis {
    /// Numbers of the alerts.
    #[schema(min_items = 1, max_items = 1000)]
    alerts: Vec<i64>,
    /// `take`, `assign`, `put-back`, `ask`, `resume`, `decide`, `approve`, `return`, `withdraw`,
    /// `escalate`, `reopen` or `comment`.
    deed: String,
    /// For `assign`: login of whoever gets them.
    to: Option<String>,
    /// For `ask`: the day by which the information should be there.
    due: Option<String>,
    /// For `decide`: `true-match` or `false-positive`.
    disposition: Option<String>,
    /// The reason as a code, where one is needed.
    code: Option<String>,
    /// The reason in words, where it is needed.
    #[serde(default)]
    text: String,
    /// `last_event` of the alert as it was looked at; with another event since, nothing is done.
    seen: Option<i64>,
}

fn missing(member: &str, expected: &str) -> Problem {
    Problem::new(Code::Invalid, format!("expected {expected}")).at(member)
}

fn disposition(word: Option<&str>) -> Result<Disposition, Problem> {
    word.and_then(Disposition::parse).ok_or_else(|| {
        missing(
            "disposition",
            "true-match, false-positive or need-information",
        )
    })
}

fn deed(asked: &DoThis) -> Result<Deed, Problem> {
    Ok(match asked.deed.as_str() {
        "take" => Deed::Take,
        "assign" => Deed::Assign {
            to: asked.to.clone().ok_or_else(|| missing("to", "a login"))?,
        },
        "put-back" => Deed::PutBack,
        "ask" => Deed::Ask {
            due: asked
                .due
                .as_deref()
                .map(|text| day("due", text))
                .transpose()?,
        },
        "resume" => Deed::Resume,
        "decide" => Deed::Decide {
            disposition: disposition(asked.disposition.as_deref())?,
        },
        "approve" => Deed::Approve,
        "return" => Deed::Return,
        "withdraw" => Deed::Withdraw,
        "escalate" => Deed::Escalate,
        "reopen" => Deed::Reopen,
        "comment" => Deed::Comment,
        _ => {
            return Err(missing(
                "deed",
                "take, assign, put-back, ask, resume, decide, approve, return, withdraw, escalate, \
                 reopen or comment",
            ));
        }
    })
}

/// Does something with alerts. `decide` becomes a proposal where the policy of the book wants a second
/// person; the reply shows the state that came of it.
#[utoipa::path(post, path = "/api/v1/alerts/act", tag = "alerts", request_body = DoThis,
    responses((status = 200, body = Value), (status = 403, body = Details),
        (status = 404, body = Details), (status = 409, body = Details),
        (status = 422, body = Details)))]
async fn act(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<DoThis>,
) -> Result<Json<Value>, Problem> {
    if asked.alerts.is_empty() || asked.alerts.len() > 1_000 {
        return Err(missing("alerts", "1 to 1000 numbers"));
    }
    let deed = deed(&asked)?;
    let act = Act {
        alerts: asked.alerts,
        deed,
        code: asked.code,
        text: asked.text,
        seen: asked.seen,
    };
    let alerts = caller
        .desk(&app)
        .act(&caller.actor, act, Timestamp::now())
        .await?;
    Ok(Json(
        json!({ "alerts": alerts.iter().map(view).collect::<Vec<_>>() }),
    ))
}

/// What an attached file is called.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Called {
    /// Name of the file.
    name: String,
}

/// Attaches a file: its bytes are the body, its type the `Content-Type`.
#[utoipa::path(post, path = "/api/v1/alerts/{id}/attachments", tag = "alerts",
    params(("id" = i64, Path, description = "Number of the alert"), Called),
    request_body(content = String, content_type = "text/plain"),
    responses((status = 201, body = Value), (status = 404, body = Details),
        (status = 409, body = Details), (status = 413, body = Details),
        (status = 422, body = Details)))]
async fn attach(
    State(app): State<App>,
    caller: Caller,
    Place(id): Place<i64>,
    Params(called): Params<Called>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Response, Problem> {
    let media_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("application/octet-stream");
    let file = NewAttachment {
        name: called.name,
        media_type: media_type.to_owned(),
        bytes: bytes.to_vec(),
    };
    let now = Timestamp::now();
    let attached = caller
        .desk(&app)
        .attach(&caller.actor, id, &file, now)
        .await?;
    Ok((StatusCode::CREATED, Json(attachment_view(&attached))).into_response())
}

/// The bytes of an attached file, always as a download.
#[utoipa::path(get, path = "/api/v1/attachments/{id}", tag = "alerts",
    params(("id" = i64, Path, description = "Number of the attachment")),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 404, body = Details)))]
async fn attachment(
    State(app): State<App>,
    _: Caller,
    Place(id): Place<i64>,
) -> Result<Response, Problem> {
    let (_, bytes) = app.desk().store().attachment(id).await?;
    // Never shown in place: what somebody attached may be a page with a script.
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/octet-stream"),
        ),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment"),
        ),
    ];
    Ok((headers, bytes).into_response())
}

/// Which alerts look alike.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Alike {
    /// Number of the alert that the others look like.
    alert: i64,
    /// `same-entity`, `same-customer` or `same-names`.
    #[schema(value_type = String, pattern = "^same-(entity|customer|names)$")]
    likeness: Likeness,
}

/// The alerts of a book that look like one of them and can be decided with it, with a mark to decide
/// exactly these.
#[utoipa::path(post, path = "/api/v1/alerts/bulk/preview", tag = "alerts", request_body = Alike,
    responses((status = 200, body = Value), (status = 404, body = Details),
        (status = 422, body = Details)))]
async fn preview(
    State(app): State<App>,
    caller: Caller,
    Body(alike): Body<Alike>,
) -> Result<Json<Value>, Problem> {
    let like = LookAlikes {
        alert: alike.alert,
        likeness: alike.likeness,
    };
    let preview = app.desk().look_alikes(&caller.actor, &like).await?;
    let left_out: Vec<Value> = preview
        .left_out
        .iter()
        .map(|(alert, why)| json!({ "alert": alert, "why": why }))
        .collect();
    Ok(Json(json!({
        "alerts": preview.alerts.iter().map(view).collect::<Vec<_>>(),
        "left_out": left_out,
        "mark": preview.mark,
    })))
}

/// A decision about all alerts that look alike.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Decide {
    /// Number of the alert that the others look like.
    alert: i64,
    /// `same-entity`, `same-customer` or `same-names`.
    #[schema(value_type = String, pattern = "^same-(entity|customer|names)$")]
    likeness: Likeness,
    /// `mark` of the preview.
    mark: String,
    /// `false-positive` or `need-information`.
    disposition: String,
    /// The reason as a code.
    code: String,
    /// The reason in words.
    text: String,
}

/// Decides look-alikes with one reason and one record each, never as a true match; only those of the
/// preview, and only while nothing happened to them since.
#[utoipa::path(post, path = "/api/v1/alerts/bulk", tag = "alerts", request_body = Decide,
    responses((status = 200, body = Value), (status = 404, body = Details),
        (status = 409, body = Details), (status = 422, body = Details)))]
async fn bulk(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<Decide>,
) -> Result<Json<Value>, Problem> {
    let like = LookAlikes {
        alert: asked.alert,
        likeness: asked.likeness,
    };
    let done = caller
        .desk(&app)
        .bulk(
            &caller.actor,
            &like,
            &asked.mark,
            disposition(Some(&asked.disposition))?,
            &asked.code,
            &asked.text,
            Timestamp::now(),
        )
        .await?;
    Ok(Json(json!({
        "alerts": done.alerts.iter().map(view).collect::<Vec<_>>(),
        "proposed": done.proposed,
    })))
}
