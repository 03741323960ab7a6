//! Uploading a file of customers, and following what becomes of it. The job goes on whether or not
//! anybody looks.

use std::convert::Infallible;

use askama::Template;
use axum::extract::{Multipart, Query, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::{Stream, StreamExt as _};
use serde::Deserialize;
use serde_json::{Value, json};

use super::fault::Fault;
use super::forms::Sent;
use super::frame::Frame;
use super::visitor::Visitor;
use super::{Page, page, see, text};
use crate::api::jobs;
use crate::jobs::{Job, Kind, State as Stands};
use crate::state::App;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ForBook {
    book: String,
}

#[derive(Template)]
#[template(path = "upload.html")]
struct UploadPage {
    frame: Frame,
    book: String,
    most: String,
    jobs: Vec<Row>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Row {
    address: String,
    name: String,
    what: String,
    by: String,
    made: String,
    state: &'static str,
    rows: String,
}

fn word(state: Stands) -> &'static str {
    match state {
        Stands::Asking => "asks something",
        Stands::Waiting => "waits for its turn",
        Stands::Running => "is being done",
        Stands::Done => "done",
        Stands::Failed => "failed",
    }
}

fn what(job: &Job) -> String {
    match &job.kind {
        Kind::Screen => "screened once".to_owned(),
        Kind::Load { book } => format!("loaded into book {book}"),
    }
}

fn row(job: &Job) -> Row {
    Row {
        address: format!("/workbench/job?id={}", text::encoded(&job.id)),
        name: job.name.clone(),
        what: what(job),
        by: job.by.actor().name,
        made: job
            .made_at
            .chars()
            .take(16)
            .collect::<String>()
            .replace('T', " "),
        state: word(job.state),
        rows: text::count(job.rows),
    }
}

/// The form, and the jobs that there are.
pub(super) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Query(of): Query<ForBook>,
) -> Page {
    let mut jobs: Vec<Row> = app.jobs().all().iter().map(row).collect();
    jobs.reverse();
    page(&UploadPage {
        frame: Frame::new(&app, visitor, "Upload", "/workbench/books").await?,
        book: of.book,
        most: text::count(app.config().max_upload >> 20),
        jobs,
    })
}

/// Takes a file.
pub(super) async fn take(State(app): State<App>, visitor: Visitor, form: Multipart) -> Page {
    let job = jobs::accept(&app, &visitor.actor, form).await?;
    see(&format!("/workbench/job?id={}", text::encoded(&job.id)))
}

#[derive(Deserialize)]
pub(super) struct Which {
    id: String,
}

#[derive(Template)]
#[template(path = "job.html")]
struct JobPage {
    frame: Frame,
    job: Row,
    id: String,
    runs: bool,
    asks: bool,
    done: bool,
    words: String,
    so_far: u64,
    all: u64,
    questions: Vec<String>,
    profile: String,
    problem: String,
    facts: Vec<(String, String)>,
    /// Whether there is a file of results to fetch.
    result: bool,
    rejected: bool,
    book: String,
}

fn words(job: &Job) -> String {
    match job.state {
        Stands::Running => format!(
            "{} of {} rows",
            text::count(job.done),
            text::count(job.rows)
        ),
        state => word(state).to_owned(),
    }
}

/// Numbers of an outcome, by what they count.
fn facts(outcome: &Value) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    for (name, value) in outcome.as_object().into_iter().flatten() {
        let name = name.replace('_', " ");
        match value {
            Value::Number(n) => facts.push((name, text::count(n.as_u64().unwrap_or_default()))),
            Value::Object(_) => facts.extend(
                self::facts(value)
                    .into_iter()
                    .map(|(inner, n)| (format!("{name}: {inner}"), n)),
            ),
            _ => {}
        }
    }
    facts
}

/// A job: how far it is, what it asks, or what came of it.
pub(super) async fn job(
    State(app): State<App>,
    visitor: Visitor,
    Query(which): Query<Which>,
) -> Page {
    let job = app.jobs().watch(&which.id)?.borrow().clone();
    let counts = serde_json::to_value(&job.counts).map_err(|e| Fault::internal(&e))?;
    let outcome = job.outcome.clone().unwrap_or_default();
    let done = job.state == Stands::Done;
    let book = match &job.kind {
        Kind::Load { book } => book.clone(),
        Kind::Screen => String::new(),
    };
    let mut told = facts(&counts);
    told.extend(facts(&outcome));
    page(&JobPage {
        frame: Frame::new(&app, visitor, "Job", "/workbench/books").await?,
        id: job.id.clone(),
        runs: matches!(job.state, Stands::Waiting | Stands::Running),
        asks: job.state == Stands::Asking,
        words: words(&job),
        so_far: job.done,
        all: job.rows,
        questions: job.questions.clone(),
        profile: job.profile.clone(),
        problem: job.problem.clone().unwrap_or_default(),
        facts: told,
        result: done && book.is_empty(),
        rejected: done && app.jobs().path(&job, true).exists(),
        done,
        book,
        job: row(&job),
    })
}

/// Answers what a file left open.
pub(super) async fn answer(State(app): State<App>, sent: Sent) -> Page {
    let id = sent.text("id").to_owned();
    let profile = sent.needed("profile", "Give the profile of the file.")?;
    jobs::answer(&app, &id, profile.to_owned()).await?;
    see(&format!("/workbench/job?id={}", text::encoded(&id)))
}

/// How a job comes on: `progress` at each change, `end` when it is over.
pub(super) async fn events(
    State(app): State<App>,
    Query(which): Query<Which>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Fault> {
    let events = jobs::changes(&app, &which.id)?.map(|job| {
        let told = json!({"done": job.done, "total": job.rows, "words": words(&job)});
        let runs = matches!(job.state, Stands::Waiting | Stands::Running);
        let kind = if runs { "progress" } else { "end" };
        Ok(Event::default().event(kind).data(told.to_string()))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::default()))
}
