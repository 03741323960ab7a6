//! `/api/v1/lists`: what answers, how old it is, and decisions about publications.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use interdict_desk::view::{Head, PartyLine, PublicationView};
use interdict_desk::{ListState, NoProgress, Plan, Wish};
use interdict_model::DatasetName;
use interdict_store::PublicationId;
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

use super::moment::today;
use super::outcome::{Reply, told};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(all))
        .routes(routes!(one))
        .routes(routes!(review))
        .routes(routes!(plan))
        .routes(routes!(accept))
        .routes(routes!(reject))
        .routes(routes!(roll_back))
        .routes(routes!(diff))
}

fn view(list: &ListState) -> Value {
    json!({
        "dataset": list.dataset.name.as_str(),
        "title": list.dataset.title,
        "publisher": list.dataset.publisher,
        "licence": list.dataset.licence,
        "state": list.status().as_str(),
        "age_days": list.age_days,
        "max_age_days": list.max_age_days,
        "stale": list.is_stale(),
        "publications": list.publications,
        "waiting": list.waiting.iter().map(|p| p.id.0).collect::<Vec<_>>(),
        "last_check": list.look.as_ref().map(|look| json!({
            "at": look.at.to_string(),
            "outcome": look.outcome.as_str(),
            "note": look.note,
        })),
        "current": list.current.as_ref().map(PublicationView::new),
        "latest": list.latest.as_ref().map(PublicationView::new),
    })
}

fn dataset(name: &str) -> Result<DatasetName, Problem> {
    DatasetName::new(name).map_err(|_| Problem::new(Code::NotFound, "no list has this name"))
}

/// Every list: what answers, how old it is, what waits for a decision.
#[utoipa::path(get, path = "/api/v1/lists", tag = "lists", responses((status = 200, body = Value)))]
async fn all(State(app): State<App>, _: Caller) -> Result<Json<Value>, Problem> {
    let lists = app.desk().lists(today()).await?;
    Ok(Json(
        json!({ "lists": lists.iter().map(view).collect::<Vec<_>>() }),
    ))
}

/// One list, its publications in their order, and everything that was decided about them.
#[utoipa::path(get, path = "/api/v1/lists/{dataset}", tag = "lists",
    params(("dataset" = String, Path, description = "Name of the list")),
    responses((status = 200, body = Value), (status = 404, body = Details)))]
async fn one(
    State(app): State<App>,
    _: Caller,
    Place(name): Place<String>,
) -> Result<Json<Value>, Problem> {
    let name = dataset(&name)?;
    let lists = app.desk().lists(today()).await?;
    let list = lists
        .iter()
        .find(|list| list.dataset.name == name)
        .ok_or_else(|| Problem::new(Code::NotFound, "no list has this name"))?;
    let versions = app.desk().versions(&name).await?;
    let log = app.desk().log(&name).await?;
    let log: Vec<Value> = log
        .iter()
        .map(|entry| {
            json!({
                "publication": entry.publication.0,
                "event": entry.event,
                "at": entry.at.to_string(),
                "actor": entry.actor,
                "reason": entry.reason,
            })
        })
        .collect();
    Ok(Json(json!({
        "list": view(list),
        "versions": versions.iter().map(PublicationView::new).collect::<Vec<_>>(),
        "log": log,
    })))
}

/// What was found about a publication when it was imported, and why it was held back.
#[utoipa::path(get, path = "/api/v1/publications/{number}", tag = "lists",
    params(("number" = i64, Path, description = "Number of the publication")),
    responses((status = 200, body = Value), (status = 404, body = Details)))]
async fn review(
    State(app): State<App>,
    _: Caller,
    Place(number): Place<i64>,
) -> Result<Json<Value>, Problem> {
    let review = app.desk().review(PublicationId(number)).await?;
    Ok(Json(json!({
        "dataset": review.publication.dataset.as_str(),
        "publication": PublicationView::new(&review.publication),
        "guard": review.guard,
        "report": review.report,
    })))
}

/// What is wished for a publication.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Wished {
    /// `accept`, `reject` or `rollback`.
    #[param(pattern = "^(accept|reject|rollback)$")]
    wish: String,
}

fn plan_view(plan: &Plan) -> Value {
    json!({
        "wish": plan.wish.as_str(),
        "publication": PublicationView::new(&plan.publication),
        "answers_now": plan.answers_now.as_ref().map(PublicationView::new),
        "answers_then": plan.answers_then.as_ref().map(PublicationView::new),
        "added": plan.entries.added,
        "removed": plan.entries.removed,
        "changed": plan.entries.changed,
        "withdrawn": plan.withdrawn.iter().map(|p| p.id.0).collect::<Vec<_>>(),
        "admitted": plan.admitted.map(|id| id.0),
    })
}

/// What a decision about a publication will change. Changes nothing.
#[utoipa::path(get, path = "/api/v1/publications/{number}/plan", tag = "lists",
    params(("number" = i64, Path, description = "Number of the publication"), Wished),
    responses((status = 200, body = Value), (status = 404, body = Details),
        (status = 409, body = Details), (status = 422, body = Details)))]
async fn plan(
    State(app): State<App>,
    _: Caller,
    Place(number): Place<i64>,
    Params(wished): Params<Wished>,
) -> Result<Json<Value>, Problem> {
    let wish = [Wish::Accept, Wish::Reject, Wish::RollBack]
        .into_iter()
        .find(|wish| wish.as_str() == wished.wish)
        .ok_or_else(|| {
            Problem::new(Code::Invalid, "expected accept, reject or rollback").at("wish")
        })?;
    let plan = app.desk().plan(wish, PublicationId(number)).await?;
    Ok(Json(plan_view(&plan)))
}

/// Why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reason {
    /// Why, in words.
    #[schema(min_length = 1)]
    pub(crate) reason: String,
}

async fn decide(app: &App, caller: &Caller, wish: Wish, number: i64, reason: &str) -> Reply {
    let desk = caller.desk(app);
    let plan = desk.plan(wish, PublicationId(number)).await?;
    let now = Timestamp::now();
    let outcome = desk
        .decide_list(&caller.actor, &plan, reason, now, &NoProgress)
        .await?;
    // Whoever decided sees it at once, not when the store is looked at next.
    app.lists().refresh(app.desk()).await?;
    Ok(told(outcome))
}

/// Lets a publication that was held back answer.
#[utoipa::path(post, path = "/api/v1/publications/{number}/accept", tag = "lists",
    params(("number" = i64, Path, description = "Number of the publication")), request_body = Reason,
    responses((status = 200, body = Value), (status = 202, body = Value),
        (status = 404, body = Details), (status = 409, body = Details)))]
async fn accept(
    State(app): State<App>,
    caller: Caller,
    Place(number): Place<i64>,
    Body(why): Body<Reason>,
) -> Reply {
    decide(&app, &caller, Wish::Accept, number, &why.reason).await
}

/// Decides against a publication that was held back.
#[utoipa::path(post, path = "/api/v1/publications/{number}/reject", tag = "lists",
    params(("number" = i64, Path, description = "Number of the publication")), request_body = Reason,
    responses((status = 200, body = Value), (status = 202, body = Value),
        (status = 404, body = Details), (status = 409, body = Details)))]
async fn reject(
    State(app): State<App>,
    caller: Caller,
    Place(number): Place<i64>,
    Body(why): Body<Reason>,
) -> Reply {
    decide(&app, &caller, Wish::Reject, number, &why.reason).await
}

/// Goes back to a publication, or forward to one again.
#[utoipa::path(post, path = "/api/v1/publications/{number}/rollback", tag = "lists",
    params(("number" = i64, Path, description = "Number of the publication")), request_body = Reason,
    responses((status = 200, body = Value), (status = 202, body = Value),
        (status = 404, body = Details), (status = 409, body = Details)))]
async fn roll_back(
    State(app): State<App>,
    caller: Caller,
    Place(number): Place<i64>,
    Body(why): Body<Reason>,
) -> Reply {
    decide(&app, &caller, Wish::RollBack, number, &why.reason).await
}

/// Which two publications.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Between {
    /// Number of the first.
    from: i64,
    /// Number of the second.
    to: i64,
}

/// What two publications do not say the same: a line about the two, then one for each party that
/// differs (JSON lines).
#[utoipa::path(get, path = "/api/v1/diff", tag = "lists", params(Between),
    responses((status = 200, body = String, content_type = "application/x-ndjson"),
        (status = 404, body = Details)))]
async fn diff(
    State(app): State<App>,
    _: Caller,
    Params(between): Params<Between>,
) -> Result<Response, Problem> {
    let store = app.desk().store();
    let from = store.publication(PublicationId(between.from)).await?;
    let to = store.publication(PublicationId(between.to)).await?;
    let diff = app.desk().diff(&from, &to).await?;
    let mut lines = serde_json::to_vec(&Head::new(&diff)).map_err(|e| Problem::internal(&e))?;
    lines.push(b'\n');
    for party in &diff.parties {
        serde_json::to_writer(&mut lines, &PartyLine::new(party))
            .map_err(|e| Problem::internal(&e))?;
        lines.push(b'\n');
    }
    Ok(ndjson(lines))
}

/// Lines of JSON.
pub(crate) fn ndjson(lines: impl Into<axum::body::Body>) -> Response {
    let kind = HeaderValue::from_static("application/x-ndjson");
    ([(header::CONTENT_TYPE, kind)], lines.into()).into_response()
}
