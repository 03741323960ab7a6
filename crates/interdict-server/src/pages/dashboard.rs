//! The overview: what waits, how old it is, and how fresh the lists are.

use askama::Template;
use axum::extract::State;
use interdict_desk::{ListState, Status};
use interdict_store::{AlertFilter, AlertState};
use jiff::Timestamp;

use super::frame::{Frame, notices, today};
use super::plot::Plot;
use super::visitor::Visitor;
use super::{Page, page, text};
use crate::state::App;

/// Days of the plot.
const DAYS: u32 = 60;

#[derive(Template)]
#[template(path = "dashboard.html")]
struct Dashboard {
    frame: Frame,
    open: String,
    oldest: String,
    next: Option<String>,
    ages: Vec<(&'static str, String)>,
    books: Vec<BookRow>,
    plot: Plot,
    fresh: usize,
    lists: Vec<ListRow>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct BookRow {
    name: String,
    address: String,
    customers: String,
    open: String,
    screened: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct ListRow {
    title: String,
    address: String,
    published: String,
    age: String,
    status: &'static str,
}

/// The overview.
pub(super) async fn show(State(app): State<App>, visitor: Visitor) -> Page {
    let store = app.desk().store();
    let now = Timestamp::now();
    let states = app.desk().lists(today()).await?;
    let filter = AlertFilter {
        states: AlertState::QUEUE.to_vec(),
        ..AlertFilter::default()
    };
    let waiting = store.alerts(&filter).await?;
    let opened: Vec<Timestamp> = waiting.iter().map(|alert| alert.opened_at).collect();
    let mut books = Vec::new();
    for book in store.books().await? {
        let last = store.screenings(Some(&book.name)).await?.pop();
        let open = waiting
            .iter()
            .filter(|alert| alert.book == book.name)
            .count();
        books.push(BookRow {
            address: format!("/workbench/book?name={}", text::encoded(&book.name)),
            customers: text::count(book.customers),
            open: text::count(open as u64),
            screened: last.map_or_else(|| "never".to_owned(), |s| text::ago(s.at, now)),
            name: book.name,
        });
    }
    let all = store.alerts(&AlertFilter::default()).await?;
    let days = all.iter().map(|alert| text::day(alert.opened_at));
    page(&Dashboard {
        frame: Frame::around(visitor, "Overview", "/workbench", notices(&states)),
        open: text::count(waiting.len() as u64),
        oldest: opened
            .iter()
            .min()
            .map_or_else(String::new, |at| text::ago(*at, now)),
        next: waiting
            .first()
            .map(|alert| format!("/workbench/alert?id={}", alert.id)),
        ages: ages(&opened, now),
        books,
        plot: Plot::new(today(), DAYS, days),
        fresh: states
            .iter()
            .filter(|list| list.status() == Status::Current)
            .count(),
        lists: states.iter().map(list).collect(),
    })
}

fn list(list: &ListState) -> ListRow {
    ListRow {
        title: list.dataset.title.clone(),
        address: format!(
            "/workbench/list?name={}",
            text::encoded(list.dataset.name.as_str())
        ),
        published: list
            .current
            .as_ref()
            .map_or_else(String::new, |p| text::published(&p.published)),
        age: list
            .age_days
            .map_or_else(String::new, |days| text::counted(days, "day", "days")),
        status: list.status().as_str(),
    }
}

fn ages(opened: &[Timestamp], now: Timestamp) -> Vec<(&'static str, String)> {
    let bounds = [
        ("up to a day", 0, 1),
        ("up to 3 days", 1, 3),
        ("up to a week", 3, 7),
        ("up to 30 days", 7, 30),
        ("older", 30, i64::MAX),
    ];
    bounds
        .iter()
        .map(|(words, from, to)| {
            let within = |at: &&Timestamp| {
                let days = now.as_second().saturating_sub(at.as_second()) / 86_400;
                (*from..*to).contains(&days)
            };
            (
                *words,
                text::count(opened.iter().filter(within).count() as u64),
            )
        })
        .collect()
}
