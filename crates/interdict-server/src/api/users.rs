//! `/api/v1/users` and `/api/v1/keys`: who may come in, and as what.
//!
//! Everything that changes here works at once: the guard looks every key up again afterwards.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use interdict_desk::accounts::{NewKey, NewUser};
use interdict_store::{Account, ApiKey, PersonId, Right, Role};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::Caller;
use crate::json::{Body, Place};
use crate::problem::{Code, Details, Problem};
use crate::state::App;

use super::lists::Reason;
use super::rules;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(users, add_user))
        .routes(routes!(user))
        .routes(routes!(set_roles))
        .routes(routes!(set_password))
        .routes(routes!(disable))
        .routes(routes!(enable))
        .routes(routes!(unlock))
        .routes(routes!(link))
        .routes(routes!(keys, add_key))
        .routes(routes!(end_key))
}

fn view(account: &Account) -> Value {
    json!({
        "login": account.login,
        "person": account.person,
        "name": account.person_name,
        "roles": account.roles,
        "active": account.active,
        "created_at": account.created_at.to_string(),
        "disabled_at": account.disabled_at.map(|at| at.to_string()),
        "locked_until": account.locked_until.map(|at| at.to_string()),
        "last_log_in": account.last_log_in.map(|at| at.to_string()),
        "has_password": account.has_password,
    })
}

fn key_view(key: &ApiKey) -> Value {
    json!({
        "id": key.id,
        "login": key.login,
        "label": key.label,
        "prefix": key.prefix,
        "scopes": key.scopes,
        "created_at": key.created_at.to_string(),
        "expires_at": key.expires_at.map(|at| at.to_string()),
        "ended_at": key.ended_at.map(|at| at.to_string()),
        "last_used": key.last_used.map(|at| at.to_string()),
    })
}

fn roles(words: &[String]) -> Result<Vec<Role>, Problem> {
    words
        .iter()
        .map(|word| {
            Role::parse(word).ok_or_else(|| {
                let known: Vec<&str> = Role::ALL.iter().map(|role| role.as_str()).collect();
                let expected = format!("expected {}", known.join(", "));
                Problem::new(Code::Invalid, expected).at("roles")
            })
        })
        .collect()
}

/// Every user.
#[utoipa::path(get, path = "/api/v1/users", tag = "users", responses((status = 200, body = Value)))]
async fn users(State(app): State<App>, _: Caller) -> Result<Json<Value>, Problem> {
    let users = app.desk().users().await?;
    Ok(Json(
        json!({ "users": users.iter().map(view).collect::<Vec<_>>() }),
    ))
}

/// A user to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddUser {
    /// What is typed to log in.
    login: String,
    /// What the person is called.
    name: String,
    /// Number of the person, if they have an account already: one person, however many accounts.
    person: Option<i64>,
    /// viewer, analyst, approver, mlro, admin, examiner.
    #[schema(min_items = 1)]
    roles: Vec<String>,
    /// A password, if one is to be used.
    password: Option<String>,
}

/// Makes a user.
#[utoipa::path(post, path = "/api/v1/users", tag = "users", request_body = AddUser,
    responses((status = 201, body = Value), (status = 409, body = Details),
        (status = 422, body = Details)))]
async fn add_user(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<AddUser>,
) -> Result<Response, Problem> {
    let _turn = app
        .hashing()
        .acquire()
        .await
        .map_err(|e| Problem::internal(&e))?;
    let user = NewUser {
        login: asked.login,
        name: asked.name,
        person: asked.person.map(PersonId),
        roles: roles(&asked.roles)?,
        password: asked.password,
    };
    let made = app
        .desk()
        .add_user(&caller.actor, user, Timestamp::now())
        .await?;
    Ok((StatusCode::CREATED, Json(view(&made))).into_response())
}

/// One user, with keys and the subjects of identity providers that open the account.
#[utoipa::path(get, path = "/api/v1/users/{login}", tag = "users",
    params(("login" = String, Path, description = "Login")),
    responses((status = 200, body = Value), (status = 404, body = Details)))]
async fn user(
    State(app): State<App>,
    _: Caller,
    Place(login): Place<String>,
) -> Result<Json<Value>, Problem> {
    let account = app.desk().user(&login).await?;
    let keys = app.desk().keys(Some(&login)).await?;
    let subjects = app.desk().subjects(&login).await?;
    let subjects: Vec<Value> = subjects
        .iter()
        .map(|s| json!({ "issuer": s.issuer, "subject": s.subject }))
        .collect();
    Ok(Json(json!({
        "user": view(&account),
        "keys": keys.iter().map(key_view).collect::<Vec<_>>(),
        "subjects": subjects,
    })))
}

/// Other roles.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetRoles {
    /// All roles from now on.
    #[schema(min_items = 1)]
    roles: Vec<String>,
}

/// Gives a user other roles.
#[utoipa::path(put, path = "/api/v1/users/{login}/roles", tag = "users",
    params(("login" = String, Path, description = "Login")), request_body = SetRoles,
    responses((status = 200, body = Value), (status = 404, body = Details),
        (status = 409, body = Details), (status = 422, body = Details)))]
async fn set_roles(
    State(app): State<App>,
    caller: Caller,
    Place(login): Place<String>,
    Body(asked): Body<SetRoles>,
) -> Result<Json<Value>, Problem> {
    let roles = roles(&asked.roles)?;
    let now = Timestamp::now();
    app.desk()
        .set_roles(&caller.actor, &login, &roles, now)
        .await?;
    Ok(Json(view(&app.desk().user(&login).await?)))
}

/// Another password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetPassword {
    /// The password.
    password: String,
}

/// Gives a user another password, one's own or anybody's with the right to manage users, and ends
/// their sessions.
#[utoipa::path(put, path = "/api/v1/users/{login}/password", tag = "users",
    params(("login" = String, Path, description = "Login")), request_body = SetPassword,
    responses((status = 204), (status = 404, body = Details), (status = 422, body = Details)))]
async fn set_password(
    State(app): State<App>,
    caller: Caller,
    Place(login): Place<String>,
    Body(asked): Body<SetPassword>,
) -> Result<StatusCode, Problem> {
    let _turn = app
        .hashing()
        .acquire()
        .await
        .map_err(|e| Problem::internal(&e))?;
    let now = Timestamp::now();
    let desk = app.desk();
    desk.set_password(&caller.actor, &login, &asked.password, now)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Disables a user: sessions and keys end at once, alerts go back into the queue. The reply lists the
/// good-guy rules that still rest on the person.
#[utoipa::path(post, path = "/api/v1/users/{login}/disable", tag = "users",
    params(("login" = String, Path, description = "Login")), request_body = Reason,
    responses((status = 200, body = Value), (status = 404, body = Details),
        (status = 409, body = Details), (status = 422, body = Details)))]
async fn disable(
    State(app): State<App>,
    caller: Caller,
    Place(login): Place<String>,
    Body(why): Body<Reason>,
) -> Result<Json<Value>, Problem> {
    let now = Timestamp::now();
    let desk = app.desk();
    let disabled = desk
        .disable_user(&caller.actor, &login, &why.reason, now)
        .await?;
    Ok(Json(json!({
        "user": view(&disabled.account),
        "sessions": disabled.sessions,
        "keys": disabled.keys,
        "reopened": disabled.reopened,
        "rules": disabled.rules.iter().map(rules::view).collect::<Vec<_>>(),
    })))
}

/// Lets a disabled user be used again.
#[utoipa::path(post, path = "/api/v1/users/{login}/enable", tag = "users",
    params(("login" = String, Path, description = "Login")),
    responses((status = 200, body = Value), (status = 404, body = Details)))]
async fn enable(
    State(app): State<App>,
    caller: Caller,
    Place(login): Place<String>,
) -> Result<Json<Value>, Problem> {
    app.desk()
        .enable_user(&caller.actor, &login, Timestamp::now())
        .await?;
    Ok(Json(view(&app.desk().user(&login).await?)))
}

/// Lets a user try again after too many wrong passwords.
#[utoipa::path(post, path = "/api/v1/users/{login}/unlock", tag = "users",
    params(("login" = String, Path, description = "Login")),
    responses((status = 200, body = Value), (status = 404, body = Details)))]
async fn unlock(
    State(app): State<App>,
    caller: Caller,
    Place(login): Place<String>,
) -> Result<Json<Value>, Problem> {
    app.desk()
        .unlock_user(&caller.actor, &login, Timestamp::now())
        .await?;
    Ok(Json(view(&app.desk().user(&login).await?)))
}

/// Somebody as an identity provider knows them.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Link {
    /// Address of the provider, as its tokens name it.
    issuer: String,
    /// Subject of the provider.
    subject: String,
}

/// Lets a subject of an identity provider open the account.
#[utoipa::path(post, path = "/api/v1/users/{login}/subjects", tag = "users",
    params(("login" = String, Path, description = "Login")), request_body = Link,
    responses((status = 204), (status = 404, body = Details), (status = 409, body = Details),
        (status = 422, body = Details)))]
async fn link(
    State(app): State<App>,
    caller: Caller,
    Place(login): Place<String>,
    Body(asked): Body<Link>,
) -> Result<StatusCode, Problem> {
    let now = Timestamp::now();
    let desk = app.desk();
    desk.link_subject(&caller.actor, &login, &asked.issuer, &asked.subject, now)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// API keys: all of them with the right to manage users, else the caller's own.
#[utoipa::path(get, path = "/api/v1/keys", tag = "users", responses((status = 200, body = Value)))]
async fn keys(State(app): State<App>, caller: Caller) -> Result<Json<Value>, Problem> {
    let all = app.desk().keys(None).await?;
    let may = caller.actor.may(Right::ManageUsers);
    let keys: Vec<Value> = all
        .iter()
        .filter(|key| may || Some(key.account) == caller.actor.account)
        .map(key_view)
        .collect();
    Ok(Json(json!({ "keys": keys })))
}

/// A key to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddKey {
    /// Login of whose key it is.
    login: String,
    /// What it is for.
    label: String,
    /// What it may, such as `screen`; all that its owner may where nothing is said.
    #[serde(default)]
    scopes: Vec<String>,
    /// From when on it is refused, such as 2027-01-01T00:00:00Z.
    expires_at: Option<String>,
}

/// Makes an API key, one's own or anybody's with the right to manage users. `secret` is in this reply
/// and nowhere else.
#[utoipa::path(post, path = "/api/v1/keys", tag = "users", request_body = AddKey,
    responses((status = 201, body = Value), (status = 404, body = Details),
        (status = 409, body = Details), (status = 422, body = Details)))]
async fn add_key(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<AddKey>,
) -> Result<Response, Problem> {
    let scopes = asked
        .scopes
        .iter()
        .map(|word| {
            Right::parse(word)
                .ok_or_else(|| Problem::new(Code::Invalid, "expected names of rights").at("scopes"))
        })
        .collect::<Result<Vec<_>, _>>()?;
    let expires_at = asked
        .expires_at
        .map(|text| {
            text.parse::<Timestamp>().map_err(|_| {
                Problem::new(
                    Code::Invalid,
                    "expected a time such as 2027-01-01T00:00:00Z",
                )
                .at("expires_at")
            })
        })
        .transpose()?;
    let new = NewKey {
        login: asked.login,
        label: asked.label,
        scopes,
        expires_at,
    };
    let (key, secret) = app
        .desk()
        .add_key(&caller.actor, new, Timestamp::now())
        .await?;
    let mut made = key_view(&key);
    if let Some(made) = made.as_object_mut() {
        made.insert("secret".to_owned(), secret.into());
    }
    Ok((StatusCode::CREATED, Json(made)).into_response())
}

/// Ends an API key at once.
#[utoipa::path(delete, path = "/api/v1/keys/{id}", tag = "users",
    params(("id" = i64, Path, description = "Number of the key")),
    responses((status = 204), (status = 404, body = Details)))]
async fn end_key(
    State(app): State<App>,
    caller: Caller,
    Place(id): Place<i64>,
) -> Result<StatusCode, Problem> {
    app.desk()
        .end_key(&caller.actor, id, Timestamp::now())
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
