//! `/api/v1/rules` and `/api/v1/proposals`: good-guy rules, and what waits for a second person.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use interdict_desk::NoProgress;
use interdict_desk::books::RuleRequest;
use interdict_store::{GoodGuyRule, Proposal};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::Caller;
use crate::json::{Body, Params, Place};
use crate::problem::{Details, Problem};
use crate::state::App;

use super::lists::Reason;
use super::moment::{day, today};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(rules, add))
        .routes(routes!(approve))
        .routes(routes!(end))
        .routes(routes!(proposals))
        .routes(routes!(agree))
        .routes(routes!(refuse))
}

/// A rule as callers see it.
pub(crate) fn view(rule: &GoodGuyRule) -> Value {
    json!({
        "id": rule.id,
        "book": rule.made.book,
        "customer": rule.made.customer,
        "entity": rule.made.entity,
        "fields": rule.made.fields,
        "reason": rule.made.reason,
        "author": rule.made.author,
        "made_at": rule.made.at.to_string(),
        "expires_on": rule.made.expires_on.to_string(),
        "state": rule.state(today()),
        "approved": rule.approved.as_ref().map(|(by, at)| json!({ "by": by, "at": at.to_string() })),
        "ended": rule.ended.as_ref().map(|(by, at, why)| {
            json!({ "by": by, "at": at.to_string(), "reason": why })
        }),
    })
}

fn proposal_view(proposal: &Proposal) -> Value {
    json!({
        "id": proposal.id,
        "kind": proposal.kind.as_str(),
        "object": proposal.object,
        "payload": proposal.payload,
        "at": proposal.at.to_string(),
        "actor": proposal.actor,
        "person": proposal.person,
        "reason": proposal.reason,
        "state": proposal.state.as_str(),
        "ended": proposal.ended.as_ref().map(|(by, at, why)| {
            json!({ "by": by, "at": at.to_string(), "reason": why })
        }),
    })
}

/// Of which book.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct OfBook {
    /// Name of a book; all where nothing is said.
    book: Option<String>,
}

/// Good-guy rules.
#[utoipa::path(get, path = "/api/v1/rules", tag = "rules", params(OfBook),
    responses((status = 200, body = Value)))]
async fn rules(
    State(app): State<App>,
    _: Caller,
    Params(of): Params<OfBook>,
) -> Result<Json<Value>, Problem> {
    let rules = app.desk().store().rules(of.book.as_deref()).await?;
    Ok(Json(
        json!({ "rules": rules.iter().map(view).collect::<Vec<_>>() }),
    ))
}

/// A good-guy rule to be made from an alert.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddRule {
    /// Number of the alert whose pair it is for.
    alert: i64,
    /// What it rests on: name, date, country, gender, identifier, address; all where nothing is said.
    #[serde(default)]
    fields: Vec<String>,
    /// Why the two are not the same.
    reason: String,
    /// The last day; the latest that the policy allows where nothing is said.
    expires_on: Option<String>,
}

/// Makes a good-guy rule: the customer is not the listed entity, as long as neither changes in what the
/// rule rests on.
#[utoipa::path(post, path = "/api/v1/rules", tag = "rules", request_body = AddRule,
    responses((status = 201, body = Value), (status = 404, body = Details),
        (status = 409, body = Details), (status = 422, body = Details)))]
async fn add(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<AddRule>,
) -> Result<Response, Problem> {
    let request = RuleRequest {
        alert: asked.alert,
        fields: asked.fields,
        reason: asked.reason,
        author: caller.actor.name.clone(),
        expires_on: asked
            .expires_on
            .as_deref()
            .map(|text| day("expires_on", text))
            .transpose()?,
        at: Timestamp::now(),
    };
    let now = app.lists().now();
    let id = caller.desk(&app).add_rule(request, &now.engine).await?;
    let rule = app.desk().store().rule(id).await?;
    Ok((StatusCode::CREATED, Json(view(&rule))).into_response())
}

/// Approves a good-guy rule of another person.
#[utoipa::path(post, path = "/api/v1/rules/{id}/approve", tag = "rules",
    params(("id" = i64, Path, description = "Number of the rule")),
    responses((status = 200, body = Value), (status = 404, body = Details),
        (status = 409, body = Details)))]
async fn approve(
    State(app): State<App>,
    caller: Caller,
    Place(id): Place<i64>,
) -> Result<Json<Value>, Problem> {
    let desk = app.desk();
    desk.approve_rule(&caller.actor, id, Timestamp::now())
        .await?;
    Ok(Json(view(&desk.store().rule(id).await?)))
}

/// Ends a good-guy rule.
#[utoipa::path(post, path = "/api/v1/rules/{id}/end", tag = "rules",
    params(("id" = i64, Path, description = "Number of the rule")), request_body = Reason,
    responses((status = 200, body = Value), (status = 404, body = Details),
        (status = 409, body = Details)))]
async fn end(
    State(app): State<App>,
    caller: Caller,
    Place(id): Place<i64>,
    Body(why): Body<Reason>,
) -> Result<Json<Value>, Problem> {
    let desk = app.desk();
    desk.end_rule(&caller.actor, id, &why.reason, Timestamp::now())
        .await?;
    Ok(Json(view(&desk.store().rule(id).await?)))
}

/// Which proposals.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Open {
    /// Ended ones too.
    #[serde(default)]
    all: bool,
}

/// Decisions about lists and policies that wait for a second person.
#[utoipa::path(get, path = "/api/v1/proposals", tag = "proposals", params(Open),
    responses((status = 200, body = Value)))]
async fn proposals(
    State(app): State<App>,
    _: Caller,
    Params(which): Params<Open>,
) -> Result<Json<Value>, Problem> {
    let all = app.desk().store().proposals(!which.all).await?;
    let all: Vec<Value> = all.iter().map(proposal_view).collect();
    Ok(Json(json!({ "proposals": all })))
}

/// Agrees with a proposal of another person, which is then carried out.
#[utoipa::path(post, path = "/api/v1/proposals/{id}/approve", tag = "proposals",
    params(("id" = i64, Path, description = "Number of the proposal")), request_body = Reason,
    responses((status = 200, body = Value), (status = 404, body = Details),
        (status = 409, body = Details)))]
async fn agree(
    State(app): State<App>,
    caller: Caller,
    Place(id): Place<i64>,
    Body(why): Body<Reason>,
) -> Result<Json<Value>, Problem> {
    let now = Timestamp::now();
    let desk = app.desk();
    let proposal = desk
        .approve_proposal(&caller.actor, id, &why.reason, now, &NoProgress)
        .await?;
    app.lists().refresh(desk).await?;
    Ok(Json(proposal_view(&proposal)))
}

/// Decides against a proposal.
#[utoipa::path(post, path = "/api/v1/proposals/{id}/refuse", tag = "proposals",
    params(("id" = i64, Path, description = "Number of the proposal")), request_body = Reason,
    responses((status = 200, body = Value), (status = 404, body = Details),
        (status = 409, body = Details)))]
async fn refuse(
    State(app): State<App>,
    caller: Caller,
    Place(id): Place<i64>,
    Body(why): Body<Reason>,
) -> Result<Json<Value>, Problem> {
    let now = Timestamp::now();
    let desk = app.desk();
    let proposal = desk
        .refuse_proposal(&caller.actor, id, &why.reason, now)
        .await?;
    Ok(Json(proposal_view(&proposal)))
}
