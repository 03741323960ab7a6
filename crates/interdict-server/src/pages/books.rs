//! Books of customers: what each holds, when it was screened, and screening it now.

use askama::Template;
use axum::extract::{Query, State};
use interdict_desk::NoProgress;
use interdict_desk::books::basis;
use interdict_screening::Engine;
use interdict_store::{AlertFilter, AlertState, Book};
use jiff::Timestamp;
use serde::Deserialize;

use super::fault::Fault;
use super::forms::Sent;
use super::frame::Frame;
use super::visitor::Visitor;
use super::{Page, apart, page, see, text};
use crate::state::App;

#[derive(Template)]
#[template(path = "books.html")]
struct BooksPage {
    frame: Frame,
    books: Vec<Row>,
}

/// A book among all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Row {
    name: String,
    address: String,
    customers: String,
    waiting: String,
    loaded: String,
    screened: String,
    due: bool,
}

async fn row(app: &App, book: &Book) -> Result<Row, Fault> {
    let store = app.desk().store();
    let filter = AlertFilter {
        book: Some(book.name.clone()),
        states: AlertState::QUEUE.to_vec(),
        ..AlertFilter::default()
    };
    let now = app.lists().now();
    let engine = Engine::new(
        now.lists.snapshot.clone(),
        app.desk().policy_of(&book.name).await?,
    );
    let last = store.screenings(Some(&book.name)).await?.pop();
    Ok(Row {
        name: book.name.clone(),
        address: format!("/workbench/book?name={}", text::encoded(&book.name)),
        customers: text::count(book.customers),
        waiting: text::count(store.alerts(&filter).await?.len() as u64),
        loaded: book.last_load.as_ref().map_or_else(String::new, |load| {
            format!("{} from {}", text::moment(load.at), load.file)
        }),
        screened: last.map_or_else(|| "never".to_owned(), |s| text::moment(s.at)),
        due: book.basis.as_deref() != Some(basis(&engine).as_str()),
    })
}

/// All books.
pub(super) async fn all(State(app): State<App>, visitor: Visitor) -> Page {
    let mut books = Vec::new();
    for book in app.desk().store().books().await? {
        books.push(row(&app, &book).await?);
    }
    page(&BooksPage {
        frame: Frame::new(&app, visitor, "Books", "/workbench/books").await?,
        books,
    })
}

#[derive(Deserialize)]
pub(super) struct Name {
    name: String,
}

#[derive(Template)]
#[template(path = "book.html")]
struct BookPage {
    frame: Frame,
    book: Row,
    policy: String,
    own_policy: bool,
    states: Vec<(&'static str, String)>,
    loads: Vec<Load>,
    screenings: Vec<Run>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Load {
    at: String,
    actor: String,
    file: String,
    added: String,
    changed: String,
    removed: String,
    unchanged: String,
    rejected: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Run {
    id: i64,
    at: String,
    actor: String,
    subjects: String,
    hits: String,
}

/// One book.
pub(super) async fn one(
    State(app): State<App>,
    visitor: Visitor,
    Query(name): Query<Name>,
) -> Page {
    let store = app.desk().store();
    let book = store.book(&name.name).await?;
    let mut states = Vec::new();
    for state in AlertState::ALL {
        let filter = AlertFilter {
            book: Some(book.name.clone()),
            states: vec![state],
            ..AlertFilter::default()
        };
        let count = store.alerts(&filter).await?.len();
        states.push((state.as_str(), text::count(count as u64)));
    }
    let mut loads: Vec<Load> = store
        .loads(&book.name)
        .await?
        .into_iter()
        .map(|load| Load {
            at: text::moment(load.at),
            actor: load.actor,
            file: load.file,
            added: text::count(load.added),
            changed: text::count(load.changed),
            removed: text::count(load.removed),
            unchanged: text::count(load.unchanged),
            rejected: text::count(load.rejected),
        })
        .collect();
    loads.reverse();
    let mut screenings: Vec<Run> = store
        .screenings(Some(&book.name))
        .await?
        .into_iter()
        .map(|run| Run {
            id: run.id,
            at: text::moment(run.at),
            actor: run.actor,
            subjects: text::count(run.subjects),
            hits: text::count(run.hits),
        })
        .collect();
    screenings.reverse();
    let heading = format!("Book {}", book.name);
    page(&BookPage {
        frame: Frame::new(&app, visitor, heading, "/workbench/books").await?,
        policy: app.desk().policy_of(&book.name).await?.name,
        own_policy: book.policy.is_some(),
        book: row(&app, &book).await?,
        states,
        loads,
        screenings,
    })
}

/// Screens a book against the lists that answer now.
pub(super) async fn screen(State(app): State<App>, sent: Sent) -> Page {
    let name = sent.needed("name", "Say which book.")?;
    let book = app.desk().store().book(name).await?;
    let now = app.lists().now();
    if now.is_empty() {
        return Err(Fault::missing(
            "There is no list to screen against yet. Import one first.",
        ));
    }
    let engine = Engine::new(
        now.lists.snapshot.clone(),
        app.desk().policy_of(&book.name).await?,
    );
    let actor = sent.visitor.actor;
    let (desk, name) = (app.desk().acting_as(&actor), book.name.clone());
    apart(async move || {
        desk.screen_book(&name, &engine, &actor.name, Timestamp::now(), &NoProgress)
            .await
    })
    .await??;
    see(&format!(
        "/workbench/book?name={}",
        text::encoded(&book.name)
    ))
}
