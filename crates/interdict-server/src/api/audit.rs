//! `/api/v1/audit`: the chain, its proof, and what was screened about whom.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use interdict_desk::audit::{AuditRow, Checkpoint};
use interdict_store::hex;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::Caller;
use crate::json::{Body, Params};
use crate::problem::{Details, Problem};
use crate::state::App;

use super::lists::ndjson;
use super::page::{self, Paging};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(rows))
        .routes(routes!(export))
        .routes(routes!(verify))
        .routes(routes!(checkpoint))
        .routes(routes!(subject))
}

fn view(row: &AuditRow) -> Value {
    json!({
        "number": row.number,
        "at": row.at,
        "clock": row.clock,
        "person": row.person,
        "account": row.account,
        "key": row.key,
        "via": row.via,
        "action": row.action,
        "object": row.object,
        "facts": serde_json::from_str::<Value>(&row.facts).unwrap_or_default(),
        "personal": row.personal.map(|hash| hex(&hash)),
        "previous": hex(&row.previous),
        "hash": hex(&row.hash),
    })
}

/// Rows of the chain, the oldest first. Personal data is not in them; `personal` is its hash.
#[utoipa::path(get, path = "/api/v1/audit", tag = "audit", params(Paging),
    responses((status = 200, body = Value), (status = 422, body = Details)))]
async fn rows(
    State(app): State<App>,
    _: Caller,
    Params(paging): Params<Paging>,
) -> Result<Json<Value>, Problem> {
    let limit = page::limit(paging.limit)?;
    let after: i64 = page::read(paging.cursor.as_deref())?.unwrap_or(0);
    let rows = app.desk().store().audit_rows(after, limit).await?;
    let full = u32::try_from(rows.len()).is_ok_and(|n| n == limit);
    let next = rows.last().filter(|_| full).map(|row| row.number);
    Ok(Json(json!({
        "rows": rows.iter().map(view).collect::<Vec<_>>(),
        "next": next.and_then(|place| page::write(&place)),
    })))
}

/// Rows at a time.
const PORTION: u32 = 1_000;

/// The whole chain as lines of JSON, while it is read.
#[utoipa::path(get, path = "/api/v1/audit/export", tag = "audit",
    responses((status = 200, body = String, content_type = "application/x-ndjson")))]
async fn export(State(app): State<App>, _: Caller) -> Result<Response, Problem> {
    let lines = futures_util::stream::unfold((app, Some(0i64)), |(app, after)| async move {
        let after = after?;
        let rows = match app.desk().store().audit_rows(after, PORTION).await {
            Ok(rows) => rows,
            Err(e) => {
                tracing::error!("the chain cannot be read: {e}");
                let cut = std::io::Error::other("the chain cannot be read");
                return Some((Err(cut), (app, None)));
            }
        };
        let last = rows.last()?.number;
        let mut text = String::new();
        for row in &rows {
            text.push_str(&view(row).to_string());
            text.push('\n');
        }
        Some((Ok(text), (app, Some(last))))
    });
    Ok(ndjson(axum::body::Body::from_stream(lines)))
}

/// Checkpoints that left the machine.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Verify {
    /// Checkpoints, one a line, as they were written.
    #[serde(default)]
    checkpoints: String,
    /// The public key that they must be signed with, hexadecimal.
    key: Option<String>,
}

/// Reads the whole chain and says whether any row was altered, removed, moved or cut off, as far as
/// that can be known from the rows and the checkpoints.
#[utoipa::path(post, path = "/api/v1/audit/verify", tag = "audit", request_body = Verify,
    responses((status = 200, body = Value), (status = 422, body = Details)))]
async fn verify(
    State(app): State<App>,
    _: Caller,
    Body(asked): Body<Verify>,
) -> Result<Json<Value>, Problem> {
    let checkpoints = Checkpoint::read(&asked.checkpoints, asked.key.as_deref())?;
    let verified = app.desk().verify_audit(&checkpoints).await?;
    let faults: Vec<Value> = verified
        .faults
        .iter()
        .map(|fault| json!({ "number": fault.number, "what": fault.what }))
        .collect();
    Ok(Json(json!({
        "whole": verified.is_whole(),
        "rows": verified.rows,
        "erased": verified.erased,
        "faults": faults,
    })))
}

/// Makes a signed checkpoint: keep it where this machine cannot write.
#[utoipa::path(post, path = "/api/v1/audit/checkpoint", tag = "audit",
    responses((status = 200, body = Value)))]
async fn checkpoint(State(app): State<App>, caller: Caller) -> Result<Json<Value>, Problem> {
    let made = caller
        .desk(&app)
        .checkpoint(&caller.actor, None, Timestamp::now())
        .await?;
    Ok(Json(json!({ "checkpoint": made })))
}

/// Whom to look for in the records.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Subject {
    /// The customer's key, or what the question called it.
    key: String,
}

/// Every screening of a subject, the oldest first: when, by whom, against which lists, with how many
/// hits. The key is in the body, so that no log or history of addresses has it.
#[utoipa::path(post, path = "/api/v1/audit/subject", tag = "audit", request_body = Subject,
    responses((status = 200, body = Value)))]
async fn subject(
    State(app): State<App>,
    _: Caller,
    Body(asked): Body<Subject>,
) -> Result<Json<Value>, Problem> {
    let proofs = app.desk().store().proofs(&asked.key).await?;
    let proofs: Vec<Value> = proofs
        .iter()
        .map(|proof| {
            json!({
                "screening": proof.screening.id,
                "at": proof.screening.at.to_string(),
                "actor": proof.screening.actor,
                "book": proof.screening.book,
                "basis": serde_json::from_str::<Value>(&proof.screening.basis).unwrap_or_default(),
                "hash": hex(&proof.hash),
                "hits": proof.hits,
            })
        })
        .collect();
    Ok(Json(json!({ "screenings": proofs })))
}
