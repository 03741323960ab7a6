//! `/api/v1/jobs`: customer files, screened or loaded into a book while nobody waits.

use std::convert::Infallible;
use std::fs::File;
use std::path::Path;

use axum::Json;
use axum::extract::multipart::{Field, Multipart};
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::{Stream, StreamExt as _};
use interdict_customers::{Answers, CustomerFile, Interpreter, Profile, Role, survey};
use interdict_screening::Policy;
use interdict_store::Actor;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::Caller;
use crate::jobs::{Job, Kind, State as Stands};
use crate::json::{Body, Place};
use crate::problem::{Code, Details, Problem};
use crate::state::App;

use super::moment::today;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(all, add))
        // How large a file may be is looked at while it comes.
        .layer(DefaultBodyLimit::disable())
        .routes(routes!(one, remove))
        .routes(routes!(profile))
        .routes(routes!(events))
        .routes(routes!(result))
        .routes(routes!(rejected))
}

/// A job as callers see it.
pub(crate) fn view(job: &Job) -> Value {
    json!({
        "id": job.id,
        "kind": match &job.kind {
            Kind::Screen => "screen",
            Kind::Load { .. } => "load",
        },
        "book": match &job.kind {
            Kind::Screen => None,
            Kind::Load { book } => Some(book),
        },
        "state": job.state,
        "by": job.by.actor().name,
        "made_at": job.made_at,
        "name": job.name,
        "sha256": job.sha256,
        "profile": job.profile,
        "publications": job.publications,
        "format": job.format,
        "all_rows": job.all_rows,
        "questions": job.questions,
        "rows": job.rows,
        "done": job.done,
        "counts": job.counts,
        "outcome": job.outcome,
        "output_sha256": job.output_sha256,
        "problem": job.problem,
    })
}

/// Every job, the oldest first.
#[utoipa::path(get, path = "/api/v1/jobs", tag = "jobs", responses((status = 200, body = Value)))]
async fn all(State(app): State<App>, _: Caller) -> Json<Value> {
    let jobs: Vec<Value> = app.jobs().all().iter().map(view).collect();
    Json(json!({ "jobs": jobs }))
}

/// What comes with a file.
#[derive(Default, ToSchema)]
#[allow(dead_code, reason = "it only describes the form")]
pub(crate) struct Form {
    /// The file: CSV, TSV, XLSX, ODS, JSON lines, or FollowTheMoney JSON.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// How it is read, TOML; found out where nothing is said.
    profile: Option<String>,
    /// Heading of the column of the customers' keys.
    key: Option<String>,
    /// Load the customers into this book and screen the book, instead of only screening them.
    book: Option<String>,
    /// Form of the result: `csv`, `jsonl` or `xlsx`.
    format: Option<String>,
    /// `true`: customers without a hit have a line too.
    all_rows: Option<String>,
}

#[derive(Default)]
struct Given {
    name: Option<(String, String)>,
    profile: Option<String>,
    key: Option<String>,
    book: Option<String>,
    format: Option<String>,
    all_rows: bool,
}

/// Takes a customer file and screens it, or loads it into a book. The job goes on without the caller;
/// a file that leaves something open asks (`questions`), and waits for a profile.
#[utoipa::path(post, path = "/api/v1/jobs", tag = "jobs",
    request_body(content = Form, content_type = "multipart/form-data"),
    responses((status = 201, body = Value), (status = 400, body = Details),
        (status = 413, body = Details), (status = 422, body = Details),
        (status = 503, body = Details)))]
async fn add(State(app): State<App>, caller: Caller, form: Multipart) -> Result<Response, Problem> {
    let job = accept(&app, &caller.actor, form).await?;
    let place = HeaderValue::from_str(&format!("/api/v1/jobs/{}", job.id));
    let place = place.map_err(|e| Problem::internal(&e))?;
    Ok((
        StatusCode::CREATED,
        [(header::LOCATION, place)],
        Json(view(&job)),
    )
        .into_response())
}

/// Takes the form of a job and puts the job in line.
///
/// # Errors
/// When the form or its file cannot be used, or no list answers yet.
pub(crate) async fn accept(app: &App, actor: &Actor, mut form: Multipart) -> Result<Job, Problem> {
    let upload = app.jobs().begin().map_err(|e| Problem::internal(&e))?;
    let input = upload.input();
    let mut given = Given::default();
    while let Some(field) = form.next_field().await.map_err(cut_off)? {
        let name = field.name().unwrap_or_default().to_owned();
        match name.as_str() {
            "file" => given.name = Some(take(app, field, &input).await?),
            "profile" => given.profile = Some(text(field).await?),
            "key" => given.key = Some(text(field).await?).filter(|text| !text.is_empty()),
            "book" => given.book = Some(text(field).await?).filter(|text| !text.is_empty()),
            "format" => given.format = Some(text(field).await?),
            "all_rows" => given.all_rows = text(field).await? == "true",
            // The token of a form that a browser sends.
            "csrf" => {}
            _ => {
                let expected = "expected file, profile, key, book, format or all_rows";
                return Err(Problem::new(Code::Invalid, expected).at("form"));
            }
        }
    }
    let Some((name, sha256)) = given.name else {
        return Err(Problem::new(Code::Invalid, "expected a file").at("file"));
    };
    let format = given.format.unwrap_or_else(|| "csv".to_owned());
    if !matches!(format.as_str(), "csv" | "jsonl" | "xlsx") {
        return Err(Problem::new(Code::Invalid, "expected csv, jsonl or xlsx").at("format"));
    }
    let now = app.lists().now();
    if now.is_empty() {
        return Err(Problem::new(Code::Unavailable, "no list answers yet"));
    }
    let look = {
        let (name, input) = (name.clone(), input.clone());
        let answers = Answers {
            columns: given.key.into_iter().map(|key| (Role::Key, key)).collect(),
            ..Answers::default()
        };
        let profile = given.profile;
        tokio::task::spawn_blocking(move || look(&input, &name, profile.as_deref(), &answers))
            .await
            .map_err(|e| Problem::internal(&e))??
    };
    let job = Job {
        id: upload.id.clone(),
        kind: match given.book {
            Some(book) => Kind::Load { book },
            None => Kind::Screen,
        },
        state: match look.questions.is_empty() {
            true => Stands::Waiting,
            false => Stands::Asking,
        },
        by: crate::jobs::By::new(actor),
        made_at: Timestamp::now().to_string(),
        name,
        sha256,
        profile: look.profile,
        policy: policy_text(now.engine.policy())?,
        publications: now.lists.publications.iter().map(|p| p.id.0).collect(),
        format,
        all_rows: given.all_rows,
        today: today().to_string(),
        questions: look.questions,
        rows: look.rows,
        done: 0,
        counts: None,
        outcome: None,
        output_sha256: None,
        problem: None,
    };
    app.jobs()
        .add(upload, job)
        .map_err(|e| Problem::internal(&e))
}

fn policy_text(policy: &Policy) -> Result<String, Problem> {
    Ok(policy.text().to_owned())
}

fn cut_off(error: axum::extract::multipart::MultipartError) -> Problem {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            Problem::new(Code::TooLarge, "the form is larger than allowed")
        }
        _ => Problem::new(Code::Malformed, "the form cannot be read, or was cut off"),
    }
}

/// Longest text of a form beside the file.
const LONGEST: usize = 1 << 20;

async fn text(mut field: Field<'_>) -> Result<String, Problem> {
    let mut bytes = Vec::new();
    while let Some(part) = field.chunk().await.map_err(cut_off)? {
        if bytes.len() + part.len() > LONGEST {
            return Err(Problem::new(
                Code::TooLarge,
                "a field of the form is too long",
            ));
        }
        bytes.extend_from_slice(&part);
    }
    String::from_utf8(bytes)
        .map_err(|_| Problem::new(Code::Malformed, "a field of the form is no UTF-8"))
}

/// Writes the file as it comes; gives what it is called and its SHA-256.
async fn take(app: &App, mut field: Field<'_>, to: &Path) -> Result<(String, String), Problem> {
    use sha2::{Digest as _, Sha256};
    let most = app.config().max_upload;
    // Only what it is called: where it lay on somebody's disk is nobody's business here.
    let name = field
        .file_name()
        .and_then(|name| name.rsplit(['/', '\\']).next())
        .filter(|name| !name.is_empty())
        .unwrap_or("customers")
        .to_owned();
    let failed = |e: std::io::Error| Problem::internal(&e);
    let mut file = tokio::fs::File::create(to).await.map_err(failed)?;
    let (mut hash, mut length) = (Sha256::new(), 0u64);
    while let Some(part) = field.chunk().await.map_err(cut_off)? {
        length += part.len() as u64;
        if length > most {
            let detail = format!("the file is larger than the {most} bytes that are allowed");
            return Err(Problem::new(Code::TooLarge, detail).at("file"));
        }
        hash.update(&part);
        file.write_all(&part).await.map_err(failed)?;
    }
    file.sync_all().await.map_err(failed)?;
    Ok((name, interdict_store::hex(&hash.finalize())))
}

/// What is known of a file before it is worked on.
struct Look {
    profile: String,
    questions: Vec<String>,
    rows: u64,
}

fn look(
    path: &Path,
    name: &str,
    profile: Option<&str>,
    answers: &Answers,
) -> Result<Look, Problem> {
    let open = || File::open(path).map_err(|e| Problem::internal(&e));
    let wrong = |e: interdict_customers::CustomerError| {
        Problem::new(Code::Invalid, e.to_string()).at("file")
    };
    let toml = |profile: &Profile| profile.to_toml().map_err(|e| Problem::internal(&e));
    if let Some(text) = profile {
        let profile = Profile::parse(text, "given").map_err(wrong)?;
        let rows = count(open()?, name, &profile).map_err(wrong)?;
        return Ok(Look {
            profile: toml(&profile)?,
            questions: Vec::new(),
            rows,
        });
    }
    let found = survey(open()?, name, answers).map_err(wrong)?;
    Ok(Look {
        profile: toml(&found.profile)?,
        questions: found.questions.iter().map(|q| q.text.clone()).collect(),
        rows: found.rows,
    })
}

fn count(
    input: File,
    name: &str,
    profile: &Profile,
) -> Result<u64, interdict_customers::CustomerError> {
    let mut file = CustomerFile::open(input, name, profile)?;
    // Says now which column is missing.
    Interpreter::new(profile, file.headings(), name)?;
    let mut rows = 0;
    file.each(|_| {
        rows += 1;
        std::ops::ControlFlow::Continue(())
    })?;
    Ok(rows)
}

/// One job.
#[utoipa::path(get, path = "/api/v1/jobs/{id}", tag = "jobs",
    params(("id" = String, Path, description = "Id of the job")),
    responses((status = 200, body = Value), (status = 404, body = Details)))]
async fn one(
    State(app): State<App>,
    _: Caller,
    Place(id): Place<String>,
) -> Result<Json<Value>, Problem> {
    let watch = app.jobs().watch(&id)?;
    let job = watch.borrow();
    Ok(Json(view(&job)))
}

/// Stops a job and removes it with its file and its results. What the store recorded stays.
#[utoipa::path(delete, path = "/api/v1/jobs/{id}", tag = "jobs",
    params(("id" = String, Path, description = "Id of the job")),
    responses((status = 204), (status = 404, body = Details)))]
async fn remove(
    State(app): State<App>,
    _: Caller,
    Place(id): Place<String>,
) -> Result<StatusCode, Problem> {
    app.jobs().remove(&id)?;
    Ok(StatusCode::NO_CONTENT)
}

/// How the file is read.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetProfile {
    /// The whole profile, TOML.
    profile: String,
}

/// Answers what a file left open, with a profile; the job goes on.
#[utoipa::path(post, path = "/api/v1/jobs/{id}/profile", tag = "jobs",
    params(("id" = String, Path, description = "Id of the job")), request_body = SetProfile,
    responses((status = 200, body = Value), (status = 404, body = Details),
        (status = 409, body = Details), (status = 422, body = Details)))]
async fn profile(
    State(app): State<App>,
    _: Caller,
    Place(id): Place<String>,
    Body(given): Body<SetProfile>,
) -> Result<Json<Value>, Problem> {
    let job = answer(&app, &id, given.profile).await?;
    Ok(Json(view(&job)))
}

/// Lets a job that asks go on with a profile.
///
/// # Errors
/// When there is no such job, it asks nothing, or the profile does not fit the file.
pub(crate) async fn answer(app: &App, id: &str, profile: String) -> Result<Job, Problem> {
    let job = app.jobs().watch(id)?.borrow().clone();
    let input = app.jobs().input(&job);
    let look = tokio::task::spawn_blocking(move || {
        look(&input, &job.name, Some(&profile), &Answers::default())
    })
    .await
    .map_err(|e| Problem::internal(&e))??;
    app.jobs().answer(id, look.profile, look.rows)
}

/// How a job comes on, as server-sent events: `job` with the job at once and at each change, the last
/// when it is done.
#[utoipa::path(get, path = "/api/v1/jobs/{id}/events", tag = "jobs",
    params(("id" = String, Path, description = "Id of the job")),
    responses((status = 200, body = String, content_type = "text/event-stream"),
        (status = 404, body = Details)))]
async fn events(
    State(app): State<App>,
    _: Caller,
    Place(id): Place<String>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let events = changes(&app, &id)?.map(|job| {
        let event = Event::default().event("job");
        Ok(event.data(view(&job).to_string()))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::default()))
}

/// A job at once and at each change, until it is over, asks something, or the server ends.
///
/// # Errors
/// [`Code::NotFound`].
pub(crate) fn changes(app: &App, id: &str) -> Result<impl Stream<Item = Job> + use<>, Problem> {
    let watch = app.jobs().watch(id)?;
    let stopping = app.stopping().clone();
    Ok(futures_util::stream::unfold(
        Some((watch, true)),
        move |state| {
            let stopping = stopping.clone();
            async move {
                let (mut watch, first) = state?;
                if !first {
                    tokio::select! {
                        changed = watch.changed() => changed.ok()?,
                        () = stopping.cancelled() => return None,
                    }
                    // Rows are counted faster than anybody reads.
                    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
                }
                let job = watch.borrow_and_update().clone();
                let over = matches!(job.state, Stands::Done | Stands::Failed | Stands::Asking);
                Some((job, (!over).then_some((watch, false))))
            }
        },
    ))
}

async fn file(app: &App, id: &str, rejected: bool) -> Result<Response, Problem> {
    let job = app.jobs().watch(id)?.borrow().clone();
    if job.state != Stands::Done {
        return Err(Problem::new(Code::Conflict, "the job is not done"));
    }
    let path = app.jobs().path(&job, rejected);
    let open = tokio::fs::File::open(&path).await;
    let file = open.map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => Problem::new(Code::NotFound, "the job has no such file"),
        _ => Problem::internal(&e),
    })?;
    let kind = match (rejected, job.format.as_str()) {
        (true, _) | (_, "csv") => "text/csv; charset=utf-8",
        (_, "jsonl") => "application/x-ndjson",
        _ => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment"),
        ),
    ];
    let body = axum::body::Body::from_stream(tokio_util::io::ReaderStream::new(file));
    Ok((headers, body).into_response())
}

/// The result of a job that is done: a line for each hit.
#[utoipa::path(get, path = "/api/v1/jobs/{id}/result", tag = "jobs",
    params(("id" = String, Path, description = "Id of the job")),
    responses((status = 200, body = String, content_type = "text/csv"),
        (status = 404, body = Details), (status = 409, body = Details)))]
async fn result(
    State(app): State<App>,
    _: Caller,
    Place(id): Place<String>,
) -> Result<Response, Problem> {
    file(&app, &id, false).await
}

/// The rows of a job that were rejected, each with its place and reason.
#[utoipa::path(get, path = "/api/v1/jobs/{id}/rejected", tag = "jobs",
    params(("id" = String, Path, description = "Id of the job")),
    responses((status = 200, body = String, content_type = "text/csv"),
        (status = 404, body = Details), (status = 409, body = Details)))]
async fn rejected(
    State(app): State<App>,
    _: Caller,
    Place(id): Place<String>,
) -> Result<Response, Problem> {
    file(&app, &id, true).await
}
