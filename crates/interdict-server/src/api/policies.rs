//! Policies that a question may name: the one in force, the one that ships, those of books.

use axum::Json;
use axum::extract::State;
use interdict_screening::Policy;
use serde_json::{Value, json};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::Caller;
use crate::json::{Body, Place};
use crate::problem::{Code, Details, Problem};
use crate::state::App;

use super::outcome::{Reply, told};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(all))
        .routes(routes!(set))
}

async fn every(app: &App) -> Result<Vec<(String, Policy)>, Problem> {
    let in_force = app.lists().now().engine.policy().clone();
    let mut all = vec![("in force".to_owned(), in_force)];
    let shipped = Policy::shipped().map_err(|e| Problem::internal(&e))?;
    all.push(("shipped".to_owned(), shipped));
    for book in app.desk().store().books().await? {
        if let Some(text) = &book.policy {
            let name = format!("book {}", book.name);
            // One that an older release took and this one does not is left out, not an error for all.
            if let Ok(policy) = Policy::parse(text, &name) {
                all.push((name, policy));
            }
        }
    }
    Ok(all)
}

/// The policy of a name or hash.
///
/// # Errors
/// [`Code::Invalid`] when there is none.
pub(crate) async fn find(app: &App, wanted: &str) -> Result<Policy, Problem> {
    every(app)
        .await?
        .into_iter()
        .map(|(_, policy)| policy)
        .find(|policy| policy.hash() == wanted || policy.name == wanted)
        .ok_or_else(|| {
            Problem::new(
                Code::Invalid,
                "no policy has this name or hash; GET /api/v1/policies lists them",
            )
            .at("policy")
        })
}

/// The policies there are, with what each decides.
#[utoipa::path(get, path = "/api/v1/policies", tag = "policies",
    responses((status = 200, body = Value)))]
async fn all(State(app): State<App>, _: Caller) -> Result<Json<Value>, Problem> {
    let policies: Vec<Value> = every(&app)
        .await?
        .iter()
        .map(|(place, policy)| {
            json!({
                "of": place,
                "name": policy.name,
                "hash": policy.hash(),
                "limit": policy.limit,
                "rules_need_approval": policy.rules_need_approval,
                "rule_months": policy.rule_months,
            })
        })
        .collect();
    Ok(Json(json!({ "policies": policies })))
}

/// A policy for a book.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetPolicy {
    /// The policy, TOML; null for the one that ships.
    policy: Option<String>,
    /// Why.
    #[schema(min_length = 1)]
    reason: String,
}

/// Sets the policy of a book, or proposes it where the house policy wants two persons.
#[utoipa::path(put, path = "/api/v1/books/{book}/policy", tag = "policies",
    params(("book" = String, Path, description = "Name of the book")), request_body = SetPolicy,
    responses((status = 200, body = Value), (status = 202, body = Value),
        (status = 404, body = Details), (status = 422, body = Details)))]
async fn set(
    State(app): State<App>,
    caller: Caller,
    Place(book): Place<String>,
    Body(asked): Body<SetPolicy>,
) -> Reply {
    let outcome = caller
        .desk(&app)
        .set_policy(
            &caller.actor,
            &book,
            asked.policy.as_deref(),
            &asked.reason,
            jiff::Timestamp::now(),
        )
        .await?;
    Ok(told(outcome))
}
