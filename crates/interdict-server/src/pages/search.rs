//! Looking something up on the lists by name or number, as one types.
//!
//! This is retrieval for reading; a screening is asked on its own page and leaves its record.

use std::collections::HashSet;

use askama::Template;
use axum::extract::State;
use interdict_customers::asked::Asked;
use interdict_model::{Entity, PropertyType};
use interdict_screening::{Request, Screener, Snapshot};

use super::evidence::values;
use super::fault::Fault;
use super::forms::Sent;
use super::frame::{Frame, today};
use super::text;
use super::visitor::Visitor;
use super::{Page, page};
use crate::lists::Answering;
use crate::state::App;

/// Most entries shown.
const MOST: usize = 40;
/// Score from which an entry is worth showing to someone who looks for a name.
const FROM: u16 = 6_000;

#[derive(Template)]
#[template(path = "search.html")]
struct SearchPage {
    frame: Frame,
    question: String,
    found: Found,
}

#[derive(Template)]
#[template(path = "search_found.html")]
struct FoundPart {
    found: Found,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Found {
    asked: bool,
    entries: Vec<Entry>,
    more: bool,
}

/// An entry of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Entry {
    address: String,
    caption: String,
    /// The name that was met, where it is another than the caption.
    met: String,
    id: String,
    schema: String,
    list: String,
    dates: String,
    countries: String,
    topics: Vec<String>,
}

/// The empty form.
pub(super) async fn show(State(app): State<App>, visitor: Visitor) -> Page {
    page(&SearchPage {
        frame: Frame::new(&app, visitor, "Search", "/workbench/search").await?,
        question: String::new(),
        found: Found::default(),
    })
}

/// What the lists have under a name or number.
pub(super) async fn find(State(app): State<App>, sent: Sent) -> Page {
    let question = sent.text("q").to_owned();
    let now = app.lists().now();
    let asked = question.clone();
    let engine = now.engine.clone();
    let found = app
        .screening()
        .one(&engine, move |screener| look_up(&now, screener, &asked))
        .await??;
    if sent.part_only {
        return page(&FoundPart { found });
    }
    page(&SearchPage {
        frame: Frame::new(&app, sent.visitor, "Search", "/workbench/search").await?,
        question,
        found,
    })
}

fn look_up(now: &Answering, screener: &mut Screener<'_>, question: &str) -> Result<Found, Fault> {
    if question.is_empty() {
        return Ok(Found::default());
    }
    let snapshot = &now.lists.snapshot;
    let mut met = by_id(snapshot, question)?;
    met.extend(by_beginning(snapshot, question)?);
    if met.len() <= MOST {
        met.extend(by_likeness(screener, question)?);
    }
    let mut seen = HashSet::new();
    met.retain(|(_, id, _)| seen.insert(id.clone()));
    let more = met.len() > MOST;
    met.truncate(MOST);
    let mut entries = Vec::with_capacity(met.len());
    for (_, id, name) in met {
        let entities = snapshot.entities(&id).map_err(|e| Fault::internal(&e))?;
        if let Some(entity) = entities.first() {
            entries.push(entry(now, entity, &name));
        }
    }
    Ok(Found {
        asked: true,
        entries,
        more,
    })
}

/// Order, id and met name of entries.
type Met = Vec<((u8, usize), String, String)>;

fn by_id(snapshot: &Snapshot, question: &str) -> Result<Met, Fault> {
    let mut met = Met::new();
    for entity in snapshot
        .entities(question)
        .map_err(|e| Fault::internal(&e))?
    {
        met.push(((0, 0), entity.id.to_string(), String::new()));
    }
    let number: String = question.chars().filter(|c| c.is_alphanumeric()).collect();
    for segment in snapshot.segments() {
        let view = segment.view();
        for ordinal in view.with_identifier(&number.to_uppercase()).take(MOST) {
            let id = view.id(ordinal).map_err(|e| Fault::internal(&e))?;
            met.push(((0, 1), id.to_owned(), question.to_owned()));
        }
    }
    Ok(met)
}

/// Entries with a name in which each word of the question begins a word; whole and short names
/// first.
fn by_beginning(snapshot: &Snapshot, question: &str) -> Result<Met, Fault> {
    let wanted = question.to_lowercase();
    let words: Vec<&str> = words(&wanted).collect();
    if words.is_empty() {
        return Ok(Met::new());
    }
    let mut met = Met::new();
    for segment in snapshot.segments() {
        let view = segment.view();
        for entity in 0..view.entity_count() {
            let names = view.names_of(entity).map_err(|e| Fault::internal(&e))?;
            for name in names {
                let name = view.name(name).map_err(|e| Fault::internal(&e))?.text;
                let lower = name.to_lowercase();
                let begins = |word: &&str| self::words(&lower).any(|w| w.starts_with(*word));
                if words.iter().all(begins) {
                    let id = view.id(entity).map_err(|e| Fault::internal(&e))?;
                    let whole = u8::from(lower != wanted) + 1;
                    met.push((
                        (whole, name.chars().count()),
                        id.to_owned(),
                        name.to_owned(),
                    ));
                    break;
                }
            }
        }
    }
    met.sort();
    Ok(met)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
}

/// Entries whose names are like the question, in whatever script.
fn by_likeness(screener: &mut Screener<'_>, question: &str) -> Result<Met, Fault> {
    let asked = Asked {
        names: vec![question.to_owned()],
        ..Asked::default()
    };
    let (query, _) = asked.entity();
    let request = Request {
        threshold: Some(FROM),
        limit: Some(MOST),
        ..Request::default()
    };
    let answer = screener
        .screen(&query, &request, today())
        .map_err(|e| Fault::internal(&e))?;
    Ok(answer
        .hits
        .into_iter()
        .map(|hit| {
            let name = hit.reason.name.map(|name| name.list).unwrap_or_default();
            ((3, 0), hit.id, name)
        })
        .collect())
}

fn entry(now: &Answering, entity: &Entity, met: &str) -> Entry {
    let dates = ["birthDate", "incorporationDate", "buildDate"];
    let mut countries: Vec<String> = entity
        .values_of_type(PropertyType::Country)
        .map(|(_, code)| text::territory(code))
        .collect();
    countries.sort();
    countries.dedup();
    let lists: Vec<String> = entity
        .datasets()
        .iter()
        .map(|name| {
            let known = now
                .lists
                .searched
                .iter()
                .find(|l| l.dataset == name.as_str());
            known.map_or_else(|| name.to_string(), |l| l.title.clone())
        })
        .collect();
    let caption = entity.caption().to_owned();
    Entry {
        address: format!("/workbench/entity?id={}", text::encoded(&entity.id)),
        met: if met == caption {
            String::new()
        } else {
            met.to_owned()
        },
        caption,
        id: entity.id.to_string(),
        schema: text::words(entity.schema.name()),
        list: lists.join(", "),
        dates: dates
            .iter()
            .flat_map(|d| values(entity, d))
            .collect::<Vec<_>>()
            .join(", "),
        countries: countries.join(", "),
        topics: values(entity, "topics"),
    }
}
